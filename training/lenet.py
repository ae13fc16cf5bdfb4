"""Trains the LeNet of models/lenet-mnist.tflite, quantises it to int8 as TFLite does, and measures the file.

    python training/lenet.py -o models/lenet-mnist.tflite

Knows: MNIST, the network, training, post-training quantisation. Does not know how a .tflite file is laid out
(tools/tflite_writer.py) nor how digits are drawn (demo/digits.c, compiled here). Everything is seeded. Only the first
55,000 training images are used: the last 5,000 stay unseen, as calibration data for `unit tune`.
Sources: Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998 (the network, with ReLU and
max-pooling here); B. Jacob et al., CVPR 2018, and the TFLite int8 specification (quantisation).
"""
import argparse
import gzip
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from torch import nn
from torch.nn import functional as F

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from tflite_writer import Model  # noqa: E402 - found only now

TRAIN_IMAGES = 55_000                         # of 60,000; the rest belongs to the tuner
DRAWN_IMAGES, DRAWN_SEED = 6_000, 20_001      # about a tenth; the demo's seed is 1
DEMO_IMAGES, DEMO_SEED = 2_000, 1
CALIBRATION_IMAGES = 10_000
EPOCHS, BATCH, RATE, DECAY = 120, 256, 4e-3, 2e-2
SEED = 7


# ---- data --------------------------------------------------------------------------------------------------

def read_idx(path):
    """An IDX file of bytes, plain or gzipped, as an array."""
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    shape = np.frombuffer(raw, ">u4", count=raw[3], offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def load_mnist(part):
    folder = pathlib.Path(os.environ.get("UNIT_DATA", ROOT.parent / "shared")) / "data" / "mnist"
    if not folder.is_dir():
        sys.exit(f"lenet.py: error: {folder}: no such folder; put MNIST there or set UNIT_DATA")
    return (read_idx(folder / f"{part}-images-idx3-ubyte.gz"), read_idx(folder / f"{part}-labels-idx1-ubyte.gz"))


def draw_digits(count, seed):
    """Pictures and labels from demo/digits.c."""
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        subprocess.run(["cc", "-std=c11", "-O2", ROOT / "demo/digits.c", "-o", work / "digits"], check=True)
        subprocess.run([work / "digits", "--count", str(count), "--seed", str(seed), "--images", work / "x",
                        "--labels", work / "y"], check=True)
        return read_idx(work / "x"), read_idx(work / "y")


def training_set():
    x, y = load_mnist("train")
    drawn_x, drawn_y = draw_digits(DRAWN_IMAGES, DRAWN_SEED)
    return np.concatenate([x[:TRAIN_IMAGES], drawn_x]), np.concatenate([y[:TRAIN_IMAGES], drawn_y])


def as_input(images):
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


def augment(x, generator):
    """Turns, scales, slants, shifts and gently bends each picture: one bilinear look-up. A network that has seen this
    keeps its answers when small products are left out."""
    n = len(x)

    def uniform(limit, *shape):
        return (torch.rand(n, *shape, generator=generator) * 2 - 1) * limit

    turn, slant, wide, high = uniform(0.18), uniform(0.20), uniform(0.12), uniform(0.12)
    matrix = torch.stack([
        torch.stack([(1 + wide) * turn.cos(), slant - turn.sin(), uniform(0.10)], 1),
        torch.stack([turn.sin(), (1 + high) * turn.cos(), uniform(0.10)], 1)], 1)
    grid = F.affine_grid(matrix, list(x.shape), align_corners=False)
    bends = F.interpolate(uniform(0.10, 2, 5, 5), size=x.shape[2:], mode="bicubic", align_corners=True)
    return F.grid_sample(x, grid + bends.permute(0, 2, 3, 1), align_corners=False)


# ---- network and training ----------------------------------------------------------------------------------

class LeNet(nn.Module):
    """281,640 multiply-accumulates. The flattening is in the order height, width, channel, as TFLite has it."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(256, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def activations(self, x):
        """Output of every layer with weights, in order; the last are the logits."""
        a1 = F.relu(self.conv1(x))
        a2 = F.relu(self.conv2(F.max_pool2d(a1, 2)))
        a3 = F.relu(self.fc1(F.max_pool2d(a2, 2).permute(0, 2, 3, 1).flatten(1)))
        a4 = F.relu(self.fc2(a3))
        return a1, a2, a3, a4, self.fc3(a4)

    def forward(self, x):
        return self.activations(x)[-1]


def train(images, labels):
    """Weights and biases by layer name, as float arrays."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    x, y = as_input(images), torch.from_numpy(labels.astype(np.int64))
    net = LeNet()
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * (len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=RATE, total_steps=steps, pct_start=0.1)
    for epoch in range(EPOCHS):
        order, total = torch.randperm(len(x), generator=generator), 0.0
        for start in range(0, len(x) - BATCH + 1, BATCH):
            batch = order[start:start + BATCH]
            loss = F.cross_entropy(net(augment(x[batch], generator)), y[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1:2}/{EPOCHS}  loss {total * BATCH / len(x):.4f}", file=sys.stderr, flush=True)
    return {name: value.detach().numpy() for name, value in net.state_dict().items()}


# ---- quantisation: TFLite's int8 scheme --------------------------------------------------------------------

def float32(value):
    """The value as the file will hold it, so that every scale derived from it fits what the kernels read."""
    return float(np.float32(value))


def output_ranges(weights, images):
    """Smallest and largest output of every layer over the calibration images."""
    net = LeNet()
    net.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    with torch.no_grad():
        outputs = net.activations(as_input(images))
    return [(float(a.min()), float(a.max())) for a in outputs]


def activation_scale(low, high):
    """Asymmetric int8 over a range that contains 0: scale and zero point. After a ReLU low is 0, so -128 means 0."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = float32((high - low) / 255)
    return scale, round(-128 - low / scale)


def quantise_weights(w, per_channel):
    """Symmetric int8 in -127..127: weights, and a scale for each output channel or one for all."""
    rows = np.abs(w).reshape(len(w), -1).max(1) if per_channel else np.abs(w).reshape(1, -1).max(1)
    scales = (rows / 127).astype(np.float32)
    wide = scales.astype(np.float64).reshape(-1, *[1] * (w.ndim - 1))
    return np.clip(np.rint(w / wide), -127, 127).astype(np.int8), [float(s) for s in scales]


class Writer:
    """Adds the layers of one network to a tflite_writer.Model, each reading what the one before it wrote."""

    def __init__(self, model, weights):
        self.model, self.weights = model, weights
        self.shape, self.scale, self.zero_point = (1, 28, 28, 1), float32(1 / 255), -128
        self.input = self.last = self.tensor("image")

    def tensor(self, name):
        return self.model.tensor(name, self.shape, "int8", scale=self.scale, zero_point=self.zero_point)

    def weighted(self, kind, name, shape, out_range, activation, **options):
        """A layer with weights: a convolution has them per channel and in the order out, height, width, in."""
        w, b = self.weights[f"{name}.weight"].astype(np.float64), self.weights[f"{name}.bias"].astype(np.float64)
        w = w.transpose(0, 2, 3, 1) if w.ndim == 4 else w
        q, scales = quantise_weights(w, per_channel=w.ndim == 4)
        bias_scales = [float32(self.scale * s) for s in scales]
        bias = np.rint(b / np.array(bias_scales)).astype(np.int32)
        quantised = dict(scale=scales, zero_point=[0] * len(scales), axis=0)
        w_index = self.model.tensor(f"{name}/weights", q.shape, "int8", data=q, **quantised)
        b_index = self.model.tensor(f"{name}/bias", b.shape, "int32", data=bias, **dict(quantised, scale=bias_scales))
        (self.scale, self.zero_point), self.shape = activation_scale(*out_range), shape
        self.add(kind, name, [w_index, b_index], activation=activation, **options)

    def add(self, kind, name, more_inputs=(), **options):
        before, self.last = self.last, self.tensor(name)
        self.model.op(kind, [before, *more_inputs], [self.last], **options)

    def pool(self, name, shape):
        self.shape = shape
        self.add("MAX_POOL_2D", name, padding="VALID", stride_h=2, stride_w=2, filter_height=2, filter_width=2)

    def flatten(self, size):
        self.shape = (1, size)
        target = self.model.tensor("flat/shape", (2,), "int32", data=np.array([1, size], np.int32))
        self.add("RESHAPE", "flat", [target], new_shape=[1, size])

    def softmax(self, name):
        self.scale, self.zero_point = 1 / 256, -128
        self.add("SOFTMAX", name, beta=1.0)


def write_model(path, weights, ranges):
    model = Model(description="LeNet-5-like, MNIST, int8")
    net = Writer(model, weights)
    conv = dict(padding="VALID", stride_h=1, stride_w=1)
    net.weighted("CONV_2D", "conv1", (1, 24, 24, 6), ranges[0], "RELU", **conv)
    net.pool("pool1", (1, 12, 12, 6))
    net.weighted("CONV_2D", "conv2", (1, 8, 8, 16), ranges[1], "RELU", **conv)
    net.pool("pool2", (1, 4, 4, 16))
    net.flatten(256)
    net.weighted("FULLY_CONNECTED", "fc1", (1, 120), ranges[2], "RELU")
    net.weighted("FULLY_CONNECTED", "fc2", (1, 84), ranges[3], "RELU")
    net.weighted("FULLY_CONNECTED", "fc3", (1, 10), ranges[4], "NONE")
    net.softmax("probabilities")
    model.write(path, inputs=[net.input], outputs=[net.last])


# ---- measuring the file ------------------------------------------------------------------------------------

def correct(path, images, labels):
    """How many pictures the file gets right under LiteRT's reference kernels; ties go to the lowest class."""
    runner = Interpreter(model_path=str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    runner.allocate_tensors()
    source, result = runner.get_input_details()[0]["index"], runner.get_output_details()[0]["index"]
    right = 0
    for image, label in zip(images, labels):
        runner.set_tensor(source, (image.astype(np.int16) - 128).astype(np.int8).reshape(1, 28, 28, 1))
        runner.invoke()
        right += int(runner.get_tensor(result).argmax() == label)
    return right


def report(path):
    for what, (x, y) in [("MNIST test set", load_mnist("t10k")),
                         (f"drawn digits, seed {DEMO_SEED}", draw_digits(DEMO_IMAGES, DEMO_SEED))]:
        right = correct(path, x, y)
        print(f"{what:24} {right:6} of {len(x):6}  {100 * right / len(x):6.2f} %")
    print(f"{'SHA-256':24} {hashlib.sha256(path.read_bytes()).hexdigest()}")


def float_weights(cache):
    """Trained weights; with a cache file they are taken from there, or left there."""
    if cache and cache.exists():
        return dict(np.load(cache))
    started = time.monotonic()
    weights = train(*training_set())
    print(f"trained in {time.monotonic() - started:.0f} s", file=sys.stderr)
    if cache:
        np.savez(cache, **weights)
    return weights


def main():
    parser = argparse.ArgumentParser(description="Train, quantise and measure the LeNet of models/lenet-mnist.tflite.")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, help="the .tflite file to write")
    parser.add_argument("--weights", type=pathlib.Path, metavar="FILE.npz",
                        help="float weights: read if the file exists (no training then), else written there")
    arguments = parser.parse_args()
    if not arguments.output.parent.is_dir():
        sys.exit(f"lenet.py: error: {arguments.output}: its folder does not exist; make it first")
    torch.set_num_threads(2)            # the sum of a parallel reduction depends on it
    torch.use_deterministic_algorithms(True)
    weights = float_weights(arguments.weights)
    write_model(arguments.output, weights, output_ranges(weights, load_mnist("train")[0][:CALIBRATION_IMAGES]))
    report(arguments.output)


if __name__ == "__main__":
    main()
