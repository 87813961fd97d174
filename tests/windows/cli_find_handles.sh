#!/usr/bin/env bash
# find handles: all that a process says it holds is found, once, and nothing that it does not.
. "$(dirname "$0")/tap.sh"
keep_wine

mkdir "$scratch/held"
start lab run_wine handles "$(windows_path "$scratch/held")"
check 'the lab program holds its handles' wait_until 60 grep -qs '^pid=' "$scratch/lab.out"
pid=$(sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/lab.out")

# The rows are exactly the lab's lines whose type and name the expression chooses.
same_as_held() {
    python3 -B - "$scratch/lab.out" "$out" "$1" <<'PYTHON'
import json, sys
held = []
for line in open(sys.argv[1], encoding='utf-8', newline='\n'):
    parts = line.rstrip('\r\n').split('\t')
    if len(parts) == 3:
        value, type, name = int(parts[0]), parts[1], parts[2]
        if eval(sys.argv[3]):
            held.append((value, type))
found = []
for line in open(sys.argv[2], encoding='utf-8', newline='\n'):
    row = json.loads(line)['stakeout']
    if row['found'] == 'handle':
        found.append((row['handle']['value'], row['handle']['type']))
if not held or sorted(held) != sorted(found):
    print('#   held:', held, 'found:', found)
    sys.exit(1)
PYTHON
}

if hidden; then
    cli find handles held --pid "$pid" --json
    check 'without the calls it says so' eval 'ended_with 2 && told "not supported"'
    finish
fi

cli find handles held --json
check 'H2 files, deleted or with names of any script and length, are found' \
    same_as_held "type == 'File' and 'NamedPipe' not in name"
check 'and each row tells its process' json "all(at(row, 'process.pid') == $pid and
    at(row, 'process.name') == 'handles.exe' for row in rows if at(row, 'stakeout.handle'))"
check 'the command line that names the folder is found, too' \
    json "any(at(row, 'stakeout.found') == 'command' for row in rows)"
cli find handles 'takeout-' --pid "$pid" --json
check 'events, mutexes and pipes are found by name' same_as_held "'takeout-' in name"
cli find handles '^HKLM\\Software\\Stakeout.$' --regex --pid "$pid" --json
check 'a key is found by a regular expression' same_as_held "type == 'Key'"
cli find handles 'HANDLES.EXE' --pid "$pid" --json
check 'the image and the modules are found, whatever the case' \
    json "{'image', 'module'} <= {at(row, 'stakeout.found') for row in rows}"
plain=$(sed -n 's/^[0-9]*\tFile\t\(.*plain\.txt\).*/\1/p' "$scratch/lab.out" | tr -d '\r')
cli find handles "$plain"
check "a file's path: the Restart Manager is asked, too, and what it leaves out is told" eval \
    "ended_with 0 && printed ': File 0x' && { told 'holds the file, though the Restart Manager' ||
    told 'the Restart Manager does not say who holds it' || printed 'Restart Manager: '; }"
cli find handles held --limit 2 --pid "$pid"
check 'no more than the limit is printed' eval '[ "$(grep -c "" "$out")" = 2 ] && ended_with 0'
cli find handles 'nobody holds this' --pid "$pid"
check 'what nobody holds is not found' eval 'ended_with 1 && silent && told "0 found"'
cli find handles '(' --regex
check 'a malformed pattern is refused' refused "can't search for"
cli find handles x --pid 999999996
check 'a process that is not there is told' eval 'ended_with 2 && told "there is no process"'
finish
