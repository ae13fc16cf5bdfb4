/* tflite_buffer.c - where the contents of constants lie in the file. */
#include <stdlib.h>

#include "import/tflite_schema.h"

const char *tflite_buffer(struct fb_vector buffers, uint32_t index, struct bytes *out)
{
    const struct bytes *file = &buffers.buffer->bytes;
    struct fb_table b;
    struct fb_vector data;
    uint64_t offset, size;

    *out = (struct bytes){ NULL, 0 };
    if (index >= buffers.count)
        return index ? "its buffer does not exist" : NULL;
    b = fb_table_at(buffers, index);
    data = fb_vector_field(b, BUFFER_DATA, 1);
    if (data.count) {
        *out = (struct bytes){ file->data + data.at, data.count };
        return NULL;
    }
    offset = fb_u64(b, BUFFER_OFFSET, 0);
    size = fb_u64(b, BUFFER_SIZE, 0);
    if (offset <= 1 || size == 0)
        return NULL;
    if (offset > file->size || size > file->size - offset)
        return "its buffer lies behind the end of the file";
    *out = (struct bytes){ file->data + offset, (size_t)size };
    return NULL;
}

static int by_place(const void *left, const void *right)
{
    const struct bytes *a = left, *b = right;

    if (a->data != b->data)
        return a->data < b->data ? -1 : 1;
    return a->size < b->size ? -1 : a->size > b->size;
}

int tflite_buffers_overlap(struct region *r, struct fb_vector buffers)
{
    struct bytes *all = region_array(r, buffers.count, sizeof *all);
    size_t count = 0;

    for (uint32_t i = 0; i < buffers.count; i++)
        if (!tflite_buffer(buffers, i, &all[count]) && all[count].data)
            count++;
    qsort(all, count, sizeof *all, by_place);
    for (size_t i = 1; i < count; i++)
        if (all[i].data < all[i - 1].data + all[i - 1].size && by_place(&all[i], &all[i - 1]) != 0)
            return 1;
    return 0;
}
