# Help, version, and the list of chips without what depends on this machine.
"$UNIT" --version
"$UNIT" help
for verb in inspect run eval tune emit bench targets; do
    "$UNIT" help $verb
done
"$UNIT" eval --help | sed -n 1p
"$UNIT" targets --json | grep -v '"available"'
