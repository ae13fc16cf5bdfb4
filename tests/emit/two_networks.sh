# two_networks.sh - two networks link into one firmware on every chip whose toolchain is here: the runtime files they
# share are the same, and no symbol clashes.
. tests/emit/common.sh

# firmware TARGET COMPILE LINK LIBRARIES FILES: links both networks and a main() that calls them.
firmware() {
    target=$1 compile=$2 link=$3 libraries=$4 files=$5
    command -v "${compile%% *}" >/dev/null 2>&1 || { echo "skipped: $target: ${compile%% *} is not installed"; return 0; }
    work=$folder/$target
    mkdir "$work"
    emit graph_lenet "$target" "$work/first" first
    emit graph_separable "$target" "$work/second" second "$folder/plan.json"
    mkdir "$work/all"
    for file in "$work"/first/*.[chS] "$work"/second/*.[chS]; do
        [ -e "$file" ] || continue
        [ ! -e "$work/all/$(basename "$file")" ] || cmp "$file" "$work/all/$(basename "$file")"
        cp "$file" "$work/all"
    done
    example "$work/first/first.h" >"$work/all/example.c"
    cat >"$work/all/main.c" <<'END'
#include "first.h"
#include "second.h"
int main(void);
int main(void)
{
    return first_selftest() != 0 || second_selftest() != 0;
}
END
    for file in $files; do
        cp "$ROOT/targets/$file" "$work/all"
    done
    (
        cd "$work/all"
        for file in *.c *.S; do
            [ -e "$file" ] || continue
            flags=$WARNINGS
            case $file in *.S) flags= ;; esac
            $compile $flags -DFIRST_SELFTEST -DSECOND_SELFTEST -I. -c "$file" -o "$file.o"
        done
        rm example.c.o
        $link -o firmware.elf *.o $libraries
    )
    echo "$target: two networks in one firmware"
}

plan graph_separable "$folder/plan.json" exact
firmware cortex-m0plus "arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -Os -ffreestanding" \
    "arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -nostdlib -T link.ld" -lgcc \
    "cortex-m0plus/link.ld cortex-m0plus/start.c common/memory.c"
firmware atmega1284p "avr-gcc -mmcu=atmega1284p -Os" "avr-gcc -mmcu=atmega1284p" "" ""
firmware rv32imc "riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 -Os -ffreestanding" \
    "riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 -nostdlib -T link.ld" -lgcc \
    "rv32/link.ld rv32/start.S common/memory.c"
firmware msp430fr5994 "clang-14 --target=msp430 -mhwmult=f5series -Os -ffreestanding -Wno-unused-command-line-argument" \
    "ld.lld-14 -n -T link.ld" "" "msp430fr5994/link.ld msp430fr5994/start.S msp430fr5994/runtime.S"
