/* test_msp430x_cycles.c - every row of tests/sim/msp430x_cycles.txt, assembled and executed: its cycles and its length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "msp430_asm.h"
#include "msp430_machine.h"

enum { COLUMNS = 8, LINE = 256, SETS = 16 };

struct set {
    char name[16], members[LINE];
};

/* One combination of a row. */
struct form {
    const char *op, *src, *dst;
    char size;
    int count; /* n */
};

static struct machine machine;
static struct set sets[SETS];
static int set_count, executed, rows;

/* ---- Assembling -----------------------------------------------------------------------------------------------------
 */

static const char two[] = "mov add addc subc sub cmp dadd bit bic bis xor and";
static const char one[] = "rrc swpb rra sxt push call";

static int fixed_word(const char *op)
{
    static const struct {
        const char *op;
        int word;
    } fixed[] = {
        { "reti", 0x1300 }, { "ret", 0x4130 },  { "jne", 0x2003 },  { "jeq", 0x2403 },  { "jnc", 0x2803 },
        { "jc", 0x2C03 },   { "jn", 0x3003 },   { "jge", 0x3403 },  { "jl", 0x3803 },   { "jmp", 0x3C03 },
        { "clrc", 0xC312 }, { "setc", 0xD312 }, { "clrz", 0xC322 }, { "setz", 0xD322 }, { "clrn", 0xC222 },
        { "setn", 0xD222 }, { "dint", 0xC232 }, { "eint", 0xD232 }, { "nop", 0x4303 },
    };

    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (!strcmp(op, fixed[i].op))
            return fixed[i].word;
    return -1;
}

static int assemble_emulated(struct code *c, const struct form *f)
{
    static const struct {
        const char *op, *real, *src;
    } emulated[] = {
        { "clr", "mov", "#0" },  { "inc", "add", "#1" },  { "incd", "add", "#2" }, { "dec", "sub", "#1" },
        { "decd", "sub", "#2" }, { "inv", "xor", "#-1" }, { "tst", "cmp", "#0" },  { "rla", "add", "Rm" },
        { "rlc", "addc", "Rm" }, { "adc", "addc", "#0" }, { "sbc", "subc", "#0" }, { "dadc", "dadd", "#0" },
    };

    for (size_t i = 0; i < sizeof emulated / sizeof *emulated; i++)
        if (!strcmp(f->op, emulated[i].op)) {
            asm_two(c, 4 + asm_index(two, emulated[i].real), 0, f->size, asm_operand(emulated[i].src),
                    asm_operand(f->dst));
            return 1;
        }
    return 0;
}

/* RRCM and its like, and PUSHM and POPM, by their counts. */
static int assemble_counted(struct code *c, const struct form *f)
{
    int rotation = asm_index("rrcm rram rlam rrum", f->op), wide = f->size == 'a', n = f->count - 1;

    if (rotation >= 0)
        asm_word(c, (uint32_t)(n << 10 | rotation << 8 | (wide ? 0x40 : 0x50) | ASM_RM));
    else if (!strcmp(f->op, "pushm"))
        asm_word(c, (uint32_t)(0x1400 | !wide << 8 | n << 4 | 15));
    else if (!strcmp(f->op, "popm"))
        asm_word(c, (uint32_t)(0x1600 | !wide << 8 | n << 4 | (15 - n)));
    else
        return 0;
    return 1;
}

static void assemble(struct code *c, const struct form *f)
{
    char name[16];
    size_t length = (size_t)snprintf(name, sizeof name, "%s", f->op);
    int extended = length > 3 && name[length - 1] == 'x', address = asm_index("mova cmpa adda suba", f->op);

    *c = (struct code){ .pc = CODE_AT };
    if (fixed_word(f->op) >= 0) {
        asm_word(c, (uint32_t)fixed_word(f->op));
        return;
    }
    if (assemble_emulated(c, f) || assemble_counted(c, f))
        return;
    name[extended ? length - 1 : length] = 0;
    if (address >= 0)
        asm_address(c, address, asm_operand(f->src), asm_operand(f->dst));
    else if (!strcmp(name, "calla"))
        asm_calla(c, asm_operand(f->src));
    else if (asm_index(two, name) >= 0)
        asm_two(c, 4 + asm_index(two, name), extended, f->size, asm_operand(f->src), asm_operand(f->dst));
    else if (!strcmp(name, "rru"))
        asm_one(c, 0, 1, f->size, asm_operand(f->src)), c->word[0] |= 0x100;
    else if (asm_index(one, name) >= 0)
        asm_one(c, asm_index(one, name), extended, f->size, asm_operand(f->src));
    else
        fail_msg("%s: no such instruction", f->op);
}

/* ---- Executing ------------------------------------------------------------------------------------------------------
 */

static void prepare(void)
{
    for (int i = 4; i < 16; i++)
        sim_set_register(machine.sim, i, 0x1D00 + 32 * (uint32_t)i);
    sim_set_register(machine.sim, 1, STACK_AT);
    sim_set_register(machine.sim, 2, (uint32_t)(executed % 8)); /* jumps: taken or not */
}

static void check_form(const struct form *f, int cycles, int words)
{
    struct code c;
    uint64_t before = sim_cycles(machine.sim);
    const char *fault;

    assemble(&c, f);
    prepare();
    machine_code(&machine, CODE_AT, c.word, c.count);
    fault = machine_step(&machine);
    if (fault)
        fail_msg("%s.%c %s %s: %s", f->op, f->size, f->src, f->dst, fault);
    if (sim_cycles(machine.sim) - before != (uint64_t)cycles || c.count != words)
        fail_msg("%s.%c %s %s (n = %d): %d cycles and %d words, not %d and %d", f->op, f->size, f->src, f->dst,
                 f->count, (int)(sim_cycles(machine.sim) - before), c.count, cycles, words);
    executed++;
}

/* "5", "n", "2+n", "2+2n" */
static int evaluate(const char *text, int n)
{
    const char *variable = strchr(text, 'n'), *plus = strchr(text, '+');
    int factor = variable && variable > text && variable[-1] == '2' ? 2 : 1;

    return (variable && !plus ? 0 : atoi(text)) + (variable ? factor * n : 0);
}

/* POPM beyond 13 registers has SR among them, which erratum CPU21 forbids. */
static int largest_count(const char *op)
{
    return !strcmp(op, "popm") ? 13 : !strcmp(op, "pushm") ? 16 : 4;
}

/* ---- The file -------------------------------------------------------------------------------------------------------
 */

/* The k-th word of a list, in a buffer of its own; 0 behind the last. */
static int word_of(const char *list, int k, char *to)
{
    while (*list == ' ')
        list++;
    for (; k > 0 && *list; k--) {
        list += strcspn(list, " ");
        list += strspn(list, " ");
    }
    snprintf(to, 16, "%.*s", (int)strcspn(list, " "), list);
    return *to != 0;
}

/* A column with the sets in it replaced by their members. */
static void expand(const char *column, char *to)
{
    char word[16], member[16];
    size_t used = 0;

    to[0] = 0;
    for (int i = 0; word_of(column, i, word); i++) {
        size_t length = strlen(word);
        const struct set *found = NULL;
        for (int k = 0; k < set_count; k++)
            if (!strncmp(sets[k].name, word, strlen(sets[k].name)) && length - strlen(sets[k].name) <= 1)
                found = &sets[k];
        if (!found)
            used += (size_t)snprintf(to + used, LINE - used, "%s ", word);
        for (int k = 0; found && word_of(found->members, k, member); k++)
            used += (size_t)snprintf(to + used, LINE - used, "%s%s ", member, found->name[length - 1] ? "" : "x");
    }
}

static void check_counts(struct form *f, char *const column[COLUMNS])
{
    int counted = !strcmp(f->src, "#n");

    for (f->count = 1; f->count <= (counted ? largest_count(f->op) : 1); f->count++)
        check_form(f, evaluate(column[4], f->count), atoi(column[5]));
}

static void check_row(char *const column[COLUMNS])
{
    char ops[LINE], op[16], src[16], dst[16];
    struct form f = { op, src, dst, 0, 0 };

    expand(column[0], ops);
    for (int i = 0; word_of(ops, i, op); i++)
        for (const char *size = column[1]; *size && *size != ' '; size++)
            for (int j = 0; word_of(column[2], j, src); j++)
                for (int k = 0; word_of(column[3], k, dst); k++) {
                    f.size = *size;
                    check_counts(&f, column);
                }
    rows++;
}

static void read_line(char *line)
{
    char *column[COLUMNS] = { 0 };
    int count = 0;

    line[strcspn(line, "\n")] = 0;
    if (*line == '=') {
        assert_true(set_count < SETS);
        sscanf(line + 1, "%15s", sets[set_count].name);
        snprintf(sets[set_count].members, LINE, "%s", line + 1 + strlen(sets[set_count].name));
        set_count++;
    }
    if (*line == '#' || *line == '=' || !*line)
        return;
    for (char *at = strtok(line, "|"); at && count < COLUMNS; at = strtok(NULL, "|"))
        column[count++] = at + strspn(at, " ");
    assert_true(count >= 7);
    check_row(column);
}

static void every_row_takes_its_cycles(void **unused)
{
    FILE *file = fopen(TEST_ROOT "/tests/sim/msp430x_cycles.txt", "r");
    char line[LINE];

    (void)unused;
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        read_line(line);
    fclose(file);
    printf("%d rows, %d instructions executed\n", rows, executed);
    assert_true(rows == 122 && executed == 2917);
}

/* RPT: a cycle for each further execution, by its count and by a register (tables 4-17, 4-18: 1+n). */
static void repetition_takes_a_cycle_each(void **unused)
{
    (void)unused;
    for (int by_register = 0; by_register <= 1; by_register++)
        for (uint32_t n = 1; n <= 16; n++) {
            uint16_t words[2] = { (uint16_t)(0x1840 | (by_register ? 0x80 | 9 : n - 1)), 0x5506 }; /* ADDX.W R5, R6 */
            uint64_t before = sim_cycles(machine.sim);
            prepare();
            sim_set_register(machine.sim, 9, 0xABCD0 | (n - 1));
            machine_code(&machine, CODE_AT, words, 2);
            assert_null(machine_step(&machine));
            assert_int_equal(sim_cycles(machine.sim) - before, 1 + n);
        }
}

static int open_machine(void **unused)
{
    (void)unused;
    machine = machine_open(NULL);
    return machine.sim == NULL;
}

static int close_machine(void **unused)
{
    (void)unused;
    machine_close(&machine);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_takes_its_cycles),
        cmocka_unit_test(repetition_takes_a_cycle_each),
    };

    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
