/* lanes_s8.S - the loops of lanes_s8.c; rt_lanes_loops.h says what each does. */
#include "rt_asm.h"

/* w := sum of both products of x and w, the lower half rounded away: the carry out of the shift is the highest bit of
 * that half. acc += w. */
    .macro product acc, w, x
    muls \w, \x, \w
    asrs \w, \w, #16
    adcs \acc, \acc, \w
    .endm

/* r0 from, r1 to, r2 words, r3 flip */
    function unit_lanes_spread
    push {r4-r7, lr}
    mov r12, r3
    lsls r6, r2, #3
    adds r6, r6, r1
    mov lr, r6                  /* end of `to` */
    ldr r6, =0x00ff00ff
    ldr r7, =0x00800080
    lsrs r2, r2, #1
    bcc 2f
    ldmia r0!, {r2}             /* an odd word first */
    mov r3, r12
    eors r2, r3
    lsrs r3, r2, #8
    ands r2, r6
    ands r3, r6
    subs r2, r2, r7
    subs r3, r3, r7
    stmia r1!, {r2, r3}
    b 2f
1:  ldmia r0!, {r2, r4}
    mov r3, r12
    eors r2, r3
    eors r4, r3
    lsrs r3, r2, #8
    lsrs r5, r4, #8
    ands r2, r6
    ands r3, r6
    ands r4, r6
    ands r5, r6
    subs r2, r2, r7
    subs r3, r3, r7
    subs r4, r4, r7
    subs r5, r5, r7
    stmia r1!, {r2, r3, r4, r5}
2:  cmp r1, lr
    bne 1b
    pop {r4-r7, pc}
    .ltorg
    ends unit_lanes_spread

/* r0 from, r1 to, r2 columns, r3 pairs; stack: to_step */
    function unit_lanes_pairs
    push {r4-r7, lr}
    ldr r4, [sp, #20]
    lsls r3, r3, #2
    subs r4, r4, r3
    mov r12, r4                 /* from behind a column to the next */
    mov lr, r2
    movs r5, #0
    movs r7, #1
1:  adds r4, r1, r3
2:  ldrsb r2, [r0, r5]
    ldrsb r6, [r0, r7]
    adds r0, #2
    lsls r6, r6, #16
    adds r2, r2, r6
    stmia r1!, {r2}
    cmp r1, r4
    bne 2b
    add r1, r12
    mov r2, lr
    subs r2, #1
    mov lr, r2
    bne 1b
    pop {r4-r7, pc}
    ends unit_lanes_pairs

/* r0 from, r1 to, r2 count, r3 to_step */
    function unit_lanes_scatter
    push {r4-r6, lr}
    movs r5, #0
    movs r6, #1
    lsrs r2, r2, #1
    bcc 1f
    ldrsb r4, [r0, r5]          /* an odd one first */
    strh r4, [r1]
    adds r1, r1, r3
    adds r0, #1
1:  cmp r2, #0
    beq 3f
2:  ldrsb r4, [r0, r5]
    strh r4, [r1]
    adds r1, r1, r3
    ldrsb r4, [r0, r6]
    strh r4, [r1]
    adds r1, r1, r3
    adds r0, #2
    subs r2, #1
    bne 2b
3:  pop {r4-r6, pc}
    ends unit_lanes_scatter

/* r0 strip, r1 words, r2 ahead */
    function unit_lanes_pair_up
    push {r4-r7, lr}
    lsls r1, r1, #2
    adds r1, r1, r0             /* end */
    ldr r3, [r0]
    cmp r2, #0
    beq 2f
1:  sxth r4, r3
    asrs r5, r3, #16
    lsls r6, r5, #16
    adds r4, r4, r6
    stmia r0!, {r4}
    ldr r3, [r0]
    lsls r6, r3, #16
    adds r5, r5, r6
    stmia r2!, {r5}
    cmp r0, r1
    bne 1b
    pop {r4-r7, pc}
2:  sxth r4, r3
    lsrs r5, r3, #16
    lsls r5, r5, #16
    adds r4, r4, r5
    stmia r0!, {r4}
    ldr r3, [r0]
    cmp r0, r1
    bne 2b
    pop {r4-r7, pc}
    ends unit_lanes_pair_up

/* The stack of unit_lanes_sweep. */
    .equ LANES, 0
    .equ SUMS, 4
    .equ SUMS_STEP, 8
    .equ SUMS_END, 12
    .equ ENTRY, 16
    .equ ROWS, 20
    .equ ROW, 24
    .equ FRAME, 28
    .equ QUAD_BYTES, 30

    .macro quad
    ldmia r0!, {r2, r3}
    ldmia r1!, {r4, r5}
    product r6, r4, r2
    product r7, r5, r2
    ldmia r1!, {r4, r5}
    product r6, r4, r3
    product r7, r5, r3
    .endm

/* To the first pair of the next window's. */
    .macro begin_window
    mov r0, r8
    add r8, r9
    ldr r1, [sp, #LANES]
    mov r6, r11
    mov r7, r12
    bx lr
    .endm

/* r0: struct lanes_sweep. The loop takes eight double pairs at a pass; what is not a multiple of that comes first, by a
 * jump into it. */
    function unit_lanes_sweep
    enter
    sub sp, #FRAME
    ldmia r0!, {r1, r2, r3, r4, r5, r6, r7}     /* x, step, lanes, pairs, bias, sums, sums_step */
    mov r8, r1
    mov r9, r2
    str r3, [sp, #LANES]
    str r6, [sp, #SUMS]
    subs r7, #8
    str r7, [sp, #SUMS_STEP]    /* from behind a window's sums */
    lsls r1, r4, #3
    adds r1, r1, r3
    mov r10, r1                 /* end of lanes */
    ldmia r5!, {r1, r2}
    mov r11, r1
    mov r12, r2
    ldr r1, [r0, #12]
    str r1, [sp, #ROWS]
    str r0, [sp, #ROW]          /* row_bytes, x_row_step, sums_row_step */
    ldr r1, [r0]
    adds r1, r1, r6
    str r1, [sp, #SUMS_END]
    lsrs r1, r4, #1             /* double pairs */
    movs r2, #7
    ands r2, r1
    movs r3, #QUAD_BYTES
    muls r2, r3, r2
    ldr r3, =.Lcheck + 1
    subs r2, r3, r2
    cmp r2, r3
    bne 1f
    cmp r1, #0
    beq 1f
    ldr r2, =.Ltop + 1
1:  str r2, [sp, #ENTRY]
    lsrs r4, r4, #1
    bcc 2f
    ldr r2, =.Lodd + 1
2:  mov lr, r2
.Lnext:
    begin_window
.Lodd:
    ldmia r0!, {r2}
    ldmia r1!, {r4, r5}
    product r6, r4, r2
    product r7, r5, r2
    ldr r2, [sp, #ENTRY]
    bx r2
.Ltop:
    .rept 8
    quad
    .endr
.Lcheck:
    cmp r1, r10
    bne .Ltop
    ldr r2, [sp, #SUMS]
    stmia r2!, {r6, r7}
    ldr r3, [sp, #SUMS_STEP]
    adds r2, r2, r3
    str r2, [sp, #SUMS]
    ldr r3, [sp, #SUMS_END]
    cmp r2, r3
    beq 3f
    begin_window
3:  ldr r3, [sp, #ROW]
    ldmia r3!, {r4, r5, r6}
    add r8, r5
    adds r2, r2, r6
    str r2, [sp, #SUMS]
    adds r2, r2, r4
    str r2, [sp, #SUMS_END]
    ldr r2, [sp, #ROWS]
    subs r2, #1
    str r2, [sp, #ROWS]
    beq 4f
    b .Lnext
4:  add sp, #FRAME
    leave
    .ltorg
    ends unit_lanes_sweep
    .if .Lcheck - .Ltop - 8 * QUAD_BYTES
    .error "QUAD_BYTES is not the size of a quad"
    .endif

    .macro stored
    ldmia r0!, {r2}
    ldmia r1!, {r3}
    lsrs r4, r3, #8
    ands r3, r5
    ands r4, r5
    add r3, r8
    add r4, r8
    product r6, r3, r2
    product r7, r4, r2
    .endm

/* r0 x, r1 weights, r2 pairs, r3 bias; stack: sums, blocks */
    function unit_lanes_window
    enter
    ldr r4, [sp, #36]           /* sums */
    ldr r5, [sp, #40]           /* blocks */
    mov r9, r0
    mov r12, r3
    lsls r6, r2, #2
    adds r6, r6, r0
    mov r10, r6                 /* end of x */
    lsls r5, r5, #3
    adds r5, r5, r4
    push {r4, r5}               /* sums, their end */
    ldr r5, =-0x00800080
    mov r8, r5
    lsrs r6, r2, #3
    lsls r6, r6, #5
    adds r6, r6, r0
    mov r11, r6                 /* end of whole eights */
    ldr r5, =0x00ff00ff
3:  mov r2, r12
    ldmia r2!, {r6, r7}
    mov r12, r2
    mov r0, r9
    b 2f
1:  stored
    stored
    stored
    stored
    stored
    stored
    stored
    stored
2:  cmp r0, r11
    bne 1b
    b 5f
4:  stored
5:  cmp r0, r10
    bne 4b
    ldr r2, [sp]
    stmia r2!, {r6, r7}
    str r2, [sp]
    ldr r3, [sp, #4]
    cmp r2, r3
    beq 6f
    b 3b
6:  add sp, #8
    leave
    .ltorg
    ends unit_lanes_window
