# Ctrl-C: status 130, the old plan untouched; the same command goes on from what was kept, and ends with the same plan.
"$DIGITS" --count 60 --seed 3 --images x --labels y
tune() {
    "$UNIT" tune "$ROOT/models/lenet-mnist.tflite" --data x --labels y --max-drop 5 --brief --quiet -o "$1" >/dev/null
}
tune whole
echo old >plan
"$UNIT" tune "$ROOT/models/lenet-mnist.tflite" --data x --labels y --max-drop 5 --brief --quiet -o plan >/dev/null 2>err &
while [ ! -e plan.tuning ] && kill -0 $! 2>/dev/null; do
    sleep 0.05
done
kill -INT $!
wait $!
echo "exit $?"
sed 's/keeps [0-9]*/keeps some/' err
cat plan
ls
tune plan
cmp plan whole && ls
