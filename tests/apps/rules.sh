#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-rules: dates, languages, JSON, time zones, mistakes in arguments.
. "$(dirname "$0")/tap.sh"

# json EXPRESSION: as everywhere, but a list is printed as words.
json() {
	"$PYTHON" -c 'import json, sys
j = json.load(open("log/out", "rb"))
v = eval(sys.argv[1])
print(" ".join(map(str, v)) if isinstance(v, list) else v)' "$1" 2>log/err
}

# ends WANTED COMMAND...: the answer's last day.
ends() {
	want=$1
	shift
	run jpki-rules --json "$@"
	is "$*" "$rc $(json 'j["until"]')" "0 $want"
}

# Every example that is written down somewhere.
for pair in 2023-07-07:2023-04-08 2023-05-28:2023-03-01 \
    2020-09-24:2020-06-25 2023-05-31:2023-03-01 2024-05-29:2024-03-01; do
	run jpki-rules renewal --until ${pair%:*} --json
	is "renewal of ${pair%:*}" "$(json '[j["from"], j["until"]]')" \
	    "${pair#*:} ${pair%:*}"
done
card="--issued 2025-10-27 --birth 1980-02-17 --card-until 2035-02-17"
both="$card --auth-until 2035-02-17"
ends 2030-02-17 validity auth $card
ends 2030-02-17 validity sign $both
ends 2028-02-17 validity auth $card --card-until 2028-02-17
is "the card ended it" "$(json 'j["rules"][0]')" B2
ends 2029-01-31 validity sign $card --auth-until 2029-01-31
is "the other certificate ended it" \
    "$(json '[j["rules"][0], j["seeds"]["B3"], j["disputes"]]')" \
    "B3 ['S3'] ['X3']"
ends 2026-03-31 validity sign $both --stay-until 2026-03-31
ends 2035-02-17 validity auth --issued 2029-11-18 --birth 1980-02-17 \
    --card-until 2036-02-17 --renewed-from 2030-02-17
ends 2034-02-17 validity auth --issued 2029-11-17 --birth 1980-02-17 \
    --card-until 2036-02-17 --renewed-from 2030-02-17
ends 2030-03-01 validity auth --issued 2026-01-01 --birth 2000-02-29 \
    --card-until 2036-02-17
ends 2030-02-28 validity auth --issued 2026-01-01 --birth 2000-02-29 \
    --card-until 2036-02-17 --feb29 02-28
ends None validity sign --issued 2026-01-01 --birth 2015-01-01
is "no 署名用 for a child" "$(json '[j["state"], j["rules"][0]]')" "none G2"

# What was not said is not unbounded.
# latest WANTED COMMAND...: the last day is not known, but the latest.
latest() {
	want=$1
	shift
	run jpki-rules --json "$@" --date 2026-11-28
	is "$*" "$rc $(json '[j[k] for k in ("until", "until_latest", "state",
	    "renew_from", "days_left")]')" "0 None $want unknown None None"
}
latest 2030-05-11 validity auth --issued 2025-05-11 --card-until 2034-01-01
latest 2030-05-11 validity sign --issued 2025-05-11 --auth-until 2034-01-01
latest 2030-10-27 validity auth --issued 2025-10-27
latest 2030-02-17 validity auth --issued 2025-10-27 --birth 1980-02-17
latest 2030-02-17 validity sign $card
latest 2027-01-01 validity auth --issued 2026-03-01 --birth 1980-05-10 \
    --stay-until 2027-01-01
is "extend the stay" "$(json '["L9" in j["rules"], any("extend the stay" in a
    for a in j["advice"])]')" "True True"
latest 2030-05-31 validity auth --issued 2025-06-01 --birth 1980-05-00 \
    --card-until 2034-01-01
latest 2030-06-01 validity auth --issued 2025-06-01 --birth 1980-00-00 \
    --card-until 2034-01-01
latest 2036-01-20 card --applied 2026-01-10 --issued 2026-01-20 \
    --birth 1980-00-00
run jpki-rules validity auth --issued 2025-10-27 --birth 1980-02-17
ok "in words" grep -q 'no later than 2030-02-17' log/out
run jpki-rules --lang ja validity auth --issued 2025-10-27
ok "in Japanese" grep -q '遅くとも 2030-10-27' log/out
ends 2029-05-12 validity auth --issued 2025-05-11 --card-until 2029-05-12
ends None validity sign --juki
is "all Juki certificates are over" \
    "$(json '[j["state"], j["until_latest"]]')" "expired 2018-12-21"
for day in 1980-00-05 1980-13-00 1980-5-00 0000-00-00; do
	run jpki-rules validity auth --issued 2025-10-27 --birth $day
	fails 64 'birth' "born on $day"
done
run jpki-rules validity auth --issued 2025-10-00
fails 64 'issued' "an issue without a day"

# What cannot be renewed, and what helps.
run jpki-rules --json validity auth --issued 2025-05-10 --birth 1980-05-10 \
    --card-until 2026-12-31 --date 2026-11-28
is "it ends with the card" "$(json '[j["state"], j["renew_from"], "L17" in
    j["rules"], "B1" in j["rules"]]')" "not-expired None True False"
ok "a new card" grep -q 'new card' log/out
run jpki-rules --json renewal --until 2026-12-31 --card-until 2026-12-31 \
    --date 2026-11-28
is "nor does the renewal help" "$(json '[j["state"], j["renew_from"],
    j["from"], j["until"]]')" "not-expired None None 2026-12-31"
run jpki-rules --json card --applied 2024-01-01 --issued 2024-02-01 \
    --birth 2000-05-05 --date 2033-04-05
ok "a card in its last month" grep -q 'within three months' log/out

ends 2018-12-21 validity sign --issued 2015-12-22 --juki
ends 2032-04-01 card --applied 2022-04-01 --issued 2022-04-20 \
    --birth 2004-04-01
ends 2027-03-31 card --applied 2022-03-31 --issued 2022-04-20 \
    --birth 2004-03-31
is "18 was 20" "$(json '"B7" in j["rules"]')" True

# States over time.
for pair in 2025-10-26:not-yet 2025-10-27:waiting 2029-11-17:not-expired \
    2029-11-18:renew 2030-02-17:renew 2030-02-18:expired; do
	run jpki-rules --json validity auth $card --date ${pair%:*}
	is "on ${pair%:*}" "$(json 'j["state"]')" ${pair#*:}
done
is "days left" "$(json 'j["days_left"]')" -1

# Today is today in Japan, wherever the computer is.
japan() {
	TZ=JST-9 date +%Y-%m-%d
}
for tz in America/New_York Pacific/Kiritimati Asia/Tokyo UTC; do
	before=$(japan)
	TZ=$tz run jpki-rules renewal --until 2027-05-28 --json
	got=$(json 'j["date"]')
	case $got in "$before" | "$(japan)") true ;; *) false ;; esac
	result $? "today in Japan with TZ=$tz"
	TZ=$tz run jpki-rules renewal --until 2023-05-28 --date 2023-02-28 \
	    --json
	is "the day before with TZ=$tz" "$(json '[j["date"], j["state"]]')" \
	    "2023-02-28 not-expired"
done

# Events.
# event WANT ARGUMENT...: states of card, auth, sign.
event() {
	want=$1
	shift
	run jpki-rules event "$@" --json
	is "event $*" "$(json '[j[p]["state"] for p in
	    ("card", "auth", "sign")]')" "$want"
}
event "in-use in-use lapsed" lost found
event "on-hold on-hold on-hold" lost
is "the disagreement about loss" "$(json '"X9" in j["sign"]["disputes"]')" \
    True
event "in-use waiting lapsed" moved-in@2026-01-01 --date 2026-01-01
is "usable from the next day" "$(json 'j["auth"]["from"]')" 2026-01-02
is "the worse one speaks for both" "$(json '[j["state"], j["from"]]')" \
    "lapsed 2026-01-01"
event "in-use in-use lapsed" moved-in@2026-01-01 --date 2026-01-02
event "lapsed lapsed lapsed" card-lapsed issue
event "in-use waiting waiting" card-lapsed new-card
run jpki-rules event --list
works "event --list"
ok "every event works" sh -c 'for e in $(jpki-rules event --list |
    sed "s/^ *\([a-z-]*\) .*/\1/"); do
	jpki-rules event $e && jpki-rules --lang ja --json event $e || exit
done'
run jpki-rules event --list --json
is "as JSON" "$(json 'sorted(j[0])')" "name text"

# PINs and people.
run jpki-rules pin auth auth=0 sign=5 --json
is "locked, perhaps a store" \
    "$(json '[j[k] for k in "state left town store home".split()]')" \
    "locked 0 open maybe closed"
run jpki-rules pin sign sign=0 auth=3 --json
is "a store for the password" "$(json 'j["store"]')" open
run jpki-rules pin sign sign=0 auth=0 --json
is "none if both are locked" "$(json 'j["store"]')" closed
run jpki-rules pin text --json
is "no count" "$(json '[j["state"], j["left"], j["max"]]')" "unknown None 3"
run jpki-rules pin card --json
is "the fourth" "$(json '[j["min_length"], j["letters"]]')" "4 False"
run jpki-rules who --birth 2011-06-15 --date 2026-06-14 --json
is "14" "$(json '[j["state"], j["age"], j["from"], j["representative"]]')" \
    "auth-only 14 2026-06-15 True"
run jpki-rules who --birth 2011-06-15 --date 2026-06-15 --json
is "15" "$(json '[j["state"], j["age"], j["from"]]')" "both 15 None"
run jpki-rules who --birth 2011-00-00 --date 2026-06-15 --json
is "14 or 15" "$(json '[j[k] for k in "state age age_min age_max auth sign \
representative from".split()]')" "unknown None 14 15 True None None None"
run jpki-rules who --birth 2010-00-00 --date 2026-06-15 --json
is "15 or 16" "$(json '[j[k] for k in "state age sign".split()]')" \
    "both None True"
run jpki-rules who --birth 1950-06-15 --ward --json
is "a ward" "$(json '[j["state"], j["rules"][0]]')" "auth-only G3"

# The law book.
run jpki-rules explain B3
works "explain B3"
for text in '利用者証明用' 'S3 Nishitokyo 2023-05-08' 'X3 '; do
	ok "explain B3 says $text" grep -q "$text" log/out
done
run jpki-rules explain b6b --json
is "explain as JSON" "$(json '[j["id"], j["seeds"], j["checks"]]')" \
    "B6b ['S2'] ['C', 'P']"
run jpki-rules explain --all --json
is "the whole book" "$(json '[len(j["rules"]) >= 89, len(j["disputes"]),
    len(j["seeds"])]')" "True 16 5"
json '[o["id"] for k in ("rules", "disputes", "seeds") for o in j[k]]' >ids
ok "every row can be explained" sh -c 'for id in $(cat ids); do
	jpki-rules explain $id && jpki-rules --lang ja explain $id || exit
done'

for pair in E1:S4 J5:S3 D8:S0,S1,S4; do
	run jpki-rules explain ${pair%:*} --json
	is "pages of ${pair%:*}" "$(json '",".join(j["seeds"])')" ${pair#*:}
done
run jpki-rules explain G3 --json
is "wards" "$(json 'j["disputes"]')" X15
run jpki-rules explain E4 --json
is "upper case" "$(json 'j["disputes"]')" X16

# In the words of people.
for pair in 引越し:D1 婚姻:D1 紛失:D4 代理人:C8 手数料:H1 受付時間:K5 \
    住基カード:J1 死亡:L15 海外転出:L15 moving:D1 marriage:D1 lost:D4 \
    agent:C8 Fees:H1 hours:K5 juki:J1 death:L15 abroad:L15 \
    引っ越しの手続き:D1 健康保険証:L11; do
	run jpki-rules ask ${pair%:*} --json
	is "ask ${pair%:*}" "$rc $(json 'j["rules"][0]')" "0 ${pair#*:}"
done
run jpki-rules ask 平塚市 --json
is "found in a row's text" "$(json 'j["topics"] + j["rules"]')" "A11 C3"
run jpki-rules 引越し
ok "a topic alone" grep -q 'D1 ' log/out
run jpki-rules explain 手数料
ok "explain knows topics" grep -q 'X1 ' log/out
run jpki-rules ask --json
json '[t["words"] for t in j]' >words
ok "every word leads somewhere" sh -c 'for w in $(tr -d "[]\047," <words); do
	jpki-rules ask "$w" && jpki-rules --lang ja --json ask "$w" || exit
done'
run jpki-rules ask feee
fails 64 'did you mean fee' "a slip"
run jpki-rules ask qqqqqq
fails 64 'ask' "nothing about that"
run jpki-rules ask what happens when I move house --json
is "a whole question" "$rc $(json 'j["rules"][0]')" "0 D1"
run jpki-rules ask 引越し qqqqqq
ok "a word that nobody knows beside one that is known" sh -c \
    '[ "$1" -eq 0 ] && grep -q "D1 " log/out && grep -q qqqqqq log/err' - "$rc"
run jpki-rules ask qqqqqq feee
fails 64 'found about qqqqqq' "two words that nobody knows"
for pair in 'Lost?:D4' 'What happens when I move?:D1' 'opening hours:K5' \
    '引っ越したらどうなりますか？:D1' カードを盗まれました。:D4 いくらですか:H1 \
    ＭＯＶＩＮＧ:D1 パスワードを忘れました:F1 何時まで？:K5; do
	run jpki-rules ask "${pair%:*}" --json
	ok "ask ${pair%:*}" grep -q "\"${pair#*:}\"" log/out
done
run jpki-rules 'Lost?'
ok "a topic with a mark" grep -q 'D4 ' log/out
run jpki-rules ask ' ?' --json
is "nothing asked about" "$(json 'j[0]["name"]')" moving
run jpki-rules event 婚姻@2026-01-01 紛失@2026-02-01 発見@2026-03-01 \
    --date 2026-04-01 --json
is "Japanese events" "$(json '[j["card"]["state"], j["sign"]["state"]]')" \
    "in-use lapsed"
run jpki-rules event 盗まれた@2026-01-01 Found@2026-02-01 --date 2026-04-01 --json
is "as people say them" "$(json '[j["auth"]["state"], j["sign"]["state"]]')" \
    "in-use lapsed"
run jpki-rules event 死亡
fails 64 'jpki-rules ask 死亡' "no event, but a topic"
run jpki-rules pin Auth AUTH=1 --json
is "in any case" "$(json 'j["pin"]')" auth
run jpki-rules event mvoed
fails 64 'did you mean moved' "a mistyped event"
run jpki-rules pin 署名用 署名用=0 利用者証明用=3 --json
is "Japanese PINs" "$(json '[j["pin"], j["left"], j["store"]]')" \
    "sign 0 open"
run jpki-rules validity 利用者証明用 $card --json
is "a Japanese key" "$(json 'j["until"]')" 2030-02-17
run jpki-rules 有効期限 利用者証明用 $card --json
is "a Japanese question" "$(json 'j["question"]')" validity

# Languages; JSON is UTF-8 and the same in all of them.
run env LC_ALL=ja_JP.UTF-8 jpki-rules renewal --until 2027-05-28
ok "Japanese by locale" grep -q '更新' log/out
run env LC_ALL=C jpki-rules renewal --until 2027-05-28
ok "English in the C locale" grep -q 'Renewable from' log/out
run env LC_ALL=C jpki-rules --lang ja pin sign --json
json '[j["name"], j["rules"]]' >ja
is "UTF-8 in the C locale" "$(json 'j["name"]' | head -c 3)" 署
run jpki-rules --lang en pin sign --json
is "the same rules" "$(json 'j["rules"]')" "$("$PYTHON" -c 'print(
    open("ja").read().split("[")[1].strip("]\n").replace("'"'"'",
    "").replace(",", ""))')"
for lang in ja en; do
	run env LC_ALL=C jpki-rules --lang $lang validity sign $card \
	    --auth-until 2029-01-31
	works "text in $lang"
	# What stands in the second column begins in the same place.
	ok "aligned in $lang" "$PYTHON" -c '
import unicodedata
wide = lambda s: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
    for c in s)
at = set()
for line in open("log/out", encoding="utf-8").read().split("\n\n")[0] \
    .splitlines()[1:]:
    label = line.lstrip().split("  ")[0]
    rest = line[line.index(label) + len(label):]
    at.add(wide(line) - wide(rest.lstrip()))
assert len(at) == 1, at'
done

# On a terminal lines are wrapped at its width: in Japanese not before or
# after the wrong punctuation, in English not inside a Japanese word.
for columns in 80 60; do
	for lang in ja en; do
		COLUMNS=$columns typed "" env LC_ALL=C jpki-rules --lang $lang \
		    explain --all
		ok "wrapped at $columns columns in $lang" "$PYTHON" -c '
import sys, unicodedata
columns, lang = int(sys.argv[1]), sys.argv[2]
wide = lambda c: unicodedata.east_asian_width(c) in "WF"
lines = open("log/out", encoding="utf-8").read().splitlines()
assert len(lines) > 100
for a, b in zip(lines, lines[1:]):
    assert sum(2 if wide(c) else 1 for c in a) <= columns, a
    if a and b.startswith(" " * 7) and not a.endswith("]"):
        b = b.strip()
        assert a[-1] not in "（「 " and b[0] not in "、。）」ーっ", (a, b)
        assert lang == "ja" or not wide(a[-1]) or not wide(b[0]), (a, b)
' $columns $lang
	done
done
typed "" jpki-rules --lang en pin auth auth=0 sign=5
ok "the answer, then what to do, then why" sh -c 'grep -n \
    "Tries left\|What to do\|^Why\|seeds disagree" log/out |
    sed "s/[^a-z]//g" | tr "\n" " " | grep -q "^.*left.*todo.*hy.*disagree"'

# Mistakes.
run jpki-rules
fails 64 'help' "nothing asked"
run jpki-rules validity
fails 64 'validity: --issued is missing' "a date is missing"
run jpki-rules validity --issued 2026-01-01
fails 64 'usage: validity sign|auth' "no operand"
run jpki-rules validity sign --birth 1980-02-17
fails 64 'validity: --issued is missing' "the needed date is missing"
run jpki-rules validity both $card
fails 64 'sign or auth' "no such certificate"
run jpki-rules validity sign --issued 2026-02-30
fails 64 'no such day' "2026-02-30"
run jpki-rules validity sign --issued 2026-2-3
fails 64 'YYYY-MM-DD' "another form"
run jpki-rules validity sign --issued 1979-01-01 --birth 1980-02-17
fails 64 'issued is before --birth' "issued before birth"
run jpki-rules validity sign $card --card-until 2020-01-01
fails 64 'card-until is before' "card ended before"
run jpki-rules validity auth $card --auth-until 2028-01-01
fails 64 'goes with sign' "auth bound by auth"
run jpki-rules card --applied 2026-02-02 --issued 2026-02-01 \
    --birth 1980-02-17
fails 64 'before --applied' "issued before it was applied for"
run jpki-rules renewal --until 2026-01-01 --birth 1980-02-17
fails 64 'birth: not for this' "an option of another question"
run jpki-rules event lots
fails 64 'no such event' "unknown event"
run jpki-rules event lost@2026-02-30
fails 64 'lost@2026-02-30: no such day' "an event's day"
run jpki-rules event found@2026-01-02 lost@2026-01-01
fails 64 'in the order' "events backwards"
run jpki-rules event
fails 64 'Which event' "no event"
run jpki-rules pin auth auth=4
fails 64 'tries left' "more tries than there are"
run jpki-rules pin auth auth=1234
fails 64 'tries left' "a PIN in place of tries"
ok "it is not repeated" sh -c '! grep -q 1234 log/err'
run jpki-rules pin all
fails 64 'auth, sign, text or card' "no such PIN"
run jpki-rules who --birth 2026-06-15 --date 2026-06-14
fails 64 'birth is after' "born after the day"
run jpki-rules explain Z9
fails 64 'no such row' "no such row"
run jpki-rules explain
fails 64 'explain takes' "no row"
run jpki-rules validity auth $card --feb29 29
fails 64 'feb29' "bad setting"
run jpki-rules --lang ja event lots
fails 64 'ありません' "in Japanese"
run jpki-rules --wrong
fails 64 'no option --wrong' "unknown option"
run jpki-rules renewal --untill 2026-01-01
fails 64 'did you mean --until' "a mistyped option"
run jpki-rules --lang ja renewl --until 2026-01-01
fails 64 'renewal ではありませんか' "a mistyped question"
run jpki-rules event moved-inn@2026-01-01
fails 64 'moved-inn: no such event; did you mean moved-in' "a mistyped event"
run jpki-rules renewal --until
fails 64 '--until takes a value: D' "an option without its value"
# What is typed comes back in messages, but never commands a terminal.
for typed in "event $(printf 'no\033[31m\nevent')" \
    "event $(printf 'lost@\033[31m\t2026')" "explain $(printf 'B3\177\033[m')"
do
	typed "" jpki-rules ${typed%% *} "${typed#* }"
	is "it fails" "$rc" 64
	ok "no control character on the terminal" "$PYTHON" -c '
import unicodedata
text = open("log/out", encoding="utf-8", newline="").read()
assert "\\x1b" in text, text
assert not [c for c in text if unicodedata.category(c) == "Cc" and
    c not in "\r\n"], text'
done
run jpki-rules --help
works "--help"
if [ -w /dev/full ]; then
	run sh -c 'jpki-rules explain --all >/dev/full'
	fails 1 'stdout' "an answer that cannot be written"
else
	skip "an answer that cannot be written" "no /dev/full"
fi
# With JPKI_TEST_QUESTIONS naming a table of questions and what must hold.
if [ -r "${JPKI_TEST_QUESTIONS:-}" ]; then
	ok "all of $JPKI_TEST_QUESTIONS" "$PYTHON" "$here/rules_questions.py" \
	    "$JPKI_TEST_QUESTIONS"
else
	skip "the table of questions" "no JPKI_TEST_QUESTIONS"
fi
finish
