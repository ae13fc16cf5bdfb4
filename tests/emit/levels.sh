# levels.sh - NAME_set_level on this machine: the outputs of every level are those of unit run --level; levels that there
# are none of are refused and leave the one that is set.
. tests/emit/common.sh
skip_without gcc

model=$ROOT/tests/models/ops/graph_residual
"$(dirname "$UNIT")/digits" --count 60 --seed 3 --images "$folder/x" --labels "$folder/y"
{ printf '\000\000\010\004\000\000\000\310\000\000\000\006\000\000\000\006\000\000\000\003'; cat "$folder/x" | tail -c 21600; } >"$folder/data"
"$UNIT" tune "$model.tflite" --data "$folder/data" --quiet --max-drop 30 --brief --adaptive --levels 70,90 -o "$folder/plan" >/dev/null
emit graph_residual host "$folder/net" net "$folder/plan"
cat >"$folder/main.c" <<'END_OF_C'
#include <stdio.h>
#include <stdlib.h>
#include "net.h"
int main(int argc, char **argv)
{
    static net_input_t in[NET_INPUT_SIZE];
    net_output_t out[NET_OUTPUT_SIZE];

    if (argc != 2 || NET_LEVELS != 3 || net_set_level(atoi(argv[1])) != 0)
        return 1;
    if (net_set_level(-1) >= 0 || net_set_level(NET_LEVELS) >= 0)
        return 2;
    while (fread(in, sizeof in, 1, stdin) == 1)
        if (net_run(in, out) != 0 || fwrite(out, sizeof out, 1, stdout) != 1)
            return 3;
    return 0;
}
END_OF_C
gcc $WARNINGS -I"$folder/net" "$folder"/net/*.c "$folder/main.c" -o "$folder/main"
for level in 0 1 2; do
    "$UNIT" run "$model.tflite" --input "$model.in0.npy" --output "$folder/out.npy" --plan "$folder/plan" --level $level --quiet
    tail -c +129 "$model.in0.npy" | "$folder/main" $level >"$folder/out$level"
    tail -c +129 "$folder/out.npy" | cmp - "$folder/out$level"
done
! cmp -s "$folder/out0" "$folder/out2"
echo "levels: three levels give what unit run gives"
