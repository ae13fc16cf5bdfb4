/* msp430x_memory.c - memory and peripherals of an MSP430FR5994 where a plain access does not do: see msp430x_machine.h.
 *
 * Peripherals that are modelled: MPY32, the count of Timer TA0 (TA0R runs at MCLK from reset, whatever TA0CTL says),
 * and the transmitter of eUSCI_A0 as console (always ready). The others hold what was written to them; so does the tiny
 * RAM. The FRAM read cache is a model: its size (four lines of 64 bits) is documented, associativity and replacement
 * are not; here 2 sets of 2 lines, the one used longest ago is replaced, writes go around it.
 */
#include "sim/msp430x_machine.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* SLASE54D, tables 9-58 (TA0) and 9-66 (eUSCI_A0) */
enum { TA0R = 0x0350, UCA0TXBUF = 0x05CE, UCA0IFG = 0x05DC, UCTXIFG = 2 };

void msp430x_fail(struct msp *m, const char *format, ...)
{
    char text[sizeof m->sim->fault];
    va_list args;

    if (m->failed)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    m->failed = 1;
    core_fault(m->sim, 0, "%s", text);
}

/* ---- Pages ----------------------------------------------------------------------------------------------------------
 */

void msp430x_map(struct msp *m)
{
    struct sim *s = m->sim;

    for (int i = 0; i < s->span_count; i++) {
        const struct span *p = &s->span[i];
        int waits = s->options.wait_states && p->map->waits;
        for (uint32_t at = 0; at < p->size; at += MSP_PAGE) {
            uint32_t page = (p->base + at) / MSP_PAGE;
            m->readable[page] = waits ? NULL : p->bytes + at;
            m->writable[page] = waits || !(p->access & SIM_WRITE) ? NULL : p->bytes + at;
            if (m->has_code[page])
                memset(&m->slots[i][at / 2], 0, MSP_PAGE / 2 * sizeof *m->slots[i]);
            m->has_code[page] = 0;
        }
    }
}

void msp430x_watch_code(struct msp *m, uint32_t at)
{
    m->writable[at / MSP_PAGE] = NULL;
    m->has_code[at / MSP_PAGE] = 1;
}

void msp430x_forget(struct msp *m, uint32_t at, size_t size)
{
    const struct span *p = core_span(m->sim, at, size);

    /* An instruction is up to four words long, and a jump's meaning hangs on the word behind it. */
    for (uint32_t k = (at & ~1u) - 6; k < at + size; k += 2) {
        if (k - p->base >= p->size)
            p = core_span(m->sim, k, 2);
        if (p)
            m->slots[p - m->sim->span][(k - p->base) / 2].length = 0;
        else
            p = core_span(m->sim, at, size);
    }
}

/* ---- Wait states ----------------------------------------------------------------------------------------------------
 */

static void wait_once(struct sim *s)
{
    s->cycles += (uint64_t)s->options.wait_states;
    s->wait_cycles += (uint64_t)s->options.wait_states;
}

void msp430x_cached_read(struct msp *m, uint32_t at)
{
    uint32_t line = at >> 3, *set = m->line[line & 1], other = set[0];

    m->sim->wait_accesses++;
    if (set[0] == line)
        return;
    if (set[1] != line)
        wait_once(m->sim);
    set[0] = line;
    set[1] = other;
}

/* ---- Peripherals ----------------------------------------------------------------------------------------------------
 */

static void report_spoiled(struct msp *m)
{
    if (m->mpy.spoiled)
        msp430x_fail(m, "%s", m->mpy.spoiled);
    m->mpy.spoiled = NULL;
}

static uint16_t peripheral_word(struct msp *m, uint32_t at)
{
    if (at >= MPY32_FIRST && at <= MPY32_LAST)
        return mpy32_read(&m->mpy, at, m->now);
    if (at == TA0R)
        return (uint16_t)m->now;
    if (at == UCA0IFG)
        return UCTXIFG;
    return (uint16_t)(m->peripherals[at] | m->peripherals[at + 1] << 8);
}

static uint16_t read_peripheral(struct msp *m, uint32_t at, int bits)
{
    uint16_t word = peripheral_word(m, at & ~1u);

    report_spoiled(m);
    return (uint16_t)(bits == 8 ? word >> 8 * (at & 1) & 0xFF : word);
}

static void write_peripheral(struct msp *m, uint32_t at, uint16_t value, int bits)
{
    if (at >= MPY32_FIRST && at <= MPY32_LAST) {
        mpy32_write(&m->mpy, at, value, bits == 8, m->now);
        report_spoiled(m);
        return;
    }
    if (at == UCA0TXBUF)
        core_console(m->sim, (char)value);
    m->peripherals[at] = (uint8_t)value;
    if (bits == 16)
        m->peripherals[at + 1] = (uint8_t)(value >> 8);
}

/* ---- Any access -----------------------------------------------------------------------------------------------------
 */

/* The span for an access, its wait states spent; NULL with a fault if there is none. */
static struct span *span_for(struct msp *m, uint32_t at, enum sim_access access)
{
    struct span *p = core_span(m->sim, at, 1);

    if (!p) {
        msp430x_fail(m, "access to unmapped memory at 0x%05" PRIx32, at);
        return NULL;
    }
    if (!(p->access & access)) {
        msp430x_fail(m, "write to read-only memory at 0x%05" PRIx32 " (%s)", at, p->map->name);
        return NULL;
    }
    if (m->sim->options.wait_states && p->map->waits) {
        if (access == SIM_READ) {
            msp430x_cached_read(m, at);
        } else {
            m->sim->wait_accesses++;
            wait_once(m->sim);
        }
    }
    return p;
}

static int is_unaligned(struct msp *m, uint32_t at, int bits)
{
    if (bits == 8 || !(at & 1))
        return 0;
    msp430x_fail(m, "unaligned access to 0x%05" PRIx32, at);
    return 1;
}

uint32_t msp430x_load(struct msp *m, uint32_t at, int bits)
{
    const struct span *p;
    uint32_t value;

    if (is_unaligned(m, at, bits))
        return 0;
    if (bits == 20) {
        value = msp430x_load(m, at, 16);
        m->now++;
        return value | (msp430x_load(m, (at + 2) & MSP_MASK, 16) & 15) << 16;
    }
    if (at < MSP_PERIPHERALS)
        return read_peripheral(m, at, bits);
    p = span_for(m, at, SIM_READ);
    if (!p)
        return 0;
    value = p->bytes[at - p->base];
    return bits == 8 ? value : value | (uint32_t)p->bytes[at - p->base + 1] << 8;
}

void msp430x_store(struct msp *m, uint32_t at, uint32_t value, int bits)
{
    struct span *p;

    if (is_unaligned(m, at, bits))
        return;
    if (bits == 20) {
        msp430x_store(m, at, value & 0xFFFF, 16);
        msp430x_store(m, (at + 2) & MSP_MASK, value >> 16, 16);
        return;
    }
    if (at < MSP_PERIPHERALS) {
        write_peripheral(m, at, (uint16_t)value, bits);
        return;
    }
    p = span_for(m, at, SIM_WRITE);
    if (!p)
        return;
    p->bytes[at - p->base] = (uint8_t)value;
    if (bits == 16)
        p->bytes[at - p->base + 1] = (uint8_t)(value >> 8);
    msp430x_forget(m, at, (size_t)bits / 8);
}
