#!/usr/bin/env bash
# The main job on a real suspect: a Windows Node.js that nobody here wrote, started from cmd.exe in
# a network that swallows packets, asks for a domain that this network resolves to 192.0.2.1. One
# hit tells who it was. The namespaces are this script's own; nothing leaves the machine.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/suspect.sh"

suspect_ready 'the hit of a real suspect'
start trap inside stakeout-cli watch \
    --indicator 192.0.2.1 --until-hit --json --seconds 120 --case "$scratch/case"
trap_pid=$!
check 'the trap is set' wait_until 60 watching trap
# The same prey by its name, which this Windows knows from its hosts file (the sinkhole's way).
printf '192.0.2.1 %s\r\n' "$domain" >>"$WINEPREFIX/drive_c/windows/system32/drivers/etc/hosts"
start by_name inside stakeout-cli watch --indicator '*.testjj.com' --until-hit --json \
    --seconds 120 --case "$scratch/by-name"
by_name_pid=$!
check 'the trap by name is set' wait_until 60 watching by_name
suspect_asks
wait "$trap_pid"
status=$?
cp "$scratch/trap.out" "$out"
cp "$scratch/trap.err" "$err"
check 'there is a hit' ended_with 0
check 'one hit' json "len(rows) == 1"
check 'its connection' \
    json "at(rows[0], 'destination.ip') == '192.0.2.1' and at(rows[0], 'destination.port') == 80 and
    at(rows[0], 'source.ip') == '192.0.2.250' and at(rows[0], 'stakeout.state') == 'SYN_SENT' and
    at(rows[0], 'threat.indicator.ip') == '192.0.2.1'"
check 'its process' json "at(rows[0], 'process.name') == 'node.exe' and
    at(rows[0], 'process.executable').lower().endswith('\\\\suspects\\\\node\\\\bin\\\\node.exe')"
check 'its command line' json "command_has(rows[0]['process'], 'ask.js', 'http://$domain/')"
check 'its start' json "at(rows[0], 'process.start')[:4].isdigit() and
    at(rows[0], 'process.start') <= at(rows[0], '@timestamp')"
check 'its chain up to cmd.exe' json "at(rows[0], 'process.parent.name') == 'cmd.exe' and
    any(a['name'] == 'cmd.exe' and a['verified'] and command_has(a, 'http://$domain/')
        for a in at(rows[0], 'stakeout.ancestors'))"
check 'the same line is on the disk' cmp -s "$out" "$scratch/case/hits.jsonl"

wait "$by_name_pid"
status=$?
cp "$scratch/by_name.out" "$out"
cp "$scratch/by_name.err" "$err"
check 'there is a hit by name' ended_with 0
check 'N11 the name seen in DNS, the address and what matched stay apart' json "len(rows) == 1 and
    at(rows[0], 'destination.ip') == '192.0.2.1' and
    at(rows[0], 'destination.domain') == '$domain' and
    at(rows[0], 'threat.indicator.domain') == 'testjj.com' and
    at(rows[0], 'threat.indicator.type') == 'domain-name' and
    at(rows[0], 'stakeout.indicator.written') == '*.testjj.com' and
    at(rows[0], 'stakeout.matched_by') == 'domain' and
    at(rows[0], 'process.name') == 'node.exe'"
finish
