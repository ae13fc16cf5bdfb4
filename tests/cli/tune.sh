# The verbs that find plans, on 200 drawn digits.
"$DIGITS" --count 200 --seed 3 --images x --labels y
model=$ROOT/models/lenet-mnist.tflite
set -- "$model" --data x --labels y --quiet
"$UNIT" tune "$@" --percentile 75 -o percentile
"$UNIT" tune "$@" --method zeroskip -o zeroskip
"$UNIT" tune "$@" --method fatrelu --percentile 70 -o fatrelu
for division in exact shift tree msb; do
    "$UNIT" tune "$@" --percentile 75 --division $division -o $division | sed -n '/skipped  /p'
done
"$UNIT" tune "$@" --max-drop 1 --thresholds layer -o one --threads 1 >/dev/null
"$UNIT" tune "$@" --max-drop 1 --division exact -o two --threads 2 >/dev/null
cmp one two && echo 'the same plan on any number of threads'
"$UNIT" tune "$@" --max-drop 1 --thresholds layer -o json --json | grep -E '"(schema|samples|dense_accuracy|drop)"'
"$UNIT" tune "$model" --data x --quiet --max-drop 1 --thresholds layer -o unlabelled | grep -c disagrees
"$UNIT" inspect "$model" --plan percentile | tail -n 9
"$UNIT" tune "$@" --percentile 75 -o - | cmp - percentile && echo 'the plan on standard output'
"$UNIT" tune "$@" --percentile 75 -o - --json
echo "exit $?"
