/* test_avr.c - the ATmega1284P: cycles by the data sheet's instruction set summary, faults in our one line though
 * libsimavr has its own way to put them, calls, stack, console. */
#include "sim_firmware.h"

enum {
    PROGRAM = 0x100, /* where the tests' code begins; before it, what jumps and calls to 0 meet */
    SRAM = 0x800100, /* as ELF files have it */
    POINTER = 0x0210,
    LIMIT = 1000,
    R_X = 26,
    R_Y = 28,
    R_Z = 30,
    R_SREG = 32,
    R_SP,
    R_PC
};

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
    firmware = (struct firmware){ .machine = EM_AVR };
    while (firmware.size < PROGRAM)
        put16(&firmware, 0);
}

static void set_pointer(struct sim *s, int r, uint32_t value)
{
    sim_set_register(s, r, value & 255);
    sim_set_register(s, r + 1, value >> 8);
}

/* A machine at its program, the words given, ended by -1, with X, Y and Z leading to POINTER. */
static struct sim *machine_with(const int *code)
{
    struct sim *s;

    begin();
    firmware_function(&firmware, "program", 64);
    for (; *code >= 0; code++)
        put16(&firmware, (uint32_t)*code);
    s = firmware_open(region, &firmware, "atmega1284p", NULL);
    sim_set_register(s, R_PC, PROGRAM);
    set_pointer(s, R_X, POINTER);
    set_pointer(s, R_Y, POINTER);
    set_pointer(s, R_Z, POINTER);
    return s;
}

/* ---- Cycles ---- */

/* One instruction with all registers but the pointers 0 and all flags clear. */
struct timed {
    const char *text;
    int code[4]; /* ended by -1 */
    unsigned cycles;
};

static const struct timed table[] = {
    { "ADD", { 0x0f01, -1 }, 1 },
    { "ADC", { 0x1f01, -1 }, 1 },
    { "ADIW", { 0x9601, -1 }, 2 },
    { "SUB", { 0x1b01, -1 }, 1 },
    { "SUBI", { 0x5001, -1 }, 1 },
    { "SBC", { 0x0b01, -1 }, 1 },
    { "SBCI", { 0x4001, -1 }, 1 },
    { "SBIW", { 0x9701, -1 }, 2 },
    { "AND", { 0x2301, -1 }, 1 },
    { "ANDI", { 0x7001, -1 }, 1 },
    { "OR", { 0x2b01, -1 }, 1 },
    { "ORI", { 0x6001, -1 }, 1 },
    { "EOR", { 0x2701, -1 }, 1 },
    { "COM", { 0x9500, -1 }, 1 },
    { "NEG", { 0x9501, -1 }, 1 },
    { "INC", { 0x9503, -1 }, 1 },
    { "DEC", { 0x950a, -1 }, 1 },
    { "MUL", { 0x9f01, -1 }, 2 },
    { "MULS", { 0x0201, -1 }, 2 },
    { "MULSU", { 0x0301, -1 }, 2 },
    { "FMUL", { 0x0309, -1 }, 2 },
    { "FMULS", { 0x0381, -1 }, 2 },
    { "FMULSU", { 0x0389, -1 }, 2 },
    { "RJMP", { 0xc000, -1 }, 2 },
    { "IJMP", { 0x9409, -1 }, 2 },
    { "JMP", { 0x940c, 0x0080, -1 }, 3 },
    { "RCALL", { 0xd000, -1 }, 3 },
    { "ICALL", { 0x9509, -1 }, 3 },
    { "CALL", { 0x940e, 0x0080, -1 }, 4 },
    { "RET", { 0x9508, -1 }, 4 },
    { "RETI", { 0x9518, -1 }, 4 },
    { "CPSE, goes on", { 0x13a0, -1 }, 1 },
    { "CPSE, skips a word", { 0x1300, 0x0000, -1 }, 2 },
    { "CPSE, skips two words", { 0x1300, 0x940c, 0x0000, -1 }, 3 },
    { "CP", { 0x1701, -1 }, 1 },
    { "CPC", { 0x0701, -1 }, 1 },
    { "CPI", { 0x3001, -1 }, 1 },
    { "SBRC, skips", { 0xfd00, 0x0000, -1 }, 2 },
    { "SBRC, skips two words", { 0xfd00, 0x9100, 0x0200, -1 }, 3 },
    { "SBRS, goes on", { 0xff00, 0x0000, -1 }, 1 },
    { "SBIC, skips", { 0x99f0, 0x0000, -1 }, 2 },
    { "SBIS, goes on", { 0x9bf0, 0x0000, -1 }, 1 },
    { "BRNE, taken", { 0xf409, 0x0000, -1 }, 2 },
    { "BREQ, not taken", { 0xf009, 0x0000, -1 }, 1 },
    { "SBI", { 0x9af0, -1 }, 2 },
    { "CBI", { 0x98f0, -1 }, 2 },
    { "LSR", { 0x9506, -1 }, 1 },
    { "ROR", { 0x9507, -1 }, 1 },
    { "ASR", { 0x9505, -1 }, 1 },
    { "SWAP", { 0x9502, -1 }, 1 },
    { "SEC", { 0x9408, -1 }, 1 },
    { "CLC", { 0x9488, -1 }, 1 },
    { "BST", { 0xfb00, -1 }, 1 },
    { "BLD", { 0xf900, -1 }, 1 },
    { "MOV", { 0x2f01, -1 }, 1 },
    { "MOVW", { 0x0101, -1 }, 1 },
    { "LDI", { 0xe001, -1 }, 1 },
    { "LD X", { 0x910c, -1 }, 2 },
    { "LD X+", { 0x910d, -1 }, 2 },
    { "LD -X", { 0x910e, -1 }, 2 },
    { "LD Y", { 0x8108, -1 }, 2 },
    { "LD Y+", { 0x9109, -1 }, 2 },
    { "LDD Y+1", { 0x8109, -1 }, 2 },
    { "LD Z", { 0x8100, -1 }, 2 },
    { "LDD Z+1", { 0x8101, -1 }, 2 },
    { "LDS", { 0x9100, 0x0200, -1 }, 2 },
    { "ST X", { 0x930c, -1 }, 2 },
    { "ST X+", { 0x930d, -1 }, 2 },
    { "ST -X", { 0x930e, -1 }, 2 },
    { "ST Y", { 0x8308, -1 }, 2 },
    { "STD Z+1", { 0x8301, -1 }, 2 },
    { "STS", { 0x9300, 0x0200, -1 }, 2 },
    { "LPM", { 0x95c8, -1 }, 3 },
    { "LPM Rd, Z", { 0x9104, -1 }, 3 },
    { "LPM Rd, Z+", { 0x9105, -1 }, 3 },
    { "ELPM Rd, Z", { 0x9106, -1 }, 3 },
    { "ELPM Rd, Z+", { 0x9107, -1 }, 3 },
    { "IN", { 0xb70d, -1 }, 1 },
    { "OUT", { 0xbd0a, -1 }, 1 },
    { "PUSH", { 0x930f, -1 }, 2 },
    { "POP", { 0x910f, -1 }, 2 },
    { "NOP", { 0x0000, -1 }, 1 },
    { "WDR", { 0x95a8, -1 }, 1 },
};

static void cycles_are_the_data_sheets(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct sim *s = machine_with(table[i].code);
        struct diag d = { 0 };
        sim_set_register(s, R_SP, 0x3000);
        sim_run(s, UINT32_MAX, 1, &d); /* the limit comes after the instruction */
        if (sim_cycles(s) != table[i].cycles || sim_instructions(s) != 1)
            fail_msg("%s: %u cycles, not %u (%s)", table[i].text, (unsigned)sim_cycles(s), table[i].cycles, d.message);
        diag_clear(&d);
        sim_close(s);
    }
}

/* ---- Faults ---- */

struct fault {
    const char *text; /* the whole line */
    int code[5];
};

static const struct fault faults[] = {
    { "atmega1284p: illegal instruction 0xff08 at 0x102 (program) after 1 cycles", { 0x0000, 0xff08, -1 } },
    { "atmega1284p: illegal instruction 0x9404 at 0x100 (program) after 0 cycles", { 0x9404, -1 } },
    { "atmega1284p: access to unmapped memory at 0x4210 at 0x102 (program) after 1 cycles", { 0xe4b2, 0x910c, -1 } },
    { "atmega1284p: access to unmapped memory at 0xff10 at 0x102 (program) after 1 cycles", { 0xefbf, 0x930c, -1 } },
    { "atmega1284p: access to unmapped memory at 0x4100 at 0x100 (program) after 0 cycles", { 0x9300, 0x4100, -1 } },
    { "atmega1284p: access to unmapped flash at 0x020210 at 0x104 (program) after 2 cycles",
      { 0xe002, 0xbf0b, 0x9106, -1 } },
    { "atmega1284p: write to flash at 0x100 (program) after 0 cycles", { 0x95e8, -1 } },
    { "atmega1284p: breakpoint at 0x100 (program) after 0 cycles", { 0x9598, -1 } },
    { "atmega1284p: execution of unmapped memory at 0x3fffe (no function) after 3 cycles", { 0x940d, 0xffff, -1 } },
    { "atmega1284p: the program ended at 0x102 (program) after 1 cycles", { 0x94f8, 0x9588, -1 } },
    { "atmega1284p: stack overrun: SP is 0x40fd at 0x102 (program) after 2 cycles", { 0x930f, 0x930f, -1 } },
    { "atmega1284p: stack overrun: SP is 0x40fc at 0x102 (program) after 2 cycles", { 0x930f, 0xd000, -1 } },
    { "atmega1284p: the program did not finish within 1000 cycles", { 0xcfff, -1 } },
};

/* Nothing of what libsimavr prints by itself may be seen. */
static void faults_say_what_where_when(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct sim *s = machine_with(faults[i].code);
        struct diag d = { 0 };
        sim_watch_stack(s, 0x8040ff);
        assert_int_equal(sim_run(s, UINT32_MAX, LIMIT, &d), JOB_FAILED);
        if (strcmp(d.message, faults[i].text) != 0)
            fail_msg("%s\nnot\n%s", d.message, faults[i].text);
        diag_clear(&d);
        sim_close(s);
    }
}

/* SPH comes first: between the two, SP may be anything. */
static void sp_moves_in_two_halves(void **unused)
{
    static const int code[] = { 0xbf1e, 0xbf0d, 0x0000, -1 }; /* OUT SPH, r17; OUT SPL, r16 */
    struct sim *s = machine_with(code);
    struct diag d = { 0 };

    (void)unused;
    sim_set_register(s, R_SP, 0x3010);
    sim_watch_stack(s, 0x802f80);
    sim_set_register(s, 17, 0x2f); /* from 3010 by way of 2f10 to 2ff0 */
    sim_set_register(s, 16, 0xf0);
    assert_int_equal(sim_run(s, PROGRAM + 4, LIMIT, &d), OK);
    assert_int_equal(sim_register(s, R_SP), 0x2ff0);
    sim_reset(s);
    sim_set_register(s, R_PC, PROGRAM);
    sim_set_register(s, 17, 0x2f);
    sim_set_register(s, 16, 0x40);
    assert_int_equal(sim_run(s, PROGRAM + 4, LIMIT, &d), JOB_FAILED);
    diag_clear(&d);
    sim_close(s);
}

/* What libsimavr knows as data lies behind the registers, and 64 KB of it can be named: none may hit the host. */
static void wild_stores_hit_nothing(void **unused)
{
    static const int code[] = { 0x930c, -1 };

    (void)unused;
    for (uint32_t at = 0x4100; at < 0x10000; at += 0x10f) {
        struct sim *s = machine_with(code);
        struct diag d = { 0 };
        set_pointer(s, R_X, at);
        assert_int_equal(sim_run(s, UINT32_MAX, 1, &d), JOB_FAILED);
        assert_non_null(strstr(d.message, "unmapped memory"));
        diag_clear(&d);
        sim_close(s);
    }
}

/* ---- Memory, console, calls ---- */

static void memory_and_registers(void **unused)
{
    static const int code[] = { 0x910d, 0x9503, 0x930c, 0x0000, -1 }; /* LD r16, X+; INC r16; ST X, r16 */
    struct sim *s = machine_with(code);
    const uint8_t in = 41;
    uint8_t out[2] = { 0 };
    struct diag d = { 0 };

    (void)unused;
    assert_true(sim_write(s, 0x800000 + POINTER, &in, 1));
    assert_int_equal(sim_run(s, PROGRAM + 6, LIMIT, &d), OK);
    assert_true(sim_read(s, 0x800000 + POINTER, out, 2));
    assert_int_equal(out[0], 41);
    assert_int_equal(out[1], 42);
    assert_int_equal(sim_register(s, 16), 42);
    assert_int_equal(sim_register(s, R_X), (POINTER + 1) & 255);
    sim_reset(s);
    assert_true(sim_read(s, 0x800000 + POINTER, out, 2));
    assert_int_equal(out[0] | out[1], 0);
    assert_int_equal(sim_register(s, 16), 0);
    assert_int_equal(sim_cycles(s), 0);
    assert_false(sim_read(s, SRAM + 0x4000, out, 1));
    sim_close(s);
}

static void gpior0_is_the_console(void **unused)
{
    static const int code[] = { 0xe608, 0xbb0e, 0xe609, 0xbb0e, 0x0000, -1 }; /* LDI r16, 'h'; OUT GPIOR0, r16; 'i' */
    struct sim *s = machine_with(code);
    struct diag d = { 0 };

    (void)unused;
    assert_int_equal(sim_run(s, PROGRAM + 8, LIMIT, &d), OK);
    assert_string_equal(sim_console(s), "hi");
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
    put16(&firmware, 0xd004); /* RCALL leaf; CALL leaf; ICALL; NOP */
    put16(&firmware, 0x940e);
    put16(&firmware, PROGRAM / 2 + 5);
    put16(&firmware, 0x9509);
    put16(&firmware, 0x0000);
    firmware_function(&firmware, "leaf", 4);
    put16(&firmware, 0x9f01); /* MUL; RET */
    put16(&firmware, 0x9508);
    s = firmware_open(region, &firmware, "atmega1284p", NULL);
    sim_set_register(s, R_PC, PROGRAM);
    set_pointer(s, R_Z, PROGRAM / 2 + 5);
    sim_watch_calls(s, PROGRAM, PROGRAM + 10);
    assert_int_equal(sim_run(s, PROGRAM + 8, LIMIT, &d), OK);
    assert_int_equal(sim_segments(s, &segment), 3);
    assert_int_equal(segment[0], 3 + 6);
    assert_int_equal(segment[1], 4 + 6);
    assert_int_equal(segment[2], 3 + 6);
    assert_int_equal(sim_profile(region, s, &profile), 2);
    assert_string_equal(profile[0].name, "leaf");
    assert_int_equal(profile[0].cycles, 18);
    assert_int_equal(profile[1].cycles, 10);
    sim_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cycles_are_the_data_sheets, new_region, free_region),
        cmocka_unit_test_setup_teardown(faults_say_what_where_when, new_region, free_region),
        cmocka_unit_test_setup_teardown(sp_moves_in_two_halves, new_region, free_region),
        cmocka_unit_test_setup_teardown(wild_stores_hit_nothing, new_region, free_region),
        cmocka_unit_test_setup_teardown(memory_and_registers, new_region, free_region),
        cmocka_unit_test_setup_teardown(gpior0_is_the_console, new_region, free_region),
        cmocka_unit_test_setup_teardown(calls_and_profile, new_region, free_region),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
