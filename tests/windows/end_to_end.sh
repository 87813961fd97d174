#!/usr/bin/env bash
# A responder's whole way by the command line: a domain is watched and pinned, the real suspect asks
# for it once, the trap holds it while its connection is still being opened, dumps it and copies its
# file; it is let go and killed; then evidence, report, the case closed and verified. In a network
# that swallows packets; the namespaces are this script's own, and nothing leaves the machine.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/suspect.sh"

if hidden; then
    skip 'from the domain to the report' 'suspending is hidden'
    finish
fi
suspect_ready 'from the domain to the report'
case_folder=$scratch/case
hosts=$scratch/hosts
list=$scratch/list.txt

# What the suspect asks is answered from the file that is edited here, and from nothing else.
printf '127.0.0.1 localhost\n' >"$hosts"
cp "$hosts" "$scratch/original"
ln -sf "$hosts" "/etc/netns/$lab/hosts"
printf '%s\n' "$domain" >"$list"

cli_inside() {
    ip netns exec "$lab" "$root/build/wine" stakeout-cli "$@" >"$out" 2>"$err" </dev/null
    status=$?
}

cli_inside case new "$case_folder" --name 'End to end' --examiner 'the test' --why 'a rare beacon'
check 'there is a case' ended_with 0
cli_inside sinkhole add "$domain" --hosts "$hosts" --list "$list" --case "$case_folder"
check 'the domain is pinned' eval "ended_with 0 && grep -q '^192.0.2.1 $domain' '$hosts'"
check 'its address is watched' grep -q '^192.0.2.1 # sinkhole of' "$list"

start trap inside stakeout-cli watch --list "$list" --on-hit suspend,dump,sample --until-hit \
    --json --seconds 120 --case "$case_folder"
trap_pid=$!
check 'the trap is set' wait_until 60 watching trap
suspect_asks
wait "$trap_pid"
status=$?
cp "$scratch/trap.out" "$out"
cp "$scratch/trap.err" "$err"
check 'there is a hit' ended_with 0
check 'it names the domain and the process' json "
    [(at(row, 'process.name'), at(row, 'destination.ip'), at(row, 'stakeout.state'),
      at(row, 'stakeout.indicator.label'))
     for row in rows if at(row, 'event.kind') == 'alert'] ==
    [('node.exe', '192.0.2.1', 'SYN_SENT', 'sinkhole of $domain')]"
check 'suspended, dumped and copied, in this order' json "
    [(row['event']['action'], row['event']['outcome']) for row in rows[1:]] ==
    [('suspend', 'success'), ('dump', 'success'), ('sample', 'success')] and
    0 <= at(rows[1], 'stakeout.latency_ms') < 10000"
pid=$(sed -n 's/.*"process":{"pid":\([0-9]*\).*/\1/p' "$out" | head -n 1)
started_at=$(python3 -c 'import json, sys; print(json.loads(open(sys.argv[1]).readline())
    ["process"]["start"])' "$out")

# This is how it is seen that it was suspended once: with one more it is twice.
cli_inside suspend "$pid" --start "$started_at" --json --yes --case "$case_folder"
check 'it stands still' json "rows[0]['stakeout']['suspend_count'] == 2"
cli_inside resume "$pid" --start "$started_at" --yes --case "$case_folder"
cli_inside net --json --list "$list"
check 'and its connection is still being opened' json "any(
    at(row, 'process.pid') == ${pid:-0} and at(row, 'destination.ip') == '192.0.2.1' and
    at(row, 'stakeout.state') == 'SYN_SENT' for row in rows)"
check 'its dump is in the case' eval "compgen -G '$case_folder/dumps/node-$pid-*.dmp' >/dev/null"
check 'its sample is in the case' eval "compgen -G '$case_folder/samples/*.sample' >/dev/null"

cli_inside resume "$pid" --start "$started_at" --yes --case "$case_folder"
check 'it is let go' ended_with 0
cli_inside kill "$pid" --start "$started_at" --yes --case "$case_folder"
check 'it is killed' ended_with 0
gone() { cli_inside ps --json --flat && json "not any(at(row, 'process.pid') == $pid and
    at(row, 'process.start') == '$started_at' for row in rows)"; }
check 'it is gone' wait_until 20 gone

cli_inside sinkhole restore --hosts "$hosts" --list "$list" --case "$case_folder"
check 'the hosts file is as it was' eval "ended_with 0 && cmp '$hosts' '$scratch/original'"
cli_inside evidence --case "$case_folder"
check 'the evidence is collected' ended_with 0
check 'each part is there, or listed with the reason' json_of \
    "$case_folder/evidence/parts.jsonl" "len(rows) > 10 and
    all(row['outcome'] == 'complete' or row['reason'] for row in rows) and
    any(row['part'] == 'processes' and row['rows'] > 3 for row in rows)"
cli_inside report "$case_folder"
check 'there is a report' eval "ended_with 0 && [ -s '$case_folder/report.html' ]"
check 'it tells of the suspect and its end' eval "grep -q 'node.exe' '$case_folder/report.html' &&
    grep -q 'End to end' '$case_folder/report.html'"
cli_inside case close "$case_folder"
check 'the case is closed' ended_with 0
cli_inside verify "$case_folder"
check 'journal and manifest are sound' ended_with 0
check 'so says another program' eval "(cd '$case_folder' && sha256sum --quiet -c manifest.sha256)"
cp "$case_folder/journal.jsonl" "$out"
check 'the journal has each action, in this order' json "
    (lambda seen: [word for n, word in enumerate(seen) if word not in seen[:n]])(
        [row['event']['action'] for row in rows if row['event']['action'] in
         ('sinkhole-add', 'suspend', 'dump', 'sample', 'resume', 'kill', 'sinkhole-restore')]) ==
    ['sinkhole-add', 'suspend', 'dump', 'sample', 'resume', 'kill', 'sinkhole-restore']"
finish
