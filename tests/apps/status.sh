#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What jpki-info makes of lists and OCSP answers: each certificate has its own,
# and none of them costs the report. The card's CAs make them.
. "$(dirname "$0")/tap.sh"

new_card card card
ca=card/ca
openssl x509 -in card/auth.pem -out auth.pem
openssl x509 -in card/sign.pem -out sign.pem
auth=$(openssl x509 -in auth.pem -noout -serial | cut -d= -f2)
sign=$(openssl x509 -in sign.pem -noout -serial | cut -d= -f2)
end=310217145959Z
cat >ca.cnf <<'END'
[ca]
default_ca = d
[d]
database = index
crlnumber = number
default_md = sha256
crl_extensions = list
[list]
authorityKeyIdentifier = keyid
[delta]
authorityKeyIdentifier = keyid
deltaCRL = critical, ASN1:INTEGER:5
END

# list OUT CA GENERATION FIRST-DAYS LAST-DAYS [ENTRY [DELTA]]: from and to are
# days from now, ENTRY is "SERIAL[,REASON]", revoked a month ago.
list() {
	: >index
	echo "${8:-05}" >number
	[ -z "${6:-}" ] || printf 'R\t%s\t%s%s\t%s\tunknown\t/CN=x\n' "$end" \
	    "$(date -u -d '31 days ago' +%y%m%d000000Z)" \
	    "$(echo "$6" | sed -n 's/^[^,]*\(,.*\)$/\1/p')" \
	    "${6%%,*}" >index
	openssl ca -gencrl -config ca.cnf -cert "$ca/$2-ca-$3.pem" \
	    -keyfile "$ca/$2-ca-$3.key" ${7:+-crlexts "$7"} \
	    -crl_lastupdate "$(date -u -d "$4 days" +%Y%m%d%H%M%SZ)" \
	    -crl_nextupdate "$(date -u -d "$5 days" +%Y%m%d%H%M%SZ)" \
	    -out "$1" >log/ok 2>&1 || echo "# no list $1"
}

# day N: that many days from now.
day() {
	date -u -d "$1 days" +%Y-%m-%d
}

# answer OUT KEY STATUS: an OCSP answer about the certificate of a key.
answer() {
	printf '%s\n' "$3" >index
	openssl ocsp -index index -CA "$ca/$2-ca-3.pem" \
	    -rsigner "$ca/$2-ca-3.pem" -rkey "$ca/$2-ca-3.key" \
	    -issuer "$ca/$2-ca-3.pem" -cert "$2.pem" -no_nonce -ndays 9 \
	    -respout "$1" >log/ok 2>&1 || echo "# no answer $1"
}

cat >told.py <<'END'
import json
r = json.load(open("log/out", encoding="utf-8"))
print(*(c["state"] + "/" + c["revocation"]["state"]
    for c in r["certificates"]))
END

# asks DESCRIPTION EXIT STATES NOTES OPTION...: about the certificates, and
# that many notes.
asks() {
	what=$1 wanted="$2 $3 $4"
	shift 4
	run jpki-info --json "$@"
	is "$what" "$rc $("$PYTHON" told.py) $(said | wc -l)" "$wanted"
}

list empty auth 3 -1 9
list empty-sign sign 3 -1 9
list tomorrow auth 3 1 9
list gen2 auth 2 -1 9
list revoked auth 3 -1 9 "$auth,superseded"
list stale auth 3 -20 -10 "$auth,superseded"
list stale-good auth 3 -20 -10
list stale-hold auth 3 -20 -10 "$auth,certificateHold"
list long-good auth 3 -15 9
list late-hold auth 3 -10 -5 "$auth,certificateHold"
list hold auth 3 -20 9 "$auth,certificateHold"
list removed auth 3 -1 9 "$auth,removeFromCRL"
list delta auth 3 -1 9 "$auth,superseded" delta 06
list delta-empty auth 3 -1 9 '' delta 06
answer good auth "$(printf 'V\t%s\t\t%s\tunknown\t/CN=x' "$end" "$auth")"
answer sign-revoked sign "$(printf 'R\t%s\t%s,superseded\t%s\tunknown\t/CN=x' \
    "$end" "$(date -u -d '9 days ago' +%y%m%d000000Z)" "$sign")"
printf '\060\003\012\001\003' >later
head -c 100 revoked >damaged
openssl crl -in revoked -outform DER | sed 's/x/x/' >der
"$PYTHON" - <<'END'
data = bytearray(open("der", "rb").read())
data[-1] ^= 1
open("forged", "wb").write(data)
END
sed -i '/keyIdentifier = keyid$/d' ca.cnf
list gen2-unnamed auth 2 -1 9

asks "an answer about one of two" 0 \
    "good/good not-expired/not-checked" 0 auth.pem sign.pem --ca $ca --ocsp good
asks "the other way round" 0 \
    "not-expired/not-checked good/good" 0 sign.pem auth.pem --ca $ca --ocsp good
asks "each has its own" 2 "good/good lapsed/revoked" 0 \
    auth.pem sign.pem --ca $ca --ocsp good --ocsp sign-revoked
asks "a list of tomorrow counts, with a note" 0 "good/good" 1 \
    auth.pem --ca $ca --crl tomorrow
said | grep -q "$(TZ=JST-9 date -d '1 day' +%F).*computer's clock"
result $? "that names the clock"
run jpki-info --lang ja auth.pem --ca $ca --crl tomorrow
said | grep -q "コンピューターの時計より先です"
result $? "in Japanese"
asks "on a chosen day it is no surprise" 0 "good/good" 0 \
    auth.pem --ca $ca --crl tomorrow --date "$(day 2)"
asks "two lists" 0 "good/good good/good" 0 \
    auth.pem sign.pem --ca $ca --crl empty --crl empty-sign
cat gen2 empty empty-sign >lists
asks "in one file, with another" 0 "good/good good/good" 0 \
    auth.pem sign.pem --ca $ca --crl lists
asks "about nobody here" 0 "not-expired/not-checked" 1 \
    sign.pem --ca $ca --ocsp good
said | grep -q 'good: .*about other certificates'
result $? "which is said"
asks "another generation's list first" 0 "good/good" 1 \
    auth.pem --ca $ca --crl gen2 --crl empty
said | grep -q 'gen2: .*another generation'
result $? "is noted"
asks "also where it does not say whose it is" 2 "lapsed/revoked" 1 \
    auth.pem --ca $ca --crl gen2-unnamed --crl revoked

asks "a revocation is for ever" 2 "lapsed/revoked" 0 \
    auth.pem --ca $ca --crl stale
asks "and a newer list does not undo it" 2 "lapsed/revoked" 0 \
    auth.pem --ca $ca --crl stale --crl empty
asks "an old list says nothing good" 0 "not-expired/not-checked" 1 \
    auth.pem --ca $ca --crl stale-good
asks "nor that it is on hold" 0 "not-expired/not-checked" 1 \
    auth.pem --ca $ca --crl stale-hold
asks "a delta on its base" 2 "lapsed/revoked" 0 \
    auth.pem --ca $ca --crl empty --crl delta
asks "a delta that changes nothing, and an old base" 0 "good/good" 0 \
    auth.pem --ca $ca --crl stale-good --crl delta-empty
asks "whichever comes first" 0 "good/good" 0 \
    auth.pem --ca $ca --crl delta-empty --crl stale-good
asks "a delta without its base" 0 "not-expired/not-checked" 1 \
    auth.pem --ca $ca --crl delta-empty

list early auth 3 -40 -35 "$auth,superseded"
asks "a revocation dated after its list" 2 "lapsed/revoked" 0 \
    auth.pem --ca $ca --crl early
for lang in en ja; do
	run jpki-info --lang $lang auth.pem --ca $ca --crl early
	ok "is not said to come later ($lang)" grep -q \
	    -e 'REVOKED: renewed (CRL of 20[0-9-]*, which dates it 20' \
	    -e '失効：更新（CRL、20[0-9-]* 現在。失効日の記載は 20' log/out
done

# Revocation and hold of that day: STATE/THEN.
then_told() {
	run jpki-info --json auth.pem --ca $ca "$@"
	"$PYTHON" -c '
import json
r = json.load(open("log/out"))["certificates"][0]["revocation"]
print(r["state"] + "/" + r["then"])'
}
is "a hold that is over, while it was" good/on-hold \
    "$(then_told --crl hold --crl empty --date "$(day -25)")"
is "and between its list and the next" good/unknown \
    "$(then_told --crl empty --crl hold --date "$(day -9)")"
run jpki-info auth.pem --ca $ca --crl hold --crl empty --date "$(day -9)"
is "said in words" 1 "$(grep -c 'suspended then is not known' log/out)"
run jpki-info auth.pem --ca $ca --crl stale-good --crl empty --crl hold
is "not when it is over" 0 "$(grep -c 'suspended' log/out)"
asks "a hold later than what still counts" 0 "not-expired/unknown" 1 \
    auth.pem --ca $ca --crl long-good --crl late-hold
run jpki-info --lang ja auth.pem --ca $ca --crl long-good --crl late-hold
is "said in words" 1 "$(tr -d '\n ' <log/out | grep -c '今も停止中かどうか')"
asks "'removed' in a complete list is no answer" 0 \
    "not-expired/not-checked" 1 auth.pem --ca $ca --crl removed
asks "and undoes none" 0 "good/good" 1 \
    auth.pem --ca $ca --crl removed --crl empty

asks "the responder is busy" 0 "not-expired/not-checked" 1 \
    auth.pem --ca $ca --ocsp later
said | grep -q 'later: .*the responder says: try later'
result $? "in its words"
said | grep -q malformed
is "which is not malformed" $? 1
run jpki-info --lang ja auth.pem --ca $ca --ocsp later
said | grep -q '応答者が「後でもう一度」と答えました'
result $? "in Japanese"
: >nothing
for bad in damaged forged nothing told.py; do
	asks "$bad, and nothing else: a report, and the exit code" 65 \
	    "not-expired/not-checked" 1 auth.pem --ca $ca --crl $bad
	asks "$bad beside a good one" 0 "good/good" 1 \
	    auth.pem --ca $ca --crl $bad --ocsp good
	asks "$bad beside a bad one" 2 "lapsed/revoked" 1 \
	    auth.pem --ca $ca --crl $bad --crl revoked
done

asks "without the CA" 1 "not-expired/not-checked" 1 auth.pem --crl revoked
is "what is claimed" "$("$PYTHON" -c 'import json
r = json.load(open("log/out"))
print(r["certificates"][0]["revocation"]["claimed"], r["answers"])')" \
    "revoked [{'file': 'revoked', 'kind': 'crl', 'used': False, 'error':\
 'JPKI_ERR_NOT_COVERED'}]"
run jpki-info auth.pem --crl revoked
grep -q '^  Revocation  *NOT CHECKED: an answer (CRL) claims that it was' log/out
result $? "is told"
run jpki-info --lang ja sign.pem --ocsp sign-revoked
grep -q '^  失効  *未確認。OCSP の応答では 20[0-9-]* に失効とされていますが' \
    log/out
result $? "of OCSP, in Japanese"
asks "good news cannot be proven either" 0 "not-expired/not-checked" 1 \
    auth.pem --crl empty

# A kind of signature that is not accepted says nothing of who made it.
cp ca.cnf sha2.cnf
sed -i 's/^default_md = .*/default_md = sha1/' ca.cnf
list weak auth 3 -1 9 "$auth,superseded"
list weak-good auth 3 -1 9
mv sha2.cnf ca.cnf
asks "a list with SHA-1" 1 "not-expired/not-checked" 1 \
    auth.pem --ca $ca --crl weak
said | grep -q 'claims a revocation, but its kind of signature (sha1With'
result $? "is not called forged"
run jpki-info auth.pem --ca $ca --crl weak
grep -q '^  Revocation  *NOT CHECKED: .*its kind of signature is not' log/out
result $? "and what it claims is told"
asks "one without the certificate" 0 "not-expired/not-checked" 1 \
    auth.pem --ca $ca --crl weak-good
asks "it hides no other" 0 "good/good" 1 \
    auth.pem --ca $ca --crl weak-good --crl empty
asks "nor undoes it" 2 "lapsed/revoked" 1 \
    auth.pem --ca $ca --crl revoked --crl weak-good
openssl ocsp -index index -CA "$ca/auth-ca-3.pem" \
    -rsigner "$ca/auth-ca-3.pem" -rkey "$ca/auth-ca-3.key" -rmd sha1 \
    -issuer "$ca/auth-ca-3.pem" -cert auth.pem -no_nonce -ndays 9 \
    -respout weak-answer >log/ok 2>&1 || echo "# no answer"
asks "an answer with SHA-1" 0 "not-expired/not-checked" 1 \
    auth.pem --ca $ca --ocsp weak-answer
said | grep -q 'its kind of signature (sha1With'
result $? "nor is that"

# Nothing is valid.
for lang in en ja; do
	run jpki-info --lang $lang auth.pem --ca $ca --crl empty
	grep -v '^  有効期間' log/out | grep -q -e valid -e 有効
	is "no word says that it is valid ($lang)" $? 1
done
run jpki-info auth.pem --ca $ca --crl empty
grep -q '^  State  *in date, not revoked according to the list of 20' log/out
result $? "but who says what"
run jpki-info --lang ja auth.pem --ca $ca --ocsp good
grep -q '^  状態  *期限内、20[0-9-]* の OCSP の応答では失効していません' log/out
result $? "in Japanese"

# Files with more than one certificate.
cat auth.pem sign.pem >both
asks "two in one file" 2 "good/good lapsed/revoked" 0 \
    both --ca $ca --ocsp good --ocsp sign-revoked
run jpki-info both --ca $ca
is "each is shown" "$(grep -c '^  Kind ' log/out) $(grep -c \
    '^  In the file  *[12] of 2$' log/out)" "2 2"
cat $ca/auth-ca-1.pem $ca/auth-ca-2.pem $ca/auth-ca-3.pem $ca/sign-ca-3.pem \
    >cas
asks "all CAs of a file count" 0 "good/good good/good" 0 \
    both --ca cas --crl lists
mkdir folder
cp cas folder/bundle
asks "and of a file in a folder" 0 "good/good good/good" 0 \
    both --ca folder --crl lists
# The same in DER, where nothing stands between them.
for f in auth sign; do
	openssl x509 -in $f.pem -outform DER -out $f.cer
done
cat auth.cer sign.cer >both.cer
printf '\0\0\0' >>both.cer
asks "two in DER, and filler" 2 "good/good lapsed/revoked" 0 \
    both.cer --ca $ca --ocsp good --ocsp sign-revoked
for i in 1 2 3; do
	openssl x509 -in $ca/auth-ca-$i.pem -outform DER
done >cas.cer
openssl crl -in empty -outform DER >lists.cer
asks "CAs in DER" 0 "good/good" 0 auth.pem --ca cas.cer --crl lists.cer
openssl crl -in revoked -outform DER >>lists.cer
asks "the second list in DER" 2 "lapsed/revoked" 0 \
    auth.pem --ca $ca --crl lists.cer
cat good sign-revoked >answers
asks "the second answer in DER" 2 "good/good lapsed/revoked" 0 \
    auth.pem sign.pem --ca $ca --ocsp answers
cat auth.cer lists.cer >mixed
asks "a certificate before something else" 0 "not-expired/not-checked" 0 \
    mixed --ca $ca
cat auth.pem cas >chain
run jpki-info chain --json
is "and of the input" "$("$PYTHON" -c 'import json
r = json.load(open("log/out"))["certificates"]
print(len(r), [c["number"] for c in r], r[0]["issuer"]["state"])')" \
    "5 [1, 2, 3, 4, 5] signed"

# Reminders.
run jpki-info auth.pem --ca $ca --crl revoked --ics
is "a revoked certificate has no reminder" \
    "$rc $(wc -c <log/out) $(said | wc -l)" "2 0 1"
until=$(openssl x509 -in auth.pem -noout -enddate | cut -d= -f2)
events() {
	run jpki-info auth.pem --ics --date \
	    "$(date -u -d "$until $1 days" +%Y-%m-%d)"
	echo $rc $(grep -e UID -e TRIGGER log/out | tr -d '\r' |
	    sed 's/^UID:jpki-auth-\([a-z]*\).*/\1/;s/^TRIGGER://')
}
is "long before" "$(events -400)" "0 renew PT9H until -P30D"
is "when it can be renewed" "$(events -60)" "1 until -P30D"
is "in the last month" "$(events -20)" "1 until -P7D"
is "in the last days" "$(events -3)" "1 until -P1D"
is "on the day before" "$(events -1)" "1 until PT9H"
is "on the last day" "$(events 0)" 1
is "when it is over" "$(events 3)" 2
finish
