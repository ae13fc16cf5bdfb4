# A cut for every connection under an accuracy budget, on few drawn digits.
"$DIGITS" --count 60 --seed 3 --images x --labels y
model=$ROOT/models/lenet-mnist.tflite
set -- "$model" --data x --labels y --quiet --max-drop 10

"$UNIT" tune "$@" --limit 24 --brief -o refit --threads 1
"$UNIT" tune "$@" --limit 24 --brief -o again --threads 3 --json | grep -E '"(schema|samples|fitted)"'
cmp refit again && echo 'the same plan on any number of threads'

# What the plan says is what both kinds of kernels do.
set -- "$model" --data x --labels y --quiet
"$UNIT" eval "$@" --plan refit --kernels fast --json | grep -v -E 'seconds|path' >fast
"$UNIT" eval "$@" --plan refit --kernels plain --json | grep -v -E 'seconds|path' >plain
cmp fast plain && echo 'plain and fast kernels agree'

# A small network, without labels: a static mask has no thresholds, untouched weights are not in the plan, the front
# falls as its price rises, and every lever has its line.
small=$ROOT/tests/models/conv.tflite
{ printf '\000\000\010\004\000\000\000\200\000\000\000\006\000\000\000\006\000\000\000\002'; cat x x | tail -c 9216; } >data
"$UNIT" tune "$small" --data data --quiet --max-drop 30 --brief --method static --weights keep --front front -o static |
    grep -o disagrees
grep '"method"' static
grep -c '"weights"' refit static
head -n 1 front
awk -F, 'NR > 2 && ($1 <= lambda || $2 > executed * 1.02) { print "not a front:", $0 } { lambda = $1; executed = $2 }' front
"$UNIT" eval "$small" --data data --quiet --plan static >/dev/null && echo 'the static mask runs'
"$UNIT" tune "$small" --data data --quiet --max-drop 30 -o levers | sed -n -e '/^by/p' -e 's/^\(a [a-z, ]*[a-z]\)  .*/\1/p'
"$UNIT" tune "$small" --data data --quiet --max-drop 30 --brief --seed 2 -o seeded >/dev/null
cmp -s levers seeded || echo 'another seed, another plan'

# A chip's predicted cycles instead of MACs; or its flash.
"$UNIT" tune "$small" --data data --quiet --max-drop 30 --brief --target cortex-m0plus -o cycles --json |
    grep -E '"(target|cycles)"'
"$UNIT" tune "$small" --data data --quiet --max-drop 30 --brief --target msp430fr5994 --minimise flash -o flash |
    grep -o '^cycles'
"$UNIT" tune "$small" --data data --quiet --max-drop 30 --brief --target rv32imc --adaptive --worst-case 900 -o moving |
    grep -o '^cycles'

# Data that will not do.
"$UNIT" tune "$model" --data x --labels y --quiet --max-drop 1 --limit 19 -o none
echo "exit $?" >&2
head -c 8 y >same
head -c 60 /dev/zero >>same
"$UNIT" tune "$model" --data x --labels same --quiet --max-drop 1 -o none
echo "exit $?" >&2
{ head -c 16 x; head -c 47040 /dev/zero; } >black
"$UNIT" tune "$model" --data black --quiet --max-drop 1 -o none
echo "exit $?" >&2
