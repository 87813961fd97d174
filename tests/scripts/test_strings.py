#!/usr/bin/env python3
"""Walks the string tables of all languages as they stand in res/*.rc. Prints TAP."""

import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# What reads the same in every language: names, numbers and figures.
SAME = {'CMD_ENGLISH', 'CMD_CHINESE', 'STR_TITLE', 'STR_TITLE_CASE', 'STR_SAVE_JSON',
        'STR_PROCESS_COLUMN + 1', 'STR_PROCESS_COLUMN + 2', 'STR_CONNECTION_COLUMN + 1',
        'STR_HIT_COLUMN + 2', 'STR_DETAILS_SID', 'STR_CELL_NOTE + 3',
        'STR_THREAD_COLUMN + 0', 'STR_TOKEN_COLUMN + 3', 'STR_SIZE + 1',
        'STR_SIZE + 2', 'STR_SIZE + 3', 'STR_FOUND_HANDLE_COLUMN + 1',
        'STR_FOUND_MEMORY_COLUMN + 1', 'STR_REMOVE_STAGE + 4'}
COLUMN_MOST = {'en-US': 20, 'zh-CN': 10}
# Pieces of a longer line begin or end with the space that parts them from the rest.
PIECES = re.compile(r'STR_(CELL_NOTE|FORMAT|DETAILS_FROM_MEMORY|REVIEW_SKIPPED|COLON|'
                    r'REMOVE_(NOT_SHOWN|NOT_OPENED|NOT_READ|COPY|CALLED|RECORDED|'
                    r'UNWRITTEN|STILL_NAMED))\b')
# Questions of more than one paragraph.
PARAGRAPHS = re.compile(r'STR_DELETE_(FIRST|LOST)\b')

LINE = re.compile(r'^\s*((?:STR|CMD)_\w+(?: \+ \d+)?)\s+"((?:[^"\\]|\\.|"")*)"\s*$')


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def tables():
    """Language -> id as written -> string, and what was wrong on the way."""
    found, faults = {}, []
    for path in sorted(glob.glob(os.path.join(ROOT, 'res', '*.rc'))):
        name = re.search(r'\.(\w\w-\w\w)\.rc$', path)
        if not name:
            continue
        table = found.setdefault(name[1], {})
        inside = False
        for number, line in enumerate(read(path).splitlines(), 1):
            if line in ('BEGIN', 'END'):
                inside = line == 'BEGIN'
            elif inside and line.strip():
                entry = LINE.match(line)
                if not entry:
                    faults.append(f'{os.path.basename(path)}:{number}: not understood: {line}')
                elif entry[1] in table:
                    faults.append(f'{os.path.basename(path)}:{number}: {entry[1]} stands twice')
                else:
                    table[entry[1]] = entry[2]
    return found, faults


def numbers():
    """Name -> number, as res/ids.h defines them."""
    return {match[1]: int(match[2])
            for match in re.finditer(r'^#define (\w+)\s+(\d+)', read(f'{ROOT}/res/ids.h'), re.M)}


def placeholders(string):
    return sorted(set(re.findall(r'%\d', string)))


def number_of(name, defined):
    base, _, more = name.partition(' + ')
    return defined.get(base, -1) + int(more or 0)


def check_same_ids(found):
    every = set().union(*found.values())
    return [f'{language} lacks {name}'
            for language, table in found.items() for name in sorted(every - set(table))]


def check_numbers(found):
    """Each id is defined, and no two mean the same number (a table that runs into the next)."""
    defined, faults = numbers(), []
    for language, table in found.items():
        seen = {}
        for name in table:
            number = number_of(name, defined)
            if number < 0:
                faults.append(f'{language}: {name} is not defined in ids.h')
            elif number in seen:
                faults.append(f'{language}: {name} is {seen[number]} again')
            seen[number] = name
    return faults


def check_all_defined_have_words(found):
    """An id that nobody gave words to would be shown as nothing."""
    named = {name.partition(' + ')[0] for table in found.values() for name in table}
    silent = {'CMD_COLUMN', 'CMD_COLUMN_LAST'}  # the menu shows the columns' own titles
    return [f'{name} has no words' for name in numbers()
            if name.startswith(('STR_', 'CMD_')) and name not in named | silent]


def check_placeholders(found):
    english = found['en-US']
    return [f'{language}: {name}: {placeholders(text)}, in English {placeholders(english[name])}'
            for language, table in found.items() for name, text in table.items()
            if name in english and placeholders(text) != placeholders(english[name])]


def check_translated(found):
    english = found['en-US']
    return [f'{language}: {name} reads as in English: {text}'
            for language, table in found.items() if language != 'en-US'
            for name, text in table.items() if text == english.get(name) and name not in SAME]


def check_menus(found):
    """Keys after the tab are the same keys; what can be reached by a letter has one everywhere."""
    english, faults = found['en-US'], []
    for language, table in found.items():
        for name, text in table.items():
            model = english.get(name, text)
            if text.partition('\\t')[2] != model.partition('\\t')[2]:
                faults.append(f'{language}: {name}: other keys: {text}')
            if ('&' in text) != ('&' in model):
                faults.append(f'{language}: {name}: reached by a letter only here: {text}')
            if text.count('&') > 1:
                faults.append(f'{language}: {name}: two letters to reach it: {text}')
    return faults


def check_space(found):
    return [f'{language}: {name}: stray space or line end: "{text}"'
            for language, table in found.items() for name, text in table.items()
            if not text or '\\r' in text or '  ' in text
            or ('\\n' in text and not PARAGRAPHS.match(name))
            or (text.strip() != text and not PIECES.match(name))]


def check_columns(found):
    return [f'{language}: {name} is long for a column head: {text}'
            for language, table in found.items() for name, text in table.items()
            if re.match(r'STR_\w+_COLUMN', name) and len(text) > COLUMN_MOST[language]]


def check_chinese(found):
    """Chinese sentences have Chinese punctuation, and no traditional characters slipped in."""
    faults = []
    for name, text in found['zh-CN'].items():
        if re.search('[監視進連線網絡檢測錄設對話檔關閉請將這個們為與後]', text):
            faults.append(f'{name}: traditional characters: {text}')
        text = text.replace('地址:端口', '')  # is how an indicator is written
        if re.search(r'[\u4e00-\u9fff][,;:?!]|[,;?!][\u4e00-\u9fff]', text):
            faults.append(f'{name}: Latin punctuation between Chinese characters: {text}')
    return faults


CHECKS = {'both tables were read': None,
          'every language has the same strings': check_same_ids,
          'every string has its own number': check_numbers,
          'every number has words': check_all_defined_have_words,
          'placeholders agree': check_placeholders,
          'nothing is left in English': check_translated,
          'menus keep their keys': check_menus,
          'no stray space or line end': check_space,
          'column heads are short': check_columns,
          'Chinese reads as Chinese': check_chinese}


def main():
    found, faults = tables()
    if set(found) != {'en-US', 'zh-CN'} or any(len(table) < 100 for table in found.values()):
        faults.append(f'tables found: { {name: len(table) for name, table in found.items()} }')
    print(f'1..{len(CHECKS)}')
    failed = 0
    for number, (name, check) in enumerate(CHECKS.items(), 1):
        told = check(found) if check else faults
        failed += bool(told)
        print(f'{"not ok" if told else "ok"} {number} - {name}')
        for fault in told:
            print(f'# {fault}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
