"""Runs the benches inside the test bed: what build/bench is made of.

A bench is an executable script tests/bench/NAME.sh or NAME.py, or a program from
tests/bench/bench_NAME.c (built for this machine), tests/bench/windows/bench_NAME.c or
tests/bench/gui/bench_NAME.c (run under Wine; in gui with an X server). A script takes the place of
the program of its name, which it may start itself. Lines that are not JSON objects go to stderr.
"""

import glob
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, 'build', 'out')


def plain(path):
    name = os.path.splitext(os.path.basename(path))[0]
    return name.removeprefix('bench_').replace('_', '-')


def benches():
    """Name → command."""
    found = {}
    for path in glob.glob(os.path.join(ROOT, 'tests', 'bench', '**', 'bench_*.c'), recursive=True):
        name = os.path.splitext(os.path.basename(path))[0]
        native = os.path.join(OUT, 'native-release', 'bench', name)
        windows = ['build/wine', os.path.join(OUT, 'x86_64', 'bench', name + '.exe')]
        found[plain(path)] = {'bench': [native], 'windows': windows,
                              'gui': ['build/display', *windows]}[
                                  os.path.basename(os.path.dirname(path))]
    for path in glob.glob(os.path.join(ROOT, 'tests', 'bench', '*.sh')) + \
            glob.glob(os.path.join(ROOT, 'tests', 'bench', '*.py')):
        if os.access(path, os.X_OK):
            found[plain(path)] = [path]
    return dict(sorted(found.items()))


def run(name, command):
    """Hands the bench's figures through; False where it fails or gives none."""
    figures = 0
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, errors='replace') as process:
        for line in process.stdout:
            try:
                good = isinstance(json.loads(line), dict)
            except ValueError:
                good = False
            figures += good
            print(line.rstrip(), file=sys.stdout if good else sys.stderr, flush=True)
    if process.returncode != 0 or not figures:
        print(f'bench: {name}: exit code {process.returncode}, {figures} figures', file=sys.stderr)
        return False
    return True


def main(names):
    known = benches()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f'bench: {unknown[0]} is none of {" ".join(known)}', file=sys.stderr)
        return 2
    os.environ['STAKEOUT_BIN'] = os.path.join(OUT, 'x86_64')
    os.environ['STAKEOUT_NATIVE'] = os.path.join(OUT, 'native-release', 'bench')
    shared = os.path.join(os.path.dirname(ROOT), 'shared')
    if os.path.isdir(shared):
        os.environ['STAKEOUT_SHARED'] = shared
    good = [run(name, known[name]) for name in names or known]
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
