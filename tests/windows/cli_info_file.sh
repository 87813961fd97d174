#!/usr/bin/env bash
# info, what it tells of the image's file: beside what this system's own tools say of it, and signed
# by a signer that nobody trusts.
. "$(dirname "$0")/tap.sh"

# run NAME FILE: starts a copy of the sleeper that lies there; its PID is in $pid.
run() {
    start "$1" run_wine "$2" 60000
    wait_until 60 grep -qs pid= "$scratch/$1.out" || return 1
    pid=$(pid_of "${2##*/}")
}
pid_of() {
    cli ps --json
    python3 -B -c "
import json, sys
print(next(row['process']['pid'] for row in map(json.loads, open('$out', encoding='utf-8'))
           if row['process']['name'] == sys.argv[1]))" "$1"
}
sum_of() { "$1sum" "$2" | cut -d ' ' -f 1; }

keep_wine
plain=$scratch/测试-plain.exe
cp "$STAKEOUT_BIN/lab/sleeper.exe" "$plain"
touch -d '2020-01-02 03:04:05.678 UTC' "$plain"
check 'a program runs' run plain "$plain"
cli info "$pid" --json
check 'its hashes are those that this system makes' json "
    at(rows[0], 'process.hash') == {'md5': '$(sum_of md5 "$plain")',
    'sha1': '$(sum_of sha1 "$plain")', 'sha256': '$(sum_of sha256 "$plain")'}"
check 'its size and times, too' json "
    at(rows[0], 'file.size') == $(stat -c %s "$plain") and
    at(rows[0], 'file.mtime') == '2020-01-02T03:04:05.6780000Z' and
    at(rows[0], 'file.path') == at(rows[0], 'process.executable')"
check 'the verdict is in words' json "
    at(rows[0], 'stakeout.image_age') in at(rows[0], 'stakeout.image_signs')"
if hidden; then
    check 'a check that this system lacks is told' json "
        at(rows[0], 'stakeout.unread')['process.code_signature'] == 'not supported by this system'
        and 'code_signature' not in rows[0]['process']"
else
    check 'it is not signed' json "
        at(rows[0], 'process.code_signature') == {'exists': False, 'status': 'not signed'}"
fi
check 'it bears no mark' json "at(rows[0], 'stakeout.file.marked') is False"

# Where there are no streams, the mark is a file of this name; Wine opens it all the same.
printf '[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=http://192.0.2.1/\r\nHostUrl=%s\r\n' \
    http://192.0.2.1/up.exe >"$plain:Zone.Identifier"
cli info "$pid" --json
check 'where it came from' json "
    at(rows[0], 'stakeout.file.zone') == {'id': 3, 'name': 'internet'} and
    at(rows[0], 'file.origin_url') == 'http://192.0.2.1/up.exe' and
    at(rows[0], 'file.origin_referrer_url') == 'http://192.0.2.1/'"
cli info "$pid"
check 'the same as text' eval "ended_with 0 &&
    grep -qx 'SHA-256       $(sum_of sha256 "$plain")' '$out' &&
    grep -qx 'file modified 2020-01-02 03:04:05.678 UTC' '$out' &&
    grep -qx 'came from     internet (zone 3)' '$out' && grep -q '^verdict  *the file ' '$out'"

touch -d '2 hours' "$plain"
cli info "$pid" --json
check 'a time that has not come' json "'the file bears a time in the future' in
    at(rows[0], 'stakeout.image_signs')"
rm "$plain"
cli info "$pid" --json
check 'a file that is gone' json "
    'deleted' in at(rows[0], 'stakeout.image_age') and 'size' not in rows[0].get('file', {}) and
    at(rows[0], 'stakeout.unread')['process.hash.sha256'] == 'there is no such file now'"
cli info "$pid"
check 'is told as text' eval "ended_with 0 && printed '(there is no such file now)'"

cp "$STAKEOUT_BIN/stakeout-cli.exe" "$scratch/versioned.exe"
start versioned run_wine "$scratch/versioned.exe" watch --indicator 203.0.113.77 --seconds 300
check 'a program with a version block runs' wait_until 60 watching versioned
cli info "$(pid_of versioned.exe)" --json
check 'its original name is told, whatever it is called now' json "
    at(rows[0], 'process.pe.original_file_name') == 'stakeout-cli.exe' and
    at(rows[0], 'process.pe.product') == 'Stakeout'"

if hidden; then
    finish
fi
if ! "$root/build/bed" sh -c 'command -v osslsigncode && command -v openssl' >/dev/null; then
    skip 'signed programs' 'osslsigncode or openssl is not here'
    finish
fi
printf '[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=v3\n[dn]\nCN=%s\n[v3]\n%s\n' \
    'Stakeout Test Signer' 'extendedKeyUsage=codeSigning' >"$scratch/signer.cnf"
"$root/build/bed" openssl req -x509 -newkey rsa:2048 -nodes -days 30 -config "$scratch/signer.cnf" \
    -keyout "$scratch/key.pem" -out "$scratch/signer.pem" 2>"$err"
"$root/build/bed" osslsigncode sign -h sha256 -certs "$scratch/signer.pem" -key "$scratch/key.pem" \
    -in "$STAKEOUT_BIN/lab/sleeper.exe" -out "$scratch/signed.exe" >"$out" 2>>"$err"
check 'a program is signed' [ -s "$scratch/signed.exe" ]
cp "$scratch/signed.exe" "$scratch/tampered.exe"
# A letter of the stub that nobody runs is changed.
at=$(grep -abo 'DOS mode' "$scratch/tampered.exe" | head -n 1 | cut -d : -f 1)
printf X | dd of="$scratch/tampered.exe" bs=1 seek="$at" conv=notrunc status=none

check 'it runs' run signed "$scratch/signed.exe"
cli info "$pid" --json
check 'a chain that nobody trusts, with the signer named' json "
    at(rows[0], 'process.code_signature') == {'exists': True, 'status': 'chain not trusted',
    'subject_name': 'Stakeout Test Signer', 'trusted': False, 'valid': True} and
    at(rows[0], 'stakeout.file.signature.place') == 'embedded'"
cli info "$pid"
check 'as text, too' eval "printed 'signature     chain not trusted (embedded)' &&
    printed 'signer        Stakeout Test Signer'"
check 'one that was tampered with runs as well' run tampered "$scratch/tampered.exe"
cli info "$pid" --json
check 'its signature does not match' json "
    at(rows[0], 'process.code_signature.status') == 'signature does not match the file' and
    at(rows[0], 'process.code_signature.valid') is False"
finish
