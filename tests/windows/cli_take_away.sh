#!/usr/bin/env bash
# close-handle and registry: what was found is taken away, seen to be gone, and written down.
. "$(dirname "$0")/tap.sh"
keep_wine
case_folder=$scratch/case
journal=$case_folder/journal.jsonl

# --- a handle of another process ---
mkdir "$scratch/held"
mkfifo "$scratch/questions"
exec {questions}<>"$scratch/questions"
run_wine handles "$(windows_path "$scratch/held")" >"$scratch/lab.out" 2>"$scratch/lab.err" \
    <&"$questions" &
started+=($!)
check 'the lab program holds its handles' wait_until 60 grep -qs '^pid=' "$scratch/lab.out"
pid=$(sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/lab.out")
value=$(sed -n 's/^\([0-9]*\)\tFile\t.*smile.*/\1/p' "$scratch/lab.out")
hex=$(printf '0x%x' "$value")
# Whether the program itself can use its handle: 1 or 0, asked now.
usable() {
    local lines
    lines=$(grep -c '^[01]' "$scratch/lab.out")
    echo "close $value" >&"$questions"
    wait_until 20 eval "[ \"\$(grep -c '^[01]' '$scratch/lab.out')\" -gt $lines ]" &&
        tail -n 1 "$scratch/lab.out" | tr -d '\r' | grep -qx "$1"
}

cli close-handle "$pid" seven
check 'words are no handle' refused 'is no handle'
if ! hidden; then
    cli close-handle "$pid" 0xfffffff0 --yes --case "$case_folder"
    check 'a handle that is not there' eval "ended_with 1 && silent && told 'has no such handle'"
    cli close-handle "$pid" "$hex" --case "$case_folder"
    check 'without a console it asks for --yes' refused 'give --yes'
    cli close-handle "$pid" "$hex" --dry-run
    check 'a dry run shows what it is, and warns' eval "ended_with 0 &&
        printed 'close handle $hex of handles.exe ($pid): File ' && printed 'smile-' &&
        printed 'it may fail, crash'"
    check 'nothing was done so far' usable 1
    cli close-handle "$pid" "$hex" --yes --start 2020-01-01T00:00:00Z --case "$case_folder"
    check 'another start is another process' eval "ended_with 1 && silent"
    cli close-handle "$pid" "$hex" --yes --json --case "$case_folder"
    check 'it is closed, and told so' eval "ended_with 0" && check 'as JSON' json "
        rows[0]['event']['outcome'] == 'success' and
        'smile-' in rows[0]['stakeout']['handle']['name'] and rows[0]['process']['pid'] == $pid"
    check 'the program has it no more' usable 0
    cli close-handle "$pid" "$value" --yes --case "$case_folder"
    check 'a second time there is nothing' ended_with 1
    cp "$journal" "$out"
    check 'both lines are in the journal' json "
        [(r['event']['action'], r['event']['type'][0]) for r in rows] ==
        [('close-handle', 'start'), ('close-handle', 'end')]"
    rm -f "$journal"
fi

# --- the registry ---
cleanups+=('wine keys remove')
wine keys make >"$scratch/made" 2>"$scratch/keys.err" </dev/null
cli find registry 'StakeoutLab\names' --json
check 'the lab made its keys' ended_with 0
names=$(python3 -c '
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    registry = json.loads(line)["registry"]
    path = registry["hive"] + "\\" + registry["key"]
    if path.endswith("\\names"):
        print(path)
        break' "$out")
lab=${names%\\names}
cli registry export "$lab" "$(windows_path "$scratch/lab.reg")"
check 'a key is written as a .reg file' eval "ended_with 0 && printed 'lab.reg' &&
    iconv -f UTF-16 -t UTF-8 '$scratch/lab.reg' | grep -qF 'Windows Registry Editor Version 5.00'"
check 'what an import can not bring back is told' printed "an import can't bring back "
cli registry export "$lab" "$(windows_path "$scratch/lab.reg")"
check 'no file is replaced' eval "ended_with 0 && printed 'lab-2.reg'"
cli registry export 'HKLM\SOFTWARE\stakeout-not-there' "$(windows_path "$scratch/no.reg")"
check 'a key that is not there' eval "ended_with 1 && silent && told 'no such thing'"
cli registry export 'C:\Windows' "$(windows_path "$scratch/no.reg")"
check 'what is no key' refused 'no path of the registry'
cli registry keep 'HKLM\SOFTWARE'
check 'an unknown word' refused 'keep: give export KEY FILE, or delete KEY [VALUE]'

# There is a key "hid\0den" with a value "\0run": Win32 programs can open neither.
hidden_key="$names\\hid\\x00den"
run_value="\\x00run"
is_hidden_value_there() {
    cli find registry zz-needle-zz --json
    json "any(at(r, 'registry.value') == '\\0run' for r in rows) == $1"
}
cli registry delete "$hidden_key" "$run_value" --yes --case "$case_folder"
check 'without --escaped a backslash is one' eval "ended_with 1 && told 'no such thing'"
cli registry delete "$hidden_key" "$run_value" --escaped --case "$case_folder"
check 'it is asked for first' refused 'give --yes'
cli registry delete "$hidden_key" "$run_value" --escaped --dry-run
check 'a dry run says what would be deleted' eval "ended_with 0 &&
    printed 'hid\\x00den : \\x00run: keys: 0, values: 1'"
check 'and deletes nothing' is_hidden_value_there True
cli registry delete "$hidden_key" "$run_value" --escaped --yes --case "$case_folder"
check 'R1 a value with a NUL in its name, and in that of its key, is deleted' eval "ended_with 0 &&
    printed ': deleted; saved as '"
check 'R1 it is gone' is_hidden_value_there False
cli registry delete "$hidden_key" --escaped --yes --json --case "$case_folder"
check 'R1 the key, too' eval "ended_with 0" && check 'as JSON' json "
    rows[0]['event']['outcome'] == 'success' and rows[0]['stakeout']['keys'] == 1 and
    rows[0]['file']['path'].endswith('.reg')"
cli registry delete "$hidden_key" --escaped --yes --case "$case_folder"
check 'a second time it is not there' ended_with 1
cli registry delete "$lab" --yes --case "$case_folder"
check 'R4 deep keys, links and all that is below' eval "ended_with 0 && printed ': deleted'"
cli find registry "$lab"
check 'all of it is gone' ended_with 1
check 'each was saved' test "$(find "$case_folder" -name 'registry-*.reg' | wc -l)" = 3
cp "$journal" "$out"
check 'and is in the journal, before and after' json "
    [(r['event']['action'], r['event']['type'][0]) for r in rows] ==
    [('delete-registry-value', 'start'), ('delete-registry-value', 'end')] +
    2 * [('delete-registry-key', 'start'), ('delete-registry-key', 'end')]"
finish
