/* test_msp430x_model.c - random MSP430X programs, instruction by instruction: the simulator and the model of
 * msp430x_model.h must agree on registers, memory and faults.
 *
 *   test_msp430x_model [PROGRAMS]    default 20000
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "msp430_machine.h"
#include "msp430x_model.h"

enum { LENGTH = 24, STEPS = 16, MEMORY_COMPARED_EVERY = 16 };

static unsigned long programs = 20000;
static uint64_t state = 88172645463325252;
static struct machine machine;
static struct model model;
static long executed, ended[MODEL_DEVICE + 1];

/* xorshift64 */
static uint32_t random_below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % n;
}

/* ---- Programs -------------------------------------------------------------------------------------------------------
 */

struct program {
    uint32_t at;
    uint16_t words[LENGTH];
    int count;
};

static void add_word(struct program *p, uint32_t word)
{
    if (p->count < LENGTH)
        p->words[p->count++] = (uint16_t)word;
}

/* R4 to R15 mostly, the special ones at times. */
static uint32_t any_register(void)
{
    return random_below(8) ? 4 + random_below(12) : random_below(16);
}

/* An address in memory, mostly even. */
static uint32_t any_address(void)
{
    static const uint32_t bases[] = { 0x1800, 0x1C00, 0x2400, 0x3800, 0x6000, 0xFF00, 0x10000, 0x20000, 0x43F00 };
    uint32_t at = bases[random_below(9)] + random_below(0x200);

    return random_below(8) ? at & ~1u : at;
}

/* What a register or an immediate holds: mostly an address, so that programs get somewhere. */
static uint32_t any_value(void)
{
    static const uint32_t corners[] = { 0,      1,      0x7F,    0x80,    0xFF,    0x100,  0x7FFF,
                                        0x8000, 0xFFFF, 0x10000, 0x7FFFF, 0x80000, 0xFFFFF };

    switch (random_below(12)) {
    case 0:
        return corners[random_below(13)];
    case 1:
        return random_below(1 << 20);
    default:
        return any_address();
    }
}

/* The word behind an indexed, symbolic, absolute or immediate operand; *high gets bits 19..16. */
static uint32_t operand_word(const struct program *p, uint32_t reg, uint32_t *high)
{
    uint32_t value = any_value();

    if (reg == 0)
        value = any_address() - (p->at + 2 * (uint32_t)p->count);
    else if (reg >= 4)
        value = random_below(4) ? 2 * random_below(32) - 32 : any_value();
    *high = value >> 16 & 15;
    return value & 0xFFFF;
}

/* The first word of a format II instruction; mostly one that is defined. */
static uint32_t one_operand_word(uint32_t reg, uint32_t as, int extended, uint32_t byte)
{
    uint32_t kind = random_below(16) ? random_below(5) : 5, anything = !random_below(32);

    if (!anything && kind % 2) /* SWPB, SXT, CALL: words; extended, 20 bits are B/W = 0 too */
        byte = 0;
    if (!anything && extended && kind == 5)
        kind = 4;
    return 0x1000 | kind << 7 | byte << 6 | as << 4 | reg;
}

/* Register mode: repetition and zero carry. */
static uint32_t repetition(void)
{
    return random_below(4) ? 0 : random_below(2) << 8 | random_below(2) << 7 | random_below(16);
}

/* Format I or II, extended or not. */
static void add_operands(struct program *p, int two, int extended)
{
    uint32_t reg = any_register(), as = random_below(4), dst = any_register(), ad = two ? random_below(2) : 0, high = 0;
    uint32_t size = random_below(3), byte = size != 1, extension = size < 2 ? 0x1840 : 0x1800, word; /* .B, .W, .A */
    int first = p->count;

    if (reg == 0 && as == 2 && random_below(8))
        as = 3;
    if (two)
        word = (4 + random_below(12)) << 12 | reg << 8 | ad << 7 | byte << 6 | as << 4 | dst;
    else
        word = one_operand_word(reg, as, extended, byte);
    if (extended)
        add_word(p, 0);
    add_word(p, word);
    if ((as == 1 && reg != 3) || (as == 3 && reg == 0)) {
        uint32_t next = operand_word(p, reg, &high);
        extension |= high << (two ? 7 : 0);
        add_word(p, next);
    }
    if (ad) {
        uint32_t next = operand_word(p, dst, &high);
        extension |= high;
        add_word(p, next);
    }
    if (!ad && (as == 0 || reg == 3))
        extension |= repetition();
    if (!random_below(64))
        extension ^= 1u << random_below(11);
    if (extended && first < LENGTH)
        p->words[first] = (uint16_t)extension;
}

static void add_address_instruction(struct program *p)
{
    uint32_t high = 0, word = any_register() << 8 | random_below(16) << 4 | any_register();

    add_word(p, word);
    if ((word >> 4 & 15) % 4 || (word & 0xC0) == 0x80) /* some that take no word get one: it is the next instruction */
        add_word(p, operand_word(p, word >> 8 & 15, &high));
}

static void add_call(struct program *p)
{
    static const uint8_t kinds[] = { 4, 5, 6, 7, 8, 9, 11 };
    uint32_t kind = random_below(32) ? kinds[random_below(7)] : random_below(16), high = 0;

    add_word(p, 0x1300 | kind << 4 | (kind < 8 ? any_register() : random_below(5)));
    add_word(p, operand_word(p, kind == 9 ? 0 : 5, &high));
}

static void add_instruction(struct program *p)
{
    uint32_t kind = random_below(64);

    if (kind < 20)
        add_operands(p, 1, 0);
    else if (kind < 34)
        add_operands(p, 1, 1);
    else if (kind < 40)
        add_operands(p, 0, 0);
    else if (kind < 46)
        add_operands(p, 0, 1);
    else if (kind < 50)
        add_word(p, 0x2000 | random_below(8) << 10 | random_below(4));
    else if (kind < 58)
        add_address_instruction(p);
    else if (kind < 60)
        add_word(p, 0x1400 | random_below(4) << 8 | random_below(5) << 4 | (4 + random_below(12)));
    else if (kind < 62)
        add_call(p);
    else if (kind < 63)
        add_word(p, random_below(2) ? 0x0110 : random_below(2) ? 0x4130 : 0x1300); /* RETA, RET, RETI */
    else
        add_word(p, random_below(0x10000));
}

static struct program random_program(void)
{
    static const uint32_t places[] = { 0x4400, 0x1D00, 0x20000, 0xFFC0, 0x3F000 };
    struct program p = { .at = places[random_below(5)] };

    while (p.count < LENGTH)
        add_instruction(&p);
    return p;
}

/* ---- Both machines --------------------------------------------------------------------------------------------------
 */

static void put_memory(uint32_t at, const void *bytes, size_t size)
{
    sim_write(machine.sim, at, bytes, size);
    memcpy(model.memory + at, bytes, size);
}

static void put_register(int n, uint32_t value)
{
    sim_set_register(machine.sim, n, value);
    model.r[n] = sim_register(machine.sim, n);
}

static void randomize_registers(uint32_t pc)
{
    put_register(0, pc);
    put_register(1, 0x2000 + 2 * random_below(0x200));
    put_register(2, random_below(0x200) & ~(uint32_t)OFF);
    put_register(3, 0);
    for (int n = 4; n < 16; n++)
        put_register(n, any_value());
}

static void fill_memory(void)
{
    static const struct {
        uint32_t at, size;
    } regions[] = { { 0x1000, 0xB00 }, { 0x1C00, 0x2000 }, { 0x4000, 0x40000 } };

    for (int i = 0; i < 3; i++)
        for (uint32_t k = 0; k < regions[i].size; k += 4) {
            uint32_t word = random_below(UINT32_MAX);
            put_memory(regions[i].at + k, &word, 4);
        }
}

static enum model_end end_of(const char *fault)
{
    static const struct {
        const char *text;
        enum model_end end;
    } ends[] = {
        { "illegal instruction", MODEL_ILLEGAL },   { "unaligned access", MODEL_UNALIGNED },
        { "access to unmapped", MODEL_UNMAPPED },   { "write to read-only", MODEL_READ_ONLY },
        { "execution of unmapped", MODEL_NO_CODE }, { "the CPU was switched off", MODEL_OFF },
    };

    for (size_t i = 0; fault && i < sizeof ends / sizeof *ends; i++)
        if (strstr(fault, ends[i].text))
            return ends[i].end;
    return fault ? MODEL_DEVICE : MODEL_OK;
}

static void describe(uint32_t pc)
{
    uint16_t words[4];

    memcpy(words, model.memory + pc, sizeof words);
    printf("at 0x%05x: %04x %04x %04x %04x\n", (unsigned)pc, words[0], words[1], words[2], words[3]);
}

static void compare_registers(uint32_t pc)
{
    if (model.v_undefined)
        model.r[SR] = (model.r[SR] & ~(uint32_t)OVERFLOW) | (sim_register(machine.sim, SR) & OVERFLOW);
    for (int n = 0; n < 16; n++)
        if (sim_register(machine.sim, n) != model.r[n]) {
            describe(pc);
            fail_msg("R%d is 0x%05x, not 0x%05x", n, (unsigned)sim_register(machine.sim, n), (unsigned)model.r[n]);
        }
}

static void compare_written(uint32_t pc)
{
    for (int i = 0; i < model.write_count; i++) {
        uint8_t byte = 0;
        sim_read(machine.sim, model.written[i], &byte, 1);
        if (byte != model.memory[model.written[i]]) {
            describe(pc);
            fail_msg("0x%05x holds 0x%02x, not 0x%02x", (unsigned)model.written[i], byte,
                     model.memory[model.written[i]]);
        }
    }
}

static void compare_memory(void)
{
    static uint8_t bytes[0x40000];

    sim_read(machine.sim, 0x1C00, bytes, 0x2000);
    assert_memory_equal(bytes, model.memory + 0x1C00, 0x2000);
    sim_read(machine.sim, 0x4000, bytes, 0x40000);
    assert_memory_equal(bytes, model.memory + 0x4000, 0x40000);
}

/* A fault, or a peripheral, may leave an instruction half done: memory becomes equal again. */
static void copy_memory(void)
{
    sim_read(machine.sim, 0x1800, model.memory + 0x1800, 0x200);
    sim_read(machine.sim, 0x1C00, model.memory + 0x1C00, 0x2000);
    sim_read(machine.sim, 0x4000, model.memory + 0x4000, 0x40000);
}

/* Near an end of memory an instruction may lack words and fail otherwise as well: which of them is told is left open.
 */
static int may_lack_words(uint32_t pc)
{
    return model_region(pc + 2, 0, 1) != MODEL_OK || model_region(pc + 4, 0, 1) != MODEL_OK ||
           model_region(pc + 6, 0, 1) != MODEL_OK;
}

/* Executes one instruction on both; 1 if the program may go on. */
static int step_both(void)
{
    uint32_t pc = model.r[PC];
    enum model_end expected = model_step(&model), got = end_of(machine_step(&machine));

    executed++;
    if (expected == MODEL_DEVICE || (got == MODEL_NO_CODE && expected != MODEL_OK && may_lack_words(pc)))
        return 0;
    if (got != expected) {
        describe(pc);
        fail_msg("ended in %d, not %d: %s", got, expected, machine.diag.message);
    }
    if (expected != MODEL_OK)
        return 0;
    compare_registers(pc);
    compare_written(pc);
    return 1;
}

static void run_program(unsigned long number)
{
    struct program p = random_program();
    int steps = 0;

    put_memory(p.at, p.words, sizeof p.words);
    randomize_registers(p.at);
    while (steps < STEPS && step_both())
        steps++;
    ended[model.end]++;
    if (steps < STEPS)
        copy_memory();
    else if (number % MEMORY_COMPARED_EVERY == 0)
        compare_memory();
}

static void simulator_and_model_agree(void **unused)
{
    (void)unused;
    fill_memory();
    for (unsigned long i = 0; i < programs; i++)
        run_program(i);
    printf("%lu programs, %ld instructions; ended by: illegal %ld, unaligned %ld, unmapped %ld, read-only %ld, no code "
           "%ld, "
           "off %ld, peripheral %ld\n",
           programs, executed, ended[1], ended[2], ended[3], ended[4], ended[5], ended[6], ended[7]);
    for (int i = MODEL_ILLEGAL; i <= MODEL_DEVICE; i++)
        assert_true(ended[i] > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(simulator_and_model_agree) };
    int failed;

    if (argc > 1)
        programs = strtoul(argv[1], NULL, 10);
    machine = machine_open(NULL);
    model.memory = calloc(MODEL_MEGABYTE + 4, 1);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(model.memory);
    machine_close(&machine);
    return failed;
}
