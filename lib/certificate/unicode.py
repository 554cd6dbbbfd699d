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

# Old and new forms by the Japanese table of characters for general use
# (常用漢字表), and simplified forms of other characters that follow its example.
# Unihan connects many of them not at all, or only over Chinese, where it
# connects much else.
OLD_FORMS = '''
圧壓 囲圍 壱壹 隠隱 営營 駅驛 艶艷 欧歐 殴毆 穏穩 仮假 絵繪 概槪 拡擴 殻殼 覚覺 学學 岳嶽 缶罐
勧勸 歓歡 観觀 帰歸 犠犧 拠據 挙擧 挟挾 区區 駆驅 径徑 茎莖 渓溪 経經 蛍螢 軽輕 継繼 欠缺 権權
鉱鑛 済濟 剤劑 参參 桟棧 惨慘 残殘 糸絲 歯齒 写寫 釈釋 粛肅 称稱 縄繩 壌壤 触觸 図圖 随隨 髄髓
枢樞 数數 浅淺 践踐 銭錢 続續 堕墮 対對 択擇 遅遲 当當 党黨 闘鬭 読讀 弐貳 悩惱 脳腦 廃廢 麦麥
発發 蛮蠻 瓶甁 弁辨瓣辯 豊豐 満滿 麺麵 戻戾 訳譯 予豫 余餘 誉譽 猟獵 励勵 霊靈 齢齡 労勞 楼樓
湾灣 舎舍 蝉蟬 彦彥 呉吳 産產 姫姬 説說 税稅 鋭銳 閲閱 脱脫 絶絕 尚尙 飲飮 顔顏 煕熙熈 戸戶
砺礪 梼檮 涛濤 蛎蠣 賎賤 靱靭 撹攪 侭儘 嘘噓 鯵鰺 鴬鶯 麹麴 躯軀 焔焰 頚頸 掴摑 莱萊 蝋蠟 醤醬
箪簞 潅灌 侠俠 倶俱 繋繫 屏屛 鹸鹼 涜瀆 籠篭 諌諫 竈竃 壺壷 枡桝 騨驒 蒋蔣 讃讚 蝿蠅 麸麩
'''.split()

# Forms of one character in Japanese names, likewise.
NAMES = '''
高髙 崎﨑 吉𠮷 浜濱濵 沢澤 辺邊邉 島嶋嶌嶹 斉斎齊齋 瀬瀨 桑桒 松柗枩 船舩 功㓛 土圡圥𡈽
藪薮籔 総總惣 鴎鷗 清淸 内內 教敎 間閒 青靑 渕淵渊 桧檜 富冨 柳栁桺 晴晴 杉杦 風凬 宜冝
昂昻 横橫 悦悅 曹曺 勲勛勳 寧甯 崖厓 和咊 哲喆悊 槙槇 祐祐 万萬 亀龜 円圓 塩鹽 鉄鐵銕鐡
鶴靏靍 橋槗𣘺 昇曻 達逹 梅楳 磯礒 喜㐂 年秊 国圀 秋穐 刈苅 舗舖 剣劔剱釼 卒卆 京亰 虎乕
世丗卋 爾尓尔 皐皋 纏纒 翠翆 蘇蘓 轟軣 閉閇 菟莵 券劵 櫟檪 裵裴 卯夘 員貟 隙隟 岡堽 栗𣗄
脇𦚰 丈𠀋 祇祗
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
    for names in OLD_FORMS + NAMES:
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
