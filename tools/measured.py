"""What the tables of docs/ are measured with: the tool, models and data of UNIT_DATA, tables in Markdown."""
import json
import os
import pathlib
import subprocess
import sys

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
    """Adds a row, and shows it; says what is missing for it otherwise."""
    try:
        rows.append(make())
        print("  ".join(map(str, rows[-1])), file=sys.stderr, flush=True)
    except Missing as why:
        print(f"left out: {name}: {why}", file=sys.stderr)


def cycles(value):
    return f"{value / 1e6:.3f} M"


def write(path, name, text):
    old = path.read_text()
    begin, end = f"<!-- {name} -->\n", "<!-- end -->"
    if begin not in old:
        sys.exit(f"results: error: {path}: it has no line {begin.strip()}; add it where the table belongs")
    at = old.index(begin) + len(begin)
    path.write_text(old[:at] + "\n" + text + "\n\n" + old[old.index(end, at):])
