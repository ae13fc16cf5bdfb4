# unit emit: what it prints, what it refuses, what it leaves alone.
model=$ROOT/tests/models/ops/graph_lenet.tflite
try() { "$UNIT" emit "$@"; echo "-> $?" >&2; }

"$UNIT" emit "$model" --target host -o out --name net
ls out
"$UNIT" emit "$model" --target host -o out --name net --json
"$UNIT" emit "$model" --target cortex-m0plus -o chip --name net --no-measure | sed -E 's/[0-9]+ bytes/N bytes/g'
"$UNIT" emit "$model" --target cortex-m0plus --multiplier 32 -o slow --name net --no-measure --quiet
head -n 1 slow/net.h
ls slow | grep squares

# A folder that is not empty: other files stay; what emit wrote is replaced; what it did not write stands in the way.
echo mine >out/notes.txt
echo "int changed;" >>out/net.c
"$UNIT" emit "$model" --target host -o out --name net --quiet
cat out/notes.txt
grep -c changed out/net.c
mkdir other
echo mine >other/unit.h
try "$model" --target host -o other --name net
ls other

# Refused
try "$model" -o out
try "$model" --target esp32 -o out
try "$model" --target host
try "$model" --target host -o out --name 9net
try "$model" --target host -o out --name net-1
try "$model" --target host -o out --name int
echo file >file
try "$model" --target host -o file
try "$model" --target host -o file/out
try "$model" --target host -o no/such/folder
try "$ROOT/tests/models/ops/graph_float_log_softmax.tflite" --target msp430fr5994 -o floats
try "$ROOT/tests/models/ops/graph_float_log_softmax.tflite" --target atmega1284p -o floats
exit 0
