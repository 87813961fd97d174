#!/usr/bin/env bash
# The report of a case: of a hit that really happened, and of files that somebody else wrote.
. "$(dirname "$0")/tap.sh"
keep_wine

case=$scratch/case
html() { grep -qF -- "$1" "$case/report.html"; }

# A real suspect, caught by the trap.
start listener run_wine listener
wait_until 60 eval '[ -n "$(port_of listener)" ]'
port=$(port_of listener)
start watch run_wine stakeout-cli watch --indicator "127.0.0.1:$port" --until-hit \
    --seconds 120 --case "$case" --json
watch=$!
wait_until 60 watching watch
wine suspect --quiet 127.0.0.1 "$port" 200
wait "$watch"

cli report "$case"
check 'the page is in the case' eval "ended_with 0 && silent && [ -s '$case/report.html' ]"
check 'it tells of the hit' eval \
    "html 'Hits: 1. Processes with hits: 1.' && html '<b>suspect.exe</b>' &&
     html '127[.]0[.]0[.]1:$port'"
check 'it fetches and runs nothing' eval \
    "html \"default-src 'none'; style-src 'sha256-\" && ! html '<script' && ! html 'src='"
cli report "$case" --lang zh --no-defang --out -
check 'in Chinese, not defanged, to standard output' eval \
    "ended_with 0 && printed '命中的进程' && printed '127.0.0.1:$port' && ! printed '[.]'"
cli report "$case" --format ecs --out -
check 'the hits in ECS' json \
    "len(rows) == 1 and at(rows[0], 'process.name') == 'suspect.exe' and at(rows[0], 'ecs.version')
     and at(rows[0], 'message').startswith('suspect.exe (') and at(rows[0], 'host.name')"
cli report "$case" --format sigma --out -
check 'the hits with the names of Sysmon' json \
    "[at(row, 'Event.System.EventID') for row in rows] == [1, 3] and
     at(rows[1], 'Event.EventData.DestinationIp') == '127.0.0.1' and
     at(rows[1], 'Event.EventData.DestinationPort') == $port and
     at(rows[0], 'Event.EventData.Image').endswith('suspect.exe')"
cli report "$case" --format stix --out "$scratch/stix.json"
check 'the indicators as STIX' eval \
    "ended_with 0 && grep -q '\"pattern_type\":\"stix\"' '$scratch/stix.json'"
cli report "$case" --format csv
check 'the hits as CSV' eval "[ \"\$(grep -c suspect.exe '$case/hits.csv')\" = 1 ]"
cli report "$case" --format excel
check 'U11 a byte order mark only where it was asked for' eval \
    "[ \"\$(head -c 3 '$case/hits-excel.csv' | od -An -tx1)\" = ' ef bb bf' ] &&
     [ \"\$(head -c 3 '$case/hits.csv' | od -An -tx1)\" != ' ef bb bf' ]"

cli report "$scratch/none"
check 'where there is no case' refused 'no case in'
cli report "$case" --out "$scratch/no/such/folder/x.html"
check 'where it can not be written' refused "can't write"
cli report "$case" --format pdf
check 'an unknown format' refused 'give html, csv, excel, ecs, sigma or stix'
finish
