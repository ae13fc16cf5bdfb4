/* mpy_fc_s8_cut.S - a fully connected layer, activation by activation: its quotient, once a run, then 4 cycles for a weight
 * that is not above it, 20 for another, and 6 for 8 of them.
 */
#include "rt_asm.h"
#include "rt_fc_cut.h"

/* r4 x, r5 taps left, r6 run, r7 and r8 the addresses of RESHI and RESLO, r9 sums, r10 8, r11 cut, r12 and r13 what a
 * quotient takes, r14 weights, r15 blocks left. On the stack: |x|, f, and what is the same throughout. */
#define MAGNITUDE 0
#define F 2
#define ZP 4
#define RUNS 6
#define RUNS_END 8
#define SUMS 10
#define TAP_BYTES 12
#define QUOTIENT 14
#define FRAME 16

	.section .text.rt_fc_cut_sums,"ax",@progbits
	.globl	rt_fc_cut_sums
rt_fc_cut_sums:
	push_saved
	sub	#FRAME, r1
	mov	r12, F(r1)
	mov	FC_ZP(r12), ZP(r1)
	mov	FC_RUNS(r12), RUNS(r1)
	mov	FC_RUNS_END(r12), RUNS_END(r1)
	mov	FC_SUMS(r12), SUMS(r1)
	mov	FC_TAP_BYTES(r12), TAP_BYTES(r1)
	mov	FC_QUOTIENT(r12), QUOTIENT(r1)
	mov	@r12, r4
	mov	FC_TAPS(r12), r5
	mov	FC_WEIGHTS(r12), r14
	mova_at	14, 14
	mov	#RESHI, r7
	mov	#RESLO, r8
	mov	#8, r10
tap:
	mov.b	@r4+, r12
	sxt	r12
	sub	ZP(r1), r12
	jz	zero
	mov	r12, &MPYS
	jge	1f
	inv	r12
	inc	r12
1:	mov	r12, MAGNITUDE(r1)
	mov	RUNS(r1), r6
	mov	SUMS(r1), r9
run:
	mov	RUN_THRESHOLD(r6), r12
	mov	MAGNITUDE(r1), r13
	mov	RUN_TREE(r6), r15
	mov	QUOTIENT(r1), r11
	call	r11
	mov	r12, r11
	mov	@r6, r15
	add	#7, r15
	rrum	3, 15
	cmp	#128, r11
	jhs	none
block:
	.irp	k, 0, 1, 2, 3, 4, 5, 6, 7
	cmp.b	@r14+, r11
	jhs	1f
	mov.b	7(r14), &OP2
	nop
	add	@r8, 4 * \k(r9)
	addc	@r7, 4 * \k + 2(r9)
1:
	.endr
	adda	10, 14
	add	#32, r9
	dec	r15
	jnz	block
next_run:
	add	#RUN_BYTES, r6
	cmp	RUNS_END(r1), r6
	jne	run
next_tap:
	dec	r5
	jnz	tap
	add	#FRAME, r1
	pop_saved
	ret
zero:
	mov	TAP_BYTES(r1), r12
	adda	12, 14
	jmp	next_tap
none:
	rlam	4, 15
	adda	15, 14
	add	r15, r15
	add	r15, r9
	jmp	next_run

/* r12 quotient, r13 divisor, r11 digits, r15 divisor * 2^k. Below 128, or 255. */
	.section .text.rt_quotient_exact,"ax",@progbits
	.globl	rt_quotient_exact
rt_quotient_exact:
	mov	r13, r15
	swpb	r15
	clrc
	rrc	r15
	cmp	r15, r12
	jhs	1f
	clr	r11
	.rept	7
	rra	r15
	cmp	r15, r12
	jlo	2f
	sub	r15, r12
2:	rlc	r11
	.endr
	mov	r11, r12
	ret
1:	mov	#255, r12
	ret

	.section .text.rt_quotient_shift,"ax",@progbits
	.globl	rt_quotient_shift
rt_quotient_shift:
	cmp	#16, r13
	jlo	1f
	rrum	4, 12
	rrum	4, 13
1:	cmp	#4, r13
	jlo	2f
	rrum	2, 12
	rrum	2, 13
2:	cmp	#2, r13
	jlo	3f
	rrum	1, 12
3:	ret

/* The largest pivot that is at most the divisor, by four comparisons; pivots are those of rt_cut.h. */
.macro leaf pivot, index
	cmp	#\pivot, r13
	jhs	1f
	mov.b	\index - 1(r15), r12
	ret
1:	mov.b	\index(r15), r12
	ret
.endm

	.section .text.rt_quotient_tree,"ax",@progbits
	.globl	rt_quotient_tree
rt_quotient_tree:
	cmp	#16, r13
	jhs	from_16
	cmp	#5, r13
	jhs	from_5
	cmp	#3, r13
	jhs	from_3
	leaf	2, 1
from_3:	leaf	4, 3
from_5:	cmp	#8, r13
	jhs	from_8
	leaf	6, 5
from_8:	leaf	12, 7
from_16:
	cmp	#64, r13
	jhs	from_64
	cmp	#32, r13
	jhs	from_32
	leaf	24, 9
from_32:
	leaf	48, 11
from_64:
	cmp	#128, r13
	jhs	from_128
	leaf	96, 13
from_128:
	leaf	192, 15

/* r4 most, r5 act_min, r6 run, r7 outputs left, r8 end of the runs, r9 sums, r10 y, r13 constants. */
	.section .text.rt_fc_cut_outputs,"ax",@progbits
	.globl	rt_fc_cut_outputs
rt_fc_cut_outputs:
	push_saved
	mov	FC_MOST(r12), r4
	mov	FC_ACT_MIN(r12), r5
	mov	FC_RUNS(r12), r6
	mov	FC_RUNS_END(r12), r8
	mov	FC_SUMS(r12), r9
	mov	FC_Y(r12), r10
	mov	FC_AFTER(r12), r13
outputs:
	mov	@r6, r7
	mov	r9, r11
output:
	mov	@r11+, r12
	mov	@r11+, r15
	add	@r13+, r12
	addc	@r13+, r15
	jge	active
	mov.b	r5, 0(r10)
	add	#8, r13
	jmp	1f
active:
	mov	r12, &MPY32L
	mov	r15, &MPY32H
	mov_inc	13, OP2L
	mov_inc	13, OP2H
	nop
	mov	&RES1, r12
	add	@r13+, r12
	mov	&RES2, r12
	addc	@r13+, r12
	cmp	r12, r4
	jhs	2f
	mov	r4, r12
2:	rrum	4, 12
	add	r5, r12
	mov.b	r12, 0(r10)
1:	add	@r13+, r10
	dec	r7
	jnz	output
	mov	@r6, r15
	add	#7, r15
	rrum	3, 15
	swpb	r15
	rrum	3, 15
	add	r15, r9
	add	#RUN_BYTES, r6
	cmp	r8, r6
	jne	outputs
	pop_saved
	ret
