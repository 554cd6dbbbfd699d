#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Programs that sign files and know nothing of cards, by way of the wrapper
# file: osslsigncode and xmlsec1. Their newer versions take URIs, too.
. "$(dirname "$0")/tap.sh"
. "$here/server.sh"
make_certificates
use_provider
wrap "jpki://auth?reader=soft:$tmp/card" >card.key
wrap "jpki://auth?reader=soft:$tmp/card&pin-source=file:$tmp/auth.pin" \
    >pin.key
wrap "jpki://auth?reader=soft:$tmp/card&pin-source=file:$tmp/wrong.pin" \
    >wrong.key

# signs DESCRIPTION: the last run made one signature.
signs() {
	is "$1" "$rc $(n_verify) $(n_sign)" '0 1 1'
	! shows_pin log/err log/out
	result $? "$1: no PIN is shown"
}

# one_try DESCRIPTION: the last run had a wrong PIN.
one_try() {
	is "$1" "$((rc != 0)) $(n_verify) $(tries card auth)" '1 1 2'
	jpki-softcard unlock card
}

if has osslsigncode; then
	# The smallest program for Windows: headers.
	"$PYTHON" -c 'import struct
exe = bytearray(512)
def put(at, form, value):
    struct.pack_into(form, exe, at, value)
put(0, "2s", b"MZ")
put(60, "<I", 128)              # where the PE header is
put(128, "4s", b"PE")
put(132, "<H", 0x14c)           # i386
put(148, "<H", 224)             # size of the optional header
put(152, "<H", 0x10b)           # PE32
put(244, "<I", 16)              # data directories
open("a.exe", "wb").write(exe)'
	code() {
		rm -f b.exe
		run osslsigncode sign -h sha256 -certs card.pem "$@" \
		    -in a.exe -out b.exe
	}
	code -key card.key -readpass auth.pin
	signs 'osslsigncode'
	ok 'osslsigncode verifies it' env -u OPENSSL_CONF osslsigncode \
	    verify -CAfile ca.pem -in b.exe
	code -key pin.key
	signs 'osslsigncode, wrapper with a PIN file'
	code -key card.key -readpass wrong.pin
	one_try 'osslsigncode, wrong PIN'
	ok 'nothing is written' test ! -s b.exe
	if osslsigncode sign --help 2>&1 | grep -q -e '-provider'; then
		code -key "jpki://auth?reader=soft:$tmp/card" \
		    -readpass auth.pin
		signs 'osslsigncode, URI'
	else
		skip 'osslsigncode, URI' "$(osslsigncode --version 2>&1 |
		    sed -n 's/^osslsigncode \([^, ]*\).*/\1/p') has no -provider"
	fi
fi

xml() {
	rm -f b.xml
	run xmlsec1 --sign "$@" --output b.xml a.xml
}

# Since 1.3 a key that the document does not name is looked for only if asked.
xml_signs() {
	xml --lax-key-search --privkey-pem pin.key,card.pem
	signs 'xmlsec1, wrapper with a PIN file'
	ok 'xmlsec1 verifies it' env -u OPENSSL_CONF xmlsec1 --verify \
	    --trusted-pem ca.pem b.xml
	typed 1234 xmlsec1 --sign --lax-key-search \
	    --privkey-pem card.key,card.pem --output b.xml a.xml
	is 'xmlsec1, PIN typed' "$rc $(tries card auth)" '0 3'
	ok 'xmlsec1 verifies it' env -u OPENSSL_CONF xmlsec1 --verify \
	    --trusted-pem ca.pem b.xml
	xml --lax-key-search --privkey-pem wrong.key,card.pem
	one_try 'xmlsec1, wrong PIN'
}

if has xmlsec1; then
	cat >a.xml <<-END
	<doc>
	<text>Hello</text>
	<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">
	<SignedInfo>
	<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
	<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
	<Reference URI="">
	<Transforms>
	<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
	</Transforms>
	<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
	<DigestValue/>
	</Reference>
	</SignedInfo>
	<SignatureValue/>
	<KeyInfo><X509Data/></KeyInfo>
	</Signature>
	</doc>
	END
	version=$(xmlsec1 --version | cut -d' ' -f2)
	case $version in
	1.2.*)
		# These take a key for a private one only if it shows its
		# private exponent.
		xml --privkey-pem pin.key,card.pem
		is 'xmlsec1 1.2 finds no private key, and no try is lost' \
		    "$((rc != 0)) $(n_verify) $(tries card auth)" '1 0 3'
		skip 'xmlsec1' "$version takes no keys on cards, 1.3 does"
		;;
	*)
		xml_signs
		;;
	esac
	if xmlsec1 --help-sign 2>&1 | grep -q privkey-openssl-store; then
		xml --lax-key-search --privkey-openssl-store \
		    "jpki://auth?reader=soft:$tmp/card&pin-source=file:$tmp/auth.pin"
		signs 'xmlsec1, URI'
	else
		skip 'xmlsec1, URI' "$version has no --privkey-openssl-store"
	fi
fi
finish
