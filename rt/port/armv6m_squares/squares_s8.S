/* squares_s8.S (ARMv6-M with a slow multiplier) - the loops of rt_tile.h. Cycles: DDI 0484C, table 3.1. */
	.syntax unified
	.cpu cortex-m0plus
	.thumb

/* struct rt_shape */
	.equ STRETCH, 0
	.equ GAP, 4
	.equ MISSING, 8
	.equ CODE, 12			/* 32 bytes a value (RT_TAP_CODE) */
	.equ WINDOW, 16

	.equ CHUNK, 8

/* The values at r0 and r1 with weights 0 and 1 of a block at r2: 23 cycles. The sums are r8 (first weight at r0), r9
 * (first at r1), r10 and r11 (second). */
	.macro TAP number
	ldmia r0!, {r4}
	ldmia r1!, {r5}
	ldrh r7, [r2, #4 * \number]
	lsls r6, r7, #24
	asrs r6, r6, #23
	ldrh r3, [r4, r6]
	add r8, r3
	ldrh r3, [r5, r6]
	add r9, r3
	sxth r7, r7
	asrs r7, r7, #8
	lsls r7, r7, #1
	ldrh r3, [r4, r7]
	add r10, r3
	ldrh r3, [r5, r7]
	add r11, r3
	.endm

/* The frame: struct rt_shape's first words less CODE, then these, then r8 to r11 of the caller. */
	.equ LAST, 12			/* r0 behind the last stretch */
	.equ SUMS, 16
	.equ FRAME, 20

/* void unit_squares_pair(const uint32_t *const x[2], const int8_t *w, const struct rt_shape *s, int32_t *sums);
 * 23 cycles a value of both windows, 5 a chunk, 20 a stretch and 60 */
	.section .text.unit_squares_pair, "ax", %progbits
	.balign 4
	.global unit_squares_pair
	.type unit_squares_pair, %function
	.thumb_func
unit_squares_pair:
	push {r4-r7, lr}
	mov r4, r8
	mov r5, r9
	mov r6, r10
	mov r7, r11
	push {r4-r7}
	sub sp, #FRAME
	str r3, [sp, #SUMS]
	ldmia r2!, {r3, r4, r5, r6, r7}
	str r3, [sp, #STRETCH]
	str r4, [sp, #GAP]
	str r5, [sp, #MISSING]
	adr r4, 9f
	subs r4, r4, r6
	mov r12, r4			/* where a stretch's first chunk begins */
	movs r2, r1
	ldmia r0!, {r3, r4}
	movs r0, r3
	movs r1, r4
	adds r3, r3, r7
	str r3, [sp, #LAST]
	movs r3, #0
	mov r8, r3
	mov r9, r3
	mov r10, r3
	mov r11, r3
1:	ldr r3, [sp, #STRETCH]
	adds r3, r3, r0
	mov lr, r3			/* the end of the stretch */
	ldr r3, [sp, #MISSING]
	subs r2, r2, r3
	mov pc, r12
	.balign 4
2:	TAP 0
	TAP 1
	TAP 2
	TAP 3
	TAP 4
	TAP 5
	TAP 6
	TAP 7
9:	adds r2, #4 * CHUNK
	cmp r0, lr
	beq 4f
	b 2b
4:	ldr r3, [sp, #LAST]
	cmp r0, r3
	beq 3f
	ldr r3, [sp, #GAP]
	adds r0, r0, r3
	adds r1, r1, r3
	b 1b
3:	ldr r0, [sp, #SUMS]
	mov r4, r8
	mov r5, r9
	mov r6, r10
	mov r7, r11
	str r4, [r0]
	str r5, [r0, #4]
	str r6, [r0, #16]
	str r7, [r0, #20]
	add sp, #FRAME
	pop {r4-r7}
	mov r8, r4
	mov r9, r5
	mov r10, r6
	mov r11, r7
	pop {r4-r7, pc}
	.size unit_squares_pair, . - unit_squares_pair

/* The value at r0 with the four weights at r2: 27 cycles, 40 bytes of code. The sums are r8 to
 * r11. */
	.macro TAP_4
	ldmia r0!, {r4}
	ldmia r2!, {r5}
	lsls r6, r5, #24
	asrs r6, r6, #23
	ldrh r3, [r4, r6]
	add r8, r3
	sxth r6, r5
	asrs r6, r6, #8
	lsls r6, r6, #1
	ldrh r3, [r4, r6]
	add r9, r3
	lsls r6, r5, #8
	asrs r6, r6, #24
	lsls r6, r6, #1
	ldrh r3, [r4, r6]
	add r10, r3
	asrs r5, r5, #24
	lsls r5, r5, #1
	ldrh r3, [r4, r5]
	add r11, r3
	.endm

/* const int8_t *unit_squares_stretch(const uint32_t *x, uint32_t bytes, const int8_t *w, int32_t *sums);
 * 27 cycles a value, 3 for four and 60 */
	.section .text.unit_squares_stretch, "ax", %progbits
	.balign 4
	.global unit_squares_stretch
	.type unit_squares_stretch, %function
	.thumb_func
unit_squares_stretch:
	push {r4-r7, lr}
	mov r4, r8
	mov r5, r9
	mov r6, r10
	mov r7, r11
	push {r4-r7}
	mov r12, r3
	ldmia r3!, {r4, r5, r6, r7}
	mov r8, r4
	mov r9, r5
	mov r10, r6
	mov r11, r7
	subs r4, r1, #4
	adds r7, r0, r1			/* the end */
	lsls r4, r4, #28
	lsrs r4, r4, #28
	adds r4, #4			/* 4 * values of the first chunk, 1 to 4 */
	lsls r5, r4, #1
	lsls r6, r4, #3
	adds r5, r5, r6			/* times 10: bytes of its code */
	adr r4, 9f
	subs r4, r4, r5
	mov pc, r4
	.balign 4
1:	TAP_4
	TAP_4
	TAP_4
	TAP_4
9:	cmp r0, r7
	bne 1b
	mov r3, r12
	mov r4, r8
	mov r5, r9
	mov r6, r10
	mov r7, r11
	stmia r3!, {r4, r5, r6, r7}
	movs r0, r2
	pop {r4-r7}
	mov r8, r4
	mov r9, r5
	mov r10, r6
	mov r11, r7
	pop {r4-r7, pc}
	.size unit_squares_stretch, . - unit_squares_stretch
