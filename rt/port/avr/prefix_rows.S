/* prefix_rows.S (AVR) - what becomes of rows of sums: rt/rt_prefix_rows.h in assembly, for UNIT_AFTER_BYTES.
 *
 *   void unit_prefix_clear(int32_t *sums, uint16_t n);   7 cycles a sum, of which 24 bits count
 *   void unit_prefix_outputs(const int32_t *sums, int8_t *y, struct rt_prefix_run *run);
 *   void unit_prefix_pooled(...);   the largest of 2 by 2
 *
 * An output takes about 145 cycles, 40 if it stays at an end; pooled 50 more. A position takes 40 more.
 *
 * r2:r3 the sum, r4:r5 the one beside, r6:r7 the one below, r8:r9 beside that, r10 to r12 the largest, then u; r13, r14, r15,
 * r22, r23, r24 the product, r16 outputs left, r17 least, r18 to r21 constants, r25 zero, X y, Y a sum, Z constants.
 */
	.section .text.unit_prefix_clear,"ax",@progbits
	.global unit_prefix_clear
	.type unit_prefix_clear, @function
unit_prefix_clear:
	movw r30, r24
	ldi r24, 0x80			/* UNIT_PREFIX_SUM_ZERO */
1:	subi r22, 8
	sbci r23, 0
	brcs 2f
	.irp sum, 0, 4, 8, 12, 16, 20, 24, 28
	std Z+\sum, r1
	std Z+\sum+1, r24
	std Z+\sum+2, r1
	.endr
	adiw r30, 32
	rjmp 1b
2:	subi r22, -8
	breq 4f
3:	st Z, r1
	std Z+1, r24
	std Z+2, r1
	adiw r30, 4
	dec r22
	brne 3b
4:	st -Z, r1			/* all of the last one, which is no sum but says what was added to */
	sbiw r30, 2
	st Z, r1
	ret
	.size unit_prefix_clear, .-unit_prefix_clear

/* The sum at \at, which moves on. */
	.macro sum at, a, b, c
	movw r28, \at
	ld \a, Y+
	ld \b, Y+
	ld \c, Y+
	adiw r28, 1
	movw \at, r28
	.endm

	.macro larger at
	sum \at, r18, r19, r20
	cp r10, r18
	cpc r11, r19
	cpc r12, r20
	brge 7f
	mov r10, r18
	mov r11, r19
	mov r12, r20
7:
	.endm

/* The product so far += \a * \b from byte 1, 2, 3 or 4 on. */
	.macro at_1 a, b
	mul \a, \b
	add r14, r0
	adc r15, r1
	adc r22, r25
	adc r23, r25
	adc r24, r25
	.endm
	.macro at_2 a, b
	mul \a, \b
	add r15, r0
	adc r22, r1
	adc r23, r25
	adc r24, r25
	.endm
	.macro at_3 a, b
	mul \a, \b
	add r22, r0
	adc r23, r1
	adc r24, r25
	.endm

	.macro forward low, high
	add \low, r18
	adc \high, r19
	.endm

	.macro outputs name, pooled
	.section .text.\name,"ax",@progbits
	.global \name
	.type \name, @function
\name:
	.irp r, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29
	push r\r
	.endr
	movw r2, r24
	movw r26, r22
	movw r28, r20
	push r28
	push r29
	ldd r17, Y+2
	.if \pooled
	ldd r6, Y+6
	ldd r7, Y+7
	ldd r18, Y+8
	ldd r19, Y+9
	movw r4, r2
	add r4, r18
	adc r5, r19
	movw r8, r6
	add r8, r18
	adc r9, r19
	.endif
	clr r25
	rjmp 8f
9:	subi r18, 1			/* the next position */
	sbci r19, 0
	std Y+4, r18
	std Y+5, r19
	.if \pooled
	ldd r18, Y+8
	ldd r19, Y+9
	forward r2, r3
	forward r4, r5
	forward r6, r7
	forward r8, r9
	.endif
8:	ldd r30, Y+10
	ldd r31, Y+11
	ldd r16, Y+0
1:	sum r2, r10, r11, r12
	.if \pooled
	larger r4
	larger r6
	larger r8
	.endif
	mov r18, r11
	subi r18, 0x80
	or r18, r10
	or r18, r12
	breq 0f
	lpm r18, Z+			/* u = sum + start */
	add r10, r18
	lpm r18, Z+
	adc r11, r18
	lpm r18, Z+
	adc r12, r18
	brpl 2f
	adiw r30, 15
	st X+, r17
	rjmp 5f
0:	adiw r30, 16			/* nothing was executed, or it cancels out */
	lpm r23, Z+
	adiw r30, 1
	rjmp 4f
2:	lpm r18, Z+			/* range */
	lpm r19, Z+
	lpm r20, Z+
	cp r10, r18
	cpc r11, r19
	cpc r12, r20
	brlt 3f
	adiw r30, 9
	lpm r23, Z+			/* most */
	adiw r30, 2
	rjmp 4f
3:	lpm r18, Z+			/* mult */
	lpm r19, Z+
	lpm r20, Z+
	lpm r21, Z+
	mul r10, r18
	movw r14, r0
	mov r13, r14
	mov r14, r15
	mul r11, r19
	mov r15, r0
	mov r22, r1
	mul r12, r20
	mov r23, r0
	mov r24, r1
	at_1 r10, r19
	at_1 r11, r18
	at_2 r10, r20
	at_2 r12, r18
	at_3 r11, r20
	at_3 r12, r19
	at_3 r10, r21
	mul r11, r21
	add r23, r0
	adc r24, r1
	mul r12, r21
	add r24, r0
	lpm r18, Z+			/* add */
	add r14, r18
	lpm r18, Z+
	adc r15, r18
	lpm r18, Z+
	adc r22, r18
	lpm r18, Z+
	adc r23, r18
	lpm r18, Z+
	adc r24, r18
	adiw r30, 3
	swap r24			/* bits 36 to 43 */
	andi r24, 0xf0
	swap r23
	andi r23, 0x0f
	or r23, r24
4:	st X+, r23
5:	dec r16
	breq 6f
	rjmp 1b
6:	pop r29
	pop r28
	push r28
	push r29
	ldd r18, Y+4
	ldd r19, Y+5
	cpi r18, 1
	cpc r19, r25
	breq 7f
	rjmp 9b
7:	pop r29
	pop r28
	clr r1
	.irp r, 29, 28, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2
	pop r\r
	.endr
	ret
	.size \name, .-\name
	.endm

	outputs unit_prefix_outputs, 0
	outputs unit_prefix_pooled, 1
