#!/usr/bin/env bash
# evidence, of what lies on the disk: services, drivers, tasks, autoruns, accounts, the firewall,
# programs, logs, prefetch, Amcache, and what rules name. What is planted is found; what the system
# says another way (reg, net, the files themselves) is the same; what is missing has its reason.
. "$(dirname "$0")/tap.sh"
export WINEPREFIX=$scratch/prefix
cleanups+=("'$root/build/bed' wineserver -k")
keep_wine
drive=$WINEPREFIX/drive_c
windows=$drive/windows
case_folder=$scratch/case
tell() { cli evidence --case "$(windows_path "$case_folder")" "$@"; }
# The rows of a part of the last collection, for `json`.
part() { cp "$(find "$case_folder" -path "*$1" | sort -V | tail -n 1)" "$out"; }
last() { find "$case_folder" -maxdepth 1 -name 'evidence*' | sort -V | tail -n 1; }
sha256() { sha256sum "$1" | cut -d ' ' -f 1; }

# --- nothing planted: what is missing says so ---
tell --only tasks,firewall,programs,prefetch,amcache,rules,rule-files,event-logs,wmi --json
check 'nothing was had' ended_with 1
check 'each part that is missing has its reason' json "
    {r['part'] for r in rows if r.get('outcome') == 'unavailable' and r['reason']} ==
    {'tasks', 'firewall', 'programs', 'prefetch', 'amcache', 'rules', 'rule-files', 'event-logs',
     'wmi'}"

# --- planted ---
current='HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion'
services='HKEY_LOCAL_MACHINE\System\CurrentControlSet\Services'
firewall="$services\SharedAccess\Parameters\FirewallPolicy"
rule='v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=4444'
cat >"$scratch/planted.reg" <<REG
REGEDIT4

[$current\Run]
"Planted"="\\"C:\\\\planted dir\\\\evil.exe\\" /quiet"

[HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run]
"Gone"="C:\\\\gone\\\\none.exe -x"

[$current\Uninstall\{1}]
"DisplayName"="A & B"
"DisplayVersion"="1.2"

[$current\Component Based Servicing\Packages\Package_for_KB5000001~31bf~amd64]
"CurrentState"=dword:00000070

[$firewall\FirewallRules]
"{rule}"="$rule|App=C:\\\\planted dir\\\\evil.exe|Name=Open|"

[$firewall\PublicProfile]
"EnableFirewall"=dword:00000000

[HKEY_LOCAL_MACHINE\Software\Microsoft\Windows NT\CurrentVersion\Schedule\TaskCache\Tree\Planted]
"Id"="{2}"

[$services\MadeSvc\Parameters]
"ServiceDll"="C:\\\\planted dir\\\\evil.dll"
REG
{
    wine sc create MadeSvc binPath= 'C:\planted dir\evil.exe -service' start= demand
    wine reg import "$(windows_path "$scratch/planted.reg")"
} >"$scratch/planting" 2>&1 </dev/null
mkdir -p "$drive/planted dir" "$windows/system32/Tasks/Sub" "$windows/Prefetch" \
    "$windows/AppCompat/Programs"
cp "$STAKEOUT_BIN/lab/sleeper.exe" "$drive/planted dir/evil.exe"
printf 'no library' >"$drive/planted dir/evil.dll"
printf '\xff\xfe' >"$windows/system32/Tasks/Sub/Planted"
cat <<'XML' | tr -d '\n' |
<?xml version="1.0" encoding="UTF-16"?><Task>
<RegistrationInfo><Author>me</Author></RegistrationInfo><Triggers><LogonTrigger/></Triggers>
<Actions><Exec><Command>C:\planted dir\evil.exe</Command><Arguments>-t</Arguments></Exec></Actions>
</Task>
XML
    iconv -t UTF-16LE >>"$windows/system32/Tasks/Sub/Planted"
printf '<a/>' >"$windows/system32/Tasks/none"
printf 'MAM\x04prefetch' >"$windows/Prefetch/EVIL.EXE-12345678.pf"
printf 'regf' >"$windows/AppCompat/Programs/Amcache.hve"
startup=$(find "$drive/users" -ipath '*Start Menu/Programs/StartUp' -type d | grep -v Public |
    head -n 1)
cp "$STAKEOUT_BIN/lab/sleeper.exe" "$startup/starts.exe"

tell --only drivers,services,tasks,autoruns,users,firewall,programs,prefetch,amcache --json
check 'the parts are there' ended_with 0
evil=$(sha256 "$drive/planted dir/evil.exe")

if hidden; then
    check 'services and drivers say which call is missing' json "
        [(r['outcome'], 'lacks' in r['reason'] or 'has' in r['reason']) for r in rows
         if r.get('part') in ('services', 'drivers')] == [('unavailable', True)] * 2"
else
    part /services.jsonl
    wine reg query 'HKLM\System\CurrentControlSet\Services' /s /f ImagePath 2>/dev/null </dev/null |
        tr -d '\r' | sed -n 's/^HKEY.*\\Services\\//p' | sort -f >"$scratch/registered"
    check 'every service of the registry is told' json "
        {name.lower() for name in open('$scratch/registered').read().split('\n')
         if name and '\\\\' not in name} <=
        {at(r, 'service.name').lower() for r in rows}"
    check 'a service has its command line, its file with its hash, and its library' json "
        [(at(r, 'stakeout.service.command_line'), at(r, 'stakeout.service.file.hash.sha256'),
          at(r, 'stakeout.service.start'), at(r, 'stakeout.service.dll'),
          at(r, 'stakeout.service.dll_file.size'), at(r, 'service.state'))
         for r in rows if at(r, 'service.name') == 'MadeSvc'] ==
        [('C:\\\\planted dir\\\\evil.exe -service', '$evil', 'manual',
          'C:\\\\planted dir\\\\evil.dll', 10, 'stopped')]"
    wine net start 2>/dev/null </dev/null | tr -d '\r' | sed -n 's/^    //p' |
        sort >"$scratch/running"
    check 'those that run are those that net names' json "
        set(open('$scratch/running').read().split('\n')) - {''} <=
        {at(r, 'stakeout.service.display_name') for r in rows
         if at(r, 'service.state') == 'running'}"

    part /drivers.jsonl
    check 'drivers have a place, a size and a file' json "
        len(rows) > 1 and all(at(r, 'driver.base') and at(r, 'driver.size') for r in rows) and
        all(len(at(r, 'file.hash.sha256') or '') == 64 for r in rows)"
fi

part /tasks.jsonl
check 'a task with what it starts' json "
    [(at(r, 'task.path'), at(r, 'task.author'), at(r, 'task.triggers')[0]['type'],
      at(r, 'task.actions')[0]['Arguments'], at(r, 'stakeout.program.hash.sha256'))
     for r in rows if at(r, 'task.actions')] ==
    [('\\\\Sub\\\\Planted', 'me', 'LogonTrigger', '-t', '$evil')]"
check 'what is no task says so' json "
    [at(r, 'task.unread') for r in rows if at(r, 'task.path') == '\\\\none'] == ['it is no task']"
check 'what the registry has of tasks' json "
    [at(r, 'registry.data.strings') for r in rows if at(r, 'registry.value') == 'Id'] == [['{2}']]"

part /autoruns.jsonl
check 'a key that starts a program: with its file' json "
    [(at(r, 'registry.hive'), at(r, 'stakeout.file.path'), at(r, 'stakeout.file.hash.sha256'))
     for r in rows if at(r, 'registry.value') == 'Planted'] ==
    [('HKLM', 'C:\\\\planted dir\\\\evil.exe', '$evil')] and
    all(at(r, 'stakeout.registry.written') for r in rows if at(r, 'registry'))"
check 'one whose file is gone' json "
    [(at(r, 'registry.hive'), at(r, 'stakeout.file.missing'))
     for r in rows if at(r, 'registry.value') == 'Gone'] == [('HKU', True)]"
check 'a file in a startup folder' json "
    [at(r, 'file.hash.sha256') for r in rows if at(r, 'file.path') and
     at(r, 'file.path').endswith('starts.exe')] == ['$evil']"

part /users.jsonl
check 'who runs this has a profile' json "
    [at(r, 'user.id').startswith('S-1-5-') for r in rows
     if at(r, 'stakeout.profile.current')] == [True]"

part /firewall.jsonl
check 'a rule of the firewall, taken apart' json "
    [(at(r, 'stakeout.firewall.action'), at(r, 'stakeout.firewall.local_ports'),
      at(r, 'stakeout.firewall.name'), at(r, 'stakeout.firewall.file.hash.sha256'))
     for r in rows if at(r, 'registry.value') == '{rule}'] ==
    [('Allow', ['4444'], 'Open', '$evil')]"
check 'a profile of the firewall' json "
    any(at(r, 'registry.value') == 'EnableFirewall' and at(r, 'registry.data.strings') == ['0']
        for r in rows)"

part /programs.jsonl
check 'a program that is installed' json "
    [(at(r, 'package.name'), at(r, 'package.version')) for r in rows
     if at(r, 'stakeout.program')] == [('A & B', '1.2')]"
check 'an update' json "
    [(at(r, 'package.name'), at(r, 'stakeout.update.state')) for r in rows
     if at(r, 'stakeout.update')] == [('Package_for_KB5000001~31bf~amd64', 112)]"

check 'prefetch is copied as it is' cmp "$windows/Prefetch/EVIL.EXE-12345678.pf" \
    "$(last)/prefetch/EVIL.EXE-12345678.pf"
part /prefetch/index.jsonl
check 'with where it was, its times and its hashes' json "
    [(at(r, 'file.path').lower(), at(r, 'file.hash.sha256'), at(r, 'stakeout.copy')) for r in rows]
    == [('c:\\\\windows\\\\prefetch\\\\evil.exe-12345678.pf',
         '$(sha256 "$windows/Prefetch/EVIL.EXE-12345678.pf")', 'EVIL.EXE-12345678.pf')] and
    all(at(rows[0], 'file.' + name) for name in ('created', 'mtime', 'ctime', 'accessed'))"
check 'Amcache too' cmp "$windows/AppCompat/Programs/Amcache.hve" "$(last)/amcache/Amcache.hve"
check 'sha256sum accepts the manifest' \
    eval "(cd '$case_folder' && sha256sum --quiet -c manifest.sha256)"

# --- rules ---
rules=$scratch/rules.yaml
cat >"$rules" <<'YAML'
# What a responder wrote.
name: Mine
author: Somebody
version: '0.0.1'
sources:
  - type: FILE
    supported_os: windows
    attributes:
      paths: ['%%environ_systemroot%%\win.ini', 'C:\planted dir\**', C:\nothing.here]
  - type: PATH
    attributes: {paths: ['\planted dir']}
  - type: REGISTRY_KEY
    attributes:
      keys:
        - 'HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\Run\*'
        - 'HKEY_USERS\%%users_sid%%\Software\Microsoft\Windows\CurrentVersion\Run'
        - >-
          HKEY_LOCAL_MACHINE\nothing here
  - type: REGISTRY_VALUE
    attributes:
      key_value_pairs:
        - {key: 'HKLM\System\CurrentControlSet\Services\Made*', value: 'ImagePath'}
  - type: WMI
    attributes: {query: SELECT * FROM Win32_OperatingSystem}
  - type: NEW_THING
  - type: FILE
    supported_os: [Linux]
    attributes: {paths: [/etc/passwd]}
  - type: FILE
    attributes: {paths: ['%%nobody%%\x']}
  - type: COMMAND
    attributes: {cmd: cmd, args: [/c, 'echo', 'hello there']}
  - type: COMMAND
    attributes: {cmd: set, args: []}
YAML
with_rules() { tell --only rules,rule-files --rules "$(windows_path "$rules")" "$@"; }
with_rules
check 'rules are followed' ended_with 0
part /rules.jsonl
check 'keys, with all that is in them' json "
    {(at(r, 'registry.hive'), at(r, 'registry.value')) for r in rows
     if at(r, 'stakeout.rule.type') == 'REGISTRY_KEY' and at(r, 'registry.value')} >=
    {('HKLM', 'Planted'), ('HKU', 'Gone')}"
check 'values' json "
    [at(r, 'registry.data.strings') for r in rows if at(r, 'stakeout.rule.type') ==
     'REGISTRY_VALUE'] == [['C:\\\\planted dir\\\\evil.exe -service']]"
check 'folders are listed' json "
    {at(r, 'file.path') for r in rows if at(r, 'stakeout.rule.type') == 'PATH'} ==
    {'C:\\\\planted dir\\\\evil.exe', 'C:\\\\planted dir\\\\evil.dll'}"
check 'each row names its rule' json "
    {at(r, 'stakeout.rule.name') for r in rows} == {'Mine'} and
    all(at(r, 'stakeout.rule.line') > 5 for r in rows)"
check 'what could not be had says why' json "
    {at(r, 'stakeout.unread') for r in rows if at(r, 'stakeout.unread') and
     at(r, 'stakeout.rule.type') != 'WMI'} == {'this version collects nothing of that type'} and
    [at(r, 'stakeout.absent') for r in rows if at(r, 'stakeout.absent')] ==
    ['there is no such key: HKEY_LOCAL_MACHINE\\\\nothing here']"
if hidden; then
    check 'a query without COM says why' json "
        any('WMI did not answer' in (at(r, 'stakeout.unread') or '') for r in rows)"
else
    check 'a query is asked' json "
        [at(r, 'wmi.class') for r in rows if at(r, 'wmi')] == ['Win32_OperatingSystem'] and
        [len(at(r, 'wmi.properties.Version')) > 2 for r in rows if at(r, 'wmi')] == [True]"
fi
part /rule-files/index.jsonl
check 'files are copied, a pattern finds them' json "
    {(at(r, 'file.path').lower(), at(r, 'file.hash.sha256')) for r in rows
     if at(r, 'stakeout.copy')} ==
    {('c:\\\\windows\\\\win.ini', '$(sha256 "$windows/win.ini")'),
     ('c:\\\\planted dir\\\\evil.exe', '$evil'),
     ('c:\\\\planted dir\\\\evil.dll', '$(sha256 "$drive/planted dir/evil.dll")')}"
check 'the copies are as the files' cmp "$drive/planted dir/evil.exe" "$(last)/rule-files/evil.exe"
check 'no command is run unasked, and the row says so' json "
    [(at(r, 'process.command_line').lower(), at(r, 'stakeout.unread')) for r in rows
     if at(r, 'stakeout.rule.item') == 'cmd'] ==
    [('c:\\\\windows\\\\system32\\\\cmd.exe /c echo \"hello there\"',
      'commands are run only with --run-commands')]"
check 'a file that is not there, a variable that is unknown' json "
    [(at(r, 'stakeout.absent'), at(r, 'stakeout.unread')) for r in rows
     if at(r, 'stakeout.rule.type') == 'FILE' and not at(r, 'stakeout.copy')] ==
    [('there is no such file: C:\\\\nothing.here', None),
     (None, 'a variable that has no value here: %%nobody%%')]"
check 'nothing was run' eval "! grep -q 'run command' '$case_folder/journal.jsonl'"

sed -i "s/'hello there'/hello, there/" "$rules"
with_rules --run-commands
check 'commands are run when asked' eval \
    "ended_with 0 && [ \"\$(tr -d '\\r' <\"\$(last)/rule-files/cmd.exe.txt\")\" = 'hello there' ]"
part /rule-files/index.jsonl
check 'with the line and the exit code' json "
    [(at(r, 'process.command_line').lower(), at(r, 'process.exit_code')) for r in rows
     if at(r, 'stakeout.rule.item') == 'cmd'] ==
    [('c:\\\\windows\\\\system32\\\\cmd.exe /c echo hello there', 0)]"
check 'what a shell does by itself is no program' json "
    ['no such program' in at(r, 'stakeout.unread') for r in rows
     if at(r, 'stakeout.rule.item') == 'set'] == [True]"
cp "$case_folder/journal.jsonl" "$out"
check 'the journal has the command before and after' json "
    [(r['event']['type'], at(r, 'event.outcome')) for r in rows
     if r['event']['action'] == 'run command'] == [(['start'], None), (['end'], 'success')]"
cli verify "$(windows_path "$case_folder")"
check 'the case verifies' ended_with 0

printf 'name: x\nsources:\n- type: FILE\n' >"$rules"
with_rules
check 'rules that can not be read: nothing is begun' refused \
    'line 3: a source without what is to be collected'
cli evidence --rules "$(windows_path "$scratch/none.yaml")"
check 'no such file of rules' refused 'none.yaml'
finish
