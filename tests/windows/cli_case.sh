#!/usr/bin/env bash
# case and verify: made, opened, moved, closed, tampered with; and what is no case.
. "$(dirname "$0")/tap.sh"
here_folder=$scratch/case
case_of() { # FOLDER EXPRESSION: of its case.json, as `case`
    python3 -B - "$1/case.json" "$2" <<'PYTHON'
import json, re, sys
case = json.load(open(sys.argv[1], encoding='utf-8'))
last = case['sessions'][-1]
good = eval('(' + sys.argv[2] + ')')
if not good:
    print('#  ', json.dumps(case)[:3000])
sys.exit(0 if good else 1)
PYTHON
}
sound() { cli verify "$1" && ended_with 0; }
sums() { (cd "$1" && sha256sum --strict -c manifest.sha256 >"$scratch/sums" 2>&1); }

if mkdir -p "$scratch/small" 2>/dev/null &&
    mount -t tmpfs -o size=1m tmpfs "$scratch/small" 2>/dev/null; then
    cleanups+=("umount -l '$scratch/small'")
    small=1
fi
keep_wine

# --- made, shown ---
cli case new "$here_folder" --name 'Mail "server" Ж' --examiner Eva --where 'Room 5' \
    --why 'a beacon'
check 'a case is made' eval "ended_with 0 && printed 'Mail \"server\" Ж' && printed 'Room 5'"
check 'case.json tells whose, what for, where and when' case_of "$here_folder" "
    case['format'] == 'stakeout-case' and case['name'] == 'Mail \"server\" Ж' and
    case['examiner'] == 'Eva' and case['where'] == 'Room 5' and case['why'] == 'a beacon' and
    re.fullmatch('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', case['id']) and
    case['created'] == last['start'] and 'closed' not in case"
check 'and of machine, user, program and clock' case_of "$here_folder" "
    last['host']['hostname'] and last['host']['architecture'] in ('x86_64', 'x86') and
    last['user']['name'] and last['user']['id'].startswith('S-1-') and
    last['stakeout']['program'].endswith('stakeout-cli.exe') and last['stakeout']['version'] and
    last['stakeout']['elevated'] in ('true', 'false') and last['stakeout']['integrity'] and
    re.fullmatch('[+-][0-9]{2}:[0-9]{2}', last['clock']['utc_offset']) and
    last['clock']['time_zone'] and last['clock']['source'].startswith('GetSystemTime') and
    last['start'] <= last['end']"
digest=$(sha256sum <"$STAKEOUT_BIN/stakeout-cli.exe" | cut -d ' ' -f 1)
check "the program's own SHA-256 is that of sha256sum" case_of "$here_folder" \
    "last['stakeout']['sha256'] == '$digest'"
if ! hidden; then
    check 'the system and its start' case_of "$here_folder" \
        "re.search('[0-9]+[.][0-9]+[.][0-9]+', last['host']['os']) and
         last['host']['boot'] < case['created']"
fi
cli case new "$here_folder" --name other
check 'not made twice' eval "refused 'it is a case already' &&
    case_of '$here_folder' \"case['examiner'] == 'Eva' and len(case['sessions']) == 1\""
cli case show "$here_folder" --json
check 'shown as it is' cmp -s "$out" "$here_folder/case.json"

# --- lists and settings of an opening ---
printf '203.0.113.7\n203.0.113.8 # second\n' >"$scratch/list.txt"
digest=$(sha256sum <"$scratch/list.txt" | cut -d ' ' -f 1)
cli watch --list "$scratch/list.txt" --indicator 203.0.113.9 --interval 40 --seconds 1 \
    --case "$here_folder"
check 'an opening tells its lists, settings and losses' case_of "$here_folder" "
    len(case['sessions']) == 2 and last['settings']['interval_ms'] == 40 and
    last['settings']['indicators'] == ['203.0.113.9'] and
    len(last['watchlists']) == 1 and last['watchlists'][0]['indicators'] == 2 and
    last['watchlists'][0]['sha256'] == '$digest' and
    last['watchlists'][0]['file'].endswith('list.txt') and last['losses']['rounds'] > 0"

# --- what other versions wrote is kept ---
sed -i 's/^{/{"color":{"red":[1,2]},/; s/"sessions":\[{/&"moon":"full",/' "$here_folder/case.json"
echo evil >"$scratch/evil.bin"
cli sample --file "$scratch/evil.bin" --case "$here_folder"
check 'members of another version stay' case_of "$here_folder" "
    case['color'] == {'red': [1, 2]} and case['sessions'][0]['moon'] == 'full' and
    len(case['sessions']) == 3"

# --- moved ---
mv "$here_folder" "$scratch/moved"
here_folder=$scratch/moved
cli sample --file "$scratch/evil.bin" --case "$here_folder"
check 'moved, it goes on' eval "ended_with 0 && printed 'stored before' &&
    case_of '$here_folder' \"case['examiner'] == 'Eva' and len(case['sessions']) == 4\""

# --- closed ---
cli case close "$here_folder"
own=$(sed -n 's/.*SHA-256 of manifest.sha256: //p' "$out")
check 'closed, and the hash of the manifest is told' eval "ended_with 0 &&
    [ '$own' = \"\$(sha256sum <'$here_folder/manifest.sha256' | cut -d ' ' -f 1)\" ]"
check 'sha256sum -c accepts it' sums "$here_folder"
check 'and it names every file' eval \
    "[ \"\$(grep -c '' '$here_folder/manifest.sha256')\" = \
       \"\$(find '$here_folder' -type f ! -name manifest.sha256 | wc -l)\" ]"
check 'the end is in case.json' case_of "$here_folder" "case['closed'] == last['end']"
check 'and in the journal' json_of "$here_folder/journal.jsonl" \
    "rows[-1]['event']['action'] == 'close-case'"
check 'verify finds it sound' eval "sound '$here_folder' && printed '$own'"
cli case close "$here_folder"
check 'not closed twice' eval "ended_with 1 && told 'it is closed already'"
cp -a "$here_folder" "$scratch/closed"

# --- tampered with: each kind is found, and which file it is ---
tamper() { # NAME WHAT-IS-SAID COMMAND: in a fresh copy
    rm -rf "$scratch/bad"
    cp -a "$scratch/closed" "$scratch/bad"
    chmod -R u+w "$scratch/bad"
    (cd "$scratch/bad" && eval "$3")
    cli verify "$scratch/bad"
    check "$1" eval "ended_with 1 && printed '$2'"
}
tamper 'a changed file' 'hits.jsonl: changed' 'echo x >>hits.jsonl'
tamper 'a changed sample' 'sample: changed' 'for f in samples/*.sample; do echo x >>"$f"; done'
tamper 'a missing file' 'hits.jsonl: missing' 'rm hits.jsonl'
tamper 'an added file' 'samples/more.txt: added' 'echo x >samples/more.txt'
tamper 'a missing manifest' 'manifest.sha256: missing, though the case was closed' \
    'rm manifest.sha256'
tamper 'a manifest that leads outside' 'names a file outside of the case' \
    'sed -i "s,  case.json,  ../case.json," manifest.sha256'
tamper 'a damaged case.json' 'case.json: it is damaged' 'truncate -s -9 case.json'
tamper 'a line of the journal changed' \
    'journal.jsonl: line 3 does not follow the line before it' \
    'sed -i "2s/sample/Sample/" journal.jsonl'
tamper 'a line of the journal missing' \
    'journal.jsonl: line 2 does not follow the line before it' \
    'sed -i 2d journal.jsonl'
tamper 'a line of the journal added' \
    'journal.jsonl: line 2 does not follow the line before it' \
    'sed -i 1p journal.jsonl'
tamper 'two lines of the journal swapped' \
    'journal.jsonl: line 1 does not follow the line before it' \
    'sed -i -n "1h;2{p;x;p};3,\$p" journal.jsonl'

# Whole things that are gone: also where no manifest names them.
tamper 'case.json removed' 'case.json: missing' 'rm case.json'
tamper 'the journal removed' 'journal.jsonl: missing' 'rm journal.jsonl'
tamper 'the journal emptied' 'journal.jsonl: empty, though case.json tells of its 5 lines' \
    ': >journal.jsonl'
tamper 'samples removed' 'sample: missing' 'rm -r samples'
tamper 'the manifest and case.json removed' \
    'case.json: missing, though journal.jsonl is there' 'rm manifest.sha256 case.json'
tamper 'the manifest and the journal removed' \
    'journal.jsonl: missing, though case.json tells of its 5 lines' \
    'rm manifest.sha256 journal.jsonl'
tamper 'the manifest, and lines at the end of the journal' \
    'journal.jsonl: ends at line 4, though case.json tells of 5 lines' \
    'rm manifest.sha256; sed -i "5,\$d" journal.jsonl'
check 'which is then not called sound' eval "! printed 'journal.jsonl: sound'"
tamper 'the manifest and the samples removed' 'missing, though line 2 of the journal tells of it' \
    'rm -r manifest.sha256 samples'
tamper 'the manifest and the hits removed' \
    'hits.jsonl: missing, though each opening of a case makes it' 'rm manifest.sha256 hits.jsonl'

# --- goes on ---
cli sample --file "$scratch/evil.bin" --case "$here_folder"
check 'opened again it goes on, and that is said' eval "ended_with 0 &&
    told 'this case was closed' &&
    case_of '$here_folder' \"'closed' not in case and len(case['sessions']) == 6\""
check 'its manifest was set aside' eval "[ ! -e '$here_folder/manifest.sha256' ] &&
    cmp -s '$scratch/closed/manifest.sha256' '$here_folder/manifest-1.sha256' &&
    sound '$here_folder'"
cp -a "$here_folder" "$scratch/closed.before"
mv "$scratch/closed" "$scratch/closed.first"
mv "$scratch/closed.before" "$scratch/closed"
tamper 'a manifest that was set aside removed' \
    'manifest-1.sha256: missing, though the case was closed before it went on' \
    'rm manifest-1.sha256'
tamper 'the journal of a case that goes on emptied' \
    'journal.jsonl: empty, though case.json tells of its 7 lines' ': >journal.jsonl'
cli case close "$here_folder" --json
check 'closed again' eval "json \"len(rows[0]['file']['hash']['sha256']) == 64\" &&
    sums '$here_folder' && sound '$here_folder'"

# --- what is no case ---
mkdir "$scratch/other"
echo mine >"$scratch/other/notes.txt"
for command in show close; do
    cli case $command "$scratch/other"
    check "$command: a folder that is no case" refused 'it is not a case'
    cli case $command "$scratch/none"
    check "$command: no folder" refused 'it is not a case'
done
cli verify "$scratch/other"
check 'verify: a folder that is no case' refused 'it is not a case'
cli watch --indicator 203.0.113.7 --seconds 1 --case "$scratch/other"
check 'it is not made one by the way' eval "refused 'it is not a case: other files are in it' &&
    [ \"\$(ls '$scratch/other')\" = notes.txt ]"
cli case new "$scratch/other" --name mine
check 'but when that is wanted' eval "ended_with 0 && [ -s '$scratch/other/case.json' ]"
cli case close "$scratch/other"
check 'and then its files are named, too' grep -q '  notes.txt$' "$scratch/other/manifest.sha256"
refuse_content() { # NAME CONTENT WHAT-IS-SAID
    mkdir -p "$scratch/odd"
    printf '%s' "$2" >"$scratch/odd/case.json"
    cp "$scratch/odd/case.json" "$scratch/odd.before"
    cli sample --file "$scratch/evil.bin" --case "$scratch/odd"
    check "$1 is refused and left as it is" eval "refused '$3' &&
        cmp -s '$scratch/odd.before' '$scratch/odd/case.json' &&
        [ \"\$(ls '$scratch/odd')\" = case.json ]"
}
refuse_content 'a damaged one' '{"format":"stakeout-case","version":2,' \
    'case.json: it is damaged: line 1'
refuse_content 'a foreign one' '{"name":"a camera"}' 'case.json: it is not what Stakeout writes'
refuse_content 'a newer one' '{"format":"stakeout-case","version":3}' 'a newer Stakeout wrote it'
printf '{"format":"stakeout-case","version":1,"created":"2026-11-25T02:43:29.123Z",%s}' \
    '"host":{"hostname":"H"}' >"$scratch/odd/case.json"
cli sample --file "$scratch/evil.bin" --case "$scratch/odd"
check 'an older one goes on' eval "ended_with 0 &&
    case_of '$scratch/odd' \"case['version'] == 2 and case['host'] == {'hostname': 'H'} and
        case['id'] and len(case['sessions']) == 1 and
        case['created'].startswith('2026-11-25T02:43:29.123')\""

cli verify "$scratch/odd"
check 'and an older one is sound' ended_with 0

# --- nothing is missing where nothing was ---
cli case new "$scratch/new"
check 'a new case is sound' sound "$scratch/new"
cli watch --indicator 203.0.113.7 --seconds 1 --case "$scratch/new"
check 'and one in which nothing was done' sound "$scratch/new"
printf '{"format":"stakeout-case","version":1,"created":"2026-11-25T02:43:29.123Z"}' \
    >"$scratch/new/case.json"
rm "$scratch/new/hits.jsonl"
check 'and one of version 1 that never had a hit' sound "$scratch/new"

# --- evidence: a bundle, and the manifest that comes with it, in a case that goes on ---
cli evidence --only machine --case "$scratch/bundle"
check 'a case with a bundle is sound' eval "sound '$scratch/bundle' &&
    [ -s '$scratch/bundle/evidence/parts.jsonl' ]"
rm -rf "$scratch/closed"
mv "$scratch/bundle" "$scratch/closed"
tamper 'its manifest removed' \
    'manifest.sha256: missing, though case.json tells that it was written' 'rm manifest.sha256'
tamper 'its folder removed' 'evidence/parts.jsonl: missing' 'rm -r evidence'
tamper 'manifest and folder removed' \
    'evidence/parts.jsonl: missing, though line 1 of the journal tells of it' \
    'rm -r manifest.sha256 evidence'
tamper 'case.json says less, the journal removed' \
    'journal.jsonl: missing, though evidence/parts.jsonl is there' \
    'rm manifest.sha256 journal.jsonl; sed -i "s/\"journal\":{[^}]*}/\"moon\":1/" case.json'
printf 'one\ntwo\n' >>"$scratch/closed/hits.jsonl"
cli sample --file "$scratch/evil.bin" --case "$scratch/closed"
tamper 'hits taken out of a case that goes on' \
    'hits.jsonl: 4 bytes, though case.json tells of 8 bytes' 'sed -i 2d hits.jsonl'

# --- two at once; nothing can be written ---
start first run_wine stakeout-cli watch --indicator 203.0.113.7 --seconds 120 --case "$scratch/two"
first=$!
check 'a session holds a case' wait_until 60 watching first
cli case close "$scratch/two"
check 'nobody else closes it' eval "refused 'another Stakeout writes to it'"
cli case show "$scratch/two"
check 'but it can be shown' eval "ended_with 0 && printed 'it is open'"
kill -INT "$first"
wait "$first"
if [ -n "${small:-}" ]; then
    cli case new "$scratch/small/case" --name small
    mount -o remount,ro "$scratch/small"
    cli case show "$scratch/small/case"
    check 'a read-only case is shown' eval "ended_with 0 && printed small"
    cli verify "$scratch/small/case"
    check 'and verified' ended_with 0
    cli case close "$scratch/small/case"
    check 'and not closed, which is told' eval "refused 'hits.jsonl'"
    cli case new "$scratch/small/more"
    check 'none is made there' refused 'more'
    mount -o remount,rw "$scratch/small"
    cp "$scratch/small/case/case.json" "$scratch/before.json"
    head -c 2000000 /dev/zero >"$scratch/small/filler" 2>/dev/null
    cli case close "$scratch/small/case"
    check 'a full disk: not closed, which is told' eval "ended_with 2 && one_line && told 'full'"
    check 'and case.json is as it was' cmp -s "$scratch/before.json" "$scratch/small/case/case.json"
    cli case new "$scratch/small/more" --name x
    check 'nor is one made' eval "ended_with 2 && one_line && told 'full'"
    rm "$scratch/small/filler"
    cli case close "$scratch/small/case"
    check 'with room again it is closed' eval "ended_with 0 && sums '$scratch/small/case'"
else
    skip 'a read-only folder, a full disk' 'no file system can be mounted here'
fi
finish
