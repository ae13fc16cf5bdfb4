/* mpy_s8_cut.S - a connection executes where |x| is at least its waking length: 8 cycles one that sleeps, 14 one that
 * executes, 16 of them unrolled; activations with a sign, words |x| and x: 9 and 17.
 *
 * r5:r4 largest sum, r6 entry, r7 passes left, r8 next window, r9 y, r10 the output's weights, r11 weight, r12 x, r13
 * constants, r14 weights and waking lengths, r15 |x|. On the stack: outputs left, row, passes, act_min, most, end of the
 * windows.
 */
#include "rt_outputs_asm.h"
#include "rt_row.h"

#define OUTPUTS_LEFT 0
#define ROW 2
#define PASSES 4
#define MIN 6
#define MOST 8
#define WINDOWS_END 10

	.section .text.rt_cut_row,"ax",@progbits
	.globl	rt_cut_row
	.globl	rt_cut_steps_end
	.globl	rt_cut_signed_steps_end
rt_cut_row:
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
	mov	ROW_ENTRY(r12), r6
position:
	mov	ROW(r1), r15
	mov	ROW_AFTER(r15), r13
	mov	ROW_PAIRS(r15), OUTPUTS_LEFT(r1)
	mov	@r15, r10
	mova_at	10, 10
output:
	mov	ROW(r1), r8
	add	#ROW_WINDOW, r8
	mov	#-1, r4
	mov	#-1, r5
window:
	mova	10, 14
	mov_inc	13, RESLO
	mov	@r13, &RESHI
	decd	r13
	mov	@r8+, r12
	mov	PASSES(r1), r7
	br	r6
signed_steps:
	.rept	16
	mov.b	@r14+, r11
	mov	@r12+, r15
	cmp.b	@r14+, r15
	jlo	1f
	mov_inc	12, MACS
	mov.b	r11, &OP2
	jmp	2f
1:	incd	r12
2:
	.endr
rt_cut_signed_steps_end:
	dec	r7
	jnz	signed_steps
	jmp	compare
steps:
	.rept	16
	mov.b	@r14+, r11
	mov.b	@r12+, r15
	cmp.b	@r14+, r15
	jlo	1f
	mov	r15, &MACS
	mov.b	r11, &OP2
1:
	.endr
rt_cut_steps_end:
	dec	r7
	jnz	steps
compare:
	mov	&RESHI, r15
	tst	r15
	jn	next_window
	mov	&RESLO, r12
	tst	r5
	jn	larger
	cmp	r15, r5
	jlo	larger
	jne	next_window
	cmp	r12, r4
	jhs	next_window
larger:	mov	r12, r4
	mov	r15, r5
next_window:
	cmp	WINDOWS_END(r1), r8
	jeq	1f
	br	#window
1:	mova	14, 10
	add	#4, r13
	mov	MIN(r1), r14
	tst	r5
	jge	active
	mov.b	r14, 0(r9)
	add	#8, r13
	jmp	next_output
active:
	mov	MOST(r1), r15
	mov	r4, &MPY32L
	mov	r5, &MPY32H
	put_output r14, r15, 0
next_output:
	add	@r13+, r9
	dec	OUTPUTS_LEFT(r1)
	jz	1f
	br	#output
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
