#!/usr/bin/env python3
"""Each fault of other tools that this program set out not to have is held by a test. Prints TAP.

What such a fault is called (P1, N7, …) stands in the name of the test that would find it here: in C
test_P1_…, test_N1_N5_… or …_row_n9, in a shell script check 'P9 …'. Tests of C that no list of
tests names do not compile, so whatever is found here is run.
"""

import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

ROWS = {
    'P1': 'a PID is used again: a stranger passes for the parent',
    'P6': 'choosing the Idle process breaks the tool',
    'P7': 'fields, or rows, of a protected process are missing without a word',
    'P9': 'long command lines are cut',
    'P11': 'paths of more than 260 characters are cut, or overflow the stack',
    'N1': 'a closing connection has no owner, a wrong one, or is dropped',
    'N2': 'the table grows between two calls: it comes back empty, or the tool spins',
    'N7': 'an IPv4 address that is mapped into IPv6 does not match an IPv4 list',
    'A6': 'a window that hangs freezes whoever asks it',
    'A10': 'a thread is ended without a warning, and its process hangs with the locks it held',
    'N9': 'an IPv6 connection cannot be closed, or is called closed though it stands',
    'H1': 'the question for the name of a pipe never comes back, and the tool hangs with it',
    'H2': 'names of handles in other scripts print as question marks',
    'H4': 'handles that cannot be duplicated or named vanish',
    'R1': 'keys and values with a NUL in the name are not found',
    'R2': 'strings without an end, or of odd length, break the search of the registry',
    'R4': 'links in a circle, deep keys and a key named "/" end or mislead the search',
    'R5': 'the 32-bit view of the registry is left out, or told twice',
    'M1': 'what lies across two pieces or regions of memory is missed',
    'M2': 'guarded pages are touched, or one bad page hides its whole region',
    'U1': 'a refresh throws the list to another place',
    'U3': 'many rows freeze the window',
    'U9': 'names with commas, quotes or line breaks break a CSV file',
    'U10': 'text that an attacker chose runs as a formula in a spreadsheet',
    'A1': 'a critical process is killed because questions are switched off',
    'A2': 'a tree is killed by PIDs: a stranger dies, newborn children escape',
    'A3': 'watchdogs start each other again and survive',
    'A4': 'a suspend is refused, partial or undone, and nobody says so',
    'A5': 'suspending a shell or a console host freezes others without a warning',
    'A7': 'a suspended or ended process cannot be killed',
    'A8': 'the list moves between the choice and the deed: another process is killed',
    'S1': 'security software puts the hosts file back, and nobody notices',
    'S2': 'a hosts file in another encoding is broken by an edit',
    'S4': 'a line is glued to the last one of a hosts file that has no end',
    'W1': 'defanged indicators are refused',
}

IN_C = re.compile(r'^static void (test_\w+)\(void \*\*state\)', re.M)
IN_SHELL = re.compile(r"^\s*check '((?:[A-Z]+\d+ )+)", re.M)
AT_THE_FRONT = re.compile(r'^test_((?:[A-Z]+\d+_)+)')
AT_THE_END = re.compile(r'_row_([a-z]+\d+)$')


def rows_of(name):
    """The rows that the name of a C test bears."""
    front = AT_THE_FRONT.match(name)
    end = AT_THE_END.search(name)
    return (front[1].rstrip('_').split('_') if front else []) + ([end[1].upper()] if end else [])


def tests():
    """Row -> the files that have a test of it, one for each test."""
    found = {}
    for path in sorted(glob.glob(os.path.join(ROOT, 'tests', '**', '*'), recursive=True)):
        if not path.endswith(('.c', '.sh')):
            continue
        with open(path, encoding='utf-8') as file:
            text = file.read()
        if path.endswith('.c'):
            rows = [row for name in IN_C.findall(text) for row in rows_of(name)]
        else:
            rows = [row for names in IN_SHELL.findall(text) for row in names.split()]
        for row in rows:
            found.setdefault(row, []).append(os.path.relpath(path, os.path.join(ROOT, 'tests')))
    return found


def main():
    found = tests()
    failed = 0
    print(f'1..{len(ROWS) + 1}')
    for number, (row, fault) in enumerate(ROWS.items(), 1):
        where = found.get(row, [])
        failed += not where
        print(f'{"ok" if where else "not ok"} {number} - {row}: {fault}')
        print(f'# {len(where)} tests, in {" ".join(sorted(set(where))) or "nothing"}')
    # Whether a name that begins alike would pass for the row.
    exact = (rows_of('test_P10_N1_x') == ['P10', 'N1'] and rows_of('test_what_row_n9') == ['N9'] and
             not rows_of('test_P1x_y') and not rows_of('test_the_row_is_kept'))
    failed += not exact
    print(f'{"ok" if exact else "not ok"} {len(ROWS) + 1} - P10 is not taken for P1')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
