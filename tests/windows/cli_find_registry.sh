#!/usr/bin/env bash
# find registry: all that tests/lab/keys.c made and told, nothing else, nothing twice.
. "$(dirname "$0")/tap.sh"

keep_wine
cleanups+=('wine keys remove')
wine keys make >"$scratch/made" 2>"$scratch/keys.err" </dev/null
check 'the lab made its keys' test "$(grep -c '' "$scratch/made")" = 27
made="[json.loads(line) for line in open('$scratch/made')]"
# What is told, as (path of the key, name of the value or None).
rows_told="[(at(r, 'registry.hive') + '\\\\' + at(r, 'registry.key'), at(r, 'registry.value'))
    for r in rows]"

cli find registry zz-needle-zz --json
check 'it is found, and that is all' ended_with 0
check 'R1 R2 R4 R5 all of it is found, whatever its names and data are' json "
    {(m['key'].lower(), m.get('value')) for m in $made} ==
    {(key.lower(), value) for key, value in $rows_told}"
check 'R4 nothing twice, though links lead in circles' json "len(rows) == len($made)"
check 'what starts programs comes first' json "
    at(rows[0], 'registry.value') == 'StakeoutLab' and
    at(rows[0], 'stakeout.registry.autorun') is True and
    not any(at(r, 'stakeout.registry.autorun') for r in rows[1:])"
check 'R1 hidden names are marked' json "
    sum(at(r, 'stakeout.registry.hidden') is True for r in rows) == 2 and
    any(at(r, 'registry.value') == '\\0run' and at(r, 'stakeout.registry.hidden') for r in rows)"
check 'R5 the 32-bit view is marked' json "
    [at(r, 'registry.value') for r in rows if at(r, 'stakeout.registry.view32')] == ['view']"
check 'a value of 1 MB has its size and what stands around' json "
    [(at(r, 'stakeout.registry.data_size'), at(r, 'stakeout.registry.cut'),
      at(r, 'stakeout.registry.around')[-12:])
     for r in rows if at(r, 'registry.value') == '1 MB'] == [(1 << 20, True, 'zz-needle-zz')]"
check 'each has the time of its key' json "
    all(at(r, 'stakeout.registry.written').endswith('Z') for r in rows)"
check 'how much was looked at is told' told 'keys: '
check 'hidden names are counted' told ' with a NUL in the name'

cli find registry zz-needle-zz
check 'as text, a line each' eval "ended_with 0 && [ \"\$(grep -c '' \"\$out\")\" = 27 ]"
check 'marked, with the NUL made visible' \
    grep -qF 'hid\x00den : \x00run = zz-needle-zz [hidden' "$out"
check 'the key itself' grep -qE 'names.a zz-NEEDLE-zz b$' "$out"

cli find registry zz-needle-zz --case --json
check 'small and capital letters' json "len(rows) == len($made) - 1"
cli find registry '^zz-needle-z{2}$' --regex --json
check 'a regular expression sees one text at a time' json "
    {'twice', 'multi', 'no end', '\\0run', 'view', 'once', 'bottom'} <=
    {at(r, 'registry.value') for r in rows} and
    not {'whole', 'inner NUL', '1 MB', 'ASCII'} & {at(r, 'registry.value') for r in rows}"
cli find registry '0x5ca1ab1e' --json
check 'a number in hexadecimal' json "[at(r, 'registry.value') for r in rows] == ['number']"
cli find registry '1554098974' --json
check 'the same in decimal' json "at(rows[0], 'registry.data.strings') == ['1554098974']"
cli find registry 'StakeoutLab\names\/' --json
check 'a path' json "[at(r, 'registry.key').endswith('names\\\\/') for r in rows] == [True]"

cli find registry zz-needle-zz --limit 3 --json
check 'no more than asked for' eval "ended_with 0 && json 'len(rows) == 3'"
cli find registry "zz-nee""dle-not-there-$$"
check 'nothing found is 1' eval 'ended_with 1 && silent'
cli find registry '(' --regex
check 'what is no pattern is refused' refused "can't search for ("
finish
