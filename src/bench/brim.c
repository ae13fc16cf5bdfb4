/* brim.c - see brim.h. */
#include "bench/brim.h"

#include <stdlib.h>

#include "run/count.h"

struct gain {
    size_t element;
    uint32_t connections;
};

static int by_connections(const void *a, const void *b)
{
    const struct gain *x = a, *y = b;

    if (x->connections != y->connections)
        return x->connections < y->connections ? 1 : -1;
    return x->element < y->element ? -1 : x->element > y->element;
}

/* The value `far` from the zero point, on the side where there is more room. */
static int8_t value_at(int zp, int far)
{
    int up = zp + far < INT8_MAX ? zp + far : INT8_MAX, down = zp - far > INT8_MIN ? zp - far : INT8_MIN;

    return (int8_t)(zp < 0 ? up : down);
}

void brim_fill(const struct mac_layer *m, int8_t *to)
{
    size_t elements = (size_t)m->shape.in_h * m->shape.in_w * m->shape.in_c;
    int above = m->plan->fallback.above, zp = m->shape.in_zp, far = zp < 0 ? INT8_MAX - zp : zp - INT8_MIN;
    struct region *room = region_new();
    struct counter *counter = counter_new(room, m);
    struct gain *gains = region_array(room, elements, sizeof *gains);

    for (size_t i = 0; i < elements; i++) {
        gains[i] = (struct gain){ i, counter_of(counter, i, far) - counter_of(counter, i, above) };
        to[i] = value_at(zp, above);
    }
    qsort(gains, elements, sizeof *gains, by_connections);
    for (size_t i = 0; i < elements && i < m->fallback->limit; i++)
        to[gains[i].element] = value_at(zp, far);
    region_free(room);
}
