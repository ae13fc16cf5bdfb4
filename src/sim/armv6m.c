/* armv6m.c - ARMv6-M, as in Cortex-M0+: instructions by the Architecture Reference Manual (DDI 0419E), cycles by the
 * Cortex-M0+ manual (DDI 0484C, table 3.1, zero wait states). Exceptions, interrupts and prefetch are not modelled. */
#include "sim/core.h"

#include <inttypes.h>
#include <string.h>

enum { SP = 13, LR = 14, PC = 15, ARM_MACHINE = 40, SEMIHOSTING = 0xAB };

struct arm {
    uint32_t r[16];
    uint32_t n, z, c, v; /* flags: 0 or 1 */
    uint32_t fetched;    /* the word last fetched, for wait states */
    int failed;          /* an access failed; s->fault tells how */
};

/* ---- Memory -------------------------------------------------------------------------------------------------------
 */

static void access_fault(struct sim *s, struct arm *a, const char *what, uint32_t at)
{
    if (!a->failed)
        core_fault(s, 0, "%s 0x%08" PRIx32, what, at);
    a->failed = 1;
}

/* The byte at `at`, or NULL with a fault. */
static inline uint8_t *place(struct sim *s, struct arm *a, uint32_t at, uint32_t size, unsigned access)
{
    for (int i = s->span_count - 1; i >= 0; i--) {
        struct span *p = &s->span[i];
        uint32_t offset = at - p->base;
        if (offset < p->size) {
            if (at & (size - 1))
                break;
            if (!(p->access & access)) {
                access_fault(s, a, "write to flash at", at);
                return NULL;
            }
            if (s->options.wait_states && p->map->waits) {
                s->cycles += (uint64_t)s->options.wait_states;
                s->wait_cycles += (uint64_t)s->options.wait_states;
                s->wait_accesses++;
            }
            return p->bytes + offset;
        }
    }
    access_fault(s, a, at & (size - 1) ? "unaligned access to" : "access to unmapped memory at", at);
    return NULL;
}

static inline uint32_t load(struct sim *s, struct arm *a, uint32_t at, uint32_t size)
{
    const uint8_t *p = place(s, a, at, size, SIM_READ);
    uint32_t word = 0;
    uint16_t half = 0;

    if (!p)
        return 0;
    if (size == 1)
        return *p;
    if (size == 2) {
        memcpy(&half, p, 2);
        return half;
    }
    memcpy(&word, p, 4);
    return word;
}

static inline void store(struct sim *s, struct arm *a, uint32_t at, uint32_t value, uint32_t size)
{
    uint8_t *p = place(s, a, at, size, SIM_WRITE);
    uint16_t half = (uint16_t)value;

    if (!p)
        return;
    if (size == 1)
        *p = (uint8_t)value;
    else if (size == 2)
        memcpy(p, &half, 2);
    else
        memcpy(p, &value, 4);
}

/* ---- Flags ----------------------------------------------------------------------------------------------------------
 */

static inline uint32_t set_nz(struct arm *a, uint32_t x)
{
    a->n = x >> 31;
    a->z = x == 0;
    return x;
}

/* x + y + carry with all flags (A2.2.1, AddWithCarry). */
static inline uint32_t add(struct arm *a, uint32_t x, uint32_t y, uint32_t carry)
{
    uint64_t wide = (uint64_t)x + y + carry;
    uint32_t sum = (uint32_t)wide;

    a->c = (uint32_t)(wide >> 32);
    a->v = ((x ^ sum) & (y ^ sum)) >> 31;
    return set_nz(a, sum);
}

enum shift { LSL, LSR, ASR, ROR };

/* Shift by a register's low byte (A2.2.1, Shift_C). */
static uint32_t shift(struct arm *a, enum shift kind, uint32_t x, uint32_t n)
{
    if (n == 0)
        return set_nz(a, x);
    switch (kind) {
    case LSL:
        a->c = n <= 32 ? (uint32_t)(((uint64_t)x << n) >> 32) & 1 : 0;
        return set_nz(a, n < 32 ? x << n : 0);
    case LSR:
        a->c = n <= 32 ? (uint32_t)((uint64_t)x >> (n - 1)) & 1 : 0;
        return set_nz(a, n < 32 ? x >> n : 0);
    case ASR:
        n = n > 32 ? 32 : n;
        a->c = (uint32_t)((int64_t)(int32_t)x >> (n - 1)) & 1;
        return set_nz(a, (uint32_t)((int64_t)(int32_t)x >> n));
    default:
        n &= 31;
        x = n ? x >> n | x << (32 - n) : x;
        a->c = x >> 31;
        return set_nz(a, x);
    }
}

static inline int condition(const struct arm *a, uint32_t code)
{
    int holds;

    switch (code >> 1) {
    case 0:
        holds = a->z != 0;
        break;
    case 1:
        holds = a->c != 0;
        break;
    case 2:
        holds = a->n != 0;
        break;
    case 3:
        holds = a->v != 0;
        break;
    case 4:
        holds = a->c && !a->z;
        break;
    case 5:
        holds = a->n == a->v;
        break;
    default:
        holds = a->n == a->v && !a->z;
        break;
    }
    return holds != (int)(code & 1);
}

/* ---- Instructions ---------------------------------------------------------------------------------------------------
 */

static enum core_end illegal(struct sim *s, struct arm *a, uint32_t op)
{
    a->failed = 1;
    return core_fault(s, 0, "illegal instruction 0x%04" PRIx32, op);
}

static uint32_t multiply_cycles(const struct sim *s)
{
    return s->options.slow_multiplier ? 32 : 1;
}

/* 010000: ALU operations on two low registers. Returns cycles. */
static inline uint32_t data_processing(struct sim *s, struct arm *a, uint32_t op)
{
    uint32_t *d = &a->r[op & 7], m = a->r[op >> 3 & 7];

    switch (op >> 6 & 15) {
    case 0:
        *d = set_nz(a, *d & m);
        break;
    case 1:
        *d = set_nz(a, *d ^ m);
        break;
    case 2:
        *d = shift(a, LSL, *d, m & 255);
        break;
    case 3:
        *d = shift(a, LSR, *d, m & 255);
        break;
    case 4:
        *d = shift(a, ASR, *d, m & 255);
        break;
    case 5:
        *d = add(a, *d, m, a->c);
        break;
    case 6:
        *d = add(a, *d, ~m, a->c);
        break;
    case 7:
        *d = shift(a, ROR, *d, m & 255);
        break;
    case 8:
        set_nz(a, *d & m);
        break;
    case 9:
        *d = add(a, ~m, 0, 1);
        break;
    case 10:
        add(a, *d, ~m, 1);
        break;
    case 11:
        add(a, *d, m, 0);
        break;
    case 12:
        *d = set_nz(a, *d | m);
        break;
    case 13:
        *d = set_nz(a, *d * m);
        return multiply_cycles(s);
    case 14:
        *d = set_nz(a, *d & ~m);
        break;
    default:
        *d = set_nz(a, ~m);
        break;
    }
    return 1;
}

static void watch_stack(struct sim *s, struct arm *a)
{
    a->r[SP] &= ~(uint32_t)3;
    if (a->r[SP] < s->stack_lowest) {
        a->failed = 1;
        core_fault(s, 0, "stack overrun: SP is 0x%08" PRIx32, a->r[SP]);
    }
}

/* Goes to an address with its Thumb bit; *pc is the next instruction. */
static void branch_exchange(struct sim *s, struct arm *a, uint32_t to, uint32_t *pc)
{
    if (!(to & 1)) {
        a->failed = 1;
        core_fault(s, 0, "branch to ARM code at 0x%08" PRIx32, to);
    }
    *pc = to & ~(uint32_t)1;
}

/* 010001: ADD, CMP, MOV with high registers, BX, BLX. pc comes in as the address of the instruction. */
static inline uint32_t special(struct sim *s, struct arm *a, uint32_t op, uint32_t *pc)
{
    uint32_t d = (op & 7) | (op >> 4 & 8), m = op >> 3 & 15, here = *pc;
    uint32_t y = m == PC ? here + 4 : a->r[m], x = d == PC ? here + 4 : a->r[d];

    *pc = here + 2;
    switch (op >> 8 & 3) {
    case 0:
        x += y;
        break;
    case 1:
        add(a, x, ~y, 1);
        return 1;
    case 2:
        x = y;
        break;
    default:
        if (op & 7) {
            illegal(s, a, op);
        } else if (op & 0x80) {
            core_called(s, here, here + 2, s->cycles);
            a->r[LR] = (here + 2) | 1;
            branch_exchange(s, a, y, pc);
        } else {
            branch_exchange(s, a, y, pc);
            core_returned(s, *pc, s->cycles + 2);
        }
        return 2;
    }
    if (d == PC) {
        *pc = x & ~(uint32_t)1;
        core_returned(s, *pc, s->cycles + 2);
        return 2;
    }
    a->r[d] = x;
    if (d == SP)
        watch_stack(s, a);
    return 1;
}

static inline uint32_t load_store_register(struct sim *s, struct arm *a, uint32_t op)
{
    uint32_t at = a->r[op >> 3 & 7] + a->r[op >> 6 & 7], *t = &a->r[op & 7];

    switch (op >> 9 & 7) {
    case 0:
        store(s, a, at, *t, 4);
        break;
    case 1:
        store(s, a, at, *t, 2);
        break;
    case 2:
        store(s, a, at, *t, 1);
        break;
    case 3:
        *t = (uint32_t)(int32_t)(int8_t)load(s, a, at, 1);
        break;
    case 4:
        *t = load(s, a, at, 4);
        break;
    case 5:
        *t = load(s, a, at, 2);
        break;
    case 6:
        *t = load(s, a, at, 1);
        break;
    default:
        *t = (uint32_t)(int32_t)(int16_t)load(s, a, at, 2);
        break;
    }
    return 2;
}

/* LDM, STM, and the registers of PUSH and POP: upwards from `at`; returns the address behind. */
static inline uint32_t load_many(struct sim *s, struct arm *a, uint32_t list, uint32_t at)
{
    for (int i = 0; list; i++, list >>= 1)
        if (list & 1) {
            a->r[i] = load(s, a, at, 4);
            at += 4;
        }
    return at;
}

static inline uint32_t store_many(struct sim *s, struct arm *a, uint32_t list, uint32_t at)
{
    for (int i = 0; list; i++, list >>= 1)
        if (list & 1) {
            store(s, a, at, a->r[i], 4);
            at += 4;
        }
    return at;
}

static inline uint32_t count_bits(uint32_t x)
{
    uint32_t n = 0;

    for (; x; x &= x - 1)
        n++;
    return n;
}

static uint32_t push(struct sim *s, struct arm *a, uint32_t op)
{
    uint32_t list = (op & 255) | (op & 256 ? 1u << LR : 0), n = count_bits(list);

    a->r[SP] -= 4 * n;
    watch_stack(s, a);
    if (!a->failed)
        store_many(s, a, list, a->r[SP]);
    return 1 + n;
}

static uint32_t pop(struct sim *s, struct arm *a, uint32_t op, uint32_t *pc)
{
    uint32_t n = count_bits(op & 255), at = load_many(s, a, op & 255, a->r[SP]);

    if (op & 256) {
        branch_exchange(s, a, load(s, a, at, 4), pc);
        at += 4;
        core_returned(s, *pc, s->cycles + 4 + n);
    }
    a->r[SP] = at;
    return op & 256 ? 4 + n : 1 + n;
}

static uint32_t reverse(uint32_t op, uint32_t x)
{
    uint32_t swapped = (x >> 8 & 0x00ff00ff) | (x << 8 & 0xff00ff00);

    if ((op >> 6 & 3) == 0)
        return swapped >> 16 | swapped << 16;
    return (op >> 6 & 3) == 1 ? swapped : (uint32_t)(int32_t)(int16_t)swapped;
}

static uint32_t extend(uint32_t op, uint32_t x)
{
    switch (op >> 6 & 3) {
    case 0:
        return (uint32_t)(int32_t)(int16_t)x;
    case 1:
        return (uint32_t)(int32_t)(int8_t)x;
    case 2:
        return x & 0xffff;
    default:
        return x & 0xff;
    }
}

/* Semihosting (Arm 100863): 3 SYS_WRITEC, 4 SYS_WRITE0; 0x18 and 0x20 end the program. */
static void breakpoint(struct sim *s, struct arm *a, uint32_t op)
{
    uint32_t at = a->r[1], c;

    if ((op & 255) == SEMIHOSTING && a->r[0] == 3) {
        core_console(s, (char)load(s, a, at, 1));
    } else if ((op & 255) == SEMIHOSTING && a->r[0] == 4) {
        while ((c = load(s, a, at++, 1)) != 0 && !a->failed)
            core_console(s, (char)c);
    } else {
        a->failed = 1;
        core_fault(s, 0, (op & 255) == SEMIHOSTING ? "the program ended" : "breakpoint %u", (unsigned)(op & 255));
    }
}

/* 1011: miscellaneous. */
static uint32_t miscellaneous(struct sim *s, struct arm *a, uint32_t op, uint32_t *pc)
{
    switch (op >> 8 & 15) {
    case 0:
        a->r[SP] += op & 0x80 ? 0 - 4 * (op & 127) : 4 * (op & 127);
        watch_stack(s, a);
        return 1;
    case 2:
        a->r[op & 7] = extend(op, a->r[op >> 3 & 7]);
        return 1;
    case 4:
    case 5:
        return push(s, a, op);
    case 6:
        if ((op & 0xffef) == 0xb662) /* CPSIE i, CPSID i: no interrupts here */
            return 1;
        break;
    case 10:
        if ((op >> 6 & 3) == 2)
            break;
        a->r[op & 7] = reverse(op, a->r[op >> 3 & 7]);
        return 1;
    case 12:
    case 13:
        return pop(s, a, op, pc);
    case 14:
        breakpoint(s, a, op);
        return 1;
    case 15:
        if (!(op & 15) && (op >> 4 & 15) <= 4) /* NOP, YIELD, WFE, WFI, SEV */
            return 1;
        break;
    default:
        break;
    }
    illegal(s, a, op);
    return 0;
}

/* 11110: BL, MRS, MSR, barriers. */
static uint32_t wide(struct sim *s, struct arm *a, uint32_t op, uint32_t low, uint32_t *pc)
{
    uint32_t here = *pc, sign = op >> 10 & 1, j1 = low >> 13 & 1, j2 = low >> 11 & 1, offset;

    *pc = here + 4;
    if ((low & 0xd000) == 0xd000) {
        offset =
            sign << 24 | (~(j1 ^ sign) & 1) << 23 | (~(j2 ^ sign) & 1) << 22 | (op & 0x3ff) << 12 | (low & 0x7ff) << 1;
        core_called(s, here, here + 4, s->cycles);
        a->r[LR] = (here + 4) | 1;
        *pc = here + 4 + (sign ? offset | 0xfe000000 : offset);
        return 3;
    }
    if (op == 0xf3bf && (low & 0xff00) == 0x8f00)
        return 3;
    if (op == 0xf3ef && (low & 0xf000) == 0x8000) {
        a->r[low >> 8 & 15] = (low & 255) < 4 ? a->n << 31 | a->z << 30 | a->c << 29 | a->v << 28 : 0;
        return 3;
    }
    if ((op & 0xfff0) == 0xf380 && (low & 0xff00) == 0x8800) {
        if ((low & 255) < 4) {
            uint32_t x = a->r[op & 15];
            a->n = x >> 31, a->z = x >> 30 & 1, a->c = x >> 29 & 1, a->v = x >> 28 & 1;
        }
        return 3;
    }
    *pc = here;
    illegal(s, a, op << 16 | low);
    return 0;
}

/* Three-bit immediates and registers: ADDS, SUBS. */
static inline void add_subtract(struct arm *a, uint32_t op)
{
    uint32_t y = op & 0x400 ? op >> 6 & 7 : a->r[op >> 6 & 7], x = a->r[op >> 3 & 7];

    a->r[op & 7] = op & 0x200 ? add(a, x, ~y, 1) : add(a, x, y, 0);
}

/* Immediate shifts; 0 stands for 32 with LSR and ASR. */
static inline void shift_immediate(struct arm *a, uint32_t op)
{
    uint32_t n = op >> 6 & 31, x = a->r[op >> 3 & 7];
    enum shift kind = (enum shift)(op >> 11 & 3);

    a->r[op & 7] = shift(a, kind, x, n || kind == LSL ? n : 32);
}

/* One instruction at *pc; returns its cycles. */
static inline uint32_t execute(struct sim *s, struct arm *a, uint32_t op, const uint8_t *code, uint32_t *pc)
{
    uint32_t here = *pc, *t = &a->r[op >> 8 & 7], base = a->r[op >> 3 & 7], imm = op >> 6 & 31;
    uint16_t low;

    *pc = here + 2;
    switch (op >> 11) {
    case 0:
    case 1:
    case 2:
        shift_immediate(a, op);
        return 1;
    case 3:
        add_subtract(a, op);
        return 1;
    case 4:
        *t = set_nz(a, op & 255);
        return 1;
    case 5:
        add(a, *t, ~(op & 255), 1);
        return 1;
    case 6:
        *t = add(a, *t, op & 255, 0);
        return 1;
    case 7:
        *t = add(a, *t, ~(op & 255), 1);
        return 1;
    case 8:
        if (!(op & 0x400))
            return data_processing(s, a, op);
        *pc = here;
        return special(s, a, op, pc);
    case 9:
        *t = load(s, a, ((here + 4) & ~(uint32_t)3) + 4 * (op & 255), 4);
        return 2;
    case 10:
    case 11:
        return load_store_register(s, a, op);
    case 12:
        store(s, a, base + 4 * imm, a->r[op & 7], 4);
        return 2;
    case 13:
        a->r[op & 7] = load(s, a, base + 4 * imm, 4);
        return 2;
    case 14:
        store(s, a, base + imm, a->r[op & 7], 1);
        return 2;
    case 15:
        a->r[op & 7] = load(s, a, base + imm, 1);
        return 2;
    case 16:
        store(s, a, base + 2 * imm, a->r[op & 7], 2);
        return 2;
    case 17:
        a->r[op & 7] = load(s, a, base + 2 * imm, 2);
        return 2;
    case 18:
        store(s, a, a->r[SP] + 4 * (op & 255), *t, 4);
        return 2;
    case 19:
        *t = load(s, a, a->r[SP] + 4 * (op & 255), 4);
        return 2;
    case 20:
        *t = ((here + 4) & ~(uint32_t)3) + 4 * (op & 255);
        return 1;
    case 21:
        *t = a->r[SP] + 4 * (op & 255);
        return 1;
    case 22:
    case 23:
        return miscellaneous(s, a, op, pc);
    case 24:
        *t = store_many(s, a, op & 255, *t);
        return 1 + count_bits(op & 255);
    case 25:
        imm = load_many(s, a, op & 255, *t);
        if (!(op & 255 & 1u << (op >> 8 & 7)))
            *t = imm;
        return 1 + count_bits(op & 255);
    case 26:
    case 27:
        if ((op >> 8 & 15) >= 14) {
            illegal(s, a, op);
            return 0;
        }
        if (!condition(a, op >> 8 & 15))
            return 1;
        *pc = here + 4 + (uint32_t)((int32_t)(int8_t)(op & 255) * 2);
        return 2;
    case 28:
        *pc = here + 4 + (((op & 0x7ff) ^ 0x400) - 0x400) * 2;
        return 2;
    case 30:
        memcpy(&low, code + 2, 2);
        *pc = here;
        return wide(s, a, op, low, pc);
    default:
        illegal(s, a, op);
        return 0;
    }
}

/* The wait states of an instruction fetch: one access a word. */
static void fetch_waits(struct sim *s, struct arm *a, const struct span *p, uint32_t pc)
{
    if (!p->map->waits || (pc & ~(uint32_t)3) == a->fetched)
        return;
    a->fetched = pc & ~(uint32_t)3;
    s->cycles += (uint64_t)s->options.wait_states;
    s->wait_cycles += (uint64_t)s->options.wait_states;
    s->wait_accesses++;
}

static enum core_end run(struct sim *s, sim_addr stop, uint64_t until)
{
    struct arm *a = s->core;
    uint32_t pc = a->r[PC];
    const struct span *p = &s->span[0];

    do {
        uint32_t here = pc, offset = pc - p->base, cycles;
        uint16_t op;
        if (offset + 4 > p->size) {
            p = core_span(s, pc, 2);
            if (!p || !(p->access & SIM_EXECUTE))
                return core_fault(s, pc, "execution of unmapped memory");
            offset = pc - p->base;
        }
        if (s->options.wait_states)
            fetch_waits(s, a, p, pc);
        memcpy(&op, p->bytes + offset, 2);
        cycles = execute(s, a, op, p->bytes + offset, &pc);
        s->cycles += cycles;
        s->instructions++;
        p->spent[offset >> 1] += cycles;
        if (a->failed) {
            s->fault_at = here;
            return CORE_FAULT;
        }
        if (pc == stop) {
            a->r[PC] = pc;
            return CORE_STOPPED;
        }
    } while (s->cycles < until);
    a->r[PC] = pc;
    return CORE_LIMIT;
}

static void create(struct region *r, struct sim *s)
{
    s->core = region_alloc(r, sizeof(struct arm));
}

/* SP and PC from the vector table (B1.5.5). */
static void reset(struct sim *s)
{
    struct arm *a = s->core;

    *a = (struct arm){ .fetched = 1 };
    memcpy(&a->r[SP], s->span[0].bytes, 4);
    memcpy(&a->r[PC], s->span[0].bytes + 4, 4);
    a->r[PC] &= ~(uint32_t)1;
}

static uint32_t get_register(const struct sim *s, int n)
{
    const struct arm *a = s->core;

    return n < 16 ? a->r[n] : a->n << 31 | a->z << 30 | a->c << 29 | a->v << 28;
}

static void set_register(struct sim *s, int n, uint32_t value)
{
    struct arm *a = s->core;

    if (n < 16)
        a->r[n] = value;
    else
        a->n = value >> 31, a->z = value >> 30 & 1, a->c = value >> 29 & 1, a->v = value >> 28 & 1;
}

const struct sim_core sim_core_armv6m = {
    .elf_machine = ARM_MACHINE,
    .create = create,
    .reset = reset,
    .run = run,
    .get_register = get_register,
    .set_register = set_register,
};
