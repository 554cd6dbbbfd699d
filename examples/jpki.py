# SPDX-License-Identifier: Apache-2.0
"""The My Number Card from Python: the core of libjpki by ctypes, in one file.
jpki-bindings(7) says what a binding has to mind, and why this is done so.

    import hashlib, jpki
    with jpki.Context() as ctx, ctx.open() as card:
        print(card.info(jpki.INFO_LABEL), card.tries(jpki.PIN_AUTH))
        print(card.certificate(jpki.SLOT_AUTH).verdict().state)
        with ctx.secret(prompt="auth PIN: ") as pin, card.run():
            card.verify(jpki.PIN_AUTH, pin)
            signature = card.sign(jpki.KEY_AUTH,
                                  hashlib.sha256(b"text").digest())

Run as a program it tells what card there is: python3 jpki.py [READER]
"""
import contextlib
import ctypes as c
import datetime
import os
import sys
import time
import weakref

PIN_AUTH, PIN_SIGN, PIN_TEXT = 1, 2, 3
KEY_AUTH, KEY_SIGN = 11, 12
SLOT_AUTH, SLOT_SIGN, SLOT_AUTH_CA, SLOT_SIGN_CA = 21, 22, 23, 24
(INFO_READER, INFO_ATR, INFO_LABEL, INFO_MANUFACTURER, INFO_MODEL,
 INFO_SERIAL) = range(1, 7)
SHA256, SHA384, SHA512 = 1, 2, 3
PKCS1, PSS = 1, 2
ENGLISH, JAPANESE = 1, 2
READER_EMPTY, READER_CARD, READER_MUTE = 1, 2, 3
# How many tries have to be left for a PIN: one that is typed; the last one,
# if its holder insists; one from a file.
TRIES_DEFAULT, TRIES_INSIST, TRIES_UNATTENDED = 2, 1, 100


class Date(c.Structure):
    _fields_ = [("year", c.c_int16), ("month", c.c_uint8), ("day", c.c_uint8)]

    def date(self):
        """None: there is no such day, or it is not known."""
        return self.year and datetime.date(self.year, self.month,
                                           self.day) or None


class CertFacts(c.Structure):
    """A sized record: size first, what is not said is zero."""
    _fields_ = [("size", c.c_size_t), ("not_before", c.c_int64),
                ("not_after", c.c_int64), ("partner_not_after", c.c_int64),
                ("key", c.c_int), ("carrier", c.c_int),
                ("revocation", c.c_int), ("reason", c.c_int),
                ("pin", c.c_int), ("card_until", Date), ("absent", c.c_int),
                ("moved", c.c_int)]


P, S, N, I = c.c_void_p, c.c_char_p, c.c_size_t, c.c_int
LOG = c.CFUNCTYPE(None, P, I, S)
# What each function returns and takes. Without it ctypes cuts pointers.
FUNCTIONS = {
    "ctx_new": (P, []), "ctx_free": (None, [P]), "version": (S, []),
    "ctx_set_lang": (None, [P, I]), "ctx_set_log": (None, [P, LOG, P]),
    "ctx_errmsg": (S, [P]), "ctx_errhint": (S, [P]),
    "ctx_err_sw": (c.c_uint16, [P]), "errname": (S, [I]),
    "errclass": (I, [I]), "strerror": (S, [I, I]),
    "readers_list": (I, [P, P]), "readers_count": (N, [P]),
    "readers_name": (S, [P, N]), "readers_state": (I, [P, N]),
    "readers_free": (None, [P]),
    "card_open": (I, [P, S, P]), "card_close": (None, [P]),
    "card_begin": (I, [P]), "card_end": (I, [P]),
    "card_info": (I, [P, I, S, N]), "card_present": (I, [P, I, P]),
    "card_cert": (I, [P, I, P]),
    "card_sign": (I, [P, I, I, I, S, N, S, N, P]),
    "pin_tries": (I, [P, I, P]), "pin_verify": (I, [P, I, P, N, I, P]),
    "secret_read": (I, [P, S, S, P]), "secret_data": (P, [P, P]),
    "secret_free": (None, [P]),
    "cert_der": (P, [P, P]), "cert_validity": (None, [P, P, P]),
    "cert_free": (None, [P]),
    "check_new": (I, [P, P, P, N, c.c_int64, P]), "check_free": (None, [P]),
    "check_facts": (I, [P, P]), "rules_cert": (I, [P, c.c_int64, P]),
    "verdict_state": (I, [P]), "verdict_until": (Date, [P]),
    "verdict_renew_from": (Date, [P]), "verdict_days_left": (c.c_int32, [P]),
    "verdict_why": (P, [P]), "verdict_free": (None, [P]),
    "state_name": (S, [I]), "why_advice_count": (N, [P]),
    "why_advice": (I, [P, N]), "advice_text": (S, [I, I]),
}
_library = c.CDLL("libjpki.so.0.2")     # the MAJOR.MINOR this is written for


def _function(name):
    function = getattr(_library, "jpki_" + name)
    function.restype, function.argtypes = FUNCTIONS[name]
    return function


_jpki = {name: _function(name) for name in FUNCTIONS}


class Error(Exception):
    """What failed, for people, and hint: what the holder can do about it.
    code and name are a JPKI_ERR_*, kind its class, 1 to 6: usage, system,
    transport, card, PIN, data; sw the card's status word, or 0."""

    def __init__(self, code, message, hint="", sw=0):
        super().__init__(message)
        self.code, self.hint, self.sw = code, hint, sw
        self.name = _jpki["errname"](code).decode()
        self.kind = _jpki["errclass"](code)


class Thing:
    """What the library made and frees. Each keeps its context, so that Python
    cannot free that first, and a context closes what was made from it. Use
    "with", or close(): a collector comes when it likes."""

    def __init__(self, ctx, free, pointer):
        self.ctx, self._free, self._pointer = ctx, _jpki[free], pointer
        self._pid = os.getpid()
        if ctx is not None:
            ctx.things.add(self)

    @property
    def pointer(self):
        if not self._pointer:
            raise ValueError("it was closed")
        if self._pid != os.getpid():
            raise ValueError("it belongs to the process that forked")
        return self._pointer

    def close(self):
        # A forked child leaves the parent's card alone.
        if self._pointer and self._pid == os.getpid():
            self._free(c.byref(self._pointer))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        if getattr(self, "_pointer", None) and c is not None:
            self.close()


class Context(Thing):
    def __init__(self, lang=ENGLISH, log=None):
        """log(level, line) gets warnings (level 1) and the redacted trace of
        commands (2), never a secret; else warnings go to standard error."""
        self.things = weakref.WeakSet()
        super().__init__(None, "ctx_free", P(_jpki["ctx_new"]()))
        if not self._pointer:
            raise MemoryError
        self.lang = lang
        self("ctx_set_lang", lang)
        if log is not None:
            # Kept: the library calls it for as long as the context lives.
            self._log = LOG(lambda _, level, line:
                            log(level, line.decode("utf-8", "replace")))
            self("ctx_set_log", self._log, None)

    def close(self):
        for thing in list(self.things):
            thing.close()
        super().close()

    def __call__(self, name, *args):
        return _jpki[name](self.pointer, *args)

    def must(self, code):
        if code != 0:
            raise Error(code, self("ctx_errmsg").decode(),
                        self("ctx_errhint").decode(), self("ctx_err_sw"))

    def make(self, function, free, *args, kind=Thing):
        pointer = P()
        self.must(_jpki[function](*args, c.byref(pointer)))
        return kind(self, free, pointer)

    def readers(self):
        """Pairs of a name and READER_*."""
        with self.make("readers_list", "readers_free", self.pointer) as all_:
            return [(_jpki["readers_name"](all_.pointer, i).decode(),
                     _jpki["readers_state"](all_.pointer, i))
                    for i in range(_jpki["readers_count"](all_.pointer))]

    def open(self, reader=None):
        """A card; None: what JPKI_READER says, or the one reader with one."""
        return self.make("card_open", "card_close", self.pointer,
                         reader and os.fsencode(reader), kind=Card)

    def secret(self, source=None, prompt=""):
        """A PIN from file:PATH, fd:N or (None) the terminal. It stays in the
        library's memory, where it can be wiped."""
        secret = self.make("secret_read", "secret_free", self.pointer,
                           source and os.fsencode(source), prompt.encode())
        secret.tries = (TRIES_DEFAULT if source in (None, "tty") else
                        TRIES_UNATTENDED)
        return secret


class Card(Thing):
    @contextlib.contextmanager
    def run(self):
        """Nobody else reaches the card; its end logs out of it."""
        self.ctx.must(_jpki["card_begin"](self.pointer))
        try:
            yield self
        finally:
            code = _jpki["card_end"](self.pointer)
            # An exception of the run's goes on; this one is about the door.
            self.ctx.must(code)

    def info(self, what):
        text = c.create_string_buffer(128)
        self.ctx.must(_jpki["card_info"](self.pointer, what, text, 128))
        return text.value.decode()

    def present(self, slot):
        answer = c.c_bool()
        self.ctx.must(_jpki["card_present"](self.pointer, slot,
                                            c.byref(answer)))
        return answer.value

    def tries(self, pin):
        """How many are left; None: the card does not tell."""
        left = c.c_int()
        self.ctx.must(_jpki["pin_tries"](self.pointer, pin, c.byref(left)))
        return left.value if left.value >= 0 else None

    def verify(self, pin, secret, min_tries=None):
        """Opens the card for the rest of the run. A failure may have cost a
        try: do not repeat it. min_tries have to be left; by default what fits
        the secret's source."""
        size = N()
        text = _jpki["secret_data"](secret.pointer, c.byref(size))
        self.ctx.must(_jpki["pin_verify"](self.pointer, pin, text, size,
                                          min_tries or secret.tries, None))

    def sign(self, key, digest, md=SHA256, padding=PKCS1):
        signature, size = c.create_string_buffer(512), N()
        self.ctx.must(_jpki["card_sign"](
            self.pointer, key, padding, md, digest, len(digest), signature,
            512, c.byref(size)))
        return signature.raw[:size.value]

    def certificate(self, slot):
        return self.ctx.make("card_cert", "cert_free", self.pointer, slot,
                             kind=Certificate)


class Certificate(Thing):
    @property
    def der(self):
        """A copy: the library's own bytes go with the certificate."""
        size = N()
        data = _jpki["cert_der"](self.pointer, c.byref(size))
        return c.string_at(data, size.value)

    def validity(self):
        """First and last second, in seconds since 1970 (UTC)."""
        first, last = c.c_int64(), c.c_int64()
        _jpki["cert_validity"](self.pointer, c.byref(first), c.byref(last))
        return first.value, last.value

    def verdict(self, at=None):
        """What the service's rules say. Revocation was not checked."""
        at = int(time.time() if at is None else at)
        facts, verdict = CertFacts(size=c.sizeof(CertFacts)), P()
        with self.ctx.make("check_new", "check_free", self.ctx.pointer,
                           self.pointer, None, 0, at) as check:
            code = (_jpki["check_facts"](check.pointer, c.byref(facts)) or
                    _jpki["rules_cert"](c.byref(facts), at, c.byref(verdict)))
        if code != 0:       # these two know no context
            raise Error(code, _jpki["strerror"](code, self.ctx.lang).decode())
        with Thing(self.ctx, "verdict_free", verdict) as made:
            return Verdict(made.pointer, self.ctx.lang)


class Verdict:
    """Copied out of the library's: state, a word for programs; days, or None;
    and advice, sentences for people."""

    def __init__(self, pointer, lang):
        def get(name):
            return _jpki["verdict_" + name](pointer)
        self.state = _jpki["state_name"](get("state")).decode()
        self.until, self.renew_from = (get("until").date(),
                                       get("renew_from").date())
        self.days_left, why = get("days_left"), get("why")
        self.advice = [
            _jpki["advice_text"](_jpki["why_advice"](why, i), lang).decode()
            for i in range(_jpki["why_advice_count"](why))]


def main(reader=None):
    try:
        with Context() as ctx, ctx.open(reader) as card:
            print(card.info(INFO_LABEL), "tries left:", card.tries(PIN_AUTH))
            verdict = card.certificate(SLOT_AUTH).verdict()
            print(verdict.state, "until", verdict.until, *verdict.advice)
    except Error as error:
        sys.exit("jpki.py: %s\n%s" % (error, error.hint))


if __name__ == "__main__":
    main(*sys.argv[1:2])
