# SPDX-License-Identifier: Apache-2.0
#
# How the tests wait: for what can be seen, as long as a busy machine may need.
# Sourced.

# until_ok COMMAND...: it succeeds within two minutes, or more if commands are
# slow here. Whoever looks less often says how many looks that are.
looks=6000
until_ok() {
	rounds=0
	until "$@" >/dev/null 2>&1; do
		rounds=$((rounds + 1))
		[ $rounds -lt $looks ] || return 1
		sleep 0.02
	done
}

# gone PID: not even a zombie is left.
gone() {
	! kill -0 "$1" 2>/dev/null
}

# listens PORT: somebody does, by the kernel's books.
listens() {
	grep -q ":$(printf %04X "$1") [0-9A-F:]* 0A " /proc/net/tcp \
	    /proc/net/tcp6
}

# connects SOCKET|PORT: somebody accepts connections there.
connects() {
	"$PYTHON" - "$1" <<-'END'
	import socket
	import sys
	where = sys.argv[1]
	if where.isdigit():
	    socket.create_connection(("127.0.0.1", int(where)))
	else:
	    socket.socket(socket.AF_UNIX).connect(where)
	END
}

# listening SOCKET: the same without disturbing a server that counts. The name
# is the one that it was bound with.
listening() {
	awk '$4 == "00010000" && $8 == path { found = 1 }
	    END { exit !found }' path="$1" /proc/net/unix
}
