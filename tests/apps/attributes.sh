#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-attributes on software cards: the holder at home, and after moving.
. "$(dirname "$0")/tap.sh"

new_card card card
(umask 077
    echo 5678 >text.pin
    printf '5678\nABC123\n' >both.pin)
attributes="jpki-attributes --reader soft:card"
text="$attributes --pin-source file:text.pin"
compare="$text --compare --sign-pin-source file:sign.pin"

all_tries() {
	echo "$(tries card auth) $(tries card sign) $(tries card text)"
}

# From the text application.
run $text
works "the attributes"
is "all four" "$(cat log/out)" "Name          山田　太郎
Address       東京都見本市架空町一丁目２番３号
Date of birth 17 February 1990 (Heisei 2)
Sex           male"
is "one PIN; the number's file is not touched" \
    "$(n_verify) $(grep -c '^> 00B081' log/err)" "1 0"
ok "the last command leaves the card's application" sh -c \
    'grep "^> " log/err | tail -1 | grep -q "^> 00A4040C 0A D392100031000101" '
run $text --lang ja
is "in Japanese" "$rc $(cut -c 1-14 log/out | tr -s ' \n' '  ')" \
    "0 氏名 住所 生年月日 性別 "
is "aligned" "$("$PYTHON" -c '
import unicodedata
for line in open("log/out", encoding="utf-8"):
    label = line[:len(line) - len(line.split(None, 1)[1])]
    print(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in label))' | sort -u)" 14
run $text --json
works "--json"
ok "indented by two" grep -q '^  "card": {$' log/out
is "the same for programs" "$(json 'j["card"]["name"] + j["card"]["birth"] +
j["card"]["birth_date"] + j["card"]["sex"]')" "山田　太郎199002171990-02-171"
for form in 81 82; do
	jpki-softcard set card text-length=$form >/dev/null
	run $text
	is "length in the form $form" "$rc $(head -1 log/out)" \
	    "0 Name          山田　太郎"
done

# From the certificate.
run $attributes --from-cert --pin-source file:sign.pin
works "from the certificate"
is "all four again" "$(grep -c '山田　太郎\|東京都\|1990\|male' log/out)" 4
is "one PIN, not the text PIN" \
    "$(n_verify) $(grep -c '^> 00A4040C 0A D3921000310001010408' log/err)" "1 0"
run $attributes --from-cert --sign-pin-source file:sign.pin --json
is "its JSON" "$rc $(json 'j["certificate"]["birth"] + " " +
j["certificate"]["name_flags"]')" "0 419900217 00000"

# Both.
run $compare
works "compare"
is "the same" "$(grep -c DIFF log/out) $(grep -c 'says the same' log/out) $(wc -l <log/out)" \
    "0 1 6"
is "two PINs" "$(n_verify)" 2
run $compare --json
is "JSON says so" "$rc $(json '(j["compared"]["name"], j["moved"], j["rules"])')" \
    "0 ('same', False, [])"
run sh -c "$attributes --compare --pin-source fd:3 --sign-pin-source fd:3 3<both.pin"
works "both PINs from one descriptor"

# The holder moves: the town hall writes the card anew, and nothing else.
jpki-softcard set card address=北海道見本市1-2-3 >/dev/null
run $compare
is "after moving it is exit code 1" "$rc $(said)" "1 "
is "it says which" "$(grep -A2 DIFFERENT log/out | tr -s ' \n' '  ')" \
    "Address DIFFERENT card 北海道見本市１－２－３ certificate 東京都見本市架空町一丁目２番３号 "
ok "and what that means" grep -q 'certificate has lapsed or soon will' log/out
run $compare --lang ja
ok "in Japanese" grep -q '署名用電子証明書は新しくならず' log/out
run $compare --json
is "in JSON" "$rc $(json '([k for k, v in j["compared"].items()
if v == "differs"], j["moved"], j["rules"])')" \
    "1 (['address'], True, ['D1', 'D3'])"
jpki-softcard set card sign-not-after=2031-02-17 >/dev/null
run $compare
works "a new sign certificate mends it"
jpki-softcard set card name='鈴木 太郎' sex=2 >/dev/null
run $compare --json
is "another name and sex" "$rc $(json '[k for k, v in j["compared"].items()
if v == "differs"]')" "1 ['name', 'sex']"
is "no try is lost" "$(all_tries)" "3 5 3"

# People.
long=$("$PYTHON" -c 'print("東京都" + "あ" * 197)')
jpki-softcard set card address="$long" name='ＳＭＩＴＨ　ＪＯＨＮ（田中　太郎）' \
    birth=1941-02-00 sex=9 >/dev/null
run $text
is "a long address, an alias, no day of birth" \
    "$rc $(grep -v '^Date' log/out)" "0 Name          ＳＭＩＴＨ　ＪＯＨＮ（田中　太郎）
Address       $long
Sex           other (code 9)"
ok "the day is unknown" grep -q '^Date of birth Feb.*1941.*day unknown' log/out
for columns in 80 40; do
	for lang in en ja; do
		COLUMNS=$columns typed 5678 env -u JPKI_DEBUG \
		    $attributes --lang $lang
		is "on a terminal of $columns columns in $lang" "$rc" 0
		# The prompt is the library's, in one line.
		is "no line is longer than that" "$("$PYTHON" -c '
import sys, unicodedata
columns = int(sys.argv[1])
lines = open("log/out", encoding="utf-8", newline="").read().split("\r\n")
print(max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
    for c in line) for line in lines[columns < 80:]) <= columns)' \
		    $columns)" True
	done
done
for sex in 0 1 2 3 9; do
	jpki-softcard set card sex=$sex birth=1941-00-00 >/dev/null
	run $text --lang ja
	is "sex $sex" "$rc $(grep -c '^性別          .' log/out) \
$(grep -c '^生年月日 .*1941年.*月日は不明' log/out)" "0 1 1"
done

# Substitutes, as the certificate tells them.
new_card subst card
jpki-softcard set subst name='渡辺　太郎' name-flags=01000 \
    address=東京都見本市桜1 address-flags=01 sign-not-after=2031-02-17 >/dev/null
jpki-softcard set subst name='渡邊　太郎' >/dev/null
subst="jpki-attributes --reader soft:subst"
run $subst --from-cert --pin-source file:sign.pin
is "a substitute" "$rc $(sed -n 2p log/out | tr -s ' ')" "0  substitutes 2 (辺)"
is "flags that fit nothing" "$(sed -n 4p log/out | tr -s ' ')" \
    " substitutes some; the certificate does not tell which"
run $subst --from-cert --pin-source file:sign.pin --lang ja
is "in Japanese" "$(sed -n 2p log/out | tr -s ' ')" " 代替文字 2 文字目「辺」"
run $subst --compare --pin-source file:text.pin --sign-pin-source file:sign.pin
works "a substitute is no change of name"
jpki-softcard set subst address="$long" name-flags=none \
    address-flags="$(printf %0200d | tr 0 1)" sign-not-after=2031-02-17 >/dev/null
run $subst --from-cert --pin-source file:sign.pin
is "all of the longest address" "$rc $(grep -c '199 (あ), 200 (あ)$' log/out)" "0 1"

# What costs nothing.
cheap() {
	[ "$(n_commands)" -eq 0 ] || echo "# the card was touched"
	[ "$(n_commands)" -eq 0 ] && fails "$@" || result 1 "$3"
}
run jpki-attributes --reader soft:card --text-pin-source file:text.pin
is 'the text PIN by its full name' "$rc" 0
for args in 'x' '--from-cert --text-pin-source file:text.pin' \
    '--pin-source file:text.pin --text-pin-source file:text.pin' \
    '--pin-source 5678' '--sign-pin-source ABC123' \
    '--sign-pin-source file:sign.pin' \
    '--from-cert --pin-source file:a --sign-pin-source file:b' \
    '--lang fr' '--what' '--pin-source' '--pin=5678' '5678 -xyz' '-5678'; do
	run jpki-attributes $args
	cheap 64 'jpki-attributes --help' "usage: $args"
	is "no PIN in the message" "$(grep -c '5678\|ABC123' log/err)" 0
done
run jpki-attributes --from-crt
cheap 64 'There is no option --from-crt; did you mean --from-cert' \
    "a mistyped option"
run jpki-attributes --lang ja --from-cert --text-pin-source file:text.pin
cheap 64 '--text-pin-source は --from-cert と一緒に使えません' \
    "a source that nobody reads, in Japanese"
run $attributes --pin-source file:short.pin
fails 1 'wrong shape' "a short PIN"
run $attributes
fails 1 'terminal' "no question without a terminal"
run $attributes --compare --pin-source file:text.pin
fails 1 'terminal' "nor for the second PIN"
is "nothing was sent" "$(n_verify) $(all_tries)" "0 3 5 3"
run jpki-attributes --reader soft:nowhere
fails 69 'card' "no such card"

# Tries.
run $compare --pin-source file:wrong.pin
fails 1 '2 tries left' "a wrong text PIN"
is "keeps the password from being sent" "$(n_verify) $(all_tries)" "1 3 5 2"
run $compare
fails 1 'nobody typed.*text PIN.*2 tries left' "a PIN from a file is held back"
is "so is the password" "$(n_verify) $(all_tries)" "0 3 5 2"
run $compare --min-tries 2 --sign-pin-source file:wrong-sign.pin
fails 1 '4 tries left' "a wrong password, --min-tries"
is "prints nothing of the rest" "$(all_tries)" "3 4 3"
for i in 1 2; do
	run $attributes --min-tries 2 --pin-source file:wrong.pin
done
run $text --min-tries 2
fails 1 'too few tries' "the last try is refused"
run $text --last-try
works "unless the holder insists"
for i in 1 2 3; do
	run $attributes --last-try --pin-source file:wrong.pin
done
run $compare
fails 1 'locked' "a locked PIN"
is "nothing was sent" "$(n_verify)" 0

# Cards.
new_card child child
run jpki-attributes --reader soft:child --pin-source file:text.pin
works "a child"
run jpki-attributes --reader soft:child --from-cert --pin-source file:sign.pin
fails 1 'sign password' "has no sign certificate"
new_card android android
run jpki-attributes --reader soft:android --pin-source file:text.pin
fails 1 'phone' "a phone has no text"
run jpki-attributes --reader soft:android --from-cert --pin-source file:sign.pin
works "but a certificate"

# On a terminal.
new_card card card
typed "5678
ABC123" $attributes --compare
is "two questions" "$rc $(grep -c '^text PIN (券面事項入力補助用), 3 tries left: ' \
    log/out) $(grep -c '^sign password (署名用), 5 tries left: ' log/out)" "0 1 1"
is "no PIN is shown" "$(grep -c '5678\|ABC123' log/out)" 0

# Personal data goes to standard output only.
run $compare
grep -ac -e 山田 -e 東京 -e 19900217 log/err >count
is "none in the trace" "$(cat count)" 0
if [ -e /dev/full ]; then
	setsid -w $text >/dev/full 2>log/err </dev/null
	is "a full disk is noticed" $? 1
else
	skip "a full disk is noticed" "no /dev/full"
fi

for lang in en ja; do
	run jpki-attributes --lang $lang --help
	is "--help ($lang)" "$rc $(grep -c -e --sign-pin-source log/out)" "0 1"
done
run jpki-attributes --version
is "--version" "$rc $(grep -c '^jpki-attributes (libjpki) [0-9]' log/out)" "0 1"
finish
