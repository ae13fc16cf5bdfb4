/* rt_sums.S - LLVM extends a sign in 9 instructions; here it takes 4. */

/* r12 sums, r13 x, r14 count: 18 cycles a value */
	.section .text.rt_add_each,"ax",@progbits
	.globl	rt_add_each
rt_add_each:
	tst	r14
	jz	2f
1:	mov.b	@r13+, r15
	sxt	r15
	mov	r15, r11
	rla	r11
	subc	r11, r11
	inv	r11
	add	r15, 0(r12)
	addc	r11, 2(r12)
	add	#4, r12
	dec	r14
	jnz	1b
2:	ret

/* r12 x, r13 count, r14 step; the sum in r13:r12: 11 cycles a value */
	.section .text.rt_sum_strided,"ax",@progbits
	.globl	rt_sum_strided
rt_sum_strided:
	push	r10
	mov	r12, r11
	clr	r12
	clr	r10
	tst	r13
	jz	3f
1:	mov.b	@r11, r15
	add	r14, r11
	sxt	r15
	jge	2f
	dec	r10
2:	add	r15, r12
	adc	r10
	dec	r13
	jnz	1b
3:	mov	r10, r13
	pop	r10
	ret
