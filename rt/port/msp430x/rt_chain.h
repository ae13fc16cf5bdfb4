/* rt_chain.h - what the loops of the prefix kernels share: elements, entries, unrolled chains of them. For assembly
 * files, behind rt_asm.h. */
/* clang-format off */
#ifndef RT_CHAIN_H
#define RT_CHAIN_H

/* 16 cycles: r5 entry (20 bits), r6 sum before, r8 RESLO's address, r9 RESHI's */
.macro long_entry
	mov_inc 5, OP2
	add @r5+, r6
	add @r8, 0(r6)
	addc @r9, 2(r6)
.endm

/* 15 cycles: the same into a sum of 20 bits */
.macro narrow_entry
	mov_inc 5, OP2
	add @r5+, r6
	addx_a 8, 0, 6
.endm

/* Addresses of the chain's entries from its end backwards, word n leaves n of them; longer lists, up to UNIT_PREFIX_PART,
 * begin at \more. */
.macro jump_table chain, bytes, entries, more
	.balign 2
	.set n, 0
	.rept \entries + 1
	.word \chain + (\entries - n) * \bytes
	.set n, n + 1
	.endr
	.rept 127 - \entries
	.word \more
	.endr
.endm

.macro begin name
	.section .text.\name,"ax",@progbits
	.balign 2
	.globl \name
	.type \name,@function
\name:
	push_saved
.endm

/* The element \x to the multiplier, its flags being set; leaves its magnitude */
.macro signed_element x
	mov \x, &MPYS
	jge 9f
	inv \x
	inc \x
9:
.endm

/* The element \x to the multiplier, its flags being set, and its magnitude's byte of the table to r7; changes \x */
.macro element x, table
	signed_element \x
	add \table, \x
	mov.b @\x, r7
.endm

#endif
