/* prefix_rows.S (ARMv6-M) - what becomes of rows of sums: rt/rt_prefix_rows.h in assembly. */
	.syntax unified
	.cpu cortex-m0plus
	.thumb

#include "rt_prefix_forms.h"

	.macro start name
	.section .text.\name, "ax", %progbits
	.balign 4
	.global \name
	.type \name, %function
	.thumb_func
\name:
	.endm

/* void rt_prefix_clear_words(int32_t *sums, uint32_t n); 1.4 cycles a sum */
	start rt_prefix_clear_words
	push {r4-r6}
	movs r2, #0
	movs r3, #0
	movs r4, #0
	movs r5, #0
	movs r6, #0
	subs r1, #20
	bcc 2f
1:	stmia r0!, {r2-r6}
	stmia r0!, {r2-r6}
	stmia r0!, {r2-r6}
	stmia r0!, {r2-r6}
	subs r1, #20
	bcs 1b
2:	adds r1, #15
	bcc 4f
3:	stmia r0!, {r2-r6}
	subs r1, #5
	bcs 3b
4:	adds r1, #5
	beq 6f
5:	stmia r0!, {r2}
	subs r1, #1
	bne 5b
6:	pop {r4-r6}
	bx lr
	.size rt_prefix_clear_words, . - rt_prefix_clear_words

/* r4 = the larger of it and \other */
	.macro LARGER other
	cmp \other, r4
	ble .+4
	mov r4, \other
	.endm

/* One output: the largest sum is in r4, its constants at r1. On to the next one at 1. */
	.macro OUTPUT
	ldmia r1!, {r5}			/* start */
	adds r4, r4, r5
	bmi .Lleast\@
	ldmia r1!, {r5, r6}		/* range, mult */
	cmp r4, r5
	bge .Lmost\@
	LINE \@
	strb r5, [r2]
	adds r2, #1
	cmp r2, r12
	bne 1b
	b .Ldone\@
	LINE_REST \@, .Lput\@
.Lleast\@:
	mov r5, r10
	adds r1, #12
	strb r5, [r2]
	adds r2, #1
	cmp r2, r12
	bne 1b
	b .Ldone\@
.Lmost\@:
	mov r5, r11
	adds r1, #4
.Lput\@:
	strb r5, [r2]
	adds r2, #1
	cmp r2, r12
	bne 1b
.Ldone\@:
	.endm

/* The frame: r8, r9, r10, r11 of the caller, then these. */
	.equ COUNT, 0
	.equ SKIP, 4
	.equ AFTER, 8
	.equ POSITIONS, 12
	.equ QUIET, 16
	.equ LOW, 20
	.equ RUN, 24
	.equ FRAME, 28

	.equ RUN_QUIET, 28		/* in struct rt_prefix_run */

	.macro enter
	push {r4-r7, lr}
	mov r4, r8
	mov r5, r9
	mov r6, r10
	mov r7, r11
	push {r4-r7}
	sub sp, #FRAME
	str r2, [sp, #RUN]
	ldmia r2!, {r3-r7}
	str r3, [sp, #COUNT]
	mov r10, r4			/* least */
	mov r11, r5			/* most */
	str r7, [sp, #SKIP]
	movs r7, r6			/* shift */
	ldmia r2!, {r3-r5}
	str r3, [sp, #AFTER]
	str r4, [sp, #POSITIONS]
	str r5, [sp, #QUIET]
	ldmia r2!, {r3-r5}
	str r4, [sp, #LOW]
	mov r8, r5			/* high */
	movs r2, r1
	.endm

/* To 5 if the position at r0 was not added to and is known; else its outputs begin: r1 their constants, r12 behind the
 * last. */
	.macro position
	ldr r4, [sp, #COUNT]
	adds r5, r4, r2
	mov r12, r5
	cmp r0, r8
	bhs 3f
	ldr r5, [sp, #LOW]
	cmp r0, r5
	bhs 4f
3:	ldr r5, [sp, #QUIET]
	cmp r5, #0
	bne 5f
	str r2, [sp, #QUIET]
4:	ldr r1, [sp, #AFTER]
	.endm

/* A known position of r4 outputs, at r5; below: it has sums at r3 too. */
	.macro repeat below
5:	lsls r6, r4, #2
	adds r0, r0, r6
	.if \below
	adds r3, r3, r6
	.endif
	movs r6, r2
	orrs r6, r5
	orrs r6, r4
	lsls r6, r6, #31		/* by two if all three are even */
	bne 7f
6:	subs r4, #2
	ldrh r6, [r5, r4]
	strh r6, [r2, r4]
	bne 6b
	b 8f
7:	subs r4, #1
	ldrb r6, [r5, r4]
	strb r6, [r2, r4]
	bne 7b
8:	mov r2, r12
	.endm

/* To the next position, if there is one. */
	.macro next below
9:	ldr r4, [sp, #POSITIONS]
	subs r4, #1
	beq 9f
	str r4, [sp, #POSITIONS]
	ldr r5, [sp, #SKIP]
	adds r0, r0, r5
	.if \below
	adds r3, r3, r5
	.endif
	.endm

	.macro leave
9:	ldr r4, [sp, #QUIET]
	ldr r5, [sp, #RUN]
	str r4, [r5, #RUN_QUIET]
	movs r0, r2
	add sp, #FRAME
	pop {r4-r7}
	mov r8, r4
	mov r9, r5
	mov r10, r6
	mov r11, r7
	pop {r4-r7, pc}
	.endm

/* rt_prefix_row rt_prefix_plain; about 33 cycles an output, 18 one that stays at an end, 4 one that is known */
	start rt_prefix_plain
	enter
0:	position
1:	ldmia r0!, {r4}
	lsls r4, r7
	asrs r4, r7
	OUTPUT
	b 9f
	repeat 0
	next 0
	b 0b
	leave
	.size rt_prefix_plain, . - rt_prefix_plain

/* The same of the largest of 2 by 2: 21 cycles more. */
	start rt_prefix_pooled
	enter
	ldr r5, [sp, #COUNT]
	lsls r5, r5, #2			/* bytes to the position beside */
	mov r9, r5
0:	position
1:	mov r5, r9
	ldr r4, [r0, r5]
	ldr r6, [r3, r5]
	lsls r4, r7
	lsls r6, r7
	LARGER r6
	ldmia r0!, {r5}
	ldmia r3!, {r6}
	lsls r5, r7
	lsls r6, r7
	LARGER r5
	LARGER r6
	asrs r4, r7
	OUTPUT
	b 9f
	repeat 1
	next 1
	b 0b
	leave
	.size rt_prefix_pooled, . - rt_prefix_pooled
