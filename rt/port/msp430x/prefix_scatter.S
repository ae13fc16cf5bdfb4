/* prefix_scatter.S (MSP430X) - the elements of a row: see rt_scatter_row of the C port.
 *
 *   void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);
 *   void unit_prefix_row_long(...);   with long entries
 *
 * Cycles at zero wait states: 14 an element that is zero, about 28 one that is not, 28 a list, 28 a column and, for an
 * entry, 16 (long: the weight, and what to add to the sum's address) or 18 (short: the weight, half the sum's offset in
 * bytes). An element stays in the MPY32's first operand for all its entries. Lengths are stored twice as large: a jump
 * into an unrolled chain of entries takes them from a table.
 *
 * r4 end of the column, r5 entry (20 bits), r6 sum, r7 scratch, r8 RESLO's address, r9 RESHI's, r10 visit, r11 index,
 * r12 input, r13 where lengths stand, r14 entries (20 bits), r15 at.
 */
#include "rt_asm.h"

#define CHAIN 127 /* entries of the longest list, UNIT_PREFIX_PART */

	.macro long_entry
	mov_inc 5, OP2
	add @r5+, r6
	add @r8, 0(r6)
	addc @r9, 2(r6)
	.endm

	.macro short_entry
	movb_inc 5, OP2
	mov.b @r5+, r7
	add r7, r7
	add r6, r7
	add @r8, 0(r7)
	addc @r9, 2(r7)
	.endm

/* Addresses of the chain's entries from its end backwards: word n leaves n of them. */
	.macro jump_table chain, bytes
	.balign 2
	.set n, 0
	.rept CHAIN + 1
	.word \chain + (CHAIN - n) * \bytes
	.set n, n + 1
	.endr
	.endm

/* The whole function; `scale` turns an entry's number (r5) into bytes, 20 bits wide. The chain lies in front of the loop,
 * so that every jump but one is short. */
	.macro row name, entry, bytes, scale
	.section .text.\name,"ax",@progbits
	.balign 2
	.globl \name
	.type \name,@function
\name:
	push_saved
	mov 4(r12), r6
	push r6				/* 16(sp): channels */
	mov 12(r12), r6
	push r6				/* 14(sp): index */
	mov 16(r12), r6
	push r6				/* 12(sp): end of the columns */
	mov 14(r12), r6
	push r6				/* 10(sp): next column */
	mov 18(r12), r6
	push r6				/* 8(sp): table */
	mov 20(r12), r6
	push r6				/* 6(sp): end of the visits */
	mov r12, r6
	add #22, r6
	push r6				/* 4(sp): first visit */
	mov 6(r12), r6
	push r6				/* 2(sp): step */
	mov 8(r12), r6
	push r6				/* 0(sp): zero point */
	.word 0x0c0e			/* mova @r12, r14: entries */
	mov r13, r12
	mov #RESLO, r8
	mov #RESHI, r9
	mov 10(sp), r7
	br #6f
\name\()_chain:
	.rept CHAIN
	\entry
	.endr
	cmp 6(sp), r10
	jne 3f
4:	cmp r4, r12
	jeq 5f
	add 2(sp), r11			/* the next element */
1:	mov.b @r12+, r7
	sxt r7
	sub 0(sp), r7
	jeq 4b
	mov r7, &MPYS
	jge 2f
	inv r7
	inc r7
2:	add 8(sp), r7
	mov.b @r7, r13
	mov 4(sp), r10
3:	mov @r10+, r6			/* a visit */
	mov @r10+, r7
	add r15, r6
	add r11, r7
	mov @r7, r5
	add r13, r7
	mov.b @r7, r7
	\scale
	.word 0x0ee5			/* adda r14, r5 */
	mov \name\()_table(r7), r0
5:	mov 10(sp), r7			/* the next column */
	cmp 12(sp), r7
	jeq 7f
6:	mov @r7+, r11
	mov @r7+, r15
	mov r7, 10(sp)
	add 14(sp), r11
	add r15, r15
	add r15, r15
	mov r12, r4
	add 16(sp), r4
	jmp 1b
7:	add #18, r1
	pop_saved
	ret
	.size \name, .-\name
\name\()_table:
	jump_table \name\()_chain, \bytes
	.endm

	row unit_prefix_row, short_entry, 18, ".word 0x0245"	/* rlam.a #1, r5 */
	row unit_prefix_row_long, long_entry, 14, ".word 0x0645"	/* rlam.a #2, r5 */

/* void unit_prefix_list_long(int32_t *sums, const rt_far *entry, uint16_t length, int16_t x); */
	.section .text.unit_prefix_list_long,"ax",@progbits
	.balign 2
	.globl unit_prefix_list_long
	.type unit_prefix_list_long,@function
unit_prefix_list_long:
	push r5
	push r6
	push r8
	push r9
	mov r15, &MPYS
	mov #RESLO, r8
	mov #RESHI, r9
	mov r12, r6
	.word 0x0d05			/* mova @r13, r5 */
1:	long_entry
	sub #2, r14
	jne 1b
	pop r9
	pop r8
	pop r6
	pop r5
	ret
	.size unit_prefix_list_long, .-unit_prefix_list_long
