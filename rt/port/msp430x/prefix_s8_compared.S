/* prefix_s8_compared.S (MSP430X) - the elements of a row by entries to compare (UNIT_PREFIX_COMPARED_ROW):
 *
 *   void rt_scatter_row_compared(const struct scatter *s, const int8_t *in);
 *
 * 5 cycles an entry that sleeps, 21 one that executes, 45 a list, 10 an element that is zero, 37 one that is not, 36 a
 * column. Entries are compared in passes of 16.
 *
 * r4 magnitude, r5 entry (20 bits), r6 sums of the pass, r7 scratch, r8 RESLO's address, r9 RESHI's, r10 visit, r11 passes
 * left (while zeros are passed: STEP), r12 input, r13 list (20 bits), r14 entries (20 bits), r15 at. On the stack: */
#include "rt_asm.h"
#include "rt_chain.h"

#define ZP 0
#define COLUMN_END 2
#define STEP_LEFT 4      /* to the next channel, less the lists passed */
#define STEP 6
#define NEXT_COLUMN 8
#define COLUMNS_END 10
#define STARTS 12        /* the first visit's list of channel 0 of class 0, 20 bits */
#define CHANNELS 16
#define VISITS 18
#define VISITS_END 20
#define FRAME 22

	.macro compared_entry at
	mov @r5+, r7
	cmp.b r7, r4
	jlo 9f
	swpb r7
	mov.b r7, &OP2
	nop
	nop
	add @r8, \at(r6)
	addc @r9, \at+2(r6)
9:
	.endm

	begin rt_scatter_row_compared
	sub #FRAME, r1
	mov 28(r12), r10
	mov r10, VISITS(r1)
	mov 22(r12), r7
	mov r7, VISITS_END(r1)
	sub r10, r7
	mov r7, r6
	rlam 2, 7
	add r6, r7			/* 10 bytes a list */
	mov 10(r12), r6
	mov r6, STEP(r1)
	sub r7, r6
	mov r6, STEP_LEFT(r1)
	mov 24(r12), r7
	mov r7, r6
	rlam 2, 7
	add r6, r7
	mova_from 4, 12, 6
	adda 7, 6
	mova_to 6, STARTS, 1
	mov 12(r12), ZP(r1)
	mov 16(r12), NEXT_COLUMN(r1)
	mov 18(r12), COLUMNS_END(r1)
	mov 8(r12), CHANNELS(r1)
	mova_at 12, 14
	mov r13, r12
	mov #RESLO, r8
	mov #RESHI, r9
	mov NEXT_COLUMN(r1), r7
	br #unit_prefix_compared_column
unit_prefix_compared_element:
	mov.b -1(r12), r4
	sxt r4
	sub r7, r4
	mov r4, &MPYS
	jge 1f
	inv r4
	inc r4
1:	mov VISITS(r1), r10
unit_prefix_compared_visit:
	mov @r10+, r6
	add r15, r6
	mov @r13, r5
	mov.b 9(r13), r7
	mov #10, r11
	adda 11, 13
	tst r7
	jeq unit_prefix_compared_done
	adda 5, 5
	adda 14, 5
	mov r7, r11
	add #30, r11
	rrum 4, 11
	rrum 1, 11
	inv r7
	inc r7
	and #30, r7
	sub r7, r6
	sub r7, r6
	mov unit_prefix_compared_table(r7), r0
unit_prefix_compared_chain:
	.irp at, 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60
	compared_entry \at
	.endr
	add #64, r6
	dec r11
	jnz unit_prefix_compared_chain
unit_prefix_compared_done:
	cmp VISITS_END(r1), r10
	jne unit_prefix_compared_visit
	mov STEP_LEFT(r1), r7
	adda 7, 13
	cmp COLUMN_END(r1), r12
	jeq 3f
1:	mov ZP(r1), r7
	mov STEP(r1), r11
2:	cmp.b @r12+, r7
	jne unit_prefix_compared_element
	adda 11, 13
	cmp COLUMN_END(r1), r12
	jne 2b
3:	mov NEXT_COLUMN(r1), r7
	cmp COLUMNS_END(r1), r7
	jeq 4f
unit_prefix_compared_column:
	mov @r7+, r13
	mov @r7+, r15
	mov r7, NEXT_COLUMN(r1)
	mova_from STARTS, 1, 7
	adda 7, 13
	rlam 2, 15
	mov r12, r7
	add CHANNELS(r1), r7
	mov r7, COLUMN_END(r1)
	jmp 1b
4:	add #FRAME, r1
	pop_saved
	ret
	.size rt_scatter_row_compared, .-rt_scatter_row_compared
	.balign 2
unit_prefix_compared_table:
	.set n, 0
	.rept 16
	.word unit_prefix_compared_chain + n * 24
	.set n, n + 1
	.endr
