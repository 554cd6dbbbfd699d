# SPDX-License-Identifier: Apache-2.0
"""terminal.py [--again] TEXT COMMAND...

Runs the command on a terminal of its own. When it prompts (a colon, and what
is typed will not be shown), types TEXT and a return; "^C" and "^D" stand for those keys. Does so
once, or with --again at every prompt. Prints everything the terminal showed,
and exits like the command.
"""
import os
import pty
import select
import sys
import termios
import time

again = sys.argv[1] == "--again"
text, command = sys.argv[1 + again], sys.argv[2 + again:]
keys = {"^C": b"\x03", "^D": b"\x04"}.get(text, text.encode() + b"\r")
pid, tty = pty.fork()
if pid == 0:
    os.execvp(command[0], command)

shown, typed = b"", 0		# how much was shown when we typed
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
    if (len(shown) > typed if again else not typed) and \
            shown.rstrip(b" ").endswith(b":") and \
            not termios.tcgetattr(tty)[3] & termios.ECHO:
        os.write(tty, keys)
        typed = len(shown)
else:
    os.kill(pid, 9)
sys.stdout.buffer.write(shown)
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) if not os.WIFSIGNALED(status)
         else 128)
