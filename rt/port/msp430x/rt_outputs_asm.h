/* rt_outputs_asm.h - from sums on the MPY32's scale to output bytes, as macros for assembly files. r13 points at an
 * output's constants (struct unit_mpy_s8: `after`), r9 at the output; r12 is lost. */
/* clang-format off */
#ifndef RT_OUTPUTS_ASM_H
#define RT_OUTPUTS_ASM_H

#include "rt_asm.h"

/* The sum lies in MPY32L and MPY32H: scaled, limited to `most`, counted from `low`, written `at` bytes behind r9. */
.macro put_output low, most, at
	mov_inc	13, OP2L
	mov_inc	13, OP2H
	nop
	mov	&RES1, r12
	add	@r13+, r12
	mov	&RES2, r12
	addc	@r13+, r12
	cmp	r12, \most
	jhs	1f
	mov	\most, r12
1:	rrum	4, 12
	add	\low, r12
	mov.b	r12, \at\()(r9)
.endm

/* Of two sums in lanes of 24 bits in RES0 .. RES2, each is kept if it is the largest so far: r4 and the low byte of
 * r5; the high byte of r6 and r7, whose low byte is r5's neighbour in RES1. r15 is lost. */
.macro keep_larger_pair
	mov	&RES1, r15
	mov.b	r15, r12
	cmp	r12, r5
	jlo	1f
	jne	2f
	cmp	&RES0, r4
	jhs	2f
1:	mov	r12, r5
	mov	&RES0, r4
2:	cmp	&RES2, r7
	jlo	3f
	jne	4f
	cmp	r15, r6
	jhs	4f
3:	mov	r15, r6
	mov	&RES2, r7
4:
.endm

/* Writes the two outputs of what keep_larger_pair kept. Those below 0 are r14, the least; r15: the most above it. */
.macro put_larger_pair
	tst.b	r5
	jn	2f
	mov.b	r14, 0(r9)
	add	#8, r13
	jmp	3f
2:	mov	r4, &MPY32L
	mov	r5, &MPY32H
	put_output r14, r15, 0
3:	tst	r7
	jn	4f
	mov.b	r14, 1(r9)
	add	#8, r13
	jmp	5f
4:	swpb	r6
	mov.b	r6, r6
	mov.b	r7, r12
	swpb	r12
	bis	r12, r6
	mov	r6, &MPY32L
	swpb	r7
	mov.b	r7, r7
	mov	r7, &MPY32H
	put_output r14, r15, 1
5:
.endm

#endif
