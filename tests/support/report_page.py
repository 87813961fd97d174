"""Opens a report in headless Chromium and looks whether it is as a page should be.

    report_page.py PAGE PICTURES TEXT...

PAGE is a file, PICTURES a folder for pictures and the PDF; each TEXT has to be seen in the page.
Speaks to Chromium by its DevTools protocol over a pipe. Prints a line for each thing that is wrong;
the exit status says whether there was one.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

WIDTHS = (360, 1024, 1920)
# Plain words of a table, not of code, that begin on one line and end on another.
BROKEN_WORDS = """(() => {
    const broken = new Set();
    for (const cell of document.querySelectorAll('td')) {
        const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
            const node = walk.currentNode;
            if (node.parentElement.closest('code,.a'))
                continue;
            for (const word of node.data.matchAll(/(?<!\\S)[A-Za-z]{2,14}(?!\\S)/g)) {
                const range = document.createRange();
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].length);
                if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1)
                    broken.add(word[0]);
            }
        }
    }
    return [...broken].slice(0, 9).join(' ');
})()"""


class Chromium:
    """One browser with one page."""

    def __init__(self, profile):
        to_read, self.to = os.pipe()
        self.out, to_write = os.pipe()

        def hand_over():
            # The protocol's pipes are 3 (commands) and 4 (answers); numbers in the way move first.
            commands = os.dup2(to_read, 30)
            answers = os.dup2(to_write, 31)
            os.dup2(commands, 3)
            os.dup2(answers, 4)

        self.process = subprocess.Popen(
            ['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe',
             '--disable-dev-shm-usage', '--no-first-run', f'--user-data-dir={profile}',
             'about:blank'],
            close_fds=False, preexec_fn=hand_over, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.number = 0
        self.pending = b''
        self.events = []
        self.session = None
        target = self.ask('Target.createTarget', url='about:blank')['targetId']
        self.session = self.ask('Target.attachToTarget', targetId=target,
                                flatten=True)['sessionId']

    def next_message(self):
        while b'\0' not in self.pending:
            part = os.read(self.out, 1 << 20)
            if not part:
                raise SystemExit('# Chromium ended')
            self.pending += part
        message, self.pending = self.pending.split(b'\0', 1)
        return json.loads(message)

    def ask(self, method, **params):
        self.number += 1
        order = {'id': self.number, 'method': method, 'params': params}
        if self.session:
            order['sessionId'] = self.session
        os.write(self.to, json.dumps(order).encode() + b'\0')
        while True:
            message = self.next_message()
            if message.get('id') == self.number:
                if 'error' in message:
                    raise SystemExit(f'# {method}: {message["error"]}')
                return message['result']
            self.events.append(message)

    def wait_for(self, method):
        while not any(event.get('method') == method for event in self.events):
            self.events.append(self.next_message())

    def value(self, expression):
        return self.ask('Runtime.evaluate', expression=expression,
                        returnByValue=True)['result'].get('value')

    def end(self):
        self.process.kill()
        self.process.wait()


faults = []


def fault(text):
    print('#  ', text[:300])
    faults.append(text)


def look(browser, page, folder, texts):
    for domain in ('Page', 'Runtime', 'Log', 'Network'):
        browser.ask(domain + '.enable')
    browser.ask('Page.navigate', url=pathlib.Path(page).resolve().as_uri())
    browser.wait_for('Page.loadEventFired')
    look_at_widths(browser, folder)
    look_at_content(browser, texts)
    look_at_colours(browser, folder)
    pdf = base64.b64decode(browser.ask('Page.printToPDF', printBackground=False)['data'])
    (folder / 'report.pdf').write_bytes(pdf)
    pages = len(re.findall(rb'/Type\s*/Page\b', pdf))
    if not pdf.startswith(b'%PDF') or not pages:
        fault('it can not be printed')
    print(f'# {pages} pages on paper')
    requests = [event['params']['request']['url'] for event in browser.events
                if event.get('method') == 'Network.requestWillBeSent']
    if len(requests) != 1:
        fault(f'it asked for {requests}')
    for event in browser.events:
        if event.get('method') in ('Log.entryAdded', 'Runtime.consoleAPICalled',
                                   'Runtime.exceptionThrown'):
            fault(f'the console says {json.dumps(event["params"])}')


def picture(browser, path):
    shot = browser.ask('Page.captureScreenshot', captureBeyondViewport=False)
    path.write_bytes(base64.b64decode(shot['data']))


def look_at_widths(browser, folder):
    for width in WIDTHS:
        browser.ask('Emulation.setDeviceMetricsOverride', width=width, height=1400,
                    deviceScaleFactor=1, mobile=False)
        needed = browser.value('Math.max(document.documentElement.scrollWidth, '
                               'document.body.scrollWidth)')
        if needed > width:
            widest = browser.value(
                '[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect()'
                f'.right > {width} + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 90)).join("  ")')
            fault(f'{needed} pixels wide in a window of {width}: {widest}')
        broken = browser.value(BROKEN_WORDS)
        if broken:
            fault(f'words broken in a window of {width}: {broken}')
        picture(browser, folder / f'width-{width}.png')


def look_at_content(browser, texts):
    seen = browser.value('document.body.innerText')
    for text in texts:
        if text not in seen:
            fault(f'"{text}" is not to be seen')
    dead = browser.value(
        '[...document.querySelectorAll("a")].map(a => a.getAttribute("href")).filter(h => '
        'h[0] != "#" || !document.getElementById(h.slice(1)))')
    if dead or not browser.value('document.querySelectorAll("a").length'):
        fault(f'links that lead nowhere: {dead}')
    if browser.value('document.scripts.length'):
        fault('there is a script in it')
    if not browser.value('document.querySelectorAll("svg.timeline path").length'):
        fault('the timeline has no marks')


def look_at_colours(browser, folder):
    found = {}
    for scheme in ('light', 'dark'):
        browser.ask('Emulation.setEmulatedMedia',
                    features=[{'name': 'prefers-color-scheme', 'value': scheme}])
        found[scheme] = browser.value('getComputedStyle(document.body).backgroundColor + " " + '
                                      'getComputedStyle(document.body).color')
        picture(browser, folder / f'{scheme}.png')
    light, dark = (sum(map(int, re.findall(r'\d+', found[scheme].split(')')[0])))
                   for scheme in ('light', 'dark'))
    if light < 700 or dark > 150:
        fault(f'colours: {found}')


def main(words):
    folder = pathlib.Path(words[1])
    folder.mkdir(parents=True, exist_ok=True)
    profile = tempfile.mkdtemp(prefix='stakeout-chromium-')
    browser = Chromium(profile)
    try:
        look(browser, words[0], folder, words[2:])
    finally:
        browser.end()
        shutil.rmtree(profile, ignore_errors=True)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
