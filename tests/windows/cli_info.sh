#!/usr/bin/env bash
# info: threads, modules, token and environment of a process that tells of itself.
. "$(dirname "$0")/tap.sh"

export STAKEOUT_ENDS_HERE='a=b'
start lab run_wine threads
check 'a process with threads is there' wait_until 60 grep -qs variables= "$scratch/lab.out"
# The number behind "$1=" that the process tells.
told_by_lab() { sed -n "s/.*\b$1=\([0-9]*\).*/\1/p" "$scratch/lab.out"; }
pid=$(told_by_lab pid)
hidden=$([ "${STAKEOUT_HIDE_API:-}" = '*' ] && echo True || echo False)

cli info "$pid" --json
check 'info is one object' eval "ended_with 0 && json 'len(rows) == 1'"
check 'its threads are told, or why not' json "
    at(rows[0], 'stakeout.unread')['process.thread'] if $hidden else
    {t['id'] for t in at(rows[0], 'process.thread')} >=
    {$(told_by_lab main), $(told_by_lab first), $(told_by_lab second), $(told_by_lab third)}"
check 'the suspended one is suspended twice' json "$hidden or
    [t['suspend_count'] for t in at(rows[0], 'process.thread')
     if t['id'] == $(told_by_lab second)] == [2]"
check 'a thread has its start in a module' json "$hidden or
    [(t['start']['module'], int(t['start']['offset'], 16)) for t in at(rows[0], 'process.thread')
     if t['id'] == $(told_by_lab first)] == [('threads.exe', $(told_by_lab start))]"
check 'a thread has its name' json "$hidden or $(told_by_lab named) == 0 or
    any(t.get('name') == '第三' for t in at(rows[0], 'process.thread'))"
check 'what a thread does not tell has a reason' json "$hidden or all(
    'state' in t or 'state' in t['unread'] for t in at(rows[0], 'process.thread'))"
check 'its modules are told' json "
    {'threads.exe', 'ntdll.dll', 'kernel32.dll'} <=
    {m['name'].lower() for m in at(rows[0], 'stakeout.modules')} and
    any(int(m['base'], 16) == $(told_by_lab base) for m in at(rows[0], 'stakeout.modules'))"
check 'its token is told' json "
    at(rows[0], 'stakeout.token.integrity') and at(rows[0], 'stakeout.token.groups') and
    any(p['name'] == 'SeShutdownPrivilege' and p['enabled'] and not p['by_default']
        for p in at(rows[0], 'stakeout.token.privileges'))"
check 'its environment is told whole' json "
    'process.env_vars' in at(rows[0], 'stakeout.unread') if $hidden else
    len(at(rows[0], 'process.env_vars')) == $(told_by_lab variables) and
    'STAKEOUT_中文=值=一' in at(rows[0], 'process.env_vars') and
    'STAKEOUT_LONG=' + 'x' * 30000 in at(rows[0], 'process.env_vars') and
    'STAKEOUT_ENDS_HERE=a=b' in at(rows[0], 'process.env_vars')"
check 'critical and protected are told, or why not' json "all(
    name in rows[0]['stakeout'] or 'stakeout.' + name in at(rows[0], 'stakeout.unread')
    for name in ('critical', 'protected'))"

cli info "$pid"
check 'the same as text' eval "ended_with 0 && printed 'Modules: ' && printed 'Privileges: ' &&
    printed 'Environment, as the process states it: ' && printed 'Threads: '"
check 'modules in a table' grep -qiE '^ *0x[0-9a-f]+ +[0-9]+ +.*threads\.exe$' "$out"
check 'privileges in a table' grep -qE '^SeShutdownPrivilege +enabled$' "$out"
finish
