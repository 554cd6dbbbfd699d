#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# TLS with a card behind pcscd: logins to s_server and nginx with the settings
# that everybody has, and a server whose workers outlive the card's stay in
# the reader and pcscd itself.
. "$(dirname "$0")/pcsc.sh"
. "$here/../apps/server.sh"
make_certificates
use_provider
insert 1 card
owner=$(openssl x509 -in auth.pem -noout -subject -nameopt RFC2253 |
    sed 's/^subject=//')

door() {
	got=$(raw connect select door)
	is "$1: the door is closed" "${got#*, }" "$closed"
}

# client SOCKET OPTION...: s_client, which sends what is in "talk".
client() {
	socket=$1
	shift
	stdin=talk
	run timeout 600 openssl s_client -unix $socket -ign_eof \
	    -CAfile ca.pem -verify_return_error "$@"
	stdin=/dev/null
}

printf 'hello\nCLOSE\n' >talk
serve server openssl s_server -unix $here_socket -rev -cert file.pem \
    -key file.key -CAfile auth-ca.pem -Verify 1 -verify_return_error
ready server listening $here_socket
client $here_socket -cert jpki:auth -key 'jpki:auth?pin-source=file:auth.pin'
is 's_server: the owner of the card logs in' \
    "$rc $(n_verify) $(n_sign) $(grep -ac 'New, TLSv1.3' log/out)" '0 1 1 1'
ok 's_server answers' grep -aq olleh log/out
door 's_server'
client $here_socket -cert jpki:auth -key 'jpki:auth?pin-source=file:wrong.pin'
is 's_server: a wrong PIN, one try' \
    "$((rc != 0)) $(n_verify) $(tries card auth)" '1 1 2'
door 's_server, wrong PIN'
jpki-softcard unlock card
stop server

if ! command -v nginx >/dev/null || ! command -v curl >/dev/null; then
	skip 'nginx and curl' 'they are not both here'
	finish
fi
wrap 'jpki://auth?reader=Virtual' >card.key
{
	nginx_site login.socket "ssl_certificate $tmp/file.pem" \
	    "ssl_certificate_key $tmp/file.key" 'ssl_verify_client on' \
	    "ssl_client_certificate $tmp/auth-ca.pem"
	nginx_site card.socket "ssl_certificate $tmp/card.pem" \
	    "ssl_certificate_key $tmp/card.key" "ssl_password_file $tmp/auth.pin"
} | nginx_conf >nginx.conf
serve nginx nginx -p "$tmp" -e stderr -c "$tmp/nginx.conf"
ready nginx listening "$tmp/card.socket"

printf 'GET / HTTP/1.0\r\n\r\n' >talk
client login.socket -cert jpki:auth \
    -key 'jpki:auth?pin-source=file:auth.pin'
is 'nginx: the owner of the card logs in' \
    "$rc $(n_verify) $(n_sign) $(grep -ac "TLSv1.3 $owner" log/out)" '0 1 1 1'
door 'nginx'
(umask 077 && echo 'pass = "1234"' >pass.conf)
get() {
	socket=$1
	shift
	run curl -sS --max-time 600 --cacert ca.pem --unix-socket "$socket" \
	    "$@" https://localhost/
}
get login.socket --cert auth.pem --key card.key -K pass.conf
is 'nginx and curl: the owner logs in' \
    "$rc $(n_verify) $(n_sign) $(grep -c "TLSv1.3 $owner" log/out)" '0 1 1 1'
door 'curl'

# The server's key: loaded once, by the first nginx.
serves() {
	get card.socket
	[ "$rc" -eq 0 ]
	result $? "$1"
}
serves 'the card is the server'
door 'the server'
eject 1
get card.socket
ok 'no card, no service' [ "$rc" -ne 0 ]
insert 1 card
serves 'the card is back'
kill -s HUP $pid_nginx
serves 'in or after a reload'
eject 1
insert 2 card
serves 'the card is in the other reader'
eject 2
sh "$PCSC_CONTROL" stop KILL
get card.socket
ok 'no pcscd, no service' [ "$rc" -ne 0 ]
sh "$PCSC_CONTROL" start >/dev/null
insert 1 card
serves 'pcscd was killed and is back'
serves 'and again'
jpki-softcard new other --auth-pin 9876 >/dev/null
eject 1
insert 1 other
for i in 1 2 3 4; do
	get card.socket
	ok 'another card does not serve' [ "$rc" -ne 0 ]
done
is 'and hears no PIN' "$(tries other auth)" 3
eject 1
insert 1 card
for i in 1 2 3 4; do
	serves "the right card serves again, $i"
done
is 'no try is lost' "$(tries card auth)" 3
door 'the server, at last'
! shows_pin log/nginx
result $? "no PIN in nginx's log"
stop nginx QUIT
finish
