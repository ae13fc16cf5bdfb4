# deterministic.sh - the same network gives the same files, byte for byte, on every target.
. tests/emit/common.sh

plan graph_lenet "$folder/plan.json" shift
for target in host msp430fr5994 cortex-m0plus atmega1284p rv32imc rv32ic; do
    for turn in 1 2; do
        emit graph_lenet $target "$folder/$target-dense-$turn" net
        emit graph_lenet $target "$folder/$target-plan-$turn" net "$folder/plan.json"
    done
    diff -r "$folder/$target-dense-1" "$folder/$target-dense-2"
    diff -r "$folder/$target-plan-1" "$folder/$target-plan-2"
done
echo "deterministic: six targets, dense and pruned, twice the same"
