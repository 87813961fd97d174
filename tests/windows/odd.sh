#!/usr/bin/env bash
# What is odd, on live processes: nothing in an ordinary session; a program that poses as another
# from a temp folder, in ps and in its hit; files that changed or went after the start. In a prefix
# of its own, so that no other test's processes are there.
. "$(dirname "$0")/tap.sh"
export WINEPREFIX=$scratch/prefix
cleanups+=("'$root/build/bed' wineserver -k")
keep_wine

started_up() {
    cli ps --json
    json "{'services.exe', 'svchost.exe', 'plugplay.exe', 'sleeper.exe', 'explorer.exe'} <=
        {at(r, 'process.name') for r in rows}" >"$scratch/waiting"
}
start desktop run_wine explorer /desktop=odd,320x200
start nested run_wine cmd /c "$(windows_path "$STAKEOUT_BIN/lab/sleeper.exe")" 600000
check 'an ordinary session is there' wait_until 60 started_up
check 'nothing in it is odd' json "all('remarks' not in r['stakeout'] for r in rows)"
cli ps
check 'nor is there a column for it' eval "ended_with 0 && ! printed REMARKS"

temp=$(wine cmd /c echo %TEMP% 2>"$err" | tr -d '\r\n')
folder=$WINEPREFIX/drive_c/$(printf %s "${temp#?:\\}" | tr '\\' /)
check 'there is a temp folder' [ -d "$folder" ]
cp "$STAKEOUT_BIN/lab/suspect.exe" "$folder/svch0st.exe"
cp "$STAKEOUT_BIN/lab/sleeper.exe" "$folder/invoice.pdf.exe"
mkdir -p "$WINEPREFIX/drive_c/tools"
cp "$STAKEOUT_BIN/lab/sleeper.exe" "$WINEPREFIX/drive_c/tools/lsass.exe"
cp "$STAKEOUT_BIN/lab/sleeper.exe" "$WINEPREFIX/drive_c/tools/gone.exe"
cp "$STAKEOUT_BIN/lab/sleeper.exe" "$WINEPREFIX/drive_c/tools/changed.exe"

start server run_wine listener
check 'a listener is there' wait_until 60 eval '[ -n "$(port_of server)" ]'
port=$(port_of server)
start trap run_wine stakeout-cli watch \
    --indicator "127.0.0.1:$port" --until-hit --json --seconds 120 --case "$scratch/case"
trap_pid=$!
check 'the trap is set' wait_until 60 watching trap
start fake run_wine cmd /c "$temp\\svch0st.exe" --quiet 127.0.0.1 "$port" 600000
wait "$trap_pid"
status=$?
cp "$scratch/trap.out" "$out"
cp "$scratch/trap.err" "$err"
check 'there is a hit' ended_with 0
check 'it tells what is odd about the process, rule and fact' json "len(rows) == 1 and
    [(m['rule'], m['fact'].lower()) for m in at(rows[0], 'stakeout.remarks')] ==
    [('name-alike', 'svchost.exe'), ('from-temp', at(rows[0], 'process.executable').lower())] and
    all(m['text'] and isinstance(m['parent_verified'], bool)
        for m in at(rows[0], 'stakeout.remarks'))"
check 'and nothing about its ancestors' json "at(rows[0], 'stakeout.ancestors') and
    all('remarks' not in a for a in at(rows[0], 'stakeout.ancestors'))"
check 'hits.jsonl holds the same line' cmp -s "$out" "$scratch/case/hits.jsonl"

for name in "$temp\\invoice.pdf.exe" 'C:\tools\lsass.exe' 'C:\tools\gone.exe' \
    'C:\tools\changed.exe'; do
    start "$(basename "${name//\\//}")" run_wine "$name" 600000
done
odd() { json "$1" >"$scratch/waiting"; }
rules_of() {
    printf "sorted(m['rule'] for r in rows if r['process']['name'] == '%s'
        for m in at(r, 'stakeout.remarks') or [{'rule': 'none'}])" "$1"
}
look() {
    cli ps --json
    odd "$1"
}
check 'a double extension in a temp folder' wait_until 60 look \
    "$(rules_of invoice.pdf.exe) == ['from-temp', 'name-extension']"
check 'a core name in the wrong folder' \
    wait_until 60 look "$(rules_of lsass.exe) == ['core-folder']"
check 'an ordinary program has no remark' wait_until 60 look "
    $(rules_of gone.exe) == ['none'] and $(rules_of changed.exe) == ['none']"
rm "$WINEPREFIX/drive_c/tools/gone.exe"
touch "$WINEPREFIX/drive_c/tools/changed.exe"
check 'until its file is removed, or changed' look "
    $(rules_of gone.exe) == ['image-gone'] and $(rules_of changed.exe) == ['image-changed']"
check 'nobody else has one' json "
    {r['process']['name'] for r in rows if 'remarks' in r['stakeout']} ==
    {'svch0st.exe', 'invoice.pdf.exe', 'lsass.exe', 'gone.exe', 'changed.exe'}"
pid=$(python3 -c "
import json
print(next(r['process']['pid'] for r in map(json.loads, open('$out', encoding='utf-8'))
           if r['process']['name'] == 'changed.exe'))")
cli ps
check 'ps as text has a column' grep -qE '^PROCESS .* REMARKS +COMMAND LINE' "$out"
check 'with the rules in it' \
    grep -qE 'svch0st\.exe .* look-alike name, runs from a temp folder ' "$out"
cli info "$pid"
check 'info tells the rule and the fact' \
    grep -qE '^remark +image changed after the start: 20[0-9-]+T[0-9:.]+Z' "$out"
finish
