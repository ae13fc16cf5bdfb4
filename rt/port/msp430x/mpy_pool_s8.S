/* mpy_pool_s8.S - every product, two outputs at a time, and the largest sums over the windows that are pooled.
 *
 * r5:r4 largest first lane, r7:r6 largest second lane with the first one's upper bits below it, which decide nothing; r8
 * next window, r9 y, r10 the pair's weights, r11 entry, r12 x, r13 constants, r14 weights, r15 passes left. On the
 * stack: pairs left, row, passes, act_min, most.
 */
#include "rt_outputs_asm.h"
#include "rt_row.h"

#define PAIRS_LEFT 0
#define ROW 2
#define PASSES 4
#define MIN 6
#define MOST 8
#define WINDOWS_END 10

	.section .text.rt_dense_pool_row,"ax",@progbits
	.globl	rt_dense_pool_row
	.globl	rt_dense_pool_steps_end
rt_dense_pool_row:
	push_saved
	mov	ROW_WINDOWS_END(r12), r15
	push	r15
	mov	ROW_MOST(r12), r15
	push	r15
	mov	ROW_ACT_MIN(r12), r15
	push	r15
	mov	ROW_PASSES(r12), r15
	push	r15
	push	r12
	push	r12
	mov	ROW_Y(r12), r9
	mov	ROW_ENTRY(r12), r11
position:
	mov	ROW(r1), r15
	mov	ROW_AFTER(r15), r13
	mov	ROW_PAIRS(r15), PAIRS_LEFT(r1)
	mov	@r15, r10
	mova_at	10, 10
pair:
	mov	ROW(r1), r8
	add	#ROW_WINDOW, r8
	clr	r4
	clr	r5
	clr	r6
	clr	r7
window:
	mova	10, 14
	mov_inc	13, RES0
	mov_inc	13, RES1
	mov	@r13, &RES2
	sub	#4, r13
	mov	@r8+, r12
	mov	PASSES(r1), r15
	br	r11
steps:
	.rept	32
	movb_inc 12, MACS
	mov_inc	14, OP2L
	mov_inc	14, OP2H
	.endr
rt_dense_pool_steps_end:
	dec	r15
	jnz	steps
	keep_larger_pair
	cmp	WINDOWS_END(r1), r8
	jne	window
	mova	14, 10
	add	#6, r13
	mov	MIN(r1), r14
	mov	MOST(r1), r15
	put_larger_pair
	add	@r13+, r9
	dec	PAIRS_LEFT(r1)
	jz	1f
	br	#pair
1:	mov	ROW(r1), r15
	mov	ROW_X_STEP(r15), r12
	mov	r15, r8
	add	#ROW_WINDOW, r8
1:	add	r12, 0(r8)
	incd	r8
	cmp	WINDOWS_END(r1), r8
	jne	1b
	dec	ROW_POSITIONS(r15)
	jz	1f
	br	#position
1:	mov	r9, ROW_Y(r15)
	add	#12, r1
	pop_saved
	ret
