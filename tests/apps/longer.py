#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a software card's certificate as long as another card's is, by an
extension that nobody minds, and has its CA sign it again.

usage: longer.py CERT.pem CA.key BYTES
"""
import base64
import re
import subprocess
import sys

ISSUER_ALT_NAME = bytes.fromhex("0603551d12")
COMMENT = bytes.fromhex("0609608648018 6f842010d".replace(" ", ""))


def der(tag, content):
    n = len(content)
    if n < 128:
        return bytes([tag, n]) + content
    size = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def elements(data):
    """The elements of a constructed value, each with its head."""
    found = []
    while data:
        head, n = 2, data[1]
        if n & 0x80:
            head += n & 0x7f
            n = int.from_bytes(data[2:head], "big")
        found.append(data[:head + n])
        data = data[head + n:]
    return found


def content(element):
    head = 2 + (element[1] & 0x7f if element[1] & 0x80 else 0)
    return element[head:]


def signed(fields, extensions, algorithm, key):
    listed = der(0x30, b"".join(extensions))
    body = der(0x30, b"".join(fields) + der(0xa3, listed))
    signature = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", key], input=body,
        stdout=subprocess.PIPE, check=True).stdout
    return der(0x30, body + algorithm + der(0x03, b"\0" + signature))


def stretched(certificate, key, size):
    body, algorithm, _ = elements(content(certificate))
    *fields, tail = elements(content(body))
    extensions = elements(content(content(tail)))
    if size < len(certificate):
        extensions = [e for e in extensions if ISSUER_ALT_NAME not in e]
    for n in range(size):
        padding = der(0x30, COMMENT + der(0x04, der(0x16, b"x" * n)))
        # The signature is as long as before; it is made once it fits.
        length = len(der(0x30, der(0x30, b"".join(fields) + der(
            0xa3, der(0x30, b"".join(extensions + [padding])))) +
            algorithm + der(0x03, bytes(257))))
        if length == size:
            return signed(fields, extensions + [padding], algorithm, key)
    sys.exit("no certificate of %d bytes can be made" % size)


def main(path, key, size):
    with open(path) as file:
        text = re.search("-----BEGIN CERTIFICATE-----(.*?)-----END",
                         file.read(), re.S).group(1)
    certificate = base64.b64decode(text)
    if len(certificate) == size:
        return
    certificate = stretched(certificate, key, size)
    subprocess.run(["openssl", "x509", "-inform", "DER", "-out", path],
                   input=certificate, check=True)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
