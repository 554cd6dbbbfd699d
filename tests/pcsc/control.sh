#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a test does to the private pcscd and its two readers. Each command
# returns when it can be seen that it is done, or fails after some minutes.
#
#	control.sh start		pcscd
#	control.sh stop [SIGNAL]	TERM, or as in "stop KILL"; cards are
#					out then, and are inserted anew
#	control.sh insert 1|2 CARD [OPTION...]	of jpki-softcard serve
#	control.sh eject 1|2 [SIGNAL]
#	control.sh insert-unseen 1|2 CARD [OPTION...]	waits for vpcd only
#	control.sh apdus		all commands that pcscd handed to a
#					card, one a line: "00 20 00 98"
set -u
: "${PCSC_DIR:?only inside private-pcscd.sh}" "${JPKI_RAWCARD:?}"

. "$(dirname "$0")/../apps/wait.sh"

end() {
	pid=$(cat "$1" 2>/dev/null) || return 0
	kill -s "$2" "$pid" 2>/dev/null
	until_ok gone "$pid" || return 1
	rm -f "$1"
}

listed() {
	[ -S /run/pcscd/pcscd.comm ] &&
	    "$JPKI_RAWCARD" list 2>/dev/null | grep -q '^Virtual PCD 00 01:'
}

start() {
	# Newer ones ask polkit who may come in, which is not in here.
	polkit=
	! pcscd --help | grep -q -e --disable-polkit ||
	    polkit=--disable-polkit
	pcscd --foreground --debug --apdu --config "$PCSC_DIR/conf" $polkit \
	    >>"$PCSC_DIR/pcscd.log" 2>&1 </dev/null &
	echo $! >"$PCSC_DIR/pcscd.pid"
	until_ok listed
}

said_in() {
	[ -s "$PCSC_DIR/serve.$1" ] || ! kill -0 "$2" 2>/dev/null
}

insert_unseen() {
	slot=$1 card=$2
	shift 2
	: >"$PCSC_DIR/serve.$slot"
	"$JPKI_PROGRAMS/jpki-softcard" serve "$card" --lang en \
	    --vpcd "127.0.0.1:$((35962 + slot))" "$@" \
	    >"$PCSC_DIR/serve.$slot" 2>"$PCSC_DIR/serve.err.$slot" \
	    </dev/null &
	echo $! >"$PCSC_DIR/serve.pid.$slot"
	until_ok said_in "$slot" $! && [ -s "$PCSC_DIR/serve.$slot" ] &&
	    return 0
	cat "$PCSC_DIR/serve.err.$slot" >&2
	return 1
}

# sees SLOT present|empty[,MS]
sees() {
	"$JPKI_RAWCARD" -r "Virtual PCD 00 0$(($1 - 1))" "wait=$2"
}

# A card that went by itself within a transaction: pcscd says "empty" at the end
# of that, before its next look at the reader (each 0.4 s). If it finds a card
# then it sees no change, and stays at "empty". That look leaves no trace to wait
# for, and may be late: such a card is taken out and put in again.
insert() {
	for chance in 1 2 3; do
		insert_unseen "$@" || return
		sees "$1" present,20000 >/dev/null && return
		end "$PCSC_DIR/serve.pid.$1" TERM
		sleep 5
	done
	insert_unseen "$@" && sees "$1" present
}

apdus() {
	sed -n 's/^.* APDU: \([0-9A-F ]*[0-9A-F]\) *$/\1/p' \
	    "$PCSC_DIR/pcscd.log"
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
start)
	start
	;;
stop)
	end "$PCSC_DIR/pcscd.pid" "${1:-TERM}"
	;;
insert)
	insert "$@"
	;;
insert-unseen)
	insert_unseen "$@"
	;;
eject)
	alive=0
	kill -0 "$(cat "$PCSC_DIR/serve.pid.$1" 2>/dev/null)" 2>/dev/null ||
	    alive=$?
	end "$PCSC_DIR/serve.pid.$1" "${2:-TERM}" && sees "$1" empty || exit
	# See insert.
	[ $alive -eq 0 ] || sleep 1
	;;
apdus)
	apdus
	;;
*)
	echo "control.sh: $command?" >&2
	exit 64
	;;
esac
