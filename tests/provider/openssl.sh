#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Signatures as a user of the openssl program makes them: digests, keys, cards,
# orders of providers, sources of the PIN, and what is said when it fails. What
# the card signs is checked by openssl without the provider. commands.sh has
# the other commands.
. "$(dirname "$0")/ssl.sh"
truncate -s 100M big

# Certificates are the card's, and their authorities'.
ssl storeutl -certs -noout -text jpki:auth
works 'auth certificate without a PIN'
ok 'it is a certificate' grep -q 'Issuer: .*JPKI-SOFTCARD' log/out
for key in auth sign; do
	ssl storeutl -certs -out got.pem "jpki://$key?pin-source=file:$key.pin"
	works "$key certificate"
	ok "it is the card's" sh -c \
	    "openssl x509 -in got.pem | cmp - $key.pem"
	ok "$key chains to its CA" openssl verify -CAfile card/$key-ca.pem \
	    $key.pem
done

# Signatures: digests, keys, files, orders of providers, sources of the PIN.
for order in '-provider default -provider jpki' \
    '-provider jpki -provider default'; do
	for key in auth sign; do
		for md in sha256 sha384 sha512; do
			ssl dgst -$md -sign jpki:$key -passin file:$key.pin \
			    -out sig a
			signed "$key $md ($order)" $md $key a
		done
		ssl dgst -sha256 -sigopt rsa_padding_mode:pss \
		    -sigopt rsa_pss_saltlen:digest -sign jpki://$key \
		    -passin file:$key.pin -out sig a
		signed "$key PSS ($order)" sha256 $key a \
		    -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
	done
	run sh -c "openssl dgst -sha256 $order -sign jpki:sign \
	    -passin fd:3 -out sig a 3<sign.pin"
	signed "-passin fd: ($order)" sha256 sign a
	run sh -c "openssl dgst -sha256 $order -out sig \
	    -sign 'jpki:sign?pin-source=fd:3' a 3<sign.pin"
	signed "pin-source=fd: ($order)" sha256 sign a
	ssl dgst -sha256 -sign 'jpki:auth?pin-source=file:auth.pin' -out sig a
	signed "pin-source=file: ($order)" sha256 auth a
	ssl_typed 1234 dgst -sha256 -sign jpki:auth -out sig a
	is "typed at the prompt ($order)" $rc 0
	ok 'the prompt names the PIN and the tries' \
	    grep -q 'auth PIN (利用者証明用), 3 tries left' log/out
	ok 'verifies' openssl dgst -sha256 -verify auth.pub -signature sig a
	openssl genrsa -out file.key 2048 2>/dev/null
	openssl rsa -in file.key -pubout -out file.pub 2>/dev/null
	ssl dgst -sha1 -sign file.key -out sig a
	signed "other keys are left alone ($order)" sha1 file a
done
order='-provider default -provider jpki'
for file in b c; do
	ssl dgst -sha256 -sign jpki:auth -passin file:auth.pin -out sig $file
	signed "file of $(stat -c %s $file) bytes" sha256 auth $file
done
run sh -c "ulimit -v 60000; openssl dgst -sha256 $order -sign jpki:auth \
    -passin file:auth.pin -out sig big"
signed 'a big file in little memory' sha256 auth big
echo abc123 >low.pin
chmod 600 low.pin
ssl dgst -sha256 -sign jpki:sign -passin file:low.pin -out sig a
signed 'abc123 is ABC123' sha256 sign a
printf '\357\273\2771234\r\n' >low.pin
ssl dgst -sha256 -sign jpki:auth -passin file:low.pin -out sig a
is 'what editors leave at the ends, with a warning' \
    "$rc $(said | grep -c 'byte order mark')" '0 1'
printf '\377\3761\0002\0003\0004\000' >low.pin
ssl dgst -sha256 -sign jpki:auth -passin file:low.pin -out sig a
refused 'UTF-16' 'another encoding is named'
run openssl dgst -sha256 $order -out sig -passin file:auth.pin \
    -sign "jpki:auth?reader=soft:$tmp/card" a
signed 'reader= in the URI' sha256 auth a
ssl dgst -sha256 -sign 'jpki:auth?pin-value=1234' -out sig a
is 'pin-value works, with one warning' "$rc $(said | wc -l)" '0 1'

# Round trips.
ssl dgst -sha256 -sign jpki:auth -passin file:auth.pin -out sig a
is 'eleven commands, one signature, one VERIFY' \
    "$(n_commands) $(n_sign) $(n_verify)" '11 1 1'
jpki-softcard set card sfi=off
ssl dgst -sha256 -sign jpki:auth -passin file:auth.pin -out sig a
signed 'a card without short file ids' sha256 auth a
ok 'seventeen commands at most' [ "$(n_commands)" -le 17 ]
jpki-softcard set card sfi=on extended=on first-6f00=on
ssl dgst -sha256 -sign jpki:auth -passin file:auth.pin -out sig a
signed 'a card with extended length' sha256 auth a
ok 'ten commands at most' [ "$(n_commands)" -le 10 ]
jpki-softcard set card extended=off first-6f00=off pss=off
ssl dgst -sha256 -sigopt rsa_padding_mode:pss -sign jpki:auth \
    -passin file:auth.pin -out sig a
refused 'PKCS#1 v1.5 signatures only' 'a card without PSS'
jpki-softcard set card pss=on

# A card that is broken, or is none: what it makes does not leave.
pss='-sigopt rsa_padding_mode:pss'
for how in zeros other flipped salt-0 salt-20 salt-64; do
	jpki-softcard set card signature=$how
	for key in auth sign; do
		for padding in '' "$pss"; do
			case $how/$padding in salt-*/) continue ;; esac
			rm -f sig
			ssl dgst -sha256 $padding -sign jpki://$key \
			    -passin file:$key.pin -out sig a
			refused 'does not fit' "$how by $key $padding"
			is 'exit code and signature' \
			    "$rc $(cat sig 2>/dev/null | wc -c)" '1 0'
		done
	done
done
jpki-softcard set card signature=right

# CMS: the password does not reach the certificate by -passin.
cms="cms -sign -binary -in a -outform DER -out sig"
for attributes in '' -noattr; do
	ssl $cms $attributes -signer 'jpki:sign?pin-source=file:sign.pin'
	works "cms $attributes"
	is 'one signature' "$(n_sign)" 1
	ok 'verifies' openssl cms -verify -binary -inform DER -in sig \
	    -content a -CAfile card/sign-ca.pem -out /dev/null
done
ssl_typed ABC123 $cms -signer jpki:sign
is 'cms with a prompt' $rc 0
is 'one prompt' "$(grep -o 'tries left:' log/out | wc -l)" 1
ok 'verifies' openssl cms -verify -binary -inform DER -in sig \
    -content a -CAfile card/sign-ca.pem -out /dev/null
ssl $cms -signer 'jpki:sign?pin-source=file:sign.pin' \
    -inkey 'jpki:sign?pin-source=file:sign.pin' \
    -keyopt rsa_padding_mode:pss
works 'cms with PSS'
ok 'verifies' openssl cms -verify -binary -inform DER -in sig \
    -content a -CAfile card/sign-ca.pem -out /dev/null

# Failures: one message, an exit code, at most one try.
sign_auth="dgst -sha256 -out sig -sign"
ssl $sign_auth jpki:auth -passin file:wrong.pin a
refused 'wrong PIN.*2 tries left' 'wrong PIN' '2 5'
ssl $sign_auth jpki:sign -passin file:wrong-sign.pin a
refused 'wrong PIN.*4 tries left' 'wrong password' '3 4'
serial=$(jpki-doctor --json --reader "$JPKI_READER" 2>/dev/null |
    grep -o 'serial [0-9]\{16\}' | sed 's/.* //')
ssl storeutl -noout "jpki:?card=$serial&reader=$JPKI_READER"
works 'a list of one card'
grep -o 'jpki://[^ ]*' log/out >names
is 'it names four objects' "$(wc -l <names)" 4
for name in $(cat names); do
	case $name in
	*//sign\?*)	ssl storeutl -certs -noout -passin file:sign.pin "$name" ;;
	*)		ssl storeutl -certs -noout "$name" ;;
	esac
	works "each of them loads: ${name%%\?*}"
done
is 'with the card that was asked for' "$(grep -c 'card=' names)" 4
ssl storeutl -certs -noout JPKI://auth
works 'a scheme has no case'
ssl storeutl -noout jpki://Auth
refused 'unknown object "Auth"' 'a mistyped object is shown'
ssl storeutl -certs -noout -passin file:wrong-sign.pin jpki:sign
refused 'wrong PIN' 'storeutl notices a wrong password' '3 4'
is 'exit code of storeutl' $rc 1
ssl storeutl -certs -noout 'jpki:sign?pin-source=file:wrong-sign.pin'
refused 'wrong PIN' 'storeutl with pin-source' '3 4'
ssl $cms -signer 'jpki:sign?pin-source=file:wrong-sign.pin'
refused 'wrong PIN' 'cms with a wrong password' '3 4'
ssl $sign_auth jpki:auth -passin file:short.pin a
refused 'shape' 'short PIN'
ssl $sign_auth jpki:auth -passin pass: a
refused 'shape' 'empty PIN'
ssl $sign_auth 'jpki:auth?pin-source=file:empty.pin' a
refused 'empty' 'empty PIN file'
ssl $sign_auth 'jpki:auth?pin-source=file:./nothere' a
refused 'nothere' 'no PIN file'
ssl_typed '' dgst -sha256 -out sig -sign jpki:sign a
cp log/out log/err
refused 'shape' 'only return at the prompt'
ssl $sign_auth jpki:auth a
refused 'no PIN was entered' 'no terminal'
ssl $sign_auth 'jpki:auth?pin-sorce=file:auth.pin' a
refused 'pin-sorce' 'a mistyped attribute'
ssl dgst -sha1 -out sig -sign jpki:auth -passin file:auth.pin a
refused 'digest cannot be signed' 'SHA-1'

# What is said when everything is to be told: no PIN, and nobody's name,
# address or birth date.
holder=$(openssl asn1parse -in sign.pem -strparse \
    "$(openssl asn1parse -in sign.pem | grep -A 1 'Subject Alternative' |
    sed -n 's/^ *\([0-9]*\):.*OCTET STRING.*/\1/p')" |
    sed -n 's/.*UTF8STRING *://p' | grep -v -x -e '.' -e '0*')
ok 'the certificate names its holder' [ -n "$holder" ]
echo "$holder" >holder
for try in "cms -sign -binary -in a -outform DER -out sig \
    -signer jpki://sign?pin-source=file:sign.pin" \
    "cms -sign -in a -signer jpki://sign?pin-source=file:wrong-sign.pin" \
    "$sign_auth jpki://auth?pin-source=file:wrong.pin a"; do
	JPKI_DEBUG=all ssl $try
	ok "all of it: ${try%% *}" grep -q '^> ' log/err
	! shows_pin log/err && ! grep -q -F -f holder log/err
	result $? 'no PIN and no name of the holder'
done
jpki-softcard unlock card

JPKI_DEBUG=apdus ssl $sign_auth jpki:auth -passin file:auth.pin a
is 'a mistyped JPKI_DEBUG signs' $rc 0
ok 'and is told' grep -q 'JPKI_DEBUG is apdu, provider or all' log/err
JPKI_DEBUG=all ssl $sign_auth 'jpki:auth?pin-source=file:5179' a
ok 'a PIN that is named as a file is not shown' sh -c \
    'grep -q "URI or settings: failed" log/err &&
    ! grep -v "^Could not" log/err | grep -q 5179'
# Where standard error is closed, its number is somebody's file by then.
JPKI_DEBUG=all openssl dgst -sha256 $order -out sig -sign jpki:auth \
    -passin file:auth.pin a 2>&-
is 'a closed standard error is not written to' "$(wc -c <sig)" 256

# The last try.
echo '# two misses'
for i in 1 2; do
	ssl $sign_auth jpki:auth -passin file:wrong.pin a
done
ssl $sign_auth jpki:auth -passin file:auth.pin a
is 'nothing is sent on the last try' "$rc $(n_verify) $(tries card auth)" \
    '1 0 1'
ok 'the message says how to insist' grep -q 'min-tries=1' log/err
ssl $sign_auth 'jpki:auth?min-tries=1' -passin file:auth.pin a
signed 'min-tries=1 insists' sha256 auth a
is 'a right PIN restores the tries' "$(tries card auth)" 3
for i in 1 2 3; do
	ssl $sign_auth 'jpki:auth?min-tries=1' -passin file:wrong.pin a
done
is 'locked' "$(tries card auth)" 0
ssl $sign_auth 'jpki:auth?min-tries=1' -passin file:auth.pin a
is 'nothing is sent to a locked card' "$(n_verify)" 0
refused 'locked' 'a locked card' '0 5'

# Cards that are not there, or not whole.
new_card child child
JPKI_READER=soft:$tmp/child
ssl $sign_auth jpki:sign -passin file:sign.pin a
is 'no password is sent to a card without 署名用' "$(n_verify)" 0
refused 'does not have this' 'a child'"'"'s card'
ssl $sign_auth jpki:auth -passin file:auth.pin a
works 'its auth key signs'
JPKI_READER=soft:$tmp/nothere
ssl $sign_auth jpki:auth -passin file:auth.pin a
refused 'no card' 'no card folder'
cp -a card damaged
echo nonsense >damaged/state
JPKI_READER=soft:$tmp/damaged
ssl $sign_auth jpki:auth -passin file:auth.pin a
refused 'damaged' 'a damaged card'
unset JPKI_READER
# Whether this runs in a container or not.
container= ssl $sign_auth jpki:auth -passin file:auth.pin a
refused 'does not answer:[^:]*:[0-9]*:it is [a-z ]*\. \(Install\|Start\) it' \
    'no pcscd, said once'
container=podman ssl $sign_auth jpki:auth -passin file:auth.pin a
refused ':this is a container' 'no pcscd in a container'
JPKI_READER=soft:$tmp/card
export JPKI_READER

# What the provider says itself is in one language, as libjpki's errors are.
LC_ALL=ja_JP.UTF-8 ssl dgst -sha256 -sign jpki:auth -out sig a
refused '（残り 3 回）。カードには何も送っていません。$' 'no answer, in Japanese'
LC_ALL=ja_JP.UTF-8 ssl storeutl -noout jpki:anchors
refused ':設定されていません。J-LIS の.*置いてください。$' \
    'no anchors, in Japanese'
LC_ALL=ja_JP.UTF-8 ssl dgst -sha256 -sign 'jpki:auth?pin-value=1234' -out sig a
ok 'the warning of a PIN in a URI, too' grep -q '^jpki: URI の中の暗証番号は' \
    log/err

# openssl.cnf: the sample works, its keys count, a mistyped one is named.
sed 's/^# pin-source.auth = .*/pin-source.auth = file:auth.pin/' \
    "$here/../../provider/openssl-jpki.cnf" >jpki.cnf
order=
OPENSSL_CONF=jpki.cnf
export OPENSSL_CONF
ssl dgst -sha256 -sign jpki://auth -out sig a
signed 'PIN by openssl.cnf' sha256 auth a
sed 's/^pin-source.auth/pin-sorce.auth/' jpki.cnf >typo.cnf
OPENSSL_CONF=typo.cnf
ssl dgst -sha256 -sign jpki://auth -out sig a
refused 'unknown key "pin-sorce.auth"' 'a mistyped key in openssl.cnf'
unset OPENSSL_CONF
order='-provider default -provider jpki'

# Key files.
run sh -c 'jpki-wrap jpki://auth >auth.key'
works 'jpki-wrap'
ssl dgst -sha256 -sign auth.key -passin file:auth.pin -out sig a
signed 'a key file' sha256 auth a
is 'a key file costs what the URI costs' "$(n_commands)" 11
cat auth.pem auth.key >bundle.pem
ssl dgst -sha256 -sign bundle.pem -passin file:auth.pin -out sig a
signed 'a bundle' sha256 auth a
for uri in 'jpki://auth?pin-value=1234' jpki: jpki://auth-ca nonsense; do
	run jpki-wrap "$uri"
	is "jpki-wrap refuses $uri" "$rc $(grep -c 1234 log/err)" '65 0'
done
run jpki-wrap
is 'jpki-wrap without a URI' "$rc" 64
for lang in en ja; do
	run jpki-wrap --lang $lang --help
	is "jpki-wrap --help ($lang)" "$rc" 0
done
ssl pkey -in jpki://auth -passin file:auth.pin -noout -text
ok 'a text that tells where the key is' grep -q 'jpki://auth' log/out
ok 'and its certificate' grep -q 'CN = ' log/out
ssl pkey -in jpki://sign -passin file:sign.pin -noout -text
ok 'the sign certificate: its number, no places' sh -c \
    'grep -q "CN = 20" log/out && ! grep -q -e "L = " -e -ku -e -shi log/out'

# A file that is named like a URI, which OpenSSL tries first.
cp file.key jpki:auth
ssl dgst -sha256 -sign jpki:auth -out sig a
signed 'a file named jpki:auth comes first' sha256 file a
ssl dgst -sha256 -sign jpki://auth -passin file:auth.pin -out sig a
signed 'jpki://auth is never a file' sha256 auth a
rm jpki:auth

# Without a card.
JPKI_READER=soft:$tmp/nothere
ssl storeutl -noout jpki:
is 'names without a card' "$rc $(grep -c 'Name: jpki://' log/out)" '0 4'
finish
