/* test_mpy32.c - the MPY32: products of every mode and size against wide arithmetic, and by instructions every time of
 * table 5-1 of SLAU367P, to the cycle, with what spoils a result reported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "msp430_machine.h"
#include "sim/mpy32.h"

__extension__ typedef __int128 wide;

enum {
    MPY = 0x4C0,
    MACS = 0x4C6,
    OP2 = 0x4C8,
    RESLO = 0x4CA,
    RESHI = 0x4CC,
    SUMEXT = 0x4CE,
    MPY32L = 0x4D0,
    MACS32L = 0x4DC,
    OP2L = 0x4E0,
    OP2H = 0x4E2,
    RES0 = 0x4E4,
    RES3 = 0x4EA,
    CONTROL = 0x4EC
};

static uint64_t state = 1234567;

static uint32_t random_word(void)
{
    static const uint16_t corners[] = { 0, 1, 0x7FFF, 0x8000, 0xFFFF, 0x80, 0xFF };

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state & 0x700 ? (uint32_t)(state >> 40) & 0xFFFF : corners[(state >> 32) % 7];
}

/* ---- Products -------------------------------------------------------------------------------------------------------
 */

/* An operand as it is written: bytes of a word register, or low word and high word or high byte. */
struct written {
    int bits; /* 8, 16, 24 or 32 */
    uint16_t low, high;
};

static struct written random_operand(void)
{
    static const int sizes[4] = { 8, 16, 24, 32 };
    struct written w = { sizes[random_word() % 4], (uint16_t)random_word(), (uint16_t)random_word() };

    w.low = w.bits == 8 ? w.low & 0xFF : w.low;
    w.high = w.bits < 24 ? 0 : w.bits == 24 ? w.high & 0xFF : w.high;
    return w;
}

static wide value_of(const struct written *w, int is_signed)
{
    int64_t value = w->bits > 16 ? (int64_t)w->high << 16 | w->low : w->low;

    return is_signed && value >> (w->bits - 1) & 1 ? value - ((int64_t)1 << w->bits) : value;
}

/* which: MPY, MPYS, MAC, MACS. Returns the cycle behind it. */
static uint64_t write_operand1(struct mpy32 *m, const struct written *w, uint32_t which, uint64_t now)
{
    if (w->bits <= 16) {
        mpy32_write(m, MPY + 2 * which, w->low, w->bits == 8, now);
        return now + 3;
    }
    mpy32_write(m, MPY32L + 4 * which, w->low, 0, now);
    mpy32_write(m, MPY32L + 4 * which + 2, w->high, w->bits == 24, now + 3);
    return now + 6;
}

static uint64_t write_operand2(struct mpy32 *m, const struct written *w, uint64_t now)
{
    if (w->bits <= 16) {
        mpy32_write(m, OP2, w->low, w->bits == 8, now);
        return now + 3;
    }
    mpy32_write(m, OP2L, w->low, 0, now);
    mpy32_write(m, OP2H, w->high, w->bits == 24, now + 3);
    return now + 6;
}

static uint64_t read_result(struct mpy32 *m, uint64_t now)
{
    uint64_t result = 0;

    for (uint32_t i = 0; i < 4; i++)
        result |= (uint64_t)mpy32_read(m, RES0 + 2 * i, now) << 16 * i;
    return result;
}

static wide extended(uint64_t x, int bits, int is_signed)
{
    x = bits == 64 ? x : x & 0xFFFFFFFF;
    return is_signed && x >> (bits - 1) & 1 ? (wide)x - ((wide)1 << bits) : (wide)x;
}

/* One product on top of `before`, and everything that can be read of it. */
static void check_product(struct mpy32 *m, uint64_t now, uint64_t before)
{
    struct written a = random_operand(), b = random_operand();
    uint32_t which = random_word() % 4;
    int is_signed = which & 1, bits = a.bits > 16 || b.bits > 16 ? 64 : 32;
    wide sum = value_of(&a, is_signed) * value_of(&b, is_signed) + (which >= 2 ? extended(before, bits, is_signed) : 0);
    uint64_t expected = (uint64_t)sum, carry = (uint64_t)(sum >> bits) & 1;
    uint16_t sumext = (uint16_t)(!is_signed ? carry : expected >> (bits - 1) & 1 ? 0xFFFF : 0);

    if (bits == 32)
        expected = (before & ~(uint64_t)UINT32_MAX) | (uint32_t)expected;
    now = write_operand1(m, &a, which, now);
    now = write_operand2(m, &b, now) + 20;
    if (read_result(m, now) != expected || mpy32_read(m, SUMEXT, now) != sumext || m->spoiled)
        fail_msg("mode %u, %d x %d bits, %04x%04x * %04x%04x: %016llx, SUMEXT %04x", which, a.bits, b.bits, a.high,
                 a.low, b.high, b.low, (unsigned long long)read_result(m, now), mpy32_read(m, SUMEXT, now));
    assert_int_equal(mpy32_read(m, RESLO, now), expected & 0xFFFF);
    assert_int_equal(mpy32_read(m, RESHI, now), expected >> 16 & 0xFFFF);
    assert_int_equal(mpy32_read(m, CONTROL, now),
                     (b.bits > 16) << 7 | (a.bits > 16) << 6 | (int)which << 4 | (int)carry);
}

static void products_of_all_sizes_are_right(void **unused)
{
    struct mpy32 m;
    uint64_t before = 0, now = 100;

    (void)unused;
    mpy32_reset(&m);
    for (int i = 0; i < 400000; i++, now += 100) {
        if (i % 8 == 0)
            for (uint32_t k = 0; k < 4; k++)
                mpy32_write(&m, RES0 + 2 * k, (uint16_t)random_word(), 0, now);
        before = read_result(&m, now);
        check_product(&m, now, before);
    }
}

/* Operand 1 stays for a second product. */
static void operand_1_stays(void **unused)
{
    struct mpy32 m;

    (void)unused;
    mpy32_reset(&m);
    mpy32_write(&m, MACS, 0xFFFD, 0, 10);
    mpy32_write(&m, OP2, 5, 0, 20);
    mpy32_write(&m, OP2, 7, 0, 30);
    assert_int_equal(read_result(&m, 40), (uint32_t)-36);
    mpy32_write(&m, OP2H, 9, 0, 50); /* without OP2L before it: ignored */
    assert_int_equal(read_result(&m, 51), (uint32_t)-36);
    assert_null(m.spoiled);
}

/* ---- Times, by instructions -----------------------------------------------------------------------------------------
 */

/* Code being put together: MOV #0x0101, &register takes 4 cycles and writes in its last; NOP takes one. */
struct listing {
    uint16_t words[64];
    int count;
};

static void store(struct listing *l, uint32_t address)
{
    uint16_t words[3] = { 0x40B2, 0x0101, (uint16_t)address };

    memcpy(l->words + l->count, words, sizeof words);
    l->count += 3;
}

static void nops(struct listing *l, int count)
{
    while (count-- > 0)
        l->words[l->count++] = 0x4303;
}

/* MOV &address, R5: reads in its third cycle; MOV @R6, R5: in its second. */
static void load(struct listing *l, uint32_t address, int indirect)
{
    l->words[l->count++] = indirect ? 0x4625 : 0x4215;
    if (!indirect)
        l->words[l->count++] = (uint16_t)address;
}

/* Runs it; NULL or the fault. */
static const char *run(const struct listing *l, uint32_t r6)
{
    static char text[256];
    struct machine m = machine_open(NULL);
    int status;

    machine_code(&m, CODE_AT, l->words, l->count);
    sim_set_register(m.sim, 6, r6);
    status = sim_run(m.sim, CODE_AT + 2 * (uint32_t)l->count, 1000, &m.diag);
    snprintf(text, sizeof text, "%s", status == OK ? "" : m.diag.message);
    machine_close(&m);
    return status == OK ? NULL : text;
}

/* A row of table 5-1: cycles from the last write until RES0, RES1, RES2, RES3 and MPYC are ready; 0: not told there. */
struct times {
    uint32_t op1;  /* low word's register */
    uint32_t op2;  /* OP2 or OP2L */
    int gap;       /* NOPs between OP2L and OP2H: so many that only OP2H counts, or none */
    int from_op2h; /* the row counts from OP2H */
    int ready[5];
};

static const struct times table[] = {
    { MPY, OP2, 0, 0, { 3, 3, 0, 0, 3 } },        { MPY32L, OP2, 0, 0, { 3, 5, 6, 7, 7 } },
    { MPY, OP2L, 12, 1, { 0, 3, 4, 4, 4 } },      { MPY32L, OP2L, 12, 1, { 0, 3, 5, 6, 6 } },
    { MPY32L, OP2L, 0, 0, { 0, 8, 10, 11, 11 } },
};

/* Everything up to the read, which comes `wait` cycles behind the write that the row counts from. */
static const char *read_after(const struct times *t, uint32_t address, int indirect, int wait)
{
    struct listing l = { .count = 0 };
    int already = t->op2 == OP2L && !t->from_op2h ? 4 : 0, own = indirect ? 2 : 3;

    if (wait - already - own < 0)
        return "cannot come so early";
    store(&l, t->op1);
    if (t->op1 == MPY32L)
        store(&l, t->op1 + 2);
    store(&l, t->op2);
    nops(&l, t->gap);
    if (t->op2 == OP2L)
        store(&l, OP2H);
    nops(&l, wait - already - own);
    load(&l, address, indirect);
    return run(&l, address);
}

static void results_are_ready_to_the_cycle(void **unused)
{
    static const uint32_t registers[5] = { RES0, RES0 + 2, RES0 + 4, RES3, CONTROL };
    int checked = 0;

    (void)unused;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (int k = 0; k < 5; k++)
            for (int indirect = 0; indirect <= 1; indirect++) {
                int ready = table[i].ready[k];
                const char *early = ready ? read_after(&table[i], registers[k], indirect, ready - 1) : "";
                if (!ready)
                    continue;
                if (!early || !*early)
                    fail_msg("row %zu, register %d: could be read after %d cycles", i, k, ready - 1);
                if (strcmp(early, "cannot come so early") != 0)
                    assert_non_null(strstr(early, "multiplier result read before it was ready"));
                early = read_after(&table[i], registers[k], indirect, ready);
                if (early && strcmp(early, "cannot come so early") != 0)
                    fail_msg("row %zu, register %d: after %d cycles: %s", i, k, ready, early);
                checked += !early;
            }
    assert_true(checked >= 35);
}

/* RES0 does not wait for OP2H: 3 cycles behind OP2L, whatever the sizes (rows 3 and 5 of the table). */
static void res0_is_ready_before_op2h(void **unused)
{
    (void)unused;
    for (int indirect = 0; indirect <= 1; indirect++)
        for (uint32_t op1 = MPY; op1 <= MPY32L; op1 += MPY32L - MPY) {
            struct listing l = { .count = 0 };
            store(&l, op1);
            store(&l, OP2L);
            nops(&l, indirect);
            load(&l, RES0, indirect);
            assert_null(run(&l, RES0));
            l.count = 0;
            store(&l, op1);
            store(&l, OP2L);
            load(&l, RES0 + 2 * (uint32_t)!indirect, indirect);
            assert_non_null(strstr(run(&l, RES0), "multiplier result read before it was ready"));
        }
}

/* ---- Spoiled operands -----------------------------------------------------------------------------------------------
 */

/* Behind a product: NOPs, then MOV R5, &address (writes in its third cycle) or MOV @R7+, &address (fourth). */
static const char *rewrite(uint32_t op1, uint32_t op2, int wait, uint32_t address, int from_memory)
{
    struct listing l = { .count = 0 };

    store(&l, op1);
    store(&l, op2);
    if (op2 == OP2L)
        store(&l, OP2H);
    nops(&l, wait);
    l.words[l.count++] = from_memory ? 0x46B2 : 0x4582;
    l.words[l.count++] = (uint16_t)address;
    return run(&l, 0x1C00);
}

static void expect_spoiled(const char *fault)
{
    assert_non_null(fault);
    assert_non_null(strstr(fault, "multiplier written before its result was ready"));
}

static void rewriting_too_early_is_reported(void **unused)
{
    static const uint32_t registers[] = { MPY,     MACS,        OP2,  RESLO, RESHI,  SUMEXT,
                                          MACS32L, MACS32L + 2, OP2L, RES3,  CONTROL };

    (void)unused;
    for (size_t i = 0; i < sizeof registers / sizeof *registers; i++) {
        assert_null(rewrite(MACS, OP2, 0, registers[i], 0)); /* 16x16: 3 cycles, which any store takes */
        expect_spoiled(rewrite(MACS32L, OP2, 3, registers[i], 0));
        assert_null(rewrite(MACS32L, OP2, 4, registers[i], 0)); /* 32x16: 7 */
        expect_spoiled(rewrite(MACS, OP2L, 0, registers[i], 0));
        assert_null(rewrite(MACS, OP2L, 1, registers[i], 0)); /* 16x32: 4 behind OP2H */
        assert_null(rewrite(MACS, OP2L, 0, registers[i], 1)); /* which is what MOV @Rn+ takes */
    }
}

static void operands_between_op2l_and_op2h_are_reported(void **unused)
{
    struct listing l = { .count = 0 };

    (void)unused;
    store(&l, MPY);
    store(&l, OP2L);
    nops(&l, 20);
    store(&l, MPY);
    assert_non_null(strstr(run(&l, 0), "multiplier written between OP2L and OP2H"));
}

/* What counts is the cycle of the read, not the end of the instruction: MOV &RES1, &x reads in its third of five. */
static void reads_within_long_instructions_are_early(void **unused)
{
    struct listing l = { .count = 0 };

    (void)unused;
    store(&l, MPY32L);
    store(&l, OP2);
    l.words[l.count++] = 0x4292;
    l.words[l.count++] = RES0 + 2;
    l.words[l.count++] = 0x1C00;
    assert_non_null(strstr(run(&l, 0), "multiplier result read before it was ready"));
    l.count = 0;
    store(&l, MPY);
    store(&l, OP2);
    l.words[l.count++] = 0x56A2; /* ADD @R6, &x: reads R6's word in its second of five */
    l.words[l.count++] = 0x1C00;
    assert_non_null(strstr(run(&l, RESLO), "multiplier result read before it was ready"));
}

static void modes_that_are_not_simulated_are_reported(void **unused)
{
    static const uint16_t modes[] = { 0x0004, 0x0008, 0x0100, 0x0200 }; /* MPYFRAC, MPYSAT, MPYDLYWRTEN, MPYDLY32 */

    (void)unused;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        const struct listing l = { { 0x40B2, modes[i], CONTROL }, 3 };
        assert_non_null(strstr(run(&l, 0), "multiplier mode that is not simulated"));
    }
}

/* MOV.B to operand registers: extended by the sign of the operation, without SXT. */
static void bytes_are_extended(void **unused)
{
    static const uint16_t code[] = { 0x40F2, 0x00FD, MACS, 0x40F2, 0x0005, OP2, 0x4215, RESLO, 0x4216, RESHI };
    struct machine m = machine_open(NULL);

    (void)unused;
    machine_code(&m, CODE_AT, code, 10);
    assert_int_equal(sim_run(m.sim, CODE_AT + sizeof code, 100, &m.diag), OK);
    assert_int_equal(sim_register(m.sim, 5), 0xFFF1);
    assert_int_equal(sim_register(m.sim, 6), 0xFFFF);
    machine_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_of_all_sizes_are_right),
        cmocka_unit_test(operand_1_stays),
        cmocka_unit_test(results_are_ready_to_the_cycle),
        cmocka_unit_test(res0_is_ready_before_op2h),
        cmocka_unit_test(rewriting_too_early_is_reported),
        cmocka_unit_test(operands_between_op2l_and_op2h_are_reported),
        cmocka_unit_test(reads_within_long_instructions_are_early),
        cmocka_unit_test(modes_that_are_not_simulated_are_reported),
        cmocka_unit_test(bytes_are_extended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
