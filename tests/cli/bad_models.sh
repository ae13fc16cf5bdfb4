# Models with one fault each, and files that are none: one clear line, exit 3.
cd "$ROOT"
for model in tests/models/bad/*.tflite; do
    "$UNIT" inspect "$model" >/dev/null
    echo "exit $?" >&2
done
for file in README.md tests/data/numpy.npz /dev/null; do
    "$UNIT" inspect "$file" >/dev/null
    echo "exit $?" >&2
done
printf '\010\007\022\004none' | "$UNIT" inspect -
echo "exit $?" >&2
"$UNIT" inspect tests/models/none.tflite
echo "exit $?" >&2
"$UNIT" inspect tests
echo "exit $?" >&2
