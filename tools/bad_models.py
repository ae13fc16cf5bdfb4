"""Writes models that must be refused to tests/models/bad/, one fault each; tests/cli/bad_models.sh has their messages.

Run it with the packages of tools/requirements.txt: python tools/bad_models.py
"""
import pathlib
import struct

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as S

from tflite_writer import Model

OUT = pathlib.Path(__file__).parent.parent / "tests" / "models" / "bad"


class Conv:
    """A sound model of one convolution, 1x6x6x2 to 1x4x4x3, whose parts can be replaced before it is written."""

    def __init__(self, **changes):
        self.x = dict(shape=(1, 6, 6, 2), dtype="int8", scale=0.05, zero_point=-3)
        self.w = dict(shape=(3, 3, 3, 2), dtype="int8", scale=[0.01, 0.02, 0.03], zero_point=[0, 0, 0],
                      data=np.arange(54).reshape(3, 3, 3, 2) - 20)
        self.b = dict(shape=(3,), dtype="int32", scale=[0.0005, 0.001, 0.0015], zero_point=[0, 0, 0],
                      data=np.array([1, -2, 3]))
        self.y = dict(shape=(1, 4, 4, 3), dtype="int8", scale=0.1, zero_point=7)
        self.op = dict(padding="VALID", activation="RELU")
        for part, change in changes.items():
            getattr(self, part).update(change)

    def model(self):
        m = Model(description="one convolution")
        ids = [m.tensor(name, **getattr(self, name)) for name in "xwby"]
        m.op("CONV_2D", ids[:3], ids[3:], **self.op)
        return m

    def to_bytes(self):
        return self.model().to_bytes([0], [3])


def save(name, data):
    (OUT / f"{name}.tflite").write_bytes(data)


def patched(data, old, new):
    """Replaces the one place where `old` stands."""
    if data.count(old) != 1:
        raise ValueError(f"{old!r} stands {data.count(old)} times")
    return data.replace(old, new)


def graphs():
    """Faults of the graph, on chains of RELU."""
    def relus(edges, inputs=(0,), outputs=(2,), count=4):
        m = Model(description="relus")
        for i in range(count):
            m.tensor(f"t{i}", (1, 4), "int8", 0.1, 0)
        for a, b in edges:
            m.op("RELU", [a], [b])
        return m.to_bytes(list(inputs), list(outputs))

    save("cyclic", relus([(2, 1), (1, 2)]))
    save("two_writers", relus([(0, 1), (0, 1), (1, 2)]))
    save("input_out_of_range", relus([(0, 1), (9, 2)]))
    save("output_unwritten", relus([(0, 1)]))
    save("no_outputs", relus([(0, 1), (1, 2)], outputs=()))
    save("writes_input", relus([(0, 1), (1, 0)], outputs=(1,)))


def scales():
    """Faults of quantisation."""
    save("scale_zero", Conv(x=dict(scale=0.0)).to_bytes())
    save("scale_negative", Conv(y=dict(scale=-0.1)).to_bytes())
    save("scale_nan", Conv(y=dict(scale=float("nan"))).to_bytes())
    save("scale_infinite", Conv(x=dict(scale=float("inf"))).to_bytes())
    save("scale_missing", Conv(x=dict(scale=None, zero_point=None)).to_bytes())
    save("scales_of_weights", Conv(w=dict(scale=[0.01, 0.02], zero_point=[0, 0])).to_bytes())
    save("zero_point_of_weights", Conv(w=dict(zero_point=[0, 1, 0])).to_bytes())
    save("zero_point_out_of_range", Conv(x=dict(zero_point=200)).to_bytes())


def types():
    """Types that are not run yet, or never."""
    save("float", Conv(x=dict(dtype="float32", scale=None), w=dict(dtype="float32", scale=None),
                       b=dict(dtype="float32", scale=None), y=dict(dtype="float32", scale=None)).to_bytes())
    save("int16", Conv(x=dict(dtype="int16"), y=dict(dtype="int16")).to_bytes())
    save("bias_int64", Conv(b=dict(dtype="int64")).to_bytes())
    save("weights_variable", Conv(w=dict(data=None)).to_bytes())


def shapes():
    """Shapes that do not fit."""
    save("output_shape", Conv(y=dict(shape=(1, 5, 4, 3))).to_bytes())
    save("channels", Conv(x=dict(shape=(1, 6, 6, 3))).to_bytes())
    save("rank", Conv(x=dict(shape=(6, 6, 2))).to_bytes())
    save("batch", Conv(x=dict(shape=(2, 6, 6, 2)), y=dict(shape=(2, 4, 4, 3))).to_bytes())
    save("stride_zero", Conv(op=dict(stride_h=0)).to_bytes())
    save("bias_size", Conv(b=dict(shape=(2,), data=np.array([1, 2]))).to_bytes())
    save("negative_size", Conv(x=dict(shape=(1, -6, 6, 2))).to_bytes())
    save("huge", Conv(x=dict(shape=(1, 60000, 60000, 2)), y=dict(shape=(1, 59998, 59998, 3))).to_bytes())


def packed(model):
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def bytes_of_the_file():
    """Damage to a sound file."""
    sound = Conv().to_bytes()
    save("magic", patched(sound, b"TFL3", b"TFL4"))
    save("truncated", sound[:len(sound) * 2 // 3])
    save("offset", struct.pack("<I", 0x7fffffff) + sound[4:])
    model = S.ModelT.InitFromPackedBuf(sound, 0)
    model.version = 2
    save("version", packed(model))
    model.version = 3
    model.buffers[1].data = model.buffers[1].data[:-1]
    save("buffer_size", packed(model))
    model.buffers[1].data, model.buffers[1].offset, model.buffers[1].size = None, 1 << 40, 54
    save("buffer_outside", packed(model))
    model.buffers[1].offset = len(packed(model)) - 54
    model.buffers[2].data, model.buffers[2].offset, model.buffers[2].size = None, len(packed(model)) - 20, 12
    save("buffers_overlap", packed(model))
    model.subgraphs = []
    save("no_network", packed(model))


def overflow():
    """A sum that may leave 32 bits."""
    save("accumulator", Conv(b=dict(data=np.array([2**31 - 1, 0, 0]))).to_bytes())


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    graphs()
    scales()
    types()
    shapes()
    bytes_of_the_file()
    overflow()
    Conv().model().write(OUT.parent / "conv.tflite", [0], [3])
