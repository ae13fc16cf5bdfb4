#!/usr/bin/env python3
"""Makes tests/data/numpy.npz: one small array of each kind that numpy writes and src/data/ reads or refuses.

tests/unit/test_data.c knows what is in it. The committed file was made with numpy 2.4.6; any version gives the same
arrays.

    python3 tools/data_samples.py tests/data/numpy.npz
"""
import sys

import numpy as np

counting = np.arange(12)
arrays = {
    "x": (counting - 6).astype(np.int8).reshape(3, 2, 2),
    "y": np.array([2, 0, 1], np.uint16),
    "fortran": np.asfortranarray(counting.astype(np.float32).reshape(3, 2, 2) / 4),
    "big": (counting * 1000 - 5000).astype(">i4").reshape(3, 4),
    "bool": np.array([[True, False], [False, True]]),
    "u4": np.array([0, 2**32 - 1], np.uint32),
    "u8": np.array([0, 2**63 - 1], np.uint64),
    "u8_large": np.array([2**63], np.uint64),
    "f8": np.array([0.5, -1e300]),
    "i8_big": np.array([-1, 2**40], ">i8"),
    "half": np.array([1], np.float16),
    "text": np.array(["a", "bc"]),
    "record": np.array([(1, 2.0)], [("a", "<i4"), ("b", "<f4")]),
    "object": np.array([None], object),
    "scalar": np.array(7, np.int32),
    "empty": np.zeros((0, 3), np.uint8),
    "hollow": np.zeros((3, 0), np.uint8),
    "deep": np.zeros((1,) * 9, np.uint8),
}
np.savez_compressed(sys.argv[1], allow_pickle=True, **arrays)
