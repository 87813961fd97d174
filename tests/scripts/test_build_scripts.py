#!/usr/bin/env python3
"""The scripts that judge everything else can say no: build/test counts what crashes, hangs or is
silent as failed, and each of build/check's rules finds what it is there to find."""

import contextlib
import importlib.util
import io
import os
import stat
import sys
import tempfile

ROOT = os.getcwd()


def load(name):
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location(name, os.path.join(ROOT, 'build', name + '.py'))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


test = load('test')
check = load('check')


def tally_of(script, seconds=60):
    """(passed, failed, skipped) that build/test makes of a program."""
    tally = test.Tally()
    with contextlib.redirect_stdout(io.StringIO()):
        test.run_tap(tally, 'made up', ['bash', '-c', script], seconds=seconds)
    return tally.passed, tally.failed, tally.skipped


def faults_in(files, *names):
    """How many faults each of the checks named finds in a tree of these files."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            whole = os.path.join(folder, path)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, 'w', encoding='utf-8') as file:
                file.write(text)
            if text.startswith('#!'):
                os.chmod(whole, os.stat(whole).st_mode | stat.S_IXUSR)
        os.makedirs(os.path.join(folder, '.ci'), exist_ok=True)
        with open(os.path.join(folder, '.ci', 'run'), 'w', encoding='utf-8') as file:
            file.write('#!/usr/bin/env bash\nexec true\n')
        with open(os.path.join(ROOT, '.clang-format'), encoding='utf-8') as settings, \
                open(os.path.join(folder, '.clang-format'), 'w', encoding='utf-8') as file:
            file.write(settings.read())
        check.ROOT, kept = folder, check.ROOT
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                return [len(check.CHECKS[name]()) for name in names]
        finally:
            check.ROOT = kept


def function(body):
    return 'int f(int a);\n\nint f(int a)\n{\n' + body + '    return a;\n}\n'


def c_file(path, text, name):
    return faults_in({path: text}, name)


ONE_WAY = '    if (a == 1)\n        return 1;\n'
CASES = [
    ('passed, failed and skipped lines are counted',
     lambda: tally_of('echo 1..3; echo ok 1 - a; echo not ok 2 - b; echo "ok 3 - c # SKIP why";'
                      'exit 1'), (1, 1, 1)),
    ('several plans are added up',
     lambda: tally_of('echo 1..1; echo ok 1 - a; echo 1..1; echo ok 1 - b'), (2, 0, 0)),
    ('a program without a plan has failed', lambda: tally_of('echo ok 1 - a'), (1, 1, 0)),
    ('a program that prints nothing has failed', lambda: tally_of('true'), (0, 1, 0)),
    ('a program that stops before its plan is done has failed',
     lambda: tally_of('echo 1..3; echo ok 1 - a; kill -SEGV $$'), (1, 1, 0)),
    ('a program that ends with an error after its last line has failed',
     lambda: tally_of('echo 1..1; echo ok 1 - a; exit 99'), (1, 1, 0)),
    ('a program that hangs has failed, and is ended',
     lambda: tally_of('echo 1..1; echo ok 1 - a; sleep 1000', seconds=2), (1, 1, 0)),
    ('a plan of nothing is not a pass', lambda: tally_of('echo 1..0; exit 1'), (0, 1, 0)),
    ('format: badly laid out code',
     lambda: c_file('core/base/a.c', 'int   f ( void ) ;\n', 'format')[0] > 0, True),
    ('format: well laid out code',
     lambda: c_file('core/base/a.c', 'int f(void);\n', 'format'), [0]),
    ('complexity: 26 ways through a function',
     lambda: c_file('core/a/a.c', function(ONE_WAY * 25), 'complexity'), [1]),
    ('complexity: 25 ways through a function',
     lambda: c_file('core/a/a.c', function(ONE_WAY * 24), 'complexity'), [0]),
    ('complexity: a function of more than 120 lines',
     lambda: c_file('core/a/a.c', function('    a++;\n' * 120), 'complexity'), [1]),
    ('length: a file of more than 1,000 lines',
     lambda: c_file('gui/a.c', 'int a;\n' * 1001, 'length'), [1]),
    ('length: a line over 100 columns',
     lambda: c_file('res/a.h', '/*' + 'x' * 99, 'length'), [1]),
    ('banned: a banned function',
     lambda: c_file('tests/unit/a.c', 'void f(void) { strcpy(a, b); }\n', 'banned'), [1]),
    ('banned: its name in a comment, a literal or a longer name is none',
     lambda: c_file('tests/unit/a.c', '/* strcpy(a) */ char *b = "strcpy(a)"; my_strcpy(a);\n',
                    'banned'), [0]),
    ('banned: LoadLibrary outside its module',
     lambda: c_file('core/windows/a.c', 'void f(void) { LoadLibraryW(a); }\n', 'banned'), [1]),
    ('banned: LoadLibrary in its module',
     lambda: c_file('core/windows/library.c', 'void f(void) { LoadLibraryW(a); }\n', 'banned'),
     [0]),
    ('layers: windows.h in portable code',
     lambda: c_file('core/model/a.c', '#include <windows.h>\n', 'layers'), [1]),
    ('layers: windows.h in core/windows',
     lambda: c_file('core/windows/a.c', '#include <windows.h>\n', 'layers'), [0]),
    ('layers: #ifdef _WIN32 in portable code',
     lambda: c_file('core/base/a.h', '#ifdef _WIN32\n#endif\n', 'layers'), [1]),
    ('layers: portable code that includes the live source',
     lambda: c_file('core/watch/a.c', '#include "core/windows/live.h"\n', 'layers'), [1]),
    ('layers: a system call in the window',
     lambda: c_file('gui/a.c', 'void f(void) { CreateToolhelp32Snapshot(2, 0); }\n', 'layers'),
     [1]),
    ('layers: one beginning with Nt',
     lambda: c_file('gui/a.c', 'void f(void) { NtQuerySystemInformation(5); }\n', 'layers'), [1]),
    ('strings: a sentence in the window',
     lambda: c_file('gui/a.c', 'f(L"No process is selected");\n', 'strings'), [1]),
    ('strings: Chinese in the window', lambda: c_file('gui/a.c', 'f(L"中文");\n', 'strings'), [1]),
    ('strings: one that says that nobody reads it',
     lambda: c_file('gui/a.c', 'f(L"Segoe UI"); /* a font: not shown */\n', 'strings'), [0]),
    ('strings: a format without words',
     lambda: c_file('gui/a.c', 'f(L"%d %d");\n', 'strings'), [0]),
    ('scripts: an unquoted expansion that shellcheck warns of',
     lambda: c_file('build/a', '#!/usr/bin/env bash\ncd $1 && rm -rf ${2}/*\nx=`ls`\nlocal y\n',
                    'scripts')[0] > 0, True),
]


def main():
    print(f'1..{len(CASES)}')
    failed = 0
    for number, (name, got, wanted) in enumerate(CASES, 1):
        result = got()
        good = result == wanted
        failed += not good
        print(f'{"ok" if good else "not ok"} {number} - {name}')
        if not good:
            print(f'#   wanted {wanted}, got {result}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
