#!/usr/bin/env bash
# find-memory: the search of memory beside yara, ripgrep and strings | grep, on the same bytes in
# the same run. Those bytes are what programs consist of: the ones built here, over and over, with
# words put between, in ASCII and in UTF-16. Ours and yara look for both; ripgrep is measured twice,
# for ASCII alone and for both ("rg both"); strings reads ASCII alone. The list is host names in
# ASCII to the others. CPU time counts, user's and system's: others may be using the machine. A
# rival that is not there is left out, and said.
set -eu
bench="$STAKEOUT_NATIVE/bench_find_memory"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
dump="$folder/dump"
megabytes=256

while [ "$(stat -c %s "$dump" 2>/dev/null || echo 0)" -lt $((megabytes << 20)) ]; do
    cat "$STAKEOUT_BIN"/*.exe "$STAKEOUT_BIN"/lab/*.exe >>"$dump"
    url="http://host$((RANDOM))0.list.example/gate.php?id=Quartz-Vexing-Jumble"
    printf '\0%s\0' "$url" >>"$dump"
    printf '%s' "$url" | iconv -t UTF-16LE >>"$dump"
done
truncate -s ${megabytes}M "$dump"
for ((i = 0; i < 100000; i++)); do echo "host$i.list.example"; done >"$folder/list"

term=Quartz-Vexing
regex='[a-z]+[0-9]+\.list\.example/gate\.php'
yara_rule() { printf 'rule r { strings: $a = %s condition: $a }\n' "$2" >"$folder/$1.yar"; }
yara_rule case "\"$term\" ascii wide"
yara_rule plain "\"$term\" ascii wide nocase"
yara_rule regex "/${regex//\//\\/}/ ascii wide"
yara_rule fold "/${regex//\//\\/}/ ascii wide nocase"
{
    printf 'rule r { strings:\n'
    awk '{ printf "$s%d = \"%s\" ascii wide nocase\n", NR, $0 }' "$folder/list"
    printf 'condition: any of them }\n'
} >"$folder/list.yar"
# The same in UTF-16LE, as ripgrep wants it. Letters only: a class gets a zero behind it.
wide_term=$(sed 's/./&\\x00/g' <<<"$term")
wide_regex='(?:[a-z]\x00)+(?:[0-9]\x00)+'
wide_regex+=$(sed 's/./&\\x00/g; s/\.\\x00/\\.\\x00/g' <<<'.list.example/gate.php')

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
for kind in case plain regex fold list; do
    what=$term
    wide=$wide_term
    fixed=-F
    fold=''
    case $kind in
    plain) fold=-i ;;
    regex) what=$regex wide=$wide_regex fixed='' ;;
    fold) what=$regex wide=$wide_regex fixed='' fold=-i ;;
    list) what=$folder/list ;;
    esac
    measure "$kind" ours "'$bench' $kind '$what' '$dump'"
    if [ "$kind" = list ]; then
        if [ "$has_rg" ]; then measure list rg "rg -a -o -c -i -F -f '$what' '$dump'"; fi
        if [ "$has_yara" ]; then
            measure list yara "yara -c --max-strings-per-rule=200000 '$folder/list.yar' '$dump'"
        fi
        measure list 'strings|grep' "strings '$dump' | grep -c -o -i -F -f '$what'"
        continue
    fi
    if [ "$has_rg" ]; then
        measure "$kind" rg "rg -a -c -o $fold $fixed -e '$what' '$dump'"
        measure "$kind" 'rg both' \
            "rg -a -c -o --encoding none $fold -e '$what' -e '(?-u)$wide' '$dump'"
    fi
    if [ "$has_yara" ]; then measure "$kind" yara "yara -c '$folder/$kind.yar' '$dump'"; fi
    measure "$kind" 'strings|grep' \
        "strings '$dump' | grep -c $fold ${fixed:--E} -e '$what'"
done
python3 - "$folder/seconds" "$megabytes" <<'PYTHON'
import collections
import json
import sys

NAMES = {'case': 'plain', 'plain': 'plain, case-insensitive', 'regex': 'regex',
         'fold': 'regex, case-insensitive', 'list': '100,000 indicators'}
times = collections.defaultdict(dict)
for line in open(sys.argv[1], encoding='utf-8'):
    kind, name = line.split(maxsplit=1)
    name, seconds = name.rsplit(maxsplit=1)
    times[kind][name] = float(seconds)
for kind, rivals in times.items():
    ours = rivals.pop('ours')
    for name, seconds in rivals.items():
        print(json.dumps({'bench': 'find-memory', 'case': NAMES[kind],
                          'value': round(int(sys.argv[2]) / ours), 'unit': 'MB/s',
                          'baseline': round(int(sys.argv[2]) / seconds), 'baseline_name': name}))
PYTHON
