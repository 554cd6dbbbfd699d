#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# private-pcscd.sh [-c CARD]... COMMAND...: runs a command where it sees a
# pcscd of its own, with vpcd's two readers and no other. Each -c serves one
# software card, first in the first reader.
#
# The command gets, and can use with control.sh beside this file:
#
#	PCSC_DIR	state and logs
#	PCSC_CONTROL	"sh $PCSC_CONTROL insert 1 CARD" and more
#
# Nothing outside is touched: mounts, processes and network are namespaces of
# their own, and when this program ends, by kill -9 too, all that it started
# ends with it. Ports are vpcd's own, 35963 and 35964.
#
# Where it cannot be done: one line of TAP that says why, exit code 0.
#
# From the build: JPKI_PROGRAMS (the programs' directory), JPKI_RAWCARD,
# PYTHON.
set -u
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

# Outside: looks whether it can be done, then goes in.
if [ "${1:-}" != --inside ]; then
	for tool in pcscd unshare setpriv mount; do
		command -v $tool >/dev/null || skip "no $tool here"
	done
	driver=$(sed -n 's/^LIBPATH[[:space:]]*//p' /etc/reader.conf.d/vpcd \
	    2>/dev/null)
	[ -f "$driver" ] || skip "no vpcd here (Debian: vsmartcard-vpcd)"
	inside="unshare --mount --pid --net --fork --kill-child --mount-proc"
	[ "$(id -u)" -eq 0 ] || inside="$inside --map-root-user"
	reason=$($inside sh -c 'mount -t tmpfs none /run &&
	    mount -t tmpfs none /usr/lib/pcsc' 2>&1) ||
	    skip "no private namespaces here:" $reason
	# unshare takes no notice of TERM, but takes everything along when it
	# is killed: by us, or because we were.
	exec 3<&0
	setpriv --pdeathsig KILL $inside sh "$0" --inside "$driver" "$@" \
	    <&3 3<&- &
	child=$!
	trap 'kill -s KILL $child; exit 99' TERM INT HUP
	wait $child
	exit
fi
shift

# On a file system of our own: nothing to clean up.
mount -t tmpfs none /run || exit 99
PCSC_DIR=/run/test
PCSC_CONTROL=$here/control.sh
PCSCLITE_CSOCK_NAME=/run/pcscd/pcscd.comm
XDG_CACHE_HOME=$PCSC_DIR	# OpenSC's
export PCSCLITE_CSOCK_NAME PCSC_DIR PCSC_CONTROL XDG_CACHE_HOME PATH
mkdir -p /run/pcscd "$PCSC_DIR/conf" || exit 99

# The driver first: what hides the machine's own readers hides it too.
cp "$1" "$PCSC_DIR/vpcd.so" && mount -t tmpfs none /usr/lib/pcsc || exit 99
shift
cat >"$PCSC_DIR/conf/vpcd" <<END
FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:35963
LIBPATH      $PCSC_DIR/vpcd.so
CHANNELID    35963
END
"$python" - <<'END' || exit 99
import fcntl, socket, struct
SIOCSIFFLAGS, UP_LOOPBACK_RUNNING = 0x8914, 0x49
fcntl.ioctl(socket.socket(), SIOCSIFFLAGS,
            struct.pack("16sH22x", b"lo", UP_LOOPBACK_RUNNING))
END

if ! sh "$PCSC_CONTROL" start; then
	tail -n 20 "$PCSC_DIR/pcscd.log" >&2
	echo "pcscd does not start" >&2
	exit 99
fi
slot=1
while [ "${1:-}" = -c ]; do
	sh "$PCSC_CONTROL" insert $slot "$2" || exit 99
	slot=$((slot + 1))
	shift 2
done
"$@"
