/* rt_centre.S - activations less their zero point: as bytes where none is negative, else as words |x| and x. */
#include "rt_asm.h"

/* r12 values, r13 how many: adds 128 to each; one more may change */
	.section .text.rt_centre_bytes,"ax",@progbits
	.globl	rt_centre_bytes
rt_centre_bytes:
	mov	#0x8080, r15
	inc	r13
	clrc
	rrc	r13
	jz	2f
1:	xor	r15, 0(r12)
	incd	r12
	dec	r13
	jnz	1b
2:	ret

/* r12 to, r13 from, r14 how many (not 0), r15 zero point */
	.section .text.rt_centre_words,"ax",@progbits
	.globl	rt_centre_words
rt_centre_words:
	mov.b	@r13+, r11
	sxt	r11
	sub	r15, r11
	mov	r11, 2(r12)
	jge	1f
	inv	r11
	inc	r11
1:	mov	r11, 0(r12)
	add	#4, r12
	dec	r14
	jnz	rt_centre_words
	ret
