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
refuse 's/unit.plan.4/unit.plan\/9/'
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

# Cuts and weights for each connection, which came with unit.plan/2.
bytes() { # COUNT OCTAL
    head -c "$1" /dev/zero | tr '\000' "\\$2" | base64 -w 0
}
with() { # KEYS, in place of the thresholds
    sed -e '/"thresholds"/,/^ *\],*$/d' -e "s#\"index\": 0,*#\"index\": 0, $1#" good >cuts
    "$UNIT" inspect "$model" --plan "${2:-cuts}" >out
    echo "exit $?" >&2
    grep 'by weight' out
}
with "\"cuts\": \"$(bytes 54 017)\""
with "\"cuts\": \"$(bytes 54 377)\", \"weights\": \"$(bytes 54 200)\""
with "\"cuts\": \"$(bytes 54 002)\""
with "\"cuts\": \"$(bytes 53 017)\""
with "\"cuts\": 7"
with "\"cuts\": \"$(bytes 54 017)\", \"weights\": \"$(bytes 55 001)\""
with "\"cuts\": \"$(bytes 54 017)\", \"thresholds\": [0.1]"
with "\"bias\": \"$(bytes 12 000)\""
# The kernel of a layer, and what it may stand beside.
with '"kernel": "dense"'
with '"kernel": "zeroskip"'
with "\"kernel\": \"prefix\", \"cuts\": \"$(bytes 54 017)\""
with '"kernel": "prefix"'
with '"kernel": "fastest"'
with "\"kernel\": \"dense\", \"cuts\": \"$(bytes 54 017)\""
# Cuts that follow the input, which came with unit.plan/3.
with "\"cuts\": \"$(bytes 54 017)\", \"follows\": {\"every\": 3, \"size\": 60000}"
with "\"cuts\": \"$(bytes 54 017)\", \"follows\": {\"every\": 0, \"size\": 60000}"
with "\"cuts\": \"$(bytes 54 017)\", \"follows\": {\"every\": 3, \"size\": 65536}"
with "\"cuts\": \"$(bytes 54 017)\", \"follows\": {\"each\": 3}"
with "\"cuts\": \"$(bytes 54 017)\", \"follows\": 3"
with "\"cuts\": \"$(bytes 54 017)\", \"follows\": {\"every\": 3, \"size\": 60000, \"bias\": 256}"
with "\"cuts\": \"$(bytes 54 017)\", \"follows\": {\"every\": 3, \"size\": 60000, \"bias\": 257}"
refuse 's/"index": 0/"index": 0, "follows": {"every": 3, "size": 9}/'
# Fallbacks, which came with unit.plan/4.
fall() { with "\"cuts\": \"$(bytes 54 017)\", \"fallback\": $1"; }
fall '{"limit": 20, "above": 3, "lift": 4}'
fall '{"limit": -1, "above": 3, "lift": 4}'
fall '{"limit": 20, "above": 127, "lift": 4}'
fall '{"limit": 20, "above": 4, "lift": 4}'
fall '{"limit": 20, "above": 3, "lift": 0}'
fall '{"limit": 20, "above": 3, "lift": 15}'
fall '{"limit": 20, "above": 3, "lift": 4, "below": 1}'
refuse 's/"index": 0/"index": 0, "fallback": {"limit": 20, "above": 3, "lift": 4}/'
sed 's/unit.plan.4/unit.plan\/2/' good >two
sed 's/unit.plan.4/unit.plan\/3/' good >three
cp good four
cp three good
fall '{"limit": 20, "above": 3, "lift": 4}'
cp two good
with "\"cuts\": \"$(bytes 54 017)\""
with "\"cuts\": \"$(bytes 54 017)\", \"follows\": {\"every\": 3, \"size\": 60000}"
cp four good
sed 's/"unit"/"static"/' good >static
sed -i 's/"unit"/"static"/' good
with "\"cuts\": \"$(bytes 54 017)\""
with "\"cuts\": \"$(bytes 54 000)\""
with "" static
sed -i 's/"static"/"zeroskip"/' good
with "\"cuts\": \"$(bytes 54 000)\""
# An older plan is read; what it did not have it does not have.
sed -e 's/"zeroskip"/"unit"/' -e 's/unit.plan.4/unit.plan\/1/' good >old
"$UNIT" inspect "$model" --plan old | grep -c 'method unit'
cp old good
with "\"cuts\": \"$(bytes 54 000)\""
true
