#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of what jobs cost, from the rows that table.sh wrote.

usage: table.py [--markdown | --into FILE] ROWS

--into FILE: Markdown, between the lines "<!-- bench -->" and
"<!-- /bench -->" of the file.
"""
import datetime
import os
import platform
import re
import subprocess
import sys

# A contactless reader: milliseconds for a command besides its bytes, bits on
# the air for a byte (ISO 14443-3 type B), bytes around a command and its
# answer (ISO 14443-4: two of the protocol, two of the checksum, each), bits a
# millisecond, milliseconds for a signature.
COMMAND, BITS, AROUND, RATE, SIGNATURE = 12, 10, 8, 106, 300

HEAD = ['commands', 'bytes', 'time', '×', 'contactless', 'instructions', '×',
        'MB']
ABOUT = '''\
Commands and bytes: to the card and back, as pcscd saw them. Time: on a
simulated card that takes 20 ms a command and 300 ms a signature.
Contactless: computed, for 106 kbit/s and 12 ms a command besides. Instructions:
of the program alone, neither pcscd nor the card, in millions. MB: the most
memory it had. ×: compared with the first line of the job. At least: the fewest
commands that the protocol allows, without asking how many tries are left,
without checking the signature, with the door left open; ours do all three.'''


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

    def cells(self, first):
        """Texts, for the columns of HEAD."""
        if not self.can:
            return ['cannot'] + [''] * (len(HEAD) - 1)
        return [whole(self.commands), whole(self.bytes),
                self.how_long(), ratio(self.time, first.time),
                duration(self.contactless()), millions(self.instructions),
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


def millions(number):
    if not number:
        return ''
    number /= 1e6
    return '%.1f' % number if number >= 1 else '%.4f' % number


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


def where():
    """Date and place: one sentence."""
    with open('/etc/os-release', encoding='utf-8') as lines:
        system = re.search('^PRETTY_NAME="?([^"\n]*)', lines.read(), re.M)[1]
    openssl = ' '.join(first_line('openssl', 'version').split()[:2])
    opensc = ' '.join(first_line('opensc-tool', '--version').split()[:1])
    return 'Measured on %s: %s, %s, %s%s.' % (
        datetime.date.today(), processor(), system, openssl,
        ', ' + opensc.replace('-', ' ', 1) if opensc else '')


def floor(rows):
    return '' if rows[0].floor == '-' else rows[0].floor


def text(jobs):
    """For a terminal."""
    table = [(job + (', at least ' + floor(rows) if floor(rows) else ''),
              [(row.by, row.cells(rows[0])) for row in rows])
             for job, rows in jobs.items()]
    every = [cells for _, rows in table for _, cells in rows] + [HEAD]
    widths = [max(len(cells[i]) for cells in every)
              for i in range(len(HEAD))]
    left = 2 + max(len(by) for _, rows in table for by, _ in rows)

    def line(by, cells):
        return (by.ljust(left) + ''.join('  ' + cell.rjust(width)
                for cell, width in zip(cells, widths))).rstrip()

    out = [where(), '', line('', HEAD)]
    for job, rows in table:
        out.append(job)
        out += [line('  ' + by, cells) for by, cells in rows]
    return '\n'.join(out + ['', ABOUT])


def markdown(jobs):
    out = [where(), '', '| job | by | at least | ' + ' | '.join(HEAD) + ' |',
           '|---|---|--:|' + '--:|' * len(HEAD)]
    for job, rows in jobs.items():
        heading = [job, floor(rows)]
        for row in rows:
            out.append('| %s | %s | %s | %s |' % (
                heading[0], row.by, heading[1],
                ' | '.join(row.cells(rows[0]))))
            heading = ['', '']
    return '\n'.join(out + ['', ABOUT])


def put(name, table):
    """Into a file, in the place of the last one."""
    with open(name, encoding='utf-8') as lines:
        old = lines.read()
    begin, end = '<!-- bench -->\n', '<!-- /bench -->\n'
    new, n = re.subn('(?s)(?<=%s).*?(?=%s)' % (begin, end),
                     lambda _: table + '\n', old)
    if n == 0:
        sys.exit('%s has no line %s' % (name, begin))
    with open(name, 'w', encoding='utf-8') as file:
        file.write(new)


def main(options, rows):
    jobs = read(rows)
    if options[:1] == ['--into']:
        put(options[1], markdown(jobs))
    elif options == ['--markdown']:
        print(markdown(jobs))
    else:
        print(text(jobs))


if __name__ == '__main__':
    main(sys.argv[1:-1], sys.argv[-1])
