/* prefix_depthwise_s8.S (MSP430X) - depthwise by prefixes: a channel's elements into its plane of sums, and the plane's outputs. */
#include "rt_asm.h"
#include "rt_chain.h"

#define CHAIN 25 /* entries; what a longer list has more runs in a loop before */

/* void unit_prefix_plane(const struct rt_plane *s, const int8_t *in, int32_t *plane);
 *
 * 11 cycles an element that is zero, 43 one that is not, 16 an entry, 37 a row.
 *
 * r4 column, r5 entry (20 bits), r6 sum, r7 scratch, r8 RESLO's address, r9 RESHI's, r10 lists of the row (20 bits), r11 sums of
 * the row, r12 input, r13 step of the input, r14 entries (20 bits), r15 zero point. On the stack: */
#define ROWS_LEFT 0
#define ROW 2
#define COLUMNS 4
#define COLUMNS_END 6
#define TABLE 8
#define PLANE 10
#define LISTS 12 /* 20 bits */

	begin unit_prefix_plane
	sub #16, r1
	mov r14, PLANE(r1)
	mov r13, r7
	mova_at 12, 14
	mova_from 4, 12, 13
	mova_to 13, LISTS, 1
	add #8, r12
	mov @r12+, r15
	mov @r12+, r13
	mov_inc_to 12, ROWS_LEFT, 1
	mov_inc_to 12, ROW, 1
	mov_inc_to 12, COLUMNS, 1
	mov_inc_to 12, COLUMNS_END, 1
	mov @r12, TABLE(r1)
	mov r7, r12
	mov #RESLO, r8
	mov #RESHI, r9
	jmp 3f
1:	cmp COLUMNS_END(r1), r4
	jne 2f
unit_prefix_plane_row_end:
	sub #1, ROWS_LEFT(r1)
	jz 6f
3:	mov ROW(r1), r7			/* a row */
	mov @r7+, r10
	mov @r7+, r11
	mov r7, ROW(r1)
	mova_from LISTS, 1, 7
	adda 7, 10
	rlam 2, 11
	add PLANE(r1), r11
	mov COLUMNS(r1), r4
2:	cmp.b @r12, r15
	jne 4f
	add r13, r12
	add #4, r4
	jmp 1b
4:	mov.b @r12, r7
	sxt r7
	add r13, r12
	sub r15, r7
	element r7, TABLE(r1)
	mov @r4+, r6
	adda 10, 6
	mov @r6, r5
	adda 7, 6
	mov.b @r6, r7
	mov @r4+, r6
	rlam 2, 6
	add r11, r6
	adda 14, 5
	mov unit_prefix_plane_table(r7), r0
unit_prefix_plane_more:
	long_entry
	sub #2, r7
	cmp #2*CHAIN, r7
	jne unit_prefix_plane_more
unit_prefix_plane_chain:
	.rept CHAIN
	long_entry
	.endr
	cmp COLUMNS_END(r1), r4
	jne 2b
	jmp unit_prefix_plane_row_end
6:	add #16, r1
	pop_saved
	ret
	.size unit_prefix_plane, .-unit_prefix_plane
unit_prefix_plane_table:
	jump_table unit_prefix_plane_chain, 14, CHAIN, unit_prefix_plane_more

/* void unit_prefix_plane_coarse(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_plane_run *run);
 * _fine: for UNIT_AFTER_FINE. 38 cycles an output (fine: 42), 15 one that stays at the least.
 *
 * The multiplier's first operand stays. r5:r4 least sum, r13:r6 what is added, r7 step of y, r8:r9 the sum, r10 least, r11
 * outputs left, r12 sums, r14 the output before, r15 most. On the stack: */
#define RUN_ROWS 0
#define RUN_COUNT 2
#define RUN_GAP 4

	.macro outputs_of_plane name, fine
	begin \name
	sub #6, r1
	mov_inc_to 15, RUN_ROWS, 1
	mov_inc_to 15, RUN_COUNT, 1
	mov_inc_to 15, RUN_GAP, 1
	mov @r15+, r10
	mov @r15+, r7
	mov @r15, r15
	sub r7, r14
	mov @r13+, r4
	mov @r13+, r5
	mov_inc 13, MPY32L
	mov_inc 13, MPY32H
	mov @r13+, r6
	mov @r13, r13
1:	mov RUN_COUNT(r1), r11
2:	mov @r12+, r8
	mov @r12+, r9
	sub r4, r8
	subc r5, r9
	jl 4f
	mov r8, &OP2L
	mov r9, &OP2H
	add r7, r14
	nop
	mov &RES1, r8
	add r6, r8
	mov &RES2, r8
	addc r13, r8
	cmp r8, r15
	jhs 3f
	mov r15, r8
3:
	.if \fine
	rrum 4, 8
	.endif
	add r10, r8
	mov.b r8, 0(r14)
	dec r11
	jnz 2b
	jmp 5f
4:	add r7, r14
	mov.b r10, 0(r14)
	dec r11
	jnz 2b
5:	add RUN_GAP(r1), r12
	sub #1, RUN_ROWS(r1)
	jnz 1b
	add #6, r1
	pop_saved
	ret
	.size \name, .-\name
	.endm

	outputs_of_plane unit_prefix_plane_coarse, 0
	outputs_of_plane unit_prefix_plane_fine, 1
