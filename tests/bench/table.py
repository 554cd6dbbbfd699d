#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of what jobs cost, from the rows that table.sh wrote.

usage: table.py [--lang en|ja] [--markdown | --into FILE] ROWS

--into FILE: Markdown, between the lines "<!-- bench en -->" and
"<!-- /bench -->" of the file, and "<!-- bench ja -->" in Japanese.
"""
import argparse
import datetime
import os
import platform
import re
import subprocess
import sys
import unicodedata

# A contactless reader: milliseconds for a command besides its bytes, bits on
# the air for a byte (ISO 14443-3 type B), bytes around a command and its
# answer (ISO 14443-4: two of the protocol, two of the checksum, each), bits a
# millisecond, milliseconds for a signature.
COMMAND, BITS, AROUND, RATE, SIGNATURE = 12, 10, 8, 106, 300

HEAD = ['commands', 'bytes', 'time', '×', 'contactless', 'instructions', '×',
        'MB']
ABOUT = """\
At least: the fewest commands that the card's protocol allows, without asking
how many tries are left, without checking the signature, and leaving the door
open. Ours never do without these. Commands and bytes: to the card and back, as
pcscd saw them. Time: on a simulated card that takes 20 ms a command and 300 ms
a signature. Contactless: computed for a card at 106 kbit/s that takes 12 ms a
command and 300 ms a signature. Instructions: of the program alone, as valgrind
counts them on a processor without instructions for SHA. MB: the most memory
that it had. ×: beside the first line of the job."""

# English: Japanese.
JAPANESE = {
    'job': 'したいこと',
    'by': '使うもの',
    'at least': '最少',
    'commands': 'コマンド',
    'bytes': 'バイト',
    'time': '時間',
    'contactless': '非接触',
    'instructions': '命令数',
    'MB': 'MB',
    '×': '×',
    'cannot': 'できません',
    'Sign a file, PKCS#1': 'ファイルに署名（PKCS#1）',
    'Sign a file, PSS': 'ファイルに署名（PSS）',
    'Sign ten files': '10 個のファイルに署名',
    'Sign a file with the sign key': '署名用の鍵でファイルに署名',
    'Sign a document, certificate enclosed': '文書に署名（証明書を添付）',
    'Log in by TLS 1.3': 'TLS 1.3 でログイン',
    'Log in by TLS 1.2': 'TLS 1.2 でログイン',
    'ssh: list the key, sign once': 'ssh：鍵の一覧と最初の署名',
    'ssh: sign once more': 'ssh：2 回目からの署名',
    'Read the auth certificate': '利用者証明用の証明書を読む',
    'List keys and certificates, PKCS#11': '鍵と証明書の一覧（PKCS#11）',
    'Is the card usable, until when?': 'カードはいつまで使えるか',
    'Tries that are left': '暗証番号の残り回数',
    'Name, address, birth, sex': '氏名・住所・生年月日・性別',
    'A signature on the software card': 'ソフトウェアカードの署名',
    'Read a sign certificate': '署名用の証明書を解釈',
    'Find and check its issuer, of three': '発行者を 3 つから探して検証',
    'A verdict of the rules': '制度の規則による判定',
    'Compare four attributes': '4 つの属性を比較',
    'A certificate in a CRL of a million': '100 万件の CRL で証明書を探す',
    ABOUT: """\
最少：カードのプロトコルが許す最少のコマンド数。残り回数を確かめず、署名を検証せず、
カードを開いたままにした場合です。libjpki はこれらを省きません。コマンドと
バイト：pcscd から見たカードとのやり取り。時間：1 コマンド 20 ms、1 署名 300 ms
の模擬カードで測りました。非接触：106 kbit/s、1 コマンド 12 ms、1 署名 300 ms と
した計算値。命令数：プログラムだけの、valgrind による数（SHA 用の命令は使わない
ものとして）。MB：最大のメモリー。
×：同じ用件の最初の行との比。""",
    'Measured on %s: %s.': '%s 測定：%s。',
}


def english(words):
    return words


def japanese(words):
    """A word that is the same in both languages is not in the table."""
    return JAPANESE[words]


class Row:
    """One line: a job, by whom, and what it took. None: not known."""

    def __init__(self, fields):
        self.job, self.by, self.floor, _, self.commands = fields[:5]
        self.can = self.commands != 'no'
        numbers = [None if f == '-' else float(f) for f in fields[4:9]] \
            if self.can else [None] * 5
        self.commands, self.bytes, self.signatures, self.time, self.kib = \
            numbers
        self.instructions = None

    def contactless(self):
        """Microseconds."""
        if self.commands is None:
            return None
        air = (self.bytes + AROUND * self.commands) * BITS / RATE
        return 1000 * (air + COMMAND * self.commands +
                       SIGNATURE * self.signatures)

    def cells(self, first, say):
        """Texts, for the columns of HEAD."""
        if not self.can:
            return [say('cannot')] + [''] * (len(HEAD) - 1)
        return [whole(self.commands), whole(self.bytes),
                self.how_long(), ratio(self.time, first.time),
                duration(self.contactless()), many(self.instructions),
                ratio(self.instructions, first.instructions),
                '' if self.kib is None else '%.0f' % (self.kib / 1024)]

    def how_long(self):
        """With how many a second, of what is done without a reader."""
        if self.floor != '-' or self.time > 1e5:
            return duration(self.time)
        return '%s (%s/s)' % (duration(self.time), whole(1e6 / self.time))


def whole(number):
    return '' if number is None else '{:,.0f}'.format(number)


def duration(us):
    if us is None:
        return ''
    if us >= 1e5:
        return '%.2f s' % (us / 1e6)
    return '%.2f ms' % (us / 1e3) if us >= 100 else '%.2f µs' % us


def many(number):
    if not number:
        return ''
    for unit in ' ', ' k', ' M', ' G':
        if number < 1000:
            break
        number /= 1000
    return ('%.1f%s' % (number, unit)).rstrip()


def ratio(number, first):
    return '' if not number or not first else '%.2f' % (number / first)


def read(name):
    """The rows, by job."""
    rows = []
    with open(name, encoding='utf-8') as lines:
        rows = [Row(line.rstrip('\n').split('\t')) for line in lines]
    if os.path.exists(name + '.instructions'):
        with open(name + '.instructions', encoding='utf-8') as lines:
            counted = [line.rstrip('\n').split('\t') for line in lines]
        known = {(job, by): float(n) for job, by, n in counted}
        for row in rows:
            row.instructions = known.get((row.job, row.by))
    jobs = {}
    for row in rows:
        jobs.setdefault(row.job, []).append(row)
    return jobs


def first_line(*command):
    """What a program says of itself."""
    try:
        said = subprocess.run(command, capture_output=True, text=True,
                              check=False)
        return (said.stdout + said.stderr).splitlines()[0]
    except (OSError, IndexError):
        return ''


def processor():
    with open('/proc/cpuinfo', encoding='utf-8') as lines:
        for line in lines:
            if line.startswith('model name'):
                return line.split(':', 1)[1].strip()
    return platform.machine()


def where(rows, say):
    """Date and place: one sentence."""
    with open('/etc/os-release', encoding='utf-8') as lines:
        system = re.search('^PRETTY_NAME="?([^"\n]*)', lines.read(), re.M)[1]
    opensc = first_line('opensc-tool', '--info').partition(' [')[0]
    parts = [processor(), system,
             ' '.join(first_line('openssl', 'version').split()[:2]),
             opensc.replace('opensc', 'OpenSC')]
    day = datetime.date.fromtimestamp(os.path.getmtime(rows))
    return say('Measured on %s: %s.') % (
        day, (', ' if say is english else '、').join(filter(None, parts)))


def floor(rows):
    return '' if rows[0].floor == '-' else rows[0].floor


def width(words):
    return sum(2 if unicodedata.east_asian_width(c) in 'WF' else 1
               for c in words)


def text(jobs, say):
    """For a terminal."""
    head = [say(word) for word in HEAD]
    table = []
    for job, rows in jobs.items():
        least = floor(rows) and ' (%s %s)' % (say('at least'), floor(rows))
        table.append((say(job) + least,
                      [(row.by, row.cells(rows[0], say)) for row in rows]))
    every = [cells for _, rows in table for _, cells in rows] + [head]
    widths = [max(width(cells[i]) for cells in every)
              for i in range(len(head))]
    left = 2 + max(len(by) for _, rows in table for by, _ in rows)

    def line(by, cells):
        return (by.ljust(left) + ''.join(
            ' ' * (2 + wide - width(cell)) + cell
            for cell, wide in zip(cells, widths))).rstrip()

    out = [line('', head)]
    for job, rows in table:
        out.append(job)
        out += [line('  ' + by, cells) for by, cells in rows]
    return '\n'.join(out)


def markdown(jobs, say):
    head = [say(word) for word in ['job', 'by', 'at least'] + HEAD]
    out = ['| ' + ' | '.join(head) + ' |',
           '|---|---|--:|' + '--:|' * len(HEAD)]
    for job, rows in jobs.items():
        heading = [say(job), floor(rows)]
        for row in rows:
            out.append('| %s | %s | %s | %s |' % (
                heading[0], row.by, heading[1],
                ' | '.join(row.cells(rows[0], say))))
            heading = ['', '']
    return '\n'.join(out)


def whole_table(form, rows, say):
    return '\n\n'.join([where(rows, say), form(read(rows), say), say(ABOUT)])


def put(name, rows):
    """Into a file, in the places of the last ones."""
    with open(name, encoding='utf-8') as lines:
        words = lines.read()
    places = 0
    for lang, say in LANGUAGES.items():
        place = '(<!-- bench %s -->\n).*?(<!-- /bench -->\n)' % lang
        table = whole_table(markdown, rows, say)
        words, n = re.subn('(?s)' + place, lambda found, table=table:
                           found[1] + table + '\n' + found[2], words)
        places += n
    if places == 0:
        sys.exit('%s has no line <!-- bench en --> or <!-- bench ja -->' %
                 name)
    with open(name, 'w', encoding='utf-8') as file:
        file.write(words)


LANGUAGES = {'en': english, 'ja': japanese}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--lang', choices=LANGUAGES, default='en')
    parser.add_argument('--markdown', action='store_true')
    parser.add_argument('--into')
    parser.add_argument('rows')
    args = parser.parse_args()
    if args.into:
        put(args.into, args.rows)
    else:
        print(whole_table(markdown if args.markdown else text, args.rows,
                          LANGUAGES[args.lang]))


if __name__ == '__main__':
    main()
