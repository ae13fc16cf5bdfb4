"""The figures of `make bench`: speed of evaluation beside LiteRT's, import, tuning, arenas, simulators. Medians of several runs.

usage: bench.py [--unit build/unit] [--runs N] [--json OUT]

Needs the models and data of UNIT_DATA; LiteRT's figures need the packages of tools/requirements.txt, and are left out
(and said to be) without them. Ratios are taken within one run of this program, ours and theirs in turn.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parent.parent
DATA = pathlib.Path(os.environ.get("UNIT_DATA", ROOT / ".." / "shared"))
MODELS = DATA / "models"
RESNET = MODELS / "mlperf_resnet8_int8.tflite"
LENET = ROOT / "models" / "lenet-mnist.tflite"
CIFAR_TEST = DATA / "data" / "cifar10" / "cifar10_test2000_decoded.bin.xz"
CIFAR_TRAIN = DATA / "data" / "cifar10" / "cifar10_train4000_lossless.bin.xz"
MNIST = DATA / "data" / "mnist"

rows = []


def report(name, value, unit, bound=None, met=None):
    """One line of the table; bound is the text of what was asked, met whether it was reached."""
    rows.append(dict(name=name, value=value, unit=unit, bound=bound, met=met))
    mark = "" if met is None else ("  ok" if met else "  NOT MET")
    print(f"{name:58} {value:>10.5g} {unit:8} {bound or '':18}{mark}", flush=True)


def unit(tool, *arguments):
    """Runs the tool with --json and returns its document."""
    done = subprocess.run([tool, *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bench: error: {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def json_or_none(tool, *arguments):
    """The same, for what may be missing here (a cross compiler): None, and why is printed."""
    done = subprocess.run([tool, *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
    if done.returncode:
        print(f"left out: {' '.join(map(str, arguments))}: {done.stderr.strip()}")
        return None
    return json.loads(done.stdout)


def evaluation(tool, runs):
    """Dense and pruned evaluation of ResNet-8 on 2 threads, in turn; LiteRT beside it."""
    with tempfile.TemporaryDirectory() as folder:
        plan = f"{folder}/plan.json"
        unit(tool, "tune", RESNET, "--data", CIFAR_TRAIN, "--limit", "200", "--percentile", "52", "-o", plan)
        dense, ratios = [], []
        for _ in range(runs):
            a = unit(tool, "eval", RESNET, "--data", CIFAR_TEST, "--threads", "2")
            b = unit(tool, "eval", RESNET, "--data", CIFAR_TEST, "--threads", "2", "--plan", plan)
            dense.append(a["seconds"])
            ratios.append(b["seconds"] / a["seconds"])
    seconds = statistics.median(dense)
    speed = a["macs"]["dense"] / seconds / 1e9
    report("ResNet-8, CIFAR-10 test2000, dense, 2 threads", seconds, "s")
    report("  the same", speed, "GMAC/s", ">= 6 with AVX2", speed >= 6)
    report("  pruned with exact counts / dense", statistics.median(ratios), "x", "<= 2.5", statistics.median(ratios) <= 2.5)
    litert(seconds, a["samples"], a["macs"]["dense"])


def litert(ours, samples, macs):
    """LiteRT's time for the same samples, from a tenth of them."""
    with tempfile.TemporaryDirectory() as folder:
        inputs = f"{folder}/x.npy"
        done = subprocess.run([sys.executable, ROOT / "tools" / "bench_litert.py", RESNET, "--cifar", CIFAR_TEST, "--limit",
                               "200", "--save", inputs], capture_output=True, text=True)
    if done.returncode:
        print("LiteRT is not installed here, or failed: scripts/setup --python installs it; its figures are left out")
        return
    for name, seconds in json.loads(done.stdout).items():
        scaled = seconds * samples / 200
        report(f"  LiteRT {name}, the same samples", scaled, "s")
        report("    in MACs", macs / scaled / 1e9, "GMAC/s")
        if name.startswith("reference"):
            report("  LiteRT's reference on 1 thread / ours on 2", scaled / ours, "x", ">= 4", scaled / ours >= 4)


def tuning(tool):
    """Time of the searches, and what the LeNet's reaches on test data."""
    with tempfile.TemporaryDirectory() as folder:
        train = ["--data", MNIST / "train-images-idx3-ubyte.gz", "--labels", MNIST / "train-labels-idx1-ubyte.gz"]
        plan = f"{folder}/plan.json"
        document = unit(tool, "tune", LENET, *train, "--skip", "55000", "--max-drop", "0.5", "-o", plan, "--threads", "2")
        report("tune --max-drop 0.5, LeNet, 5,000 images", document["seconds"], "s", "<= 60", document["seconds"] <= 60)
        document = unit(tool, "tune", RESNET, "--data", CIFAR_TRAIN, "--max-drop", "0.5", "-o", plan, "--threads", "2")
        report("tune --max-drop 0.5, ResNet-8, 4,000 images", document["seconds"], "s", "<= 300", document["seconds"] <= 300)


def share_at(points, drop):
    """Share skipped at a drop, between the two plans beside it; points are (drop, share), any order."""
    points = sorted(points)
    for (d0, s0), (d1, s1) in zip(points, points[1:]):
        if d0 <= drop <= d1 and d1 > d0:
            return s0 + (s1 - s0) * (drop - d0) / (d1 - d0)
    return max((s for d, s in points if d <= drop), default=0)


def lenet_front(tool):
    """What the two ways to choose thresholds skip on the MNIST test set, tuned on 5,000 images that training left out."""
    train = ["--data", MNIST / "train-images-idx3-ubyte.gz", "--labels", MNIST / "train-labels-idx1-ubyte.gz", "--skip", "55000"]
    test = ["--data", MNIST / "t10k-images-idx3-ubyte.gz", "--labels", MNIST / "t10k-labels-idx1-ubyte.gz"]
    shares = {}
    by_layer = ("--thresholds", "layer")
    for name, option, values, more in [("one percentile for all layers", "--percentile", (80, 82, 84, 85, 86, 87, 88), ()),
                                       ("the search, with mean compensation", "--max-drop",
                                        (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7), by_layer)]:
        points = []
        for value in values:
            with tempfile.TemporaryDirectory() as folder:
                unit(tool, "tune", LENET, *train, option, value, *more, "-o", f"{folder}/plan")
                document = unit(tool, "eval", LENET, *test, "--plan", f"{folder}/plan")
            macs = document["macs"]
            points.append((100 * (document["dense_accuracy"] - document["accuracy"]), 100 * (1 - macs["executed"] / macs["dense"])))
            print(f"    LeNet, MNIST test, {option} {value}: drop {points[-1][0]:.2f}, skipped {points[-1][1]:.2f} %")
        shares[option] = share_at(points, 0.5)
        report(f"LeNet, MNIST test, skipped at 0.5 point, {name}"[:58], shares[option], "%",
               ">= 85" if option == "--max-drop" else None, shares[option] >= 85 if option == "--max-drop" else None)
    more = shares["--max-drop"] - shares["--percentile"]
    report("  the search beyond one percentile", more, "points", ">= 5", more >= 5)


def three_megabytes(path):
    """A fully connected network of 3 MB, written with the project's writer."""
    import numpy as np
    from tflite_writer import Model
    m = Model(description="3 MB")
    x = m.tensor("x", (1, 2048), "int8", 0.05, -128)
    for i in range(3):
        w = m.tensor(f"w{i}", (512, 2048) if i == 0 else (2048, 512) if i == 1 else (512, 2048), "int8", 0.01, 0,
                     data=np.random.default_rng(i).integers(-127, 128, (512, 2048) if i != 1 else (2048, 512)))
        n = 512 if i != 1 else 2048
        y = m.tensor(f"y{i}", (1, n), "int8", 0.5, -128)
        m.op("FULLY_CONNECTED", [x, w, -1], [y])
        x = y
    m.write(path, [0], [x])


def importing(tool, runs):
    """`unit inspect` of a 3 MB model as a whole process: time and largest memory."""
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder, "large.tflite")
        try:
            three_megabytes(model)
        except ImportError:
            model = MODELS / "tinymaix_mbnet96_int8.tflite"
        times = []
        for _ in range(runs):
            start = time.monotonic()
            subprocess.run([tool, "inspect", model, "--json"], stdout=subprocess.DEVNULL, check=True)
            times.append(time.monotonic() - start)
        size = model.stat().st_size
        probe = pathlib.Path(folder, "peak_memory")
        subprocess.run(["cc", "-O1", "-o", probe, ROOT / "tools" / "peak_memory.c"], check=True)
        peak = int(subprocess.run([probe, tool, "inspect", model], capture_output=True, text=True, check=True).stdout)
    report(f"inspect a model of {size / 1e6:.1f} MB, whole process", 1000 * statistics.median(times), "ms", "< 50",
           statistics.median(times) < 0.05)
    ratio = peak / size
    report("  its largest memory / the model's size", ratio, "x", "< 4", ratio < 4)


def arenas(tool):
    for name, bound in [("kws", 16000), ("resnet8", 49152), ("vww96", 55296)]:
        document = unit(tool, "inspect", MODELS / f"mlperf_{name}_int8.tflite")
        report(f"arena of mlperf_{name}_int8", document["arena_bytes"], "bytes", f"<= {bound}", document["arena_bytes"] <= bound)


def simulators(tool):
    """Simulated instructions a second on one core of this machine: the dense LeNet on 40 digits, as unit bench runs it."""
    for target in ("msp430fr5994", "cortex-m0plus"):
        document = json_or_none(tool, "bench", LENET, "--target", target, "--data", MNIST / "t10k-images-idx3-ubyte.gz",
                                "--limit", "40", "--threads", "1")
        if not document:
            continue
        simulation = document["simulation"]
        speed = simulation["instructions"] / simulation["seconds"] / 1e6
        report(f"simulated instructions, LeNet on {target}", speed, "M/s", ">= 40", speed >= 40)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--unit", default=str(ROOT / "build" / "unit"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json")
    options = parser.parse_args()
    if not MODELS.is_dir():
        print(f"skipped: no models in {DATA}; set UNIT_DATA (docs/data.md says where the originals are)")
        sys.exit(77)
    evaluation(options.unit, options.runs)
    importing(options.unit, options.runs)
    arenas(options.unit)
    simulators(options.unit)
    tuning(options.unit)
    lenet_front(options.unit)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
