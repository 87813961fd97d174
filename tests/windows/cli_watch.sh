#!/usr/bin/env bash
# watch: hits on connections to this machine itself, the case folder, the ways it ends.
. "$(dirname "$0")/tap.sh"
keep_wine

start server run_wine listener
check 'a listener is there' wait_until 60 eval '[ -n "$(port_of server)" ]'
port=$(port_of server)
case_folder=$scratch/case

start trap run_wine stakeout-cli watch \
    --indicator "127.0.0.1:$port" --until-hit --json --seconds 120 --case "$case_folder"
trap_pid=$!
check 'it says what it watches for' wait_until 60 watching trap
check 'and where hits go' grep -qF "hits go to $case_folder" "$scratch/trap.err"
wine suspect --quiet 127.0.0.1 "$port" 50
wait "$trap_pid"
status=$?
cp "$scratch/trap.out" "$out"
cp "$scratch/trap.err" "$err"
check 'a connection of 50 ms ends it with 0' ended_with 0
check 'one hit is printed' json "len(rows) == 1 and at(rows[0], 'event.kind') == 'alert' and
    at(rows[0], 'event.action') == 'watched-connection'"
check 'it names the process and the indicator' json "
    at(rows[0], 'process.name') == 'suspect.exe' and
    at(rows[0], 'process.executable').lower().endswith('suspect.exe') and
    command_has(rows[0]['process'], '$port 50') and at(rows[0], 'process.start') and
    at(rows[0], 'destination.ip') == '127.0.0.1' and at(rows[0], 'destination.port') == $port and
    at(rows[0], 'threat.indicator.ip') == '127.0.0.1' and
    at(rows[0], 'stakeout.indicator.written') == '127.0.0.1:$port' and
    at(rows[0], 'stakeout.matched_by') == 'address' and
    at(rows[0], 'stakeout.observed_by') == 'sampling' and
    isinstance(at(rows[0], 'stakeout.ancestors'), list)"
check 'hits.jsonl holds the same line' cmp -s "$out" "$case_folder/hits.jsonl"
check 'case.json is there' \
    json_of "$case_folder/case.json" "rows[0]['format'] == 'stakeout-case' and
    at(rows[0], 'created') and len(rows[0]['sessions']) == 1"

# The same folder again: hits are added, and one connection is one hit.
cp "$case_folder/case.json" "$scratch/before.json"
start more run_wine stakeout-cli watch \
    --indicator "127.0.0.1:$port" --seconds 120 --case "$case_folder"
more_pid=$!
check 'a second session' wait_until 60 watching more
wine suspect --quiet 127.0.0.1 "$port" 600
wine suspect --quiet 127.0.0.1 "$port" 600
hits() { [ "$(grep -c '' "$case_folder/hits.jsonl")" = "$1" ]; }
check 'two connections of 24 samples are two hits more' wait_until 60 hits 3
check 'as text' \
    wait_until 30 grep -qE "^HIT 2 .*tcp 127.0.0.1:[0-9]+ -> 127.0.0.1:$port" "$scratch/more.out"
check 'with the process below' \
    grep -qE '^    process +suspect\.exe \([0-9]+\), started ' "$scratch/more.out"
check 'with its parents' grep -qE '^    parents +' "$scratch/more.out"
kill -INT "$more_pid"
check 'Ctrl-C ends it' wait_until 30 eval "! kill -0 $more_pid 2>/dev/null"
wait "$more_pid"
status=$?
check 'in order, with 0 because there were hits' ended_with 0
check 'still three hits' hits 3
check 'case.json tells of both openings, and the first is as it was' python3 -B - \
    "$scratch/before.json" "$case_folder/case.json" <<'PYTHON'
import json, sys
before, after = (json.load(open(name, encoding='utf-8')) for name in sys.argv[1:])
sessions = after['sessions']
assert before['id'] == after['id'] and before['created'] == after['created']
assert len(sessions) == 2 and sessions[0] == before['sessions'][0]
assert all(session['start'] < session['end'] for session in sessions)
assert sessions[1]['settings']['interval_ms'] == 25
assert sessions[1]['losses']['rounds'] > 0
PYTHON

cli watch --indicator 203.0.113.77 --seconds 1 --case "$case_folder"
check 'no hit in the time given: 1' eval "ended_with 1 && silent"

# Killed at the next moment, the hit is on the disk.
rm -rf "$case_folder"
start killed run_wine stakeout-cli watch \
    --indicator "127.0.0.1:$port" --json --seconds 120 --case "$case_folder"
killed_pid=$!
check 'a third session' wait_until 60 watching killed
wine suspect --quiet 127.0.0.1 "$port" 300 &
suspect_pid=$!
has_line() { [ -s "$case_folder/hits.jsonl" ]; }
check 'a hit is written' wait_until 60 has_line
kill -9 "$killed_pid"
wait "$killed_pid" "$suspect_pid" 2>/dev/null
check 'it outlives kill -9, whole' json_of "$case_folder/hits.jsonl" "len(rows) == 1 and
    at(rows[0], 'process.name') == 'suspect.exe'"

# A torn last line, as a kill in the middle of a write would leave: ended first, then added to.
printf '{"torn":' >>"$case_folder/hits.jsonl"
start torn run_wine stakeout-cli watch \
    --indicator "127.0.0.1:$port" --until-hit --seconds 120 --case "$case_folder"
torn_pid=$!
check 'after a torn line' wait_until 60 watching torn
wine suspect --quiet 127.0.0.1 "$port" 300
wait "$torn_pid"
check 'the new hit stands on a line of its own' eval \
    "sed -n 2p '$case_folder/hits.jsonl' | grep -qx '{\"torn\":' &&
     sed -n 3p '$case_folder/hits.jsonl' | python3 -c 'import json, sys; json.load(sys.stdin)'"

# Two at once in one folder would mix their lines.
start first run_wine stakeout-cli watch --indicator 203.0.113.77 --seconds 120 --case "$case_folder"
check 'a session holds the folder' wait_until 60 watching first
cli watch --indicator 203.0.113.77 --seconds 1 --case "$case_folder"
check 'a second one is refused' eval "refused 'hits.jsonl' && told 'another Stakeout'"
finish
