/* prefix_scatter.S (ARMv6-M) - a row of the input into the rows of sums that it meets: see rt_walk.h.
 *
 * Entries are run by a jump into a chain of them; rt_prefix_forms.h has what they are.
 *
 * Cycles (DDI 0484C, table 3.1): 10 an element that is zero, 32 one that is not, 24 a column; 7 and 41 where a column is
 * one element; 5 a list that does not wake, 20 one that does (short: 34); about 190 a row and 28 a row of sums that it
 * meets; 9 an entry (short: 11; of unit_prefix_s8_compared: 5.5, 13.5 if it runs). Where a channel has one list: 9, 18
 * an element that is not zero with a list that does not wake, 46 with one that does.
 *
 * r8 the next element, r9 step of the index (image: the next column), r10 entries, r11 4 * at, r12 end of the column's
 * elements (image: of the columns).
 */
	.syntax unified
	.cpu cortex-m0plus
	.thumb

#include "rt_prefix_forms.h"

	.equ VISITS, 16			/* UNIT_PREFIX_VISITS_MAX */
	.equ LIST_MAX, 127		/* UNIT_PREFIX_PART: entries of a list */
	.equ PART_BYTES, 4 * LIST_MAX	/* sums */

	/* struct rt_walk */
	.equ W_ENTRIES, 0
	.equ W_INDEX, 4
	.equ W_TABLE, 8
	.equ W_ZP, 12
	.equ W_ZEROS, 16
	.equ W_BYTES, 20
	.equ W_CHANNELS, 24
	.equ W_STEP, 28
	.equ W_GROUPS, 32
	.equ W_COLUMNS, 36
	.equ W_COLUMNS_END, 40
	.equ W_REACH, 44
	.equ W_SPAN_AT, 48
	.equ W_PARTS, 52
	.equ W_APART, 56
	.equ W_RING_END, 60
	.equ W_RING_BYTES, 64
	.equ W_SUMS, 68
	.equ W_ROWS, 72
	.equ W_PASSED, 76
	.equ W_QUIET, 80

	/* The frame. */
	.equ SUMS, 0			/* of each list */
	.equ LENGTHS, 4 * VISITS	/* from a channel's lists to their lengths, for 1 .. 8 bits */
	.equ ENTER, LENGTHS + 32
	.equ TABLE, ENTER + 4
	.equ SQUARES, ENTER + 8
	.equ ZERO, ENTER + 12
	.equ INDEX, ENTER + 16
	.equ COLUMN, ENTER + 20
	.equ COLUMNS_END, ENTER + 24
	.equ CHANNELS, ENTER + 28
	.equ QUIET, ENTER + 32
	.equ FRAME, ENTER + 36

/* The list of r6 / 2 > 0 entries, the first of which is r3-th; r5 its sums where the column begins at 0. Keeps r1, r2,
 * r4 and the upper registers. */
	.macro LONG_LIST
	lsls r3, r3, #2
	add r3, r10
	add r5, r11
3:	add pc, r6
	nop
	.set count, 0
	.rept LIST_MAX + 1
	.if count > LONG_CHAIN
	b 6f
	.else
	b 9f - count * LONG_BYTES
	.endif
	.set count, count + 1
	.endr
6:	push {r2}			/* four at a time, until the chain takes the rest */
7:	LONG_ENTRY r2, r7
	LONG_ENTRY r2, r7
	LONG_ENTRY r2, r7
	LONG_ENTRY r2, r7
	subs r6, #4 * 2
	cmp r6, #LONG_CHAIN * 2
	bhi 7b
	pop {r2}
	b 3b
	.rept LONG_CHAIN
	LONG_ENTRY r6, r7
	.endr
9:	bx lr
	.endm

/* Runs r6 > 0 entries from r3 on. Uses r2 and lr too. */
	.macro SHORT_ENTRIES
	lsrs r6, r6, #1
	bcc 7f
	lsls r7, r6, #2			/* an odd one: it is the last */
	ldr r0, [r3, r7]
	mov lr, r6
	LOW_ENTRY
	mov r6, lr
7:	movs r2, #SHORT_CHAIN - 1
	lsls r0, r6, #2
	adds r0, r0, r3
	mov lr, r0			/* end of the words */
	ands r6, r2
	TIMES_SHORT_BYTES
	adr r0, 9f
	subs r0, r0, r6
	mov pc, r0
	.balign 4
8:	.rept SHORT_CHAIN
	ldmia r3!, {r0}
	LOW_ENTRY
	HIGH_ENTRY
	.endr
	.balign 4
9:	cmp r3, lr
	beq 6f
	b 8b
6:
	.endm

	.macro SHORT_LIST
	push {r2, lr}
	lsls r3, r3, #1
	add r3, r10
	add r5, r11
	lsrs r6, r6, #1
	SHORT_ENTRIES
	pop {r2, pc}
	.endm

	.equ COMPARED_BYTES, 20
	.equ COMPARED_CHAIN, 12

/* The next entry, | cut | 4 * offset | weight |, if its cut is below |x|, which is in the upper byte of lr. */
	.macro COMPARED_ENTRY
	ldmia r3!, {r0}
	cmp r0, lr
	bhs .Lasleep\@
	lsls r7, r0, #8
	lsrs r7, r7, #16
	sxtb r0, r0
	muls r0, r4
	ldr r2, [r5, r7]
	adds r2, r2, r0
	str r2, [r5, r7]
.Lasleep\@:
	.endm

	.macro COMPARED_LIST
	push {r2, lr}
	lsls r3, r3, #2
	add r3, r10
	add r5, r11
	asrs r0, r4, #31
	adds r7, r4, r0
	eors r7, r0
	lsls r7, r7, #24
	mov lr, r7
	lsrs r6, r6, #1
	b 7f
6:	.rept 8
	COMPARED_ENTRY
	.endr
	subs r6, #8
7:	cmp r6, #COMPARED_CHAIN
	bhi 6b
	movs r0, #COMPARED_BYTES
	muls r6, r0, r6
	adr r0, 9f
	subs r0, r0, r6
	mov pc, r0
	.balign 4
	.rept COMPARED_CHAIN
	COMPARED_ENTRY
	.endr
	.balign 4
9:	pop {r2, pc}
	.endm

/* An element's lists, from the last one down to the first: r1 their starts, r2 their lengths. */
	.macro VISIT list
	.set visit, VISITS - 1
	.rept VISITS
	ldrb r6, [r2, #visit]
	lsls r6, r6, #1
	beq 1f
	ldrh r3, [r1, #2 * visit]
	ldr r5, [sp, #SUMS + 4 * visit]
	bl \list
1:
	.set visit, visit - 1
	.endr
	.endm

	.equ VISIT_BYTES, 14

/* r2 = what the table has for the element r4, which is not zero; flags by its sign. */
	.macro LOOK_UP back
	bmi \back\()_minus
	ldr r3, [sp, #TABLE]
	ldrb r2, [r3, r4]
\back:
	.endm

	.macro LOOK_UP_MINUS back
\back\()_minus:
	rsbs r2, r4, #0
	ldr r3, [sp, #TABLE]
	ldrb r2, [r3, r2]
	b \back
	.endm

/* To the element's lists; r1 the channel's. */
	.macro GO_VISITING
	lsls r2, r2, #2
	add r2, sp
	ldr r2, [r2, #LENGTHS - 4 * 2]
	adds r2, r2, r1
	FIND_FACTOR
	ldr r3, [sp, #ENTER]
	mov pc, r3
	.endm

/* The beginning: returns if the row has zeros only, else the columns between those at its ends that are zero are from r2
 * to r3 and their elements from r1 on. */
	.macro BEGIN
	push {r4-r7, lr}
	bl rt_walk_ends
	bne 1f
	pop {r4-r7, pc}
1:	mov r2, r8
	mov r3, r9
	mov r6, r10
	mov r7, r11
	push {r2, r3, r6, r7}
	sub sp, #FRAME
	bl rt_walk_columns
	.endm

	.macro END
	add sp, #FRAME
	pop {r4-r7}
	mov r8, r4
	mov r9, r5
	mov r10, r6
	mov r11, r7
	pop {r4-r7, pc}
	.endm

	.macro KEEP what, where
	ldr r4, [r0, #\what]
	str r4, [sp, #\where]
	.endm

	.macro start name
	.section .text.\name, "ax", %progbits
	.balign 4
	.type \name, %function
	.thumb_func
\name:
	.endm

	.macro finish name
	.size \name, . - \name
	.endm

/* r4 = the first element that is not zero of the row at r1, r5 = behind the last; equal if there is none. r0 the walk,
 * which stays, as does r1. Words of four are compared at once where they lie at multiples of four. */
	.global rt_walk_ends
	start rt_walk_ends
	ldr r5, [r0, #W_BYTES]
	adds r5, r5, r1
	ldr r3, [r0, #W_ZEROS]
	ldr r7, [r0, #W_ZP]
	movs r4, r1
	movs r6, #0
1:	cmp r4, r5
	beq 9f
	lsls r2, r4, #30
	beq 3f
2:	ldrsb r2, [r4, r6]
	cmp r2, r7
	bne 6f
	adds r4, #1
	b 1b
3:	subs r5, #4
4:	cmp r4, r5			/* words that end by r5 + 4 */
	bhi 5f
	ldmia r4!, {r2}
	cmp r2, r3
	beq 4b
	subs r4, #4
5:	adds r5, #4
	cmp r4, r5
	bne 2b
9:	bx lr
6:	lsls r2, r5, #30
	beq 8f
7:	subs r5, #1
	ldrsb r2, [r5, r6]
	cmp r2, r7
	beq 6b
	adds r5, #1
	bx lr				/* r4 and r5 differ: flags say so */
8:	subs r5, #4
	ldr r2, [r5]
	cmp r2, r3
	beq 8b
	adds r5, #4
	b 7b
	finish rt_walk_ends

/* r2, r3 = columns from and behind those that have elements from r4 to r5, r1 = their elements; widens the spans of the
 * rows of sums that are met and puts the addresses of their lists' sums, r6 bytes in all, into the frame. */
	.global rt_walk_columns
	start rt_walk_columns
	mov r12, lr
	ldr r7, [r0, #W_BYTES]
	adds r7, r7, r1
	subs r7, r7, r5
	subs r6, r4, r1
	ldr r2, [r0, #W_COLUMNS]
	ldr r3, [r0, #W_COLUMNS_END]
	ldr r5, [r0, #W_CHANNELS]
	cmp r5, #1
	bne 1f
	lsls r6, r6, #2
	adds r2, r2, r6
	lsls r7, r7, #2
	subs r3, r3, r7
	movs r1, r4
	b 5f
2:	adds r2, #4
	adds r1, r1, r5
1:	subs r6, r6, r5
	bcs 2b
	b 4f
3:	subs r3, #4
4:	subs r7, r7, r5
	bcs 3b
5:	ldr r6, [r0, #W_REACH]
	cmp r6, #0
	beq 6f
	subs r7, r3, #4
	ldrh r7, [r7, #2]
	adds r6, r6, r7			/* the last that is reached, and 1 */
	ldrh r4, [r2, #2]
	mvns r4, r4
	uxth r4, r4
	b 7f
6:	ldr r6, [r0, #W_SPAN_AT]	/* all */
	lsrs r6, r6, #2
	movs r4, #0
	mvns r4, r4
	uxth r4, r4
7:	mov r8, r4
	mov r9, r6
	push {r1, r2, r3}
	add r6, sp, #12
	ldr r4, [r0, #W_RING_END]
	mov lr, r4
	ldr r1, [r0, #W_SUMS]
	ldr r2, [r0, #W_ROWS]
	ldr r3, [r0, #W_APART]
	ldr r7, [r0, #W_SPAN_AT]
1:	ldr r4, [r1, r7]
	lsrs r5, r4, #16
	cmp r5, r9
	bhs 2f
	mov r5, r9
2:	uxth r4, r4
	cmp r4, r8
	bhs 3f
	mov r4, r8
3:	lsls r5, r5, #16
	orrs r4, r5
	str r4, [r1, r7]
	stmia r6!, {r1}
	ldr r5, [r0, #W_PARTS]
	subs r5, #1
	bne 6f
4:	adds r1, r1, r3
	cmp r1, lr
	blo 5f
	ldr r4, [r0, #W_RING_BYTES]
	subs r1, r1, r4
5:	subs r2, #1
	bne 1b
	mov r4, sp
	subs r6, r6, r4
	subs r6, #12
	pop {r1, r2, r3}
	mov pc, r12
6:	movs r4, r1
7:	adds r4, #PART_BYTES / 2
	adds r4, #PART_BYTES / 2
	stmia r6!, {r4}
	subs r5, #1
	bne 7b
	b 4b
	finish rt_walk_columns

/* A row of the input; image: with a way of its own for one channel. */
	.macro ROW name, form, image
	.global \name
	start \name
	BEGIN
	mov r12, r3			/* image: end of the columns */
	str r3, [sp, #COLUMNS_END]
	KEEP W_TABLE, TABLE
	KEEP_SQUARES
	KEEP W_ZP, ZERO
	movs r7, r4
	KEEP W_CHANNELS, CHANNELS
	KEEP W_QUIET, QUIET
	ldr r3, [r0, #W_GROUPS]
	ldr r5, [r0, #W_PASSED]
	lsls r4, r3, #1
	subs r4, r4, r5
	.set bits, 0
	.rept 8
	str r4, [sp, #LENGTHS + 4 * bits]
	adds r4, r4, r3
	.set bits, bits + 1
	.endr
	lsls r5, r5, #1
	ldr r4, [r0, #W_INDEX]
	adds r4, r4, r5
	str r4, [sp, #INDEX]
	ldr r4, [r0, #W_STEP]
	mov r9, r4
	ldr r4, [r0, #W_ENTRIES]
	mov r10, r4
	lsls r5, r6, #2			/* VISIT_BYTES a list */
	lsrs r6, r6, #1
	subs r5, r5, r6
	.if \image
	ldr r4, [r0, #W_CHANNELS]
	cmp r4, #1
	bne 1f
	adr r4, .Limage_visited
	subs r4, r4, r5
	str r4, [sp, #ENTER]
	movs r0, r1
	movs r6, r2
	movs r5, #0
	b .Limage
1:
	.endif
	adr r4, .Lvisited\@
	subs r4, r4, r5
	str r4, [sp, #ENTER]
	movs r0, r1
	movs r6, r2
	b .Lcolumn\@

	.if \image
	LOOK_UP_MINUS .Limage_looked
.Limage_zero:
	adds r0, #1
	adds r6, #4
.Limage:
	ldrsb r4, [r0, r5]		/* the last column's is not zero */
	subs r4, r4, r7
	beq .Limage_zero
	LOOK_UP .Limage_looked
	ldmia r6!, {r1}
	mov r9, r6
	adds r0, #1
	mov r8, r0
	lsrs r3, r1, #16
	lsls r3, r3, #2
	mov r11, r3
	uxth r1, r1
	ldr r3, [sp, #INDEX]
	adds r1, r1, r3
	GO_VISITING
	.balign 4
	VISIT .Llist\@
.Limage_visited:
	mov r0, r8
	mov r6, r9
	movs r5, #0
	ldr r7, [sp, #ZERO]
	cmp r6, r12
	beq 1f
	b .Limage
1:	END
	.endif

	.balign 4
	VISIT .Llist\@
.Lvisited\@:
	mov r0, r8
	movs r5, #0
	ldr r6, [sp, #QUIET]
	ldr r7, [sp, #ZERO]
3:	add r1, r9
	cmp r0, r12
	beq 2f
1:	ldrsb r4, [r0, r5]
	adds r0, #1
	subs r4, r4, r7
	cmp r4, r6			/* one below zero is large; the sign that follows is its own */
	bls 3b
	mov r8, r0
	LOOK_UP .Llooked\@
	GO_VISITING
2:	ldr r6, [sp, #COLUMN]
	ldr r3, [sp, #COLUMNS_END]
	cmp r6, r3
	beq 4f
.Lcolumn\@:
	ldmia r6!, {r1}
	str r6, [sp, #COLUMN]
	lsrs r2, r1, #16
	lsls r2, r2, #2
	mov r11, r2
	uxth r1, r1
	ldr r3, [sp, #INDEX]
	adds r1, r1, r3
	ldr r3, [sp, #CHANNELS]
	adds r3, r3, r0
	mov r12, r3
	movs r5, #0
	ldr r6, [sp, #QUIET]
	b 1b
4:	END
	LOOK_UP_MINUS .Llooked\@
.Llist\@:
	\form\()_LIST
	finish \name
	.endm

	ROW unit_walk_short, SHORT, 0
	ROW unit_walk_long, LONG, 1
	.if COMPARES
	ROW unit_walk_compared, COMPARED, 0
	.endif
	.if WEIGHTS
	ROW unit_walk_weights, WEIGHTS, 0
	.endif

/* Short lists, one of every channel. */
	.global unit_walk_single
	start unit_walk_single
	BEGIN
	str r3, [sp, #COLUMNS_END]
	KEEP W_TABLE, TABLE
	KEEP_SQUARES
	KEEP W_ZP, ZERO
	movs r7, r4
	KEEP W_CHANNELS, CHANNELS
	KEEP W_INDEX, INDEX
	ldr r4, [r0, #W_STEP]
	mov r9, r4
	ldr r4, [r0, #W_ENTRIES]
	mov r10, r4
	movs r0, r1
	movs r6, r2
	b .Lsingle_column
	LOOK_UP_MINUS .Lsingle_looked
.Lsingle_next:
	add r1, r9
	cmp r0, r12
	beq 2f
1:	ldrsb r4, [r0, r5]
	adds r0, #1
	subs r4, r4, r7
	beq .Lsingle_next
	LOOK_UP .Lsingle_looked
	ldrb r6, [r1, r2]
	cmp r6, #0
	beq .Lsingle_next
	mov r8, r0
	FIND_FACTOR
	ldrh r3, [r1]
	lsls r3, r3, #1
	add r3, r10
	mov r5, r11
	b 4f
2:	ldr r6, [sp, #COLUMN]
	ldr r3, [sp, #COLUMNS_END]
	cmp r6, r3
	beq 5f
.Lsingle_column:
	ldmia r6!, {r1}
	str r6, [sp, #COLUMN]
	lsrs r2, r1, #16
	lsls r2, r2, #2
	ldr r3, [sp, #SUMS]
	adds r2, r2, r3
	mov r11, r2
	uxth r1, r1
	ldr r3, [sp, #INDEX]
	adds r1, r1, r3
	ldr r3, [sp, #CHANNELS]
	adds r3, r3, r0
	mov r12, r3
	movs r5, #0
	b 1b
5:	END
4:	SHORT_ENTRIES
	mov r0, r8
	movs r5, #0
	ldr r7, [sp, #ZERO]
	b .Lsingle_next
	finish unit_walk_single
