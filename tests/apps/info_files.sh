#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-info on files of all kinds, and on answers about revocation.
. "$(dirname "$0")/tap.sh"

info="jpki-info --reader soft:card"
new_card card card

# Files.
run jpki-info card/auth.pem card/sign.pem --ca card/ca
works "files"
is "no card is used" "$(n_commands)" 0
shows '^  Kind  *auth certificate' "the kind"
shows '^  Serial number  *[0-9A-F]*$' "the serial number"
shows '^  Name  *山田' "whoever has the file knows the name"
for form in PEM DER; do
	openssl x509 -in card/auth.pem -outform $form -out auth.$form
	run sh -c "jpki-info --json - <auth.$form"
	is "standard input, $form" "$rc $(json 'j["certificates"][0]["slot"],
	    j["certificates"][0]["issuer"]["state"]')" "0 ('auth', 'not-found')"
done
for n in 1 2 3; do
	for key in auth sign; do
		jpki-softcard set card $key-not-after=2031-02-17
		run jpki-info --json --ca card/ca "card/ca/$key-ca-$n.pem"
		is "CA: $key $n" "$(json '[j["certificates"][0]["ca"][k] for k
		    in ("is_ca", "kind", "purpose", "generation", "proven")]')" \
		    "[True, 'softcard', '$key', $n, False]"
	done
done
run jpki-info --json card/auth.pem card/ca/auth-ca-1.pem \
    card/ca/auth-ca-2.pem card/ca/auth-ca-3.pem card/ca/sign-ca-3.pem
is "of CAs with equal names the right one is found" "$(json '[j[
    "certificates"][0]["issuer"][k] for k in ("state", "generation")]')" \
    "['signed', 3]"
run jpki-info --json card/auth.pem --ca card/ca/auth-ca-1.pem
is "and no other" "$(json 'j["certificates"][0]["issuer"]["state"]')" not-found
"$PYTHON" -c '
d = bytearray(open("auth.DER", "rb").read())
d[-1] ^= 1
open("forged", "wb").write(d)'
run jpki-info forged --ca card/ca --date 2029-05-05
is "a forged one" "$rc" 1
shows '^  Proof  *NO' "is not proven"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes \
    -keyout foreign.key -subj /CN=foreign -days 400 -out foreign.pem \
    >log/ok 2>&1
run jpki-info foreign.pem
is "a certificate of somebody else" "$rc" 0
shows "^  Kind  *not one of the service's" "is called so"
shows '^  Key  *P-384, 384 bits' "its key"
shows '^  Proof  *signed by it, but that is not a CA' "no proof"
shows '^  Period  *20[0-9-]* to 20[0-9-]*$' "its last day is not a whole one"

for args in 'missing' 'auth.pin' 'card/auth.key' "$here"; do
	run jpki-info $args
	case $args in
	*missing|"$here") wanted=1 ;;
	*) wanted=65 ;;
	esac
	fails $wanted "${args##* }" "bad: ${args##"$here"}"
done
# What cannot be used is told, and hides nothing beside it.
beside() {
	wanted="$1 1 $2" told=$3
	shift 3
	run jpki-info --json "$@"
	is "beside what cannot be used: $*" "$rc $(said | wc -l) $(json \
	    '" ".join(str(c["number"]) for c in j["certificates"])')" "$wanted"
	said | grep -q -e "$told"
	result $? "which is named"
}
{
	cat card/auth.pem
	printf '%s\n' '-----BEGIN CERTIFICATE-----' MAA= \
	    '-----END CERTIFICATE-----'
	cat card/sign.pem
} >mixed
head -n 9 card/sign.pem | cat card/auth.pem - >cut
beside 1 1 missing card/auth.pem --ca missing
beside 65 1 auth.pin card/auth.pem --ca auth.pin
beside 1 1 missing card/auth.pem --crl missing
beside 1 '1 1' missing card/auth.pem missing card/sign.pem
beside 65 1 auth.pin auth.pin card/auth.pem
beside 65 'None None' 'in mixed, certificate 2 of 3' mixed
beside 65 None 'in cut, certificate 2 of 2' cut
beside 0 1 'in mixed, certificate 2 of 3' card/auth.pem --ca mixed
run jpki-info --lang ja mixed
said | grep -q 'mixed の中の 2 番目の証明書（全 3 枚）'
result $? "in Japanese"
run jpki-info mixed --date 2040-01-01
is "an expired one weighs more" "$rc" 2
run jpki-info mixed --ssh-key
is "a key beside a broken certificate" "$rc $(grep -c '^ssh-rsa ' log/out)" \
    "65 2"
run jpki-info --reader soft:card --crl missing
is "a card is told of without the list that is missing" \
    "$rc $(grep -c '^  Revocation  *not checked' log/out)" "1 1"
printf 'x\033[31mred' >"$(printf 'e\033[31m')"
openssl x509 -in card/auth.pem -out "$(printf 'e\033[31m')"
run jpki-info "$(printf 'e\033[31m')"
is "no escape sequence in the report" "$rc $(grep -c "$(printf '\033')" \
    log/out)" "0 0"
shows '^e\\x1b\[31m$' "but its name"
run jpki-info --json "$(printf 'e\033[31m')"
is "nor in JSON, which has the name itself" "$(grep -c "$(printf '\033')" \
    log/out) $(json 'j["certificates"][0]["file"] == "e\x1b[31m"')" "0 True"
name=$(printf 'c\377d')
cp card/auth.pem "$name"
run jpki-info "$name"
shows '^c\\xffd$' "a name that is no UTF-8"
run jpki-info --json "$name"
is "is the same in JSON" "$rc $(json 'j["certificates"][0]["file"]')" \
    '0 c\xffd'
run jpki-info "$(printf 'no\377\nsuch')"
fails 1 ': no\\xff\\nsuch: ' "and in a message"

# Substitutes: flagged in a certificate that nobody signed like that.
openssl x509 -in card/sign.pem -outform DER -out sign.DER
"$PYTHON" -c '
d = open("sign.DER", "rb").read()
assert d.count(b"\x0c\x0500000") == 1
open("flagged", "wb").write(d.replace(b"\x0c\x0500000", b"\x0c\x0501001"))'
run jpki-info flagged --lang ja --ca card/ca --date 2029-05-05
is "substitutes, in a certificate that was tampered with" "$rc" 1
shows '^    代替文字          2 文字目「田」、5 文字目「郎」$' "are listed"
run jpki-info flagged --json
is "as JSON" "$(json 'j["certificates"][0]["holder"]["name_flags"]')" 01001

# Answers about revocation, made by the card's CA.
ca=card/ca/auth-ca-3
serial=$(openssl x509 -in card/auth.pem -noout -serial | cut -d= -f2)
cat >ca.cnf <<'END'
[ca]
default_ca = d
[d]
database = index
default_md = sha256
default_crl_days = 30
END
answer() {
	printf '%s\n' "$1" >index
	openssl ocsp -index index -CA $ca.pem -rsigner $ca.pem -rkey $ca.key \
	    -issuer $ca.pem -cert card/auth.pem -respout answer -ndays 9 \
	    >log/ok 2>&1
}
answer "$(printf 'V\t310217145959Z\t\t%s\tunknown\t/CN=x' "$serial")"
run jpki-info --reader soft:card --ocsp answer --json
is "OCSP: good" "$rc $(json 'j["auth"]["state"],
    j["auth"]["revocation"]["state"]')" "0 ('good', 'good')"
run $info --ocsp answer
shows '^  Revocation  *not revoked, as of 20.*(OCSP)$' "it is told"
revoked=$(date -u -d '3 days ago' +%y%m%d120000Z)
answer "$(printf 'R\t310217145959Z\t%s,superseded\t%s\tunknown\t/CN=x' \
    "$revoked" "$serial")"
run $info --ocsp answer --json
is "OCSP: revoked" "$rc $(json 'j["auth"]["state"],
    j["auth"]["revocation"]["reason"]')" "2 ('lapsed', 4)"
run $info --ocsp answer --lang ja
shows '^  失効  *20.* に失効：更新（OCSP）$' "it is told"
shows '^  状態  *失効$' "and no days are left"
openssl ca -gencrl -config ca.cnf -cert $ca.pem -keyfile $ca.key -out crl \
    >log/ok 2>&1
run jpki-info card/auth.pem --ca card/ca --crl crl --json
is "CRL: revoked" "$rc $(json 'j["certificates"][0]["state"],
    j["certificates"][0]["revocation"]["source"]')" "2 ('lapsed', 'crl')"
run jpki-info card/auth.pem --crl crl
is "a list that cannot be proven is warned about" "$rc $(said | wc -l)" "1 1"
said | grep -q -e '--ca'
result $? "and what it takes is said"
run jpki-info card/sign.pem --ca card/ca --crl crl --json
is "a list about others is warned about, once" \
    "$rc $(said | wc -l) $(json 'j["certificates"][0]["revocation"]["state"]')" \
    "0 1 not-checked"

# Made in June 2028, it tells of a revocation in January: not yet in 2027.
printf 'R\t310217145959Z\t280101030000Z,superseded\t%s\tunknown\t/CN=x\n' \
    "$serial" >index
openssl ca -gencrl -config ca.cnf -cert $ca.pem -keyfile $ca.key -out later \
    -crl_lastupdate 20280601000000Z -crl_nextupdate 20280701000000Z \
    >log/ok 2>&1
moment() {
	run jpki-info card/auth.pem --ca card/ca --crl later --date "$1" --json
	is "a list of 2028-06-01, on $1" "$rc $(json '" ".join((lambda c, v:
	    (c["state"], v["state"], v["then"], v["since"], v["as_of"]))(
	    j["certificates"][0], j["certificates"][0]["revocation"]))')" "$2"
}
moment 2027-06-01 "0 good revoked good 2028-01-01 2028-06-01"
moment 2028-02-01 "2 lapsed revoked revoked 2028-01-01 2028-06-01"
moment 2028-06-15 "2 lapsed revoked revoked 2028-01-01 2028-06-01"
run $info --crl later --date 2027-06-01
is "not revoked then" "$rc $(said)" "0 "
shows '^  Revocation  *not yet revoked then; REVOKED on 2028-01-01: ' "later it was"
run $info --crl later --date 2027-06-01 --lang ja
shows '^  失効  *この時点では失効していません。2028-01-01 に失効：' "in Japanese"
run $info --crl later --date 2028-02-01
is "revoked then" "$rc" 2
shows '^  Revocation  *REVOKED on 2028-01-01: ' "since when"

# What is none of the service's certificates: of it a list counts alike.
openssl req -newkey rsa:2048 -nodes -keyout other.key -subj /CN=other \
    -out other.csr >log/ok 2>&1
openssl x509 -req -in other.csr -CA $ca.pem -CAkey $ca.key -set_serial 0x77 \
    -days 3650 -out other.pem >log/ok 2>&1
printf 'R\t310217145959Z\t280101030000Z\t77\tunknown\t/CN=other\n' >index
openssl ca -gencrl -config ca.cnf -cert $ca.pem -keyfile $ca.key -out later \
    -crl_lastupdate 20280601000000Z -crl_nextupdate 20280701000000Z \
    >log/ok 2>&1
of_other() {
	run jpki-info other.pem --ca card/ca --crl later --date "$1" --json
	is "of another kind, on $1" "$(json '" ".join((lambda c, v:
	    (c["state"], v["then"], v["since"]))(
	    j["certificates"][0], j["certificates"][0]["revocation"]))')" "$2"
}
of_other 2027-06-01 "not-expired good 2028-01-01"
of_other 2028-02-01 "lapsed revoked 2028-01-01"

# J-LIS's own, where they are at hand.
if [ -n "${JPKI_TEST_JLIS_CA:-}" ] && [ -d "$JPKI_TEST_JLIS_CA" ]; then
	for year in 2015 2019 2023; do
		for key in auth sign; do
			run jpki-info --json --date 2026-01-01 \
			    "$JPKI_TEST_JLIS_CA/${key}ca-$year.der"
			is "J-LIS $key $year" "$rc $(json '[j["certificates"][
			    0]["ca"][k] for k in ("kind", "purpose", "year",
			    "proven")]')" "$([ $year = 2015 ] && echo 2 ||
			    echo 0) ['j-lis', '$key', $year, True]"
		done
	done
	run jpki-info "$JPKI_TEST_JLIS_CA/signca-2015.der"
	shows 'expired 2025-10-19, still explains old signatures' "a 2015 root"
	run jpki-info "$JPKI_TEST_JLIS_CA/authca-2015.der" --lang ja
	shows 'J-LIS の利用者証明用認証局 第 1 世代 (2015)$' "in Japanese"
else
	skip "J-LIS's certificates" "not here"
fi
finish
