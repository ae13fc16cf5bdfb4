/* avr.c - the ATmega1284P through libsimavr, which executes and counts cycles; here its memory is kept in step with the
 * machine's spans, calls and stack are watched, and its messages are silenced.
 *
 * Span 0 is flash, span 1 the SRAM, at 0x800100 as AVR linkers have it.
 */
#include "sim/core.h"

#include <pthread.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_core.h>
#include <string.h>

enum { AVR_MACHINE = 83, DATA = 0x800000, SRAM_FIRST = 0x100, CONSOLE = 0x3E, STACK_LOW = 0x5D, STACK_HIGH = 0x5E };

static void silent(struct avr_t *avr, const int level, const char *format, va_list args)
{
    (void)avr, (void)level, (void)format, (void)args;
}

static void console(struct avr_t *avr, avr_io_addr_t at, uint8_t value, void *context)
{
    (void)avr, (void)at;
    core_console(context, (char)value);
}

/* Making a machine goes through tables that libsimavr shares. */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static void create(struct region *r, struct sim *s)
{
    avr_t *avr;

    (void)r;
    pthread_mutex_lock(&making);
    avr_global_logger_set(silent);
    avr = avr_make_mcu_by_name("atmega1284p");
    if (avr) {
        avr_init(avr);
        avr->frequency = 8000000;
        avr->log = LOG_NONE;
        avr_register_io_write(avr, CONSOLE, console, s);
    }
    pthread_mutex_unlock(&making);
    s->core = avr;
}

static void destroy(struct sim *s)
{
    avr_terminate(s->core);
}

static void reset(struct sim *s)
{
    avr_t *avr = s->core;

    memcpy(avr->flash, s->span[0].loaded, s->span[0].size);
    avr->codeend = s->span[0].size;
    avr_reset(avr);
    avr->cycle = 0;
    avr->state = cpu_Running;
    memcpy(avr->data + SRAM_FIRST, s->span[1].bytes, s->span[1].size);
}

static uint16_t opcode(const avr_t *avr, uint32_t pc)
{
    return (uint16_t)(avr->flash[pc] | avr->flash[pc + 1] << 8);
}

/* Length of a call instruction at pc in bytes; 0: it is none. */
static uint32_t call_length(uint16_t op)
{
    if ((op & 0xFE0E) == 0x940E)
        return 4;                                                           /* CALL */
    return (op & 0xF000) == 0xD000 || op == 0x9509 || op == 0x9519 ? 2 : 0; /* RCALL, ICALL, EICALL */
}

static int stack_overrun(const struct sim *s, const avr_t *avr)
{
    uint32_t sp = (uint32_t)(avr->data[STACK_LOW] | avr->data[STACK_HIGH] << 8);

    return s->stack_lowest && sp + 1 < s->stack_lowest - DATA;
}

static enum core_end step_until(struct sim *s, avr_t *avr, sim_addr stop, uint64_t until)
{
    do {
        uint32_t pc = avr->pc, length = call_length(opcode(avr, pc));
        uint16_t op = opcode(avr, pc);
        uint64_t before = avr->cycle;
        if (length)
            core_called(s, pc, pc + length, before);
        avr->pc = avr_run_one(avr);
        s->cycles = avr->cycle;
        s->instructions++;
        s->span[0].spent[pc >> 1] += avr->cycle - before;
        if (op == 0x9508)
            core_returned(s, avr->pc, avr->cycle);
        if (avr->state == cpu_Sleeping || avr->state == cpu_Done)
            return core_fault(s, pc, "the program ended");
        if (avr->state == cpu_Crashed)
            return core_fault(s, pc, "illegal instruction or access outside memory");
        if (stack_overrun(s, avr))
            return core_fault(s, pc, "stack overrun");
        if (avr->pc == stop)
            return CORE_STOPPED;
    } while (avr->cycle < until);
    return CORE_LIMIT;
}

static enum core_end run(struct sim *s, sim_addr stop, uint64_t until)
{
    avr_t *avr = s->core;
    enum core_end end;

    if (!avr)
        return core_fault(s, 0, "libsimavr does not know the chip");
    end = step_until(s, avr, stop, until);
    memcpy(s->span[1].bytes, avr->data + SRAM_FIRST, s->span[1].size);
    return end;
}

static void written(struct sim *s, sim_addr at, size_t size)
{
    avr_t *avr = s->core;

    if (at >= s->span[1].base)
        memcpy(avr->data + (at - DATA), s->span[1].bytes + (at - s->span[1].base), size);
}

static uint32_t get_register(const struct sim *s, int n)
{
    const avr_t *avr = s->core;

    return avr->data[n];
}

static void set_register(struct sim *s, int n, uint32_t value)
{
    avr_t *avr = s->core;

    avr->data[n] = (uint8_t)value;
}

const struct sim_core sim_core_avr = {
    .elf_machine = AVR_MACHINE,
    .create = create,
    .destroy = destroy,
    .reset = reset,
    .run = run,
    .get_register = get_register,
    .set_register = set_register,
    .written = written,
};
