# Data and labels that do not fit: one clear line, exit 3; files that cannot be read: exit 1.
model=$ROOT/tests/models/conv.tflite
refuse() {
    "$UNIT" eval "$model" --quiet "$@" >/dev/null
    echo "exit $?" >&2
}
# idx FILE LAST_BYTE_OF_COUNT AXES BYTES: an IDX file of uint8
idx() {
    { printf "\\000\\000\\010$3" "$2"; head -c "$4" /dev/zero; } >"$1"
}
idx good '\004' '\004\000\000\000%b\000\000\000\006\000\000\000\006\000\000\000\002' 288
idx shape '\004' '\004\000\000\000%b\000\000\000\006\000\000\000\002\000\000\000\006' 288
idx short '\004' '\004\000\000\000%b\000\000\000\006\000\000\000\006\000\000\000\002' 280
idx empty '\000' '\004\000\000\000%b\000\000\000\006\000\000\000\006\000\000\000\002' 0
idx labels '\004' '\001\000\000\000%b' 4
idx few '\003' '\001\000\000\000%b' 3
idx many '\005' '\001\000\000\000%b' 5
{ printf '\000\000\010\001\000\000\000\004'; printf '\001\002\060\003'; } >above
printf 'nothing that is known' >unknown
: >nothing
refuse --data good --labels labels
refuse --data none
refuse --data shape
refuse --data short
refuse --data empty
refuse --data unknown
refuse --data nothing
refuse --data good --labels none
refuse --data good --labels few
refuse --data good --labels many
refuse --data good --labels above
refuse --data good --labels unknown
refuse --data good --skip 4
gzip -c good >good.gz
head -c 30 good.gz >cut.gz
refuse --data good.gz --labels labels
refuse --data cut.gz
"$UNIT" tune "$model" --quiet --data good --percentile 50 -o /dev/full >/dev/null
echo "exit $?" >&2
"$UNIT" tune "$model" --quiet --data good --percentile 50 -o none/plan >/dev/null
echo "exit $?" >&2
echo kept >old
chmod a-w .
[ "$(id -u)" -eq 0 ] || "$UNIT" tune "$model" --quiet --data good --percentile 50 -o new >/dev/null 2>&1
chmod u+w .
cat old
ls
"$UNIT" eval "$model" --quiet --data good >/dev/full
echo "exit $?" >&2
