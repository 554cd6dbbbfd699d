#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-softcard: what it prints, sets and refuses. (That its cards behave, the
# other tests tell; tests/pcsc/serve.sh serves them.)
. "$(dirname "$0")/tap.sh"

# new
run jpki-softcard new mine --auth-pin 4321 --auth-pin 8765 --sign-pin xyz123
works "new"
is "it prints the PINs, the last one given, as the card has them" \
    "$(grep -c '  8765$\|  XYZ123$\|  5678$' log/out)" 3
ok "and where the card is" grep -q "^A new card is in $tmp/mine$" log/out
ok "and commands to try" grep -q "JPKI_READER='soft:$tmp/mine'" log/out
is "which fit a screen" "$(sed -n '/^Try:/,$s/openssl/&/p' log/out |
    awk 'length > 80')" ""
OPENSSL_CONF=$tmp/some.cnf run jpki-softcard new told
ok "and are short where OpenSSL knows of the provider" \
    grep -qx '  openssl dgst -sha256 -sign jpki://auth -out FILE.sig FILE' \
    log/out
is "so that none names it" "$(grep -c -e -provider log/out)" 0
(umask 077; echo 8765 >mine.pin)
run jpki-sign --reader soft:mine --pin-source file:mine.pin auth a
works "the PIN is right"
run jpki-softcard new mine
fails 1 'exists already: mine' "never over something that is there"
run jpki-softcard new child --profile=child --lang ja
is "a child's card has no sign password" \
    "$rc $(grep -c '暗証番号  ' log/out) $(grep -c 署名用 log/out)" "0 2 0"
for args in '--birth 1990' '--auth-pin 12' '--profile dog'; do
	run jpki-softcard new bad $args
	fails 65 "bad value" "new $args"
done
ok "nothing is left of those" test ! -e bad

# Killed, early and late: no folder with keys stays.
none_left() {
	! ls -d killed*
}
left=
for after in 0.1 0.3 0.6 1 1.5; do
	"$JPKI_PROGRAMS/jpki-softcard" new killed >/dev/null 2>&1 &
	sleep $after
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	# Whoever was faster has made a whole card.
	[ ! -d killed ] || rm -r killed
	until_ok none_left || left="$left $after"
done
is "a new card that is killed leaves nothing" "$left" ""

# show
new_card card card
run jpki-softcard show card
works "show"
is "name and value" "$(sed -n '1p; /^sfi/p; /^tries/p' log/out)" \
"reader soft:card
sfi on
tries auth=3 sign=5 text=3"
cp log/out shown
run jpki-softcard show card --json
works "--json"
is "the same in JSON" "$("$PYTHON" -c '
import json
j = json.load(open("log/out", encoding="utf-8"))
j["tries"] = " ".join(f"{k}={v}" for k, v in j["tries"].items())
print("\n".join(f"{k} {v}" for k, v in j.items()))')" "$(cat shown)"
run jpki-softcard show --json child
is "what a child's card does not have" \
    "$rc $(json 'sorted(j["tries"])')" "0 ['auth', 'text']"

# Names of any kind.
odd=$(printf 'c\377d')
control=$(printf 'e\033[31m\nx')
for name in "$odd" "$control"; do
	cp -a card "$name"
	run jpki-softcard show --json "$name"
	works "JSON of an odd name"
	json 'j["reader"]' >>names
	run jpki-softcard show "$name"
	head -1 log/out >>names
done
is "it is UTF-8, and what is not is shown as in the text" "$(cat names)" \
"soft:c\\xffd
reader soft:c\\xffd
soft:$control
reader soft:e\\x1b[31m\\nx"
run jpki-softcard show "$control-"
fails 69 'e.x1b.31m.nx-' "a terminal never gets a name raw"

# set, unlock
run jpki-softcard set card sfi=off 'name=佐藤　花子' filler=0
works "set"
run jpki-softcard show card
is "it is set" "$(grep -c '^sfi off\|^name 佐藤　花子\|^filler 0' log/out)" 3
run jpki-softcard set card sfi=maybe
fails 65 'sfi' "a bad value"
run jpki-softcard set card fsi=on
fails 65 'fsi' "no such switch"
jpki-sign --reader soft:card --pin-source file:wrong.pin auth a 2>/dev/null
is "a try is gone" "$(tries card auth)" 2
run jpki-softcard unlock card
works "unlock"
is "it is back" "$(tries card auth)" 3
new_card damaged card
: >damaged/sign.pem
run jpki-softcard show damaged
fails 65 'damaged' "a damaged card"

# Usage.
for args in '' new show 'set card' 'set card sfi' 'show card card' 'shwo card' \
    'show card --sfi on' 'set card --sfi on' 'new x --vpcd h:1' \
    'new x --brith 1990-01-01' 'new x --birth' 'new x -b' '--lang fr' \
    'show card --json=yes'; do
	run jpki-softcard $args
	fails 64 'jpki-softcard --help' "usage: $args"
done
run jpki-softcard shwo card
fails 64 'did you mean show' "a mistyped command"
run jpki-softcard new x --brith 1990-01-01
fails 64 'did you mean --birth' "a mistyped option"
run jpki-softcard --lang ja serve card --birth 1990-01-01
fails 64 '--birth はこのコマンドの' "another command's option, in Japanese"
ok "nothing was made" test ! -e x

for columns in 40 80; do
	for lang in en ja; do
		for args in 'show card' --help 'set card sfi=maybe' \
		    'unlock nowhere'; do
			COLUMNS=$columns typed '' jpki-softcard --lang $lang \
			    $args
			fits $columns "$lang: $args"
		done
	done
done
run jpki-softcard --version
is "--version" "$rc $(grep -c '^jpki-softcard (libjpki) [0-9]' log/out)" "0 1"
run sh -c 'jpki-softcard show card >/dev/full'
is "a full disk" "$rc $(said | grep -c stdout)" "1 1"
finish
