#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bindings.py EXAMPLES ABI: examples/jpki.py on the software card
"card", in the directory of bindings.sh. Prints TAP."""
import gc
import hashlib
import os
import re
import subprocess
import sys
import threading

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import jpki     # noqa: E402

count = failed = 0


def check(what, got, wanted=True):
    global count, failed
    count += 1
    if got != wanted:
        failed += 1
        print("# got %r, wanted %r" % (got, wanted))
    print("ok" if got == wanted else "not ok", count, "-", what)


def error(function, *args, **named):
    try:
        function(*args, **named)
    except (jpki.Error, ValueError) as e:
        return e
    return None


def verified(signature, *options):
    with open("x.sig", "wb") as file:
        file.write(signature)
    return subprocess.run(
        ["openssl", "dgst", "-sha256", *options, "-verify", "auth.pub",
         "-signature", "x.sig", "a"], stdout=subprocess.DEVNULL).returncode


# The numbers and prototypes are those of the headers.
with open(os.path.join(sys.argv[2], "interface.txt")) as file:
    headers = file.read()
numbers = {name: int(value) for name, value in re.findall(
    r"^(?:constant \w+|macro) JPKI_(\w+) = (-?\d+)$", headers, re.M)}
for mine, theirs in (("PKCS1", "PADDING_PKCS1"), ("PSS", "PADDING_PSS"),
                     ("SHA256", "MD_SHA256"), ("SHA512", "MD_SHA512"),
                     ("JAPANESE", "LANG_JA"), ("SLOT_SIGN_CA", None),
                     ("PIN_TEXT", None), ("KEY_SIGN", None),
                     ("INFO_SERIAL", None), ("READER_MUTE", None),
                     ("TRIES_INSIST", None), ("TRIES_UNATTENDED", None)):
    check("number " + mine, getattr(jpki, mine), numbers.get(theirs or mine))
for name, (_, arguments) in jpki.FUNCTIONS.items():
    found = re.search(r"^function jpki_%s = core [^(]*\(([^)]*(?:\([^)]*\)"
                      r"[^)]*)*)\)$" % name, headers, re.M)
    text = found.group(1) if found else "?"
    wanted = 0 if text == "void" else len(text.split(","))
    if len(arguments) != wanted:
        check("arguments of " + name, len(arguments), wanted)
machine = "x86_64.txt" if sys.maxsize > 2**32 else "i386.txt"
with open(os.path.join(sys.argv[2], machine)) as file:
    layout = file.read()
for name, mine in ("cert_facts", jpki.CertFacts), ("date", jpki.Date):
    check("members of " + name, [
        (field, getattr(mine, field).offset, getattr(mine, field).size)
        for field, _ in mine._fields_], [
        (field, int(at), int(size)) for field, at, size in re.findall(
            r"^member jpki_%s \d+ (\w+) = at (\d+), (\d+) bytes" % name,
            layout, re.M)])

lines = []
with jpki.Context(log=lambda level, line: lines.append((level, line))) as ctx:
    with ctx.open("soft:card") as card:
        check("label", card.info(jpki.INFO_LABEL), "JPKIAPICCTOKEN2")
        check("tries", [card.tries(p) for p in (1, 2, 3)], [3, 5, 3])
        check("present", card.present(jpki.SLOT_SIGN))
        check("not a key", error(card.certificate, jpki.KEY_AUTH).name,
              "JPKI_ERR_USAGE")
        with card.certificate(jpki.SLOT_AUTH) as cert:
            with open("auth.der", "rb") as file:
                check("certificate", cert.der, file.read())
            first, last = cert.validity()
            check("validity", first < last)
            verdict = cert.verdict()
            check("verdict", (verdict.state, verdict.until is not None,
                              len(verdict.advice) > 0),
                  ("not-expired", True, True))
            check("verdict of a later day", cert.verdict(last + 1).state,
                  "expired")
        digest = hashlib.sha256(open("a", "rb").read()).digest()
        with ctx.secret("file:auth.pin") as pin:
            check("no run", error(card.verify, jpki.PIN_AUTH, pin).name,
                  "JPKI_ERR_NO_RUN")
            with card.run():
                card.verify(jpki.PIN_AUTH, pin)
                check("PKCS#1", verified(card.sign(jpki.KEY_AUTH, digest)), 0)
                check("PSS", verified(
                    card.sign(jpki.KEY_AUTH, digest, padding=jpki.PSS),
                    "-sigopt", "rsa_padding_mode:pss"), 0)
        check("a secret that was closed", str(error(
            card.verify, jpki.PIN_AUTH, pin)), "it was closed")
        check("after the run", error(card.sign, jpki.KEY_AUTH, digest).name,
              "JPKI_ERR_NEEDS_PIN")

        def wrong():
            with ctx.secret("file:wrong.pin") as bad, card.run():
                card.verify(jpki.PIN_AUTH, bad)
        e = error(wrong)
        check("a wrong PIN", (e.name, e.kind, e.sw, "2" in str(e),
                              len(e.hint) > 0),
              ("JPKI_ERR_PIN_WRONG", 5, 0x63c2, True, True))
        check("none from a file any more", error(wrong).name,
              "JPKI_ERR_PIN_UNTRIED")
        check("one try is lost", card.tries(jpki.PIN_AUTH), 2)

        # A forked child can do nothing to it, and leaves it alone.
        child = os.fork()
        if child == 0:
            refused = isinstance(error(card.tries, jpki.PIN_AUTH), ValueError)
            card.close()
            os._exit(0 if refused else 1)
        check("a forked child", os.waitpid(child, 0)[1], 0)
        check("the parent goes on", card.tries(jpki.PIN_AUTH), 2)
    check("a card that was closed", str(error(card.tries, 1)),
          "it was closed")
    card = ctx.open("soft:card")
check("its context closes it", str(error(card.tries, 1)), "it was closed")
check("the log has the trace", sum(level == 2 for level, _ in lines) > 20)
check("and no PIN", [line for _, line in lines
                     if "1234" in line or "31323334" in line], [])

# What nobody closes is closed in the right order.
for _ in range(20):
    lost = jpki.Context().open("soft:card")
    cycle = [lost]
    cycle.append(cycle)
    del lost, cycle
gc.collect()
check("what is forgotten is freed", True)

# A thread has a context of its own.
answers = []


def ask():
    with jpki.Context(lang=jpki.JAPANESE) as own:
        e = error(own.open, "soft:none")
        with own.open("soft:card") as card:
            answers.append((e.name, card.tries(jpki.PIN_AUTH)))


threads = [threading.Thread(target=ask) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
check("threads", answers, [("JPKI_ERR_NO_CARD", 2)] * 4)
with jpki.Context() as ctx:
    check("readers without pcscd", error(ctx.readers).name,
          "JPKI_ERR_NO_SERVICE")
    check("no terminal", error(ctx.secret).name, "JPKI_ERR_PIN_SOURCE")
print("1..%d" % count)
sys.exit(failed != 0)
