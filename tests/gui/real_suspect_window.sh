#!/usr/bin/env bash
# The main job in the window: a real Windows Node.js, started from cmd.exe in a network that
# swallows packets, asks for a domain that this network resolves to a watched address. The window
# lights up and the hit is on the disk; the trap holds the process, dumps it and copies its file.
# Pictures are left in build/out/real-suspect.png and real-suspect-held.png.
. "$(dirname "$0")/../windows/tap.sh"
. "$(dirname "$0")/../windows/suspect.sh"

picture=$root/build/out/real-suspect.png

suspect_ready 'a real suspect in the window'
held=$root/build/out/real-suspect-held.png
printf '192.0.2.1 # sinkhole of %s\n' "$domain" >"$scratch/list.txt"
printf '[hit]\nnotify=0\nsound=0\n[window]\nlanguage=en\n[trap]\nwhat=suspend,dump,sample\n' \
    >"$scratch/stakeout.ini"
start window inside stakeout --list "$(windows_path "$scratch/list.txt")" \
    --case "$(windows_path "$scratch/case")" --settings "$(windows_path "$scratch/stakeout.ini")"

find_window() {
    window=$(xdotool search --onlyvisible --class stakeout.exe 2>/dev/null | tail -n 1)
    [ -n "$window" ]
}
# Pixels of a colour in a part (WIDTHxHEIGHT+X+Y) of the window.
pixels() {
    convert "$picture" -crop "$1" +repage -fill black +opaque "$2" -fill white -opaque "$2" \
        -format '%[fx:int(mean*w*h+0.5)]' info:
}
take_picture() { import -window "$window" "$picture" 2>"$err"; }
# The bar at the left of a watched row, in the tree (above) and among the connections (below).
lights_up() {
    local width height half
    take_picture || return 1
    read -r width height < <(identify -format '%w %h\n' "$picture")
    half=$((height * 6 / 10))
    [ "$(pixels "${width}x$half+0+0" '#d11a2a')" -ge 20 ] &&
        [ "$(pixels "${width}x$((height - half))+0+$half" '#d11a2a')" -ge 20 ]
}
dark() {
    take_picture && [ "$(pixels "$(identify -format '%wx%h+0+0' "$picture")" '#d11a2a')" = 0 ]
}
hit_on_disk() { [ -s "$scratch/case/hits.jsonl" ]; }

check 'there is a window' wait_until 60 find_window
check 'nothing is lit before' wait_until 20 dark
suspect_asks
check 'the hit is on the disk' wait_until 60 hit_on_disk
check 'the process and the connection light up' wait_until 20 lights_up
cp "$scratch/case/hits.jsonl" "$out"
check 'one hit' json "len(rows) == 1"
check 'it is the suspect, with its chain up to cmd.exe' json "
    at(rows[0], 'process.name') == 'node.exe' and
    command_has(rows[0]['process'], 'ask.js', 'http://$domain/') and
    at(rows[0], 'process.parent.name') == 'cmd.exe' and
    at(rows[0], 'destination.ip') == '192.0.2.1' and
    at(rows[0], 'stakeout.state') == 'SYN_SENT'"

# Suspending is a call that the system may lack, and the tests hide.
steps_are() {
    json_of "$scratch/case/journal.jsonl" "
        [(row['event']['action'], row['event']['outcome']) for row in rows
         if row['event']['type'] == ['end']] == $1" >/dev/null
}
if hidden; then
    skip 'the trap holds it' 'suspending is hidden'
else
    check 'the trap holds it, dumps it and copies its file' wait_until 60 steps_are \
        "[('suspend', 'success'), ('dump', 'success'), ('sample', 'success')]"
    xdotool windowfocus "$window" key ctrl+2
    picture=$held
    # The tabs are the last to be drawn anew.
    all_drawn() {
        lights_up && [ "$(convert "$picture" -crop 300x24+0+466 -format '%k' info:)" -gt 20 ]
    }
    check 'the hits are lit, too' wait_until 20 all_drawn
fi
finish
