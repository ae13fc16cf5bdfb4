# host.sh - plain C for this machine: no warning from gcc and clang, examples compile, two networks live in one program
# and share the runtime, self-tests pass.
. tests/emit/common.sh

cat >"$folder/main.c" <<'END'
#include "first.h"
#include "second.h"
#include "third.h"
int main(void)
{
    return first_selftest() != 0 || second_selftest() != 0 || third_selftest() != 0;
}
END
plan graph_separable "$folder/plan.json" tree
emit graph_lenet host "$folder/first" first
emit graph_separable host "$folder/second" second "$folder/plan.json"
emit graph_two_in_two_out host "$folder/third" third
mkdir "$folder/all"
for name in first second third; do
    for file in "$folder/$name"/*.[ch]; do
        base=$(basename "$file")
        if [ -e "$folder/all/$base" ]; then
            cmp "$file" "$folder/all/$base"
        fi
        cp "$file" "$folder/all/$base"
    done
    example "$folder/$name/$name.h" >"$folder/$name.example.c"
    grep -q "${name}_run(" "$folder/$name.example.c"
done
for cc in gcc clang-14; do
    command -v $cc >/dev/null 2>&1 || { echo "skipped: $cc is not installed"; continue; }
    for name in first second third; do
        $cc $WARNINGS -I"$folder/$name" -c "$folder/$name.example.c" -o "$folder/example.o"
    done
    $cc $WARNINGS -DFIRST_SELFTEST -DSECOND_SELFTEST -DTHIRD_SELFTEST -I"$folder/all" "$folder"/all/*.c "$folder/main.c" \
        -o "$folder/main"
    "$folder/main"
done
echo "host: examples and three networks compile without a warning; self-tests pass"
