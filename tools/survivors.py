"""Cycles over surviving MACs, a kernel and a chip: the plots and the table of docs/costs.md.

usage: survivors.py [--unit build/unit] [--write docs/costs.md] [--plot docs/survivors.svg] [--samples 20]

Prunes the LeNet ever harder, with a cut a connection (prefix kernels) and with one percentile (the published loops), runs
each plan on the simulated chips and fits a line through each layer's cycles over its executed MACs. What skipping costs is
the line's value at no survivors, the intercept; beside it stands the dense layer on the same chip. Needs matplotlib
(tools/requirements.txt), MNIST in UNIT_DATA and the chips' compilers; a chip without one is left out, and said to be.
"""
import argparse
import pathlib
import sys
import tempfile

import matplotlib
import matplotlib.pyplot as plt
import numpy as np

from measured import CHIPS, LENET, ROOT, TEST, TRAIN, Missing, Tool, table, write

CALIBRATION = [*TRAIN, "--skip", "50000", "--limit", "4000"]
KERNELS = {
    "prefix": [["--max-drop", drop, "--brief"] for drop in ("0.1", "0.5", "2", "10", "40")],
    "published": [["--percentile", p] for p in ("50", "70", "80", "86", "92", "97")],
}
LAYERS = ["conv1", "conv2", "fc1"]
COLOURS = dict(zip(LAYERS, ["#1b6ca8", "#c2571a", "#2e7d32"]))


def make_plans(tool, folder):
    """{kernel: [plan, ...]}, each harder pruned than the one before."""
    plans = {}
    for kernel, sweep in KERNELS.items():
        plans[kernel] = []
        for options in sweep:
            path = f"{folder}/{kernel}{len(plans[kernel])}.json"
            tool("tune", LENET, *CALIBRATION, *options, "-o", path)
            plans[kernel].append(path)
    return plans


def by_name(layers, key):
    return {layer["name"]: key(layer) for layer in layers if layer["name"] in LAYERS}


def cycles_of(tool, chip, some, *plan):
    return by_name(tool("bench", LENET, *some, "--target", chip, *plan)["layers"], lambda a: (a["cycles"], a["macs"]))


def measure(tool, plans, chip, samples):
    """{kernel: [{layer: (executed MACs, cycles, dense cycles, dense MACs)} of each plan]}: means over the samples."""
    some = ["--data", TEST[1], "--limit", samples]
    dense = cycles_of(tool, chip, some)
    measured = {kernel: [] for kernel in plans}
    for kernel, paths in plans.items():
        for path in paths:
            e = tool("eval", LENET, *some, "--plan", path)
            executed = by_name(e["layers"], lambda a: a["macs"]["executed"] / e["samples"])
            cycles = cycles_of(tool, chip, some, "--plan", path)
            measured[kernel].append({name: (executed[name], cycles[name][0], *dense[name]) for name in LAYERS})
    return measured


def line_of(points):
    """Slope and intercept of cycles over executed MACs."""
    x, y = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    slope, intercept = np.polyfit(x, y, 1)
    return slope, intercept, np.abs(slope * x + intercept - y).max() / y.max()


def rows_of(chip, kernel, measured):
    for name in LAYERS:
        points = [m[name] for m in measured]
        slope, intercept, off = line_of(points)
        dense = points[0][2]
        yield [chip, kernel, name, f"{slope:.1f}", f"{intercept:,.0f}", f"{100 * intercept / dense:.1f}", f"{dense:,.0f}", f"{100 * off:.1f}"]


def draw(axis, kernel, measured):
    for name in LAYERS:
        points = [m[name] for m in measured]
        slope, intercept, _ = line_of(points)
        macs, dense = points[0][3], points[0][2]
        x = np.array([0, max(p[0] for p in points)])
        dashes, mark = ("-", "o") if kernel == "prefix" else (":", "x")
        axis.plot(100 * x / macs, (slope * x + intercept) / dense, color=COLOURS[name], lw=1.2, ls=dashes)
        axis.plot([100 * p[0] / macs for p in points], [p[1] / dense for p in points], mark, ms=4, color=COLOURS[name],
                  label=f"{name}, {kernel}")


def plot(path, chips):
    """A panel a chip: cycles over executed MACs, both as shares of the dense layer's."""
    matplotlib.rcParams["svg.hashsalt"] = "unit"
    figure, axes = plt.subplots(1, len(chips), figsize=(3.2 * len(chips), 3.4), sharey=True, layout="constrained")
    for axis, (chip, kernels) in zip(np.atleast_1d(axes), chips.items()):
        for kernel, measured in kernels.items():
            draw(axis, kernel, measured)
        axis.axhline(1, color="grey", lw=0.8)
        axis.set(title=chip, xlabel="executed MACs, %", ylim=(0, None), xlim=(0, None))
    np.atleast_1d(axes)[0].set_ylabel("cycles, dense layer = 1")
    handles, labels = np.atleast_1d(axes)[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=6, fontsize=8, frameon=False)
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--unit", default=str(ROOT / "build" / "unit"))
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--plot", type=pathlib.Path)
    parser.add_argument("--samples", type=int, default=20)
    options = parser.parse_args()
    tool, chips, rows = Tool(options.unit), {}, []
    with tempfile.TemporaryDirectory() as folder:
        plans = make_plans(tool, folder)
        for chip in CHIPS:
            try:
                chips[chip] = measure(tool, plans, chip, options.samples)
            except Missing as why:
                print(f"left out: {chip}: {why}", file=sys.stderr)
                continue
            for kernel, measured in chips[chip].items():
                rows += rows_of(chip, kernel, measured)
    text = table(["chip", "kernel", "layer", "cycles a survivor", "intercept", "% of dense", "dense", "off the line by, %"], rows)
    print(text)
    if options.write:
        write(options.write, "survivors", text)
    if options.plot:
        plot(options.plot, chips)


if __name__ == "__main__":
    main()
