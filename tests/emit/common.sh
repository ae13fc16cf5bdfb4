# common.sh - what the tests of emitted code share. A test is called with the tool, in the project's folder.
set -eu
UNIT=$1
ROOT=$(pwd)
WARNINGS="-std=c99 -Wall -Wextra -Wconversion -Werror"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# emit MODEL TARGET FOLDER NAME [PLAN]: quietly, without figures.
emit() {
    "$UNIT" emit "$ROOT/tests/models/ops/$1.tflite" --target "$2" -o "$3" --name "$4" ${5:+--plan "$5"} --no-measure --quiet
}

# plan MODEL FILE DIVISION: a pruned network; the golden inputs are the calibration data.
plan() {
    "$UNIT" tune "$ROOT/tests/models/ops/$1.tflite" --data "$ROOT/tests/models/ops/$1.in0.npy" --percentile 40 --groups 2 \
        --division "$3" -o "$2" --quiet >/dev/null
}

# example HEADER: the usage example that the header's comment holds.
example() {
    sed -n '/^ \* Example/,/^ \*\//s/^ \*     //p; /^ \* Example/,/^ \*\//s/^ \*$//p' "$1"
}

# skip_without COMMAND
skip_without() {
    command -v "$1" >/dev/null 2>&1 || { echo "skipped: $1 is not installed"; exit 77; }
}
