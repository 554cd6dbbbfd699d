# SPDX-License-Identifier: Apache-2.0
#
# What the tests of the programs share; sourced. They print TAP, work in a
# directory of their own and always have the trace of commands on.
#
# From the build: JPKI_TEST_CARDS, JPKI_PROGRAMS (the directory of the
# programs), OPENSSL_MODULES, PYTHON.
set -u

# Programs are tested for what ends them, but nohup(1) and "&" hand down
# ignored signals, and a shell cannot undo that.
[ "${JPKI_TEST_SIGNALS:-}" = $$ ] ||
    exec env --default-signal JPKI_TEST_SIGNALS=$$ sh "$0" "$@"

# The terminals of typed() have no colours unless a test says so.
LC_ALL=C.UTF-8 JPKI_DEBUG=apdu TERM=dumb
export LC_ALL JPKI_DEBUG TERM
unset NO_COLOR JPKI_READER JPKI_CONF OPENSSL_CONF
# No test may reach the reader of whoever runs it.
: "${PCSCLITE_CSOCK_NAME:=/nonexistent/pcscd.comm}"
export PCSCLITE_CSOCK_NAME
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../apps/wait.sh"
PATH=$JPKI_PROGRAMS:$PATH
count=0 failed=0 blind=

tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 99' INT TERM
cd "$tmp" || exit 99
umask 022
mkdir log

# result STATUS DESCRIPTION: with what the program said if it is a failure. A
# description is a line, whatever is in it.
result() {
	if [ -n "$blind" ]; then
		skip "$2" "no pseudo-terminal here"
		return
	fi
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		printf '%s\n' "ok $count - $2"
	else
		printf '%s\n' "not ok $count - $2"
		sed 's/^/# /' log/err 2>/dev/null
		failed=$((failed + 1))
	fi
}

# ok DESCRIPTION COMMAND...: the command succeeds.
ok() {
	description=$1
	shift
	"$@" >log/ok 2>&1
	result $? "$description"
}

# is DESCRIPTION GOT WANTED
is() {
	[ "$2" = "$3" ] || echo "# got '$2', wanted '$3'"
	[ "$2" = "$3" ]
	result $? "$1"
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

finish() {
	echo "1..$count"
	[ $failed -eq 0 ]
	exit
}

# run COMMAND...: without a terminal; leaves rc, log/out and log/err.
stdin=/dev/null
run() {
	blind=
	setsid -w "$@" >log/out 2>log/err <"$stdin"
	rc=$?
}

# fails RC TEXT DESCRIPTION: the last run had this exit code, wrote nothing to
# standard output, and said one thing, with this text in it.
fails() {
	problem=
	[ "$rc" -eq "$1" ] || problem="exit code $rc, wanted $1"
	[ "$(said | wc -l)" -eq 1 ] || problem="$problem; not one message"
	said | grep -q -e "$2" || problem="$problem; no '$2'"
	[ ! -s log/out ] || problem="$problem; standard output"
	[ -z "$problem" ] || echo "# $problem"
	[ -z "$problem" ]
	result $? "$3"
}

# works DESCRIPTION: the last run succeeded in silence.
works() {
	[ "$rc" -eq 0 ] && [ -z "$(said)" ]
	result $? "$1"
}

said() {
	grep -v '^> ' log/err
}

# How many commands of the last run had a PIN in them, signed, were sent.
n_verify() {
	grep -c '^> 0020[0-9A-F]* \[PIN\]' log/err
}

n_sign() {
	grep -c '^> 802A' log/err
}

n_commands() {
	grep -c '^> ' log/err
}

# json EXPRESSION [FILE]: of what the last run printed, or of a file, as j.
json() {
	"$PYTHON" -c 'import json, sys
j = json.load(open(sys.argv[2], encoding="utf-8"))
print(eval("(" + sys.argv[1] + ")"))' "$1" "${2:-log/out}"
}

# shows TEXT DESCRIPTION: a line of what the last run printed.
shows() {
	grep -q -e "$1" log/out || sed 's/^/# /' log/out
	grep -q -e "$1" log/out
	result $? "$2"
}

# new_card NAME PROFILE: a fresh copy of a card made at build time.
new_card() {
	rm -rf "$1"
	cp -a "$JPKI_TEST_CARDS/$2" "$1"
}

# free_port: one that nobody listens on, of those that no client is given; tests
# that run at the same time begin to look in different places.
free_port() {
	"$PYTHON" - $$ <<-'END'
	import socket
	import sys
	for i in range(20000):
	    port = 10000 + (int(sys.argv[1]) * 7 + i) % 20000
	    with socket.socket() as s:
	        try:
	            s.bind(("", port))
	        except OSError:
	            continue
	    print(port)
	    break
	END
}

# shows_pin FILE...: a PIN of the test cards, right or wrong, is in a file.
shows_pin() {
	grep -aqw -e 1234 -e ABC123 -e 9999 -e XYZ999 "$@"
}

# tries CARD PIN
tries() {
	jpki-softcard show "$1" 2>/dev/null |
	    sed -n "s/^tries .*$2=\(-\{0,1\}[0-9]*\).*/\1/p"
}

# typed [--again] TEXT COMMAND...: on a terminal of its own, TEXT typed at the
# prompt.
typed() {
	blind=
	if ! "$PYTHON" -c 'import os; os.openpty()' 2>/dev/null; then
		blind=yes	# until the next run
		rc=99
		return
	fi
	"$PYTHON" "$here/terminal.py" "$@" >log/out 2>log/err </dev/null
	rc=$?
}

# fits COLUMNS DESCRIPTION: no line that the terminal of the last typed()
# showed is wider.
fits() {
	is "$2 in $1 columns" "$("$PYTHON" -c '
import sys, unicodedata
text = open("log/out", encoding="utf-8", newline="").read()
print(*(line for line in text.split("\r\n") if int(sys.argv[1]) <
    sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line)))
' "$1")" ""
}

(umask 077
    echo 1234 >auth.pin
    echo ABC123 >sign.pin
    echo 9999 >wrong.pin
    echo XYZ999 >wrong-sign.pin
    echo 123 >short.pin
    : >empty.pin)
echo 'Hello' >a
printf 'x' >b
: >c
