#!/usr/bin/env python3
"""How many short connections are caught, with all that is to be known of their processes.

Suspects that live about LIFE ms and hold a connection to a loopback listener for HOLD ms start at
random moments. `stakeout-cli watch` and the responders' script loop (tests/lab/script_loop.c: the
table once a second, then a look-up of the PID) watch the same run. A catch counts only with the
process's image, command line, start time and parent; the script's counts when it could name the
image. Which suspect it was stands in its command line.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LAB = os.path.join(ROOT, 'build', 'out', 'x86_64', 'lab')
# hold ms, life ms, how many
CASES = [(50, 100, 200), (1, 50, 100), (5, 55, 100), (10, 60, 100), (20, 70, 100), (150, 200, 100)]
GAP_MS = 60


def start(*command, **options):
    return subprocess.Popen([os.path.join(ROOT, 'build', 'wine'), *command], cwd=ROOT, text=True,
                            stdout=subprocess.PIPE, stdin=subprocess.PIPE, **options)


def listener():
    process = start(os.path.join(LAB, 'listener.exe'))
    port = re.search(r'port=(\d+)', process.stdout.readline()).group(1)
    return process, port


def number_of(hit):
    found = re.search(r'--exit (\d+) ', hit.get('process', {}).get('command_line', ''))
    return int(found.group(1)) if found else None


def is_whole(hit):
    process = hit.get('process', {})
    return bool(hit.get('stakeout', {}).get('ancestors')) and all(
        process.get(field) for field in ('executable', 'command_line', 'start', 'parent'))


def hits_of(folder):
    with open(os.path.join(folder, 'hits.jsonl'), encoding='utf-8') as lines:
        return [json.loads(line) for line in lines]


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f'catch_rate: {what} did not come')
        time.sleep(0.05)


def run(hold, life, count):
    """How many started, were caught whole, were caught with a PID, and were named by the loop."""
    server, port = listener()
    with tempfile.TemporaryDirectory() as folder:
        watch = start('stakeout-cli', 'watch', '--indicator', f'127.0.0.1:{port}',
                      '--case', folder, '--json', '--seconds', '600', stderr=subprocess.DEVNULL)
        # A first connection of this program itself shows that the trap is set.
        wait_for(lambda: os.path.exists(os.path.join(folder, 'hits.jsonl')), 'the trap')
        probe = start(os.path.join(LAB, 'suspect.exe'), '--quiet', '--exit', '0',
                      '127.0.0.1', port, '2000', '2000')
        wait_for(lambda: hits_of(folder), 'the first hit')
        probe.wait()
        seconds = 5 + count * (GAP_MS + 25) // 1000
        loop = start(os.path.join(LAB, 'script_loop.exe'), port, str(seconds))
        swarm = start(os.path.join(LAB, 'swarm.exe'), str(count), '127.0.0.1', port, str(hold),
                      str(life), str(GAP_MS), str(hold + 1))
        started = int(re.search(r'started=(\d+)', swarm.communicate()[0]).group(1))
        named = len(re.findall(r'^found .*suspect', loop.communicate()[0], re.MULTILINE))
        watch.stdin.close()
        watch.terminate()
        watch.wait()
        server.stdin.close()
        server.wait()
        hits = hits_of(folder)
        whole = {number_of(hit) for hit in hits if is_whole(hit)} - {None, 0}
        owned = sum(1 for hit in hits if hit.get('process', {}).get('pid')) - 1
        if len(whole) > started:
            sys.exit('catch_rate: more catches than suspects')
        return started, len(whole), max(owned, len(whole)), named


def show(case, value, baseline, name='script loop'):
    print(json.dumps({'bench': 'catch-rate', 'case': case, 'value': round(value, 4),
                      'unit': 'share', 'baseline': round(baseline, 4), 'baseline_name': name}),
          flush=True)


def main():
    for hold, life, count in CASES:
        started, whole, owned, named = run(hold, life, count)
        show(f'{hold} ms, {started} suspects, all facts', whole / started, named / started)
        show(f'{hold} ms, {started} suspects, with a PID', owned / started, named / started)


if __name__ == '__main__':
    main()
