/* mpy_s8_cut.c - CONV_2D (with or without a MAX_POOL_2D) on the MSP430X as UnIT prunes it, a stored cut for each
 * connection: strips of centred activations for mpy_s8_cut.S. */
#include "rt_centre.h"
#include "rt_row.h"
#include "rt_strip.h"

/* Values of a strip, and bytes of one: 1, or 4 where activations have signs. */
struct form {
    uint16_t values, value_bytes, strip_bytes;
};

static struct form form_of(const struct unit_mpy_s8 *p)
{
    struct form f = { (uint16_t)(rt_strip_columns(p) * rt_column_bytes(p)), 1, rt_strip_bytes(p) };

    if (p->in_zp != -128) {
        f.value_bytes = 4;
        f.strip_bytes = (uint16_t)(4 * f.values);
    }
    return f;
}

/* raw: behind all strips, where activations have signs. */
static void lay_out(struct rt_strip *s, const struct form *f, int8_t *strip, int8_t *raw)
{
    if (f->value_bytes == 1) {
        rt_strip_next(s, strip);
        rt_centre_bytes(strip, f->values);
    } else {
        rt_strip_next(s, raw);
        rt_centre_words((int16_t *)strip, raw, f->values, (int8_t)s->zp);
    }
}

static void begin(const struct unit_mpy_s8 *p, const struct form *f, struct rt_row *row)
{
    const uint8_t *end = f->value_bytes == 1 ? rt_cut_steps_end : rt_cut_signed_steps_end;
    uint16_t bytes = f->value_bytes == 1 ? RT_CUT_STEP_BYTES : RT_CUT_SIGNED_STEP_BYTES;

    rt_row_begin(row, p, end);
    row->pairs = p->out_c;
    row->passes = (uint16_t)((p->taps + RT_CUT_UNROLLED - 1) / RT_CUT_UNROLLED);
    row->entry = end - ((p->taps - 1) % RT_CUT_UNROLLED + 1) * bytes;
}

void unit_mpy_s8_cut(const void *op, void *const t[])
{
    const struct unit_mpy_s8 *p = op;
    struct form f = form_of(p);
    struct rt_strip s = rt_strip_begin(p, t[0]);
    int8_t *strips = t[2], *raw = strips + p->pool_h * f.strip_bytes;
    uint16_t step = (uint16_t)(p->stride_w * rt_column_bytes(p) * f.value_bytes);
    struct rt_row row;

    begin(p, &f, &row);
    row.y = t[1];
    row.x_step = (uint16_t)(p->pool_w * step);
    for (uint16_t rows = p->out_h; rows >= p->pool_h; rows = (uint16_t)(rows - p->pool_h)) {
        const uint8_t **window = row.window;
        for (uint16_t i = 0; i < p->pool_h; i++) {
            int8_t *strip = strips + i * f.strip_bytes;
            lay_out(&s, &f, strip, raw);
            for (uint16_t j = 0; j < p->pool_w; j++, strip += step)
                *window++ = (const uint8_t *)strip;
        }
        row.positions = (uint16_t)(p->out_w / p->pool_w);
        rt_cut_row(&row);
    }
}
