#!/usr/bin/env bash
# indicators: what is found in texts of all kinds, and what is said of bad ones.
. "$(dirname "$0")/tap.sh"
keep_wine

cat >"$scratch/report.txt" <<'TEXT'
The loader asked hxxp://du.testjj[.]com/gate and 45.77.12[.]9 over TCP.
It also used 2001:db8::1 for tests and 10.0.0.5 inside.
TEXT
cli indicators "$scratch/report.txt"
check 'defanged prose' \
    eval "ended_with 0 && grep -qx 'du.testjj.com' '$out' && grep -qx '45.77.12.9' '$out'"
check 'a private address is left out' eval "! printed 10.0.0.5"
check 'the tally goes to standard error' told ' left out'
cli indicators --rejected "$scratch/report.txt"
check 'what was left out, where and why' \
    eval "ended_with 0 && grep -qE 'report.txt:2: 10\.0\.0\.5: .+' '$out'"
cli indicators --json "$scratch/report.txt"
check 'as JSON' json "any(at(r, 'threat.indicator.ip') == '45.77.12.9' and
    at(r, 'threat.indicator.type') == 'ipv4-addr' and at(r, 'stakeout.indicator.line') == 1 and
    at(r, 'stakeout.indicator.written') for r in rows)"
cli indicators --json --rejected "$scratch/report.txt"
check 'rejected as JSON' json "any(at(r, 'threat.indicator.ip') == '10.0.0.5' and
    at(r, 'stakeout.left_out') for r in rows)"

wine stakeout-cli indicators - <"$scratch/report.txt" >"$out" 2>"$err"
status=$?
check 'standard input' eval "ended_with 0 && grep -qx 'du.testjj.com' '$out'"

# What is printed can be read back.
cp "$out" "$scratch/found.txt"
cli indicators "$scratch/found.txt"
check 'what was printed reads back' cmp -s "$out" "$scratch/found.txt"
cli watch --list "$scratch/found.txt" --seconds 1 --case "$scratch/case"
check 'and can be watched for' told "watching for $(grep -c '' "$scratch/found.txt") indicators,"
wine stakeout-cli watch --list - --seconds 1 --case "$scratch/case" \
    <"$scratch/found.txt" >"$out" 2>"$err"
check 'from standard input as well' \
    told "watching for $(grep -c '' "$scratch/found.txt") indicators,"

python3 -c "
text = '# comment\r\n203.0.113.9\r\nevil.example.com\r\n'
open('$scratch/utf16.txt', 'wb').write(text.encode('utf-16'))"
cli watch --list "$scratch/utf16.txt" --seconds 1 --case "$scratch/case"
check 'a UTF-16 list' told 'watching for 2 indicators,'
printf '\357\273\277203.0.113.9\n' >"$scratch/bom.txt"
cli watch --list "$scratch/bom.txt" --seconds 1 --case "$scratch/case"
check 'a UTF-8 list with a byte order mark' told 'watching for 1 indicator,'
printf '%s\n' 203.0.113.9 port:4444 '*.evil.example.com' name:evil.exe '/beacon[0-9]+/i' \
    203.0.113.0/24 >"$scratch/kinds.txt"
cli watch --list "$scratch/kinds.txt" --seconds 1 --case "$scratch/case"
check 'every kind of line' told 'watching for 6 indicators,'
printf '203.0.113.9\n203.0.113.10\nnot an indicator\n' >"$scratch/typo.txt"
cli watch --list "$scratch/typo.txt" --seconds 1 --case "$scratch/case"
check 'a bad line is told, the others are watched for' eval \
    "told 'line 3' && told 'watching for 2 indicators,'"

head -c 300000 /dev/urandom >"$scratch/noise.bin"
cli watch --list "$scratch/noise.bin" --seconds 1 --case "$scratch/case"
check 'binary noise' eval "[ $status -le 2 ] && ! grep -q 'error' '$err'"
cli indicators "$scratch/noise.bin"
check 'binary noise to indicators' eval "[ $status -le 1 ]"
python3 -c "
open('$scratch/nuls.txt', 'wb').write(b'45.77.12.9\n' + b'\0' * 5000 + b'\n45.77.12.10\n')"
cli indicators "$scratch/nuls.txt"
check 'NULs' eval "[ $status -le 1 ]"
misp() {
    printf '{"Event": {"info": "x",\n "Attribute": [\n {"type": "ip-dst"%s ' "$1"
    printf '"value": "45.77.12.9", "to_ids": true}]}}\n'
}
misp , >"$scratch/good.json"
misp '' >"$scratch/bad.json"
cli indicators "$scratch/good.json"
if printed 45.77.12.9; then
    cli indicators "$scratch/bad.json"
    check 'malformed JSON is told with its line' eval "refused 'line 3' && told 'bad.json'"
    cli watch --list "$scratch/bad.json"
    check 'malformed JSON as a list' eval "refused 'line 3' && told 'bad.json'"
else
    skip 'malformed JSON is told with its line' 'this version does not read JSON'
    skip 'malformed JSON as a list' 'this version does not read JSON'
fi
head -c 104857600 /dev/zero | tr '\0' 'a' >"$scratch/long.txt"
began=$SECONDS
cli indicators "$scratch/long.txt"
check 'a line of 100 MB' eval "ended_with 1 && silent"
check 'in less than a minute' [ $((SECONDS - began)) -lt 60 ]
cli watch --list "$scratch/long.txt"
check 'a line of 100 MB as a list' refused 'nothing in it to watch for'
: >"$scratch/empty.txt"
cli indicators "$scratch/empty.txt"
check 'an empty file' eval "ended_with 1 && silent"
cli indicators "$scratch/empty.txt" "$scratch/gone.txt" "$scratch/found.txt"
check 'one bad file does not hide the others' \
    eval "ended_with 2 && told gone.txt && printed du.testjj.com"
finish
