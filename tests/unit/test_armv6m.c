/* test_armv6m.c - the ARMv6-M core: every row of the Cortex-M0+ cycle table, wait states, special registers, faults.
 * What instructions compute is test_referee_arm.c's. */
#include "sim_firmware.h"

enum { RAM = 0x20000000, STACK = RAM + 0x1000, CODE = 0x100, LIMIT = 1000 };

static struct firmware firmware;
static struct region *region;

/* Vectors, then empty flash up to the program. */
static void begin(void)
{
    firmware = (struct firmware){ .machine = EM_ARM };
    put32(&firmware, STACK);
    put32(&firmware, CODE | 1);
    while (firmware.size < CODE)
        put16(&firmware, 0xffff);
}

/* A machine whose program is the halfwords given, ended by -1, with the low registers at RAM + 16 times their number.
 */
static struct sim *machine_with(const struct sim_options *options, const int *code)
{
    struct sim *s;

    begin();
    firmware_function(&firmware, "program", 64);
    for (; *code >= 0; code++)
        put16(&firmware, (uint32_t)*code);
    s = firmware_open(region, &firmware, "cortex-m0plus", options);
    for (int i = 0; i < 8; i++)
        sim_set_register(s, i, RAM + 16 * (uint32_t)i);
    return s;
}

static int new_region(void **unused)
{
    (void)unused;
    region = region_new();
    return 0;
}

static int free_region(void **unused)
{
    (void)unused;
    region_free(region);
    return 0;
}

/* ---- Cycles ---- */

enum { NZCV = 31, N_SET = 0x80000000u >> 1, Z_SET = 0x40000000 };

/* One instruction, with the flags Z set and the others clear, r7 = 1 (an index, and a count), LR and r6 leading to
 * code.
 */
struct timed {
    const char *text;
    int code[2]; /* second halfword -1: none */
    unsigned cycles;
};

static const struct timed table[] = {
    { "MOVS Rd, #imm", { 0x2105, -1 }, 1 },
    { "MOVS Rd, Rm", { 0x0011, -1 }, 1 },
    { "MOV Rd, Rm", { 0x4688, -1 }, 1 },
    { "MOV PC, Rm", { 0x46b7, -1 }, 2 },
    { "ADDS Rd, Rn, #imm3", { 0x1c51, -1 }, 1 },
    { "ADDS Rd, Rn, Rm", { 0x1889, -1 }, 1 },
    { "ADD Rd, Rm", { 0x4489, -1 }, 1 },
    { "ADD PC, Rm", { 0x44bf, -1 }, 2 },
    { "ADDS Rd, #imm8", { 0x3105, -1 }, 1 },
    { "ADCS", { 0x4151, -1 }, 1 },
    { "ADD SP, #imm", { 0xb002, -1 }, 1 },
    { "ADD Rd, SP, #imm", { 0xa902, -1 }, 1 },
    { "ADR", { 0xa102, -1 }, 1 },
    { "SUBS Rd, Rn, Rm", { 0x1a89, -1 }, 1 },
    { "SUBS Rd, Rn, #imm3", { 0x1e51, -1 }, 1 },
    { "SUBS Rd, #imm8", { 0x3905, -1 }, 1 },
    { "SBCS", { 0x4191, -1 }, 1 },
    { "SUB SP, #imm", { 0xb082, -1 }, 1 },
    { "RSBS", { 0x4251, -1 }, 1 },
    { "MULS", { 0x4351, -1 }, 1 },
    { "CMP Rn, Rm", { 0x4291, -1 }, 1 },
    { "CMP any, any", { 0x4588, -1 }, 1 },
    { "CMN", { 0x42d1, -1 }, 1 },
    { "CMP Rn, #imm", { 0x2905, -1 }, 1 },
    { "ANDS", { 0x4011, -1 }, 1 },
    { "EORS", { 0x4051, -1 }, 1 },
    { "ORRS", { 0x4311, -1 }, 1 },
    { "BICS", { 0x4391, -1 }, 1 },
    { "MVNS", { 0x43d1, -1 }, 1 },
    { "TST", { 0x4211, -1 }, 1 },
    { "LSLS Rd, Rm, #imm", { 0x0091, -1 }, 1 },
    { "LSLS Rd, Rs", { 0x4091, -1 }, 1 },
    { "LSRS Rd, Rm, #imm", { 0x0891, -1 }, 1 },
    { "LSRS Rd, Rs", { 0x40d1, -1 }, 1 },
    { "ASRS Rd, Rm, #imm", { 0x1091, -1 }, 1 },
    { "ASRS Rd, Rs", { 0x4111, -1 }, 1 },
    { "RORS", { 0x41d1, -1 }, 1 },
    { "LDR Rt, [Rn, #imm]", { 0x6851, -1 }, 2 },
    { "LDRH Rt, [Rn, #imm]", { 0x8851, -1 }, 2 },
    { "LDRB Rt, [Rn, #imm]", { 0x7851, -1 }, 2 },
    { "LDR Rt, [Rn, Rm]", { 0x5911, -1 }, 2 },
    { "LDRH Rt, [Rn, Rm]", { 0x5b11, -1 }, 2 },
    { "LDRSH Rt, [Rn, Rm]", { 0x5f11, -1 }, 2 },
    { "LDRB Rt, [Rn, Rm]", { 0x5d11, -1 }, 2 },
    { "LDRSB Rt, [Rn, Rm]", { 0x5711, -1 }, 2 },
    { "LDR Rt, [PC, #imm]", { 0x4901, -1 }, 2 },
    { "LDR Rt, [SP, #imm]", { 0x9901, -1 }, 2 },
    { "LDM, base not loaded, 1", { 0xca02, -1 }, 2 },
    { "LDM, base not loaded, 7", { 0xcafb, -1 }, 8 },
    { "LDM, base loaded, 8", { 0xcaff, -1 }, 9 },
    { "STR Rt, [Rn, #imm]", { 0x6051, -1 }, 2 },
    { "STRH Rt, [Rn, #imm]", { 0x8051, -1 }, 2 },
    { "STRB Rt, [Rn, #imm]", { 0x7051, -1 }, 2 },
    { "STR Rt, [Rn, Rm]", { 0x5111, -1 }, 2 },
    { "STRH Rt, [Rn, Rm]", { 0x5311, -1 }, 2 },
    { "STRB Rt, [Rn, Rm]", { 0x5511, -1 }, 2 },
    { "STR Rt, [SP, #imm]", { 0x9101, -1 }, 2 },
    { "STM, 1", { 0xc202, -1 }, 2 },
    { "STM, 7", { 0xc2fb, -1 }, 8 },
    { "PUSH, 1", { 0xb401, -1 }, 2 },
    { "PUSH, 8", { 0xb4ff, -1 }, 9 },
    { "PUSH with LR, 1", { 0xb500, -1 }, 2 },
    { "PUSH with LR, 9", { 0xb5ff, -1 }, 10 },
    { "POP, 1", { 0xbc01, -1 }, 2 },
    { "POP, 8", { 0xbcff, -1 }, 9 },
    { "POP with PC, 1", { 0xbd00, -1 }, 4 },
    { "POP with PC, 3", { 0xbd03, -1 }, 6 },
    { "B<cc>, taken", { 0xd002, -1 }, 2 },
    { "B<cc>, not taken", { 0xd102, -1 }, 1 },
    { "B", { 0xe002, -1 }, 2 },
    { "BL", { 0xf000, 0xf802 }, 3 },
    { "BX", { 0x4770, -1 }, 2 },
    { "BLX", { 0x47b0, -1 }, 2 },
    { "SXTH", { 0xb211, -1 }, 1 },
    { "SXTB", { 0xb251, -1 }, 1 },
    { "UXTH", { 0xb291, -1 }, 1 },
    { "UXTB", { 0xb2d1, -1 }, 1 },
    { "REV", { 0xba11, -1 }, 1 },
    { "REV16", { 0xba51, -1 }, 1 },
    { "REVSH", { 0xbad1, -1 }, 1 },
    { "CPSID i", { 0xb672, -1 }, 1 },
    { "CPSIE i", { 0xb662, -1 }, 1 },
    { "MRS", { 0xf3ef, 0x8100 }, 3 },
    { "MSR", { 0xf381, 0x8800 }, 3 },
    { "SEV", { 0xbf40, -1 }, 1 },
    { "WFE", { 0xbf20, -1 }, 2 },
    { "YIELD", { 0xbf10, -1 }, 1 },
    { "NOP", { 0xbf00, -1 }, 1 },
    { "hint without a meaning", { 0xbff0, -1 }, 1 },
    { "ISB", { 0xf3bf, 0x8f6f }, 3 },
    { "DMB", { 0xf3bf, 0x8f5f }, 3 },
    { "DSB", { 0xf3bf, 0x8f4f }, 3 },
};

static struct sim *machine_at(const struct timed *t, const struct sim_options *options)
{
    int code[] = { t->code[0], t->code[1], -1 };
    struct sim *s = machine_with(options, code);
    const uint32_t to_code = CODE | 1;

    sim_set_register(s, 4, 4); /* an index */
    sim_set_register(s, 6, to_code);
    sim_set_register(s, 7, 8); /* what ADD PC skips */
    sim_set_register(s, 14, to_code);
    sim_set_register(s, 16, Z_SET);
    for (uint32_t at = STACK; at < STACK + 64; at += 4)
        sim_write(s, at, &to_code, 4);
    return s;
}

static void check_cycles(const struct timed *t, const struct sim_options *options, unsigned expected)
{
    struct sim *s = machine_at(t, options);
    struct diag d = { 0 };
    uint64_t cycles;

    sim_run(s, UINT32_MAX, 1, &d); /* the limit comes after the instruction */
    cycles = sim_cycles(s);
    if (cycles != expected || sim_instructions(s) != 1)
        fail_msg("%s: %u cycles, not %u (%s)", t->text, (unsigned)cycles, expected, d.message);
    diag_clear(&d);
    sim_close(s);
}

static void cycles_are_the_manuals(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        check_cycles(&table[i], NULL, table[i].cycles);
}

static void the_small_multiplier_takes_32(void **unused)
{
    const struct sim_options slow = { .slow_multiplier = 1 };
    const struct timed muls = { "MULS, small", { 0x4351, -1 }, 32 }, adds = { "ADDS", { 0x1889, -1 }, 1 };

    (void)unused;
    check_cycles(&muls, &slow, muls.cycles);
    check_cycles(&adds, &slow, adds.cycles);
}

/* ---- Wait states: one a flash word fetched in a row, one a load from flash, none for SRAM ---- */

static uint64_t waited(const int *code, int instructions, uint64_t *accesses)
{
    const struct sim_options one = { .wait_states = 1 };
    struct sim *s = machine_with(&one, code);
    struct diag d = { 0 };
    uint64_t waits;

    for (int i = 0; i < instructions; i++) {
        sim_run(s, UINT32_MAX, 1, &d);
        diag_clear(&d);
    }
    waits = sim_wait_cycles(s);
    *accesses = sim_wait_accesses(s);
    sim_close(s);
    return waits;
}

static void flash_waits(void **unused)
{
    static const int straight[] = { 0xbf00, 0xbf00, 0xbf00, 0xbf00, -1 };
    static const int from_flash[] = { 0x4901, 0xbf00, -1 }, from_ram[] = { 0x6851, 0xbf00, -1 };
    static const int in_a_word[] = { 0xe7fe, 0xbf00, -1 }; /* a jump to itself */
    static const int split[] = { 0xbf00, 0xf3bf, 0x8f5f, 0xbf00, -1 };
    uint64_t accesses;

    (void)unused;
    assert_int_equal(waited(straight, 4, &accesses), 2);
    assert_int_equal(accesses, 2);
    assert_int_equal(waited(from_flash, 2, &accesses), 2);
    assert_int_equal(waited(from_ram, 2, &accesses), 1);
    assert_int_equal(waited(in_a_word, 3, &accesses), 3);
    assert_int_equal(waited(split, 3, &accesses), 2);
}

/* ---- Special registers ---- */

/* Register `number` when control reaches the end of the code. */
static uint32_t after(const int *code, int number)
{
    struct sim *s = machine_with(NULL, code);
    struct diag d = { 0 };
    uint32_t value, end = CODE;

    for (; *code >= 0; code++)
        end += 2;
    assert_int_equal(sim_run(s, end, LIMIT, &d), OK);
    value = sim_register(s, number);
    sim_close(s);
    return value;
}

static void two_stack_pointers(void **unused)
{
    /* MOVS r0, #2; MSR PSP, r1; MSR CONTROL, r0: SP is the process stack pointer, r2 gets the main one. */
    static const int to_process[] = { 0x2002, 0xf381, 0x8809, 0xf380, 0x8814, 0xf3ef, 0x8208, -1 };

    (void)unused;
    assert_int_equal(after(to_process, 13), RAM + 16);
    assert_int_equal(after(to_process, 2), STACK);
}

static void priority_mask(void **unused)
{
    static const int masked[] = { 0xb672, 0xf3ef, 0x8110, -1 };       /* CPSID i; MRS r1, PRIMASK */
    static const int open[] = { 0xb672, 0xb662, 0xf3ef, 0x8110, -1 }; /* and CPSIE i between */

    (void)unused;
    assert_int_equal(after(masked, 1), 1);
    assert_int_equal(after(open, 1), 0);
}

/* ---- Faults ---- */

struct fault {
    const char *text; /* the whole line; NULL ends the list */
    int code[6];
};

static void check_fault(const struct fault *f, sim_addr stack_lowest)
{
    struct sim *s = machine_with(NULL, f->code);
    struct diag d = { 0 };

    sim_watch_stack(s, stack_lowest);
    assert_int_equal(sim_run(s, UINT32_MAX, LIMIT, &d), JOB_FAILED);
    if (strcmp(d.message, f->text) != 0)
        fail_msg("%s\nnot\n%s", d.message, f->text);
    diag_clear(&d);
    sim_close(s);
}

static const struct fault faults[] = {
    { "cortex-m0plus: illegal instruction 0xde05 at 0x100 (program) after 0 cycles", { 0xde05, -1 } },
    { "cortex-m0plus: illegal instruction 0xb100 at 0x102 (program) after 1 cycles", { 0x2105, 0xb100, -1 } }, /* CBZ */
    { "cortex-m0plus: illegal instruction 0xfb91f0f2 at 0x100 (program) after 0 cycles",
      { 0xfb91, 0xf0f2, -1 } }, /* SDIV */
    { "cortex-m0plus: illegal instruction 0xf7f0a000 at 0x100 (program) after 0 cycles",
      { 0xf7f0, 0xa000, -1 } }, /* UDF.W */
    { "cortex-m0plus: illegal instruction 0xf3bf8f2f at 0x100 (program) after 0 cycles",
      { 0xf3bf, 0x8f2f, -1 } }, /* CLREX */
    { "cortex-m0plus: illegal instruction 0xf3ef8111 at 0x100 (program) after 0 cycles",
      { 0xf3ef, 0x8111, -1 } }, /* MRS of BASEPRI */
    { "cortex-m0plus: illegal instruction 0xb400: no registers at 0x100 (program) after 0 cycles", { 0xb400, -1 } },
    { "cortex-m0plus: illegal instruction 0xbc00: no registers at 0x100 (program) after 0 cycles", { 0xbc00, -1 } },
    { "cortex-m0plus: illegal instruction 0xca00: no registers at 0x100 (program) after 0 cycles", { 0xca00, -1 } },
    { "cortex-m0plus: supervisor call 3 at 0x100 (program) after 0 cycles", { 0xdf03, -1 } },
    { "cortex-m0plus: breakpoint 7 at 0x100 (program) after 0 cycles", { 0xbe07, -1 } },
    { "cortex-m0plus: the program ended at 0x102 (program) after 1 cycles", { 0x2018, 0xbeab, -1 } },
    { "cortex-m0plus: the program waits for an interrupt at 0x100 (program) after 0 cycles", { 0xbf30, -1 } },
    { "cortex-m0plus: unaligned access to 0x20000021 at 0x102 (program) after 1 cycles", { 0x3201, 0x6811, -1 } },
    { "cortex-m0plus: unaligned access to 0x20000021 at 0x102 (program) after 1 cycles", { 0x3201, 0x8011, -1 } },
    { "cortex-m0plus: unaligned access to 0x20000022 at 0x102 (program) after 1 cycles", { 0x3202, 0xca03, -1 } },
    { "cortex-m0plus: access to unmapped memory at 0x40000040 at 0x102 (program) after 1 cycles",
      { 0x1892, 0x6811, -1 } },
    { "cortex-m0plus: access to unmapped memory at 0x20008010 at 0x104 (program) after 2 cycles",
      { 0x2380, 0x021b, 0x5c59, -1 } },
    { "cortex-m0plus: write to flash at 0x00000010 at 0x102 (program) after 1 cycles", { 0x2210, 0x6011, -1 } },
    { "cortex-m0plus: write to flash at 0x00000010 at 0x102 (program) after 1 cycles", { 0x2210, 0xc203, -1 } },
    { "cortex-m0plus: branch to ARM code at 0x20000020 at 0x100 (program) after 0 cycles", { 0x4710, -1 } },
    { "cortex-m0plus: execution of unmapped memory at 0x40000040 (no function) after 3 cycles",
      { 0x1892, 0x4697, -1 } },
    { "cortex-m0plus: stack overrun: SP is 0x20000ef8 at 0x102 (program) after 1 cycles", { 0xb0c0, 0xb082, -1 } },
    { "cortex-m0plus: stack overrun: SP is 0x20000efc at 0x102 (program) after 1 cycles", { 0xb0c0, 0xb401, -1 } },
    { "cortex-m0plus: stack overrun: SP is 0x20000010 at 0x100 (program) after 0 cycles", { 0x468d, -1 } },
    { "cortex-m0plus: the program did not finish within 1000 cycles", { 0xe7fe, -1 } },
};

static void faults_say_what_where_when(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        check_fault(&faults[i], STACK - 256);
}

/* A machine goes on after a fault if its cause is taken away. */
static void a_fault_leaves_the_machine_at_the_instruction(void **unused)
{
    static const int code[] = { 0x6811, 0x2007, 0xe7fe, -1 }; /* LDR r1, [r2]; MOVS r0, #7; loop */
    struct sim *s = machine_with(NULL, code);
    struct diag d = { 0 };

    (void)unused;
    sim_set_register(s, 2, 0x40000000);
    assert_int_equal(sim_run(s, CODE + 4, LIMIT, &d), JOB_FAILED);
    assert_int_equal(sim_register(s, 15), CODE);
    assert_int_equal(sim_cycles(s), 0);
    diag_clear(&d);
    sim_set_register(s, 2, RAM);
    assert_int_equal(sim_run(s, CODE + 4, LIMIT, &d), OK);
    assert_int_equal(sim_register(s, 0), 7);
    assert_int_equal(sim_cycles(s), 3);
    sim_close(s);
}

/* ---- Profile, segments, console, memory ---- */

static void calls_and_profile(void **unused)
{
    struct sim *s;
    struct diag d = { 0 };
    struct sim_function *profile;
    const uint64_t *segment;
    const int main_code[] = { 0xf000, 0xf803, 0x4798, 0xe7fe, 0xbf00 }; /* BL leaf; BLX r3; loop */

    (void)unused;
    begin();
    firmware_function(&firmware, "main", 10);
    for (int i = 0; i < 5; i++)
        put16(&firmware, (uint32_t)main_code[i]);
    firmware_function(&firmware, "leaf", 6);
    put16(&firmware, 0xb500); /* PUSH {lr}; MULS; POP {pc} */
    put16(&firmware, 0x4348);
    put16(&firmware, 0xbd00);
    s = firmware_open(region, &firmware, "cortex-m0plus", NULL);
    sim_set_register(s, 3, (CODE + 10) | 1);
    sim_watch_calls(s, CODE, CODE + 10);
    assert_int_equal(sim_run(s, CODE + 6, LIMIT, &d), OK);
    assert_int_equal(sim_segments(s, &segment), 2);
    assert_int_equal(segment[0], 3 + 2 + 1 + 4);
    assert_int_equal(segment[1], 2 + 2 + 1 + 4);
    assert_int_equal(sim_profile(region, s, &profile), 2);
    assert_string_equal(profile[0].name, "leaf");
    assert_int_equal(profile[0].cycles, 14);
    assert_string_equal(profile[1].name, "main");
    assert_int_equal(profile[1].cycles, 5);
    assert_int_equal(sim_cycles(s), 19);
    sim_close(s);
}

static void semihosting_writes_to_the_console(void **unused)
{
    /* SYS_WRITEC of [r1], then SYS_WRITE0 of [r2], as the registers say */
    static const int code[] = { 0x2003, 0xbeab, 0x2004, 0x0011, 0xbeab, 0xe7fe, -1 };
    struct sim *s = machine_with(NULL, code);
    struct diag d = { 0 };

    (void)unused;
    sim_write(s, RAM + 16, "<", 1);
    sim_write(s, RAM + 32, "text", 5);
    assert_int_equal(sim_run(s, CODE + 10, LIMIT, &d), OK);
    assert_string_equal(sim_console(s), "<text");
    sim_reset(s);
    assert_string_equal(sim_console(s), "");
    sim_close(s);
}

static void code_in_ram_may_change(void **unused)
{
    static const int code[] = { 0x8013, 0x4710, -1 }; /* STRH r3, [r2]; BX r2: a jump to what was stored */
    struct sim *s = machine_with(NULL, code);
    struct diag d = { 0 };

    (void)unused;
    sim_set_register(s, 2, RAM + 32);
    sim_set_register(s, 3, 0x2009); /* MOVS r0, #9 */
    assert_int_equal(sim_run(s, CODE + 2, LIMIT, &d), OK);
    sim_set_register(s, 2, (RAM + 32) | 1);
    assert_int_equal(sim_run(s, RAM + 34, LIMIT, &d), OK);
    assert_int_equal(sim_register(s, 0), 9);
    sim_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cycles_are_the_manuals, new_region, free_region),
        cmocka_unit_test_setup_teardown(the_small_multiplier_takes_32, new_region, free_region),
        cmocka_unit_test_setup_teardown(flash_waits, new_region, free_region),
        cmocka_unit_test_setup_teardown(two_stack_pointers, new_region, free_region),
        cmocka_unit_test_setup_teardown(priority_mask, new_region, free_region),
        cmocka_unit_test_setup_teardown(faults_say_what_where_when, new_region, free_region),
        cmocka_unit_test_setup_teardown(a_fault_leaves_the_machine_at_the_instruction, new_region, free_region),
        cmocka_unit_test_setup_teardown(calls_and_profile, new_region, free_region),
        cmocka_unit_test_setup_teardown(semihosting_writes_to_the_console, new_region, free_region),
        cmocka_unit_test_setup_teardown(code_in_ram_may_change, new_region, free_region),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
