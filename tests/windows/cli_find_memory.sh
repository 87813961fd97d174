#!/usr/bin/env bash
# find memory: what a process says it holds, compared with what is found.
. "$(dirname "$0")/tap.sh"
keep_wine

start lab run_wine memory
check 'a process with known words is there' wait_until 60 grep -qs ready "$scratch/lab.out"
pid=$(sed -n 's/^pid=\([0-9]*\).*/\1/p' "$scratch/lab.out")
# Where the process says that it holds NAME, without leading zeros.
held() { sed -n "s/^$1 0x0*\([0-9a-f]*\).*/0x\1/p" "$scratch/lab.out"; }
# TERM OPTION... is found once, where NAME is; the Python expression is true of its place `m`.
found_at() {
    local name=$1 expression=$2
    shift 2
    cli find memory --pid "$pid" --json "$@"
    ended_with 0 && json "
        [at(r, 'stakeout.memory.address') for r in rows] == ['$(held "$name")'] and
        (lambda m: $expression)(at(rows[0], 'stakeout.memory'))"
}

check 'M1 across two regions of different protection' found_at across \
    "m['encoding'] == 'utf-8' and m['region']['access'] == 'rw-' and m['size'] == 18" \
    SPLITSTRING-NEEDLE --case
check 'M1 the same by a regular expression' found_at across "m['size'] == 18" \
    'SPLIT[A-Z]+-NEEDLE' --regex --case
check 'UTF-16 at an odd address' found_at odd \
    "m['encoding'] == 'utf-16le' and m['size'] == 36 and 'ODD-ADDRESS-NEEDLE' in m['text'] and
     '4f 00 44 00 44 00' in m['hex']" odd-address-needle
check 'the same by a regular expression' found_at odd "m['size'] == 36" \
    '\bODD-\w+-NEEDLE\b' --regex
check 'one page of a big reservation' found_at deep "m['region']['size'] == 4096" DEEP-NEEDLE
check 'code that no file stands behind is marked' found_at injected \
    "m['region']['unbacked'] and m['region']['access'] == 'rwx' and
     m['region']['type'] == 'private'" INJECTED-NEEDLE
check 'shared memory' found_at mapped "m['region']['type'] == 'mapped'" SECTION-NEEDLE
for word in GUARDED-NEEDLE NOACCESS-NEEDLE; do
    cli find memory "$word" --pid "$pid"
    check 'M2 guarded pages and those without access are not asked for' eval \
        "ended_with 1 && silent && told '0 places in '"
done
cli find memory splitstring-needle --case --pid "$pid"
check 'case counts when it is asked for' eval 'ended_with 1 && silent'

printf '%s\n' '*.lab-needle.test:8443' 192.0.2.0/24 2001:db8::77 203.0.113.9 >"$scratch/list.txt"
cli find memory --list "$(windows_path "$scratch/list.txt")" --pid "$pid" --json
check 'a whole list at once' json "
    sorted((at(r, 'threat.indicator.name'), at(r, 'stakeout.memory.address')) for r in rows) ==
    [('*.lab-needle.test:8443', '$(held host)'), ('192.0.2.0/24', '$(held ipv4)'),
     ('2001:db8::77', '$(held ipv6)')]"
check 'the process is told with its start' json "
    all(at(r, 'process.pid') == $pid and at(r, 'process.name') == 'memory.exe' and
        at(r, 'process.start') for r in rows)"

cli find memory INJECTED-NEEDLE --pid "$pid"
check 'as text: two lines, and how much was read' eval "ended_with 0 && [ \$(wc -l <'$out') = 2 ] &&
    printed 'private rwx (no file behind it) UTF-8: ' && printed '49 4e 4a 45 43 54 45 44' &&
    grep -qE '1 place in [0-9.]+ MB of 1 process' '$err'"
cli find memory -e --pid "$pid"
check 'a word with a dash is an option' refused '-e: there is no such option'
cli find memory NEEDLE --case --pid "$pid" --limit 2
check 'no more than the limit' eval "ended_with 0 && [ \$(wc -l <'$out') = 4 ]"
cli find memory '(x' --regex
check 'what is wrong with a pattern' refused 'missing closing parenthesis, at byte 2'
cli find memory NEEDLE --pid 4294967292
check 'no such process' eval "ended_with 2 && silent && told 'there is no process 4294967292'"
cli find memory '(\w+)+\s*$!' --regex --pid "$pid"
check 'a pattern that is too slow says so' eval "ended_with 2 && told 'pattern too slow'"

cli find memory INJECTED-NEEDLE --json
check 'in all processes' json "$(held injected | sed "s/.*/'&'/") in
    [at(r, 'stakeout.memory.address') for r in rows if at(r, 'process.pid') == $pid]"
finish
