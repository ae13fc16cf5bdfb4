/* armv6m_memory.c - ARMv6-M loads and stores (A5.2.4, A6.7): 2 cycles for one, 1 + N for N registers, 3 + N where PC is
 * among them. Unaligned accesses fault. */
#include "sim/armv6m.h"

static inline uint32_t load(struct arm *a, uint32_t at, uint32_t size)
{
    const struct span *p = access_span(a->sim, at, size, SIM_READ);

    if (!p)
        return 0;
    arm_wait(a->sim, p);
    return access_get(p, at, size);
}

static inline void store(struct arm *a, uint32_t at, uint32_t value, uint32_t size)
{
    const struct span *p = access_span(a->sim, at, size, SIM_WRITE);

    if (!p)
        return;
    arm_wait(a->sim, p);
    access_put(p, at, value, size);
}

/* ---- One register ---- */

static inline uint32_t *target(struct arm *a, uint32_t op)
{
    return &a->r[op & 7];
}

/* Base plus a scaled five-bit immediate; base plus index register. */
static inline uint32_t at_immediate(const struct arm *a, uint32_t op, uint32_t size)
{
    return a->r[op >> 3 & 7] + size * (op >> 6 & 31);
}

static inline uint32_t at_register(const struct arm *a, uint32_t op)
{
    return a->r[op >> 3 & 7] + a->r[op >> 6 & 7];
}

static uint32_t str_immediate(struct arm *a, uint32_t op)
{
    store(a, at_immediate(a, op, 4), *target(a, op), 4);
    return 2;
}

static uint32_t strh_immediate(struct arm *a, uint32_t op)
{
    store(a, at_immediate(a, op, 2), *target(a, op), 2);
    return 2;
}

static uint32_t strb_immediate(struct arm *a, uint32_t op)
{
    store(a, at_immediate(a, op, 1), *target(a, op), 1);
    return 2;
}

static uint32_t ldr_immediate(struct arm *a, uint32_t op)
{
    *target(a, op) = load(a, at_immediate(a, op, 4), 4);
    return 2;
}

static uint32_t ldrh_immediate(struct arm *a, uint32_t op)
{
    *target(a, op) = load(a, at_immediate(a, op, 2), 2);
    return 2;
}

static uint32_t ldrb_immediate(struct arm *a, uint32_t op)
{
    *target(a, op) = load(a, at_immediate(a, op, 1), 1);
    return 2;
}

static uint32_t str_register(struct arm *a, uint32_t op)
{
    store(a, at_register(a, op), *target(a, op), 4);
    return 2;
}

static uint32_t strh_register(struct arm *a, uint32_t op)
{
    store(a, at_register(a, op), *target(a, op), 2);
    return 2;
}

static uint32_t strb_register(struct arm *a, uint32_t op)
{
    store(a, at_register(a, op), *target(a, op), 1);
    return 2;
}

static uint32_t ldr_register(struct arm *a, uint32_t op)
{
    *target(a, op) = load(a, at_register(a, op), 4);
    return 2;
}

static uint32_t ldrh_register(struct arm *a, uint32_t op)
{
    *target(a, op) = load(a, at_register(a, op), 2);
    return 2;
}

static uint32_t ldrb_register(struct arm *a, uint32_t op)
{
    *target(a, op) = load(a, at_register(a, op), 1);
    return 2;
}

static uint32_t ldrsh_register(struct arm *a, uint32_t op)
{
    *target(a, op) = (uint32_t)(int32_t)(int16_t)load(a, at_register(a, op), 2);
    return 2;
}

static uint32_t ldrsb_register(struct arm *a, uint32_t op)
{
    *target(a, op) = (uint32_t)(int32_t)(int8_t)load(a, at_register(a, op), 1);
    return 2;
}

static uint32_t ldr_literal(struct arm *a, uint32_t op)
{
    a->r[op >> 8 & 7] = load(a, (a->r[PC] & ~(uint32_t)3) + 4 * (op & 255), 4);
    return 2;
}

static uint32_t str_sp(struct arm *a, uint32_t op)
{
    store(a, a->r[SP] + 4 * (op & 255), a->r[op >> 8 & 7], 4);
    return 2;
}

static uint32_t ldr_sp(struct arm *a, uint32_t op)
{
    a->r[op >> 8 & 7] = load(a, a->r[SP] + 4 * (op & 255), 4);
    return 2;
}

/* ---- Several registers, upwards from an address, up to the first fault; both return the address behind ---- */

static inline uint32_t load_list(struct arm *a, uint32_t list, uint32_t at)
{
    for (int i = 0; list && !a->sim->fault[0]; i++, list >>= 1)
        if (list & 1) {
            a->r[i] = load(a, at, 4);
            at += 4;
        }
    return at;
}

static inline uint32_t store_list(struct arm *a, uint32_t list, uint32_t at)
{
    for (int i = 0; list && !a->sim->fault[0]; i++, list >>= 1)
        if (list & 1) {
            store(a, at, a->r[i], 4);
            at += 4;
        }
    return at;
}

static inline uint32_t count(uint32_t list)
{
    uint32_t n = 0;

    for (; list; list &= list - 1)
        n++;
    return n;
}

static uint32_t stm(struct arm *a, uint32_t op)
{
    uint32_t *base = &a->r[op >> 8 & 7];

    *base = store_list(a, op & 255, *base);
    return 1 + count(op & 255);
}

/* The base is written back unless it is loaded. */
static uint32_t ldm(struct arm *a, uint32_t op)
{
    uint32_t *base = &a->r[op >> 8 & 7], end = load_list(a, op & 255, *base);

    if (!(op >> (op >> 8 & 7) & 1))
        *base = end;
    return 1 + count(op & 255);
}

static uint32_t push(struct arm *a, uint32_t op)
{
    uint32_t list = (op & 255) | (op >> 8 & 1) << LR, n = count(list);

    arm_set_sp(a, a->r[SP] - 4 * n);
    store_list(a, list, a->r[SP]);
    return 1 + n;
}

static uint32_t pop(struct arm *a, uint32_t op)
{
    uint32_t end = load_list(a, op & 255, a->r[SP]);

    arm_set_sp(a, end);
    return 1 + count(op & 255);
}

static uint32_t pop_pc(struct arm *a, uint32_t op)
{
    uint32_t end = load_list(a, op & 255, a->r[SP]), cycles = 3 + count(op & 511);

    arm_branch_exchange(a, load(a, end, 4));
    arm_set_sp(a, end + 4);
    core_returned(a->sim, a->pc, a->sim->cycles + cycles);
    return cycles;
}

static uint32_t empty_list(struct arm *a, uint32_t op)
{
    core_fault(a->sim, 0, "illegal instruction 0x%04" PRIx32 ": no registers", op);
    return 0;
}

const struct arm_row arm_memory[] = {
    { 0xf800, 0x4800, ldr_literal },
    { 0xfe00, 0x5000, str_register },
    { 0xfe00, 0x5200, strh_register },
    { 0xfe00, 0x5400, strb_register },
    { 0xfe00, 0x5600, ldrsb_register },
    { 0xfe00, 0x5800, ldr_register },
    { 0xfe00, 0x5a00, ldrh_register },
    { 0xfe00, 0x5c00, ldrb_register },
    { 0xfe00, 0x5e00, ldrsh_register },
    { 0xf800, 0x6000, str_immediate },
    { 0xf800, 0x6800, ldr_immediate },
    { 0xf800, 0x7000, strb_immediate },
    { 0xf800, 0x7800, ldrb_immediate },
    { 0xf800, 0x8000, strh_immediate },
    { 0xf800, 0x8800, ldrh_immediate },
    { 0xf800, 0x9000, str_sp },
    { 0xf800, 0x9800, ldr_sp },
    { 0xffff, 0xb400, empty_list },
    { 0xfe00, 0xb400, push },
    { 0xffff, 0xbc00, empty_list },
    { 0xff00, 0xbc00, pop },
    { 0xff00, 0xbd00, pop_pc },
    { 0xf0ff, 0xc000, empty_list },
    { 0xf800, 0xc000, stm },
    { 0xf800, 0xc800, ldm },
    { 0, 0, NULL },
};
