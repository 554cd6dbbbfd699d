#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every command of the openssl program that takes a key or a certificate: what
# it costs in card commands, VERIFYs and signatures, that its result is good,
# and that a wrong PIN costs one try, however it comes.
#
# commands.sh [WORDS]: only the rows with these words in them.
. "$(dirname "$0")/ssl.sh"

# Certificates: of the card's own making, since its own certificate is made
# for logging in only.
cat >ca.cnf <<END
[req]
distinguished_name = name
[name]
[ca]
default_ca = authority
[authority]
database = index
serial = serial
crlnumber = crlnumber
new_certs_dir = .
default_md = sha256
default_days = 30
default_crl_days = 30
policy = policy
unique_subject = no
[policy]
commonName = supplied
[self]
basicConstraints = critical, CA:true
keyUsage = keyCertSign, cRLSign, digitalSignature
[stamp]
extendedKeyUsage = critical, timeStamping
[tsa]
serial = serial
default_policy = 1.2.3.4
digests = sha256
signer_digest = sha256
END
: >index
echo 1000 >serial
echo 1000 >crlnumber
openssl req -config ca.cnf -newkey rsa:2048 -nodes -keyout user.key \
    -out user.csr -subj /CN=user 2>log/err ||
    result 1 'a request of another key'
openssl ts -query -config ca.cnf -data a -sha256 -cert -out tsq 2>log/err ||
    result 1 'a request for a time stamp'
openssl dgst -sha256 -binary -out hash a
(printf '\060\061\060\015\006\011\140\206\110\001\145\003\004\002\001\005\000\004\040'
    cat hash) >info
openssl dgst -sha256 -sign card/auth.key -out good.sig a
certificate() {
	openssl x509 -in auth.pem -noout "$@" -nameopt compat | sed 's/^[^=]*=//'
}
subject=$(certificate -subject) issuer=$(certificate -issuer)
serial=0x$(certificate -serial) fingerprint=$(certificate -sha256 -fingerprint)

# What the rows are checked with; plain openssl, without the provider.
found() {
	# OpenSSL 3.5 says nothing where it found nothing.
	[ "$(sed -n 's/^Total found: //p' log/out)" = "$1" ] ||
	    { [ "$1" -eq 0 ] && ! grep -q '^Total found' log/out; }
}
has() {
	grep -aq -e "$*" log/out log/err
}
hasnt() {
	! has "$@"
}
sig() {
	openssl dgst -sha256 -verify auth.pub -signature sig a
}
same() {
	cmp "$1" "$2"
}
req() {
	openssl req -config ca.cnf -in csr -verify -noout
}
issued() {
	openssl verify -partial_chain -CAfile "$1" "$2"
}
by_card() {
	[ "$(openssl x509 -in "$1" -noout -issuer -nameopt compat)" = \
	    "issuer=$subject" ]
}
cms() {
	openssl cms -verify -binary -inform DER -in p7 -content a \
	    -CAfile card/sign-ca.pem -out verified && cmp verified a
}
cms_auth() {
	openssl cms -verify -binary -inform DER -in p7 -content a \
	    -CAfile card/auth-ca.pem -purpose any -out verified &&
	    cmp verified a
}
resigned() {
	[ "$(openssl cms -cmsout -print -inform DER -in p7b |
	    grep -c 'd.issuerAndSerialNumber')" -eq 2 ]
}
smime() {
	openssl smime -verify -in mail -CAfile card/sign-ca.pem
}
crl() {
	openssl crl -in "$1" -CAfile self -noout 2>&1 | grep -q 'verify OK'
}
ocsp_request() {
	openssl asn1parse -inform DER -in ocsp.req | grep -q sha256With
}
ocsp() {
	openssl ocsp -respin ocsp.resp -CAfile self -issuer self -cert user \
	    -no_nonce | grep -q 'user: good'
}
stamp() {
	openssl ts -verify -in tsr -queryfile tsq -CAfile tsa.pem \
	    -config ca.cnf
}
spkac() {
	openssl spkac -in spkac -verify -noout
}
fine() {
	:
}

# One row each: exit code, card commands, VERIFYs and signatures; the check;
# the command. $A and $S are the card's URIs, $W is a key file for $A.
rows() {
	cat <<'END'
0  0 0 0 | has jpki @ jpki      | list -store-loaders
0  0 0 0 | has rsaEncryption } @ jpki | list -key-managers
0  0 0 0 | has JPKI-RSA-SIGN @ jpki | list -signature-algorithms
0  0 0 0 | hasnt @ jpki         | list -digest-algorithms -cipher-algorithms -kdf-algorithms -random-generators -asymcipher-algorithms
0  5 0 0 | found 4              | storeutl -noout jpki:
0 24 0 0 | found 3              | storeutl -noout -certs jpki:
0 24 0 0 | found 1              | storeutl -noout -certs -subject "$subject" jpki:
0 24 0 0 | found 1              | storeutl -noout -certs -issuer "$issuer" -serial "$serial" jpki:
0 24 0 0 | found 1              | storeutl -noout -certs -sha256 -fingerprint "$fingerprint" jpki:
0 10 0 0 | found 1              | storeutl -noout -certs -alias auth jpki:
0  0 0 0 | found 0              | storeutl -noout -certs -alias sign-ca $S
0  0 0 0 | found 0              | storeutl -noout -certs -alias nobody jpki:
0 24 0 0 | found 0              | storeutl -noout -certs -subject /CN=nobody jpki:
0  0 0 0 | found 0              | storeutl -noout -crls jpki:
0 10 0 0 | found 1              | storeutl -noout -certs jpki://auth
0  9 0 0 | found 1              | storeutl -noout -certs jpki://auth-ca
0  9 0 0 | found 1              | storeutl -noout -certs jpki://sign-ca
0 14 1 0 | found 1              | storeutl -noout -certs $S
0  2 0 0 | found 1              | storeutl -noout -keys $A
0 14 1 0 | found 2              | storeutl -noout $S
0 10 1 1 | sig                  | dgst -sha256 -sign $A -out sig a
0 10 0 0 | has Verified OK      | dgst -sha256 -verify jpki://auth -signature good.sig a
0 10 0 0 | has Verified OK      | dgst -sha256 -prverify $A -signature good.sig a
0 10 1 1 | sig                  | pkeyutl -sign -inkey $A -pkeyopt digest:sha256 -in hash -out sig
0 10 1 1 | sig                  | pkeyutl -sign -inkey $A -rawin -digest sha256 -in a -out sig
0 10 1 1 | sig                  | pkeyutl -sign -inkey $A -in info -out sig
0 10 0 0 | has Verified Success | pkeyutl -verify -pubin -inkey jpki://auth -pkeyopt digest:sha256 -in hash -sigfile good.sig
0 10 0 0 | has Verified Success | pkeyutl -verify -certin -inkey jpki://auth -pkeyopt digest:sha256 -in hash -sigfile good.sig
0 10 0 0 | fine                 | pkeyutl -encrypt -pubin -inkey jpki://auth -in a -out encrypted
0 10 1 1 | sig                  | rsautl -sign -inkey $A -in info -out sig
0 10 0 0 | same pub auth.pub    | pkey -in $A -pubout -out pub
0 10 0 0 | same pub auth.pub    | pkey -pubin -in jpki://auth -pubout -out pub
0 10 0 0 | has Key is valid     | pkey -in $A -check -noout
0 10 0 0 | has cannot be exported | pkey -in $A -text -noout
0 10 0 0 | has jpki://auth      | rsa -in $A -text -noout
0 10 0 0 | same pub auth.pub    | rsa -in $A -pubout -out pub
0 10 0 0 | has Modulus=         | rsa -in $A -modulus -noout
0 15 1 1 | req                  | req -config ca.cnf -new -key $A -subj /CN=card -out csr
0 15 1 1 | issued self self     | req -config ca.cnf -x509 -extensions self -key $A -subj /CN=card -out self
0 15 1 1 | issued self self     | x509 -req -in csr -extfile ca.cnf -extensions self -signkey $A -out self
0 15 1 1 | issued self user     | x509 -req -in user.csr -CA self -CAkey $A -set_serial 1 -out user
0 15 1 1 | by_card user         | x509 -req -in user.csr -CA $A -CAkey $A -set_serial 1 -out user
0 15 1 1 | issued tsa.pem tsa.pem | x509 -req -in csr -extfile ca.cnf -extensions stamp -signkey $A -out tsa.pem
0 10 0 0 | has subject=         | x509 -in jpki://auth -noout -subject
0 15 1 1 | crl crl              | ca -config ca.cnf -gencrl -keyfile $A -cert self -out crl
0 15 1 1 | issued self user     | ca -config ca.cnf -batch -keyfile $A -cert self -in user.csr -out user
0 15 1 1 | crl crl2             | ca -config ca.cnf -gencrl -keyfile $A -cert self -out crl2
0 15 1 1 | crl delta            | crl -in crl -gendelta crl2 -key $A -sha256 -out delta
0 19 2 1 | cms                  | cms -sign -binary -signer $S -in a -outform DER -out p7
0 19 2 1 | cms                  | cms -sign -binary -signer $S -inkey $S -in a -outform DER -out p7
0 19 2 1 | cms                  | cms -sign -binary -noattr -signer $S -in a -outform DER -out p7
0 26 2 1 | cms                  | cms -sign -binary -signer $S -certfile jpki://sign-ca -in a -outform DER -out p7
0 15 1 1 | resigned             | cms -resign -signer $A -in p7 -inform DER -outform DER -out p7b
0 15 1 1 | cms_auth             | cms -sign -binary -signer auth.pem -inkey $A -in a -outform DER -out p7
0 19 2 1 | smime                | smime -sign -signer $S -in a -out mail
0 15 1 1 | ocsp_request         | ocsp -issuer self -cert user -signer self -signkey $A -reqout ocsp.req
0 15 1 1 | ocsp_request         | ocsp -issuer self -cert user -signer $A -reqout ocsp.req
0 15 1 1 | ocsp                 | ocsp -index index -CA self -rsigner self -rkey $A -reqin ocsp.req -respout ocsp.resp
0 15 1 1 | spkac                | spkac -key $A -digest sha256 -out spkac
0 10 1 1 | sig                  | dgst -sha256 -sign $W -out sig a
0 10 1 1 | sig                  | pkeyutl -sign -inkey $W -rawin -digest sha256 -in a -out sig
0 15 1 1 | req                  | req -config ca.cnf -new -key $W -subj /CN=card -out csr
0 15 1 1 | cms_auth             | cms -sign -binary -signer auth.pem -inkey $W -in a -outform DER -out p7
0 15 1 1 | stamp                | ts -reply -config ca.cnf -section tsa -queryfile tsq -inkey $W -signer tsa.pem -out tsr
0 10 0 0 | same pub auth.pub    | pkey -in $W -pubout -out pub
0  2 0 0 | found 1              | storeutl -noout -keys $W
0 10 0 0 | has OK               | verify -CAfile card/auth-ca.pem jpki://auth
0  9 0 0 | has OK               | verify -trusted jpki://auth-ca auth.pem
0  9 0 0 | has OK               | verify -CAstore jpki://auth-ca auth.pem
0 24 0 0 | has OK               | verify -CAstore jpki: auth.pem
END
}

# What must fail, and not for a PIN: exit code, card commands; the words.
refused_rows() {
	cat <<'END'
1  2 | only a digest  | rsautl -sign -inkey $A -in a -out sig
1  2 | only a digest  | pkeyutl -sign -inkey $A -in a -out sig
1  2 | supported      | pkeyutl -decrypt -inkey $A -in encrypted -out decrypted
1 10 | cannot leave the card | pkcs12 -export -inkey $A -in auth.pem -passout pass:x -out p12
1  2 | cannot leave the card | pkey -in $A -out key.pem
1  2 | cannot leave the card | pkey -in $A
1  2 | cannot leave the card | rsa -in $A -out key.pem
1  2 | cannot leave the card | rsa -in $A -traditional -out key.pem
1  2 | cannot leave the card | pkey -in $A -aes256 -passout pass:xyz -out key.pem
1  0 | CA certificate | storeutl -noout -keys jpki://auth-ca
1  0 | No such file   | pkcs8 -topk8 -in $A -out key.pem
1  2 | cannot leave the card | pkcs8 -topk8 -nocrypt -in $W -out key.pem
2  0 | no CA certificates | verify -CAstore jpki://anchors auth.pem
1  0 | nobody         | storeutl -noout jpki://nobody
1  0 | pin-sorce      | dgst -sha256 -sign jpki://auth?pin-sorce=x -out sig a
END
}


# PINs: right ones, wrong ones, and none in the URI.
for pin in auth wrong; do
	jpki-wrap "jpki://auth?pin-source=file:$tmp/$pin.pin" >$pin.key
done
jpki-wrap jpki://auth >none.key
right() {
	W=auth.key
	A='jpki://auth?pin-source=file:auth.pin'
	S='jpki://sign?pin-source=file:sign.pin'
}
wrong() {
	W=wrong.key
	A='jpki://auth?pin-source=file:wrong.pin'
	S='jpki://sign?pin-source=file:wrong-sign.pin'
}
none() {
	W=none.key
	A=jpki://auth S=jpki://sign
}

# with RUNNER... -- COMMAND: the row's command in words, by ssl or the like.
with() {
	runner=
	while [ "$1" != -- ]; do
		runner="$runner $1"
		shift
	done
	eval "set -- $runner ${2%% *} ${2#* }"
	"$@"
}

ssl_closed() {
	command=$1
	shift
	run sh -c 'exec "$@" <&-' - openssl "$command" $order "$@"
}

# one_try TRIES VERIFIES DESCRIPTION: the last run failed if it would have
# sent a PIN, which it did this often; what that leaves.
one_try() {
	got="$(n_verify) $(tries card auth)$(tries card sign)"
	# ts writes a reply that says no.
	case $3 in
	ts*) ;;
	*)
		[ "$2" -eq 0 ] || [ "$rc" -ne 0 ] || got="$got, exit code 0"
		;;
	esac
	! shows_pin log/err || got="$got, a PIN is shown"
	# spkac tells nobody's reasons.
	[ "$2" -eq 0 ] || grep -q -e ':jpki:.*tries left' -e SPKAC log/err ||
	    got="$got, and it does not say what is left"
	is "$3" "$got" "$2 $1"
	jpki-softcard unlock card
}

# misses COMMAND VERIFIES: a wrong PIN in every way that there is.
misses() {
	left=35 sent=0 pin=9999
	if [ "$2" -gt 0 ]; then
		left=25 sent=1
	fi
	case $1 in *'$S'*)
		pin=XYZ999
		[ $sent -eq 0 ] || left=34
	esac
	wrong
	with ssl -- "$1"
	one_try $left $sent "$1: wrong, from a file"
	with ssl_closed -- "$1"
	one_try $left $sent "$1: wrong, standard input closed"
	none
	with ssl_closed -- "$1"
	one_try 35 0 "$1: no PIN, standard input closed"
	with ssl -- "$1"
	one_try 35 0 "$1: no PIN, no terminal"
	yes $pin | head -n 100 >answers
	stdin=answers
	with ssl -- "$1"
	stdin=/dev/null
	one_try $left $sent "$1: no terminal, the same answer for ever"
	with ssl_typed --again $pin -- "$1"
	cp log/out log/err
	one_try $left $sent "$1: the same answer for ever, typed"
}

rows >table
while IFS='|' read -r costs check row; do
	row=${row# }
	case $row in *"${1:-}"*) ;; *) continue ;; esac
	# As words: without the blanks that make columns.
	costs=$(echo $costs) check=$(echo $check)
	case $row in *'$A'* | *'$S'* | *'$W'*)
		misses "$row" "$(echo "$costs" | cut -d' ' -f3)"
	esac
	right
	with ssl -- "$row"
	is "$row" "$rc $(n_commands) $(n_verify) $(n_sign)" "$costs"
	ok "$row: ${check%% *}" $check
done <table

refused_rows >table
right
while IFS='|' read -r costs text row; do
	row=${row# }
	case $row in *"${1:-}"*) ;; *) continue ;; esac
	costs=$(echo $costs) text=$(echo $text)
	rm -f key.pem p12
	with ssl -- "$row"
	is "$row" "$rc $(n_commands) $(n_sign)" "$costs 0"
	ok "$row: says why, writes nothing" sh -c \
	    'grep -q -e "$1" log/err && [ ! -s key.pem ] && [ ! -s p12 ]' \
	    - "$text"
done <table
if [ -n "${JPKI_TEST_JLIS_CA:-}" ]; then
	echo "anchors = $JPKI_TEST_JLIS_CA" >conf
	JPKI_CONF=$tmp/conf ssl storeutl -noout -certs jpki://anchors
	is 'the authorities, from their files and without a card' \
	    "$rc $(n_commands) $(found 6 && echo all)" '0 0 all'
else
	skip 'the authorities' 'JPKI_TEST_JLIS_CA is not set'
fi
is 'no try is lost' "$(tries card auth) $(tries card sign)" '3 5'
finish
