/* mpy_s8_xcut.S - the products of listed activations, two outputs at a time: 15 cycles for two connections, 16 of them
 * unrolled. The largest sums over the windows that are pooled are kept as in mpy_pool_s8.S.
 *
 * r5:r4 and r7:r6 largest lanes, r8 next window, r9 y, r10 the pair's base, r11 the window's, r12 list, r13 constants,
 * r14 weight, r15 passes left. On the stack: pairs left, row, pair_step, act_min, most, end of the windows, y of a
 * position without any entry (0: none yet).
 */
#include "rt_outputs_asm.h"
#include "rt_list.h"

#define PAIRS_LEFT 0
#define ROW 2
#define PAIR_STEP 4
#define MIN 6
#define MOST 8
#define WINDOWS_END 10
#define EMPTY 12

/* In a window: list, passes, entry, shift, start */
#define PASSES 2
#define ENTRY 4
#define SHIFT 6
#define START 8

	.section .text.rt_sparse_positions,"ax",@progbits
	.globl	rt_sparse_positions
rt_sparse_positions:
	push_saved
	push	#0
	mov	SPARSE_WINDOWS_END(r12), r15
	push	r15
	mov	SPARSE_MOST(r12), r15
	push	r15
	mov	SPARSE_ACT_MIN(r12), r15
	push	r15
	mov	SPARSE_PAIR_STEP(r12), r15
	push	r15
	push	r12
	push	r12
	mov	SPARSE_Y(r12), r9

/* What each window lists here, and whether any does (r11). */
position:
	mov	ROW(r1), r15
	mov	SPARSE_SPAN(r15), r5
	mov	SPARSE_START_STEP(r15), r4
	mov	SPARSE_SHIFT_STEP(r15), r7
	mov	r15, r8
	add	#SPARSE_WINDOW, r8
	clr	r11
1:	mov	START(r8), r12
	add	r4, START(r8)
	mov	@r12, r14
	mov	r14, 0(r8)
	add	r5, r12
	mov	@r12, r15
	sub	r14, r15
	jz	2f
	bis	r15, r11
	mov	r15, r12
	add	#60, r12
	rrum	4, 12
	rrum	2, 12
	mov	r12, PASSES(r8)
	clr	r14
	sub	r15, r14
	and	#60, r14
	add	r14, r14
	add	r14, r14
	add	#steps, r14
	mov	r14, ENTRY(r8)
	jmp	3f
2:	mov	#none, ENTRY(r8)
3:	add	#SPARSE_WINDOW_BYTES, r8
	cmp	WINDOWS_END(r1), r8
	jne	1b
	tst	r11
	jnz	outputs

/* No entry: the outputs are those of the last such position. */
	mov	EMPTY(r1), r12
	mov	r9, EMPTY(r1)
	tst	r12
	jz	outputs
	mov	ROW(r1), r15
	mov	SPARSE_OUTPUTS(r15), r14
1:	movb_inc_to 12, 0, 9
	inc	r9
	dec	r14
	jnz	1b
	br	#next_position

outputs:
	mov	ROW(r1), r15
	mov	SPARSE_AFTER(r15), r13
	mov	SPARSE_PAIRS(r15), PAIRS_LEFT(r1)
	mova_at	15, 10
pair:
	mov	ROW(r1), r8
	add	#SPARSE_WINDOW, r8
	clr	r4
	clr	r5
	clr	r6
	clr	r7
window:
	mov_inc	13, RES0
	mov_inc	13, RES1
	mov	@r13, &RES2
	sub	#4, r13
	mov	@r8+, r12
	mov	@r8+, r15
	mov	@r8+, r14
	mov	@r8+, r11
	adda	10, 11
	incd	r8
	br	r14
steps:
	.rept	16
	mov_inc	12, MACS
	mov	@r12+, r14
	adda	11, 14
	mov_inc	14, OP2L
	mov	@r14, &OP2H
	.endr
	dec	r15
	jnz	steps
none:	keep_larger_pair
	cmp	WINDOWS_END(r1), r8
	jne	window
	mov	PAIR_STEP(r1), r15
	adda	15, 10
	add	#6, r13
	mov	MIN(r1), r14
	mov	MOST(r1), r15
	put_larger_pair
	add	@r13+, r9
	dec	PAIRS_LEFT(r1)
	jz	next_position
	br	#pair

next_position:
	mov	ROW(r1), r15
	mov	SPARSE_SHIFT_STEP(r15), r7
	mov	r15, r8
	add	#SPARSE_WINDOW, r8
1:	sub	r7, SHIFT(r8)
	add	#SPARSE_WINDOW_BYTES, r8
	cmp	WINDOWS_END(r1), r8
	jne	1b
	dec	SPARSE_POSITIONS(r15)
	jz	1f
	br	#position
1:	mov	r9, SPARSE_Y(r15)
	add	#14, r1
	pop_saved
	ret
