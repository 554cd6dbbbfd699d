#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-xml verify on documents that others made, most of them in bad faith;
# they are made by xml_attacks.py with the key of a software card. Each is
# refused for its own reason.
. "$(dirname "$0")/tap.sh"
new_card card card
mkdir documents
"$PYTHON" "$here/xml_attacks.py" card/sign.key card/sign.pem documents >list ||
    exit 99
cd documents || exit
ln -s ../card ../log .

# findings: the codes in the last --json, and the exit code in it.
findings() {
	"$PYTHON" -c '
import json
r = json.load(open("log/out"))
codes = [f["code"] for s in r["signatures"]
         for f in s["wrong"] + s["not_checked"] + s["notes"]]
print(r["exit"], *codes)'
}

while IFS='|' read -r file code finding options; do
	content=
	case $options in
	--content*) content=${options#* } options= ;;
	esac
	run prlimit --cpu=60 jpki-xml --json verify --ca card/sign-ca.pem $options \
	    $file $content
	found=$(findings)
	case "$found " in
	"$code"*" $finding "* | "$code"*"$finding ") result 0 "$file" ;;
	*) is "$file" "$found" "$code $finding" ;;
	esac
	is "$file: exit code" "$rc" "$code"
	is "$file: no message" "$(said)" ""
done <../list
ok 'there were many' test $count -gt 250

# For people, each in one language.
for lang in en ja; do
	run jpki-xml --lang $lang verify --ca card/sign-ca.pem wrap-twice.xml
	is "a report ($lang)" "$rc $(grep -c '構成情報' log/out)" "1 1"
done

# What is not signed is not refused.
for file in unsigned none; do
	run jpki-xml verify $file.xml
	is "$file: in words" "$rc $(grep -c 'no signature' log/out) \
$(grep -c -e REFUSED -e CHECKED log/out)" "1 1 0"
	run jpki-xml --lang ja verify $file.xml
	is "$file: in Japanese" "$rc $(grep -c '署名はありません' log/out) \
$(grep -c -e 問題 -e 未確認 log/out)" "1 1 0"
	run jpki-xml --json verify $file.xml
	is "$file: for programs" \
	    "$rc $(grep -c '"result": "unsigned"' log/out)" "1 1"
done
finish
