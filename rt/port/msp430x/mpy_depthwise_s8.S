/* mpy_depthwise_s8.S - every product of a depthwise layer: a channel's taps lie in_c apart in the strip; 9 cycles each, 32
 * of them unrolled, 12 beyond that.
 *
 * r4 most, r5 act_min, r6 channels left, r7 next channel's x, r8 window, r9 y, r10 in_c, r11 entry, r12 x, r13 constants,
 * r14 weights (20 bits), r15 taps left. 0(r1): row.
 */
#include "rt_outputs_asm.h"
#include "rt_row.h"

	.section .text.rt_depthwise_row,"ax",@progbits
	.globl	rt_depthwise_row
	.globl	rt_depthwise_steps_end
rt_depthwise_row:
	push_saved
	push	r12
	mov	ROW_Y(r12), r9
	mov	ROW_MOST(r12), r4
	mov	ROW_ACT_MIN(r12), r5
	mov	ROW_WINDOW(r12), r8
	mov	ROW_ENTRY(r12), r11
position:
	mov	@r1, r15
	mov	ROW_AFTER(r15), r13
	mov	ROW_PAIRS(r15), r6
	mov	r6, r10
	mov	@r15, r14
	mova_at	14, 14
	mov	r8, r7
channel:
	mov_inc	13, RESLO
	mov_inc	13, RESHI
	mov	r7, r12
	inc	r7
	br	r11

	.globl	rt_depthwise_more
rt_depthwise_more:
	mov	@r1, r15
	mov	ROW_PASSES(r15), r15
1:	mov.b	@r12, &MACS
	add	r10, r12
	movb_inc 14, OP2
	dec	r15
	jnz	1b
	.rept	32
	mov.b	@r12, &MACS
	add	r10, r12
	movb_inc 14, OP2
	.endr
rt_depthwise_steps_end:
	mov	&RESLO, r12
	mov	&RESHI, r15
	tst	r15
	jge	active
	mov.b	r5, 0(r9)
	add	#8, r13
	add	@r13+, r9
	dec	r6
	jnz	channel
	jmp	next_position
active:
	mov	r12, &MPY32L
	mov	r15, &MPY32H
	put_output r5, r4, 0
	add	@r13+, r9
	dec	r6
	jnz	channel
next_position:
	mov	@r1, r15
	add	ROW_X_STEP(r15), r8
	dec	ROW_POSITIONS(r15)
	jz	1f
	br	#position
1:	add	#2, r1
	pop_saved
	ret
