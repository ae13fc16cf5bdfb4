/* rt_wide.S - products of 32 by 32 bits. */
#include "rt_asm.h"

/* r13:r12, r15:r14; the result in r13:r12. 2^30 lies in the result register first. */
	.section .text.rt_multiply_high,"ax",@progbits
	.globl	rt_multiply_high
rt_multiply_high:
	mov	#0, &RES0
	mov	#0x4000, &RES1
	mov	#0, &RES2
	mov	#0, &RES3
	mov	r12, &MACS32L
	mov	r13, &MACS32H
	mov	r14, &OP2L
	mov	r15, &OP2H
	nop
	nop
	mov	&RES1, r14
	mov	&RES2, r12
	mov	&RES3, r13
	rla	r14
	rlc	r12
	rlc	r13
	ret

/* r12 where to (high half first), r14:r13, 2(r1):r15 */
	.section .text.rt_multiply_wide_to,"ax",@progbits
	.globl	rt_multiply_wide_to
rt_multiply_wide_to:
	mov	r13, &MPY32L
	mov	r14, &MPY32H
	mov	2(r1), r14
	mov	r15, &OP2L
	mov	r14, &OP2H
	nop
	nop
	nop
	mov	&RES0, r13
	mov	r13, 4(r12)
	mov	&RES1, r13
	mov	r13, 6(r12)
	mov	&RES2, r13
	mov	r13, 0(r12)
	mov	&RES3, r13
	mov	r13, 2(r12)
	ret

/* r13:r12, r14. For x < 0, x - 1 and for others x is shifted n - 1 places, one is added, and a last place shifted. */
	.section .text.rt_rounding_shift,"ax",@progbits
	.globl	rt_rounding_shift
rt_rounding_shift:
	tst	r14
	jz	6f
	tst	r13
	jge	1f
	sub	#1, r12
	sbc	r13
1:	dec	r14
	cmp	#16, r14
	jlo	2f
	mov	r13, r12
	rla	r13
	subc	r13, r13
	inv	r13
	sub	#16, r14
2:	cmp	#8, r14
	jlo	3f
	swpb	r12
	mov.b	r12, r12
	mov.b	r13, r15
	swpb	r15
	bis	r15, r12
	swpb	r13
	sxt	r13
	sub	#8, r14
3:	tst	r14
	jz	5f
4:	rra	r13
	rrc	r12
	dec	r14
	jnz	4b
5:	add	#1, r12
	adc	r13
	rra	r13
	rrc	r12
6:	ret
