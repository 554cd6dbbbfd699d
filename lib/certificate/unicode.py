#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Makes unicode_table.h and variants.h from Unicode's own data, as Debian's
# package unicode-data has it. Nobody needs it to build: run it when a new
# version of Unicode is worth having.
#
# usage: unicode.py [/usr/share/unicode]
import bz2
import collections
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = sys.argv[1] if len(sys.argv) > 1 else '/usr/share/unicode'
HEAD = '''/* SPDX-License-Identifier: Apache-2.0 */
/* Made by unicode.py from the Unicode Character Database, version %s,
 * https://www.unicode.org/license.txt; not to be edited. */
'''

# Forms of one character in Japanese names that Unihan does not connect, or
# only over Chinese.
NAMES = '''
高髙 崎﨑 吉𠮷 浜濱濵 沢澤 辺邊邉 島嶋嶌 斉斎齊齋 瀬瀨 桑桒 松柗枩 船舩 功㓛 土圡圥
藪薮 総總惣 鴎鷗 清淸 内內 教敎 間閒 青靑 渕淵渊 桧檜 富冨 柳栁 晴晴 杉杦 風凬 宜冝
昂昻 横橫 悦悅 曹曺 勲勛勳 寧甯 崖厓 和咊 哲喆悊 槙槇 祐祐 万萬 亀龜 円圓 塩鹽 鉄鐵銕
'''.split()


def rows(name):
    with bz2.open(os.path.join(DATA, name + '.bz2'), 'rt',
                  encoding='utf-8') as lines:
        for line in lines:
            if line.startswith('U+'):
                char, key, value = line.rstrip('\n').split('\t')
                yield int(char[2:], 16), key, value


def version():
    with open(os.path.join(DATA, 'PropList.txt'), encoding='utf-8') as lines:
        return re.search(r'-([0-9.]+)\.txt', lines.readline()).group(1)


def unicode_data():
    with open(os.path.join(DATA, 'UnicodeData.txt'),
              encoding='utf-8') as lines:
        for line in lines:
            field = line.split(';')
            yield int(field[0], 16), int(field[3]), field[5]


def put(out, items, width=80):
    line = '\t'
    for item in items:
        if len(line.expandtabs()) + len(item) + 2 > width:
            out.append(line.rstrip())
            line = '\t'
        line += item + ', '
    out.append(line.rstrip().rstrip(','))


def table():
    singles, pairs, classes = [], [], []
    for char, ccc, decomposition in unicode_data():
        if decomposition and not decomposition.startswith('<'):
            to = [int(part, 16) for part in decomposition.split()]
            if len(to) == 1:
                singles.append((char, to[0]))
            else:
                pairs.append((char, to[0], to[1]))
        if ccc != 0:
            if classes and classes[-1][1:] == [char - 1, ccc]:
                classes[-1][1] = char
            else:
                classes.append([char, char, ccc])
    out = [(HEAD % version()).rstrip()]
    for name, what, items in (
            ('singles', 'A character and the one that it is the same as',
             singles),
            ('pairs', 'A character and the two that it is the same as',
             pairs),
            ('marks', 'First and last of some marks, and their class',
             classes)):
        out += ['', '/* %s; by the first. */' % what,
                'static const uint32_t %s[] = {' % name]
        put(out, ['0x%x' % number for row in items for number in row])
        out += ['};']
    return '\n'.join(out) + '\n'


def same_character(pairs):
    """Classes of what is connected by pairs."""
    leader = {}

    def find(char):
        leader.setdefault(char, char)
        while leader[char] != char:
            char = leader[char]
        return char

    for one, other in pairs:
        one, other = find(one), find(other)
        if one != other:
            leader[max(one, other)] = min(one, other)
    classes = collections.defaultdict(list)
    for char in sorted(leader):
        classes[find(char)].append(char)
    return sorted(members for members in classes.values()
                  if len(members) > 1)


def variant_pairs():
    japanese = {char: value.split('-')[0] for char, key, value in
                rows('Unihan_IRGSources.txt') if key == 'kIRG_JSource'}
    for name, keys in (
            ('Unihan_Variants.txt', ('kSemanticVariant', 'kZVariant',
                                     'kSpoofingVariant')),
            ('Unihan_OtherMappings.txt', ('kJinmeiyoKanji',
                                          'kJoyoKanji'))):
        for char, key, value in rows(name):
            if key not in keys:
                continue
            for other in re.findall(r'U\+([0-9A-F]+)', value):
                both = (char, int(other, 16))
                # JIS X 0208 on one side; the other is in Japanese use, or
                # only looks the same.
                if any(japanese.get(c) == 'J0' for c in both) and (
                        key == 'kSpoofingVariant' or
                        all(c in japanese for c in both)):
                    yield both
    for names in NAMES:
        for char in names[1:]:
            yield ord(names[0]), ord(char)


def variants(decomposed):
    # What is canonically equal is equal before this table is asked.
    pairs = sorted(tuple(sorted(decomposed.get(c, c) for c in pair))
                   for pair in variant_pairs())
    out = [(HEAD % version()).rstrip(), '',
           '/* Forms of the same character, which people write for each '
           'other. */', 'static const char *const variants[] = {']
    line = ''
    for members in same_character(pairs):
        word = ' ' + ''.join(map(chr, members))
        if 2 * (len(line) + len(word)) - line.count(' ') > 60:
            out.append('\t"%s ",' % line)
            line = ''
        line += word
    out += ['\t"%s "' % line, '};']
    return '\n'.join(out) + '\n'


def main():
    singles = {char: int(to, 16) for char, _, to in unicode_data()
               if re.fullmatch('[0-9A-F]+', to)}
    for name, text in (('unicode_table.h', table()),
                       ('variants.h', variants(singles))):
        with open(os.path.join(HERE, name), 'w', encoding='utf-8') as out:
            out.write(text)


main()
