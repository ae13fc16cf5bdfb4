#!/usr/bin/env python3
"""Makes tests/models/ops/NAME.tflite: small int8 networks, one operator or a few each, that cover every supported
operator and its corners.

    python tools/op_models.py [FOLDER]

Knows: which corners there are, and scales that make outputs spread over the whole range. Does not know the file
format (tools/tflite_writer.py) nor the right answers (tools/goldens.py). Weights come from generators seeded by the
model's name, so adding a model changes no other one.

Left out because LiteRT 2.3.0 refuses them: CONV_2D without a bias, as -1 or as two inputs (DEPTHWISE_CONV_2D takes
two inputs but not -1); CONCATENATION of inputs whose scale or zero point is not the output's, or with a fused
activation; LOGISTIC and SOFTMAX with any other output quantisation than 1/256 and -128, LOG_SOFTMAX with any other than
1/16 and 127; EXPAND_DIMS that changes the quantisation; SOFTMAX over so many nearly equal values that their
exponentials sum to 512 or more (it aborts).
"""
import pathlib
import sys
import zlib

import numpy as np

from tflite_writer import Model

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "tests/models/ops"
SCALE_IN, SCALE_OUT = 0.05, 0.1
SPREAD = 73.9                     # standard deviation of a uniform byte
MODELS = {}                       # name -> function that builds it


# ---- building -------------------------------------------------------------------------------------------------------

class Net:
    """A model in the making; every method adds one operator and returns the tensor it writes."""

    def __init__(self, name):
        self.model = Model(description=name)
        self.random = np.random.default_rng(zlib.crc32(name.encode()))
        self.count = 0
        self.inputs, self.outputs = [], []

    def name(self, what):
        self.count += 1
        return f"{what}_{self.count}"

    def tensor(self, shape, scale=SCALE_IN, zero=-3, dtype="int8", what="t"):
        if dtype not in ("int8", "uint8"):
            scale = zero = None
        return self.model.tensor(self.name(what), shape, dtype, scale, zero)

    def input(self, shape, scale=SCALE_IN, zero=-3, dtype="int8"):
        self.inputs.append(self.tensor(shape, scale, zero, dtype, "input"))
        return self.inputs[-1]

    def constant(self, shape, scale=SCALE_IN, zero=-3, values=None):
        data = self.random.integers(-128, 128, shape) if values is None else np.asarray(values)
        return self.model.tensor(self.name("constant"), shape, "int8", scale, zero, data=data)

    def numbers(self, values, dtype="int32"):
        return self.model.constant(self.name("numbers"), values, dtype)

    def shape(self, t):
        return tuple(self.model.tensors[t].shape)

    def op(self, operator, inputs, shape, scale=SCALE_IN, zero=-3, dtype="int8", **options):
        y = self.tensor(shape, scale, zero, dtype, operator.lower())
        self.model.op(operator, inputs, [y], **options)
        return y

    def weights(self, shape, axis, channels, taps, per_channel, multiplier, weights, bias, scales):
        """Filter and bias. `multiplier`: real value of input scale * filter scale / output scale, one or a list."""
        scale_in, scale_out = scales
        sigma = np.sqrt(taps) * SPREAD * SPREAD
        if multiplier is None:
            multiplier = 50 / sigma * self.random.uniform(0.6, 1.6, channels if per_channel else 1)
        wanted = np.resize(np.asarray(multiplier, float), channels if per_channel else 1)
        w_scale = (wanted * scale_out / scale_in).astype(np.float32)
        w = self.random.integers(-127, 128, shape) if weights is None else np.resize(weights, shape)
        w_index = self.model.tensor(self.name("filter"), shape, "int8", w_scale, 0, axis=axis, data=w.astype(np.int8))
        if bias is None:
            return [w_index]
        if isinstance(bias, str):
            bias = np.clip(self.random.normal(0, 30 / np.resize(wanted, channels)), -2**30, 2**30)
        b_scale = np.float32(scale_in) * w_scale
        b = np.resize(np.rint(bias), channels).astype(np.int32)
        return [w_index, self.model.tensor(self.name("bias"), (channels,), "int32", b_scale, 0, data=b)]

    def conv(self, x, channels=4, kernel=(3, 3), stride=(1, 1), dilation=(1, 1), padding="VALID", activation="NONE",
             zero=5, scales=(SCALE_IN, SCALE_OUT), per_channel=True, multiplier=None, weights=None, bias="noise",
             depth_multiplier=None):
        """CONV_2D; with a depth_multiplier, DEPTHWISE_CONV_2D."""
        _, height, width, depth = self.shape(x)
        size = window_size((height, width), kernel, stride, dilation, padding)
        options = {}
        if depth_multiplier is None:
            operator, shape, axis, taps = "CONV_2D", (channels, *kernel, depth), 0, kernel[0] * kernel[1] * depth
        else:
            operator, channels = "DEPTHWISE_CONV_2D", depth * depth_multiplier
            shape, axis, taps = (1, *kernel, channels), 3, kernel[0] * kernel[1]
            options["depth_multiplier"] = depth_multiplier
        given = self.weights(shape, axis, channels, taps, per_channel, multiplier, weights, bias, scales)
        return self.op(operator, [x, *given], (1, *size, channels), scales[1], zero, padding=padding,
                       stride_h=stride[0], stride_w=stride[1], dilation_h=dilation[0], dilation_w=dilation[1],
                       activation=activation, **options)

    def fc(self, x, channels=10, activation="NONE", zero=5, scales=(SCALE_IN, SCALE_OUT), per_channel=False,
           multiplier=None, weights=None, bias="noise", keep_num_dims=False, depth=None):
        shape = self.shape(x)
        depth = depth or shape[-1]
        rows = int(np.prod(shape)) // depth
        given = self.weights((channels, depth), 0, channels, depth, per_channel, multiplier, weights, bias, scales)
        if bias is None:
            given.append(-1)
        out = (*shape[:-1], channels) if keep_num_dims else (rows, channels)
        return self.op("FULLY_CONNECTED", [x, *given], out, scales[1], zero, activation=activation,
                       keep_num_dims=keep_num_dims)

    def pool(self, operator, x, kernel, stride, padding="VALID", activation="NONE", scale=SCALE_IN, zero=-3):
        _, height, width, depth = self.shape(x)
        size = window_size((height, width), kernel, stride, (1, 1), padding)
        return self.op(operator, [x], (1, *size, depth), scale, zero, filter_height=kernel[0], filter_width=kernel[1],
                       stride_h=stride[0], stride_w=stride[1], padding=padding, activation=activation)


def window_size(size, kernel, stride, dilation, padding):
    if padding == "SAME":
        return tuple(-(-n // s) for n, s in zip(size, stride))
    return tuple((n - (k - 1) * d - 1) // s + 1 for n, k, s, d in zip(size, kernel, stride, dilation))


def model(build):
    """Registers a function of a Net; it returns the tensor, or list of tensors, that the network puts out."""
    register(build.__name__, build)
    return build


def register(name, build):
    if name in MODELS:
        raise ValueError(f"two models are called {name}")
    MODELS[name] = build


# ---- CONV_2D, DEPTHWISE_CONV_2D -------------------------------------------------------------------------------------

POWERS = dict(scales=(0.5, 1.0))                                    # with multipliers 2^-n: exact ties, both signs
WIDE = [2.0**-n * 1.37 for n in (15, 13, 11, 9, 7, 5, 2, -2)]       # right and left shifts in one layer

CONVS = {      # name: (size of the input, options of Net.conv, zero point of the input)
    "conv_1x1":              ((5, 4, 6), dict(kernel=(1, 1), channels=7), -3),
    "conv_1x1_stride2":      ((5, 4, 6), dict(kernel=(1, 1), stride=(2, 2), padding="SAME"), 11),
    "conv_3x3_valid":        ((6, 7, 3), dict(), -3),
    "conv_3x3_same":         ((6, 7, 3), dict(padding="SAME"), 17),
    "conv_stride2_same_odd": ((7, 9, 2), dict(stride=(2, 2), padding="SAME"), -128),
    "conv_stride2_same_even": ((8, 6, 2), dict(stride=(2, 2), padding="SAME"), 127),
    "conv_stride2_valid":    ((8, 7, 2), dict(stride=(2, 2)), -1),
    "conv_stride3_same":     ((8, 10, 2), dict(stride=(3, 3), padding="SAME"), 3),
    "conv_stride3_valid":    ((8, 10, 2), dict(stride=(3, 3)), 3),
    "conv_stride_1x2":       ((6, 7, 2), dict(stride=(1, 2), padding="SAME"), 1),
    "conv_stride_3x1":       ((7, 6, 2), dict(stride=(3, 1)), 1),
    "conv_stride_over_kernel": ((9, 9, 2), dict(kernel=(2, 2), stride=(3, 3), padding="SAME"), 9),
    "conv_rect_1x5_same":    ((3, 9, 3), dict(kernel=(1, 5), padding="SAME"), -77),
    "conv_rect_5x1_valid":   ((9, 3, 3), dict(kernel=(5, 1)), -77),
    "conv_even_kernel_same": ((6, 5, 3), dict(kernel=(4, 2), padding="SAME"), 33),
    "conv_kernel_over_input": ((2, 3, 3), dict(kernel=(5, 5), padding="SAME"), -12),
    "conv_whole_input":      ((4, 5, 3), dict(kernel=(4, 5), channels=9), -12),
    "conv_same_low_zero":    ((5, 6, 8), dict(padding="SAME"), -61),
    "conv_one_pixel":        ((1, 1, 8), dict(kernel=(3, 3), padding="SAME"), 2),
    "conv_dilation2_valid":  ((8, 8, 2), dict(dilation=(2, 2)), -3),
    "conv_dilation2_same":   ((7, 8, 2), dict(dilation=(2, 2), padding="SAME"), 40),
    "conv_dilation_1x3_same": ((5, 9, 2), dict(dilation=(1, 3), padding="SAME"), -50),
    "conv_per_tensor":       ((6, 6, 3), dict(per_channel=False, padding="SAME"), -3),
    "conv_one_channel":      ((7, 7, 1), dict(channels=1), -3),
    "conv_zero_low_high":    ((5, 5, 3), dict(zero=127), -128),
    "conv_zero_high_low":    ((5, 5, 3), dict(zero=-128), 127),
    "conv_relu":             ((6, 6, 3), dict(activation="RELU", zero=-128, padding="SAME"), -128),
    "conv_relu_odd_zero":    ((6, 6, 3), dict(activation="RELU", zero=-37), -128),
    "conv_relu6":            ((6, 6, 3), dict(activation="RELU6", zero=-31), 4),
    "conv_relu_n1_to_1":     ((6, 6, 3), dict(activation="RELU_N1_TO_1", zero=11), 4),
    "conv_ties":             ((6, 6, 2), dict(channels=6, multiplier=[2.0**-n for n in range(7, 13)], **POWERS), 0),
    "conv_ties_per_tensor":  ((6, 6, 2), dict(per_channel=False, multiplier=2.0**-8, **POWERS), -1),
    "conv_left_shift":       ((5, 5, 2), dict(multiplier=[1.0, 1.3, 5.7, 900.0], weights=[1, 0, -1, 0, 0, 2, 0]), -3),
    "conv_right_shift":      ((5, 5, 2), dict(multiplier=[2.0**-19 * 1.3, 2.0**-22, 2.0**-24 * 1.9, 2.0**-16]), -3),
    "conv_mixed_shifts":     ((5, 5, 2), dict(channels=8, multiplier=WIDE), -3),
    "conv_half_zero_weights": ((6, 6, 3), dict(weights=[0, 5, 0, -7, 0, 127, 0, 0, -127, 1, 0]), -128),
    "conv_all_zero_channels": ((5, 5, 2), dict(weights=[0] * 18 + [3] * 18), -3),
    "conv_weights_lowest":   ((5, 5, 3), dict(weights=[-128, 127, -128, -128]), 127),
    "conv_zero_bias":        ((5, 5, 3), dict(bias=[0]), -3),
}

DEPTHWISE = {
    "depthwise_3x3_same":    ((6, 7, 5), dict(padding="SAME"), 17),
    "depthwise_3x3_valid":   ((6, 7, 5), dict(), -3),
    "depthwise_1x1":         ((4, 5, 6), dict(kernel=(1, 1)), -3),
    "depthwise_stride2_same_odd": ((7, 9, 3), dict(stride=(2, 2), padding="SAME"), -128),
    "depthwise_stride2_same_even": ((8, 6, 3), dict(stride=(2, 2), padding="SAME"), 9),
    "depthwise_stride2_valid": ((8, 7, 3), dict(stride=(2, 2)), 127),
    "depthwise_stride_2x1":  ((8, 5, 3), dict(stride=(2, 1), padding="SAME"), 6),
    "depthwise_stride3_same": ((8, 10, 2), dict(stride=(3, 3), padding="SAME"), 6),
    "depthwise_rect_2x5":    ((5, 9, 3), dict(kernel=(2, 5), padding="SAME"), -60),
    "depthwise_1d":          ((12, 1, 4), dict(kernel=(5, 1)), -60),
    "depthwise_whole_input": ((5, 4, 4), dict(kernel=(5, 4)), -60),
    "depthwise_dilation2_same": ((7, 8, 3), dict(dilation=(2, 2), padding="SAME"), 40),
    "depthwise_dilation_3x1": ((9, 5, 3), dict(dilation=(3, 1)), 40),
    "depthwise_times2":      ((6, 6, 3), dict(depth_multiplier=2, padding="SAME"), -3),
    "depthwise_times8_one_channel": ((9, 8, 1), dict(kernel=(5, 4), stride=(2, 2), depth_multiplier=8,
                                                   padding="SAME", activation="RELU"), 1),
    "depthwise_times3_stride2": ((7, 7, 2), dict(depth_multiplier=3, stride=(2, 2)), -88),
    "depthwise_per_tensor":  ((6, 6, 3), dict(per_channel=False, padding="SAME"), -3),
    "depthwise_no_bias":     ((6, 6, 3), dict(bias=None), -3),
    "depthwise_relu":        ((6, 6, 3), dict(activation="RELU", zero=-128, padding="SAME"), -128),
    "depthwise_relu6":       ((6, 6, 3), dict(activation="RELU6", zero=-31), 4),
    "depthwise_relu_n1_to_1": ((6, 6, 3), dict(activation="RELU_N1_TO_1", zero=11), 4),
    "depthwise_ties":        ((6, 6, 6), dict(multiplier=[2.0**-n for n in range(4, 10)], **POWERS), 0),
    "depthwise_mixed_shifts": ((5, 5, 8), dict(multiplier=WIDE), -3),
    "depthwise_half_zero_weights": ((6, 6, 3), dict(weights=[0, 5, 0, -7, 0, 127, 0, 0, -127, 1, 0]), -128),
}

for _name, (_size, _options, _zero) in {**CONVS, **DEPTHWISE}.items():
    if _name in DEPTHWISE:
        _options.setdefault("depth_multiplier", 1)
    register(_name, lambda net, size=_size, options=_options, zero=_zero:
             net.conv(net.input((1, *size), options.get("scales", (SCALE_IN,))[0], zero), **options))


# ---- FULLY_CONNECTED ------------------------------------------------------------------------------------------------

def rounding_borders(multiplier):
    """Biases that put acc * multiplier on and beside every border between two output values."""
    borders = np.rint((np.arange(-128, 128, 2) + 0.5) / multiplier)
    return borders + np.arange(len(borders)) % 3 - 1


FULLY_CONNECTED = {      # name: (shape of the input, options of Net.fc, zero point of the input)
    "fc_basic":              ((1, 4), dict(channels=3), -3),
    "fc_per_tensor":         ((1, 24), dict(), -3),
    "fc_per_channel":        ((1, 24), dict(per_channel=True), -3),
    "fc_no_bias":            ((1, 24), dict(bias=None), 12),
    "fc_one_output":         ((1, 33), dict(channels=1), 12),
    "fc_one_input":          ((1, 1), dict(channels=16), 12),
    "fc_zero_points":        ((1, 24), dict(zero=127), -128),
    "fc_4d_input":           ((1, 2, 3, 4), dict(depth=24), -128),
    "fc_rows":               ((1, 5, 8), dict(channels=6), -3),
    "fc_keep_num_dims":      ((1, 5, 8), dict(channels=6, keep_num_dims=True), -3),
    "fc_keep_num_dims_per_channel": ((1, 2, 3, 8), dict(channels=5, keep_num_dims=True, per_channel=True), -3),
    "fc_relu":               ((1, 24), dict(activation="RELU", zero=-128), -128),
    "fc_relu6":              ((1, 24), dict(activation="RELU6", zero=-31), 4),
    "fc_relu_n1_to_1":       ((1, 24), dict(activation="RELU_N1_TO_1", zero=11), 4),
    "fc_ties":               ((1, 8), dict(channels=32, multiplier=2.0**-7, zero=0, **POWERS), 0),
    "fc_ties_per_channel":   ((1, 8), dict(channels=32, per_channel=True, zero=-1, **POWERS,
                                           multiplier=[0.5, 0.25, 0.375, 2.0**-5, 2.0**-9, 3 * 2.0**-8]), 0),
    "fc_ties_equal_scales":  ((1, 8), dict(channels=32, multiplier=2.0**-7, scales=(0.3, 0.3), zero=0), 0),
    "fc_borders":            ((1, 1), dict(channels=128, multiplier=2.0**-17 * 1.7, weights=[1, 0], zero=0,
                                           bias=rounding_borders(2.0**-17 * 1.7)), 0),
    "fc_borders_exact":      ((1, 1), dict(channels=128, multiplier=2.0**-15, weights=[1, 0], zero=0,
                                           bias=rounding_borders(2.0**-15), **POWERS), 0),
    "fc_borders_per_channel": ((1, 1), dict(channels=128, multiplier=2.0**-13 * 1.9, weights=[1, 0], zero=0,
                                            per_channel=True, bias=rounding_borders(2.0**-13 * 1.9)), 0),
    "fc_left_shift":         ((1, 8), dict(multiplier=6.3, weights=[1, 0, 0, -1, 0, 0, 0]), -3),
    "fc_mixed_shifts":       ((1, 8), dict(channels=16, per_channel=True, multiplier=WIDE), -3),
    "fc_half_zero_weights":  ((1, 24), dict(weights=[0, 5, 0, -7, 0, 127, 0, 0, -127, 1, 0]), -128),
    "fc_weights_lowest":     ((1, 24), dict(weights=[-128, 127, -128, -128]), 127),
}

for _name, (_shape, _options, _zero) in FULLY_CONNECTED.items():
    register(_name, lambda net, shape=_shape, options=_options, zero=_zero:
             net.fc(net.input(shape, options.get("scales", (SCALE_IN,))[0], zero), **options))


# ---- pools ----------------------------------------------------------------------------------------------------------

POOLS = {      # suffix: (size of the input, kernel, stride, more options)
    "2x2":          ((6, 8, 3), (2, 2), (2, 2), {}),
    "odd_valid":    ((7, 5, 3), (2, 2), (2, 2), {}),
    "odd_same":     ((7, 5, 3), (2, 2), (2, 2), dict(padding="SAME")),
    "3x3_s2_same":  ((8, 7, 3), (3, 3), (2, 2), dict(padding="SAME", zero=21)),
    "3x3_s1_same":  ((5, 6, 2), (3, 3), (1, 1), dict(padding="SAME", zero=-128)),
    "3x3_s1_valid": ((5, 6, 2), (3, 3), (1, 1), {}),
    "gaps":         ((8, 8, 2), (2, 2), (3, 3), dict(padding="SAME")),
    "rect":         ((6, 9, 2), (1, 3), (2, 1), dict(padding="SAME")),
    "whole":        ((5, 7, 4), (5, 7), (1, 1), {}),
    "relu":         ((6, 6, 2), (2, 2), (2, 2), dict(activation="RELU", zero=-20)),
    "relu6":        ((6, 6, 2), (2, 2), (2, 2), dict(activation="RELU6", zero=-40)),
    "relu_n1_to_1": ((6, 6, 2), (2, 2), (2, 2), dict(activation="RELU_N1_TO_1", zero=7)),
}

for _operator, _prefix in (("MAX_POOL_2D", "max_pool"), ("AVERAGE_POOL_2D", "average_pool")):
    for _suffix, (_size, _kernel, _stride, _options) in POOLS.items():
        register(f"{_prefix}_{_suffix}",
                 lambda net, operator=_operator, size=_size, kernel=_kernel, stride=_stride, options=_options:
                 net.pool(operator, net.input((1, *size), zero=options.get("zero", -3)), kernel, stride, **options))


# ---- ADD, SUB, MUL --------------------------------------------------------------------------------------------------

PLAIN = (1, 4, 5, 3)
PAIRS = {      # suffix: (first input, second input, its kind, scales of both, zero points of all, fused)
    "same_scales":     (PLAIN, PLAIN, "input", (0.05, 0.05), (-3, -3, -3), "NONE"),
    "scales_differ":   (PLAIN, PLAIN, "input", (0.037, 0.11), (17, -101, 33), "NONE"),
    "scales_far":      (PLAIN, PLAIN, "input", (0.9, 0.0011), (-128, 127, -1), "NONE"),
    "ties":            (PLAIN, PLAIN, "input", (0.25, 0.5), (0, 1, -1), "NONE"),
    "near_tie":        ((1, 200), (1, 200), "input", None, (0, 0, 0), "NONE"),
    "scalar":          (PLAIN, (), "constant", (0.05, 0.02), (-3, -128, 5), "NONE"),
    "one_element":     (PLAIN, (1, 1, 1, 1), "input", (0.05, 0.02), (-3, 3, 5), "NONE"),
    "channel":         (PLAIN, (3,), "constant", (0.05, 0.02), (-3, 5, 5), "NONE"),
    "channel_first":   ((3,), PLAIN, "constant first", (0.05, 0.02), (-3, 5, 5), "NONE"),
    "lower_rank":      (PLAIN, (5, 3), "constant", (0.05, 0.03), (-3, 5, 5), "NONE"),
    "both_ways":       ((1, 4, 1, 3), (1, 1, 5, 3), "input", (0.05, 0.03), (9, -9, 0), "NONE"),
    "both_ways_outer": ((1, 4, 1, 1), (1, 1, 5, 3), "input", (0.05, 0.03), (9, -9, 0), "NONE"),
    "row":             (PLAIN, (1, 1, 5, 1), "constant", (0.05, 0.03), (9, -9, 0), "NONE"),
    "twice":           (PLAIN, PLAIN, "same", (0.05, 0.05), (-3, -3, 5), "NONE"),
    "2d":              ((1, 60), (1, 60), "input", (0.05, 0.03), (9, -9, 0), "NONE"),
    "relu":            (PLAIN, PLAIN, "input", (0.05, 0.04), (-3, 8, -128), "RELU"),
    "relu6":           (PLAIN, PLAIN, "input", (0.05, 0.04), (-3, 8, -60), "RELU6"),
    "relu_n1_to_1":    (PLAIN, PLAIN, "input", (0.05, 0.04), (-3, 8, 13), "RELU_N1_TO_1"),
}
NEAR_TIE = {"ADD": (0.1, 0.15, 0.2), "SUB": (0.1, 0.15, 0.2), "MUL": (0.3, 0.02, 0.012)}


def pair(net, operator, shapes, kind, scales, zeros, activation):
    first, second = shapes
    scales = scales or NEAR_TIE[operator]
    if kind == "constant first":
        a = net.constant(first, scales[0], zeros[0])
    else:
        a = net.input(first, scales[0], zeros[0])
    if kind == "same":
        b = a
    elif kind == "constant":
        b = net.constant(second, scales[1], zeros[1])
    else:
        b = net.input(second, scales[1], zeros[1])
    if len(scales) == 3:
        scale = scales[2]
    elif operator == "MUL":
        scale = scales[0] * scales[1] * 60
    else:
        scale = max(scales) * 1.45 if max(scales) not in (0.05, 0.5) else max(scales) * 2
    return net.op(operator, [a, b], np.broadcast_shapes(first, second), scale, zeros[2], activation=activation)


for _operator in ("ADD", "SUB", "MUL"):
    for _suffix, (_first, _second, *_rest) in PAIRS.items():
        register(f"{_operator.lower()}_{_suffix}",
                 lambda net, operator=_operator, shapes=(_first, _second), rest=_rest:
                 pair(net, operator, shapes, *rest))


# ---- MEAN, PAD and operators that move elements ---------------------------------------------------------------------

MEANS = {      # suffix: (shape, axes, keep_dims, scale and zero point of the output)
    "hw":               ((1, 5, 7, 3), [1, 2], False, (0.05, -3)),
    "hw_keep":          ((1, 5, 7, 3), [1, 2], True, (0.05, -3)),
    "hw_scales_differ": ((1, 5, 7, 3), [1, 2], False, (0.013, 40)),
    "hw_reversed":      ((1, 4, 6, 3), [2, 1], True, (0.07, -90)),
    "hw_power_of_two":  ((1, 4, 8, 3), [1, 2], False, (0.05, 12)),
    "hw_one_pixel":     ((1, 1, 1, 9), [1, 2], False, (0.02, 12)),
    "width":            ((1, 5, 7, 3), [2], False, (0.031, 0)),
    "width_scalar":     ((1, 5, 7, 3), 2, True, (0.031, 0)),
    "last":             ((1, 4, 3, 10), [-1], True, (0.05, -3)),
    "all":              ((1, 5, 6, 3), [0, 1, 2, 3], True, (0.004, 77)),
    "channels_height":  ((1, 5, 6, 3), [3, 1], False, (0.025, -77)),
    "2d":               ((1, 50), [1], True, (0.01, 1)),
    "repeated_axis":    ((1, 5, 6, 3), [1, -3], False, (0.05, -3)),
}


def mean(net, shape, axes, keep, quantisation):
    gone = {axis % len(shape) for axis in np.atleast_1d(axes)}
    out = [1 if i in gone else n for i, n in enumerate(shape) if keep or i not in gone]
    return net.op("MEAN", [net.input(shape), net.numbers(axes)], out, *quantisation, keep_dims=keep)


for _suffix, _mean in MEANS.items():
    register(f"mean_{_suffix}", lambda net, given=_mean: mean(net, *given))

PADS = {       # suffix: (shape, before and after of each axis, type of the numbers)
    "same_like":  ((1, 4, 5, 3), [[0, 0], [0, 1], [0, 1], [0, 0]], "int32"),
    "uneven":     ((1, 4, 5, 3), [[0, 0], [2, 1], [0, 3], [0, 0]], "int32"),
    "channels":   ((1, 3, 4, 3), [[0, 0], [0, 0], [0, 0], [2, 3]], "int32"),
    "every_axis": ((1, 2, 3, 3), [[0, 0], [1, 2], [3, 1], [1, 1]], "int32"),
    "nothing":    ((1, 2, 3, 3), [[0, 0], [0, 0], [0, 0], [0, 0]], "int32"),
    "2d":         ((1, 20), [[0, 0], [3, 4]], "int32"),
    "int64":      ((1, 4, 5, 2), [[0, 0], [1, 1], [1, 1], [0, 0]], "int64"),
}


def pad(net, shape, amounts, dtype):
    out = [n + sum(amount) for n, amount in zip(shape, amounts)]
    return net.op("PAD", [net.input(shape), net.numbers(amounts, dtype)], out)


for _suffix, _pad in PADS.items():
    register(f"pad_{_suffix}", lambda net, given=_pad: pad(net, *given))

TRANSPOSES = {"2d": ((1, 30), (1, 0)), "3d": ((1, 5, 6), (0, 2, 1)), "3d_reversed": ((1, 5, 6), (2, 1, 0)),
              "nhwc_to_nchw": ((1, 4, 5, 3), (0, 3, 1, 2)), "nchw_to_nhwc": ((1, 3, 4, 5), (0, 2, 3, 1)),
              "hw": ((1, 4, 5, 3), (0, 2, 1, 3)), "4d_reversed": ((1, 4, 5, 3), (3, 2, 1, 0)),
              "identity": ((1, 4, 5, 3), (0, 1, 2, 3)), "5d": ((1, 2, 3, 4, 5), (0, 3, 1, 4, 2))}

for _suffix, (_shape, _order) in TRANSPOSES.items():
    register(f"transpose_{_suffix}", lambda net, shape=_shape, order=_order:
             net.op("TRANSPOSE", [net.input(shape), net.numbers(order)], [shape[i] for i in order]))

RESHAPES = {"flat": ((1, 4, 5, 3), [1, 60], [1, 60]), "minus_one": ((1, 4, 5, 3), [1, -1], [1, 60]),
            "minus_one_inside": ((1, 60), [1, 4, -1, 3], [1, 4, 5, 3])}

for _suffix, (_shape, _wanted, _out) in RESHAPES.items():
    register(f"reshape_{_suffix}", lambda net, shape=_shape, wanted=_wanted, out=_out:
             net.op("RESHAPE", [net.input(shape), net.numbers(wanted)], out, new_shape=wanted))
    register(f"reshape_{_suffix}_option_only", lambda net, shape=_shape, wanted=_wanted, out=_out:
             net.op("RESHAPE", [net.input(shape)], out, new_shape=wanted))

SQUEEZES = {"named": ((1, 1, 12, 1, 3), [1, 3], (1, 12, 3)), "negative": ((1, 12, 1, 3), [-2], (1, 12, 3)),
            "all": ((1, 1, 12, 1), None, (12,))}

for _suffix, (_shape, _dims, _out) in SQUEEZES.items():
    register(f"squeeze_{_suffix}", lambda net, shape=_shape, dims=_dims, out=_out:
             net.op("SQUEEZE", [net.input(shape)], out, dims=dims))

for _suffix, _axis, _out in (("middle", 1, (1, 1, 12, 3)), ("last", -1, (1, 12, 3, 1))):
    register(f"expand_dims_{_suffix}", lambda net, axis=_axis, out=_out:
             net.op("EXPAND_DIMS", [net.input((1, 12, 3)), net.numbers([axis])], out))

CONCATS = {"height": ((1, 2, 5, 3), (1, 4, 5, 3), 1), "channels": ((1, 4, 5, 2), (1, 4, 5, 3), 3),
           "minus_one": ((1, 4, 5, 2), (1, 4, 5, 1), -1), "width_3d": ((1, 4, 5), (1, 4, 2), 2),
           "2d": ((1, 20), (1, 7), 1)}


def concatenation(net, first, second, axis, third=None, constant=False):
    parts = [net.input(first), net.constant(second) if constant else net.input(second)]
    parts += [net.input(third)] if third else []
    out = list(first)
    out[axis] = sum(net.shape(t)[axis] for t in parts)
    return net.op("CONCATENATION", parts, out, axis=axis)


for _suffix, _concat in CONCATS.items():
    register(f"concatenation_{_suffix}", lambda net, given=_concat: concatenation(net, *given))


@model
def concatenation_three(net):
    return concatenation(net, (1, 3, 4, 2), (1, 3, 4, 1), 3, third=(1, 3, 4, 3))


@model
def concatenation_constant(net):
    return concatenation(net, (1, 3, 4, 2), (1, 3, 4, 3), 3, constant=True)


@model
def concatenation_twice(net):
    x = net.input((1, 3, 4, 2))
    return net.op("CONCATENATION", [x, x], (1, 3, 4, 4), axis=3)


# ---- operators of one value -----------------------------------------------------------------------------------------

def softmax(net, shape, scale, zero, beta):
    return net.op("SOFTMAX", [net.input(shape, scale, zero)], shape, 1 / 256, -128, beta=beta)


SOFTMAXES = {"plain": ((1, 10), 0.1, 3, 1.0), "two": ((1, 2), 0.06, -20, 1.0), "one": ((1, 1), 0.06, -20, 1.0),
             "fine_scale": ((1, 12), 0.004, 0, 1.0), "coarse_scale": ((1, 12), 0.7, 0, 1.0),
             "very_coarse_scale": ((1, 12), 12.0, 0, 4.0), "beta_small": ((1, 10), 0.1, 3, 0.1),
             "beta_large": ((1, 10), 0.1, 3, 2.5), "rows": ((6, 11), 0.15, 3, 1.0), "4d": ((1, 3, 4, 7), 0.09, -9, 1.0),
             "3d": ((1, 5, 9), 0.2, 60, 0.5), "long": ((1, 200), 0.11, 0, 1.0), "ramp": ((1, 256), 0.02, 0, 1.0),
             "many_rows": ((1, 60, 4), 0.119, 3, 1.0)}      # an implementation in float is a step off somewhere

for _suffix, _softmax in SOFTMAXES.items():
    register(f"softmax_{_suffix}", lambda net, given=_softmax: softmax(net, *given))

for _suffix, _shape, _scale in (("plain", (1, 10), 0.1), ("fine_scale", (1, 12), 0.004), ("rows", (1, 6, 11), 0.3),
                                ("ramp", (1, 256), 0.05), ("many_rows", (1, 24, 10), 0.125)):
    register(f"log_softmax_{_suffix}", lambda net, shape=_shape, scale=_scale:
             net.op("LOG_SOFTMAX", [net.input(shape, scale, 7)], shape, 16 / 256, 127))

EVERY_VALUE = (1, 256)
SAME = (0.05, -3, 0.05, -3)
UNARY = {      # name: (operator, scale and zero point before, after, options)
    "relu_same_scale":     ("RELU", *SAME, {}),
    "relu_finer":          ("RELU", 0.05, -3, 0.023, -128, {}),
    "relu_coarser":        ("RELU", 0.05, 60, 0.08, -20, {}),
    "relu_ties":           ("RELU", 0.25, 5, 0.5, -7, {}),
    "relu_near_tie":       ("RELU", 0.3, 0, 0.36, -128, {}),        # near ties: float and double quotients of scales
    "relu6_near_tie":      ("RELU6", 0.025, 0, 0.1 / 3, -128, {}),  # round differently
    "leaky_relu_near_tie": ("LEAKY_RELU", 0.3, 0, 0.36, 0, dict(alpha=0.3)),
    "quantize_near_tie":   ("QUANTIZE", 0.3, 0, 0.36, 0, {}),
    "relu6_same_scale":    ("RELU6", *SAME, {}),
    "relu6_scales_differ": ("RELU6", 0.11, -3, 6 / 255, -128, {}),
    "relu6_coarser":       ("RELU6", 0.05, -100, 0.09, 9, {}),
    "leaky_relu_same_scale": ("LEAKY_RELU", *SAME, dict(alpha=0.1)),
    "leaky_relu_scales_differ": ("LEAKY_RELU", 0.05, 30, 0.031, -70, dict(alpha=0.3)),
    "leaky_relu_half":     ("LEAKY_RELU", 0.25, 0, 0.5, 0, dict(alpha=0.5)),
    "leaky_relu_negative": ("LEAKY_RELU", 0.05, 0, 0.05, 0, dict(alpha=-0.7)),
    "leaky_relu_above_one": ("LEAKY_RELU", 0.05, 60, 0.1, 60, dict(alpha=1.6)),
    "logistic_fine":       ("LOGISTIC", 0.011, -3, 1 / 256, -128, {}),
    "logistic_middle":     ("LOGISTIC", 0.05, 40, 1 / 256, -128, {}),
    "logistic_coarse":     ("LOGISTIC", 0.3, -40, 1 / 256, -128, {}),
    "tanh_fine":           ("TANH", 0.007, -3, 1 / 128, 0, {}),
    "tanh_middle":         ("TANH", 0.03, 40, 1 / 128, 0, {}),
    "tanh_coarse":         ("TANH", 0.2, -40, 1 / 128, 0, {}),
    "quantize_rescale_finer": ("QUANTIZE", 0.05, -3, 0.021, 44, {}),
    "quantize_rescale_coarser": ("QUANTIZE", 0.05, 11, 0.13, -128, {}),
    "quantize_ties":       ("QUANTIZE", 0.25, 3, 0.5, -2, {}),
    "quantize_zero_point": ("QUANTIZE", 0.05, -3, 0.05, 20, {}),
}

for _name, (_operator, _s0, _z0, _s1, _z1, _options) in UNARY.items():
    register(_name, lambda net, operator=_operator, before=(_s0, _z0), after=(_s1, _z1), options=_options:
             net.op(operator, [net.input(EVERY_VALUE, *before)], EVERY_VALUE, *after, **options))

BORDERS = {    # name: (operator, type, scale, zero point before; the same after)
    "quantize_float_int8":  ("QUANTIZE", ("float32", 0, 0), ("int8", 0.05, -3)),
    "quantize_float_ties":  ("QUANTIZE", ("float32", 0, 0), ("int8", 0.125, 8)),
    "quantize_float_uint8": ("QUANTIZE", ("float32", 0, 0), ("uint8", 1 / 32, 120)),
    "quantize_uint8_int8":  ("QUANTIZE", ("uint8", 0.05, 128), ("int8", 0.05, 0)),
    "quantize_uint8_int8_rescale": ("QUANTIZE", ("uint8", 0.05, 100), ("int8", 0.071, -20)),
    "quantize_int8_uint8":  ("QUANTIZE", ("int8", 0.05, -3), ("uint8", 0.05, 125)),
    "quantize_int8_uint8_rescale": ("QUANTIZE", ("int8", 0.05, -3), ("uint8", 0.03, 7)),
    "dequantize_int8":      ("DEQUANTIZE", ("int8", 0.0517, -3), ("float32", 0, 0)),
    "dequantize_uint8":     ("DEQUANTIZE", ("uint8", 0.0517, 131), ("float32", 0, 0)),
}

for _name, (_operator, _before, _after) in BORDERS.items():
    register(_name, lambda net, operator=_operator, before=_before, after=_after:
             net.op(operator, [net.input(EVERY_VALUE, *before[1:], before[0])], EVERY_VALUE, *after[1:], after[0]))


# ---- small graphs ---------------------------------------------------------------------------------------------------

@model
def graph_constant_chain(net):
    """The target shape of RESHAPE computed from the input's own shape, as converters write it for a free batch."""
    x = net.input((1, 3, 4, 2))
    shape = net.op("SHAPE", [x], (4,), dtype="int32")
    one = net.op("STRIDED_SLICE", [shape, net.numbers([0]), net.numbers([1]), net.numbers([1])], (), dtype="int32",
                 shrink_axis_mask=1)
    target = net.op("PACK", [one, net.numbers(24)], (2,), dtype="int32", axis=0)
    return net.fc(net.op("RESHAPE", [x, target], (1, 24)))


@model
def graph_constant_chain_strides(net):
    """The same with two dimensions taken by a stride, and a mask that leaves the end open."""
    x = net.input((1, 3, 4, 2))
    shape = net.op("SHAPE", [x], (4,), dtype="int32")
    width = net.op("STRIDED_SLICE", [shape, net.numbers([2]), net.numbers([3]), net.numbers([1])], (), dtype="int32",
                   shrink_axis_mask=1)
    depth = net.op("STRIDED_SLICE", [shape, net.numbers([-1]), net.numbers([0]), net.numbers([1])], (), dtype="int32",
                   shrink_axis_mask=1, end_mask=1)
    target = net.op("PACK", [net.numbers(1), net.numbers(-1), width, depth], (4,), dtype="int32", axis=0)
    return net.conv(net.op("RESHAPE", [x, target], (1, 3, 4, 2)), kernel=(2, 2))


@model
def graph_residual(net):
    x = net.input((1, 6, 6, 3))
    first = net.conv(x, channels=3, padding="SAME", activation="RELU", zero=-128)
    second = net.conv(first, channels=3, padding="SAME", scales=(SCALE_OUT, 0.07), zero=9)
    return net.op("ADD", [second, x], (1, 6, 6, 3), 0.09, -128, activation="RELU")


@model
def graph_residual_projection(net):
    x = net.input((1, 7, 7, 3))
    main = net.conv(x, channels=4, stride=(2, 2), padding="SAME", zero=-20)
    side = net.conv(x, channels=4, kernel=(1, 1), stride=(2, 2), padding="SAME", zero=31)
    total = net.op("ADD", [main, side], (1, 4, 4, 4), 0.17, -128, activation="RELU")
    mean_of_all = net.op("MEAN", [total, net.numbers([1, 2])], (1, 4), 0.11, -100)
    return net.op("SOFTMAX", [net.fc(mean_of_all, channels=5, scales=(0.11, SCALE_OUT))], (1, 5), 1 / 256, -128)


@model
def graph_branches(net):
    """Three branches of different lengths, joined; the middle one does not compute at all."""
    x = net.input((1, 5, 5, 2), SCALE_OUT, 5)
    long = net.conv(net.conv(x, channels=3, padding="SAME", scales=(SCALE_OUT, SCALE_OUT)), channels=2,
                    padding="SAME", scales=(SCALE_OUT, SCALE_OUT))
    pooled = net.pool("MAX_POOL_2D", x, (3, 3), (1, 1), "SAME", scale=SCALE_OUT, zero=5)
    return net.op("CONCATENATION", [long, x, pooled], (1, 5, 5, 6), SCALE_OUT, 5, axis=3)


@model
def graph_batch_norm(net):
    """MUL and ADD with constants per channel after a convolution, the second with a fused RELU."""
    x = net.conv(net.input((1, 6, 6, 2)), channels=5)
    scaled = net.op("MUL", [x, net.constant((5,), 0.013, 0)], (1, 4, 4, 5), 0.08, 20)
    return net.op("ADD", [scaled, net.constant((1, 1, 1, 5), 0.02, -60)], (1, 4, 4, 5), 0.06, -128, activation="RELU")


@model
def graph_two_in_two_out(net):
    a, b = net.input((1, 5, 5, 2)), net.input((1, 30), 0.04, 12)
    first = net.conv(a, channels=3)
    flat = net.op("RESHAPE", [first, net.numbers([1, 27])], (1, 27), SCALE_OUT, 5)
    second = net.op("ADD", [flat, net.fc(b, channels=27, scales=(0.04, 0.12), zero=-8)], (1, 27), 0.15, 1)
    return [second, first]


@model
def graph_inputs_in_other_order(net):
    """The second input is used first, and its tensor comes first in the file."""
    b = net.tensor((1, 12), 0.04, 12, what="input")
    a = net.tensor((1, 12), 0.07, -12, what="input")
    net.inputs += [a, b]
    return net.op("SUB", [b, a], (1, 12), 0.11, 0)


@model
def graph_output_used_inside(net):
    x = net.input((1, 6, 6, 2))
    inner = net.conv(x, channels=3, activation="RELU", zero=-128)
    outer = net.conv(inner, channels=2, scales=(SCALE_OUT, SCALE_OUT))
    return [inner, outer]


@model
def graph_same_output_twice(net):
    y = net.fc(net.input((1, 16)))
    return [y, y]


@model
def graph_input_kept(net):
    """A reshaped view of the input is changed while the input itself is still needed."""
    x = net.input((1, 4, 4, 3))
    view = net.op("RESHAPE", [x, net.numbers([1, 48])], (1, 48))
    changed = net.op("RELU", [view], (1, 48), 0.04, -128)
    back = net.op("RESHAPE", [changed, net.numbers([1, 4, 4, 3])], (1, 4, 4, 3), 0.04, -128)
    return net.op("SUB", [x, back], (1, 4, 4, 3), 0.08, 30)


@model
def graph_only_reshape(net):
    return net.op("RESHAPE", [net.input((1, 4, 5, 3)), net.numbers([1, 60])], (1, 60))


@model
def graph_unused_tensor(net):
    x = net.input((1, 16))
    net.tensor((1, 99), what="unused")
    net.constant((3, 7))
    return net.fc(x)


@model
def graph_unused_operator(net):
    x = net.input((1, 6, 6, 2))
    net.conv(x, channels=2)
    return net.conv(x, channels=3)


@model
def graph_shared_buffer(net):
    """Two layers whose filters are two tensors over one buffer, and a third that uses a filter tensor again."""
    x = net.input((1, 12))
    data = net.random.integers(-127, 128, (12, 12)).astype(np.int8)
    scale = SCALE_OUT * 50 / (np.sqrt(12) * SPREAD * SPREAD) / SCALE_IN
    for scale_in, w_scale in ((SCALE_IN, scale), (SCALE_OUT, scale / 2), (SCALE_OUT, None)):
        if w_scale:
            w = net.model.tensor(net.name("filter"), (12, 12), "int8", w_scale, 0, data=data)
        x = net.op("FULLY_CONNECTED", [x, w, -1], (1, 12), SCALE_OUT, 4)
    return x


@model
def graph_float_border(net):
    x = net.op("QUANTIZE", [net.input((1, 6, 6, 2), dtype="float32")], (1, 6, 6, 2))
    return net.op("DEQUANTIZE", [net.conv(x, channels=3)], (1, 4, 4, 3), dtype="float32")


@model
def graph_float_log_softmax(net):
    x = net.op("QUANTIZE", [net.input((1, 4, 4, 1), dtype="float32")], (1, 4, 4, 1))
    flat = net.op("RESHAPE", [x, net.numbers([1, 16])], (1, 16))
    logits = net.op("DEQUANTIZE", [net.fc(flat)], (1, 10), dtype="float32")
    return net.op("LOG_SOFTMAX", [logits], (1, 10), dtype="float32", version=1)


@model
def graph_uint8_border(net):
    x = net.op("QUANTIZE", [net.input((1, 6, 6, 2), 0.05, 125, "uint8")], (1, 6, 6, 2))
    return net.op("QUANTIZE", [net.conv(x, channels=3)], (1, 4, 4, 3), SCALE_OUT, 133, "uint8")


@model
def graph_zero_mac(net):
    x = net.input((1, 6, 6, 2))
    y = net.op("TRANSPOSE", [net.pool("MAX_POOL_2D", x, (2, 2), (2, 2)), net.numbers([0, 3, 1, 2])], (1, 2, 3, 3))
    return net.op("SOFTMAX", [net.op("RESHAPE", [y, net.numbers([1, 18])], (1, 18))], (1, 18), 1 / 256, -128)


@model
def graph_lenet(net):
    x = net.conv(net.input((1, 12, 12, 1), zero=-128), channels=4, activation="RELU", zero=-128)
    x = net.pool("MAX_POOL_2D", x, (2, 2), (2, 2), scale=SCALE_OUT, zero=-128)
    x = net.conv(x, channels=6, activation="RELU", scales=(SCALE_OUT, SCALE_OUT), zero=-128)
    x = net.op("RESHAPE", [x, net.numbers([1, 54])], (1, 54), SCALE_OUT, -128)
    x = net.fc(x, channels=12, activation="RELU", scales=(SCALE_OUT, SCALE_OUT), zero=-128)
    return net.op("SOFTMAX", [net.fc(x, scales=(SCALE_OUT, SCALE_OUT))], (1, 10), 1 / 256, -128)


@model
def graph_separable(net):
    x = net.conv(net.input((1, 9, 8, 1)), channels=4, stride=(2, 2), padding="SAME", activation="RELU", zero=-128)
    for channels, stride in ((5, (1, 1)), (6, (2, 2))):
        x = net.conv(x, stride=stride, padding="SAME", activation="RELU", scales=(SCALE_OUT, SCALE_OUT), zero=-128,
                     depth_multiplier=1)
        x = net.conv(x, channels=channels, kernel=(1, 1), activation="RELU6", scales=(SCALE_OUT, SCALE_OUT), zero=-128)
    x = net.pool("AVERAGE_POOL_2D", x, (3, 2), (1, 1), scale=SCALE_OUT, zero=-128)
    return net.op("LOGISTIC", [net.fc(x, channels=3, scales=(SCALE_OUT, SCALE_OUT))], (1, 3), 1 / 256, -128)


# ---- writing --------------------------------------------------------------------------------------------------------

def build(name):
    net = Net(name)
    outputs = MODELS[name](net)
    net.outputs = outputs if isinstance(outputs, list) else [outputs]
    return net.model.to_bytes(net.inputs, net.outputs)


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for name in MODELS:
        data = build(name)
        total += len(data)
        (folder / f"{name}.tflite").write_bytes(data)
    for old in set(path.stem for path in folder.glob("*.tflite")) - set(MODELS):
        (folder / f"{old}.tflite").unlink()
    print(f"{len(MODELS)} models, {total} bytes")


if __name__ == "__main__":
    main()
