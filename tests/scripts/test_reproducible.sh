#!/usr/bin/env bash
# Two builds from two folders have the same bytes: what build/out has, and one of a copy of the
# source elsewhere.
set -u
root=$PWD
copy=$(mktemp -d)/a/folder/elsewhere
trap 'rm -rf "${copy%/a/folder/elsewhere}"' EXIT

mkdir -p "$copy"
tar -cf - --exclude=./build/out --exclude=./.git . | tar -xf - -C "$copy"
echo 1..4
number=0
for arch in x86_64 i686; do
    if ! (cd "$copy" && cmake --preset cross-$arch --log-level=WARNING -DSTAKEOUT_TESTS=OFF &&
        cmake --build --preset cross-$arch -j 2 --target stakeout stakeout-cli) \
        >"$copy/log" 2>&1; then
        tail -n 20 "$copy/log" | sed 's/^/# /'
    fi
    for program in stakeout.exe stakeout-cli.exe; do
        number=$((number + 1))
        if said=$(cmp "$root/build/out/$arch/$program" "$copy/build/out/$arch/$program" 2>&1); then
            echo "ok $number - $arch/$program has the same bytes from another folder"
        else
            echo "not ok $number - $arch/$program has the same bytes from another folder"
            echo "# $said"
        fi
    done
done
