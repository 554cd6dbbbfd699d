#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-sign on software cards; what it makes is checked by plain openssl.
. "$(dirname "$0")/tap.sh"

# verified KEY MD FILE [OPTION...]
verified() {
	key=$1 md=$2 file=$3
	shift 3
	openssl dgst "-$md" -verify "$key.pub" -signature "$file.sig" "$@" \
	    "$file"
}

pss='-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32'
auth="jpki-sign --reader soft:card --pin-source file:auth.pin"
sign="jpki-sign --reader soft:card --pin-source file:sign.pin"

new_card card card
for key in auth sign; do
	openssl x509 -in card/$key.pem -noout -pubkey -out $key.pub
done

# The everyday path.
run $auth auth a b c
works "auth: three files"
is "one PIN for three signatures" "$(n_verify) $(n_sign)" "1 3"
for f in a b c; do
	ok "$f verifies" verified auth sha256 $f
done
is "256 bytes, readable" "$(stat -c '%s %a' a.sig)" "256 644"
is "nothing else was left" "$(echo *.sig*)" "a.sig b.sig c.sig"
ok "the last command leaves the card's application" sh -c \
    'grep "^> " log/err | tail -1 | grep -q "^> 00A404"'

run $sign sign a
works "sign"
ok "it verifies" verified sign sha256 a
echo abc123 >lower.pin
chmod 600 lower.pin
run jpki-sign sign a --reader soft:card --pin-source file:lower.pin --md sha512
works "options after operands, password in lower case"
ok "sha512 verifies" verified sign sha512 a
run $auth --md sha384 auth a
ok "sha384 verifies" verified auth sha384 a
run $auth --pss auth a
works "PSS"
ok "PSS verifies" verified auth sha256 a $pss
run sh -c 'jpki-sign --reader soft:card --pin-source fd:3 auth a 3<auth.pin'
works "PIN from a descriptor"
JPKI_READER=soft:card run jpki-sign --pin-source file:auth.pin 利用者証明用 a
works "reader from JPKI_READER, the key by its Japanese name"
echo z >-z
run $auth auth -- -z
works "a name that begins with a dash"
ok "it verifies" verified auth sha256 ./-z
mkdir elsewhere
cp a elsewhere
ln -s elsewhere/a link
run $auth auth link elsewhere/a
fails 1 'given twice' "two names of one file"
run $auth auth "$tmp/link"
works "a link"
ok "its signature is beside the link" test -f link.sig -a ! -e elsewhere/a.sig
chmod 644 lower.pin
run $sign --pin-source file:lower.pin sign a
is "a warning about a PIN file that others can read" \
    "$rc $(said | grep -c chmod)" "0 1"

# Many files: one signature command each, and nothing else.
run $auth auth a
few=$(n_commands)
mkdir many
for i in $(seq 200); do
	echo "$i" >many/$i
done
run $auth auth many/*
works "200 files"
is "they cost 199 more commands than one, one of all with a PIN" \
    "$(($(n_commands) - few)) $(n_verify) $(n_sign)" "199 1 200"
is "200 signatures" "$(ls many/*.sig | wc -l)" 200
ok "the first, one in between and the last verify" sh -c "
    for i in 1 77 200; do
	openssl dgst -sha256 -verify auth.pub -signature many/\$i.sig \
	    many/\$i || exit 1
    done"

# JSON.
run $auth --json auth a b
is "--json succeeds" "$rc" 0
is "it lists the files" "$("$PYTHON" -c '
import json, sys
r = json.load(sys.stdin)
print(r["key"], r["md"], r["padding"],
    *(f["file"] + ">" + f["signature"] for f in r["files"]))' <log/out)" \
    "auth sha256 pkcs1 a>a.sig b>b.sig"
odd=$(printf 'q"\\\n\377漢')
echo odd >"$odd"
run $auth --json auth "$odd"
printf '%s' 'q"\\n\xff漢' >shown
is "it stays JSON with any name, shown as in messages" "$("$PYTHON" -c '
import json, sys
sys.stdout.buffer.write(
    json.load(sys.stdin.buffer)["files"][0]["file"].encode())' <log/out)" \
    "$(cat shown)"
odd=$(printf 'q"\\\n\033漢')
echo odd >"$odd"
run $auth --json auth "$odd"
is "a name that is UTF-8 is exact" "$("$PYTHON" -c '
import json, sys
sys.stdout.buffer.write(
    json.load(sys.stdin.buffer)["files"][0]["file"].encode())' <log/out)" \
    "$odd"
run $auth auth "$(printf 'no\033[31m\nline2\377')"
fails 1 '^jpki-sign: no\\x1b\[31m\\nline2\\xff: ' "a hostile name in a message"

# What costs nothing: wrong names are found before any card is touched.
rm -f ./*.sig
cheap() {
	[ "$(n_commands)" -eq 0 ] || echo "# the card was touched"
	[ "$(n_commands)" -eq 0 ] && fails "$@" || result 1 "$3"
}
run $auth auth a missing
cheap 1 'missing: No such file' "a missing file"
run $auth auth a elsewhere
cheap 1 'elsewhere: Is a directory' "a directory"
run $auth auth a b ./a
cheap 1 './a: given twice' "a file given twice"
echo old >a.sig
run $auth auth a a.sig
cheap 1 'a.sig: the signature of a would replace it' "a file in the way"
is "which is still there" "$(cat a.sig)" old
rm a.sig
run $auth auth a -
cheap 1 '-: standard input' "standard input"
mkdir b.sig
run $auth auth a b
cheap 1 'b.sig: Is a directory' "a directory in the way"
rmdir b.sig
run $auth auth /dev/stdin
cheap 1 '/dev/stdin.sig: no file can be kept' "beside a device"
run $auth auth a "/proc/$$/cmdline"
cheap 1 'cmdline.sig: no file can be kept' "beside what is no file"
# Not even root can make a file there.
if [ -r /sys/kernel/uevent_seqnum ]; then
	run $auth auth a /sys/kernel/uevent_seqnum
	cheap 1 'seqnum.sig: ' "an output that cannot be made"
else
	skip "an output that cannot be made" "no /sys"
fi
long=$(printf '%0250d' 0)
echo long >"$long"
run $auth auth a "$long" b
cheap 1 'File name too long' "a name that has no room for .sig"
rm "$long"
is "nothing is left behind" "$(ls | grep -c '\.sig')" 0
if [ "$(id -u)" -ne 0 ]; then
	chmod 0 b
	run $auth auth a b
	cheap 1 'b: Permission denied' "a file that may not be read"
	chmod 644 b
else
	skip "a file that may not be read" "root may"
fi
for args in '' auth 'both a' '--md md5 auth a' '--pss --md sha512 auth a' \
    '--lang fr auth a' '--what auth a' '--md' '--reader' \
    '--pin-source 1234 auth a' '1234 a' '--pin=1234 auth a'; do
	run jpki-sign $args
	cheap 64 'jpki-sign --help' "usage: $args"
	is "no PIN in the message" "$(grep -c 1234 log/err)" 0
done
run jpki-sign --raeder x auth a --lang ja
cheap 64 '--raeder .*--reader ではありませんか' \
    "a mistyped option: --lang behind it counts"
run jpki-sign sgin a
cheap 64 'did you mean sign' "a mistyped key"
is "no try was used" "$(tries card auth) $(tries card sign)" "3 5"

run $auth --reader soft:nowhere auth a
fails 69 'card' "no such card folder"
run jpki-sign --pin-source file:auth.pin auth a
fails 69 'pcscd' "no pcscd"

# PINs.
run $auth --pin-source file:./missing auth a
fails 1 'missing' "no PIN file"
run $auth --pin-source file:empty.pin auth a
fails 1 'empty' "an empty PIN"
run $auth --pin-source file:short.pin auth a
fails 1 'wrong shape' "a short PIN"
run $sign --pin-source file:auth.pin sign a
fails 1 'wrong shape' "the auth PIN for the sign key"
run jpki-sign --reader soft:card auth a
fails 1 'terminal' "no terminal to ask on"
run $auth --pin-source fd:77 auth a
fails 1 'fd:77' "no such descriptor"
is "no try was used" "$(tries card auth) $(tries card sign)" "3 5"
run $auth --pin-source file:wrong.pin auth a b
fails 1 '2 tries left' "a wrong PIN"
is "one try was used, once" "$(n_verify) $(tries card auth)" "1 2"
run $sign --pin-source file:wrong-sign.pin sign a
fails 1 '4 tries left' "a wrong password"
for source in wrong.pin auth.pin; do
	run $auth --pin-source file:$source auth a
	fails 1 'nobody typed.*2 tries left.*jpki-pin try' \
	    "$source is held back now"
	is "nothing was sent" "$(n_verify) $(tries card auth)" "0 2"
done
run $auth --lang ja auth a
fails 1 '入力でない.*残り 2 回.*jpki-pin try' "it is, in Japanese"
run $auth --lang ja --min-tries 2 --pin-source file:wrong.pin auth a
fails 1 '残り 1 回' "a wrong PIN with --min-tries, in Japanese"
run $auth --min-tries 2 auth a
fails 1 'too few tries' "the last try is refused"
is "nothing was sent" "$(n_verify) $(tries card auth)" "0 1"
run jpki-sign --reader soft:card auth a
fails 1 'too few tries' "and nobody is asked for it"
is "nothing was signed" "$(echo ./*.sig)" "./*.sig"
run $auth --last-try auth a
works "unless the holder insists"
is "all tries are back" "$(n_verify) $(tries card auth)" "1 3"
for i in 1 2 3; do
	run $auth --last-try --pin-source file:wrong.pin auth b
done
is "three misses lock it" "$(tries card auth)" 0
run $auth --last-try auth b
fails 1 'locked' "a locked PIN"
is "nothing was sent" "$(n_verify)" 0
run $sign --min-tries 2 sign b
works "the other key still works"
is "all its tries are back" "$(tries card sign)" 5
is "no signature came from a locked key" "$(echo b.sig*)" b.sig

# Cards.
new_card child child
run jpki-sign --reader soft:child sign a
fails 1 'sign certificate (署名用)' "a child's card has no sign key"
is "nobody was asked" "$(n_verify)" 0
run $auth --reader soft:child auth a
works "but an auth key"
new_card damaged card
: >damaged/auth.pem
run $auth --reader soft:damaged auth b
fails 65 'damaged' "a damaged card"
new_card old card
jpki-softcard set old auth-not-after=2024-01-31
run $auth --reader soft:old auth a
is "an expired certificate is warned about" \
    "$rc $(said | grep -c 'expired on 2024-01-31')" "0 1"
jpki-softcard set old pss=off
run $auth --reader soft:old --pss auth b
is "a card without PSS says so" \
    "$rc $(said | grep -c 'PKCS#1 v1.5 signatures only')" "1 1"

# On a terminal.
new_card card card
typed 1234 jpki-sign --reader soft:card auth a
is "on a terminal" "$rc" 0
is "it says what it has done" "$(grep -c 'a is signed: a.sig' log/out)" 1
typed 1234 jpki-sign --reader soft:card --quiet auth a
is "unless --quiet" "$rc $(grep -c 'is signed' log/out)" "0 0"
typed 1234 jpki-sign --reader soft:card --lang ja auth a
is "in Japanese" "$rc $(grep -c 'a に署名しました：a.sig' log/out)" "0 1"
typed 1234 jpki-sign --reader soft:card auth a
ok "the prompt tells the tries" grep -q 'auth PIN .*, 3 tries left: ' log/out
is "the PIN is not shown" "$(grep -c 1234 log/out)" 0
ok "it verifies" verified auth sha256 a
typed ABC123 jpki-sign --reader soft:card --lang ja sign a
is "in Japanese" "$rc $(grep -c '署名用暗証番号（残り 5 回）: ' log/out)" "0 1"
for key in ^C ^D ''; do
	typed "$key" jpki-sign --reader soft:card sign a
	is "$key gives up" "$rc $(grep -c 'no PIN' log/out) $(tries card sign)" \
	    "1 1 5"
done
long=a-name-that-is-long/and-goes-on-and-on/to-the-end-of-the-line
for columns in 40 80; do
	for lang in en ja; do
		for args in --help "auth $long" --raeder "--reader $long auth a"; do
			COLUMNS=$columns typed '' jpki-sign --lang $lang $args
			is "$columns columns, $lang: $args" "$("$PYTHON" -c '
import sys, unicodedata
text = open("log/out", encoding="utf-8", newline="").read()
print(*(line for line in text.split("\r\n") if int(sys.argv[1]) <
    sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line)))
' $columns)" ""
		done
	done
done

# A pipe: who writes late is waited for, and that is said.
mkfifo pipe
cat a >pipe &
run jpki-sign --reader soft:card --pin-source file:auth.pin auth pipe
cp pipe.sig a.sig
ok "what is written to a pipe" verified auth sha256 a
if "$PYTHON" -c 'import os; os.openpty()' 2>/dev/null; then
	run "$PYTHON" "$here/impatient.py" jpki-sign auth pipe
	is "a pipe that nobody writes to is waited for, and Ctrl-C stops" \
	    "$rc $(grep -c '^jpki-sign: pipe: waiting for.*Ctrl-C' log/out)" \
	    "0 1"
	run "$PYTHON" "$here/impatient.py" jpki-sign --lang ja auth pipe
	ok "in Japanese" grep -q '^jpki-sign: pipe: このパイプに' log/out
else
	skip "a pipe that nobody writes to" "no pseudo-terminal here"
fi

# Secrets. ABC123 is 414243313233 in hexadecimal.
for file in sign.pin wrong-sign.pin; do
	run $sign --json --pin-source file:$file sign a b
	cat log/out log/err a.sig b.sig >>everything
done
is "no PIN in any output" \
    "$(grep -aci -e abc123 -e 414243313233 -e xyz999 everything)" 0

for lang in en ja; do
	run jpki-sign --lang $lang --help
	is "--help ($lang)" "$rc $(grep -c -e --last-try log/out)" "0 1"
done
run jpki-sign --version
is "--version" "$rc $(grep -c '^jpki-sign (libjpki) [0-9]' log/out)" "0 1"
finish
