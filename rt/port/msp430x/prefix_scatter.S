/* prefix_scatter.S (MSP430X) - the elements of a row, for prefix_s8.c: see rt_scatter_row of the C port.
 *
 *   void unit_prefix_row_long(const struct scatter *s, const int8_t *in);
 *     with long entries
 *   void unit_prefix_row_short(const struct scatter *s, const int8_t *in, uint16_t group, int32_t *sums);
 *     with short entries, into one row of sums
 *
 * Cycles at zero wait states, for an entry 16 (long: the weight, and what to add to the sum's address) or 18 (short: the
 * weight, half the sum's offset in bytes); and
 *
 *                        list   element: zero / not   column
 *   long                  17          12 / 44           34
 *   long, 1 channel       17         3.5 / 59            -
 *   short                  -           8 / 33           24
 *
 * An element stays in the MPY32's first operand for all its entries. Lengths are stored twice as large: a jump into an
 * unrolled chain of entries takes them from a table. In the index of long lists, the starts of a channel's lists stand
 * together, and the lengths for each number of bits (struct port: index_by_bits), so that pointers walk along those of
 * the lists that a row visits.
 */
#include "rt_asm.h"
#include "rt_chain.h"

#define CHAIN 63 /* entries; what a longer list has more runs in a loop before, 4 cycles slower each */

	.macro short_entry
	movb_inc 5, OP2
	mov.b @r5+, r7
	add r7, r7
	add r6, r7
	add @r8, 0(r7)
	addc @r9, 2(r7)
	.endm

/* ---- Long entries, several lists a channel -----------------------------------------------------------------------
 *
 * r4 end of the visits, r5 entry (20 bits), r6 sum, r7 scratch, r8 RESLO's address, r9 RESHI's, r10 visit, r11 length,
 * r12 input, r13 start, r14 entries (20 bits), r15 at. On the stack: */
#define ZP 0
#define COLUMN_END 2     /* in the input */
#define STEP_LEFT 4      /* to the next channel, less the starts passed */
#define STEP 6
#define NEXT_COLUMN 8
#define COLUMNS_END 10
#define STARTS 12        /* of the first visit */
#define CHANNELS 14
#define VISITS 16
#define GO_ON 18         /* where an element goes on behind its lists */
#define COLUMN_OF 20     /* 1 channel: 4 * the address behind an element, plus this: its column */
#define ZP_TWICE 22
#define LAST 24          /* byte of the row */
#define TABLE 26
#define LENGTHS 24       /* + 2 * byte of the table (2..9): from a start to the length for so many bits */
#define FRAME 44

	begin unit_prefix_row_long
	sub #FRAME, r1
	mov r12, r10
	add #24, r10
	mov r10, VISITS(r1)
	mov 20(r12), r4
	mov r4, r7
	sub r10, r7
	mov 6(r12), r6
	mov r6, STEP(r1)
	sub r7, r6
	mov r6, STEP_LEFT(r1)
	mov 22(r12), r7
	mov 12(r12), r6
	add r7, r6
	mov r6, STARTS(r1)
	rra r7
	mov 10(r12), r6
	mov r6, r11
	add r6, r11
	sub r7, r11
	.irp twice, 4, 6, 8, 10, 12, 14, 16, 18
	mov r11, LENGTHS+\twice(r1)
	add r6, r11
	.endr
	mov 8(r12), ZP(r1)
	mov 14(r12), NEXT_COLUMN(r1)
	mov 16(r12), COLUMNS_END(r1)
	mov 4(r12), CHANNELS(r1)
	mov 18(r12), TABLE(r1)
	mova_at 12, 14
	mov r13, r12
	mov #RESLO, r8
	mov #RESHI, r9
	mov NEXT_COLUMN(r1), r7
	cmp #1, CHANNELS(r1)
	jne 1f
	br #unit_prefix_long_scan_row
1:	mov #unit_prefix_long_next, GO_ON(r1)
	br #unit_prefix_long_column
unit_prefix_long_more:
	long_entry
	sub #2, r7
	cmp #2*CHAIN, r7
	jne unit_prefix_long_more
unit_prefix_long_chain:
	.rept CHAIN
	long_entry
	.endr
	cmp r4, r10
	jne unit_prefix_long_visit
	mov GO_ON(r1), r0
unit_prefix_long_element:
	mov.b -1(r12), r6		/* not zero */
	sxt r6
	sub r7, r6
	element r6, TABLE(r1)
	add r7, r7
	add r1, r7
	mov LENGTHS(r7), r11
	add r13, r11
	mov VISITS(r1), r10
unit_prefix_long_visit:
	mov @r10+, r6
	add r15, r6
	mov @r13+, r5
	adda 14, 5
	mov.b @r11+, r7
	mov unit_prefix_long_table(r7), r0
unit_prefix_long_next:
	add STEP_LEFT(r1), r13
	cmp COLUMN_END(r1), r12
	jeq 5f
4:	mov ZP(r1), r7
1:	cmp.b @r12+, r7
	jne unit_prefix_long_element
	add STEP(r1), r13
	cmp COLUMN_END(r1), r12
	jne 1b
5:	mov NEXT_COLUMN(r1), r7
	cmp COLUMNS_END(r1), r7
	jeq 7f
unit_prefix_long_column:
	mov @r7+, r13
	mov @r7+, r15
	mov r7, NEXT_COLUMN(r1)
	add STARTS(r1), r13
	rlam 2, 15
	mov r12, r7
	add CHANNELS(r1), r7
	mov r7, COLUMN_END(r1)
	jmp 4b
7:	add #FRAME, r1
	pop_saved
	ret

/* One channel: pairs of zeros are passed over. r13 the last byte, r15 the zero point twice. */
unit_prefix_long_scan_row:
	mov #unit_prefix_long_scan, GO_ON(r1)
	mov COLUMNS_END(r1), r13
	sub r7, r13
	rrum 2, 13
	add r12, r13
	dec r13
	mov r13, LAST(r1)
	mov r12, r6
	inc r6
	rlam 2, 6
	sub r6, r7
	mov r7, COLUMN_OF(r1)
	mov.b ZP(r1), r6
	mov r6, r15
	swpb r15
	bis r6, r15
	mov r15, ZP_TWICE(r1)
unit_prefix_long_scan:
	mov ZP_TWICE(r1), r15
	mov LAST(r1), r13
1:	cmp r13, r12
	jlo 2f
	jeq 3f
	jmp 7b
2:	bit #1, r12
	jne 3f
4:	cmp @r12+, r15
	jne 5f
	cmp r13, r12
	jlo 4b
	jeq 3f
	jmp 7b
5:	sub #2, r12
3:	cmp.b @r12+, r15
	jeq 1b
	mov.b -1(r12), r6
	sxt r6
	sub ZP(r1), r6
	element r6, TABLE(r1)
	add r7, r7
	add r1, r7
	mov LENGTHS(r7), r11
	mov r12, r7
	rlam 2, 7
	add COLUMN_OF(r1), r7
	mov @r7+, r13
	mov @r7, r15
	rlam 2, 15
	add STARTS(r1), r13
	add r13, r11
	mov VISITS(r1), r10
	jmp unit_prefix_long_visit
	.size unit_prefix_row_long, .-unit_prefix_row_long
unit_prefix_long_table:
	jump_table unit_prefix_long_chain, 14, CHAIN, unit_prefix_long_more

/* ---- Short entries, one list a channel ---------------------------------------------------------------------------
 *
 * r4 end of the column, r5 entry (20 bits), r6 sums, r7 scratch, r8 RESLO's address, r9 RESHI's, r10 zero point, r11
 * list, r12 input, r13 step, r14 entries (20 bits). On the stack: next column, their end, index, sums, channels,
 * table. */
	begin unit_prefix_row_short
	sub #12, r1
	mov 14(r12), 0(r1)
	mov 16(r12), 2(r1)
	mov r15, 6(r1)
	mov r14, r7
	mov r14, r6			/* 10 bytes a list: 5 times what a group counts */
	rlam 2, 6
	add r6, r7
	add 12(r12), r7
	mov r7, 4(r1)
	mov 4(r12), 8(r1)
	mov 18(r12), 10(r1)
	mov r13, r7
	mov 6(r12), r13
	mov 8(r12), r10
	mova_at 12, 14
	mov r7, r12
	mov #RESLO, r8
	mov #RESHI, r9
	mov 0(r1), r7
	br #unit_prefix_short_column
unit_prefix_short_more:
	mov r7, r15
1:	short_entry
	sub #2, r15
	cmp #2*CHAIN, r15
	jne 1b
unit_prefix_short_chain:
	.rept CHAIN
	short_entry
	.endr
	cmp r4, r12
	jeq 3f
1:	add r13, r11
2:	cmp.b @r12+, r10
	jne 4f
	cmp r4, r12
	jne 1b
3:	mov 0(r1), r7
	cmp 2(r1), r7
	jeq 5f
unit_prefix_short_column:
	mov @r7+, r11
	mov @r7+, r6
	mov r7, 0(r1)
	add 4(r1), r11
	rlam 2, 6
	add 6(r1), r6
	mov r12, r4
	add 8(r1), r4
	jmp 2b
4:	mov.b -1(r12), r15		/* not zero */
	sxt r15
	sub r10, r15
	element r15, 10(r1)
	add r11, r7
	mov.b @r7, r7
	mov @r11, r5
	adda 5, 5
	adda 14, 5
	mov unit_prefix_short_table(r7), r0
5:	add #12, r1
	pop_saved
	ret
	.size unit_prefix_row_short, .-unit_prefix_row_short
unit_prefix_short_table:
	jump_table unit_prefix_short_chain, 18, CHAIN, unit_prefix_short_more
