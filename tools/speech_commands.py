"""Calibration data of the keyword network mlperf_kws_int8: the clips of the Speech Commands test set that are not in kws01.

usage: speech_commands.py sc_v2_test_mfcc.npz OUT.npz

Quantises the features as kws01's are (scale 0.58470290899, zero point 83, truncated towards zero) and shuffles the samples, whose
order is that of their classes. Needs numpy. The input's keys are those of UNIT_DATA's speech_commands: x (int16, units of 1/256),
y, and kws01_index, -1 for clips that are not in kws01.
"""
import sys

import numpy as np

SCALE, ZERO_POINT = np.float32(0.58470290899), 83


def make(source, target):
    z = dict(np.load(source))
    rows = np.random.RandomState(0).permutation(np.flatnonzero(z["kws01_index"] < 0))
    x = np.trunc(z["x"][rows] / np.float32(256) / SCALE + ZERO_POINT)
    np.savez(target, x=np.clip(x, -128, 127).astype(np.int8), y=z["y"][rows].astype(np.int32))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    make(*sys.argv[1:])
