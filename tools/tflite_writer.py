"""Writes .tflite files: tensors, constants and operators by name, without a converter.

    m = Model(description="one convolution")
    x = m.tensor("x", (1, 8, 8, 3), "int8", 0.05, -3)
    w = m.tensor("w", (4, 3, 3, 3), "int8", [0.01] * 4, [0] * 4, axis=0, data=weights)
    b = m.tensor("b", (4,), "int32", [0.0005] * 4, [0] * 4, data=bias)
    y = m.tensor("y", (1, 6, 6, 4), "int8", 0.1, 7)
    m.op("CONV_2D", [x, w, b], [y], padding="VALID", activation="RELU")
    m.write("conv.tflite", inputs=[x], outputs=[y])

Knows: the schema's object form (ai-edge-litert brings it), the operators of this project and their options. Does not
know shapes or arithmetic: it writes what it is told. The same calls give the same bytes. Tensors without data share
the empty buffer 0; tensors given the *same* array object share one buffer, as the official converter does.
Source: the TensorFlow Lite schema, version 3.
"""
import pathlib

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as S

TYPES = {"float32": S.TensorType.FLOAT32, "int32": S.TensorType.INT32, "uint8": S.TensorType.UINT8,
         "int64": S.TensorType.INT64, "bool": S.TensorType.BOOL, "int16": S.TensorType.INT16,
         "int8": S.TensorType.INT8}
LAST_OLD_CODE = 127      # codes above it do not fit the old byte field, which then holds this value


def _fused(options, given):
    options.fusedActivationFunction = getattr(S.ActivationFunctionType, given.pop("activation", "NONE"))


def _window(options, given):
    options.padding = getattr(S.Padding, given.pop("padding", "VALID"))
    options.strideH, options.strideW = given.pop("stride_h", 1), given.pop("stride_w", 1)
    _fused(options, given)


def _conv(options, given):
    _window(options, given)
    options.dilationHFactor, options.dilationWFactor = given.pop("dilation_h", 1), given.pop("dilation_w", 1)


def _depthwise(options, given):
    _conv(options, given)
    options.depthMultiplier = given.pop("depth_multiplier", 1)


def _pool(options, given):
    _window(options, given)
    options.filterHeight, options.filterWidth = given.pop("filter_height"), given.pop("filter_width")


def _fully_connected(options, given):
    _fused(options, given)
    options.keepNumDims = given.pop("keep_num_dims", False)


def _mean(options, given):
    options.keepDims = given.pop("keep_dims", False)


def _reshape(options, given):
    options.newShape = given.pop("new_shape", None)


def _squeeze(options, given):
    options.squeezeDims = given.pop("dims", None)


def _concatenation(options, given):
    options.axis = given.pop("axis")
    _fused(options, given)


def _softmax(options, given):
    options.beta = given.pop("beta", 1.0)


def _leaky_relu(options, given):
    options.alpha = given.pop("alpha")


def _shape(options, given):
    options.outType = TYPES[given.pop("out_type", "int32")]


def _strided_slice(options, given):
    options.beginMask, options.endMask = given.pop("begin_mask", 0), given.pop("end_mask", 0)
    options.ellipsisMask, options.newAxisMask = given.pop("ellipsis_mask", 0), given.pop("new_axis_mask", 0)
    options.shrinkAxisMask = given.pop("shrink_axis_mask", 0)


def _pack(options, given):
    options.valuesCount, options.axis = given.pop("values_count"), given.pop("axis", 0)


def _nothing(options, given):
    pass


# operator: its table of options in the schema (None: it has none), what fills that table, version
OPERATORS = {
    "CONV_2D":           ("Conv2DOptions", _conv, 3),
    "DEPTHWISE_CONV_2D": ("DepthwiseConv2DOptions", _depthwise, 3),
    "FULLY_CONNECTED":   ("FullyConnectedOptions", _fully_connected, 4),
    "MAX_POOL_2D":       ("Pool2DOptions", _pool, 2),
    "AVERAGE_POOL_2D":   ("Pool2DOptions", _pool, 2),
    "ADD":               ("AddOptions", _fused, 2),
    "MUL":               ("MulOptions", _fused, 2),
    "SUB":               ("SubOptions", _fused, 2),
    "MEAN":              ("ReducerOptions", _mean, 2),
    "PAD":               ("PadOptions", _nothing, 2),
    "RESHAPE":           ("ReshapeOptions", _reshape, 1),
    "SQUEEZE":           ("SqueezeOptions", _squeeze, 1),
    "EXPAND_DIMS":       ("ExpandDimsOptions", _nothing, 1),
    "CONCATENATION":     ("ConcatenationOptions", _concatenation, 2),
    "SOFTMAX":           ("SoftmaxOptions", _softmax, 2),
    "LOG_SOFTMAX":       ("LogSoftmaxOptions", _nothing, 2),
    "RELU":              (None, _nothing, 2),
    "RELU6":             (None, _nothing, 2),
    "LEAKY_RELU":        ("LeakyReluOptions", _leaky_relu, 2),
    "LOGISTIC":          (None, _nothing, 2),
    "TANH":              (None, _nothing, 2),
    "QUANTIZE":          ("QuantizeOptions", _nothing, 2),
    "DEQUANTIZE":        ("DequantizeOptions", _nothing, 2),
    "TRANSPOSE":         ("TransposeOptions", _nothing, 2),
    "SHAPE":             ("ShapeOptions", _shape, 1),
    "STRIDED_SLICE":     ("StridedSliceOptions", _strided_slice, 2),
    "PACK":              ("PackOptions", _pack, 2),
}


def _quantization(scale, zero_point, axis):
    q = S.QuantizationParametersT()
    if scale is not None:
        q.scale = np.atleast_1d(np.asarray(scale, np.float32))
        q.zeroPoint = np.atleast_1d(np.asarray(0 if zero_point is None else zero_point, np.int64))
        if len(q.zeroPoint) != len(q.scale):
            q.zeroPoint = np.resize(q.zeroPoint, len(q.scale))
        q.quantizedDimension = axis
    return q


class Model:
    """A network of one subgraph, in the making."""

    def __init__(self, description=""):
        self.description = description
        self.tensors, self.operators, self.codes = [], [], []
        self.buffers = [S.BufferT()]
        self.shared = {}                          # id of an array -> its buffer, and the array, to keep that id taken

    def tensor(self, name, shape, dtype, scale=None, zero_point=None, axis=0, data=None):
        """Adds a tensor, a constant if it has data; returns its index. A list of scales lies along `axis`."""
        t = S.TensorT()
        t.name, t.shape, t.type = name, [int(n) for n in shape], TYPES[dtype]
        t.quantization = _quantization(scale, zero_point, axis)
        t.buffer = 0 if data is None else self._buffer(name, shape, dtype, data)
        t.hasRank = True
        self.tensors.append(t)
        return len(self.tensors) - 1

    def constant(self, name, values, dtype="int32"):
        """Adds a small constant without quantisation, such as a shape or a list of axes; returns its index."""
        values = np.asarray(values, dtype)
        return self.tensor(name, values.shape, dtype, data=values)

    def op(self, operator, inputs, outputs, **options):
        """Adds an operator. An input of -1 is left out (a missing bias)."""
        table, fill, version = OPERATORS[operator]
        if operator == "PACK":
            options.setdefault("values_count", len(inputs))
        o = S.OperatorT()
        o.opcodeIndex = self._code(getattr(S.BuiltinOperator, operator), options.pop("version", version))
        o.inputs, o.outputs = list(inputs), list(outputs)
        if table:
            o.builtinOptionsType = getattr(S.BuiltinOptions, table)
            o.builtinOptions = getattr(S, table + "T")()
        fill(o.builtinOptions, options)
        if options:
            raise TypeError(f"{operator} has no option {', '.join(sorted(options))}")
        self.operators.append(o)
        return len(self.operators) - 1

    def to_bytes(self, inputs, outputs):
        graph = S.SubGraphT()
        graph.name = "main"
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = list(inputs), list(outputs)
        model = S.ModelT()
        model.version, model.description = 3, self.description
        model.operatorCodes, model.subgraphs, model.buffers = self.codes, [graph], self.buffers
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def write(self, path, inputs, outputs):
        pathlib.Path(path).write_bytes(self.to_bytes(inputs, outputs))

    def _buffer(self, name, shape, dtype, data):
        if id(data) in self.shared:
            return self.shared[id(data)][0]
        values = np.ascontiguousarray(np.asarray(data).astype(dtype, casting="same_kind"))
        if values.dtype.kind != "f" and not np.array_equal(values.ravel(), np.ravel(data)):
            raise ValueError(f"{name}: a value does not fit {dtype}")
        if values.size != int(np.prod(shape, dtype=np.int64)):
            raise ValueError(f"{name}: {values.size} values for shape {tuple(shape)}")
        buffer = S.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self.buffers.append(buffer)
        self.shared[id(data)] = (len(self.buffers) - 1, data)
        return len(self.buffers) - 1

    def _code(self, builtin, version):
        for i, code in enumerate(self.codes):
            if (code.builtinCode, code.version) == (builtin, version):
                return i
        code = S.OperatorCodeT()
        code.builtinCode, code.version = builtin, version
        code.deprecatedBuiltinCode = min(builtin, LAST_OLD_CODE)
        self.codes.append(code)
        return len(self.codes) - 1
