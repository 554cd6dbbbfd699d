#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# jpki-cms verify: signatures that are right in unusual ways, and such that
# have one thing wrong, each of which has its own name.
. "$(dirname "$0")/tap.sh"

new_card card card
cp "$here/cms_parts.py" "$here/cms_cases.py" .
"$PYTHON" cms_cases.py card || exit 99

# told: the answer and the codes of the last run, if it got to an answer.
cat >told.py <<'END'
import json
text = open("log/out", encoding="utf-8").read()
for s in json.loads(text)["signatures"] if text else []:
    for kind in "wrong", "not_checked", "notes":
        for finding in s[kind]:
            assert finding["text"]
            print(kind, finding["code"])
END

# verdict CODE: where it stands among what was found; "-": nothing is wrong,
# and what is needed was checked.
verdict() {
	"$PYTHON" told.py >codes || echo "# no codes"
	case $rc,$1 in
	65,-)	[ -s log/out ] && echo "report" || echo "refused" ;;
	0,-)	grep -v -e 'revocation-unchecked$' -e '^notes' codes ||
		    echo "nothing" ;;
	*)	grep -q " $1\$" codes && echo "$1" || cat codes ;;
	esac
}

while read -r name exit code more; do
	options=${more#f } content=f
	case $more in
	f\ *|f) ;;
	g\ *)	options=${more#g } content=g ;;
	*)	content= ;;
	esac
	[ "$options" = f ] && options=
	# The options are words.
	run jpki-cms verify --json "$name.p7s" $content $options
	wanted=$code
	[ "$exit,$code" = "0,-" ] && wanted=nothing
	[ "$exit,$code" = "65,-" ] && wanted=refused
	is "$name" "$rc $(verdict "$code")" "$exit $wanted"
done <cases

# An OCSP answer, by the card's own CA.
answer() {
	printf '%s\n' "$2" >index
	openssl ocsp -index index -CA card/ca/sign-ca-3.pem \
	    -rsigner card/ca/sign-ca-3.pem -rkey card/ca/sign-ca-3.key \
	    -issuer card/ca/sign-ca-3.pem -cert card/sign.pem -no_nonce \
	    -ndays 9 -respout "$1" >log/ok 2>&1 || echo "# no answer $1"
}
serial=$(openssl x509 -in card/sign.pem -noout -serial | cut -d= -f2)
answer good "$(printf 'V\t310217145959Z\t\t%s\tunknown\t/CN=x' "$serial")"
answer bad "$(printf 'R\t310217145959Z\t%s\t%s\tunknown\t/CN=x' \
    "$(date -u -d '9 days ago' +%y%m%d000000Z)" "$serial")"
run jpki-cms verify card.p7s f --ca card --ocsp good --json
is "an OCSP answer" "$rc $(grep -c '"state": "good"' log/out)" "0 1"
run jpki-cms verify card.p7s f --ca card --ocsp bad
is "that it is revoked" "$rc $(grep -c 'REVOKED on' log/out)" "1 1"
answer ahead "$(printf 'R\t310217145959Z\t%s\t%s\tunknown\t/CN=x' \
    "$(date -u -d '9 days' +%y%m%d000000Z)" "$serial")"
run jpki-cms verify card.p7s f --ca card --ocsp ahead
is "one dated after the answer" "$rc $(grep -c \
    'REVOKED, says the OCSP of 20.*, which dates it 20' log/out)" "1 1"

# For people.
run jpki-cms verify card.p7s f --ca card
works "a report"
for line in 'Content  *unchanged (SHA-256)' 'Signature  *fits' \
    'Name  *山田　太郎' 'Address  *東京都' 'Issuer  *software card, .*3' \
    'Chain  *below a CA that was given' 'Time claimed  *20.* in Japan' \
    'Period  *in its period' 'Period of the CA  *in its period' \
    'Revocation  *NOT CHECKED' 'Not checked  *whether .* was revoked'; do
	ok "it has: $line" grep -q "^  $line" log/out
done
is "nothing is called valid" "$(grep -ci '[^n]valid' log/out)" 0
run jpki-cms --lang ja verify changed.p7s g --ca ca.pem
is "a report in Japanese" "$rc $(grep -c -e '^  内容  *変更あり' \
    -e '問題  *内容が、署名されたものと異なります' -e '^問題があります' \
    log/out)" "1 3"
run jpki-cms verify card-changed-key-id.p7s f --ca card/ca
is "a certificate that was changed" \
    "$rc $(grep -c -e '^  Chain  *WRONG' -e '^  Wrong  *a certificate is not' \
    log/out)" "1 2"
run jpki-cms --lang ja verify nobody.p7s
is "of what is no signature" "$rc $(grep -c '署名はありません' log/out) \
$(grep -c '問題' log/out)" "1 1 0"
run jpki-cms verify nobody.p7s
is "which is not refused" "$rc $(grep -c 'no signature' log/out) \
$(grep -c REFUSED log/out)" "1 1 0"
run jpki-cms verify --json nobody.p7s
is "nor for programs" "$rc $(grep -c '^  "answer": "unsigned"' log/out)" "1 1"
run jpki-cms verify two.p7s --ca ca.pem
is "without the content" \
    "$rc $(grep -c 'signature . of 2' log/out) $(grep -c 'name its file' \
    log/out)" "2 2 1"
run sh -c 'cat plain.p7s | jpki-cms verify /dev/stdin f --ca ca.pem'
is "from a pipe" "$rc $(grep -c unchanged log/out)" "0 1"

# What cannot be read.
run jpki-cms verify
fails 64 'Which signature' "no signature named"
run jpki-cms verify plain.p7s f g
fails 64 'more words' "too many files"
run jpki-cms verify missing f
fails 1 'missing: No such file' "no signature there"
run jpki-cms verify plain.p7s missing
fails 1 'missing: No such file' "no content there"
run jpki-cms verify plain.p7s .
fails 1 'directory' "a folder"
run jpki-cms verify plain.p7s f --ca f
fails 65 'f: ' "no CA in --ca"
run jpki-cms verify plain.p7s f --crl missing
fails 1 'missing: No such file' "no list there"
run jpki-cms verify a-text.p7s f
fails 65 'not a signature' "a text"
run jpki-cms --lang ja verify a-text.p7s f
fails 65 '署名（CMS' "a text, in Japanese"
if [ -c /dev/full ]; then
	run sh -c 'jpki-cms verify plain.p7s f --ca ca.pem >/dev/full'
	is "a full disk" "$rc $(said | grep -c 'stdout')" "1 1"
else
	skip "a full disk" "no /dev/full"
fi
finish
