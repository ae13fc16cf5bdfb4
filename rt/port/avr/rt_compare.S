/* rt_compare.S (AVR) - the loops of rt_compare.h, which describes the structs.
 *
 *   void unit_compare_window(const struct rt_compare *c);    8 cycles a connection, 25 if it is executed
 *   void unit_compare_weights(const struct rt_beyond *b);    8 and 31
 *
 * Eight at a time, whose place is in the instruction.
 */
#define RAMPZ 0x3b

/* r2, r3, r4, r11 += x * w where x > cut; Y x, Z cuts. */
	.macro tap at
	ldd r19, Y+\at
	elpm r20, Z+
	cp r20, r19
	brcc 9f
	movw r6, r30
	in r21, RAMPZ
	mov r22, r21
	add r30, r8
	adc r31, r9
	adc r22, r10
	out RAMPZ, r22
	elpm r20, Z
	movw r30, r6
	out RAMPZ, r21
	mulsu r20, r19
	sbc r20, r20
	add r2, r0
	adc r3, r1
	adc r4, r20
	adc r11, r20
9:
	.endm

	.section .text.unit_compare_window,"ax",@progbits
	.global unit_compare_window
	.type unit_compare_window, @function
unit_compare_window:
	.irp r, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29
	push r\r
	.endr
	movw r28, r24
	ldd r12, Y+0
	ldd r13, Y+1
	ldd r30, Y+2
	ldd r31, Y+3
	ldd r18, Y+4
	out RAMPZ, r18
	ldd r8, Y+6
	ldd r9, Y+7
	ldd r10, Y+8
	ldd r26, Y+10
	ldd r27, Y+11
	ldd r14, Y+12
	ldd r15, Y+13
	ldd r16, Y+14
	ldd r17, Y+15
1:	movw r28, r12
	clr r2
	clr r3
	clr r4
	clr r11
	mov r18, r16
	tst r18
	breq 3f
2:	tap 0
	adiw r28, 2
	dec r18
	brne 2b
3:	movw r24, r14
	sbiw r24, 0
	brne 4f
	rjmp 5f
4:	.irp at, 0, 2, 4, 6, 8, 10, 12, 14
	tap \at
	.endr
	adiw r28, 16
	sbiw r24, 1
	breq 5f
	rjmp 4b
5:	st X+, r2
	st X+, r3
	st X+, r4
	st X+, r11
	dec r17
	breq 6f
	rjmp 1b
6:	clr r1
	.irp r, 29, 28, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 4, 3, 2
	pop r\r
	.endr
	ret
	.size unit_compare_window, . - unit_compare_window

	.macro add_byte at, op, with
	ldd r21, Y+\at
	\op r21, \with
	std Y+\at, r21
	.endm

/* The sum at Y + at changes by magnitude * w where w + cut, as unsigned, exceeds 2 * cut. */
	.macro weight at, op, opc
	elpm r18, Z+
	mov r19, r18
	add r19, r22
	cp r20, r19
	brcc 9f
	mulsu r18, r16
	sbc r18, r18
	add_byte \at, \op, r0
	add_byte \at+1, \opc, r1
	add_byte \at+2, \opc, r18
	add_byte \at+3, \opc, r18
9:
	.endm

	.macro weights op, opc
	tst r23
	breq 2f
1:	weight 0, \op, \opc
	adiw r28, 4
	dec r23
	brne 1b
2:	sbiw r24, 0
	brne 3f
	rjmp 4f
3:	.irp at, 0, 4, 8, 12, 16, 20, 24, 28
	weight \at, \op, \opc
	.endr
	adiw r28, 32
	sbiw r24, 1
	breq 4f
	rjmp 3b
4:
	.endm

	.section .text.unit_compare_weights,"ax",@progbits
	.global unit_compare_weights
	.type unit_compare_weights, @function
unit_compare_weights:
	push r16
	push r28
	push r29
	movw r26, r24
	ld r28, X+
	ld r29, X+
	ld r30, X+
	ld r31, X+
	ld r18, X+
	out RAMPZ, r18
	adiw r26, 1
	ld r24, X+
	ld r25, X+
	ld r23, X+
	ld r22, X+			/* cut */
	ld r16, X+
	ld r19, X
	mov r20, r22
	add r20, r22			/* twice the cut */
	tst r19
	brne 7f
	rjmp 5f
7:	weights sub, sbc
	rjmp 6f
5:	weights add, adc
6:	clr r1
	pop r29
	pop r28
	pop r16
	ret
	.size unit_compare_weights, . - unit_compare_weights
