#!/usr/bin/env python3
"""How often the trap holds a process that lives only a little longer than its connect.

Suspects that live about LIFE ms after their connect start one after another; `stakeout-cli watch
--on-hit suspend` is to suspend each before it ends. One counts as held when the journal says that
it was suspended and seen to be so. The time from the beginning of the look that saw the connection
to the end of the call that suspended the process is the journal's stakeout.latency_ms. What is held
is ended afterwards, by its identity.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LAB = os.path.join(ROOT, 'build', 'out', 'x86_64', 'lab')
LIFE_MS = 60
COUNT = int(os.environ.get('STAKEOUT_TRAP_RUNS', '100'))


def start(*command, **options):
    return subprocess.Popen([os.path.join(ROOT, 'build', 'wine'), *command], cwd=ROOT, text=True,
                            stdout=subprocess.PIPE, stdin=subprocess.PIPE, **options)


def wait_for(condition, what, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f'trap: {what} did not come')
        time.sleep(0.02)


def rows_of(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding='utf-8') as lines:
        return [json.loads(line) for line in lines if line.endswith('\n')]


def ends_of(journal):
    return [row for row in rows_of(journal)
            if row['event']['type'] == ['end'] and row['event']['action'] == 'suspend']


def main():
    server = start(os.path.join(LAB, 'listener.exe'))
    port = re.search(r'port=(\d+)', server.stdout.readline()).group(1)
    with tempfile.TemporaryDirectory() as folder:
        watch = start('stakeout-cli', 'watch', '--indicator', f'127.0.0.1:{port}', '--on-hit',
                      'suspend', '--case', folder, '--seconds', '1800', stderr=subprocess.PIPE)
        watch.stderr.readline()
        journal = os.path.join(folder, 'journal.jsonl')
        for _ in range(COUNT):
            before = len(ends_of(journal))
            prey = start(os.path.join(LAB, 'suspect.exe'), '--quiet', '127.0.0.1', port,
                         str(LIFE_MS), stderr=subprocess.DEVNULL)
            wait_for(lambda known=before, prey=prey: prey.poll() is not None or
                     len(ends_of(journal)) > known, 'an end or a hit')
            last = ends_of(journal)[before:]
            if last and last[0]['event']['outcome'] == 'success':
                process = last[0]['process']
                subprocess.run([os.path.join(ROOT, 'build', 'wine'), 'stakeout-cli', 'kill',
                                str(process['pid']), '--start', process['start'], '--yes', '--case',
                                os.path.join(folder, 'ended')], cwd=ROOT, check=False,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
            prey.wait()
        watch.terminate()
        watch.wait()
        ends = ends_of(journal)
    server.stdin.close()
    server.wait()
    held = [row for row in ends if row['event']['outcome'] == 'success']
    latencies = sorted(row['stakeout']['latency_ms'] for row in held)
    for case, value, unit in (
            (f'{LIFE_MS} ms after its connect, {COUNT} runs, held', len(held) / COUNT, 'share'),
            ('from the look to suspended, median', statistics.median(latencies or [0]), 'ms'),
            ('from the look to suspended, 95 of 100',
             latencies[int(len(latencies) * 0.95)] if latencies else 0, 'ms')):
        print(json.dumps({'bench': 'trap', 'case': case, 'value': round(value, 4), 'unit': unit}),
              flush=True)


if __name__ == '__main__':
    main()
