# SPDX-License-Identifier: Apache-2.0
"""The texts of the library, as they stand in its sources.

  - What is said in English is said in Japanese beside it, with the same printf
    conversions. A format that is the same in both, JPKIP_SAME(), holds no
    words.
  - A detail has no full stop, because it is put together with its cause; a
    hint is made of whole sentences.
  - No text names an option or a command of a program, or a part of a URI:
    that means nothing in somebody else's dialog.
  - What the system says in a language of its own choice (strerror() and its
    like) is not used.

What the programs and the provider say in Japanese, too, is in one register and
with one word for one thing: sentences end with です or ます, brackets are
full-width, and so are colons but for that of a prompt.

usage: texts.py SOURCE-ROOT
"""
import pathlib
import re
import sys

# Where the English and the Japanese stand among the arguments, and whether
# they are a whole sentence: True, part of one: False, either: None.
CALLS = {
    'jpkip_fail': (2, 3, False),
    'jpkip_fail_sw': (3, 4, False),
    'jpkip_hint': (2, 3, True),
    'jpkip_warn': (1, 2, False),
    'jpkip_pick': (1, 2, None),
    'jpkip_soft_damaged': (3, 4, False),
    'wrong_is': (1, 2, False),
}

# What may stand in a format for both languages.
IDENTIFIERS = set('''AID ATR CRL DER EC EF OCSP OSSL PROVIDER PEM RAND READ RSA
    SELECT SHA VERIFY X default pcscd'''.split())

# Not for people, although there is a space in it.
NO_TEXTS = {'jpki-softcard 1'}

# Files that may name the parts of a URI, which they take apart.
URI_FILES = {'lib/base/uri.c'}

BANNED = [
    (re.compile(r'(?<![\w-])--[a-z]'), 'an option of a program'),
    (re.compile(r'\bjpki-[a-z0-9]+(?![a-z0-9-]*\([1-8]\))'), 'a program'),
    (re.compile(r'(?<![\w-])-passin\b'), 'an option of a program'),
]
IN_URIS = re.compile(r'\b(reader|card|cert|pin-source|pin-value|min-tries)=')
SYSTEM_TEXTS = {'strerror', 'strerror_r', 'gai_strerror',
                'pcsc_stringify_error', 'perror'}

TOKEN = re.compile(r'''
    (?P<skip> /\*.*?\*/ | //[^\n]* | \\\n | \s+ )
  | (?P<string> "(?:\\.|[^"\\\n])*" )
  | (?P<char> '(?:\\.|[^'\\\n])*' )
  | (?P<name> [A-Za-z_]\w* )
  | (?P<other> . )
''', re.S | re.X)
JAPANESE = re.compile(r'[\u3000-\u30ff\u3400-\u9fff\uff01-\uff9d]')
CONVERSION = re.compile(r'%(?:(\d+)\$)?[-+ #0]*(\*|\d+)?(?:\.(?:\*|\d+)?)?'
                        r'((?:hh|h|ll|l|j|z|t)?[diouxXcsp%])')

# In Japanese, which has hiragana; English with a Japanese term in it has none.
HIRAGANA = re.compile('[\u3041-\u3096]')
REFERENCE = re.compile(r'[A-Za-z0-9_-]+\([0-9]?\)')
JA = '[\u3001-\u30ff\u4e00-\u9fff\uff01-\uff60]'
# Words of a search, which people type in any form.
WORDS_FILES = {'examples/tools/rules/ask.c', 'examples/tools/rules/words.c'}
REGISTER = [
    (re.compile(f'{JA} ?\\(|\\) ?{JA}'), 'half-width brackets'),
    (re.compile(f'{JA}: .'), 'a half-width colon'),
    (re.compile('([うくぐつぬぶむる]|[^まで](?:す|した)|[^ア-ン]ない|'
                '[っん]だ|[^ま]だ)(?:。|$|（(?!S[0-9]|[a-z]))'),
     'not です, ます'),
    (re.compile('パスワード(?!なしで|や)'), '暗証番号, not パスワード'),
    (re.compile('(?<!（)個人番号カード'), 'マイナンバーカード'),
    (re.compile('利用者証明用証明書|署名用証明書'), '…用電子証明書'),
    (re.compile('[0-9d] ?回中'), '残り 3 回（最大 3 回）'),
    (re.compile('基本4|誰|分か[らりる]'), '基本 4, だれ, わかる'),
    (re.compile('足ります|スマホ'), '手続きできます, スマートフォン'),
]

problems = []
n_calls = 0


def tokens_of(source):
    """(kind, text, line) of each token."""
    line = 1
    for match in TOKEN.finditer(source):
        if match.lastgroup != 'skip':
            yield match.lastgroup, match.group(), line
        line += match.group().count('\n')


def arguments(tokens, at):
    """The tokens of each argument of the call whose "(" is at that index."""
    depth, found = 0, [[]]
    for kind, text, line in tokens[at:]:
        if kind == 'other' and text in '([{':
            depth += 1
            if depth == 1:
                continue
        elif kind == 'other' and text in ')]}':
            depth -= 1
            if depth == 0:
                break
        elif kind == 'other' and text == ',' and depth == 1:
            found.append([])
            continue
        found[-1].append((kind, text, line))
    return found


def plain(literal):
    """What a string literal holds, as far as it matters here."""
    return literal[1:-1].replace('\\"', '"').replace('\\n', '\n')


def texts_in(argument):
    """The texts of an argument: one, or those that a ?: chooses from. A macro
    between strings is a part of the text."""
    found, joined, before = [], False, ''
    for kind, text, _ in argument:
        if kind == 'string' and joined:
            found[-1] += plain(text)
        elif kind == 'string':
            found.append((before if before.startswith('PRI') else '') +
                         plain(text))
        elif kind == 'name' and joined:
            found[-1] += text[3:] if text.startswith('PRI') else '_'
        joined = kind == 'string' or (kind == 'name' and joined)
        before = text
    return found


def conversions(text):
    found = {}
    for match in CONVERSION.finditer(text):
        where, _, what = match.groups()
        if what != '%':
            found[int(where) if where else len(found) + 1] = what
    return found


def words(text):
    text = re.sub(r'PRI\w+|0x', '', CONVERSION.sub(' ', text))
    return [word for word in re.findall(r'[A-Za-z]+', text)
            if word not in IDENTIFIERS]


def check_same(no, argument):
    for text in texts_in(argument):
        if words(text) or JAPANESE.search(text):
            no(f'JPKIP_SAME("{text}"): words need both languages')


def check_pair(no, english, japanese, sentence):
    if conversions(english) != conversions(japanese):
        no(f'"{english}" and "{japanese}": not the same conversions')
    if not words(english) and not words(japanese) and sentence is None:
        return
    if not JAPANESE.search(japanese):
        no(f'"{japanese}": not in Japanese')
    if not words(english):
        no(f'"{english}": not in English')
    if sentence is True:
        if english[-1:] not in '.?':
            no(f'"{english}": a hint is a whole sentence')
        if japanese[-1:] != '。':
            no(f'"{japanese}": a hint is a whole sentence')
    if sentence is False:
        if english.endswith('.') or japanese.endswith('。'):
            no(f'"{english}", "{japanese}": a detail has no full stop')


def check_call(no, name, found):
    global n_calls
    english_at, japanese_at, sentence = CALLS[name]
    if len(found) <= english_at:
        no(f'{name}(): too few arguments')
        return
    n_calls += 1
    argument = found[english_at]
    if argument and argument[0][1] == 'JPKIP_SAME':
        check_same(no, argument)
        return
    if len(found) <= japanese_at:
        no(f'{name}(): too few arguments')
        return
    english, japanese = texts_in(argument), texts_in(found[japanese_at])
    if len(english) != len(japanese):
        no(f'{name}(): {english} is not said in Japanese: {japanese}')
        return
    for pair in zip(english, japanese):
        check_pair(no, *pair, sentence)


def check_literal(no, file, text):
    if text in NO_TEXTS or not (' ' in text or JAPANESE.search(text)):
        return
    for pattern, what in BANNED:
        if pattern.search(text):
            no(f'"{text}": {what}')
    if file not in URI_FILES and IN_URIS.search(text):
        no(f'"{text}": a part of a URI')


def check_register(no, file, text):
    if not HIRAGANA.search(text) or file in WORDS_FILES:
        return
    text = REFERENCE.sub('', text)
    for pattern, what in REGISTER:
        if pattern.search(text):
            no(f'"{text}": {what}')


def check_file(root, path):
    file = path.relative_to(root).as_posix()
    tokens = list(tokens_of(path.read_text(encoding='utf-8')))
    for at, (kind, text, line) in enumerate(tokens):
        def no(why, line=line):
            problems.append(f'{file}:{line}: {why}')
        following = tokens[at + 1][1] if at + 1 < len(tokens) else ''
        if kind == 'name' and following == '(' and file.startswith('lib/'):
            if text in CALLS:
                check_call(no, text, arguments(tokens, at + 1))
            if text in SYSTEM_TEXTS:
                no(f'{text}(): in whatever language')
        if kind == 'string' and (at == 0 or tokens[at - 1][0] != 'string'):
            whole = ''
            for other, piece, _ in tokens[at:]:
                if other != 'string':
                    break
                whole += plain(piece)
            check_register(no, file, whole)
            if file.startswith('lib/'):
                check_literal(no, file, whole)


def main():
    root = pathlib.Path(sys.argv[1])
    for folder in 'lib', 'provider', 'examples/tools':
        for path in sorted((root / folder).rglob('*.[ch]')):
            check_file(root, path)
    for problem in problems:
        print(problem)
    if n_calls == 0:
        print('no text found')
    sys.exit(1 if problems or n_calls == 0 else 0)


main()
