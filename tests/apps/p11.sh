#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Programs that know PKCS#11 modules and no cards. What is absent is skipped;
# what takes long to install is tried with --all of tests/run.sh.
#
# usage: p11.sh MODULE
module=$1
. "$(dirname "$0")/tap.sh"
. "$here/server.sh"
make_certificates
openssl x509 -in auth.pem -noout -pubkey >auth.pub
JPKI_READER=soft:$tmp/card
export JPKI_READER
# No settings of whoever runs it.
HOME=$tmp XDG_CONFIG_HOME=$tmp
export HOME XDG_CONFIG_HOME

# signs DESCRIPTION: the last run made one signature, and shows no PIN.
signs() {
	is "$1" "$rc $(n_sign)" '0 1'
	! shows_pin log/err log/out
	result $? "$1: no PIN is shown"
}

# one_try DESCRIPTION: the last run had a wrong PIN.
one_try() {
	is "$1, wrong PIN" "$((rc != 0)) $(n_verify) $(tries card auth)" '1 1 2'
	jpki-softcard unlock card
}

# verified DIGEST [OPTION...]: what was made of the file a.
verified() {
	digest=$1
	shift
	ok "openssl verifies it" openssl dgst "-$digest" "$@" -verify auth.pub \
	    -signature sig a
}

# --- pkcs11-tool

pss='-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32'
openssl dgst -sha256 -binary a >digest
printf '010\015\006\011`\206H\001e\003\004\002\001\005\000\004 ' >info
cat digest >>info
if has pkcs11-tool; then
	tool() {
		run pkcs11-tool --module "$module" "$@"
	}
	# of MECHANISM INPUT [OPTION...]: one, in at most 16 commands.
	of() {
		rm -f sig
		mechanism=$1 input=$2
		shift 2
		tool -l --pin 1234 --sign -m "$mechanism" -i "$input" -o sig \
		    "$@"
		signs "pkcs11-tool $mechanism"
		commands=$(n_commands)
		[ "$commands" -le 16 ]
		result $? "$mechanism: $commands commands"
	}
	of RSA-PKCS info
	verified sha256
	for n in 256 384 512; do
		of SHA$n-RSA-PKCS a
		verified sha$n
	done
	of RSA-PKCS-PSS digest --hash-algorithm SHA256 --mgf MGF1-SHA256 \
	    --salt-len 32
	verified sha256 $pss
	of SHA256-RSA-PKCS-PSS a --mgf MGF1-SHA256 --salt-len 32
	verified sha256 $pss
	tool -l --pin 9999 --sign -m SHA256-RSA-PKCS -i a -o sig
	one_try 'pkcs11-tool'
	for pin in 9999 8888 1234; do
		tool -l --pin $pin -O
	done
	is 'the last try is kept, and what to do is said' \
	    "$(n_verify) $(tries card auth) $(grep -c 'CKR_PIN_LOCKED' log/err) \
$(grep -c '^jpki: .*1 try left.*min-tries = 1' log/err)" '0 1 1 1'
	tool -L
	is 'the token says so' "$(grep -c 'final user PIN try' log/out) \
$(grep -c 'PIN locked' log/out)" '1 0'
	echo 'min-tries = 1' >jpki.conf
	JPKI_CONF=$tmp/jpki.conf tool -l --pin 1234 -O
	is 'min-tries = 1 lifts it' "$rc $(tries card auth)" '0 3'
	tool -l --pin 1234 --sign -m RSA-PKCS -i digest -o sig
	is 'a bare digest is refused before a PIN goes with it' \
	    "$((rc != 0)) $(n_sign) $(n_verify)" '1 0 1'
	tool -O
	is 'without a PIN: two certificates and a key' \
	    "$rc $(grep -c '^[A-Z].* Object;' log/out)" '0 3'
	# Its own test signs a SHA-1 digest.
	echo 'allow-sha1 = on' >jpki.conf
	JPKI_CONF=$tmp/jpki.conf tool --test -l --pin 1234
	is 'pkcs11-tool --test' "$rc $(tail -n 1 log/out)" '0 No errors'

	# The sign token, by the user's settings.
	mkdir jpki
	echo 'tokens = both' >jpki/jpki.conf
	tool -L
	is 'tokens = both' "$(grep -c 'token label.*My Number Card' log/out)" 2
	tool -O --slot 1
	is 'nothing of the sign token before its password' \
	    "$(sed -n 's/^  label: *//p' log/out) $(n_verify)" 'sign-ca 0'
	openssl x509 -in card/sign.pem -noout -pubkey >sign.pub
	tool --slot 1 -l --pin ABC123 --sign -m SHA256-RSA-PKCS -i a -o sig
	signs 'the sign key'
	ok 'openssl verifies it' openssl dgst -sha256 -verify sign.pub \
	    -signature sig a
	echo 'tokens = none' >jpki/jpki.conf
	tool -L
	is 'a wrong setting is told' "$((rc != 0)) $(grep -c tokens log/err)" \
	    '1 1'
	rm -r jpki
fi

# --- GnuTLS

uri='pkcs11:token=My%20Number%20Card%20auth'
if has p11tool; then
	p11() {
		run p11tool --provider "$module" "$@"
	}
	p11 --list-tokens
	is 'p11tool sees the token' "$rc $(grep -c "$uri\|token=My" log/out)" \
	    '0 1'
	GNUTLS_PIN=1234 p11 --login --test-sign "$uri;object=auth;type=private"
	is 'p11tool --test-sign' "$rc" 0
	GNUTLS_PIN=9999 p11 --login --test-sign "$uri;object=auth;type=private"
	one_try p11tool
	p11 --export "$uri;object=auth;type=cert"
	ok 'p11tool exports the certificate' sh -c \
	    'openssl x509 -in log/out | cmp - auth.pem'
fi

# A server that wants a certificate of the card's CA.
port=$(free_port)
start_server() {
	serve server openssl s_server -accept "$port" -cert file.pem \
	    -key file.key -www -Verify 1 -verify_return_error \
	    -CAfile auth-ca.pem
	ready server connects "$port"
}
start_server

# welcome DESCRIPTION VERSION: the server let the last run in.
welcome() {
	is "$1" "$(grep -ac "New, $2" log/out) $(n_sign)" '1 1'
	! shows_pin log/err log/out
	result $? "$1: no PIN is shown"
}

if has gnutls-cli; then
	printf 'GET / HTTP/1.0\r\n\r\n' >request
	for v in 1.3 1.2; do
		GNUTLS_PIN=1234 stdin=request
		export GNUTLS_PIN
		run gnutls-cli --provider "$module" --x509cafile ca.pem \
		    --x509certfile "$uri;object=auth;type=cert" \
		    --x509keyfile "$uri;object=auth;type=private" \
		    --priority "NORMAL:-VERS-ALL:+VERS-TLS$v" \
		    -p "$port" localhost
		stdin=/dev/null
		welcome "gnutls-cli, TLS $v" "TLSv$v"
	done
	unset GNUTLS_PIN
fi

# git and curl know modules that p11-kit is told of. It reads a user's files,
# but not for root, who gets a view of the system's own here.
mkdir -p pkcs11/modules
echo "module: $module" >pkcs11/modules/jpki-pkcs11.module
for name in opensc-pkcs11 softhsm2; do
	echo 'enable-in: none' >pkcs11/modules/$name.module
done
told() {
	if [ "$(id -u)" -ne 0 ]; then
		run "$@"
	else
		run unshare -m sh -c 'mount --bind pkcs11/modules \
		    /usr/share/p11-kit/modules && exec "$@"' sh "$@"
	fi
}
told true
if [ "$rc" -ne 0 ]; then
	skip 'git and curl by p11-kit' 'no private mounts here'
else
	git init -q site
	git -C site -c user.name=me -c user.email=me@localhost commit -q \
	    --allow-empty -m first
	git -C site update-server-info
	# What the simple server below takes for the name of a file.
	cp site/.git/info/refs 'site/.git/info/refs?service=git-upload-pack'
	port2=$(free_port)
	serve site openssl s_server -accept "$port2" -cert file.pem \
	    -key file.key -WWW -Verify 1 -verify_return_error \
	    -CAfile auth-ca.pem
	ready site connects "$port2"
	unset GIT_SSL_CAINFO CURL_CA_BUNDLE
	cert="$uri;object=auth;type=cert"
	key="$uri;object=auth;type=private?pin-source=$tmp/auth.pin"
	if ldd "$(git --exec-path)/git-remote-https" | grep -q gnutls; then
		told git -c http.sslCAInfo="$tmp/ca.pem" \
		    -c http.sslCert="$cert" -c http.sslKey="$key" \
		    ls-remote "https://localhost:$port2/site/.git"
		is 'git over https' "$rc $(grep -c HEAD log/out)" '0 1'
		told git -c http.sslCAInfo="$tmp/ca.pem" \
		    -c http.sslCert="$cert" -c http.sslKey="$(echo "$key" |
			sed 's/auth.pin/wrong.pin/')" \
		    ls-remote "https://localhost:$port2/site/.git"
		one_try 'git over https'
	else
		skip 'git over https' 'this git is not built on GnuTLS'
	fi
	if curl --version | grep -q GnuTLS; then
		told curl -sS --cacert ca.pem --cert "$cert" --key "$key" \
		    "https://localhost:$port2/a"
		is curl "$rc $(cat log/out)" '0 Hello'
	else
		skip curl 'this curl is not built on GnuTLS'
	fi
	stop site
fi

# --- NSS: what Firefox, Thunderbird, Chromium and LibreOffice stand on

if has certutil && has modutil; then
	mkdir nss
	db=sql:$tmp/nss
	certutil -N -d "$db" --empty-password
	modutil -dbdir "$db" -force -add 'My Number Card' -libfile "$module" \
	    -mechanisms FRIENDLY >log/modutil 2>&1
	certutil -A -d "$db" -n authority -t C,, -i ca.pem
	run certutil -L -d "$db" -h 'My Number Card auth'
	is 'certutil -L -h: no PIN for what is public' \
	    "$rc $(n_verify) $(grep -c ':auth' log/out)" '0 0 2'
	run certutil -K -d "$db" -h 'My Number Card auth' -f auth.pin
	is 'certutil -K' "$rc $(grep -c 'rsa.*01.*auth' log/out)" '0 1'
fi
if has tstclnt && [ -d nss ]; then
	for v in 1.3 1.2; do
		stdin=request
		run tstclnt -d "$db" -h localhost -p "$port" -V "tls$v:tls$v" \
		    -n 'My Number Card auth:auth' -w 1234
		stdin=/dev/null
		welcome "tstclnt, TLS $v" "TLSv$v"
	done
	stdin=request
	run tstclnt -d "$db" -h localhost -p "$port" -V tls1.2:tls1.2 \
	    -n 'My Number Card auth:auth' -w 9999
	stdin=/dev/null
	one_try tstclnt
fi
stop server

# --- ssh and git

cat >askpass <<-END
#!/bin/sh
cat "$tmp/\${ANSWER:-auth.pin}"
END
chmod +x askpass
SSH_ASKPASS=$tmp/askpass SSH_ASKPASS_REQUIRE=force
export SSH_ASKPASS SSH_ASKPASS_REQUIRE
. "$here/sshd.sh"
if has ssh-keygen; then
	run ssh-keygen -D "$module"
	sed -n 's/ auth$//p' log/out >key.pub
	ssh-keygen -i -m PKCS8 -f auth.pub >wanted.pub
	is 'ssh-keygen -D tells the key' "$rc $(cat key.pub)" \
	    "0 $(cat wanted.pub)"
	echo "me $(cat key.pub)" >allowed
fi

# sshd talks to us alone, through a pipe.
cat >sshd_config <<-END
HostKey $tmp/hostkey
AuthorizedKeysFile $tmp/authorized
StrictModes no
UsePAM no
PermitRootLogin yes
END
ssh-keygen -q -t ed25519 -N '' -f hostkey
if [ -s key.pub ] && make_sshd; then
	echo "localhost $(cut -d' ' -f 1,2 hostkey.pub)" >known
	cp key.pub authorized
	printf '#!/bin/sh\nexec %s/sshd -i 2>>%s/log/sshd\n' "$tmp" "$tmp" \
	    >proxy
	chmod +x proxy
	remote() {
		run ssh -F /dev/null -o "UserKnownHostsFile=$tmp/known" \
		    -o "ProxyCommand=$tmp/proxy" -o BatchMode=no \
		    -o PreferredAuthentications=publickey "$@" \
		    localhost echo welcome
	}
	remote -o "PKCS11Provider=$module"
	is 'ssh -o PKCS11Provider' "$rc $(cat log/out) $(n_sign)" \
	    '0 welcome 1'
	ANSWER=wrong.pin
	export ANSWER
	remote -o "PKCS11Provider=$module"
	one_try 'ssh -o PKCS11Provider'
	unset ANSWER
else
	skip 'ssh -o PKCS11Provider' "$(tail -n 1 log/sshd)"
fi

if [ -s key.pub ] && has ssh-agent; then
	serve agent ssh-agent -D -a "$tmp/agent" -P "$module"
	SSH_AUTH_SOCK=$tmp/agent
	export SSH_AUTH_SOCK
	ready agent listening "$tmp/agent"
	ok 'ssh-add -s' ssh-add -s "$module"
	# by WHAT: signs a file with ssh-keygen -Y, and checks it.
	by() {
		rm -f a.sig
		run ssh-keygen -Y sign -n file -f key.pub a
		is "$1" "$rc" 0
		ok 'ssh-keygen -Y verify' sh -c \
		    'ssh-keygen -Y verify -f allowed -I me -n file -s a.sig <a'
	}
	by 'signing by ssh-add -s'
	mv card away
	run ssh-keygen -Y sign -n file -f key.pub a
	is 'not while the card is out' "$((rc != 0))" 1
	mv away card
	by 'and again when it is back'
	if has git; then
		git init -q repo
		git -C repo -c gpg.format=ssh -c user.signingkey="$tmp/key.pub" \
		    -c user.name=me -c user.email=me@localhost \
		    commit -q -S --allow-empty -m signed >log/git 2>&1
		ok 'git commit -S, verified' git -C repo \
		    -c gpg.ssh.allowedSignersFile="$tmp/allowed" \
		    verify-commit HEAD
	fi
	stop agent
	unset SSH_AUTH_SOCK
fi

# --- Java

cat >java.cfg <<-END
name = jpki
library = $module
slotListIndex = 0
END
java="-keystore NONE -storetype PKCS11
    -providerClass sun.security.pkcs11.SunPKCS11 -providerArg java.cfg"
if [ -z "${JPKI_TEST_ALL:-}" ]; then
	skip 'Java' 'only with tests/run.sh --all'
else
	if has keytool; then
		run keytool -list $java -storepass 1234
		is 'keytool -list' "$rc $(grep -c '^auth, Priv' log/out)" \
		    '0 1'
		run keytool -list $java -storepass 9999
		one_try keytool
	fi
	if has jarsigner && has jar; then
		jar cf a.jar a
		run jarsigner $java -storepass 1234 a.jar auth
		signs jarsigner
		ok 'jarsigner -verify' jarsigner -verify a.jar
	fi
	if has java; then
		start_server
		for v in 1.3 1.2; do
			run java "$here/JavaTls.java" java.cfg 1234 "$port" \
			    ca.pem "TLSv$v"
			welcome "Java, TLS $v" "TLSv$v"
		done
		stop server
	fi
fi

# --- OpenSSL, by bridges to PKCS#11: compared with our own provider

# bridged NAME: the last run was by way of it.
bridged() {
	signs "openssl by $1"
	verified sha256
	echo "# $1: $(n_commands) commands"
}

printf 1234 >bridge.pin
key="$uri;object=auth;type=private"
run env OPENSSL_CONF="$shipped/openssl-jpki.cnf" openssl dgst -sha256 \
    -sign "jpki://auth?pin-source=file:$tmp/auth.pin" -out sig a
bridged 'our own provider'

engines=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')
if [ -f "$engines/pkcs11.so" ]; then
	run env PKCS11_MODULE_PATH="$module" openssl dgst -sha256 \
	    -engine pkcs11 -keyform engine \
	    -sign "$key?pin-source=file:$tmp/bridge.pin" -out sig a
	bridged "libp11's engine"
else
	skip "libp11's engine" 'not here (Debian: libengine-pkcs11-openssl)'
fi

modules=$(openssl version -m | sed 's/.*"\(.*\)"/\1/')
if [ -f "$modules/pkcs11.so" ]; then
	cat >bridge.cnf <<-END
	openssl_conf = init
	[init]
	providers = providers
	[providers]
	default = native
	pkcs11 = pkcs11
	[native]
	activate = 1
	[pkcs11]
	module = $modules/pkcs11.so
	pkcs11-module-path = $module
	pkcs11-module-token-pin = file:$tmp/bridge.pin
	activate = 1
	END
	# The programs of this build are led to its own provider.
	run env -u OPENSSL_MODULES OPENSSL_CONF=bridge.cnf openssl dgst \
	    -sha256 -sign "$key" -out sig a
	bridged pkcs11-provider
else
	skip pkcs11-provider 'not here (Debian 13: pkcs11-provider)'
fi
finish
