#!/usr/bin/env bash
# import: how long a pasted report of 2 MB takes, made up and real, and whether hostile texts stay
# linear. The real ones are left out where their folder is not there.
set -eu
reports=()
for report in badiis windigo invisimole; do
    file="${STAKEOUT_SHARED:-}/data/iocs/eset/$report/README.adoc"
    if [ -f "$file" ]; then reports+=("$file"); fi
done
exec "$STAKEOUT_NATIVE/bench_import" "${reports[@]}"
