/* rt_asm.h (ARMv6-M) - macros of the assembly files. Cycles: ARM DDI 0484C, table 3.1. */
/* clang-format off */
    .syntax unified
    .thumb
    .text

    .macro function name
    .section .text.\name, "ax", %progbits
    .balign 4
    .global \name
    .type \name, %function
    .thumb_func
\name:
    .endm

    .macro ends name
    .size \name, . - \name
    .endm

/* r8 to r11 of the caller lie on the stack between these. */
    .macro enter
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
    .endm

    .macro leave
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
    .endm
