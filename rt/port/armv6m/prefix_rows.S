/* prefix_rows.S (ARMv6-M) - what becomes of rows of sums: rt/rt_prefix_rows.h in assembly. */
	.syntax unified
	.cpu cortex-m0plus
	.thumb

	.macro start name
	.section .text.\name, "ax", %progbits
	.balign 4
	.global \name
	.type \name, %function
	.thumb_func
\name:
	.endm

/* void rt_prefix_clear_words(int32_t *sums, uint32_t n); 1.6 cycles a sum */
	start rt_prefix_clear_words
	push {r4}
	movs r2, #0
	movs r3, #0
	movs r4, #0
	subs r1, #6
	bcc 2f
1:	stmia r0!, {r2, r3, r4}
	stmia r0!, {r2, r3, r4}
	subs r1, #6
	bcs 1b
2:	adds r1, #6
	beq 4f
3:	stmia r0!, {r2}
	subs r1, #1
	bne 3b
4:	pop {r4}
	bx lr
	.size rt_prefix_clear_words, . - rt_prefix_clear_words

/* r4 = the larger of it and \other */
	.macro LARGER other
	cmp \other, r4
	ble .+4
	mov r4, \other
	.endm

/* One output: the largest sum is in r4, its constants at r1. */
	.macro OUTPUT
	ldmia r1!, {r5, r6}		/* start, range */
	adds r4, r4, r5
	bmi 5f
	cmp r4, r6
	bge 6f
	lsrs r6, r6, #12
	beq 3f				/* short: mult has no lower part */
	ldmia r1!, {r5}
	lsls r6, r5, #20
	lsrs r6, r6, #20
	muls r6, r4
	lsrs r6, r6, #12
	lsrs r5, r5, #12
	muls r5, r4
	adds r5, r5, r6
	ldmia r1!, {r6}			/* add */
	adds r5, r5, r6
	lsrs r5, r5, #24
	strb r5, [r2]
	adds r2, #1
	cmp r2, r12
	bne 1b
	b 9f
3:	ldmia r1!, {r5, r6}
	muls r5, r4
	adds r5, r5, r6
	lsrs r5, r5, #24
	b 8f
5:	mov r5, r10
	b 7f
6:	mov r5, r11
7:	adds r1, #8
8:	strb r5, [r2]
	adds r2, #1
	cmp r2, r12
	bne 1b
9:
	.endm

	.macro enter
	push {r4-r7, lr}
	mov r4, r10
	mov r5, r11
	push {r4, r5}
	ldmia r3!, {r4, r5, r6, r7}
	adds r4, r4, r2
	mov r12, r4			/* end of y */
	mov r10, r5			/* least */
	mov r11, r6			/* most */
	mov r3, r7			/* below */
	.endm

	.macro leave
	pop {r4, r5}
	mov r10, r4
	mov r11, r5
	pop {r4-r7, pc}
	.endm

/* void rt_prefix_position(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_prefix_run *run);
 * about 31 cycles an output, 16 one that stays at an end */
	start rt_prefix_position
	enter
1:	ldmia r0!, {r4}
	OUTPUT
	leave
	.size rt_prefix_position, . - rt_prefix_position

/* The same of the largest of 2 by 2: 15 cycles more. */
	start rt_prefix_pooled
	enter
	mov r7, r12
	subs r7, r7, r2
	lsls r7, r7, #2			/* bytes to the position beside */
1:	ldr r5, [r0, r7]
	ldmia r0!, {r4}
	LARGER r5
	ldr r5, [r3, r7]
	ldmia r3!, {r6}
	LARGER r5
	LARGER r6
	OUTPUT
	leave
	.size rt_prefix_pooled, . - rt_prefix_pooled
