#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-cms on software cards; what it makes is checked by plain openssl.
. "$(dirname "$0")/tap.sh"

# verified FILE CARD KEY [OPTION...]: by someone who has no card.
verified() {
	file=$1 ca=$2/$3-ca.pem
	shift 3
	openssl cms -verify -binary -inform DER -in "$file.p7s" \
	    -content "$file" -CAfile "$ca" -out /dev/null "$@"
}

sign="jpki-cms --reader soft:card --pin-source file:sign.pin"

# The everyday path.
new_card card card
for f in a b c; do
	run $sign sign $f
	works "sign $f"
	ok "$f verifies" verified $f card sign
	is "one signature" "$(n_sign)" 1
done
is "nothing else was left" "$(echo *.p7s*)" "a.p7s b.p7s c.p7s"
is "readable" "$(stat -c %a a.p7s)" 644
echo more >>a
is "a changed file does not verify" \
    "$(verified a card sign >/dev/null 2>&1; echo $?)" 4
run $sign sign a
ok "a new signature replaces the old one" verified a card sign
head -c 20000000 /dev/urandom >big
printf 'a\r\nb\nc\r' >lines
for f in big lines; do
	run $sign sign $f
	ok "$f verifies" verified $f card sign
done
for md in sha384 sha512; do
	run jpki-cms sign --md $md a --reader soft:card \
	    --pin-source file:sign.pin
	works "$md"
	ok "it verifies" verified a card sign
	is "it is $md" "$(openssl cms -cmsout -print -inform DER -in a.p7s |
	    grep -aA1 digestAlgorithm: | grep -ac "algorithm: $md")" 1
done
for words in '' '--md sha384' '--md sha512'; do
	run $sign --cades $words sign a
	works "CAdES $words"
	ok "it is CAdES-B" verified a card sign -cades
	is "it tells the time" "$(openssl cms -cmsout -print -inform DER \
	    -in a.p7s | grep -ac signingTime)" 1
done
run $sign --pem sign a
ok "PEM" openssl cms -verify -binary -inform PEM -in a.p7s -content a \
    -CAfile card/sign-ca.pem -out /dev/null
run $sign sign a
ok "its own verify says the same" jpki-cms verify --ca card/sign-ca.pem a.p7s a
run sh -c 'jpki-cms --reader soft:card --pin-source fd:3 sign a 3<sign.pin'
works "password from a descriptor"
JPKI_READER=soft:card run jpki-cms --pin-source file:sign.pin sign a
works "reader from JPKI_READER"
cp -a card 'my card & 100%?'
cp -a sign.pin 'my pin & 100%?'
run jpki-cms --reader 'soft:my card & 100%?' \
    --pin-source 'file:my pin & 100%?' sign a
works "names with special characters"

run jpki-cms --reader soft:card --key auth --pin-source file:auth.pin sign a
is "the auth key is warned about" \
    "$rc $(said | grep -c 'made for logging in')" "0 1"
ok "its signature verifies for any purpose" verified a card auth -purpose any
ok "and for no other" sh -c '! openssl cms -verify -binary -inform DER \
    -in a.p7s -content a -CAfile card/auth-ca.pem -out /dev/null'

run $sign --json sign a
is "--json" "$rc $("$PYTHON" -c '
import json, sys
r = json.load(sys.stdin)
print(r["key"], *r["files"][0].values())' <log/out)" \
    "0 sign a a.p7s 0 sha256 cms False False"
run $sign --json --pem --cades --md sha384 --enclose sign a missing b
is "--json with a file that fails" "$rc $("$PYTHON" -c '
import json, sys
for f in json.load(sys.stdin)["files"]:
    print(*f.values(), end="; ")' <log/out)" \
    "1 a a.p7m 0 sha384 cades-b True True; missing None 1; b b.p7m 0 sha384 cades-b True True; "

# What costs nothing.
rm -f ./*.p7s
cheap() {
	[ "$(n_commands)" -eq 0 ] || echo "# the card was touched"
	[ "$(n_commands)" -eq 0 ] && fails "$@" || result 1 "$3"
}
mkdir elsewhere
run $sign sign missing
cheap 1 'missing: No such file' "a missing file"
run $sign sign elsewhere
cheap 1 'elsewhere: Is a directory' "a directory"
run $sign sign /dev/stdin
cheap 1 '/dev/stdin.p7s: no file can be kept' "beside a device"
if [ -r /sys/kernel/uevent_seqnum ]; then
	run $sign sign /sys/kernel/uevent_seqnum
	cheap 1 'seqnum.p7s: ' "an output that cannot be made"
else
	skip "an output that cannot be made" "no /sys"
fi
for args in '' 'sing a' cosign 'cosign a' 'cosign a b c' stamp 'stamp a' 'stamp a b' \
    '--enclose cosign a.p7s a' '--timestamp-reply a sign a' \
    '--timestamp-query q sign a b' '--out q sign a b' '--out= sign a' \
    '--timestamp-query q --timestamp-reply r stamp a' '--md md5 sign a' \
    '--key both sign a' '--lang fr sign a' '--what sign a' '--reader' \
    '--pin-source ABC123 sign a' '--pin=ABC123 sign a'; do
	run jpki-cms $args
	cheap 64 'jpki-cms --help' "usage: $args"
	is "no PIN in the message" "$(grep -c ABC123 log/err)" 0
done
for args in '--timestamp-query elsewhere sign a' \
    '--timestamp-query nowhere/q sign a' '--out nowhere/ sign a'; do
	run $sign $args
	cheap 1 'elsewhere: Is a dir\|nowhere/.*: No such' "places: $args"
done
run $sign --reader soft:nowhere sign a
fails 69 'card' "no such card folder"
run jpki-cms --pin-source file:sign.pin sign a
fails 69 'pcscd' "no pcscd"

# Passwords.
run $sign --pin-source file:./missing sign a
fails 1 'missing' "no PIN file"
run $sign --pin-source file:empty.pin sign a
fails 1 'empty' "an empty password"
run $sign --pin-source file:short.pin sign a
fails 1 'wrong shape' "a short password"
run jpki-cms --reader soft:card sign a
fails 1 'terminal' "no terminal to ask on"
is "no try was used" "$(tries card sign)" 5
run $sign --pin-source file:wrong-sign.pin sign a
fails 1 '4 tries left' "a wrong password"
is "one try was used, once" "$(n_verify) $(tries card sign)" "1 4"
run $sign sign a
fails 1 'nobody typed.*4 tries left.*jpki-pin try' \
    "a password from a file is held back"
is "nothing was sent" "$(n_verify) $(tries card sign)" "0 4"
run jpki-cms --lang ja --reader soft:card --pin-source file:wrong-sign.pin \
    --min-tries 3 sign a
fails 1 '残り 3 回' "a wrong password, in Japanese"
for i in 2 1; do
	run $sign --min-tries 2 --pin-source file:wrong-sign.pin sign a
	is "$i left" "$(tries card sign)" $i
done
run $sign --min-tries 2 sign a
fails 1 'too few' "the last try is refused"
is "nothing was sent" "$(n_verify) $(tries card sign)" "0 1"
is "nothing was signed" "$(echo *.p7s*)" "*.p7s*"
run $sign --last-try sign a
works "unless the holder insists"
is "all tries are back" "$(tries card sign)" 5
for i in 1 2 3 4 5; do
	run $sign --last-try --pin-source file:wrong-sign.pin sign b
done
run $sign --last-try sign b
fails 1 'locked' "a locked password"
is "nothing was sent" "$(n_verify) $(tries card sign)" "0 0"
is "nothing was signed" "$(echo b.p7s*)" "b.p7s*"

# Cards.
new_card child child
run $sign --reader soft:child sign b
fails 1 'certificate' "a child's card has no sign key"
is "nothing was sent" "$(n_verify)" 0
new_card damaged card
: >damaged/sign.pem
run $sign --reader soft:damaged sign b
fails 65 'damaged' "a damaged card"
new_card old card
jpki-softcard set old sign-not-after=2024-01-31
run $sign --reader soft:old sign a
is "an expired certificate is warned about" \
    "$rc $(said | grep -c 'certificate expired')" "0 1"
jpki-softcard new early --issued 2033-07-01 >log/ok
run $sign --reader soft:early sign a
is "and one that is not valid yet" \
    "$rc $(said | grep -c 'certificate begins on 2033-07-01')" "0 1"

# On a terminal.
new_card card card
typed ABC123 jpki-cms --reader soft:card sign a
is "on a terminal" "$rc" 0
is "one prompt, which tells the tries" \
    "$(grep -o ', 5 tries left: ' log/out | wc -l)" 1
is "the password is not shown" "$(grep -c ABC123 log/out)" 0
ok "it verifies" verified a card sign
for key in ^C ^D ''; do
	typed "$key" jpki-cms --reader soft:card sign a
	is "$key gives up" "$rc $(grep -c 'no PIN' log/out) $(tries card sign)" \
	    "1 1 5"
done
typed XYZ999 jpki-cms --reader soft:card sign a
is "a wrong one is asked for and sent once" \
    "$rc $(grep -o 'left: ' log/out | wc -l) $(tries card sign)" "1 1 4"
typed ABC123 jpki-cms --reader soft:card sign a
is "the right one fills the tries up" "$rc $(tries card sign)" "0 5"

for columns in 40 80; do
	for lang in en ja; do
		for args in --help 'sing a' '--reader soft:nowhere sign a'; do
			COLUMNS=$columns typed '' env -u JPKI_DEBUG \
			    jpki-cms --lang $lang $args
			fits $columns "$lang: $args"
		done
	done
done
run jpki-cms --kye auth sign a
fails 64 'did you mean --key' "a mistyped option"
odd=$(printf 'c\377\033[31m')
cp a "$odd"
run $sign --json sign "$odd"
is "any name is JSON" "$rc $("$PYTHON" -c '
import json
print(json.load(open("log/out", encoding="utf-8"))["files"][0]["signature"])')" \
    '0 c\xff\x1b[31m.p7s'
run $sign sign "$odd-"
fails 1 'c.xff.x1b.31m-: No such file' "and is shown the same way"

# Secrets. ABC123 is 414243313233 in hexadecimal.
for file in sign.pin wrong-sign.pin; do
	run $sign --json --pin-source file:$file sign a
	cat log/out log/err a.p7s >>everything
done
is "no PIN in any output" \
    "$(grep -aci -e abc123 -e 414243313233 -e xyz999 everything)" 0

for lang in en ja; do
	run jpki-cms --lang $lang --help
	is "--help ($lang)" "$rc $(grep -c -e --last-try log/out)" "0 1"
done
run jpki-cms --version
is "--version" "$rc $(grep -c '^jpki-cms (libjpki) [0-9]' log/out)" "0 1"
finish
