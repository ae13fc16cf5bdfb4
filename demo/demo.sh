#!/bin/sh
# demo.sh - the main job in two minutes: a network that ships with the project, and what zero-skip, the published method
# and UnIT make of it on MNIST, or, where UNIT_DATA has it not, on digits drawn by the project.
set -eu
cd "$(dirname "$0")/.."
unit=build/unit
model=models/lenet-mnist.tflite
work=build/demo
budget=0.5
chip_samples=50
mkdir -p "$work"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n%s\n' "$*"; }

# number FILE KEY: the first number of that key in a JSON file
number() { sed -n "s/.*\"$2\": \([-0-9.e]*\).*/\1/p" "$1" | head -n 1; }

# The published method has one parameter: the largest percentile, FROM and below, whose drop on the calibration data keeps to
# the budget. best_percentile FROM DIVISION CALIBRATION-OPTIONS leaves the plan in DIVISION.json and prints the percentile.
best_percentile() {
    from=$1 division=$2
    shift 2
    for percentile in 90 88 86 84 82 80 78 76 74 72 70 65 60 50 40; do
        [ $percentile -le $from ] || continue
        $unit tune $model "$@" --quiet --json --percentile $percentile --division $division -o "$work/$division.json" >"$work/out.json"
        if awk "BEGIN { exit !($(number "$work/out.json" drop) <= $budget) }"; then
            break
        fi
    done
    echo $percentile
}

row() {
    $unit eval $model $test --quiet --json $2 >"$work/out.json"
    total=$(number "$work/out.json" dense)
    awk -v name="$1" -v right="$(number "$work/out.json" accuracy)" -v total="$total" -v samples="$(number "$work/out.json" samples)" \
        -v zero="$(number "$work/out.json" zero)" -v skipped="$(number "$work/out.json" skipped)" \
        -v executed="$(number "$work/out.json" executed)" -v skips="${3:-yes}" 'BEGIN { if (skips == "no") { executed += zero; zero = 0 } printf "%-38s %9.2f %8.2f %9.2f %9.2f %10.0f\n", name,
        100 * right, 100 * zero / total, 100 * skipped / total, 100 * executed / total, executed / samples }'
}

# compare CALIBRATION-OPTIONS: tunes on those, reports on $test.
compare() {
    $unit tune $model $1 --quiet --method zeroskip -o "$work/zeroskip.json" >/dev/null
    percentile=$(best_percentile 100 exact $1)
    $unit tune $model $1 --quiet --json --max-drop $budget --brief --target msp430fr5994 -o "$work/msp430fr5994.json" >/dev/null
    say "dense, layer by layer"
    $unit eval $model $test --quiet
    say "UnIT (at most $budget points lost on the calibration data, tuned for the MSP430), layer by layer"
    $unit eval $model $test --quiet --plan "$work/msp430fr5994.json"
    say "all together, on the test data"
    printf '%-38s %9s %8s %9s %9s %10s\n' method 'right %' 'zero %' 'skipped %' 'executed %' 'MACs'
    row "dense" "" no
    row "zero-skip" "--plan $work/zeroskip.json"
    row "published UnIT, percentile $percentile" "--plan $work/exact.json"
    row "UnIT, --max-drop $budget" "--plan $work/msp430fr5994.json"
}

# chip_row CHIP NAME PLAN: accuracy on all of $test, the chip's figures on its first $chip_samples samples
chip_row() {
    $unit eval $model $test --quiet --json $3 >"$work/out.json"
    right=$(number "$work/out.json" accuracy)
    $unit bench $model $test --target "$1" --limit $chip_samples --quiet --json $3 >"$work/out.json"
    sed -n '/"flash_bytes"/,/}/p' "$work/out.json" >"$work/flash.json"
    sed -n '/"ram_bytes"/,/}/p' "$work/out.json" >"$work/ram.json"
    awk -v chip="$1" -v name="$2" -v right="$right" -v macs="$(number "$work/out.json" executed)" -v samples=$chip_samples \
        -v cycles="$(number "$work/out.json" mean)" -v ms="$(number "$work/out.json" milliseconds)" \
        -v uj="$(number "$work/out.json" energy_uj)" -v flash="$(number "$work/flash.json" total)" \
        -v ram="$(number "$work/ram.json" total)" 'BEGIN {
        printf "%-13s %-30s %7.2f %8.0f %10.0f %7.1f %6.0f %7d %6d\n", chip, name, 100 * right, macs / samples, cycles, ms, uj, flash, ram }'
}

# best_division CHIP CALIBRATION-OPTIONS: sets division and best to what is fastest on the chip and keeps to the budget.
best_division() {
    least=
    for tried in exact shift tree msb; do
        at=$(best_percentile "$percentile" $tried $2)
        $unit bench $model $test --target "$1" --limit 4 --quiet --json --plan "$work/$tried.json" >"$work/out.json"
        cycles=$(number "$work/out.json" mean)
        if [ -z "$least" ] || awk "BEGIN { exit !($cycles < $least) }"; then
            least=$cycles division=$tried best=$at
        fi
    done
}

# chip_rows CHIP CALIBRATION-OPTIONS: the plans that compare made, and one tuned for this chip's cycles
chip_rows() {
    [ "$1" = msp430fr5994 ] ||
        $unit tune $model $2 --quiet --json --max-drop $budget --brief --target "$1" -o "$work/$1.json" >/dev/null
    best_division "$1" "$2"
    chip_row "$1" "dense" ""
    chip_row "$1" "zero-skip" "--plan $work/zeroskip.json"
    chip_row "$1" "published UnIT, $best %, $division" "--plan $work/$division.json"
    chip_row "$1" "UnIT, --max-drop $budget --target" "--plan $work/$1.json"
}

# on_chips CALIBRATION-OPTIONS
on_chips() {
    say "On the chips: exact cycles on simulated ones, every output byte equal to this machine's"
    printf '%-13s %-30s %7s %8s %10s %7s %6s %7s %6s\n' chip method 'right %' MACs cycles ms uJ flash RAM
    if command -v clang-14 >/dev/null 2>&1 && command -v ld.lld-14 >/dev/null 2>&1; then
        chip_rows msp430fr5994 "$1"
    else
        echo "msp430fr5994  skipped: there is no compiler for it (apt-get install clang-14 lld-14)"
    fi
    if command -v arm-none-eabi-gcc >/dev/null 2>&1; then
        chip_rows cortex-m0plus "$1"
    else
        echo "cortex-m0plus skipped: there is no compiler for it (apt-get install gcc-arm-none-eabi)"
    fi
    echo "right % on all test data; the rest on their first $chip_samples images. Energy: MSP430 118 uA/MHz at 3.0 V (SLASE54D) and 8 MHz;"
    echo "Cortex-M0+ 4.6 mA at 48 MHz and 3.3 V (SAM D21)."
}

say "The network: LeNet-5-like, int8, trained on MNIST"
$unit inspect $model

mnist=${UNIT_DATA:-../shared}/data/mnist
if [ -e "$mnist/t10k-images-idx3-ubyte.gz" ]; then
    say "MNIST: calibrated on 5 000 images that training left out, tested on the 10 000 of the test set"
    test="--data $mnist/t10k-images-idx3-ubyte.gz --labels $mnist/t10k-labels-idx1-ubyte.gz"
    calibration="--data $mnist/train-images-idx3-ubyte.gz --labels $mnist/train-labels-idx1-ubyte.gz --skip 55000"
else
    say "MNIST is not in $mnist (docs/data.md says where to get it and how to name the folder in UNIT_DATA); instead:"
    echo "2 000 digits to calibrate on, 2 000 others to test on, drawn by demo/digits.c"
    build/digits --count 2000 --seed 2 --images "$work/calibration.idx3" --labels "$work/calibration.idx1"
    build/digits --count 2000 --seed 1 --images "$work/test.idx3" --labels "$work/test.idx1"
    test="--data $work/test.idx3 --labels $work/test.idx1"
    calibration="--data $work/calibration.idx3 --labels $work/calibration.idx1"
fi
compare "$calibration"
on_chips "$calibration"

say "Next, your own network and data:"
echo "  build/unit inspect MODEL.tflite"
echo "  build/unit tune MODEL.tflite --data CALIBRATION --labels LABELS --max-drop 0.5 --target msp430fr5994 -o plan.json"
echo "  build/unit eval MODEL.tflite --data TEST --labels LABELS --plan plan.json"
echo "  build/unit bench MODEL.tflite --data TEST --labels LABELS --plan plan.json --target msp430fr5994 --limit 100"
echo "  build/unit emit MODEL.tflite --plan plan.json --target msp430fr5994 -o firmware/"
