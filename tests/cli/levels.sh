# Plans whose thresholds move: levels, and what follows the input.
small=$ROOT/tests/models/conv.tflite
"$DIGITS" --count 60 --seed 3 --images x --labels y
{ printf '\000\000\010\004\000\000\000\200\000\000\000\006\000\000\000\006\000\000\000\002'; cat x x | tail -c 9216; } >data
set -- "$small" --data data --quiet

"$UNIT" tune "$@" --max-drop 10 --brief --adaptive --levels 40,60 -o plan | sed -n -e 's/ [0-9.]*$/ N/' -e '/^level/,$p' |
    sed -E -e 's/[0-9]+(\.[0-9]+)?/N/g' -e 's/  +/ /g'
grep -c '"follows"' plan
grep -c '"lift"' plan

# Each level executes less than the one before; plain and fast kernels agree on it.
for level in 0 1 2; do
    "$UNIT" eval "$@" --plan plan --level $level --kernels fast --json | grep -v -E 'seconds|path' >fast
    "$UNIT" eval "$@" --plan plan --level $level --kernels plain --json | grep -v -E 'seconds|path' >plain
    cmp fast plain && echo "level $level: plain and fast kernels agree"
    sed -n 's/^    "executed": \([0-9]*\).*/\1/p' fast | head -n 1 >>executed
done
sort -c -n -r executed && echo 'levels fall'

"$UNIT" emit "$small" --plan plan --target cortex-m0plus -o out --name kws --no-measure --quiet >/dev/null
grep -o -E 'define KWS_LEVELS [0-9]|int kws_set_level\(int level\)' out/kws.h
grep -c 'unit_scaling' out/kws.c

# With a chip: its kernels are priced as their thresholds move.
"$UNIT" tune "$@" --max-drop 30 --brief --adaptive --target cortex-m0plus -o chip | grep -o '^cycles'

# A level there is none of; no levels; lists that are none.
"$UNIT" eval "$@" --plan plan --level 3
echo "exit $?" >&2
"$UNIT" eval "$@" --level 1
echo "exit $?" >&2
"$UNIT" tune "$@" --percentile 50 -o fixed >/dev/null
"$UNIT" eval "$@" --plan fixed --level 1
echo "exit $?" >&2
for list in 0 1,x 1, 2,1 1,2,3,4,5,6,7,8; do
    "$UNIT" tune "$@" --max-drop 10 --levels $list -o none
    echo "exit $?" >&2
done
"$UNIT" tune "$@" --percentile 50 --levels 1 -o none
echo "exit $?" >&2
"$UNIT" tune "$@" --max-drop 10 --brief --levels 0.001 -o none
echo "exit $?" >&2

# Plans whose levels do not fit.
sed 's/"lift": -*[0-9]*/"lift": 9/' plan >other
"$UNIT" eval "$@" --plan other
echo "exit $?" >&2
sed 's/"lift"/"lifts"/' plan >other
"$UNIT" eval "$@" --plan other
echo "exit $?" >&2
sed 's/"executed": [0-9.]*,//' plan | sed 's/"cycles": null/"cycle": 1/' >other
"$UNIT" eval "$@" --plan other
echo "exit $?" >&2
sed 's/"executed": [0-9.]*/"executed": "few"/' plan >other
"$UNIT" eval "$@" --plan other
echo "exit $?" >&2
sed 's#unit.plan/4#unit.plan/2#' plan >other
"$UNIT" eval "$@" --plan other
echo "exit $?" >&2
