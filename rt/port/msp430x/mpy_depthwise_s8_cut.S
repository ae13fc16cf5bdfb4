/* mpy_depthwise_s8_cut.S - a depthwise layer whose connections execute where x, never negative, is at least their waking
 * length: 9 cycles one that sleeps, 15 one that executes, 16 of them unrolled, 3 more beyond that.
 *
 * r4 most, r5 act_min, r6 channels left, r7 next channel's x, r8 window, r9 y, r10 in_c, r11 weight, r12 x, r13
 * constants, r14 weights and waking lengths, r15 |x|. On the stack: row, entry, taps left.
 */
#include "rt_outputs_asm.h"
#include "rt_row.h"

#define ROW 0
#define ENTRY 2
#define LEFT 4

.macro step
	mov.b	@r14+, r11
	mov.b	@r12, r15
	add	r10, r12
	cmp.b	@r14+, r15
	jlo	9f
	mov	r15, &MACS
	mov.b	r11, &OP2
9:
.endm

	.section .text.rt_depthwise_cut_row,"ax",@progbits
	.globl	rt_depthwise_cut_row
	.globl	rt_depthwise_cut_steps_end
	.globl	rt_depthwise_cut_more
rt_depthwise_cut_row:
	push_saved
	push	r12
	mov	ROW_ENTRY(r12), r15
	push	r15
	push	r12
	mov	ROW_Y(r12), r9
	mov	ROW_MOST(r12), r4
	mov	ROW_ACT_MIN(r12), r5
	mov	ROW_WINDOW(r12), r8
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
	br	ENTRY(r1)

rt_depthwise_cut_more:
	mov	@r1, r15
	mov	ROW_PASSES(r15), LEFT(r1)
1:	step
	dec	LEFT(r1)
	jnz	1b
	.rept	16
	step
	.endr
rt_depthwise_cut_steps_end:
	nop
	mov	&RESLO, r12
	mov	&RESHI, r15
	tst	r15
	jge	active
	mov.b	r5, 0(r9)
	add	#8, r13
	jmp	next
active:
	mov	r12, &MPY32L
	mov	r15, &MPY32H
	put_output r5, r4, 0
next:
	add	@r13+, r9
	dec	r6
	jnz	channel
	mov	@r1, r15
	add	ROW_X_STEP(r15), r8
	dec	ROW_POSITIONS(r15)
	jz	1f
	br	#position
1:	add	#6, r1
	pop_saved
	ret
