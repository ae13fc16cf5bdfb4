"""The tables of docs/results.md on skipped MACs and on the simulated chips: `make results`.

usage: results.py [--unit build/unit] [--write docs/results.md] [--only NAME]

Prints each table as it is made; --write puts them between the file's `<!-- NAME -->` and `<!-- end -->` lines. Every figure
comes from `unit bench --json` (cycles, memory, outputs equal to the host's) or `unit eval --json` (accuracy, MACs) on test
data; plans are tuned on training data. Needs the models and data of UNIT_DATA and the chips' compilers; what is missing is
left out, and said to be.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

from measured import CHIPS, DATA, IC, KWS, LENET, MODELS, ROOT, TEST, TRAIN, Missing, Tool, attempt, bench, cycles, table, write

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
    return table(["network", "chip", "dense", "a MAC", "asked, at most", "zero-skip", "a dense MAC", "others, dense"], rows)


def lenet_plans(tool, folder):
    """(name, plan): tuned on the last 10,000 training images."""
    calibration = [*TRAIN, "--skip", "50000"]
    made = []
    for name, options in [("zero-skip", ["--method", "zeroskip"]),
                          ("published, percentile 85, exact", ["--percentile", "85"]),
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


def speech_commands(folder):
    """The clips of the Speech Commands test set that are not in kws01, quantised as kws01 is, in random order."""
    path = f"{folder}/speech_commands.npz"
    if os.path.exists(path):
        return ["--data", path]
    try:
        from speech_commands import make
        make(DATA / "data" / "speech_commands" / "sc_v2_test_mfcc.npz", path)
    except (ImportError, OSError) as why:
        raise Missing(f"calibration data of the keyword network: {why}") from why
    return ["--data", path]


# What is tuned: the network, calibration data (or what makes them, given a folder), test sets.
CIFAR = DATA / "data" / "cifar10"
MNIST_LENET = (LENET, TRAIN, [TEST])
HELD_OUT = (LENET, [*TRAIN, "--skip", "55000"], [TEST])
KEYWORDS = (MODELS / "mlperf_kws_int8.tflite", speech_commands, [KWS])
RESNET8 = (MODELS / "mlperf_resnet8_int8.tflite", ["--data", CIFAR / "cifar10_train4000_lossless.bin.xz"],
           [["--data", CIFAR / "cifar10_test2000_decoded.bin.xz"], IC])
TINYMAIX = (MODELS / "tinymaix_mnist_valid_int8.tflite", TRAIN, [TEST])
TINYMAIX_RESNET = (MODELS / "tinymaix_mnist_resnet_int8.tflite", TRAIN, [TEST])


def tune(tool, folder, network, budget, *options):
    """(plan, what tune printed, what eval printed of each test set)"""
    model, train, tests = network
    plan = f"{folder}/tuned.json"
    train = train(folder) if callable(train) else train
    t = tool("tune", model, *train, "--max-drop", budget, "--brief", "-o", plan, *options)
    return plan, t, [tool("eval", model, *test, "--plan", plan) for test in tests]


def skipped_share(e):
    return 100 * (1 - e["macs"]["executed"] / e["macs"]["dense"])


def drop(e):
    return 100 * (e["dense_accuracy"] - e["accuracy"])


def skipped_row(tool, folder, network, budget, options, asked):
    """Tunes under a budget and reads off the test sets what it means there."""
    _, t, evals = tune(tool, folder, network, budget, *options)
    cells = [f"{skipped_share(e):.2f} at {drop(e):.2f} (of {e['samples']})" for e in evals]
    zero = tool("eval", network[0], *network[2][0])
    how = "refit, last 5,000 images only" if network is HELD_OUT else " ".join(options) or "refit"
    return [network[0].stem, how, budget, f"{skipped_share(zero):.2f}", asked or "",
            "; ".join(cells), f"{t['drop']:.2f} (at most {t['drop_upper95']:.2f})", f"{t['seconds']:.0f}"]


def skipped(tool, folder):
    """MACs skipped under an accuracy budget: tuned on training or calibration data, read off whole test sets."""
    keep, mask = ["--weights", "keep"], ["--method", "static"]
    wanted = [(MNIST_LENET, [], {0.2: 88, 0.5: 92, 1: 95}), (MNIST_LENET, keep, {0.2: 84, 0.5: 89}), (MNIST_LENET, mask, {0.5: None}),
              (HELD_OUT, [], {0.5: None}), (KEYWORDS, [], {0.5: 70, 1: 76}),
              (KEYWORDS, mask, {0.5: None}), (RESNET8, [], {0.5: 60, 1: 68}), (TINYMAIX, [], {0.5: None}), (TINYMAIX_RESNET, [], {0.5: None})]
    rows = []
    for network, options, budgets in wanted:
        for budget, asked in budgets.items():
            attempt(rows, f"{network[0].stem} at {budget}",
                    lambda: skipped_row(tool, folder, network, budget, options, asked))
    return table(["network", "how", "budget", "zero-skip", "asked", "skipped % at a drop on the test set",
                  "drop on the samples that chose", "s"], rows)


# Network, samples on the chip, what a layer may take on any input in % of its dense cycles, most cycles asked for on each chip.
TUNED = [
    (MNIST_LENET, 100, 110, {"msp430fr5994": 0.45e6, "cortex-m0plus": 0.45e6, "atmega1284p": 0.85e6, "rv32imc": 0.45e6, "rv32ic": 0.55e6}),
    (KEYWORDS, 5, 110, {"cortex-m0plus": 11e6, "msp430fr5994": 13e6}),
    (KEYWORDS, 5, 1000, {"cortex-m0plus": 11e6, "msp430fr5994": 13e6}),
    (RESNET8, 3, 110, {"cortex-m0plus": 48e6}),
    (RESNET8, 3, 1000, {"cortex-m0plus": 48e6}),
    (TINYMAIX, 100, 1000, dict.fromkeys(CHIPS)),
    (TINYMAIX_RESNET, 20, 110, {"cortex-m0plus": None}),
]


def tuned_row(tool, folder, network, samples, worst, chip, asked):
    """A plan for the chip beside the dense network there."""
    plan, _, evals = tune(tool, folder, network, 0.5, "--target", chip, "--worst-case", worst)
    model, data = network[0], network[2][-1]
    dense = bench(tool, model, data, samples, chip)
    pruned = bench(tool, model, data, samples, chip, "--plan", plan)
    share = [pruned[key]["total"] / dense[key]["total"] for key in ("flash_bytes", "ram_bytes")]
    longest = pruned["cycles"]["worst_case"] / dense["cycles"]["worst_case"]
    return [model.stem, chip, f"{worst} %", f"{skipped_share(evals[0]):.2f}", f"{drop(evals[0]):.2f}", cycles(dense["cycles"]["mean"]),
            cycles(pruned["cycles"]["mean"]), cycles(asked) if asked else "", f"{longest:.2f}", f"{share[0]:.2f}", f"{share[1]:.2f}"]


def tuned(tool, folder):
    """Networks tuned for each chip's cycles, at half a point."""
    rows = []
    for network, samples, worst, chips in TUNED:
        for chip, asked in chips.items():
            attempt(rows, f"{network[0].stem} on {chip}", lambda: tuned_row(tool, folder, network, samples, worst, chip, asked))
    return table(["network", "chip", "`--worst-case`", "skipped %", "drop", "dense", "tuned", "asked, at most", "worst case / dense's",
                  "flash / dense's", "RAM / dense's"], rows)


def shifted_sets(folder):
    """(name, arguments) for each set of tools/shifted.py."""
    made = subprocess.run([sys.executable, ROOT / "tools" / "shifted.py", f"{folder}/shifted"], capture_output=True, text=True)
    if made.returncode:
        raise Missing(made.stderr.strip().splitlines()[-1])
    return [(name, ["--data", f"{folder}/shifted/{name}-images.npy", "--labels", f"{folder}/shifted/{name}-labels.npy"])
            for name in made.stdout.splitlines()]


# Points that may be lost to the dense network on the same images, where it is not 1.5.
SHIFT_ASKED = {"clean": "", "blur 1": 2.5, "contrast 0.3": 2.5}


def shift(tool, folder):
    """The LeNet tuned on clean digits, thresholds fixed and following the input, on digits as other cameras see them."""
    plans = []
    for budget in 0.2, 0.5:
        for options in [], ["--adaptive"]:
            plans.append(f"{folder}/shift{len(plans)}.json")
            tool("tune", LENET, *TRAIN, "--max-drop", budget, "--brief", *options, "-o", plans[-1])
    rows = []
    for name, data in shifted_sets(folder):
        evals = [tool("eval", LENET, *data, "--plan", plan) for plan in plans]
        rows.append([name, f"{100 * evals[0]['dense_accuracy']:.2f}", SHIFT_ASKED.get(name, 1.5),
                     *(f"{drop(e):.2f} ({100 - skipped_share(e):.1f})" for e in evals)])
        print("  ".join(map(str, rows[-1])), file=sys.stderr)
    return table(["images", "dense, right %", "asked, drop at most", "budget 0.2, fixed: drop (executed %)", "0.2, adaptive",
                  "0.5, fixed", "0.5, adaptive"], rows)


TABLES = {"skipped": skipped, "dense": dense, "lenet": lenet, "tuned": tuned, "shift": shift}


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
