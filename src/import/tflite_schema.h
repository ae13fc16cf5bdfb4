/* tflite_schema.h - what UnIT needs of the TFLite schema: field numbers, operator codes, type codes.
 * Source: tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3 (field numbers follow the order of declaration).
 */
#ifndef IMPORT_TFLITE_SCHEMA_H
#define IMPORT_TFLITE_SCHEMA_H

#include "graph/graph.h"
#include "import/flatbuffer.h"

enum { MODEL_VERSION, MODEL_OPERATOR_CODES, MODEL_SUBGRAPHS, MODEL_DESCRIPTION, MODEL_BUFFERS };
enum { CODE_DEPRECATED, CODE_CUSTOM, CODE_VERSION, CODE_BUILTIN };
enum { SUBGRAPH_TENSORS, SUBGRAPH_INPUTS, SUBGRAPH_OUTPUTS, SUBGRAPH_OPERATORS };
enum {
    TENSOR_SHAPE,
    TENSOR_TYPE,
    TENSOR_BUFFER,
    TENSOR_NAME,
    TENSOR_QUANTISATION,
    TENSOR_IS_VARIABLE,
    TENSOR_SPARSITY
};
enum { QUANT_MIN, QUANT_MAX, QUANT_SCALE, QUANT_ZERO_POINT, QUANT_DETAILS_TYPE, QUANT_DETAILS, QUANT_DIMENSION };
enum { OPERATOR_CODE, OPERATOR_INPUTS, OPERATOR_OUTPUTS, OPERATOR_OPTIONS_TYPE, OPERATOR_OPTIONS };
enum { BUFFER_DATA, BUFFER_OFFSET, BUFFER_SIZE };

enum { TFLITE_CUSTOM = 32 };

/* The operator of a builtin code, or OP_COUNT if UnIT has none for it; and the code's name ("SVDF"; NULL if unknown).
 */
enum op tflite_op(int32_t code);
const char *tflite_op_name(int32_t code);

enum tensor_type tflite_type(int8_t code);

/* Reads an operator's options; a text if one of them cannot be run (a fused activation, a weights format), else NULL.
 */
const char *tflite_options(enum op op, struct fb_table options, struct options *out);

/* Contents of a buffer, in the file's bytes: inside the FlatBuffer, or behind it by offset and size. data is NULL if it
 * has none. A text if it does not exist or lies outside the file, else NULL. */
const char *tflite_buffer(struct fb_vector buffers, uint32_t index, struct bytes *out);

/* 1 if two buffers share some of their bytes, but not all of them: no exporter makes that, damage does. */
int tflite_buffers_overlap(struct region *r, struct fb_vector buffers);

#endif
