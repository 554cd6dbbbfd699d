#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# TLS with the configuration that is installed: peers that name SHA-512 first,
# which the card's PSS has not, and keys that are not on a card, which lose
# nothing by it.
. "$(dirname "$0")/talk.sh"
late=rsa_pss_rsae_sha512:rsa_pss_rsae_sha384:rsa_pss_rsae_sha256
late=$late:RSA+SHA512:RSA+SHA384:RSA+SHA256
must='-Verify 1 -verify_return_error -CAfile card/auth-ca.pem'

# The card as the client.
for v in 1.3 1.2; do
	server -tls$(echo $v | tr . _) -cert file.pem -key file.key $must \
	    -client_sigalgs $late
	client $jpki -cert $A -key $A
	is "$v: SHA-512 first and nothing configured: no log-in" \
	    "$((rc != 0)) $(tries card auth)" '1 3'
	ok "$v: the message says what to set" grep -q \
	    ':jpki:.*ClientSignatureAlgorithms = rsa_pss_rsae_sha256:RSA+SHA256' \
	    log/err
	use_provider
	client -cert $A -key $A
	unset OPENSSL_CONF
	talked "$v: as shipped, it logs in" TLSv$v 15 1 1
	stop server
done

# The card as the server: the line of the manual, in the server's own file.
sed 's/^ClientSig.*/&\nSignatureAlgorithms = rsa_pss_rsae_sha256:RSA+SHA256:RSA+SHA384:RSA+SHA512/' \
    "$shipped/openssl-jpki.cnf" >server.cnf
grep -q '^SignatureAlgorithms' server.cnf || result 1 "server.cnf"
for v in 1.3 1.2; do
	server -tls$(echo $v | tr . _) $jpki -cert card.pem -key $A
	client -sigalgs $late
	is "$v: a server with the card, nothing configured: serves nobody" \
	    $((rc != 0)) 1
	ok "$v: it says what to set" \
	    grep -q ':jpki:.*SignatureAlgorithms' log/server
	stop server
	OPENSSL_CONF=$tmp/server.cnf
	export OPENSSL_CONF
	server -tls$(echo $v | tr . _) -cert card.pem -key $A
	unset OPENSSL_CONF
	client -sigalgs $late
	talked "$v: with the manual's line it serves" TLSv$v 0 0 0
	stop server
done

# Keys in files, on both sides: what is shipped takes nothing away.
make() {
	openssl req -config certificates.cnf -x509 -nodes -subj /CN=localhost \
	    -keyout "$1.key" -out "$1.pem" -newkey "$2" \
	    ${3:+-pkeyopt "$3"} 2>log/err || result 1 "a certificate of $1"
}
make p256 ec ec_paramgen_curve:P-256
make p384 ec ec_paramgen_curve:P-384
make ed25519 ed25519
make rsa rsa:2048
make rsa-pss rsa-pss rsa_keygen_bits:2048
for v in 1.3 1.2; do
	for kind in p256 p384 ed25519 rsa rsa-pss; do
		for side in client server both; do
			[ $side = client ] || use_provider
			server -tls$(echo $v | tr . _) -cert $kind.pem \
			    -key $kind.key -Verify 1 -verify_return_error \
			    -CAfile $kind.pem
			use_provider
			[ $side != server ] || unset OPENSSL_CONF
			client -cert $kind.pem -key $kind.key -CAfile $kind.pem
			unset OPENSSL_CONF
			talked "$v: $kind in a file, as shipped: $side" \
			    TLSv$v 0 0 0
			stop server
		done
	done
	use_provider
	server -tls$(echo $v | tr . _) -cert p256.pem -key p256.key $must
	client -cert $A -key $A -CAfile p256.pem
	talked "$v: the card, at a server with another kind of key" \
	    TLSv$v 15 1 1
	stop server
	unset OPENSSL_CONF
done
finish
