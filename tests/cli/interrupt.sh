# Ctrl-C: status 130, the old plan untouched, no temporary file left.
"$DIGITS" --count 3000 --seed 3 --images x --labels y
echo old >plan
"$UNIT" tune "$ROOT/models/lenet-mnist.tflite" --data x --labels y --max-drop 1 -o plan --quiet --threads 1 &
sleep 1
kill -INT $!
wait $!
echo "exit $?"
cat plan
ls
