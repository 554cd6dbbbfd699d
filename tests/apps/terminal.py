# SPDX-License-Identifier: Apache-2.0
"""terminal.py TEXT COMMAND...

Runs the command on a terminal of its own, of $COLUMNS columns if that is set.
When it prompts (a colon and a space), types the next line of TEXT and a
return; "^C" and "^D" stand for those keys. Prints everything the terminal
showed, and exits like the command.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

text, command = sys.argv[1], sys.argv[2:]
lines = [{"^C": b"\x03", "^D": b"\x04"}.get(line, line.encode() + b"\r")
         for line in text.split("\n")]
columns = int(os.environ.get("COLUMNS", "80"))
pid, tty = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
    os.execvp(command[0], command)

shown, answered = b"", 0
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
    if lines and shown[answered:].rstrip(b" ").endswith(b":"):
        answered = len(shown)
        os.write(tty, lines.pop(0))
else:
    os.kill(pid, 9)
sys.stdout.buffer.write(shown)
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) if not os.WIFSIGNALED(status)
         else 128)
