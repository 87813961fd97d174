#!/usr/bin/env bash
# ps, net and info against processes and connections that this script starts.
. "$(dirname "$0")/tap.sh"

start server run_wine listener
check 'a listener is there' wait_until 60 eval '[ -n "$(port_of server)" ]'
port=$(port_of server)
start held run_wine suspect --quiet 127.0.0.1 "$port" 60000

has_connection() {
    cli net --json
    json "any(at(r, 'destination.port') == $port and at(r, 'process.name') == 'suspect.exe'
        for r in rows)" >"$scratch/waiting"
}
check 'net shows the connection and its owner' wait_until 60 has_connection
check 'net ends with 0' ended_with 0
check 'net is JSON Lines only, without messages' eval "[ ! -s '$err' ]"
check 'the connection is told in full' json "any(
    at(r, 'network.transport') == 'tcp' and at(r, 'network.type') == 'ipv4' and
    at(r, 'source.ip') == '127.0.0.1' and at(r, 'destination.ip') == '127.0.0.1' and
    at(r, 'destination.port') == $port and at(r, 'stakeout.state') == 'ESTABLISHED' and
    at(r, 'stakeout.first_seen') and at(r, 'process.executable').lower().endswith('suspect.exe') and
    command_has(r['process'], ' $port 60000') for r in rows)"
check 'the listener has no destination' json "any(
    at(r, 'source.port') == $port and at(r, 'stakeout.state') == 'LISTEN' and
    'destination' not in r and
    at(r, 'process.name') == 'listener.exe' for r in rows)"
check 'every row has ends and a transport' json "rows and all(
    at(r, 'network.transport') in ('tcp', 'udp') and isinstance(at(r, 'source.port'), int) and
    at(r, '@timestamp') for r in rows)"

start talker run_wine listener --udp
check 'a UDP socket is there' wait_until 60 eval '[ -n "$(port_of talker)" ]'
cli net --json
check 'N5 a UDP peer is unknown, not absent' json "any(
    at(r, 'network.transport') == 'udp' and at(r, 'source.port') == $(port_of talker) and
    'destination' not in r and 'destination.ip' in at(r, 'stakeout.unread') and
    at(r, 'stakeout.state') is None for r in rows)"
cli net
check 'net as text' \
    eval "ended_with 0 && grep -qE '^PROTO +LOCAL +REMOTE +STATE +PID +PROCESS' '$out'"
row="tcp +127\.0\.0\.1:[0-9]+ +127\.0\.0\.1:$port +ESTABLISHED +[0-9]+ +suspect\.exe"
check 'N10 ports are in the text' grep -qE "$row" "$out"
check 'N5 a UDP peer shows as *' \
    grep -qE "udp +127\.0\.0\.1:$(port_of talker) +\* +[0-9]+ +listener\.exe" "$out"

printf '# watched\r\n127.0.0.1:%s\r\n' "$port" >"$scratch/list.txt"
cli net --json --list "$scratch/list.txt"
check 'net marks what is on a list' json "any(
    at(r, 'destination.port') == $port and at(r, 'threat.indicator.ip') == '127.0.0.1' and
    at(r, 'threat.indicator.port') == $port and at(r, 'stakeout.indicator.line') == 2 and
    at(r, 'stakeout.indicator.file').endswith('list.txt') for r in rows)"
check 'what is watched was found' ended_with 0
cli net --list "$scratch/list.txt"
check 'watched ones stand first and are marked' \
    eval "sed -n 2p '$out' | grep -qE '^! .*127.0.0.1:$port\$'"
echo 203.0.113.77 >"$scratch/other.txt"
cli net --list "$scratch/other.txt"
check 'nothing watched is open: 1' ended_with 1

cli ps --json
check 'ps is JSON Lines' eval "ended_with 0 && json 'len(rows) > 3'"
check 'a process is told in full' json "any(
    at(r, 'process.name') == 'suspect.exe' and at(r, 'process.pid') > 0 and
    at(r, 'process.executable').lower().endswith('suspect.exe') and at(r, 'process.start') and
    command_has(r['process'], ' $port 60000') and
    ('working_directory' in r['process'] or at(r, 'stakeout.unread')) and
    at(r, 'user.name') and at(r, 'stakeout.bits') == 64 and
    at(r, 'stakeout.suspended') is False for r in rows)"
check 'ps sees itself' json "any(at(r, 'process.name') == 'stakeout-cli.exe' for r in rows)"
check 'what is missing has a reason' json "all(
    'command_line' in r['process'] or 'process.command_line' in at(r, 'stakeout.unread')
    for r in rows)"
pid=$(python3 -c "
import json, sys
print(next(r['process']['pid'] for r in map(json.loads, open('$out', encoding='utf-8'))
           if r['process']['name'] == 'suspect.exe'))")

# Whole and exact, however long and in whatever script.
long=$(printf 'x%.0s' $(seq 30000))
start talkative run_wine sleeper 60000 "тест 中 😀" "$long"
talks() {
    cli ps --json
    json "any(command_has(r['process'], ' 60000 ') for r in rows
        if r['process']['name'] == 'sleeper.exe')" >"$scratch/waiting"
}
check 'a process with much to say is there' wait_until 60 talks
check 'P9 its command line of 30,000 letters is told whole' json "any(
    command_has(r['process'], '\"тест 中 😀\" ' + 'x' * 30000) for r in rows
    if r['process']['name'] == 'sleeper.exe')"

# A child of cmd.exe stands under it.
start nested run_wine cmd /c "$(windows_path "$STAKEOUT_BIN/lab/sleeper.exe")" 60000
nested() {
    cli ps
    awk '/^ *cmd\.exe / { match($0, /[^ ]/); at = RSTART; next }
        at && /sleeper\.exe/ { match($0, /[^ ]/); good = RSTART == at + 2 }
        { at = 0 } END { exit !good }' "$out"
}
check 'ps shows a tree' wait_until 60 nested
check 'with a title' grep -qE '^PROCESS +PID +PARENT +STARTED \(UTC\)' "$out"
cli ps --flat
check 'ps --flat is indented nowhere' eval "ended_with 0 && ! grep -q '^ ' '$out'"

cli info "$pid" --json
check 'info is one object' json "len(rows) == 1"
check 'info tells of the file' \
    json "at(rows[0], 'file.size') > 1000 and at(rows[0], 'file.created') and
    at(rows[0], 'file.mtime') and at(rows[0], 'stakeout.image_age')"
check 'info tells of the connection' json "any(
    c['destination']['port'] == $port for c in at(rows[0], 'stakeout.connections'))"
cli info "$pid"
check 'info as text' eval "ended_with 0 && printed 'suspect.exe ($pid)' && printed 'file created' &&
    printed 'verdict' && printed '127.0.0.1:$port'"
finish
