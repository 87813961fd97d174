#!/usr/bin/env bash
# evidence: what lies in the case afterwards, beside what this system says of the same another way.
. "$(dirname "$0")/tap.sh"

# A Wine server opens files in the mounts that it was started in: one of its own sees what is
# mounted here.
export WINEPREFIX=$scratch/prefix
cleanups+=("'$root/build/bed' wineserver -k")
mkdir "$scratch/small"
if mount -t tmpfs -o size=768k stakeout-small "$scratch/small" 2>"$err"; then
    cleanups+=("umount -l '$scratch/small'")
    small=1
fi
export STAKEOUT_TEST_SECRET=hunter2-of-the-test
keep_wine
case_folder=$scratch/case
bundle=$case_folder/evidence
list=$bundle/parts.jsonl

collect() { cli evidence --case "$case_folder" "$@"; }
part() { json_of "$list" "(lambda part: $2)(next(r for r in rows if r['part'] == '$1'))"; }
rows_of() { json_of "$bundle/$1.jsonl" "$2"; }
manifest_holds() {
    (cd "$case_folder" && sha256sum --quiet --strict -c manifest.sha256 >"$err" 2>&1)
}
manifest_has_all() {
    diff <(cd "$case_folder" && find . -type f ! -name manifest.sha256 | sed 's|^\./||' | sort) \
        <(cut -c 67- "$case_folder/manifest.sha256" | sort) >"$err"
}
sum_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

start server run_wine listener
check 'a listener is there' wait_until 60 eval '[ -n "$(port_of server)" ]'
port=$(port_of server)
sleeper=$(sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/kept.out")
start lab run_wine memory
check 'a process with memory of its own to run in' wait_until 60 grep -qs ready "$scratch/lab.out"
lab=$(sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/lab.out")
injected=$(sed -n 's/^injected 0x0*\([0-9a-f]*\).*/\1/p' "$scratch/lab.out")

# --- the list of parts ---
collect --pid "$sleeper" --pid "$lab"
check 'it is collected' eval "ended_with 0 && printed 'processes ' && printed 'evidence: '"
check 'the volatile first, each once' json_of "$list" "
    len({r['part'] for r in rows}) == len(rows) and
    [r['part'] for r in rows if r['part'] in ('machine', 'processes', 'hosts', 'disk')] ==
        ['machine', 'processes', 'hosts', 'disk']"
check 'each says how it was had, and what is missing why' json_of "$list" "all(
    r['source'] and r['outcome'] in ('complete', 'partial', 'unavailable', 'cancelled') and
    (r['outcome'] == 'complete') == ('reason' not in r) and
    (r['outcome'] == 'unavailable') == ('file' not in r) and
    ('started' not in r or r['started'] <= r['ended']) for r in rows)"
check 'each began after the one before had ended' json_of "$list" "(lambda tried: all(
    a['ended'] <= b['started'] for a, b in zip(tried, tried[1:])))(
    [r for r in rows if 'ended' in r])"
files_are_there() {
    python3 -B - "$case_folder" <<'PYTHON'
import json, os, sys
case = sys.argv[1]
named = {'evidence/parts.jsonl'}
for line in open(case + '/evidence/parts.jsonl', encoding='utf-8'):
    part = json.loads(line)
    if 'file' not in part:
        continue
    path = os.path.join(case, part['file'])
    named.add(part['file'])
    if os.path.isdir(path):
        continue
    content = open(path, 'rb').read()
    assert len(content) == part['bytes'], part
    if path.endswith('.jsonl'):
        assert content.count(b'\n') == part['rows'], part
        for row in content.splitlines():
            json.loads(row)
PYTHON
}
check 'every file holds as many rows and bytes as the list says' files_are_there
check 'what needs a driver, or a machine switched off, is named with what to use' eval "
    part memory \"part['outcome'] == 'unavailable' and 'WinPmem' in part['reason']\" &&
    part disk \"part['outcome'] == 'unavailable' and 'FTK Imager' in part['reason']\""
check 'the journal has it, before and after' json_of "$case_folder/journal.jsonl" "
    [r['event']['type'] for r in rows] == [['start'], ['end']] and
    all(r['event']['action'] == 'evidence' for r in rows) and rows[1]['journal']['of'] == 1 and
    'processes' in rows[0]['stakeout']['evidence']['parts'] and
    'environment' not in rows[0]['stakeout']['evidence']['parts'] and
    rows[1]['event']['outcome'] == 'success' and rows[1]['stakeout']['evidence']['complete'] > 0"
check 'sha256sum accepts the manifest' manifest_holds
check 'which has every file of the case' manifest_has_all
check 'and is told with its own SHA-256' printed "$(sum_of "$case_folder/manifest.sha256")"
cli verify "$case_folder"
check 'verify finds all sound' ended_with 0

# --- beside what the system says otherwise ---
cp "$bundle/machine.jsonl" "$out"
offset=$(python3 -c 'import time; print(time.localtime().tm_gmtoff * 1000)')
check 'the machine: name, offset, this program with its SHA-256' json "len(rows) == 1 and
    rows[0]['host']['hostname'].lower() == '$(uname -n | cut -d . -f 1)'.lower() and
    rows[0]['process']['hash']['sha256'] == '$(sum_of "$STAKEOUT_BIN/stakeout-cli.exe")' and
    rows[0]['stakeout']['clock']['time_zone']['utc_offset_ms'] == $offset"
wine stakeout-cli ps --json --flat >"$scratch/ps" 2>/dev/null </dev/null
same_processes() {
    python3 -B - "$bundle/processes.jsonl" "$scratch/ps" "$sleeper" "$STAKEOUT_BIN" <<'PYTHON'
import hashlib, json, os, sys
def read(path):
    return {row['process']['pid']: row for row in map(json.loads, open(path, encoding='utf-8'))}
bundle, listed = read(sys.argv[1]), read(sys.argv[2])
sleeper, programs = int(sys.argv[3]), sys.argv[4]
mine = {pid for pid, row in listed.items() if row['process']['name'] == 'stakeout-cli.exe'}
for pid, row in listed.items():
    if pid in mine or pid not in bundle and pid > 100:
        continue
    assert bundle[pid]['process']['name'] == row['process']['name'], pid
    assert bundle[pid]['process'].get('start') == row['process'].get('start'), pid
row = bundle[sleeper]
with open(os.path.join(programs, 'lab', 'sleeper.exe'), 'rb') as file:
    content = file.read()
for kind in ('md5', 'sha1', 'sha256'):
    assert row['process']['hash'][kind] == hashlib.new(kind, content).hexdigest(), kind
assert 'env_vars' not in row['process']
hidden = os.environ.get('STAKEOUT_HIDE_API') == '*'
if not hidden:
    assert any(m['name'].lower() == 'ntdll.dll' for m in row['stakeout']['modules'])
    assert row['stakeout']['token']['id'].startswith('S-1-5-')
    assert row['process']['thread']
PYTHON
}
check 'processes: as ps lists them, with modules, token, threads and the hashes of the file' \
    same_processes
port_is_open() { # in this system's own table, in LISTEN
    awk -v port="$(printf '%04X' "$port")" '$4 == "0A" && $2 ~ ":" port "$" { found = 1 }
        END { exit !found }' /proc/net/tcp
}
check 'listening: the port, and who' eval "port_is_open && rows_of listening \"any(
    r['source']['port'] == $port and r['network']['transport'] == 'tcp' and
    r['process']['name'] == 'listener.exe' for r in rows)\""
check 'connections hold it too' rows_of connections \
    "any(r['source']['port'] == $port for r in rows)"
check 'hosts: byte for byte' cmp "$bundle/hosts.txt" \
    "$WINEPREFIX/drive_c/windows/system32/drivers/etc/hosts"
same_network() { # PART
    python3 -B - "$bundle/$1.jsonl" "$1" <<'PYTHON'
import glob, json, os, socket, struct, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]
def table(path):
    with open(path, encoding='ascii') as file:
        return [line.split() for line in file][1:]
def dotted(digits):
    return socket.inet_ntoa(struct.pack('<I', int(digits, 16)))
if sys.argv[2] == 'routes':
    told = {(r['destination'], r['next_hop']) for r in (row['stakeout']['route'] for row in rows)}
    for _, to, gateway, _, _, _, _, mask, *_ in table('/proc/net/route'):
        bits = bin(int(mask, 16)).count('1')
        assert (f'{dotted(to)}/{bits}', dotted(gateway)) in told, (to, gateway, told)
elif sys.argv[2] == 'neighbours':
    told = {row['destination']['ip']: row['destination'].get('mac') for row in rows}
    for ip, _, flags, mac, *_ in table('/proc/net/arp'):
        if int(flags, 16) & 2:
            assert told[ip] == mac.upper().replace(':', '-'), (ip, told)
else:
    told = {row['stakeout']['adapter']['interface']: row for row in rows}
    for path in glob.glob('/sys/class/net/*/address'):
        name, mac = path.split('/')[4], open(path, encoding='ascii').read().strip().upper()
        if mac != '00:00:00:00:00:00' and name in told and mac:
            assert told[name]['host']['mac'] == [mac.replace(':', '-')], (name, told)
    assert any('127.0.0.1' in row['host']['ip'] for row in rows)
assert all(row['@timestamp'] for row in rows)
PYTHON
}
check 'adapters: their MACs' same_network adapters
if hidden; then
    for name in routes neighbours dns-cache shares logons sessions; do
        check "$name: what is missing is told" part "$name" "part['outcome'] == 'unavailable' and
            part['reason'].startswith('this system does not have ')"
    done
else
    check 'routes: those of this system' same_network routes
    check 'neighbours: those of this system' same_network neighbours
    check 'sessions: one, of this user' rows_of sessions "len(rows) == 1 and
        rows[0]['user']['name'] == '$(id -un)' and
        rows[0]['stakeout']['session']['state'] == 'active'"
    check 'handles: of the process that was named alone' rows_of handles "rows and
        {r['process']['pid'] for r in rows} == {$sleeper, $lab}"
fi
check 'regions: the one that holds what the process says it has there' rows_of regions "any(
    r['process']['pid'] == $lab and r['stakeout']['memory']['region']['access'].endswith('x') and
    0 <= 0x$injected - int(r['stakeout']['memory']['region']['base'], 16) <
        r['stakeout']['memory']['region']['size'] and
    b'INJECTED-NEEDLE' in bytes.fromhex(r['stakeout']['memory']['region']['begins'])
    for r in rows)"
same_modules() {
    python3 -B - "$bundle/module-files.jsonl" "$bundle/processes.jsonl" "$sleeper" "$WINEPREFIX" \
        <<'PYTHON'
import hashlib, json, sys
files = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]
pid = int(sys.argv[3])
told = {row['dll']['path'].lower() for row in files if pid in row['stakeout']['pids']}
for row in map(json.loads, open(sys.argv[2], encoding='utf-8')):
    if row['process']['pid'] == pid:
        assert told == {m['path'].lower() for m in row['stakeout']['modules']}, told
assert len({row['dll']['path'].lower() for row in files}) == len(files)
for row in files:
    if row['dll']['name'].lower() == 'ntdll.dll':
        path = sys.argv[4] + '/drive_c' + row['dll']['path'][2:].replace('\\', '/')
        with open(path, 'rb') as file:
            assert row['dll']['hash']['sha256'] == hashlib.sha256(file.read()).hexdigest()
        break
else:
    raise AssertionError('no ntdll.dll')
PYTHON
}
check 'module-files: each once, in whom it is loaded, with the hash of the file' same_modules

# --- secrets ---
no_secret() { ! grep -rqF "$STAKEOUT_TEST_SECRET" "$case_folder"; }
check 'environments are left out, and that is said' eval "no_secret &&
    part environment \"part['outcome'] == 'unavailable' and 'passwords' in part['reason']\""

# --- a second time ---
sums_of_first() { (cd "$case_folder" && find evidence -type f -exec sha256sum {} + | sort); }
sums=$(sums_of_first)
collect --only environment,hosts --json
check 'chosen parts alone, as JSON Lines' json "
    [r.get('part') for r in rows] == ['environment', 'hosts', None] and
    rows[2]['stakeout']['evidence']['folder'] == 'evidence-2' and
    rows[2]['stakeout']['manifest']['unread'] == 0"
check 'nothing of the first was touched' \
    [ "$sums" = "$(sums_of_first)" ]
if ! hidden; then
    check 'what was asked for is there' grep -qF "$STAKEOUT_TEST_SECRET" \
        "$case_folder/evidence-2/environment.jsonl"
fi
check 'the manifest has both' eval 'manifest_holds && manifest_has_all'
printf 'x' >>"$bundle/hosts.txt"
cli verify "$case_folder"
check 'a byte more is found' eval "ended_with 1 && printed 'evidence/hosts.txt: changed'"

# --- who has a hit in the case ---
printf '{"process":{"pid":%s,"start":"%s"}}\n' "$sleeper" "$(python3 -B - "$scratch/ps" "$sleeper" \
    <<'PYTHON'
import json, sys
for line in open(sys.argv[1], encoding='utf-8'):
    process = json.loads(line)['process']
    if process['pid'] == int(sys.argv[2]):
        print(process.get('start', ''))
PYTHON
)" >>"$case_folder/hits.jsonl"
if ! hidden; then
    collect --only handles
    check 'whoever has a hit is looked at more closely' \
        json_of "$case_folder/evidence-3/handles.jsonl" \
        "rows and all(r['process']['pid'] == $sleeper for r in rows)"
fi

# --- refused ---
case_folder=$scratch/other
collect --only hosts,nothing
check 'an unknown part is refused, and those that there are are told' eval "
    ended_with 2 && silent && told 'there is no part nothing' && told 'processes ' &&
    [ ! -e '$case_folder' ]"
collect --pid none
check 'no PID' refused 'is no PID'
echo x >"$scratch/file"
cli evidence --case "$scratch/file"
check 'no place for a case' eval "ended_with 2 && silent && told 'nothing was collected'"

# --- Ctrl-C ---
case_folder=$scratch/cut
bundle=$case_folder/evidence
list=$bundle/parts.jsonl
start cut run_wine stakeout-cli evidence --case "$case_folder"
cut=$!
# What is named first, and the machine, are in the list; the processes take much longer.
check 'it is at work' wait_until 60 grep -qs '"part":"machine"' "$list"
kill -INT "$cut"
wait "$cut"
status=$?
check 'Ctrl-C ends it in order' eval "ended_with 1 && grep -q 'ended by Ctrl-C' '$scratch/cut.err'"
check 'what was had by then is kept, the rest is listed as cancelled' json_of "$list" "
    rows[1]['outcome'] == 'complete' and rows[-2]['outcome'] == 'cancelled' and
    rows[-1]['part'] == 'disk'"
check 'with a manifest, and the journal says so' eval "manifest_holds && manifest_has_all &&
    json_of '$case_folder/journal.jsonl' \"rows[-1]['event']['outcome'] == 'failure' and
        'cancelled' in rows[-1]['event']['reason']\""

# --- a full disk ---
if [ -n "${small:-}" ]; then
    case_folder=$scratch/small/case
    list=$case_folder/evidence/parts.jsonl
    mkdir "$case_folder"
    # Room for the first files of 4 KiB each, and not for the processes.
    head -c "$((768 * 1024 - 9 * 4096))" /dev/zero >"$scratch/small/filler"
    collect --only machine,processes,hosts
    check 'a full disk is told, and what there was room for is kept' json_of "$list" "
        rows[0]['outcome'] == 'complete' and rows[1]['part'] == 'processes' and
        rows[1]['outcome'] in ('partial', 'unavailable') and
        'the disk is full' in rows[1]['reason']"
else
    skip 'a full disk' 'no file system can be mounted here'
fi
finish
