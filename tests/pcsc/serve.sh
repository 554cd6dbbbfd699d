#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The served card by raw PC/SC: logins, power, faults, and who shares it.
. "$(dirname "$0")/pcsc.sh"

new_card card card
insert 1 card
is "the door is closed" "$(raw connect door)" "$closed"
is "ATR without extended length" "$(raw connect atr)" \
    "atr 3BC5FF8131FB458073C6010000"

# Logins end with the power and with nothing else.
both="select 9000, read 9000, sign-auth 9000, sign-sign 9000"
is "login" "$(raw connect select verify=auth:1234 verify=sign:ABC123 door)" \
    "select 9000, verify 9000, verify 9000, $both"
is "it outlives the program" "$(raw connect door disconnect=leave)" "$both"
is "a disconnect with reset" "$(raw connect disconnect=reset connect door)" \
    "$both"
is "a reconnect with reset" "$(raw connect reconnect=reset door)" "$both"
is "a transaction that ends with reset" \
    "$(raw connect begin end=reset reconnect door)" "$both"
is "the selection too" "$(raw connect select disconnect=reset connect \
    send=00A4020C020001 data=00B0000002)" \
    "select 9000, send 9000, data 3082 9000"
is "another application ends it" \
    "$(raw connect send=00A4040C0AD3921000310001010408 door)" \
    "send 9000, $closed"
for how in disconnect begin; do
	steps=$how=unpower
	[ $how = disconnect ] || steps="begin end=unpower"
	is "power off ends it ($how)" \
	    "$(raw connect select verify=auth:1234 $steps; raw connect door)" \
	    "$(printf 'select 9000, verify 9000\n%s' "$closed")"
done
is "in a reconnect, too" \
    "$(raw connect select verify=sign:ABC123 reconnect=unpower door)" \
    "select 9000, verify 9000, $closed"
is "and nothing is selected then" "$(raw connect select disconnect=unpower \
    connect send=00A4020C020001)" "select 9000, send 6986"

# Killed: pcscd resets, and takes the power a little later if nobody else is
# connected; so we look once a second only.
is "killed with an open login: closed soon after" "$(
    mkfifo held
    "$JPKI_RAWCARD" connect begin select verify=auth:1234 hold=900000 >held &
    pid=$!
    sed '/holding/q' held >/dev/null
    kill -s KILL $pid
    until_ok closes
    raw connect door)" "$closed"

# One card on disk, whoever asks.
is "a wrong PIN through the reader" \
    "$(raw connect select verify=auth:9999)" "select 9000, verify 63C2"
is "is seen in the directory" "$(tries card auth)" 2
run jpki-sign --reader soft:card --pin-source file:wrong.pin --min-tries 2 \
    auth a
is "one through soft:" "$(raw connect select send=00200098 \
    disconnect=unpower)" "select 9000, send 63C1"
is "the right one gives all back" \
    "$(raw connect select verify=auth:1234 disconnect=unpower)" \
    "select 9000, verify 9000"
is "for both" "$(tries card auth)" 3
is "logins are not shared" "$(
    raw connect select verify=auth:1234
    jpki-sign --reader soft:card --pin-source file:wrong.pin auth a \
	>/dev/null 2>&1
    raw connect door
    tries card auth)" "$(printf '%s\n' "select 9000, verify 9000" \
    "select 9000, read 6982, sign-auth 9000, sign-sign 6982" 2)"
jpki-softcard unlock card

# In and out.
before=$(raw events)
eject 1
is "taken out" "$(raw list | sed 's/,.*//')" "Virtual PCD 00 00: empty"
ok "the program ended well" [ ! -s "$PCSC_DIR/serve.err.1" ]
insert 1 card
ok "the event counter moved" [ "$(raw events)" != "$before" ]
is "a new stay, a closed door" "$(raw connect door)" "$closed"
eject 1 KILL
insert 1 card
new_card other child
insert 2 other
is "two cards" "$("$JPKI_RAWCARD" list | grep -c present)" 2
is "a child's card" "$(raw -r 'Virtual PCD 00 01' connect select \
    send=00A4020C020001)" "select 9000, send 6A82"
eject 2
eject 1

# Switches of the card, and of its stay.
jpki-softcard set card extended=on first-6f00=on
insert 1 card
is "ATR with extended length" "$(raw connect atr)" \
    "atr 3BDA13FF8131FB468012392F31C173C601C03B"
is "first command" "$(raw connect disconnect=unpower connect select select)" \
    "select 6F00, select 9000"
eject 1
jpki-softcard set card extended=off first-6f00=off
# quick COMMAND...: in less than 0.9 s.
quick() {
	start=$(date +%s%N)
	"$@" >/dev/null
	[ $((($(date +%s%N) - start) / 1000000)) -lt 900 ]
}
insert 1 card --delay-ms 300
! quick raw connect select select select
result $? "each command takes its time"
eject 1
insert 1 card
ok "and is quick without" until_ok quick raw connect select select select
eject 1

# Troubles.
insert 1 card --eject-after 3
is "three commands" "$(raw connect select select select)" \
    "select 9000, select 9000, select 9000"
ok "then it is out" "$JPKI_RAWCARD" wait=empty
for fault in truncate garbage 6f00 drop; do
	eject 1
	insert 1 card --fault "2:$fault" --fault 99:mute
	case $fault in
	truncate) wanted="select 9000, select (1 bytes), select 9000" ;;
	garbage) wanted="select 9000, select A5A5, select 9000" ;;
	6f00) wanted="select 9000, select 6F00, select 9000" ;;
	drop) wanted="select 9000, select (0 bytes)" ;;
	esac
	is "fault $fault" "$(raw connect select select select |
	    sed 's/, transmit.*//')" "$wanted"
done
ok "dropped: out" "$JPKI_RAWCARD" wait=empty
eject 1
misses=$(apdus '^00 20 00 80 04 39')
insert 1 card --fault verify:drop
is "out in the middle of VERIFY" \
    "$(raw connect select verify=auth:9999)" \
    "select 9000, verify (0 bytes)"
is "which the card had done" "$(tries card auth)" 2
is "and was sent once" "$(apdus '^00 20 00 80 04 39')" $((misses + 1))
eject 1
insert 1 card --fault sign:mute
"$JPKI_RAWCARD" connect select verify=auth:1234 send=00A4020C020017 \
    send=802A0080010100 >log/mute 2>&1 &
client=$!
four_lines() {
	[ "$(wc -l <log/mute)" -ge 4 ]
}
is "mute in the middle of a signature" \
    "$(until_ok four_lines && kill -0 $client && wc -l <log/mute)" 4
eject 1
ok "the client is free when the card goes" until_ok gone $client

# Without pcscd.
insert 1 card
pid=$(cat "$PCSC_DIR/serve.pid.1")
sh "$PCSC_CONTROL" stop KILL
ok "the reader went away: it ends" until_ok gone $pid
ok "and says so" grep -q "closed the connection" "$PCSC_DIR/serve.err.1"
run jpki-softcard serve card
fails 69 "Connection refused" "nobody there"
run jpki-softcard serve card --vpcd nonsense
fails 65 "HOST:PORT" "no address"
run jpki-softcard serve none
fails 69 "none" "no card"
for wrong in "show card --vpcd 127.0.0.1:1" "new new --fault 1:mute" \
    "set card --eject-after 1" "serve card --birth 1990-01-01"; do
	run jpki-softcard $wrong
	is "wrong usage: $wrong" \
	    "$rc $(grep -c 'not an option of this command' log/err)" "64 1"
done
sh "$PCSC_CONTROL" start
ok "pcscd is back" sh "$PCSC_CONTROL" insert 1 card
for fault in 0:mute x:mute 1:nonsense 1 verify 1:12345; do
	run jpki-softcard serve card --vpcd 127.0.0.1:35964 --fault $fault
	is "fault $fault is refused" "$rc $(grep -c 'bad value' log/err)" \
	    "65 1"
done
is "the door is closed at the end" "$(raw connect door)" "$closed"
is "and no try is lost" "$(tries card auth) $(tries card sign)" "3 5"
finish
