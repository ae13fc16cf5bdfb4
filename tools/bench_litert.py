#!/usr/bin/env python3
"""Times LiteRT on one network, one call a sample, for `make bench` to print beside `unit`.

    python tools/bench_litert.py MODEL INPUTS.npy [--limit N] [--repeat N]
    python tools/bench_litert.py MODEL --cifar FILE.bin[.xz] [--save INPUTS.npy]

INPUTS holds samples as the network takes them (int8 data already quantised), first axis the sample; --cifar takes them
from a CIFAR-10 binary file, and --save keeps what was fed. Prints a JSON object: kernels and threads -> median seconds
for all samples. Setting up an interpreter and the first sample are not counted.
"""
import argparse
import json
import lzma
import pathlib
import statistics
import sys
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from goldens import Network

CIFAR_RECORD = 3073                     # label, then 32x32 red, green, blue
RUNS = {"reference, 1 thread": (OpResolverType.BUILTIN_REF, 1), "XNNPACK, 1 thread": (OpResolverType.AUTO, 1),
        "XNNPACK, 2 threads": (OpResolverType.AUTO, 2)}


def cifar(path, network):
    raw = pathlib.Path(path).read_bytes()
    raw = lzma.decompress(raw) if raw[:6] == b"\xfd7zXZ\0" else raw
    pixels = np.frombuffer(raw, np.uint8).reshape(-1, CIFAR_RECORD)[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    scale, zero = network.quantisation(network.graph.inputs[0])
    real = pixels.astype(np.float64) * (1 if 255 * scale > 32 else 1 / 255)
    return np.clip(np.floor(real / scale + 0.5) + zero, -128, 127).astype(np.int8)


def seconds(network, kernels, threads, samples, repeat):
    """Median time of one pass over the samples."""
    interpreter = Interpreter(model_content=network.accepted, num_threads=threads,
                              experimental_op_resolver_type=kernels)
    interpreter.allocate_tensors()
    tensor = int(network.graph.inputs[0])
    times = []
    for n in range(repeat + 1):
        start = time.perf_counter()
        for sample in samples if n else samples[:1]:
            interpreter.set_tensor(tensor, sample)
            interpreter.invoke()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("inputs", nargs="?", metavar="INPUTS.npy")
    parser.add_argument("--cifar", metavar="FILE")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N samples only")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="passes to take the median of (5)")
    parser.add_argument("--save", metavar="FILE.npy", help="write the samples there")
    options = parser.parse_args()
    if (options.inputs is None) == (options.cifar is None):
        parser.error("give either INPUTS.npy or --cifar")
    network = Network(options.model)
    samples = (cifar(options.cifar, network) if options.cifar else np.load(options.inputs))[:options.limit]
    if options.save:
        np.save(options.save, samples)
    samples = np.ascontiguousarray(samples).reshape(len(samples), *network.shape(network.graph.inputs[0]))
    print(json.dumps({name: seconds(network, *run, samples, options.repeat) for name, run in RUNS.items()}))


if __name__ == "__main__":
    sys.exit(main())
