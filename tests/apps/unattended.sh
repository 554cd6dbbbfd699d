#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# PINs that nobody types: a wrong one in a file costs one try, whoever reads it
# how often; a right one goes on after somebody else's miss. Programs that are
# not there are skipped.
. "$(dirname "$0")/tap.sh"
. "$here/server.sh"
make_certificates
use_provider
uri="jpki://auth?reader=soft:$tmp/card"
wrap "$uri&pin-source=file:$tmp/wrong.pin" >wrong.key
wrap "$uri&pin-source=file:$tmp/auth.pin" >right.key
sign='openssl dgst -sha256 -out a.sig'
held='nobody typed'

# spent N DESCRIPTION: so many tries of the auth PIN; then all are back.
spent() {
	is "$2" "$((3 - $(tries card auth)))" "$1"
	jpki-softcard unlock card
}

# miss: somebody else's.
miss() {
	jpki-pin --reader soft:card try auth --pin-source file:wrong.pin \
	    >log/miss 2>&1
}

# One process after the other.
run $sign -sign "$uri&pin-source=file:wrong.pin" a
is "a wrong PIN is sent once" "$((rc != 0)) $(n_verify) $(tries card auth)" \
    "1 1 2"
is "the log says which file, and how many tries are left" \
    "$(grep -c 'wrong PIN.*2 tries left.*file:wrong.pin' log/err)" 1
for file in wrong.pin auth.pin; do
	run $sign -sign "$uri&pin-source=file:$file" a
	is "$file is held back in the next process" \
	    "$((rc != 0)) $(n_verify) $(tries card auth)" "1 0 2"
	is "and it is said why, and what ends it" \
	    "$(grep "$held" log/err | grep 'jpki-pin try' | grep -c min-tries)" 1
done
run $sign -sign "$uri&pin-value=1234" a
is "so is one in the URI" "$((rc != 0)) $(n_verify) $(grep -c "$held" log/err)" \
    "1 0 1"
run jpki-pin --reader soft:card try auth --pin-source file:auth.pin
is "the right one by hand" "$rc $(tries card auth)" "0 3"
run $sign -sign "$uri&pin-source=file:auth.pin" a
is "ends that" "$rc $(n_verify)" "0 1"
miss
run $sign -sign "$uri&pin-source=file:auth.pin&min-tries=2" a
is "min-tries in the URI does, too" "$rc $(tries card auth)" "0 3"
miss
use_settings "pin-source.auth = file:$tmp/auth.pin"
run $sign -sign "$uri" a
is "a configured source is one" "$((rc != 0)) $(n_verify)" "1 0"
use_settings "pin-source.auth = file:$tmp/auth.pin" "min-tries = 2"
run $sign -sign "$uri" a
is "min-tries in the configuration" "$rc $(n_verify) $(tries card auth)" \
    "0 1 3"
use_provider

# What a program hands over counts as typed, and may look like a file's line.
miss
run $sign -sign "$uri" -passin file:auth.pin a
is "-passin counts as typed" "$rc $(n_verify) $(tries card auth)" "0 1 3"
printf '\357\273\2771234\r\n' >windows.pin
chmod 600 windows.pin
run $sign -sign "$uri" -passin file:windows.pin a
is "-passin: CRLF, and a byte order mark, which is named" \
    "$rc $(grep -c 'byte order mark' log/err)" "0 1"
run $sign -sign "$uri&pin-source=file:windows.pin" a
is "as with pin-source" "$rc $(grep -c 'byte order mark' log/err)" "0 1"
! shows_pin log/err
result $? "no PIN is shown"
mkdir 9999.d
cp wrong.pin 9999
run $sign -sign "$uri&pin-source=file:9999" a
is "a file's name that may be a PIN is not shown" \
    "$((rc != 0)) $(grep -c 'from file:\.\.\.' log/err)" "1 1"
! shows_pin log/err
result $? "no PIN is shown"
spent 1 "one try"

# Python: a server each. What is printed is the good handshakes of each.
for how in spawn fork threads; do
	run "$PYTHON" "$here/handshakes.py" $how card.pem wrong.key 4
	is "Python, $how, a wrong PIN: nobody is served" \
	    "$(tr '\n' ' ' <log/out)" "0 0 0 0 "
	# Python's own words are "EVP lib".
	ok "it is said which file, and how many tries are left" \
	    grep -q '^jpki: wrong PIN.*2 tries left.*wrong.pin' log/err
	spent 1 "it costs one try"
	run "$PYTHON" "$here/handshakes.py" $how card.pem right.key 4
	is "Python, $how, the right PIN" "$(tr '\n' ' ' <log/out)" "2 2 2 2 "
	spent 0 "it costs none"
done

# handshake SOCKET|PORT: as a client of a server; 0: it went well.
handshake() {
	case $1 in
	*.socket)
		set -- -unix "$tmp/$1"
		;;
	*)
		set -- -connect "127.0.0.1:$1"
		;;
	esac
	env -u OPENSSL_CONF openssl s_client "$@" -brief </dev/null \
	    >log/client 2>&1
}

if has gunicorn; then
	cat >app.py <<-'END'
	def app(environ, start):
	    start("200 OK", [])
	    return [b"hello"]
	END
	for pin in wrong right; do
		port=$(free_port)
		serve $pin gunicorn --chdir "$tmp" --workers 4 --no-sendfile \
		    --timeout 600 \
		    --bind 127.0.0.1:$port --certfile card.pem \
		    --keyfile $pin.key app:app
		ready $pin connects "$port"
		good=0
		for i in 1 2 3 4 5 6 7 8; do
			handshake $port && good=$((good + 1))
		done
		# It makes a key object for each connection, so that a
		# miss would be felt at the next one.
		if [ $pin = wrong ]; then
			is 'gunicorn with a wrong PIN serves nobody' $good 0
			spent 1 'and spends one try'
		else
			is 'gunicorn with the right PIN' $good 8
			spent 0 'and spends none'
		fi
		stop $pin
	done
fi

# haproxy_conf KEY: for a master and a worker that can be exchanged.
haproxy_conf() {
	cat card.pem "$1" >bundle.pem
	cat <<-END
	global
		log stderr local0
		stats socket $tmp/stats.socket
	defaults
		mode http
		timeout connect 600s
		timeout client 600s
		timeout server 600s
	frontend f
		bind unix@$tmp/ha.socket ssl crt $tmp/bundle.pem
		http-request return status 200 content-type text/plain string hello
	END
}

# reload: it is done, or HAProxy goes on with what it had; which of both is the
# version's choice where a key does not load.
reload() {
	before=$(loads)
	kill -USR2 "$pid_haproxy"
	until_ok another_load
	until_ok connects ha.socket
}

loads() {
	grep -c 'Loading success\|Loading failure\|Failed to load' log/haproxy
}

another_load() {
	[ "$(loads)" -gt "$before" ]
}

if has haproxy; then
	haproxy_conf wrong.key >haproxy.cfg
	serve haproxy haproxy -W -f haproxy.cfg
	ready haproxy connects ha.socket
	good=0
	for i in 1 2 3; do
		handshake ha.socket && good=$((good + 1))
		handshake ha.socket && good=$((good + 1))
		reload
	done
	handshake ha.socket && good=$((good + 1))
	is 'HAProxy with a wrong PIN serves nobody' $good 0
	is 'three reloads later one try is spent' "$(tries card auth)" 2
	is 'its log says why' $(($(grep -c "$held" log/haproxy) > 0)) 1
	stop haproxy
	jpki-softcard unlock card
	haproxy_conf right.key >haproxy.cfg
	serve haproxy haproxy -W -f haproxy.cfg
	ready haproxy connects ha.socket
	handshake ha.socket
	is 'HAProxy with the right PIN' $? 0
	miss
	handshake ha.socket
	is "somebody else's miss does not stop it" "$? $(tries card auth)" '0 3'
	stop haproxy
fi

finish
