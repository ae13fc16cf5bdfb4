"""Digits as other cameras would see them: the MNIST test images turned, blurred, fainter, brighter or noisy, and USPS.

usage: shifted.py OUT-FOLDER        needs numpy, and UNIT_DATA for the images

Writes NAME-images.npy (uint8, [n][28][28]) and NAME-labels.npy for every set. Deterministic: noise is drawn from a fixed seed.
"""
import gzip
import os
import pathlib
import sys

import numpy as np

DATA = pathlib.Path(os.environ.get("UNIT_DATA", pathlib.Path(__file__).parent.parent / ".." / "shared")) / "data"
SIDE = 28


def idx(path):
    raw = gzip.decompress((DATA / path).read_bytes())
    shape = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def sample(images, y, x):
    """Bilinear, 0 outside; y and x: where each output pixel looks, [h][w]."""
    padded = np.pad(images.astype(np.float64), ((0, 0), (1, 2), (1, 2)))
    y, x = np.clip(y + 1, 0, padded.shape[1] - 2), np.clip(x + 1, 0, padded.shape[2] - 2)
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    down, right = y - top, x - left
    return (padded[:, top, left] * (1 - down) * (1 - right) + padded[:, top, left + 1] * (1 - down) * right +
            padded[:, top + 1, left] * down * (1 - right) + padded[:, top + 1, left + 1] * down * right)


def rotated(images, degrees):
    angle, centre = np.deg2rad(degrees), (SIDE - 1) / 2
    y, x = np.mgrid[:SIDE, :SIDE] - centre
    return sample(images, np.cos(angle) * y - np.sin(angle) * x + centre, np.sin(angle) * y + np.cos(angle) * x + centre)


def blurred(images, sigma):
    at = np.arange(-4, 5)
    kernel = np.exp(-at**2 / (2 * sigma**2))
    kernel /= kernel.sum()
    padded = np.pad(images.astype(np.float64), ((0, 0), (4, 4), (4, 4)))
    rows = sum(k * padded[:, i:i + SIDE, :] for i, k in enumerate(kernel))
    return sum(k * rows[:, :, i:i + SIDE] for i, k in enumerate(kernel))


def noisy(images, sigma):
    return images + np.random.Generator(np.random.PCG64(1)).normal(0, 255 * sigma, images.shape)


def resized(images, side):
    """To `side` by `side`, in the middle of a black image of MNIST's size."""
    margin = (SIDE - side) / 2
    at = (np.arange(SIDE) - margin + 0.5) * images.shape[1] / side - 0.5
    return sample(images, *np.meshgrid(at, at, indexing="ij"))


def sets():
    digits, labels = idx("mnist/t10k-images-idx3-ubyte.gz"), idx("mnist/t10k-labels-idx1-ubyte.gz")
    yield "clean", digits, labels
    yield "rotated 15", rotated(digits, 15), labels
    yield "noise 0.1", noisy(digits, 0.1), labels
    yield "noise 0.2", noisy(digits, 0.2), labels
    yield "blur 1", blurred(digits, 1), labels
    yield "contrast 0.5", 0.5 * digits, labels
    yield "contrast 0.3", 0.3 * digits, labels
    yield "brightness +0.1", digits + 0.1 * 255, labels
    if (DATA / "usps").is_dir():
        strangers, labels = idx("usps/usps-test-images-idx3-ubyte.gz"), idx("usps/usps-test-labels-idx1-ubyte.gz")
        yield "USPS", resized(strangers, 20), labels


def main(folder):
    folder.mkdir(exist_ok=True)
    for name, images, labels in sets():
        np.save(folder / f"{name}-images.npy", np.clip(np.rint(images), 0, 255).astype(np.uint8))
        np.save(folder / f"{name}-labels.npy", labels)
        print(name)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
