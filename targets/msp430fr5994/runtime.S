; runtime.S - what clang's MSP430 code calls and no package supplies: multiplication on the MPY32 (SLAU367P, chapter 5),
; shifts, division, memcpy, memset. Calling convention: SLAA534 (arguments and results in r12 to r15, low word first;
; r11 to r15 are the callee's).

; ---- r12 * r13
	.section .text.__mspabi_mpyi,"ax",@progbits
	.globl	__mspabi_mpyi_f5hw
__mspabi_mpyi_f5hw:
	mov	r12, &0x04c0
	mov	r13, &0x04c8
	mov	&0x04ca, r12
	ret

; ---- r13:r12 * r15:r14, low 32 bits
	.section .text.__mspabi_mpyl,"ax",@progbits
	.globl	__mspabi_mpyl_f5hw
__mspabi_mpyl_f5hw:
	mov	r12, &0x04d0
	mov	r13, &0x04d2
	mov	r14, &0x04e0
	mov	r15, &0x04e2
	nop
	nop
	nop
	nop
	nop
	mov	&0x04e4, r12
	mov	&0x04e6, r13
	ret

; ---- r13:r12 shifted by r14
	.section .text.__mspabi_slll,"ax",@progbits
	.globl	__mspabi_slll
__mspabi_slll:
	and	#31, r14
	cmp	#16, r14
	jlo	1f
	mov	r12, r13
	clr	r12
	sub	#16, r14
1:	cmp	#8, r14
	jlo	2f
	swpb	r13
	and	#0xff00, r13
	swpb	r12
	mov.b	r12, r15
	bis	r15, r13
	and	#0xff00, r12
	sub	#8, r14
2:	tst	r14
	jeq	4f
3:	add	r12, r12
	addc	r13, r13
	dec	r14
	jnz	3b
4:	ret

	.section .text.__mspabi_srll,"ax",@progbits
	.globl	__mspabi_srll
__mspabi_srll:
	and	#31, r14
	cmp	#16, r14
	jlo	1f
	mov	r13, r12
	clr	r13
	sub	#16, r14
1:	cmp	#8, r14
	jlo	2f
	swpb	r12
	mov.b	r12, r12
	swpb	r13
	mov	r13, r15
	and	#0xff00, r15
	bis	r15, r12
	mov.b	r13, r13
	sub	#8, r14
2:	tst	r14
	jeq	4f
3:	clrc
	rrc	r13
	rrc	r12
	dec	r14
	jnz	3b
4:	ret

	.section .text.__mspabi_sral,"ax",@progbits
	.globl	__mspabi_sral
__mspabi_sral:
	and	#31, r14
	cmp	#16, r14
	jlo	1f
	mov	r13, r12
	add	r13, r13
	subc	r13, r13
	inv	r13
	sub	#16, r14
1:	cmp	#8, r14
	jlo	2f
	swpb	r12
	mov.b	r12, r12
	swpb	r13
	mov	r13, r15
	and	#0xff00, r15
	bis	r15, r12
	sxt	r13
	sub	#8, r14
2:	tst	r14
	jeq	4f
3:	rra	r13
	rrc	r12
	dec	r14
	jnz	3b
4:	ret

; ---- r12 shifted by r13
	.section .text.__mspabi_slli,"ax",@progbits
	.globl	__mspabi_slli
__mspabi_slli:
	and	#15, r13
	jeq	2f
1:	add	r12, r12
	dec	r13
	jnz	1b
2:	ret

	.section .text.__mspabi_srli,"ax",@progbits
	.globl	__mspabi_srli
__mspabi_srli:
	and	#15, r13
	jeq	2f
1:	clrc
	rrc	r12
	dec	r13
	jnz	1b
2:	ret

	.section .text.__mspabi_srai,"ax",@progbits
	.globl	__mspabi_srai
__mspabi_srai:
	and	#15, r13
	jeq	2f
1:	rra	r12
	dec	r13
	jnz	1b
2:	ret

; ---- r12 / r13 unsigned; the remainder is left in r14
	.section .text.__mspabi_divu,"ax",@progbits
	.globl	__mspabi_divu
	.globl	__mspabi_remu
__mspabi_divu:
	clr	r14
	mov	#16, r15
1:	add	r12, r12
	addc	r14, r14
	jc	3f
	cmp	r13, r14
	jlo	2f
3:	sub	r13, r14
	inc	r12
2:	dec	r15
	jnz	1b
	ret
__mspabi_remu:
	call	#__mspabi_divu
	mov	r14, r12
	ret

	.section .text.__mspabi_divi,"ax",@progbits
	.globl	__mspabi_divi
__mspabi_divi:
	clr	r11
	tst	r12
	jge	1f
	inv	r12
	inc	r12
	xor	#1, r11
1:	tst	r13
	jge	2f
	inv	r13
	inc	r13
	xor	#1, r11
2:	call	#__mspabi_divu
	tst	r11
	jeq	3f
	inv	r12
	inc	r12
3:	ret

; ---- r13:r12 / r15:r14 unsigned
	.section .text.__mspabi_divul,"ax",@progbits
	.globl	__mspabi_divul
__mspabi_divul:
	push	r8
	push	r9
	push	r10
	clr	r10
	clr	r11
	mov	#32, r9
1:	add	r12, r12
	addc	r13, r13
	addc	r10, r10
	addc	r11, r11
	jc	3f
	cmp	r15, r11
	jlo	2f
	jne	3f
	cmp	r14, r10
	jlo	2f
3:	sub	r14, r10
	subc	r15, r11
	inc	r12
2:	dec	r9
	jnz	1b
	pop	r10
	pop	r9
	pop	r8
	ret

	.section .text.__mspabi_divli,"ax",@progbits
	.globl	__mspabi_divli
__mspabi_divli:
	push	r8
	clr	r8
	tst	r13
	jge	1f
	inv	r12
	inv	r13
	inc	r12
	adc	r13
	xor	#1, r8
1:	tst	r15
	jge	2f
	inv	r14
	inv	r15
	inc	r14
	adc	r15
	xor	#1, r8
2:	call	#__mspabi_divul
	tst	r8
	jeq	3f
	inv	r12
	inv	r13
	inc	r12
	adc	r13
3:	pop	r8
	ret

; ---- memcpy(r12, r13, r14): eight words at a time, then bytes, where both ends are even. MOV @R13+, x(R11), 4 cycles,
; is unknown to the assembler.
	.macro	copy_word x
	.word	0x4dbb, \x
	.endm

	.section .text.memcpy,"ax",@progbits
	.globl	memcpy
memcpy:	mov	r12, r11
	mov	r12, r15
	bis	r13, r15
	bit	#1, r15
	jnz	3f
	cmp	#16, r14
	jlo	3f
1:	copy_word 0
	copy_word 2
	copy_word 4
	copy_word 6
	copy_word 8
	copy_word 10
	copy_word 12
	copy_word 14
	add	#16, r11
	sub	#16, r14
	cmp	#16, r14
	jhs	1b
3:	tst	r14
	jeq	5f
4:	mov.b	@r13+, r15
	mov.b	r15, 0(r11)
	inc	r11
	dec	r14
	jnz	4b
5:	ret

; ---- memset(r12, r13, r14): words from the first even address on
	.section .text.memset,"ax",@progbits
	.globl	memset
memset:	mov	r12, r11
	tst	r14
	jeq	5f
	bit	#1, r11
	jeq	1f
	mov.b	r13, 0(r11)
	inc	r11
	dec	r14
1:	mov.b	r13, r13
	mov	r13, r15
	swpb	r15
	bis	r15, r13
	mov	r14, r15
	clrc
	rrc	r15
	jeq	3f
2:	mov	r13, 0(r11)
	incd	r11
	dec	r15
	jnz	2b
3:	bit	#1, r14
	jeq	5f
	mov.b	r13, 0(r11)
5:	ret
