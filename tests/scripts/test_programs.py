#!/usr/bin/env python3
"""What is true of the built programs as files, for both architectures: small, stripped, only the
system's own DLLs imported, nothing imported that Windows 7 SP1 lacks, and made for it."""

import os
import re
import subprocess
import sys

BIN = os.environ.get('STAKEOUT_BIN', 'build/out/x86_64')
ARCHITECTURES = {'x86_64': BIN, 'i686': os.path.join(os.path.dirname(BIN), 'i686')}
PROGRAMS = ('stakeout.exe', 'stakeout-cli.exe')
MOST_BYTES = 2 * 1000 * 1000
KNOWN = os.path.join(os.path.dirname(__file__), '..', 'data', 'windows7-imports.txt')


def known_imports():
    """DLL → functions that Windows 7 SP1 exports, both in the case they were written in."""
    known = {}
    with open(KNOWN, encoding='utf-8') as file:
        for line in file:
            line = line.split('#')[0].strip()
            if line:
                dll, function = line.split('!')
                known.setdefault(dll.lower(), set()).add(function)
    return known


def headers(path, arch):
    done = subprocess.run([f'{arch}-w64-mingw32-objdump', '-p', path], stdout=subprocess.PIPE,
                          text=True, check=True)
    return done.stdout


def imports(text):
    """(DLL, function) of each import; a function by its ordinal reads #N."""
    dll = None
    for line in text.splitlines():
        named = re.match(r'\s*DLL Name: (\S+)', line)
        if named:
            dll = named[1].lower()
            continue
        entry = re.match(r'\s+[0-9a-f]+\s+(?:<none>|[0-9a-f]+)\s+([0-9a-f]+)\s+(\S+)\s*$', line)
        if entry and dll:
            yield dll, entry[2]
        elif dll and re.match(r'\s*$', line):
            dll = None


def field(text, name):
    found = re.search(rf'^{name}\s+(\S+)', text, re.M)
    return found[1] if found else None


def faults_of(path, arch, known):
    """Name of a test → what is wrong, an empty list where nothing is."""
    if not os.path.exists(path):
        return {'was built': [f'{path} is not there']}
    text = headers(path, arch)
    found = list(imports(text))
    size = os.path.getsize(path)
    characteristics = int(field(text, 'DllCharacteristics') or '0', 16)
    wanted = 0x140 | (0x20 if arch == 'x86_64' else 0)  # relocatable, data not run; high entropy
    sections = subprocess.run([f'{arch}-w64-mingw32-objdump', '-h', path], stdout=subprocess.PIPE,
                              text=True, check=True).stdout
    system = [field(text, name) for name in ('MajorSubsystemVersion', 'MinorSubsystemVersion')]
    return {
        'was built': [] if found else ['no imports could be read'],
        'is below 2 MB and stripped':
            ([f'{size} bytes'] if size >= MOST_BYTES else []) +
            (['has debugging sections'] if '.debug' in sections else []),
        'imports the system\'s own DLLs only':
            sorted({dll for dll, _ in found if dll not in known}),
        'imports nothing that Windows 7 SP1 lacks':
            [f'{dll}!{function}' for dll, function in found
             if dll in known and function not in known[dll]],
        'is made for Windows 7 on, relocatable, without execution of data':
            ([f'subsystem {system}'] if system != ['6', '1'] else []) +
            ([f'DllCharacteristics {characteristics:#x}']
             if characteristics & wanted != wanted else []),
    }


def main():
    if sys.argv[1:] == ['--list']:  # to see what to add to the list, after checking it
        for arch, folder in ARCHITECTURES.items():
            for program in PROGRAMS:
                for dll, function in imports(headers(os.path.join(folder, program), arch)):
                    print(f'{dll}!{function}')
        return 0
    known = known_imports()
    results = []
    for arch, folder in ARCHITECTURES.items():
        for program in PROGRAMS:
            path = os.path.join(folder, program)
            results += [(f'{arch}/{program} {name}', faults)
                        for name, faults in faults_of(path, arch, known).items()]
    print(f'1..{len(results)}')
    for number, (name, faults) in enumerate(results, 1):
        print(f'{"not ok" if faults else "ok"} {number} - {name}')
        for fault in faults:
            print(f'#   {fault}')
    return 1 if any(faults for _, faults in results) else 0


if __name__ == '__main__':
    sys.exit(main())
