"""A case whose names are as hostile as names can be, and whether a report gives them back.

    hostile_case.py make FOLDER COUNT    writes the case
    hostile_case.py check FOLDER         reads what stakeout-cli report wrote into it with parsers
                                         that are not ours (html.parser, csv, json), and compares
    hostile_case.py stix FILE            checks a STIX bundle alone

Prints a line for each thing that is wrong; the exit status says whether there was one. Where
STAKEOUT_STIX_SCHEMAS names the folder of OASIS's schemas of STIX 2.1 and Python has jsonschema, the
bundle is held against them, too.
"""

import csv
import glob
import html.parser
import json
import os
import random
import re
import sys
import uuid

PIECES = [
    '<script>alert(1)</script>', '</b></td></tr></table>', '<img src=x onerror=alert(1)>', '"', "'",
    '" onmouseover="alert(1)', '&amp;', '&#60;', '&', '<!--', '-->', ']]>', '<![CDATA[', '%1', '%s',
    '\u202egnp.exe', '\u200b', '\u2066', '\ufeff', '\u00a0', '\u2028', '\u2029', '\u0085', '\x00',
    '\x01', '\x1b[2J', '\x7f', '\t', '\n', '\r', '\r\n', '\\', '/', ',', ';', '|', '=1+1', '+1',
    '-1', '@SUM(A1)', '{', '}', '[', ']', '`', '$(x)', '\ud83d', '\ude00x', 'x\udfff', '\ufffe',
    '\uffff', '\ufdd0', '\U0001fffe', '\U0001f600', '\U000e0041', '中文', 'é', 'e\u0301', ' ', '  ',
    'a.exe', '[.]', '192.0.2.1', '\u2400', '\ufffd', 'U+202E', '<i>U+0000</i>', '0xFF', '\ufe0f',
]
LONG = 32000
CUT = 300  # characters of a command line in a table
SECTIONS = 100  # processes that are told of in full


def joined(random_, count):
    """Pieces in a row; never two surrogates that would become one character."""
    text = ''
    for _ in range(count):
        piece = random_.choice(PIECES)
        if text and '\ud800' <= text[-1] <= '\udbff' and '\udc00' <= piece[0] <= '\udfff':
            continue
        text += piece
    return text


def names(count):
    """(name, command line) of each process."""
    random_ = random.Random(20261125)
    for i in range(count):
        name = joined(random_, random_.randint(1, 6))
        line = joined(random_, random_.randint(1, 20))
        if i % 1000 == 7:
            name = (name + 'n' * LONG)[:LONG - 1] + '>'
        if i % 50 == 3 and i < 2000:
            line = (line + '<x ' * LONG)[:LONG - 1] + '"'
        yield name, line


def hit(i, name, line):
    second = f'2026-11-25T{i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}'
    return {
        '@timestamp': second + '.500Z',
        'event': {'kind': 'alert', 'action': 'watched-connection', 'category': ['network'],
                  'sequence': i + 1},
        'network': {'transport': 'tcp', 'type': 'ipv4'},
        'source': {'ip': '10.0.0.5', 'port': 49152 + i % 10000},
        'destination': {'ip': f'192.0.2.{i % 250 + 1}', 'port': 443, 'domain': 'evil.example'},
        'process': {'pid': i + 4, 'name': name, 'executable': 'C:\\x\\' + name,
                    'command_line': line, 'start': second + '.1234567Z',
                    'working_directory': line[:200],
                    'parent': {'pid': 4, 'name': name[:200], 'command_line': line[:200],
                               'start': '2026-11-24T00:00:00.0000000Z'}},
        'user': {'name': name[:100], 'domain': line[:100]},
        'threat': {'indicator': {'type': 'domain-name', 'name': '*.evil.example',
                                 'domain': 'evil.example'}},
        'stakeout': {
            'state': 'SYN_SENT', 'first_seen': second + '.400Z', 'last_seen': second + '.600Z',
            'indicator': {'written': name[:50] or 'x', 'file': line[:50], 'line': 1,
                          'label': name[:100]},
            'matched_by': 'domain',
            'remarks': [{'rule': 'name-alike', 'text': name[:80], 'fact': line[:80],
                         'parent_verified': True}],
            'ancestors': [{'pid': 4, 'name': name[:200], 'command_line': line[:200],
                           'start': '2026-11-24T00:00:00.0000000Z', 'verified': True,
                           'ended': False}],
            'unread': {name[:20] or 'x': line[:60]}}}


def has_surrogate(text):
    return any('\ud800' <= c <= '\udfff' for c in text)


def make(folder, count):
    for name in ('samples', 'dumps', 'evidence'):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    with open(os.path.join(folder, 'hits.jsonl'), 'wb') as file:
        for i, (name, line) in enumerate(names(count)):
            row = hit(i, name, line)
            escaped = i % 2 or has_surrogate(name + line)
            file.write(json.dumps(row, ensure_ascii=bool(escaped)).encode() + b'\n')
            if i % 1000 == 5:  # bytes that are no UTF-8: no line of a case
                file.write(b'{"process":{"pid":1,"name":"\xff\xfe<b>"}}\n')
        file.write(b'{"process":{"name":"<b>torn')
    nasty = joined(random.Random(7), 40)
    with open(os.path.join(folder, 'case.json'), 'w', encoding='ascii') as file:
        json.dump({'format': 'stakeout-case', 'version': 2, 'name': nasty, 'why': nasty,
                   'sessions': [{'host': {'hostname': 'PC'}, 'settings': {nasty: nasty},
                                 'watchlists': [{'file': nasty, 'sha256': nasty}]}]}, file)
    with open(os.path.join(folder, 'journal.jsonl'), 'w', encoding='ascii') as file:
        json.dump({'prev': nasty, 'event': {'sequence': 1, 'action': nasty, 'type': ['start']},
                   'process': {'pid': 5, 'name': nasty}, 'file': {'path': nasty},
                   'stakeout': {'domains': [nasty]}}, file)
        file.write('\n')
    with open(os.path.join(folder, 'samples', 'a.json'), 'w', encoding='ascii') as file:
        json.dump({'file': {'path': nasty, 'hash': {'sha256': nasty}},
                   'stakeout': {'sample': nasty, 'zone': nasty}}, file)
    with open(os.path.join(folder, 'evidence', 'parts.jsonl'), 'w', encoding='ascii') as file:
        json.dump({'part': nasty, 'source': nasty, 'outcome': nasty, 'reason': nasty}, file)
        file.write('\n')
    with open(os.path.join(folder, 'dumps', 'a.dmp'), 'wb') as file:
        file.write(b'MDMP')


# --- reading back -------------------------------------------------------------------------------

faults = []


def fault(text):
    if len(faults) < 20:
        print('#  ', text.encode('ascii', 'backslashreplace').decode()[:300])
    faults.append(text)


ALLOWED = {
    'html': {'lang'}, 'head': set(), 'meta': {'charset', 'http-equiv', 'content', 'name'},
    'style': set(), 'title': set(), 'body': set(), 'header': set(), 'h1': set(), 'h2': set(),
    'h3': set(), 'h4': set(), 'p': {'class'}, 'nav': set(), 'a': {'href'}, 'main': set(),
    'section': {'id'}, 'article': {'id'}, 'ul': set(), 'li': {'class'}, 'b': set(), 'i': set(),
    'span': {'class'}, 'div': {'class'}, 'code': {'class'}, 'br': set(), 'dl': set(), 'dt': set(),
    'dd': set(), 'table': set(), 'thead': set(), 'tbody': set(), 'tr': {'class'}, 'th': {'scope'},
    'td': {'data-h'}, 'rect': {'class', 'x', 'y', 'width', 'height'},
    'svg': {'class', 'role', 'width', 'height', 'overflow', 'x', 'y', 'aria-hidden'},
    'line': {'class', 'x1', 'x2', 'y1', 'y2'}, 'text': {'class', 'x', 'y', 'text-anchor'},
    'path': {'class', 'd'},
}
VOID = {'meta', 'br'}
PLAIN = re.compile(r'[\w#.,:;=%/+\' ()\-\u4e00-\u9fff\uff08\uff09]*', re.A | re.S)


class Page(html.parser.HTMLParser):
    """Names and command lines as the page has them; whatever else is in it is a fault."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.section = ''
        self.hits = []  # (name, command line as it is cut)
        self.long = []  # facts of the processes that are told of in full
        self.cells = []
        self.text = None
        self.named = None
        self.lines = 0

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            fault(f'an element {tag}')
        for name, value in attrs:
            if name not in ALLOWED.get(tag, ()) or (tag != 'meta' and value is not None and
                                                    not PLAIN.fullmatch(value)):
                fault(f'{tag} has {name}={value}')
        if tag == 'i':
            self.named = ''
        elif tag == 'section':
            self.section = dict(attrs).get('id')
        elif tag == 'tr':
            self.cells = []
        elif tag in ('td', 'code') and self.section == 'hits' or (
                tag == 'code' and dict(attrs).get('class') == 'long'):
            self.text = ''
        elif tag == 'a':
            self.text = None if self.text is None else self.text + '\0link'
        if tag not in VOID and tag not in ('rect', 'line', 'path'):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ('rect', 'line', 'path'):
            return
        if not self.open or self.open[-1] != tag:
            fault(f'</{tag}> ends {self.open[-3:]}')
            return
        self.open.pop()
        if tag == 'i':
            self.take_named()
        elif tag == 'code' and self.section == 'processes' and self.text is not None:
            self.long.append(self.text)
            self.text = None
        elif tag == 'td' and self.section == 'hits':
            self.cells.append(self.text)
        elif tag == 'tr' and self.section == 'hits' and self.cells:
            self.hits.append(self.cells)

    def take_named(self):
        """<i>U+202E</i> is that character."""
        named, self.named = self.named, None
        found = re.fullmatch(r'U\+([0-9A-F]{4,6})|0x([0-9A-F]{2})', named)
        if not found:
            fault(f'<i>{named}</i>')
        elif self.text is not None and found[1]:
            self.text += chr(int(found[1], 16))

    def handle_data(self, data):
        if self.named is not None:
            self.named += data
        elif self.text is not None:
            self.text += data

    def handle_comment(self, data):
        fault(f'a comment {data}')

    def unknown_decl(self, data):
        fault(f'a declaration {data}')

    def handle_pi(self, data):
        fault(f'a processing instruction {data}')


def check_page(path, expected):
    with open(path, encoding='utf-8', newline='') as file:
        source = file.read()
    hidden = re.findall('[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff'
                        '\ufffe\uffff\U000e0000-\U000e007f]', source)
    if hidden:
        fault(f'{path}: hidden characters as they are: {sorted(set(hidden))}')
    page = Page()
    page.feed(source)
    page.close()
    if page.open:
        fault(f'{path}: left open: {page.open}')
    if len(page.hits) != len(expected):
        fault(f'{path}: {len(page.hits)} rows for {len(expected)} hits')
    for cells, (name, line) in zip(page.hits, expected):
        shown = cells[2].split('\0link')[0]
        shown = re.sub(r' (PID \d+)?$', '', shown)
        if shown != name:
            fault(f'{path}: {shown!r} is not {name!r}')
        cut = line if len(line) <= CUT else line[:CUT] + '\u2026'
        if cells[5] != cut:
            fault(f'{path}: {cells[5]!r} is not {cut!r}')
    whole = set(page.long)
    for name, line in expected[:SECTIONS]:
        if line not in whole or 'C:\\x\\' + name not in whole:
            fault(f'{path}: not in full: {line[:80]!r}')


def without(text, forbidden):
    return ''.join('\ufffd' if forbidden(ord(c)) else c for c in text)


def is_surrogate(code):
    return 0xD800 <= code <= 0xDFFF


def is_not_i_json(code):
    return is_surrogate(code) or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def in_csv(text):
    text = without(text, is_surrogate).replace('\0', '\u2400')
    return "'" + text if text[:1] in ('=', '+', '-', '@', '\t', '\r') and text else text


def check_csv(path, expected):
    csv.field_size_limit(1 << 24)
    with open(path, encoding='utf-8', newline='') as file:
        rows = list(csv.DictReader(file, strict=True))
    if len(rows) != len(expected):
        fault(f'{path}: {len(rows)} rows')
    for row, (name, line) in zip(rows, expected):
        if row['process'] != in_csv(name) or row['command line'] != in_csv(line):
            fault(f'{path}: {row["process"]!r} is not {in_csv(name)!r}')
        if any(value and value[0] in '=+-@\t\r' for value in row.values()):
            fault(f'{path}: a formula in {row}')


def json_lines(path):
    with open(path, encoding='utf-8', newline='\n') as file:
        return [json.loads(line) for line in file]


def check_ecs(path, expected):
    rows = json_lines(path)
    if [(row['process']['name'], row['process']['command_line']) for row in rows] != expected:
        fault(f'{path}: names are not as they were')
    if not all(row['ecs']['version'] and row['host']['name'] == 'PC' for row in rows):
        fault(f'{path}: no version or no host')


def check_sigma(path, expected):
    rows = [row['Event'] for row in json_lines(path)]
    created = [row['EventData'] for row in rows if row['System']['EventID'] == 1]
    if [(row['Image'], row['CommandLine']) for row in created] != [
            ('C:\\x\\' + name, line) for name, line in expected]:
        fault(f'{path}: names are not as they were')
    for kind, member in ((3, 'DestinationIp'), (22, 'QueryName')):
        if sum(member in row['EventData'] for row in rows
               if row['System']['EventID'] == kind) != len(expected):
            fault(f'{path}: events {kind} are missing')


# --- STIX ---------------------------------------------------------------------------------------

REQUIRED = {  # beside type, spec_version and id (STIX 2.1, sections 3 to 6)
    'identity': ('created', 'modified', 'name'),
    'indicator': ('created', 'modified', 'pattern', 'pattern_type', 'valid_from'),
    'sighting': ('created', 'modified', 'sighting_of_ref'),
    'observed-data': ('created', 'modified', 'first_observed', 'last_observed', 'number_observed',
                      'object_refs'),
    'ipv4-addr': ('value',), 'ipv6-addr': ('value',), 'domain-name': ('value',),
    'network-traffic': ('protocols',), 'directory': ('path',), 'file': (), 'process': (),
}
NAMED_BY = {  # the properties that an observable's id is made of (2.9)
    'ipv4-addr': ('value',), 'ipv6-addr': ('value',), 'domain-name': ('value',),
    'directory': ('path',), 'file': ('hashes', 'name', 'parent_directory_ref'),
    'network-traffic': ('start', 'end', 'src_ref', 'dst_ref', 'src_port', 'dst_port', 'protocols'),
}
SPACE = uuid.UUID('00abedb4-aa42-466c-9c01-fed23315a9b7')
STAMP = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z')


def check_stix_object(thing, ids):
    kind = thing['type']
    if kind not in REQUIRED:
        fault(f'stix: an object of type {kind}')
        return
    for member in ('spec_version', 'id') + REQUIRED[kind]:
        if member not in thing or thing[member] in ('', []):
            fault(f'stix: a {kind} without {member}')
    prefix, _, number = thing['id'].partition('--')
    if prefix != kind or uuid.UUID(number).version != 5:
        fault(f'stix: the id {thing["id"]} of a {kind}')
    for member, value in thing.items():
        for ref in ([value] if member.endswith('_ref') else
                    value if member.endswith('_refs') else ()):
            if ref not in ids:
                fault(f'stix: {kind}.{member} names {ref}, which is not there')
        if member in ('created', 'modified', 'first_seen', 'last_seen', 'first_observed',
                      'last_observed', 'valid_from', 'start', 'created_time') and \
                not STAMP.fullmatch(value):
            fault(f'stix: {kind}.{member} is {value}')
    if thing.get('created', '') > thing.get('modified', '~') or \
            thing.get('first_observed', '') > thing.get('last_observed', '~'):
        fault(f'stix: the times of {thing["id"]}')
    check_named(thing, kind, number)


def check_named(thing, kind, number):
    named = {member: thing[member] for member in NAMED_BY.get(kind, ()) if member in thing}
    text = json.dumps(named, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
    if named and '\x7f' not in text and number != str(uuid.uuid5(SPACE, text)):
        fault(f'stix: {thing["id"]} is not made of {text}')


def check_stix(path):
    with open(path, encoding='utf-8', newline='') as file:
        bundle = json.load(file)
    if bundle['type'] != 'bundle' or set(bundle) != {'type', 'id', 'objects'}:
        fault('stix: no bundle')
    ids = [thing['id'] for thing in bundle['objects']]
    known = set(ids)
    if len(ids) != len(known):
        fault('stix: an id stands there twice')
    for thing in bundle['objects']:
        check_stix_object(thing, known)
    check_schemas(bundle)
    return bundle['objects']


def check_schemas(bundle):
    """By OASIS's own schemas, where somebody has them."""
    folder = os.environ.get('STAKEOUT_STIX_SCHEMAS')
    if not folder:
        return
    import jsonschema  # pylint: disable=import-outside-toplevel
    store, named, checkers = {}, {}, {}
    for path in glob.glob(os.path.join(folder, '*', '*.json')):
        with open(path, encoding='utf-8') as file:
            schema = json.load(file)
        store[schema.get('$id', path)] = schema
        named[os.path.splitext(os.path.basename(path))[0]] = schema

    def checker(kind):
        if kind not in checkers:
            resolver = jsonschema.RefResolver.from_schema(named[kind], store=store)
            checkers[kind] = jsonschema.Draft202012Validator(named[kind], resolver=resolver)
        return checkers[kind]

    for thing in bundle['objects']:
        for error in checker(thing['type']).iter_errors(thing):
            fault(f'stix schema: {thing["id"]}: {error.message}')
    print(f'# {len(bundle["objects"])} objects held against the schemas of OASIS')


def check_stix_names(path, expected):
    objects = {thing['id']: thing for thing in check_stix(path)}
    lines = {}
    for thing in objects.values():
        if thing['type'] == 'process':
            lines[thing['pid'], thing.get('created_time')] = thing
    for i, (name, line) in enumerate(expected):
        second = f'2026-11-25T{i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}'
        process = lines.get((i + 4, second + '.123Z'))
        if not process or process.get('command_line') != without(line, is_not_i_json):
            fault(f'{path}: {line[:60]!r} is not there')
            continue
        if '/' not in name and '\\' not in name:
            image = objects[process['image_ref']]
            if image['name'] != without(name, is_not_i_json):
                fault(f'{path}: {image["name"]!r} is not {name!r}')


def check(folder):
    with open(os.path.join(folder, 'hits.jsonl'), 'rb') as file:
        count = sum(b'"alert"' in line for line in file)
    expected = list(names(count))
    check_page(os.path.join(folder, 'report.html'), expected)
    check_page(os.path.join(folder, 'report-zh.html'), expected)
    check_csv(os.path.join(folder, 'hits.csv'), expected)
    check_ecs(os.path.join(folder, 'hits-ecs.jsonl'), expected)
    check_sigma(os.path.join(folder, 'hits-sigma.jsonl'), expected)
    check_stix_names(os.path.join(folder, 'indicators.stix.json'), expected)


def main(words):
    if words[0] == 'make':
        make(words[1], int(words[2]))
    elif words[0] == 'check':
        check(words[1])
    else:
        check_stix(words[1])
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
