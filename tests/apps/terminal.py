# SPDX-License-Identifier: Apache-2.0
"""terminal.py [--again] TEXT COMMAND...

Runs the command on a terminal of its own, of $COLUMNS columns if that is set.
When it prompts (a colon and a space), types the next line of TEXT and a
return; "^C" and "^D" stand for those keys. With --again it types the one line
whenever there is a colon and what is typed will not be shown. Prints everything
the terminal showed, and exits like the command.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

again = sys.argv[1] == "--again"
text, command = sys.argv[1 + again], sys.argv[2 + again:]
lines = [{"^C": b"\x03", "^D": b"\x04"}.get(line, line.encode() + b"\r")
         for line in text.split("\n")]
columns = int(os.environ.get("COLUMNS", "80"))
pid, tty = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
    os.execvp(command[0], command)

shown, answered = b"", 0
deadline = time.monotonic() + 600
while time.monotonic() < deadline:
    if select.select([tty], [], [], 0.1)[0]:
        try:
            data = os.read(tty, 4096)
        except OSError:
            data = b""
        if not data:
            break
        shown += data
    if lines and shown[answered:].rstrip(b" ").endswith(b":") and \
            not (again and termios.tcgetattr(tty)[3] & termios.ECHO):
        answered = len(shown)
        os.write(tty, lines[0] if again else lines.pop(0))
else:
    os.kill(pid, 9)
sys.stdout.buffer.write(shown)
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) if not os.WIFSIGNALED(status)
         else 128)
