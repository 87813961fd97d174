#!/usr/bin/env bash
# The bed and Wine in it hand through what they promise: exit code, working directory, arguments,
# standard input and output, the network namespace, a prefix of one's own.
set -u
root=$PWD
. "$root/build/places.sh"
work=$(mktemp -d)
number=0
export WINEPREFIX=$work/prefix
unset DISPLAY # what needs no window runs without an X server

finish() {
    "$root/build/bed" wineserver -k 2>/dev/null
    ip netns del "stakeout-bed-$$" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT

is() {
    number=$((number + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        echo "#   wanted: $2"
        echo "#   got:    $3"
    fi
}

echo 1..12
mkdir "$work/a folder"
cd "$work/a folder" || exit 1

"$root/build/bed" sh -c 'exit 7'
is 'bed: the exit code' 7 $?
is 'bed: the working directory' "$work/a folder" "$("$root/build/bed" pwd)"
is 'bed: arguments, with spaces and empty' '<a b><><$x>' \
    "$("$root/build/bed" printf '<%s>' 'a b' '' '$x')"
is 'bed: the environment' 'kept' "$(STAKEOUT_KEPT=kept "$root/build/bed" printenv STAKEOUT_KEPT)"

"$root/build/wine" cmd /c 'exit 9'
is 'wine: the exit code' 9 $?
is 'wine: a prefix of its own is made' yes "$([ -e "$WINEPREFIX/user.reg" ] && echo yes)"
"$root/build/wine" cmd /c 'echo written> here.txt'
is 'wine: the working directory' written "$(tr -d '\r\n' <here.txt)"
cp here.txt "$work/there.txt"
is 'wine: a folder of this machine under its own path' written \
    "$("$root/build/wine" cmd /c type "Z:${work//\//\\}\\there.txt" 2>/dev/null | tr -d '\r\n')"
is 'wine: standard input' 'line' \
    "$(echo line | "$root/build/wine" findstr line 2>/dev/null | tr -d '\r\n')"
# A server that stays was told so when it began: its command line says it.
staying() {
    for process in /proc/[0-9]*; do
        if tr '\0' '\n' <"$process/environ" | grep -qxF "WINEPREFIX=$WINEPREFIX" &&
            tr '\0' ' ' <"$process/cmdline" | grep -q 'wineserver.* -p'; then
            echo yes
        fi
    done 2>/dev/null
}
"$root/build/bed" wineserver -k
"$root/build/bed" wineserver -w
STAKEOUT_WINE_STAYS=1 "$root/build/wine" cmd /c exit
is 'wine: the server stays where that is asked for' yes "$(staying)"
# The prefix's hosts file is a copy: changing it leaves the one that prefixes are made from.
echo '192.0.2.1 changed' >>"$WINEPREFIX/drive_c/windows/win.ini"
is 'wine: what a prefix changes stays in it' 0 \
    "$(grep -c changed "$STAKEOUT_CACHE/prefix/drive_c/windows/win.ini")"

ip netns add "stakeout-bed-$$" 2>/dev/null
is 'bed: the network namespace' lo \
    "$(ip netns exec "stakeout-bed-$$" "$root/build/bed" ls /sys/class/net)"
