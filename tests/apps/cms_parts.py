# SPDX-License-Identifier: Apache-2.0
"""What signatures are made of, in DER, so that each part can be wrong.

Keys are openssl's, and it makes the raw signatures; the rest is put together
here: certificates, revocation lists, CMS.
"""
import base64
import hashlib
import subprocess
import time

DAY = 86400
NOW = int(time.time())

OIDS = {
    "data": "1.2.840.113549.1.7.1",
    "signed": "1.2.840.113549.1.7.2",
    "enveloped": "1.2.840.113549.1.7.3",
    "tst": "1.2.840.113549.1.9.16.1.4",
    "content-type": "1.2.840.113549.1.9.3",
    "message-digest": "1.2.840.113549.1.9.4",
    "signing-time": "1.2.840.113549.1.9.5",
    "countersignature": "1.2.840.113549.1.9.6",
    "signing-cert": "1.2.840.113549.1.9.16.2.12",
    "stamp": "1.2.840.113549.1.9.16.2.14",
    "signing-cert-v2": "1.2.840.113549.1.9.16.2.47",
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "md4": "1.2.840.113549.2.4",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
    "rsa": "1.2.840.113549.1.1.1",
    "mgf1": "1.2.840.113549.1.1.8",
    "pss": "1.2.840.113549.1.1.10",
    "sha256-rsa": "1.2.840.113549.1.1.11",
    "sha256-ecdsa": "1.2.840.10045.4.3.2",
    "nobody": "1.3.6.1.4.1.99999.1",
    "cn": "2.5.4.3",
    "ski": "2.5.29.14",
    "usage": "2.5.29.15",
    "basic": "2.5.29.19",
    "aki": "2.5.29.35",
    "extended": "2.5.29.37",
    "reason": "2.5.29.21",
    "policies": "2.5.29.32",
    "server": "1.3.6.1.5.5.7.3.1",
    "email": "1.3.6.1.5.5.7.3.4",
    "stamping": "1.3.6.1.5.5.7.3.8",
    "policy-sign": "1.2.392.200149.8.5.1.1.20",
}


def der(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    if n < 0x80:
        return bytes([tag, n]) + body
    size = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def ber(tag, *parts):
    """The same with an indefinite length."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


def seq(*parts):
    return der(0x30, *parts)


def set_of(*parts):
    return der(0x31, *sorted(parts))


def octets(data):
    return der(4, data)


def bits(data):
    return der(3, b"\0", data)


def integer(n):
    return der(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def oid(name):
    first, second, *rest = map(int, OIDS[name].split("."))
    out = b""
    for arc in [40 * first + second, *rest]:
        part = bytes([arc & 0x7f])
        while arc > 0x7f:
            arc >>= 7
            part = bytes([0x80 | arc & 0x7f]) + part
        out += part
    return der(6, out)


def when(t):
    year = time.gmtime(t).tm_year
    if 1950 <= year < 2050:
        return der(23, time.strftime("%y%m%d%H%M%SZ", time.gmtime(t)).encode())
    return der(24, time.strftime("%Y%m%d%H%M%SZ", time.gmtime(t)).encode())


def algorithm(name, *parameters):
    return seq(oid(name), *(parameters or [b"\x05\0"]))


def part(data, *path):
    """An object inside another one, by its places."""
    for place in path:
        at, end = header(data)
        data = data[at:end]
        for _ in range(place):
            data = data[header(data)[1]:]
        data = data[:header(data)[1]]
    return data


def header(data):
    """Where the first object's content begins and ends."""
    n, at = data[1], 2
    if n & 0x80:
        at += n & 0x7f
        n = int.from_bytes(data[2:at], "big")
    return at, at + n


def run(*args, data=None):
    done = subprocess.run(args, input=data, capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{args}: {done.stderr.decode()}")
    return done.stdout


def unpem(path):
    lines = open(path, encoding="ascii").read().split("-----")
    return base64.b64decode(lines[2])


class Key:
    def __init__(self, name, path=None, kind="EC", bits=2048):
        self.path = path or name + ".key"
        if path is None:
            option = ("ec_paramgen_curve:P-256" if kind == "EC" else
                      f"rsa_keygen_bits:{bits}")
            run("openssl", "genpkey", "-algorithm", kind, "-pkeyopt", option,
                "-out", self.path)
        self.spki = run("openssl", "pkey", "-in", self.path, "-pubout",
                        "-outform", "DER")
        self.rsa = oid("rsa") in self.spki
        point = part(self.spki, 1)
        at, end = header(point)
        self.id = hashlib.sha1(point[at + 1:end]).digest()

    def sign(self, data, md="sha256", pss=False):
        options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt",
                   "rsa_pss_saltlen:32"] if pss else []
        return run("openssl", "dgst", "-" + md, "-sign", self.path, *options,
                   data=data)

    def algorithm(self):
        return (algorithm("sha256-rsa") if self.rsa else
                seq(oid("sha256-ecdsa")))


def name(text):
    return seq(set_of(seq(oid("cn"), der(12, text.encode()))))


def extension(which, value, critical=False):
    return seq(oid(which), *([b"\x01\x01\xff"] if critical else []),
               octets(value))


def usage(*named):
    value = sum(0x80 >> bit for bit in named)
    return extension("usage", der(3, b"\0" + bytes([value])), True)


def basic(limit=None):
    return extension("basic", seq(b"\x01\x01\xff", *(
        [] if limit is None else [integer(limit)])), True)


CA_EXTENSIONS = [basic(), usage(5, 6)]
EE_EXTENSIONS = [usage(0, 1)]


class Cert:
    """issuer: a Cert; None: itself. key and issuer.key are Keys."""

    serials = 1000

    def __init__(self, text, key, issuer=None, extensions=(), first=-100,
                 last=100, signed_by=None, serial=None, subject=None):
        Cert.serials += 1
        issuer = issuer or self
        self.key = key
        self.subject = subject or name(text)
        self.serial = integer(serial or Cert.serials)
        self.issuer = issuer.subject
        extensions = [*extensions, extension("ski", octets(key.id)),
                      extension("aki", seq(der(0x80, issuer.key.id)))]
        tbs = seq(der(0xa0, integer(2)), self.serial,
                  issuer.key.algorithm(), self.issuer,
                  seq(when(NOW + first * DAY), when(NOW + last * DAY)),
                  self.subject, key.spki, der(0xa3, seq(*extensions)))
        signer = signed_by or issuer.key
        self.der = seq(tbs, issuer.key.algorithm(), bits(signer.sign(tbs)))

    @classmethod
    def read(cls, path, key):
        """A certificate that is there already."""
        cert = cls.__new__(cls)
        cert.key = key
        cert.der = unpem(path)
        cert.serial = part(cert.der, 0, 1)
        cert.issuer = part(cert.der, 0, 3)
        cert.subject = part(cert.der, 0, 5)
        return cert

    def write(self, path):
        write_pem(path, "CERTIFICATE", self.der)


def write_pem(path, label, data):
    text = base64.encodebytes(data).decode()
    with open(path, "w", encoding="ascii") as f:
        f.write(f"-----BEGIN {label}-----\n{text}-----END {label}-----\n")


def crl(issuer, cert=None, days_ago=1, reason=None, signed_by=None, last=9,
        first=-2):
    """A revocation list, with one certificate on it or none."""
    entries = []
    if cert is not None:
        more = [] if reason is None else [
            seq(extension("reason", der(10, bytes([reason]))))]
        entries = [seq(seq(cert.serial, when(NOW - days_ago * DAY), *more))]
    tbs = seq(integer(1), issuer.key.algorithm(), issuer.subject,
              when(NOW + first * DAY), when(NOW + last * DAY), *entries,
              der(0xa0, seq(extension("aki", seq(der(0x80,
                                                     issuer.key.id))))))
    return seq(tbs, issuer.key.algorithm(),
               bits((signed_by or issuer.key).sign(tbs)))


def attribute(which, *values):
    return seq(oid(which), set_of(*values))


def signing_cert_v2(cert):
    return attribute("signing-cert-v2", seq(seq(seq(octets(
        hashlib.sha256(cert.der).digest())))))


def signing_cert(cert):
    return attribute("signing-cert", seq(seq(seq(octets(
        hashlib.sha1(cert.der).digest())))))


def attributes(content, md="sha256", t=NOW, more=()):
    """The three that everybody signs."""
    return [attribute("content-type", oid("data")),
            *([] if t is None else [attribute("signing-time", when(t))]),
            attribute("message-digest",
                      octets(hashlib.new(md, content).digest())), *more]


class Signer:
    """A SignerInfo. attrs: a list, None: none are signed, "usual". signature:
    changes it; stamp: from the signature to an unsigned attribute."""

    def __init__(self, cert, content, attrs="usual", md="sha256",
                 digest=None, signing=None, by_key=False, pss=False,
                 signature=None, after=None, stamp=None, sort=True):
        if attrs == "usual":
            attrs = attributes(content, md)
        self.digest = digest or algorithm(md)
        raw = b"".join(sorted(attrs) if sort else attrs) if attrs else b""
        value = cert.key.sign(der(0x31, raw) if attrs else content, md, pss)
        if signature:
            value = signature(value)
        if after:	# the attributes change after they were signed
            raw = after(raw)
        if signing is None:
            signing = algorithm("rsa") if cert.key.rsa else seq(
                oid("sha256-ecdsa"))
        who = der(0x80, cert.key.id) if by_key else seq(cert.issuer,
                                                         cert.serial)
        self.der = seq(integer(3 if by_key else 1), who, self.digest,
                       *([der(0xa0, raw)] if attrs else []), signing,
                       octets(value),
                       *([der(0xa1, stamp(value))] if stamp else []))


PSS = algorithm("pss", seq(
    der(0xa0, algorithm("sha256")),
    der(0xa1, algorithm("mgf1", algorithm("sha256"))),
    der(0xa2, integer(32))))


def cms(signers, certs, inside=None, kind="data", make=der, digests=None,
        more=b""):
    """A SignedData; inside: enclosed content; make: der or ber."""
    if digests is None:
        digests = [s.digest for s in signers]
    content = [] if inside is None else [make(0xa0, inside)]
    return make(0x30, oid("signed"), make(0xa0, make(
        0x30, integer(1), der(0x31, *sorted(set(digests))),
        make(0x30, oid(kind), *content),
        *([make(0xa0, *(c.der for c in certs))] if certs else []),
        der(0x31, *(s.der for s in signers)), more)))


def flip(data, at=-1):
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)
