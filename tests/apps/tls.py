# SPDX-License-Identifier: Apache-2.0
"""tls.py CA CERTIFICATE KEY [PIN-FILE]

A TLS login by Python's ssl module alone, client and server in one process,
both with the same certificate and key; KEY may be "-" if CERTIFICATE is a
bundle. Prints the protocol. With a PIN file its first line is the answer to
each question for a pass phrase.
"""
import ssl
import sys

ca, certificate, key = sys.argv[1:4]
asked = 0


def password():
    global asked
    asked += 1
    with open(sys.argv[4]) as file:
        return file.readline().rstrip("\n")


def context(purpose):
    made = ssl.create_default_context(purpose, cafile=ca)
    made.verify_mode = ssl.CERT_REQUIRED
    made.load_cert_chain(certificate, None if key == "-" else key,
                         password if len(sys.argv) > 4 else None)
    return made


def main():
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context(ssl.Purpose.SERVER_AUTH).wrap_bio(
        to_client, to_server, server_hostname="localhost")
    server = context(ssl.Purpose.CLIENT_AUTH).wrap_bio(
        to_server, to_client, server_side=True)
    todo = [client, server]
    for _ in range(20):
        for side in list(todo):
            try:
                side.do_handshake()
                todo.remove(side)
            except ssl.SSLWantReadError:
                pass
        if not todo:
            break
    client.write(b"hello")
    assert server.read() == b"hello"
    peer = dict(pair[0] for pair in server.getpeercert()["subject"])
    print(server.version(), peer["commonName"], asked)


main()
