/* prefix_scatter.S (ARMv6-M) - the elements of one column, channel after channel: see rt_scatter_column of the C port.
 *
 *   void unit_prefix_column(const struct rt_scatter *s, const uint8_t *lists, uint32_t at, const int8_t *in);
 *   void unit_prefix_column_long(...);   with entries of a word
 *
 * Cycles (DDI 0484C, table 3.1): 10 an element that is zero, about 21 one that is not, 21 a list and, for an entry, 11 (long:
 * | weight | 4 * offset |, two a turn of the loop) or 12.5 (short: | weight | offset |, two in a word).
 *
 * r8 end of the input, r9 step of the index, r10 entries, r11 4 * at, r12 the next visit, lr where lengths stand.
 * On the stack: in, lists; first visit, end of the visits, zero point, table.
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

	.macro COLUMN list, shift
	push {r4-r7, lr}
	mov r4, r8
	mov r5, r9
	mov r6, r10
	mov r7, r11
	push {r4-r7}
	lsls r2, r2, #2
	mov r11, r2
	ldr r4, [r0, #0]
	mov r10, r4
	ldrh r4, [r0, #4]
	adds r4, r4, r3
	mov r8, r4
	ldrh r4, [r0, #6]
	mov r9, r4
	movs r4, #8
	ldrsh r6, [r0, r4]
	ldr r5, [r0, #12]
	mov r4, r0
	adds r4, #16
	ldr r7, =unit_prefix_table
	push {r4-r7}
	mov r7, r6
	mov r0, r3
1:	movs r5, #0
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
	ldr r2, [sp, #12]
	ldrb r6, [r2, r6]
	mov lr, r6
	ldr r2, [sp]
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
	ldr r0, [sp, #12]
	cmp r2, r0
	bne 4b
	pop {r0, r1}
	ldr r7, [sp, #8]
	add r1, r9
	cmp r0, r8
	bne 1b
6:	add sp, #16
	pop {r4-r7}
	mov r8, r4
	mov r9, r5
	mov r10, r6
	mov r11, r7
	pop {r4-r7, pc}
	.endm

	.section .text.unit_prefix_column, "ax", %progbits
	.balign 4
	.global unit_prefix_column
	.type unit_prefix_column, %function
	.thumb_func
unit_prefix_column:
	COLUMN SHORT_LIST, 1
	.pool
	.size unit_prefix_column, . - unit_prefix_column

	.section .text.unit_prefix_column_long, "ax", %progbits
	.balign 4
	.global unit_prefix_column_long
	.type unit_prefix_column_long, %function
	.thumb_func
unit_prefix_column_long:
	COLUMN LONG_LIST, 2
	.pool
	.size unit_prefix_column_long, . - unit_prefix_column_long
