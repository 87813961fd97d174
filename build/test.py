"""Builds and runs the tests inside the test bed: what build/test is made of.

Every test program speaks TAP. One that crashes, hangs, prints no plan, or ends with an exit code
that its lines do not explain counts as one failed test more.
"""

import concurrent.futures
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, 'build', 'out')
CACHE = os.environ['STAKEOUT_CACHE']
HANG_SECONDS = 600
FUZZ_SECONDS = 10
LEAST_COVERAGE = 90.0
GROUPS = ('unit', 'windows', 'gui', 'fuzz', 'scripts', 'check')

RESULT = re.compile(r'^(not )?ok\b[ \t]*\d*[ \t]*(?:- )?([^#]*)(#\s*(skip|todo)\b.*)?', re.I)
PLAN = re.compile(r'^1\.\.(\d+)\s*(#\s*skip.*)?$', re.I)


class Tally:
    """What passed, failed and was skipped so far."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []

    def fail(self, label, why):
        self.failed += 1
        self.failures.append(f'{label}: {why}')

    def line(self):
        skipped = f', {self.skipped} skipped' if self.skipped else ''
        return f'{self.passed} passed, {self.failed} failed{skipped}'


def say(text):
    print(text, flush=True)


def read_tap(text):
    """(passed, failed names, skipped, planned or None) of a program's output."""
    passed = skipped = 0
    planned = None
    failed = []
    for line in text.splitlines():
        plan = PLAN.match(line)
        if plan:
            planned = (planned or 0) + int(plan[1])
            continue
        result = RESULT.match(line)
        if not result:
            continue
        if result[4]:
            skipped += 1
        elif result[1]:
            failed.append(result[2].strip() or 'unnamed')
        else:
            passed += 1
    return passed, failed, skipped, planned


running = set()  # what is to be ended when we are


def stop(*_):
    for process in list(running):
        os.killpg(process.pid, signal.SIGKILL)
    sys.exit(143)


def run(argv, env=None, seconds=HANG_SECONDS):
    """(exit code, or None where it hung; output). The output goes through a file: what the program
    leaves running can't keep us waiting by holding a pipe open."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, env={**os.environ, **(env or {})},
                                   start_new_session=True)
        running.add(process)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            running.discard(process)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                if 'WINEPREFIX' in os.environ:  # what it started under Wine is not in its group
                    subprocess.call(['wineserver', '-k'], stderr=subprocess.DEVNULL)
        output.seek(0)
        return code, output.read().decode('utf-8', 'replace').replace('\r\n', '\n')


def run_tap(tally, label, argv, env=None, seconds=HANG_SECONDS):
    began = time.monotonic()
    code, text = run(argv, {'CMOCKA_MESSAGE_OUTPUT': 'TAP', **(env or {})}, seconds)
    took = time.monotonic() - began
    passed, failed, skipped, planned = read_tap(text)
    tally.passed += passed
    tally.skipped += skipped
    whys = list(failed)
    if code is None:
        whys.append(f'hung (ended after {seconds} s)')
    elif planned is None:
        whys.append(f'printed no plan, exit code {code}')
    elif planned != passed + skipped + len(failed):
        whys.append(f'{planned} planned, {passed + skipped + len(failed)} run, exit code {code}')
    elif code != 0 and not failed:
        whys.append(f'exit code {code} though no line failed')
    for why in whys:
        tally.fail(label, why)
    say(f'{"not ok" if whys else "ok    "} {label}: {passed} passed, {len(whys)} failed'
        f'{f", {skipped} skipped" if skipped else ""} ({took:.1f} s)')
    if whys:
        say(text.rstrip('\n'))
    elif skipped:
        for line in text.splitlines():
            if re.search(r'#\s*skip', line, re.I):
                say('         ' + line)
    return not whys


def one(tally, label, good, why=''):
    """A test that is one line."""
    if good:
        tally.passed += 1
        say(f'ok     {label}{": " + why if why else ""}')
    else:
        tally.fail(label, why)
        say(f'not ok {label}: {why}')


def build(tally, preset, *targets):
    say(f'--- building {preset}')
    began = time.monotonic()
    configured = subprocess.call(['cmake', '--preset', preset, '--log-level=WARNING'], cwd=ROOT,
                                 stdout=subprocess.DEVNULL) == 0
    command = ['cmake', '--build', '--preset', preset, '-j', '2']
    if targets:
        command += ['--target', *targets]
    good = configured and subprocess.call(command + ['--', '-k', '0', '--quiet'], cwd=ROOT) == 0
    one(tally, f'build {preset}', good,
        f'{time.monotonic() - began:.0f} s' if good else 'it does not build, see above')


def programs(folder, pattern='*'):
    """The built test programs of a folder whose source is still there."""
    sources = {os.path.splitext(os.path.basename(path))[0]
               for path in glob.glob(os.path.join(ROOT, 'tests', '**', '*.c'), recursive=True)}
    for path in sorted(glob.glob(os.path.join(OUT, folder, pattern))):
        if os.path.splitext(os.path.basename(path))[0] in sources and os.access(path, os.X_OK):
            yield path


def scripts(folder):
    found = glob.glob(os.path.join(ROOT, 'tests', folder, '*.sh'))
    found += glob.glob(os.path.join(ROOT, 'tests', folder, '*.py'))
    return sorted(path for path in found if os.access(path, os.X_OK))


def name_of(path):
    return os.path.relpath(path, OUT if path.startswith(OUT) else ROOT)


def run_all(tally, paths, env=None, prefix='', wine=False, workers=1, seconds=HANG_SECONDS):
    def run_one(path):
        argv = ['build/wine', path] if wine and path.endswith('.exe') else [path]
        run_tap(tally, prefix + name_of(path), argv, env, seconds)
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        list(pool.map(run_one, paths))


def test_unit(tally, _):
    sanitizers = {'ASAN_OPTIONS': 'detect_leaks=1:abort_on_error=0',
                  'UBSAN_OPTIONS': 'print_stacktrace=1'}
    build(tally, 'native')
    run_all(tally, programs('native/tests'), sanitizers, workers=2)
    build(tally, 'native-clang')
    build(tally, 'coverage')
    for stale in glob.glob(os.path.join(OUT, 'tree', 'coverage', '**', '*.gcda'), recursive=True):
        os.unlink(stale)
    broken = [name_of(path) for path in programs('coverage/tests') if run([path])[0] != 0]
    if broken:
        say('coverage: these failed, so it may read low: ' + ' '.join(broken))
    measure_coverage(tally)


def measure_coverage(tally):
    code, text = run(['gcovr', '--root', ROOT, '--filter', 'core/', '--exclude', 'core/windows/',
                      '--exclude', 'core/cli/', '--json-summary', '-j', '2',
                      os.path.join(OUT, 'tree', 'coverage')])
    found = re.search(r'^\{.*\}\s*$', text, re.M | re.S)
    if code != 0 or not found:
        one(tally, 'line coverage of the portable core', False, f'gcovr failed: {text[-2000:]}')
        return
    summary = json.loads(found[0])
    for entry in sorted(summary['files'], key=lambda file: file['line_percent'] or 0)[:10]:
        say(f'         {entry["line_percent"] or 0:5.1f} % {entry["filename"]}')
    share = summary['line_percent'] or 0.0
    one(tally, 'line coverage of the portable core', share >= LEAST_COVERAGE,
        f'{share:.1f} % of {summary["line_total"]} lines (at least {LEAST_COVERAGE:.0f} %)')


def test_windows(tally, display):
    build(tally, 'cross-x86_64')
    display.start()
    tests = list(programs('x86_64/tests', '*.exe')) + scripts('windows')
    run_all(tally, tests, wine=True)
    say('--- once more, with every optional system call hidden')
    run_all(tally, tests, {'STAKEOUT_HIDE_API': '*'}, prefix='hidden: ', wine=True)


def test_gui(tally, display):
    build(tally, 'cross-x86_64')
    display.start()
    run_all(tally, list(programs('x86_64/gui-tests', '*.exe')) + scripts('gui'), wine=True)


def test_fuzz(tally, _):
    build(tally, 'native-clang')

    def fuzz(path):
        name = os.path.basename(path)
        corpus = os.path.join(OUT, 'fuzz', name)
        os.makedirs(corpus, exist_ok=True)
        argv = [path, f'-max_total_time={FUZZ_SECONDS}', '-timeout=20', '-rss_limit_mb=2048',
                f'-artifact_prefix={corpus}-', '-print_final_stats=1', corpus]
        seeds = os.path.join(ROOT, 'tests', 'fuzz', 'seeds', name)
        if os.path.isdir(seeds):
            argv.append(seeds)
        dictionary = os.path.join(ROOT, 'tests', 'fuzz', name + '.dict')
        if os.path.exists(dictionary):
            argv.insert(1, '-dict=' + dictionary)
        code, text = run(argv)
        if code != 0:
            say(text[-6000:])
        runs = re.search(r'number_of_executed_units: (\d+)', text)
        one(tally, name, code == 0,
            f'{runs[1] if runs else "?"} inputs' if code == 0 else f'exit code {code}, see above')

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(fuzz, programs('native-clang/fuzz')))


def test_scripts(tally, _):
    build(tally, 'cross-x86_64', 'all')
    build(tally, 'cross-i686')
    run_all(tally, scripts('scripts'), seconds=3 * HANG_SECONDS)  # one builds everything twice


def test_check(tally, _):
    run_tap(tally, 'build/check', ['build/check'], seconds=3 * HANG_SECONDS)


class Display:
    """One X server for the whole run, and one Wine prefix that nobody else uses."""

    def __init__(self):
        self.server = None
        self.prefix = None

    def start(self):
        if self.server:
            return
        told, tell = os.pipe()
        self.server = subprocess.Popen(
            ['Xvfb', '-displayfd', str(tell), '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'],
            pass_fds=[tell], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(tell)
        with os.fdopen(told) as number:
            os.environ['DISPLAY'] = ':' + number.readline().strip()
        os.makedirs(os.path.join(CACHE, 'prefixes'), exist_ok=True)
        self.prefix = tempfile.mkdtemp(prefix='test-', dir=os.path.join(CACHE, 'prefixes'))
        os.environ['WINEPREFIX'] = self.prefix
        os.environ['STAKEOUT_WINE_STAYS'] = '1'

    def end(self):
        if not self.server:
            return
        subprocess.call(['wineserver', '-k'], stderr=subprocess.DEVNULL)
        try:
            # The server leaves once its last program has; nothing is to write into the prefix then.
            subprocess.call(['wineserver', '-w'], stderr=subprocess.DEVNULL, timeout=30)
        except subprocess.TimeoutExpired:
            subprocess.call(['wineserver', '-k9'], stderr=subprocess.DEVNULL)
        shutil.rmtree(self.prefix, ignore_errors=True)
        self.server.terminate()
        self.server.wait()
        self.server = None


def main(names):
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        say(f'test: {unknown[0]} is none of {" ".join(GROUPS)}')
        return 2
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    os.environ['STAKEOUT_BIN'] = os.path.join(OUT, 'x86_64')
    shared = os.path.join(os.path.dirname(ROOT), 'shared')
    if os.path.isdir(shared):
        os.environ['STAKEOUT_SHARED'] = shared
    tally = Tally()
    display = Display()
    began = time.monotonic()
    try:
        for group in names or GROUPS:
            say(f'=== {group}')
            globals()['test_' + group](tally, display)
    finally:
        display.end()
    if tally.failures:
        say('=== failed')
        for failure in tally.failures:
            say(f'  {failure}')
    say(f'{time.monotonic() - began:.0f} s')
    say(tally.line())
    return 1 if tally.failed or not tally.passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
