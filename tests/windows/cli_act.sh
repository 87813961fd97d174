#!/usr/bin/env bash
# suspend, resume, restart, kill and kill-tree on real trees, as responders try them.
. "$(dirname "$0")/tap.sh"
keep_wine
case_folder=$scratch/case
journal=$case_folder/journal.jsonl

act() { cli "$@" --case "$case_folder"; }
pids() { # of the processes of that name, by ps
    wine stakeout-cli ps --json 2>/dev/null </dev/null | python3 -c '
import json, sys
for line in sys.stdin:
    process = json.loads(line)["process"]
    if process["name"].lower() == sys.argv[1]:
        print(process["pid"])' "$1"
}
pid_of() { pids "$1" | head -n 1; }
# The process of that PID as ps tells of it; `row` in the expression.
process_is() {
    wine stakeout-cli ps --json >"$scratch/ps" 2>/dev/null </dev/null
    python3 -B - "$1" "$2" "$scratch/ps" <<'PYTHON'
import json, sys
rows = [json.loads(line) for line in open(sys.argv[3], encoding='utf-8')]
found = [row for row in rows if row['process']['pid'] == int(sys.argv[1])]
row = found[0] if found else None
sys.exit(0 if eval(sys.argv[2]) else 1)
PYTHON
}
lives() { process_is "$1" 'row is not None'; }
gone() { process_is "$1" 'row is None'; }
start_of() {
    wine stakeout-cli ps --json 2>/dev/null </dev/null | python3 -c '
import json, sys
for line in sys.stdin:
    process = json.loads(line)["process"]
    if process["pid"] == int(sys.argv[1]):
        print(process["start"])' "$1"
}
ticks() {
    local count
    count=$(grep -sc tick "$scratch/$1.out")
    echo "${count:-0}"
}
# The ticker of that name prints on.
ticks_on() {
    local before
    before=$(ticks "$1")
    wait_until 20 more_ticks "$1" "$before"
}
more_ticks() { [ "$(ticks "$1")" -gt "$2" ]; }
# It prints nothing while another ticker prints ten times.
stands_still() {
    local mine other
    mine=$(ticks "$1")
    other=$(ticks clock)
    wait_until 20 more_ticks clock $((other + 10))
    [ "$(ticks "$1")" = "$mine" ]
}
# cmd.exe with a parent of two: one stands about, as conhost does, one prints, as ping does.
tree() {
    start "$1" run_wine cmd /c "brood.exe sleeper.exe 600000 $1 + ticker.exe 20 $1"
    wait_until 60 eval "[ \"\$(ticks $1)\" -gt 2 ]" &&
        sleeper=$(sed -n 's/^child=\([0-9]*\).*/\1/p' "$scratch/$1.out" | sed -n 1p) &&
        ticker=$(sed -n 's/^child=\([0-9]*\).*/\1/p' "$scratch/$1.out" | sed -n 2p) &&
        brood=$(sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/$1.out" | head -n 1) &&
        cmd=$(parent_of "$brood") && [ -n "$cmd" ] && [ -n "$sleeper" ] && [ -n "$ticker" ]
}
parent_of() {
    wine stakeout-cli ps --json 2>/dev/null </dev/null | python3 -c '
import json, sys
for line in sys.stdin:
    process = json.loads(line)["process"]
    if process["pid"] == int(sys.argv[1]):
        print(process["parent"]["pid"])' "$1"
}
ticker_pid() { sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/$1.out" | tail -n 1; }

export WINEPATH
WINEPATH=$(windows_path "$STAKEOUT_BIN/lab")
start clock run_wine ticker 20
check 'a clock ticks' wait_until 60 eval '[ "$(ticks clock)" -gt 2 ]'

# --- one process ---
start one run_wine ticker 20 one
check 'a ticker ticks' wait_until 60 eval '[ "$(ticks one)" -gt 2 ]'
one=$(ticker_pid one)
if hidden; then
    act suspend "$one"
    check 'without the call nothing is suspended' eval "ended_with 1 && printed 'not done'"
    check 'and the process ticks on' ticks_on one
else
    act suspend "$one"
    check 'suspend' eval "ended_with 0 && printed 'ticker.exe ($one): suspended'"
    check 'its output stops' stands_still one
    check 'its PID stays' process_is "$one" "row is not None"
    act suspend "$one" --json
    check 'suspended twice' json "rows[0]['event']['outcome'] == 'success' and
        rows[0]['stakeout']['suspend_count'] == 2"
    act resume "$one"
    check 'resumed once it stands still' eval "ended_with 0 && printed 'suspended more than once'"
    check 'it does' stands_still one
    act resume "$one"
    check 'resumed twice' ended_with 0
    check 'it goes on' ticks_on one
fi
act kill "$one"
check 'without a console kill asks for --yes' refused 'give --yes'
check 'and nothing was done' ticks_on one
act kill "$one" --dry-run
check 'a dry run prints what it is' eval "ended_with 0 && printed 'kill ticker.exe ($one), started'"
check 'and does nothing' ticks_on one
started_at=$(start_of "$one")
act kill "$one" --yes --start 2020-01-01T00:00:00Z --json
check 'another start is another process' json "'had ended already' in rows[0]['event']['reason']"
check 'which is not touched' ticks_on one
act kill "$one" --yes --start "$started_at"
check 'kill' eval "ended_with 0 && printed 'killed, exit code 1'"
check 'it is gone' gone "$one"
act kill "$one" --yes --start "$started_at"
check 'one that is gone already is a success' eval "ended_with 0 && printed 'had ended already'"
act kill 999999 --yes
check 'no such process' eval "ended_with 1 && silent && told 'no such process'"
act kill 0 --yes
check 'PID 0 is nothing to kill' eval '! ended_with 0 && silent'

start again run_wine ticker 20 again
check 'another ticker' wait_until 60 eval '[ "$(ticks again)" -gt 2 ]'
before=$(ticker_pid again)
act restart "$before" --yes --json
if hidden; then
    check 'without a command line nothing is ended' eval "ended_with 1 && ticks_on again"
else
    check 'restart' json "rows[0]['event']['outcome'] == 'success' and
        rows[0]['stakeout']['restarted_as'] not in (0, $before)"
    after=$(sed -n 's/.*"restarted_as":\([0-9]*\).*/\1/p' "$out")
    check 'the old one is gone' gone "$before"
    check 'the new one has its command line' process_is "$after" \
        "row['process']['command_line'].endswith('20 again')"
    act kill "$after" --yes
    check 'the new one can be killed' ended_with 0
fi

# --- trees ---
check 'a tree' tree first
act kill-tree "$cmd" --dry-run
check 'the plan lists all four' eval "ended_with 0 && printed '[x] cmd.exe ($cmd)' &&
    printed '[x]   brood.exe ($brood)' && printed '[x]     sleeper.exe ($sleeper)' &&
    printed '[x]     ticker.exe ($ticker)'"
act suspend-tree "$cmd"
if hidden; then
    check 'without the call no tree is suspended' eval "ended_with 1 && printed '0 done, 4 not'"
else
    check 'suspend-tree' eval 'ended_with 0 && printed "4 done, 0 not"'
    check 'all of it stands still' stands_still first
    act resume-tree "$cmd"
    check 'resume-tree' eval 'ended_with 0 && printed "4 done, 0 not"'
    check 'it goes on' ticks_on first
fi
act kill-tree "$sleeper" --yes
check 'kill-tree on the sibling' eval "ended_with 0 && printed '1 done, 0 not'"
check 'only it dies' eval "gone $sleeper && lives $cmd && ticks_on first"
act kill "$brood" --yes
check 'kill only the parent' ended_with 0
check 'the child goes on, as an orphan' eval "gone $brood && ticks_on first"
act kill "$ticker" --yes
check 'kill the child' eval "ended_with 0 && gone $ticker"

check 'another tree' tree second
act kill "$ticker" --yes
check 'kill the child: its parents stay' eval "ended_with 0 && gone $ticker && lives $brood &&
    lives $cmd"
act kill-tree "$cmd" --yes
check 'what is left of the tree dies' eval "ended_with 0 && printed '3 done, 0 not'"

check 'a third tree' tree third
act kill-tree "$cmd" --yes --leave "$ticker" --json
check 'one is left out' json "[row['process']['pid'] for row in rows
    if row['stakeout']['left_out']] == [$ticker]"
check 'it lives on' ticks_on third
act kill "$ticker" --yes
check 'until it is killed' ended_with 0
check 'a fourth tree' tree fourth
act kill-tree "$cmd" --yes
check 'kill-tree on cmd: all die' eval "ended_with 0 && gone $cmd && gone $brood && gone $sleeper &&
    gone $ticker && printed '4 done, 0 not'"

# --- rails ---
services=$(pid_of services.exe)
if [ -n "$services" ]; then
    act kill "$services" --yes
    check 'a core process is guarded, with --yes too' eval \
        "ended_with 2 && silent && told 'is guarded' && told '--name services.exe'"
    check 'and was not touched' lives "$services"
    act kill-tree "$services" --yes --name explorer.exe
    check 'another name does not help' eval "ended_with 2 && told 'is guarded'"
fi

# --- the journal ---
cp "$journal" "$out"
check 'each order is in the journal, before and after' json "
    all(row['event']['type'] in (['start'], ['end']) for row in rows) and
    [row['event']['sequence'] for row in rows] == list(range(1, len(rows) + 1)) and
    {row['journal']['of'] for row in rows if row['event']['type'] == ['end']} ==
    {row['event']['sequence'] for row in rows if row['event']['type'] == ['start']}"
check 'it is a chain of SHA-256' python3 -B - "$journal" <<'PYTHON'
import hashlib, json, sys
last = '0' * 64
for line in open(sys.argv[1], 'rb').read().splitlines():
    assert json.loads(line)['prev'] == last, line
    last = hashlib.sha256(line).hexdigest()
PYTHON
cli verify "$case_folder"
check 'verify: it is sound' eval "ended_with 0 && printed 'journal.jsonl: sound'"
cp "$journal" "$scratch/whole"
sed -i '2s/ticker/tacker/' "$journal"
cli verify "$case_folder"
check 'verify: a changed line is found' eval "ended_with 1 && printed 'journal.jsonl: line 3'"
rm "$journal"
cli verify "$case_folder"
check 'verify: a journal that is not there any more is missed' eval \
    "ended_with 1 && printed 'journal.jsonl: missing'"
cp "$scratch/whole" "$journal"
echo mine >"$case_folder/note.txt"
(cd "$case_folder" && sha256sum case.json note.txt >manifest.sha256)
cli verify "$case_folder"
check 'verify: a manifest as sha256sum writes it' eval 'ended_with 0'
echo >>"$case_folder/note.txt"
cli verify "$case_folder"
check 'verify: a changed file is found' eval "ended_with 1 && printed 'note.txt: changed'"
act kill "$(ticker_pid clock)" --yes --json
check 'took_ms is told' json "rows[0]['stakeout']['took_ms'] < 60000"
echo x >"$scratch/file"
cli kill 4242 --yes --start 2026-01-01T00:00:00Z --case "$scratch/file"
check 'without a journal nothing is done' eval \
    "ended_with 2 && silent && told 'for want of a journal'"
finish
