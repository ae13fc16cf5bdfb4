/* rt_strip.S - laying out strips: 5 cycles and 3/4 a stretch of one byte; words where everything is even, 5 cycles and
 * the loop. */
#include "rt_asm.h"

/* r12 to, r13 from, r14 columns, r15 n, 2(r1) column_bytes */
	.section .text.rt_spread,"ax",@progbits
	.globl	rt_spread
rt_spread:
	mov	2(r1), r11
	tst	r14
	jz	done
	cmp	#1, r15
	jeq	bytes
	push	r10
	push	r9
	mov	r12, r10
	bis	r13, r10
	bis	r11, r10
	bis	r15, r10
	bit	#1, r10
	jnz	odd
	sub	r15, r11
	rra	r15
	mov	r15, r9
	and	#7, r9
	rra	r15
	rra	r15
	rra	r15
1:	mov	r15, r10
	tst	r10
	jz	3f
2:	mov_inc_to 13, 0, 12
	mov_inc_to 13, 2, 12
	mov_inc_to 13, 4, 12
	mov_inc_to 13, 6, 12
	mov_inc_to 13, 8, 12
	mov_inc_to 13, 10, 12
	mov_inc_to 13, 12, 12
	mov_inc_to 13, 14, 12
	add	#16, r12
	dec	r10
	jnz	2b
3:	mov	r9, r10
	tst	r10
	jz	5f
4:	mov_inc_to 13, 0, 12
	incd	r12
	dec	r10
	jnz	4b
5:	add	r11, r12
	dec	r14
	jnz	1b
	jmp	restore
odd:	sub	r15, r11
1:	mov	r15, r10
2:	movb_inc_to 13, 0, 12
	inc	r12
	dec	r10
	jnz	2b
	add	r11, r12
	dec	r14
	jnz	1b
restore:
	pop	r9
	pop	r10
done:	ret

bytes:	bit	#3, r14
	jz	2f
1:	movb_inc_to 13, 0, 12
	add	r11, r12
	dec	r14
	bit	#3, r14
	jnz	1b
2:	rra	r14
	rra	r14
	jz	done
3:	movb_inc_to 13, 0, 12
	add	r11, r12
	movb_inc_to 13, 0, 12
	add	r11, r12
	movb_inc_to 13, 0, 12
	add	r11, r12
	movb_inc_to 13, 0, 12
	add	r11, r12
	dec	r14
	jnz	3b
	ret
