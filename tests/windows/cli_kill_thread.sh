#!/usr/bin/env bash
# kill-thread on real threads: one of three, one that holds a lock, the last one.
. "$(dirname "$0")/tap.sh"
keep_wine
case_folder=$scratch/case
journal=$case_folder/journal.jsonl

act() { cli kill-thread "$@" --case "$case_folder"; }
number() { sed -n "s/.*\b$2=\([0-9]*\).*/\1/p" "$scratch/$1.out" | head -n 1; }
has_started() { wait_until 60 grep -qs pid= "$scratch/$1.out"; }
# What the program "threads" says of itself, asked now.
says() {
    local lines
    lines=$(grep -c second= "$scratch/three.out")
    echo '?' >&"$questions"
    wait_until 20 eval "[ \"\$(grep -c second= '$scratch/three.out')\" -gt $lines ]" &&
        tail -n 1 "$scratch/three.out" | tr -d '\r' | grep -qxF "$1"
}

cli kill-thread
check 'a TID is asked for' refused 'give TID'
cli kill-thread ping
check 'words are no TID' refused 'is no TID'
if [ "${STAKEOUT_HIDE_API:-}" = '*' ]; then
    act 5 --yes
    check 'without the listing of threads it says so' refused "can't find out whose"
    finish
fi
act 4294967294 --yes
check 'no such thread' eval "ended_with 1 && silent && told 'does not run'"

# --- one of three: it has an input of its own, and answers whatever comes in by it ---
mkfifo "$scratch/questions"
exec {questions}<>"$scratch/questions"
run_wine threads >"$scratch/three.out" 2>"$scratch/three.err" <&"$questions" &
started+=($!)
check 'three threads' has_started three
pid=$(number three pid)
second=$(number three second)
act "$second"
check 'without a console it asks for --yes' refused 'give --yes'
act "$second" --yes --pid 999999
check 'another process is another thread' refused "not that of --pid"
act "$second" --yes --start 2020-01-01T00:00:00Z
check 'another start, too' refused 'started at another time'
act "$second" --dry-run
check 'A10 a dry run warns, and shows where it started' eval "ended_with 0 &&
    printed 'thread $second of threads.exe ($pid)' && printed 'started at threads.exe+0x' &&
    printed 'its process may hang' && printed 'To suspend the process harms less'"
check 'and does nothing' says 'first=0 second=0 third=0'
act "$second" --yes --pid "$pid"
check 'terminate one of three threads: watched, and the end told' eval "ended_with 0 &&
    printed 'thread $second of threads.exe ($pid): ended' &&
    printed 'threads.exe ($pid): 10 s later its process lives'"
check 'only that one has ended' says 'first=0 second=1 third=0'
act "$second" --yes
check 'a second time there is no such thread' eval "ended_with 1 && told 'does not run'"

# --- the last one takes its process along ---
start last run_wine sleeper 600000
check 'a process with one thread' has_started last
pid=$(number last pid)
main=$(wine stakeout-cli info "$pid" --json 2>/dev/null </dev/null | python3 -c '
import json, sys
for line in sys.stdin:
    threads = json.loads(line)["process"]["thread"]
    print(min(threads, key=lambda thread: thread["created"])["id"])')
act "$main" --yes --json
check 'one line tells that the process ended with it' json "len(rows) == 1 and
    rows[0]['process']['thread']['id'] == $main and rows[0]['event']['outcome'] == 'success' and
    rows[0]['stakeout']['aftermath']['process'] == 'ended' and
    rows[0]['stakeout']['aftermath']['exit_code'] == 1"

# --- one that holds a lock ---
start lock run_wine locker
if has_started lock; then
    pid=$(number lock pid)
    act "$(number lock keeper)" --yes --json
    check 'A10 a thread that held a lock is ended: the program hangs, which is told' json "
        rows[0]['stakeout']['aftermath']['process'] == 'hung' and
        'a window of it does not answer' in rows[0]['event']['reason']"
    check 'it was the lock' grep -q hangs "$scratch/lock.out"
    cli kill "$pid" --yes --case "$case_folder"
    check 'and it can be killed' ended_with 0
else
    skip 'A10 a thread that held a lock is ended' 'no window can be opened here'
fi

# --- rails ---
services=$(wine stakeout-cli ps --json 2>/dev/null </dev/null | python3 -c '
import json, sys
for line in sys.stdin:
    process = json.loads(line)["process"]
    if process["name"].lower() == "services.exe":
        print(process["pid"])')
if [ -n "$services" ]; then
    thread=$(wine stakeout-cli info "$services" --json 2>/dev/null </dev/null | python3 -c '
import json, sys
for line in sys.stdin:
    print(json.loads(line)["process"]["thread"][0]["id"])')
    act "$thread" --yes
    check 'a core process is guarded, with --yes too' eval \
        "ended_with 2 && silent && told 'is guarded' && told '--name services.exe'"
fi

cp "$journal" "$out"
check 'before, after, and what became of it are in the journal' json "
    [row['event']['type'][0] for row in rows if row['event']['action'] == 'kill-thread'][:3] ==
    ['start', 'end', 'info'] and rows[2]['stakeout']['aftermath']['process'] == 'alive'"
echo x >"$scratch/file"
start other run_wine threads
check 'three more threads' has_started other
cli kill-thread "$(number other first)" --yes --case "$scratch/file"
check 'without a journal nothing is done' eval \
    "ended_with 2 && silent && told 'for want of a journal'"
finish
