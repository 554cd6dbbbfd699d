#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-cms on signatures that are there: more signers, time stamps. What it
# makes is checked by plain openssl, with signers and an authority of its own.
. "$(dirname "$0")/tap.sh"

sign="jpki-cms --reader soft:card --pin-source file:sign.pin"
other="jpki-cms --reader soft:other --pin-source file:sign.pin"
new_card card card
jpki-softcard new other --name '海野　次郎' >log/out
cat card/sign-ca*.pem other/sign-ca*.pem >cas.pem

# verified FILE [FORM]: by someone who has no card; all signers.
verified() {
	openssl cms -verify -binary -inform "${2:-DER}" -in "$1.p7s" \
	    -content "$1" -CAfile cas.pem -out /dev/null
}

# shown [FORM]: how many lines of a.p7s in clear have this in them.
shown() {
	openssl cms -cmsout -print -noout -inform "${2:-DER}" -in a.p7s |
	    grep -ac "$1"
}

run $sign sign a
cp a.p7s first.p7s
run $other cosign a.p7s a
works "cosign"
is "one signature" "$(n_verify) $(n_sign)" "1 1"
ok "both verify" verified a
is "two signers" "$(shown signingTime)" 2
is "nothing else was left" "$(echo a.p7s*)" a.p7s
run $sign cosign a.p7s a
works "the first signs once more"
is "three signers, two certificates" "$(shown signingTime) $(shown d.certificate)" \
    "3 2"
ok "all verify" verified a
cp first.p7s a.p7s
run $other --cades --out second.p7s cosign a.p7s a
works "cosign --cades --out"
ok "the signature it was added to is as it was" cmp first.p7s a.p7s
cp second.p7s a.p7s
ok "both verify" verified a
is "one names its certificate" "$(shown signingCertificateV2)" 1

# The digest is the earlier signer's.
for md in sha384 sha512; do
	run $sign --md $md sign a
	run $other cosign a.p7s a
	works "cosign with $md"
	is "both digests" "$(shown "algorithm: $md ")" 3
	ok "both verify" verified a
done

# PEM stays PEM.
run $sign --pem sign a
run $other cosign a.p7s a
works "cosign a PEM file"
is "it still is one" "$(head -1 a.p7s)" "-----BEGIN CMS-----"
ok "both verify" verified a PEM

# Several at once.
run $sign sign a b
run $other cosign a.p7s a b.p7s b
works "cosign two"
is "one password, two signatures" "$(n_verify) $(n_sign)" "1 2"
ok "a verifies" verified a
ok "b verifies" verified b

# Signatures of other software.
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem \
    -subj /CN=signer -days 100 -addext keyUsage=digitalSignature \
    >log/out 2>&1
cat cert.pem >>cas.pem
theirs() {
	openssl cms -sign -binary -in a -signer cert.pem -inkey key.pem \
	    -outform DER -out a.p7s "$@"
}
while read -r words; do
	theirs $words
	run $sign cosign a.p7s a
	works "beside openssl cms $words"
	ok "both verify" verified a
done <<END
-md sha256
-md sha1
-noattr
-keyid
-keyopt rsa_padding_mode:pss
-nocerts -certfile cert.pem
-stream
END

# The content inside, of any length, in any encoding.
# inside FORM: all signers of a.p7m verify, and the content is still that of a.
inside() {
	openssl cms -verify -binary -inform "$1" -in a.p7m -CAfile cas.pem \
	    -out got && cmp a got
}
for words in '' --pem '--cades --md sha384'; do
	form=DER
	[ "$words" != --pem ] || form=PEM
	run $sign $words --enclose sign a
	run $other cosign a.p7m a
	works "cosign with the content inside $words"
	ok "both verify" inside $form
	run $sign cosign a.p7m b
	fails 65 'b: not what was signed in a.p7m' "another content $words"
	is "the card was not used" "$(n_commands)" 0
done
openssl cms -sign -binary -nodetach -stream -in a -signer cert.pem \
    -inkey key.pem -outform DER -out a.p7m
run $sign cosign a.p7m a
works "beside openssl's of indefinite length"
ok "both verify" inside DER
head -c 100000000 /dev/zero >big
openssl cms -sign -binary -nodetach -stream -in big -signer cert.pem \
    -inkey key.pem -outform DER -out big.p7m
"$PYTHON" -c '
import resource, subprocess, sys
rc = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(used)
sys.exit(rc or used > 60000)' $sign cosign big.p7m big >log/out 2>log/err
result $? "100 MB inside: $(cat log/out) kB"
ok "all verify" openssl cms -verify -binary -inform DER -in big.p7m \
    -CAfile cas.pem -out /dev/null
rm -f big.p7m big

# Never blind, and nothing of it costs a try or a signature.
refused() {
	[ "$(n_verify) $(n_sign)" = "0 0" ] || echo "# the card was used"
	[ "$(n_verify) $(n_sign)" = "0 0" ] && fails "$@" || result 1 "$3"
	ok "it is as it was" cmp before.p7s a.p7s
}
run $sign sign a
cp a.p7s before.p7s
run $sign cosign a.p7s b
refused 65 'b: ' "another content"
run $sign cosign a.p7s missing
refused 1 'missing: No such' "no content"
"$PYTHON" -c '
data = bytearray(open("before.p7s", "rb").read())
data[-5] ^= 1
open("a.p7s", "wb").write(data)'
cp a.p7s before.p7s
run $sign cosign a.p7s a
refused 65 'a' "an earlier signature is broken"
theirs -noattr -nodetach
cp a before.p7s
cp before.p7s a.p7s
run $sign cosign a.p7s a
refused 65 'a.p7s: ' "no CMS at all"
: >a.p7s
: >before.p7s
run $sign cosign a.p7s a
refused 65 'a.p7s: ' "an empty file"
head -c 1000 first.p7s >a.p7s
cp a.p7s before.p7s
run $sign cosign a.p7s a
refused 65 'a.p7s: ' "a part of a signature"
printf -- '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' \
    >a.p7s
cp a.p7s before.p7s
run $sign cosign a.p7s a
refused 65 'a.p7s: not a CMS' "another PEM"

# Time stamps.
openssl req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem \
    -subj /CN=tsa -days 100 -addext extendedKeyUsage=critical,timeStamping \
    >log/out 2>&1
echo 01 >tsa.serial
cat >tsa.cnf <<END
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = tsa.serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
END
# stamps QUERY REPLY
stamps() {
	openssl ts -reply -config tsa.cnf -queryfile "$1" -out "$2" \
	    >log/ts 2>&1
}

for words in 'a sign a' 'a.p7s sign a' 'a cosign a.p7s a' \
    'a.p7s cosign a.p7s a' 'a.p7s stamp a.p7s' './a sign a'; do
	run $sign sign a
	cp a.p7s before.p7s
	cp a content
	run $sign --timestamp-query $words
	refused 1 'would replace it' "the query in the way: $words"
	ok "so is the content" cmp a content
done
run $sign --timestamp-query a.tsq sign a
works "sign --timestamp-query"
stamps a.tsq a.tsr
is "an authority takes the query" "$(openssl ts -reply -in a.tsr -text \
    2>/dev/null | grep -c 'Status: Granted')" 1
run jpki-cms --timestamp-reply a.tsr stamp a.p7s
works "stamp --timestamp-reply"
is "without the card" "$(n_commands)" 0
ok "the signature still verifies" verified a
"$PYTHON" - >token 2>log/err <<'END'
# The token is the value of the unsigned attribute; its OID is
# 1.2.840.113549.1.9.16.2.14, a SET with one SEQUENCE follows.
import sys
data = open("a.p7s", "rb").read()
at = data.index(bytes.fromhex("060b2a864886f70d010910020e")) + 13
def skip(at):
    n = data[at + 1]
    return at + 2 + (n & 0x7f if n & 0x80 else 0)
at = skip(at)
size = data[at + 1]
if size & 0x80:
    size = int.from_bytes(data[at + 2:at + 2 + (size & 0x7f)], "big")
sys.stdout.buffer.write(data[at:skip(at) + size])
END
"$PYTHON" - >value 2>log/err <<'END'
import subprocess, sys
# Of the one signer: the OCTET STRING of 256 bytes.
data = open("a.p7s", "rb").read()
at = data.index(bytes.fromhex("04820100"))
sys.stdout.buffer.write(data[at + 4:at + 4 + 256])
END
ok "openssl ts verifies the stamp" openssl ts -verify -token_in -in token \
    -data value -CAfile tsa.pem
run $other cosign a.p7s a
works "cosign what has a stamp"
ok "both verify" verified a
run jpki-cms --timestamp-query b.tsq stamp a.p7s
works "a query for the signer who has none"
ok "it is another one" sh -c '! cmp -s a.tsq b.tsq'
stamps b.tsq b.tsr
run jpki-cms --timestamp-reply b.tsr --out stamped.p7s stamp a.p7s
works "stamp --out"
mv stamped.p7s a.p7s
is "two stamps" "$(shown timeStampToken)" 2
cp a.p7s before.p7s
run jpki-cms --timestamp-query c.tsq stamp a.p7s
refused 65 'has a time stamp already' "all have one"
for words in '' --pem; do
	form=DER
	[ -z "$words" ] || form=PEM
	run $sign --enclose $words --timestamp-query e.tsq sign a
	stamps e.tsq e.tsr
	run jpki-cms --timestamp-reply e.tsr stamp a.p7m
	works "stamp with the content inside $words"
	ok "it verifies" inside $form
	is "the stamp is there" "$(openssl cms -cmsout -print -noout \
	    -inform $form -in a.p7m | grep -ac timeStampToken)" 1
done
run $sign --timestamp-query b.tsq sign b
cp b.p7s a.p7s
cp b.p7s before.p7s
run jpki-cms --timestamp-reply a.tsr stamp a.p7s
refused 65 'of another signature' "a stamp of another signature"
run jpki-cms --timestamp-reply b.tsq stamp a.p7s
refused 65 'b.tsq: not the reply' "a query for a reply"
run jpki-cms --timestamp-reply empty.pin stamp a.p7s
refused 65 'not the reply' "an empty reply"
openssl ts -query -data a -sha512 -out bad.tsq >log/out 2>&1
stamps bad.tsq bad.tsr
run jpki-cms --timestamp-reply bad.tsr stamp a.p7s
refused 65 'refused' "a refusal"
run jpki-cms --timestamp-reply missing stamp a.p7s
refused 1 'missing: No such' "no reply"
run jpki-cms --timestamp-reply a.tsr stamp key.pem
fails 65 'key.pem: not a CMS' "no signature"
run jpki-cms --lang ja --timestamp-reply a.tsr stamp a
fails 65 'a: CMS の署名ではありません' "no signature, in Japanese"

# As many signers as can be checked, and one more.
openssl cms -sign -binary -nosmimecap -in a -signer cert.pem -inkey key.pem \
    -outform DER -out a.p7s
n=1
while [ $n -lt 63 ]; do
	openssl cms -resign -binary -nosmimecap -nocerts -in a.p7s \
	    -inform DER -content a -signer cert.pem -inkey key.pem \
	    -outform DER -out more.p7s || break
	mv more.p7s a.p7s
	n=$((n + 1))
done
run $sign cosign a.p7s a
is "the 64th signer" "$n $rc" "63 0"
cp a.p7s before.p7s
run $sign cosign a.p7s a
refused 65 'as many signers' "a 65th"

# The manual's examples, as they stand there. Its authority is ours.
mkdir -p examples/invoices bin
cat >bin/curl <<'END'
#!/bin/sh
while [ $# -gt 0 ]; do
	case $1 in
	@*) query=$PWD/${1#@} ;;
	-o) reply=$PWD/$2 ;;
	esac
	shift
done
cd .. && openssl ts -reply -config tsa.cnf -queryfile "$query" -out "$reply"
END
chmod +x bin/curl
(cd examples
    cp -a ../other .
    echo contract >contract.pdf
    echo '<a/>' >invoices/1.xml
    echo '<b/>' >invoices/2.xml)
{
	echo 'set -e; cd examples; PATH=../bin:$PATH; set -x'
	awk '/^\.Sh/ { on = $2 == "EXAMPLES" }
	    on && (more || sub(/^(\.Dl )?\$ /, "")) {
		more = sub(/\\e$/, "\\")
		print
	    }' "$here/../../examples/tools/man/jpki-cms.1"
} >examples.sh
is "the manual has examples" "$(($(grep -c jpki-cms examples.sh) >= 6))" 1
JPKI_READER=soft:card typed --again ABC123 sh examples.sh
is "all of them work" "$rc" 0
is "the outcome" "$(cd examples && echo signatures/* contract*)" \
    "signatures/1.xml.p7s signatures/2.xml.p7s contract.pdf contract.pdf.p7m contract.pdf.p7s"
finish
