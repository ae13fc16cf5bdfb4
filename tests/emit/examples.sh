# examples.sh - the firmware of examples/ builds around an emitted network, where the compilers are.
. tests/emit/common.sh

built=
if command -v clang-14 >/dev/null && command -v ld.lld-14 >/dev/null; then
    make -s -C examples/msp430fr5994 UNIT="$UNIT" BUILD="$folder/msp430" >/dev/null
    [ -s "$folder/msp430/digits.elf" ]
    built="$built msp430fr5994"
fi
if command -v avr-g++ >/dev/null && [ -d /usr/share/arduino/hardware/arduino/avr ]; then
    make -s -C examples/arduino UNIT="$UNIT" BUILD="$folder/arduino" >/dev/null
    [ -s "$folder/arduino/digits.hex" ]
    built="$built arduino"
fi
[ -n "$built" ] || { echo "skipped: examples: neither clang-14 and lld-14 nor gcc-avr and arduino-core-avr are installed"; exit 77; }
echo "examples: built$built"
