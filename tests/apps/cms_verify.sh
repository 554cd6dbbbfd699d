#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# jpki-cms verify: signatures that are right in unusual ways, and such that
# have one thing wrong, each of which has its own name.
. "$(dirname "$0")/tap.sh"

new_card card card
cp "$here/cms_parts.py" "$here/cms_cases.py" .
"$PYTHON" cms_cases.py card || exit 99

# told: the answer and the codes of the last run.
cat >told.py <<'END'
import json, sys
try:
    r = json.load(open("log/out", encoding="utf-8"))
except ValueError:
    sys.exit(0)
for s in r["signatures"]:
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
finish
