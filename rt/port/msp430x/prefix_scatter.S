/* prefix_scatter.S (MSP430X) - the elements of one column, channel after channel: see rt_scatter_column of the C port.
 *
 *   void unit_prefix_column(const struct rt_scatter *s, const uint8_t *lists, uint16_t at, const int8_t *in);
 *   void unit_prefix_column_long(...);   with long entries
 *
 * Cycles at zero wait states: 14 an element that is zero, about 30 one that is not, 28 a list and, for an entry, 16 (long:
 * the weight, and what to add to the sum's address) or 18 (short: the weight, half the sum's offset in bytes). An element
 * stays in the MPY32's first operand for all its entries. Lengths are stored twice as large: a jump into an unrolled
 * chain of entries takes them from a table.
 *
 * r4 end of the input, r5 entry (20 bits), r6 sum, r7 scratch, r8 RESLO's address, r9 RESHI's, r10 visit, r11 index,
 * r12 input, r13 where lengths stand, r14 entries (20 bits), r15 at. On the stack: zero point, step, first visit, their end.
 *
 * LLVM's assembler knows no MSP430X instructions, nor MOV @Rn+,&abs: they are .word with their meaning beside them.
 */

#define MPYS 0x04c2
#define OP2 0x04c8
#define RESLO 0x04ca
#define RESHI 0x04cc
#define CHAIN 127 /* entries of the longest list */

	.macro long_entry
	.word 0x45b2, OP2		/* mov @r5+, &OP2 */
	add @r5+, r6
	add @r8, 0(r6)
	addc @r9, 2(r6)
	.endm

	.macro short_entry
	.word 0x45f2, OP2		/* mov.b @r5+, &OP2 */
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
	.macro column chain, table, entry, scale
	push r4
	push r5
	push r6
	push r7
	push r8
	push r9
	push r10
	push r11
	mov r13, r11
	mov 12(r12), r6
	push r6				/* 6(sp): end of the visits */
	mov r12, r6
	add #14, r6
	push r6				/* 4(sp): first visit */
	mov 6(r12), r6
	push r6				/* 2(sp): step */
	mov 8(r12), r6
	push r6				/* 0(sp): zero point */
	mov 4(r12), r4
	add r15, r4			/* end of the input */
	mov r14, r7
	.word 0x0c0e			/* mova @r12, r14: entries */
	mov r15, r12
	mov r7, r15
	mov #RESLO, r8
	mov #RESHI, r9
	br #1f
\chain:
	.rept CHAIN
	\entry
	.endr
	cmp 6(sp), r10
	jne 3f
4:	add 2(sp), r11			/* the next element */
	cmp r4, r12
	jeq 5f
1:	mov.b @r12+, r7
	sxt r7
	sub 0(sp), r7
	jeq 4b
	mov r7, &MPYS
	jge 2f
	inv r7
	inc r7
2:	mov.b unit_prefix_table(r7), r13
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
	mov \table(r7), r0
5:	add #8, r1
	pop r11
	pop r10
	pop r9
	pop r8
	pop r7
	pop r6
	pop r5
	pop r4
	ret
	.endm

	.section .text.unit_prefix_column,"ax",@progbits
	.balign 2
	.globl unit_prefix_column
	.type unit_prefix_column,@function
unit_prefix_column:
	column short_chain, short_table, short_entry, ".word 0x0245"	/* rlam.a #1, r5 */
	.size unit_prefix_column, .-unit_prefix_column
short_table:
	jump_table short_chain, 18

	.section .text.unit_prefix_column_long,"ax",@progbits
	.balign 2
	.globl unit_prefix_column_long
	.type unit_prefix_column_long,@function
unit_prefix_column_long:
	column long_chain, long_table, long_entry, ".word 0x0645"	/* rlam.a #2, r5 */
	.size unit_prefix_column_long, .-unit_prefix_column_long
long_table:
	jump_table long_chain, 14

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
