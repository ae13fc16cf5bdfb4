/* import.c - which format a file is, by its content. */
#include "import/import.h"

#include <string.h>

#include "import/tflite.h"

static int begins(struct bytes file, const char *magic, size_t size)
{
    return file.size >= size && memcmp(file.data, magic, size) == 0;
}

/* An ONNX file is a protobuf message that begins with its IR version (field 1, a small number), mostly followed by the
 * producer's name (field 2). */
static int looks_like_onnx(struct bytes file)
{
    return file.size > 3 && file.data[0] == 0x08 && file.data[1] > 0 && file.data[1] < 32 &&
           (file.data[2] == 0x12 || file.data[2] == 0x3a || file.data[2] == 0x42);
}

static int refuse(struct bytes file, const char *path, struct diag *d)
{
    if (file.size == 0)
        return diag_fail(d, BAD_INPUT, path, "it is empty; export or download it again");
    if (looks_like_onnx(file))
        return diag_fail(d, BAD_INPUT, path, "ONNX models are not supported yet; convert it to an int8 .tflite");
    if (begins(file, "\x1f\x8b", 2) || begins(file, "PK", 2) ||
        begins(file,
               "\xfd"
               "7zXZ",
               5))
        return diag_fail(d, BAD_INPUT, path, "it is compressed; unpack it first");
    if (begins(file, "\x89HDF", 4))
        return diag_fail(d, BAD_INPUT, path, "it is a Keras HDF5 file; convert it to an int8 .tflite");
    return diag_fail(d, BAD_INPUT, path, "it is no .tflite model (TFL3 is not at byte 4); export or download it again");
}

int import_bytes(struct region *r, struct bytes file, const char *path, struct graph *g, struct diag *d)
{
    if (!tflite_matches(file))
        return refuse(file, path, d);
    TRY(tflite_import(r, file, path, g, d));
    return graph_check(r, g, path, d);
}

int import_model(struct region *r, const char *path, struct graph *g, struct diag *d)
{
    struct bytes file;

    TRY(file_read(r, path, &file, d));
    return import_bytes(r, file, path, g, d);
}
