#!/usr/bin/env bash
# remove: what is shown of a file, what is refused, and each way with what is left afterwards.
. "$(dirname "$0")/tap.sh"
keep_wine
case_folder=$scratch/case
journal=$case_folder/journal.jsonl
mkdir "$scratch/files"
evil=$scratch/files/stakeout-evil.exe
lab() { cp "$STAKEOUT_BIN/lab/$1.exe" "$evil"; }
remove() { cli remove "$@" --case "$case_folder"; }
run='HKCU\Software\Microsoft\Windows\CurrentVersion\Run'
forget_run() { wine reg delete "$run" /v stakeout-test /f >/dev/null 2>&1; }
last_entry() { json_of "$journal" "$1"; }
sha256_of() { sha256sum <"$1" | cut -d ' ' -f 1; }
lives() { kill -0 "$1" 2>/dev/null; }

# --- what is refused: one line, and nothing is lost ---
refused_with() { # FILE WORDS
    remove "$1" --yes
    refused "$2"
}
check 'a file of Windows' refused_with 'C:\windows\system32\kernel32.dll' 'Windows'
check 'a file of Windows, by another name' refused_with 'C:/users/../WINDOWS/System32/ntdll.dll' \
    'Windows'
check 'a folder' refused_with "$scratch/files" 'it is a folder'
check 'a device' refused_with NUL 'it names a device'
check 'a stream' refused_with 'C:\windows\win.ini:x' 'it names a stream of a file'
check 'a wildcard' refused_with "$scratch/files/*.exe" 'it can'
check 'this program' refused_with "$STAKEOUT_BIN/stakeout-cli.exe" 'it is this program'
remove "$evil" --yes
check 'a file that is not there' eval "ended_with 1 && silent && told 'there is no such file'"
ln -s "$STAKEOUT_BIN/stakeout-cli.exe" "$scratch/files/link.exe"
remove "$scratch/files/link.exe" --yes
check 'a link to this program' eval \
    "refused 'it is this program' && [ -e '$STAKEOUT_BIN/stakeout-cli.exe' ]"
check 'no case was begun for that' [ ! -e "$journal" ]

# --- what is shown ---
lab sleeper
wine reg add "$run" /v stakeout-test /d \
    "$(windows_path "$evil") -s" /f >/dev/null 2>&1
cleanups+=("forget_run")
start victim run_wine "$evil"
check 'the file runs' wait_until 60 grep -qs pid= "$scratch/victim.out"
pid=$(sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/victim.out")
remove "$evil" --dry-run
check 'who runs it is shown' eval "ended_with 0 && printed 'stakeout-evil.exe ($pid): image'"
check 'where the registry names it is shown' eval \
    "printed 'CurrentVersion\\Run : stakeout-test = ' && printed '[autorun]'"
check 'what will be done is shown' printed "1. move it into the case's quarantine"
check 'the closed ways are shown' eval "printed '--way now is not open: it is running or loaded' &&
    printed '--way restart is not open: only an administrator'"
check 'and nothing is done' eval "[ -e '$evil' ] && [ ! -e '$journal' ]"
remove "$evil" --dry-run --kill --json
check 'the same as JSON' json "
    [row for row in rows if at(row, 'process.pid') == $pid and
        at(row, 'stakeout.found') == 'image'] and
    [row for row in rows if at(row, 'stakeout.found') == 'registry' and
        at(row, 'registry.value') == 'stakeout-test' and row['stakeout']['autorun'] and
        row['stakeout']['whole_path']] and
    at(rows[-1], 'event.action') == 'remove' and
    at(rows[-1], 'stakeout.removal.ways.now') == '' and
    at(rows[-1], 'file.path').endswith('stakeout-evil.exe')"
remove "$evil" --yes
check 'a file that runs' eval "refused 'it is running or loaded' && [ -e '$evil' ]"
remove "$evil" --way restart --yes
check 'the next start is for administrators' eval \
    "refused 'only an administrator' && [ -e '$evil' ]"
cli remove "$evil" --way now --kill --case "$scratch/case"
check 'without a console --yes must be given' eval \
    "refused 'remove: give --yes' && [ -e '$evil' ] && [ ! -e '$journal' ]"

# --- killed, sampled, deleted ---
digest=$(sha256_of "$evil")
victim=$!
remove "$evil" --way now --kill --yes
check 'killed and deleted' eval "ended_with 0 && [ ! -e '$evil' ] && printed ': deleted'"
check 'the process is gone' wait_until 20 eval "! lives $victim"
check 'a sample was taken first' eval \
    "[ \"\$(sha256_of '$case_folder/samples/$digest.sample')\" = '$digest' ]"
check 'all is in the journal, in its order' last_entry "
    [row['event']['action'] for row in rows] ==
        ['sample', 'sample', 'kill', 'kill', 'delete-file', 'delete-file'] and
    all(row['event']['outcome'] == 'success' for row in rows[1::2]) and
    rows[-1]['stakeout']['removal']['way'] == 'now' and
    rows[-1]['file']['path'].endswith('stakeout-evil.exe')"
check 'the registry is told to name it still' printed 'the registry still names it, places: 1'

# --- quarantine ---
lab ticker
chmod 444 "$evil"
digest=$(sha256_of "$evil")
remove "$evil" --yes --json
copy=$case_folder/quarantine/$digest.quarantine
check 'into quarantine, without being asked for it' eval "ended_with 0 && [ ! -e '$evil' ] &&
    [ \"\$(sha256_of '$copy')\" = '$digest' ]"
check 'which is told' json "at(rows[-1], 'event.outcome') == 'success' and
    at(rows[-1], 'stakeout.removal.way') == 'quarantine' and
    at(rows[-1], 'stakeout.removal.sha256') == '$digest' and
    [at(row, 'event.action') for row in rows] ==
        ['quarantine', 'make-writable', 'delete-file', 'remove']"
check 'the copy can be neither run nor written' eval \
    "[ ! -x '$copy' ] && [ \"\$(stat -c %A '$copy' | tr -dc w)\" = '' ]"
check 'its origin is written down' eval "grep -qF 'stakeout-evil.exe' \
    '$case_folder/quarantine/$digest.json' && grep -qF '\"readonly\"' \
    '$case_folder/quarantine/$digest.json'"
remove "$copy" --yes
check 'what lies in the case is left there' eval \
    "refused 'it belongs to the case' && [ -e '$copy' ]"

# --- held ---
lab sleeper
start keeper run_wine holder open "$(windows_path "$evil")" 1
check 'somebody holds the file' wait_until 60 grep -qs pid= "$scratch/keeper.out"
pid=$(sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/keeper.out" | tr -d '\r')
remove "$evil" --way now --yes
check 'a file in use' eval "ended_with 1 && [ -e '$evil' ] && printed 'not removed: in use'"
if hidden; then
    skip 'the handle is closed' 'nobody tells of handles'
else
    remove "$evil" --dry-run
    check 'who holds it is shown' printed "holder.exe ($pid): File 0x"
    remove "$evil" --way now --close --no-sample --yes
    check 'its handle is closed, and it is deleted' eval "ended_with 0 && [ ! -e '$evil' ]"
    check 'which is in the journal' last_entry "
        [row['event']['action'] for row in rows[-4:]] ==
            ['close-handle', 'close-handle', 'delete-file', 'delete-file']"
fi

# --- without a journal ---
lab sleeper
echo x >"$scratch/no-folder"
cli remove "$evil" --yes --case "$scratch/no-folder"
check 'without a journal nothing is done' eval "ended_with 2 && silent && [ -e '$evil' ] &&
    told 'for want of a journal'"
wine stakeout-cli verify "$case_folder" >"$out" 2>"$err" </dev/null
status=$?
check 'the journal is whole' ended_with 0
finish
