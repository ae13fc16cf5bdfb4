/* rt_prefix_forms.h (ARMv6-M) - assembly: an entry of a prefix list, and a sum that becomes an output.
 *
 * A long entry is | 4 * offset, 9 bits | weight, 23 bits |: the low 23 bits of its product with an element are those of
 * the weight's, so the weight need not be taken out; bits above a sum are left undefined. A short one is | weight |
 * offset |, two in a word. */
/* clang-format off */
	.equ COMPARES, 1
	.equ WEIGHTS, 0

	.equ LONG_BYTES, 12
	.equ LONG_CHAIN, 20

/* What an element is multiplied by, in r4: itself. */
	.macro KEEP_SQUARES
	.endm

	.macro FIND_FACTOR
	.endm

/* sums (r5) += x (r4) * weight of the next entry. Uses r0 and two more. */
	.macro LONG_ENTRY offset, sum
	ldmia r3!, {r0}
	lsrs \offset, r0, #23
	muls r0, r4
	ldr \sum, [r5, \offset]
	adds \sum, \sum, r0
	str \sum, [r5, \offset]
	.endm

	.equ SHORT_CHAIN, 8		/* words; a power of two */

/* r6 *= bytes of code for two. Uses r0. */
	.macro TIMES_SHORT_BYTES
	movs r0, #34
	muls r6, r0, r6
	.endm

/* The same; offset in r7, weight in r6. */
	.macro SHORT_ENTRY
	lsls r7, r7, #2
	muls r6, r4
	ldr r2, [r5, r7]
	adds r2, r2, r6
	str r2, [r5, r7]
	.endm

/* Those of the word in r0. */
	.macro LOW_ENTRY
	uxtb r7, r0
	sxth r6, r0
	asrs r6, r6, #8
	SHORT_ENTRY
	.endm

	.macro HIGH_ENTRY
	lsrs r7, r0, #16
	uxtb r7, r7
	asrs r6, r0, #24
	SHORT_ENTRY
	.endm

/* r5 = the output of r4, which lies below the range r5; mult is in r6, r1 at add. UNIT_AFTER_STEPS. */
	.macro LINE at
	lsrs r5, r5, #12
	beq .Lshort\at			/* mult has no lower part */
	lsls r5, r6, #20
	lsrs r5, r5, #20
	muls r5, r4
	lsrs r5, r5, #12
	lsrs r6, r6, #12
	muls r6, r4
	adds r5, r5, r6
	ldmia r1!, {r6}			/* add */
	adds r5, r5, r6
	lsrs r5, r5, #24
	.endm

	.macro LINE_REST at, put
.Lshort\at:
	ldmia r1!, {r5}
	muls r6, r4
	adds r5, r5, r6
	lsrs r5, r5, #24
	b \put
	.endm
