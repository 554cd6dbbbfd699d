#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-agent with a card behind pcscd: the door between signatures, and cards
# that come and go while a PIN is kept.
. "$(dirname "$0")/pcsc.sh"
if ! command -v ssh-keygen >/dev/null; then
	echo "1..0 # SKIP no OpenSSH here"
	exit 0
fi
HOME=$tmp SSH_AUTH_SOCK=$tmp/sock SSH_ASKPASS=$tmp/askpass
SSH_ASKPASS_REQUIRE=force
export HOME SSH_AUTH_SOCK SSH_ASKPASS SSH_ASKPASS_REQUIRE
cat >askpass <<EOF
#!/bin/sh
echo "\$1" >>$tmp/asked
cat $tmp/auth.pin
EOF
chmod +x askpass
: >asked

sign() {
	rm -f a.sig
	ssh-keygen -q -Y sign -n file -f key.pub a
}

no_keys() {
	ssh-add -L
	[ $? -eq 1 ]
}

has_key() {
	ssh-add -L | grep -qF "$(cut -d ' ' -f 2 key.pub)"
}

n_asked() {
	grep -c '^auth' asked
}

commands() {
	grep -c '^> ' log/agent
}

# How often somebody who had a card began to use it, and it was gone.
misses() {
	grep -c 'BEGIN_TRANSACTION.*REMOVED' "$PCSC_DIR/pcscd.log"
}

missed() {
	[ "$(misses)" -gt "$before" ]
}

door() {
	got=$(raw connect select door)
	is "$1: the door is closed" "${got#*, }" "$closed"
}

new_card card card
jpki-softcard new other >log/out 2>&1
jpki-agent -D -a sock >log/lines 2>log/agent &
agent=$!
trap 'kill $agent; rm -rf "$tmp"' EXIT
until_ok connects sock
ok 'no card, no key' no_keys
insert 1 card
ok 'a card is put in' until_ok ssh-add -L
ssh-add -L >key.pub
is 'the comment names the reader' "$(cut -d ' ' -f 3- key.pub)" \
    'My Number Card (Virtual PCD 00 00)'
ok 'it signs' sign
door 'after a signature'
ok 'and again' sign
is 'the PIN is asked for once' "$(n_asked)" 1
before=$(commands)
ok 'and again, after a look at the door' sign
is 'in five commands' "$(($(commands) - before))" 5

# Out, and at once in again, as nobody asked meanwhile.
eject 1
until_ok no_keys
insert 1 card
ok 'out and in again: it is the same key' until_ok has_key
ok 'it signs' sign
is 'the PIN was asked for anew' "$(n_asked)" 2
sleep 1.5
ok 'it is kept while the card stays' sign
is 'without a question' "$(n_asked)" 2

# Nobody asks for anything while no card is there, and the agent looks for its
# card itself.
before=$(misses)
eject 1
ok 'it misses its card by itself' until_ok missed
insert 1 card
ok 'back, after a while' until_ok has_key
ok 'it signs' sign
is 'the PIN had been forgotten' "$(n_asked)" 3
eject 1
insert 1 other
until_ok ssh-add -L
before=$(apdus '^00 20 .. .. 04')
! sign 2>log/err
result $? 'another card has another key'
is 'and gets no PIN' "$(apdus '^00 20 .. .. 04')" "$before"
is 'nobody was asked' "$(n_asked)" 3
eject 1
insert 1 card
ok 'the first one again' until_ok has_key
ok 'signs without a restart' sign
door 'at the end'
eject 1

# How often a PIN, which stands nowhere else, is in the agent's memory; nothing
# is printed where that may not be read.
in_memory() {
	"$PYTHON" - $agent "$1" <<-'END'
	import sys
	pid, pin = sys.argv[1], sys.argv[2].encode()
	found = 0
	with open(f"/proc/{pid}/maps") as maps, \
	        open(f"/proc/{pid}/mem", "rb", 0) as memory:
	    for line in maps:
	        where, mode = line.split()[:2]
	        if not mode.startswith("rw"):
	            continue
	        start, end = (int(x, 16) for x in where.split("-"))
	        memory.seek(start)
	        found += memory.read(end - start).count(pin)
	print(found)
	END
}
jpki-softcard new other-pin --auth-pin 7391 >log/out 2>&1
insert 1 other-pin
until_ok ssh-add -L
ssh-add -L >key.pub
(umask 077; echo 7391 >auth.pin)
if [ "$(in_memory 7391 2>log/err)" = 0 ]; then
	ok 'a PIN of its own' sign
	is 'is in its memory once' "$(in_memory 7391)" 1
	ssh-add -q -D
	is 'and not after ssh-add -D' "$(in_memory 7391)" 0
	(umask 077; echo 8642 >auth.pin)
	! sign 2>log/err
	result $? 'a wrong one'
	is 'is gone at once' "$(in_memory 8642)" 0
	is 'and was sent' "$(tries other-pin auth)" 2
	(umask 077; echo 7391 >auth.pin)
	ok 'the right one' sign
	eject 1
	forgotten() {
		[ "$(in_memory 7391)" = 0 ]
	}
	ok 'is gone when its card is' until_ok forgotten
else
	skip 'PINs in memory' "it cannot be read here: $(tail -n 1 log/err)"
fi
finish
