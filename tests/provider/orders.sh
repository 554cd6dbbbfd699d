#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Other people's work is untouched: what OpenSSL does without the provider it
# does with it, loaded first or last, and no card hears of it. And the card
# signs with the provider first, last or alone.
. "$(dirname "$0")/ssl.sh"
. "$here/server.sh"
make_certificates
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key \
    2>log/err || result 1 'a key'
openssl pkey -in ec.key -pubout -out ec.pub
openssl pkey -in file.key -pubout -out file.pub
openssl dgst -sha1 -sign ec.key -out ec.sig a
openssl cms -encrypt -in a -outform DER -out enveloped file.pem

# What gives the same output every time: standard output is compared with
# OpenSSL's own.
deterministic() {
	cat <<'END'
dgst -sha1 -sign file.key a
dgst -sha256 -sign file.key -sigopt rsa_padding_mode:x931 a
dgst -sha256 -verify file.pub -signature file.sig a
dgst -sha1 -verify ec.pub -signature ec.sig a
dgst -sha3-256 a
pkeyutl -sign -inkey file.key -in a
pkeyutl -decrypt -inkey file.key -in encrypted
pkey -in file.key -text
pkey -in ec.key -text
pkey -in file.key -check
pkey -pubin -in file.pub -text
rsa -in file.key -text
rsa -in file.key -check
pkcs8 -topk8 -nocrypt -in file.key
x509 -in file.pem -text
x509 -in file.pem -pubkey -noout
req -in file.csr -verify -text
verify -CAfile ca.pem file.pem
cms -verify -inform DER -in p7 -CAfile ca.pem
cms -decrypt -inform DER -in enveloped -inkey file.key
smime -verify -inform DER -in p7 -CAfile ca.pem
storeutl file.key
storeutl file.pem
storeutl -certs file.pem
pkcs12 -in p12 -passin pass:x -nodes
END
}

# What makes something new: it works.
creative() {
	cat <<'END'
genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out new
genpkey -algorithm ED25519 -out new
req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout new -subj /CN=x -config certificates.cnf -out csr
req -new -key file.key -subj /CN=x -config certificates.cnf -out csr
x509 -req -in file.csr -CA ca.pem -CAkey ca.key -set_serial 7 -out new
x509 -req -in file.csr -signkey file.key -out new
dgst -sha256 -sigopt rsa_padding_mode:pss -sign file.key -out sig a
cms -sign -signer file.pem -inkey file.key -in a -out mail
cms -encrypt -in a -out mail file.pem
pkcs12 -export -inkey file.key -in file.pem -passout pass:x -out p12.new
pkeyutl -encrypt -pubin -inkey file.pub -in a -out encrypted.new
speed -seconds 1 -bytes 16 -evp sha256
speed -seconds 1 rsa2048
genrsa -out new 2048
genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out new
genpkey -algorithm RSA -pkeyopt rsa_keygen_pubexp:3 -text -out new
req -newkey rsa:2048 -nodes -keyout new -subj /CN=x -config certificates.cnf -out csr
req -x509 -newkey rsa:2048 -nodes -keyout new -subj /CN=x -config certificates.cnf -out new.pem
req -newkey rsa:2048 -passout pass:x -keyout new -subj /CN=x -config certificates.cnf -out csr
END
}

openssl dgst -sha256 -sign file.key -out file.sig a
openssl pkeyutl -encrypt -pubin -inkey file.pub -in a -out encrypted
openssl cms -sign -binary -nodetach -signer file.pem -inkey file.key -in a \
    -outform DER -out p7
openssl pkcs12 -export -inkey file.key -in file.pem -passout pass:x -out p12
mkdir want
deterministic >table
i=0
while read -r row; do
	i=$((i + 1))
	order='-provider default' ssl $row
	if [ "$rc" -eq 0 ]; then
		cp log/out want/$i
	else
		skip "$row" 'this OpenSSL does not do it alone either'
	fi
done <table

# silent: the last run said no error, and no card was asked.
silent() {
	[ "$rc" -eq 0 ] && ! grep -q ':error:' log/err &&
	    [ "$(n_commands)" -eq 0 ]
}

for order in '-provider default -provider jpki' \
    '-provider jpki -provider default'; do
	deterministic >table
	i=0
	while read -r row; do
		i=$((i + 1))
		[ -f want/$i ] || continue
		ssl $row
		silent && cmp log/out want/$i
		result $? "$order: $row"
	done <table
	creative >table
	while read -r row; do
		ssl $row
		silent
		result $? "$order: $row"
	done <table

	# TLS, both ways, with keys in files.
	for v in 1.3 1.2; do
		option=-tls$(echo $v | tr . _)
		rm -f $here_socket
		serve server openssl s_server $order $option -unix $here_socket \
		    -rev -cert file.pem -key file.key -CAfile ca.pem \
		    -Verify 1 -verify_return_error
		ready server listening $here_socket
		printf 'hello\nCLOSE\n' >talk
		stdin=talk
		run timeout 600 openssl s_client $order $option -unix $here_socket \
		    -ign_eof -CAfile ca.pem -verify_return_error \
		    -cert file.pem -key file.key
		stdin=/dev/null
		silent && grep -aq olleh log/out
		result $? "$order: TLS $v"
		stop server
		ok "$order: TLS $v asked no card" sh -c '! grep "^> " log/server'
	done
	rm -f $here_socket
done

# The card, with the provider in any company.
for order in '-provider default -provider jpki' \
    '-provider jpki -provider default' '-provider jpki' \
    '-provider jpki -provider base' '-provider base -provider jpki'; do
	A='jpki://auth?pin-source=file:auth.pin'
	ssl dgst -sha256 -sign "$A" -out sig a
	signed "$order: dgst" sha256 auth a
	ssl storeutl -certs -noout jpki://auth
	works "$order: storeutl"
	ssl genrsa -out new 2048
	silent && openssl rsa -in new -check -noout >log/out 2>&1
	result $? "$order: a new key of another kind"
done
finish
