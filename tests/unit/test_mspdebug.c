/* test_mspdebug.c - random plain MSP430 programs, run by `mspdebug sim` and by our simulator: registers, flags and
 * memory must be the same at their end. Programs stay within 64 KB and SRAM; 20-bit registers are compared in their low
 * 16 bits. Not compared, as mspdebug differs from the guide: PUSH.B, which there writes a whole word.
 *
 *   test_mspdebug [PROGRAMS]    default 200
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "msp430_asm.h"
#include "msp430_machine.h"

enum {
    MEMORY_AT = 0x1C00, /* one image: data, stack below the code, code, a routine to call */
    MEMORY_BYTES = 0x2000,
    PROGRAM_AT = 0x2C00,
    ROUTINE_AT = 0x3800,
    POINTER_AT = 0x2A80, /* the routine's address lies here */
    STEPS = 60,
    BATCH = 100
};

struct program {
    uint8_t image[MEMORY_BYTES];
    uint32_t end; /* where it stops */
    uint16_t r[16];
};

static unsigned long programs = 200;
static uint64_t state = 0x9E3779B97F4A7C15;
static struct code code; /* the step being made */
static char folder[64];
static int depth; /* words on the stack */

/* xorshift64 */
static uint32_t random_below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % n;
}

/* ---- Operands that stay in memory -----------------------------------------------------------------------------------
 */

static struct operand data_register(void)
{
    return (struct operand){ .reg = 8 + (int)random_below(8) };
}

/* x(Rn), EDE, &EDE; R4 and R5 are even, R6 and R7 are for bytes. */
static struct operand in_memory(int byte)
{
    uint32_t index = 2 * random_below(64) + (byte ? random_below(2) : 0),
             at = 0x1C40 + 2 * random_below(0x400) + (index & 1);
    int reg = 4 + (byte ? 2 : 0) + (int)random_below(2);

    switch (random_below(3)) {
    case 0:
        return (
            struct operand){ .reg = reg, .mode = 1, .has_word = 1, .value = random_below(2) ? index : 0xFF80 + index };
    case 1:
        return (struct operand){ .reg = 2, .mode = 1, .has_word = 1, .value = at };
    default:
        return (struct operand){ .reg = 0, .mode = 1, .has_word = 1, .value = at, .is_pc_relative = 1 };
    }
}

static struct operand any_source(int byte)
{
    static const char *const constants[] = { "#0", "#1", "#2", "#4", "#8", "#-1" };
    struct operand o = data_register();

    switch (random_below(8)) {
    case 0:
        o.reg = (int)random_below(3); /* PC, SP, SR */
        return o;
    case 1:
        return asm_constant(constants[random_below(6)]);
    case 2:
        return (struct operand){ .reg = 0, .mode = 3, .has_word = 1, .value = random_below(0x10000) };
    case 3:
    case 4:
        return (struct operand){ .reg = 4 + (byte ? 2 : 0) + (int)random_below(2), .mode = 2 + (int)random_below(2) };
    case 5:
        return in_memory(byte);
    default:
        return o;
    }
}

static struct operand any_destination(int byte)
{
    return random_below(2) ? data_register() : in_memory(byte);
}

/* ---- Steps ----------------------------------------------------------------------------------------------------------
 */

static void two_operands(void)
{
    int byte = (int)random_below(2), op;

    do
        op = 4 + (int)random_below(12);
    while (op == 10); /* DADD has a step of its own */
    asm_two(&code, op, 0, byte ? 'b' : 'w', any_source(byte), any_destination(byte));
}

/* RRC, SWPB, RRA, SXT */
static void one_operand(void)
{
    int op = (int)random_below(4), byte = op % 2 ? 0 : (int)random_below(2);
    struct operand o = any_destination(byte);

    if (!random_below(3))
        o = (struct operand){ .reg = 4 + (byte ? 2 : 0) + (int)random_below(2), .mode = 2 + (int)random_below(2) };
    asm_one(&code, op, 0, byte ? 'b' : 'w', o);
}

/* Digits 0 to 7 are added in decimal; TST puts V right, which the guide leaves open. */
static void decimal(void)
{
    struct operand a = data_register(), b = data_register(), mask = asm_constant("#N"), zero = asm_constant("#0");

    mask.value = 0x7777;
    asm_two(&code, 15, 0, 'w', mask, a);
    asm_two(&code, 15, 0, 'w', mask, b);
    asm_two(&code, 10, 0, random_below(2) ? 'w' : 'b', a, b);
    asm_two(&code, 9, 0, 'w', zero, b);
}

static void push_or_pop(void)
{
    if (depth > 0 && random_below(2)) {
        asm_two(&code, 4, 0, 'w', (struct operand){ .reg = 1, .mode = 3 }, any_destination(0));
        depth--;
    } else {
        asm_one(&code, 4, 0, 'w', any_source(0));
        depth++;
    }
}

static void call(void)
{
    struct operand target = { .reg = 0, .mode = 3, .has_word = 1, .value = ROUTINE_AT };

    switch (random_below(3)) {
    case 0:
        target = (struct operand){ .reg = 2, .mode = 1, .has_word = 1, .value = POINTER_AT };
        break;
    case 1:
        asm_two(&code, 4, 0, 'w', target, (struct operand){ .reg = 12 });
        target = (struct operand){ .reg = 12 };
        break;
    default:
        break;
    }
    asm_one(&code, 5, 0, 'w', target);
}

static void any_step(void)
{
    switch (random_below(16)) {
    case 0:
    case 1:
    case 2:
        one_operand();
        break;
    case 3:
        decimal();
        break;
    case 4:
    case 5:
        push_or_pop();
        break;
    case 6:
        call();
        break;
    case 7:
    case 8:
        asm_word(&code, 0x2000 | random_below(8) << 10); /* over a few steps: patched when they are known */
        break;
    default:
        two_operands();
        break;
    }
}

/* ---- Programs -------------------------------------------------------------------------------------------------------
 */

static void put_word(struct program *p, uint32_t at, uint32_t word)
{
    p->image[at - MEMORY_AT] = (uint8_t)word;
    p->image[at - MEMORY_AT + 1] = (uint8_t)(word >> 8);
}

static void make_code(struct program *p)
{
    uint32_t start[STEPS + 4], at = PROGRAM_AT;

    depth = 0;
    for (int i = 0; i < STEPS; i++) {
        start[i] = at;
        code = (struct code){ .pc = at };
        any_step();
        for (int k = 0; k < code.count; k++, at += 2)
            put_word(p, at, code.word[k]);
    }
    for (int i = STEPS; i < STEPS + 4; i++, at += 2) {
        start[i] = at;
        put_word(p, at, 0x4303);
    }
    for (int i = 0; i < STEPS; i++)
        if ((p->image[start[i] - MEMORY_AT + 1] & 0xE0) == 0x20) {
            uint32_t over = start[i + 1 + (int)random_below(3)] - (start[i] + 2);
            p->image[start[i] - MEMORY_AT] = (uint8_t)(over / 2);
        }
    p->end = start[STEPS + 3];
}

static void make_program(struct program *p)
{
    static const uint16_t routine[] = { 0x5318, 0xE039, 0x55AA, 0x410E,
                                        0x4130 }; /* INC R8; XOR #, R9; MOV @SP, R14; RET */

    for (int i = 0; i < MEMORY_BYTES; i++)
        p->image[i] = (uint8_t)random_below(256);
    for (uint32_t i = 0; i < 5; i++)
        put_word(p, ROUTINE_AT + 2 * i, routine[i]);
    put_word(p, POINTER_AT, ROUTINE_AT);
    make_code(p);
    for (int i = 0; i < 16; i++)
        p->r[i] = (uint16_t)random_below(0x10000);
    for (int i = 4; i < 8; i++)
        p->r[i] = (uint16_t)(0x2000 + 2 * random_below(0x200) + (i > 5 ? random_below(2) : 0));
    p->r[0] = PROGRAM_AT;
    p->r[1] = POINTER_AT + 0x140;
    p->r[2] = (uint16_t)(random_below(8) | random_below(2) << 8);
    p->r[3] = 0;
}

/* ---- mspdebug -------------------------------------------------------------------------------------------------------
 */

static FILE *open_file(const char *name, unsigned long number, const char *mode)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s%lu", folder, name, number);
    file = fopen(path, mode);
    if (!file)
        fail_msg("%s: cannot be opened", path);
    return file;
}

static void remove_file(const char *name, unsigned long number)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s%lu", folder, name, number);
    unlink(path);
}

/* One session of mspdebug runs all of them, and saves their memories; what it prints has their registers. */
static void write_commands(const struct program *p, unsigned long count)
{
    FILE *commands = open_file("commands", 0, "w"), *image;

    for (unsigned long i = 0; i < count; i++) {
        image = open_file("image", i, "w");
        fwrite(p[i].image, 1, MEMORY_BYTES, image);
        fclose(image);
        fprintf(commands, "load_raw %s/image%lu 0x%x\n", folder, i, MEMORY_AT);
        for (int r = 0; r < 16; r++)
            fprintf(commands, "set %d 0x%x\n", r, p[i].r[r]);
        fprintf(commands, "delbreak\nsetbreak 0x%x\nrun\nsave_raw 0x%x 0x%x %s/result%lu\n", (unsigned)p[i].end,
                MEMORY_AT, MEMORY_BYTES, folder, i);
    }
    fclose(commands);
}

/* What is printed when a run stops: "( R4: 00000)" and so on, four in a line. */
static void read_registers(FILE *output, uint32_t r[16])
{
    static const char *const names[4] = { "PC", "SP", "SR", "R3" };
    char line[512], name[8];
    int found = 0;

    do
        assert_non_null(fgets(line, sizeof line, output));
    while (!strstr(line, "Running"));
    while (found < 16 && fgets(line, sizeof line, output))
        for (const char *at = line; (at = strchr(at, '(')); at++) {
            unsigned value;
            if (sscanf(at, "( %3[A-Z0-9]: %x)", name, &value) != 2 && sscanf(at, "(%3[A-Z0-9]: %x)", name, &value) != 2)
                continue;
            for (int n = 0; n < 16; n++)
                if (n < 4 ? !strcmp(name, names[n]) : atoi(name + 1) == n && name[0] == 'R')
                    r[n] = value, found++;
        }
    assert_int_equal(found, 16);
}

/* ---- Ours -----------------------------------------------------------------------------------------------------------
 */

static void run_ours(struct machine *m, const struct program *p)
{
    sim_write(m->sim, MEMORY_AT, p->image, MEMORY_BYTES);
    for (int r = 0; r < 16; r++)
        sim_set_register(m->sim, r, p->r[r]);
    diag_clear(&m->diag);
    if (sim_run(m->sim, p->end, 100000, &m->diag) != OK)
        fail_msg("%s", m->diag.message);
}

static void compare(const struct machine *m, const uint32_t r[16], unsigned long number)
{
    static const uint32_t flags = 0x107;
    uint8_t ours[MEMORY_BYTES], theirs[MEMORY_BYTES];
    FILE *result = open_file("result", number, "r");

    assert_int_equal(fread(theirs, 1, MEMORY_BYTES, result), MEMORY_BYTES);
    fclose(result);
    sim_read(m->sim, MEMORY_AT, ours, MEMORY_BYTES);
    for (int n = 0; n < 16; n++) {
        uint32_t mask = n == 2 ? flags : 0xFFFF;
        if ((sim_register(m->sim, n) & mask) != (r[n] & mask))
            fail_msg("program %lu: R%d is 0x%x, mspdebug has 0x%x", number, n, (unsigned)sim_register(m->sim, n),
                     (unsigned)r[n]);
    }
    for (int i = 0; i < MEMORY_BYTES; i++)
        if (ours[i] != theirs[i])
            fail_msg("program %lu: 0x%x is 0x%02x, mspdebug has 0x%02x", number, MEMORY_AT + i, ours[i], theirs[i]);
}

/* Registers at the end of each program. */
static void run_theirs(uint32_t r[][16], unsigned long count)
{
    char command[256];
    FILE *output;

    snprintf(command, sizeof command, "mspdebug -q sim 'read %s/commands0' 2>&1", folder);
    output = popen(command, "r");
    assert_non_null(output);
    for (unsigned long i = 0; i < count; i++)
        read_registers(output, r[i]);
    while (fgetc(output) != EOF)
        ;
    assert_int_equal(pclose(output), 0);
}

static void run_batch(struct machine *m, unsigned long count)
{
    static struct program p[BATCH];
    static uint32_t r[BATCH][16];

    for (unsigned long i = 0; i < count; i++)
        make_program(&p[i]);
    write_commands(p, count);
    run_theirs(r, count);
    for (unsigned long i = 0; i < count; i++) {
        run_ours(m, &p[i]);
        compare(m, r[i], i);
        remove_file("image", i);
        remove_file("result", i);
    }
    remove_file("commands", 0);
}

static void programs_end_the_same(void **unused)
{
    struct machine m = machine_open(NULL);

    (void)unused;
    for (unsigned long done = 0; done < programs; done += BATCH)
        run_batch(&m, programs - done < BATCH ? programs - done : BATCH);
    printf("%lu programs, %llu instructions\n", programs, (unsigned long long)sim_instructions(m.sim));
    machine_close(&m);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(programs_end_the_same) };
    int failed;

    if (argc > 1)
        programs = strtoul(argv[1], NULL, 10);
    if (system("mspdebug --version >/dev/null 2>&1") != 0) {
        printf("skipped: mspdebug is not installed; apt-get install mspdebug\n");
        return 77;
    }
    snprintf(folder, sizeof folder, "%s", "/tmp/unit-mspdebug-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
