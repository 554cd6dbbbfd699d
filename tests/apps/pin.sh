#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-pin on software cards: what it shows, what it changes, what it refuses.
. "$(dirname "$0")/tap.sh"

new_card card card
(umask 077
    echo 5678 >text.pin
    echo 5179 >new.pin
    echo 1234 >weak.pin
    echo kent1734 >new-sign.pin
    echo KENTARO >letters.pin
    printf '1234\n5179\n' >both.pin)
pin="jpki-pin --reader soft:card"
all_tries() {
	echo "$(tries card auth) $(tries card sign) $(tries card text)"
}

# changed DESCRIPTION: the last run changed a PIN, with one VERIFY and one
# CHANGE, the card's application left last.
changed() {
	problem=
	[ "$rc" -eq 0 ] || problem="exit code $rc"
	[ -z "$(said)" ] || problem="$problem; a message"
	[ "$(n_verify)" -eq 1 ] || problem="$problem; $(n_verify) VERIFY"
	[ "$(grep -c '^> 00240180 \[PIN\]' log/err)" -eq 1 ] ||
	    problem="$problem; not one CHANGE"
	grep '^> ' log/err | tail -1 | grep -q '^> 00A4040C 0A D39210' ||
	    problem="$problem; the application is not left"
	[ -z "$problem" ] || echo "# $problem"
	[ -z "$problem" ]
	result $? "$1"
}

# unsent RC TEXT DESCRIPTION: fails, and no PIN went to the card.
unsent() {
	[ "$(grep -c '\[PIN\]' log/err)" -eq 0 ] || echo "# a PIN was sent"
	[ "$(grep -c '\[PIN\]' log/err)" -eq 0 ] && fails "$@" || result 1 "$3"
}

# status
run $pin status
works "status"
is "it names each PIN and its tries" "$(sed "s/  \{1,\}/ /" log/out)" \
"auth PIN (利用者証明用) 3 of 3 tries left
sign password (署名用) 5 of 5 tries left
text PIN (券面事項入力補助用) 3 of 3 tries left"
run $pin --lang ja status
is "in Japanese" "$(sed "s/  \{1,\}/ /" log/out)" "利用者証明用暗証番号 残り 3 回（最大 3 回）
署名用暗証番号 残り 5 回（最大 5 回）
券面事項入力補助用暗証番号 残り 3 回（最大 3 回）"
for lang in en ja; do
	run env LC_ALL=C jpki-pin --reader soft:card --lang $lang status
	is "the columns are aligned ($lang)" "$("$PYTHON" -c '
import sys, unicodedata
for line in open("log/out", encoding="utf-8"):
    print(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in line[:line.index(sys.argv[1])]))' \
	    $(test $lang = ja && echo 残 || echo ' of') | sort -u |
	    wc -l)" 1
done
run $pin status
is "no try is used, no PIN sent" "$(all_tries) $(grep -c PIN] log/err)" "3 5 3 0"
run $pin --json status
works "--json"
is "it says so for programs" "$(json '
[(k, j[k]["state"], j[k]["left"], j[k]["max"], j[k]["town"]) for k in j]')" \
"[('auth', 'ready', 3, 3, 'open'), ('sign', 'ready', 5, 5, 'open'), ('text', 'ready', 3, 3, 'open')]"

# try
run $pin try 利用者証明用 --pin-source file:auth.pin
works "try, by its Japanese name"
run $pin try auth --pin-source file:auth.pin
works "try auth"
is "it says so" "$(cat log/out)" \
    "The auth PIN (利用者証明用) is right. 3 of 3 tries are left."
is "one VERIFY, and the door is closed" "$(n_verify) \
$(grep '^> ' log/err | tail -1 | cut -c1-25)" "1 \
> 00A4040C 0A D3921000310"
run $pin try auth --pin-source file:wrong.pin
fails 1 'wrong PIN.*2 tries left' "a wrong PIN"
run $pin --json try auth --pin-source file:wrong.pin
is "counts as meant, from a file, too" "$rc $(cat log/out | tr -d ' \n')" \
    '1 {"pin":"auth","right":false,"left":1,"max":3}'
run $pin try auth --pin-source file:auth.pin
fails 1 'too few tries.*--last-try' "the last try is refused"
is "nothing was sent" "$(n_verify) $(tries card auth)" "0 1"
run $pin --json try auth --pin-source file:auth.pin --last-try
is "unless the holder insists" "$rc $(cat log/out | tr -d ' \n')" \
    '0 {"pin":"auth","right":true,"left":3,"max":3}'
is "the counter is full" "$(all_tries)" "3 5 3"
typed ABC123 $pin --lang ja try sign
is "on a terminal, in Japanese" "$rc \
$(grep -c '署名用暗証番号は正しい番号です。残り 5 回（最大 5 回）です。' log/out)" "0 1"
is "it is asked for with the tries, and not shown" \
    "$(grep -c '残り 5 回' log/out) $(grep -c ABC123 log/out)" "2 0"
run $pin try text --pin-source file:text.pin
works "try text"
for i in 1 2 3; do
	run $pin try text --pin-source file:wrong.pin --last-try
done
is "three misses lock it" "$rc $(said | grep -c locked) $(tries card text)" \
    "1 1 0"
run $pin try text --pin-source file:text.pin --last-try
fails 1 locked "a locked PIN"
is "nothing was sent" "$(n_verify)" 0
jpki-softcard unlock card
run $pin try auth --pin-source file:short.pin
unsent 1 'wrong shape' "a PIN of the wrong shape"
run $pin try
unsent 64 'Expected: auth' "of which PIN?"

# change
run $pin change auth --pin-source file:auth.pin --new-pin-source file:new.pin
changed "change auth"
is "it says so" "$(cat log/out)" "The auth PIN (利用者証明用) is changed."
run jpki-sign --reader soft:card --pin-source file:new.pin auth a
works "the new PIN signs"
run $pin change auth --pin-source file:auth.pin --new-pin-source file:new.pin
fails 1 'the new one is the current one\|wrong PIN' "the old PIN is no more"
is "which cost one try" "$(n_verify) $(all_tries)" "1 2 5 3"
run $pin change auth --pin-source file:new.pin --new-pin-source file:weak.pin
unsent 1 'easy to guess' "a weak one is refused"
run $pin change auth --pin-source file:new.pin --new-pin-source file:weak.pin \
    --allow-weak
changed "unless the holder insists"
run sh -c "$pin change auth --pin-source fd:3 --new-pin-source fd:3 3<both.pin"
changed "both PINs from one descriptor, a line each"
run $pin --lang ja change sign --pin-source file:sign.pin \
    --new-pin-source file:new-sign.pin
changed "change sign"
is "it says so in Japanese" "$(cat log/out)" "署名用暗証番号を変更しました。"
echo KENT1734 >upper.pin
chmod 600 upper.pin
run jpki-sign --reader soft:card --pin-source file:upper.pin sign a
works "the new password, raised, signs"
run $pin change text --pin-source file:text.pin --new-pin-source file:new.pin
changed "change text"
is "all tries are there" "$(all_tries)" "3 5 3"

# What is refused before the card is touched.
cheap() {
	[ "$(n_commands)" -eq 0 ] || echo "# the card was touched"
	[ "$(n_commands)" -eq 0 ] && fails "$@" || result 1 "$3"
}
run $pin change auth --pin-source file:short.pin --new-pin-source file:new.pin
cheap 1 'wrong shape' "an old PIN of the wrong shape"
run $pin change auth --pin-source file:new.pin --new-pin-source file:short.pin
cheap 1 'wrong shape' "a new PIN of the wrong shape"
run $pin change sign --pin-source file:new-sign.pin \
    --new-pin-source file:letters.pin
cheap 1 'both letters and digits' "a new password of letters only"
run $pin change sign --pin-source file:new-sign.pin \
    --new-pin-source file:sign.pin --lang ja
cheap 1 '推測されやすい' "a weak password, in Japanese"
run $pin change sign --pin-source file:new-sign.pin \
    --new-pin-source file:upper.pin
unsent 1 'the new one is the current one' "the same again, in capitals"
run $pin change auth --pin-source file:./missing --new-pin-source file:new.pin
cheap 1 'missing' "no such file"
run sh -c "$pin change auth --pin-source fd:3 --new-pin-source fd:3 3<new.pin"
cheap 1 'fd:3' "a descriptor with one line for both"
run $pin change auth
unsent 1 'terminal' "no question without a terminal"
run $pin change auth --pin-source file:new.pin
unsent 1 'terminal' "nor for the new PIN alone"
for args in '' 'change' 'change card' 'change auth 5179' 'status auth' \
    'unlock card' 'reset auth' 'change auth --json' '--lang fr status' \
    'change auth --pin-source 5179' 'change auth --new-pin-source 5179' \
    '--pin=5179 change auth' '--what status' '--reader' \
    'change auth -5179' '5179 -xyz' 'change auth 5179 -9'; do
	run jpki-pin $args
	cheap 64 'jpki-pin --help' "usage: $args"
	is "no PIN in the message" "$(grep -c 5179 log/err)" 0
done
run jpki-pin --reader soft:nowhere status
fails 69 'card' "no such card"
is "no try was used" "$(all_tries)" "3 5 3"

# Tries.
run $pin change auth --pin-source file:wrong.pin --new-pin-source file:weak.pin \
    --allow-weak
fails 1 '2 tries left' "a wrong PIN"
run $pin change auth --pin-source file:wrong.pin --new-pin-source file:weak.pin \
    --allow-weak
fails 1 '1 try left' "and again"
run $pin change auth --pin-source file:new.pin --new-pin-source file:weak.pin \
    --allow-weak
unsent 1 'too few tries' "the last try is refused"
run $pin status
is "status warns" "$rc $(grep -c '1 of 3\|One more miss' log/out)" "0 2"
run $pin change auth --pin-source file:wrong.pin --new-pin-source file:weak.pin \
    --allow-weak --last-try
fails 1 'locked' "the last try, insisted on"
run $pin status
is "a locked auth PIN is exit code 3" "$rc $(grep -c ' locked$' log/out)" "3 1"
ok "with where to go" grep -q 'counter of your town' log/out
run $pin --json status
is "the same in JSON" "$rc $(json \
    '(j["auth"]["state"], j["auth"]["left"], j["sign"]["store"])')" \
    "3 ('locked', 0, 'closed')"
run $pin change auth --pin-source file:new.pin --new-pin-source file:weak.pin \
    --allow-weak --last-try
unsent 1 'locked' "a locked PIN is not tried"

# unlock
run $pin unlock
is "unlock refuses" "$rc $(said)" \
    "1 jpki-pin: a PC cannot unlock a PIN; nothing was done"
is "it is about the locked one" "$(grep -c '^[a-z]' log/out) \
$(grep -c '^auth PIN.* locked$' log/out)" "1 1"
ok "it tells a route" grep -q 'counter of your town' log/out
run $pin --lang ja unlock sign
is "in Japanese, of another" "$rc $(said) $(grep -c '^署名用暗証番号' log/out)" \
    "1 jpki-pin: パソコンでロックは解除できません。何もしていません 1"
is "nothing was sent" "$(grep -c PIN] log/err) $(all_tries)" "0 0 5 3"
run jpki-pin --reader soft:nowhere unlock
is "without a card, too" "$rc $(grep -c 'counter of your town' log/out) \
$(grep -c 'no card was asked' log/out)" "1 3 3"

# Cards.
new_card child child
run jpki-pin --reader soft:child status
is "a child's card" "$rc $(grep -c '^sign password.*not on this card' log/out)" \
    "0 1"
run jpki-pin --reader soft:child --json status
is "the same in JSON" "$(json '(j["sign"]["state"], j["sign"]["left"])')" \
    "('absent', None)"
run jpki-pin --reader soft:child change sign --pin-source file:sign.pin \
    --new-pin-source file:new-sign.pin
unsent 1 'sign password' "no sign password to change"
new_card android android
run jpki-pin --reader soft:android status
is "a phone" "$rc $(grep -c '^text PIN.*not on this card' log/out)" "0 1"
jpki-softcard set android sfi=off first-6f00=on blocked-sw=6983 >/dev/null
run jpki-pin --reader soft:android change auth --pin-source file:auth.pin \
    --new-pin-source file:new.pin
changed "without short file ids, first command failing"

# On a terminal.
new_card card card
typed "1234
5179
5179" $pin change auth
is "on a terminal" "$rc $(grep -c 'is changed' log/out)" "0 1"
ok "it asks for the old one" grep -q \
    '^Old auth PIN (利用者証明用), 3 tries left: ' log/out
is "and twice for the new one" \
    "$(grep -c '^New auth PIN (利用者証明用)\( again\)*: ' log/out)" 2
is "no PIN is shown" "$(grep -c '1234\|5179' log/out)" 0
typed "5179
8190
8191" $pin change auth
is "two new ones that differ" \
    "$rc $(grep -c 'the two new PINs differ' log/out) $(tries card auth)" "1 1 3"
typed "5179
4321" $pin change auth
is "a weak one is refused at once" \
    "$rc $(grep -c 'easy to guess' log/out) $(grep -c again: log/out)" "1 1 0"
typed "517" $pin change auth
is "and a short old one" \
    "$rc $(grep -c 'wrong shape' log/out) $(grep -c New log/out)" "1 1 0"
typed "5179
^C" $pin change auth
is "^C gives up" "$rc $(grep -c 'no PIN' log/out) $(tries card auth)" "1 1 3"
for signal in TERM INT HUP; do
	is "SIG$signal at the prompt ends it, and the echo is back" \
	    "$("$PYTHON" - $signal $pin change auth <<'END'
import os, pty, select, signal, sys, termios, time
number = getattr(signal, "SIG" + sys.argv[1])
master, slave = pty.openpty()
pid = os.fork()
if pid == 0:
    os.setsid()
    os.close(os.open(os.ttyname(slave), os.O_RDWR))	# controls us now
    for fd in range(3):
        os.dup2(slave, fd)
    os.execvp(sys.argv[2], sys.argv[2:])
def echo():
    return bool(termios.tcgetattr(slave)[3] & termios.ECHO)
shown = b""
while not shown.endswith(b": "):
    shown += os.read(master, 4096)
os.write(master, b"12")
was = echo()
os.kill(pid, number)
status = os.waitpid(pid, 0)[1]
print(was, echo(), os.WIFSIGNALED(status) and os.WTERMSIG(status) == number)
END
)" "False True True"
done
typed "abc123
kent1734
kent1734" $pin --lang ja change sign
is "in Japanese" "$rc $(grep -c '今の署名用暗証番号（残り 5 回）: ' log/out) \
$(grep -c '新しい署名用暗証番号\(（もう一度）\)*: ' log/out)" "0 1 2"
typed 8190 $pin change auth --new-pin-source file:new.pin
is "the new one from a file, the old one wrong" \
    "$rc $(grep -c 'wrong PIN' log/out) $(tries card auth)" "1 1 2"

for columns in 40 80; do
	for lang in en ja; do
		for args in status unlock --help 'chnage auth' --alow-weak \
		    '--reader soft:nowhere status'; do
			COLUMNS=$columns typed '' env -u JPKI_DEBUG \
			    $pin --lang $lang $args
			fits $columns "$lang: $args"
		done
	done
done
run jpki-pin chnage auth
fails 64 'did you mean change' "a mistyped command"
run jpki-pin --alow-weak change auth
fails 64 'did you mean --allow-weak' "a mistyped option"
run $pin change auth --pin-source file:new.pin --new-pin-source file:weak.pin
unsent 1 '--allow-weak insists' "a weak one: which option insists"

# Secrets. 5179 is 35313739 in hexadecimal.
run $pin change auth --pin-source file:new.pin --new-pin-source file:weak.pin \
    --allow-weak
cat log/out log/err >everything
run $pin change auth --pin-source file:wrong.pin --new-pin-source file:new.pin
cat log/out log/err >>everything
is "no PIN in any output" \
    "$(grep -ac -e 5179 -e 35313739 -e 1234 -e 31323334 -e 9999 everything)" 0

for lang in en ja; do
	run jpki-pin --lang $lang --help
	is "--help ($lang)" "$rc $(grep -c -e --allow-weak log/out)" "0 1"
done
run jpki-pin --version
is "--version" "$rc $(grep -c '^jpki-pin (libjpki) [0-9]' log/out)" "0 1"
finish
