# unit bench: the form of its tables and its JSON (figures change with the kernels), and what it refuses.
command -v arm-none-eabi-gcc >/dev/null || { echo "skipped: arm-none-eabi-gcc is not installed" >&2; exit 77; }
ops=$ROOT/tests/models/ops
model=$ops/graph_lenet.tflite
data=$ops/graph_lenet.in0.npy
export TMPDIR=$PWD/tmp
mkdir tmp
figures() { sed -E -e "s|$ROOT/||g" -e 's/[0-9][0-9 ]*[0-9]|[0-9]/N/g' -e 's/N\.N/N/g' -e 's/  +/ /g' -e 's/-N/N/g'; }
try() { "$UNIT" bench "$@"; echo "-> $?" >&2; }

"$UNIT" tune "$model" --data "$data" --method zeroskip -o plan.json --quiet >/dev/null
"$UNIT" bench "$model" --target cortex-m0plus --data "$data" | figures
"$UNIT" bench "$model" --target cortex-m0plus --data "$data" --plan plan.json | figures | head -n 9
"$UNIT" bench "$model" --target cortex-m0plus --data "$data" --wait-states 1 --multiplier 32 | grep -c '^waits:'
"$UNIT" bench "$model" --target cortex-m0plus --data "$data" --multiplier 32 | figures | head -n 1
"$UNIT" bench "$ops/graph_two_in_two_out.tflite" --target cortex-m0plus --input "$ops/graph_two_in_two_out.in0.npy" \
    --input "$ops/graph_two_in_two_out.in1.npy" | figures | head -n 4
"$UNIT" bench "$model" --target cortex-m0plus --data "$data" --json >bench.json
sed -n -E 's/^  "([a-z_]*)":.*/\1/p' bench.json | tr '\n' ' '
echo
grep -E '"outputs_equal"|"samples"|"target"|"accuracy"|"schema"' bench.json
ls tmp

# Refused
try "$model" --data "$data"
try "$model" --target esp32 --data "$data"
try "$model" --target host --data "$data"
try "$model" --target cortex-m0plus
try "$model" --target cortex-m0plus --data "$data" --input "$data"
try "$ops/graph_two_in_two_out.tflite" --target cortex-m0plus --data "$data"
try "$ops/graph_two_in_two_out.tflite" --target cortex-m0plus --input "$data"
try "$model" --target cortex-m0plus --data "$data" --multiplier 2
try "$model" --target rv32ic --data "$data" --multiplier 32
try "$model" --target all --data "$data" --multiplier 32
TMPDIR=$PWD/none try "$model" --target cortex-m0plus --data "$data"
exit 0
