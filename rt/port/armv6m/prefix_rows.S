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

/* uint32_t rt_prefix_zero_bytes(const int8_t *in, uint32_t n, int32_t zp): bytes that equal zp at the beginning. Words
 * of four are compared at once where they lie at multiples of four. */
	start rt_prefix_zero_bytes
	push {r4, r5, lr}
	mov r12, r0
	adds r1, r1, r0			/* end */
	movs r5, #0
	bl spread_zero
1:	cmp r0, r1
	beq 9f
	lsls r4, r0, #30
	beq 3f
2:	ldrsb r4, [r0, r5]
	cmp r4, r2
	bne 9f
	adds r0, #1
	b 1b
3:	subs r1, #4
4:	cmp r0, r1			/* words that end by r1 + 4 */
	bhi 5f
	ldr r4, [r0]
	cmp r4, r3
	bne 5f
	adds r0, #4
	b 4b
5:	adds r1, #4
	cmp r0, r1
	bne 2b
9:	mov r1, r12
	subs r0, r0, r1
	pop {r4, r5, pc}
	.size rt_prefix_zero_bytes, . - rt_prefix_zero_bytes

/* uint32_t rt_prefix_zero_bytes_behind(const int8_t *end, int32_t zp): the same before end, of which one differs. */
	start rt_prefix_zero_bytes_behind
	push {r4, r5, lr}
	mov r12, r0
	movs r2, r1
	movs r5, #0
	bl spread_zero
1:	lsls r4, r0, #30
	beq 3f
2:	subs r0, #1
	ldrsb r4, [r0, r5]
	cmp r4, r2
	beq 1b
	adds r0, #1
	b 9f
3:	subs r0, #4
	ldr r4, [r0]
	cmp r4, r3
	beq 3b
	adds r0, #4
	b 2b
9:	mov r1, r12
	subs r0, r1, r0
	pop {r4, r5, pc}

/* r3 = four bytes of r2 */
spread_zero:
	uxtb r3, r2
	lsls r4, r3, #8
	orrs r3, r4
	lsls r4, r3, #16
	orrs r3, r4
	bx lr
	.size rt_prefix_zero_bytes_behind, . - rt_prefix_zero_bytes_behind

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

/* The frame: r8, r9, r10, r11 of the caller, then these. */
	.equ AFTER, 0
	.equ POSITIONS, 4
	.equ SKIP, 8
	.equ COUNT, 12
	.equ FRAME, 16

	.macro enter
	push {r4-r7, lr}
	mov r4, r8
	mov r5, r9
	mov r6, r10
	mov r7, r11
	push {r4-r7}
	sub sp, #FRAME
	str r1, [sp, #AFTER]
	ldmia r3!, {r4, r5, r6, r7}
	str r4, [sp, #COUNT]
	adds r4, r4, r2
	mov r12, r4			/* end of a position's y */
	mov r10, r5			/* least */
	mov r11, r6			/* most */
	ldmia r3!, {r4, r5, r6}
	str r5, [sp, #POSITIONS]
	str r6, [sp, #SKIP]
	mov r3, r7			/* below */
	movs r7, r4			/* shift */
	.endm

/* To the next position, if there is one; r5 = what to skip. */
	.macro next
	ldr r4, [sp, #POSITIONS]
	subs r4, #1
	beq 9f
	str r4, [sp, #POSITIONS]
	ldr r1, [sp, #AFTER]
	ldr r4, [sp, #COUNT]
	add r12, r4
	ldr r5, [sp, #SKIP]
	adds r0, r0, r5
	.endm

	.macro leave
9:	add sp, #FRAME
	pop {r4-r7}
	mov r8, r4
	mov r9, r5
	mov r10, r6
	mov r11, r7
	pop {r4-r7, pc}
	.endm

/* void rt_prefix_plain(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_prefix_run *run);
 * about 33 cycles an output, 18 one that stays at an end */
	start rt_prefix_plain
	enter
1:	ldmia r0!, {r4}
	lsls r4, r7
	asrs r4, r7
	OUTPUT
	next
	b 1b
	leave
	.size rt_prefix_plain, . - rt_prefix_plain

/* The same of the largest of 2 by 2: 21 cycles more. */
	start rt_prefix_pooled
	enter
	ldr r5, [sp, #COUNT]
	lsls r5, r5, #2			/* bytes to the position beside */
	mov r9, r5
1:	mov r5, r9
	ldr r4, [r0, r5]
	ldr r6, [r3, r5]
	lsls r4, r7
	lsls r6, r7
	LARGER r6
	ldmia r0!, {r5}
	ldmia r3!, {r6}
	lsls r5, r7
	lsls r6, r7
	LARGER r5
	LARGER r6
	asrs r4, r7
	OUTPUT
	next
	adds r3, r3, r5
	b 1b
	leave
	.size rt_prefix_pooled, . - rt_prefix_pooled
