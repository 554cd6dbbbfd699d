# SPDX-License-Identifier: Apache-2.0
"""impatient.py COMMAND...

Runs a command that waits for a card on a terminal of its own. When it says so,
types a number ahead, and then the key that stops it. Prints what the terminal
showed, and "echo again" if it shows what is typed as before.
"""
import os
import select
import signal
import subprocess
import sys
import termios
import time

ours, theirs = os.openpty()


def start():
    os.setsid()
    # The first terminal that is opened is the controlling one.
    os.close(os.open(os.ttyname(theirs), os.O_RDWR))


child = subprocess.Popen(sys.argv[1:], stdin=theirs, stdout=theirs,
                         stderr=theirs, preexec_fn=start)
shown, typed = b"", False
deadline = time.monotonic() + 600
while child.poll() is None and time.monotonic() < deadline:
    if select.select([ours], [], [], 0.1)[0]:
        shown += os.read(ours, 4096)
    if b"Ctrl-C" in shown and not typed:
        typed = True
        os.write(ours, b"9731")
        time.sleep(0.3)
        os.write(ours, b"\x03")
child.kill()
while select.select([ours], [], [], 0.1)[0]:
    shown += os.read(ours, 4096)
sys.stdout.write(shown.decode().replace("\r", ""))
if termios.tcgetattr(theirs)[3] & termios.ECHO:
    print("\necho again")
sys.exit(child.wait() != -signal.SIGINT or not typed)
