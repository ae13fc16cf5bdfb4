/* test_referee_armv6m.c - random ARMv6-M programs on the simulator and on QEMU's Cortex-M0 (board microbit): after
 * every few instructions all registers and flags are the same, after every program all of its memory. And every
 * encoding that the simulator calls illegal raises an exception in QEMU.
 *
 * r8 holds the address of the data, r9 counts loops, SP stays near the stack's middle; all else is random.
 *
 *   test_referee_armv6m [PROGRAMS]    default 300
 */
#include "referee.h"

enum {
    RAM = 0x20000000, /* its first word: the handle of the file that results go to */
    DATA = RAM + 0x400,
    DATA_BYTES = 0x400,
    STACK = RAM + 0x2000,
    STACK_FROM = RAM + 0x1c00,
    STACK_BYTES = 0xc00,
    DRIFT = 64, /* SP is at most that many words away from STACK */
    PROCESS_BELOW = 512,
    FLASH_BYTES = 0x40000,
    PROGRAM_BYTES_MAX = 0x1800,
    CHUNKS = 12,
    DUMP_BYTES = 64, /* flags, r8..r12, SP, r0..r7, LR */
    HANDLER = 0xc0
};

static const char *const qemu[] = { "qemu-system-arm",
                                    "-M",
                                    "microbit",
                                    "-display",
                                    "none",
                                    "-serial",
                                    "none",
                                    "-monitor",
                                    "none",
                                    "-semihosting-config",
                                    "enable=on,target=native",
                                    NULL };

static struct firmware firmware;
static struct referee referee = { .chip = "cortex-m0plus", .qemu = qemu, .register_pc = 15, .call_size = 2 };
static struct dice dice;
static uint32_t programs = 300;
static struct region *region;

/* Routines of every image. */
static sim_addr write_routine, dump_routine, dump_memory_routine;

/* ---- Assembling ---- */

static void put(uint32_t halfword)
{
    put16(&firmware, halfword);
}

static void put_all(const uint16_t *code, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put(code[i]);
}

#define PUT(...) put_all((const uint16_t[]){ __VA_ARGS__ }, sizeof((const uint16_t[]){ __VA_ARGS__ }) / 2)

static sim_addr here(void)
{
    return firmware_here(&firmware);
}

static void align(void)
{
    if (here() & 2)
        PUT(0xbf00);
}

static void bl(sim_addr to)
{
    uint32_t offset = (to - here() - 4) >> 1, sign = offset >> 23 & 1;
    uint32_t j1 = ~(offset >> 22 ^ sign) & 1, j2 = ~(offset >> 21 ^ sign) & 1;

    put(0xf000 | sign << 10 | (offset >> 11 & 0x3ff));
    put(0xd000 | j1 << 13 | j2 << 11 | (offset & 0x7ff));
}

/* LDR rd, [PC, #0]; B over; the constant. */
static void load_constant(uint32_t rd, uint32_t value)
{
    align();
    put(0x4800 | rd << 8);
    put(0xe001);
    put32(&firmware, value);
}

/* B and B<cc> from `from` to here. */
static void patch_b(sim_addr from)
{
    patch16(&firmware, from, 0xe000 | ((here() - from - 4) >> 1 & 0x7ff));
}

static void patch_b_condition(sim_addr from, uint32_t condition)
{
    patch16(&firmware, from, 0xd000 | condition << 8 | ((here() - from - 4) >> 1 & 0xff));
}

/* ---- The fixed part of an image ---- */

/* Vectors; every exception ends QEMU with status 1 by SYS_EXIT_EXTENDED. */
static void put_vectors(void)
{
    firmware = (struct firmware){ .machine = EM_ARM };
    referee.mark_count = 0;
    put32(&firmware, STACK);
    put32(&firmware, 0); /* the start, patched in later */
    for (int i = 2; i < HANDLER / 4; i++)
        put32(&firmware, HANDLER | 1);
    load_constant(1, HANDLER + 16);
    PUT(0x2020, 0xbeab, 0xe7fe, 0xbf00);
    put32(&firmware, APPLICATION_EXIT);
    put32(&firmware, 1);
}

/* call: BKPT; BX LR. write: r3 bytes at r2 to the file. */
static void put_write(void)
{
    referee.call = here();
    PUT(0xbeab, 0x4770);
    write_routine = here();
    PUT(0xb500); /* PUSH {lr} */
    load_constant(1, RAM);
    PUT(0x6809, 0xb40e, 0x2005, 0x4669); /* LDR r1, [r1]; PUSH {r1-r3}; MOVS r0, #SYS_WRITE; MOV r1, SP */
    bl(referee.call);
    PUT(0xb003, 0xbd00); /* ADD SP, #12; POP {pc} */
}

/* dump: registers and flags to the file; none is changed but LR. */
static void put_dump(void)
{
    dump_routine = here();
    PUT(0xb5ff, 0xf3ef, 0x8000);                         /* PUSH {r0-r7, lr}; MRS r0, APSR */
    PUT(0x4641, 0x464a, 0x4653, 0x465c, 0x4665, 0x466e); /* r1 = r8, ... r5 = r12, r6 = SP */
    PUT(0xb47f, 0x466a, 0x2340);                         /* PUSH {r0-r6}; r2 = SP; r3 = DUMP_BYTES */
    bl(write_routine);
    PUT(0xbc7f, 0xf380, 0x8800, 0xbdff); /* POP {r0-r6}; MSR APSR, r0; POP {r0-r7, pc} */
}

static void put_dump_memory(void)
{
    dump_memory_routine = here();
    PUT(0xb500);
    load_constant(2, DATA);
    load_constant(3, DATA_BYTES);
    bl(write_routine);
    load_constant(2, STACK_FROM);
    load_constant(3, STACK_BYTES);
    bl(write_routine);
    PUT(0xbd00);
}

/* Opens the file, whose name and the call's block lie behind a jump. */
static void put_start(void)
{
    sim_addr jump, block;

    align();
    patch16(&firmware, 4, here() | 1);
    jump = here();
    PUT(0, 0xbf00);
    block = here();
    put32(&firmware, block + 12);
    put32(&firmware, OPEN_WB);
    put32(&firmware, 8);
    PUT('d' | 'u' << 8, 'm' | 'p' << 8, '.' | 'b' << 8, 'i' | 'n' << 8, 0);
    patch_b(jump);
    load_constant(1, block);
    PUT(0x2000 | SYS_OPEN);
    bl(referee.call);
    load_constant(1, RAM);
    PUT(0x6008); /* STR r0, [r1] */
}

static void end_image(void)
{
    load_constant(1, APPLICATION_EXIT);
    PUT(0x2000 | SYS_EXIT);
    bl(referee.call);
}

/* ---- Random instructions ---- */

struct encoding {
    uint16_t mask, match;
};

/* On low registers and flags: every field is free. */
static const struct encoding data[] = {
    { 0xf800, 0x0000 }, { 0xf800, 0x0800 }, { 0xf800, 0x1000 }, /* LSLS, LSRS, ASRS by an immediate */
    { 0xfe00, 0x1800 }, { 0xfe00, 0x1a00 }, { 0xfe00, 0x1c00 }, { 0xfe00, 0x1e00 }, /* ADDS, SUBS */
    { 0xf800, 0x2000 }, { 0xf800, 0x2800 }, { 0xf800, 0x3000 }, { 0xf800, 0x3800 }, /* MOVS, CMP, ADDS, SUBS */
    { 0xffc0, 0x4000 }, { 0xffc0, 0x4040 }, { 0xffc0, 0x4080 }, { 0xffc0, 0x40c0 }, /* ANDS, EORS, LSLS, LSRS */
    { 0xffc0, 0x4100 }, { 0xffc0, 0x4140 }, { 0xffc0, 0x4180 }, { 0xffc0, 0x41c0 }, /* ASRS, ADCS, SBCS, RORS */
    { 0xffc0, 0x4200 }, { 0xffc0, 0x4240 }, { 0xffc0, 0x4280 }, { 0xffc0, 0x42c0 }, /* TST, RSBS, CMP, CMN */
    { 0xffc0, 0x4300 }, { 0xffc0, 0x4340 }, { 0xffc0, 0x4380 }, { 0xffc0, 0x43c0 }, /* ORRS, MULS, BICS, MVNS */
    { 0xf800, 0xa000 }, { 0xf800, 0xa800 },                                         /* ADR, ADD Rd, SP */
    { 0xffc0, 0xb200 }, { 0xffc0, 0xb240 }, { 0xffc0, 0xb280 }, { 0xffc0, 0xb2c0 }, /* SXTH, SXTB, UXTH, UXTB */
    { 0xffc0, 0xba00 }, { 0xffc0, 0xba40 }, { 0xffc0, 0xbac0 },                     /* REV, REV16, REVSH */
    { 0xf800, 0x4800 },                                                             /* LDR Rt, [PC, #imm] */
    { 0xf800, 0x9800 },                                                             /* LDR Rt, [SP, #imm] */
};

static void random_data(void)
{
    const struct encoding *e = &data[roll(&dice, sizeof data / sizeof *data)];

    put(e->match | (roll32(&dice) & (uint32_t)~e->mask & 0xffff));
}

/* ADD, CMP, MOV with high registers; the destination is not one of r8, r9, SP, LR, PC. */
static void random_any(void)
{
    static const uint8_t destinations[] = { 0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12 };
    uint32_t d = destinations[roll(&dice, sizeof destinations)], m = roll(&dice, 16), kind = roll(&dice, 3);

    if (kind == 1 && d < 8)
        m |= 8; /* CMP of two low registers has another encoding */
    put(0x4400 | kind << 8 | (d & 8) << 4 | m << 3 | (d & 7));
}

struct access {
    uint16_t match;
    uint8_t size;
};

static const struct access immediate[] = {
    { 0x6000, 4 }, { 0x6800, 4 }, { 0x7000, 1 }, { 0x7800, 1 }, { 0x8000, 2 }, { 0x8800, 2 },
};
static const struct access indexed[] = {
    { 0x5000, 4 }, { 0x5200, 2 }, { 0x5400, 1 }, { 0x5600, 1 },
    { 0x5800, 4 }, { 0x5a00, 2 }, { 0x5c00, 1 }, { 0x5e00, 2 },
};

/* Puts the address of data, at most 255 bytes in, into a low register; returns it. */
static uint32_t data_address(uint32_t size)
{
    uint32_t base = roll(&dice, 8);

    put(0x4640 | base); /* MOV base, r8 */
    put(0x3000 | base << 8 | (roll(&dice, 256) & ~(size - 1)));
    return base;
}

static void random_access_immediate(void)
{
    const struct access *a = &immediate[roll(&dice, sizeof immediate / sizeof *immediate)];
    uint32_t base = data_address(a->size);

    put(a->match | roll(&dice, 32) << 6 | base << 3 | roll(&dice, 8));
}

/* The index may be negative: the base is then behind the first 256 bytes. */
static void random_access_indexed(void)
{
    const struct access *a = &indexed[roll(&dice, sizeof indexed / sizeof *indexed)];
    uint32_t base = data_address(a->size), index = (base + 1 + roll(&dice, 7)) % 8;

    put(0x2000 | index << 8 | (roll(&dice, 256) & ~(uint32_t)(a->size - 1)));
    if (roll(&dice, 2)) {
        put(0x3000 | base << 8 | 252);
        put(0x4240 | index << 3 | index); /* RSBS index, index, #0 */
    }
    put(a->match | index << 6 | base << 3 | roll(&dice, 8));
}

/* Words above SP that a routine's return address is among. */
static uint32_t frame;

static void random_store_sp(void)
{
    put(0x9000 | roll(&dice, 8) << 8 | (frame + roll(&dice, 256 - frame)));
}

/* STM stores its base only if that is the lowest register of the list: else it is unpredictable what. */
static void random_multiple(void)
{
    uint32_t base = data_address(4), list = 1 + roll(&dice, 255), is_load = roll(&dice, 2);

    if (!is_load && (list & ((1u << base) - 1)))
        list &= ~(1u << base);
    put(0xc000 | is_load << 11 | base << 8 | list);
}

/* MRS of anything; MSR of flags (other bits are clear: QEMU has the Q flag, ARMv6-M does not), PRIMASK, or what ignores
 * writes. */
static void random_special(void)
{
    static const uint8_t readable[] = { 0, 1, 2, 3, 5, 6, 7, 8, 9, 16, 20 }, writable[] = { 0, 1, 2, 3, 5, 6, 7, 16 };
    uint32_t r = roll(&dice, 8);

    if (roll(&dice, 2)) {
        put(0xf3ef);
        put(0x8000 | r << 8 | readable[roll(&dice, sizeof readable)]);
    } else {
        put(0x0f00 | r << 3 | r); /* LSRS r, r, #28 */
        put(0x0700 | r << 3 | r); /* LSLS r, r, #28 */
        put(0xf380 | r);
        put(0x8800 | writable[roll(&dice, sizeof writable)]);
    }
}

static void random_hint(void)
{
    static const uint16_t hints[] = { 0xbf00, 0xbf10, 0xbf20, 0xbf40, 0xbf50, 0xbff0, 0xb662, 0xb672 };
    uint32_t kind = roll(&dice, 16);

    if (kind < 8) {
        put(hints[kind]);
    } else {
        put(0xf3bf);
        put(0x8f40 | kind % 3 << 4 | roll(&dice, 16)); /* DSB, DMB, ISB */
    }
}

/* What may stand anywhere: SP and LR stay, control goes on. */
static void random_plain(void)
{
    switch (roll(&dice, 16)) {
    case 0:
        random_access_immediate();
        break;
    case 1:
        random_access_indexed();
        break;
    case 2:
        random_multiple();
        break;
    case 3:
        random_special();
        break;
    case 4:
        random_hint();
        break;
    case 5:
        random_store_sp();
        break;
    case 6:
    case 7:
        random_any();
        break;
    default:
        random_data();
        break;
    }
}

static void random_plains(uint32_t most)
{
    for (uint32_t n = roll(&dice, most + 1); n > 0; n--)
        random_plain();
}

/* ---- Control flow ---- */

/* Around instructions, or around garbage. */
static void random_branch(void)
{
    sim_addr from = here();
    uint32_t condition = roll(&dice, 15);

    PUT(0);
    if (condition == 14) {
        put(roll32(&dice) & 0xffff);
        random_plains(2);
        patch_b(from);
    } else {
        random_plains(4);
        patch_b_condition(from, condition);
    }
}

/* r9 counts down; B<cc> goes back. */
static void random_loop(void)
{
    uint32_t r = roll(&dice, 8);
    sim_addr start;

    put(0x2001 | r << 8 | roll(&dice, 5)); /* MOVS r, #1..5 */
    put(0x4681 | r << 3);                  /* MOV r9, r */
    start = here();
    random_plains(4);
    put(0x4648 | r);      /* MOV r, r9 */
    put(0x3801 | r << 8); /* SUBS r, #1 */
    put(0x4681 | r << 3);
    put(0xd100 | ((start - here() - 4) >> 1 & 255)); /* BNE */
}

/* A routine, jumped over, that returns by BX LR, POP {.., PC} or MOV PC, LR; returns its address. */
static sim_addr random_routine(void)
{
    sim_addr over = here(), start;
    uint32_t kind = roll(&dice, 3), list = roll(&dice, 256);

    PUT(0);
    align();
    start = here();
    frame = kind == 0 ? 9 : 0;
    if (kind == 0)
        put(0xb500 | list); /* PUSH {list, lr} */
    random_plains(4);
    frame = 0;
    put(kind == 0 ? 0xbd00 | list : kind == 1 ? 0x4770 : 0x46f7);
    patch_b(over);
    return start;
}

/* By BL, or BLX of a register that ADR, or a constant, sets. */
static void random_call(void)
{
    sim_addr routine = random_routine();
    uint32_t r = roll(&dice, 8);

    if (roll(&dice, 2)) {
        bl(routine);
    } else {
        load_constant(r, routine | 1);
        put(0x4780 | r << 3);
    }
}

/* BX, MOV PC and ADD PC, forward over garbage; bit 0 means nothing to the latter two. */
static void random_jump(void)
{
    uint32_t r = roll(&dice, 8), kind = roll(&dice, 3), garbage = 2 * roll(&dice, 4);

    if (kind == 2) {
        put(0x2000 | r << 8 | garbage | roll(&dice, 2)); /* MOVS r, #garbage */
        put(0x4487 | r << 3);                            /* ADD PC, r */
        PUT(0xbf00);
    } else {
        align();
        load_constant(r, (here() + 8 + 2 + garbage) | (kind == 0 ? 1 : roll(&dice, 2)));
        put(kind == 0 ? 0x4700 | r << 3 : 0x4687 | r << 3);
    }
    for (; garbage; garbage -= 2)
        put(roll32(&dice) & 0xffff);
}

/* ---- The stack ---- */

static int drift; /* words from the middle to SP */

static int has_room(int words)
{
    return drift + words <= DRIFT && drift + words >= -DRIFT;
}

static void random_push_pop(void)
{
    uint32_t is_pop = roll(&dice, 2), list = 1 + roll(&dice, 255), lr = is_pop ? 0 : roll(&dice, 2);
    int words = (int)lr;

    for (uint32_t left = list; left; left &= left - 1)
        words++;
    words = is_pop ? words : -words;
    if (!has_room(words))
        return;
    put(0xb400 | is_pop << 11 | lr << 8 | list);
    drift += words;
}

/* ADD SP, #imm; SUB SP, #imm; ADD SP, Rm; MOV SP, Rm with bits below the word, which SP drops. */
static void random_move_sp(void)
{
    uint32_t words = roll(&dice, 24), kind = roll(&dice, 4), r = roll(&dice, 8), below = roll(&dice, 4);
    int sign = kind == 0 ? -1 : 1;

    if (!has_room(sign * (int)words))
        return;
    drift += sign * (int)words;
    if (kind == 0) {
        put(0xb080 | words);
    } else if (kind == 1) {
        put(0xb000 | words);
    } else if (kind == 2) {
        put(0x2000 | r << 8 | (4 * words + below));
        put(0x4485 | r << 3); /* ADD SP, r */
    } else {
        put(0x4668 | r); /* MOV r, SP */
        put(0x3000 | r << 8 | (4 * words + below));
        put(0x4685 | r << 3); /* MOV SP, r */
    }
}

/* To the process stack and back, by CONTROL. */
static void random_process_stack(void)
{
    uint32_t r = roll(&dice, 8);

    load_constant(r, STACK - PROCESS_BELOW + roll(&dice, 4));
    put(0xf380 | r);
    PUT(0x8809); /* MSR PSP, r */
    put(0x2002 | r << 8);
    put(0xf380 | r);
    PUT(0x8814, 0xf3bf, 0x8f6f); /* MSR CONTROL, r; ISB */
    random_plains(5);
    put(0x2000 | r << 8);
    put(0xf380 | r);
    PUT(0x8814, 0xf3bf, 0x8f6f);
}

/* ---- Programs ---- */

static void random_atom(void)
{
    switch (roll(&dice, 12)) {
    case 0:
        random_branch();
        break;
    case 1:
        random_loop();
        break;
    case 2:
        random_call();
        break;
    case 3:
        random_jump();
        break;
    case 4:
        random_push_pop();
        break;
    case 5:
        random_move_sp();
        break;
    case 6:
        random_process_stack();
        break;
    default:
        random_plain();
        break;
    }
}

static void put_initial_values(void)
{
    for (uint32_t r = 0; r < 8; r++)
        load_constant(r, roll_value(&dice));
    PUT(0x4682, 0x468b, 0x4694); /* r10 = r0, r11 = r1, r12 = r2 */
    load_constant(0, DATA);
    PUT(0x4680, 0x4681); /* r8 = r9 = r0 */
}

static void put_program(uint32_t number)
{
    sim_addr from;

    put_initial_values();
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        from = here();
        for (uint32_t n = 1 + roll(&dice, 6); n > 0; n--)
            random_atom();
        referee_mark(&referee, &firmware, from, DUMP_BYTES, number);
        bl(dump_routine);
    }
    put(0x2000);
    load_constant(0, STACK);
    PUT(0x4685); /* MOV SP, r0: the middle again */
    drift = 0;
    referee_mark(&referee, &firmware, from, DATA_BYTES + STACK_BYTES, number);
    bl(dump_memory_routine);
}

static void programs_end_alike(void **unused)
{
    uint32_t done = 0, images = 0;

    (void)unused;
    while (done < programs) {
        dice.state = 0x9e3779b97f4a7c15 + images++;
        put_vectors();
        put_write();
        put_dump();
        put_dump_memory();
        put_start();
        while (done < programs && firmware.size < FLASH_BYTES - PROGRAM_BYTES_MAX)
            put_program(done++);
        end_image();
        referee_compare(&referee, &firmware, region);
    }
    printf("%u programs in %u images: %u dumps of registers each\n", done, images, CHUNKS);
}

/* ---- Illegal instructions ---- */

/* HardFault: writes the address of the instruction, which lies in the exception's frame, to the file, and goes on
 * behind that instruction. */
static void put_counting_handler(void)
{
    align();
    patch16(&firmware, 12, here() | 1);
    PUT(0xaa06, 0xb510, 0x2304);         /* ADD r2, SP, #24; PUSH {r4, lr}; MOVS r3, #4 */
    PUT(0x0014);                         /* MOVS r4, r2 */
    bl(write_routine);                   /* r3 bytes at r2 */
    PUT(0x6821, 0x8808, 0x0ac0, 0x3102); /* LDR r1, [r4]; LDRH r0, [r1]; LSRS r0, #11; ADDS r1, #2 */
    PUT(0x281d, 0xd300, 0x3102, 0x6021); /* CMP r0, #29; BLO over; ADDS r1, #2; over: STR r1, [r4] */
    PUT(0xbd10);
}

/* What QEMU's Cortex-M0 executes all the same. */
static const struct encoding lax[] = {
    { 0xf500, 0xb100 }, /* CBZ, CBNZ of ARMv7-M */
    { 0xffc0, 0xb640 }, /* SETEND of other profiles; CPS with bits that should be 0 or 1 */
    { 0xffff, 0xbabc }, /* HLT #0x3c, semihosting of other profiles */
    { 0xff00, 0xbf00 }, /* IT of ARMv7-M */
    { 0xff80, 0xf380 }, /* MSR, MRS, barriers with bits that should be 0 or 1 */
};

static int qemu_is_lax(uint32_t first)
{
    for (size_t i = 0; i < sizeof lax / sizeof *lax; i++)
        if ((first & lax[i].mask) == lax[i].match)
            return 1;
    return 0;
}

static uint32_t put_illegal(struct sim *s, sim_addr *places)
{
    enum { WIDE = 20000, WIDE_FIRST = 0xe800 };
    uint32_t count = 0, first, second;

    for (first = 0; first < WIDE_FIRST; first++)
        if (!qemu_is_lax(first) && is_illegal(&referee, s, DATA, first)) {
            places[count++] = here();
            put(first);
        }
    for (int i = 0; i < WIDE; i++) {
        first = WIDE_FIRST + roll(&dice, 0x10000 - WIDE_FIRST);
        second = roll32(&dice) & 0xffff;
        if (qemu_is_lax(first) || !is_illegal(&referee, s, DATA, first | second << 16))
            continue;
        places[count++] = here();
        put(first);
        put(second);
    }
    return count;
}

static void illegal_is_illegal(void **unused)
{
    static sim_addr places[0x10000];
    uint32_t count;
    struct sim *s;

    (void)unused;
    dice.state = 1;
    put_vectors();
    put_write();
    put_counting_handler();
    put_start();
    s = firmware_open(region, &firmware, referee.chip, NULL);
    count = put_illegal(s, places);
    sim_close(s);
    end_image();
    referee_illegal(&referee, &firmware, places, count);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_end_alike),
        cmocka_unit_test(illegal_is_illegal),
    };
    int failed;

    if (!on_path(qemu[0])) {
        puts("skipped: qemu-system-arm is not installed; apt-get install qemu-system-arm");
        return 77;
    }
    if (argc > 1)
        programs = (uint32_t)strtoul(argv[1], NULL, 10);
    region = region_new();
    referee.marks = region_array(region, MARKS_MAX, sizeof *referee.marks);
    failed = cmocka_run_group_tests(tests, make_folder, remove_folder);
    region_free(region);
    return failed;
}
