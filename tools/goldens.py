#!/usr/bin/env python3
"""Makes what the tests compare with: outputs of LiteRT's reference kernels.

    python tools/goldens.py           everything
    python tools/goldens.py ops       tests/models/ops/NAME.inK.npy and NAME.outK.npy for every model there
    python tools/goldens.py shared    tests/models/shared.golden for the networks of $UNIT_DATA/models

Knows: how the reference is run, which inputs make a golden, which networks UnIT supports. Made with ai-edge-litert
2.3.0, resolver BUILTIN_REF. An array's first axis is the sample; a tensor's own first axis is dropped where it is 1.
"""
import hashlib
import os
import pathlib
import sys
import zlib

import numpy as np
from ai_edge_litert import schema_py_generated as S
from ai_edge_litert.interpreter import Interpreter, OpResolverType

ROOT = pathlib.Path(__file__).resolve().parent.parent
OPS = ROOT / "tests/models/ops"
SHARED_GOLDEN = ROOT / "tests/models/shared.golden"
DATA = pathlib.Path(os.environ.get("UNIT_DATA", ROOT.parent / "shared"))
BIG_MACS = 10_000_000                   # above it: fewer samples
SEED = 20_250_101

SUPPORTED = set("""CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED MAX_POOL_2D AVERAGE_POOL_2D ADD MUL SUB MEAN PAD RESHAPE
SQUEEZE EXPAND_DIMS CONCATENATION SOFTMAX LOG_SOFTMAX RELU RELU6 LEAKY_RELU LOGISTIC TANH QUANTIZE DEQUANTIZE
TRANSPOSE SHAPE STRIDED_SLICE PACK""".split())
FLOAT_TOO = {"QUANTIZE", "DEQUANTIZE", "LOG_SOFTMAX"}            # what else sees a float tensor is a float network
OPERATOR = {code: name for name, code in vars(S.BuiltinOperator).items() if isinstance(code, int)}
NUMPY = {S.TensorType.FLOAT32: np.float32, S.TensorType.INT8: np.int8, S.TensorType.UINT8: np.uint8}


# ---- a model as the schema sees it ----------------------------------------------------------------------------------

class Network:
    """A .tflite file: its graph, what UnIT must make of it, and LiteRT's reference kernels to run it."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.data = self.path.read_bytes()
        self.schema = S.ModelT.InitFromObj(S.Model.GetRootAsModel(self.data, 0))
        self.graph = self.schema.subgraphs[0]
        self.accepted = self._accepted()

    def operator(self, node):
        code = self.schema.operatorCodes[node.opcodeIndex]
        return OPERATOR[max(code.builtinCode, code.deprecatedBuiltinCode)]

    def dtype(self, tensor):
        return NUMPY[self.graph.tensors[tensor].type]

    def shape(self, tensor):
        shape = self.graph.tensors[tensor].shape
        return tuple(int(n) for n in shape) if shape is not None else ()

    def row(self, tensor):
        """The shape of one sample in an array of samples."""
        shape = self.shape(tensor)
        return shape[1:] if len(shape) > 1 and shape[0] == 1 else shape

    def constant(self, tensor):
        buffer = self.schema.buffers[self.graph.tensors[tensor].buffer].data
        return buffer is not None and len(buffer) > 0

    def unsupported(self):
        """Why UnIT must refuse the file: a list of reasons, empty for a network it must run."""
        reasons = []
        for node in self.graph.operators:
            name = self.operator(node)
            types = {self.graph.tensors[t].type for t in (*node.inputs, *node.outputs) if t >= 0}
            weights = {self.graph.tensors[t].type for t in node.inputs[:2] if t >= 0}
            if name not in SUPPORTED:
                reasons.append(name)
            elif S.TensorType.INT16 in types or (S.TensorType.FLOAT32 in types and name not in FLOAT_TOO):
                reasons.append(f"{name} of other numbers than int8")
            elif name == "FULLY_CONNECTED" and weights != {S.TensorType.INT8}:
                reasons.append("FULLY_CONNECTED of other numbers than int8")
        return sorted(set(reasons))

    def macs(self):
        """Multiply-accumulates of one sample, padding counted too: for choosing the number of samples only."""
        total = 0
        for node in self.graph.operators:
            name = self.operator(node)
            if name not in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
                continue
            filter_shape, out = self.shape(node.inputs[1]), self.shape(node.outputs[0])
            taps = np.prod(filter_shape[1:3] if name[0] == "D" else filter_shape[1:])
            total += int(np.prod(out) * taps)
        return total

    def sample_count(self, many, few):
        return few if self.macs() > BIG_MACS else many

    def reference(self, layers=False):
        """An interpreter with the reference kernels; with `layers`, every tensor stays readable."""
        interpreter = Interpreter(model_content=self.accepted, num_threads=1,
                                  experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
                                  experimental_preserve_all_tensors=layers)
        interpreter.allocate_tensors()
        return interpreter

    def _accepted(self):
        """The file, or a copy that LiteRT accepts: some files lay biases' scales along an axis that a bias has not."""
        wrong = [t for t in self.graph.tensors if t.quantization and t.shape is not None
                 and t.quantization.quantizedDimension >= max(len(t.shape), 1)]
        if not wrong:
            return self.data
        import flatbuffers
        for t in wrong:
            t.quantization.quantizedDimension = 0
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.schema.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def run(self, arrays, interpreter=None):
        """Outputs for input arrays of samples, as arrays of samples."""
        interpreter = interpreter or self.reference()
        outputs = [[] for _ in self.graph.outputs]
        for sample in range(len(arrays[0])):
            self.feed(interpreter, [a[sample] for a in arrays])
            for i, tensor in enumerate(self.graph.outputs):
                outputs[i].append(interpreter.get_tensor(int(tensor)).reshape(self.row(tensor)))
        return [np.stack(rows) for rows in outputs]

    def feed(self, interpreter, rows):
        for tensor, row in zip(self.graph.inputs, rows):
            interpreter.set_tensor(int(tensor), np.ascontiguousarray(row).reshape(self.shape(tensor)))
        interpreter.invoke()

    def quantisation(self, tensor):
        """Scale and zero point; of a float tensor those of the QUANTIZE that reads it."""
        if self.dtype(tensor) == np.float32:
            readers = [n for n in self.graph.operators if tensor in n.inputs and self.operator(n) == "QUANTIZE"]
            if not readers:
                return 1.0, 0
            tensor = readers[0].outputs[0]
        q = self.graph.tensors[tensor].quantization
        return float(q.scale[0]), int(q.zeroPoint[0])


# ---- inputs ---------------------------------------------------------------------------------------------------------

def smooth_noise(random, shape):
    """Noise with neighbours alike, -1..1: sums of noise on coarser and coarser grids."""
    total = np.zeros(shape)
    for step in (1, 2, 4, 8):
        coarse = random.standard_normal([-(-n // step) for n in shape])
        for axis, n in enumerate(shape):
            coarse = np.repeat(coarse, step, axis).take(range(n), axis)
        total += coarse
    return total / max(np.abs(total).max(), 1e-9) if total.size else total


def golden_bytes(random, shape, low, zero, turned):
    """Eight samples: both extremes, the zero point, every value in turn, noise wide, narrow and smooth, an extreme."""
    extremes = [np.full(shape, low), np.full(shape, low + 255)]
    ramp = low + np.arange(int(np.prod(shape))).reshape(shape) * (7 if turned else 1) % 256
    narrow = np.rint(random.normal(zero, 9, shape))
    smooth = np.rint(low + 127.5 + 127.5 * smooth_noise(random, shape))
    mixed = [random.integers(low, low + 256, shape), narrow, smooth, extremes[turned]]
    return np.clip([*extremes, np.full(shape, zero), ramp, *mixed], low, low + 255)


def golden_floats(random, shape, scale, zero):
    """Eight samples of real values: beyond both ends, zero, exact ties and their neighbours, noise."""
    count = int(np.prod(shape))
    steps = (np.arange(count) % 256 - 128 - zero + 0.5).reshape(shape)
    ties = (steps * np.float32(scale)).astype(np.float32)
    up, down = np.nextafter(ties, np.float32(np.inf)), np.nextafter(ties, np.float32(-np.inf))
    wide = random.normal(0, 100 * scale, shape)
    return np.stack([np.full(shape, -400 * scale), np.full(shape, 400 * scale), np.zeros(shape), ties, up, down, wide,
                     smooth_noise(random, shape) * 128 * scale]).astype(np.float32)


def golden_inputs(network):
    arrays = []
    for k, tensor in enumerate(network.graph.inputs):
        random = np.random.default_rng(zlib.crc32(f"{network.path.stem} {k}".encode()))
        scale, zero = network.quantisation(tensor)
        dtype, shape = network.dtype(tensor), network.row(tensor)
        if dtype == np.float32:
            arrays.append(golden_floats(random, shape, scale, zero))
        else:
            low = -128 if dtype == np.int8 else 0
            arrays.append(golden_bytes(random, shape, low, zero, k % 2).astype(dtype))
    return arrays


def splitmix64(index):
    """The generator's number at each index (uint64 arrays wrap as they should)."""
    z = index + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return z ^ z >> np.uint64(31)


def shared_inputs(network, seed, count):
    """Inputs that a few lines of C can repeat; shared.golden's heading describes them."""
    arrays = []
    for k, tensor in enumerate(network.graph.inputs):
        shape, dtype = network.row(tensor), network.dtype(tensor)
        n, i = np.meshgrid(np.arange(count, dtype=np.uint64), np.arange(np.prod(shape), dtype=np.uint64), indexing="ij")
        i >>= np.uint64(2) * (n & np.uint64(3))
        index = np.uint64(seed) + ((n * np.uint64(8) + np.uint64(k)) << np.uint64(32)) + i
        top = (splitmix64(index) >> np.uint64(56)).astype(np.uint8).reshape(count, *shape)
        arrays.append(top.astype(np.float32) / np.float32(255) if dtype == np.float32 else top.view(dtype))
    return arrays


# ---- the files ------------------------------------------------------------------------------------------------------

def shared_models(suffixes=(".tflite",)):
    return sorted(p for p in (DATA / "models").rglob("*") if p.suffix in suffixes)


def write_op_goldens():
    for old in OPS.glob("*.npy"):
        old.unlink()
    size = 0
    models = sorted(OPS.glob("*.tflite"))
    for path in models:
        network = Network(path)
        inputs = golden_inputs(network)
        outputs = network.run(inputs)
        for what, arrays in (("in", inputs), ("out", outputs)):
            for k, array in enumerate(arrays):
                name = OPS / f"{path.stem}.{what}{k}.npy"
                np.save(name, array)
                size += name.stat().st_size
        seen = len(np.unique(np.concatenate([np.ravel(a) for a in outputs])))
        if seen < 3:
            print(f"{path.stem}: the outputs take only {seen} value{'s' if seen > 1 else ''}")
    print(f"{len(models)} models, {size} bytes of goldens")


HEADING = """\
# Outputs of LiteRT 2.3.0's reference kernels (BUILTIN_REF) for networks of shared/models; made by tools/goldens.py.
# Columns: file, its SHA-256, seed, samples, SHA-256 of the output bytes (sample after sample, its outputs in order).
# Element i of input k of sample n is the top byte of
#   splitmix64(seed + ((n * 8 + k) << 32) + (i >> 2 * (n & 3)))     all modulo 2^64; the shift makes runs of one value
#   splitmix64(x): z = x + 0x9e3779b97f4a7c15; z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
#                  z = (z ^ z >> 27) * 0x94d049bb133111eb; z ^ z >> 31
# taken as int8 or uint8 as it is; for a float input divided by 255 in float.
"""


def write_shared_golden():
    lines = []
    for path in shared_models():
        network = Network(path)
        if network.unsupported():
            print(f"{path.name}: left out: {', '.join(network.unsupported())}")
            continue
        count = network.sample_count(20, 5)
        outputs = network.run(shared_inputs(network, SEED, count))
        content = b"".join(a[n].tobytes() for n in range(count) for a in outputs)
        lines.append(f"{path.name} {hashlib.sha256(network.data).hexdigest()} {SEED} {count} "
                     f"{hashlib.sha256(content).hexdigest()}\n")
    SHARED_GOLDEN.write_text(HEADING + "".join(lines))
    print(f"{len(lines)} networks in {SHARED_GOLDEN.name}")


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["ops", "shared"]
    if "ops" in wanted:
        write_op_goldens()
    if "shared" in wanted:
        write_shared_golden()
