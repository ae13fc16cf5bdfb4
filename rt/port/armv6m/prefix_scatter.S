/* prefix_scatter.S (ARMv6-M) - the elements of a row: see rt_scatter_row of the C port.
 *
 *   void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);
 *   void unit_prefix_row_long(...);   with entries of a word
 *
 * Cycles (DDI 0484C, table 3.1): 10 an element that is zero, about 22 one that is not, 21 a list, 27 a column and, for an
 * entry, 11 (long: | weight | 4 * offset |, two a turn of the loop) or 12.5 (short: | weight | offset |, two in a word).
 *
 * r8 end of the column, r9 step of the index, r10 entries, r11 4 * at, r12 the next visit, lr where lengths stand.
 */
	.syntax unified
	.cpu cortex-m0plus
	.thumb

/* sums (r5) += x (r4) * weight; the entry's word is in \word. Uses r2 and r6. */
	.macro LONG_ENTRY word
	uxth r2, \word
	asrs \word, \word, #16
	muls \word, r4
	ldr r6, [r5, r2]
	adds r6, r6, \word
	str r6, [r5, r2]
	.endm

/* The same; offset in r2, weight in r1. */
	.macro SHORT_ENTRY
	lsls r2, r2, #2
	muls r1, r4
	ldr r6, [r5, r2]
	adds r6, r6, r1
	str r6, [r5, r2]
	.endm

/* r7 entries from r3 on. */
	.macro LONG_LIST
	lsrs r7, r7, #1
	bcc 7f
	ldmia r3!, {r0}
	LONG_ENTRY r0
	tst r7, r7
	beq 8f
7:	ldmia r3!, {r0, r1}
	LONG_ENTRY r0
	LONG_ENTRY r1
	subs r7, #1
	bne 7b
8:
	.endm

	.macro SHORT_LIST
	subs r7, #2
	bcc 8f
7:	ldmia r3!, {r0}
	uxtb r2, r0
	sxth r1, r0
	asrs r1, r1, #8
	SHORT_ENTRY
	lsrs r2, r0, #16
	uxtb r2, r2
	asrs r1, r0, #24
	SHORT_ENTRY
	subs r7, #2
	bcs 7b
8:	adds r7, #1
	bmi 9f
	ldrb r2, [r3]
	ldrh r1, [r3]
	sxth r1, r1
	asrs r1, r1, #8
	SHORT_ENTRY
9:
	.endm

	.macro ROW list, shift
	push {r4-r7, lr}
	mov r4, r8
	mov r5, r9
	mov r6, r10
	mov r7, r11
	push {r4-r7}
	mov r2, r0
	mov r0, r1
	ldr r4, [r2, #0]
	mov r10, r4
	ldrh r4, [r2, #6]
	mov r9, r4
	ldr r7, [r2, #24]
	movs r4, #8
	ldrsh r6, [r2, r4]
	ldr r5, [r2, #28]
	mov r4, r2
	adds r4, #32
	push {r4-r7}			/* first visit, their end, zero point, table */
	ldrh r4, [r2, #4]
	ldr r5, [r2, #12]
	ldr r6, [r2, #16]
	ldr r7, [r2, #20]
	push {r4-r7}			/* channels, index, next column, their end */
1:	ldrh r1, [r6]			/* a column */
	ldrh r2, [r6, #2]
	adds r6, #4
	str r6, [sp, #8]
	adds r1, r1, r5
	lsls r2, r2, #2
	mov r11, r2
	adds r4, r4, r0
	mov r8, r4
	ldr r7, [sp, #24]
	movs r5, #0
2:	ldrsb r4, [r0, r5]
	adds r0, #1
	subs r4, r4, r7
	bne 3f
	add r1, r9
	cmp r0, r8
	bne 2b
	b 6f
3:	asrs r5, r4, #31
	eors r4, r5
	subs r6, r4, r5
	eors r4, r5
	ldr r2, [sp, #28]
	ldrb r6, [r2, r6]
	mov lr, r6
	ldr r2, [sp, #16]
	push {r0, r1}
4:	ldmia r2!, {r5, r7}
	mov r12, r2
	adds r1, r1, r7
	ldrb r7, [r1, r6]
	tst r7, r7
	beq 5f
	ldrh r3, [r1]
	lsls r3, r3, #\shift
	add r3, r10
	add r5, r11
	\list
	mov r2, r12
	mov r6, lr
5:	ldr r1, [sp, #4]
	ldr r0, [sp, #28]
	cmp r2, r0
	bne 4b
	pop {r0, r1}
	ldr r7, [sp, #24]
	movs r5, #0
	add r1, r9
	cmp r0, r8
	bne 2b
6:	ldr r4, [sp]
	ldr r5, [sp, #4]
	ldr r6, [sp, #8]
	ldr r7, [sp, #12]
	cmp r6, r7
	bne 1b
	add sp, #32
	pop {r4-r7}
	mov r8, r4
	mov r9, r5
	mov r10, r6
	mov r11, r7
	pop {r4-r7, pc}
	.endm

	.macro row_function name, list, shift
	.section .text.\name, "ax", %progbits
	.balign 4
	.global \name
	.type \name, %function
	.thumb_func
\name:
	ROW \list, \shift
	.size \name, . - \name
	.endm

	row_function unit_prefix_row, SHORT_LIST, 1
	row_function unit_prefix_row_long, LONG_LIST, 2
