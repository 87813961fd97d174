#!/usr/bin/env bash
# sinkhole: domains go in and out of a hosts file; what others do to it is noticed; a kill at any
# moment leaves the old file or the new one.
. "$(dirname "$0")/tap.sh"
keep_wine
hosts=$scratch/hosts
case_folder=$scratch/case
sink() { cli sinkhole "$@" --hosts "$hosts" --case "$case_folder"; }
same() { cmp -s "$hosts" "$scratch/original"; }

printf '127.0.0.1 localhost\r\n# caf\xe9\r\n10.0.0.1 printer' >"$hosts"
cp "$hosts" "$scratch/original"
sink status
check 'nothing is pinned at first' eval 'ended_with 1 && silent'
sink add Evil.Example bad.example
check 'two domains are pinned' eval "ended_with 0 &&
    printed 'evil.example  192.0.2.1  2001:db8::1' &&
    printed 'bad.example  192.0.2.2  2001:db8::2'"
check 'one name a line' eval "[ \"\$(grep -c '^192.0.2.*example' '$hosts')\" = 2 ]"
check 'line ends are those of the file' eval "! grep -qv $'\r' '$hosts'"
sink status --json
check 'status tells them' json "[row['destination'] for row in rows] == [
    {'domain': 'evil.example', 'ip': '192.0.2.1'}, {'domain': 'bad.example', 'ip': '192.0.2.2'}]"
check 'the file was saved into the case' eval \
    "cmp -s \"\$(ls '$case_folder'/hosts-* | head -n 1)\" '$scratch/original'"
sink add evil.example
check 'the same again changes nothing' ended_with 0
sink remove bad.example
check 'one is removed' eval "ended_with 0 && ! grep -q bad.example '$hosts'"
sink restore
check 'S2 S4 restore gives the same bytes' eval 'ended_with 0 && same'
sink restore
check 'nothing to restore' eval 'ended_with 1 && silent'

cp "$case_folder/journal.jsonl" "$out"
check 'each change is in the journal, before and after' json "
    [row['event']['action'] for row in rows] == ['sinkhole-add'] * 2 + ['sinkhole-remove'] * 2 +
    ['sinkhole-restore'] * 2 and rows[-1]['event']['outcome'] == 'success'"

# --- the watchlist ---
list=$scratch/list.txt
printf '# mine\r\nevil.example\r\n' >"$list"
sink add evil.example --list "$list"
check 'the addresses become indicators that name the domain' eval "ended_with 0 &&
    grep -q '^192.0.2.1 # sinkhole of evil.example' '$list' &&
    grep -q '^2001:db8::1 # sinkhole of evil.example' '$list'"
sink restore --list "$list"
check 'and go with it' eval "ended_with 0 && same &&
    [ \"\$(cat '$list')\" = \"\$(printf '# mine\r\nevil.example\r')\" ]"

# --- refused ---
sink add www.microsoft.com
check 'S1 a name of Microsoft is refused' refused "Microsoft"
sink add '*.evil.example'
check 'sub-domains cannot be pinned' refused '*.evil.example'
sink add printer
check 'a name that the file has is refused' refused 'names it already'
sink add
check 'no domain' refused 'DOMAIN'
sink frobnicate
check 'no such thing to do' refused 'give status, add, remove, restore or convert'
check 'nothing of it changed the file' same
printf '\xff\xfe1\0' >"$hosts"
sink add evil.example
check 'S2 UTF-16 is refused, with an offer' eval "refused 'UTF-16' && told 'sinkhole convert'"
sink convert
check 'S2 and made UTF-8 where that is wanted' eval \
    "ended_with 0 && [ \"\$(cat '$hosts')\" = 1 ]"
sink convert
check 'which is done once' ended_with 1
cp "$scratch/original" "$hosts"
wine attrib +r "$(windows_path "$hosts")" >/dev/null 2>&1
chmod a-w "$hosts"
sink add evil.example
check 'a read-only file is told' refused 'read-only'
check 'and is as it was' same
chmod u+w "$hosts"
rm -f "$hosts"
sink add evil.example
check 'a missing file is an empty one' eval \
    "ended_with 0 && grep -q '192.0.2.1 evil.example' '$hosts'"

# --- others ---
cp "$scratch/original" "$hosts"
revert() { # as security software does
    until grep -q evil.example "$hosts"; do sleep 0.02; done
    sleep 0.5
    cp "$scratch/original" "$hosts"
}
revert &
started+=($!)
sink add evil.example
check 'S1 a file that is put back is noticed' eval \
    "ended_with 1 && told 'somebody else has changed'"

# --- a kill at any moment ---
# STAKEOUT_TORTURE=full: 1,000 kills instead of 100. Half of them at any moment of the run, half a
# moment after the new file has begun to be written.
kills=100
[ "${STAKEOUT_TORTURE:-}" = full ] && kills=1000
head -c 2000000 /dev/zero | tr '\0' '#' | fold -w 78 >"$scratch/original"
old=0 new=0 during=0
sleep_ms() { sleep "$(printf '0.%03d' "$1")"; }
kill_one() {
    cp "$scratch/original" "$hosts"
    rm -f "$hosts.stakeout-new"
    start killed run_wine stakeout-cli sinkhole add evil.example --hosts "$hosts" \
        --case "$case_folder"
    if [ $(($1 % 2)) = 0 ]; then
        sleep_ms $((RANDOM % 900))
    else
        until [ -e "$hosts.stakeout-new" ] || ! same || ! kill -0 $! 2>/dev/null; do :; done
        [ $((RANDOM % 2)) = 0 ] || sleep_ms $((RANDOM % 15))
    fi
    kill -KILL $! 2>/dev/null
    wait $! 2>/dev/null
    started=("${started[0]}")
    [ -e "$hosts.stakeout-new" ] && during=$((during + 1))
    if same; then
        old=$((old + 1))
    elif cmp -s "$hosts" "$scratch/changed"; then
        new=$((new + 1))
    else
        cp "$hosts" /tmp/stakeout-torn-hosts
        return 1
    fi
}
whole() {
    local moment
    cp "$scratch/original" "$hosts"
    sink add evil.example >/dev/null
    cp "$hosts" "$scratch/changed"
    for moment in $(seq 1 "$kills"); do
        kill_one "$moment" || return 1
    done
    echo "# $kills kills: $old left the old file, $new the new one, $during of them in the middle" \
        "of writing it"
    [ "$during" -gt 0 ] && [ "$old" -gt 0 ]
}
check 'a kill at any moment leaves the old file or the new one' whole
finish
