# Wrong usage: one line that names the option, exit 2.
model=$ROOT/tests/models/conv.tflite
refuse() {
    "$UNIT" "$@" >/dev/null
    echo "exit $?" >&2
}
refuse
refuse evaluate
refuse help evaluate
refuse eval
refuse eval a b
refuse eval "$model"
refuse eval "$model" --nothing
refuse eval "$model" --data
refuse eval "$model" --data x --limit 0
refuse eval "$model" --data x --limit many
refuse eval "$model" --data x --limit 1.5
refuse eval "$model" --data x --threads=1000
refuse eval "$model" --data x --scale nan
refuse eval "$model" --data x --type int4
refuse eval "$model" --percentile 50
refuse inspect "$model" --target z80
refuse targets now
refuse run "$model"
refuse run "$model" --input a.npy
refuse run "$model" --input a.npy --input b.npy --output c.npy
refuse tune "$model" --data x
refuse tune "$model" --data x -o p
refuse tune "$model" --data x -o p --percentile 101
refuse tune "$model" --data x -o p --percentile -1
refuse tune "$model" --data x -o p --percentile 50 --max-drop 1
refuse tune "$model" --data x -o p --max-drop 1 --groups 4
refuse tune "$model" --data x -o p --max-drop -1
refuse tune "$model" --data x -o p --percentile 50 --method magic
refuse tune "$model" --data x -o p --percentile 50 --division long
refuse tune "$model" --data x -o p --percentile 50 --division mask
refuse tune "$model" --data x -o p --percentile 50 --target z80
refuse tune "$model" --data x -o p -o q --percentile 50
refuse tune "$model" --data x -o p --max-drop 1 --thresholds some
refuse tune "$model" --data x -o p --max-drop 1 --weights none
refuse tune "$model" --data x -o p --max-drop 1 --thresholds connection --division msb
refuse tune "$model" --data x -o p --max-drop 1 --thresholds connection --method fatrelu
refuse tune "$model" --data x -o p --max-drop 1 --thresholds layer --weights keep
refuse tune "$model" --data x -o p --percentile 50 --front f
refuse tune "$model" --data x -o p --percentile 50 --brief
refuse tune "$model" --data x -o p --percentile 50 --method static
refuse tune "$model" --data x -o p --percentile 50 --minimise macs
refuse tune "$model" --data x -o p --max-drop 1 --minimise cycles
refuse tune "$model" --data x -o p --max-drop 1 --minimise flash
refuse tune "$model" --data x -o p --max-drop 1 --minimise speed
refuse tune "$model" --data x -o p --max-drop 1 --worst-case 150
refuse tune "$model" --data x -o p --max-drop 1 --target cortex-m0plus --worst-case 90
refuse tune "$model" --data x -o p --max-drop 1 --minimise cycles --target host
