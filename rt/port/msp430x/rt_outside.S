/* rt_outside.S (MSP430X) - see rt_outside.h. 5.4 cycles an element. */
#include "rt_asm.h"

/* r10 -= 1 if the element at r12 is outside; r14 low, r15 span */
	.macro outside_element
	mov.b @r12+, r11
	sub.b r14, r11
	cmp.b r11, r15			/* carry: inside */
	subc #0, r10
	.endm

	.section .text.unit_outside,"ax",@progbits
	.balign 2
	.globl unit_outside
	.type unit_outside,@function
unit_outside:
	push r9
	push r10
	clr r10
	mov r13, r9
	and #7, r9
	jeq 2f
1:	outside_element
	dec r9
	jnz 1b
2:	rrum 3, 13
	jeq 4f
3:	.rept 8
	outside_element
	.endr
	dec r13
	jnz 3b
4:	mov r10, r12
	inv r12
	inc r12
	pop r10
	pop r9
	ret
	.size unit_outside, .-unit_outside
