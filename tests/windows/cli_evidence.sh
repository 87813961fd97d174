#!/usr/bin/env bash
# dump, dump-tree, sample and close: what lies in the case afterwards, and what the journal says.
. "$(dirname "$0")/tap.sh"

# A Wine server opens files in the mounts that it was started in: one of its own sees what is
# mounted here.
export WINEPREFIX=$scratch/prefix
cleanups+=("'$root/build/bed' wineserver -k")
mkdir "$scratch/small"
mounted() { mount -t tmpfs -o size=8m stakeout-small "$scratch/small" 2>"$err"; }
if mounted; then
    cleanups+=("umount -l '$scratch/small'")
    small=1
fi
keep_wine
case_folder=$scratch/case
journal=$case_folder/journal.jsonl
export WINEPATH
WINEPATH=$(windows_path "$STAKEOUT_BIN/lab")

take() { cli "$@" --case "$case_folder"; }
member() { # PATH: of the first line of $out
    python3 -B - "$out" "$1" <<'PYTHON'
import json, sys
value = json.loads(open(sys.argv[1], encoding='utf-8').readline())
for name in sys.argv[2].split('.'):
    value = value[name]
print(value)
PYTHON
}
# A path as Windows has it, as this system has it.
here_is() { printf '%s' "${1#Z:}" | tr '\\' '/'; }
sha256_is() { [ "$(sha256sum <"$1" | cut -d ' ' -f 1)" = "$2" ]; }
files_in() { find "$case_folder/$1" -type f 2>/dev/null | wc -l; }
nothing_half() { [ -z "$(find "$case_folder" -name '*.part')" ]; }
ticks() {
    local count
    count=$(grep -sc tick "$scratch/$1.out")
    echo "${count:-0}"
}
more_ticks() { [ "$(ticks "$1")" -gt "$2" ]; }
ticks_on() {
    local before
    before=$(ticks "$1")
    wait_until 20 more_ticks "$1" "$before"
}
last_entry() { # EXPRESSION: of the journal's last line, as rows[-1]
    json_of "$journal" "$1"
}

start suspect run_wine ticker 20 suspect
check 'a suspect runs' wait_until 60 eval '[ "$(ticks suspect)" -gt 2 ]'
pid=$(sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/suspect.out")
wine stakeout-cli ps --json >"$out" 2>/dev/null </dev/null
started_at=$(python3 -B - "$out" "$pid" <<'PYTHON'
import json, sys
for line in open(sys.argv[1], encoding='utf-8'):
    process = json.loads(line)['process']
    if process['pid'] == int(sys.argv[2]):
        print(process['start'])
PYTHON
)

# --- samples ---
take sample "$pid" --json
check 'a sample' json "rows[0]['event']['outcome'] == 'success' and
    rows[0]['process']['pid'] == $pid and rows[0]['file']['path'].endswith('ticker.exe')"
copy=$(here_is "$(member stakeout.sample)")
digest=$(member file.hash.sha256)
check 'its SHA-256 is that of sha256sum, of the copy and of the file' eval \
    "sha256_is '$copy' '$digest' && sha256_is '$STAKEOUT_BIN/lab/ticker.exe' '$digest'"
check 'it is called by it' [ "$(basename "$copy")" = "$digest.sample" ]
check 'it is read-only' eval "[ ! -w '$copy' ] || [ \"\$(stat -c %a '$copy')\" = 444 ] ||
    [ \"\$(stat -c %a '$copy')\" = 555 ]"
check 'it is in the journal, before and after' last_entry "
    [row['event']['action'] for row in rows[-2:]] == ['sample', 'sample'] and
    rows[-2]['event']['type'] == ['start'] and rows[-1]['event']['type'] == ['end'] and
    rows[-1]['journal']['of'] == rows[-2]['event']['sequence'] and
    rows[-1]['event']['outcome'] == 'success' and 'hash' not in rows[-2]['file'] and
    rows[-1]['file']['hash']['sha256'] == '$digest'"
take sample "$pid"
check 'the same again is not stored twice' eval "ended_with 0 && printed 'stored before' &&
    [ \"\$(find '$case_folder/samples' -name '*.sample' | wc -l)\" = 1 ]"
take sample "$pid" --modules --json
check 'its modules' json "rows[0]['event']['outcome'] == 'success' and
    rows[1]['stakeout']['modules']['failed'] == 0" # those of Windows are passed over
take sample "$pid" --start 2020-01-01T00:00:00Z
check 'another start is another process' eval "ended_with 1 && silent && told 'no such process'"
take sample 999999
check 'no such process' eval "ended_with 1 && silent && told 'no such process'"
echo evil >"$scratch/gone.bin"
take sample --file "$scratch/gone.bin" --json
check 'a file of nobody' json "rows[0]['event']['outcome'] == 'success' and
    'process' not in rows[0] and rows[0]['file']['size'] == 5"
take sample --file "$scratch/none.bin"
check 'a file that is not there' eval "ended_with 1 && printed 'none.bin: can' && nothing_half"
check 'that it failed is in the journal' last_entry "rows[-1]['event']['outcome'] == 'failure' and
    rows[-1]['file']['path'].endswith('none.bin')"

# Long enough to be ended on the way.
truncate -s 1500M "$scratch/large.bin"
before=$(files_in samples)
start large run_wine stakeout-cli sample --file "$scratch/large.bin" --case "$case_folder"
large=$!
check 'a large file is being copied' wait_until 60 eval \
    "compgen -G '$case_folder/samples/*.part' >/dev/null"
kill -INT "$large"
wait "$large"
status=$?
check 'Ctrl-C ends it with 1' ended_with 1
check 'and leaves no half file' eval "nothing_half && [ \"\$(files_in samples)\" = $before ]"
check 'and says so, in the journal too' eval \
    "grep -q cancelled '$scratch/large.out' && last_entry \"
        rows[-1]['event']['outcome'] == 'failure' and 'cancelled' in rows[-1]['event']['reason']\""
rm "$scratch/large.bin"

# --- dumps ---
take dump "$pid" --json
if hidden; then
    check 'without the call there is no dump' eval "ended_with 1 && [ \"\$(files_in dumps)\" = 0 ]"
else
    check 'a dump' json "rows[0]['event']['outcome'] == 'success' and
        rows[0]['process']['pid'] == $pid and rows[0]['stakeout']['dump'] == 'small'"
    dump=$(here_is "$(member file.path)")
    check 'it begins with MDMP' [ "$(head -c 4 "$dump")" = MDMP ]
    check 'its SHA-256 is that of sha256sum' sha256_is "$dump" "$(member file.hash.sha256)"
    check 'its size is told' [ "$(stat -c %s "$dump")" = "$(member file.size)" ]
    small_size=$(member file.size)
    take dump "$pid" --full --start "$started_at" --json
    check 'a full dump, of the one that was meant' json "
        rows[0]['event']['outcome'] == 'success' and rows[0]['stakeout']['dump'] == 'full' and
        rows[0]['file']['size'] > $small_size"
fi
check 'the suspect goes on' ticks_on suspect
check 'it is in the journal, before and after' last_entry "
    [row['event']['action'] for row in rows[-2:]] == ['dump', 'dump'] and
    rows[-1]['journal']['of'] == rows[-2]['event']['sequence']"
before=$(files_in dumps)
take dump "$pid" --start 2020-01-01T00:00:00Z
check 'another start is another process' eval "ended_with 1 && printed 'PID $pid: can' &&
    [ \"\$(files_in dumps)\" = $before ]"
check 'which is in the journal' last_entry "rows[-1]['event']['outcome'] == 'failure' and
    rows[-1]['process']['start'] == '2020-01-01T00:00:00.0000000Z'"
take dump 999999
check 'no such process' eval "ended_with 1 && silent && told 'no such process'"
echo x >"$scratch/file"
cli dump "$pid" --case "$scratch/file"
check 'without a journal nothing is done' eval \
    "ended_with 2 && silent && told 'for want of a journal'"

# --- a tree ---
start tree run_wine cmd /c "brood.exe sleeper.exe 600000 tree + ticker.exe 20 tree"
check 'a tree runs' wait_until 60 eval '[ "$(ticks tree)" -gt 2 ]'
brood=$(sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/tree.out" | head -n 1)
ticker=$(sed -n 's/^child=\([0-9]*\).*/\1/p' "$scratch/tree.out" | sed -n 2p)
take dump-tree "$brood" --dry-run
check 'the plan lists all three' eval "ended_with 0 && printed '[x] brood.exe ($brood)' &&
    printed '[x]   ticker.exe ($ticker)'"
before=$(files_in dumps)
take dump-tree "$brood" --json
if hidden; then
    check 'without the calls there is no dump of a tree' ended_with 1
else
    check 'dump-tree' json "len(rows) == 3 and
        all(row['event']['outcome'] == 'success' for row in rows) and
        {row['process']['pid'] for row in rows} >= {$brood, $ticker}"
    check 'three dumps more' [ "$(files_in dumps)" = $((before + 3)) ]
    check 'suspended first, resumed last' last_entry "
        [row['event']['action'] for row in rows[-14:] if row['event']['type'] == ['start']] ==
        ['suspend-tree'] + ['dump'] * 3 + ['resume'] * 3"
    take dump-tree "$brood" --leave "$ticker"
    check 'one is left out' eval "ended_with 0 && printed '2 dumped, 0 not'"
fi
check 'the tree goes on' ticks_on tree
take dump-tree 999999
check 'no such tree' eval "ended_with 1 && silent && told 'no such process'"

# --- connections ---
start server run_wine listener
check 'a listener is there' wait_until 60 eval '[ -n "$(port_of server)" ]'
port=$(port_of server)
start client run_wine suspect 127.0.0.1 "$port" 120000
connected() {
    wine stakeout-cli net --json >"$scratch/net" 2>/dev/null </dev/null
    local_end=$(python3 -B - "$scratch/net" "$port" <<'PYTHON'
import json, sys
for line in open(sys.argv[1], encoding='utf-8'):
    row = json.loads(line)
    if (row.get('destination', {}).get('port') == int(sys.argv[2]) and
            row['stakeout']['state'] == 'ESTABLISHED'):
        print('127.0.0.1:%d' % row['source']['port'])
PYTHON
)
    [ -n "$local_end" ]
}
check 'a connection stands' wait_until 60 connected
lines=$(grep -c '' "$journal")
take close "$local_end" "127.0.0.1:$port"
# Wine's programs are not elevated: on a real system an administrator goes further.
check 'N9 one that cannot be closed is told so, with the reason' eval \
    "refused 'only an administrator may close connections' && connected"
check 'and nothing was begun' [ "$(grep -c '' "$journal")" = "$lines" ]
take close "127.0.0.1:$port" "$local_end"
check 'its other end is another connection' eval "refused 'only an administrator'"
take close "127.0.0.1:1" "127.0.0.1:2"
check 'no such connection' eval "ended_with 1 && silent && told 'no such connection'"

# --- a full disk ---
if [ -n "${small:-}" ]; then
    case_folder=$scratch/small/case
    journal=$case_folder/journal.jsonl
    head -c 20000000 /dev/urandom >"$scratch/big.bin"
    take sample --file "$scratch/big.bin"
    check 'too large a file for the disk' eval "ended_with 1 && printed 'big.bin: can' &&
        nothing_half && [ \"\$(files_in samples)\" = 0 ]"
    check 'is in the journal' last_entry "rows[-1]['event']['outcome'] == 'failure'"
    take dump "$pid"
    check 'no room for a dump' eval \
        "ended_with 1 && nothing_half && [ \"\$(files_in dumps)\" = 0 ]"
    head -c 20000000 /dev/zero >"$scratch/small/filler" 2>/dev/null
    lines=$(grep -c '' "$journal")
    # Some lines still fit into what is left of the file's last block.
    refused_at_last() {
        take sample --file "$scratch/gone.bin"
        ended_with 2
    }
    check 'no room for the journal' wait_until 60 refused_at_last
    check 'nothing is done then' eval "printed 'the journal could not be written' &&
        [ \"\$(files_in samples)\" = 0 ]"
    check 'and the journal is whole' [ "$(grep -c '' "$journal")" -ge "$lines" ]
else
    skip 'a full disk' 'no file system can be mounted here'
fi
finish
