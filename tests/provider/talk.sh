# SPDX-License-Identifier: Apache-2.0
#
# What the tests of TLS by the openssl program share; sourced.
. "$(dirname "$0")/ssl.sh"
. "$here/server.sh"
make_certificates
A='jpki://auth?pin-source=file:auth.pin'
jpki='-provider default -provider jpki'

# server OPTION...: s_server, which answers each line reversed.
server() {
	rm -f $here_socket
	serve server openssl s_server -unix $here_socket -rev "$@"
	ready server listening $here_socket
}

# client OPTION...: s_client, which sends a line.
printf 'hello\nCLOSE\n' >talk
client() {
	stdin=talk
	run timeout 600 openssl s_client -unix $here_socket -ign_eof -CAfile ca.pem \
	    -verify_return_error "$@"
	stdin=/dev/null
}

# talked DESCRIPTION PROTOCOL COMMANDS VERIFIES SIGNATURES: the last client
# did, by this protocol, and its card's part.
talked() {
	got="$rc $(sed -n 's/^New, \(TLS[^,]*\),.*/\1/p' log/out)"
	grep -aq olleh log/out || got="$got, no answer"
	! shows_pin log/err log/out log/server || got="$got, a PIN is shown"
	is "$1" "$got $(n_commands) $(n_verify) $(n_sign)" "0 $2 $3 $4 $5"
}
