#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is the same for every program that signs documents: consent, many files,
# places, and what may come in between; seen through jpki-cms.
. "$(dirname "$0")/tap.sh"

sign="jpki-cms --reader soft:card --pin-source file:sign.pin"
new_card card card
sha=$(sha256sum <a | cut -c 1-64)

verified() {
	openssl cms -verify -binary -inform DER -in "${2:-$1.p7s}" \
	    -content "$1" -CAfile card/sign-ca.pem -out /dev/null
}

# once DESCRIPTION TEXT...: the terminal showed each exactly once.
once() {
	what=$1
	shift
	for text; do
		[ "$(grep -c -e "$text" log/out)" -eq 1 ] || {
			result 1 "$what: '$text'"
			return
		}
	done
	result 0 "$what"
}

# Consent. A typed password is consent to what was shown before.
typed ABC123 jpki-cms --reader soft:card sign a b
is "two files on a terminal" "$rc" 0
once "what is signed is shown" 'sign key (署名用)' "a (6 bytes)" "$sha" \
    "b (1 bytes)" 'name, address, date of birth and sex' 'you agree' \
    'a is signed: a.p7s' 'b is signed: b.p7s'
is "before the password" "$(grep -n -e "$sha" -e 'tries left: ' log/out |
    sed 's/.*tries.*/prompt/; s/.*SHA.*/digest/' | tr '\n' ' ')" \
    "digest prompt "
ok "both verify" verified b
typed ABC123 jpki-cms --lang ja --reader soft:card sign a
once "in Japanese" 'a （6 バイト）' "$sha" '氏名・住所・生年月日・性別' \
    '同意したことに' 'a に署名しました：a.p7s'
typed 1234 jpki-cms --reader soft:card --key auth sign a
is "the auth key" "$rc" 0
once "shows other data, and warns" 'auth key (利用者証明用)' \
    'number of your certificate' 'made for logging in'
typed ABC123 jpki-cms --reader soft:card --quiet sign a
once "--quiet: consent all the same" "$sha"
is "but no word at the end" "$rc $(grep -c 'is signed' log/out)" "0 0"
rm -f a.p7s

# A password from elsewhere: yes or no, where there is a terminal.
for answer in yes y YES; do
	typed $answer $sign sign a
	is "the answer $answer" "$rc $(grep -c "$sha" log/out)" "0 1"
	ok "it verifies" verified a
	rm -f a.p7s
done
for answer in no '' n x ^D; do
	typed "$answer" $sign sign a
	is "the answer '$answer' is no" "$rc $(grep -c 'was not yes' log/out)" \
	    "1 1"
	is "the card was not touched, nothing is left" \
	    "$(grep -c '^> ' log/out) $(echo a.p7s*)" "0 a.p7s*"
done
typed ^C $sign sign a
is "^C ends it" "$rc $(grep -c '^> ' log/out) $(echo a.p7s*)" "128 0 a.p7s*"
typed none $sign --yes sign a
is "--yes: shown, not asked" "$rc $(grep -c "$sha" log/out) $(grep -c \
    'yes/no' log/out)" "0 1 0"
typed none $sign --yes --quiet sign a
is "--yes --quiet: not even shown" "$rc $(grep -vc '^> ' log/out)" "0 0"
run $sign sign a
works "no terminal: nothing is asked or shown"
typed yes $sign --lang ja sign a
once "the question in Japanese" '署名しますか（yes/no）: '
for columns in 40 80; do
	for lang in en ja; do
		COLUMNS=$columns typed yes env -u JPKI_DEBUG $sign \
		    --lang $lang sign a
		fits $columns "$lang: consent"
	done
done

# Many files.
run $sign sign a
few=$(n_commands)
mkdir many out
for i in $(seq 50); do
	echo "$i" >many/$i
done
run $sign --out out sign many/*
works "50 files into a folder"
is "they cost 49 more commands than one, one of all with a PIN" \
    "$(($(n_commands) - few)) $(n_verify) $(n_sign)" "49 1 50"
is "50 signatures, none beside" "$(ls out | wc -l) $(echo many/*.p7s)" \
    "50 many/*.p7s"
for i in 1 27 50; do
	ok "the signature of $i" verified many/$i out/$i.p7s
done

# One that fails does not stop the others; what fails costs no card command.
rm -f ./*.p7s
run $sign sign a missing b many
is "two of four fail" "$rc $(said | wc -l) $(n_verify) $(n_sign)" "1 2 1 2"
ok "the others are signed" verified b
mkdir c.p7s
run $sign sign c a
is "a folder in the way" "$rc $(said | grep -c 'c.p7s: Is a dir') $(n_sign)" \
    "1 1 1"
rmdir c.p7s
run $sign sign missing many
is "all fail: no card" "$rc $(said | wc -l) $(n_commands)" "1 2 0"
cp a many/a
while read -r words; do
	rm -f ./*.p7s
	run $sign $words
	is "$words: the first alone is signed" \
	    "$rc $(said | wc -l) $(n_sign)" "1 1 1"
done <<END
sign a ./a
sign --out out a many/a
END
echo old >a.p7s
run $sign sign a a.p7s
is "a file in the way of a signature" \
    "$rc $(said | grep -c 'signature of a would replace it') $(cat a.p7s)" \
    "1 1 old"
cp a a.p7m
run $sign --out a sign a
fails 1 'would replace it' "--out is the file itself"
run $sign sign a -
is "standard input" "$rc $(said | grep -c '^jpki-cms: -: ') $(n_sign)" "1 1 1"
run $sign --out named sign a
works "--out FILE"
ok "it verifies" verified a named
printf 'private' >private
chmod 600 private
run $sign sign private
is "who may not read the file may not read its signature" \
    "$rc $(stat -c %a private.p7s)" "0 600"

# Content inside, with its length in one to four bytes.
for n in 0 1 127 128 255 256 65535 65536 20000000; do
	head -c $n /dev/urandom >big
	run $sign --enclose sign big
	works "enclosed: $n bytes"
	ok "it is DER" openssl asn1parse -inform DER -in big.p7m -noout
	openssl cms -verify -binary -inform DER -in big.p7m \
	    -CAfile card/sign-ca.pem -out got >log/ok 2>&1
	ok "out comes what went in" cmp big got
	if [ $n -le 65536 ]; then
		openssl cms -cmsout -inform DER -in big.p7m -outform DER \
		    -out again
		ok "openssl writes the same" cmp big.p7m again
	fi
done
run $sign --enclose --pem sign big
openssl cms -verify -binary -inform PEM -in big.p7m \
    -CAfile card/sign-ca.pem -out got >log/ok 2>&1
ok "and in PEM" cmp big got
rm -f big.p7m again got

# Large files at flat memory: 300 MB in less than 60 MB.
head -c 300000000 /dev/zero >big
for form in '' --enclose; do
	"$PYTHON" -c '
import resource, subprocess, sys
rc = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(used)
sys.exit(rc or used > 60000)' $sign $form sign big >log/out 2>log/err
	result $? "300 MB ${form:-detached}: $(cat log/out) kB"
done
rm -f big.p7m

# Interrupted while it writes: nothing is left.
env --default-signal=INT $sign --enclose sign big >log/out 2>log/err &
pid=$!
until_ok sh -c 'test -s big.p7m.??????'
kill -INT $pid
wait $pid
is "^C while it is written" "$? $(echo big.p7m*)" "130 big.p7m*"
rm -f big

# ... and while the card works: it is closed, and nothing is left.
rm -f ./*.p7s
jpki-softcard set card sign-ms=3000 >log/ok
env --default-signal=INT $sign sign a b >log/out 2>log/err &
pid=$!
until_ok grep -q '\[PIN\]' log/err
kill -INT $pid
wait $pid
is "^C in the run" "$? $(n_sign) $(echo ./*.p7s*)" "130 1 ./*.p7s*"
is "the last command leaves the application" \
    "$(grep '^> ' log/err | tail -1 | cut -c 1-8)" "> 00A404"
jpki-softcard set card sign-ms=0 >log/ok

# A full disk, as far as a limit is like one.
run sh -c 'trap "" XFSZ; ulimit -f 4; exec "$@"' sh $sign sign a
fails 1 'a.p7s: File too large' "no room for the signature"
is "nothing is left" "$(echo a.p7s*)" "a.p7s*"
if [ "$(id -u)" -ne 0 ]; then
	mkdir closed
	cp a closed
	chmod 500 closed
	run $sign sign closed/a
	fails 1 'closed/a.p7s: Permission denied' "an unwritable folder"
	is "no card" "$(n_commands)" 0
else
	skip "an unwritable folder" "root may"
fi

# A card that signs wrong: nothing is written.
for fault in zeros other; do
	jpki-softcard set card signature=$fault >log/ok
	run $sign sign a b
	fails 1 'signature' "the card's signature is wrong: $fault"
	is "nothing was written" "$(n_sign) $(echo ./*.p7s*)" "1 ./*.p7s*"
done
jpki-softcard set card signature=right >log/ok
new_card early card
jpki-softcard set early sign-not-after=2024-01-31 >log/ok
run $sign --reader soft:early sign a
is "an expired certificate is warned about" \
    "$rc $(said | grep -c 'expired on 2024-01-31')" "0 1"
# What the programs say of a signature, and where: all in one way.
cp "$here/pdfs.py" .
"$PYTHON" pdfs.py make plain doc.pdf
programs=jpki-cms
run $sign sign a
[ -x "$JPKI_PROGRAMS/jpki-pdf" ] && programs="$programs jpki-pdf" &&
    run jpki-pdf --reader soft:card --pin-source file:sign.pin sign doc.pdf
[ -x "$JPKI_PROGRAMS/jpki-xml" ] && programs="$programs jpki-xml" &&
    run jpki-xml --reader soft:card --pin-source file:sign.pin sign a
for program in $programs; do
	case $program in
	jpki-cms) files='a.p7s a' ;;
	jpki-pdf) files=doc-signed.pdf ;;
	*) files=a.sig.xml ;;
	esac
	verify="$program --ca card/sign-ca.pem verify $files"
	run $verify
	is "$program: a report" "$rc $(test -s log/out && echo some)" "0 some"
	run $verify --quiet
	is "$program --quiet: the exit code alone" "$rc $(wc -c <log/out)" \
	    "0 0"
	run $program verify --quiet $files
	is "$program --quiet: so for what is open" "$rc $(wc -c <log/out)" \
	    "2 0"
	[ -c /dev/full ] || continue
	for form in '' --json; do
		run sh -c "$verify $form >/dev/full"
		is "$program $form, on a full disk: told once" \
		    "$rc $(said | wc -l) $(said | grep -c 'No space left')" \
		    "1 1 1"
	done
done
finish
