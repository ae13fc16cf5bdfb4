/* tflite_schema.c - tables and options of the schema; see tflite_schema.h. */
#include "import/tflite_schema.h"

/* Every builtin operator by its code, so that one that cannot be run is called by its name. */
static const char *const builtin_names[] = {
    [0] = "ADD",
    [1] = "AVERAGE_POOL_2D",
    [2] = "CONCATENATION",
    [3] = "CONV_2D",
    [4] = "DEPTHWISE_CONV_2D",
    [5] = "DEPTH_TO_SPACE",
    [6] = "DEQUANTIZE",
    [7] = "EMBEDDING_LOOKUP",
    [8] = "FLOOR",
    [9] = "FULLY_CONNECTED",
    [10] = "HASHTABLE_LOOKUP",
    [11] = "L2_NORMALIZATION",
    [12] = "L2_POOL_2D",
    [13] = "LOCAL_RESPONSE_NORMALIZATION",
    [14] = "LOGISTIC",
    [15] = "LSH_PROJECTION",
    [16] = "LSTM",
    [17] = "MAX_POOL_2D",
    [18] = "MUL",
    [19] = "RELU",
    [20] = "RELU_N1_TO_1",
    [21] = "RELU6",
    [22] = "RESHAPE",
    [23] = "RESIZE_BILINEAR",
    [24] = "RNN",
    [25] = "SOFTMAX",
    [26] = "SPACE_TO_DEPTH",
    [27] = "SVDF",
    [28] = "TANH",
    [29] = "CONCAT_EMBEDDINGS",
    [30] = "SKIP_GRAM",
    [31] = "CALL",
    [32] = "CUSTOM",
    [33] = "EMBEDDING_LOOKUP_SPARSE",
    [34] = "PAD",
    [35] = "UNIDIRECTIONAL_SEQUENCE_RNN",
    [36] = "GATHER",
    [37] = "BATCH_TO_SPACE_ND",
    [38] = "SPACE_TO_BATCH_ND",
    [39] = "TRANSPOSE",
    [40] = "MEAN",
    [41] = "SUB",
    [42] = "DIV",
    [43] = "SQUEEZE",
    [44] = "UNIDIRECTIONAL_SEQUENCE_LSTM",
    [45] = "STRIDED_SLICE",
    [46] = "BIDIRECTIONAL_SEQUENCE_RNN",
    [47] = "EXP",
    [48] = "TOPK_V2",
    [49] = "SPLIT",
    [50] = "LOG_SOFTMAX",
    [51] = "DELEGATE",
    [52] = "BIDIRECTIONAL_SEQUENCE_LSTM",
    [53] = "CAST",
    [54] = "PRELU",
    [55] = "MAXIMUM",
    [56] = "ARG_MAX",
    [57] = "MINIMUM",
    [58] = "LESS",
    [59] = "NEG",
    [60] = "PADV2",
    [61] = "GREATER",
    [62] = "GREATER_EQUAL",
    [63] = "LESS_EQUAL",
    [64] = "SELECT",
    [65] = "SLICE",
    [66] = "SIN",
    [67] = "TRANSPOSE_CONV",
    [68] = "SPARSE_TO_DENSE",
    [69] = "TILE",
    [70] = "EXPAND_DIMS",
    [71] = "EQUAL",
    [72] = "NOT_EQUAL",
    [73] = "LOG",
    [74] = "SUM",
    [75] = "SQRT",
    [76] = "RSQRT",
    [77] = "SHAPE",
    [78] = "POW",
    [79] = "ARG_MIN",
    [80] = "FAKE_QUANT",
    [81] = "REDUCE_PROD",
    [82] = "REDUCE_MAX",
    [83] = "PACK",
    [84] = "LOGICAL_OR",
    [85] = "ONE_HOT",
    [86] = "LOGICAL_AND",
    [87] = "LOGICAL_NOT",
    [88] = "UNPACK",
    [89] = "REDUCE_MIN",
    [90] = "FLOOR_DIV",
    [91] = "REDUCE_ANY",
    [92] = "SQUARE",
    [93] = "ZEROS_LIKE",
    [94] = "FILL",
    [95] = "FLOOR_MOD",
    [96] = "RANGE",
    [97] = "RESIZE_NEAREST_NEIGHBOR",
    [98] = "LEAKY_RELU",
    [99] = "SQUARED_DIFFERENCE",
    [100] = "MIRROR_PAD",
    [101] = "ABS",
    [102] = "SPLIT_V",
    [103] = "UNIQUE",
    [104] = "CEIL",
    [105] = "REVERSE_V2",
    [106] = "ADD_N",
    [107] = "GATHER_ND",
    [108] = "COS",
    [109] = "WHERE",
    [110] = "RANK",
    [111] = "ELU",
    [112] = "REVERSE_SEQUENCE",
    [113] = "MATRIX_DIAG",
    [114] = "QUANTIZE",
    [115] = "MATRIX_SET_DIAG",
    [116] = "ROUND",
    [117] = "HARD_SWISH",
    [118] = "IF",
    [119] = "WHILE",
    [120] = "NON_MAX_SUPPRESSION_V4",
    [121] = "NON_MAX_SUPPRESSION_V5",
    [122] = "SCATTER_ND",
    [123] = "SELECT_V2",
    [124] = "DENSIFY",
    [125] = "SEGMENT_SUM",
    [126] = "BATCH_MATMUL",
    [127] = "PLACEHOLDER_FOR_GREATER_OP_CODES",
    [128] = "CUMSUM",
    [129] = "CALL_ONCE",
    [130] = "BROADCAST_TO",
    [131] = "RFFT2D",
    [132] = "CONV_3D",
    [133] = "IMAG",
    [134] = "REAL",
    [135] = "COMPLEX_ABS",
    [136] = "HASHTABLE",
    [137] = "HASHTABLE_FIND",
    [138] = "HASHTABLE_IMPORT",
    [139] = "HASHTABLE_SIZE",
    [140] = "REDUCE_ALL",
    [141] = "CONV_3D_TRANSPOSE",
    [142] = "VAR_HANDLE",
    [143] = "READ_VARIABLE",
    [144] = "ASSIGN_VARIABLE",
    [145] = "BROADCAST_ARGS",
    [146] = "RANDOM_STANDARD_NORMAL",
    [147] = "BUCKETIZE",
    [148] = "RANDOM_UNIFORM",
    [149] = "MULTINOMIAL",
    [150] = "GELU",
    [151] = "DYNAMIC_UPDATE_SLICE",
    [152] = "RELU_0_TO_1",
    [153] = "UNSORTED_SEGMENT_PROD",
    [154] = "UNSORTED_SEGMENT_MAX",
    [155] = "UNSORTED_SEGMENT_SUM",
    [156] = "ATAN2",
    [157] = "UNSORTED_SEGMENT_MIN",
    [158] = "SIGN",
    [159] = "BITCAST",
    [160] = "BITWISE_XOR",
    [161] = "RIGHT_SHIFT",
    [162] = "STABLEHLO_LOGISTIC",
    [163] = "STABLEHLO_ADD",
    [164] = "STABLEHLO_DIVIDE",
    [165] = "STABLEHLO_MULTIPLY",
    [166] = "STABLEHLO_MAXIMUM",
    [167] = "STABLEHLO_RESHAPE",
    [168] = "STABLEHLO_CLAMP",
    [169] = "STABLEHLO_CONCATENATE",
    [170] = "STABLEHLO_BROADCAST_IN_DIM",
    [171] = "STABLEHLO_CONVOLUTION",
    [172] = "STABLEHLO_SLICE",
    [173] = "STABLEHLO_CUSTOM_CALL",
    [174] = "STABLEHLO_REDUCE",
    [175] = "STABLEHLO_ABS",
    [176] = "STABLEHLO_AND",
    [177] = "STABLEHLO_COSINE",
    [178] = "STABLEHLO_EXPONENTIAL",
    [179] = "STABLEHLO_FLOOR",
    [180] = "STABLEHLO_LOG",
    [181] = "STABLEHLO_MINIMUM",
    [182] = "STABLEHLO_NEGATE",
    [183] = "STABLEHLO_OR",
    [184] = "STABLEHLO_POWER",
    [185] = "STABLEHLO_REMAINDER",
    [186] = "STABLEHLO_RSQRT",
    [187] = "STABLEHLO_SELECT",
    [188] = "STABLEHLO_SUBTRACT",
    [189] = "STABLEHLO_TANH",
    [190] = "STABLEHLO_SCATTER",
    [191] = "STABLEHLO_COMPARE",
    [192] = "STABLEHLO_CONVERT",
    [193] = "STABLEHLO_DYNAMIC_SLICE",
    [194] = "STABLEHLO_DYNAMIC_UPDATE_SLICE",
    [195] = "STABLEHLO_PAD",
    [196] = "STABLEHLO_IOTA",
    [197] = "STABLEHLO_DOT_GENERAL",
    [198] = "STABLEHLO_REDUCE_WINDOW",
    [199] = "STABLEHLO_SORT",
    [200] = "STABLEHLO_WHILE",
    [201] = "STABLEHLO_GATHER",
    [202] = "STABLEHLO_TRANSPOSE",
    [203] = "DILATE",
    [204] = "STABLEHLO_RNG_BIT_GENERATOR",
    [205] = "REDUCE_WINDOW",
    [206] = "STABLEHLO_COMPOSITE",
    [207] = "STABLEHLO_SHIFT_LEFT",
    [208] = "STABLEHLO_CBRT",
    [209] = "STABLEHLO_CASE",
};

/* Those that UnIT runs, or folds away. */
static const struct {
    int32_t code;
    enum op op;
} known[] = {
    { 0, OP_ADD },
    { 1, OP_AVERAGE_POOL_2D },
    { 2, OP_CONCATENATION },
    { 3, OP_CONV_2D },
    { 4, OP_DEPTHWISE_CONV_2D },
    { 6, OP_DEQUANTIZE },
    { 9, OP_FULLY_CONNECTED },
    { 14, OP_LOGISTIC },
    { 17, OP_MAX_POOL_2D },
    { 18, OP_MUL },
    { 19, OP_RELU },
    { 21, OP_RELU6 },
    { 22, OP_RESHAPE },
    { 25, OP_SOFTMAX },
    { 28, OP_TANH },
    { 34, OP_PAD },
    { 39, OP_TRANSPOSE },
    { 40, OP_MEAN },
    { 41, OP_SUB },
    { 43, OP_SQUEEZE },
    { 45, OP_STRIDED_SLICE },
    { 50, OP_LOG_SOFTMAX },
    { 70, OP_EXPAND_DIMS },
    { 77, OP_SHAPE },
    { 83, OP_PACK },
    { 98, OP_LEAKY_RELU },
    { 114, OP_QUANTIZE },
};

enum op tflite_op(int32_t code)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].code == code)
            return known[i].op;
    return OP_COUNT;
}

const char *tflite_op_name(int32_t code)
{
    if (code < 0 || (size_t)code >= sizeof builtin_names / sizeof *builtin_names)
        return NULL;
    return builtin_names[code];
}

enum tensor_type tflite_type(int8_t code)
{
    static const enum tensor_type types[] = { TYPE_FLOAT32, TYPE_OTHER, TYPE_INT32, TYPE_UINT8, TYPE_INT64,
                                              TYPE_OTHER,   TYPE_BOOL,  TYPE_INT16, TYPE_OTHER, TYPE_INT8 };

    return code >= 0 && (size_t)code < sizeof types / sizeof *types ? types[code] : TYPE_OTHER;
}

static const char *activation(struct fb_table t, int field, struct options *out)
{
    static const enum activation known_activations[] = { ACT_NONE, ACT_RELU, ACT_RELU_N1_TO_1, ACT_RELU6 };
    int8_t code = fb_i8(t, field, 0);

    if (code < 0 || code > 3)
        return "its fused activation is not supported";
    out->activation = known_activations[code];
    return NULL;
}

static void convolution(struct fb_table t, int dilation, struct options *out)
{
    out->same_padding = fb_i8(t, 0, 0) == 0;
    out->stride_w = fb_i32(t, 1, 0);
    out->stride_h = fb_i32(t, 2, 0);
    out->dilation_w = fb_i32(t, dilation, 1);
    out->dilation_h = fb_i32(t, dilation + 1, 1);
}

static const char *pool(struct fb_table t, struct options *out)
{
    out->same_padding = fb_i8(t, 0, 0) == 0;
    out->stride_w = fb_i32(t, 1, 0);
    out->stride_h = fb_i32(t, 2, 0);
    out->filter_w = fb_i32(t, 3, 0);
    out->filter_h = fb_i32(t, 4, 0);
    return activation(t, 5, out);
}

static const char *fully_connected(struct fb_table t, struct options *out)
{
    out->keep_dims = fb_u8(t, 2, 0);
    if (fb_i8(t, 1, 0) != 0)
        return "its weights are shuffled";
    return activation(t, 0, out);
}

static void squeeze(struct fb_table t, struct options *out)
{
    struct fb_vector dims = fb_vector_field(t, 0, 4);

    for (size_t i = 0; i < dims.count && i < RANK_MAX; i++)
        out->squeeze[out->squeeze_count++] = fb_i32_at(dims, i);
}

static void strided_slice(struct fb_table t, struct options *out)
{
    out->begin_mask = fb_i32(t, 0, 0);
    out->end_mask = fb_i32(t, 1, 0);
    out->ellipsis_mask = fb_i32(t, 2, 0);
    out->new_axis_mask = fb_i32(t, 3, 0);
    out->shrink_axis_mask = fb_i32(t, 4, 0);
}

const char *tflite_options(enum op op, struct fb_table t, struct options *out)
{
    switch (op) {
    case OP_CONV_2D:
        convolution(t, 4, out);
        return activation(t, 3, out);
    case OP_DEPTHWISE_CONV_2D:
        convolution(t, 5, out);
        out->depth_multiplier = fb_i32(t, 3, 0);
        return activation(t, 4, out);
    case OP_FULLY_CONNECTED:
        return fully_connected(t, out);
    case OP_MAX_POOL_2D:
    case OP_AVERAGE_POOL_2D:
        return pool(t, out);
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
        return activation(t, 0, out);
    case OP_CONCATENATION:
        out->axis = fb_i32(t, 0, 0);
        return fb_i8(t, 1, 0) ? "its fused activation is not supported" : NULL;
    case OP_PACK:
        out->axis = fb_i32(t, 1, 0);
        return NULL;
    case OP_MEAN:
        out->keep_dims = fb_u8(t, 0, 0);
        return NULL;
    case OP_SOFTMAX:
        out->beta = fb_f32(t, 0, 0);
        return NULL;
    case OP_LEAKY_RELU:
        out->alpha = fb_f32(t, 0, 0);
        return NULL;
    case OP_SQUEEZE:
        squeeze(t, out);
        return NULL;
    case OP_STRIDED_SLICE:
        strided_slice(t, out);
        return NULL;
    default:
        return NULL;
    }
}
