# Plans that must be refused: one clear line, exit 3.
model=$ROOT/tests/models/conv.tflite
{ printf '\000\000\010\004\000\000\000\004\000\000\000\006\000\000\000\006\000\000\000\002'; head -c 288 /dev/zero | tr '\000' '\101'; } >data
"$UNIT" tune "$model" --quiet --data data --percentile 60 -o good >/dev/null
"$UNIT" inspect "$model" --plan good | sed -n 5p
refuse() {
    sed "$1" good >plan
    "$UNIT" inspect "$model" --plan plan >/dev/null
    echo "exit $?" >&2
}
refuse 's/unit.plan.1/unit.plan\/9/'
refuse 's/"method"/"methods"/'
refuse 's/"index"/"colour": 1, "index"/'
refuse 's/"unit"/"magic"/'
refuse 's/"exact"/"mask"/'
refuse 's/^ *0\.[0-9]*$/-1/'
refuse 's/^ *0\.[0-9]*$/NaN/'
refuse 's/^ *0\.[0-9]*$/1e10/'
refuse 's/^ *0\.[0-9]*$/"much"/'
refuse 's/^ *0\.[0-9]*$/1, 2, 3, 4/'
refuse 's/"index": 0/"index": 1/'
refuse 's/"index": 0/"index": 0, "bias": "AAAA"/'
refuse 's/"index": 0/"index": 0, "index": 0/'
refuse '$d'
"$UNIT" eval "$ROOT/tests/models/conv.tflite" --plan none --data data
echo "exit $?" >&2
sed 's/"fingerprint": "..../"fingerprint": "0000/' good >other
"$UNIT" eval "$model" --plan other --data data
echo "exit $?" >&2
