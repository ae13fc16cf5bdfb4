/* prefix_scatter.S (ARMv6-M) - the elements of a row: see rt_scatter_row of the C port.
 *
 *   void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);
 *   void unit_prefix_row_long(...);   with entries of a word
 *   void rt_scatter_row_compared(...);   with those of unit_prefix_s8_compared: 5.5 cycles an entry, 13.5 if it runs
 *
 * A long entry is | 4 * offset, 9 bits | weight, 23 bits |: the low 23 bits of its product with an element are those of
 * the weight's, so the weight need not be taken out; bits above a sum are left undefined. A short one is | weight |
 * offset |, two in a word. Both are run by a jump into a chain of them.
 *
 * Cycles (DDI 0484C, table 3.1): 9 an element that is zero (7 where it is a column of its own), 28 one that is not, 13 a
 * list that does not wake, 23 one that does (short: 29), 34 a column and, for an entry, 9 (short: 11).
 *
 * r8 the element, r9 step of the index, r10 entries, r11 4 * at, r12 end of the visits, lr the channel's lists plus where
 * lengths stand.
 */
	.syntax unified
	.cpu cortex-m0plus
	.thumb

	.equ COLUMN_END, 0
	.equ ZERO, 4
	.equ TABLE, 8
	.equ VISIT, 12
	.equ CHANNELS, 16
	.equ INDEX, 20
	.equ COLUMN, 24
	.equ COLUMNS_END, 28
	.equ FRAME, 32

	.equ LONG_BYTES, 12
	.equ LONG_CHAIN, 20

/* sums (r5) += x (r4) * weight of the next entry. Uses r0 and two more. */
	.macro LONG_ENTRY offset, sum
	ldmia r3!, {r0}
	lsrs \offset, r0, #23
	muls r0, r4
	ldr \sum, [r5, \offset]
	adds \sum, \sum, r0
	str \sum, [r5, \offset]
	.endm

/* Not zero: r6 entries. */
	.macro LONG_TEST
	movs r0, #LONG_BYTES
	muls r6, r0, r6
	.endm

/* r6 entries (times LONG_BYTES) of the list r7 bytes behind r1. */
	.macro LONG_LIST
	ldrh r3, [r1, r7]
	lsls r3, r3, #2
	add r3, r10
	add r5, r11
	cmp r6, #LONG_CHAIN * LONG_BYTES
	bhi 8f
7:	adr r0, 9f
	subs r0, r0, r6
	mov pc, r0
8:	push {r2}			/* four at a time, until the chain takes the rest */
6:	LONG_ENTRY r2, r7
	LONG_ENTRY r2, r7
	LONG_ENTRY r2, r7
	LONG_ENTRY r2, r7
	subs r6, #4 * LONG_BYTES
	cmp r6, #LONG_CHAIN * LONG_BYTES
	bhi 6b
	pop {r2}
	b 7b
	.balign 4
	.rept LONG_CHAIN
	LONG_ENTRY r6, r7
	.endr
	.balign 4
9:
	.endm

	.equ SHORT_BYTES, 34		/* of code for two */
	.equ SHORT_CHAIN, 8		/* words; a power of two */

/* The same; offset in r7, weight in r6. */
	.macro SHORT_ENTRY
	lsls r7, r7, #2
	muls r6, r4
	ldr r1, [r5, r7]
	adds r1, r1, r6
	str r1, [r5, r7]
	.endm

	.macro LOW_ENTRY
	uxtb r7, r0
	sxth r6, r0
	asrs r6, r6, #8
	SHORT_ENTRY
	.endm

	.macro SHORT_TEST
	cmp r6, #0
	.endm

	.macro SHORT_LIST
	ldrh r3, [r1, r7]
	lsls r3, r3, #1
	add r3, r10
	add r5, r11
	push {r1, r2}
	movs r2, #SHORT_CHAIN - 1
	lsrs r6, r6, #1
	bcc 7f
	lsls r7, r6, #2			/* an odd one: it is the last */
	ldr r0, [r3, r7]
	mov lr, r6
	LOW_ENTRY
	mov r6, lr
7:	lsls r0, r6, #2
	adds r0, r0, r3
	mov lr, r0			/* end of the words */
	ands r6, r2
	movs r0, #SHORT_BYTES
	muls r6, r0, r6
	adr r0, 9f
	subs r0, r0, r6
	mov pc, r0
	.balign 4
8:	.rept SHORT_CHAIN
	ldmia r3!, {r0}
	LOW_ENTRY
	lsrs r7, r0, #16
	uxtb r7, r7
	asrs r6, r0, #24
	SHORT_ENTRY
	.endr
	.balign 4
9:	cmp r3, lr
	beq 6f
	b 8b
6:	pop {r1, r2}
	.endm

	.equ COMPARED_BYTES, 20
	.equ COMPARED_CHAIN, 12

/* The next entry, | cut | 4 * offset | weight |, if its cut is below |x|, which is in the upper byte of lr. */
	.macro COMPARED_ENTRY offset, sum
	ldmia r3!, {r0}
	cmp r0, lr
	bhs .Lasleep\@
	lsls \offset, r0, #8
	lsrs \offset, \offset, #16
	sxtb r0, r0
	muls r0, r4
	ldr \sum, [r5, \offset]
	adds \sum, \sum, r0
	str \sum, [r5, \offset]
.Lasleep\@:
	.endm

	.macro COMPARED_TEST
	movs r0, #COMPARED_BYTES
	muls r6, r0, r6
	.endm

	.macro COMPARED_LIST
	ldrh r3, [r1, r7]
	lsls r3, r3, #2
	add r3, r10
	add r5, r11
	asrs r0, r4, #31
	adds r7, r4, r0
	eors r7, r0
	lsls r7, r7, #24
	mov lr, r7
	cmp r6, #COMPARED_CHAIN * COMPARED_BYTES
	bhi 8f
7:	adr r0, 9f
	subs r0, r0, r6
	mov pc, r0
8:	push {r2}
6:	.rept 8
	COMPARED_ENTRY r2, r7
	.endr
	subs r6, #8 * COMPARED_BYTES
	cmp r6, #COMPARED_CHAIN * COMPARED_BYTES
	bhi 6b
	pop {r2}
	b 7b
	.balign 4
	.rept COMPARED_CHAIN
	COMPARED_ENTRY r6, r7
	.endr
	.balign 4
9:
	.endm

/* The channel's lists plus where lengths stand, kept while a list runs. */
	.macro LONG_KEEP
	mov lr, r6
	.endm

	.macro LONG_RECALL
	mov r0, lr
	.endm

	.macro SHORT_KEEP
	str r6, [sp, #FRAME]
	.endm

	.macro SHORT_RECALL
	ldr r0, [sp, #FRAME]
	.endm

	.macro COMPARED_KEEP
	SHORT_KEEP
	.endm

	.macro COMPARED_RECALL
	SHORT_RECALL
	.endm

	.macro ROW test, list, keep, recall
	push {r4-r7, lr}
	mov r4, r8
	mov r5, r9
	mov r6, r10
	mov r7, r11
	push {r3-r7}
	sub sp, #FRAME
	ldr r4, [r0]
	mov r10, r4
	ldrh r4, [r0, #6]
	mov r9, r4
	ldr r4, [r0, #28]
	mov r12, r4
	movs r4, #8
	ldrsh r7, [r0, r4]
	str r7, [sp, #ZERO]
	ldr r4, [r0, #24]
	str r4, [sp, #TABLE]
	ldrh r4, [r0, #4]
	str r4, [sp, #CHANNELS]
	ldr r4, [r0, #12]
	str r4, [sp, #INDEX]
	ldr r6, [r0, #16]
	ldr r4, [r0, #20]
	str r4, [sp, #COLUMNS_END]
	adds r0, #32
	str r0, [sp, #VISIT]
	mov r0, r1
1:	movs r5, #0			/* a column, in r6 */
	ldr r3, [sp, #CHANNELS]
	cmp r3, #1
	bne 2f
	ldrsb r4, [r0, r5]		/* elements that are zero have no need of their column; the last one is not */
	cmp r4, r7
	bne 2f
8:	adds r0, #1
	adds r6, #4
	ldrsb r4, [r0, r5]
	cmp r4, r7
	beq 8b
2:	ldrh r1, [r6]
	ldrh r2, [r6, #2]
	adds r6, #4
	str r6, [sp, #COLUMN]
	ldr r6, [sp, #INDEX]
	adds r1, r1, r6
	lsls r2, r2, #2
	mov r11, r2
	adds r6, r0, r3
	str r6, [sp, #COLUMN_END]
2:	ldrsb r4, [r0, r5]
	adds r0, #1
	subs r4, r4, r7
	bne 3f
	add r1, r9
	cmp r0, r6
	bne 2b
	b .Lcolumn\@
3:	mov r8, r0
	asrs r5, r4, #31
	adds r6, r4, r5
	eors r6, r5
	ldr r2, [sp, #TABLE]
	ldrb r6, [r2, r6]
	adds r6, r6, r1
	\keep
	ldr r2, [sp, #VISIT]
4:	\recall
	ldmia r2!, {r5, r7}
	ldrb r6, [r0, r7]
	\test
	bne 5f
	cmp r2, r12
	bne 4b
	b 3f
5:	\list
	cmp r2, r12
	beq 3f
	b 4b
3:	mov r0, r8
	movs r5, #0
	ldr r6, [sp, #COLUMN_END]
	ldr r7, [sp, #ZERO]
	add r1, r9
	cmp r0, r6
	beq .Lcolumn\@
	b 2b
.Lcolumn\@:
	ldr r6, [sp, #COLUMN]
	ldr r3, [sp, #COLUMNS_END]
	cmp r6, r3
	beq 3f
	b 1b
3:	add sp, #FRAME
	pop {r3-r7}
	mov r8, r4
	mov r9, r5
	mov r10, r6
	mov r11, r7
	pop {r4-r7, pc}
	.endm

	.macro row_function name, form
	.section .text.\name, "ax", %progbits
	.balign 4
	.global \name
	.type \name, %function
	.thumb_func
\name:
	ROW \form\()_TEST, \form\()_LIST, \form\()_KEEP, \form\()_RECALL
	.size \name, . - \name
	.endm

	row_function unit_prefix_row, SHORT
	row_function unit_prefix_row_long, LONG
	row_function rt_scatter_row_compared, COMPARED
