/* prefix_rows.S (AVR) - what becomes of rows of sums: rt/rt_prefix_rows.h in assembly, for UNIT_AFTER_BYTES.
 *
 *   void rt_prefix_clear_words(int32_t *sums, uint16_t n);   9 cycles a sum
 *   void rt_prefix_position(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_prefix_run *run);
 *   void rt_prefix_pooled(...);   the largest of 2 by 2
 *
 * An output takes about 145 cycles, 40 if it stays at an end; pooled 50 more.
 *
 * r2:r3 the sum, r4:r5 the one beside, r6:r7 the one below, r8:r9 beside that, r10 to r12 the largest, then u; r13, r14, r15,
 * r22, r23, r24 the product, r16 outputs left, r17 least, r18 to r21 constants, r25 zero, X y, Y a sum, Z constants.
 */
	.section .text.rt_prefix_clear_words,"ax",@progbits
	.global rt_prefix_clear_words
	.type rt_prefix_clear_words, @function
rt_prefix_clear_words:
	movw r30, r24
	cp r22, r1
	cpc r23, r1
	breq 2f
1:	st Z+, r1
	st Z+, r1
	st Z+, r1
	st Z+, r1
	subi r22, 1
	sbci r23, 0
	brne 1b
2:	ret
	.size rt_prefix_clear_words, .-rt_prefix_clear_words

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

	.macro outputs name, pooled
	.section .text.\name,"ax",@progbits
	.global \name
	.type \name, @function
\name:
	.irp r, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29
	push r\r
	.endr
	movw r2, r24
	movw r30, r22
	movw r26, r20
	movw r28, r18
	ldd r16, Y+0
	ldd r17, Y+2
	.if \pooled
	ldd r6, Y+4
	ldd r7, Y+5
	mov r18, r16
	clr r19
	lsl r18
	rol r19
	lsl r18
	rol r19
	movw r4, r2
	add r4, r18
	adc r5, r19
	movw r8, r6
	add r8, r18
	adc r9, r19
	.endif
	clr r25
1:	sum r2, r10, r11, r12
	.if \pooled
	larger r4
	larger r6
	larger r8
	.endif
	lpm r18, Z+			/* u = sum + start */
	add r10, r18
	lpm r18, Z+
	adc r11, r18
	lpm r18, Z+
	adc r12, r18
	brpl 2f
	adiw r30, 13
	st X+, r17
	rjmp 5f
2:	lpm r18, Z+			/* range */
	lpm r19, Z+
	lpm r20, Z+
	cp r10, r18
	cpc r11, r19
	cpc r12, r20
	brlt 3f
	adiw r30, 9
	lpm r23, Z+			/* most */
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
	adiw r30, 1
	swap r24			/* bits 36 to 43 */
	andi r24, 0xf0
	swap r23
	andi r23, 0x0f
	or r23, r24
4:	st X+, r23
5:	dec r16
	breq 6f
	rjmp 1b
6:	clr r1
	.irp r, 29, 28, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2
	pop r\r
	.endr
	ret
	.size \name, .-\name
	.endm

	outputs rt_prefix_position, 0
	outputs rt_prefix_pooled, 1
