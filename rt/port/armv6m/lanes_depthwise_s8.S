/* lanes_depthwise_s8.S - the loops of lanes_depthwise_s8.c; rt_plane_loops.h says what each does. */
#include "rt_asm.h"

/* r0: struct rt_gather */
    function unit_gather
    enter
    ldmia r0!, {r1, r2, r3, r4, r5, r6, r7}     /* low, high, their steps, to, columns, rows */
    mov r8, r3
    mov r9, r4
    lsls r6, r6, #2
    mov r12, r6                 /* bytes of a row of words */
    ldmia r0!, {r3, r4}
    mov r10, r3                 /* row_step */
    mov r11, r4                 /* to_step */
    mov r0, r1                  /* low */
    mov r1, r2                  /* high */
    mov r2, r5                  /* to */
    mov r6, r7                  /* rows */
    movs r7, #0
1:  mov r3, r2
    add r3, r12
2:  ldrsb r4, [r0, r7]
    ldrsb r5, [r1, r7]
    add r0, r8
    add r1, r9
    lsls r5, r5, #16
    adds r4, r4, r5
    stmia r2!, {r4}
    cmp r2, r3
    bne 2b
    add r0, r10
    add r1, r10
    add r2, r11
    subs r6, #1
    bne 1b
    leave
    ends unit_gather

/* A product of both lanes is in r3; the sums of whole words are in r8, those of upper halves in r6: the carry out of the
 * shift is the highest bit of the lower half, which rounds it away. */
    .macro add_lanes
    add r8, r3
    asrs r3, r3, #16
    adcs r6, r6, r3
    .endm

    .macro two_taps
    ldmia r1!, {r2, r3, r4, r5}
    ldr r2, [r0, r2]
    ldr r4, [r0, r4]
    muls r3, r2, r3
    muls r5, r4, r5
    adds r3, r3, r5
    add_lanes
    .endm

    .equ TAPS, 0
    .equ SUMS_END, 4
    .equ ROW_BYTES, 8
    .equ ENTRY, 12
    .equ PAIRS, 16
    .equ PAIR_STEP, 20
    .equ FRAME, 24
    .equ TWO_TAPS_BYTES, 18

/* r0: struct rt_plane_sweep. Eight pairs of connections at a pass; what is not a multiple of that comes first, by a jump
 * into the loop, and before it an odd one. */
    function unit_plane_sweep
    enter
    sub sp, #FRAME
    ldmia r0!, {r1, r2, r3, r4, r5, r6, r7}     /* x, x_step, pair_step, taps, tap_count, bias, sums */
    mov r11, r2
    str r3, [sp, #PAIR_STEP]
    str r4, [sp, #TAPS]
    mov r9, r6
    lsls r2, r6, #16
    adds r2, r2, r6
    mov r10, r2                 /* bias in both lanes */
    lsls r2, r5, #3
    adds r2, r2, r4
    mov r12, r2                 /* end of taps */
    ldmia r0!, {r2, r3}
    str r2, [sp, #ROW_BYTES]
    str r3, [sp, #PAIRS]
    mov r0, r1
    lsrs r1, r5, #1
    movs r2, #7
    ands r2, r1
    movs r3, #TWO_TAPS_BYTES
    muls r2, r3, r2
    ldr r3, =.Lcheck + 1
    subs r2, r3, r2
    cmp r2, r3
    bne 1f
    cmp r1, #0
    beq 1f
    ldr r2, =.Ltop + 1
1:  str r2, [sp, #ENTRY]
    lsrs r5, r5, #1
    bcc .Lpair
    ldr r2, =.Lodd + 1
.Lpair:
    mov lr, r2
    ldr r2, [sp, #ROW_BYTES]
    adds r2, r2, r7
    str r2, [sp, #SUMS_END]
.Lnext:
    ldr r1, [sp, #TAPS]
    mov r6, r9
    mov r8, r10
    bx lr
.Lodd:
    ldmia r1!, {r2, r3}
    ldr r2, [r0, r2]
    muls r3, r2, r3
    add_lanes
    ldr r2, [sp, #ENTRY]
    bx r2
.Ltop:
    .rept 8
    two_taps
    .endr
.Lcheck:
    cmp r1, r12
    bne .Ltop
    mov r2, r8
    lsls r3, r6, #16
    subs r2, r2, r3
    ldr r3, [sp, #ROW_BYTES]
    str r6, [r7, r3]
    stmia r7!, {r2}
    add r0, r11
    ldr r2, [sp, #SUMS_END]
    cmp r7, r2
    bne .Lnext
    adds r7, r7, r3             /* over the second row's sums */
    ldr r2, [sp, #PAIR_STEP]
    adds r0, r0, r2
    mov r2, lr
    ldr r3, [sp, #PAIRS]
    subs r3, #1
    str r3, [sp, #PAIRS]
    bne .Lpair
    add sp, #FRAME
    leave
    .ltorg
    .if .Lcheck - .Ltop - 8 * TWO_TAPS_BYTES
    .error "TWO_TAPS_BYTES is not the size of two taps"
    .endif
    ends unit_plane_sweep
