# unit bench and emit: toolchains that are missing or fail.
model=$ROOT/tests/models/ops/graph_lenet.tflite
data=$ROOT/tests/models/ops/graph_lenet.in0.npy
export TMPDIR=$PWD/tmp
mkdir tmp bin

# Missing: named, with the command that installs it. Emitting goes on without figures.
PATH=/nowhere
for target in msp430fr5994 cortex-m0plus atmega1284p rv32imc rv32ic all; do
    "$UNIT" bench "$model" --target $target --data "$data"
    echo "-> $?" >&2
done
"$UNIT" emit "$model" --target cortex-m0plus -o out --name net

# Failing: its message and the command.
PATH=/usr/bin:/bin
cat >bin/arm-none-eabi-gcc <<'END'
#!/bin/sh
echo "In file included from somewhere:" >&2
echo "net.c:1:2: error: this compiler is broken" >&2
exit 1
END
chmod +x bin/arm-none-eabi-gcc
PATH=$PWD/bin:$PATH
"$UNIT" bench "$model" --target cortex-m0plus --data "$data"
echo "-> $?" >&2
"$UNIT" emit "$model" --target cortex-m0plus -o out2 --name net
echo "-> $?" >&2
[ ! -e out2 ] || echo "out2 was made"

# The linker finds that code and constants together are too much.
cat >bin/arm-none-eabi-gcc <<'END'
#!/bin/sh
case $* in
*-c*) exit 0 ;;
esac
echo "ld: firmware.elf section \`.text' will not fit in region \`FLASH'" >&2
echo "ld: region \`FLASH' overflowed by 1234 bytes" >&2
exit 1
END
"$UNIT" bench "$model" --target cortex-m0plus --data "$data"
echo "-> $?" >&2
ls tmp
exit 0
