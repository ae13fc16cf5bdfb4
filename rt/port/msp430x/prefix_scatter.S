/* prefix_scatter.S (MSP430X) - the elements of a row, for prefix_s8.c: see rt_scatter_row of the C port.
 *
 *   void unit_prefix_row_long(const struct scatter *s, const int8_t *in);
 *   void unit_prefix_row_narrow(const struct scatter *s, const int8_t *in);
 *     with long entries, the latter into sums of 20 bits
 *   void unit_prefix_row_short(const struct scatter *s, const int8_t *in, uint16_t group, int32_t *sums);
 *   unit_prefix_row_short_narrow, unit_prefix_row_near, unit_prefix_row_near_narrow
 *     with short entries, into one row of sums
 *
 * Cycles at zero wait states, for an entry 16 (long: the weight, and what to add to the sum's address), 18 (short: the
 * weight, half the sum's offset in bytes) or 17 (near: the whole offset), one less into sums of 20 bits; and
 *
 *                        list   element: zero / not   column
 *   long                  16           8 / 56           37
 *   long, 1 channel       16         3.5 / 62            -
 *   short                  -           8 / 33           27
 *
 * Long: an element that wakes no list of the layer (struct unit_prefix_s8: quiet) costs what a zero costs where the zero
 * point is -128; one of a single channel 35.
 *
 * An element stays in the MPY32's first operand for all its entries. Lengths are stored twice as large: a jump into an
 * unrolled chain of entries takes them from a table. In the index of long lists, the starts of a channel's lists stand
 * together, and the lengths for each number of bits (struct port: index_by_bits), so that pointers walk along those of
 * the lists that a row visits.
 */
#include "rt_asm.h"
#include "rt_chain.h"

#define CHAIN 63 /* entries; what a longer list has more runs in a loop before, 4 cycles slower each */

	.macro short_entry twice, narrow
	movb_inc 5, OP2
	mov.b @r5+, r7
	.if \twice
	add r7, r7
	.endif
	add r6, r7
	.if \narrow
	addx_a 8, 0, 7
	.else
	add @r8, 0(r7)
	addc @r9, 2(r7)
	.endif
	.endm

/* ---- Long entries, several lists a channel -----------------------------------------------------------------------
 *
 * r4 end of the visits, r5 entry (20 bits), r6 sum, r7 scratch, r8 RESLO's address, r9 RESHI's, r10 visit, r11 length
 * (20 bits), r12 input, r13 start (20 bits), r14 entries (20 bits), r15 at. While zeros are passed r7 is QUIET, r10 STEP,
 * r11 COLUMN_END. Sums of 20 bits: r9 is STEP, always. On the stack: */
#define ZP 0
#define COLUMN_END 2     /* in the input */
#define STEP_LEFT 4      /* to the next channel, less the starts passed */
#define STEP 6
#define NEXT_COLUMN 8
#define COLUMNS_END 10
#define STARTS 12        /* of the first visit, 20 bits */
#define CHANNELS 16
#define VISITS 18
#define GO_ON 20         /* where an element goes on behind its lists */
#define COLUMN_OF 22     /* 1 channel: 4 * the address behind an element, plus this: its column */
#define ZP_TWICE 24
#define LAST 26          /* byte of the row */
#define TABLE 28
#define QUIET 30
#define LENGTHS 28       /* + 2 * byte of the table (2..9): from a start to the length for so many bits */
#define FRAME 48

/* On to the next element that wakes anything: \wakes jumps where its difference to QUIET says so. */
	.macro next_element form, step, signed, wakes
unit_prefix_\form\()_next\signed:
	mov STEP_LEFT(r1), r10
	adda 10, 13
	.if \step == 10
	mov STEP(r1), r10
	.endif
	mov COLUMN_END(r1), r11
	mov QUIET(r1), r7
	cmp r11, r12
	jeq 2f
1:	cmp.b @r12+, r7
	\wakes unit_prefix_\form\()_element\signed
	adda \step, 13
	cmp r11, r12
	jne 1b
2:	mov NEXT_COLUMN(r1), r7
	cmp COLUMNS_END(r1), r7
	jeq unit_prefix_\form\()_end
unit_prefix_\form\()_column\signed:
	mov @r7+, r13
	mov @r7+, r15
	mov r7, NEXT_COLUMN(r1)
	mova_from STARTS, 1, 7
	adda 7, 13
	rlam 2, 15
	mov r12, r11
	add CHANNELS(r1), r11
	mov r11, COLUMN_END(r1)
	.if \step == 10
	mov STEP(r1), r10
	.endif
	mov QUIET(r1), r7
	jmp 1b
	.endm

	.macro row_of_elements form, entry, bytes, step
	begin unit_prefix_row_\form
	sub #FRAME, r1
	mov 28(r12), r10
	mov r10, VISITS(r1)
	mov 22(r12), r4
	mov r4, r7
	sub r10, r7
	mov 10(r12), r6
	mov r6, STEP(r1)
	sub r7, r6
	mov r6, STEP_LEFT(r1)
	mova_from 4, 12, 6
	mov 24(r12), r7
	adda 7, 6
	mova_to 6, STARTS, 1
	rra r7
	mov 14(r12), r6
	mov r6, r11
	add r6, r11
	sub r7, r11
	.irp twice, 4, 6, 8, 10, 12, 14, 16, 18
	mov r11, LENGTHS+\twice(r1)
	add r6, r11
	.endr
	mov 12(r12), ZP(r1)
	mov 26(r12), QUIET(r1)
	mov 16(r12), NEXT_COLUMN(r1)
	mov 18(r12), COLUMNS_END(r1)
	mov 8(r12), CHANNELS(r1)
	mov 20(r12), TABLE(r1)
	mova_at 12, 14
	mov r13, r12
	mov #RESLO, r8
	.if \step == 10
	mov #RESHI, r9
	.else
	mov STEP(r1), r9
	.endif
	mov NEXT_COLUMN(r1), r7
	cmp #1, CHANNELS(r1)
	jne 1f
	br #unit_prefix_\form\()_scan_row
1:	cmp #-128, ZP(r1)
	jne 2f
	mov #unit_prefix_\form\()_next, GO_ON(r1)
	br #unit_prefix_\form\()_column
2:	mov #unit_prefix_\form\()_next_signed, GO_ON(r1)
	br #unit_prefix_\form\()_column_signed
unit_prefix_\form\()_more:
	\entry
	sub #2, r7
	cmp #2*CHAIN, r7
	jne unit_prefix_\form\()_more
unit_prefix_\form\()_chain:
	.rept CHAIN
	\entry
	.endr
	cmp r4, r10
	jne unit_prefix_\form\()_visit
	mov GO_ON(r1), r0
unit_prefix_\form\()_element_signed:
	mov.b -1(r12), r6
	sxt r6
	sub ZP(r1), r6
	element r6, TABLE(r1)
	jmp unit_prefix_\form\()_visits
unit_prefix_\form\()_element:		/* the zero point is -128: nothing lies below it */
	mov.b -1(r12), r6
	xor.b #0x80, r6
	mov r6, &MPYS
	add TABLE(r1), r6
	mov.b @r6, r7
unit_prefix_\form\()_visits:
	add r7, r7
	add r1, r7
	mov LENGTHS(r7), r11
	adda 13, 11
	mov VISITS(r1), r10
unit_prefix_\form\()_visit:
	mov @r10+, r6
	add r15, r6
	mov @r13+, r5
	adda 14, 5
	mov.b @r11+, r7
	mov unit_prefix_\form\()_table(r7), r0

	next_element \form, \step, , jl
	next_element \form, \step, _signed, jne
unit_prefix_\form\()_end:
	add #FRAME, r1
	pop_saved
	ret

/* One channel: pairs of zeros are passed over. r13 the last byte, r15 the zero point twice. */
unit_prefix_\form\()_scan_row:
	mov #unit_prefix_\form\()_scan, GO_ON(r1)
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
	sub ZP(r1), QUIET(r1)		/* here a magnitude */
unit_prefix_\form\()_scan:
	mov ZP_TWICE(r1), r15
	mov LAST(r1), r13
	cmp r12, r13
	jlo unit_prefix_\form\()_end
	cmp.b @r12+, r15
	jne 6f
1:	cmp r13, r12
	jlo 2f
	jeq 3f
	jmp unit_prefix_\form\()_end
2:	bit #1, r12
	jne 3f
4:	cmp @r12+, r15
	jne 5f
	cmp r13, r12
	jlo 4b
	jeq 3f
	jmp unit_prefix_\form\()_end
5:	sub #2, r12
3:	cmp.b @r12+, r15
	jeq 1b
6:	mov.b -1(r12), r6
	sxt r6
	sub ZP(r1), r6
	signed_element r6
	cmp r6, QUIET(r1)
	jhs 1b
	add TABLE(r1), r6
	mov.b @r6, r7
	add r7, r7
	add r1, r7
	mov LENGTHS(r7), r11
	mov r12, r7
	rlam 2, 7
	add COLUMN_OF(r1), r7
	mov @r7+, r13
	mov @r7, r15
	rlam 2, 15
	mova_from STARTS, 1, 10
	adda 10, 13
	adda 13, 11
	mov VISITS(r1), r10
	jmp unit_prefix_\form\()_visit
	.size unit_prefix_row_\form, .-unit_prefix_row_\form
unit_prefix_\form\()_table:
	jump_table unit_prefix_\form\()_chain, \bytes, CHAIN, unit_prefix_\form\()_more
	.endm

	row_of_elements long, long_entry, 14, 10
	row_of_elements narrow, narrow_entry, 12, 9

/* ---- Short entries, one list a channel ---------------------------------------------------------------------------
 *
 * r4 end of the column, r5 entry (20 bits), r6 sums, r7 scratch, r8 RESLO's address, r9 RESHI's, r10 zero point, r11
 * list (20 bits), r12 input, r13 step, r14 entries (20 bits). On the stack: next column, their end, sums, channels, table,
 * index (20 bits). */
	.macro row_of_lists form, twice, narrow, bytes
	begin unit_prefix_row_\form
	sub #14, r1
	mov 16(r12), 0(r1)
	mov 18(r12), 2(r1)
	mov r15, 4(r1)
	mov r14, r7
	mov r14, r6			/* 10 bytes a list: 5 times what a group counts */
	rlam 2, 6
	add r6, r7
	mova_from 4, 12, 6
	adda 7, 6
	mova_to 6, 10, 1
	mov 8(r12), 6(r1)
	mov 20(r12), 8(r1)
	mov r13, r7
	mov 10(r12), r13
	mov 12(r12), r10
	mova_at 12, 14
	mov r7, r12
	mov #RESLO, r8
	mov #RESHI, r9
	mov 0(r1), r7
	br #unit_prefix_\form\()_column
unit_prefix_\form\()_more:
	mov r7, r15
1:	short_entry \twice, \narrow
	sub #2, r15
	cmp #2*CHAIN, r15
	jne 1b
unit_prefix_\form\()_chain:
	.rept CHAIN
	short_entry \twice, \narrow
	.endr
	cmp r4, r12
	jeq 3f
1:	adda 13, 11
2:	cmp.b @r12+, r10
	jne 4f
	cmp r4, r12
	jne 1b
3:	mov 0(r1), r7
	cmp 2(r1), r7
	jeq 5f
unit_prefix_\form\()_column:
	mov @r7+, r11
	mov @r7+, r6
	mov r7, 0(r1)
	mova_from 10, 1, 7
	adda 7, 11
	rlam 2, 6
	add 4(r1), r6
	mov r12, r4
	add 6(r1), r4
	jmp 2b
4:	mov.b -1(r12), r15		/* not zero */
	sxt r15
	sub r10, r15
	element r15, 8(r1)
	adda 11, 7
	mov.b @r7, r7
	mov @r11, r5
	adda 5, 5
	adda 14, 5
	mov unit_prefix_\form\()_table(r7), r0
5:	add #14, r1
	pop_saved
	ret
	.size unit_prefix_row_\form, .-unit_prefix_row_\form
unit_prefix_\form\()_table:
	jump_table unit_prefix_\form\()_chain, \bytes, CHAIN, unit_prefix_\form\()_more
	.endm

	row_of_lists short, 1, 0, 18
	row_of_lists short_narrow, 1, 1, 16
	row_of_lists near, 0, 0, 16
	row_of_lists near_narrow, 0, 1, 14
