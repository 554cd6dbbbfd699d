# SPDX-License-Identifier: Apache-2.0
"""terminal.py TEXT COMMAND...

Runs the command on a terminal of its own. When it prompts (a colon and a
space), types TEXT and a return; "^C" and "^D" stand for those keys. Prints
everything the terminal showed, and exits like the command.
"""
import os
import pty
import select
import sys
import time

text, command = sys.argv[1], sys.argv[2:]
keys = {"^C": b"\x03", "^D": b"\x04"}.get(text, text.encode() + b"\r")
pid, tty = pty.fork()
if pid == 0:
    os.execvp(command[0], command)

shown, typed = b"", False
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    if select.select([tty], [], [], 0.1)[0]:
        try:
            data = os.read(tty, 4096)
        except OSError:
            data = b""
        if not data:
            break
        shown += data
    if not typed and shown.rstrip(b" ").endswith(b":"):
        os.write(tty, keys)
        typed = True
else:
    os.kill(pid, 9)
sys.stdout.buffer.write(shown)
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) if not os.WIFSIGNALED(status)
         else 128)
