# shellcheck shell=bash disable=SC2034 # those who source it use what is set here
# places: where the checkout, the cache and the test bed are. Sourced by the scripts beside it.
#
# The cache lies outside the checkout, so that a checkout may be thrown away:
#   $STAKEOUT_CACHE/debian13    a Debian 13 root, on a machine that is not Debian 13 itself
#   $STAKEOUT_CACHE/deps/ARCH   PCRE2 and CMocka for MinGW-w64
#   $STAKEOUT_CACHE/prefix      the Wine prefix that new ones are copied from
#   $STAKEOUT_CACHE/prefixes/   the prefixes that build/wine makes for each checkout
# BED_ROOT is empty where this machine is the bed, which is also so inside it.

STAKEOUT_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export STAKEOUT_CACHE=${STAKEOUT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/stakeout}
STAKEOUT_OUT=$STAKEOUT_ROOT/build/out

bed_fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 2
}

# Prints the folder of the Wine prefix that this checkout uses where WINEPREFIX names none. There
# are two, one for runs with a display and one without: a Wine server that was started without a
# display can't open windows later.
default_prefix() {
    printf '%s/prefixes/%s-%s-%s' "$STAKEOUT_CACHE" "$(basename "$STAKEOUT_ROOT")" \
        "$(printf '%s' "$STAKEOUT_ROOT" | cksum | cut -d ' ' -f 1)" \
        "$([ -n "${DISPLAY:-}" ] && echo window || echo console)"
}

# Prints the major number of the Debian release that this is, or nothing.
debian_release() {
    (
        ID='' VERSION_ID=''
        . /etc/os-release 2>/dev/null
        [ "$ID" = debian ] && printf '%s' "${VERSION_ID%%.*}"
    )
}

case $(debian_release) in
13) BED_ROOT='' ;;
12) BED_ROOT=$STAKEOUT_CACHE/debian13 ;;
*) bed_fail "this is neither Debian 12 nor 13: use one, or build by CMakePresets.json" ;;
esac
