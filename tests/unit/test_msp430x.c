/* test_msp430x.c - the MSP430X core: every fault and its message, the memory map, wait states and the read cache,
 * calls, the console, code that changes. What instructions compute is the matter of test_msp430x_model.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "msp430_machine.h"

/* ---- Faults ---------------------------------------------------------------------------------------------------------
 */

/* One instruction at CODE_AT, with R5 = r5, and the message it must end in. */
struct fault {
    uint16_t words[4];
    uint32_t r5;
    const char *message;
};

static const struct fault faults[] = {
    { { 0x13A0 }, 0, "illegal instruction at 0x4400" },         /* reserved beside CALLA */
    { { 0x10C5 }, 0, "illegal instruction at 0x4400" },         /* SWPB.B R5 */
    { { 0x1130, 1 }, 0, "illegal instruction at 0x4400" },      /* RRA #1 */
    { { 0x1800, 0x4506 }, 0, "illegal instruction at 0x4400" }, /* extended, A/L = B/W = 0 */
    { { 0x1843, 0x1205 }, 0, "illegal instruction at 0x4400" }, /* RPT #4, PUSHX.W R5 */
    { { 0x1840, 0x1285 }, 0, "illegal instruction at 0x4400" }, /* extended CALL */
    { { 0x1840, 0x3C00 }, 0, "illegal instruction at 0x4400" }, /* extended jump */
    { { 0x14F4 }, 0, "illegal instruction at 0x4400" },         /* PUSHM.A #16, R4 */
    { { 0x1602 }, 0, "illegal instruction: POPM into SR (erratum CPU21) at 0x4400" },
    { { 0x4026 }, 0, "illegal instruction: indirect mode through PC (erratum CPU22) at 0x4400" },
    { { 0x3C00, 0x0140 }, 0, "illegal instruction: jump before a word 0x0X40 or 0x0X50 (erratum CPU40) at 0x4400" },
    { { 0x4526 }, 0x1C01, "unaligned access to 0x01c01 at 0x4400" },    /* MOV @R5, R6 */
    { { 0x4685, 0 }, 0x1C03, "unaligned access to 0x01c03 at 0x4400" }, /* MOV R6, 0(R5) */
    { { 0x4526 }, 0x0351, "unaligned access to 0x00351 at 0x4400" },
    { { 0x0506 }, 0x1C01, "unaligned access to 0x01c01 at 0x4400" }, /* MOVA @R5, R6 */
    { { 0x4526 }, 0x3C00, "access to unmapped memory at 0x03c00 at 0x4400" },
    { { 0x4566 }, 0x1B00, "access to unmapped memory at 0x01b00 at 0x4400" }, /* MOV.B @R5, R6 */
    { { 0x4526 }, 0x44000, "access to unmapped memory at 0x44000 at 0x4400" },
    { { 0x0506 }, 0x43FFE, "access to unmapped memory at 0x44000 at 0x4400" },
    { { 0x46C5, 0 }, 0xFFFFF, "access to unmapped memory at 0xfffff at 0x4400" },
    { { 0x4685, 0 }, 0x1A10, "write to read-only memory at 0x01a10 (device descriptors) at 0x4400" },
    { { 0x46C5, 0 }, 0x1001, "write to read-only memory at 0x01001 (boot loader ROM) at 0x4400" },
    { { 0xD032, 0x0010 }, 0, "the CPU was switched off at 0x4400" }, /* BIS #CPUOFF, SR */
};

static void expect_fault(struct machine *m, const char *message)
{
    const char *fault = machine_step(m);

    if (!fault || !strstr(fault, message))
        fail_msg("'%s' instead of '%s'", fault ? fault : "nothing", message);
}

static void faults_have_their_messages(void **unused)
{
    struct machine m = machine_open(NULL);

    (void)unused;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        sim_reset(m.sim);
        sim_set_register(m.sim, 1, STACK_AT);
        sim_set_register(m.sim, 5, faults[i].r5);
        machine_code(&m, CODE_AT, faults[i].words, 4);
        expect_fault(&m, faults[i].message);
    }
    machine_close(&m);
}

static void execution_stays_in_memory(void **unused)
{
    static const uint32_t nowhere[] = { 0x0020, 0x1A00, 0x1B00, 0x3C00, 0x44000, 0xFFFFE };
    const uint16_t two_words = 0x4035; /* MOV #..., R5 in the last word of SRAM */
    struct machine m = machine_open(NULL);

    (void)unused;
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
        sim_set_register(m.sim, 0, nowhere[i]);
        expect_fault(&m, "execution of unmapped memory");
    }
    machine_code(&m, 0x3BFE, &two_words, 1);
    expect_fault(&m, "execution of unmapped memory at 0x3bfe");
    machine_close(&m);
}

static void stack_overrun_ends_the_run(void **unused)
{
    static const uint16_t push[] = { 0x1205, 0 }, call[] = { 0x12B0, 0x5000 }, sub[] = { 0x8031, 0x0100 };
    static const struct {
        const uint16_t *words;
        uint32_t sp;
    } overruns[] = { { push, 0x2002 }, { call, 0x2002 }, { sub, 0x2100 } };
    struct machine m = machine_open(NULL);

    (void)unused;
    sim_watch_stack(m.sim, 0x2002);
    for (size_t i = 0; i < sizeof overruns / sizeof *overruns; i++) {
        sim_set_register(m.sim, 1, overruns[i].sp);
        machine_code(&m, CODE_AT, overruns[i].words, 2);
        expect_fault(&m, "stack overrun: SP is 0x02000 at 0x4400 (no function)");
    }
    sim_set_register(m.sim, 1, 0x2004);
    machine_code(&m, CODE_AT, push, 1);
    assert_null(machine_step(&m));
    machine_close(&m);
}

static void cycle_limit_ends_the_run(void **unused)
{
    static const uint16_t forever[] = { 0x3FFF };
    struct machine m = machine_open(NULL);

    (void)unused;
    machine_code(&m, CODE_AT, forever, 1);
    assert_int_equal(sim_run(m.sim, NOWHERE, 1000, &m.diag), JOB_FAILED);
    assert_string_equal(m.diag.message, "msp430fr5994: the program did not finish within 1000 cycles");
    assert_int_equal(sim_cycles(m.sim), 1000);
    assert_int_equal(sim_instructions(m.sim), 500);
    machine_close(&m);
}

/* ---- Memory ---------------------------------------------------------------------------------------------------------
 */

static void memory_is_where_the_chip_has_it(void **unused)
{
    static const struct {
        uint32_t at;
        int reads, writes;
    } places[] = {
        { 0x0000A, 1, 1 }, { 0x0001E, 1, 1 }, { 0x01000, 1, 0 }, { 0x017FE, 1, 0 }, { 0x01800, 1, 1 },
        { 0x019FE, 1, 1 }, { 0x01A00, 1, 0 }, { 0x01AFE, 1, 0 }, { 0x01B00, 0, 0 }, { 0x01C00, 1, 1 },
        { 0x03BFE, 1, 1 }, { 0x03C00, 0, 0 }, { 0x03FFE, 0, 0 }, { 0x04000, 1, 1 }, { 0x0FFFE, 1, 1 },
        { 0x10000, 1, 1 }, { 0x43FFE, 1, 1 }, { 0x44000, 0, 0 },
    };
    static const uint16_t read[] = { 0x4526 }, write[] = { 0x4685, 0 };
    struct machine m = machine_open(NULL);

    (void)unused;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        sim_reset(m.sim);
        sim_set_register(m.sim, 5, places[i].at);
        sim_set_register(m.sim, 6, 0xBEEF);
        machine_code(&m, CODE_AT, write, 2);
        assert_int_equal(machine_step(&m) == NULL, places[i].writes);
        machine_code(&m, CODE_AT, read, 1);
        assert_int_equal(machine_step(&m) == NULL, places[i].reads);
        if (places[i].writes)
            assert_int_equal(sim_register(m.sim, 6), 0xBEEF);
    }
    machine_close(&m);
}

static void extra_memory_fills_the_address_space(void **unused)
{
    const struct sim_options options = { .extra_memory = 1 };
    static const uint16_t read[] = { 0x4526 };
    struct machine m = machine_open(&options);

    (void)unused;
    machine_code(&m, CODE_AT, read, 1);
    sim_set_register(m.sim, 5, 0xFFFFE);
    assert_null(machine_step(&m));
    machine_close(&m);
}

/* MOV R6, 2(PC) turns the instruction behind it, which has run before, into another. */
static void code_may_change(void **unused)
{
    static const uint16_t code[] = { 0x4680, 0x0002, 0x5315, 0x3FFC }; /* 1: MOV R6, 2f; 2: INC R5; JMP 1b */
    struct machine m = machine_open(NULL);

    (void)unused;
    machine_code(&m, CODE_AT, code, 4);
    sim_set_register(m.sim, 6, 0x5315);
    for (int i = 0; i < 3; i++)
        assert_null(machine_step(&m));
    assert_int_equal(sim_register(m.sim, 5), 1);
    sim_set_register(m.sim, 6, 0x5325); /* INCD R5 */
    for (int i = 0; i < 3; i++)
        assert_null(machine_step(&m));
    assert_int_equal(sim_register(m.sim, 5), 3);
    machine_close(&m);
}

/* The same, but the word that changes is an operand. */
static void operands_may_change(void **unused)
{
    static const uint16_t code[] = { 0x4680, 0x0004, 0x5035, 0x0001, 0x3FFB }; /* MOV R6, 2f+2; 2: ADD #1, R5; JMP 1b */
    struct machine m = machine_open(NULL);

    (void)unused;
    machine_code(&m, CODE_AT, code, 5);
    for (uint32_t k = 1; k <= 3; k++) {
        sim_set_register(m.sim, 6, k);
        sim_set_register(m.sim, 5, 0);
        for (int i = 0; i < 3; i++)
            assert_null(machine_step(&m));
        assert_int_equal(sim_register(m.sim, 5), k);
    }
    machine_close(&m);
}

static void console_is_the_uart(void **unused)
{
    static const uint16_t write[] = { 0x45C2, 0x05CE };
    struct machine m = machine_open(NULL);

    (void)unused;
    for (const char *c = "ok\n"; *c; c++) {
        sim_set_register(m.sim, 5, (uint32_t)*c);
        machine_code(&m, CODE_AT, write, 2);
        assert_null(machine_step(&m));
    }
    assert_string_equal(sim_console(m.sim), "ok\n");
    machine_close(&m);
}

/* ---- Calls ----------------------------------------------------------------------------------------------------------
 */

/* A call from watched code is a segment from the call to behind the return; the rest of the program is not. */
static void calls_are_segments(void **unused)
{
    static const uint16_t caller[] = { 0x12B0, 0x5000, 0x13B1, 0x0000, 0x4303 }; /* CALL #, CALLA #0x10000, NOP */
    static const uint16_t near[] = { 0x4303, 0x4130 }, far[] = { 0x4303, 0x4303, 0x0110 };
    struct machine m = machine_open(NULL);
    const uint64_t *cycles;

    (void)unused;
    sim_write(m.sim, 0x5000, near, sizeof near);
    sim_write(m.sim, UPPER_AT, far, sizeof far);
    machine_code(&m, CODE_AT, caller, 5);
    sim_set_register(m.sim, 1, STACK_AT);
    sim_watch_calls(m.sim, CODE_AT, CODE_AT + 10);
    assert_int_equal(sim_run(m.sim, CODE_AT + 10, 100, &m.diag), OK);
    assert_int_equal(sim_segments(m.sim, &cycles), 2);
    assert_int_equal(cycles[0], 4 + 1 + 4);
    assert_int_equal(cycles[1], 5 + 2 + 5);
    assert_int_equal(sim_cycles(m.sim), 9 + 12 + 1);
    machine_close(&m);
}

/* ---- Wait states ----------------------------------------------------------------------------------------------------
 */

/* Words at addresses that all lie in one set of the cache are read; the k-th read may wait or not. */
struct reading {
    uint32_t at;
    int waits;
};

static void check_reads(const struct reading *reads, size_t count)
{
    const struct sim_options options = { .wait_states = 1 };
    static const uint16_t load[] = { 0x4526 };
    struct machine m = machine_open(&options);

    for (size_t i = 0; i < count; i++) {
        uint64_t before = sim_wait_cycles(m.sim);
        machine_code(&m, 0x1C00, load, 1); /* code in SRAM never waits */
        sim_set_register(m.sim, 5, reads[i].at);
        assert_null(machine_step(&m));
        if (sim_wait_cycles(m.sim) - before != (uint64_t)reads[i].waits)
            fail_msg("read %zu, of 0x%05x: %d waits", i, (unsigned)reads[i].at, (int)(sim_wait_cycles(m.sim) - before));
    }
    machine_close(&m);
}

static void cache_has_two_sets_of_two_lines(void **unused)
{
    static const struct reading reads[] = {
        { 0x8000, 1 },  { 0x8006, 0 }, { 0x8008, 1 }, { 0x8010, 1 },
        { 0x8000, 0 },                                               /* two lines in set 0, one in set 1 */
        { 0x8020, 1 },  { 0x8000, 0 }, { 0x8010, 1 }, { 0x8020, 1 }, /* the one used longest ago goes */
        { 0x8008, 0 },  { 0x1C80, 0 }, { 0x1800, 1 }, { 0x30000, 1 },
        { 0x30002, 0 },
    };

    (void)unused;
    check_reads(reads, sizeof reads / sizeof *reads);
}

/* Reading the figures of a run of `words` at `at` with R5 = r5, one step. */
static void check_waits(const uint16_t *words, int count, uint32_t at, uint64_t cycles, uint64_t waits,
                        uint64_t accesses)
{
    const struct sim_options options = { .wait_states = 3 };
    struct machine m = machine_open(&options);

    sim_set_register(m.sim, 5, 0x8000);
    machine_code(&m, at, words, count);
    assert_null(machine_step(&m));
    assert_int_equal(sim_cycles(m.sim), cycles + waits);
    assert_int_equal(sim_wait_cycles(m.sim), waits);
    assert_int_equal(sim_wait_accesses(m.sim), accesses);
    machine_close(&m);
}

static void waits_are_counted_apart(void **unused)
{
    static const uint16_t add[] = { 0x5595, 0, 2 }; /* ADD 0(R5), 2(R5): three words, two reads, a write */

    (void)unused;
    check_waits(add, 3, 0x1C00, 6, 2 * 3, 3);     /* the line of both operands, and the write */
    check_waits(add, 3, 0x4400, 6, 3 * 3, 3 + 3); /* and the line of the code */
    check_waits(add, 3, 0x4406, 6, 4 * 3, 3 + 3); /* which here is two lines */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_have_their_messages),
        cmocka_unit_test(execution_stays_in_memory),
        cmocka_unit_test(stack_overrun_ends_the_run),
        cmocka_unit_test(cycle_limit_ends_the_run),
        cmocka_unit_test(memory_is_where_the_chip_has_it),
        cmocka_unit_test(extra_memory_fills_the_address_space),
        cmocka_unit_test(code_may_change),
        cmocka_unit_test(operands_may_change),
        cmocka_unit_test(console_is_the_uart),
        cmocka_unit_test(calls_are_segments),
        cmocka_unit_test(cache_has_two_sets_of_two_lines),
        cmocka_unit_test(waits_are_counted_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
