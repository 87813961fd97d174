#!/usr/bin/env bash
# find-memory: the search of memory beside yara, ripgrep and strings | grep, on the same bytes in
# the same run. Those bytes are what programs consist of: the ones built here, over and over, with
# words put between. Ours and yara's look for UTF-16 as well, the others do not. CPU time counts:
# others may be using the machine. A rival that is not there is left out, and said.
set -eu
bench="$STAKEOUT_NATIVE/bench_find_memory"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
dump="$folder/dump"
megabytes=256

while [ "$(stat -c %s "$dump" 2>/dev/null || echo 0)" -lt $((megabytes << 20)) ]; do
    cat "$STAKEOUT_BIN"/*.exe "$STAKEOUT_BIN"/lab/*.exe >>"$dump"
    printf '\0http://host%u0.list.example/gate.php?id=Quartz-Vexing-Jumble\0' $((RANDOM)) >>"$dump"
done
truncate -s ${megabytes}M "$dump"
for ((i = 0; i < 100000; i++)); do echo "host$i.list.example"; done >"$folder/list"

term=Quartz-Vexing
regex='[a-z]+[0-9]+\.list\.example/gate\.php'
yara_rule() { printf 'rule r { strings: $a = %s condition: $a }\n' "$2" >"$folder/$1.yar"; }
yara_rule case "\"$term\" ascii wide"
yara_rule plain "\"$term\" ascii wide nocase"
yara_rule regex "/${regex//\//\\/}/ ascii wide"

# measure CASE NAME COMMAND...: user and system time, the least of three, in $seconds. 1 is "not
# found" to some.
measure() {
    hyperfine --warmup 1 --runs 3 --ignore-failure --export-json "$folder/times.json" "$3" \
        >/dev/null 2>&1
    seconds=$(python3 -c 'import json, sys
result = json.load(open(sys.argv[1]))["results"][0]
print(result["user"] + result["system"])' "$folder/times.json")
    echo "$1 $2 $seconds" >>"$folder/seconds"
}

there() {
    command -v "$1" >/dev/null || { echo "find-memory: no $1 here: left out" >&2; return 1; }
}

has_yara=$(there yara && echo yes || true)
has_rg=$(there rg && echo yes || true)
for kind in case plain regex list; do
    what=$term
    fixed=-F
    fold=
    case $kind in
    plain) fold=-i ;;
    regex) what=$regex fixed= ;;
    list) what=$folder/list ;;
    esac
    measure "$kind" ours "'$bench' $kind '$what' '$dump'"
    if [ "$kind" = list ]; then
        if [ "$has_rg" ]; then measure list rg "rg -a -o -c -F -f '$what' '$dump'"; fi
        measure list 'strings|grep' "strings '$dump' | grep -c -o -F -f '$what'"
        continue
    fi
    if [ "$has_rg" ]; then measure "$kind" rg "rg -a -c -o $fold $fixed -e '$what' '$dump'"; fi
    if [ "$has_yara" ]; then measure "$kind" yara "yara -c '$folder/$kind.yar' '$dump'"; fi
    measure "$kind" 'strings|grep' \
        "strings '$dump' | grep -c $fold ${fixed:--E} -e '$what'"
done
python3 - "$folder/seconds" "$megabytes" <<'PYTHON'
import collections
import json
import sys

times = collections.defaultdict(dict)
for line in open(sys.argv[1], encoding='utf-8'):
    kind, name, seconds = line.split()
    times[kind][name] = float(seconds)
for kind, rivals in times.items():
    ours = rivals.pop('ours')
    for name, seconds in rivals.items():
        print(json.dumps({'bench': 'find-memory', 'case': kind,
                          'value': round(int(sys.argv[2]) / ours), 'unit': 'MB/s',
                          'baseline': round(int(sys.argv[2]) / seconds), 'baseline_name': name}))
PYTHON
