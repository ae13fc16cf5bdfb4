/* rt_outputs.S - sums to maxima and to outputs; see rt_outputs.h. */
#include "rt_asm.h"

/* u, in r5, is within the range: its output. */
    .macro output
    mov r6, r3
    muls r6, r5, r6
    lsrs r6, r6, #12
    muls r5, r4, r5
    adds r5, r5, r6
    .endm

    .macro store
    strb r5, [r1]
    add r1, r10
    cmp r0, r12
    .endm

/* r0: struct rt_outputs, r1: count */
    function unit_outputs
    enter
    mov r12, r1
    ldmia r0!, {r1, r2, r3, r4, r5, r6, r7} /* step, bend, sums, sums_step, y, y_step, least */
    mov r9, r4
    mov r10, r6
    ldr r6, [r0]
    push {r6, r7}               /* most, least */
    push {r5}
    movs r0, #0
    mov r8, r0                  /* bend */
    cmp r2, #0
    beq 1f
    ldmia r2!, {r0, r5}
    mov r8, r0
    mov lr, r5                  /* added below it */
1:  mov r0, r3                  /* sums */
    mov r3, r12
    muls r4, r3, r4
    adds r4, r4, r0
    mov r12, r4                 /* their end */
    ldmia r1!, {r2, r3, r5}     /* range, mult, add */
    mov r11, r5
    lsrs r4, r2, #12            /* RT_STEP_LOW_BITS */
    bne 2f
    mov r4, r3                  /* a short range */
    movs r3, #0
    b 3f
2:  lsrs r4, r3, #12
    lsls r3, r3, #20
    lsrs r3, r3, #20
3:  pop {r1}
    mov r5, r8
    cmp r5, #0
    bne .Lbent
.Lline:
    ldr r5, [r0]
    add r0, r9
    cmp r5, r2
    bhs .Lbeyond
    output
    add r5, r11
    lsrs r5, r5, #24
    store
    bne .Lline
    b .Lend
.Lbeyond:
    cmp r5, #0
    bge .Lmost
    strb r7, [r1]
    add r1, r10
    cmp r0, r12
    bne .Lline
    b .Lend
.Lmost:
    ldr r5, [sp]
    store
    bne .Lline
    b .Lend

.Lbent:
    ldr r5, [r0]
    add r0, r9
    cmp r5, r2
    bhs .Lbent_beyond
    mov r7, r11
    cmp r5, r8
    bge .Labove
    mov r7, lr
.Labove:
    output
    adds r5, r5, r7
    lsrs r5, r5, #24
.Lbent_store:
    store
    bne .Lbent
    b .Lend
.Lbent_beyond:
    ldr r7, [sp]
    cmp r5, #0
    bge .Lbent_most
    ldr r7, [sp, #4]
.Lbent_most:
    mov r5, r7
    b .Lbent_store
.Lend:
    add sp, #8
    leave
    ends unit_outputs

/* acc := the larger of acc and v */
    .macro largest acc, v
    cmp \v, \acc
    ble 9f
    mov \acc, \v
9:
    .endm

/* r0 sums, r1 count, r2 layer, r3 row_step */
    .equ POOL_H, 36             /* unit.h: struct unit_packed_s8 */
    .equ POOL_W, 38
    function unit_pool_sums
    enter
    ldr r4, [r2, #POOL_H]
    lsls r1, r1, #3
    adds r1, r1, r0
    mov r10, r1                 /* end of maxima */
    ldr r5, =0x00020002
    cmp r4, r5
    beq .Ltwo_by_two
    mov r9, r0                  /* to */
    lsrs r5, r4, #16
    lsls r5, r5, #3
    mov r11, r5                 /* bytes of a window's row */
    subs r3, r3, r5
    mov r8, r3                  /* from behind it to the next */
    uxth r4, r4
    mov r12, r4
1:  mov r1, r0
    ldmia r1!, {r4, r5}
    mov r1, r0
    mov r2, r12
2:  mov r3, r1
    add r3, r11
3:  ldmia r1!, {r6, r7}
    largest r4, r6
    largest r5, r7
    cmp r1, r3
    bne 3b
    add r1, r8
    subs r2, #1
    bne 2b
    add r0, r11
    mov r3, r9
    stmia r3!, {r4, r5}
    mov r9, r3
    cmp r3, r10
    bne 1b
    leave
.Ltwo_by_two:
    mov r2, r0                  /* to */
    adds r1, r0, r3             /* the second row */
4:  ldmia r0!, {r4, r5, r6, r7}
    largest r4, r6
    largest r5, r7
    ldmia r1!, {r6, r7}
    largest r4, r6
    largest r5, r7
    ldmia r1!, {r6, r7}
    largest r4, r6
    largest r5, r7
    stmia r2!, {r4, r5}
    cmp r2, r10
    bne 4b
    leave
    .ltorg
    ends unit_pool_sums
