#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signs a SHA-256 digest with the card's auth key, as sign.c does:
openssl dgst -sha256 -binary FILE | python3 sign.py > FILE.sig
"""
import ctypes as c
import os
import sys

jpki = c.CDLL("libjpki.so.0.2")     # the MAJOR.MINOR this is written for
jpki.jpki_ctx_new.restype = jpki.jpki_secret_data.restype = c.c_void_p
jpki.jpki_ctx_errmsg.restype = jpki.jpki_ctx_errhint.restype = c.c_char_p
PIN_AUTH, KEY_AUTH, PKCS1, SHA256, TYPED, UNATTENDED = 1, 11, 1, 1, 2, 100

ctx, card, pin = c.c_void_p(jpki.jpki_ctx_new()), c.c_void_p(), c.c_void_p()
source, reader = (list(map(os.fsencode, sys.argv[1:])) + [None, None])[:2]
tries = TYPED if source in (None, b"tty") else UNATTENDED


def must(result):
    if result != 0:
        raise RuntimeError(b"%s\n%s" % (jpki.jpki_ctx_errmsg(ctx),
                                        jpki.jpki_ctx_errhint(ctx)))


def sign(digest):
    size, signature = c.c_size_t(), c.create_string_buffer(512)
    text = c.c_void_p(jpki.jpki_secret_data(pin, c.byref(size)))
    must(jpki.jpki_card_begin(card))
    try:
        must(jpki.jpki_pin_verify(card, PIN_AUTH, text, size, tries, None))
        must(jpki.jpki_card_sign(
            card, KEY_AUTH, PKCS1, SHA256, digest, c.c_size_t(len(digest)),
            signature, c.c_size_t(512), c.byref(size)))
    finally:
        must(jpki.jpki_card_end(card))      # logs out of the card
    return signature.raw[:size.value]


try:
    must(jpki.jpki_card_open(ctx, reader, c.byref(card)))
    must(jpki.jpki_secret_read(ctx, source, b"auth PIN: ", c.byref(pin)))
    sys.stdout.buffer.write(sign(sys.stdin.buffer.read()))
except RuntimeError as error:
    sys.exit("sign.py: " + error.args[0].decode())
finally:
    jpki.jpki_secret_free(c.byref(pin))     # wipes it
    jpki.jpki_card_close(c.byref(card))
    jpki.jpki_ctx_free(c.byref(ctx))
