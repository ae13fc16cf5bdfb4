/* lanes_s8_xcut.S - the loops of lanes_s8_xcut.c; rt_lists.h says what each does. */
#include "rt_asm.h"

/* struct rt_listing */
    .equ L_BEFORE, 8
    .equ L_INSIDE, 12
    .equ L_AFTER, 16
    .equ L_X, 20
    .equ L_COLUMN_STEP, 24
    .equ L_ROWS, 28
    .equ L_ROW_STEP, 32
    .equ L_COUNT, 36
    .equ L_STEP, 40
    .equ L_AT, 44
    .equ L_AT_STEP, 48
    .equ L_ZP, 52
    .equ L_CUT, 56
    .equ L_SIGN, 60

/* Column r12 begins at entry r1 with sum r11; r3, r4 are free. */
    .macro begin_column
    mov r3, r12
    mov r4, r11
    str r1, [r3]
    str r4, [r3, #4]
    adds r3, #8
    mov r12, r3
    .endm

/* r0: struct rt_listing, then the stack's: it, columns left, where the column's x and entries are, rows left */
    .equ THIS, 0
    .equ LEFT, 4
    .equ X, 8
    .equ AT, 12
    .equ ROWS, 16
    function unit_list
    enter
    sub sp, #20
    str r0, [sp, #THIS]
    mov r7, r0
    ldr r1, [r7]
    ldr r2, [r7, #4]
    mov r12, r2
    movs r2, #0
    mov r11, r2
    ldr r6, [r7, #L_BEFORE]
    cmp r6, #0
    beq 2f
1:  begin_column
    subs r6, #1
    bne 1b
2:  ldr r2, [r7, #L_STEP]
    mov r8, r2
    movs r2, #1
    lsls r2, r2, #18
    mov r9, r2                  /* from an element's weights to the next's, in an entry */
    ldr r2, [r7, #L_X]
    str r2, [sp, #X]
    ldr r2, [r7, #L_AT]
    str r2, [sp, #AT]
    ldr r2, [r7, #L_INSIDE]
    cmp r2, #0
    beq .Lafter
.Lcolumn:
    str r2, [sp, #LEFT]
    begin_column
    ldr r7, [sp, #THIS]
    ldr r4, [r7, #L_ZP]
    ldr r5, [r7, #L_CUT]
    ldr r6, [r7, #L_SIGN]
    ldr r3, [r7, #L_ROWS]
    str r3, [sp, #ROWS]
    ldr r0, [sp, #X]
    ldr r2, [sp, #AT]
.Lrun:
    ldr r7, [sp, #THIS]
    ldr r3, [r7, #L_COUNT]
    ldr r7, [r7, #L_STEP]
    muls r3, r7, r3
    adds r3, r3, r0
    mov r10, r3                 /* end of the run */
    movs r7, #0
.Lelement:
    ldrsb r3, [r0, r7]
    add r0, r8
    subs r3, r3, r4
    muls r3, r6, r3
    cmp r3, r5
    bgt .Llisted
    add r2, r9
    cmp r0, r10
    bne .Lelement
    b .Lrun_done
.Lsplit:
    subs r3, #128
    movs r7, #128
    adds r7, r7, r2
    stmia r1!, {r7}
    movs r7, #0
    b .Lput
.Llisted:
    add r11, r3
    cmp r3, #128
    bgt .Lsplit
.Lput:
    adds r3, r3, r2
    stmia r1!, {r3}
    add r2, r9
    cmp r0, r10
    bne .Lelement
.Lrun_done:
    ldr r7, [sp, #THIS]
    ldr r3, [r7, #L_ROW_STEP]
    adds r0, r0, r3
    ldr r3, [sp, #ROWS]
    subs r3, #1
    str r3, [sp, #ROWS]
    bne .Lrun
    ldr r0, [sp, #X]
    ldr r3, [r7, #L_COLUMN_STEP]
    adds r0, r0, r3
    str r0, [sp, #X]
    ldr r2, [sp, #AT]
    ldr r3, [r7, #L_AT_STEP]
    adds r2, r2, r3
    str r2, [sp, #AT]
    ldr r2, [sp, #LEFT]
    subs r2, #1
    bne .Lcolumn
.Lafter:
    ldr r7, [sp, #THIS]
    ldr r6, [r7, #L_AFTER]
3:  begin_column                /* one more than there are */
    subs r6, #1
    bpl 3b
    add sp, #20
    leave
    ends unit_list

/* An entry in \e to products with all four outputs' weights, 128 added to each: of outputs 0 and 2 in \p, 1 and 3 in
 * \e. */
    .macro products e, p, x
    lsrs \p, \e, #16
    ldr \p, [r1, \p]
    uxtb \x, \e
    lsrs \e, \p, #8
    ands \p, r2
    ands \e, r2
    muls \p, \x, \p
    muls \e, \x, \e
    .endm

/* Two lanes of 16 bits in \w: added as they are, and the upper one alone. */
    .macro lanes w, all, upper
    add \all, \w
    lsrs \w, \w, #16
    add \upper, \w
    .endm

    .macro one_entry
    ldmia r0!, {r3}
    products r3, r4, r5
    lanes r4, r8, r9
    lanes r3, r10, r11
    .endm

    .macro two_entries
    ldmia r0!, {r3, r5}
    products r3, r4, r6
    products r5, r6, r7
    adds r4, r4, r6
    adds r3, r3, r5
    lanes r4, r8, r9
    lanes r3, r10, r11
    .endm

/* struct rt_list_sweep is kept on the stack. */
    .equ S_COLUMNS, 0
    .equ S_COLUMN_STEP, 4
    .equ S_WIDTH, 8
    .equ S_WEIGHTS, 12
    .equ S_WEIGHT_STEP, 16
    .equ S_BIAS, 20
    .equ S_SUMS, 24
    .equ S_SUMS_STEP, 28
    .equ S_COUNT, 32

    function unit_list_sweep
    enter
    sub sp, #36
    mov r1, sp
    ldmia r0!, {r2, r3, r4, r5, r6, r7}
    stmia r1!, {r2, r3, r4, r5, r6, r7}
    ldmia r0!, {r2, r3, r4}
    stmia r1!, {r2, r3, r4}
.Lwindow:
    ldr r7, [sp, #S_COLUMNS]
    ldmia r7!, {r0, r3}
    ldr r4, [sp, #S_WIDTH]
    adds r7, r7, r4
    subs r7, #8
    ldmia r7!, {r4, r5}
    subs r5, r5, r3
    lsls r5, r5, #7
    mov lr, r5                  /* 128 for each */
    movs r3, #0
    movs r5, #0
    movs r6, #0
    movs r7, #0
    cmp r0, r4
    beq .Lsums
    mov r12, r4
    mov r8, r3
    mov r9, r3
    mov r10, r3
    mov r11, r3
    ldr r1, [sp, #S_WEIGHTS]
    ldr r2, =0x00ff00ff
    subs r4, r4, r0
    lsls r4, r4, #29
    bpl 1f
    one_entry
1:  cmp r0, r12
    beq .Lmerge
2:  two_entries
    cmp r0, r12
    bne 2b
.Lmerge:
    mov r6, r9                  /* output 2 */
    mov r4, r8
    lsls r5, r6, #16
    subs r3, r4, r5             /* output 0 */
    mov r7, r11                 /* output 3 */
    mov r4, r10
    lsls r5, r7, #16
    subs r5, r4, r5             /* output 1 */
    mov r4, lr
    subs r3, r3, r4
    subs r5, r5, r4
    subs r6, r6, r4
    subs r7, r7, r4
.Lsums:
    ldr r0, [sp, #S_SUMS]
    ldr r1, [sp, #S_SUMS_STEP]
    adds r1, r1, r0
    ldr r2, [sp, #S_BIAS]
    cmp r2, #0
    beq .Lnegative
    ldmia r2!, {r4}
    adds r3, r3, r4
    ldmia r2!, {r4}
    adds r5, r5, r4
    ldmia r2, {r2, r4}
    adds r6, r6, r2
    adds r7, r7, r4
.Lstore:
    stmia r0!, {r3, r5}
    stmia r1!, {r6, r7}
    str r0, [sp, #S_SUMS]
    ldr r0, [sp, #S_COLUMNS]
    ldr r1, [sp, #S_COLUMN_STEP]
    adds r0, r0, r1
    str r0, [sp, #S_COLUMNS]
    ldr r0, [sp, #S_WEIGHTS]
    ldr r1, [sp, #S_WEIGHT_STEP]
    subs r0, r0, r1
    str r0, [sp, #S_WEIGHTS]
    ldr r0, [sp, #S_COUNT]
    subs r0, #1
    str r0, [sp, #S_COUNT]
    beq 3f
    b .Lwindow
3:  add sp, #36
    leave
/* What was summed counts against the sums that are there. */
.Lnegative:
    ldr r4, [r0]
    subs r3, r4, r3
    ldr r4, [r0, #4]
    subs r5, r4, r5
    ldr r4, [r1]
    subs r6, r4, r6
    ldr r4, [r1, #4]
    subs r7, r4, r7
    b .Lstore
    .ltorg
    ends unit_list_sweep
