/* prefix_scatter.S (AVR) - the elements of a row: see rt_scatter_row of the C port.
 *
 *   void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);
 *
 * An entry: half the sum's offset in bytes and the weight. Products are of a magnitude and a signed weight; those of
 * elements below the zero point are taken from the sums. Sums count in 24 bits, of which the third byte is rarely touched: 28 cycles an
 * entry, about 45 a list, 13 an element that is zero.
 *
 * r2:r3 input, r4:r5 end of the column, r6:r7 index, r8:r9 step, r10:r11 at, r12 to r14 entries, r15 zero point, r16 magnitude,
 * r17 count, r20:r21 a list's sums, r22:r23 end of the visits, r24:r25 first visit, X visit, Y sum, Z flash.
 */
#define RAMPZ 0x3b
#define SPL 0x3d
#define SPH 0x3e

/* One entry; OP and OPC are add, adc or sub, sbc; a third byte changes by STEP where the carry and the sign disagree. */
	.macro entry op, opc, up, down
	elpm r18, Z+
	elpm r19, Z+
	mulsu r19, r16
	movw r28, r20
	clr r19
	add r28, r18
	adc r29, r19
	add r28, r18
	adc r29, r19
	ld r18, Y
	\op r18, r0
	st Y, r18
	ldd r18, Y+1
	\opc r18, r1
	std Y+1, r18
	brcs 7f
	sbrs r1, 7
	rjmp 9f
	ldd r18, Y+2			/* no carry, negative */
	\down r18
	rjmp 8f
7:	sbrc r1, 7
	rjmp 9f
	ldd r18, Y+2			/* carry, positive */
	\up r18
8:	std Y+2, r18
9:
	.endm

	.section .text.unit_prefix_row,"ax",@progbits
	.global unit_prefix_row
	.type unit_prefix_row, @function
unit_prefix_row:
	push r2
	push r3
	push r4
	push r5
	push r6
	push r7
	push r8
	push r9
	push r10
	push r11
	push r12
	push r13
	push r14
	push r15
	push r16
	push r17
	push r28
	push r29
	movw r2, r22
	movw r28, r24
	ldd r12, Y+0
	ldd r13, Y+1
	ldd r14, Y+2
	ldd r8, Y+6
	ldd r9, Y+7
	ldd r15, Y+8
	ldd r22, Y+19
	ldd r23, Y+20
	ldd r18, Y+4			/* channels */
	push r18
	ldd r18, Y+5
	push r18
	ldd r18, Y+11			/* index */
	push r18
	ldd r18, Y+12
	push r18
	ldd r18, Y+17			/* table */
	push r18
	ldd r18, Y+18
	push r18
	ldd r18, Y+15			/* end of the columns */
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
	breq 21f
	rjmp 1f
21:	pop r31				/* the next column */
	pop r30
20:	in r28, SPL
	in r29, SPH
	ldd r18, Y+1
	ldd r19, Y+2
	cp r30, r19
	cpc r31, r18
	brne 22f
	rjmp 15f
22:	lpm r6, Z+
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
	ldd r18, Y+7
	ldd r19, Y+8
	movw r4, r2
	add r4, r19
	adc r5, r18
1:	movw r26, r2
	ld r16, X+
	movw r2, r26
	mov r17, r16
	sub r16, r15
	breq 6b
	/* magnitude; T tells a negative element */
	clt
	cp r17, r15
	brge 2f
	set
	neg r16
2:	in r28, SPL
	in r29, SPH
	ldd r30, Y+6
	ldd r31, Y+5
	clr r1
	add r30, r16
	adc r31, r1
	lpm r19, Z			/* where lengths stand */
	movw r26, r24
3:	ld r20, X+
	ld r21, X+
	ld r30, X+
	ld r31, X+
	add r30, r6
	adc r31, r7
	movw r28, r30
	add r28, r19
	adc r29, r1
	lpm r0, Z+			/* start */
	lpm r18, Z
	movw r30, r28
	lpm r17, Z
	tst r17
	brne 16f
	rjmp 5f
16:
	add r20, r10
	adc r21, r11
	movw r30, r12
	mov r28, r14
	clr r29
	lsl r0
	rol r18
	rol r29
	add r30, r0
	adc r31, r18
	adc r28, r29
	out RAMPZ, r28
	push r19
	brtc 18f
	rjmp 4f
18:	sbrc r17, 0
	rjmp 11f
10:	entry add, adc, inc, dec
11:	entry add, adc, inc, dec
	subi r17, 2
	brcs 12f
	breq 12f
	rjmp 10b
4:	sbrc r17, 0
	rjmp 14f
13:	entry sub, sbc, dec, inc
14:	entry sub, sbc, dec, inc
	subi r17, 2
	brcs 12f
	breq 12f
	rjmp 13b
12:	pop r19
	clr r1
5:	cp r26, r22
	cpc r27, r23
	breq 17f
	rjmp 3b
17:	rjmp 6b
15:	pop r18
	pop r18
	pop r18
	pop r18
	pop r18
	pop r18
	pop r18
	pop r18
	pop r29
	pop r28
	pop r17
	pop r16
	pop r15
	pop r14
	pop r13
	pop r12
	pop r11
	pop r10
	pop r9
	pop r8
	pop r7
	pop r6
	pop r5
	pop r4
	pop r3
	pop r2
	ret
	.size unit_prefix_row, .-unit_prefix_row
