/* prefix_scatter.S (AVR) - the elements of a row: see rt_scatter_row of the C port.
 *
 *   void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);       short entries
 *   void unit_prefix_weights(const struct rt_scatter *s, const int8_t *in);   rows of weights
 *   void unit_prefix_code(const struct rt_scatter *s, const int8_t *in);   lists of instructions, for elements that
 *     cannot lie below the zero point
 *
 * Instructions for a connection (src/port/port_code.c) add to the sums behind Y and, from the 16th on, behind Z: 17 cycles, and 4
 * where the third byte changes; 57 a list. A list is called as a function that may change r0, r1, r17 and r18.
 *
 * An entry: half the sum's offset in bytes and the weight. Products are of a magnitude and a signed weight; those of
 * elements below the zero point are taken from the sums. Sums count in 24 bits, of which the third byte is rarely touched: 27 cycles
 * an entry, 50 a list, 20 one that is not run; 11 an element that is zero, where there is one channel.
 *
 * r2:r3 input, r4:r5 end of the column, r6:r7 index, r8:r9 step, r10:r11 at, r12 to r14 entries, r15 zero point, r16 magnitude,
 * r17 entries by two, r20:r21 a list's sums, r22 low byte of the end of the visits, r23 zero, r24:r25 first visit, X visit, Y sum, Z
 * flash.
 */
#define RAMPZ 0x3b
#define SPL 0x3d
#define SPH 0x3e
#define CODE_WORDS 14			/* of a connection */

/* One entry; OP and OPC are add, adc or sub, sbc. r19 becomes what the third byte changes by, 0 in most cases: the
 * product's sign and the carry cancel out. */
	.macro entry op, opc, fix
	elpm r28, Z+
	elpm r19, Z+
	mulsu r19, r16
	sbc r19, r19
	lsl r28
	mov r29, r21
	adc r29, r23
	add r28, r20
	adc r29, r23
	ld r18, Y
	\op r18, r0
	st Y, r18
	ldd r18, Y+1
	\opc r18, r1
	std Y+1, r18
	adc r19, r23
	brne \fix
	.endm

	.macro third op, back
	ldd r18, Y+2
	\op r18, r19
	std Y+2, r18
	rjmp \back
	.endm

/* Both entries of r17 pairs; the other way in begins with the second one. */
	.macro entries op, opc, first, second
\first:	entry \op, \opc, 35f
\second:	entry \op, \opc, 36f
33:	dec r17
	brne \first\()b
	rjmp 12b
35:	third \op, \second\()b
36:	third \op, 33b
	.endm

/* The weight of the sum at Y + at. */
	.macro weight at, op, opc, fix
	elpm r19, Z+
	mulsu r19, r16
	sbc r19, r19
	ldd r18, Y+\at
	\op r18, r0
	std Y+\at, r18
	ldd r18, Y+\at+1
	\opc r18, r1
	std Y+\at+1, r18
	adc r19, r23
	brne \fix
	.endm

	.macro third_at at, op, back
	ldd r18, Y+\at+2
	\op r18, r19
	std Y+\at+2, r18
	rjmp \back
	.endm

/* r17 weights: 19 cycles each; what is left over from fours first. */
	.macro weights op, opc
	movw r28, r20
	mov r20, r17
	andi r20, 3
	breq 32f
30:	weight 0, \op, \opc, 35f
31:	adiw r28, 4
	dec r20
	brne 30b
32:	lsr r17
	lsr r17
	brne 33f
	rjmp 12b
35:	third_at 0, \op, 31b
36:	third_at 0, \op, 41f
37:	third_at 4, \op, 42f
33:	weight 0, \op, \opc, 36b
41:	weight 4, \op, \opc, 37b
42:	weight 8, \op, \opc, 38f
43:	weight 12, \op, \opc, 39f
44:	adiw r28, 16
	dec r17
	brne 33b
	rjmp 12b
38:	third_at 8, \op, 43b
39:	third_at 12, \op, 44b
	.endm

	.macro scatter name, rows
	.section .text.\name,"ax",@progbits
	.global \name
	.type \name, @function
\name:
	.irp r, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29
	push r\()\r
	.endr
	movw r2, r22
	movw r28, r24
	ldd r12, Y+0
	ldd r13, Y+1
	ldd r14, Y+2
	ldd r4, Y+4			/* channels */
	ldd r5, Y+5
	ldd r8, Y+6
	ldd r9, Y+7
	ldd r15, Y+8
	ldd r22, Y+19
	clr r23
	.if \rows == 2			/* in words */
	lsr r14
	ror r13
	ror r12
	.endif
	push r4				/* 7, 8 from the bottom: channels */
	push r5
	ldd r18, Y+11			/* 5, 6: index */
	push r18
	ldd r18, Y+12
	push r18
	ldd r18, Y+17			/* 3, 4: table */
	push r18
	ldd r18, Y+18
	push r18
	ldd r18, Y+15			/* 1, 2: end of the columns */
	push r18
	ldd r18, Y+16
	push r18
	ldd r30, Y+13
	ldd r31, Y+14
	adiw r24, 21			/* the first visit */
	rjmp 20f

6:	add r6, r8			/* the next element */
	adc r7, r9
	cp r2, r4
	cpc r3, r5
	brne 1f
	pop r31				/* the next column */
	pop r30
20:	in r28, SPL
	in r29, SPH
	ldd r19, Y+1			/* high bytes lie below */
	ldd r18, Y+2
	ldd r20, Y+7
	ldd r21, Y+8
	cpi r21, 1
	cpc r20, r23
	brne 22f
	movw r26, r2			/* one channel: to the next element that is not zero */
21:	cp r30, r18
	cpc r31, r19
	breq 23f
	ld r16, X+
	cp r16, r15
	brne 24f
	adiw r30, 4
	rjmp 21b
22:	cp r30, r18
	cpc r31, r19
	brne 25f
23:	rjmp 15f
24:	movw r2, r26
	sub r2, r21			/* 1 */
	sbc r3, r23
25:	lpm r6, Z+
	lpm r7, Z+
	lpm r10, Z+
	lpm r11, Z+
	push r30
	push r31
	ldd r18, Y+5
	ldd r19, Y+6
	add r6, r19
	adc r7, r18
	lsl r10
	rol r11
	lsl r10
	rol r11
	movw r4, r2
	add r4, r21
	adc r5, r20
1:	movw r26, r2
	ld r16, X+
	movw r2, r26
	mov r17, r16
	sub r16, r15
	breq 6b
	in r28, SPL
	in r29, SPH
	ldd r31, Y+5			/* the table, two bytes of the column further up */
	ldd r30, Y+6
	clt				/* T: it is negative */
	cp r17, r15
	brge 2f
	set
	neg r16
2:	add r30, r16
	adc r31, r23
	lpm r19, Z			/* where lengths stand */
	movw r26, r24
3:	ld r20, X+
	ld r21, X+
	ld r30, X+
	ld r31, X+
	add r30, r6
	adc r31, r7
	add r30, r19
	adc r31, r23
	lpm r17, Z
	tst r17
	breq 5f
	sub r30, r19
	sbc r31, r23
	lpm r0, Z+			/* start */
	lpm r18, Z
	add r20, r10
	adc r21, r11
	.if \rows == 2
	movw r30, r12
	add r30, r0
	adc r31, r18
	ldi r18, CODE_WORDS
	mul r17, r18
	sub r30, r0
	sbc r31, r1
	movw r28, r20
	rcall 7f
	.else
	movw r30, r12
	mov r28, r14
	.if \rows == 0
	lsl r0
	rol r18
	adc r28, r23
	.endif
	add r30, r0
	adc r31, r18
	adc r28, r23
	out RAMPZ, r28
	push r19
	.if \rows == 1
	brts 4f
	rjmp 7f
4:	rjmp 8f
	.else
	lsr r17
	brcc 4f
	inc r17
	brts 9f
	rjmp 8f
4:	brtc 7f
	rjmp 10f
9:	rjmp 11f
	.endif
12:	pop r19
	.endif
5:	cp r26, r22
	brne 3b
	rjmp 6b

	.if \rows == 2
7:	push r30
	push r31
	movw r30, r28
	subi r30, lo8(-64)
	sbci r31, hi8(-64)
	ret				/* to the list, which returns */
	.elseif \rows
7:	weights add, adc
8:	weights sub, sbc
	.else
	entries add, adc, 7, 8
	entries sub, sbc, 10, 11
	.endif

15:	.rept 8
	pop r18
	.endr
	clr r1
	.irp r, 29, 28, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2
	pop r\()\r
	.endr
	ret
	.size \name, .-\name
	.endm

	scatter unit_prefix_row, 0
	scatter unit_prefix_weights, 1
	scatter unit_prefix_code, 2
