#!/usr/bin/env python3
"""What stakeout.exe costs while nothing happens: CPU time, as a share of one core.

With nothing to watch for and the lists in sight (once a second); the same minimised; and with a
watchlist (every 25 ms). Counted by this system, since Wine does not tell the times of other
programs; what its server spends on the program's calls is told beside it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECONDS = 20
TICKS = os.sysconf('SC_CLK_TCK')


def wine(*command):
    return [os.path.join(ROOT, 'build', 'wine'), *command]


def pids_of(word):
    """The processes that have this word in their command line and are no wrapper of it."""
    found = []
    for name in os.listdir('/proc'):
        try:
            with open(f'/proc/{name}/cmdline', 'rb') as file:
                line = file.read()
        except (OSError, ValueError):
            continue
        first = line.split(b'\0')[0].lower()
        if word.encode() in line and (b'stakeout.exe' in first or b'wineserver' in first):
            found.append(name)
    return found


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        with open(f'/proc/{pid}/stat', encoding='utf-8') as file:
            fields = file.read().rpartition(')')[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def share(program, server):
    """Of one core, in per cent: the program's and the server's."""
    time.sleep(3)
    before = cpu_seconds(program), cpu_seconds(server)
    begun = time.monotonic()
    time.sleep(SECONDS)
    took = time.monotonic() - begun
    return tuple((now - then) / took * 100
                 for now, then in zip((cpu_seconds(program), cpu_seconds(server)), before))


def show(case, measured, bar):
    own, server = measured
    print(json.dumps({'bench': 'idle', 'case': case, 'value': round(own, 3),
                      'unit': '% of one core', 'baseline': bar, 'baseline_name': 'the bar'}),
          flush=True)
    print(json.dumps({'bench': 'idle', 'case': f"{case}: Wine's server meanwhile",
                      'value': round(server, 3), 'unit': '% of one core'}), flush=True)


def run(folder, words, measure):
    with open(os.path.join(folder, 'list.txt'), 'w', encoding='utf-8') as file:
        file.write(words)
    settings = os.path.join(folder, 'idle.ini')
    program = subprocess.Popen(wine('stakeout', '--settings', settings, '--list',
                                    os.path.join(folder, 'list.txt'), '--case', folder),
                               stdin=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while subprocess.run(['xdotool', 'search', '--onlyvisible', '--class', 'stakeout.exe'],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         check=False).returncode != 0:
        if time.monotonic() > end:
            sys.exit('idle: the window did not open')
        time.sleep(0.1)
    server = [pid for pid in os.listdir('/proc') if pid.isdigit() and server_of(pid)]
    measure(pids_of('idle.ini'), server)
    subprocess.run(wine('taskkill', '/im', 'stakeout.exe'), stdout=subprocess.DEVNULL, check=False)
    program.wait(timeout=60)


def server_of(pid):
    """Whether it is the Wine server of this bench's own prefix."""
    try:
        with open(f'/proc/{pid}/comm', encoding='utf-8') as file:
            if not file.read().startswith('wineserver'):
                return False
        with open(f'/proc/{pid}/environ', 'rb') as file:
            return b'WINEPREFIX=' + os.environ['WINEPREFIX'].encode() + b'\0' in file.read()
    except OSError:
        return False


def main():
    if not os.environ.get('DISPLAY'):
        display = os.path.join(ROOT, 'build', 'display')
        os.execv(display, [display, os.path.abspath(__file__)])
    with tempfile.TemporaryDirectory() as folder:
        os.environ['WINEPREFIX'] = os.path.join(folder, 'prefix')

        def nothing(program, server):
            show('nothing to watch for, lists shown every second', share(program, server), 1)
            subprocess.run(wine('minimise', 'StakeoutMain'), check=True)
            show('nothing to watch for, minimised', share(program, server), 0.1)

        run(folder, '', nothing)
        run(folder, '203.0.113.1\n',
            lambda program, server: show('watching every 25 ms', share(program, server), 5))
        subprocess.run([os.path.join(ROOT, 'build', 'bed'), 'wineserver', '-k'], check=False)


if __name__ == '__main__':
    main()
