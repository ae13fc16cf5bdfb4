/* prefix_rows.S (MSP430X) - what becomes of rows of sums: rt/rt_prefix_rows.h in assembly. */
#include "rt_asm.h"

/* void rt_prefix_clear(int32_t *sums, uint16_t n); 6 cycles a sum */
	.section .text.rt_prefix_clear,"ax",@progbits
	.balign 2
	.globl rt_prefix_clear
	.type rt_prefix_clear,@function
rt_prefix_clear:
	mov r13, r14
	and #3, r14
	jeq 2f
1:	clr 0(r12)
	clr 2(r12)
	add #4, r12
	dec r14
	jnz 1b
2:	clrc
	rrc r13
	clrc
	rrc r13
	jeq 4f
3:	clr 0(r12)
	clr 2(r12)
	clr 4(r12)
	clr 6(r12)
	clr 8(r12)
	clr 10(r12)
	clr 12(r12)
	clr 14(r12)
	add #16, r12
	dec r13
	jnz 3b
4:	ret
	.size rt_prefix_clear, .-rt_prefix_clear

/* void rt_prefix_larger(int32_t *best, const int32_t *other, uint16_t n); 14 cycles a sum, 20 where the other is larger */
	.section .text.rt_prefix_larger,"ax",@progbits
	.balign 2
	.globl rt_prefix_larger
	.type rt_prefix_larger,@function
rt_prefix_larger:
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
	.size rt_prefix_larger, .-rt_prefix_larger

/* void rt_prefix_position(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_prefix_run *run);
 * _fine: for UNIT_AFTER_FINE; _pooled: the largest of four sums; _positions: all with the same constants.
 *
 * 46 cycles an output (fine: 50), 18 one that stays at the least; pooled about 23 more. r8:r9 the sum, r10 least, r11
 * outputs left, r15 most; r7 step of y; same: r6 the constants; pooled: r4 the sum beside, r5 the one below, r6 beside that. */

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

	.macro outputs name, fine, same, pooled
	.section .text.\name,"ax",@progbits
	.balign 2
	.globl \name
	.type \name,@function
\name:
	push_saved
	mov @r15+, r11
	mov @r15+, r10
	mov @r15+, r8
	mov @r15+, r7
	mov r13, r6
	.if \pooled
	mov @r15, r5
	mov r11, r4
	add r4, r4
	add r4, r4
	mov r5, r6
	add r4, r6
	add r12, r4
	.endif
	mov r8, r15
1:	mov @r12+, r8
	mov @r12+, r9
	.if \pooled
	larger r4
	larger r5
	larger r6
	.endif
	sub @r13+, r8
	subc @r13+, r9
	jl 3f
	mov r8, &MPY32L
	mov r9, &MPY32H
	mov_inc 13, OP2L
	mov_inc 13, OP2H
	nop
	mov &RES1, r8
	add @r13+, r8
	mov &RES2, r8
	addc @r13+, r8
	cmp r8, r15
	jhs 2f
	mov r15, r8
2:
	.if \fine
	rrum 4, 8
	.endif
	add r10, r8
	mov.b r8, 0(r14)
	jmp 4f
3:	mov.b r10, 0(r14)
	.if !\same
	add #8, r13
	.endif
4:
	.if \same
	mov r6, r13
	add r7, r14
	.else
	inc r14
	.endif
	dec r11
	jnz 1b
	pop_saved
	ret
	.size \name, .-\name
	.endm

	outputs rt_prefix_position, 0, 0, 0
	outputs rt_prefix_position_fine, 1, 0, 0
	outputs rt_prefix_pooled, 0, 0, 1
	outputs rt_prefix_pooled_fine, 1, 0, 1
	outputs rt_prefix_positions, 0, 1, 0
	outputs rt_prefix_positions_fine, 1, 1, 0
