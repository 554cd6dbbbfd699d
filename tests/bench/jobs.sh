# SPDX-License-Identifier: Apache-2.0
#
# What people do with the card, with our programs and with others; sourced by
# table.sh, whose functions job, ours and peer these are. must: a command that
# succeeds if the job was done.
#
# FLOOR is the least number of commands that the card's protocol allows, with
# reads of 256 bytes: no counter is asked before the PIN is sent, no signature
# is checked, the door is left open.

auth='jpki://auth?pin-source=file:auth.pin'
sign='jpki://sign?pin-source=file:sign.pin'
pss='-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32'
prov='-provider default -provider jpki'
dgst='dgst -sha256 -out a.sig'
tool='pkcs11-tool --login --pin 1234 --sign --input a --output a.sig'
key_ours='pkcs11:object=auth;type=private'
token='pkcs11:token=JPKI%20%28User%20Authentication%20PIN%29'
key_theirs="$token;id=%01;type=private"

# by_engine MODULE KEY, by_provider CONFIGURATION KEY: the openssl program by a
# bridge to PKCS#11, as words.
by_engine() {
	echo "env PKCS11_MODULE_PATH=$1 openssl $dgst -engine pkcs11" \
	    "-keyform engine -sign $2?pin-source=$tmp/bridge.pin a"
}

by_provider() {
	echo "env -u OPENSSL_MODULES OPENSSL_CONF=$1 openssl $dgst -sign $2 a"
}

bridge_conf() {
	cat <<-END
	openssl_conf = init
	[init]
	providers = providers
	[providers]
	default = default
	pkcs11 = pkcs11
	[default]
	activate = 1
	[pkcs11]
	module = $modules/pkcs11.so
	pkcs11-module-path = $1
	pkcs11-module-token-pin = file:$tmp/bridge.pin
	activate = 1
	END
}

# Whether pkcs11-provider is there, and starts with such a configuration.
bridge_loads() {
	[ -f "$modules/pkcs11.so" ] && env -u OPENSSL_MODULES \
	    OPENSSL_CONF=ours.cnf openssl list -providers 2>&1 |
	    grep -q '^  pkcs11'
}

sign_jobs() {
	job 3 'Sign a file, PKCS#1'
	must='verified auth'
	ours 11 jpki-sign jpki-sign --pin-source file:auth.pin auth a
	ours 11 'openssl dgst, jpki' openssl $dgst $prov -sign "$auth" a
	ours 8 'openssl dgst, jpki, cert=' \
	    openssl $dgst $prov -sign "$auth&cert=file:auth.pem" a
	ours 16 'pkcs11-tool, jpki-pkcs11' \
	    $tool -m SHA256-RSA-PKCS --module "$module"
	peer 'pkcs11-tool, OpenSC' $tool -m SHA256-RSA-PKCS --module "$opensc"
	if [ -f "$engines/pkcs11.so" ]; then
		ours 21 'openssl dgst, libp11, jpki-pkcs11' \
		    $(by_engine "$module" "$key_ours")
		peer 'openssl dgst, libp11, OpenSC' \
		    $(by_engine "$opensc" "$key_theirs")
	fi
	bridge_conf "$module" >ours.cnf
	bridge_conf "$opensc" >theirs.cnf
	if bridge_loads; then
		peer 'openssl dgst, pkcs11-provider, jpki-pkcs11' \
		    $(by_provider ours.cnf "$key_ours")
		peer 'openssl dgst, pkcs11-provider, OpenSC' \
		    $(by_provider theirs.cnf "$key_theirs")
	fi

}

more_sign_jobs() {
	job 3 'Sign a file, PSS'
	must="verified auth $pss"
	ours 11 'openssl dgst, jpki' openssl $dgst $prov $pss -sign "$auth" a
	with_salt='-m SHA256-RSA-PKCS-PSS --mgf MGF1-SHA256 --salt-len 32'
	ours 16 'pkcs11-tool, jpki-pkcs11' $tool $with_salt --module "$module"
	peer 'pkcs11-tool, OpenSC' $tool $with_salt --module "$opensc"

	job 12 'Sign ten files'
	must='test -s in/9.sig'
	ours 20 jpki-sign jpki-sign --pin-source file:auth.pin auth in/0 in/1 \
	    in/2 in/3 in/4 in/5 in/6 in/7 in/8 in/9
	peer 'pkcs11-tool, OpenSC' sh -c 'for i in 0 1 2 3 4 5 6 7 8 9; do
		"$@" --input in/$i --output in/$i.sig || exit
	    done' sh $tool -m SHA256-RSA-PKCS --module "$opensc"
}

document_jobs() {
	job 3 'Sign a file with the sign key'
	must='verified sign'
	ours 11 jpki-sign jpki-sign --pin-source file:sign.pin sign a
	ours 12 'openssl dgst, jpki' openssl $dgst $prov -sign "$sign" a
	peer 'pkcs15-crypt, OpenSC' pkcs15-crypt --sign --key 02 --sha-256 \
	    --pkcs1 --pin ABC123 --input digest --output a.sig --raw

	job $((3 + $(reads card/sign.pem))) 'Sign a document, certificate enclosed'
	must='test -s a.sig'
	ours 15 jpki-cms jpki-cms --pin-source file:sign.pin --out a.sig sign a
	ours 20 'openssl cms, jpki' openssl cms -sign $prov -binary \
	    -outform DER -signer "$sign" -in a -out a.sig
	! command -v jpki-pdf >/dev/null || ours 15 jpki-pdf \
	    jpki-pdf --pin-source file:sign.pin --out a.sig sign a.pdf
	! command -v jpki-xml >/dev/null || ours 15 jpki-xml \
	    jpki-xml --pin-source file:sign.pin --out a.sig sign a
}

# gnutls VERSION MODULE URI: a client that takes certificate and key from there.
gnutls() {
	echo "env GNUTLS_PIN=1234 gnutls-cli --provider $2 --x509cafile ca.pem" \
	    "--x509certfile $3;type=cert" \
	    "--x509keyfile $3;type=private" \
	    "--priority NORMAL:-VERS-ALL:+VERS-TLS$1 -p $port localhost"
}

log_in_jobs() {
	stdin=request
	for v in 1.3 1.2; do
		job $((3 + $(reads card/auth.pem))) "Log in by TLS $v"
		must="grep -aq TLSv$v log/out"
		ours 16 'openssl s_client, jpki' \
		    env OPENSSL_CONF="$shipped/openssl-jpki.cnf" openssl \
		    s_client -connect "localhost:$port" -CAfile ca.pem \
		    -ign_eof -tls$(echo $v | tr . _) -cert "$auth" -key "$auth"
		ours 21 'gnutls-cli, jpki-pkcs11' \
		    $(gnutls $v "$module" pkcs11:object=auth)
		peer 'gnutls-cli, OpenSC' $(gnutls $v "$opensc" "$token;id=%01")
	done
	stdin=/dev/null
}

# What runs in the background is neither weighed nor counted in instructions.
agent_jobs() {
	ssh_sign='ssh-keygen -Y sign -n file -f key.pub'
	must='grep -q SIGNATURE log/out'
	stdin=a outside=yes
	job $((3 + $(reads card/auth.pem))) 'ssh: list the key, sign once'
	agent_starts jpki-agent -D -a "$tmp/ours" --pin-source "file:$tmp/auth.pin"
	# Only once is the first time.
	often=$times times=1
	ours 16 jpki-agent env SSH_AUTH_SOCK="$tmp/ours" $ssh_sign
	agent_starts ssh-agent -D -a "$tmp/theirs" -P "$opensc"
	peer 'ssh-agent, OpenSC' env SSH_AUTH_SOCK="$tmp/theirs" \
	    sh -c "ssh-add -s '$opensc' 2>&1 && exec $ssh_sign"
	times=$often
	job 3 'ssh: sign once more'
	ours 5 jpki-agent env SSH_AUTH_SOCK="$tmp/ours" $ssh_sign
	peer 'ssh-agent, OpenSC' env SSH_AUTH_SOCK="$tmp/theirs" $ssh_sign
	stdin=/dev/null outside=
	stop ours
	stop theirs
}

ask_jobs() {
	job $((1 + $(reads card/auth.pem))) 'Read the auth certificate'
	must='openssl x509 -in a.sig -noout'
	ours 10 'openssl storeutl, jpki' \
	    openssl storeutl $prov -certs -out a.sig jpki://auth
	peer 'pkcs15-tool, OpenSC' pkcs15-tool --read-certificate 01 -o a.sig
	peer 'pkcs11-tool, OpenSC' pkcs11-tool --module "$opensc" \
	    --read-object --type cert --id 01 --output-file a.sig

	job $((1 + $(reads card/auth.pem) + $(reads card/auth-ca.pem))) \
	    'List keys and certificates, PKCS#11'
	must='test -s log/out'
	ours 19 'pkcs11-tool, jpki-pkcs11' pkcs11-tool --module "$module" -O
	peer 'pkcs11-tool, OpenSC' pkcs11-tool --module "$opensc" -O
	ours 19 'ssh-keygen -D, jpki-pkcs11' ssh-keygen -D "$module"
	peer 'ssh-keygen -D, OpenSC' ssh-keygen -D "$opensc"

	job $((6 + $(reads card/auth.pem) + $(reads card/auth-ca.pem))) \
	    'Is the card usable, until when?'
	must='test -s log/out'
	ours 20 jpki-info jpki-info
	peer 'pkcs15-tool --dump, OpenSC' pkcs15-tool --dump

	job 5 'Tries that are left'
	ours 6 'jpki-pin status' jpki-pin status
	peer 'pkcs15-tool --list-pins, OpenSC' pkcs15-tool --list-pins

	job 3 'Name, address, birth, sex'
	ours 8 jpki-attributes jpki-attributes --pin-source file:text.pin
}

# Without a reader: each() of table.sh.
plain_jobs() {
	job - 'A signature on the software card'
	each 20 'libjpki, PIN, check' sign
	each 20 'RSA alone, OpenSSL' openssl-sign
	job - 'Read a sign certificate'
	each 2000 libjpki certificate
	each 200 'd2i_X509, OpenSSL' openssl-certificate
	job - 'Find and check its issuer, of three'
	each 500 libjpki issuer
	each 500 'X509_verify, OpenSSL' openssl-issuer
	job - 'A verdict of the rules'
	each 20000 libjpki verdict
	job - 'Compare four attributes'
	each 2000 libjpki attributes
	job - 'A certificate in a CRL of a million'
	each 1 libjpki crl
	each 1 'X509_CRL_get0_by_cert, OpenSSL' openssl-crl
}
