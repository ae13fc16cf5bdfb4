/* decompress.c - drives zlib and liblzma over bytes in memory; both libraries check the sums. */
#define ZLIB_CONST
#include "data/decompress.h"

#include <lzma.h>
#include <string.h>
#include <zlib.h>

#include "data/sink.h"

enum outcome { DONE, CUT_SHORT, DAMAGED, NEEDS_MEMORY, NO_MEMORY, SINK_STOPPED };

/* zlib counts in unsigned int; xz -9 takes 65 MiB, its largest presets do not come near the bound. */
enum { STEP = 1 << 30, XZ_MEMORY = 512 << 20 };

struct codec {
    const char *name;
    size_t magic_size;
    const char *magic;
    enum outcome (*unpack)(struct bytes in, struct sink *to);
};

static size_t at_most_step(size_t n)
{
    return n < STEP ? n : STEP;
}

static int all_zero(const uint8_t *data, size_t size)
{
    while (size && *data == 0)
        data++, size--;
    return size == 0;
}

/* Behind a member: nothing, padding of tapes, or the next member. */
static enum outcome gzip_next_member(z_stream *z, const uint8_t *rest, size_t size, int *more)
{
    *more = size >= 2 && rest[0] == 0x1f && rest[1] == 0x8b;
    if (*more)
        return inflateReset(z) == Z_OK ? DONE : DAMAGED;
    return all_zero(rest, size) ? DONE : DAMAGED;
}

static enum outcome gzip_members(z_stream *z, struct bytes in, struct sink *to)
{
    const uint8_t *end = in.data + in.size;
    enum outcome outcome = DONE;
    int code, more = 1;

    z->next_in = in.data;
    while (more && outcome == DONE) {
        if (sink_reserve(to) != SINK_READY)
            return SINK_STOPPED;
        z->next_out = sink_end(to);
        z->avail_in = (uInt)at_most_step((size_t)(end - z->next_in));
        z->avail_out = (uInt)at_most_step(sink_space(to));
        code = inflate(z, Z_NO_FLUSH);
        to->size += (size_t)(z->next_out - sink_end(to));
        if (code == Z_STREAM_END)
            outcome = gzip_next_member(z, z->next_in, (size_t)(end - z->next_in), &more);
        else if (code == Z_BUF_ERROR)
            outcome = CUT_SHORT;
        else if (code != Z_OK)
            outcome = code == Z_MEM_ERROR ? NO_MEMORY : DAMAGED;
    }
    return outcome;
}

static enum outcome gzip_unpack(struct bytes in, struct sink *to)
{
    enum outcome outcome;
    z_stream z;

    memset(&z, 0, sizeof z);
    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) /* 16: gzip only */
        return NO_MEMORY;
    outcome = gzip_members(&z, in, to);
    inflateEnd(&z);
    return outcome;
}

static enum outcome xz_outcome(lzma_ret code)
{
    switch (code) {
    case LZMA_STREAM_END:
        return DONE;
    case LZMA_BUF_ERROR:
        return CUT_SHORT;
    case LZMA_MEMLIMIT_ERROR:
        return NEEDS_MEMORY;
    case LZMA_MEM_ERROR:
        return NO_MEMORY;
    default:
        return DAMAGED;
    }
}

static enum outcome xz_unpack(struct bytes in, struct sink *to)
{
    lzma_stream z = LZMA_STREAM_INIT;
    lzma_ret code = lzma_stream_decoder(&z, XZ_MEMORY, LZMA_CONCATENATED);
    enum sink_state state = SINK_READY;

    z.next_in = in.data;
    z.avail_in = in.size;
    while (code == LZMA_OK && (state = sink_reserve(to)) == SINK_READY) {
        z.next_out = sink_end(to);
        z.avail_out = sink_space(to);
        code = lzma_code(&z, LZMA_FINISH);
        to->size = (size_t)(z.next_out - to->data);
    }
    lzma_end(&z);
    return state == SINK_READY ? xz_outcome(code) : SINK_STOPPED;
}

static const struct codec codecs[] = {
    { "gzip", 2, "\x1f\x8b", gzip_unpack },
    { "xz", 6,
      "\xfd"
      "7zXZ\0",
      xz_unpack },
};

static const struct codec *codec_of(struct bytes in)
{
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++)
        if (in.size >= codecs[i].magic_size && memcmp(in.data, codecs[i].magic, codecs[i].magic_size) == 0)
            return &codecs[i];
    return NULL;
}

static int report(enum outcome outcome, const struct codec *codec, const struct sink *s, const char *where,
                  struct diag *d)
{
    switch (outcome) {
    case CUT_SHORT:
        return diag_fail(d, BAD_INPUT, where, "the %s data is cut short; copy the file again", codec->name);
    case DAMAGED:
        return diag_fail(d, BAD_INPUT, where, "the %s data is damaged; copy the file again", codec->name);
    case NEEDS_MEMORY:
        return diag_fail(d, BAD_INPUT, where, "unpacking it takes more than %d MiB of memory; pack it again with xz -9",
                         XZ_MEMORY >> 20);
    case NO_MEMORY:
        return sink_report(s, SINK_NO_MEMORY, where, d);
    default:
        return sink_report(s, s->size > s->limit ? SINK_TOO_LARGE : SINK_NO_MEMORY, where, d);
    }
}

int decompress(struct region *r, struct bytes in, const char *where, size_t limit, struct bytes *out, struct diag *d)
{
    const struct codec *codec = codec_of(in);
    enum outcome outcome;
    struct sink s;
    int status;

    *out = in;
    if (!codec)
        return OK;
    sink_start(&s, in.size, limit);
    outcome = codec->unpack(in, &s);
    if (outcome == DONE && s.size <= s.limit) {
        *out = sink_finish(&s, r);
        return OK;
    }
    status = report(outcome == DONE ? SINK_STOPPED : outcome, codec, &s, where, d);
    sink_drop(&s);
    return status;
}
