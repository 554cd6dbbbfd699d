# SPDX-License-Identifier: Apache-2.0
"""format.py SOURCE-ROOT

No line of C is wider than 80 columns, ends with blanks or is indented with
spaces; and clang-format, with the .clang-format of the sources, has nothing to
say about the spaces between words, the indentation of statements and where
braces stand. Where a long line breaks, and what is aligned with what, is the
writer's choice, so what it says about that is not looked at.
"""
import glob
import html
import os
import re
import shutil
import subprocess
import sys
import unicodedata

here = os.path.dirname(os.path.abspath(__file__))
os.chdir(sys.argv[1])
bad = False


def no(file, line, why):
    global bad
    bad = True
    print("%s:%d: %s" % (file, line, why))


def width(line):
    columns = 0
    for c in line:
        if c == "\t":
            columns += 8 - columns % 8
        elif not unicodedata.combining(c):
            columns += 1 + (unicodedata.east_asian_width(c) in "WF")
    return columns


def look(file, text):
    if not text.endswith("\n") or text.endswith("\n\n"):
        no(file, text.count("\n"), "one line end at the end, please")
    for number, line in enumerate(text.splitlines(), 1):
        if width(line) > 80:
            no(file, number, "wider than 80 columns")
        if line != line.rstrip():
            no(file, number, "ends with blanks")
        if re.match("\t* {8}|\t* +\t", line):
            no(file, number, "indented with spaces")


def wrong(old, new, before, after):
    """Why a replacement of white space counts; None: it does not."""
    line = before[before.rfind("\n") + 1:]
    if line.lstrip().startswith("#") or before.endswith("\\") or \
            re.search(r"\\\n[^\n]*\Z", before):
        return None     # a macro
    if "\n" not in old + new:
        # Two blanks and tabs align something; a "?" breaks where it likes.
        return "space" if old in ("", " ") and \
            not re.search(r"[?:)]\Z", before) and \
            not re.match("[?:]", after) else None
    if re.fullmatch("\n+\t*", old) and re.fullmatch("\n+\t*", new):
        # Tables, and macros that stand for several lines.
        return None if re.match("[{}A-Z]", after) else "indentation"
    if re.search(r"(\)|\belse|\bdo)\Z", before) and after.startswith("{") or \
            before.endswith("}") and re.match("else|while", after):
        return "place of a brace"
    return None


def ask_clang_format(files):
    said = subprocess.run(
        ["clang-format", "--style=file:" + os.path.join(here,
         "../../.clang-format"), "--output-replacements-xml"] + files,
        stdout=subprocess.PIPE, check=True).stdout.decode()
    for file, answer in zip(files, said.split("<?xml")[1:]):
        with open(file, "rb") as stream:
            source = stream.read()
        for match in re.finditer(
                r"<replacement offset='(\d+)' length='(\d+)'>([^<]*)<",
                answer):
            begin = int(match[1])
            end = begin + int(match[2])
            why = wrong(source[begin:end].decode(), html.unescape(match[3]),
                        source[max(0, begin - 200):begin].decode(
                            errors="replace"),
                        source[end:end + 8].decode(errors="replace"))
            if why:
                no(file, source[:end].count(b"\n") + 1, why)


sources = sorted(sum((glob.glob(part + "/**/*.[ch]", recursive=True)
                      for part in ("include", "lib", "provider", "examples",
                                   "tests")), []))
for name in sources:
    with open(name, encoding="utf-8") as stream:
        look(name, stream.read())
if not sources:
    no(sys.argv[1], 0, "no sources")
elif shutil.which("clang-format"):
    ask_clang_format(sources)
else:
    print("no clang-format here (Debian: clang-format): half is checked")
sys.exit(bad)
