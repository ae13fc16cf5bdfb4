/* rt_prefix_planes.S (ARMv6-M) - the loops of prefix_depthwise_s8.c; rt_prefix_planes.h says what each does. */
#include "rt_asm.h"

    .equ LISTS, 0
    .equ PLANE, 4
    .equ COLUMNS, 8
    .equ ZERO, 12
    .equ ROW, 16
    .equ ROWS_END, 20
    .equ FRAME, 24

    .equ ENTRY_BYTES, 12
    .equ CHAIN, 12

/* sums (r5) += x (r4) * weight of the next entry; see prefix_scatter.S. */
    .macro entry offset
    ldmia r1!, {r2}
    lsrs \offset, r2, #23
    muls r2, r4, r2
    ldr r7, [r5, \offset]
    adds r7, r7, r2
    str r7, [r5, \offset]
    .endm

/* r0: struct rt_plane_scatter. r8 end of the columns, r9 from an element to the next, r10 the row's lists, r11 its sums,
 * r12 table, lr entries; r0 the next element, r6 the column. */
    function unit_prefix_plane
    enter
    sub sp, #FRAME
    ldmia r0!, {r1, r2, r3, r4, r5, r6, r7}  /* in, step, zp, columns, their end, rows, their end */
    mov r9, r2
    str r3, [sp, #ZERO]
    str r4, [sp, #COLUMNS]
    mov r8, r5
    str r6, [sp, #ROW]
    str r7, [sp, #ROWS_END]
    ldmia r0!, {r2, r3, r4, r5}              /* lists, entries, table, plane */
    str r2, [sp, #LISTS]
    mov lr, r3
    mov r12, r4
    str r5, [sp, #PLANE]
    mov r0, r1
.Lrow:
    ldr r6, [sp, #ROW]
    ldrh r1, [r6]
    ldrh r2, [r6, #2]
    adds r6, #4
    str r6, [sp, #ROW]
    ldr r3, [sp, #LISTS]
    adds r1, r1, r3
    mov r10, r1
    lsls r2, r2, #2
    ldr r3, [sp, #PLANE]
    adds r2, r2, r3
    mov r11, r2
    ldr r6, [sp, #COLUMNS]
    ldr r7, [sp, #ZERO]
    movs r5, #0
1:  ldrsb r4, [r0, r5]
    add r0, r9
    subs r4, r4, r7
    bne 3f
2:  adds r6, #4
    cmp r6, r8
    bne 1b
    b 8f
3:  ldrh r1, [r6]
    ldrh r2, [r6, #2]
    add r1, r10
    lsls r2, r2, #2
    asrs r5, r4, #31
    adds r3, r4, r5
    eors r3, r5
    mov r5, r12
    ldrb r3, [r5, r3]
    ldrb r3, [r1, r3]
    movs r5, #ENTRY_BYTES
    muls r3, r5, r3
    beq 6f
    ldrh r1, [r1]
    lsls r1, r1, #2
    add r1, lr
    mov r5, r11
    adds r5, r5, r2
    cmp r3, #CHAIN * ENTRY_BYTES
    bhi 5f
4:  adr r2, 9f
    subs r2, r2, r3
    mov pc, r2
5:  push {r0}                   /* four at a time, until the chain takes the rest */
7:  .rept 4
    entry r0
    .endr
    subs r3, #4 * ENTRY_BYTES
    cmp r3, #CHAIN * ENTRY_BYTES
    bhi 7b
    pop {r0}
    b 4b
    .balign 4
    .rept CHAIN
    entry r3
    .endr
    .balign 4
9:  ldr r7, [sp, #ZERO]
6:  movs r5, #0
    adds r6, #4
    cmp r6, r8
    beq 8f
    b 1b
8:  ldr r6, [sp, #ROW]
    ldr r7, [sp, #ROWS_END]
    cmp r6, r7
    beq 9f
    b .Lrow
9:  add sp, #FRAME
    leave
    ends unit_prefix_plane

/* r0: struct rt_plane_outputs. r8 end of a row's sums, r9 their bytes, r10 step of y, r11 add, r12 what to skip, lr rows. */
    function unit_prefix_plane_outputs
    enter
    ldmia r0!, {r1, r2, r3, r4, r5, r6} /* y, y_step, row_bytes, skip, rows, after */
    mov r10, r2
    mov r9, r3
    mov r12, r4
    mov lr, r5
    ldmia r0!, {r3, r4, r5}     /* sums, least, most */
    push {r4, r5}
    mov r0, r3
    ldmia r6!, {r2, r3, r4, r5} /* start, range, mult, add */
    mov r7, r2
    mov r11, r5
    movs r2, r3                 /* range */
    movs r3, #0
    lsrs r5, r2, #12            /* RT_STEP_LOW_BITS: a short range has no lower part */
    beq 1f
    lsls r3, r4, #20
    lsrs r3, r3, #20
    lsrs r4, r4, #12
1:  mov r5, r9
    adds r5, r5, r0
    mov r8, r5
2:  ldmia r0!, {r5}
    lsls r5, r5, #9             /* RT_PREFIX_LONG_BITS */
    asrs r5, r5, #9
    adds r5, r5, r7
    cmp r5, r2
    bhs 4f
    movs r6, r3
    muls r6, r5, r6
    lsrs r6, r6, #12
    muls r5, r4, r5
    adds r5, r5, r6
    add r5, r11
    lsrs r5, r5, #24
3:  strb r5, [r1]
    add r1, r10
    cmp r0, r8
    bne 2b
    add r0, r12
    mov r5, lr
    subs r5, #1
    mov lr, r5
    bne 1b
    add sp, #8
    leave
4:  cmp r5, #0
    bge 5f
    ldr r5, [sp]
    b 3b
5:  ldr r5, [sp, #4]
    b 3b
    ends unit_prefix_plane_outputs
