/* sink.h - a growing block that unpacked bytes flow into, with an upper bound against decompression bombs.
 *
 * Usage: sink_start; while there is more, sink_reserve and write up to sink_space bytes at sink_end, add them to
 * size; if that came to an end well, sink_finish moves the bytes into a region, else sink_drop forgets them.
 */
#ifndef DATA_SINK_H
#define DATA_SINK_H

#include "base/diag.h"
#include "base/file.h"
#include "base/region.h"

/* The most that one file or archive member may unpack to: 4 GiB. */
extern const size_t sink_limit;

struct sink {
    uint8_t *data;
    size_t size, room;
    size_t limit; /* most bytes allowed */
    int by_ratio; /* 1: the limit comes from the packed size */
};

enum sink_state { SINK_READY, SINK_TOO_LARGE, SINK_NO_MEMORY };

/* An empty sink for at most `limit` bytes unpacked from `packed` bytes. Above 256 MiB a ratio of 1000 is not exceeded
 * either: no data set with something to learn from shrinks like that, and a bomb is stopped before it fills the
 * memory. */
void sink_start(struct sink *s, size_t packed, size_t limit);

/* Makes space for at least one byte. SINK_TOO_LARGE once more than the limit has been written. */
enum sink_state sink_reserve(struct sink *s);

uint8_t *sink_end(const struct sink *s);
size_t sink_space(const struct sink *s);

/* Moves what was written into the region. */
struct bytes sink_finish(struct sink *s, struct region *r);
void sink_drop(struct sink *s);

/* The failure that belongs to a state other than SINK_READY; returns its status. */
int sink_report(const struct sink *s, enum sink_state state, const char *where, struct diag *d);

#endif
