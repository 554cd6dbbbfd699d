#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Apache, HAProxy, stunnel and Python, by way of the wrapper file; what is
# absent is skipped.
. "$(dirname "$0")/tap.sh"
. "$here/server.sh"
make_certificates
use_provider
wrap "jpki://auth?reader=soft:$tmp/card" >card.key
# Servers that can ask nobody are told where the PIN is.
wrap "jpki://auth?reader=soft:$tmp/card&pin-source=file:$tmp/auth.pin" \
    >pin.key
wrap "jpki://auth?reader=soft:$tmp/card&pin-source=file:$tmp/wrong.pin" \
    >wrong.key
owner=$(openssl x509 -in auth.pem -noout -subject -nameopt RFC2253 |
    sed 's/^subject=CN=\([^,]*\).*/\1/')

# login URL [OPTION...]: the owner of the card does.
login() {
	url=$1
	shift
	run curl -sS --max-time 600 --cacert ca.pem --cert auth.pem \
	    --key pin.key "$@" "$url"
}

# welcome DESCRIPTION SERVER: it says the protocol and who came; one signature
# on either side.
welcome() {
	name=$2
	is "$1" "$rc $(cat log/out) $(n_sign) $(signed_by $name)" \
	    "0 TLSv1.3 $owner 1 ${3:-1}"
	! shows_pin log/err log/out log/$name
	result $? "$1: no PIN is shown"
}

if has haproxy && has curl; then
	cat card.pem pin.key >bundle.pem
	cat pin.key card.pem >bundle2.pem
	cat card.pem wrong.key >bundle3.pem
	cat >haproxy.cfg <<-END
	global
		log stderr local0
	defaults
		mode http
		timeout connect 600s
		timeout client 600s
		timeout server 600s
	END
	for n in '' 2 3; do
		cat >>haproxy.cfg <<-END
		frontend f$n
			bind unix@$tmp/ha$n.socket ssl crt $tmp/bundle$n.pem ca-file $tmp/auth-ca.pem verify required
			http-request return status 200 content-type text/plain lf-string "%[ssl_fc_protocol] %[ssl_c_s_dn(CN)]"
		END
	done
	serve haproxy haproxy -db -f haproxy.cfg
	ready haproxy connects ha3.socket
	login https://localhost/ --unix-socket ha.socket
	welcome 'HAProxy, bundle with the certificate first' haproxy
	login https://localhost/ --unix-socket ha2.socket
	welcome 'HAProxy, bundle with the key first' haproxy 2
	for i in 1 2 3; do
		login https://localhost/ --unix-socket ha3.socket
		is 'HAProxy with a wrong PIN serves nobody' $((rc != 0)) 1
	done
	is 'and spends one try' "$(tries card auth)" 2
	jpki-softcard unlock card
	stop haproxy
fi

if has stunnel4 && has curl; then
	cat >stunnel.conf <<-END
	foreground = quiet
	syslog = no
	pid =
	[server]
	accept = $tmp/tls.socket
	connect = $tmp/plain.socket
	cert = $tmp/card.pem
	key = $tmp/pin.key
	CAfile = $tmp/auth-ca.pem
	verifyChain = yes
	[client]
	client = yes
	accept = $tmp/in.socket
	connect = $tmp/tls.socket
	cert = $tmp/auth.pem
	key = $tmp/pin.key
	CAfile = $tmp/ca.pem
	verifyChain = yes
	END
	serve plain "$PYTHON" -c 'import os, socket
s = socket.socket(socket.AF_UNIX)
s.bind(os.path.abspath("plain.socket"))
s.listen()
while True:
    c = s.accept()[0]
    c.recv(4096)
    c.sendall(b"HTTP/1.0 200 OK\r\n\r\nfrom behind")
    c.close()'
	ready plain listening "$tmp/plain.socket"
	serve stunnel stunnel4 stunnel.conf
	ready stunnel listening "$tmp/in.socket"
	run curl -sS --max-time 600 --unix-socket in.socket http://localhost/
	is 'stunnel, the card on both sides' "$rc $(cat log/out)" \
	    '0 from behind'
	is 'stunnel: one signature each' "$(signed_by stunnel)" 2
	stop stunnel
	stop plain
fi

# URIs: stunnel takes the provider's since 5.73, Apache pkcs11: ones only.

modules=/usr/lib/apache2/modules
if has apache2 && has curl; then
	# A card of its own: if we are root, it serves without root's rights.
	cp -a card theirs
	wrap jpki://auth >theirs.key
	user=
	if [ "$(id -u)" -eq 0 ]; then
		user='User daemon'
		chmod 711 .
		chown -R daemon theirs auth.pin
	fi
	port=$(free_port)
	mkdir www
	echo >www/index.html
	cat card.pem theirs.key >bundle.pem
	cat >apache.conf <<-END
	ServerRoot $tmp
	ServerName localhost
	PidFile $tmp/apache.pid
	Mutex posixsem
	$user
	Listen 127.0.0.1:$port
	LoadModule mpm_event_module $modules/mod_mpm_event.so
	LoadModule authz_core_module $modules/mod_authz_core.so
	LoadModule ssl_module $modules/mod_ssl.so
	LoadModule headers_module $modules/mod_headers.so
	ErrorLog /dev/stderr
	StartServers 2
	DocumentRoot $tmp/www
	SSLSessionCache none
	SSLCACertificateFile $tmp/auth-ca.pem
	SSLVerifyClient require
	Header always set Who "%{SSL_PROTOCOL}s %{SSL_CLIENT_S_DN_CN}s"
	END
	n=0
	for key in "$tmp/card.pem|SSLCertificateKeyFile $tmp/theirs.key" \
	    "$tmp/bundle.pem|"; do
		n=$((n + 1))
		cat >>apache.conf <<-END
		<VirtualHost 127.0.0.1:$port>
		ServerName host$n
		SSLEngine on
		SSLCertificateFile ${key%|*}
		${key#*|}
		</VirtualHost>
		END
	done
	use_settings "reader = soft:$tmp/theirs" \
	    "pin-source.auth = file:$tmp/auth.pin"
	serve apache apache2 -f "$tmp/apache.conf" -DFOREGROUND
	login_to() {
		login "https://host$1:$port/" -k -o body \
		    --resolve "host$1:$port:127.0.0.1" -w '%header{who}'
	}
	use_provider
	ready apache connects $port
	for i in 1 2; do
		login_to $i
		welcome "Apache, $i" apache $i
	done
	stop apache
fi

# Python: both sides by the card.
python() {
	run "$PYTHON" "$here/tls.py" "$@"
}
cat auth-ca.pem ca.pem >both-ca.pem
python both-ca.pem card.pem pin.key
is 'Python, wrapper with a PIN file' "$rc $(cat log/out)" '0 TLSv1.3 card 0'
is 'Python: two signatures' "$(n_sign)" 2
python both-ca.pem card.pem card.key auth.pin
is 'Python, password by callback' "$rc $(cat log/out)" '0 TLSv1.3 card 2'
cat card.pem card.key >bundle
python both-ca.pem bundle - auth.pin
is 'Python, bundle with the key last' "$rc $(cat log/out)" \
    '0 TLSv1.3 card 2'
cat card.key card.pem >bundle
python both-ca.pem bundle - auth.pin
is 'Python, bundle with the key first' "$rc $(cat log/out)" \
    '0 TLSv1.3 card 2'
python both-ca.pem card.pem card.key wrong.pin
is 'Python, wrong PIN: one try' \
    "$((rc != 0)) $(n_verify) $(tries card auth)" '1 1 2'
jpki-softcard unlock card
python both-ca.pem file.pem card.key auth.pin
is "Python, another key's certificate: no try" \
    "$((rc != 0)) $(n_verify) $(tries card auth)" '1 0 3'
python both-ca.pem file.pem file.key
is 'Python, keys in files as ever' "$rc $(cat log/out) $(n_commands)" \
    '0 TLSv1.3 file 0 0'

# Node, which reads its own name in the same configuration.
if has node; then
	run node -e '
const crypto = require("crypto"), fs = require("fs");
const key = crypto.createPrivateKey(fs.readFileSync("pin.key"));
const cert = new crypto.X509Certificate(fs.readFileSync("auth.pem"));
const sig = crypto.sign("sha256", Buffer.from("x"), key);
console.log(crypto.verify("sha256", Buffer.from("x"), cert.publicKey, sig));'
	case $(cat log/err) in
	*unsupported*)
		skip 'Node, as shipped' "this Node reads no openssl.cnf" ;;
	*)
		is 'Node, as shipped' "$rc $(cat log/out) $(n_sign)" '0 true 1' ;;
	esac
fi
finish
