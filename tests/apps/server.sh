# SPDX-License-Identifier: Apache-2.0
#
# What the tests with servers share; sourced after tap.sh. Servers listen on
# sockets in the test's directory where they can, so no port is ever taken;
# all end with the test.
PATH=$PATH:/usr/sbin:/sbin
servers=
trap 'stop_all; rm -rf "$tmp"' EXIT
trap 'exit 99' INT TERM HUP PIPE

# needs PROGRAM...: without them there is nothing to test.
needs() {
	for program; do
		command -v "$program" >/dev/null && continue
		echo "1..0 # SKIP no $program here"
		exit 0
	done
}

# has PROGRAM: else skips it.
has() {
	command -v "$1" >/dev/null && return
	skip "$1" "no $1 here"
	return 1
}

# newer PROGRAM VERSION WANTED: else skips what takes a URI itself.
newer() {
	[ "$(printf '%s\n' "$2" "$3" | sort -V | head -n 1)" = "$3" ] &&
	    return
	skip "$1 with a URI" "$1 $2 takes key files only, $3 takes URIs"
	return 1
}

# The configurations that are installed: use_provider for every card,
# use_pkcs1 for one that makes PKCS#1 v1.5 signatures only.
shipped=$here/../../provider
use_provider() {
	OPENSSL_CONF=$shipped/openssl-jpki.cnf
	export OPENSSL_CONF
}

# use_settings LINE...: the same with settings of the provider's.
use_settings() {
	cp "$shipped/openssl-jpki.cnf" settings.cnf
	# The section of the provider is the last one.
	printf '%s\n' "$@" >>settings.cnf
	OPENSSL_CONF=$tmp/settings.cnf
	export OPENSSL_CONF
}

use_pkcs1() {
	cat "$shipped/openssl-jpki.cnf" "$shipped/jpki-tls.cnf" >pkcs1.cnf
	OPENSSL_CONF=$tmp/pkcs1.cnf
	export OPENSSL_CONF
}

# wrap URI: a key file that stands for it, to standard output.
wrap() {
	jpki-wrap "$1"
}

# serve NAME COMMAND...: starts a server that stays in the foreground; what it
# says is in log/NAME. It ends with us, however we end.
serve() {
	name=$1
	shift
	setpriv --pdeathsig TERM "$@" >"log/$name" 2>&1 </dev/null &
	eval "pid_$name=$!"
	servers="$servers $name"
}

# ready NAME COMMAND...: waits for a server, by a command that succeeds then.
ready() {
	name=$1
	shift
	until_ok is_ready "$name" "$@" && "$@" >log/until 2>&1 && return
	cp "log/$name" log/err
	result 1 "$name starts"
}

is_ready() {
	eval "kill -0 \$pid_$1" || return 0	# waiting is over
	shift
	"$@"
}

# A socket that no other test has, which runs at the same time, and with less
# than 32 characters, which OpenSSL 3.0 needs.
here_socket=socket.$$

# nginx_site NAME DIRECTIVE...: listens on the socket NAME.
nginx_site() {
	cat <<-END
	server {
		listen unix:$tmp/$1 ssl;
		server_name localhost;
		location / {
			return 200 "\$pid \$ssl_protocol \$ssl_client_s_dn\n";
		}
	END
	shift
	for directive; do
		echo "	$directive;"
	done
	echo '}'
}

# nginx_conf: settings for the sites on standard input. Workers stay who we
# are: the software card belongs to us.
nginx_conf() {
	user=
	[ "$(id -u)" -ne 0 ] || user='user root;'
	cat <<-END
	daemon off;
	$user
	worker_processes 3;
	pid $tmp/nginx.pid;
	error_log stderr;
	env JPKI_DEBUG;
	env OPENSSL_MODULES;
	env PCSCLITE_CSOCK_NAME;
	events {
	}
	http {
		access_log off;
		client_body_temp_path $tmp/body;
		proxy_temp_path $tmp/proxy;
		fastcgi_temp_path $tmp/fastcgi;
		uwsgi_temp_path $tmp/uwsgi;
		scgi_temp_path $tmp/scgi;
		# As Debian has it; 1.22 alone stops at TLS 1.2.
		ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
		ssl_session_cache none;
		ssl_session_tickets off;
		$(cat)
	}
	END
}

# stop NAME [SIGNAL]
stop() {
	eval "pid=\${pid_$1:-}"
	[ -n "$pid" ] || return 0
	kill -s "${2:-TERM}" "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	eval "pid_$1="
}

stop_all() {
	for server in $servers; do
		stop $server
	done
}

# signed_by NAME: how many signatures a server had the card make.
signed_by() {
	grep -c '^> 802A' "log/$1"
}

verified_by() {
	grep -c '^> 0020[0-9A-F]* \[PIN\]' "log/$1"
}

# The certificates of a test: an authority of its own, certificates of it for
# a key in a file (file.key, file.pem) and for the card's (card.pem). The
# card's own certificate, which is for logging in only, is auth.pem.
make_certificates() {
	new_card card card
	cp card/auth-ca.pem .
	openssl x509 -in card/auth.pem -out auth.pem
	cat >certificates.cnf <<-END
	[req]
	distinguished_name = name
	[name]
	[ca]
	basicConstraints = critical, CA:true
	keyUsage = critical, keyCertSign
	subjectKeyIdentifier = hash
	[leaf]
	authorityKeyIdentifier = keyid
	subjectAltName = DNS:localhost
	extendedKeyUsage = serverAuth, clientAuth, emailProtection, codeSigning
	END
	ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
	ok 'certificates' sh -ec "
	    openssl req -config certificates.cnf -x509 -extensions ca \
		$ec -keyout ca.key -out ca.pem -subj /CN=authority
	    openssl req -config certificates.cnf -new -newkey rsa:2048 -nodes \
		-keyout file.key -out file.csr -subj /CN=file
	    openssl req -config certificates.cnf -new -subj /CN=card \
		-provider default -provider jpki -out card.csr \
		-key 'jpki://auth?pin-source=file:auth.pin&reader=soft:card'
	    for name in file card; do
		openssl x509 -req -in \$name.csr -CA ca.pem -CAkey ca.key \
		    -extfile certificates.cnf -extensions leaf \
		    -CAcreateserial -out \$name.pem
	    done"
}
