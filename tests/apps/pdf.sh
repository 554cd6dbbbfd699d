#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# jpki-pdf on software cards; what it makes is checked by qpdf, poppler and
# openssl, where they are.
. "$(dirname "$0")/tap.sh"

sign="jpki-pdf --reader soft:card --pin-source file:sign.pin"
new_card card card
pdfs() {
	"$PYTHON" "$here/pdfs.py" "$@"
}
have() {
	command -v "$1" >/dev/null
}
if have certutil; then
	mkdir nss
	certutil -N -d sql:nss --empty-password
fi

# told FILE [OPTION...]: the exit code and the codes of a report.
told() {
	file=$1
	shift
	run jpki-pdf verify --json --ca card/sign-ca.pem "$@" "$file"
	echo "$rc $(pdfs told <log/out | tr '\n' ' ')"
}

qpdf_silent() {
	qpdf --check "$1" >log/qpdf 2>&1 && ! grep -q WARNING log/qpdf
}

# good FILE SIGNED: all that others say.
good() {
	cmp -n "$(stat -c %s "$1")" "$1" "$2" >log/cmp 2>&1
	result $? "$2: begins with the input"
	if have qpdf && qpdf_silent "$1"; then
		qpdf_silent "$2"
		result $? "$2: qpdf has nothing to say"
	fi
	if [ -d nss ] && have pdfsig; then
		pdfsig -nssdir sql:nss "$2" >log/pdfsig 2>/dev/null
		[ "$(grep -c 'Signature is Valid' log/pdfsig)" = \
		    "$(grep -c 'Signature #' log/pdfsig)" ] &&
		    tail -5 log/pdfsig | grep -q 'Total document signed'
		result $? "$2: pdfsig finds it valid"
	fi
	pdfs parts "$2" content cms
	ok "$2: openssl does, too" openssl cms -verify -binary -inform DER \
	    -in cms -content content -CAfile card/sign-ca.pem -out /dev/null
}

# Files of every kind, of our own and of other programs, in one run.
mkdir in out
for kind in $(pdfs kinds); do
	pdfs make "$kind" "in/$kind.pdf"
done
if have qpdf; then
	qpdf --linearize in/plain.pdf in/linear.pdf
	qpdf --linearize --object-streams=generate in/pages300.pdf in/l300.pdf
fi
have pdftocairo && pdftocairo -pdf in/plain.pdf in/cairo.pdf
if have mutool; then
	mutool clean in/plain.pdf in/mutool.pdf 2>/dev/null
	mutool clean -zggg in/stream.pdf in/mutool2.pdf 2>/dev/null
fi
run $sign --out out sign in/*.pdf
works "all are signed"
is "one PIN, a signature for each" "$(n_verify) $(n_sign)" \
    "1 $(ls in | wc -l)"
for f in in/*.pdf; do
	f=${f#in/}
	f=${f%.pdf}
	good "in/$f.pdf" "out/$f-signed.pdf"
	is "$f: verify" "$(told "out/$f-signed.pdf" --profile moj)" \
	    "0 fits | "
done
for what in no-resources:/Resources no-media-box:/MediaBox \
    'no-page-type:/Type */Page[^s]'; do
	f=${what%%:*}
	is "$f: the page is written as it was" \
	    "$(grep -ac -e "${what#*:}" out/$f-signed.pdf)" 0
done
is "nothing else was left" "$(ls out | wc -l)" "$(ls in | wc -l)"

# What one costs.
cp in/plain.pdf .
run $sign sign plain.pdf
works "IN.pdf becomes IN-signed.pdf"
ok "which is there" test -f plain-signed.pdf
is "at most 21 commands, one with the PIN" \
    "$([ "$(n_commands)" -le 21 ] && n_verify)" 1
typed ABC123 jpki-pdf --reader soft:card sign plain.pdf
is "at most 22 on a terminal" \
    "$rc $([ "$(grep -c '^> ' log/out)" -le 22 ] && echo few)" "0 few"
is "which shows what is signed and what it tells" \
    "$(grep -c -e "$(sha256sum <plain.pdf | cut -c 1-64)" \
    -e 'name, address, date of birth' log/out)" 2

for words in '--out x.pdf --in-place' '--in-place --out x.pdf'; do
	run $sign $words sign plain.pdf
	fails 64 'Either --out or' "$words"
done

# In place: a link stays one, and the file is told of as given.
cp in/plain.pdf inside.pdf
ln -s inside.pdf link.pdf
for f in inside.pdf link.pdf; do
	typed ABC123 jpki-pdf --reader soft:card --in-place sign $f
	is "in place: $f" "$rc $(grep -c "^$f is signed: $f.\$" log/out)" "0 1"
done
run $sign --in-place --json sign link.pdf
is "in place: JSON" "$rc $(readlink link.pdf) $("$PYTHON" -c '
import json
print(json.load(open("log/out"))["files"][0]["signature"])')" \
    "0 inside.pdf link.pdf"
rm link.pdf inside.pdf

# Several signers, and what is said of the first.
new_card other card
cp plain-signed.pdf first.pdf
for i in 2 3; do
	run jpki-pdf --reader soft:other --pin-source file:sign.pin \
	    --in-place sign first.pdf
	works "signer $i, in place"
	cat other/sign-ca.pem card/sign-ca.pem >both.pem
	is "all fit" "$(told first.pdf --ca other/sign-ca.pem)" \
	    "0 $([ $i = 3 ] && echo 'fits signature | ')fits signature | fits | "
done
run jpki-pdf --ca card/sign-ca.pem --ca other/sign-ca.pem verify first.pdf
is "in words" "$rc $(grep -c 'bytes were added after it: a further sig' \
    log/out) $(grep -c 'the whole file' log/out)" "0 2 1"

# What the signature says.
run $sign --name 甲野 --reason 'a (b) \ <c>' --location 東京 sign plain.pdf
works "name, reason and place"
run jpki-pdf --json --ca card/sign-ca.pem verify plain-signed.pdf
is "come back" "$("$PYTHON" -c '
import json
s = json.load(open("log/out", encoding="utf-8"))["files"][0]["signatures"][0]
print(s["name"], s["reason"], s["location"], s["format"], s["whole_file"])
')" '甲野 a (b) \ <c> 東京 adbe.pkcs7.detached True'
if have pdfsig; then
	pdfsig plain-signed.pdf >log/pdfsig 2>/dev/null
	ok "the time is now" grep -q \
	    -e "Signing Time: $(LC_ALL=C date +'%b %d %Y')" \
	    -e "Signing Time: $(LC_ALL=C date -d '1 hour ago' +'%b %d %Y')" \
	    log/pdfsig
fi
run $sign sign plain.pdf
is "by itself the holder's name" "$(jpki-pdf --json verify plain-signed.pdf |
    "$PYTHON" -c 'import json, sys
print(json.load(sys.stdin)["files"][0]["signatures"][0]["name"])')" \
    "$(jpki-softcard show card | sed -n 's/^name[ =]*//p' | head -1)"

# Profiles.
run $sign --profile pades sign plain.pdf
works "PAdES"
good plain.pdf plain-signed.pdf
is "PAdES: verify" "$(told plain-signed.pdf)" "0 fits | "
openssl cms -cmsout -print -inform DER -in cms >log/cms
is "no signing time, but the certificate's digest" \
    "$(grep -c 'signingTime' log/cms) \
$(grep -c 'id-smime-aa-signingCertificateV2' log/cms)" "0 1"
ok "it is CAdES" openssl cms -verify -cades -binary -inform DER -in cms \
    -content content -CAfile card/sign-ca.pem -out /dev/null
is "it is not for 登記" "$(told plain-signed.pdf --profile moj)" \
    "1 refused | moj "
run jpki-pdf --profile moj verify plain-signed.pdf
is "for C2" "$rc $(grep -c 'NOT MET' log/out) $(grep -c \
    'C2 .*NOT MET' log/out)" "1 1 1"
run $sign sign plain.pdf
run jpki-pdf --profile moj --ca card/sign-ca.pem verify plain-signed.pdf
is "what is for 登記 is met, and accepted by nobody yet" \
    "$rc $(grep -c '^  C[1-9] .*: met$' log/out) $(grep -c \
    'nobody has accepted' log/out)" "0 9 1"
run jpki-pdf --lang ja --profile moj verify plain-signed.pdf
is "in Japanese, and without a CA" \
    "$rc $(grep -c '^  C[1-9] .*: 満たします$' log/out) $(grep -c \
    '受理された実績' log/out)" "2 9 1"

# The auth key.
run $sign --key auth --pin-source file:auth.pin sign plain.pdf
is "the auth key is warned about" \
    "$rc $(said | grep -c 'made for logging in')" "0 1"
run jpki-pdf --ca card/auth-ca.pem verify plain-signed.pdf
is "its signature is refused" "$rc" 1

# What is refused costs no command.
rm -f ./*.pdf
cheap() {
	[ "$(n_commands)" -eq 0 ] || echo "# the card was touched"
	[ "$(n_commands)" -eq 0 ] && fails "$@" || result 1 "$3"
}
for kind in $(pdfs bad-kinds); do
	pdfs make "$kind" bad.pdf
	run $sign sign bad.pdf
	cheap 65 'bad.pdf: ' "$kind is refused"
done
while read -r kind words; do
	pdfs make "$kind" bad.pdf
	run $sign sign bad.pdf
	cheap 65 "$words" "$kind: its reason"
	run $sign --lang ja sign bad.pdf
	is "$kind: one message in Japanese" "$rc $(said | wc -l) \
$(said | grep -c 'ください\|ありません')" "65 1 1"
done <<END
xfa XFA form
docmdp1 nothing may be added
no-page no page
junk-before does not begin with %PDF-
text does not begin with %PDF-
cut damaged
END
if have qpdf; then
	qpdf --encrypt user owner 256 -- in/plain.pdf secret.pdf
	qpdf --encrypt '' owner 256 -- in/plain.pdf protected.pdf
	for f in secret protected; do
		run $sign sign $f.pdf
		cheap 65 'encrypted' "$f"
	done
fi
mkdir folder.pdf
run $sign sign folder.pdf
cheap 1 'Is a directory' "a folder"
run $sign sign missing.pdf
cheap 1 'No such file' "a missing file"
cp in/plain.pdf .
run $sign --out /nowhere/x.pdf sign plain.pdf
cheap 1 '/nowhere/x.pdf' "an output that cannot be made"
run $sign --out /dev/stdout sign plain.pdf
cheap 1 'no file can be kept' "a device"
for args in '' sign verify 'frob a' '--profile x sign plain.pdf' \
    '--key both sign plain.pdf' '--name= sign plain.pdf' \
    '--reader' '--out x.pdf sign plain.pdf in/cr.pdf'; do
	run jpki-pdf $args
	cheap 64 'jpki-pdf --help' "usage: $args"
done
run $sign --reason "$(printf '\377')" sign plain.pdf
cheap 64 'UTF-8' "a reason that is no text"
for bad in 'a\nb' 'a\tb' 'a\342\200\256b'; do
	run $sign --name "$(printf "$bad")" sign plain.pdf
	cheap 64 'invisible' "a name with what is not seen: $bad"
done
run $sign sign bad.pdf plain.pdf
is "one bad file does not stop the other" \
    "$rc $(said | wc -l) $(ls ./*-signed.pdf)" "65 1 ./plain-signed.pdf"

# Passwords and cards.
rm -f ./*-signed.pdf
run jpki-pdf --reader soft:card --pin-source file:wrong-sign.pin \
    sign plain.pdf
fails 1 '4 tries left' "a wrong password"
is "was sent once; nothing is left" \
    "$(n_verify) $(n_sign) $(echo ./*-signed*)" "1 0 ./*-signed*"
new_card card card
run jpki-pdf --reader soft:nowhere --pin-source file:sign.pin sign plain.pdf
fails 69 'card' "no card"
new_card child child
run $sign --reader soft:child sign plain.pdf
fails 1 '署名用' "a child's card"
run jpki-pdf --reader soft:card sign plain.pdf
fails 1 'terminal' "no terminal to ask on"
typed ^C jpki-pdf --reader soft:card sign plain.pdf
is "^C at the prompt" "$rc $(tries card sign) $(echo ./*-signed*)" \
    "1 5 ./*-signed*"
new_card old card
jpki-softcard set old sign-not-after=2024-01-31
run $sign --reader soft:old sign plain.pdf
is "an expired certificate is warned about" \
    "$rc $(said | grep -c 'certificate expired')" "0 1"
is "and refused by verify" \
    "$(told plain-signed.pdf --ca old/sign-ca.pem)" "1 refused | expired "

# Attacks: each is refused for its own reason.
new_card card card
run $sign --out signed.pdf sign in/plain.pdf
mkdir now prepared
for kind in $(pdfs prepared-kinds); do
	pdfs make "$kind" "prepared/$kind.pdf"
done
run $sign --out now sign in/plain.pdf in/stream.pdf prepared/*
works "prepared files are signed, too"
pdfs attacks >attacks
# refused RC CODE: what is said of attack.pdf.
refused() {
	found=$(told attack.pdf)
	case $found in
	$1\ *" $2 "*) result 0 "attack: $name" ;;
	*)	echo "# wanted $1 and $2, got $found"
		result 1 "attack: $name" ;;
	esac
}
while read -r name code kind; do
	pdfs attack "$name" "now/$kind-signed.pdf" attack.pdf
	refused 1 "$code"
done <attacks

# The same before a second signature, which the attacker makes.
while read -r name code kind; do
	case $name in
	incremental | page-added | font-changed | script | font-signed | \
	    text-as-note)
		wanted=1 ;;
	note-as-signature | old-signature-* | child-of-signature | empty-*)
		wanted=2 ;;	# the second signer saw it
	*)	continue ;;
	esac
	pdfs attack "$name" "now/$kind-signed.pdf" attack.pdf
	run $sign --in-place sign attack.pdf
	refused $wanted "$code"
done <attacks
for name in filled-in overlay note-changed; do
	pdfs attack $name signed.pdf attack.pdf
	run $sign --in-place sign attack.pdf
	is "what only the later signer saw: $name" "$(told attack.pdf |
	    sed 's/incomplete [a-z ]*|/incomplete |/')" \
	    "2 incomplete | shown-changed fits | "
done
pdfs keep proof signed.pdf kept.pdf
is "data for checking may follow" "$(told kept.pdf)" "0 fits proof | "
for name in stream stream-unlisted-itself packed; do
	pdfs keep $name now/stream-signed.pdf kept.pdf
	is "also in a stream: $name" "$(told kept.pdf)" "0 fits proof | "
done

# A later signer may need another font, if nothing was to be drawn with it.
for f in shared dangling; do
	pdfs keep font "out/$f-signed.pdf" kept.pdf
	run $sign --in-place sign kept.pdf
	works "a font more, and a signature: $f"
	is "its first signature" "$(told kept.pdf | sed 's/ fits | $//')" \
	    "$([ $f = shared ] && echo '0 fits signature |' ||
	    echo '1 refused pages signature | pages-changed')"
done

for what in resources-form resources resources-colours; do
	for f in shared-all dangling-all; do
		pdfs keep $what "out/$f-signed.pdf" kept.pdf
		run $sign --in-place sign kept.pdf
		works "more resources, and a signature: $what, $f"
		wanted='1 refused pages signature | pages-changed'
		case $what,$f in
		*-colours,*|*,dangling*) ;;
		*) wanted='0 fits signature |' ;;
		esac
		is "its first signature" "$(told kept.pdf |
		    sed 's/ fits | $//')" "$wanted"
	done
done

# A later signer's picture on a page is nothing wrong, but told.
picture='a later signature is visible on a page'
for what in '81 plain' '5 empty-field'; do
	f=now/${what#* }-signed.pdf
	pdfs show card ${what% *} "$f" shown.pdf
	is "a picture in field $what" "$(told shown.pdf)" \
	    "0 fits signature | fits | "
	run jpki-pdf verify --ca card/sign-ca.pem shown.pdf
	is "a picture is told of once: $what" \
	    "$rc $(tr -s ' \n' ' ' <log/out | grep -o "$picture" | wc -l)" "0 1"
	run jpki-pdf verify --json --ca card/sign-ca.pem shown.pdf
	is "of the earlier one: $what" "$("$PYTHON" -c '
import json
for s in json.load(open("log/out"))["files"][0]["signatures"]:
    print(sum(note["code"] == "picture-added"
              for note in s["signers"][0]["notes"]))
' | tr '\n' ' ')" "1 0 "
done
run $sign --out twice.pdf sign now/plain-signed.pdf
run jpki-pdf verify --ca card/sign-ca.pem twice.pdf
is "one without a picture is not told of" \
    "$rc $(tr -s ' \n' ' ' <log/out | grep -c "$picture")" "0 0"

# Certifications, made by openssl with the card's key.
for level in 1 2 3; do
	pdfs certify $level card in/plain.pdf certified$level.pdf
	is "certified, level $level" "$(told certified$level.pdf)" "0 fits | "
	pdfs attack note-changed certified$level.pdf attack.pdf
	is "level $level: an annotation" "$(told attack.pdf |
	    grep -c not-permitted)" $((level < 3))
done
pdfs attack filled-in certified1.pdf attack.pdf
is "level 1: a form" "$(told attack.pdf)" \
    "1 refused form | not-permitted shown-changed "
run $sign --out x.pdf sign certified1.pdf
cheap 65 'nothing may be added' "level 1 is not signed"
run $sign --out x.pdf sign certified2.pdf
works "level 2 is"
is "and both fit" "$(told x.pdf)" "0 fits signature | fits | "

# Signatures of other programs.
if [ -d nss ] && have pdfsig && have pk12util; then
	openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem \
	    -days 30 -subj /CN=Other -addext \
	    keyUsage=digitalSignature,nonRepudiation 2>/dev/null
	openssl pkcs12 -export -in c.pem -inkey k.pem -out k.p12 \
	    -passout pass: -name other 2>/dev/null
	pk12util -i k.p12 -d sql:nss -W '' >log/pk12 2>&1
	for f in signed.pdf in/bare.pdf out/stream-signed.pdf \
	    out/shared-signed.pdf; do
		pdfsig -nssdir sql:nss -add-signature -nick other "$f" \
		    poppler.pdf >log/pdfsig 2>&1
		if [ ! -f poppler.pdf ]; then
			skip "poppler's signature in $f" \
			    "this pdfsig cannot sign"
			continue
		fi
		run jpki-pdf verify --json --ca card/sign-ca.pem \
		    --ca c.pem poppler.pdf
		is "poppler's signature in $f" "$("$PYTHON" -c '
import json
f = json.load(open("log/out", encoding="utf-8"))["files"][0]
s = f["signatures"][-1]["signers"][0]
print(s["content"], s["signature"], f["signatures"][0]["answer"])
')" "unchanged fits fits"
		rm -f poppler.pdf
	done
fi

# verify without a signature, without a PDF file.
run jpki-pdf verify in/plain.pdf
is "no signature: nothing is refused" \
    "$rc $(grep -c 'no signature' log/out) $(grep -c REFUSED log/out)" "1 1 0"
run jpki-pdf --lang ja verify in/plain.pdf
is "nor in Japanese" "$rc $(grep -c '署名はありません' log/out) \
$(grep -c '問題' log/out)" "1 1 0"
run jpki-pdf --json verify in/plain.pdf
is "no signature, for programs" \
    "$rc $(grep -c '"answer": "unsigned"' log/out)" "1 1"
run jpki-pdf verify a
fails 65 'not a PDF' "no PDF file"
run jpki-pdf verify missing.pdf
fails 1 'No such file' "no file"
pdfs make cut bad.pdf
run jpki-pdf verify bad.pdf
fails 65 'damaged' "a damaged file without signatures"
run jpki-pdf verify --ca card/sign-ca.pem signed.pdf out/bare-signed.pdf
is "two files" "$rc $(grep -c '^File  ' log/out)" "0 2"
run jpki-pdf verify --json --ca card/sign-ca.pem missing.pdf signed.pdf a
is "of three files two are told about, too" "$rc $("$PYTHON" -c '
import json
for f in json.load(open("log/out"))["files"]:
    print(f["exit"], f["answer"], len(f["signatures"]))
' | tr '\n' ' ')" "1 1 None 0 0 fits 1 65 None 0 "
run jpki-pdf verify --json signed.pdf
is "without a CA it is open" "$rc" 2

for columns in 40 80; do
	for lang in en ja; do
		for args in --help 'sing a' 'verify signed.pdf'; do
			COLUMNS=$columns typed '' env -u JPKI_DEBUG \
			    jpki-pdf --lang $lang $args
			fits $columns "$lang: $args"
		done
	done
done
for lang in en ja; do
	run jpki-pdf --lang $lang --help
	is "--help ($lang)" "$rc $(grep -c -e --last-try log/out)" "0 1"
done
run jpki-pdf --version
is "--version" "$rc $(grep -c '^jpki-pdf (libjpki) [0-9]' log/out)" "0 1"

# The manual's examples, as they stand there.
mkdir manual manual/invoices
cp in/plain.pdf manual/contract.pdf
cp in/cr.pdf in/bare.pdf manual/invoices
cp sign.pin manual
"$PYTHON" - "$here/../../examples/tools/man/jpki-pdf.1" >manual/run.sh <<'END'
import re
import sys
page = open(sys.argv[1], encoding='utf-8').read()
text = page.split('.Sh EXAMPLES')[1].split('.Sh SEE ALSO')[0]
for block in re.findall(r'\.Bd.*?\n(.*?)\.Ed', text, re.S):
    text = block.replace('\\e\n', '').replace('$ ', '')
    print(text.replace('sign ', '--pin-source file:sign.pin sign '), end='')
END
if have qpdf && have pdfsig; then
	run sh -ec 'cd manual && . ./run.sh'
	is "the manual's examples run" "$rc $(grep -c '^File  ' log/out) \
$(ls manual/signed | wc -l)" "0 2 2"
fi
finish
