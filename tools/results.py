"""The tables of docs/results.md that are measured on the simulated chips: `make results`.

usage: results.py [--unit build/unit] [--write docs/results.md] [--only NAME]

Prints each table as it is made; --write puts them between the file's `<!-- NAME -->` and `<!-- end -->` lines. Every figure
comes from `unit bench --json` (cycles, memory, outputs equal to the host's) or `unit eval --json` (accuracy, MACs) on test
data; plans are tuned on training data. Needs the models and data of UNIT_DATA and the chips' compilers; what is missing is
left out, and said to be.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parent.parent
DATA = pathlib.Path(os.environ.get("UNIT_DATA", ROOT / ".." / "shared"))
LENET = ROOT / "models" / "lenet-mnist.tflite"
MODELS = DATA / "models"
MNIST = DATA / "data" / "mnist"
TEST = ["--data", MNIST / "t10k-images-idx3-ubyte.gz", "--labels", MNIST / "t10k-labels-idx1-ubyte.gz"]
TRAIN = ["--data", MNIST / "train-images-idx3-ubyte.gz", "--labels", MNIST / "train-labels-idx1-ubyte.gz"]
KWS = ["--data", DATA / "data" / "mlperf_tiny" / "kws01.npz"]
IC = ["--data", DATA / "data" / "mlperf_tiny" / "ic01.npz"]
CHIPS = ["msp430fr5994", "cortex-m0plus", "atmega1284p", "rv32imc", "rv32ic"]

# Network, its data, samples, chip, most cycles asked for, what others need there.
DENSE = [
    (LENET, TEST, 100, "msp430fr5994", 2.4e6, "C through the compiler's multiply: about 8 M and more"),
    (LENET, TEST, 100, "cortex-m0plus", 1.5e6, "CMSIS-NN 4.77 M, TinyMaix 3.59 M, TFLite Micro's reference kernels 15.8 M"),
    (LENET, TEST, 100, "atmega1284p", 3.9e6, "avr-gcc on a plain loop: 15-20 a MAC"),
    (LENET, TEST, 100, "rv32imc", 1.2e6, "PULP-NN's sequential reference: about 4.1 a MAC"),
    (LENET, TEST, 100, "rv32ic", None, "through libgcc's multiplication: 57 M"),
    (MODELS / "mlperf_kws_int8.tflite", KWS, 5, "cortex-m0plus", 16e6, "CMSIS-NN 39.95 M"),
    (MODELS / "mlperf_kws_int8.tflite", KWS, 5, "msp430fr5994", 24e6, "nobody"),
    (MODELS / "mlperf_kws_int8.tflite", KWS, 5, "rv32imc", None, ""),
    (MODELS / "mlperf_resnet8_int8.tflite", IC, 3, "cortex-m0plus", 64e6, "CMSIS-NN 137.3 M"),
    (MODELS / "mlperf_resnet8_int8.tflite", IC, 3, "rv32imc", None, ""),
    *((MODELS / "tinymaix_mnist_valid_int8.tflite", TEST, 100, chip, None,
       "TinyMaix 0.52 M" if chip == "cortex-m0plus" else "") for chip in CHIPS),
]


class Missing(Exception):
    pass


class Tool:
    def __init__(self, path):
        self.path = path

    def __call__(self, *arguments):
        done = subprocess.run([self.path, *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
        if done.returncode:
            raise Missing(done.stderr.strip().splitlines()[-1])
        return json.loads(done.stdout)


def bench(tool, model, data, samples, chip, *more):
    extra = ["--extra-memory"] if "resnet8" in str(model) else []
    result = tool("bench", model, *data, "--limit", samples, "--target", chip, *extra, *more)
    assert result["outputs_equal"]
    return result


def table(headings, rows):
    return "\n".join(["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)] +
                     ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def attempt(rows, name, make):
    try:
        rows.append(make())
    except Missing as why:
        print(f"left out: {name}: {why}", file=sys.stderr)


def cycles(value):
    return f"{value / 1e6:.3f} M"


def dense(tool, folder):
    """Dense and zero-skip kernels, beside what was asked and what others need."""
    rows = []
    for model, data, samples, chip, asked, others in DENSE:
        def row():
            plan = f"{folder}/zero-{model.stem}.json"
            if not os.path.exists(plan):
                tool("tune", model, *data, "--limit", samples, "--method", "zeroskip", "-o", plan)
            r = bench(tool, model, data, samples, chip, "--plan", plan)
            macs = r["macs"]["dense"] / r["samples"]
            mean = r["cycles"]["dense_mean"]
            return [model.stem, chip, cycles(mean), f"{mean / macs:.2f}", cycles(asked) if asked else "",
                    cycles(r["cycles"]["mean"]), f"{r['cycles']['mean'] / macs:.2f}", others]
        attempt(rows, f"{model.stem} on {chip}", row)
        if rows:
            print("  ".join(map(str, rows[-1])), file=sys.stderr)
    return table(["network", "chip", "dense", "a MAC", "asked, at most", "zero-skip", "a dense MAC", "others, dense"], rows)


def lenet_plans(tool, folder):
    """(name, plan): tuned on the last 10,000 training images."""
    calibration = [*TRAIN, "--skip", "50000"]
    made = []
    for name, options in [("zero-skip", ["--method", "zeroskip"]),
                          ("published, percentile 86, exact", ["--percentile", "86"]),
                          ("published, percentile 86, shift", ["--percentile", "86", "--division", "shift"]),
                          ("published, percentile 86, tree", ["--percentile", "86", "--division", "tree"]),
                          ("published, percentile 86, msb", ["--percentile", "86", "--division", "msb"]),
                          ("a cut a connection, `--max-drop 0.5`", ["--max-drop", "0.5", "--brief"])]:
        path = f"{folder}/plan{len(made)}.json"
        tool("tune", LENET, *calibration, *options, "-o", path)
        made.append((name, path))
    return made


def lenet(tool, folder):
    """The LeNet on every chip: dense, zero-skip, the published method, prefixes."""
    plans, rows = lenet_plans(tool, folder), []
    for name, plan in plans:
        e = tool("eval", LENET, *TEST, "--plan", plan)
        executed = 100 * e["macs"]["executed"] / e["macs"]["dense"]
        row = [name, f"{100 * e['accuracy']:.2f}", f"{100 * (e['dense_accuracy'] - e['accuracy']):.2f}", f"{executed:.2f}"]
        for chip in CHIPS:
            try:
                row.append(cycles(bench(tool, LENET, TEST, 100, chip, "--plan", plan)["cycles"]["mean"]))
            except Missing as why:
                print(f"left out: {name} on {chip}: {why}", file=sys.stderr)
                row.append("-")
        print("  ".join(row), file=sys.stderr)
        rows.append(row)
    return table(["LeNet, MNIST test", "right %", "drop", "executed %", *CHIPS], rows)


TABLES = {"dense": dense, "lenet": lenet}


def write(path, name, text):
    old = path.read_text()
    begin, end = f"<!-- {name} -->\n", "<!-- end -->"
    if begin not in old:
        sys.exit(f"results: error: {path}: it has no line {begin.strip()}; add it where the table belongs")
    at = old.index(begin) + len(begin)
    path.write_text(old[:at] + "\n" + text + "\n\n" + old[old.index(end, at):])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--unit", default=str(ROOT / "build" / "unit"))
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--only", choices=TABLES)
    options = parser.parse_args()
    tool = Tool(options.unit)
    with tempfile.TemporaryDirectory() as folder:
        for name, make in TABLES.items():
            if options.only in (None, name):
                text = make(tool, folder)
                print(f"{text}\n")
                if options.write:
                    write(options.write, name, text)


if __name__ == "__main__":
    main()
