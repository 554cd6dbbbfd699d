#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The PKCS#11 module behind pcscd: no door is left open, cards come and go, and
# others use the same card meanwhile. tests/bench/ compares it with OpenSC's.
#
# usage: p11.sh MODULE
module=$1
. "$(dirname "$0")/pcsc.sh"
HOME=$tmp XDG_CONFIG_HOME=$tmp
export HOME XDG_CONFIG_HOME

for tool in pkcs11-tool ssh-keygen; do
	command -v $tool >/dev/null ||
	    { echo "1..0 # SKIP no $tool here (Debian: opensc, openssh-client)"
	    exit 0; }
done

# door DESCRIPTION: a program without a PIN gets nothing.
door() {
	got=$(raw connect select door)
	is "$1: the door is closed" "${got#*, }" "$closed"
}

tool() {
	run pkcs11-tool --module "$module" "$@"
}

sign() {
	rm -f sig
	tool -l --pin "${pin:-1234}" --sign -m SHA256-RSA-PKCS -i a -o sig
}

# signs DESCRIPTION
signs() {
	sign
	is "$1" "$rc $(n_sign)" '0 1'
	ok "$1: openssl verifies it" openssl dgst -sha256 -verify auth.pub \
	    -signature sig a
}

# Without a card, and without a reader that has one.
tool -L
is 'readers without a card are slots' \
    "$rc $(grep -c '^Slot' log/out) $(grep -c 'token label' log/out)" '0 2 0'

# Cards as they are in the field.
for switch in sfi=on sfi=off extended=on pss=off first-6f00=on filler=300; do
	new_card card card
	jpki-softcard set card "$switch"
	openssl x509 -in card/auth.pem -noout -pubkey >auth.pub
	insert 1 card
	signs "$switch"
	door "$switch"
	pin=9999 sign
	is "$switch, wrong PIN: one try" \
	    "$((rc != 0)) $(n_verify) $(tries card auth)" '1 1 2'
	door "$switch, wrong PIN"
	tool -O
	is "$switch: objects without a PIN" \
	    "$rc $(grep -c 'Object;' log/out)" '0 3'
	eject 1
done

new_card card card
insert 1 card
tool -l --pin 1234 --sign -m RSA-PKCS-PSS --hash-algorithm SHA256 \
    --mgf MGF1-SHA256 --salt-len 32 -i b -o sig
door 'what is refused'
ssh-keygen -D "$module" >log/out 2>log/err
door 'ssh-keygen -D'

# Two cards: a slot each, and each gets its own PIN only.
new_card second child
insert 2 second
tool -L
is 'two cards, two tokens' "$(grep -c 'token label' log/out)" 2
tool --slot 1 -l --pin 1234 -O
is 'the second one' "$rc $(grep -c '^Private Key' log/out)" '0 1'
eject 2

# A browser is like that: it stays, while cards go and come.
"$JPKI_P11WORKER" "$module" wait >log/events 2>&1 &
worker=$!
until_ok grep -q '^waiting' log/events
eject 1
until_ok grep -q '^event 0$' log/events
insert 1 card
until_ok grep -q '^event 0 present$' log/events
ok 'blocking waits tell removal and insertion' wait $worker

# The same module, for a long time: the card goes and comes back, is another
# one meanwhile, and pcscd ends.
serve_commands() {
	rm -f commands answers
	mkfifo commands answers
	"$JPKI_P11WORKER" "$module" serve <commands >answers 2>log/worker &
	worker=$!
	exec 7>commands 8<answers
}

# ask COMMAND...: what the worker answers.
ask() {
	echo "$*" >&7
	IFS= read -r answer <&8
	echo "$answer"
}

serve_commands
is 'a session, logged in' "$(ask open) $(ask login 1234) $(ask read)" \
    '0 0 0'
is 'signs' "$(ask sign)" 0
door 'a program that stays'
eject 1
is 'not without a card' "$(ask sign)" 0x32
insert 1 card
is 'again when it is back' "$(ask sign)" 0
eject 1
new_card second child
insert 1 second
before=$(apdus '^00 20 .. .. 04')
is 'another card gets no PIN' \
    "$(ask sign) $(($(apdus '^00 20 .. .. 04') - before))" '0x32 0'
is 'nor does the old session go on' "$(ask sign)" 0xb3
is 'a new one does' "$(ask open) $(ask login 1234) $(ask sign)" '0 0 0'
# pcscd ends, and begins again.
sh "$PCSC_CONTROL" stop >/dev/null
is 'not without pcscd' "$(ask open)" 0xe0
sh "$PCSC_CONTROL" eject 1 >/dev/null 2>&1
sh "$PCSC_CONTROL" start >/dev/null
insert 1 second
is 'again when it runs again' "$(ask open) $(ask sign)" '0 0'
echo quit >&7
exec 7>&- 8<&-
wait $worker
eject 1

# OpenSC's tools and ours at the same card, in a loop: each in its own time.
insert 1 card
opensc=$(ls /usr/lib/*/opensc-pkcs11.so 2>/dev/null | head -n 1)
if [ -f "$opensc" ]; then
	with() {
		pkcs11-tool --module "$1" -l --pin 1234 --sign \
		    -m SHA256-RSA-PKCS -i a -o "$2" >"log/$2" 2>&1
	}
	(for i in 1 2 3 4; do
		with "$opensc" theirs || exit
	done) &
	other=$!
	bad=0
	for i in 1 2 3 4; do
		with "$module" ours || bad=$((bad + 1))
	done
	wait $other
	is 'beside OpenSC: no error on either side' "$? $bad" '0 0'
	is 'beside OpenSC: no try is lost' "$(tries card auth)" 3

	with "$module" ours
	door 'after ours'
else
	skip 'beside OpenSC' 'no opensc-pkcs11.so here (Debian: opensc-pkcs11)'
fi
finish
