#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# OpenSC's tools, unchanged, on the served card.
. "$(dirname "$0")/pcsc.sh"

for tool in opensc-tool pkcs15-tool pkcs11-tool; do
	command -v $tool >/dev/null ||
	    { echo "1..0 # SKIP no $tool here (Debian: opensc)"; exit 0; }
done

# tries_left PIN-LABEL: what pkcs15-tool shows.
tries_left() {
	pkcs15-tool --list-pins 2>/dev/null |
	    awk -v label="PIN [$1]" '$0 == label { on = 1 }
	    on && /Tries left/ { print $NF; exit }'
}

# same_certificate PEM ID: read by OpenSC, with pkcs15-tool's options.
same_certificate() {
	pem=$1 id=$2
	shift 2
	pkcs15-tool --read-certificate "$id" "$@" >log/cert 2>log/err
	[ "$(openssl x509 -in log/cert -outform DER | openssl sha256)" = \
	    "$(openssl x509 -in "$pem" -outform DER | openssl sha256)" ]
}

# sign MECHANISM INPUT OUTPUT: with the auth key.
sign() {
	run pkcs11-tool --sign -m "$1" -i "$2" -o "$3" --login --pin 1234
}

new_card card card
insert 1 card
openssl x509 -in card/auth.pem -noout -pubkey >auth.pub
openssl x509 -in card/sign.pem -noout -pubkey >sign.pub
auth="User Authentication PIN"

run opensc-tool -n
is "opensc-tool -n knows the card" "$rc $(cat log/out)" "0 jpki"
run opensc-tool --atr
is "opensc-tool --atr" "$rc $(cat log/out)" \
    "0 3b:c5:ff:81:31:fb:45:80:73:c6:01:00:00"
run opensc-tool -s 00:A4:04:0C:0A:D3:92:F0:00:26:01:00:00:00:01 \
    -s 00:20:00:98
is "opensc-tool -s" "$rc $(grep -o 'SW1=.*' log/out | paste -sd' ')" \
    "0 SW1=0x90, SW2=0x00) SW1=0x63, SW2=0xC3)"

run pkcs15-tool --list-certificates
is "pkcs15-tool --list-certificates: four" \
    "$rc $(grep -c '^X.509 Certificate' log/out)" "0 4"
ok "the auth certificate" same_certificate card/auth.pem 01
ok "its CA's" same_certificate card/auth-ca.pem 03
ok "the sign CA's" same_certificate card/sign-ca.pem 04
ok "the sign certificate, with its password" same_certificate card/sign.pem \
    02 --auth-id 02 --verify-pin --pin ABC123
is "tries left, as OpenSC shows them" \
    "$(tries_left "$auth") $(tries_left 'Digital Signature PIN')" "3 5"

run pkcs11-tool -M
is "pkcs11-tool -M" "$rc $(grep -c '^  RSA-PKCS,.*sign' log/out)" "0 1"
run pkcs11-tool -O --login --pin 1234
is "pkcs11-tool -O --login" \
    "$rc $(grep -c '^Private Key Object' log/out)" "0 1"
echo 'signed by OpenSC' >text
# The DigestInfo of SHA-256, as RSA-PKCS wants it.
(printf '0\061\060\015\006\011\140\206\110\001\145\003\004\002'
    printf '\001\005\000\004\040'
    openssl dgst -sha256 -binary text) >info
sign RSA-PKCS info rsa.sig
ok "pkcs11-tool RSA-PKCS" openssl dgst -sha256 -verify auth.pub \
    -signature rsa.sig text
for md in SHA1 SHA256 SHA384 SHA512; do
	sign $md-RSA-PKCS text $md.sig
	ok "pkcs11-tool $md-RSA-PKCS" openssl dgst -$md -verify auth.pub \
	    -signature $md.sig text
done
openssl dgst -sha256 -binary text >digest
run pkcs15-crypt --sign --key 02 --sha-256 --pkcs1 --pin ABC123 \
    --input digest --output sign.sig --raw
ok "pkcs15-crypt with the sign key" openssl dgst -sha256 -verify sign.pub \
    -signature sign.sig text

# Tries.
run pkcs11-tool -O --login --pin 9999
is "a wrong PIN" "$(grep -c CKR_PIN_INCORRECT log/err)" 1
is "one try less: on disk, in OpenSC" "$(tries card auth) $(tries_left \
    "$auth")" "2 2"
run pkcs15-tool --verify-pin --auth-id 01 --pin 9998
is "and again" "$(tries card auth) $(tries_left "$auth")" "1 1"
run pkcs11-tool -O --login --pin 1234
is "the right one" "$rc $(tries card auth) $(tries_left "$auth")" "0 3 3"
for left in 2 1 0; do
	run pkcs15-tool --verify-pin --auth-id 01 --pin 9999
	is "$left left" "$(tries card auth)" $left
done
run pkcs11-tool -O --login --pin 1234
is "locked" "$rc $(tries card auth)" "1 0"
run pkcs11-tool --list-token-slots
is "the token says so" "$(grep -c 'user PIN locked' log/out)" 1
jpki-softcard unlock card
run pkcs11-tool -O --login --pin 1234
is "after the town hall" "$rc $(tries card auth)" "0 3"
eject 1
jpki-softcard set card blocked-sw=6983
insert 1 card
for left in 2 1 0; do
	run pkcs15-tool --verify-pin --auth-id 01 --pin 9999
done
run pkcs11-tool -O --login --pin 1234
is "locked, with 6983" "$(grep -c CKR_PIN_LOCKED log/err) $(tries card auth)" \
    "1 0"
jpki-softcard unlock card
eject 1

# Other cards.
for switches in "extended=on filler=2000" "sfi=off pss=off" \
    "reselect=clear blocked-sw=6983" "extended=off filler=0"; do
	jpki-softcard set card $switches
	insert 1 card
	ok "certificate ($switches)" same_certificate card/auth.pem 01
	sign SHA256-RSA-PKCS text auth.sig
	ok "signature ($switches)" openssl dgst -sha256 -verify auth.pub \
	    -signature auth.sig text
	eject 1
done
finish
