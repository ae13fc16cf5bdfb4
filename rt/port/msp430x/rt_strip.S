/* rt_strip.S - laying out strips. A stretch of one value: 5.75 cycles; of words, where everything is even: 4 a word and 7 a
 * stretch of up to 8 words, longer ones 4.6 a word.
 *
 * r4 s, r5 rows left, r6 number of the input row, r7 its address, r8 where its values go in the strip's first column.
 */
#include "rt_asm.h"
#include "rt_strip.h"

	.section .text.rt_strip_next,"ax",@progbits
	.globl	rt_strip_next
rt_strip_next:
	push_saved
	mov	r12, r4
	mov	r13, r8
	mov	STRIP_ROWS(r4), r5
	mov	STRIP_Y(r4), r6
	mov	@r4, r7
	add	STRIP_ROW_STEP(r4), STRIP_ROW(r4)
	add	STRIP_Y_STEP(r4), STRIP_Y(r4)
row:
	mov	r8, r12
	mov	STRIP_LEFT(r4), r14
	cmp	STRIP_IN_H(r4), r6
	jhs	outside
	tst	r14
	jz	1f
	call	#fill
1:	mov	STRIP_INSIDE(r4), r14
	tst	r14
	jz	1f
	mov	r7, r13
	call	#copy
1:	mov	STRIP_RIGHT(r4), r14
	tst	r14
	jz	next
2:	call	#fill
next:
	inc	r6
	add	STRIP_ROW_BYTES(r4), r7
	add	STRIP_RUN(r4), r8
	dec	r5
	jnz	row
	pop_saved
	ret
outside:
	add	STRIP_INSIDE(r4), r14
	add	STRIP_RIGHT(r4), r14
	jmp	2b

/* r12 to, r14 columns (not 0): zero points; r12 moves on */
fill:
	mov	STRIP_ZP(r4), r13
	mov	STRIP_RUN(r4), r15
	mov	STRIP_COLUMN_BYTES(r4), r11
	cmp	#1, r15
	jeq	4f
	mov	r12, r10
	bis	r15, r10
	bis	r11, r10
	bit	#1, r10
	jnz	3f
	sub	r15, r11
	rra	r15
1:	mov	r15, r10
2:	mov	r13, 0(r12)
	incd	r12
	dec	r10
	jnz	2b
	add	r11, r12
	dec	r14
	jnz	1b
	ret
3:	sub	r15, r11
1:	mov	r15, r10
2:	mov.b	r13, 0(r12)
	inc	r12
	dec	r10
	jnz	2b
	add	r11, r12
	dec	r14
	jnz	1b
	ret
4:	mov.b	r13, 0(r12)
	add	r11, r12
	dec	r14
	jnz	4b
	ret

/* r12 to, r13 from, r14 columns (not 0); r12 moves on */
copy:
	mov	STRIP_RUN(r4), r15
	mov	STRIP_COLUMN_BYTES(r4), r11
	cmp	#1, r15
	jeq	single
	mov	r12, r10
	bis	r13, r10
	bis	r15, r10
	bis	r11, r10
	bit	#1, r10
	jnz	odd
	cmp	#17, r15
	jhs	long

/* Up to 8 words: the last ones of an unrolled copy, from a place that lies the others' bytes before. */
	mov	#16, r10
	sub	r15, r10
	sub	r10, r12
	mov	r10, r9
	rla	r10
	add	#words, r10
1:	br	r10
words:
	mov_inc_to 13, 0, 12
	mov_inc_to 13, 2, 12
	mov_inc_to 13, 4, 12
	mov_inc_to 13, 6, 12
	mov_inc_to 13, 8, 12
	mov_inc_to 13, 10, 12
	mov_inc_to 13, 12, 12
	mov_inc_to 13, 14, 12
	add	r11, r12
	dec	r14
	jnz	1b
	add	r9, r12
	ret

/* r9 words beyond eights, r15 eights */
long:	sub	r15, r11
	rra	r15
	mov	r15, r9
	and	#7, r9
	rra	r15
	rra	r15
	rra	r15
1:	mov	r15, r10
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
	mov	r9, r10
	tst	r10
	jz	4f
3:	mov_inc_to 13, 0, 12
	incd	r12
	dec	r10
	jnz	3b
4:	add	r11, r12
	dec	r14
	jnz	1b
	ret

odd:	sub	r15, r11
1:	mov	r15, r10
2:	movb_inc_to 13, 0, 12
	inc	r12
	dec	r10
	jnz	2b
	add	r11, r12
	dec	r14
	jnz	1b
	ret

single:	bit	#3, r14
	jz	2f
1:	movb_inc_to 13, 0, 12
	add	r11, r12
	dec	r14
	bit	#3, r14
	jnz	1b
2:	rra	r14
	rra	r14
	jz	4f
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
4:	ret
