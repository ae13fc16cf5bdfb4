/* prefix_rows.S (MSP430X) - what becomes of rows of sums, for prefix_s8.c. */
#include "rt_asm.h"

/* void unit_prefix_fill(int32_t *sums, uint16_t n, const int32_t *value); void unit_prefix_clear(int32_t *sums, uint16_t n);
 * 4 cycles a sum: a register of 20 bits fills both words, the upper 12 bits with zeros */
	.section .text.unit_prefix_clear,"ax",@progbits
	.balign 2
	.globl unit_prefix_clear
	.type unit_prefix_clear,@function
	.globl unit_prefix_fill
	.type unit_prefix_fill,@function
unit_prefix_fill:
	mova_at 14, 15
	jmp 5f
unit_prefix_clear:
	clr r15
5:	add #15, r13			/* the first pass ends behind its part of 16 sums */
	mov r13, r14
	inv r14
	and #15, r14
	rlam 2, 14
	rrum 4, 13
	jeq 4f
	sub r14, r12
	add r14, r0
3:	.irp at, 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60
	mova_to 15, \at, 12
	.endr
	add #64, r12
	dec r13
	jnz 3b
4:	ret
	.size unit_prefix_clear, .-unit_prefix_clear

/* void unit_prefix_larger(int32_t *best, const int32_t *other, uint16_t n); 14 cycles a sum, 20 where the other is larger */
	.section .text.unit_prefix_larger,"ax",@progbits
	.balign 2
	.globl unit_prefix_larger
	.type unit_prefix_larger,@function
unit_prefix_larger:
	push r10
	push r11
1:	mov @r13+, r10
	mov @r13+, r11
	mov r11, r15
	cmp @r12+, r10
	subc @r12+, r15
	jl 2f
	mov r10, -4(r12)
	mov r11, -2(r12)
2:	dec r14
	jnz 1b
	pop r11
	pop r10
	ret
	.size unit_prefix_larger, .-unit_prefix_larger

/* 45 cycles an output (fine: 49), 23 one that stays at the least; the largest of four sums 28 more, 20 a position. Sums
 * of 20 bits: the largest of four 18 more, 2 less an output.
 *
 * r8:r9 the sum, r10 least, r11 outputs left, r12 sums, r13 constants, r14 y, r15 most */

/* r8:r9 = the larger of it and @\n+; uses r7 */
	.macro larger n
	cmp @\n+, r8
	mov r9, r7
	subc @\n+, r7
	jge 9f
	mov -4(\n), r8
	mov -2(\n), r9
9:
	.endm

/* r8 = the larger of it and @\n+, in 20 bits; uses r7 */
	.macro larger_narrow n
	mova_inc \n, 7
	cmpa 7, 8
	jge 9f
	mova 7, 8
9:
	.endm

/* r8 = the output of r8:r9 (narrow: of r8) by the constants at r13, 12 bytes, r14 moved on; to `least`, with the constants at their 8
 * last bytes, where it stays at the least */
	.macro requantised fine, least, narrow
	.if \narrow
	mova_inc 13, 7
	suba 7, 8
	jl \least
	mova_abs 8, MPY32L
	.else
	sub @r13+, r8
	subc @r13+, r9
	jl \least
	mov r8, &MPY32L
	mov r9, &MPY32H
	.endif
	mov_inc 13, OP2L
	mov_inc 13, OP2H
	inc r14
	mov &RES1, r8
	add @r13+, r8
	mov &RES2, r8
	addc @r13+, r8
	cmp r8, r15
	jhs 8f
	mov r15, r8
8:
	.if \fine
	rrum 4, 8
	.endif
	add r10, r8
	.endm

/* int8_t *unit_prefix_outputs_coarse(const int32_t *sums, const uint16_t *after, int8_t *y, const struct run *run);
 * _fine: for UNIT_AFTER_FINE; _pooled: the largest of four sums; _narrow: of 20 bits each. Returns where y ends. Pooled: r4 the sum beside, r5 the one below, r6 beside
 * that. On the stack: the constants, outputs of a position, bytes of sums left out behind one, positions left. */
	.macro row_of_outputs name, fine, pooled, narrow
	.section .text.\name,"ax",@progbits
	.balign 2
	.globl \name
	.type \name,@function
\name:
	push_saved
	sub #8, r1
	mov r13, 0(r1)
	mov @r15+, r11
	mov @r15+, r10
	mov @r15+, r8
	mov_inc_to 15, 4, 1
	mov @r15+, r5
	mov @r15, 6(r1)
	mov r8, r15
	mov r11, 2(r1)
	mov r11, r4
	add r4, r4
	add r4, r4
	mov r5, r6
	add r4, r6
	add r12, r4
1:	.if \narrow
	mova_inc 12, 8
	.if \pooled
	larger_narrow 4
	larger_narrow 5
	larger_narrow 6
	.endif
	.else
	mov @r12+, r8
	mov @r12+, r9
	.if \pooled
	larger r4
	larger r5
	larger r6
	.endif
	.endif
	requantised \fine, 2f, \narrow
	mov.b r8, -1(r14)
	dec r11
	jnz 1b
	jmp 3f
2:	mov.b r10, 0(r14)
	inc r14
	add #8, r13
	dec r11
	jnz 1b
3:	mov 0(r1), r13
	mov 2(r1), r11
	mov 4(r1), r7
	add r7, r12
	add r7, r4
	add r7, r5
	add r7, r6
	sub #1, 6(r1)
	jnz 1b
	mov r14, r12
	add #8, r1
	pop_saved
	ret
	.size \name, .-\name
	.endm

	row_of_outputs unit_prefix_outputs_coarse, 0, 0, 0
	row_of_outputs unit_prefix_outputs_fine, 1, 0, 0
	row_of_outputs unit_prefix_outputs_pooled_coarse, 0, 1, 0
	row_of_outputs unit_prefix_outputs_pooled_fine, 1, 1, 0
	row_of_outputs unit_prefix_outputs_narrow_coarse, 0, 0, 1
	row_of_outputs unit_prefix_outputs_narrow_fine, 1, 0, 1
	row_of_outputs unit_prefix_outputs_narrow_pooled_coarse, 0, 1, 1
	row_of_outputs unit_prefix_outputs_narrow_pooled_fine, 1, 1, 1

/* int unit_prefix_is_blank(const int8_t *in, uint16_t n, int16_t zp); 1 if n > 0 elements are all zero; 4.5 cycles each */
	.section .text.unit_prefix_is_blank,"ax",@progbits
	.balign 2
	.globl unit_prefix_is_blank
	.type unit_prefix_is_blank,@function
unit_prefix_is_blank:
	mov.b r14, r14
	mov r14, r15
	swpb r15
	bis r14, r15			/* the zero point twice */
	add r12, r13
	dec r13				/* the last byte */
	bit #1, r12
	jeq 1f
	cmp.b @r12+, r15
	jne 2f
1:	cmp r13, r12			/* pairs */
	jhs 3f
	cmp @r12+, r15
	jeq 1b
2:	clr r12
	ret
3:	jne 4f
	cmp.b @r12, r15
	jne 2b
4:	mov #1, r12
	ret
	.size unit_prefix_is_blank, .-unit_prefix_is_blank
