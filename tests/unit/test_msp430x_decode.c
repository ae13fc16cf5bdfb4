/* test_msp430x_decode.c - random instructions as our decoder understands them, and as mspdebug's disassembler does:
 * same length, operation, operands and repetition. Left out, as mspdebug prints them by another name or wrongly:
 * emulated instructions, PC as a source, EDE of other than plain format I instructions, sizes.
 *
 *   test_msp430x_decode [INSTRUCTIONS]    default 4000
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/msp430x.h"

enum { BASE = 0x4000, SLOT = 8, BATCH = 4000, TEXT = 64 };

static unsigned long instructions = 4000;
static uint64_t state = 424242;
static char image[] = "/tmp/unit-decode-XXXXXX";

static uint32_t random_below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % n;
}

/* ---- Ours, in mspdebug's words --------------------------------------------------------------------------------------
 */

static const char *register_name(uint32_t reg)
{
    static const char *const names[16] = { "PC", "SP", "SR",  "R3",  "R4",  "R5",  "R6",  "R7",
                                           "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15" };
    return names[reg];
}

/* mode, register and x of a source or destination; mask: of an immediate. */
static void print_operand(char *to, int mode, uint32_t reg, uint32_t x, uint32_t mask)
{
    switch (mode) {
    case MODE_REGISTER:
        snprintf(to, TEXT, "%s", register_name(reg));
        break;
    case MODE_VALUE:
        snprintf(to, TEXT, "#0x%04x", (unsigned)(x & mask));
        break;
    case MODE_INDEXED:
        snprintf(to, TEXT, "0x%04x(%s)", (unsigned)x, register_name(reg));
        break;
    case MODE_ABSOLUTE:
        snprintf(to, TEXT, "%s0x%04x", reg == MSP_PC ? "" : "&", (unsigned)x);
        break;
    default:
        snprintf(to, TEXT, "@%s%s", register_name(reg), mode == MODE_INCREMENT ? "+" : "");
        break;
    }
}

static const char *operation_name(const struct msp430x_insn *i)
{
    static const char *const names[] = {
        [OP_MOV] = "MOV",    [OP_ADD] = "ADD",   [OP_ADDC] = "ADDC",   [OP_SUBC] = "SUBC", [OP_SUB] = "SUB",
        [OP_CMP] = "CMP",    [OP_DADD] = "DADD", [OP_BIT] = "BIT",     [OP_BIC] = "BIC",   [OP_BIS] = "BIS",
        [OP_XOR] = "XOR",    [OP_AND] = "AND",   [OP_RRC] = "RRC",     [OP_SWPB] = "SWPB", [OP_RRA] = "RRA",
        [OP_SXT] = "SXT",    [OP_RRU] = "RRU",   [OP_PUSH] = "PUSH",   [OP_CALL] = "CALL", [OP_CALLA] = "CALLA",
        [OP_RETURN] = "RET", [OP_RETI] = "RETI", [OP_PUSHM] = "PUSHM", [OP_POPM] = "POPM", [OP_RRCM] = "RRCM",
        [OP_RRAM] = "RRAM",  [OP_RLAM] = "RLAM", [OP_RRUM] = "RRUM",   [OP_MOVA] = "MOVA", [OP_CMPA] = "CMPA",
        [OP_ADDA] = "ADDA",  [OP_SUBA] = "SUBA",
    };
    static const char *const jumps[8] = { "JNZ", "JZ", "JNC", "JC", "JN", "JGE", "JL", "JMP" };

    return i->op == OP_JUMP ? jumps[i->count] : names[i->op];
}

/* "MOVX 0x12345(R5),R6[repeat 4]" without the blank. z16(Rn) of address instructions is printed in 16 bits. */
static void print_ours(const struct msp430x_insn *i, char *to)
{
    int extended = i->wide && i->op <= OP_PUSH;
    uint32_t mask = i->bits == 20 ? 0xFFFFF : i->bits == 8 && i->op <= OP_AND ? 0xFF : 0xFFFF;
    uint32_t index_mask = extended ? 0xFFFFF : 0xFFFF;
    char src[TEXT], dst[TEXT] = "", repeat[TEXT] = "";

    print_operand(src, i->src_mode, i->src, i->src_mode == MODE_INDEXED ? i->src_x & index_mask : i->src_x, mask);
    if (i->op == OP_JUMP)
        snprintf(src, TEXT, "0x%04x", (unsigned)i->dst_x);
    else if (i->op >= OP_PUSHM && i->op <= OP_RRUM)
        snprintf(src, TEXT, "#0x%04x", i->count);
    if (i->op <= OP_AND || (i->op >= OP_PUSHM && i->op <= OP_SUBA))
        print_operand(dst, i->op >= OP_PUSHM && i->op <= OP_RRUM ? MODE_REGISTER : i->dst_mode, i->dst,
                      i->dst_mode == MODE_INDEXED ? i->dst_x & index_mask : i->dst_x, 0xFFFFF);
    if (i->op == OP_RETI || i->op == OP_RETURN)
        src[0] = 0;
    if (i->repeat & 0x80)
        snprintf(repeat, TEXT, "[repeat%s]", register_name(i->repeat & 15));
    else if (i->repeat > 1)
        snprintf(repeat, TEXT, "[repeat%d]", i->repeat);
    snprintf(to, 4 * TEXT, "%s%s%s%s%s%s%s", operation_name(i), extended ? "X" : "",
             i->op == OP_RETURN && i->bits == 20 ? "A" : "", src, *dst ? "," : "", dst, repeat);
}

/* ---- Random instructions --------------------------------------------------------------------------------------------
 */

/* What mspdebug prints in a way of its own. */
static int is_left_out(const struct msp430x_insn *i, const uint16_t words[4])
{
    int extended = i->wide && i->op <= OP_PUSH, two = i->op <= OP_AND;
    uint32_t op = extended ? words[1] : words[0], reg = two ? op >> 8 & 15 : op & 15;

    if (i->op == OP_ILLEGAL || i->zero_carry)
        return 1;
    if ((extended || i->op <= OP_CALL) && reg == 0 && !(op >> 4 & 3))
        return 1; /* PC as a value */
    if (i->op >= OP_CALL && (i->src_mode == MODE_REGISTER || i->src_mode == MODE_VALUE) && i->src == MSP_CG)
        return 1; /* PC, or R3 in the place of 0, in CALL, CALLA and address instructions */
    if (i->op == OP_MOVA && i->src_mode == MODE_ABSOLUTE && (words[0] >> 8 & 15) == 3)
        return 1; /* &0x3xxxx, taken for an immediate */
    if (!extended && i->op <= OP_AND)
        return 0;
    return (i->src_mode == MODE_ABSOLUTE && i->src == MSP_PC) || (i->dst_mode == MODE_ABSOLUTE && i->dst == MSP_PC) ||
           (i->op == OP_CALLA && (words[0] >> 4 & 15) == 9);
}

static void random_words(uint16_t words[4])
{
    for (int k = 0; k < 4; k++)
        words[k] = (uint16_t)random_below(0x10000);
    switch (random_below(4)) {
    case 0:
        words[0] = (uint16_t)(0x1800 | (random_below(0x800) & 0x7CF));
        words[1] = (uint16_t)(random_below(3) ? 0x4000 + random_below(0xC000) : 0x1000 + random_below(0x280));
        break;
    case 1:
        words[0] = (uint16_t)random_below(0x1800);
        break;
    default:
        break;
    }
}

static void next_instruction(uint32_t at, uint16_t words[4], struct msp430x_insn *i)
{
    do {
        random_words(words);
        *i = msp430x_decode(words, at);
    } while (is_left_out(i, words));
    for (int k = i->length / 2; k < 4; k++)
        words[k] = 0x4303; /* NOP */
}

/* ---- mspdebug -------------------------------------------------------------------------------------------------------
 */

static int is_emulated(const char *mnemonic)
{
    static const char *const names[] = { "RET",   "INC",  "INCD",  "DEC",   "DECD",  "ADC",  "SBC",  "DADC", "CLR",
                                         "TST",   "INV",  "RLA",   "RLC",   "POP",   "BR",   "NOP",  "CLRC", "CLRN",
                                         "CLRZ",  "DINT", "SETC",  "SETN",  "SETZ",  "EINT", "BRA",  "SECX", "INCX",
                                         "INCDX", "DECX", "DECDX", "ADCX",  "DADCX", "CLRX", "TSTX", "INVX", "RLAX",
                                         "RLCX",  "POPX", "INCDA", "DECDA", "TSTA" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(mnemonic, names[i]))
            return 1;
    return 0;
}

/* "    04000: c0 18 16 45 45 23         MOVX.B  0x12345(R5), R6" to its address, its length and its text without blanks
 * and size; 0 if the line is another. */
static int read_line(const char *line, unsigned *at, int *length, char *mnemonic, char *text)
{
    const char *code = strchr(line, ':');
    char suffix[8];
    int used = 0;

    if (!code || sscanf(line, " %x", at) != 1)
        return 0;
    *length = 0;
    for (code++; code[0] == ' ' && code[1] != ' ' && code[1]; code += 3)
        ++*length;
    code += strspn(code, " ");
    if (sscanf(code, "%15[A-Z]%7[.A-Z?]%n", mnemonic, suffix, &used) < 2 &&
        sscanf(code, "%15[A-Z]%n", mnemonic, &used) < 1)
        return 0;
    strcpy(text, mnemonic);
    text += strlen(text);
    for (const char *c = code + used; *c && *c != '\n'; c++)
        if (*c != ' ' && *c != '\t')
            *text++ = *c;
    *text = 0;
    return 1;
}

static long compare(FILE *output, const struct msp430x_insn *expected, unsigned long count)
{
    char line[256], mnemonic[16], text[256], ours[4 * TEXT];
    unsigned at;
    int length;
    long compared = 0;

    while (fgets(line, sizeof line, output)) {
        if (!read_line(line, &at, &length, mnemonic, text) || (at - BASE) % SLOT || (at - BASE) / SLOT >= count ||
            is_emulated(mnemonic))
            continue;
        print_ours(&expected[(at - BASE) / SLOT], ours);
        if (strcmp(ours, text) != 0 || length != expected[(at - BASE) / SLOT].length)
            fail_msg("%sours: %s, %d bytes", line, ours, expected[(at - BASE) / SLOT].length);
        compared++;
    }
    return compared;
}

static long run_batch(unsigned long count)
{
    static struct msp430x_insn expected[BATCH];
    static uint16_t words[BATCH][4];
    char command[256];
    FILE *file = fopen(image, "w"), *output;
    long compared;

    assert_non_null(file);
    for (unsigned long i = 0; i < count; i++)
        next_instruction(BASE + SLOT * (uint32_t)i, words[i], &expected[i]);
    fwrite(words, sizeof *words, count, file);
    fclose(file);
    snprintf(command, sizeof command, "mspdebug -q sim 'load_raw %s 0x%x' 'dis 0x%x 0x%lx' 2>&1", image, BASE, BASE,
             SLOT * count);
    output = popen(command, "r");
    assert_non_null(output);
    compared = compare(output, expected, count);
    pclose(output);
    return compared;
}

static void disassemblies_agree(void **unused)
{
    long compared = 0;

    (void)unused;
    for (unsigned long done = 0; done < instructions; done += BATCH)
        compared += run_batch(instructions - done < BATCH ? instructions - done : BATCH);
    printf("%lu instructions, %ld compared\n", instructions, compared);
    assert_true(compared > (long)(instructions / 2));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(disassemblies_agree) };
    int failed, file;

    if (argc > 1)
        instructions = strtoul(argv[1], NULL, 10);
    if (system("mspdebug --version >/dev/null 2>&1") != 0) {
        printf("skipped: mspdebug is not installed; apt-get install mspdebug\n");
        return 77;
    }
    file = mkstemp(image);
    if (file < 0)
        return 1;
    close(file);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(image);
    return failed;
}
