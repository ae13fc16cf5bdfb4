/* progress.c - see progress.h. One bar at a time; ticks are counted atomically, whoever finds the last drawing old
 * draws. */
#include "base/progress.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 30, REDRAW_MS = 100 };

static struct {
    const char *what;
    size_t total;
    atomic_size_t done;
    atomic_llong drawn_ms;
    long long start_ms;
    int quiet, shown;
} bar;

static long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_start(const char *what, size_t total)
{
    bar.what = what;
    bar.total = total ? total : 1;
    bar.start_ms = now_ms();
    bar.shown = !bar.quiet && isatty(STDERR_FILENO);
    atomic_store(&bar.done, 0);
    atomic_store(&bar.drawn_ms, 0);
}

static void draw_bar(size_t done, long long now)
{
    char filled[WIDTH + 1];
    int full = (int)(done * WIDTH / bar.total);
    double elapsed = (double)(now - bar.start_ms) / 1000;
    double left = done ? elapsed * (double)(bar.total - done) / (double)done : 0;

    for (int i = 0; i < WIDTH; i++)
        filled[i] = i < full ? '#' : '.';
    filled[WIDTH] = 0;
    fprintf(stderr, "\r%-16.16s [%s] %3zu%%  %.0f s left \033[K", bar.what, filled, done * 100 / bar.total, left);
}

static void redraw(size_t done)
{
    long long now, drawn;

    if (!bar.shown)
        return;
    now = now_ms();
    drawn = atomic_load(&bar.drawn_ms);
    if (now - drawn < REDRAW_MS || !atomic_compare_exchange_strong(&bar.drawn_ms, &drawn, now))
        return;
    draw_bar(done < bar.total ? done : bar.total, now);
}

void progress_tick(void)
{
    redraw(atomic_fetch_add(&bar.done, 1) + 1);
}

void progress_set(size_t done)
{
    atomic_store(&bar.done, done);
    redraw(done);
}

void progress_end(void)
{
    if (bar.shown)
        fputs("\r\033[K", stderr);
    bar.shown = 0;
}

void progress_be_quiet(void)
{
    bar.quiet = 1;
}

double progress_now(void)
{
    return (double)now_ms() / 1000;
}
