/* mpy_s8.S - every product, two outputs at a time: 12 cycles for two connections, 32 of them unrolled.
 *
 * r4 most, r5 act_min, r6 pairs left, r7 passes, r8 window, r9 y, r10 RES2, r11 entry, r12 x, r13 constants, r14
 * weights (20 bits), r15 passes left. 0(r1): row.
 */
#include "rt_outputs_asm.h"
#include "rt_row.h"

	.section .text.rt_dense_row,"ax",@progbits
	.globl	rt_dense_row
	.globl	rt_dense_steps_end
rt_dense_row:
	push_saved
	push	r12
	mov	ROW_Y(r12), r9
	mov	ROW_MOST(r12), r4
	mov	ROW_ACT_MIN(r12), r5
	mov	ROW_PASSES(r12), r7
	mov	ROW_WINDOW(r12), r8
	mov	ROW_ENTRY(r12), r11
position:
	mov	@r1, r15
	mov	ROW_AFTER(r15), r13
	mov	ROW_PAIRS(r15), r6
	mov	@r15, r14
	mova_at	14, 14
pair:
	mov_inc	13, RES0
	mov_inc	13, RES1
	mov_inc	13, RES2
	mov	r8, r12
	mov	r7, r15
	br	r11
steps:
	.rept	32
	movb_inc 12, MACS
	mov_inc	14, OP2L
	mov_inc	14, OP2H
	.endr
rt_dense_steps_end:
	dec	r15
	jnz	steps
	mov	&RES1, r15
	mov	&RES2, r10
	tst.b	r15
	jn	first_active
	mov.b	r5, 0(r9)
	add	#8, r13
	swpb	r15
	jmp	second
first_active:
	mov	&RES0, &MPY32L
	mov.b	r15, r12
	mov	r12, &MPY32H
	mov_inc	13, OP2L
	mov_inc	13, OP2H
	swpb	r15
	mov	&RES1, r12
	add	@r13+, r12
	mov	&RES2, r12
	addc	@r13+, r12
	cmp	r12, r4
	jhs	1f
	mov	r4, r12
1:	rrum	4, 12
	add	r5, r12
	mov.b	r12, 0(r9)
second:
	tst	r10
	jn	second_active
	mov.b	r5, 1(r9)
	add	#8, r13
	jmp	next
second_active:
	mov.b	r15, r15
	mov.b	r10, r12
	swpb	r12
	bis	r12, r15
	mov	r15, &MPY32L
	swpb	r10
	mov.b	r10, r10
	mov	r10, &MPY32H
	put_output r5, r4, 1
next:
	add	@r13+, r9
	dec	r6
	jnz	pair
	mov	@r1, r15
	add	ROW_X_STEP(r15), r8
	dec	ROW_POSITIONS(r15)
	jnz	position
	mov	r9, ROW_Y(r15)
	add	#2, r1
	pop_saved
	ret
