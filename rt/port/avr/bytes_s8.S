/* bytes_s8.S (AVR) - the loops of bytes_s8.c, which describes the structs.
 *
 * A tap of three outputs at two positions: 43 cycles (2 LD of activations, 3 ELPM, 6 times MUL, ADD, ADC, ADC), so 7.2 a
 * connection, and a little of the loop; 6.7 with weights in RAM. One position, six outputs: 8.3.
 *
 * r2 to r19 sums of 24 bits, r20 and r21 activations, r22 weight, r23 zero, r24 and r25 taps left, X and Y windows, Z
 * weights.
 */
#define RAMPZ 0x3b

	.macro product a, b, c, x
	mul \x, r22
	add \a, r0
	adc \b, r1
	adc \c, r23
	.endm

	.macro weight ram
	.if \ram
	ld r22, Z+
	.else
	elpm r22, Z+
	.endif
	.endm

	.macro tap2 ram
	ld r20, X+
	ld r21, Y+
	weight \ram
	product r2, r3, r4, r20
	product r5, r6, r7, r21
	weight \ram
	product r8, r9, r10, r20
	product r11, r12, r13, r21
	.endm

	.macro tap3 ram
	tap2 \ram
	weight \ram
	product r14, r15, r16, r20
	product r17, r18, r19, r21
	.endm

	.macro tapa2 ram
	ld r20, X+
	weight \ram
	product r2, r3, r4, r20
	weight \ram
	product r5, r6, r7, r20
	.endm

	.macro tapa6 ram
	tapa2 \ram
	weight \ram
	product r8, r9, r10, r20
	weight \ram
	product r11, r12, r13, r20
	weight \ram
	product r14, r15, r16, r20
	weight \ram
	product r17, r18, r19, r20
	.endm

/* All taps: r24 single ones, then r25 times four. */
	.macro taps tap, ram
	tst r24
	breq 2f
1:	\tap \ram
	dec r24
	breq 2f
	rjmp 1b
2:	tst r25
	brne 3f
	rjmp 4f
3:	\tap \ram
	\tap \ram
	\tap \ram
	\tap \ram
	dec r25
	breq 4f
	rjmp 3b
4:
	.endm

	.macro enter
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
	movw r28, r24
	push r28
	push r29
	.endm

/* Y: the struct */
	.macro frame
	pop r29
	pop r28
	push r28
	push r29
	.endm

	.macro leave
	pop r0
	pop r0
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
	clr r1
	ret
	.endm

/* start[POSITION] = -128 times the sum of a window. */
	.macro start position
	ldd r26, Y+4+2*\position
	ldd r27, Y+5+2*\position
	ldd r24, Y+10
	clr r2
	clr r3
	clr r4
	clr r23
1:	ld r20, X+
	ld r21, X+
	add r2, r20
	adc r3, r21
	adc r4, r23
	dec r24
	brne 1b
	lsr r4
	ror r3
	ror r2
	clr r20
	ror r20
	clr r5
	clr r6
	clr r7
	sub r5, r20
	sbc r6, r2
	sbc r7, r3
	std Y+20+3*\position, r5
	std Y+21+3*\position, r6
	std Y+22+3*\position, r7
	.endm

/* Z: weights; `to` is where sums go. */
	.macro begin ram
	ldd r24, Y+8
	std Y+27, r24
	ldd r24, Y+9
	std Y+28, r24
	ldd r30, Y+16
	ldd r31, Y+17
	.if \ram == 0
	ldd r24, Y+18
	out RAMPZ, r24
	.endif
	.endm

	.macro begin_pair
	ldd r2, Y+20
	ldd r3, Y+21
	ldd r4, Y+22
	ldd r5, Y+23
	ldd r6, Y+24
	ldd r7, Y+25
	movw r8, r2
	mov r10, r4
	mov r11, r5
	movw r12, r6
	movw r14, r2
	mov r16, r4
	mov r17, r5
	movw r18, r6
	.endm

/* Y becomes the second window. */
	.macro windows
	ldd r24, Y+11
	ldd r25, Y+12
	ldd r26, Y+0
	ldd r27, Y+1
	ldd r20, Y+2
	ldd r21, Y+3
	movw r28, r20
	clr r23
	.endm

	.macro put a, b, c
	st X+, \a
	st X+, \b
	st X+, \c
	.endm

/* a becomes the larger one */
	.macro larger a, b, c, d, e, f
	cp \a, \d
	cpc \b, \e
	cpc \c, \f
	brge 1f
	mov \a, \d
	mov \b, \e
	mov \c, \f
1:
	.endm

/* The larger one of a sum and what is there stays there. */
	.macro put_largest a, b, c
	ld r20, X+
	ld r21, X+
	ld r22, X+
	cp r20, \a
	cpc r21, \b
	cpc r22, \c
	brge 1f
	sbiw r26, 3
	put \a, \b, \c
1:
	.endm

	.macro to_x
	ldd r26, Y+27
	ldd r27, Y+28
	.endm

	.macro from_x
	std Y+27, r26
	std Y+28, r27
	.endm

	.macro next counter, again
	ldd r24, Y+\counter
	dec r24
	std Y+\counter, r24
	breq 1f
	rjmp \again
1:
	.endm

/* Blocks of three outputs, then of two. */
	.macro pair ram
	enter
	start 0
	start 1
	begin \ram
	ldd r24, Y+13
	std Y+26, r24
	tst r24
	brne 10f
	rjmp 20f
10:	begin_pair
	windows
	taps tap3, \ram
	frame
	to_x
	ldd r24, Y+15
	tst r24
	brne 11f
	put r2, r3, r4
	put r5, r6, r7
	put r8, r9, r10
	put r11, r12, r13
	put r14, r15, r16
	put r17, r18, r19
	rjmp 13f
11:	larger r2, r3, r4, r5, r6, r7
	larger r8, r9, r10, r11, r12, r13
	larger r14, r15, r16, r17, r18, r19
	cpi r24, 1
	brne 12f
	put r2, r3, r4
	put r8, r9, r10
	put r14, r15, r16
	rjmp 13f
12:	put_largest r2, r3, r4
	put_largest r8, r9, r10
	put_largest r14, r15, r16
13:	from_x
	next 26, 10b
20:	ldd r24, Y+14
	std Y+26, r24
	tst r24
	brne 21f
	rjmp 30f
21:	begin_pair
	windows
	taps tap2, \ram
	frame
	to_x
	ldd r24, Y+15
	tst r24
	brne 22f
	put r2, r3, r4
	put r5, r6, r7
	put r8, r9, r10
	put r11, r12, r13
	rjmp 24f
22:	larger r2, r3, r4, r5, r6, r7
	larger r8, r9, r10, r11, r12, r13
	cpi r24, 1
	brne 23f
	put r2, r3, r4
	put r8, r9, r10
	rjmp 24f
23:	put_largest r2, r3, r4
	put_largest r8, r9, r10
24:	from_x
	next 26, 21b
30:	leave
	.endm

	.section .text.unit_bytes_pair,"ax",@progbits
	.global unit_bytes_pair
	.type unit_bytes_pair, @function
unit_bytes_pair:
	pair 0
	.size unit_bytes_pair, . - unit_bytes_pair

	.section .text.unit_bytes_pair_ram,"ax",@progbits
	.global unit_bytes_pair_ram
	.type unit_bytes_pair_ram, @function
unit_bytes_pair_ram:
	pair 1
	.size unit_bytes_pair_ram, . - unit_bytes_pair_ram

	.macro begin_alone
	ldd r2, Y+20
	ldd r3, Y+21
	ldd r4, Y+22
	mov r5, r2
	mov r6, r3
	mov r7, r4
	movw r8, r2
	mov r10, r4
	mov r11, r2
	mov r12, r3
	mov r13, r4
	movw r14, r2
	mov r16, r4
	mov r17, r2
	mov r18, r3
	mov r19, r4
	ldd r24, Y+11
	ldd r25, Y+12
	ldd r26, Y+0
	ldd r27, Y+1
	clr r23
	.endm

/* One position: blocks of six outputs, then of two. */
	.section .text.unit_bytes_alone,"ax",@progbits
	.global unit_bytes_alone
	.type unit_bytes_alone, @function
unit_bytes_alone:
	enter
	start 0
	begin 0
	ldd r24, Y+13
	std Y+26, r24
	tst r24
	brne 10f
	rjmp 20f
10:	begin_alone
	taps tapa6, 0
	to_x
	put r2, r3, r4
	put r5, r6, r7
	put r8, r9, r10
	put r11, r12, r13
	put r14, r15, r16
	put r17, r18, r19
	from_x
	next 26, 10b
20:	ldd r24, Y+14
	std Y+26, r24
	tst r24
	brne 21f
	rjmp 30f
21:	begin_alone
	taps tapa2, 0
	to_x
	put r2, r3, r4
	put r5, r6, r7
	from_x
	next 26, 21b
30:	leave
	.size unit_bytes_alone, . - unit_bytes_alone

/* X sums, Y struct, r14:r15 bias, r24 outputs left, r20 zero; of an output: r9, r16, r17 bias, r2 to r4 range, r5 to r8
 * mult, r10 to r13 add, loaded where the first sum needs them (T says so). */
	.section .text.unit_bytes_finish,"ax",@progbits
	.global unit_bytes_finish
	.type unit_bytes_finish, @function
unit_bytes_finish:
	enter
	ldd r26, Y+0
	ldd r27, Y+1
	ldd r14, Y+10
	ldd r15, Y+11
	ldd r24, Y+12
	clr r20
1:	movw r30, r14
	lpm r9, Z+
	lpm r16, Z+
	lpm r17, Z+
	adiw r30, 1
	movw r14, r30
	clt
	rcall one
	ldd r30, Y+2
	ldd r31, Y+3
	st Z+, r0
	std Y+2, r30
	std Y+3, r31
	ldd r25, Y+13
	cpi r25, 2
	brne 2f
	rcall one
	ldd r30, Y+4
	ldd r31, Y+5
	st Z+, r0
	std Y+4, r30
	std Y+5, r31
2:	ldd r30, Y+6
	ldd r31, Y+7
	ldd r25, Y+14
	add r30, r25
	adc r31, r20
	std Y+6, r30
	std Y+7, r31
	dec r24
	brne 1b
	leave

/* The sum at X becomes an output, in r0. */
one:	ld r21, X+
	ld r22, X+
	ld r23, X+
	add r21, r9
	adc r22, r16
	adc r23, r17
	brpl 1f
	ldd r0, Y+15
	ret
1:	brts 2f
	ldd r30, Y+6
	ldd r31, Y+7
	lpm r2, Z+
	lpm r3, Z+
	lpm r4, Z+
	lpm r5, Z+
	std Y+17, r5
	lpm r5, Z+
	lpm r6, Z+
	lpm r7, Z+
	lpm r8, Z+
	lpm r10, Z+
	lpm r11, Z+
	lpm r12, Z+
	lpm r13, Z
	set
2:	cp r21, r2
	cpc r22, r3
	cpc r23, r4
	brcs 3f
	ldd r0, Y+16
	ret
3:	ldd r30, Y+8
	ldd r31, Y+9
	sbiw r30, 0
	breq 5f
	rcall bend
5:	ldd r25, Y+17
	tst r25
	breq 6f
	swap r23			/* u * 16 */
	swap r22
	mov r25, r22
	andi r25, 0x0f
	or r23, r25
	andi r22, 0xf0
	swap r21
	mov r25, r21
	andi r25, 0x0f
	or r22, r25
	andi r21, 0xf0
/* u * mult in bytes; byte 1 is r25, bytes 2 to 5, which begin with add, are r30, r31, r18, r19. */
6:	movw r30, r10
	movw r18, r12
	clr r25
	mul r21, r5
	mov r25, r1
	mul r21, r6
	add r25, r0
	adc r30, r1
	adc r31, r20
	adc r18, r20
	adc r19, r20
	mul r22, r5
	add r25, r0
	adc r30, r1
	adc r31, r20
	adc r18, r20
	adc r19, r20
	mul r21, r7
	add r30, r0
	adc r31, r1
	adc r18, r20
	adc r19, r20
	mul r22, r6
	add r30, r0
	adc r31, r1
	adc r18, r20
	adc r19, r20
	mul r21, r8
	add r31, r0
	adc r18, r1
	adc r19, r20
	mul r22, r7
	add r31, r0
	adc r18, r1
	adc r19, r20
	mul r22, r8
	add r18, r0
	adc r19, r1
	tst r23
	breq 7f
	mul r23, r5
	add r30, r0
	adc r31, r1
	adc r18, r20
	adc r19, r20
	mul r23, r6
	add r31, r0
	adc r18, r1
	adc r19, r20
	mul r23, r7
	add r18, r0
	adc r19, r1
	mul r23, r8
	add r19, r0
7:	mov r0, r19
	ret

/* Below the bend another value is added; the constants are then loaded anew for the next sum. Z: bends. */
bend:	ldd r25, Y+14			/* 12 bytes of steps are 8 of bends */
	tst r25
	breq 1f
	push r24
	push r20
	ldd r25, Y+12			/* which output */
	sub r25, r24
	ldi r24, 8
	mul r25, r24
	add r30, r0
	adc r31, r1
	pop r20
	pop r24
1:	lpm r18, Z+
	lpm r19, Z+
	lpm r25, Z+
	cp r21, r18
	cpc r22, r19
	cpc r23, r25
	brcc 2f
	adiw r30, 1
	lpm r10, Z+
	lpm r11, Z+
	lpm r12, Z+
	lpm r13, Z
	clt
2:	ret
	.size unit_bytes_finish, . - unit_bytes_finish

/* void unit_bytes_spread(uint8_t *to, const int8_t *x, uint16_t columns, uint8_t n, uint16_t step): 8 cycles a byte,
 * and 11 a column */
	.section .text.unit_bytes_spread,"ax",@progbits
	.global unit_bytes_spread
	.type unit_bytes_spread, @function
unit_bytes_spread:
	mov r0, r20
	or r0, r21
	breq 3f
	push r28
	push r29
	movw r28, r24			/* to */
	movw r26, r22			/* x */
	cpi r18, 1
	breq 4f
1:	movw r30, r28
	mov r25, r18
2:	ld r24, X+
	subi r24, 128
	st Z+, r24
	dec r25
	brne 2b
	add r28, r16
	adc r29, r17
	subi r20, 1
	sbci r21, 0
	brne 1b
	rjmp 5f
4:	ld r24, X+
	subi r24, 128
	st Y, r24
	add r28, r16
	adc r29, r17
	subi r20, 1
	sbci r21, 0
	brne 4b
5:	pop r29
	pop r28
3:	ret
	.size unit_bytes_spread, . - unit_bytes_spread

/* void unit_bytes_columns(uint16_t *sums, const uint8_t *strip, uint16_t columns, uint16_t column_bytes): 8 cycles a
 * byte, and 14 a column */
	.section .text.unit_bytes_columns,"ax",@progbits
	.global unit_bytes_columns
	.type unit_bytes_columns, @function
unit_bytes_columns:
	movw r30, r24
	movw r26, r22
	clr r0				/* r1 is zero */
1:	movw r24, r18
	clr r22
	clr r23
2:	ld r0, X+
	add r22, r0
	adc r23, r1
	sbiw r24, 1
	brne 2b
	st Z+, r22
	st Z+, r23
	subi r20, 1
	sbci r21, 0
	brne 1b
	ret
	.size unit_bytes_columns, . - unit_bytes_columns
