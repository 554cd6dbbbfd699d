#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Our programs and the openssl program on a card behind pcscd: the jobs, the
# tries, the door after each, and neighbours that use the card too.
. "$(dirname "$0")/pcsc.sh"

P="-provider default -provider jpki"
new_card card card
for k in auth sign; do
	openssl x509 -in card/$k.pem -pubkey -noout >$k.pub
done

# A stranger's second SELECT: the first command of all may be answered 6F00.
door() {
	got=$(raw connect select door)
	is "$1: the door is closed" "${got#*, }" "$closed"
}

# job DESCRIPTION: the last run succeeded; the trace may have said things.
job() {
	result $rc "$1"
}

verifies() {
	ok "$1" openssl dgst -$2 -verify $3.pub -signature $4 $5
}

# The same jobs on cards that differ.
while read -r switches; do
	set -- $switches
	name="with ${*:-nothing special}"
	for s; do
		jpki-softcard set card $s >/dev/null
	done
	insert 1 card
	run openssl dgst -sha256 $P -sign 'jpki:auth?reader=Virtual' \
	    -passin file:auth.pin -out a.auth a
	job "$name: dgst with jpki:auth"
	n=$(n_commands)
	limit=11
	case $switches in
	*extended=on*) limit=9 ;;
	*sfi=off*) limit=17 ;;
	*first-6f00=on*) limit=12 ;;
	esac
	[ "$n" -le $limit ]
	result $? "$name: $n commands, at most $limit"
	verifies "$name: its signature" sha256 auth a.auth a
	door "$name: dgst"
	run openssl dgst -sha512 -provider jpki -provider default \
	    -sign 'jpki:sign?reader=0' -passin file:sign.pin -out a.sign a
	job "$name: dgst with jpki:sign"
	verifies "$name: its signature" sha512 sign a.sign a
	run jpki-cms sign --reader Virtual --pin-source file:sign.pin a
	job "$name: jpki-cms"
	n=$(n_commands)
	limit=21
	case $switches in *extended=on*) limit=14 ;; esac
	[ "$n" -le $limit ]
	result $? "$name: $n commands, at most $limit"
	ok "$name: plain openssl verifies it" openssl cms -verify -binary \
	    -inform DER -in a.p7s -content a -CAfile card/sign-ca.pem \
	    -out verified
	door "$name: jpki-cms"
	if command -v jpki-pdf >/dev/null; then
		"$PYTHON" "$here/../apps/pdfs.py" make plain a.pdf
		run jpki-pdf sign --reader Virtual \
		    --pin-source file:sign.pin a.pdf
		job "$name: jpki-pdf"
		is "$name: one VERIFY, $(n_commands) commands, no more" \
		    "$(n_verify) $(($(n_commands) <= n))" "1 1"
		ok "$name: it verifies" jpki-pdf verify \
		    --ca card/sign-ca.pem a-signed.pdf
		door "$name: jpki-pdf"
	fi
	if command -v jpki-xml >/dev/null; then
		run jpki-xml sign --reader Virtual --pin-source file:sign.pin a
		job "$name: jpki-xml"
		[ "$(n_commands)" -le "$n" ]
		result $? "$name: $(n_commands) commands, no more"
		ok "$name: it verifies" jpki-xml verify \
		    --ca card/sign-ca.pem a.sig.xml
		door "$name: jpki-xml"
	fi
	run jpki-sign --pss --pin-source file:auth.pin auth a b c
	job "$name: jpki-sign --pss"
	ok "$name: plain openssl verifies it" openssl dgst -sha256 \
	    -sigopt rsa_padding_mode:pss -verify auth.pub -signature b.sig b
	door "$name: jpki-sign"
	is "$name: no try is lost" "$(tries card auth)$(tries card sign)" 35
	eject 1
done <<END

sfi=off
sfi=on extended=on
filler=700 blocked-sw=6983
extended=off first-6f00=on
reselect=clear filler=0 first-6f00=off
END
jpki-softcard set card reselect=keep >/dev/null
insert 1 card

# On a terminal the card may come a moment later.
eject 1
rm -f a.sig
"$PYTHON" "$here/../apps/terminal.py" none \
    jpki-sign --pin-source file:auth.pin auth a >log/out 2>log/err </dev/null &
pid=$!
insert 1 card
wait $pid
rc=$?
job 'jpki-sign waits for the card on a terminal'
ok 'and signs' test -s a.sig

# Other readers, and none.
run jpki-sign --reader 1 --pin-source file:auth.pin auth a
fails 69 'no card' 'the other reader is empty'
run jpki-sign --reader Nowhere --pin-source file:auth.pin auth a
fails 69 'Nowhere' 'a reader that is not there'

# Tries, through each program.
for program in "jpki-sign auth a" "jpki-cms --key auth sign a"; do
	jpki-softcard unlock card >/dev/null
	run $program --pin-source file:wrong.pin
	is "$program: a wrong PIN, one VERIFY" "$rc $(n_verify)" "1 1"
	is "$program: one try" "$(tries card auth)" 2
	door "$program, wrong PIN"
	run $program --pin-source file:short.pin
	is "$program: a short one, none" "$rc $(n_verify)" "1 0"
	run $program --pin-source file:auth.pin
	is "$program: a PIN that nobody typed is held back" \
	    "$rc $(n_verify) $(tries card auth)" "1 0 2"
	run $program --pin-source file:wrong.pin --min-tries 2
	run $program --pin-source file:auth.pin
	is "$program: the last try is kept" "$rc $(n_verify) $(tries card auth)" \
	    "1 0 1"
	run $program --last-try --pin-source file:auth.pin
	is "$program: unless one insists" "$rc $(n_verify) $(tries card auth)" \
	    "0 1 3"
done
run openssl storeutl $P -certs "jpki:sign?pin-source=file:wrong-sign.pin"
is "storeutl: a wrong password, one try" "$rc $(n_verify) $(tries card sign)" \
    "1 1 4"
door storeutl
run openssl storeutl $P -certs -noout jpki:auth
is "storeutl jpki:auth: no PIN" "$rc $(n_verify)" "0 0"
jpki-softcard unlock card >/dev/null

# A PIN is changed, and the holder's items are read, through a real reader.
(umask 077
    echo 5678 >text.pin
    echo 5179 >new.pin)
run jpki-pin status
is "jpki-pin status: no PIN" "$rc $(n_verify) $(grep -c '3 of 3' log/out)" "0 0 2"
run jpki-pin change auth --pin-source file:auth.pin --new-pin-source file:new.pin
is "jpki-pin change: one VERIFY" "$rc $(n_verify)" "0 1"
door "jpki-pin change"
run jpki-sign --pin-source file:new.pin auth a
job "the new PIN signs"
run jpki-pin change auth --pin-source file:new.pin --new-pin-source file:auth.pin
is "jpki-pin change: a weak one is not sent" "$rc $(n_verify)" "1 0"
run jpki-pin change auth --allow-weak --pin-source file:new.pin \
    --new-pin-source file:auth.pin
job "and back"
# The change is made, and the answer spoilt.
n=$(grep '^> ' log/err | grep -n '^> 0024' | cut -d: -f1)
eject 1
insert 1 card --fault "$n:6f00"
run jpki-pin change auth --pin-source file:auth.pin --new-pin-source file:new.pin
fails 1 'may have been changed or not.*3 tries for both' "a change in doubt"
is "it was sent once" "$(n_verify) $(grep -c '^> 0024' log/err)" "1 1"
eject 1
insert 1 card
run jpki-sign --pin-source file:new.pin auth a
job "the advice was right: the new PIN first"
run jpki-pin change auth --allow-weak --pin-source file:new.pin \
    --new-pin-source file:auth.pin
job "and back again"
# The card is pulled out: in the change, and in the VERIFY before it.
eject 1
insert 1 card --fault "$n:drop"
run jpki-pin change auth --pin-source file:auth.pin --new-pin-source file:new.pin
fails 1 'changed or not.*3 tries for both.*went away' "a card that goes in a change"
eject 1
insert 1 card
run jpki-pin change auth --allow-weak --pin-source file:new.pin \
    --new-pin-source file:auth.pin
job "this one had done it"
eject 1
insert 1 card --fault "verify:drop"
run jpki-pin change auth --pin-source file:auth.pin --new-pin-source file:new.pin
fails 69 'went away.*may have cost a try' "a card that goes in a VERIFY"
is "nothing more was sent" "$(n_verify) $(grep -c '^> 0024' log/err)" "1 0"
eject 1
insert 1 card
run jpki-attributes --compare --pin-source file:text.pin \
    --sign-pin-source file:sign.pin
is "jpki-attributes: both PINs, nothing differs" \
    "$rc $(n_verify) $(wc -l <log/out)" "0 2 6"
door "jpki-attributes"
is "no try is lost" "$(tries card auth)$(tries card sign)$(tries card text)" 353

# The report, with both PINs; then with every third command of it spoilt.
info="jpki-info --compare --pin-source file:sign.pin --text-pin-source file:text.pin"
run $info
is "jpki-info: two PINs" "$rc $(n_verify) $(grep -c 'the same$' log/out)" \
    "0 2 4"
ok "the software card is known by its certificate" \
    grep -q '^My Number Card .*, a software card$' log/out
door "jpki-info"
n=$(n_commands) i=1 bad=
while [ $i -le "$n" ]; do
	eject 1
	insert 1 card --fault "$i:6f00"
	run $info
	# A report, or a message; never both PINs again.
	case $rc in
	0) [ -s log/out ] || bad="$bad $i:silent" ;;
	1 | 65 | 69) [ ! -s log/out ] && [ -n "$(said)" ] || bad="$bad $i" ;;
	*) bad="$bad $i:$rc" ;;
	esac
	[ "$(n_verify)" -le 2 ] || bad="$bad $i:verify"
	got=$(raw connect select door)
	[ "${got#*, }" = "$closed" ] || bad="$bad $i:door"
	i=$((i + 3))
done
is "jpki-info with every third of $n commands spoilt" "$bad" ""
is "no try is lost" "$(tries card auth)$(tries card sign)$(tries card text)" 353
eject 1
insert 1 card

# Documents: what comes in between leaves no door open and nothing half done.
for fault in verify:drop verify:6f00 9:drop 13:drop 14:6f00 14:drop; do
	rm -f ./*.p7s
	eject 1
	insert 1 card --fault $fault
	run jpki-cms --pin-source file:sign.pin sign a b
	[ "$rc" -ne 0 ] && [ -n "$(said)" ]
	result $? "jpki-cms, fault $fault: it is told"
	is "one VERIFY at most, nothing is left" \
	    "$(($(n_verify) <= 1)) $(echo ./*.p7s*)" "1 ./*.p7s*"
	eject 1
	insert 1 card
	door "jpki-cms, fault $fault"
	jpki-softcard unlock card >/dev/null
done
eject 1
insert 1 card --sign-ms 2000
interrupted PIN INT env --default-signal=INT \
    sh -c 'rm -f ./*.p7s && exec "$@"' sh \
    jpki-cms --pin-source file:sign.pin sign a b
is "jpki-cms, ^C in the run" "$rc $(echo ./*.p7s*)" "130 ./*.p7s*"
door "jpki-cms, ^C in the run"
if command -v jpki-pdf >/dev/null; then
	interrupted PIN INT env --default-signal=INT \
	    sh -c 'rm -f ./*-signed.pdf && exec "$@"' sh \
	    jpki-pdf --pin-source file:sign.pin sign a.pdf
	is "jpki-pdf, ^C in the run" "$rc $(echo ./*-signed.pdf*)" \
	    "130 ./*-signed.pdf*"
	door "jpki-pdf, ^C in the run"
fi
if command -v jpki-xml >/dev/null; then
	interrupted PIN INT env --default-signal=INT \
	    sh -c 'rm -f ./*.sig.xml && exec "$@"' sh \
	    jpki-xml --pin-source file:sign.pin sign a b
	is "jpki-xml, ^C in the run" "$rc $(echo ./*.sig.xml*)" \
	    "130 ./*.sig.xml*"
	door "jpki-xml, ^C in the run"
fi
eject 1
insert 1 card
is "no try is lost" "$(tries card auth)$(tries card sign)$(tries card text)" 353

# Many.
mkdir many
i=0
while [ $i -lt 1000 ]; do
	echo $i >many/$i
	i=$((i + 1))
done
run jpki-sign --pin-source file:auth.pin auth many/*
is "1000 signatures in one run" "$rc $(n_verify) $(n_sign)" "0 1 1000"
verifies "the last one" sha256 auth many/999.sig many/999
i=0 bad=0
while [ $i -lt 100 ]; do
	run jpki-sign --pin-source file:auth.pin auth a
	[ $rc -eq 0 ] || bad=$((bad + 1))
	i=$((i + 1))
done
is "100 programs one after the other" $bad 0
(
	i=0
	while [ $i -lt 20 ]; do
		jpki-sign --pin-source file:sign.pin sign b 2>/dev/null || exit 1
		i=$((i + 1))
	done
) &
other=$!
i=0 bad=0
while [ $i -lt 20 ]; do
	run jpki-sign --pin-source file:auth.pin auth a
	[ $rc -eq 0 ] || bad=$((bad + 1))
	i=$((i + 1))
done
wait $other
is "two programs at once" "$? $bad" "0 0"
is "no try is lost" "$(tries card auth)$(tries card sign)" 35

# Next to OpenSC, which shares the card and selects applications too.
(
	i=0
	while [ $i -lt 5 ]; do
		pkcs11-tool --login --pin 1234 --sign -m SHA256-RSA-PKCS \
		    --id 01 -i a -o opensc.sig >/dev/null 2>&1 || exit 1
		i=$((i + 1))
	done
) &
other=$!
i=0 bad=0
while [ $i -lt 20 ]; do
	run jpki-sign --pin-source file:auth.pin auth a
	[ $rc -eq 0 ] || bad=$((bad + 1))
	i=$((i + 1))
done
wait $other
is "OpenSC and we at once" "$? $bad" "0 0"
verifies "OpenSC's signature" sha256 auth opensc.sig a
is "no try is lost" "$(tries card auth)" 3

# A server: the key is loaded once, and signs in forked workers.
uri='jpki:auth?reader=Virtual'
is "workers sign" "$("$JPKI_WORKER" "$uri" 1234 4 10 2>/dev/null)" 50
is "no try is lost" "$(tries card auth)" 3
is "a wrong PIN never tried yet, in all of them" \
    "$("$JPKI_WORKER" "$uri" 9999 4 25 2>/dev/null)" 0
is "one try" "$(tries card auth)" 2
door "workers"
jpki-softcard unlock card >/dev/null

# Interrupted in a run, while a bystander keeps the card powered: the run ends
# first.
eject 1
insert 1 card --sign-ms 1000
"$JPKI_RAWCARD" connect hold=900000 >bystander &
stander=$!
for signal in TERM HUP ALRM; do
	interrupted '> 802A' $signal \
	    jpki-sign --pin-source file:auth.pin auth a b c
	is "$signal ends it" $((rc > 128)) 1
	door "$signal in a run"
done
traced '> 802A' env --ignore-signal=HUP \
    jpki-sign --pin-source file:auth.pin auth a b c
kill -s HUP $pid
wait $pid
is "an ignored HUP ends nothing" $? 0
untraced
kill $stander
wait $stander 2>/dev/null

# A key that is kept is for one card: another one in another reader, or after
# pcscd was started again, is not sent its PIN.
jpki-softcard new other --auth-pin 9876 >/dev/null
mkfifo orders results
sign_on() {
	echo go >&3
	read -r made <&4
	echo "$made"
}
for how in reader daemon; do
	eject 1
	insert 1 card
	"$JPKI_WORKER" jpki:auth 1234 0 1 each-line <orders >results 2>log/worker &
	pid=$!
	exec 3>orders 4<results
	is "another card in another $how: at first" "$(sign_on)" 1
	if [ $how = reader ]; then
		eject 1
		insert 2 other
	else
		sh "$PCSC_CONTROL" stop KILL
		sh "$PCSC_CONTROL" eject 1 >/dev/null 2>&1
		sh "$PCSC_CONTROL" start >/dev/null
		insert 1 other
	fi
	is "another card in another $how: no signature" \
	    "$(sign_on)$(sign_on)$(sign_on)" 000
	is "another card in another $how: no try" "$(tries other auth)" 3
	eject 1
	eject 2
	insert 1 card
	is "another card in another $how: and the right one again" \
	    "$(sign_on)$(sign_on) $(tries card auth)" '11 3'
	exec 3>&- 4<&-
	# What was started meanwhile may hold the pipe open.
	kill $pid
	wait $pid
done

# Killed in a signature: closed soon after, as nobody else is connected.
eject 1
insert 1 card --sign-ms 3000
traced '> 802A' jpki-sign --pin-source file:auth.pin auth a
kill -s KILL $pid
wait $pid 2>/dev/null
untraced
until_ok closes
door "killed in a signature"
eject 1

# The service dies; a new one serves the next program.
insert 1 card
sh "$PCSC_CONTROL" stop KILL
run jpki-sign --pin-source file:auth.pin auth a
fails 69 'pcscd' 'pcscd was killed'
sh "$PCSC_CONTROL" eject 1 >/dev/null 2>&1
sh "$PCSC_CONTROL" start >/dev/null
insert 1 card
run jpki-sign --pin-source file:auth.pin auth a
job 'pcscd was started again'
finish
