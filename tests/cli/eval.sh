# Accuracy and exact counts on 300 drawn digits: dense, and under a plan; the number of threads and the kernels do not matter.
"$DIGITS" --count 300 --seed 1 --images x --labels y
model=$ROOT/models/lenet-mnist.tflite
set -- "$model" --data x --labels y --quiet
"$UNIT" eval "$@"
"$UNIT" tune "$@" --percentile 80 --groups 3 --division tree -o plan >tuned
"$UNIT" eval "$@" --plan plan
"$UNIT" eval "$@" --plan plan --json >one
"$UNIT" eval "$@" --plan plan --json --threads 1 --kernels plain >two
sed -e '/seconds/d' one >a && sed -e '/seconds/d' two >b && cmp a b && grep -A 5 '"macs"' a | head -6 && grep '"agreement"' a
"$UNIT" eval "$model" --data x --quiet --skip 100 --limit=50 --json | grep -E '"(samples|accuracy|correct)"'
gzip x && "$UNIT" eval "$model" --data x.gz --labels y --limit 10 | sed -n 2p
