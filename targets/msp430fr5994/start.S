; start.S - reset to main(): stack, watchdog off, .data copied, .bss cleared.
	.section .text.start,"ax",@progbits
	.globl _start
_start:	mov	#__stack_top, r1
	mov	#0x5a80, &0x015c
	mov	#__data_start, r12
	mov	#__data_load, r13
1:	cmp	#__data_end, r12
	jeq	2f
	mov	@r13+, r14
	mov	r14, 0(r12)
	incd	r12
	jmp	1b
2:	mov	#__bss_start, r12
3:	cmp	#__bss_end, r12
	jeq	4f
	mov	#0, 0(r12)
	incd	r12
	jmp	3b
4:	call	#main
5:	jmp	5b

	.section .vectors,"a",@progbits
	.word	_start
