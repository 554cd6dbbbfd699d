#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# examples.sh SOURCE BUILD [provider]: the programs of examples/ on software
# cards; what they make is checked by plain openssl.
. "$(dirname "$0")/tap.sh"
. "$here/server.sh"
source=$1 examples=$2/examples provider=${3:-}
LD_LIBRARY_PATH=$2/lib
JPKI_READER=soft:card
export LD_LIBRARY_PATH JPKI_READER

# refused TEXT DESCRIPTION: the last run failed, gave out nothing, and said
# this and what to do.
refused() {
	[ "$rc" -eq 1 ] && [ ! -s log/out ] && said | grep -q -e "$1" &&
	    [ "$(said | wc -l)" -ge 2 ]
	result $? "$2"
}

verified() {
	openssl dgst -sha256 -verify "$1.pub" -signature "$2.sig" "$2"
}

fresh_card() {
	new_card card card
	for key in auth sign; do
		openssl x509 -in card/$key.pem -noout -pubkey -out $key.pub
	done
}

# sign.c, and the same in Python: a digest in, a signature out.
fresh_card
openssl dgst -sha256 -binary a >digest
for program in "$examples/sign" "$PYTHON $source/examples/sign.py"; do
	name=${program##*/}
	fresh_card
	stdin=digest
	run $program file:auth.pin
	works "$name signs"
	is "$name: one PIN, one signature" "$(n_verify) $(n_sign)" "1 1"
	cp log/out a.sig
	ok "$name: it verifies" verified auth a
	ok "$name: the last command logs out" sh -c \
	    'grep "^> " log/err | tail -1 | grep -q "^> 00A4040C"'
	run $program file:auth.pin soft:card
	works "$name takes a reader"
	run $program file:wrong.pin
	refused '2 tries left' "$name: a wrong PIN"
	run $program file:auth.pin
	refused 'nobody typed' "$name: then none from a file is sent"
	is "$name: nothing was sent" "$(n_verify) $(tries card auth)" "0 2"
	fresh_card
	run $program
	refused 'terminal' "$name: no terminal"
	run $program file:auth.pin soft:none
	refused 'card' "$name: no card"
	stdin=a
	run $program file:auth.pin
	[ "$rc" -eq 1 ] && [ ! -s log/out ] && [ "$(n_sign)" -eq 0 ]
	result $? "$name: no digest"
	is "$name: no try was used" "$(tries card auth)" 3
	typed 1234 sh -c "$program <digest 3>&1 >a.sig"
	is "$name asks on a terminal, and shows no PIN" \
	    "$rc $(grep -c 'auth PIN' log/out) $(grep -c 1234 log/out)" "0 1 0"
	ok "$name: it verifies" verified auth a
done
stdin=digest
run sh -c '"$1" file:auth.pin >/dev/full' sh "$examples/sign"
is "sign: an output that cannot be written" "$rc $(said)" \
    "1 sign: No space left on device"
stdin=/dev/null

# usable.c
fresh_card
run "$examples/usable"
is "usable" "$rc $(n_verify)" "0 0"
ok "it says for how long" grep -q 'days left: [0-9]*, tries left: 3)$' log/out
LANG=ja_JP.UTF-8 LC_ALL= run "$examples/usable"
ok "in Japanese" grep -q '^期限内（残り [0-9]* 日、暗証番号は残り 3 回）$' log/out
for i in 1 2 3; do
	run jpki-sign --last-try --pin-source file:wrong.pin auth a
done
run "$examples/usable"
is "a locked PIN" "$rc $(sed 's/.*, //' log/out)" "1 tries left: 0)"
fresh_card
jpki-softcard set card auth-not-after=2024-01-31
run "$examples/usable"
is "an expired certificate" "$rc" 1
run "$examples/usable" soft:none
is "no card is no answer" "$rc $(wc -c <log/out)" "2 0"

# batch.c: many files, one PIN, one run.
fresh_card
run "$examples/batch" file:sign.pin a b c
works "batch"
is "one PIN, three signatures" "$(n_verify) $(n_sign)" "1 3"
for f in a b c; do
	ok "$f verifies" verified sign $f
done
few=$(n_commands)
run "$examples/batch" file:sign.pin a b c a
is "one more costs one command" "$(($(n_commands) - few))" 1
rm -f ./*.sig
run "$examples/batch" file:sign.pin a missing
is "a missing file is found before the card is touched" \
    "$rc $(n_commands) $(said)" "1 0 missing: No such file or directory"
run "$examples/batch" file:wrong-sign.pin a b
refused '4 tries left' "a wrong password"
is "it was sent once, and nothing is signed" \
    "$(n_verify) $(n_sign) $(echo ./*.sig)" "1 0 ./*.sig"
run "$examples/batch" file:sign.pin a
refused 'nobody typed' "then none from a file is sent"
is "nothing was sent" "$(n_verify) $(tries card sign)" "0 4"
fresh_card
mkdir a.sig
run "$examples/batch" file:sign.pin a
is "an output that cannot be written" "$rc $(said)" "1 a.sig: Is a directory"
rmdir a.sig
run "$examples/batch"
is "usage" "$rc $(said | grep -c usage)" "1 1"
typed ABC123 "$examples/batch" tty a
is "it asks on a terminal" "$rc $(grep -c ABC123 log/out)" "0 0"

# transport.c: the card comes over the network.
port=$(free_port)
hex=$(printf ':%04X' "$port")
port_is_open() {
	grep -q "$hex 00000000:0000 0A" /proc/net/tcp
}
serve transport "$examples/transport" "$port"
ready transport port_is_open
run jpki-softcard serve card --vpcd "127.0.0.1:$port"
wait "$pid_transport"
is "transport" "$? $(grep -v '^> ' log/transport)" \
    "0 tries left: 3, last day: $(jpki-softcard show card |
    sed -n 's/^auth-not-after[ =]*//p')"
serve transport "$examples/transport" "$port"
ready transport port_is_open
run jpki-softcard serve card --vpcd "127.0.0.1:$port" --fault 3:drop
wait "$pid_transport"
is "a card that goes away" \
    "$? $(grep -c '^transport: ' log/transport)" "1 1"

[ "$provider" ] || finish

# cms.c
fresh_card
run "$examples/cms" a 'jpki://sign?pin-source=file:sign.pin'
cp log/out a.p7s
works "cms"
is "one signature" "$(n_sign)" 1
ok "it verifies" openssl cms -verify -binary -inform DER -in a.p7s \
    -content a -CAfile card/sign-ca.pem -out /dev/null
typed --again ABC123 sh -c "$examples/cms a 3>&1 >a.p7s"
is "the password is asked for once, and not shown" \
    "$rc $(grep -c 'sign password' log/out) $(grep -c ABC123 log/out)" "0 1 0"
ok "it verifies" openssl cms -verify -binary -inform DER -in a.p7s \
    -content a -CAfile card/sign-ca.pem -out /dev/null
run "$examples/cms" a 'jpki://sign?pin-source=file:wrong-sign.pin'
is "a wrong password" \
    "$rc $(wc -c <log/out) $(said | grep -c '4 tries left') $(n_sign)" "1 0 1 0"
run "$examples/cms" missing
is "a missing file" "$rc $(n_commands)" "1 0"

# xml.c
fresh_card
name='a 1%.txt'
cp a "$name"
run "$examples/xml" "$name" 'jpki://sign?pin-source=file:sign.pin'
cp log/out "$name.sig.xml"
works "xml"
is "one signature" "$(n_sign)" 1
if command -v xmlsec1 >/dev/null; then
	ok "xmlsec1 verifies it" xmlsec1 --verify --trusted-pem \
	    card/sign-ca.pem --enabled-key-data x509 "$name.sig.xml"
else
	skip "xmlsec1 verifies it" "no xmlsec1 here"
fi
run "$examples/xml" missing
is "a missing file" "$rc $(n_commands)" "1 0"

# tls-client.c
make_certificates
port=$(free_port)
hex=$(printf ':%04X' "$port")
port_is_open() {
	grep -q "$hex 0*:0000 0A" /proc/net/tcp /proc/net/tcp6
}
serve server openssl s_server -accept "$port" -cert file.pem -key file.key \
    -CAfile auth-ca.pem -Verify 2 -verify_return_error -www
ready server port_is_open
SSL_CERT_FILE=ca.pem
export SSL_CERT_FILE
pin='jpki://auth?pin-source=file:auth.pin'
owner=$(openssl x509 -in card/auth.pem -noout -subject -nameopt RFC2253 |
    sed 's/^subject=CN=\([^,]*\).*/\1/')
run "$examples/tls-client" "localhost:$port" "$pin"
works "tls-client"
is "TLS 1.3, one signature, and the server knows who came" \
    "$(grep -c TLSv1.3 log/out | sed 's/[1-9][0-9]*/yes/') $(n_sign) \
$(grep -c "$owner" log/out)" "yes 1 1"
run "$examples/tls-client" "localhost:$port" \
    'jpki://auth?pin-source=file:wrong.pin'
is "a wrong PIN" "$rc $(wc -c <log/out) $(said | grep -c '2 tries left')" \
    "1 0 1"
fresh_card
SSL_CERT_FILE=auth-ca.pem run "$examples/tls-client" "localhost:$port" "$pin"
is "a server that is not trusted" \
    "$rc $(wc -c <log/out) $(n_sign) $(said | grep -c 'verify failed')" \
    "1 0 0 1"
run "$examples/tls-client" "127.0.0.1:$port" "$pin"
is "a server with another name" "$rc $(n_sign)" "1 0"
jpki-softcard set card pss=off
use_pkcs1
run "$examples/tls-client" "localhost:$port" "$pin"
is "a card without PSS, with jpki-tls.cnf" "$rc $(n_sign)" "0 1"
finish
