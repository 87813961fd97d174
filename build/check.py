"""Checks the source, inside the test bed: what build/check is made of. Prints TAP, a line a check.

  format        clang-format has nothing to say
  tidy          clang-tidy has nothing to say (.clang-tidy), on portable and on Windows code
  complexity    no function over 25 (McCabe, where a flat switch counts once) or 120 lines; those
                over 80 lines are told
  length        no file over 1,000 lines; those over 800 are told; no line over 100 columns
  banned        no banned function
  layers        rules 1 to 3 of the architecture: where windows.h and system calls may be
  strings       no text for people in gui/*.c: it belongs into the string tables
  scripts       shellcheck has no warning
"""

import concurrent.futures
import glob
import hashlib
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, 'build', 'out')
MOST_COMPLEX = 25
MOST_FUNCTION_LINES, MANY_FUNCTION_LINES = 120, 80
MOST_COLUMNS = 100
MOST_FILE_LINES, MANY_FILE_LINES = 1000, 800

BANNED = ('strcpy', 'strcat', 'sprintf', 'vsprintf', 'atoi', 'atol', 'strtok', 'gets', 'wsprintf',
          'wsprintfA', 'wsprintfW', 'wcscpy', 'wcscat', 'lstrcpyW', 'lstrcatW', 'alloca')
LOADERS = ('LoadLibrary', 'LoadLibraryA', 'LoadLibraryW', 'LoadLibraryExA', 'LoadLibraryExW')
LOADER_MODULE = 'core/windows/library.c'
SYSTEM_HEADERS = re.compile(
    r'^\s*#\s*include\s*'
    r'<(windows|winsock2|ws2tcpip|winternl|tlhelp32|psapi|iphlpapi|winnt|windef|'
    r'shlobj|shellapi|commctrl|evntrace|evntcons|dbghelp|bcrypt|wtsapi32|sddl|aclapi|windns)\.h>',
    re.I | re.M)
HIGHER_HEADERS = re.compile(r'^\s*#\s*include\s*"(core/(windows|cli)|gui)/.*', re.M)
WINDOW_HEADERS = re.compile(r'^\s*#\s*include\s*"gui/.*', re.M)
PLATFORM_TESTS = re.compile(
    r'^\s*#.*\b(_WIN32|_WIN64|WIN32|__linux__|__unix__|__MINGW32__|_MSC_VER)\b', re.M)
# What asks or changes the system: the engine's business, never the window's.
SYSTEM_CALLS = re.compile(
    r'\b(Nt[A-Z][a-z]+\w*|Zw[A-Z]\w*|Rtl[A-Z]\w*|CreateToolhelp32Snapshot|'
    r'(Process|Thread|Module)32\w+|'
    r'OpenProcess\w*|OpenThread\w*|TerminateProcess|TerminateThread|SuspendThread|ResumeThread|'
    r'ReadProcessMemory|WriteProcessMemory|VirtualQueryEx|Get\w*(Tcp|Udp)\w*Table\w*|SetTcpEntry|'
    r'Reg(Open|Enum|Query|Set|Create|Delete)\w+|EnumProcess\w*|QueryFullProcessImageName\w*|'
    r'StartTrace\w*|OpenTrace\w*|ControlTrace\w*|AdjustTokenPrivileges|Dns[A-Z]\w+|getaddrinfo|'
    r'MiniDumpWriteDump|CreateProcess\w*|WSAStartup|BCrypt\w+|WinVerifyTrust)\s*\(')
# A literal that people would read: two words, or one that ends a sentence.
SHOWN_TEXT = re.compile(
    r'\b(?:L|u8?)"(?:(?=[^"\n]*[^\W\d_]{2})(?=[^"\n]* )|(?=[^"\n]*[\u4e00-\u9fff]))'
    r'(?:[^"\\\n]|\\.)*"')
NOT_SHOWN = 'not shown'  # says, in a comment on that line, that nobody reads this literal


def files(*patterns):
    found = []
    for pattern in patterns:
        found += glob.glob(os.path.join(ROOT, pattern), recursive=True)
    return sorted(os.path.relpath(path, ROOT) for path in found)


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8', errors='replace') as source:
        return source.read()


def sources():
    return files('core/**/*.[ch]', 'gui/**/*.[ch]', 'tests/**/*.[ch]', 'res/**/*.h')


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', re.S)


def without(text, literals):
    """The text with its comments, and its literals too where asked, blanked; lines stay lines."""
    def blank(token):
        if token[0][0] == '/' or literals:
            return re.sub(r'[^\n]', ' ', token[0])
        return token[0]
    return TOKEN.sub(blank, text)


def lines_of(text, pattern):
    for match in pattern.finditer(text):
        yield text.count('\n', 0, match.start()) + 1, match[0].strip()


def check_format():
    found = sources()
    if not found:
        return []
    done = subprocess.run(['clang-format', '--dry-run', '-Werror', *found], cwd=ROOT,
                          stderr=subprocess.PIPE, text=True, check=False)
    return [line for line in done.stderr.splitlines() if ': error:' in line]


def compile_database(preset):
    """Source → True for what this preset compiles, after (re)configuring it."""
    subprocess.run(['cmake', '--preset', preset, '--log-level=ERROR'], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    with open(os.path.join(OUT, 'tree', preset, 'compile_commands.json'), encoding='utf-8') as file:
        return {os.path.relpath(entry['file'], ROOT) for entry in json.load(file)}


def check_tidy():
    """Portable code as it is built here, all else as for Windows. What was clean is not asked again
    until it, a header or the settings change."""
    jobs = []
    native, cross = compile_database('native-clang'), compile_database('cross-x86_64')
    for path in files('core/**/*.c', 'gui/**/*.c', 'tests/**/*.c'):
        if path in native:
            jobs.append((path, 'native-clang', []))
        elif path in cross:
            jobs.append((path, 'cross-x86_64',
                         ['--extra-arg=--target=x86_64-w64-mingw32',
                          '--extra-arg=-Wno-unknown-warning-option']))
    common = hashlib.sha256()
    for path in files('core/**/*.h', 'gui/**/*.h', 'tests/**/*.h', 'res/**/*.h') + ['.clang-tidy']:
        common.update(path.encode() + b'\0' + read(path).encode() + b'\0')
    stamps = os.path.join(OUT, 'tidy')
    os.makedirs(stamps, exist_ok=True)

    def tidy(job):
        path, preset, arguments = job
        key = common.copy()
        key.update(preset.encode() + read(path).encode())
        stamp = os.path.join(stamps, key.hexdigest()[:24])
        if os.path.exists(stamp):
            os.utime(stamp)
            return []
        done = subprocess.run(['clang-tidy', '--quiet', '-p', os.path.join(OUT, 'tree', preset),
                               *arguments, path], cwd=ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
        faults = [line.replace(ROOT + '/', '') for line in done.stdout.splitlines()
                  if re.search(r': (error|warning):', line)]
        if done.returncode != 0 and not faults:
            faults = [f'{path}: clang-tidy: exit code {done.returncode}: {done.stderr[-400:]}']
        if not faults:
            with open(stamp, 'w', encoding='utf-8') as file:
                file.write(path + '\n')
        return faults

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return sorted({fault for faults in pool.map(tidy, jobs) for fault in faults})


def check_complexity():
    found = [path for path in sources() if path.endswith('.c')]
    if not found:
        return []
    done = subprocess.run(['pmccabe', *found], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                          check=False)
    faults = []
    for line in done.stdout.splitlines():
        fields = line.split('\t')
        if len(fields) < 6:
            continue
        complexity, lines, where = int(fields[0]), int(fields[4]), fields[5]
        if complexity > MOST_COMPLEX:
            faults.append(f'{where}: complexity {complexity}, at most {MOST_COMPLEX}')
        if lines > MOST_FUNCTION_LINES:
            faults.append(f'{where}: {lines} lines, at most {MOST_FUNCTION_LINES}')
        elif lines > MANY_FUNCTION_LINES:
            print(f'# {where}: {lines} lines, wants a reason', flush=True)
    return faults


def check_length():
    faults = []
    for path in sources() + files('build/*', 'tests/**/*.sh', 'tests/**/*.py'):
        if os.path.isdir(os.path.join(ROOT, path)):
            continue
        lines = read(path).splitlines()
        count = len(lines)
        for number, line in enumerate(lines, 1):
            if len(line) > MOST_COLUMNS:
                faults.append(f'{path}:{number}: {len(line)} columns, at most {MOST_COLUMNS}')
        if count > MOST_FILE_LINES:
            faults.append(f'{path}: {count} lines, at most {MOST_FILE_LINES}')
        elif count > MANY_FILE_LINES:
            print(f'# {path}: {count} lines, think of splitting it', flush=True)
    return faults


def check_banned():
    banned = re.compile(r'(?<![\w.>])(' + '|'.join(BANNED) + r')\s*\(')
    loaders = re.compile(r'\b(' + '|'.join(LOADERS) + r')\b')
    faults = []
    for path in sources():
        text = without(read(path), literals=True)
        for line, what in lines_of(text, banned):
            faults.append(f'{path}:{line}: {what.rstrip("( ")} is banned')
        if path != LOADER_MODULE and path.startswith(('core/', 'gui/')):
            for line, what in lines_of(text, loaders):
                faults.append(f'{path}:{line}: {what} outside {LOADER_MODULE}')
    return faults


def check_layers():
    faults = []
    for path in files('core/**/*.[ch]', 'gui/**/*.[ch]'):
        text = without(read(path), literals=False)
        if path.startswith('gui/'):
            for line, what in lines_of(without(text, literals=True), SYSTEM_CALLS):
                faults.append(f'{path}:{line}: {what.rstrip("( ")}: the engine asks the system')
        elif not path.startswith(('core/windows/', 'core/cli/')):
            for line, what in lines_of(text, SYSTEM_HEADERS):
                faults.append(f'{path}:{line}: {what} outside core/windows')
            for line, what in lines_of(text, PLATFORM_TESTS):
                faults.append(f'{path}:{line}: {what}: portable code has no platform')
            for line, what in lines_of(text, HIGHER_HEADERS):
                faults.append(f'{path}:{line}: {what}: a lower layer includes a higher one')
        if path.startswith('core/windows/') or path.startswith('core/cli/'):
            for line, what in lines_of(text, WINDOW_HEADERS):
                faults.append(f'{path}:{line}: {what}: the engine knows no window')
    return faults


def check_strings():
    faults = []
    for path in files('gui/**/*.c'):
        original = read(path).splitlines()
        text = without(read(path), literals=False)
        text = re.sub(r'^\s*#\s*include.*', '', text, flags=re.M)
        for line, what in lines_of(text, SHOWN_TEXT):
            if NOT_SHOWN not in original[line - 1]:
                faults.append(f'{path}:{line}: {what}: a text for people belongs into the string'
                              f' tables (or say "{NOT_SHOWN}" in a comment on its line)')
    return faults


def check_scripts():
    shells = [path for path in files('build/*', 'tests/**/*.sh') + ['.ci/run']
              if os.path.isfile(os.path.join(ROOT, path)) and
              (path.endswith('.sh') or re.match(r'#!.*\bbash\b', read(path)))]
    done = subprocess.run(['shellcheck', '--severity=warning', '--external-sources',
                           '--source-path=SCRIPTDIR', '--format=gcc', *shells], cwd=ROOT,
                          stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.splitlines()


CHECKS = {'format': check_format, 'tidy': check_tidy, 'complexity': check_complexity,
          'length': check_length, 'banned': check_banned, 'layers': check_layers,
          'strings': check_strings, 'scripts': check_scripts}


def main(names):
    names = names or list(CHECKS)
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f'check: {unknown[0]} is none of {" ".join(CHECKS)}', file=sys.stderr)
        return 2
    print(f'1..{len(names)}', flush=True)
    failed = 0
    for number, name in enumerate(names, 1):
        faults = CHECKS[name]()
        failed += bool(faults)
        print(f'{"not ok" if faults else "ok"} {number} - {name}')
        for fault in faults:
            print(f'#   {fault}')
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
