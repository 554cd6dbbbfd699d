# SPDX-License-Identifier: Apache-2.0
"""xml_attacks.py KEY CERTIFICATE FOLDER

Writes XML documents into a folder, signed with a key but not as they should
be, or tampered with afterwards, and prints a line for each: the file, the exit
code and the finding that jpki-xml verify has for it, and its options.

Whatever is signed here is written in its canonical form, so that this needs
no XML library: what a signature covers is the text itself.
"""
import base64
import hashlib
import os
import re
import subprocess
import sys

key, cert, folder = sys.argv[1:]
DSIG = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
SHA256 = (XENC + "sha256", "sha256")
ENVELOPED = DSIG + "enveloped-signature"
with open(cert) as stream:
    CERT = re.search("BEGIN CERTIFICATE-----(.*?)-----END", stream.read(),
                     re.S)[1].replace("\n", "")
X509 = "<X509Data><X509Certificate>" + CERT + \
    "</X509Certificate></X509Data>"


def b64(data):
    return base64.b64encode(data).decode()


def transform(uri, inside=""):
    return '<Transform Algorithm="%s">%s</Transform>' % (uri, inside)


def reference(uri, content, transforms=(), digest=SHA256, more=""):
    inside = "".join(t if t.startswith("<") else transform(t)
                     for t in transforms)
    if inside:
        inside = "<Transforms>" + inside + "</Transforms>"
    name = digest[1]
    value = hashlib.new(name, content.encode()).digest()
    return '<Reference%s URI="%s">%s<DigestMethod Algorithm="%s">' \
        "</DigestMethod><DigestValue>%s</DigestValue></Reference>" % \
        (more, uri, inside, digest[0], b64(value))


def signature(*references, method=MORE + "rsa-sha256", md="sha256",
              c14n=C14N, key_info=X509, behind="", parameter="", value=None):
    info = '<CanonicalizationMethod Algorithm="%s"></CanonicalizationMethod>' \
        '<SignatureMethod Algorithm="%s">%s</SignatureMethod>%s' \
        "</SignedInfo>" % (c14n, method, parameter, "".join(references))
    if value is None:
        value = b64(subprocess.run(
            ["openssl", "dgst", "-" + md, "-sign", key],
            input=('<SignedInfo xmlns="%s">' % DSIG + info).encode(),
            stdout=subprocess.PIPE, check=True).stdout)
    return '<Signature xmlns="%s"><SignedInfo>%s<SignatureValue>%s' \
        "</SignatureValue><KeyInfo>%s</KeyInfo>%s</Signature>" % \
        (DSIG, info, value, key_info, behind)


def write(name, text, code, finding, options=""):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
        stream.write(text)
    print(name, code, finding, options, sep="|")


# ---- e-Gov ----

def body(text="一", name="a.txt"):
    return '<構成情報 ID="構成情報"><氏名>%s</氏名>' \
        "<添付書類ファイル名称>%s</添付書類ファイル名称></構成情報>" % \
        (text, name)


def egov(*parts):
    return "<DataRoot>" + "".join(parts) + "</DataRoot>"


def place(*signatures):
    return "<署名情報>" + "".join(signatures) + "</署名情報>"


BODY, EVIL = body(), body("悪")
HELLO = "Hello\n"
with open(os.path.join(folder, "a.txt"), "w") as attached:
    attached.write(HELLO)
ELEMENT = reference("#構成情報", BODY, [C14N])
FILE = reference("a.txt", HELLO)
GOOD = signature(ELEMENT, FILE)


def kousei(name, sig, code, finding):
    write(name, egov(BODY, place(sig)), code, finding)


kousei("good.xml", GOOD, 0, "")
kousei("escaped.xml", signature(reference(
    "#%E6%A7%8B%E6%88%90%E6%83%85%E5%A0%B1", BODY, [C14N]), FILE), 0, "")
kousei("key-too.xml", signature(
    ELEMENT, FILE, key_info="<KeyValue><RSAKeyValue><Modulus>AQAB</Modulus>"
    "<Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>" + X509), 0, "")
write("unsigned.xml", egov(BODY), 1, "no-signature")
write("none.xml", egov(BODY, place()), 1, "no-signature")
write("other-ns.xml", egov(BODY, place(GOOD.replace(DSIG, "urn:x"))), 1,
      "no-signature")

# Wrapping: what was signed stands elsewhere, and something else in its place.
write("wrap-twice.xml", egov(EVIL, "<b>" + BODY + "</b>", place(GOOD)), 1,
      "id-twice")
write("wrap-case.xml", egov(EVIL, "<b>" + BODY.replace("ID=", "Id=") + "</b>",
                            place(GOOD)), 1, "id-twice")
write("wrap-no-id.xml", egov(EVIL.replace(' ID="構成情報"', ""),
                             "<b>" + BODY + "</b>", place(GOOD)), 1,
      "id-missing")
write("wrap-object.xml", egov(
    EVIL.replace('"構成情報"', '"別"'),
    place(GOOD.replace("</Signature>", "<Object>" + BODY +
                       "</Object></Signature>"))), 1, "id-missing")
write("wrap-two.xml", egov(EVIL.replace('"構成情報"', '"別"'), BODY,
                           place(GOOD)), 1, "shape")
write("wrap-root.xml", "<x>" + egov(BODY, place(GOOD)) + EVIL + "</x>", 1,
      "stray-signature")
write("evil.xml", egov(EVIL, place(GOOD)), 1, "content-changed")
write("space.xml", egov(BODY.replace("<氏名>", " <氏名>"), place(GOOD)), 1,
      "content-changed")
write("comment.xml", egov(BODY.replace("一", "<!-- 二 -->一"), place(GOOD)),
      0, "")

# Where the Signature stands, and how many there are.
write("stray.xml", egov(BODY, GOOD), 1, "stray-signature")
write("stray-too.xml", egov(BODY, place(GOOD), GOOD), 1, "stray-signature")
write("stray-deep.xml", egov(BODY, place("<b>" + GOOD + "</b>")), 1,
      "stray-signature")
write("places.xml", egov(BODY, place(GOOD), place(GOOD)), 1, "shape")
write("second.xml", egov(BODY, place(GOOD, signature(
    reference("#構成情報", EVIL, [C14N]), FILE))), 1, "content-changed")
write("crowd.xml", egov(BODY, place(*[GOOD] * 21)), 1, "signatures")

# What the signature covers.
kousei("other.xml", signature(
    reference("#別", BODY, [C14N]), FILE), 1, "reference-other")
kousei("empty-uri.xml", signature(
    reference("", BODY, [C14N]), FILE), 1, "reference-other")
kousei("xpointer.xml", signature(reference(
    "#xpointer(id('構成情報'))", BODY, [C14N]), FILE), 1, "reference-other")
kousei("files-only.xml", signature(FILE), 1, "reference-other")
kousei("no-file.xml", signature(ELEMENT), 1, "file-unsigned")
kousei("twice.xml", signature(ELEMENT, FILE, FILE), 1, "reference-twice")
kousei("gone.xml", signature(ELEMENT, FILE, reference("b.txt", HELLO)), 2,
       "file-missing")
kousei("more.xml", signature(ELEMENT, FILE, reference("good.xml", egov(
    BODY, place(GOOD)))), 0, "file-unnamed")
for number, uri in enumerate((
        "http://127.0.0.1:9/a.txt", "file:///etc/passwd", "//127.0.0.1/a",
        "/etc/passwd", "../a.txt", "..", "%2e%2e%2fa.txt", "a%00.txt",
        "a.txt?b", "a.txt#b", "C:a.txt", "a%5cb", "%zz", "a%")):
    kousei("uri-%d.xml" % number, signature(
        ELEMENT, FILE, reference(uri, HELLO)), 1,
        "file-name" if re.search(r"^/|\.\.|%2e|%5c", uri) else
        "reference-uri")
write("folder.xml", egov(body(name="../a.txt"), place(signature(
    reference("#構成情報", body(name="../a.txt"), [C14N]), FILE))), 1,
      "file-name")

# How it is made.
XPATH = transform("http://www.w3.org/TR/1999/REC-xpath-19991116",
                  "<XPath>not(ancestor-or-self::氏名)</XPath>")
HERE = transform("http://www.w3.org/TR/1999/REC-xpath-19991116",
                 "<XPath>count(here()/ancestor::x)=0</XPath>")
XSLT = transform("http://www.w3.org/TR/1999/REC-xslt-19991116",
                 '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/'
                 'Transform" version="1.0"></xsl:stylesheet>')
for name, transforms, finding in (
        ("xpath", [XPATH, C14N], "structure"),
        ("here", [HERE, C14N], "structure"),
        ("xslt", [XSLT, C14N], "structure"),
        ("xpath-alone", [XPATH], "algorithm"),
        ("base64", [DSIG + "base64"], "algorithm"),
        ("with-comments", [C14N + "#WithComments"], "algorithm"),
        ("three", [ENVELOPED, ENVELOPED, C14N], "structure"),
        ("enveloped", [ENVELOPED, C14N], "transforms"),
        ("raw", [], "transforms")):
    kousei("transform-%s.xml" % name, signature(
        reference("#構成情報", BODY, transforms), FILE), 1, finding)
kousei("file-transform.xml", signature(
    ELEMENT, reference("a.txt", HELLO, [C14N])), 1, "transforms")
kousei("c14n-comments.xml", signature(
    ELEMENT, FILE, c14n=C14N + "#WithComments"), 1, "algorithm")
kousei("c14n-unknown.xml", signature(ELEMENT, FILE, c14n="urn:x"), 1,
       "algorithm")
for name, method in (("hmac", MORE + "hmac-sha256"),
                     ("hmac-sha1", DSIG + "hmac-sha1"),
                     ("dsa", DSIG + "dsa-sha1"),
                     ("ecdsa", MORE + "ecdsa-sha256"),
                     ("md5", MORE + "rsa-md5")):
    kousei("method-%s.xml" % name, signature(ELEMENT, FILE, method=method),
           1, "algorithm")
kousei("hmac-length.xml", signature(
    ELEMENT, FILE, method=DSIG + "hmac-sha1",
    parameter="<HMACOutputLength>1</HMACOutputLength>"), 1, "structure")
kousei("digest-md5.xml", signature(
    reference("#構成情報", BODY, [C14N], (MORE + "md5", "md5")), FILE), 1,
    "algorithm")
kousei("digest-sha1.xml", signature(
    reference("#構成情報", BODY, [C14N], (DSIG + "sha1", "sha1")), FILE), 1,
    "digest")
kousei("rsa-sha1.xml", signature(
    ELEMENT, FILE, method=DSIG + "rsa-sha1", md="sha1"), 1, "digest")
kousei("manifest.xml", signature(ELEMENT, FILE, reference(
    "#m", "", more=' Type="%sManifest"' % DSIG)), 1, "structure")
kousei("object.xml", signature(
    ELEMENT, FILE, behind="<Object>" + EVIL.replace('"構成情報"', '"x"') +
    "</Object>"), 1, "structure")
kousei("no-key.xml", signature(ELEMENT, FILE, key_info=""), 1,
       "no-certificate")
kousei("key-value.xml", signature(
    ELEMENT, FILE, key_info="<KeyValue><RSAKeyValue><Modulus>AQAB</Modulus>"
    "<Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>"), 1,
    "no-certificate")
kousei("retrieval.xml", signature(
    ELEMENT, FILE, key_info='<RetrievalMethod URI="http://127.0.0.1:9/">'
    "</RetrievalMethod>" + X509), 1, "structure")
kousei("damaged-cert.xml", signature(
    ELEMENT, FILE, key_info=X509.replace("MII", "AII")), 1, "certificate")
for at in range(4, len(base64.b64decode(CERT)), 97):
    broken = bytearray(base64.b64decode(CERT))
    broken[at] ^= 1
    kousei("changed-cert-%d.xml" % at, signature(
        ELEMENT, FILE, key_info=X509.replace(CERT, b64(broken))), 1, "")
kousei("value-wrong.xml", signature(
    ELEMENT, FILE, value=b64(bytes(256))), 1, "signature-wrong")
EC = subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
     "ec_paramgen_curve:P-256", "-nodes", "-keyout", os.devnull, "-outform",
     "DER", "-subj", "/CN=Other"], capture_output=True, check=True).stdout
kousei("key-other.xml", signature(
    ELEMENT, FILE, key_info=X509.replace(CERT, b64(EC))), 1,
    "signature-wrong")
kousei("value-empty.xml", signature(ELEMENT, FILE, value=""), 1,
       "structure")
kousei("value-junk.xml", signature(ELEMENT, FILE, value="A=AA"), 1,
       "structure")
kousei("value-comment.xml", GOOD.replace(
    "<SignatureValue>", "<SignatureValue><!-- -->"), 1, "structure")
kousei("text.xml", GOOD.replace("<KeyInfo>", "x<KeyInfo>"), 1, "structure")
kousei("attribute.xml", GOOD.replace("<Reference ", '<Reference x="" ', 1),
       1, "structure")
kousei("order.xml", re.sub("(<SignatureValue>.*</SignatureValue>)(<KeyInfo>"
                           ".*</KeyInfo>)", r"\2\1", GOOD), 1, "structure")
for cut in (10, 60, 300, 900):
    write("cut-%d.xml" % cut, egov(BODY, place(GOOD))[:-cut], 1, "xml")
write("doctype.xml", "<!DOCTYPE DataRoot>" + egov(BODY, place(GOOD)), 1,
      "doctype")
write("trailing.xml", egov(BODY, place(GOOD)) + "<x/>", 1, "xml")

# ---- e-Tax: the first element of the root ----

NS = "http://xml.e-tax.nta.go.jp/XSD/general"


def procedure(name="R", text="一"):
    return '<%s id="%s">%s</%s>' % (name, name, text, name)


def canonical(text):
    return text.replace(" id=", ' xmlns="%s" id=' % NS, 1)


def etax(*parts):
    return '<DATA xmlns="%s">%s</DATA>' % (NS, "".join(parts))


TAX = signature(reference("#R", canonical(procedure()), [C14N]))
write("etax.xml", etax(procedure(), TAX), 0, "")
write("etax-first.xml", etax(procedure("S"), procedure(), TAX), 1, "shape")
write("etax-other.xml", etax(procedure("S"), TAX), 1, "reference-other")
write("etax-before.xml", etax(TAX, procedure()), 1, "shape")
write("etax-inside.xml", etax(procedure(text=TAX)), 1, "stray-signature")
write("etax-two.xml", etax(procedure(), signature(
    reference("#R", canonical(procedure()), [C14N]),
    reference("a.txt", HELLO))), 1, "references")

# ---- Enveloped ----

SIG = reference("#t", '<t Id="t">一</t>', [ENVELOPED, C14N])


def enveloped(name, text, code, finding, options="--id t"):
    write(name, text, code, finding, options)


SIGNED = '<t Id="t">一%s</t>' % signature(SIG)
enveloped("env.xml", "<r>" + SIGNED + "</r>", 0, "")
enveloped("env-root.xml", SIGNED, 0, "", "")
enveloped("env-unasked.xml", "<r>" + SIGNED + "</r>", 1, "stray-signature",
          "")
enveloped("env-twice.xml", '<r><t Id="t"/>' + SIGNED + "</r>", 1, "id-twice")
enveloped("env-other.xml", '<r><t Id="t">悪%s</t><u Id="u">一</u></r>' %
          signature(reference("#u", '<u Id="u">一</u>', [ENVELOPED, C14N])),
          1, "reference-other")
enveloped("env-outside.xml", '<r><t Id="t">一</t>%s</r>' % signature(SIG), 1,
          "stray-signature")
enveloped("env-no-transform.xml", '<t Id="t">一%s</t>' % signature(
    reference("#t", '<t Id="t">一</t>', [C14N])), 1, "transforms")
enveloped("env-alone.xml", '<t Id="t">一%s</t>' % signature(
    reference("#t", '<t Id="t">一</t>', [ENVELOPED])), 0, "")
enveloped("env-alone-added.xml", '<t Id="t">二%s</t>' % signature(
    reference("#t", '<t Id="t">一</t>', [ENVELOPED])), 1, "content-changed")
enveloped("env-added.xml", '<t Id="t">一%s<x/></t>' % signature(SIG), 1,
          "content-changed")
enveloped("env-beside.xml", '<r><x>%s</x><t Id="t">一%s</t></r>' %
          (signature(SIG), signature(SIG)), 0, "other-signature")
enveloped("env-whole.xml", "<t>一%s</t>" % signature(
    reference("", "<t>一</t>", [ENVELOPED, C14N])), 0, "", "--whole")
enveloped("env-id-not-whole.xml", "<r>" + SIGNED + "</r>", 1,
          "stray-signature", "--whole")
enveloped("env-missing.xml", "<r/>", 1, "id-missing")
# As 控除証明書 are: by SHA-1.
enveloped("env-sha1.xml", '<t Id="t">一%s</t>' % signature(
    reference("#t", '<t Id="t">一</t>', [ENVELOPED, C14N],
              (DSIG + "sha1", "sha1")),
    method=DSIG + "rsa-sha1", md="sha1"), 2, "weak-digest")


# By a method of the standards that no profile has: not judged here, where the
# profile leaves it open. What can be checked is.
RFC9231 = "http://www.w3.org/2007/05/xmldsig-more#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = '<InclusiveNamespaces xmlns="%s" PrefixList="x">' \
    "</InclusiveNamespaces>" % EXCLUSIVE


def elsewhere(name, code=2, finding="algorithm", text="一", uri="#t",
              transforms=(ENVELOPED, C14N), digest=SHA256, **more):
    enveloped("else-%s.xml" % name, '<t Id="t">%s%s</t>' % (text, signature(
        reference(uri, '<t Id="t">一</t>', transforms, digest), **more)),
        code, finding)


elsewhere("ecdsa", method=MORE + "ecdsa-sha256")
elsewhere("ed25519", method="http://www.w3.org/2021/04/xmldsig-more#"
          "eddsa-ed25519")
elsewhere("dsa", method=DSIG + "dsa-sha1")
elsewhere("pss", method=RFC9231 + "sha256-rsa-MGF1")
elsewhere("pss-parameters", method=RFC9231 + "rsa-pss",
          parameter='<RSAPSSParams xmlns="%s"></RSAPSSParams>' % RFC9231)
elsewhere("sha3", digest=(RFC9231 + "sha3-256", "sha3_256"))
elsewhere("changed", 1, "content-changed", "悪",
          method=MORE + "ecdsa-sha256")
elsewhere("other", 1, "reference-other", uri="#u",
          digest=(RFC9231 + "sha3-256", "sha3_256"))
elsewhere("hmac", 1, method=MORE + "hmac-sha256")
elsewhere("nobody", 1, method=MORE + "rsa-sha257")
elsewhere("nobody-digest", 1, digest=(XENC + "sha257", "sha256"))
elsewhere("nobody-c14n", 1, c14n=C14N + "x")
elsewhere("parameter", 1, "structure", parameter="<x></x>")

# Other ways to canonicalize: judged, where the profile leaves it open.
C14N11 = "http://www.w3.org/2006/12/xml-c14n11"
COMMENT = "<!-- c -->"


def otherwise(name, code=0, finding="", form='<t Id="t">一</t>', comment="",
              transforms=(ENVELOPED, EXCLUSIVE), **more):
    """In the scope of a namespace, which the exclusive form leaves out."""
    enveloped("other-%s.xml" % name, '<r xmlns:x="urn:x"><t Id="t">一%s%s</t>'
              "</r>" % (comment, signature(reference(
                  "#t", form, transforms), **dict(
                      {"c14n": EXCLUSIVE}, **more))), code, finding)


WITH_X = '<t xmlns:x="urn:x" Id="t">一</t>'
otherwise("exclusive")
otherwise("exclusive-comments", c14n=EXCLUSIVE + "WithComments",
          parameter=COMMENT)
otherwise("comments-changed", 1, "signature-wrong",
          c14n=EXCLUSIVE + "WithComments", parameter=COMMENT, value=b64(
              bytes(256)))
otherwise("comment-not-signed", 1, "signature-wrong", parameter=COMMENT)
otherwise("comment-inside", comment=COMMENT,
          transforms=(ENVELOPED, EXCLUSIVE + "WithComments"))
otherwise("changed", 1, "content-changed", '<t Id="t">二</t>')
otherwise("content-inclusive", form=WITH_X, transforms=(ENVELOPED, C14N))
otherwise("content-1.1", form=WITH_X, transforms=(ENVELOPED, C14N11))
otherwise("content-comments", form=WITH_X, comment=COMMENT,
          transforms=(ENVELOPED, C14N + "#WithComments"))
otherwise("content-not-inclusive", 1, "content-changed",
          transforms=(ENVELOPED, C14N))
for name, c14n in ("1.0", C14N), ("1.1", C14N11):
    otherwise("signed-info-" + name, 1, "signature-wrong", c14n=c14n)
otherwise("prefix", form=WITH_X, transforms=(
    ENVELOPED, transform(EXCLUSIVE, INCLUSIVE)))
otherwise("prefix-left-out", 1, "content-changed", transforms=(
    ENVELOPED, transform(EXCLUSIVE, INCLUSIVE)))
for name, method, inside in (
        ("prefix-inclusive", C14N, INCLUSIVE),
        ("prefixes", EXCLUSIVE, INCLUSIVE.replace('"x"', '"%s"' % " ".join(
            "p%d" % i for i in range(17)))),
        ("prefix-twice", EXCLUSIVE, INCLUSIVE + INCLUSIVE),
        ("prefix-none", EXCLUSIVE, INCLUSIVE.replace("PrefixList", "Prefix")),
        ("prefix-of-another", EXCLUSIVE, INCLUSIVE.replace(
            EXCLUSIVE, "urn:x"))):
    otherwise(name, 1, "structure", transforms=(
        ENVELOPED, transform(method, inside)))
kousei("c14n-exclusive.xml", signature(ELEMENT, FILE, c14n=EXCLUSIVE), 1,
       "algorithm")
kousei("c14n-1.1-inside.xml", signature(reference(
    "#構成情報", BODY, [C14N11]), FILE), 1, "algorithm")

# ---- Detached ----


def detached(name, sig, code, finding, options="--content a.txt"):
    write(name, '<?xml version="1.0" encoding="UTF-8"?>\n' + sig, code,
          finding, options)


detached("a.txt.sig.xml", signature(FILE), 0, "", "")
detached("d.xml", signature(FILE), 0, "")
detached("d-unnamed.xml", signature(FILE), 2, "file-missing", "")
detached("d-element.xml", signature(reference(
    "#构", HELLO, [C14N])), 1, "transforms")
detached("d-id.xml", signature(reference("#x", HELLO)), 1, "reference-uri")
detached("d-whole.xml", signature(reference("", HELLO)), 1, "file-name")
detached("d-two.xml", signature(FILE, FILE), 1, "references")
detached("d-net.xml", signature(reference("http://127.0.0.1:9/a.txt",
                                          HELLO)), 1, "reference-uri")
detached("d-renamed.xml", signature(reference("b.txt", HELLO)), 0,
         "file-renamed")
detached("d-changed.xml", signature(reference("a.txt", "Hallo\n")), 1,
         "content-changed")
detached("d-sha1.xml", signature(
    reference("a.txt", HELLO, [], (DSIG + "sha1", "sha1"))), 2,
    "weak-digest")
detached("d-ecdsa.xml", signature(FILE, method=MORE + "ecdsa-sha256"), 2,
         "algorithm")
detached("d-ecdsa-changed.xml", signature(
    reference("a.txt", "Hallo\n"), method=MORE + "ecdsa-sha256"), 1,
    "content-changed")
detached("d-sha3.xml", signature(reference(
    "a.txt", HELLO, [], (RFC9231 + "sha3-256", "sha3_256"))), 2, "algorithm")
