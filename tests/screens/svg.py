# SPDX-License-Identifier: Apache-2.0
"""svg.py: what a terminal showed, from standard input, as a picture.

svg.py --text FILE: the text in such a picture again.
"""
import html
import re
import sys
import unicodedata

CELL, LINE, SIZE, EDGE = 8, 18, 14, 12
COLOURS = {'': '#d8dee9', '32': '#8fd18f', '33': '#e8c26a', '1;31': '#ff7b72'}
FONT = "'DejaVu Sans Mono','Noto Sans Mono CJK JP','IPAGothic',monospace"


def columns(text):
    return sum(1 + (unicodedata.east_asian_width(c) in 'WF') for c in text)


def runs(line):
    """Pieces of one colour, and of wide characters or others."""
    tone = ''
    for piece in re.split(r'(\x1b\[[0-9;]*m)', line):
        if piece.startswith('\x1b'):
            tone = piece[2:-1]
            continue
        for match in re.finditer(r'[\u2e80-\uffff]+|[^\u2e80-\uffff]+', piece):
            yield tone, match.group()


def draw(line, y):
    x = EDGE
    for tone, text in runs(line):
        width = columns(text) * CELL
        if text.strip():
            yield ('<text x="%d" y="%d" textLength="%d" fill="%s">%s</text>'
                   % (x, y, width, COLOURS[tone],
                      html.escape(text, quote=False)))
        x += width


def picture(lines):
    plain = [re.sub(r'\x1b\[[0-9;]*m', '', line) for line in lines]
    width = max(columns(line) for line in plain + [' ' * 80]) * CELL + 2 * EDGE
    height = len(lines) * LINE + 2 * EDGE
    yield ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
           'font-family="%s" font-size="%d" xml:space="preserve">'
           % (width, height, FONT, SIZE))
    yield '<!-- SPDX-License-Identifier: Apache-2.0 -->'
    yield '<rect width="100%" height="100%" rx="6" fill="#20242c"/>'
    for number, line in enumerate(lines):
        yield '<g>%s</g>' % ''.join(draw(line, EDGE + number * LINE + SIZE))
    yield '</svg>'


def written(line):
    """The text of a line again, with the spaces that were not drawn."""
    text = ''
    for x, run in re.findall(r'<text x="(\d+)"[^>]*>([^<]*)</text>', line):
        text += ' ' * ((int(x) - EDGE) // CELL - columns(text))
        text += html.unescape(run)
    return text


def main():
    if sys.argv[1:2] == ['--text']:
        with open(sys.argv[2], encoding='utf-8') as file:
            for line in re.findall(r'<g>(.*)</g>', file.read()):
                print(written(line))
        return
    text = sys.stdin.buffer.read().decode().replace('\r\n', '\n')
    print('\n'.join(picture(text.rstrip('\n').split('\n'))))


main()
