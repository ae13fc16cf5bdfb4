# Samples in, outputs and layers out, as NPY files; the same from both kinds of kernels.
npy() { # npy FILE TYPE SHAPE: an NPY file of what comes on standard input
    header="{'descr': '$2', 'fortran_order': False, 'shape': ($3), }"
    { printf '\223NUMPY\001\000\166\000'; printf '%-117s\n' "$header"; cat; } >"$1"
}
head -c 144 "$ROOT/LICENSE" | npy in.npy '|i1' '2, 6, 6, 2'
"$UNIT" run "$ROOT/tests/models/conv.tflite" --input in.npy --output out.npy --dump-layers layers
"$UNIT" run "$ROOT/tests/models/conv.tflite" --input in.npy --output plain.npy --kernels plain
cmp out.npy plain.npy && cmp out.npy layers/000_y.npy && ls layers && head -c 80 out.npy | tail -c 70 && echo
cksum <out.npy
"$UNIT" run "$ROOT/tests/models/conv.tflite" --input=in.npy --output=out.npy --json | grep -v path
"$UNIT" run "$ROOT/tests/models/conv.tflite" --input none.npy --output out.npy
echo "exit $?" >&2
head -c 144 "$ROOT/LICENSE" | npy wrong.npy '|i1' '2, 72'
"$UNIT" run "$ROOT/tests/models/conv.tflite" --input wrong.npy --output out.npy
echo "exit $?" >&2
head -c 144 "$ROOT/LICENSE" | npy wrong.npy '<i2' '1, 6, 6, 2'
"$UNIT" run "$ROOT/tests/models/conv.tflite" --input wrong.npy --output out.npy
echo "exit $?" >&2
