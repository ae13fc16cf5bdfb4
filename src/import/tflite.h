/* tflite.h - TensorFlow Lite files, schema version 3, over the cursor of flatbuffer.h. */
#ifndef IMPORT_TFLITE_H
#define IMPORT_TFLITE_H

#include "graph/graph.h"

/* 1 if the bytes carry the file identifier TFL3. */
int tflite_matches(struct bytes file);

/* See import_bytes. */
int tflite_import(struct region *r, struct bytes file, const char *path, struct graph *g, struct diag *d);

#endif
