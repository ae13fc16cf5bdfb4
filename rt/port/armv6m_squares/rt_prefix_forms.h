/* rt_prefix_forms.h (ARMv6-M with a slow multiplier) - assembly: an entry of a prefix list, and a sum that becomes an
 * output. A product is a difference of quarter squares: see rt_prefix_squares.h.
 *
 * A long entry is | 2 * weight, 16 bits | 4 * offset, 16 bits |: 15 cycles. A short one is | weight | offset |, two in
 * a word: 17 each. */
/* clang-format off */
	.equ COMPARES, 0
	.equ WEIGHTS, 1

	.equ LONG_BYTES, 20
	.equ LONG_CHAIN, 12

	.equ SQUARE_0, 2 * 383		/* UNIT_SQUARE_0 */

/* What an element is multiplied by, in r4: its place in the table of squares. */
	.macro KEEP_SQUARES
	ldr r4, 1f
	b 2f
	.balign 4
1:	.word unit_quarter_squares + SQUARE_0
2:	str r4, [sp, #SQUARES]
	.endm

	.macro FIND_FACTOR
	lsls r4, r4, #1
	ldr r3, [sp, #SQUARES]
	adds r4, r4, r3
	.endm

/* \sum += x (r4) * weight, twice of which is in r6; \sum is at the address in r5 and \offset. */
	.macro ADD_PRODUCT sum, offset
	ldrh \sum, [r4, r6]
	rsbs r6, r6, #0
	ldrh r6, [r4, r6]
	subs \sum, \sum, r6
	ldr r6, [r5, \offset]
	adds r6, r6, \sum
	str r6, [r5, \offset]
	.endm

/* sums (r5) += x * weight of the next entry. Uses r0, r6 or the offset's register, and the sum's. */
	.macro LONG_ENTRY offset, sum
	ldmia r3!, {r0}
	asrs \offset, r0, #16
	uxth r0, r0
	ldrh \sum, [r4, \offset]
	rsbs \offset, \offset, #0
	ldrh \offset, [r4, \offset]
	subs \sum, \sum, \offset
	ldr \offset, [r5, r0]
	adds \sum, \sum, \offset
	str \sum, [r5, r0]
	.endm

	.equ SHORT_CHAIN, 8		/* words; a power of two */

/* r6 *= bytes of code for two: 2 * (1 + 2 * 12). Uses r0. */
	.macro TIMES_SHORT_BYTES
	lsls r0, r6, #1
	lsls r6, r6, #4
	adds r0, r0, r6
	lsls r6, r6, #1
	adds r6, r6, r0
	.endm

/* The same of the word in r0; offset in r7. */
	.macro LOW_ENTRY
	uxtb r7, r0
	lsls r7, r7, #2
	sxth r6, r0
	asrs r6, r6, #8
	lsls r6, r6, #1
	ADD_PRODUCT r2, r7
	.endm

	.macro HIGH_ENTRY
	lsrs r7, r0, #16
	uxtb r7, r7
	lsls r7, r7, #2
	asrs r6, r0, #24
	lsls r6, r6, #1
	ADD_PRODUCT r2, r7
	.endm

/* The list of r6 / 2 > 0 weights of sums that follow each other, the first of which is r3-th; r5 their sums where the
 * column begins at 0. */
	.macro WEIGHTS_LIST
	push {r2, lr}
	add r3, r10
	add r5, r11
	lsrs r6, r6, #1
	adds r2, r3, r6
1:	movs r6, #0
	ldrsb r6, [r3, r6]
	adds r3, #1
	lsls r6, r6, #1
	ldrh r0, [r4, r6]
	rsbs r6, r6, #0
	ldrh r6, [r4, r6]
	subs r0, r0, r6
	ldr r6, [r5]
	adds r6, r6, r0
	stmia r5!, {r6}
	cmp r3, r2
	bne 1b
	pop {r2, pc}
	.endm

/* A bit of the quotient of r4 by r6. */
	.macro DIVIDE_STEP at, bit
	cmp r4, r6
	bcc .Lbit\at\()_\bit
	subs r4, r4, r6
.Lbit\at\()_\bit:
	adcs r5, r5
	lsrs r6, r6, #1
	.endm

/* r5 = the output of r4, which lies below the range r5; width and shift are in r6, r1 at add. UNIT_AFTER_DIVIDED. */
	.macro LINE at
	movs r5, #31
	ands r5, r6
	lsls r4, r5
	ldmia r1!, {r5}			/* add */
	adds r4, r4, r5
	lsrs r6, r6, #7
	lsls r6, r6, #7
	movs r5, #0
	.irp bit, 7, 6, 5, 4, 3, 2, 1, 0
	DIVIDE_STEP \at, \bit
	.endr
	add r5, r10
	.endm

	.macro LINE_REST at, put
	.endm
