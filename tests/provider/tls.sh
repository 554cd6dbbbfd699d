#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# TLS by the openssl program, with the card on either side or both, and the
# settings that everybody has.
. "$(dirname "$0")/talk.sh"
wrong='jpki://auth?pin-source=file:wrong.pin'

# OpenSSL 3.5 has other names for them.
pss='type: \(RSA-PSS\|rsa_pss_rsae_sha256\)$'
pkcs1='type: \(RSA\|rsa_pkcs1_sha[0-9]*\)$'

must='-Verify 1 -verify_return_error -CAfile card/auth-ca.pem'
for v in 1.3 1.2; do
	option=-tls$(echo $v | tr . _)
	server $option -cert file.pem -key file.key $must
	client $jpki -cert $A -key $A
	talked "$v: the card's owner logs in" TLSv$v 15 1 1
	ok "$v: with PSS" grep "ignature $pss" log/server
	client $jpki -cert $A
	talked "$v: by the certificate's name alone" TLSv$v 15 1 1
	client -provider jpki -provider default -cert auth.pem -key $A
	talked "$v: jpki first, certificate in a file" TLSv$v 15 1 1
	client
	is "$v: nobody else does" $((rc != 0)) 1
	client $jpki -cert $A -key $wrong
	is "$v: a wrong PIN: one try" \
	    "$((rc != 0)) $(n_verify) $(tries card auth)" '1 1 2'
	ok "$v: it says so" grep -q ':jpki:.*2 tries left' log/err
	jpki-softcard unlock card
	client $jpki -cert auth.pem -key jpki://auth
	is "$v: no PIN and no terminal: no try" \
	    "$((rc != 0)) $(n_verify) $(tries card auth)" '1 0 3'
	typed --again 9999 openssl s_client -unix $here_socket -ign_eof \
	    -CAfile ca.pem $jpki -cert auth.pem -key jpki://auth
	is "$v: a wrong PIN typed for ever: one try" \
	    "$((rc != 0)) $(tries card auth)" '1 2'
	jpki-softcard unlock card
	stop server

	server $option $jpki -cert card.pem -key $A
	client
	talked "$v: the card is the server" TLSv$v 0 0 0
	ok "$v: with PSS" grep -a "^Peer signature $pss" log/out
	client
	talked "$v: again" TLSv$v 0 0 0
	is "$v: a signature each" "$(signed_by server) $(verified_by server)" \
	    '2 2'
	stop server

	server $option $jpki -cert card.pem -key $A $must
	client $jpki -cert $A -key $A
	talked "$v: the card on both sides" TLSv$v 15 1 1
	is "$v: one signature each" "$(signed_by server)" 1
	stop server

	server $option $jpki -cert card.pem -key $wrong
	for i in 1 2 3; do
		client
		is "$v: a server with a wrong PIN serves nobody" $((rc != 0)) 1
	done
	is "$v: and spends one try" \
	    "$(verified_by server) $(tries card auth)" '1 2'
	jpki-softcard unlock card
	stop server
done

# Whoever is asked, but need not answer.
server -cert file.pem -key file.key -verify 1 -CAfile card/auth-ca.pem
client $jpki -cert $A -key $A
talked 'a login that is optional' TLSv1.3 15 1 1
client $jpki
talked 'and left out' TLSv1.3 0 0 0
stop server

# By certificates only, of the card's authority: no PIN.
server -cert file.pem -key file.key $jpki -Verify 1 -verify_return_error \
    -verifyCAstore jpki://auth-ca -chainCAstore jpki://auth-ca
client $jpki -cert $A -key $A
talked 'the server takes the authority from a card' TLSv1.3 15 1 1
is 'which needs no PIN' "$(verified_by server)" 0
stop server

# A card that makes PKCS#1 v1.5 signatures only.
jpki-softcard set card pss=off
for v in 1.3 1.2; do
	server -tls$(echo $v | tr . _) -cert file.pem -key file.key $must
	client $jpki -cert $A -key $A
	is "$v: a card without PSS fails" $((rc != 0)) 1
	for word in 'ClientSignatureAlgorithms = RSA+SHA256:RSA+SHA384' \
	    'MaxProtocol = TLSv1.2'; do
		ok "$v: the message says: $word" grep -q ":jpki:.*$word" log/err
	done
	is "$v: no try is lost" "$(tries card auth)" 3
	stop server
done

# With the two lines of jpki-tls.cnf it logs in; servers that need not know
# who comes lose nothing.
for must in "$must" '-verify 1 -CAfile card/auth-ca.pem'; do
	server -cert file.pem -key file.key $must
	(
		use_pkcs1
		client -cert $A -key $A
		echo $rc >log/rc
	)
	rc=$(cat log/rc)
	talked "a card without PSS, with jpki-tls.cnf (${must%% *})" \
	    TLSv1.2 15 1 1
	stop server
	ok 'by PKCS#1' grep "ignature $pkcs1" log/server
done

# As a server it needs them, too: its clients need not, and take no harm where
# they have them.
server $jpki -cert card.pem -key $A
client
is 'a server with a card without PSS serves nobody' $((rc != 0)) 1
ok 'and says why' grep -q ':jpki:.*a server: SignatureAlgorithms' log/server
stop server
OPENSSL_CONF=
use_pkcs1
server -cert card.pem -key $A
unset OPENSSL_CONF
client
talked 'with jpki-tls.cnf it serves' TLSv1.2 0 0 0
ok 'by PKCS#1' grep -a "^Peer signature $pkcs1" log/out
(
	use_pkcs1
	client
	echo $rc >log/rc
)
rc=$(cat log/rc)
talked 'with jpki-tls.cnf on both sides' TLSv1.2 0 0 0
stop server
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout ec.key -subj /CN=localhost -config certificates.cnf -out ec.pem \
    2>log/err || result 1 'a certificate'
server -cert ec.pem -key ec.key $must
(
	use_pkcs1
	client -cert $A -key $A -CAfile ec.pem
	echo $rc >log/rc
)
rc=$(cat log/rc)
talked 'jpki-tls.cnf, and a server with another kind of key' TLSv1.2 15 1 1
stop server

# So it does without, if the server asks for it.
server -tls1_2 -cert file.pem -key file.key $must \
    -client_sigalgs RSA+SHA256:RSA+SHA384:RSA+SHA512
client $jpki -cert $A -key $A
talked 'a card without PSS, and a server that says so' TLSv1.2 15 1 1
stop server
finish
