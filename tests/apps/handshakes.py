# SPDX-License-Identifier: Apache-2.0
"""handshakes.py fork|spawn|threads CERTIFICATE KEY N

N servers at a time, in Python's ssl module: forked processes that all have the
key of their parent, new processes that each load it, or threads that each load
it. Each makes two TLS handshakes and prints how many went well.
"""
import multiprocessing
import ssl
import sys
import threading


def load(certificate, key):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate, key)
    return made


def handshake(context):
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    client = anybody.wrap_bio(to_client, to_server)
    server = context.wrap_bio(to_server, to_client, server_side=True)
    try:
        for side in (client, server, client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
        return client.version() is not None and bool(client.cipher()) and \
            server.version() is not None
    except OSError:
        return False


def serve(certificate, key, context=None):
    good = 0
    for _ in range(2):
        try:
            if context is None or not good:
                context = context or load(certificate, key)
            good += handshake(context)
        except OSError:
            pass
    # In one piece: threads write side by side.
    sys.stdout.write(f"{good}\n")
    sys.stdout.flush()


def main():
    how, certificate, key, n = sys.argv[1:5]
    arguments = [certificate, key]
    if how == "threads":
        start = threading.Thread
    else:
        start = multiprocessing.get_context(how).Process
        if how == "fork":
            arguments.append(load(certificate, key))
    workers = [start(target=serve, args=arguments) for _ in range(int(n))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
