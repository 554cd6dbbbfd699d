#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# expiry.sh JPKI-EXPIRY: the warning before a certificate ends.
. "$(dirname "$0")/tap.sh"
unset JPKI_DEBUG
expiry=$1
HOME=$tmp/home
export HOME
unset XDG_STATE_HOME
mkdir home bin

# A desktop, while there is the file "desktop": it keeps what it was told.
cat >bin/notify-send <<END
#!/bin/sh
[ -f $tmp/desktop ] || exit 1
printf '%s\n' "\$@" >>$tmp/told
END
chmod +x bin/notify-send
PATH=$tmp/bin:$PATH
jpki-softcard new card --issued 2026-10-29 --birth 1990-02-17 >log/out
is 'the card ends on the day that is meant here' \
    "$(jpki-info --reader soft:card --date 2027-01-01 --json |
	grep -c -e '"until": "2031-02-17"' -e '"renew_from": "2030-11-18"')" 2

# on DAY: as if it were that day.
on() {
	run sh "$expiry" --reader "${reader:-soft:card}" --date "$1"
}

# quiet DAY DESCRIPTION
quiet() {
	on "$1"
	is "$2" "$rc $(cat log/out log/err)" '0 '
}

# warns DAY TEXT DESCRIPTION
warns() {
	on "$1"
	is "$3" "$rc $(wc -l <log/err) $(grep -c -e "$2" log/err)" '0 1 1'
}

quiet 2030-11-17 'nothing is said while it cannot be renewed'
warns 2030-11-18 'ends on 2031-02-17; days left: 91' \
    'a warning on the first day of renewal'
quiet 2030-11-18 'once'
quiet 2030-12-17 'and not again for 30 days'
warns 2030-12-18 'days left: 61' 'then again'
warns 2031-01-18 'days left: 30' 'in the last month'
quiet 2031-01-24 'only every week'
warns 2031-01-25 'days left: 23' 'every week'
warns 2031-02-10 'days left: 7' 'in the last week'
warns 2031-02-11 'days left: 6' 'every day'
warns 2031-02-17 'ends today' 'on the last day'
warns 2031-02-24 'ended on 2031-02-17' 'and after it'
quiet 2031-02-25 'every week'
warns 2031-03-18 'ended on' 'for a month'
quiet 2031-04-18 'then no more'

# The card is in its holder's pocket.
reader=soft:nowhere
rm home/.local/state/jpki/expiry
quiet 2031-02-10 'without a card that was ever seen'
reader=
quiet 2027-01-01 'a card is seen'
reader=soft:nowhere
warns 2031-02-10 'days left: 7' 'what it said counts without it'
is 'no more is kept than three days, for its user only' \
    "$(cat home/.local/state/jpki/expiry) $(stat -c %a \
    home/.local/state/jpki/expiry)" '2031-02-17 2030-11-18 2031-02-10 600'
echo 2031-02-17 >home/.local/state/jpki/expiry
quiet 2031-02-11 'a file that is not whole says nothing'
jpki-softcard set card auth-not-after=2031-02-14 >log/out
reader=
warns 2031-02-10 'ends on 2031-02-14; days left: 4' \
    'another certificate is warned about on its own'

# Another language, and a desktop.
LC_ALL=ja_JP.UTF-8
warns 2031-02-11 'の有効期限は 2031-02-14 です（あと 3 日）' 'in Japanese'
: >desktop
quiet 2031-02-12 'where there is a desktop, it is told'
is 'with title and text' "$(grep -c -e '^マイナンバーカードの電子証明書$' \
    -e '（あと 2 日）' -e '^--urgency=critical$' told)" 3
LC_ALL=C.UTF-8

jpki-softcard show card | grep '^tries' >tries
is 'no try was used' "$(cat tries)" \
    "$(jpki-softcard show card | grep '^tries')"
run sh "$expiry" --sign
is 'an unknown option' "$rc" 64
run sh "$expiry" --date 2031-02-30
is 'a day that does not exist' "$rc" 64
mkdir -p other
: >other/jpki
XDG_STATE_HOME=$tmp/other
export XDG_STATE_HOME
rm desktop
on 2031-02-13
is 'where nothing can be kept it fails, and says why' \
    "$rc $(grep -c jpki log/err)" '1 1'
finish
