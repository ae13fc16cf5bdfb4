# What a network is: for people and as JSON; with a plan and a target.
"$UNIT" inspect "$ROOT/models/lenet-mnist.tflite"
"$UNIT" inspect "$ROOT/tests/models/conv.tflite" --json
"$UNIT" inspect "$ROOT/models/lenet-mnist.tflite" --target=msp430fr5994 --quiet | sed -n 6p
"$UNIT" inspect - <"$ROOT/tests/models/conv.tflite" | sed -n 1,3p
# Operators that a chip's table has no costs for are left out of predictions, and said to be.
"$UNIT" inspect "$ROOT/tests/models/ops/graph_float_log_softmax.tflite" --target atmega1284p | sed -n 7p
