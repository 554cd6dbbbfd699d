#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-doctor --record, and programs on cards that answer as a record says.
#
# usage: record.sh FAKE-PCSCD
. "$(dirname "$0")/tap.sh"
fake=$1
HOME=$tmp XDG_CONFIG_HOME=$tmp
export HOME XDG_CONFIG_HOME

# record CARD OPTION...: of a software card, into CARD.rec
record() {
	card=$1
	shift
	run jpki-doctor --reader "soft:$card" --record "$card.rec" --yes "$@"
}

# with_pin CARD: with the PIN, too
with_pin() {
	record "$1" --with-auth-pin --pin-source file:auth.pin
}

# played RECORD COMMAND...: on the card "plain", which answers as recorded
played() {
	rec=$1
	shift
	run env LD_PRELOAD="$fake" FAKE_READERS=1 FAKE_CARD0=plain \
	    FAKE_RECORD="$rec" "$@"
}

# n_lines RECORD FIELD=VALUE...: how many commands have these
n_lines() {
	"$PYTHON" -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])][1:]
want = dict(pair.split("=") for pair in sys.argv[2:])
print(sum(all(str(line.get(k, "")).startswith(v) for k, v in want.items())
          for line in lines))' "$@"
}

# edit RECORD NEW CODE: code may change "lines", the objects
edit() {
	"$PYTHON" -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
exec(sys.argv[3])
with open(sys.argv[2], "w") as out:
    for line in lines:
        print(json.dumps(line), file=out)' "$@"
}

# like RECORD: makes the card "plain" one whose certificates are as long as
# the recorded ones, and that announces extended length if that one did.
like() {
	"$PYTHON" -c '
import json, sys
files, now = {}, None
for line in map(json.loads, list(open(sys.argv[1]))[1:]):
    command = line["command"]
    if command[:4] == "00B0" and line.get("status") == "9000":
        p1 = int(command[4:6], 16)
        first = p1 & 0x80 or command[4:8] == "0000"
        now = p1 & 0x1f if p1 & 0x80 else now
        files[now] = (0 if first else files[now]) + line["bytes"]
        if len(command.split()[1]) == 6:
            print("extended")
    elif command[:8] == "00A4020C":
        now = int(command[-4:], 16) & 0x1f
for file, name in (10, "auth"), (11, "auth-ca"):
    if files.get(file, 0) > 256:
        print(name, files[file])' "$1" | sort -u >like
	while read -r name bytes; do
		if [ "$name" = extended ]; then
			jpki-softcard set plain extended=on
		else
			"$PYTHON" "$here/longer.py" "plain/$name.pem" \
			    "$ca_key" "$bytes"
		fi
	done <like >/dev/null 2>&1
}

# What a program did: its commands, and what it said but for the reader.
did() {
	{
		echo "exit $rc"
		grep '^> ' log/err
		said
		grep -v -i -e reader -e リーダー log/out |
		    sed 's/, a software card$//; s/（ソフトウェアカード）$//'
	}
}

# The whole flows, on a card of its own and on its record.
flows() {
	for flow in 'jpki-info' 'jpki-info --lang ja' 'jpki-pin status --json' \
	    'jpki-sign --pin-source file:auth.pin auth a' \
	    'jpki-sign --pin-source file:auth.pin --pss auth a'; do
		rm -f a.sig
		run env JPKI_READER="soft:$1" $flow
		did >real
		is "$1: $flow: as the card itself" "$(
			rm -f a.sig
			played "$1.rec" $flow
			did | diff real - | head -5)" ""
	done
}

# Without the provider something is always broken.
fair=$(jpki-doctor --reader "soft:$JPKI_TEST_CARDS/card" >/dev/null 2>&1
    echo $?)
new_card plain card
for g in 1 2 3; do
	cmp -s plain/ca/auth-ca-$g.pem plain/auth-ca.pem &&
	    ca_key=plain/ca/auth-ca-$g.key
done

# The record of a card, by itself.
new_card card card
with_pin card
is "a record of a card" "$(said) $(head -1 card.rec | grep -c \
    '^{"record": 1, "libjpki": "[0-9.]*", "reader": "soft", "atr": "3B')" " 1"
is "one VERIFY, one signature of each padding" "$(
    n_lines card.rec 'command=00200098 [PIN]' status=9000) $(
    n_lines card.rec 'command=802A0097' status=9000 bytes=256) $(
    n_lines card.rec 'command=802A0497' status=9000 bytes=256)" "1 1 1"
is "no try is lost" "$(tries card auth)" 3
is "the last command closes the door" \
    "$(tail -1 card.rec | grep -c '00A4040C 0A D392')" 1
# OpenSSL's store has a card of its own, whose commands are none of ours.
OPENSSL_MODULES=$tmp record card
is "as the trace has it" "$(grep '^> ' log/err)" "$("$PYTHON" -c '
import json
for line in map(json.loads, list(open("card.rec"))[1:]):
    size = "[%d bytes] " % line["bytes"] if line["bytes"] else ""
    print("> " + line["command"], ":", size + line["status"])')"
record card
is "without the PIN none is sent" "$(n_verify) $(
    n_lines card.rec 'command=802A0097')" "0 0"

# Nothing is written that nobody has read.
rm -f card.rec
run jpki-doctor --reader soft:card --record card.rec
fails 1 'terminal' "without a terminal"
is "nothing was sent or written" "$(n_commands) $(ls card.rec 2>&1 |
    grep -c 'No such')" "0 1"
typed no jpki-doctor --reader soft:card --record card.rec
is "shown, and not wanted" "$rc $(grep -c '"command": "00200098"' log/out |
    sed 's/[1-9].*/some/') $(ls card.rec 2>/dev/null)" "1 some "
typed yes env -u JPKI_DEBUG jpki-doctor --reader soft:card --record card.rec
tr -d '\r' <log/out | grep '^{"' >shown
ok "shown, and wanted: the very same" cmp shown card.rec
typed '1234
yes' jpki-doctor --reader soft:card --record card.rec --with-auth-pin
is "with the PIN" "$(n_lines card.rec 'command=00200098 [PIN]' status=9000)" 1
typed '9999
yes' jpki-doctor --reader soft:card --record card.rec --with-auth-pin
is "a wrong PIN is recorded, too" "$rc $(
    n_lines card.rec 'command=00200098 [PIN]' status=63C2) $(
    n_lines card.rec 'command=802A0097') $(tries card auth)" "1 1 0 2"
with_pin card
is "then none from a file is sent" "$rc $(n_verify) $(tries card auth)" "1 0 2"
record card --with-auth-pin --pin-source file:auth.pin --min-tries 2
is "but one that is insisted on" "$rc $(n_verify) $(tries card auth)" "$fair 1 3"
for left in 2 1 1; do
	record card --with-auth-pin --pin-source file:wrong.pin --min-tries 2
	is "a wrong one: $left left" "$rc $(tries card auth)" "1 $left"
done
is "the last try is not touched" "$(n_verify)" 0
new_card card card
record card --with-auth-pin --pin-source file:short.pin
is "nor one of another shape" "$rc $(n_verify)" "1 0"

# Cards of all kinds: the program cannot tell the record from the card.
deviant() {
	name=$1
	new_card "$name" "${3:-card}"
	[ -z "$2" ] || jpki-softcard set "$name" $2 2>/dev/null
}
deviant usual ''
deviant no-short-ids sfi=off
deviant first-command first-6f00=on
deviant extended extended=on
deviant no-pss pss=off
deviant filler filler=300
deviant blocked ''
deviant phone '' android
deviant long ''
"$PYTHON" "$here/longer.py" long/auth.pem "$ca_key" 2900
deviant short ''
"$PYTHON" "$here/longer.py" short/auth.pem "$ca_key" 1500
for i in 1 2 3; do
	jpki-sign --reader soft:blocked --last-try --pin-source file:wrong.pin \
	    auth a >/dev/null 2>&1
done
for card in usual no-short-ids first-command extended no-pss filler \
    blocked phone long short; do
	with_pin $card
	new_card plain card
	# A phone's certificates are another card's.
	[ $card != phone ] || new_card plain android
	like $card.rec
	flows $card
done
new_card plain card
is "no short EF ids" "$(n_lines no-short-ids.rec command=00A4020C status=9000 |
    sed 's/^[1-9].*/some/') $(n_lines no-short-ids.rec command=00B08)" \
    "some 0"
is "first command" "$(sed -n 2p first-command.rec | grep -c '"6F00"')" 1
is "extended length" "$(n_lines extended.rec 'command=00B08A00 00' |
    sed 's/^[1-9].*/some/')" some
is "no PSS" "$(n_lines no-pss.rec command=802A04 status=9000)" 0
is "a longer certificate" "$("$PYTHON" - long.rec <<-E
	import json, sys
	at = [json.loads(line) for line in open(sys.argv[1])]
	first = [n for n, l in enumerate(at)
	         if l.get("command") == "00B08A00 00"][0]
	print(sum(l["bytes"] for l in at[first:first + 12]))
	E
)" 2900

# What a card could answer and none of ours does.
works_as() {
	edit usual.rec it.rec "$2"
	played it.rec jpki-info --json
	is "$1: jpki-info" "$rc $(said)" "0 "
	played it.rec jpki-pin status
	is "$1: jpki-pin status" "$rc $(said)" "0 "
	played it.rec jpki-sign --pin-source file:auth.pin auth a
	is "$1: jpki-sign" "$rc $(said) $(n_verify)" "0  1"
}
answer='
def put(command, status, size, *more):
    for at, line in reversed(list(enumerate(lines))):
        if line.get("command") == command:
            line.update(status=status, bytes=size)
            lines[at + 1:at + 1] = [
                dict(command=c, status="9000", bytes=n, us=0)
                for c, n in more]
'
works_as "as it was" ''
works_as "the label by 6C" "$answer
put('00B08600 20', '6C10', 0, ('00B08600 10', 16))"
works_as "the label by 61" "$answer
put('00B08600 20', '6120', 0)"
works_as "a certificate by 61" "$answer
put('00B08A00 00', '6100', 0)"
works_as "6F00 once, in the middle" "$answer
put('00B08800 03', '6F00', 0, ('00B08800 03', 3))"
# refused DESCRIPTION TEXT [RC]: the last one failed with this, and no try is
# lost
refused() {
	is "$1" "$rc $(said | grep -c -e "$2") $(tries plain auth)" "${3:-1} 1 3"
}
for sw in 6A86 6A80 6D00; do
	edit usual.rec it.rec "$answer
put('802A0497 20 [33 bytes]', '$sw', 0)"
	played it.rec jpki-sign --pss --pin-source file:auth.pin auth a
	refused "PSS: $sw" .
	is "PKCS#1 still works" "$(
	    played it.rec jpki-sign --pin-source file:auth.pin auth a
	    echo $rc)" 0
done
edit usual.rec it.rec "$answer
put('00200098 [PIN]', '6581', 0)"
played it.rec jpki-sign --pin-source file:auth.pin auth a
refused "VERIFY with an odd answer" 6581
is "is not repeated" "$(n_verify) $(n_sign)" "1 0"
edit usual.rec it.rec "$answer
put('802A0097 33 [52 bytes]', '9000', 200)"
played it.rec jpki-sign --pin-source file:auth.pin auth a
refused "a signature that is too short" 200 65
edit usual.rec it.rec "
for line in lines[1:]:
    if line['command'].startswith('00B00300'):
        del line['status'], line['bytes']
        line['error'] = 'JPKI_ERR_IO'"
played it.rec jpki-info
refused "a reader that loses an answer" link 69

# PINs that are blocked, as other cards say it.
for sw in 63C0 6983 6984; do
	edit usual.rec it.rec "
for line in lines[1:]:
    if line['command'].startswith('00200'):
        line['status'] = '$sw'"
	played it.rec jpki-pin status
	is "$sw: jpki-pin status" "$rc $(grep -c locked log/out)" "3 3"
	played it.rec jpki-sign --last-try --pin-source file:auth.pin auth a
	refused "$sw: jpki-sign" locked
	is "$sw: no PIN is sent" "$(n_verify)" 0
done
# And one that blocks while it is asked.
edit usual.rec it.rec "$answer
put('00200098 [PIN]', '6983', 0)"
played it.rec jpki-sign --pin-source file:auth.pin auth a
refused "VERIFY is answered 6983" locked
is "no second one" "$(n_verify)" 1

# Times.
edit usual.rec slow.rec '
for line in lines[1:]:
    line["us"] = 30000'
FAKE_TIMES=1 played slow.rec jpki-doctor --record again.rec --yes
is "times are played, and recorded" "$("$PYTHON" -c '
import json
times = [json.loads(l)["us"] for l in list(open("again.rec"))[1:]]
print(len(times) > 20 and min(times) >= 30000)')" True
# A record of a record is the record.
played usual.rec jpki-doctor --record again.rec --yes --with-auth-pin \
    --pin-source file:auth.pin
for rec in usual again; do
	edit $rec.rec $rec.bare '
lines[0]["reader"] = ""
for line in lines[1:]:
    line["us"] = 0'
done
ok "a record of a record is the same" cmp usual.bare again.bare
FAKE_NAME='Maker Reader [CCID] (SER12345) 00 00' played usual.rec \
    jpki-doctor --record named.rec --yes
is "the reader without its serial number" "$(head -1 named.rec |
    grep -c '"reader": "Maker Reader .CCID. ",') $(grep -c SER12345 named.rec)" \
    "1 0"
echo '{"record": 2}' >it.rec
played it.rec jpki-info
is "another form is none" "$rc $(grep -c 'no record' log/err)" "99 1"
JPKI_READER= run jpki-doctor --record none.rec --yes
is "no card, no record" "$rc $(said | grep -c 'nothing was recorded') $(
    ls none.rec 2>/dev/null)" "1 1 "
ln -s nowhere/x dangling
run jpki-doctor --reader soft:card --record nowhere/x --yes
fails 1 'nowhere' "a place that is not there"
is "is said before anything is sent" "$(n_commands)" 0

# Usage.
for args in --yes --with-auth-pin '--record x --pin-source file:auth.pin' \
    '--record x --last-try' --record; do
	run jpki-doctor --reader soft:card $args
	fails 64 'jpki-doctor --help' "usage: $args"
done

# Nothing of the holder: everything that the cards hold, in all forms.
cat ./*.rec >everything
"$PYTHON" - plain card usual long short phone blocked >secrets <<-'E'
	import base64, re, subprocess, sys
	found = set()
	def add(text):
	    for form in (text, text.encode().hex(), text.replace(" ", "")):
	        found.add(form.lower())
	for card in sys.argv[1:]:
	    shown = subprocess.run(["jpki-softcard", "show", card],
	                           stdout=subprocess.PIPE).stdout.decode()
	    for line in shown.splitlines():
	        name, _, value = line.partition(" ")
	        if name in ("name", "address", "birth", "issued", "serial"):
	            add(value)
	            add(value.replace("-", ""))
	    for line in open(card + "/state"):
	        name, _, value = line.strip().partition(" ")
	        if name.endswith("-pin") or name in ("id", "number", "serial"):
	            add(value)
	    for pem in "auth", "sign", "auth-ca", "sign-ca":
	        path = "%s/%s.pem" % (card, pem)
	        text = open(path).read()
	        der = base64.b64decode(re.search(
	            "CERTIFICATE-----(.*?)-----END", text, re.S).group(1))
	        for at in range(0, len(der) - 8):
	            found.add(der[at:at + 8].hex())
	        for word in ("serial", "subject"):
	            out = subprocess.run(
	                ["openssl", "x509", "-in", path, "-noout", "-" + word,
	                 "-nameopt", "multiline,utf8,-esc_msb"],
	                stdout=subprocess.PIPE).stdout.decode()
	            for value in re.findall("= *(.*)", out):
	                add(value)
	for text in sorted(found):
	    if len(text) > 3:
	        print(text)
	E
is "there is something to look for" "$([ "$(wc -l <secrets)" -gt 2000 ] &&
    grep -c -x 1234 secrets)" 1
is "nothing of it in any record" "$(tr A-Z a-z <everything | sed 's/"us": [0-9]*//' |
    grep -aoF -f secrets | sort -u | head -5)" ""
is "nor the historical bytes" "$(grep -h '"atr"' ./*.rec | grep -vc '\.\.\."')" 0
is "only fields that are known" "$("$PYTHON" - ./*.rec <<-'E'
	import json, re, sys
	command = re.compile(
	    r"[0-9A-F]{8}( [0-9A-F]{2}| 0000[0-9A-F]{2}| 00[0-9A-F]{4}"
	    r"| \[PIN\]| [0-9A-F]{2} \[\d+ bytes\])?"
	    r"|00A40[0-9A-F]0C [0-9A-F]{2} (D392F0002601[0-9A-F]{8}"
	    r"|D3921000310001[0-9A-F]{6}|00[01][0-9A-F])")
	for path in sys.argv[1:]:
	    if path in ("./it.rec",):
	        continue
	    for n, line in enumerate(map(json.loads, open(path))):
	        known = ({"record", "libjpki", "reader", "atr", "label", "model"}
	                 if n == 0 else {"command", "bytes", "status", "us"})
	        if set(line) != known or (
	                n > 0 and not command.fullmatch(line["command"])):
	            print(path, line)
	E
)" ""
finish
