#!/usr/bin/env bash
# watch --on-hit: at the hit the process is suspended, dumped and copied; whom it spares; resumed.
. "$(dirname "$0")/tap.sh"
keep_wine
export WINEPATH
WINEPATH=$(windows_path "$STAKEOUT_BIN/lab")

start server run_wine listener
check 'a listener is there' wait_until 60 eval '[ -n "$(port_of server)" ]'
port=$(port_of server)
case_folder=$scratch/case
journal=$case_folder/journal.jsonl

# Whether a process is there or gone. (Wine does not list which ones are suspended.)
state_of() {
    wine stakeout-cli ps --json >"$scratch/ps" 2>/dev/null </dev/null
    python3 -B - "$scratch/ps" "$1" <<'PYTHON'
import json, sys
state = 'gone'
for line in open(sys.argv[1], encoding='utf-8'):
    row = json.loads(line)
    if row['process']['pid'] == int(sys.argv[2]):
        state = 'there'
print(state)
PYTHON
}
is_now() { [ "$(state_of "$1")" = "$2" ]; }
steps() { # of the journal, as action:outcome
    json_of "$journal" "[(row['event']['action'], row['event']['outcome']) for row in rows
        if row['event']['type'] == ['end']] == $1"
}

start trap run_wine stakeout-cli watch --indicator "127.0.0.1:$port" --json --seconds 120 \
    --case "$case_folder" --on-hit dump,sample,suspend --never sleeper.exe
trap_pid=$!
check 'a trap is set' wait_until 60 watching trap
start prey run_wine suspect 127.0.0.1 "$port" 1500 3000
three_lines() { [ "$(grep -sc '"action":"\(suspend\|dump\|sample\)"' "$scratch/trap.out")" = 3 ]; }
check 'at the hit three things are done' wait_until 60 three_lines
cp "$scratch/trap.out" "$out"
pid=$(python3 -B -c "
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]
print(next(row['process']['pid'] for row in rows if row['event']['action'] == 'suspend'))" "$out")
if hidden; then
    check 'without the call it is told that it is not suspended' json "
        [row for row in rows if row['event']['action'] == 'suspend'][0]['event']['outcome'] !=
        'success'"
else
    check 'it is suspended, and how long after the look is told' json "
        [0 <= row['stakeout']['latency_ms'] < 10000 and row['event']['outcome'] == 'success' and
         row['process']['name'] == 'suspect.exe'
         for row in rows if row['event']['action'] == 'suspend'] == [True]"
    # It lives 3 s when nobody holds it: another one, started now, outlives that.
    wine suspect --quiet 127.0.0.1 1 0 3500
    check 'it stays so after its time' is_now "$pid" there
    check 'suspended, then dumped, then copied' steps \
        "[('suspend', 'success'), ('dump', 'success'), ('sample', 'success')]"
    check 'the journal has the latency and the hit' json_of "$journal" "
        rows[1]['stakeout']['latency_ms'] >= 0 and rows[1]['stakeout']['hit'] == 1 and
        rows[1]['journal']['of'] == 1 and rows[0]['process']['pid'] == $pid"
    check 'the hit was on the disk before' json_of "$case_folder/hits.jsonl" "
        rows[0]['process']['pid'] == $pid"
    check 'the dump is in the case' eval "[ \"\$(head -c 4 '$case_folder'/dumps/*.dmp)\" = MDMP ]"
    check 'and the sample' eval "compgen -G '$case_folder/samples/*.sample' >/dev/null"
fi
check 'case.json tells what was set' python3 -B -c "
import json, sys
settings = json.load(open(sys.argv[1], encoding='utf-8'))['sessions'][-1]['settings']
assert settings['on_hit'] == 'record,dump,sample,suspend' and settings['never'] == ['sleeper.exe']
" "$case_folder/case.json"
kill -INT "$trap_pid"
wait "$trap_pid"
status=$?
check 'Ctrl-C ends it in order' ended_with 0
if ! hidden; then
    cli resume "$pid" --case "$case_folder"
    check 'resumed once it runs' ended_with 0
    check 'and comes to its end' wait_until 60 is_now "$pid" gone
fi
cli verify "$case_folder"
check 'verify finds all sound' ended_with 0

# --- spared by name; another list of its own; the trap waits for its dump at the end ---
case_folder=$scratch/spared
journal=$case_folder/journal.jsonl
start spared run_wine stakeout-cli watch --indicator "127.0.0.1:$port" --until-hit --seconds 120 \
    --case "$case_folder" --on-hit record --on-hit-for "127.0.0.1:$port=suspend,sample" \
    --never SUSPECT.EXE
spared_pid=$!
check 'a trap that spares' wait_until 60 watching spared
wine suspect --quiet 127.0.0.1 "$port" 400 800
wait "$spared_pid"
check 'it is told why it was not suspended' grep -q \
    '^HIT 1: suspect.exe ([0-9]*): not suspended: it is on the list of those' "$scratch/spared.out"
check 'but its file was copied' eval "steps \"[('sample', 'success')]\" &&
    compgen -G '$case_folder/samples/*.sample' >/dev/null"

# --- the tree ---
if hidden; then
    skip 'a tree is suspended' 'suspending is hidden'
else
    case_folder=$scratch/tree
    journal=$case_folder/journal.jsonl
    start tree run_wine stakeout-cli watch --indicator "127.0.0.1:$port" --seconds 120 \
        --case "$case_folder" --on-hit suspend-tree
    tree_pid=$!
    check 'a trap for trees' wait_until 60 watching tree
    start brood run_wine cmd /c \
        "brood.exe sleeper.exe 600000 tree + suspect.exe 127.0.0.1 $port 20000 20000"
    check 'what made the connection is held' wait_until 60 grep -q \
        '^HIT 1: suspect.exe ([0-9]*): suspended' "$scratch/tree.out"
    kill -INT "$tree_pid"
    wait "$tree_pid"
    check 'and nobody above it' json_of "$journal" "
        {row['process']['name'] for row in rows if 'process' in row} == {'suspect.exe'}"
    held=$(sed -n 's/^HIT 1: suspect.exe (\([0-9]*\)).*/\1/p' "$scratch/tree.out" | head -n 1)
    cli kill "$held" --yes --case "$case_folder"
    check 'killed' ended_with 0
fi
finish
