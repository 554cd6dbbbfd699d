# SPDX-License-Identifier: Apache-2.0
"""Reads the public headers: what they declare, as text.

They are plain C: no conditions but the usual guards, one record or enum at a
time. What is anything else is refused, never passed over.
"""

import re
from pathlib import Path

# Attributes of declarations; nothing that a program can use.
ATTRIBUTES = ("JPKI_API", "JPKI_CHECK")


class Unreadable(Exception):
    """A header says something that this check cannot hold."""


class Record:
    def __init__(self, name, members):
        self.name = name
        self.members = members  # [(name, type)] in their order


class Interface:
    """Everything that the headers declare."""

    def __init__(self):
        self.functions = {}  # name: (layer, type)
        self.callbacks = {}  # name: type
        self.records = {}  # name: Record
        self.constants = {}  # name of an enum's constant: name of the enum
        self.numbers = []  # macros that are numbers
        self.texts = {}  # macros that are strings


def headers(root):
    """All public headers below include/, the umbrella last."""
    include = Path(root) / "include"
    found = sorted(include.glob("jpki/**/*.h")) + [include / "jpki.h"]
    return [(path, path.relative_to(include).as_posix()) for path in found]


def read(root):
    interface = Interface()
    for path, name in headers(root):
        layer = "framework" if name.startswith("jpki/framework/") else "core"
        try:
            text = directives(path.read_text(encoding="utf-8"), interface)
            for declaration in declarations(text):
                declare(declaration, layer, interface)
        except Unreadable as why:
            raise Unreadable(f"include/{name}: {why}") from None
    return interface


def directives(text, interface):
    """Takes macros from a header, and gives what else is in it."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S).replace("\\\n", " ")
    kept, conditions = [], []
    for line in text.split("\n"):
        line = line.strip()
        if re.match(r"#\s*if", line):
            if not re.search(r"_H$|__cplusplus$|__GNUC__$", line):
                raise Unreadable(f"a condition: {line}")
            conditions.append(line)
        elif re.match(r"#\s*endif", line):
            conditions.pop()
        elif re.match(r"#\s*define", line):
            define(line, interface)
        elif not line.startswith("#") and not any(
                "__cplusplus" in c for c in conditions):
            kept.append(line)
    return " ".join(kept)


def define(line, interface):
    match = re.match(r"#\s*define (\w+)(\(?)\s*(.*)$", line)
    if not match or match[2]:
        raise Unreadable(f"a macro with arguments: {line}")
    name, value = match[1], match[3]
    if name in ATTRIBUTES or not value:
        return
    if value.startswith('"'):
        interface.texts[name] = value
    else:
        interface.numbers.append(name)


def declarations(text):
    """Splits at the semicolons that are in no braces."""
    depth = start = 0
    for i, c in enumerate(text):
        depth += (c == "{") - (c == "}")
        if c == ";" and depth == 0:
            yield " ".join(text[start:i].split())
            start = i + 1
    if text[start:].strip():
        raise Unreadable(f"no end: {' '.join(text[start:].split())[:60]}")


def declare(text, layer, interface):
    """Enters one declaration."""
    if re.fullmatch(r"struct \w+", text):
        return
    match = re.fullmatch(r"struct (\w+) \{(.*)\}", text)
    if match:
        interface.records[match[1]] = Record(match[1], members(match[2]))
        return
    match = re.fullmatch(r"enum (\w+) \{([^{}]*)\}", text)
    if match:
        for constant in match[2].split(","):
            if constant.strip():
                interface.constants[constant.split("=")[0].strip()] = match[1]
        return
    match = re.fullmatch(r"(typedef|JPKI_API) ([^()]*?)(\w+) ?\((.*?)\)"
                         r"( JPKI_CHECK)?", text)
    if not match:
        raise Unreadable(f"cannot be read by this check: {text[:60]}")
    kind = f"{match[2].strip()}({unnamed(match[4])})"
    if match[1] == "typedef":
        interface.callbacks[match[3]] = kind
    else:
        interface.functions[match[3]] = (layer, kind)


def members(body):
    """The members of a record: [(name, type)]."""
    found = []
    if "{" in body:
        raise Unreadable("a record inside a record: give it a name")
    for text in filter(None, (part.strip() for part in body.split(";"))):
        pointer = re.fullmatch(r"([^()]*?)\(\*(\w+)\)\((.*)\)", text)
        if pointer:
            kind = f"{pointer[1].strip()} (*)({unnamed(pointer[3])})"
            found.append((pointer[2], kind))
            continue
        base = None
        for piece in text.split(","):
            first = r"(\w[\w ]*?)" if base is None else "()"
            match = re.fullmatch(
                first + r" ?((?:\* ?(?:const )?)*)(\w+)((?:\[\w+\])*)",
                piece.strip())
            if not match:
                raise Unreadable(f"a member that cannot be read: {text}")
            base = base or match[1].strip()
            kind = f"{base} {match[2].strip()}{match[4]}".strip()
            found.append((match[3], kind))
    return found


def unnamed(parameters):
    """A list of parameters without their names, which bind nobody."""
    bare = re.sub(r"(?<=[ *])\w+(?=\[|,|\)|$)", "", parameters)
    bare = re.sub(r" +(?=[,)]|$)", "", bare).strip()
    if re.search(r"\b(struct|enum)(,|\)|$)|(^|,)\s*(,|$)", bare) and bare:
        raise Unreadable(f"a parameter without a name: {parameters}")
    return bare
