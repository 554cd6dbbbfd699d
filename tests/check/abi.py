# SPDX-License-Identifier: Apache-2.0
"""Holds the public interface against tests/check/abi/, where it is recorded.

usage: abi.py SOURCE-ROOT [LIBJPKI.SO]
       abi.py SOURCE-ROOT --update [--unreleased]

interface.txt has what is the same on every machine: functions, constants, the
members of records. x86_64.txt and its like have sizes and offsets there; they
come from a C compiler ($CC, else cc), which on x86_64 knows i386, too. On a
machine without a description that part is skipped (exit 77).

What an old program would stumble over needs another SONAME, so --update
records it only when MINOR in meson.build was raised, or with --unreleased, as
long as nobody has this MINOR yet.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import abi_headers

UPDATE = "sh tests/check/abi.sh --update"
BREAKS = ("An old program would break: {}, or raise MINOR in meson.build and "
          f"run {UPDATE}.")
NEW = f"Record it with {UPDATE}; no old program is touched, so MINOR stays."

# Elements of arrays that callers make, and what is passed by value.
FROZEN = ("jpki_date", "jpki_event_at", "jpki_softcard_option")
# What the library fills and lends for reading: may be appended to.
LENT = ("jpki_ca", "jpki_cert_info", "jpki_cert_note", "jpki_dispute",
        "jpki_name", "jpki_name_part", "jpki_revocation", "jpki_rule",
        "jpki_seed", "jpki_settings", "jpki_uri")


def compiler():
    return shlex.split(os.environ.get("CC", "cc"))


def run(command, text):
    try:
        done = subprocess.run(command, input=text, capture_output=True,
                              text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def machines():
    """[(name, compiler with its flags)] that can be looked at here."""
    macros = run(compiler() + ["-dM", "-E", "-x", "c", "-"], "")
    if macros is None:
        sys.exit(f"{' '.join(compiler())}: no C compiler; set CC")
    if "#define __i386__ 1" in macros:
        return [("i386", compiler())]
    if "#define __x86_64__ 1" in macros:
        if "#define __ILP32__ 1" in macros:
            return [("x32", compiler())]
        found = [("x86_64", compiler())]
        if run(compiler() + ["-m32", "-E", "-x", "c", "-"], "") is not None:
            found.append(("i386", compiler() + ["-m32"]))
        return found
    name = run(compiler() + ["-dumpmachine"], "") or "unknown"
    return [(name.split("-")[0].strip(), compiler())]


def kind_of(record):
    """Who makes a record decides how it can grow."""
    if record.name in FROZEN:
        return "frozen"
    if record.name in LENT:
        return "lent"
    return "sized"


def measure(root, interface, command):
    """Sizes, offsets and values, as this compiler has them: {fact: number}."""
    wanted = {}
    for name in list(interface.constants) + interface.numbers:
        wanted[f"value {name}"] = name
    for record in interface.records.values():
        struct = f"struct {record.name}"
        wanted[f"size {record.name}"] = f"sizeof({struct})"
        for member, _ in record.members:
            fact = f"{record.name}.{member}"
            wanted[f"offset {fact}"] = f"offsetof({struct}, {member})"
            wanted[f"size {fact}"] = f"sizeof((({struct} *)0)->{member})"
    lines = [f"#include <{name}>" for _, name in abi_headers.headers(root)]
    lines += ["#include <stddef.h>", "void facts(void);",
              "void facts(void) {"]
    for fact, value in wanted.items():
        lines.append(f'__asm__ volatile("\\n.ascii \\"{fact} = %0\\"\\n"'
                     f' : : "i"((long)({value})));')
    lines.append("}\n")
    # Freestanding: needs no libc of that machine.
    out = run(command + ["-ffreestanding", "-O0", "-I", f"{root}/include",
                         "-S", "-o", "-", "-x", "c", "-"], "\n".join(lines))
    # Some assemblers want a sign before a number: "$16".
    facts = dict(re.findall(r'\.ascii\s+"([^=]*) = [$#]?(-?\d+)"', out or ""))
    if facts.keys() != wanted.keys():
        sys.exit(f"{' '.join(command)}: cannot compile the headers")
    return {fact: int(number) for fact, number in facts.items()}


def describe(root, interface):
    """What is there now: {file: {fact: value}}."""
    common, files = {}, {}
    for name, (layer, kind) in interface.functions.items():
        common[f"function {name}"] = f"{layer} {kind}"
    for name, kind in interface.callbacks.items():
        common[f"callback {name}"] = kind
    for name, text in interface.texts.items():
        common[f"macro {name}"] = text
    for record in interface.records.values():
        common[f"record {record.name}"] = kind_of(record)
        for i, (member, kind) in enumerate(record.members, 1):
            common[f"member {record.name} {i:02} {member}"] = kind
    for machine, command in machines():
        facts = measure(root, interface, command)
        for name, enum in interface.constants.items():
            common[f"constant {enum} {name}"] = str(facts[f"value {name}"])
        for name in interface.numbers:
            common[f"macro {name}"] = str(facts[f"value {name}"])
        files[machine] = layout(interface, facts)
    files["interface"] = common
    return files


def layout(interface, facts):
    """Where everything is on one machine."""
    out = {}
    for name, record in interface.records.items():
        out[f"record {name}"] = f"{facts[f'size {name}']} bytes"
        for i, (member, _) in enumerate(record.members, 1):
            place = f"{name}.{member}"
            out[f"member {name} {i:02} {member}"] = (
                f"at {facts[f'offset {place}']}, "
                f"{facts[f'size {place}']} bytes")
    return out


def numbers(text):
    return [int(number) for number in re.findall(r"\d+", text)]


def shape(interface, files):
    """What is wrong with the records, whatever was recorded."""
    for name in set(FROZEN + LENT) - interface.records.keys():
        yield f"struct {name}, named in tests/check/abi.py, does not exist."
    for record in interface.records.values():
        kind = kind_of(record)
        if kind == "sized" and record.members[0] != ("size", "size_t"):
            yield (f"struct {record.name} cannot grow: begin it with "
                   '"size_t size", or say in tests/check/abi.py that it is '
                   "lent or frozen.")
            continue
        last = f"{len(record.members):02} {record.members[-1][0]}"
        for machine in sorted(set(files) - {"interface"}):
            facts = files[machine]
            end = sum(numbers(facts[f"member {record.name} {last}"]))
            size = numbers(facts[f"record {record.name}"])[0]
            if kind == "sized" and end != size:
                yield (f"struct {record.name} has a hole at its end on "
                       f"{machine}, where a member that is appended would "
                       'not change its size: fill it ("int reserved; /* 0 '
                       '*/").')
    for where, kind in by_value(interface):
        for name in re.findall(r"struct (\w+)(?! ?\**\w* *\*)", kind):
            if name not in FROZEN:
                yield (f"{where} has a struct {name} by value, which can "
                       "never grow then: use a pointer, or say in "
                       "tests/check/abi.py that it is frozen.")


def by_value(interface):
    """Every type in which a record may stand by value: (where, type)."""
    for name, (_, kind) in interface.functions.items():
        yield f"function {name}", kind
    for name, kind in interface.callbacks.items():
        yield f"callback {name}", kind
    for record in interface.records.values():
        for member, kind in record.members:
            yield f"struct {record.name}, member {member},", kind


def load(path):
    """A description: {fact: value}; None: there is none."""
    if not path.exists():
        return None
    facts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            fact, value = line.split(" = ", 1)
            facts[fact] = value
    return facts


def save(path, facts, what):
    lines = [f"{fact} = {value}\n" for fact, value in sorted(facts.items())]
    path.write_text(f"# {what}\n# Written by {UPDATE}.\n" + "".join(lines),
                    encoding="utf-8")


def members(facts):
    """The members in a description: {record: {member: value}}, in order."""
    found = {}
    for fact in sorted(facts):
        if fact.startswith("member "):
            _, record, _, member = fact.split()
            found.setdefault(record, {})[member] = facts[fact]
    return found


def compare_common(old, new):
    """(breaks, sentence) for each difference of the two descriptions."""
    for fact in sorted(old.keys() | new.keys()):
        word, *what = fact.split()
        if word not in ("member", "version"):
            yield from differs(word, what[-1], old.get(fact), new.get(fact))
    before, now = members(old), members(new)
    for record in before.keys() & now.keys():
        frozen = new[f"record {record}"] == "frozen"
        yield from members_differ(record, before[record], now[record], frozen)


def differs(word, name, before, now):
    if now is None:
        yield True, f"{word} {name} is gone. {BREAKS.format('put it back')}"
    elif before is None:
        yield False, f"{word} {name} is new. {NEW}"
    elif before != now:
        way = "leave it and add a new one"
        if word == "constant":
            way = "leave its number, it is never used for anything else"
        yield True, (f"{word} {name} was {before} and is {now}. "
                     + BREAKS.format(way))


def members_differ(record, before, now, frozen):
    for member, kind in before.items():
        if member not in now:
            yield True, (f"struct {record}: member {member} is gone. "
                         + BREAKS.format("put it back"))
        elif now[member] != kind:
            yield True, (f"struct {record}: member {member} was {kind} and "
                         f"is {now[member]}. "
                         + BREAKS.format("leave it and append a new one"))
    kept = [member for member in now if member in before]
    for i, member in enumerate(now):
        if member in before:
            continue
        if frozen:
            yield True, (f"struct {record}: member {member} is new, but the "
                         "record is frozen. "
                         + BREAKS.format("make a new record"))
        elif i < len(kept):
            yield True, (f"struct {record}: the new member {member} stands "
                         "before others. " + BREAKS.format("append it"))
        else:
            yield False, f"struct {record}: member {member} is new. {NEW}"


def compare_machine(machine, old, new):
    """The same for sizes and offsets, the first of each record."""
    before, now = members(old), members(new)
    for record in before.keys() & now.keys():
        place = next((m for m in before[record] if m in now[record]
                      and before[record][m] != now[record][m]), None)
        size = numbers(old[f"record {record}"] + new[f"record {record}"])
        if place:
            was = numbers(before[record][place])
            new_place = numbers(now[record][place])
            what = (f"member {place} moved from {was[0]} to {new_place[0]}"
                    if was[0] != new_place[0] else f"member {place} went "
                    f"from {was[1]} to {new_place[1]} bytes")
        elif size[0] > size[1] or (size[0] < size[1] and
                                   before[record].keys() ==
                                   now[record].keys()):
            what = f"it went from {size[0]} to {size[1]} bytes"
        else:
            continue
        yield True, (f"struct {record}: {what} on {machine}. "
                     + BREAKS.format("append members instead"))


def unrecorded(machine, old, new):
    """What was recorded elsewhere, but not for this machine."""
    if old.keys() != new.keys():
        yield False, (f"{machine}.txt does not have what interface.txt has. "
                      + NEW)


def minor(root):
    text = (Path(root) / "meson.build").read_text(encoding="utf-8")
    match = re.search(r"version: '(\d+\.\d+)\.\d+'", text)
    if not match:
        sys.exit("meson.build: no version MAJOR.MINOR.PATCH")
    return match[1]


def soname(library, version):
    out = run(["readelf", "-d", library], "") or ""
    match = re.search(r"SONAME\).*\[(.*)\]", out)
    if not match or match[1] != f"libjpki.so.{version}":
        yield (f"{library}: its SONAME is {match and match[1]}, not "
               f"libjpki.so.{version} as the version in meson.build says; "
               "lib/meson.build makes it.")


def compare(folder, now):
    """Every difference, and the descriptions that do not exist."""
    found, unknown = [], []
    for name in sorted(now, key=lambda name: name != "interface"):
        old = load(folder / f"{name}.txt")
        if old is None:
            unknown.append(name)
        elif name == "interface":
            found += compare_common(old, now[name])
        else:
            found += compare_machine(name, old, now[name])
            found += [] if found else unrecorded(name, old, now[name])
    return found, unknown


def update(folder, now, found, unreleased):
    breaks = [text for breaks, text in found if breaks]
    recorded = load(folder / "interface.txt") or {}
    version = now["interface"]["version"]
    if breaks and not unreleased and recorded.get("version") == version:
        print("\n".join(breaks))
        print("Nothing was recorded.")
        return 1
    folder.mkdir(exist_ok=True)
    for name, facts in now.items():
        save(folder / f"{name}.txt", facts,
             "The public interface" if name == "interface" else
             f"Sizes and offsets on {name}")
        print(f"{name}.txt is recorded")
    for path in sorted(folder.glob("*.txt")):
        if path.stem not in now:
            print(f"{path.name}: only such a machine can record it")
    return 0


def check(folder, version, found, unknown, wrong):
    recorded = (load(folder / "interface.txt") or {}).get("version")
    if recorded is None:
        wrong.append(f"{folder}/interface.txt is missing: run {UPDATE}.")
    elif recorded != version:
        wrong.append(f"meson.build says {version}, and tests/check/abi/ has "
                     f"the interface of {recorded}: run {UPDATE}.")
    else:
        wrong += [text for _, text in found]
    for text in wrong:
        print(text)
    if wrong:
        return 1
    for machine in unknown:
        print(f"skipped: tests/check/abi/ does not have {machine}; {UPDATE} "
              "on such a machine records it")
    return 77 if unknown else 0


def main(root, *options):
    try:
        interface = abi_headers.read(root)
    except abi_headers.Unreadable as why:
        sys.exit(str(why))
    folder = Path(__file__).parent / "abi"
    now = describe(root, interface)
    version = now["interface"]["version"] = minor(root)
    found, unknown = compare(folder, now)
    wrong = list(shape(interface, now))
    if "--update" in options and not wrong:
        return update(folder, now, found, "--unreleased" in options)
    for library in options if "--update" not in options else ():
        wrong += soname(library, version)
    return check(folder, version, found, unknown, wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
