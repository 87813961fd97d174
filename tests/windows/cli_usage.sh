#!/usr/bin/env bash
# What stakeout-cli says of itself, and what it says to wrong usage.
. "$(dirname "$0")/tap.sh"
keep_wine

cli --version
check 'version' eval "ended_with 0 && grep -qE '^stakeout-cli [0-9]+\.[0-9]+\.[0-9]+$' '$out'"
check 'nothing on standard error' [ ! -s "$err" ]
cli --help
check 'help names every command' eval \
    "ended_with 0 && printed 'ps ' && printed 'net ' && printed 'indicators ' &&
     printed 'watch ' && printed 'info '"
for command in ps net indicators watch info find dump dump-tree sample close remove evidence case \
    close-handle registry \
    verify; do
    cli $command --help
    check "help of $command" eval "ended_with 0 && printed 'usage: stakeout-cli $command'"
    check "no carriage returns in the help of $command" eval "! grep -q $'\r' '$out'"
done
cli
check 'no command' refused 'no command given; see stakeout-cli --help'
cli frobnicate
check 'an unknown command' refused 'frobnicate: there is no such command'
for command in record replay; do
    cli $command 1
    check "$command is not in this version" refused "$command: not in this version"
done
cli case open x
check 'an unknown thing to do with a case' refused 'case: open: give new, show or close'
cli case show x --why y
check 'words for a case that is there' refused 'go with new only'
cli find files x
check 'an unknown kind of search' refused 'find: files: give handles, registry or memory'
cli ps --lst
check 'an unknown option' refused '--lst: there is no such option'
cli watch
check 'nothing to watch for' refused 'nothing to watch for'
cli watch --indicator 192.0.2.1 --on-hit suspend,kill
check 'an unknown thing to do at a hit' refused '"kill": there is no such thing to do'
cli watch --indicator 192.0.2.1 --on-hit-for 192.0.2.2=dump
check 'for an indicator that is not watched for' refused 'no such --list or --indicator'
cli watch --indicator 192.0.2.1 --once --each-time
check 'once and each time' refused '--once does not go with --each-time'
cli watch --indicator 192.0.2.1 --interval 1
check 'too short an interval' refused 'from 5 to 60000'
cli watch --indicator 'not an indicator'
check 'no indicator' refused 'not an indicator'
cli info x
check 'no PID' refused 'is no PID'
cli remove x --way later
check 'no way to remove a file' refused '--way later: give quarantine, now or restart'
cli remove x --sample --no-sample
check 'a sample and none' refused 'contradict each other'
cli info 4294967292
check 'no such process' eval "ended_with 1 && silent && told 'there is no process 4294967292'"
cli watch --list "$scratch/missing.txt"
check 'a list that is not there' refused 'missing.txt'
# A star is not expanded to file names.
cd "$scratch" && touch a.example.com b.example.com
cli watch --indicator '*.example.com' --seconds 1 --case "$scratch/case"
check 'a star stays a star' eval "ended_with 1 && told 'watching for 1 indicator,'"
finish
