# SPDX-License-Identifier: Apache-2.0
#
# What the tests behind a private pcscd share; sourced, after which the
# working directory is temporary. A test is a script that begins so, run by
# private-pcscd.sh; meson.build lists them. The reader of the first card is
# "Virtual PCD 00 00", of the second "Virtual PCD 00 01".
. "$(dirname "$0")/../apps/tap.sh"

# insert SLOT CARD [OPTION...], eject SLOT [SIGNAL]: returns when pcscd sees
# it.
insert() {
	sh "$PCSC_CONTROL" insert "$@" || finish_early "insert $*"
}

eject() {
	sh "$PCSC_CONTROL" eject "$@" || finish_early "eject $*"
}

finish_early() {
	echo "Bail out! $*"
	exit 1
}

# apdus PATTERN: how many commands since pcscd started look like it, as in
# apdus '^00 20 .. .. 04'.
apdus() {
	sh "$PCSC_CONTROL" apdus | grep -c "$1"
}

# traced PATTERN COMMAND...: starts it, and returns when it has traced that or
# ended; pid is its. Whoever waits for it says untraced then.
traced() {
	pattern=$1
	shift
	rm -f trace
	mkfifo trace
	"$@" >/dev/null 2>trace &
	pid=$!
	exec 5<trace
	sed "/$pattern/q" <&5 >/dev/null
}

untraced() {
	exec 5<&-
}

# interrupted PATTERN SIGNAL COMMAND...: sends it that when it has traced that;
# rc is what it came to. Again if it was done before the signal came.
interrupted() {
	awaited=$1 signal=$2
	shift 2
	for chance in 1 2 3 4 5; do
		traced "$awaited" "$@"
		kill -s "$signal" $pid 2>/dev/null
		wait $pid
		rc=$?
		untraced
		[ $rc -eq 0 ] || return 0
	done
}

# closes: looked at once a second only, as each look is a connection.
closes() {
	sleep 1
	[ "$(raw connect door)" = "$closed" ]
}

# raw STEP...: one line of what the card said: "select 9000, read 6982".
raw() {
	"$JPKI_RAWCARD" "$@" 2>&1 | grep -v '^file 9000$' | paste -sd, |
	    sed 's/,/, /g'
}

closed="select 9000, read 6982, sign-auth 6982, sign-sign 6982"
