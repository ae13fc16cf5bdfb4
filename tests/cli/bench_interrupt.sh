# Ctrl-C during a simulation: status 130, no temporary folder left.
command -v arm-none-eabi-gcc >/dev/null || { echo "skipped: arm-none-eabi-gcc is not installed" >&2; exit 77; }
"$DIGITS" --count 5000 --seed 3 --images x --labels y
export TMPDIR=$PWD/tmp
mkdir tmp
"$UNIT" bench "$ROOT/models/lenet-mnist.tflite" --target cortex-m0plus --data x --labels y --quiet --threads 1 &
sleep 2
kill -INT $!
wait $!
echo "exit $?"
ls tmp
