#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# nginx and curl, which know nothing of cards, by way of the wrapper file: the
# card on either side, workers, and a reload.
. "$(dirname "$0")/tap.sh"
. "$here/server.sh"
needs nginx curl
make_certificates
use_provider
wrap "jpki://auth?reader=soft:$tmp/card" >card.key
openssl req -config certificates.cnf -new -key file.key -subj /CN=other \
    -out other.csr
openssl x509 -req -in other.csr -CA ca.pem -CAkey ca.key -set_serial 9 \
    -out other.pem 2>/dev/null

{
	# The card is the server's, with its PIN in a file of nginx's.
	nginx_site card.socket "ssl_certificate $tmp/card.pem" \
	    "ssl_certificate_key $tmp/card.key" "ssl_password_file $tmp/auth.pin"
	# The card is the client's.
	nginx_site login.socket "ssl_certificate $tmp/file.pem" \
	    "ssl_certificate_key $tmp/file.key" 'ssl_verify_client on' \
	    'ssl_verify_depth 1' "ssl_client_certificate $tmp/auth-ca.pem"
	# Both, by TLS 1.2.
	nginx_site both.socket "ssl_certificate $tmp/card.pem" \
	    "ssl_certificate_key $tmp/card.key" "ssl_password_file $tmp/auth.pin" \
	    'ssl_protocols TLSv1.2' 'ssl_verify_client on' \
	    "ssl_client_certificate $tmp/auth-ca.pem"
	# For cards without PSS, by the server's settings.
	nginx_site pkcs1.socket "ssl_certificate $tmp/file.pem" \
	    "ssl_certificate_key $tmp/file.key" 'ssl_verify_client on' \
	    "ssl_client_certificate $tmp/auth-ca.pem" \
	    'ssl_protocols TLSv1.2' 'ssl_conf_command ClientSignatureAlgorithms RSA+SHA256:RSA+SHA384:RSA+SHA512'
	nginx_site wrong.socket "ssl_certificate $tmp/card.pem" \
	    "ssl_certificate_key $tmp/card.key" \
	    "ssl_password_file $tmp/wrong.pin"
} | nginx_conf >nginx.conf

# get SOCKET OPTION...
get() {
	socket=$1
	shift
	run curl -sS --max-time 600 --cacert ca.pem --unix-socket "$socket" \
	    "$@" https://localhost/
}

# got DESCRIPTION TEXT: the last curl got an answer with this text in it, with
# so many signatures of its own.
got() {
	answer=$(echo $rc $(cut -d' ' -f2- log/out))
	! shows_pin log/err log/out log/nginx || answer="$answer, a PIN is shown"
	is "$1" "$answer $(n_sign)" "0 $2 $3"
}

echo 'pass = "1234"' >pass.conf
chmod 600 pass.conf
owner=$(openssl x509 -in auth.pem -noout -subject -nameopt RFC2253 |
    sed 's/^subject=//')
serve nginx nginx -p "$tmp" -e stderr -c "$tmp/nginx.conf"
ready nginx listening "$tmp/wrong.socket"

get card.socket
got 'the card is the server' TLSv1.3 0
is 'it signed once' "$(signed_by nginx) $(verified_by nginx)" '1 1'
get card.socket --tls-max 1.2
got 'by TLS 1.2, too' TLSv1.2 0

get login.socket --cert auth.pem --key card.key -K pass.conf
got 'the owner of the card logs in' "TLSv1.3 $owner" 1
is 'with one VERIFY' "$(n_verify)" 1
get login.socket --tls-max 1.2 --cert auth.pem --key card.key -K pass.conf
got 'by TLS 1.2, too' "TLSv1.2 $owner" 1
get login.socket
ok 'nobody else does' grep -q 'No required SSL certificate' log/out
cat auth.pem card.key >bundle
get login.socket --cert bundle -K pass.conf
got 'from a bundle, key last' "TLSv1.3 $owner" 1
cat card.key auth.pem >bundle
get login.socket --cert bundle -K pass.conf
got 'from a bundle, key first' "TLSv1.3 $owner" 1
wrap "jpki://auth?reader=soft:$tmp/card&pin-source=file:$tmp/auth.pin" \
    >pin.key
get login.socket --cert auth.pem --key pin.key
got 'with the name of a PIN file in the wrapper' "TLSv1.3 $owner" 1
get both.socket --cert auth.pem --key card.key -K pass.conf
got 'the card on both sides' "TLSv1.2 $owner" 1

# A card that makes PKCS#1 v1.5 signatures only.
jpki-softcard set card pss=off
get login.socket --cert auth.pem --key card.key -K pass.conf
is 'a card without PSS: no login, no try' \
    "$((rc != 0)) $(tries card auth)" '1 3'
# curl has its own idea of MaxProtocol.
(
	use_pkcs1
	get login.socket --cert auth.pem --key card.key -K pass.conf \
	    --tls-max 1.2
	echo $rc >log/rc
)
rc=$(cat log/rc)
got 'with jpki-tls.cnf' "TLSv1.2 $owner" 1
get pkcs1.socket --cert auth.pem --key card.key -K pass.conf
got "by the server's settings" "TLSv1.2 $owner" 1
jpki-softcard set card pss=on

# Mistakes.
get login.socket --cert other.pem --key card.key -K pass.conf
ok "another key's certificate is refused" [ "$rc" -ne 0 ]
is 'and nothing is sent' "$(n_verify)" 0
sed 's/1234/9999/' pass.conf >wrong.conf
chmod 600 wrong.conf
get login.socket --cert auth.pem --key card.key -K wrong.conf
is 'a wrong PIN: no login, one try' \
    "$((rc != 0)) $(n_verify) $(tries card auth)" '1 1 2'
jpki-softcard unlock card
get login.socket --cert auth.pem --key card.key
is 'no PIN and no terminal: no login, no try' \
    "$((rc != 0)) $(n_verify) $(tries card auth)" '1 0 3'
typed --again 9999 curl -sS --max-time 600 --cacert ca.pem \
    --unix-socket login.socket --cert auth.pem --key card.key \
    https://localhost/
is 'a wrong PIN that is typed: one try' \
    "$((rc != 0)) $(tries card auth)" '1 2'
jpki-softcard unlock card
typed 1234 curl -sS --max-time 600 --cacert ca.pem \
    --unix-socket login.socket --cert auth.pem --key card.key \
    https://localhost/
is 'a right one: the login' "$rc $(grep -c "$owner" log/out)" '0 1'
for i in 1 2 3 4 5; do
	get wrong.socket
	ok 'a server with a wrong PIN serves nobody' [ "$rc" -ne 0 ]
done
is 'and spends one try in all' "$(tries card auth)" 2
jpki-softcard unlock card

# Every worker signs, before a reload and after it.
workers() {
	seen=
	n=0
	while [ $n -lt 300 ] && [ "$(echo $seen | wc -w)" -lt 2 ]; do
		n=$((n + 1))
		get card.socket
		pid=$(cut -d' ' -f1 log/out)
		[ "$rc" -eq 0 ] || break
		case " $seen " in
		*" $pid "*) ;;
		*) seen="$seen $pid" ;;
		esac
	done
}
workers
is 'two workers sign' "$rc $(echo $seen | wc -w)" '0 2'
before=$seen
kill -s HUP $pid_nginx
after_reload() {
	get card.socket
	case " $before " in *" $(cut -d' ' -f1 log/out) "*) return 1 ;; esac
	[ "$rc" -eq 0 ]
}
until_ok after_reload
result $? 'a new worker signs after a reload'
is 'no try is lost' "$(tries card auth)" 3
! shows_pin log/nginx
result $? "no PIN in nginx's log"
stop nginx QUIT

# The URI itself, where it is taken.
uri="jpki://auth?reader=soft:$tmp/card&pin-source=file:$tmp/auth.pin"
if newer nginx "$(nginx -v 2>&1 | sed 's,.*/,,')" 1.29.0; then
	nginx_site uri.socket "ssl_certificate $tmp/card.pem" \
	    "ssl_certificate_key store:$uri" | nginx_conf >nginx.conf
	serve nginx nginx -p "$tmp" -e stderr -c "$tmp/nginx.conf"
	ready nginx listening "$tmp/uri.socket"
	get uri.socket
	got 'nginx with a URI' TLSv1.3 0
	stop nginx
fi
if newer curl "$(curl --version | sed -n 's/^curl \([^ ]*\).*/\1/p')" 8.14.0
then
	nginx_site login.socket "ssl_certificate $tmp/file.pem" \
	    "ssl_certificate_key $tmp/file.key" 'ssl_verify_client on' \
	    "ssl_client_certificate $tmp/auth-ca.pem" | nginx_conf >nginx.conf
	rm -f login.socket
	serve nginx nginx -p "$tmp" -e stderr -c "$tmp/nginx.conf"
	ready nginx listening "$tmp/login.socket"
	get login.socket --cert auth.pem --engine jpki --key-type PROV \
	    --key "$uri"
	got 'curl with a URI' "TLSv1.3 $owner" 1
	stop nginx
fi
finish
