/* sink.c - the growing block and its bound. Knows nothing of what is unpacked. */
#include "data/sink.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1 << 16, RATIO_MAX = 1000, RATIO_FROM = 256 << 20 };

const size_t sink_limit = SIZE_MAX > UINT32_MAX ? (size_t)UINT32_MAX + 1 : SIZE_MAX / 4;

void sink_start(struct sink *s, size_t packed, size_t limit)
{
    size_t by_ratio = packed > SIZE_MAX / RATIO_MAX ? SIZE_MAX : packed * RATIO_MAX;

    if (by_ratio < RATIO_FROM)
        by_ratio = RATIO_FROM;
    memset(s, 0, sizeof *s);
    s->by_ratio = by_ratio < limit;
    s->limit = s->by_ratio ? by_ratio : limit;
}

/* Room goes to one byte above the limit: that byte tells too much from just enough. */
enum sink_state sink_reserve(struct sink *s)
{
    size_t room = s->room ? s->room * 2 : FIRST_ROOM;
    uint8_t *grown;

    if (s->size > s->limit)
        return SINK_TOO_LARGE;
    if (s->size < s->room)
        return SINK_READY;
    if (room > s->limit)
        room = s->limit + 1;
    grown = realloc(s->data, room);
    if (!grown)
        return SINK_NO_MEMORY;
    s->data = grown;
    s->room = room;
    return SINK_READY;
}

uint8_t *sink_end(const struct sink *s)
{
    return s->data + s->size;
}

size_t sink_space(const struct sink *s)
{
    return s->room - s->size;
}

struct bytes sink_finish(struct sink *s, struct region *r)
{
    struct bytes result = { region_copy(r, s->data, s->size), s->size };

    sink_drop(s);
    return result;
}

void sink_drop(struct sink *s)
{
    free(s->data);
    memset(s, 0, sizeof *s);
}

int sink_report(const struct sink *s, enum sink_state state, const char *where, struct diag *d)
{
    if (state == SINK_NO_MEMORY)
        return diag_fail(d, JOB_FAILED, where, "not enough memory to unpack it; use fewer samples");
    if (s->by_ratio)
        return diag_fail(d, BAD_INPUT, where, "unpacks to more than %d times its size; if it shall, unpack it first",
                         RATIO_MAX);
    return diag_fail(d, BAD_INPUT, where, "unpacks to more than %zu bytes; use fewer samples", s->limit);
}
