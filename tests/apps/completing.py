# SPDX-License-Identifier: Apache-2.0
"""completing.py TEXT SHELL...

Runs a shell on a terminal of its own, types TEXT and a return when it is ready
("ready: "), then exit, and prints all that the terminal showed.
"""
import os
import pty
import sys

text, shell = sys.argv[1], sys.argv[2:]
pid, tty = pty.fork()
if pid == 0:
    os.environ["TERM"] = "vt100"
    os.execvp(shell[0], shell)

lines = [text.encode() + b"\r", b"exit\r"]
shown, begin = b"", 0
while True:
    try:
        data = os.read(tty, 4096)
    except OSError:
        break
    if not data:
        break
    shown += data
    if lines and b"ready: " in shown[begin:]:
        begin = len(shown)
        os.write(tty, lines.pop(0))
os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
