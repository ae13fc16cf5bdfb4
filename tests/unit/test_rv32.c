/* test_rv32.c - the RV32 core: what each chip leaves out, counters, faults, calls, and the second cost model. What
 * instructions compute is test_referee_rv32.c's. */
#include "sim_firmware.h"

static const uint32_t FLASH = 0x80000000, RAM = 0x81000000;

enum { LIMIT = 1000, PC = 32 };

static struct firmware firmware;
static struct region *region;

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

static void begin(void)
{
    firmware = (struct firmware){ .machine = EM_RISCV, .base = FLASH, .entry = FLASH };
}

/* A machine whose program is the instructions given, ended by 0, with every register r at RAM + 16 r. */
static struct sim *machine_with(const char *chip, const struct sim_options *options, const uint32_t *code)
{
    struct sim *s;

    begin();
    firmware_function(&firmware, "program", 64);
    for (; *code; code++)
        if ((*code & 3) == 3)
            put32(&firmware, *code);
        else
            put16(&firmware, *code);
    s = firmware_open(region, &firmware, chip, options);
    for (int r = 1; r < 32; r++)
        sim_set_register(s, r, RAM + 16 * (uint32_t)r);
    return s;
}

/* ---- Extensions ---- */

/* Whether the chip executes the instruction, which touches no memory. */
static int executes(struct sim *s, uint32_t op)
{
    struct diag d = { 0 };
    int legal;

    sim_write(s, RAM, &op, sizeof op);
    sim_set_register(s, PC, RAM);
    legal = sim_run(s, UINT32_MAX, 1, &d) != OK && !strstr(d.message, "illegal instruction");
    diag_clear(&d);
    return legal;
}

static void multiplication_is_an_extension(void **unused)
{
    static const uint32_t nothing[] = { 0 };
    struct sim *with = machine_with("rv32imc", NULL, nothing), *without = machine_with("rv32ic", NULL, nothing);

    (void)unused;
    for (uint32_t funct3 = 0; funct3 < 8; funct3++) {
        const uint32_t op = 0x02c58533 | funct3 << 12;
        assert_true(executes(with, op));
        assert_false(executes(without, op));
    }
    sim_close(with);
    sim_close(without);
}

/* One instruction a format, and where its registers stand. */
static const struct {
    uint32_t op;
    int fields[3]; /* lowest bits; -1: none */
} formats[] = {
    { 0x00000033, { 7, 15, 20 } },  /* ADD */
    { 0x00000013, { 7, 15, -1 } },  /* ADDI */
    { 0x00001013, { 7, 15, -1 } },  /* SLLI */
    { 0x00000037, { 7, -1, -1 } },  /* LUI */
    { 0x00000017, { 7, -1, -1 } },  /* AUIPC */
    { 0x0040006f, { 7, -1, -1 } },  /* JAL */
    { 0x00000067, { 7, 15, -1 } },  /* JALR */
    { 0x00000463, { 15, 20, -1 } }, /* BEQ */
    { 0x00002003, { 7, 15, -1 } },  /* LW */
    { 0x00002023, { 15, 20, -1 } }, /* SW */
    { 0xc0202073, { 7, -1, -1 } },  /* RDINSTRET */
    { 0x0001, { 7, -1, -1 } },      /* C.ADDI */
    { 0x4001, { 7, -1, -1 } },      /* C.LI */
    { 0x6005, { 7, -1, -1 } },      /* C.LUI */
    { 0x0002, { 7, -1, -1 } },      /* C.SLLI */
    { 0x4082, { 7, -1, -1 } },      /* C.LWSP */
    { 0xc002, { 2, -1, -1 } },      /* C.SWSP */
    { 0x8086, { 7, 2, -1 } },       /* C.MV */
    { 0x9086, { 7, 2, -1 } },       /* C.ADD */
    { 0x8082, { 7, -1, -1 } },      /* C.JR */
    { 0x9082, { 7, -1, -1 } },      /* C.JALR */
};

static void upper_registers_do_not_exist_with_e(void **unused)
{
    static const uint32_t nothing[] = { 0 };
    struct sim *all = machine_with("rv32ic", NULL, nothing), *half = machine_with("rv32ec", NULL, nothing);

    (void)unused;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        for (int k = 0; k < 3 && formats[i].fields[k] >= 0; k++) {
            const uint32_t upper = formats[i].op | 16u << formats[i].fields[k];
            assert_true(executes(all, formats[i].op));
            assert_true(executes(all, upper));
            assert_true(executes(half, formats[i].op));
            if (executes(half, upper))
                fail_msg("rv32ec executes 0x%08x", upper);
        }
    sim_close(all);
    sim_close(half);
}

/* ---- Faults ---- */

struct fault {
    const char *text; /* the whole line */
    uint32_t code[4];
};

static const struct fault faults[] = {
    { "rv32ic: illegal instruction 0x02c58533 at 0x80000000 (program) after 0 cycles", { 0x02c58533 } }, /* MUL */
    { "rv32ic: illegal instruction 0x9002ffff at 0x80000004 (program) after 1 cycles", { 0x00000013, 0x9002ffff } },
    { "rv32ic: illegal instruction 0x8002 at 0x80000002 (program) after 1 cycles", { 0x0001, 0x8002 } }, /* C.JR x0 */
    { "rv32ic: illegal instruction 0x2000 at 0x80000002 (program) after 1 cycles", { 0x0001, 0x2000 } }, /* C.FLD */
    { "rv32ic: illegal instruction 0x30029073 at 0x80000000 (program) after 0 cycles", { 0x30029073 } }, /* CSRW mstatus
                                                                                                          */
    { "rv32ic: environment call at 0x80000000 (program) after 0 cycles", { 0x00000073 } },
    { "rv32ic: breakpoint at 0x80000000 (program) after 0 cycles", { 0x00100073 } },
    { "rv32ic: breakpoint at 0x80000002 (program) after 1 cycles", { 0x0001, 0x9002 } },
    { "rv32ic: unaligned access to 0x81000052 at 0x80000000 (program) after 0 cycles", { 0x0022a303 } }, /* LW 2(t0) */
    { "rv32ic: unaligned access to 0x81000051 at 0x80000000 (program) after 0 cycles", { 0x005290a3 } }, /* SH 1(t0) */
    { "rv32ic: access to unmapped memory at 0x00000000 at 0x80000000 (program) after 0 cycles", { 0x00002303 } },
    { "rv32ic: access to unmapped memory at 0x00000004 at 0x80000000 (program) after 0 cycles", { 0x00502223 } },
    { "rv32ic: write to flash at 0x80000000 at 0x80000004 (program) after 1 cycles", { 0x80000337, 0x00532023 } },
    { "rv32ic: execution of unmapped memory at 0x0 (no function) after 1 cycles", { 0x00000067 } },
    { "rv32ic: the program ended with 0x81000050 at 0x80000004 (program) after 1 cycles", { 0x00100337, 0x00532023 } },
    { "rv32ic: stack overrun: sp is 0x8100000c at 0x80000002 (program) after 1 cycles", { 0x0001, 0xfec10113 } },
    { "rv32ic: the program did not finish within 1000 cycles", { 0xa001 } },
};

static void faults_say_what_where_when(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct sim *s = machine_with("rv32ic", NULL, faults[i].code);
        struct diag d = { 0 };
        sim_watch_stack(s, RAM + 16);
        assert_int_equal(sim_run(s, UINT32_MAX, LIMIT, &d), JOB_FAILED);
        if (strcmp(d.message, faults[i].text) != 0)
            fail_msg("%s\nnot\n%s", d.message, faults[i].text);
        diag_clear(&d);
        sim_close(s);
    }
}

static void a_fault_leaves_the_machine_at_the_instruction(void **unused)
{
    static const uint32_t code[] = { 0x0002a303, 0x0001, 0 }; /* LW t1, 0(t0); C.NOP */
    struct sim *s = machine_with("rv32ic", NULL, code);
    struct diag d = { 0 };

    (void)unused;
    sim_set_register(s, 5, 0);
    assert_int_equal(sim_run(s, FLASH + 6, LIMIT, &d), JOB_FAILED);
    assert_int_equal(sim_register(s, PC), FLASH);
    assert_int_equal(sim_cycles(s), 0);
    diag_clear(&d);
    sim_set_register(s, 5, RAM);
    assert_int_equal(sim_run(s, FLASH + 6, LIMIT, &d), OK);
    assert_int_equal(sim_cycles(s), 2);
    sim_close(s);
}

/* ---- Memory, console, counters, calls ---- */

/* The second store overwrites the upper half of an instruction that has run. */
static void code_in_ram_may_change(void **unused)
{
    static const uint32_t code[] = { 0x0062a023, 0x000280e7, 0x00729123, 0x000280e7, 0x0001, 0 };
    struct sim *s = machine_with("rv32imc", NULL, code);
    const uint16_t back = 0x8082;
    struct diag d = { 0 };

    (void)unused;
    sim_set_register(s, 5, RAM);
    sim_set_register(s, 6, 0x00150513);
    sim_set_register(s, 7, 0x0025);
    sim_set_register(s, 10, 0);
    sim_write(s, RAM + 4, &back, 2);
    assert_int_equal(sim_run(s, FLASH + 8, LIMIT, &d), OK); /* SW t1, 0(t0); JALR t0: ADDI a0, a0, 1 */
    assert_int_equal(sim_register(s, 10), 1);
    assert_int_equal(sim_run(s, FLASH + 16, LIMIT, &d), OK); /* SH t2, 2(t0): ADDI a0, a0, 2 */
    assert_int_equal(sim_register(s, 10), 3);
    sim_close(s);
}

static void uart_writes_to_the_console(void **unused)
{
    static const uint32_t code[] = { 0x10000337, 0x00530023, 0x00530023, 0x0001, 0 }; /* LUI t1; SB t0, 0(t1) twice */
    struct sim *s = machine_with("rv32ic", NULL, code);
    struct diag d = { 0 };

    (void)unused;
    sim_set_register(s, 5, 'x');
    assert_int_equal(sim_run(s, FLASH + 12, LIMIT, &d), OK);
    assert_string_equal(sim_console(s), "xx");
    sim_close(s);
}

static void calls_and_profile(void **unused)
{
    struct sim *s;
    struct diag d = { 0 };
    struct sim_function *profile;
    const uint64_t *segment;

    (void)unused;
    begin();
    firmware_function(&firmware, "main", 10);
    put32(&firmware, 0x00a000ef); /* JAL ra, leaf */
    put32(&firmware, 0x000300e7); /* JALR ra, t1 */
    put16(&firmware, 0x0001);
    firmware_function(&firmware, "leaf", 4);
    put16(&firmware, 0x0505); /* C.ADDI a0, 1; C.JR ra */
    put16(&firmware, 0x8082);
    s = firmware_open(region, &firmware, "rv32imc", NULL);
    sim_set_register(s, 6, FLASH + 10);
    sim_watch_calls(s, FLASH, FLASH + 10);
    assert_int_equal(sim_run(s, FLASH + 8, LIMIT, &d), OK);
    assert_int_equal(sim_segments(s, &segment), 2);
    assert_int_equal(segment[0], 3);
    assert_int_equal(segment[1], 3);
    assert_int_equal(sim_profile(region, s, &profile), 2);
    assert_string_equal(profile[0].name, "leaf");
    assert_int_equal(profile[0].cycles, 4);
    assert_int_equal(profile[1].cycles, 2);
    sim_close(s);
}

/* ---- Hazard3 ---- */

struct timed {
    const char *text;
    unsigned cycles, instructions;
    uint32_t code[6];
};

static const struct timed table[] = {
    { "ADD", 1, 1, { 0x00c58533 } },
    { "MUL", 1, 1, { 0x02c58533 } },
    { "MULHU", 1, 1, { 0x02c5b533 } },
    { "DIV", 19, 1, { 0x02c5c533 } },
    { "DIVU", 18, 1, { 0x02c5d533 } },
    { "REM", 19, 1, { 0x02c5e533 } },
    { "REMU", 18, 1, { 0x02c5f533 } },
    { "SW", 1, 1, { 0x0062a023 } },
    { "LW, next independent", 2, 2, { 0x0002a303, 0x00c58533 } },
    { "LW, next needs it", 3, 2, { 0x0002a303, 0x00c30533 } },
    { "LW, next needs it as second operand", 3, 2, { 0x0002a303, 0x00658533 } },
    { "LW, the one after the next needs it", 3, 3, { 0x0002a303, 0x00c58533, 0x00c30533 } },
    { "LW, next stores it", 2, 2, { 0x0002a303, 0x0062a223 } },
    { "LW, next stores to where it says", 3, 2, { 0x0002a283, 0x0052a223 } },
    { "LW to x0", 2, 2, { 0x0002a003, 0x00c00533 } },
    { "JAL", 2, 1, { 0x0080006f, 0x00000013, 0x00000013 } },
    { "JAL to a 16-bit instruction across", 2, 1, { 0x0060006f, 0x0001, 0x0001, 0x0001 } },
    { "JAL to a 32-bit instruction across", 3, 1, { 0x0060006f, 0x0001, 0x00000013 } },
    { "JALR", 2, 1, { 0x000280e7 } },
    { "BEQ, not taken", 1, 1, { 0x00628463, 0x00000013, 0x00000013 } },
    { "BEQ, taken", 2, 1, { 0x00528463, 0x00000013, 0x00000013 } },
    { "BEQ forward, taken, to a 32-bit instruction across", 3, 1, { 0x00528363, 0x0001, 0x00000013 } },
    /* C.LI a5, 3; loop: C.ADDI a5, -1; C.BNEZ a5, loop: mispredicted, predicted, mispredicted at the end */
    { "loop of 3", 1 + 3 + 2 + 1 + 2, 7, { 0x478d, 0x17fd, 0xfffd, 0x0001 } },
};

static void hazard3_cycles_are_the_manuals(void **unused)
{
    const struct sim_options options = { .hazard3 = 1 };

    (void)unused;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct sim *s = machine_with("rv32imc", &options, table[i].code);
        struct diag d = { 0 };
        sim_write(s, RAM + 16 * 5, &RAM, 4); /* what LW loads is an address */
        sim_run(s, UINT32_MAX, table[i].instructions, &d);
        diag_clear(&d);
        assert_int_equal(sim_instructions(s), table[i].instructions);
        assert_int_equal(sim_cycles(s), table[i].instructions);
        if (sim_model_cycles(s) != table[i].cycles)
            fail_msg("%s: %u cycles, not %u", table[i].text, (unsigned)sim_model_cycles(s), table[i].cycles);
        sim_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(multiplication_is_an_extension, new_region, free_region),
        cmocka_unit_test_setup_teardown(upper_registers_do_not_exist_with_e, new_region, free_region),
        cmocka_unit_test_setup_teardown(faults_say_what_where_when, new_region, free_region),
        cmocka_unit_test_setup_teardown(a_fault_leaves_the_machine_at_the_instruction, new_region, free_region),
        cmocka_unit_test_setup_teardown(code_in_ram_may_change, new_region, free_region),
        cmocka_unit_test_setup_teardown(uart_writes_to_the_console, new_region, free_region),
        cmocka_unit_test_setup_teardown(calls_and_profile, new_region, free_region),
        cmocka_unit_test_setup_teardown(hazard3_cycles_are_the_manuals, new_region, free_region),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
