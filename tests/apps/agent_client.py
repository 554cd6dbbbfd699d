# SPDX-License-Identifier: Apache-2.0
"""agent_client.py WHAT [ARGUMENT...]: a client of the agent at SSH_AUTH_SOCK.

attacks   bytes that no client should send; each ends its own connection at
          most, while another one goes on
flags     signatures with each of the flags that there are
bind      what session-bind@openssh.com is answered, right and wrong, with the
          host key in the file ARGUMENT
slow      connections that do not go on; the list is to come all the same
unlock    a wrong passphrase, and the right one too soon behind it
activate  SOCKET COMMAND...: starts the command as systemd does for a socket
reuse     asks by a connection of a process that is gone, and whose number one
          at a terminal has now; exits with 77 if that could not be made
uid       USER: connects as another user; what is to be refused
"""
import os
import pty
import select
import socket
import struct
import subprocess
import sys
import time

FAILURE, SUCCESS, LIST, LIST_ANSWER = 5, 6, 11, 12
SIGN, SIGNED, LOCK, UNLOCK = 13, 14, 22, 23
EXTENSION, EXTENSION_FAILURE = 27, 28
BIND = b"session-bind@openssh.com"


def string(data):
    return struct.pack(">I", len(data)) + data


def strings(data):
    found = []
    while data:
        length = struct.unpack(">I", data[:4])[0]
        assert len(data) >= 4 + length
        found.append(data[4:4 + length])
        data = data[4 + length:]
    return found


def connect():
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(600)    # a hang ends here, not a slow machine
    sock.connect(os.environ["SSH_AUTH_SOCK"])
    return sock


def receive(sock):
    """The body of a message, and no more; None: the connection ended."""
    data, length = b"", 4
    while len(data) < length:
        try:
            more = sock.recv(length - len(data))
        except ConnectionResetError:
            return None
        if not more:
            return None
        data += more
        if len(data) == 4:
            length = 4 + struct.unpack(">I", data)[0]
    return data[4:]


def ask(sock, body):
    sock.sendall(string(body))
    return receive(sock)


def check(what, ok):
    if not ok:
        print("wrong: " + what)
        sys.exit(1)


def key():
    answer = ask(connect(), bytes([LIST]))
    check("the list", answer[0] == LIST_ANSWER and
          answer[1:5] == b"\0\0\0\1")
    return strings(answer[5:])[0]


def is_alive(sock):
    answer = ask(sock, bytes([LIST]))
    return answer is not None and answer[0] == LIST_ANSWER


def attacks():
    blob, steady = key(), connect()
    sign = bytes([SIGN]) + string(blob) + string(b"data")
    huge = struct.pack(">I", 0xffffffff)
    for what, data in (
            ("no length", b"\0\0\0\0"),
            ("one more than the most", struct.pack(">I", 256 * 1024 + 1)),
            ("a huge length", huge + b"x"),
            ("text", b"GET / HTTP/1.1\r\n\r\n")):
        sock = connect()
        sock.sendall(data)
        check(what, receive(sock) is None)
        check(what + ", to others", is_alive(steady))
    for what, body in (
            ("no such type", bytes([0])),
            ("no such type", bytes([255]) + b"more"),
            ("SSH 1", bytes([1])),
            ("a list with more", bytes([LIST]) + b"x"),
            ("a key to add", bytes([17]) + string(b"ssh-ed25519")),
            ("no flags", sign),
            ("half of the flags", sign + b"\0\0"),
            ("more than flags", sign + struct.pack(">I", 2) + b"x"),
            ("no key", bytes([SIGN])),
            ("a huge key", bytes([SIGN]) + huge + blob),
            ("another key", bytes([SIGN]) + string(blob[:-1] + b"x") +
             string(b"data") + struct.pack(">I", 2)),
            ("an empty key", bytes([SIGN]) + string(b"") + string(b"") +
             struct.pack(">I", 2)),
            ("unlocked already", bytes([UNLOCK]) + string(b"x")),
            ("no such extension", bytes([EXTENSION]) + string(b"x@y")),
            ("no extension", bytes([EXTENSION])),
            ("the largest message", bytes([0]) * (256 * 1024))):
        answer = ask(steady, body)
        check(what, answer == bytes([FAILURE]))
    check("one byte at a time", trickle())
    # Truncated, and gone; many at once.
    for sock in [connect() for _ in range(100)]:
        sock.sendall(string(sign)[:7])
        sock.close()
    # Several in one go, and each has its answer in its turn.
    both = string(bytes([LIST])) + string(bytes([0])) + string(bytes([LIST]))
    steady.sendall(both)
    data = b""
    while len(data) < 10 or data.count(b"My Number Card") < 2:
        more = steady.recv(65536)
        check("three in one go", more)
        data += more
    check("query", strings(ask(steady, bytes([EXTENSION]) +
          string(b"query"))[1:]) == [b"query", BIND, b"query"])
    check("alive", is_alive(steady))


def trickle():
    sock = connect()
    for byte in string(bytes([LIST])):
        sock.sendall(bytes([byte]))
        time.sleep(0.01)
    return receive(sock)[0] == LIST_ANSWER


def flags():
    blob, sock = key(), connect()
    for flag, name in ((0, None), (1, None), (2, b"rsa-sha2-256"),
                       (4, b"rsa-sha2-512"), (6, None), (8, None)):
        answer = ask(sock, bytes([SIGN]) + string(blob) + string(b"data") +
                     struct.pack(">I", flag))
        if name is None:
            check("flags %d" % flag, answer == bytes([FAILURE]))
        else:
            check("flags %d" % flag, answer[0] == SIGNED)
            parts = strings(strings(answer[1:])[0])
            check("the name of %d" % flag, parts[0] == name)
            check("the size of %d" % flag, len(parts[1]) == 256)


def host_sign(path, data):
    """Host keys sign session ids in the raw: with ssh-agent, which does."""
    agent = subprocess.run(["ssh-agent", "-s"], stdout=subprocess.PIPE,
                           check=True).stdout.decode()
    env = dict(line.split(";")[0].split("=") for line in
               agent.splitlines()[:2])
    ours = os.environ["SSH_AUTH_SOCK"]
    try:
        subprocess.run(["ssh-add", "-q", path], check=True,
                       env=dict(os.environ, **env))
        os.environ["SSH_AUTH_SOCK"] = env["SSH_AUTH_SOCK"]
        blob = key()
        flag = 4 if b"ssh-rsa" in blob[:12] else 0
        answer = ask(connect(), bytes([SIGN]) + string(blob) + string(data) +
                     struct.pack(">I", flag))
        return blob, strings(answer[1:])[0]
    finally:
        os.environ["SSH_AUTH_SOCK"] = ours
        os.kill(int(env["SSH_AGENT_PID"]), 15)


def bind():
    first, second = b"1" * 32, b"2" * 32
    host, sig = host_sign(sys.argv[2], first)
    other, other_sig = host_sign(sys.argv[2], second)

    def message(blob, session, signature, forwarding=b"\0"):
        return (bytes([EXTENSION]) + string(BIND) + string(blob) +
                string(session) + string(signature) + forwarding)

    sock = connect()
    check("a hop", ask(sock, message(host, first, sig, b"\1")) ==
          bytes([SUCCESS]))
    check("the log-in behind it", ask(sock, message(other, second,
          other_sig)) == bytes([SUCCESS]))
    check("said again", ask(sock, message(other, second, other_sig)) ==
          bytes([SUCCESS]))
    refused = bytes([EXTENSION_FAILURE])
    third, third_sig = host_sign(sys.argv[2], b"3" * 32)
    check("nothing behind a log-in", ask(sock, message(third, b"3" * 32,
          third_sig)) == refused)
    for what, body in (
            ("another session", message(host, second, sig)),
            ("a broken signature", message(host, first, sig[:-1] +
             bytes([sig[-1] ^ 1]))),
            ("a short signature", message(host, first, sig[:-1])),
            ("another key", message(host[:-1] + bytes([host[-1] ^ 1]),
             first, sig)),
            ("no key", message(b"", first, sig)),
            ("no signature", message(host, first, b"")),
            ("no session", message(host, b"", sig)),
            ("a long session", message(host, b"1" * 129, sig)),
            ("more", message(host, first, sig) + b"x"),
            ("less", message(host, first, sig)[:-1])):
        check(what, ask(connect(), body) == refused)


def slow():
    stuck = [connect() for _ in range(60)]
    for i, sock in enumerate(stuck):
        sock.sendall(string(bytes([LIST]))[:i % 5])
    # One that asks again and again, and never reads what it is told.
    deaf = connect()
    deaf.setblocking(False)
    try:
        while True:
            deaf.send(string(bytes([0])) * 1000)
    except BlockingIOError:
        pass
    # Many, who go again.
    crowd = [connect() for _ in range(300)]
    for sock in crowd:
        sock.close()
    # Those who are stuck never go on, so it comes now or never.
    check("the list comes", is_alive(connect()))


def unlock():
    sock = connect()
    wrong = string(bytes([UNLOCK]) + string(b"guess"))
    right = string(bytes([UNLOCK]) + string(b"lock it"))
    # In one piece, so that it is the agent alone whose time counts. Where that
    # stood still for a tenth of a second, the second one was not too soon.
    for _ in range(20):
        begin = time.monotonic()
        sock.sendall(wrong + right)
        check("refused", receive(sock) == bytes([FAILURE]))
        if receive(sock) == bytes([FAILURE]):
            break
        check("the right one has to wait", time.monotonic() - begin >= 0.1)
        check("locked again", ask(sock, bytes([LOCK]) + string(b"lock it")) ==
              bytes([SUCCESS]))
    else:
        check("the right one has to wait", False)
    time.sleep(0.2)
    sock.sendall(right)
    check("and is right", receive(sock) == bytes([SUCCESS]))


def activate():
    path, command = sys.argv[2], sys.argv[3:]
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(path)
    sock.listen(5)
    os.dup2(sock.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
    os.execvp(command[0], command)


def reuse():
    blob = key()
    for _ in range(50):
        go, told = os.pipe(), os.pipe()
        first = os.fork()
        if first == 0:
            sock = connect()
            if os.fork() == 0:
                os.close(go[1])
                os.read(go[0], 1)
                answer = ask(sock, bytes([SIGN]) + string(blob) +
                             string(b"data") + struct.pack(">I", 2))
                os.write(told[1], answer[:1])
            os._exit(0)
        os.waitpid(first, 0)
        # Beginnings are told in hundredths of a second.
        time.sleep(0.05)
        with open("/proc/sys/kernel/ns_last_pid", "w") as last:
            last.write(str(first - 1))
        second, tty = pty.fork()
        if second == 0:
            os.execvp("sleep", ["sleep", "600"])
        if second == first:
            break
        os.kill(second, 9)
        os.waitpid(second, 0)
    else:
        sys.exit(77)
    while os.tcgetpgrp(tty) != second:
        time.sleep(0.01)
    os.write(go[1], b"x")
    ready = select.select([told[0], tty], [], [], 60)[0]
    os.kill(second, 9)
    check("it is not asked there", ready == [told[0]])
    check("refused", os.read(told[0], 1) == bytes([FAILURE]))


def uid():
    import pwd
    # By its name in here: folders above may be closed to others.
    place = os.environ["SSH_AUTH_SOCK"]
    os.chdir(os.path.dirname(os.path.abspath(place)))
    os.environ["SSH_AUTH_SOCK"] = os.path.basename(place)
    os.setuid(pwd.getpwnam(sys.argv[2]).pw_uid)
    try:
        answer = ask(connect(), bytes([LIST]))
    except (BrokenPipeError, ConnectionResetError):
        answer = None
    check("another user", answer is None)


{f.__name__: f for f in (attacks, flags, bind, slow, unlock, activate,
                         reuse, uid)}[sys.argv[1]]()
