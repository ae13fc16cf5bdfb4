/* rt_asm.h - MSP430X instructions and forms that LLVM's assembler does not know, as macros of their words (SLAU367P,
 * chapter 4), and the registers of the MPY32 (table 5-6). For assembly files; n, s, d are register numbers.
 *
 * Timing that kernels rely on (table 5-1): behind OP2 16x16 bits are ready after 3 cycles; behind OP2H 16x32 bits after
 * 3 (RES1) and 4 (RES2, RES3), so that MOV.B @Rn+,&MACS may follow OP2H at once; 32x32 bits 8 (RES1), 10 (RES2) and 11
 * cycles behind OP2L, and 3, 5, 6 behind OP2H. Interrupt handlers must not use the multiplier, nor save registers as 16
 * bits, while a kernel runs.
 */
/* clang-format off */
#ifndef RT_ASM_H
#define RT_ASM_H

#define MPYS 0x04C2
#define MACS 0x04C6
#define OP2 0x04C8
#define RESLO 0x04CA
#define RESHI 0x04CC
#define MPY32L 0x04D0
#define MPY32H 0x04D2
#define MACS32L 0x04DC
#define MACS32H 0x04DE
#define OP2L 0x04E0
#define OP2H 0x04E2
#define RES0 0x04E4
#define RES1 0x04E6
#define RES2 0x04E8
#define RES3 0x04EA

/* mov @Rn+, &a: 4 cycles; mov.b the same */
.macro mov_inc n, a
	.word	0x40b2 + (\n << 8), \a
.endm
.macro movb_inc n, a
	.word	0x40f2 + (\n << 8), \a
.endm

/* mov @Rs+, x(Rd): 4 cycles; mov.b the same */
.macro mov_inc_to s, x, d
	.word	0x40b0 + (\s << 8) + \d, \x
.endm
.macro movb_inc_to s, x, d
	.word	0x40f0 + (\s << 8) + \d, \x
.endm

/* 20 bits: mova Rs, Rd (1 cycle); mova @Rs, Rd (3); mova @Rs+, Rd (3); mova x(Rs), Rd (4); mova Rs, x(Rd) (4); mova Rs, &a
 * (4); adda, suba, cmpa Rs, Rd (1) */
.macro mova s, d
	.word	0x00c0 + (\s << 8) + \d
.endm
.macro mova_at s, d
	.word	0x0000 + (\s << 8) + \d
.endm
.macro mova_from x, s, d
	.word	0x0030 + (\s << 8) + \d, \x
.endm
.macro mova_to s, x, d
	.word	0x0070 + (\s << 8) + \d, \x
.endm
.macro mova_inc s, d
	.word	0x0010 + (\s << 8) + \d
.endm
.macro mova_abs s, a
	.word	0x0060 + (\s << 8), \a
.endm
.macro cmpa s, d
	.word	0x00d0 + (\s << 8) + \d
.endm
.macro suba s, d
	.word	0x00f0 + (\s << 8) + \d
.endm
.macro adda s, d
	.word	0x00e0 + (\s << 8) + \d
.endm

/* addx.a @Rs, x(Rd): 9 cycles; the upper 12 bits of a sum become 0 */
.macro addx_a s, x, d
	.word	0x1800, 0x50e0 + (\s << 8) + \d, \x
.endm

/* right and left shift by k = 1..4 places, k cycles; rlam_a: 20 bits */
.macro rlam k, d
	.word	0x0250 + ((\k - 1) << 10) + \d
.endm
.macro rlam_a k, d
	.word	0x0240 + ((\k - 1) << 10) + \d
.endm
.macro rrum k, d
	.word	0x0350 + ((\k - 1) << 10) + \d
.endm

/* push and pop r10 .. r4 */
.macro push_saved
	.word	0x1500 + (6 << 4) + 10
.endm
.macro pop_saved
	.word	0x1700 + (6 << 4) + 4
.endm

#endif
