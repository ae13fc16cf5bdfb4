/* rt_beyond.S - see rt_beyond.h. */
#include "rt_asm.h"

/* The weight is in r6, x in r4, the cut in r2, twice that in r12. */
    .macro output at
    adds r7, r6, r2
    cmp r7, r12
    bls 1f
    muls r6, r4, r6
    ldr r5, [r0, #\at]
    adds r5, r5, r6
    str r5, [r0, #\at]
1:
    .endm

    function unit_add_beyond
    push {r4-r7, lr}
    ldr r4, [r3]
    lsls r2, r2, #2
    adds r2, r2, r0
    mov lr, r2                  /* end of the sums */
    ldr r2, [r3, #4]
    adds r3, r2, r2
    mov r12, r3
2:  ldmia r1!, {r3}
    sxtb r6, r3
    output 0
    lsls r6, r3, #16
    asrs r6, r6, #24
    output 4
    lsls r6, r3, #8
    asrs r6, r6, #24
    output 8
    asrs r6, r3, #24
    output 12
    adds r0, #16
    cmp r0, lr
    bne 2b
    pop {r4-r7, pc}
    ends unit_add_beyond
