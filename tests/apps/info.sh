#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-info on software cards, and on days that were chosen.
. "$(dirname "$0")/tap.sh"

echo 5678 >text.pin
echo 9876 >wrong-text.pin
chmod 600 text.pin wrong-text.pin
info="jpki-info --reader soft:card"
sign="--sign --pin-source file:sign.pin"
compare="--compare --pin-source file:sign.pin --text-pin-source file:text.pin"

# edit CARD NAME VALUE: a setting that only a card's file has.
edit() {
	sed -i "s/^$2 .*/$2 $3/" "$1/state"
}

# Traces of commands on a terminal, where they stand among the rest.
n_commands_shown() {
	grep -c '^[<>] ' log/out
}

keep() {
	cat log/out log/err >>everything
}

# The everyday question.
new_card card card
jpki-softcard set card auth-not-after=2031-02-17 sign-not-after=2031-02-17
run $info --date 2029-05-05
keep
works "a card, no PIN"
is "no PIN was sent" "$(n_verify)" 0
ok "it costs few commands: $(n_commands)" [ "$(n_commands)" -le 26 ]
shows '^My Number Card (個人番号カード), a software card$' "the kind"
shows '^  State  *not expired, 653 days left$' "the state"
shows '^  Period  *20[0-9-]* to 2031-02-17' "the period"
shows '^  Renewable from  *2030-11-18$' "the renewal"
shows '^  Issuer  *software card, user authentication, generation 3 (2023)$' "the CA"
shows "^  Proof  *signed by it; for tests, not J-LIS's" "what it proves"
shows '^  Revocation  *not checked' "revocation"
shows '^  Auth PIN  *3 of 3 tries left (利用者証明用, 4 digits)$' "the PINs"
shows '^  Sign password  *5 of 5 tries left' "the sign password"
shows '^  Text PIN  *3 of 3 tries left (券面事項入力補助用' "the text PIN"
shows 'B4 \[S1 S3\]' "a row of the rules with its seeds"
run $info --date 2029-05-05 --lang ja
keep
works "in Japanese"
shows '^マイナンバーカード（ソフトウェアカード）$' "the kind"
shows '^  状態  *期限内（あと 653 日）$' "the state"
shows '^  更新できる初日      2030-11-18$' "aligned by columns, not bytes"
shows '^  券面事項入力補助用  残り 3 回' "the longest label"
shows '^  失効  *未確認' "revocation"
LC_ALL=C run $info --date 2029-05-05
keep
shows '^  Text PIN            3 of 3 tries left (券面事項入力補助用' \
    "the same under LC_ALL=C"
LC_ALL=ja_JP.UTF-8 run $info
shows '^暗証番号$' "the language of the locale"
JPKI_READER=soft:card run jpki-info --quiet
works "--quiet"
is "prints nothing" "$(wc -c <log/out)" 0

# One line, for a status bar.
short() {
	run $info --short "$@"
	works "--short $*"
}
short --date 2029-05-05
is "it is one line" "$(cat log/out)" \
    "auth: not expired, 653 days left; sign: issued"
short --date 2029-05-05 $sign
is "with the sign certificate" "$(cat log/out)" "auth: not expired, 653 days \
left; sign: not expired, 653 days left"
short --date 2029-05-05 --lang ja
is "in Japanese" "$(cat log/out)" \
    "利用者証明用：期限内（あと 653 日）、署名用：発行済み"
run $info --short --date 2031-02-18
is "the exit codes are the same" "$rc $(cat log/out)" \
    "2 auth: expired, 1 day ago; sign: issued"
run $info --short --date 2031-02-17
is "on the last day" "$rc $(wc -l <log/out) \
$(grep -c 'this is the last day' log/out)" "1 1 1"
COLUMNS=40 typed '' $info --short --date 2029-05-05
is "one line on a narrow terminal, too" "$(grep -c '' log/out)" \
    "$(($(n_commands_shown) + 1))"
run jpki-info --short --date 2029-05-05 card/auth.pem card/sign-ca.pem
is "a line for files" "$(wc -l <log/out) \
$(grep -c '^card/auth.pem: not expired, 653 days left; card/sign-ca.pem: ' \
    log/out)" "1 1"

# Colours only on a terminal that has them, and only beside words.
colours() {
	grep -c "$(printf '\033\[')" log/out
}
TERM=xterm typed '' $info --date 2029-05-05
is "a good state is green" "$(grep -c \
    "$(printf '  State  *\033\\[32mnot expired, 653 days left\033\\[m')" \
    log/out)" 1
TERM=xterm typed '' $info --date 2031-02-18
is "a bad one is red" "$(grep -c \
    "$(printf '  State  *\033\\[1;31mexpired, 1 day ago\033\\[m')" log/out)" 1
NO_COLOR=1 TERM=xterm typed '' $info
is "NO_COLOR" "$rc $(colours)" "0 0"
NO_COLOR= TERM=xterm typed '' $info
is "an empty NO_COLOR says nothing" "$(test "$(colours)" -gt 0; echo $?)" 0
TERM=dumb typed '' $info
is "TERM=dumb" "$rc $(colours)" "0 0"
TERM=xterm run $info
is "no terminal" "$rc $(colours)" "0 0"

# Days. The last day is a whole one, in Japan.
day() {
	run $info --json --date "$1"
	is "on $1" "$rc $(json '"%s %s %s" % (j["auth"]["state"],
	    j["auth"]["days_left"], j["exit"])')" "$2"
}
day 2030-11-17 "0 not-expired 92 0"
day 2030-11-18 "1 renew 91 1"
day 2031-02-17 "1 renew 0 1"
day 2031-02-18 "2 expired -1 2"
run $info --json --date 9999-12-31
is "far away" "$rc $(json 'j["auth"]["state"]')" "2 expired"
day 2016-01-01 "1 not-yet 5526 1"
run $info --json --date 0001-01-01
is "long ago" "$rc $(json 'j["auth"]["state"]')" "1 not-yet"
for zone in UTC America/New_York Asia/Tokyo Pacific/Kiritimati; do
	today=
	until [ "$today" = "$(TZ=Asia/Tokyo date +%F)" ]; do
		today=$(TZ=Asia/Tokyo date +%F)
		TZ=$zone run $info --json
	done
	is "today is Japan's with TZ=$zone" "$(json 'j["date"]')" "$today"
	TZ=$zone run $info --json --date 2031-02-17
	is "and so is the last day" "$(json 'j["auth"]["days_left"],
	    j["auth"]["until"], j["auth"]["renew_from"]')" \
	    "(0, '2031-02-17', '2030-11-18')"
done
run $info --date 2030-12-24
is "time to renew" "$rc" 1
shows '^  - Renew now' "what to do"
shows 'C1 \[S0 S1 S3\]' "and why"
run $info --date 2030-12-24 --lang ja
shows '^次にすること$' "in Japanese"
run $info --date 2031-02-18
is "the day after" "$rc" 2
shows '^  State  *expired, 1 day ago$' "is one too late"
issued=$(jpki-softcard show card 2>/dev/null | sed -n 's/^issued //p')
run $info --json --date "$issued"
is "on the day of issue" "$rc $(json '"D11" in j["auth"]["rules"]')" "1 True"

# As JSON.
run $info --json --date 2029-05-05
keep
works "--json"
is "the card" "$(json 'j["carrier"], j["reader"], j["exit"]')" \
    "('card', 'soft:card', 0)"
is "the issuer" "$(json '[j["auth"]["issuer"][k] for k in ("state", "kind",
    "purpose", "generation", "proven", "period", "fits")]')" \
    "['signed', 'softcard', 'auth', 3, False, 'within', True]"
is "revocation" "$(json 'j["auth"]["revocation"]["state"]')" not-checked
is "the sign certificate is not read" \
    "$(json 'j["sign"]["state"], j["sign"]["not_read"], j["sign"]["until"]')" \
    "('unknown', 'JPKI_ERR_NEEDS_PIN', None)"
is "the PINs" "$(json '[(p["left"], p["max"], p["state"], p["town"])
    for p in (j["pins"][k] for k in ("auth", "sign", "text"))]')" \
    "[(3, 3, 'ready', 'open'), (5, 5, 'ready', 'open'), (3, 3, 'ready', 'open')]"
is "rules and seeds" "$(json 'j["auth"]["seeds"]["B4"]')" "['S1', 'S3']"
cp log/out en
run $info --json --date 2029-05-05 --lang ja
ok "all but advice is the same in Japanese" "$PYTHON" -c '
import json
def bare(x):
    if isinstance(x, dict):
        return {k: bare(v) for k, v in x.items() if k != "advice"}
    return x
a, b = (json.load(open(n, encoding="utf-8")) for n in ("en", "log/out"))
assert a != b and bare(a) == bare(b)'

# The sign certificate.
run $info $sign --date 2029-05-05
keep
works "--sign"
is "one PIN" "$(n_verify)" 1
shows '^  Name  *山田　太郎$' "the name"
shows '^  Date of birth  *17 February 1990 (Heisei 2)$' "the birth"
shows '^  Sex  *male$' "the sex"
ok "the last command leaves the card's application" sh -c \
    'grep "^> " log/err | tail -1 | grep -q "^> 00A404"'
run $info $sign --json --date 2029-05-05
keep
is "as JSON" "$rc $(json 'j["sign"]["until"], j["sign"]["holder"]["name"]')" \
    "0 ('2031-02-17', '山田\u3000太郎')"
typed ABC123 $info --sign --date 2029-05-05
is "asked on a terminal" "$rc $(grep -c ', 5 tries left: ' log/out)" "0 1"
is "not shown" "$(grep -c ABC123 log/out)" 0
run $info --sign --date 2029-05-05
fails 1 'terminal' "no terminal"
run $info $sign --pin-source file:auth.pin
fails 1 'wrong shape' "a PIN of the wrong shape"
is "nothing was sent" "$(n_verify) $(tries card sign)" "0 5"
run $info $sign --pin-source file:wrong-sign.pin
fails 1 '4 tries left' "a wrong password"
is "one try was used" "$(n_verify) $(tries card sign)" "1 4"
run $info $sign --json --date 2029-05-05
is "held back: it is told what was not read" \
    "$(json 'j["sign"]["not_read"]') $(n_verify) $(tries card sign)" \
    "JPKI_ERR_PIN_UNTRIED 0 4"
run $info $sign --date 2029-05-05
shows 'nobody typed' "it is, in words"
run $info $sign --json --date 2029-05-05 --min-tries 2
is "the right one restores them" \
    "$(json 'j["pins"]["sign"]["left"]') $(tries card sign)" "5 5"
new_card late card
jpki-softcard set late auth-not-after=2030-02-17 sign-not-after=2031-02-17
run jpki-info --reader soft:late $sign --json --date 2029-05-05
is "sign lasts longer than auth: B3" \
    "$rc $(json '"B3" in j["sign"]["rules"], "B3" in j["auth"]["rules"]')" \
    "0 (True, True)"
run jpki-info --reader soft:late $sign --date 2029-05-05
shows '署名用 lasts longer' "which is told"

# Does the card still say the same?
run $info $compare --date 2029-05-05
keep
works "--compare"
is "two PINs" "$(n_verify)" 2
is "four items are the same" "$(grep -c '  the same$' log/out)" 4
moved() {
	new_card moved card
	jpki-softcard set moved "$1"
	run jpki-info --reader soft:moved $compare --json
	keep
	is "$1" "$rc $(json '[j["compared"][k] for k in
	    ("name", "address", "birth", "sex")], j["moved"]')" "$2"
}
moved address=大阪府架空市１丁目 "1 (['same', 'differs', 'same', 'same'], True)"
is "which rule" "$(json '"D1" in j["sign"]["rules"]')" True
is "what the card says" "$(json 'j["card_text"]["address"]')" \
    大阪府架空市１丁目
run jpki-info --reader soft:moved $compare --lang ja
keep
is "a move, told in Japanese" "$rc" 1
shows '^  住所  *違います$' "the difference"
shows '^  住所  *大阪府架空市１丁目$' "the new address"
shows '^  住所  *東京都' "the old one"
run jpki-info --reader soft:moved $compare
shows 'Moved or renamed?' "and what that means"
moved 'name=鈴木　太郎' "1 (['differs', 'same', 'same', 'same'], True)"
moved birth=1990-02-18 "1 (['same', 'same', 'differs', 'same'], True)"
moved sex=2 "1 (['same', 'same', 'same', 'differs'], True)"
moved birth=1990-02-00 "0 (['same', 'same', 'unknown', 'same'], False)"
new_card card card
run $info $compare --text-pin-source file:wrong-text.pin
fails 1 '2 tries left' "a wrong text PIN"
is "keeps the password from being sent" \
    "$(n_verify) $(tries card text) $(tries card sign)" "1 2 5"
run $info $compare
is "one from a file is held back" "$(n_verify) $(tries card text)" "1 2"
shows '^  Not compared  *a PIN that nobody typed' "it is said why"
edit card text-tries 1
run $info $compare --text-pin-source file:wrong-text.pin --min-tries 2
is "its last try is kept" "$rc $(n_verify) $(tries card text)" "1 1 1"
shows '^  Not compared  *too few tries left, see --last-try' "it is said why"
run $info $compare --text-pin-source file:wrong-text.pin --last-try
fails 1 'locked' "a text PIN that was locked thus is no 3"
edit card text-tries 0
run $info $compare --json
is "a locked text PIN: not compared, the rest is told" \
    "$rc $(n_verify) $(json 'j["compared"], j["moved"],
    j["sign"]["state"], j["pins"]["text"]["state"]')" \
    "1 1 (None, None, 'not-expired', 'locked')"
run $info $compare
shows '^  Not compared  *the PIN is locked' "it is said why"
run $info
is "the text PIN alone is no 3" "$rc" 1
shows '^  Text PIN  *LOCKED (券面' "locked"

# Locked and nearly.
new_card card card
edit card auth-tries 1
run $info
is "one try left" "$rc" 1
shows '^  Auth PIN  *1 of 3 tries left' "how many"
shows '^  - One more miss locks it' "a warning"
edit card auth-tries 0
run $info
keep
is "auth locked" "$rc" 3
shows '^  Auth PIN  *LOCKED' "it is said"
shows '^    reset  *your town: yes; convenience store: ask' "how to reset it"
run $info --json --date 2031-02-18
is "3 beats 2" "$rc $(json 'j["auth"]["state"], j["exit"],
    j["pins"]["auth"]["state"], j["pins"]["auth"]["left"],
    j["pins"]["sign"]["store"]')" "3 ('expired', 3, 'locked', 0, 'closed')"
run $info --quiet
is "--quiet" "$rc $(wc -c <log/out)" "3 0"
new_card card card
edit card sign-tries 0
run $info --lang ja
is "sign locked" "$rc" 3
shows '^  署名用  *ロックされています' "in Japanese"
run $info $compare
is "with --compare: nothing is asked or sent" "$rc $(n_verify)" "3 0"
shows '^  State  *not read: its password is locked' "and it is said why"
edit card sign-tries 1
run $info $sign --min-tries 2
is "the last try is kept" "$rc $(n_verify) $(tries card sign)" "1 0 1"
shows 'not read: too few tries left, see --last-try' "it is said why"
run $info $sign --last-try
is "unless the holder insists" "$rc $(n_verify) $(tries card sign)" "0 1 5"
edit card sign-tries 1
run $info $sign --pin-source file:wrong-sign.pin --last-try
fails 3 'locked' "a sign password that was locked thus"

# Other carriers.
new_card child child
run jpki-info --reader soft:child --json
is "a child's card is fine" "$rc $(json 'j["sign"]["state"],
    j["sign"]["not_read"], j["pins"]["sign"], "G2" in j["sign"]["rules"]')" \
    "0 ('none', 'JPKI_ERR_NOT_ON_CARD', None, True)"
run jpki-info --reader soft:child $compare
is "nothing to ask or compare" "$rc $(n_verify)" "0 0"
shows '^  Not compared  *none on this card' "it is said"
shows 'No 署名用 certificate is normal' "and explained"
new_card android android
run jpki-info --reader soft:android
keep
is "an Android phone" "$rc $(n_verify)" "0 0"
shows '^Android phone' "is called so"
shows '^  State  *not read: a phone gives it only with the PIN' "what it needs"
shows '^  Auth PIN  *3 of 3 tries left' "the rest is shown"
shows '^  Text PIN  *none$' "no text application"
run jpki-info --reader soft:android --json
is "as JSON" "$(json 'j["carrier"], j["auth"]["state"], j["auth"]["not_read"],
    j["pins"]["text"]')" "('android', 'unknown', 'JPKI_ERR_NEEDS_PIN', None)"
run jpki-info --reader soft:android $compare
is "no text to compare with" "$rc $(n_verify)" "0 1"
shows '^  Not compared' "it is said"
run jpki-info --reader soft:android --ics
fails 1 'no certificate' "no calendar without dates"
run jpki-info android/auth.pem --json
is "its certificate as a file" "$rc $(json 'j["certificates"][0]["state"]')" \
    "0 not-expired"
edit android profile iphone
run jpki-info --reader soft:android --json
is "an iPhone" "$rc $(json 'j["carrier"], j["auth"]["state"]')" \
    "0 ('iphone', 'not-expired')"
new_card juki card
edit juki profile juki
for lang in en ja; do
	run jpki-info --reader soft:juki --lang $lang $sign
	is "a Juki card ($lang)" "$rc $(n_verify)" "2 0"
	shows 'J5 \[S3\]' "why"
done
run jpki-info --reader soft:juki --json
is "as JSON" "$(json 'j["carrier"], j["sign"]["state"], j["pins"]')" \
    "('juki', 'expired', {})"

# Names and addresses of all kinds.
long=東京都見本市$(printf '架空町%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 \
    17 18 19 20 21 22 23 24 25 26 27 28 29 30)１２３番地
new_card odd card
edit odd name 'ＳＭＩＴＨ　ＪＯＨＮ（田中　太郎）'
edit odd address "$long"
edit odd birth 1980-00-00
edit odd sex 9
jpki-softcard set odd sign-not-after=2031-02-17
run jpki-info --reader soft:odd $sign
is "通称, a long address, half a birthday, sex 9" "$rc" 0
shows 'ＳＭＩＴＨ　ＪＯＨＮ（田中　太郎）$' "the name"
shows "^  Address             $long\$" "a pipe gets the whole address"
shows '^  Date of birth  *1980 (Showa 55)' "what is known of the birth"
typed ABC123 jpki-info --reader soft:odd --sign --lang ja
is "on a terminal" "$rc" 0
tr -d '\r' <log/out >lines
is "the address is wrapped at 80 columns" "$("$PYTHON" -c '
import sys, unicodedata
wide = lambda s: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
    for c in s)
lines = open("lines", encoding="utf-8").read().splitlines()
lines = [l for l in lines if "soft" not in l and not l.startswith("> ")]
at = [i for i, l in enumerate(lines) if l.startswith("  住所")][0]
print(max(map(wide, lines)) <= 80, wide(lines[at]) >= 78,
    lines[at + 1].startswith(" " * 22 + lines[at + 1].strip()[0]))')" \
    "True True True"
for lang in en ja; do
	COLUMNS=40 typed "ABC123" jpki-info --reader soft:odd --sign \
	    --lang $lang
	tr -d '\r' <log/out >lines
	is "40 columns ($lang): no line is longer, what is too long hangs" "$rc $(
	    "$PYTHON" -c '
import sys, unicodedata
wide = lambda s: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
    for c in s)
lines = open("lines", encoding="utf-8").read().splitlines()
# The report begins after the prompt and what was typed at it.
lines = [l for l in lines if not l.startswith("> ")]
lines = lines[max(i for i, l in enumerate(lines) if ": " in l and
    ("password" in l or "暗証番号" in l) and not l.startswith(" ")) + 1:]
at = [i for i, l in enumerate(lines) if l in ("  住所", "  Address")][0]
print(len(lines) > 40, [l for l in lines if wide(l) > 40],
    lines[at + 1].startswith("    東京都"), lines[at + 2].startswith("    架"),
    [l for l in lines if l != "" and l.strip() == ""])')" \
	    "0 True [] True True []"
done

# Calendars.
new_card card card
jpki-softcard set card auth-not-after=2031-02-17 sign-not-after=2030-02-17
cat >ics.py <<'END'
import sys
raw = open("log/out", "rb").read()
assert raw.endswith(b"\r\n") and raw.count(b"\n") == raw.count(b"\r\n")
lines = raw[:-2].split(b"\r\n")
assert all(len(l) <= 75 for l in lines), "long line"
for l in lines:
    l.decode()
text = raw.decode().replace("\r\n ", "")[:-2]
assert "山田" not in text and "ABC123" not in text
events, stack, seen = [], [], set()
for line in text.split("\r\n"):
    name, value = line.split(":", 1)
    if name == "BEGIN":
        stack.append(value)
        if value == "VEVENT":
            events.append({})
    elif name == "END":
        assert stack.pop() == value
    elif stack == ["VCALENDAR", "VEVENT"]:
        assert name not in events[-1], "twice " + name
        events[-1][name] = value
    elif stack == ["VCALENDAR", "VEVENT", "VALARM"]:
        events[-1]["alarm " + name] = value
    else:
        seen.add(name)
assert not stack and seen == {"VERSION", "PRODID"}, seen
for e in events:
    assert e["alarm ACTION"] == "DISPLAY" and e["alarm TRIGGER"]
    assert e["SUMMARY"] and e["DTSTAMP"].endswith("Z")
    bare = e["DESCRIPTION"].replace("\\,", "").replace("\\;", "")
    assert "," not in bare and ";" not in bare
print(*(e["DTSTART;VALUE=DATE"] + " " + e["UID"].split("@")[0]
    for e in events), sep="\n")
END
for lang in en ja; do
	run $info --ics --lang $lang --date 2027-01-01
	keep
	works "--ics ($lang)"
	is "two events" "$("$PYTHON" ics.py)" "20301118 jpki-auth-renew-20301118
20310217 jpki-auth-until-20310217"
	cp log/out first
	run $info --ics --lang $lang --date 2027-01-01
	ok "the same again" cmp first log/out
done
# What somebody else's reader makes of them; the words are those of the report.
if "$PYTHON" -c 'import icalendar' 2>/dev/null; then
	for lang in en ja; do
		run $info --json --lang $lang --date 2030-12-24
		cp log/out report
		run $info --ics --lang $lang --date 2027-01-01
		ok "icalendar reads it ($lang)" "$PYTHON" -c '
import datetime, icalendar, json
advice = json.load(open("report", encoding="utf-8"))["auth"]["advice"]
calendar = icalendar.Calendar.from_ical(open("log/out", "rb").read())
assert calendar["VERSION"] == "2.0" and not calendar.errors
renew, until = calendar.walk("VEVENT")
day, delta = datetime.date, datetime.timedelta
assert renew["DTSTART"].dt == day(2030, 11, 18), renew["DTSTART"].dt
assert until["DTSTART"].dt == day(2031, 2, 17), until["DTSTART"].dt
assert until["DESCRIPTION"] == advice[0], until["DESCRIPTION"]
assert "2031-02-17" in renew["DESCRIPTION"] and all(text in
    renew["DESCRIPTION"] for text in advice[:2]), renew["DESCRIPTION"]
for event, rings in (renew, delta(hours=9)), (until, delta(days=-30)):
    assert not event.errors and event["DTSTAMP"].dt.utcoffset() == delta(0)
    alarm, = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == rings and not alarm.errors
    assert alarm["DESCRIPTION"] == event["SUMMARY"]
    assert "\\" not in event["SUMMARY"] + event["DESCRIPTION"]'
	done
else
	skip "calendars, by an independent reader" "no python3-icalendar here"
fi
run $info --ics $sign --lang ja
# What was cut short ends with its card, perhaps: no day to renew it.
is "of both certificates" "$("$PYTHON" ics.py | cut -c 1-8 | tr '\n' ' ')" \
    "20301118 20310217 20300217 "
run $info --ics --date 2030-12-24
is "only what is to come" "$("$PYTHON" ics.py | cut -c 1-8)" 20310217
run $info --ics --date 2031-02-18
fails 2 'to come' "nothing of what is over"

# No card.
run jpki-info --reader soft:nowhere
fails 69 'card' "no such card folder"
run jpki-info
fails 69 'pcscd' "no pcscd"
new_card damaged card
: >damaged/auth.pem
run jpki-info --reader soft:damaged
fails 65 'damaged' "a damaged card"
for args in '--what' '--date 2029-02-29' '--date today' '--lang fr' --reader \
    '--pin-source 1234' '--text-pin-source 1234' '--pin=1234' '--ca' \
    '--sign card/auth.pem'; do
	run $info $args
	fails 64 'jpki-info --help' "usage: $args"
	is "no PIN in the message, nothing sent" \
	    "$(grep -c 1234 log/err) $(n_commands)" "0 0"
done
run sh -c "$info >/dev/full"
fails 1 'No space left' "a report that cannot be written"

is "no PIN in any output" \
    "$(grep -aci -e abc123 -e 414243313233 -e 5678 everything)" 0
for lang in en ja; do
	run jpki-info --lang $lang --help
	is "--help ($lang)" "$rc $(grep -c -e --last-try log/out)" "0 1"
done
run jpki-info --version
is "--version" "$rc $(grep -c '^jpki-info (libjpki) [0-9]' log/out)" "0 1"
finish
