#!/bin/sh
# run_case.sh CASE.sh TOOL - runs one case of the command line in an empty folder and compares what it prints with
# CASE.out, CASE.err and CASE.exit, byte for byte (a missing file is empty; exit 0). The case finds the tool in $UNIT, the
# project in $ROOT, the folder of shared models and data in $UNIT_DATA; exit 77 skips it. ACCEPT=1 rewrites the files.
set -u
case_file=$1
base=${case_file%.sh}
UNIT=$2
ROOT=$(pwd)
UNIT_DATA=${UNIT_DATA:-$ROOT/../shared}
export UNIT ROOT UNIT_DATA
LC_ALL=C
export LC_ALL

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/work"
(cd "$folder/work" && sh -u "$case_file") >"$folder/out" 2>"$folder/err"
status=$?
if [ "$status" -eq 77 ]; then
    cat "$folder/err"
    exit 77
fi
# Figures that differ from run to run, and the project's place, are not part of the contract.
for file in out err; do
    sed -e "s#$ROOT/##g" -e "s#$folder/work/##g" -e 's/[0-9][0-9.]* s$/N s/' -e 's/in [0-9.]* s,/in N s,/' \
        -e 's/"seconds": [0-9.e-]*/"seconds": 0/' "$folder/$file" >"$folder/$file.clean"
done
echo "$status" >"$folder/exit.clean"

if [ "${ACCEPT:-}" = 1 ]; then
    for part in out err exit; do
        rm -f "$base.$part"
        [ "$part" = exit ] && [ "$status" -eq 0 ] && continue
        [ -s "$folder/$part.clean" ] && cp "$folder/$part.clean" "$base.$part"
    done
    exit 0
fi
failed=0
for part in out err exit; do
    expected=$base.$part
    if [ ! -e "$expected" ]; then
        expected=$folder/expected
        : >"$expected"
        [ "$part" = exit ] && echo 0 >"$expected"
    fi
    if ! diff -u "$expected" "$folder/$part.clean"; then
        echo "$base.$part differs"
        failed=1
    fi
done
exit $failed
