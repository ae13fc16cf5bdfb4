/* rt_list.S - listing activations: 11 cycles for one that is left out, 21 for another, 7 a run; runs of one value, 12 and
 * 22.
 *
 * r4 first x of the column, r5 columns left, r6 starts, r7 row_step, r8 rows left, r9 2 * cut + 1, r10 origin, r11 out, r12
 * x, r13 offset, r14 values left, r15 value. On the stack: run, cut, rows, column_skip, list.
 */
#include "rt_asm.h"
#include "rt_list.h"

#define RUN 0
#define CUT 2
#define ROWS 4
#define COLUMN_SKIP 6
#define LIST 8

	.section .text.rt_list_columns,"ax",@progbits
	.globl	rt_list_columns
rt_list_columns:
	push_saved
	push	r12
	mov	LIST_COLUMN_SKIP(r12), r15
	push	r15
	mov	LIST_ROWS(r12), r15
	push	r15
	mov	LIST_CUT(r12), r9
	push	r9
	add	r9, r9
	inc	r9
	mov	LIST_RUN(r12), r15
	push	r15
	mov	LIST_ROW_STEP(r12), r7
	mov	LIST_COLUMNS(r12), r5
	mov	LIST_START(r12), r6
	mov	LIST_ORIGIN(r12), r10
	mov	LIST_OUT(r12), r11
	mov	LIST_OFFSET(r12), r13
	mov	@r12, r12
	cmp	#1, r15
	jeq	single

column:	mov	r11, 0(r6)
	incd	r6
	mov	r12, r4
	mov	ROWS(r1), r8
row:	mov	@r1, r14
value:	mov.b	@r12+, r15
	sxt	r15
	sub	r10, r15
	cmp	r9, r15
	jlo	1f
	sub	CUT(r1), r15
	mov	r15, 0(r11)
	mov	r13, 2(r11)
	add	#4, r11
1:	add	#4, r13
	dec	r14
	jnz	value
	add	r7, r12
	dec	r8
	jnz	row
	add	COLUMN_SKIP(r1), r13
	mov	r4, r12
	add	@r1, r12
	dec	r5
	jnz	column
	jmp	done

single:	inc	r7
2:	mov	r11, 0(r6)
	incd	r6
	mov	r12, r4
	mov	ROWS(r1), r8
3:	mov.b	@r12, r15
	add	r7, r12
	sxt	r15
	sub	r10, r15
	cmp	r9, r15
	jlo	1f
	sub	CUT(r1), r15
	mov	r15, 0(r11)
	mov	r13, 2(r11)
	add	#4, r11
1:	add	#4, r13
	dec	r8
	jnz	3b
	add	COLUMN_SKIP(r1), r13
	mov	r4, r12
	inc	r12
	dec	r5
	jnz	2b

done:	mov	LIST(r1), r12
	mov	r11, LIST_OUT(r12)
	mov	r6, LIST_START(r12)
	add	#10, r1
	pop_saved
	ret
