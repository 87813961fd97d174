#!/usr/bin/env bash
# watch where it can't write: one clear line, nothing lost.
. "$(dirname "$0")/tap.sh"

# A Wine server opens files in the mounts that it was started in: one of its own sees what is
# mounted here.
export WINEPREFIX=$scratch/prefix
cleanups+=("'$root/build/bed' wineserver -k")

echo x >"$scratch/file"
cli watch --indicator 203.0.113.77 --seconds 1 --case "$scratch/file"
check 'the case folder is a file' refused "$scratch/file"
cli watch --indicator 203.0.113.77 --seconds 1 --case "$scratch/file/below"
check 'the case folder lies below a file' refused 'case folder'
mkdir "$scratch/case" && mkdir "$scratch/case/hits.jsonl"
cli watch --indicator 203.0.113.77 --seconds 1 --case "$scratch/case"
check 'hits.jsonl is a folder' refused 'hits.jsonl'

mkdir "$scratch/small"
if ! mount -t tmpfs -o size=64k stakeout-small "$scratch/small" 2>"$err"; then
    skip 'a read-only disk' 'no file system can be mounted here'
    skip 'a full disk' 'no file system can be mounted here'
    finish
fi
cleanups+=("umount -l '$scratch/small'")

# Without --case: beside the program, or where that can't be written with the user's settings.
mkdir "$scratch/stick"
mount -t tmpfs -o size=16m stakeout-stick "$scratch/stick"
cleanups+=("umount -l '$scratch/stick'")
# The server from before the mounts must be gone, and the next one stay: a program that starts
# while a server goes away is taken along by it.
"$root/build/bed" wineserver -k
"$root/build/bed" wineserver -w
keep_wine
cp "$STAKEOUT_BIN/stakeout-cli.exe" "$scratch/stick/portable.exe"
portable() {
    wine "$scratch/stick/portable.exe" watch --indicator 203.0.113.77 --seconds 1 >"$out" 2>"$err"
    status=$?
}
portable
check 'the default case lies beside the program' eval \
    "ended_with 1 && [ -s '$scratch/stick/stakeout-case/case.json' ]"
start portable run_wine "$scratch/stick/portable.exe" watch --indicator 203.0.113.77 --seconds 300
portable_pid=$!
check 'a session holds it' wait_until 60 watching portable
portable
check 'another session has one beside it' eval \
    "ended_with 1 && [ -s '$scratch/stick/stakeout-case-2/case.json' ]"
kill -INT "$portable_pid"
wait "$portable_pid"
mount -o remount,ro "$scratch/stick"
portable
check 'from a read-only stick it lies with the settings of the user' eval \
    "ended_with 1 && compgen -G \
        '$WINEPREFIX/drive_c/users/*/AppData/Local/Stakeout/stakeout-case/case.json' >'$out'"

mount -o remount,ro "$scratch/small"
cli watch --indicator 203.0.113.77 --seconds 1 --case "$scratch/small/case"
check 'a read-only disk' refused 'case folder'
mount -o remount,rw "$scratch/small"

head -c 1000000 /dev/zero >"$scratch/small/filler" 2>/dev/null
cli watch --indicator 203.0.113.77 --seconds 1 --case "$scratch/small/case"
check 'a disk that is full from the start' eval "ended_with 2 && one_line && silent"
rm -rf "$scratch/small/"*

start server run_wine listener
check 'a listener is there' wait_until 60 eval '[ -n "$(port_of server)" ]'
port=$(port_of server)
case_folder=$scratch/small/case
start trap run_wine stakeout-cli watch \
    --indicator "127.0.0.1:$port" --json --seconds 300 --case "$case_folder"
trap_pid=$!
check 'it watches' wait_until 60 watching trap
wine suspect --quiet 127.0.0.1 "$port" 300
check 'a hit is written' wait_until 30 [ -s "$case_folder/hits.jsonl" ]
fill() { head -c 1000000 /dev/zero >"$scratch/small/filler" 2>/dev/null; }
troubles() { grep -c 'hits.jsonl: .*waiting in memory' "$scratch/trap.err"; }
# Some hits still fit into what is left of the file's last block.
waits() {
    wine suspect --quiet 127.0.0.1 "$port" 300
    [ "$(troubles)" -gt "$1" ]
}
fill
check 'the full disk is told' wait_until 120 waits 0
rm "$scratch/small/filler"
check 'it is told when it is over' wait_until 60 grep -q 'all is well again' "$scratch/trap.err"
check 'nothing is lost, nothing doubled' \
    wait_until 30 cmp -s "$scratch/trap.out" "$case_folder/hits.jsonl"
check 'each is a whole line' json_of "$case_folder/hits.jsonl" \
    "len(rows) > 1 and [at(r, 'event.sequence') for r in rows] == list(range(1, len(rows) + 1))"

fill
check 'it fills up again' wait_until 120 waits "$(troubles)"
kill -INT "$trap_pid"
wait "$trap_pid"
status=$?
cp "$scratch/trap.err" "$err"
check 'what could not be written at the end is handed out' eval "ended_with 2 &&
    told 'could not be written' && grep -q '^{\"@timestamp\"' '$err'"
tail -n 1 "$scratch/trap.out" >"$scratch/last"
check 'the last hit among it' grep -qxFf "$scratch/last" "$err"
finish
