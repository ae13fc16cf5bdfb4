/* rt_outputs.S - sums to outputs; see rt_outputs.h. */
#include "rt_asm.h"

/* r0: struct rt_outputs, r1: count */
    function unit_outputs
    enter
    mov r12, r1
    ldmia r0!, {r1, r2, r3, r4, r5, r6} /* step, bend, sums, sums_step, y, y_step */
    push {r5}
    mov r9, r4
    mov r10, r6
    ldr r5, [r0]
    ldr r6, [r0, #4]
    push {r5, r6}               /* least, most; then y */
    movs r4, #0
    mov r8, r4                  /* bend */
    cmp r2, #0
    beq 1f
    ldr r4, [r2]
    mov r8, r4
    ldr r4, [r2, #4]
    mov lr, r4                  /* added below it */
1:  mov r0, r3                  /* sums */
    mov r4, r12                 /* count */
    mov r3, r9
    muls r4, r3, r4
    adds r4, r4, r0
    mov r12, r4                 /* their end */
    ldmia r1!, {r2, r3, r5}     /* range, mult, add */
    mov r11, r5
    lsrs r4, r2, #12            /* RT_STEP_LOW_BITS */
    bne 8f
    mov r4, r3                  /* a short range */
    movs r3, #0
    b 9f
8:  lsrs r4, r3, #12
    lsls r3, r3, #20
    lsrs r3, r3, #20
9:
    ldr r1, [sp, #8]
2:  ldr r5, [r0]
    add r0, r9
    cmp r5, r2
    bhs 5f
    mov r7, r11
    cmp r5, r8
    blt 4f
3:  mov r6, r3
    muls r6, r5, r6
    lsrs r6, r6, #12
    muls r5, r4, r5
    adds r5, r5, r6
    adds r5, r5, r7
    lsrs r5, r5, #24
    strb r5, [r1]
    add r1, r10
    cmp r0, r12
    bne 2b
    b 7f
4:  mov r7, lr
    b 3b
5:  cmp r5, #0
    blt 6f
    ldr r5, [sp, #4]
    strb r5, [r1]
    add r1, r10
    cmp r0, r12
    bne 2b
    b 7f
6:  ldr r5, [sp]
    strb r5, [r1]
    add r1, r10
    cmp r0, r12
    bne 2b
7:  add sp, #12
    leave
    ends unit_outputs
