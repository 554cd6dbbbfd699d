# SPDX-License-Identifier: Apache-2.0
"""Signatures that are right in unusual ways, and such with one thing wrong.

usage: cms_cases.py CARD

Writes NAME.p7s into the working directory, what else it takes, and the list
"cases" of lines "NAME EXIT CODE OPTION...": what jpki-cms verify has to say;
CODE is "-" where nothing is to be wrong or missing.
"""
import copy
import hashlib
import sys
import time

from cms_parts import *

CONTENT = b"Hello, office\n"
OTHER = b"Hello, stranger\n"
cases = []


def case(name, exit_code, code, data, *options, content="f"):
    with open(name + ".p7s", "wb") as f:
        f.write(data)
    cases.append(" ".join([name, str(exit_code), code, content, *options]))


def save(name, data):
    with open(name, "wb") as f:
        f.write(data)


save("f", CONTENT)
save("g", OTHER)
ca_key, ec, rsa, stranger = (Key("ca"), Key("ec"),
                             Key("rsa", kind="RSA"), Key("stranger"))
ca = Cert("CA", ca_key, extensions=CA_EXTENSIONS, first=-1000, last=1000)
ca.write("ca.pem")
alice = Cert("Alice", rsa, ca, EE_EXTENSIONS)
bob = Cert("Bob", ec, ca, EE_EXTENSIONS)
CA = ("--ca", "ca.pem")


def signed(cert=alice, certs=None, content=CONTENT, **more):
    """By one signer, whose certificate is in it."""
    return cms([Signer(cert, content, **more)], certs or [cert])


# ---- Right ----

case("plain", 0, "-", signed(), *CA)
case("name-of-both", 0, "-", signed(signing=algorithm("sha256-rsa")), *CA)
case("pss", 0, "-", signed(signing=PSS, pss=True), *CA)
case("ecdsa", 0, "-", signed(bob), *CA)
case("sha512", 0, "-", signed(md="sha512"), *CA)
case("by-key-id", 0, "-", signed(by_key=True), *CA)
case("cades", 0, "-", signed(attrs=attributes(
    CONTENT, more=[signing_cert_v2(alice)])), *CA)
case("ess-v1", 0, "-", signed(attrs=attributes(
    CONTENT, more=[signing_cert(alice)])), *CA)
case("bare", 0, "-", signed(attrs=None), *CA)
case("unsorted", 0, "-", signed(attrs=list(reversed(sorted(
    attributes(CONTENT)))), sort=False), *CA)
case("zeroes-behind", 0, "-", signed() + bytes(5000), *CA)
case("two", 0, "-", cms([Signer(alice, CONTENT), Signer(bob, CONTENT)],
                        [alice, bob, ca]), *CA)
case("enclosed", 0, "-", cms([Signer(alice, CONTENT)], [alice],
                             octets(CONTENT)), *CA, content="")
case("enclosed-and-beside", 0, "-", cms(
    [Signer(alice, CONTENT)], [alice], octets(CONTENT)), *CA)
case("indefinite", 0, "-", cms(
    [Signer(alice, CONTENT)], [alice], ber(
        0x24, octets(CONTENT[:5]), ber(0x24, octets(CONTENT[5:]))),
    make=ber), *CA, content="")
write_pem("pem.p7s", "PKCS7", signed())
cases.append("pem 0 - f --ca ca.pem")
mid = Cert("Middle", stranger, ca, [basic(0), usage(5)])
below = Cert("Below", ec, mid, EE_EXTENSIONS)
case("a-ca-between", 0, "-", signed(below, [below, mid]), *CA)
mail = Cert("Mail", ec, ca, [extension("extended", seq(oid("email")))])
case("mail", 0, "-", signed(mail), *CA)
old = attributes(CONTENT, t=NOW - 50 * DAY)
case("earlier", 0, "-", signed(attrs=old), *CA)
save("empty.crl", crl(ca))
case("not-revoked", 0, "-", signed(), *CA, "--crl", "empty.crl")

# ---- The content ----

case("changed", 1, "content-changed", signed(), *CA, content="g")
case("attributes-of-another", 1, "content-changed",
     signed(content=OTHER), *CA)
case("enclosed-changed", 1, "content-changed", cms(
    [Signer(alice, CONTENT)], [alice], octets(OTHER)), *CA, content="")
case("enclosed-another", 1, "content-differs", cms(
    [Signer(alice, CONTENT)], [alice], octets(OTHER)), *CA)
case("bare-changed", 1, "content-changed", signed(attrs=None), *CA,
     content="g")
case("bare-changed-ec", 1, "signature-wrong", signed(bob, attrs=None), *CA,
     content="g")
case("no-content", 2, "content-unchecked", signed(), *CA, content="")
case("sequence-inside", 2, "content-form", cms(
    [Signer(alice, CONTENT)], [alice], seq(octets(CONTENT))), *CA,
     content="")
case("sha1", 2, "weak-digest", signed(md="sha1"), *CA)
case("unknown-digest", 2, "digest-unknown", signed(
    digest=algorithm("nobody")), *CA)
# OpenSSL has a name for it, and none of its providers that are always there.
case("digest-of-old", 2, "digest-unknown", signed(
    digest=algorithm("md4")), *CA)
case("unlisted-digest", 2, "digest-unlisted", cms(
    [Signer(alice, CONTENT, md="sha384")], [alice],
    digests=[algorithm("sha256")]), *CA)

# ---- The signature ----

case("signature", 1, "signature-wrong", signed(signature=flip), *CA)
case("signature-pss", 1, "signature-wrong", signed(
    signing=PSS, pss=True, signature=flip), *CA)
case("signature-ec", 1, "signature-wrong", signed(bob, signature=flip), *CA)
case("signature-bare", 1, "signature-wrong", signed(
    attrs=None, signature=flip), *CA)
case("signature-empty", 1, "signature-wrong", signed(
    signature=lambda s: b""), *CA)
case("attribute-changed", 1, "signature-wrong", signed(
    after=lambda raw: raw.replace(when(NOW), when(NOW - DAY))), *CA)
case("algorithm-of-another", 1, "signature-wrong", signed(
    signing=seq(oid("sha256-ecdsa"))), *CA)
case("pss-said-to-be-old", 1, "signature-wrong", signed(pss=True), *CA)
case("unknown-algorithm", 2, "algorithm-unknown", signed(
    signing=algorithm("nobody")), *CA)
case("second-wrong", 1, "signature-wrong", cms(
    [Signer(alice, CONTENT), Signer(bob, CONTENT, signature=flip)],
    [alice, bob]), *CA)
case("second-of-another", 1, "content-changed", cms(
    [Signer(alice, CONTENT), Signer(bob, OTHER)], [alice, bob]), *CA)
case("second-unknown", 2, "signer-missing", cms(
    [Signer(alice, CONTENT), Signer(bob, CONTENT)], [alice]), *CA)
twin = Cert("Alice", Key("twin", kind="RSA"), ca, EE_EXTENSIONS,
            serial=int.from_bytes(alice.serial[2:], "big"))
case("twin", 1, "signature-wrong", signed(alice, [twin]), *CA)
case("twin-beside", 0, "-", signed(alice, [twin, alice]), *CA)

# ---- Attributes ----

usual = attributes(CONTENT)
case("no-kind", 1, "content-type-missing", signed(attrs=usual[1:]), *CA)
case("another-kind", 1, "content-type", signed(attrs=[
    attribute("content-type", oid("tst")), *usual[1:]]), *CA)
case("kind-twice", 1, "attribute-twice", signed(attrs=[
    *usual, usual[0]]), *CA)
case("kind-unsigned", 1, "attributes-missing", cms(
    [Signer(alice, CONTENT, attrs=None)], [alice], kind="tst"), *CA)
save("attributes", set_of(*usual))
for beside in "attributes", "":
    case("attributes-taken-out" + beside[:1], 1, "attributes-as-content", cms(
        [Signer(alice, set_of(*usual), attrs=None)], [alice],
        None if beside else octets(set_of(*usual))), *CA, content=beside)
case("attributes-signed", 0, "-", signed(content=set_of(*usual)), *CA,
     content="attributes")
case("no-digest", 1, "message-digest-missing", signed(attrs=usual[:2]), *CA)
case("digest-twice", 1, "attribute-twice", signed(attrs=[
    *usual, attribute("message-digest", octets(bytes(32)))]), *CA)
case("digest-of-two-values", 1, "message-digest-missing", signed(attrs=[
    *usual[:2], attribute("message-digest", octets(hashlib.sha256(
        CONTENT).digest()), octets(bytes(32)))]), *CA)
case("digest-of-another-type", 1, "message-digest-missing", signed(attrs=[
    *usual[:2], attribute("message-digest", der(12, b"x" * 32))]), *CA)
case("digest-cut", 1, "content-changed", signed(attrs=[
    *usual[:2], attribute("message-digest", octets(hashlib.sha256(
        CONTENT).digest()[:16]))]), *CA)
case("time-unreadable", 1, "signing-time", signed(attrs=[
    usual[0], usual[2], attribute("signing-time", der(12, b"yesterday"))]),
     *CA)
case("meant-another", 1, "signing-certificate", signed(attrs=attributes(
    CONTENT, more=[signing_cert_v2(bob)])), *CA)
case("meant-another-v1", 1, "signing-certificate", signed(attrs=attributes(
    CONTENT, more=[signing_cert(bob)])), *CA)
case("meant-nobody", 1, "signing-certificate", signed(attrs=attributes(
    CONTENT, more=[attribute("signing-cert-v2", seq(seq()))])), *CA)
case("meant-by-unknown", 2, "signing-certificate-unknown", signed(
    attrs=attributes(CONTENT, more=[attribute("signing-cert-v2", seq(seq(seq(
        algorithm("nobody"), octets(bytes(20))))))])), *CA)

# ---- Who signed ----

case("no-certificate", 2, "signer-missing", cms(
    [Signer(alice, CONTENT)], []), *CA)
case("another-certificate", 2, "signer-missing", signed(alice, [bob]), *CA)
case("nobody", 1, "no-signer", cms([], [alice]), *CA)
case("crowd", 1, "too-many", cms([Signer(bob, CONTENT)] * 65, [bob]), *CA)
server = Cert("Server", ec, ca, [extension("extended", seq(oid("server")))])
case("server", 1, "usage", signed(server), *CA)
cipher = Cert("Cipher", ec, ca, [usage(2)])
case("cipher", 1, "usage", signed(cipher), *CA)
case("ca-signs", 1, "usage", signed(ca), *CA)
short = Cert("Short", Key("short", kind="RSA", bits=1024), ca, EE_EXTENSIONS)
case("short-key", 2, "weak-key", signed(short), *CA)
odd = Cert("Odd", ec, ca, [*EE_EXTENSIONS,
                           extension("nobody", b"\x05\0", True)])
case("critical", 2, "critical", signed(odd), *CA)

# ---- Who issued ----

case("nothing-trusted", 2, "issuer-missing", signed())
case("brought-its-ca", 2, "ca-unknown", signed(alice, [alice, ca]))
twins = Cert("CA", stranger, extensions=CA_EXTENSIONS, first=-1000, last=1000)
twins.write("other-ca.pem")
case("other-generation", 2, "issuer-missing", signed(), "--ca",
     "other-ca.pem")
forged = Cert("Forged", ec, ca, EE_EXTENSIONS, signed_by=stranger)
case("forged", 1, "issuer-wrong", signed(forged), *CA)
child = Cert("Child", stranger, alice, EE_EXTENSIONS)
case("issued-by-anybody", 1, "issuer-no-ca", signed(child, [child, alice]),
     *CA)
deep = Cert("Deep", Key("deep"), mid, [basic(), usage(5)])
deeper = Cert("Deeper", ec, deep, EE_EXTENSIONS)
case("too-deep", 1, "issuer-no-ca", signed(deeper, [deeper, deep, mid]), *CA)

# ---- When ----

case("expired", 1, "expired", signed(Cert(
    "Old", ec, ca, EE_EXTENSIONS, -90, -10)), *CA)
case("too-early", 1, "not-yet", signed(Cert(
    "New", ec, ca, EE_EXTENSIONS, 10, 90)), *CA)
case("claims-before", 1, "not-yet", signed(attrs=attributes(
    CONTENT, t=NOW - 200 * DAY)), *CA)
past = Cert("Past", stranger, extensions=CA_EXTENSIONS, first=-900, last=-20)
past.write("past-ca.pem")
case("ca-expired", 1, "ca-expired", signed(Cert(
    "Late", ec, past, EE_EXTENSIONS)), "--ca", "past-ca.pem")
case("ca-was-there", 0, "-", signed(Cert(
    "Late", ec, past, EE_EXTENSIONS), attrs=old), "--ca", "past-ca.pem")
soon = Cert("Soon", stranger, extensions=CA_EXTENSIONS, first=20, last=900)
soon.write("soon-ca.pem")
case("ca-too-early", 1, "ca-not-yet", signed(Cert(
    "Early", ec, soon, EE_EXTENSIONS)), "--ca", "soon-ca.pem")
case("future", 1, "time-future", signed(attrs=attributes(
    CONTENT, t=NOW + 2 * DAY)), *CA)
case("expired-and-no-time", 2, "time-unknown", signed(Cert(
    "Old", ec, ca, EE_EXTENSIONS, -90, -10), attrs=attributes(
        CONTENT, t=None)), *CA)

# ---- Revoked ----

save("revoked.crl", crl(ca, alice, 60, 1))
save("later.crl", crl(ca, alice, 1))
save("hold.crl", crl(ca, alice, 60, 6))
save("forged.crl", crl(ca, alice, 60, signed_by=stranger))
save("stale.crl", crl(ca, last=-1))
save("other.crl", crl(twins, alice, 60))
save("damaged.crl", crl(ca)[:-9])
case("revoked", 1, "revoked", signed(), *CA, "--crl", "revoked.crl")
case("revoked-since", 1, "revoked-since", signed(attrs=old), *CA, "--crl",
     "later.crl")
case("on-hold", 1, "on-hold", signed(), *CA, "--crl", "hold.crl")
case("unproved-list", 2, "revoked-claim", signed(), "--crl", "revoked.crl")
for which in "forged", "stale", "other", "damaged":
    case(which + "-list", 0, "answer-unused", signed(), *CA, "--crl",
         which + ".crl")
case("one-of-two-lists", 1, "revoked", signed(), *CA, "--crl", "damaged.crl",
     "--crl", "revoked.crl")

# ---- Its form ----

whole = signed()
for at in 12, 40, 300, len(whole) - 1:
    case(f"cut-at-{at}", 1, "truncated", whole[:at], *CA)
case("trailing", 1, "trailing-bytes", whole + b"x", *CA)
case("trailing-twice", 1, "trailing-bytes", whole + whole, *CA)
case("trailing-zeroes", 1, "trailing-bytes", whole + bytes(9) + b"x", *CA)
case("part-too-long", 1, "malformed", whole.replace(
    b"\x31\x0f", b"\x31\x7f", 1) + bytes(200), *CA)
case("no-version", 1, "malformed", whole.replace(
    b"\x02\x01\x01\x31", b"\x0c\x01\x01\x31", 1), *CA)
case("odd-inside", 1, "malformed", cms(
    [Signer(alice, CONTENT)], [alice], der(0x24, der(12, CONTENT))), *CA,
     content="")
case("more-inside", 1, "malformed", cms(
    [Signer(alice, CONTENT)], [alice], more=octets(b"x")), *CA)
case("endless", 1, "truncated", b"\x30\x80" + oid("signed") + b"\xa0\x80"
     b"\x30\x80\x02\x01\x01\x31\x0f" + algorithm("sha256") +
     b"\x30\x80" + oid("data") + b"\xa0\x80" + b"\x24\x80" * 9, *CA,
     content="")
case("nested", 1, "malformed", b"\x30\x80" + oid("signed") + b"\xa0\x80"
     b"\x30\x80\x02\x01\x01\x31\x0f" + algorithm("sha256") +
     b"\x30\x80" + oid("data") + b"\xa0\x80" + b"\x24\x80" * 1000, *CA,
     content="")
text = open("pem.p7s", "rb").read()
case("pem-damaged", 1, "bad-pem", text.replace(b"A", b"*", 1), *CA)
case("pem-cut", 1, "bad-pem", text[:500], *CA)
case("no-cms", 65, "-", b"0\x03\x02\x01\x01", *CA)
case("a-text", 65, "-", CONTENT, *CA)
case("nothing", 65, "-", b"", *CA)
case("a-certificate", 65, "-", ca.der, *CA)
case("for-somebody", 65, "-", seq(oid("enveloped"), der(0xa0, seq())), *CA)

# ---- Time stamps ----

tsa_key = Key("tsa")
tsa_ca = Cert("TSA CA", stranger, extensions=CA_EXTENSIONS)
tsa_ca.write("tsa-ca.pem")
tsa = Cert("TSA", tsa_key, tsa_ca, [usage(0), extension(
    "extended", seq(oid("stamping")), True)])
tsa.write("tsa.pem")
save("ts.cnf", b"""[ts]
default_policy=1.2.3
serial=serial
digests=sha256
ess_cert_id_alg=sha256
signer_digest=sha256
signer_cert=tsa.pem
certs=tsa.pem
signer_key=tsa.key
""")
save("serial", b"01\n")


def token(value, *options):
    save("query", run("openssl", "ts", "-query", "-data", "/dev/stdin",
                      "-sha256", *options, data=value))
    return run("openssl", "ts", "-reply", "-config", "ts.cnf", "-section",
               "ts", "-queryfile", "query", "-token_out")


def stamp(value):
    return attribute("stamp", token(value, "-cert"))


TSA = (*CA, "--tsa-ca", "tsa-ca.pem")
stamped = signed(attrs=old, stamp=stamp)
case("stamped", 0, "-", stamped, *TSA)
case("stamp-unchecked", 0, "stamp-unchecked", stamped, *CA)
case("revoked-later", 0, "revoked-later", signed(stamp=stamp), *TSA,
     "--crl", "tomorrow.crl")
save("tomorrow.crl", crl(ca, alice, -1, first=1))
case("stamped-and-expired", 1, "expired", signed(Cert(
    "Old", ec, ca, EE_EXTENSIONS, -90, -10), attrs=old, stamp=stamp), *TSA)
case("stamp-of-another", 1, "stamp-wrong", signed(
    stamp=lambda value: stamp(value + b"x")), *TSA)
case("stamp-of-another-untrusted", 1, "stamp-wrong", signed(
    stamp=lambda value: stamp(value + b"x")), *CA)
case("stamp-damaged", 1, "stamp-wrong", signed(
    stamp=lambda value: attribute("stamp", flip(token(value, "-cert")))), *TSA)
case("stamp-of-nothing", 1, "stamp-wrong", signed(
    stamp=lambda value: attribute("stamp", seq(octets(value)))), *TSA)
case("stamp-of-no-type", 1, "stamp-wrong", signed(
    stamp=lambda value: attribute("stamp", octets(value))), *TSA)
case("stamp-of-anybody", 2, "stamp-authority", stamped, *CA, "--tsa-ca",
     "other-ca.pem")
case("stamp-by-signer", 2, "stamp-authority", stamped, *CA, "--tsa-ca",
     "ca.pem")
case("stamped-before", 1, "time-after-stamp", signed(attrs=attributes(
    CONTENT, t=NOW + 5000), stamp=stamp), *TSA)
case("stamp-alone", 2, "stamp-certificate", signed(
    stamp=lambda value: attribute("stamp", token(value))), *TSA)
case("stamp-alone-of-another", 1, "stamp-wrong", signed(
    stamp=lambda value: attribute("stamp", token(value + b"x"))), *TSA)


def own_token(cert, value, t=NOW):
    """A token that "openssl ts" would not make."""
    info = seq(integer(1), oid("nobody"), seq(
        algorithm("sha256"), octets(hashlib.sha256(value).digest())),
        integer(1), der(24, time.strftime(
            "%Y%m%d%H%M%SZ", time.gmtime(t)).encode()))
    return cms([Signer(cert, info, attrs=[
        attribute("content-type", oid("tst")),
        attribute("message-digest", octets(hashlib.sha256(info).digest())),
        signing_cert_v2(cert)])], [cert], octets(info), kind="tst")


def own_stamp(*extensions, issuer=tsa_ca, first=-100, last=100, t=NOW):
    cert = Cert("Own TSA", ec, issuer, extensions, first, last)
    return signed(attrs=old, stamp=lambda value: attribute(
        "stamp", own_token(cert, value, t)))


STAMPING = (usage(0), extension("extended", seq(oid("stamping")), True))
case("own-stamp", 0, "-", own_stamp(*STAMPING), *TSA)
case("stamp-since-expired", 0, "-", own_stamp(
    *STAMPING, last=-10, t=NOW - 40 * DAY), *TSA)
case("stamp-expired", 1, "stamp-period", own_stamp(*STAMPING, last=-10), *TSA)
case("stamp-early", 1, "stamp-period", own_stamp(*STAMPING, first=10), *TSA)
case("stamp-of-expired-ca", 1, "stamp-period", own_stamp(
    *STAMPING, issuer=Cert("TSA CA", stranger, extensions=CA_EXTENSIONS,
                           last=-10)), *CA, "--tsa-ca", "tsa-old.pem")
Cert("TSA CA", stranger, extensions=CA_EXTENSIONS, last=-10).write(
    "tsa-old.pem")
case("stamp-of-tomorrow", 1, "stamp-future", own_stamp(
    *STAMPING, t=NOW + DAY), *TSA)
case("stamp-of-a-fast-clock", 0, "-", own_stamp(
    *STAMPING, t=NOW + 120), *TSA)
case("stamp-expired-of-anybody", 2, "stamp-authority", own_stamp(
    *STAMPING, issuer=ca, last=-10), *TSA)
case("stamp-by-anybody", 1, "stamp-purpose", own_stamp(*EE_EXTENSIONS), *TSA)
case("stamp-by-server", 1, "stamp-purpose", own_stamp(
    usage(0), extension("extended", seq(oid("server")), True)), *TSA)
case("stamp-purpose-not-critical", 1, "stamp-purpose", own_stamp(
    usage(0), extension("extended", seq(oid("stamping")))), *TSA)
case("two-stamps", 0, "more-stamps", signed(
    stamp=lambda value: stamp(value) + stamp(value)), *TSA)
case("countersigned", 0, "countersignature", signed(
    stamp=lambda value: attribute("countersignature", seq())), *CA)

# ---- A card of the service ----

card = sys.argv[1]
mine = Cert.read(card + "/sign.pem", Key("", card + "/sign.key"))
login = Cert.read(card + "/auth.pem", Key("", card + "/auth.key"))
case("card", 0, "-", signed(mine), "--ca", card + "/sign-ca.pem")
case("card-of-three-cas", 0, "-", signed(mine), "--ca", card + "/ca")
case("card-other-generation", 2, "issuer-missing", signed(mine), "--ca",
     card + "/ca/sign-ca-2.pem")
# Changed so that it does not seem to be that CA's. The CA's key made the
# signature in it all the same, over other bytes; of ECDSA nobody can tell.


def changed(cert, *parts):
    """The same, with one bit of the last part flipped, which stands in the
    others from the outside to the inside."""
    other, at = copy.copy(cert), 0
    for inner in parts:
        at = cert.der.index(inner, at)
    other.der = flip(cert.der, at + len(inner) - 1)
    return other


by_ca = Key("", card + "/ca/sign-ca-3.key")
KIND = oid("sha256-rsa")
for what, parts in (
        ("key-id", [oid("aki"), by_ca.id]),
        ("issuer", [mine.issuer]),
        ("algorithm-inside", [KIND]),
        ("algorithm-outside", [oid("ski"), KIND])):
    case("card-changed-" + what, 1, "issuer-wrong" if
         what == "algorithm-inside" else "certificate-changed",
         cms([Signer(mine, CONTENT, by_key=True)], [changed(mine, *parts)]),
         "--ca", card + "/ca")
    case("card-changed-" + what + "-no-ca",
         *((1, "certificate-changed") if what.startswith("algorithm") else
           (2, "issuer-missing")),
         cms([Signer(mine, CONTENT, by_key=True)], [changed(mine, *parts)]))
# Its beginning is no time any more, so that it cannot be read.
unreadable = cms([Signer(mine, CONTENT)],
                 [changed(mine, part(mine.der, 0, 4, 0))])
case("card-unreadable", 1, "certificate-changed", unreadable, "--ca",
     card + "/ca")
case("card-unreadable-no-ca", 2, "signer-unreadable", unreadable)
case("changed-by-ecdsa", 2, "issuer-missing", cms(
    [Signer(alice, CONTENT)], [changed(alice, oid("aki"), ca_key.id)]), *CA)
# The CA has another name, too: nothing was changed.
renamed = Cert("Renamed", by_ca, extensions=CA_EXTENSIONS)
case("ca-of-two-names", 2, "issuer-missing", signed(Cert(
    "Twofold", ec, renamed, EE_EXTENSIONS)), "--ca", card + "/ca")
case("card-login", 1, "usage-auth", signed(login), "--ca", card + "/ca")
auth_ca = Cert.read(card + "/ca/auth-ca-3.pem",
                    Key("", card + "/ca/auth-ca-3.key"))
crossed = Cert("Crossed", ec, auth_ca, [*EE_EXTENSIONS, extension(
    "policies", seq(seq(oid("policy-sign"))), True)])
case("card-other-purpose", 1, "issuer-purpose", signed(crossed), "--ca",
     card + "/ca")

with open("cases", "w", encoding="ascii") as f:
    print(*cases, sep="\n", file=f)
