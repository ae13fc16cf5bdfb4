/* rt_outside.S (AVR) - see rt_outside.h. 6.5 cycles an element. */

/* r24:r25 += 1 if the element at X is outside; r20 low, r18 span, r1 zero */
	.macro element
	ld r19, X+
	sub r19, r20
	cp r18, r19
	adc r24, r1
	adc r25, r1
	.endm

	.section .text.unit_outside,"ax",@progbits
	.global unit_outside
	.type unit_outside, @function
unit_outside:
	movw r26, r24
	clr r24
	clr r25
	mov r21, r22
	andi r21, 7
	breq 2f
1:	element
	dec r21
	brne 1b
2:	.rept 3
	lsr r23
	ror r22
	.endr
	rjmp 4f
3:	.rept 8
	element
	.endr
4:	subi r22, 1
	sbci r23, 0
	brcc 3b
	ret
	.size unit_outside, .-unit_outside
