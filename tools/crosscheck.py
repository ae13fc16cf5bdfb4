#!/usr/bin/env python3
"""Compares `unit` with LiteRT's reference kernels, live: every output byte of every supported network.

    python tools/crosscheck.py [--unit build/unit] [--only TEXT] [--accuracy] [--refusals]

Networks: tests/models/ops, models/lenet-mnist.tflite, the int8 ones of $UNIT_DATA/models; 200 inputs each, 20 above ten
million MACs. Real data where there is some, with noise at several amplitudes mixed in. A difference is traced to the
first layer that differs. --accuracy also compares top-1 counts, --refusals what the tool must turn away. One line a
check, at the end `N passed, N failed, N skipped`; exit status 1 if one failed.
"""
import argparse
import concurrent.futures
import functools
import gzip
import json
import lzma
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from goldens import DATA, OPS, ROOT, Network, shared_models, smooth_noise

LENET = ROOT / "models/lenet-mnist.tflite"
MANY, FEW = 200, 20                     # inputs a network; FEW for big ones
AMPLITUDES = (1.0, 0.5, 0.12, 0.03)     # of the noise, in parts of the whole range
TRACED = 10                             # inputs looked at layer by layer after a difference
REFUSED = 3                             # exit status for a model that is not supported


# ---- real data ------------------------------------------------------------------------------------------------------

def data(path):
    return DATA / "data" / path


def read_npz(path):
    arrays = dict(np.load(data(path)))
    return arrays["x"], arrays["y"]


def read_idx(path):
    raw = gzip.decompress(data(path).read_bytes())
    shape = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


@functools.cache
def kws01():
    return read_npz("mlperf_tiny/kws01.npz")


@functools.cache
def ic01():
    return read_npz("mlperf_tiny/ic01.npz")


@functools.cache
def cifar_test2000():
    records = lzma.decompress(data("cifar10/cifar10_test2000_decoded.bin.xz").read_bytes())
    records = np.frombuffer(records, np.uint8).reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), records[:, 0]


@functools.cache
def mnist_test():
    return read_idx("mnist/t10k-images-idx3-ubyte.gz"), read_idx("mnist/t10k-labels-idx1-ubyte.gz")


REAL = {"mlperf_kws_int8": kws01, "mlperf_resnet8_int8": cifar_test2000, "tinymaix_cifar10_int8": cifar_test2000,
        "tinymaix_mnist_valid_int8": mnist_test, "tinymaix_mnist_resnet_int8": mnist_test,
        "tinymaix_mnist_dw_int8": mnist_test, "tinymaix_mnist_rect_int8": mnist_test,
        "tinymaix_mnist_arduino_int8": mnist_test, "tinyengine_lenet300_int8": mnist_test, "lenet-mnist": mnist_test}


def fed(network, samples):
    """Samples as the network's input takes them: int8 data is quantised already, pixels are 0..255 or 0..1."""
    tensor = network.graph.inputs[0]
    samples = samples.reshape(len(samples), *network.row(tensor))
    if samples.dtype == np.int8:
        return samples
    scale, zero = network.quantisation(tensor)
    real = samples.astype(np.float32) * np.float32(1 if 255 * scale > 32 else 1 / 255)
    if network.dtype(tensor) == np.float32:
        return real
    steps = real / np.float32(scale)
    return np.clip(np.copysign(np.floor(np.abs(steps) + 0.5), steps) + zero, -128, 127).astype(np.int8)


def noise(network, tensor, random, count):
    """Samples of noise and smooth noise about the zero point, at all amplitudes in turn."""
    shape, dtype = network.row(tensor), network.dtype(tensor)
    scale, zero = network.quantisation(tensor)
    low = {np.int8: -128, np.uint8: 0, np.float32: -128}[dtype]
    samples = []
    for n in range(count):
        span = 256 * AMPLITUDES[n // 2 % len(AMPLITUDES)]
        waves = smooth_noise(random, shape) if n % 2 else random.uniform(-1, 1, shape)
        centre = low + 127.5 if span > 200 else zero
        samples.append(centre + waves * span * (0.5 if span > 200 else 1))
    samples = np.clip(np.stack(samples), low, low + 255)
    if dtype == np.float32:
        return ((samples - zero) * scale).astype(np.float32)
    return np.rint(samples).astype(dtype)


def inputs_for(network):
    """Four fifths real data where there is some, the rest noise; and what kind it is, in words."""
    count = network.sample_count(MANY, FEW)
    random = np.random.default_rng(len(network.data))
    real = REAL.get(network.path.stem)
    if real is None or not DATA.exists():
        return [noise(network, t, random, count) for t in network.graph.inputs], "noise"
    samples = fed(network, real()[0][:count * 4 // 5])
    rest = noise(network, network.graph.inputs[0], random, count - len(samples))
    return [np.concatenate([samples, rest])], "real data and noise"


# ---- both sides -----------------------------------------------------------------------------------------------------

def reference(network, arrays):
    """LiteRT's outputs; the samples are divided between the processors."""
    workers = max(1, min(os.cpu_count() or 1, len(arrays[0])))
    bounds = np.linspace(0, len(arrays[0]), workers + 1).astype(int)
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(lambda a, b: network.run([x[a:b] for x in arrays]), bounds[:-1], bounds[1:]))
    return [np.concatenate(pieces) for pieces in zip(*parts)]


class Tool:
    """The program under test."""

    def __init__(self, path):
        self.path = path

    def __call__(self, *arguments):
        return subprocess.run([self.path, *map(str, arguments)], capture_output=True, text=True)

    def run(self, network, arrays, *more):
        """Outputs of `unit run`, or the text of its complaint."""
        with tempfile.TemporaryDirectory() as folder:
            arguments, outputs = [], []
            for k, array in enumerate(arrays):
                np.save(f"{folder}/in{k}.npy", array)
                arguments += ["--input", f"{folder}/in{k}.npy"]
            for k in range(len(network.graph.outputs)):
                outputs.append(f"{folder}/out{k}.npy")
                arguments += ["--output", outputs[-1]]
            done = self("run", network.path, *arguments, *more)
            if done.returncode:
                return f"exit status {done.returncode}: {done.stderr.strip() or 'nothing on stderr'}"
            return [np.load(path) for path in outputs]


def as_bytes(array):
    return np.ascontiguousarray(array).view(np.uint8).reshape(len(array), -1, array.dtype.itemsize)


def differing(ours, theirs):
    """Which elements differ, as [sample, element], or a sentence if the arrays cannot be compared."""
    if ours.dtype != theirs.dtype or len(ours) != len(theirs) or ours.size != theirs.size:
        return f"{ours.dtype} {ours.shape} instead of {theirs.dtype} {theirs.shape}"
    return (as_bytes(ours) != as_bytes(theirs)).any(axis=2)


# ---- the checks -----------------------------------------------------------------------------------------------------

class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def count(self, name, fault, note=""):
        """Takes and prints one check's result: `fault` is None or what is wrong."""
        self.passed, self.failed = self.passed + (fault is None), self.failed + (fault is not None)
        print(f"ok    {name}: {note}" if fault is None else f"FAIL  {name}: {fault}", flush=True)

    def skip(self, name, why):
        self.skipped += 1
        print(f"skipped: {name}: {why}", flush=True)


def compare(tool, path):
    """Runs one network on both sides: None or the fault, and a note for the line."""
    network = Network(path)
    arrays, kind = inputs_for(network)
    theirs = reference(network, arrays)
    ours = tool.run(network, arrays)
    if isinstance(ours, str):
        return ours, ""
    wrong = set()
    for k, (a, b) in enumerate(zip(ours, theirs)):
        where = differing(a, b)
        if isinstance(where, str):
            return f"output {k} is {where}", ""
        wrong.update(np.flatnonzero(where.any(axis=1)).tolist())
    if not wrong:
        return None, f"{len(arrays[0])} inputs ({kind}), {sum(a.size for a in theirs)} output elements equal"
    elements = sum(int(differing(a, b).sum()) for a, b in zip(ours, theirs))
    fault = f"{elements} output elements of {len(wrong)} inputs (of {len(arrays[0])}) differ"
    return fault + "; " + first_difference(tool, network, [a[sorted(wrong)[:TRACED]] for a in arrays]), ""


def first_difference(tool, network, arrays):
    """The first layer whose output differs on these samples, in words."""
    with tempfile.TemporaryDirectory() as folder:
        complaint = tool.run(network, arrays, "--dump-layers", folder)
        if isinstance(complaint, str):
            return f"--dump-layers: {complaint}"
        dumped = {int(path.name.split("_")[0]): np.load(path) for path in pathlib.Path(folder).glob("[0-9]*_*.npy")}
    interpreter = network.reference(layers=True)
    theirs = {index: [] for index in dumped}
    for sample in range(len(arrays[0])):
        network.feed(interpreter, [a[sample] for a in arrays])
        for index in dumped:
            theirs[index].append(interpreter.get_tensor(int(network.graph.operators[index].outputs[0])))
    for index in sorted(dumped):
        node = network.graph.operators[index]
        layer = f"layer {index} ({network.operator(node)}, {network.graph.tensors[node.outputs[0]].name.decode()})"
        expected = np.stack(theirs[index])
        where = differing(dumped[index], expected)
        if isinstance(where, str):
            return f"{layer} is {where}"
        if where.any():
            sample, element = np.argwhere(where)[0]
            a, b = (x.reshape(len(x), -1)[sample, element] for x in (dumped[index], expected))
            return (f"first in {layer}: {int(where.sum())} of {where.size} elements in {len(where)} inputs, "
                    f"such as element {element}: {a} instead of {b}")
    return f"none of the {len(dumped)} layers dumped differs"


def compare_all(tool, tally, only):
    for path in [*sorted(OPS.glob("*.tflite")), LENET, *shared_models()]:
        if only in path.name:
            if not path.exists():
                tally.skip(path.name, "there is no such file")
            elif path.is_relative_to(DATA / "models") and Network(path).unsupported():
                continue                                    # --refusals has these
            else:
                tally.count(path.name, *compare(tool, path))
    if not DATA.exists():
        tally.skip("networks of shared/models", "UNIT_DATA names no folder")


CIFAR = ("cifar10/cifar10_test2000_decoded.bin.xz", None, cifar_test2000)
MNIST = ("mnist/t10k-images-idx3-ubyte.gz", "mnist/t10k-labels-idx1-ubyte.gz", mnist_test)
ACCURACY = [    # network; data, labels, both as arrays; LiteRT's own count where it is published
    ("mlperf_kws_int8", "mlperf_tiny/kws01.npz", None, kws01, 901),
    ("mlperf_resnet8_int8", "mlperf_tiny/ic01.npz", None, ic01, 173),
    ("mlperf_resnet8_int8", *CIFAR, None),
    ("tinymaix_cifar10_int8", *CIFAR, None),
    ("lenet-mnist", *MNIST, None),
    ("tinyengine_lenet300_int8", *MNIST, None),
]


def check_accuracy(tool, tally, only):
    for name, file, labels, samples, published in ACCURACY:
        path = LENET if name == "lenet-mnist" else DATA / f"models/{name}.tflite"
        title = f"accuracy of {name} on {file}"
        if only not in path.name:
            continue
        if not path.exists() or not data(file).exists():
            tally.skip(title, "the network or the data is not there")
            continue
        network = Network(path)
        x, y = samples()
        scores = reference(network, [fed(network, x)])[0].reshape(len(x), -1)
        theirs = int((scores.argmax(axis=1) == y).sum())
        done = tool("eval", path, "--data", data(file), *(["--labels", data(labels)] if labels else []), "--json")
        if done.returncode:
            tally.count(title, f"exit status {done.returncode}: {done.stderr.strip()}")
            continue
        ours = json.loads(done.stdout)["correct"]
        fault = None if ours == theirs else f"{ours} correct instead of {theirs} of {len(x)}"
        if published not in (None, theirs):
            fault = f"LiteRT itself has {theirs} correct, not {published}"
        tally.count(title, fault, f"{ours} of {len(x)} correct on both sides")


def check_refusals(tool, tally, only):
    for path in shared_models((".tflite", ".onnx")):
        reasons = ["ONNX"] if path.suffix == ".onnx" else Network(path).unsupported()
        if not reasons or only not in path.name:
            continue
        done = tool("inspect", path)
        lines = done.stderr.splitlines() or [""]
        fault = None
        if done.returncode != REFUSED:
            fault = f"exit status {done.returncode} instead of {REFUSED} ({', '.join(reasons)})"
        elif not lines[-1].startswith("unit: error:"):
            fault = f"the last line is not an error line: {lines[-1]!r}"
        elif done.stdout:
            fault = "something on stdout"
        tally.count(f"refusal of {path.relative_to(DATA / 'models')}", fault, lines[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--unit", default=ROOT / "build/unit", metavar="TOOL")
    parser.add_argument("--only", default="", metavar="TEXT", help="only files with TEXT in their name")
    parser.add_argument("--accuracy", action="store_true")
    parser.add_argument("--refusals", action="store_true")
    options = parser.parse_args()
    if not pathlib.Path(options.unit).exists():
        parser.error(f"{options.unit} is not there: build it first, or name it with --unit")
    tool, tally = Tool(options.unit), Tally()
    compare_all(tool, tally, options.only)
    if options.accuracy:
        check_accuracy(tool, tally, options.only)
    if options.refusals:
        check_refusals(tool, tally, options.only)
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
