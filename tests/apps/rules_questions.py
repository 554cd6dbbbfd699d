# SPDX-License-Identifier: Apache-2.0
"""Asks jpki-rules what a table says, and looks at the JSON.

Lines: question, arguments, what must hold, source; with tabs between them.
What must hold: key=value, key~pattern somewhere in it, key!pattern nowhere.
Without --date it is 2026-11-28.
"""

import json
import re
import subprocess
import sys


def holds(answer, key, how, wanted):
    got = answer.get(key)
    text = json.dumps(got, ensure_ascii=False, separators=(",", ":"))
    if how == "=":
        return key in answer and wanted in (got, text)
    return (re.search(wanted, text) is not None) == (how == "~")


def ask(line):
    """What does not hold."""
    _, arguments, must, _ = line.rstrip("\n").split("\t")
    command = ["jpki-rules", "--lang", "en", "--json"] + arguments.split()
    if "--date" not in command and "explain" not in command:
        command += ["--date", "2026-11-28"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    return [m for m in must.split()
            if not holds(answer, *re.match(r"(\w+)([=~!])(.*)", m).groups())]


wrong = 0
with open(sys.argv[1], encoding="utf-8") as table:
    for line in table:
        if line.strip() and not line.startswith("#"):
            for missing in ask(line):
                print(f"{line.split(chr(9))[1]}: {missing}")
                wrong += 1
sys.exit(wrong != 0)
