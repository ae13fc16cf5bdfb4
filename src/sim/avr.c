/* avr.c - the ATmega1284P through libsimavr, which executes instructions and counts their cycles. Here its memory is
 * kept in step with the machine's spans, calls and the stack are watched, what it has to say becomes a fault, and what
 * it would do wrong on a program gone wild is caught before.
 *
 * Span 0 is flash, span 1 the SRAM, at 0x800100 as AVR linkers have it. Peripherals do not run, interrupts do not come.
 */
#include "sim/core.h"

#include <inttypes.h>
#include <pthread.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_core.h>
#include <stdlib.h>
#include <string.h>

enum {
    AVR_MACHINE = 83,
    DATA = 0x800000, /* ELF address of data address 0 */
    SRAM = 0x100,    /* data address of span 1 */
    REGISTERS = 32,
    DATA_SPACE = 65536, /* what 16-bit addresses reach */
    FLASH = 0x20000,
    CONSOLE = 0x3E, /* GPIOR0: a byte written there is printed */
    STACK_LOW = 0x5D,
    STACK_HIGH = 0x5E,
    RAMPZ = 0x5B
};

/* What an instruction needs beside its execution. */
enum care { NONE, CALLS, CALLS_LONG, RETURNS, MOVES_STACK, READS_FAR, WRITES_FLASH, BREAKS, RESERVED };

static const struct {
    uint16_t mask, match;
    uint8_t care;
} cares[] = {
    { 0xf000, 0xd000, CALLS },        /* RCALL */
    { 0xffef, 0x9509, CALLS },        /* ICALL, EICALL */
    { 0xfe0e, 0x940e, CALLS_LONG },   /* CALL */
    { 0xffff, 0x9508, RETURNS },      /* RET */
    { 0xfe0f, 0x920f, MOVES_STACK },  /* PUSH */
    { 0xfe0f, 0xbe0d, MOVES_STACK },  /* OUT SPL: compilers write SPH before */
    { 0xfe0e, 0x9006, READS_FAR },    /* ELPM */
    { 0xffef, 0x95e8, WRITES_FLASH }, /* SPM */
    { 0xffff, 0x9598, BREAKS },       /* BREAK */
    { 0xf808, 0xf808, RESERVED },     /* executed as if bit 3 were 0 */
};

struct machine {
    avr_t *avr;
    uint8_t care[FLASH / 2]; /* of the instruction at each word */
    struct machine *next;    /* in the list of idle ones */
};

/* ---- What libsimavr says and does ---- */

static void illegal(struct sim *s, const avr_t *avr)
{
    core_fault(s, 0, "illegal instruction 0x%04x", avr->flash[avr->pc] | avr->flash[avr->pc + 1] << 8);
}

/* Its errors, by their text; of those that name an address it is the fourth argument. */
static void hear(struct avr_t *avr, const int level, const char *format, va_list args)
{
    struct sim *s = avr ? avr->custom.data : NULL;
    unsigned at = 0;

    if (!s || level != LOG_ERROR)
        return;
    if (strstr(format, "Invalid Opcode")) {
        illegal(s, avr);
    } else if (strstr(format, "Invalid read address") || strstr(format, "Invalid write address")) {
        for (int i = 0; i < 4; i++)
            at = va_arg(args, unsigned);
        core_fault(s, 0, "access to unmapped memory at 0x%04x", at);
    }
}

static void console(struct avr_t *avr, avr_io_addr_t at, uint8_t value, void *context)
{
    (void)at, (void)context;
    core_console(avr->custom.data, (char)value);
}

/* It reads and writes whatever a 16-bit address reaches, and the word behind the last instruction. */
static void *grow(void *memory, size_t size)
{
    void *grown = core_memory(1, size);

    free(memory);
    return grown;
}

/* libsimavr never gives back all that a machine takes, so machines that are closed wait here for the next one to be
 * opened. The lock also guards the tables that libsimavr makes machines by. */
static struct machine *idle;
static pthread_mutex_t idle_lock = PTHREAD_MUTEX_INITIALIZER;

/* Without avr if libsimavr does not know the chip. */
static struct machine *new_machine(void)
{
    struct machine *m = core_memory(1, sizeof *m);

    avr_global_logger_set(hear);
    m->avr = avr_make_mcu_by_name("atmega1284p");
    if (!m->avr)
        return m;
    avr_init(m->avr);
    m->avr->log = LOG_NONE;
    m->avr->data = grow(m->avr->data, DATA_SPACE);
    m->avr->flash = grow(m->avr->flash, FLASH + 4);
    avr_register_io_write(m->avr, CONSOLE, console, NULL);
    return m;
}

static void create(struct region *r, struct sim *s)
{
    struct machine *m;

    (void)r;
    pthread_mutex_lock(&idle_lock);
    m = idle;
    if (m)
        idle = m->next;
    else
        m = new_machine();
    pthread_mutex_unlock(&idle_lock);
    s->core = m;
    if (m->avr)
        m->avr->custom.data = s;
}

static void destroy(struct sim *s)
{
    struct machine *m = s->core;

    pthread_mutex_lock(&idle_lock);
    m->next = idle;
    idle = m;
    pthread_mutex_unlock(&idle_lock);
}

/* ---- Memory ---- */

static uint8_t care_for(uint16_t op)
{
    for (size_t i = 0; i < sizeof cares / sizeof *cares; i++)
        if ((op & cares[i].mask) == cares[i].match)
            return cares[i].care;
    return NONE;
}

static void written(struct sim *s, sim_addr at, size_t size)
{
    struct machine *m = s->core;
    const uint8_t *flash = s->span[0].bytes;

    if (!m->avr)
        return;
    if (at >= DATA) {
        memcpy(m->avr->data + (at - DATA), s->span[1].bytes + (at - s->span[1].base), size);
        return;
    }
    memcpy(m->avr->flash + at, flash + at, size);
    for (sim_addr word = at / 2; 2 * word < at + size; word++)
        m->care[word] = care_for((uint16_t)(flash[2 * word] | flash[2 * word + 1] << 8));
}

static void reset(struct sim *s)
{
    struct machine *m = s->core;

    if (!m->avr)
        return;
    avr_reset(m->avr);
    memset(m->avr->data, 0, REGISTERS);
    m->avr->cycle = 0;
    m->avr->state = cpu_Running;
    written(s, s->span[0].base, s->span[0].size);
    written(s, s->span[1].base, s->span[1].size);
}

/* ---- Execution ---- */

static void check_stack(struct sim *s, const avr_t *avr)
{
    uint32_t sp = (uint32_t)(avr->data[STACK_LOW] | avr->data[STACK_HIGH] << 8);

    if (s->stack_lowest && sp + 1 < s->stack_lowest - DATA)
        core_fault(s, 0, "stack overrun: SP is 0x%04" PRIx32, sp);
}

/* Before the instruction at pc. */
static void take_care_before(struct sim *s, const struct machine *m, uint32_t pc)
{
    switch ((enum care)m->care[pc / 2]) {
    case CALLS:
    case CALLS_LONG:
        core_called(s, pc, pc + (m->care[pc / 2] == CALLS ? 2 : 4), m->avr->cycle);
        break;
    case READS_FAR:
        if (m->avr->data[RAMPZ] >= FLASH >> 16)
            core_fault(s, 0, "access to unmapped flash at 0x%02x%02x%02x", m->avr->data[RAMPZ], m->avr->data[R_ZH],
                       m->avr->data[R_ZL]);
        break;
    case WRITES_FLASH:
        core_fault(s, 0, "write to flash");
        break;
    case BREAKS:
        core_fault(s, 0, "breakpoint");
        break;
    case RESERVED:
        illegal(s, m->avr);
        break;
    default:
        break;
    }
}

static void take_care_after(struct sim *s, const struct machine *m, uint32_t pc)
{
    switch ((enum care)m->care[pc / 2]) {
    case RETURNS:
        core_returned(s, m->avr->pc, m->avr->cycle);
        break;
    case CALLS:
    case CALLS_LONG:
    case MOVES_STACK:
        check_stack(s, m->avr);
        break;
    default:
        break;
    }
    if (m->avr->state != cpu_Running && !s->fault[0])
        core_fault(s, 0, "the program ended");
}

/* 0 after a fault: the machine stays at the instruction, whose cycles do not count. */
static int step(struct sim *s, struct machine *m)
{
    avr_t *avr = m->avr;
    uint32_t pc = avr->pc;

    if (pc >= FLASH) {
        core_fault(s, pc, "execution of unmapped memory");
        return 0;
    }
    if (m->care[pc / 2])
        take_care_before(s, m, pc);
    if (!s->fault[0]) {
        avr->run_cycle_count = 1; /* one instruction, and back here */
        avr->pc = avr_run_one(avr);
        take_care_after(s, m, pc);
    }
    if (s->fault[0]) {
        avr->pc = s->fault_at = pc;
        avr->cycle = s->cycles;
        return 0;
    }
    s->instructions++;
    s->span[0].spent[pc / 2] += avr->cycle - s->cycles;
    s->cycles = avr->cycle;
    return 1;
}

static enum core_end step_until(struct sim *s, struct machine *m, sim_addr stop, uint64_t until)
{
    do {
        if (!step(s, m))
            return CORE_FAULT;
        if (m->avr->pc == stop)
            return CORE_STOPPED;
    } while (s->cycles < until);
    return CORE_LIMIT;
}

static enum core_end run(struct sim *s, sim_addr stop, uint64_t until)
{
    struct machine *m = s->core;
    enum core_end end;

    if (!m->avr)
        return core_fault(s, 0, "libsimavr does not know the chip");
    s->fault[0] = 0;
    end = step_until(s, m, stop, until);
    memcpy(s->span[1].bytes, m->avr->data + SRAM, s->span[1].size);
    return end;
}

/* r0..r31, SREG, SP, PC. */
static uint32_t get_register(const struct sim *s, int n)
{
    const avr_t *avr = ((const struct machine *)s->core)->avr;
    uint32_t sreg = 0;

    if (n < REGISTERS)
        return avr->data[n];
    if (n == REGISTERS + 1)
        return (uint32_t)(avr->data[STACK_LOW] | avr->data[STACK_HIGH] << 8);
    if (n == REGISTERS + 2)
        return avr->pc;
    for (int bit = 0; bit < 8; bit++)
        sreg |= (uint32_t)avr->sreg[bit] << bit;
    return sreg;
}

static void set_register(struct sim *s, int n, uint32_t value)
{
    avr_t *avr = ((struct machine *)s->core)->avr;

    if (n < REGISTERS) {
        avr->data[n] = (uint8_t)value;
    } else if (n == REGISTERS + 1) {
        avr->data[STACK_LOW] = (uint8_t)value;
        avr->data[STACK_HIGH] = (uint8_t)(value >> 8);
    } else if (n == REGISTERS + 2) {
        avr->pc = value;
    } else {
        for (int bit = 0; bit < 8; bit++)
            avr->sreg[bit] = value >> bit & 1;
    }
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
