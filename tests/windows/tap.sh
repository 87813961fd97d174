# shellcheck shell=bash
# tap: what the shell tests of the command line share; sourced, prints TAP.
#
#   cli ARG...         runs stakeout-cli; its output is in the files $out and $err, its exit status
#                      in $status
#   check NAME CMD...  one test: CMD succeeds
#   told TEXT          standard error of the last run holds TEXT
#   json EXPRESSION    every line of $out is JSON, in `rows`; the Python expression is true of them
#                      (at(row, 'a.b') is a member or None; command_has(process, text...))
#   wait_until SECONDS CMD...  waits until CMD succeeds
#   start NAME CMD...  runs CMD in the background with a standard input that does not end; its
#                      output is in $scratch/NAME.out and NAME.err, $! is its PID
#   keep_wine          makes many runs faster
#   finish             prints the plan; everything started is ended, the scratch folder removed
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
STAKEOUT_BIN=${STAKEOUT_BIN:-$root/build/out/x86_64}
scratch=$(mktemp -d /tmp/stakeout-test.XXXXXX)
out=$scratch/out
err=$scratch/err
status=0
tests=0
failed=0
started=()
cleanups=()
# Standard input of what is started: it never ends before the script does.
mkfifo "$scratch/held-open"
exec {held_open}<>"$scratch/held-open"

# The pass in which all calls are hidden that are looked up at run time.
hidden() { [ "${STAKEOUT_HIDE_API:-}" = '*' ]; }

# Where Wine sees a file of this system.
windows_path() { printf 'Z:%s' "${1//\//\\}"; }
wine() { "$root/build/wine" "$@"; }
# The same for `start`: becomes the program, so that $! is its PID.
run_wine() { exec "$root/build/wine" "$@"; }

cli() {
    wine stakeout-cli "$@" >"$out" 2>"$err" </dev/null
    status=$?
}

check() {
    local name=$1
    shift
    tests=$((tests + 1))
    if "$@"; then
        echo "ok $tests - $name"
    else
        echo "not ok $tests - $name"
        failed=$((failed + 1))
        echo "#   failed: $* (exit status of the program: $status)"
        head -c 3000 "$err" | sed 's/^/#   err: /'
        head -c 1500 "$out" | tr -d '\000' | sed 's/^/#   out: /'
        tell_started
    fi
}

# What the programs in the background complain of.
tell_started() {
    local said
    for said in "$scratch"/*.err; do
        if [ -s "$said" ]; then
            head -c 1000 "$said" | sed "s/^/#   ${said##*/}: /"
        fi
    done
}

skip() {
    tests=$((tests + 1))
    echo "ok $tests - $1 # SKIP $2"
}

ended_with() { [ "$status" = "$1" ]; }
silent() { [ ! -s "$out" ]; }
one_line() { [ "$(grep -c '' "$err")" = 1 ]; }
told() { grep -qF -- "$1" "$err"; }
printed() { grep -qF -- "$1" "$out"; }
# Refused with status 2, one line on standard error that says TEXT, nothing on standard output.
refused() { ended_with 2 && silent && one_line && grep -q '^stakeout-cli: ' "$err" && told "$1"; }

json() { json_of "$out" "$1"; }
json_of() {
    python3 -B - "$1" "$2" <<'PYTHON'
import json, os, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8', newline='\n')]
def at(row, path):
    for name in path.split('.'):
        row = row.get(name) if isinstance(row, dict) else None
    return row
def command_has(process, *texts):
    """Its command line holds all texts; or is missing where the calls that tell it are hidden."""
    if os.environ.get('STAKEOUT_HIDE_API') == '*':
        return 'command_line' not in process
    return all(text in process['command_line'] for text in texts)
good = eval('(' + sys.argv[2] + ')')
if not good:
    print('#  ', len(rows), 'rows, not so:', sys.argv[2])
sys.exit(0 if good else 1)
PYTHON
}

wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

start() {
    local name=$1
    shift
    "$@" >"$scratch/$name.out" 2>"$scratch/$name.err" <&"$held_open" &
    started+=($!)
}

# Keeps Wine's server up between the runs: each is four times as fast.
keep_wine() {
    start kept run_wine sleeper
    wait_until 60 grep -qs pid= "$scratch/kept.out" && return
    echo "# the lab's sleeper did not start: $(head -c 300 "$scratch/kept.err")"
}

# What stakeout-cli says once it watches.
watching() { grep -qs 'watching for' "$scratch/$1.err"; }
# The number behind "port=" of a listener started as NAME.
port_of() { sed -n "s/.*port=\([0-9]*\).*/\1/p" "$scratch/$1.out" 2>/dev/null | head -n 1; }

end_all() {
    local pid action
    for pid in ${started[@]+"${started[@]}"}; do
        kill "$pid" 2>/dev/null
    done
    for action in ${cleanups[@]+"${cleanups[@]}"}; do
        eval "$action"
    done
    rm -rf "$scratch"
}
trap end_all EXIT
trap 'exit 143' TERM INT HUP

finish() {
    echo "1..$tests"
    [ "$failed" = 0 ]
    exit
}
