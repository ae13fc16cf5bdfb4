/* referee.h - for the tests that let QEMU check a core: random numbers, firmware that writes what it computes to a file
 * by semihosting, and both machines that run it. The simulator stops at every semihosting call and this plays its part;
 * so both give one stream of bytes, to be equal. */
#ifndef REFEREE_H
#define REFEREE_H

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "sim_firmware.h"

/* ---- Random numbers (xorshift64*) ---- */

struct dice {
    uint64_t state; /* never 0 */
};

static inline uint32_t roll32(struct dice *d)
{
    d->state ^= d->state >> 12;
    d->state ^= d->state << 25;
    d->state ^= d->state >> 27;
    return (uint32_t)(d->state * UINT64_C(2685821657736338717) >> 32);
}

/* 0 .. sides - 1. */
static inline uint32_t roll(struct dice *d, uint32_t sides)
{
    return (uint32_t)((uint64_t)roll32(d) * sides >> 32);
}

/* A register's value: edges and small numbers as often as others. */
static inline uint32_t roll_value(struct dice *d)
{
    static const uint32_t edges[] = { 0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000 };

    switch (roll(d, 4)) {
    case 0:
        return edges[roll(d, sizeof edges / sizeof *edges)];
    case 1:
        return ~edges[roll(d, sizeof edges / sizeof *edges)];
    case 2:
        return roll(d, 256);
    default:
        return roll32(d);
    }
}

/* ---- What is compared ---- */

/* A stretch of the stream and the code whose effect it shows. */
struct mark {
    uint32_t end; /* in the stream */
    uint32_t words;
    sim_addr from, to;
    uint32_t program;
};

enum { MARKS_MAX = 1 << 16, STREAM_MAX = 16 << 20 };

struct stream {
    uint8_t *bytes;
    uint32_t size;
};

struct referee {
    const char *chip;
    const char *const *qemu; /* its command, to which "-kernel firmware.elf" is added */
    int register_0, register_pc;
    sim_addr start;     /* where the simulator begins; 0: at reset */
    sim_addr call;      /* where the firmware's only semihosting call is */
    uint32_t call_size; /* bytes from there to what follows it */
    struct mark *marks; /* [MARKS_MAX] */
    uint32_t mark_count;
};

enum { SYS_OPEN = 1, SYS_WRITE = 5, SYS_EXIT = 0x18, APPLICATION_EXIT = 0x20026, OPEN_WB = 5 };

/* The firmware will now write `bytes` bytes, which show what the code in [from, here) did. */
static inline void referee_mark(struct referee *r, const struct firmware *f, sim_addr from, uint32_t bytes,
                                uint32_t program)
{
    uint32_t before = r->mark_count ? r->marks[r->mark_count - 1].end : 0;

    assert_true(r->mark_count < MARKS_MAX);
    r->marks[r->mark_count++] = (struct mark){ before + bytes, bytes / 4, from, firmware_here(f), program };
}

/* ---- QEMU ---- */

static inline int on_path(const char *command)
{
    char path[512];
    const char *list = getenv("PATH");

    for (; list && *list; list += strcspn(list, ":"), list += *list == ':') {
        snprintf(path, sizeof path, "%.*s/%s", (int)strcspn(list, ":"), list, command);
        if (!access(path, X_OK))
            return 1;
    }
    return 0;
}

/* Two minutes are for a machine under load; a start takes a fraction of a second. */
static inline void exec_qemu(const struct referee *r)
{
    enum { WORDS = 32 };
    const char *words[WORDS] = { "timeout", "120" };
    int n = 2, log;

    for (int i = 0; r->qemu[i] && n < WORDS - 3; i++)
        words[n++] = r->qemu[i];
    words[n++] = "-kernel";
    words[n++] = "firmware.elf";
    if (chdir(test_folder))
        _exit(126);
    log = open("qemu.log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
        _exit(126);
    execvp(words[0], (char *const *)words);
    _exit(127);
}

static inline struct stream run_qemu(const struct referee *r)
{
    struct stream out = { malloc(STREAM_MAX), 0 };
    char path[128];
    int status = 0;
    pid_t child = fork();
    FILE *dump;

    assert_non_null(out.bytes);
    assert_true(child >= 0);
    if (child == 0)
        exec_qemu(r);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("%s ended with status %d", r->qemu[0], WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    dump = fopen(in_folder(path, "dump.bin"), "rb");
    assert_non_null(dump);
    out.size = (uint32_t)fread(out.bytes, 1, STREAM_MAX, dump);
    fclose(dump);
    unlink(path);
    return out;
}

/* ---- The simulator ---- */

static inline void play_write(const struct sim *s, uint32_t block, struct stream *out)
{
    uint32_t words[3]; /* handle, address, length */

    assert_true(sim_read(s, block, words, sizeof words));
    assert_true(out->size + words[2] <= STREAM_MAX);
    assert_true(sim_read(s, words[1], out->bytes + out->size, words[2]));
    out->size += words[2];
}

static inline struct stream run_sim(const struct referee *r, struct sim *s)
{
    struct stream out = { malloc(STREAM_MAX), 0 };
    struct diag d = { 0 };

    assert_non_null(out.bytes);
    if (r->start)
        sim_set_register(s, r->register_pc, r->start);
    for (;;) {
        uint32_t operation;
        if (sim_run(s, r->call, 100000000, &d) != OK)
            fail_msg("%s", d.message);
        operation = sim_register(s, r->register_0);
        if (operation == SYS_EXIT)
            return out;
        if (operation == SYS_WRITE)
            play_write(s, sim_register(s, r->register_0 + 1), &out);
        sim_set_register(s, r->register_0, operation == SYS_OPEN);
        sim_set_register(s, r->register_pc, r->call + r->call_size);
    }
}

/* ---- The comparison ---- */

static inline void show_difference(const struct referee *r, const struct firmware *f, const struct stream *ours,
                                   const struct stream *theirs, uint32_t at)
{
    const struct mark *m = r->marks;
    uint32_t a, b, start;

    while (m->end <= at)
        m++;
    start = m->end - 4 * m->words;
    printf("program %u, code 0x%08x..0x%08x:", m->program, m->from, m->to);
    for (sim_addr pc = m->from; pc < m->to; pc += 2)
        printf(" %02x%02x", f->bytes[pc - f->base + 1], f->bytes[pc - f->base]);
    printf("\n");
    for (uint32_t word = 0; word < m->words; word++) {
        memcpy(&a, ours->bytes + start + 4 * word, 4);
        memcpy(&b, theirs->bytes + start + 4 * word, 4);
        if (a != b || m->words < 64)
            printf("%s word %u: ours %08x, QEMU's %08x\n", a == b ? " " : "*", word, a, b);
    }
    fflush(stdout);
}

/* Runs the firmware on both machines and fails at the first byte that differs. */
static inline void referee_compare(const struct referee *r, const struct firmware *f, struct region *region)
{
    struct sim *s = firmware_open(region, f, r->chip, NULL);
    struct stream ours = run_sim(r, s), theirs = run_qemu(r);
    uint32_t at = 0, size = r->marks[r->mark_count - 1].end;

    assert_int_equal(ours.size, size);
    assert_int_equal(theirs.size, size);
    while (at < size && ours.bytes[at] == theirs.bytes[at])
        at++;
    if (at < size) {
        show_difference(r, f, &ours, &theirs, at);
        fail_msg("%s and QEMU differ", r->chip);
    }
    free(ours.bytes);
    free(theirs.bytes);
    sim_close(s);
}

/* ---- Illegal instructions ---- */

/* Whether the simulator calls the instruction that begins with these two halfwords, put at `place`, illegal. */
static inline int is_illegal(const struct referee *r, struct sim *s, sim_addr place, uint32_t code)
{
    struct diag d = { 0 };
    int illegal;

    sim_write(s, place, &code, sizeof code);
    sim_set_register(s, r->register_pc, place);
    illegal = sim_run(s, UINT32_MAX, 1, &d) != OK && strstr(d.message, "illegal instruction");
    diag_clear(&d);
    return illegal;
}

/* Runs firmware on QEMU that must write the `count` addresses of its illegal instructions, in that order. */
static inline void referee_illegal(const struct referee *r, const struct firmware *f, const sim_addr *places,
                                   uint32_t count)
{
    struct stream theirs;
    uint32_t at = 0, code = 0;
    char path[128];

    firmware_write(f, in_folder(path, "firmware.elf"));
    theirs = run_qemu(r);
    while (at < count && 4 * at < theirs.size && memcmp(&places[at], theirs.bytes + 4 * at, 4) == 0)
        at++;
    if (at < count) {
        memcpy(&code, f->bytes + (places[at] - f->base), 4);
        fail_msg("QEMU executes 0x%08x", code);
    }
    assert_int_equal(theirs.size, 4 * count);
    printf("%u illegal instructions\n", count);
    free(theirs.bytes);
}

#endif
