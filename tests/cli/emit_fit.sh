# unit emit and bench: networks that do not fit, refused before anything is compiled.
for name in mlperf_resnet8_int8 mlperf_ad01_int8; do
    [ -r "$UNIT_DATA/models/$name.tflite" ] || { echo "skipped: UNIT_DATA has no models/$name.tflite" >&2; exit 77; }
done
for name in mlperf_resnet8_int8 mlperf_ad01_int8; do
    for target in msp430fr5994 cortex-m0plus atmega1284p; do
        PATH=/nowhere "$UNIT" emit "$UNIT_DATA/models/$name.tflite" --target $target -o out 2>message
        echo "-> $?"
        # How many bytes depends on the kernels.
        sed -E -e "s#$UNIT_DATA/##" -e 's/[0-9]+ (bytes|are)/N \1/g' message
    done
done
[ ! -e out ]
