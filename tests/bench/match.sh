#!/usr/bin/env bash
# match: a watchlist of a million indicators, and grepcidr on the same list and the same addresses
# in the same run: both are whole programs that read both files and print the lines that match. CPU
# time counts: others may be using the machine.
set -eu
bench="$STAKEOUT_NATIVE/bench_match"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

"$bench"
"$bench" write "$folder"
hyperfine --warmup 1 --runs 5 --export-json "$folder/times.json" \
    --command-name ours \
    "'$bench' match '$folder/list.txt' '$folder/addresses.txt' >'$folder/ours'" \
    --command-name grepcidr \
    "grepcidr -f '$folder/list.txt' '$folder/addresses.txt' >'$folder/theirs'" >&2
cmp "$folder/ours" "$folder/theirs" >&2
python3 - "$folder/times.json" <<'PYTHON'
import json
import sys

with open(sys.argv[1], encoding='utf-8') as file:
    times = {result['command']: result['user'] + result['system']
             for result in json.load(file)['results']}
print(json.dumps({'bench': 'match',
                  'case': 'whole program: 350,000 IPv4 indicators, 1,000,000 addresses',
                  'value': round(times['ours'], 3), 'unit': 's',
                  'baseline': round(times['grepcidr'], 3), 'baseline_name': 'grepcidr'}))
PYTHON
