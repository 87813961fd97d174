#!/usr/bin/env bash
# 10,000 hits whose names, command lines, domains and labels are as hostile as they can be: through
# every format and back by parsers that are not ours; and the page in a real browser.
. "$(dirname "$0")/tap.sh"
if hidden; then
    skip 'a report of hostile names' 'it reads files and asks the system for nothing else'
    finish
fi
keep_wine

case=$scratch/case
python3 -B "$root/tests/support/hostile_case.py" make "$case" 10000
for format in html csv ecs sigma stix; do
    cli report "$case" --format $format
    check "10,000 hostile names as $format" ended_with 0
done
cli report "$case" --lang zh --out "$case/report-zh.html"
check 'and in Chinese' ended_with 0
check 'U9 U10 they come back equal, and none as markup or a formula' \
    python3 -B "$root/tests/support/hostile_case.py" check "$case"
page() {
    timeout 500 python3 -B "$root/tests/support/report_page.py" "$@"
}
if ! command -v chromium >/dev/null; then
    skip 'the page in a browser' 'there is no Chromium here'
    finish
fi
rm -rf "$case"
case=$scratch/fewer
python3 -B "$root/tests/support/hostile_case.py" make "$case" 100
cli report "$case"
check 'a page of hostile names in a browser' page "$case/report.html" "$scratch/hostile" \
    'Hits: 100. Processes with hits: 100.' 'U+202E'

# One that people would write, in both languages.
small=$scratch/small
python3 -B "$root/tests/support/hostile_case.py" make "$small" 30
for language in en zh; do
    cli report "$small" --lang $language
    if [ $language = en ]; then words=(Summary Timeline Integrity); else words=(摘要 时间线 完整性); fi
    check "a page in a browser, $language: widths, links, console, colours, paper" \
        page "$small/report.html" "$scratch/$language" "${words[@]}"
done
finish
