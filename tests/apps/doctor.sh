#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-doctor on software cards, on a made-up pcscd, and where something is
# missing.
#
# usage: doctor.sh PROVIDER PKCS11 [FAKE-PCSCD], the first two, words or paths of
# modules, empty if they were not built
. "$(dirname "$0")/tap.sh"
provider=${1:-} pkcs11=${2:-} fake=${3:-} with=
unset SSH_AUTH_SOCK
: >everything

# A home of our own, in which p11-kit is told of the module that was built.
HOME=$tmp/home XDG_CONFIG_HOME=$tmp/home/.config
export HOME XDG_CONFIG_HOME
modules=$XDG_CONFIG_HOME/pkcs11/modules
mkdir -p "$modules"
register() {
	printf '%s\n' "module: $pkcs11" "priority: ${1:-10}" \
	    >"$modules/jpki-pkcs11.module"
}
[ -z "$pkcs11" ] || register

# doctor OPTION...: without and with --redact; leaves the statuses of the last.
doctor() {
	run $with jpki-doctor "$@"
	cat log/out log/err >>everything-open
	run $with jpki-doctor --json "$@"
	cat log/out log/err >>everything-open
	statuses <log/out >plain
	run $with jpki-doctor --redact --lang ja "$@"
	cat log/out log/err >>everything
	run $with jpki-doctor --redact --json "$@"
	cat log/out log/err >>everything
	statuses <log/out >redacted
	# No PIN; the one look at the door makes no signature of a closed card.
	n=$(n_verify)
	[ "$n" -eq 0 ] || echo "$n commands with a PIN: $*" >>pins
	cmp plain redacted >>differences
}

# What each layer is; checks the form of the report.
statuses() {
	"$PYTHON" -c '
import json, sys
r = json.load(sys.stdin)
known = {"ok", "warning", "missing", "broken", "not-checked"}
for l in r["layers"]:
    assert set(l) == {"layer", "status", "finding", "remedy"} and l["finding"]
    assert l["status"] in known, l
    print(l["layer"], l["status"])
print("all", r["status"])'
}

# status LAYER: of the last run
status() {
	sed -n "s/^$1 //p" redacted
}

# remedy LAYER, finding LAYER: of the last run
remedy() {
	"$PYTHON" -c '
import json, sys
r = json.load(sys.stdin)
print(*[l[sys.argv[1]] for l in r["layers"] if l["layer"] == sys.argv[2]])
' remedy "$1" <log/out
}
finding() {
	"$PYTHON" -c '
import json, sys
r = json.load(sys.stdin)
print(*[l[sys.argv[1]] for l in r["layers"] if l["layer"] == sys.argv[2]])
' finding "$1" <log/out
}

# without the provider the module is broken and hides what this test is about
well=0 attention=1 nobody=69
if [ -z "$provider" ]; then
	well=2 attention=2 nobody=2
fi

new_card card card
doctor --reader soft:card
is "a card: exit code" "$rc" $well
for layer in libraries service readers card application carrier certificates \
    tries ca; do
	is "a card: $layer" "$(status $layer)" ok
done
is "the auth certificate's CA is named for what it is" \
    "$(finding ca | grep -c 'software card')" 1
if [ -n "$provider" ]; then
	is "module" "$(status module)" ok
	is "store" "$(status store)" ok
	is "the store lists and loads" \
	    "$(finding store | grep -c 'lists 4 objects.*jpki://auth loads')" 1
	is "all" "$(status all)" ok
else
	skip "module, store" "built without the provider"
fi
# The PKCS#11 module, and OpenSC's.
if [ -n "$pkcs11" ]; then
	is "pkcs11" "$(status pkcs11)" ok
	: >opensc.so
	echo "module: $tmp/opensc.so" >"$modules/opensc-pkcs11.module"
	doctor --reader soft:card
	is "OpenSC comes after" \
	    "$(status pkcs11) $(finding pkcs11 | grep -c 'OpenSC comes after')" \
	    'ok 1'
	echo 'priority: 11' >>"$modules/opensc-pkcs11.module"
	doctor --reader soft:card
	is "OpenSC comes first" "$rc $(status pkcs11)" "$attention warning"
	echo 'enable-in: none' >>"$modules/opensc-pkcs11.module"
	doctor --reader soft:card
	is "OpenSC is switched off" "$rc $(status pkcs11)" "$well ok"
	mkdir -p home/.pki/nssdb
	printf '%s\n' 'library=/usr/lib/opensc-pkcs11.so' "library=$pkcs11" \
	    >home/.pki/nssdb/pkcs11.txt
	doctor --reader soft:card
	is "NSS asks OpenSC first" "$rc $(status pkcs11)" "$attention warning"
	printf '%s\n' "library=$pkcs11" 'library=/usr/lib/opensc-pkcs11.so' \
	    >home/.pki/nssdb/pkcs11.txt
	doctor --reader soft:card
	is "NSS asks it after ours" "$rc $(status pkcs11)" "$well ok"
	(pkcs11=$tmp/opensc.so && register)
	doctor --reader soft:card
	is "a module that cannot be loaded" "$rc $(status pkcs11)" "2 broken"
	rm "$modules/jpki-pkcs11.module"
	doctor --reader soft:card
	is "not registered" "$rc $(status pkcs11)" "$attention warning"
	register
	echo 'enable-in: none' >>"$modules/jpki-pkcs11.module"
	doctor --reader soft:card
	is "switched off" "$rc $(status pkcs11)" "$attention warning"
	register
	doctor --reader soft:card
else
	skip "pkcs11" "built without the PKCS#11 module"
fi

run jpki-doctor --reader soft:card --lang en
is "in English" "$(grep -c '^\[ ok \] PIN tries left: auth' log/out)" 1
serial=$(openssl x509 -in card/auth.pem -noout -serial | sed 's/.*=//; s/^0*//')
is "serial and end of the certificate" \
    "$(grep -c "$serial" log/out) $(grep -c "to 20..-..-..;" log/out)" "1 1"
run jpki-doctor --lang ja --reader soft:card
is "in Japanese" "$(grep -c '^\[正常\] 暗証番号の残り回数：' log/out)" 1
LC_ALL=ja_JP.UTF-8 run jpki-doctor --reader soft:card
is "by locale" "$(grep -c '^\[正常\] カード：' log/out)" 1
JPKI_READER=soft:card run jpki-doctor
is "reader from JPKI_READER" "$rc" $well
mkdir 'odd &%"\'
cp -a card 'odd &%"\/漢'
doctor --reader 'soft:odd &%"\/漢'
is "a name with special characters" "$rc" $well

# Profiles.
new_card child child
doctor --reader soft:child
is "a child's card is fine" "$rc $(status certificates)" "$well ok"
is "without the sign certificate" \
    "$(finding certificates | grep -c 'none was issued')" 1
new_card android android
doctor --reader soft:android
is "a phone" "$rc $(status carrier) $(status certificates) $(status ca)" \
    "$well ok ok not-checked"
is "its name" "$(finding carrier | grep -c '^Android phone')" 1
for profile in iphone juki; do
	jpki-softcard new $profile --profile $profile >/dev/null 2>&1
done
doctor --reader soft:iphone
is "an iPhone" "$rc $(finding carrier | grep -c '^iPhone')" "$well 1"
doctor --reader soft:juki
is "a Juki card" "$rc $(status card) $(status application) $(status carrier)" \
    "2 ok broken not-checked"
is "it is named" "$(finding application | grep -c 'Juki card')" 1
is "what became of it" "$(remedy application | grep -c 2018)" 1

# Certificates.
new_card old card
jpki-softcard set old auth-not-after=2024-01-31 2>/dev/null
doctor --reader soft:old
is "an expired certificate" "$rc $(status certificates)" "$attention warning"
is "what to do" "$(remedy certificates | grep -c 'at the counter of your town')" 1
run jpki-doctor --reader soft:old
is "its last day" "$(grep -c ' to 2024-01-31' log/out)" 1
jpki-softcard set old "auth-not-after=$(date -d '+30 days' +%F)" 2>/dev/null
doctor --reader soft:old
is "one that ends in a month" "$rc $(finding certificates |
    grep -c 'it ends in')" "$attention 1"
jpki-softcard set old "auth-not-after=$(date -d '+200 days' +%F)" 2>/dev/null
doctor --reader soft:old
is "one that ends in 200 days" "$rc $(status certificates)" "$well ok"
# A CA that nobody knows: the card takes any pair that fits.
new_card stranger card
{
	openssl req -x509 -newkey rsa:2048 -nodes -subj /O=Someone/CN=x \
	    -keyout x.key -out stranger/auth-ca.pem
	openssl req -new -key stranger/auth.key -subj /CN=y -out y.csr
	openssl x509 -req -days 365 -in y.csr -CA stranger/auth-ca.pem \
	    -CAkey x.key -set_serial 12345678901 -out stranger/auth.pem
} >/dev/null 2>&1
doctor --reader soft:stranger
is "an unknown CA" "$rc $(status ca)" "$attention warning"
is "is told by its hash" "$(finding ca | grep -c "SHA-256 $(
    openssl x509 -in stranger/auth-ca.pem -outform DER | sha256sum |
    tr a-f A-F | cut -c 1-64)")" 1

# Tries.
new_card used card
for i in 1 2 3; do
	jpki-sign --reader soft:used --last-try --pin-source file:wrong.pin \
	    auth a >/dev/null 2>&1
	[ $i -eq 1 ] || continue
	doctor --reader soft:used
	is "a try was used" "$rc $(status tries) $(finding tries |
	    grep -c '2 of 3')" "$attention warning 1"
done
is "three misses" "$(tries used auth)" 0
doctor --reader soft:used
is "a locked PIN" "$rc $(finding tries | grep -c ': locked')" "$attention 1"
is "where to go" "$(remedy tries | grep -c 'municipal office')" 1

# Switches of the card.
new_card strange card
jpki-softcard set strange sfi=off first-6f00=on filler=300 2>/dev/null
doctor --reader soft:strange
is "a card with older ways" "$rc" $well
jpki-softcard set strange sfi=on extended=on reselect=clear 2>/dev/null
doctor --reader soft:strange
is "a card with extended length" "$rc" $well

# What is not there.
doctor --reader soft:secretdir
is "no such card folder" "$rc $(status card) $(status application)" \
    "$nobody missing not-checked"
new_card damaged card
: >damaged/auth.pem
doctor --reader soft:damaged
is "a damaged card" "$rc $(status card)" "2 broken"
export PCSCLITE_CSOCK_NAME="$tmp/secretdir/socket"
doctor
is "no pcscd" "$rc $(status service) $(status readers) $(status card)" \
    "2 broken not-checked not-checked"
# Where this runs may itself be a container.
export container=
doctor
is "not in a container: install or start it" \
    "$(remedy service | grep -c '^\(Install\|Start\) it: sudo')" 1
container=podman
doctor
is "in a container: the host's" "$(finding service |
    grep -c container) $(remedy service |
    grep -c 'host.s /run/pcscd.*same release of libpcsclite1')" "1 1"
is "and no package is installed" \
    "$(remedy service | grep -c 'apt-get\|systemctl')" 0
if [ "$(id -u)" -ne 0 ]; then
	mkdir -m 0 secretdir
	doctor
	is "a closed socket" "$rc $(finding service | grep -c 'closed')" "2 1"
	rmdir secretdir
else
	skip "a closed socket" "root may"
fi
: >broken.pcsc
PCSCLITE_CSOCK_NAME="$tmp/broken.pcsc"
for container in '' podman; do
	doctor
	is "a dead socket (${container:-host})" "$rc $(finding service |
	    grep -c 'nobody listens') $(remedy service |
	    grep -c 'systemctl restart') $(remedy service |
	    grep -c 'on the host')" "2 1 1 ${container:+1}$(
	    [ -n "$container" ] || echo 0)"
done

# A pcscd that is there and does not serve: the same answer each time.
# there HOW...
there() {
	rm -f there.pcsc
	"$PYTHON" "$here/daemon.py" there.pcsc "$@" &
	daemon=$!
	until_ok [ -S there.pcsc ]
}
# steadily DESCRIPTION FINDING REMEDY NEVER: what it says, five times over.
steadily() {
	: >says
	for i in 1 2 3 4 5; do
		run jpki-doctor --json
		echo "$(finding service) $(remedy service)" >>says
	done
	is "$1" "$(sort -u says | wc -l) $(grep -c "$2.*$3" says) $(
	    grep -c -e "$4" says)" "1 5 0"
}
PCSCLITE_CSOCK_NAME=$tmp/there.pcsc
for container in '' podman; do
	there version 4 5
	steadily "another protocol (${container:-host})" \
	    'runs, with protocol 4:5' 'release' \
	    "${container:+systemctl\\|}apt-get\|not installed"
	kill $daemon
	there hangup
	steadily "hangs up (${container:-host})" 'refuses this user: polkit' \
	    'polkit rule.*polkitd' 'systemctl\|install pcscd\|not installed'
	kill $daemon
done
unset container
there hangup
run jpki-sign --reader 0 --pin-source file:auth.pin auth a
fails 69 'runs and refuses.*polkit' "programs say so, too"
kill $daemon
there silent
run jpki-doctor --json
is "one that says nothing" "$rc $(finding service |
    grep -c 'says nothing')" "2 1"
kill $daemon
PCSCLITE_CSOCK_NAME=/nonexistent/pcscd.comm

# Readers. The trace of the doctor's commands shows what came to a card.
if [ -n "$fake" ]; then
	fake() {
		with="env LD_PRELOAD=$fake $*"
	}
	fake FAKE_CARD0=card
	doctor
	is "the one card behind pcscd" "$rc $(status service) $(status readers) $(
	    status card)" "$well ok ok ok"
	is "its reader" "$(finding readers |
	    grep -c '^0: Virtual PCD 00 00 (card); 1: Other .* (empty)$')" 1
	doctor --reader 'virtual p'
	is "part of its name" "$rc $(status card)" "$well ok"
	doctor --reader 1
	is "the empty reader" "$rc $(status card)" "$nobody missing"
	doctor --reader nowhere
	is "no such reader" "$rc $(status card)" "$nobody missing"
	FAKE_NAME='ACME [CCID Interface] (20112084) 00 00'
	export FAKE_NAME
	doctor
	is "a reader's serial number is not told" \
	    "$(finding readers | grep -c '^0: ACME .CCID Interface.  (card);')" 1
	unset FAKE_NAME
	fake FAKE_CARD0=card FAKE_CARD1=child
	doctor
	is "two cards, none chosen" "$rc $(status card) $(status application)" \
	    "$nobody missing not-checked"
	doctor --reader Other
	is "two cards, one chosen" \
	    "$rc $(finding certificates | grep -c 'none was')" "$well 1"
	fake FAKE_CARD0=mute
	doctor
	is "a mute card" "$rc $(status card)" "2 broken"
	fake FAKE_CARD0=juki
	doctor
	is "a Juki card behind pcscd" "$(status card) $(status application)" \
	    "ok broken"
	for key in auth:1234 sign:ABC123; do
		fake FAKE_CARD0=card FAKE_OPEN=$key
		run $with jpki-doctor --json
		statuses <log/out >redacted
		is "open right now: $key" "$([ $rc -ge 1 ] && echo told) $(
		    status application) $(finding application |
		    grep -o "open right now: ${key%:*}") $(
		    remedy application | grep -c OpenSC)" \
		    "told warning open right now: ${key%:*} 1"
	done
	fake FAKE_CARD0=card FAKE_CONNECT=8010000B
	cp "$(command -v sleep)" scdaemon
	./scdaemon 600 &
	holder=$!
	run $with jpki-doctor --json --redact
	statuses <log/out >redacted
	is "a program that holds the card" "$rc $(status card)" "2 broken"
	is "the usual one that runs is named" "$(finding card |
	    grep -c 'running now.*scdaemon') $(remedy card |
	    grep -c 'gpgconf --kill scdaemon')" "1 1"
	kill $holder
	# The programs wait for it, and say so on a terminal.
	fake FAKE_CARD0=card FAKE_CONNECT=8010000B:9
	typed '' $with jpki-sign --pin-source file:auth.pin auth a
	is "a busy card on a terminal" "$rc $(tr -d '\r' <log/out | tr '\n' ' ' |
	    grep -c 'waiting for the card.*Ctrl-C *stops')" "0 1"
	run $with jpki-sign --pin-source file:auth.pin auth a
	is "and nothing is said without one" "$rc $(said)" "0 "
	fake FAKE_CARD0=card FAKE_CONNECT=8010000B
	run "$PYTHON" "$here/impatient.py" $with jpki-sign auth a
	is "what is typed meanwhile is not shown, and Ctrl-C stops" \
	    "$rc $(grep -c 9731 log/out) $(tail -n 1 log/out)" "0 0 echo again"
	fake FAKE_READERS=1
	doctor
	is "an empty reader" "$rc $(status readers) $(status card)" \
	    "$nobody ok missing"
	fake FAKE_READERS=0
	doctor
	is "no reader" "$rc $(status readers) $(status card)" \
	    "$nobody missing not-checked"
	is "what to do" "$(remedy readers | grep -c libccid)" 1
	fake FAKE_ERROR=8010006A
	doctor
	is "refused" "$rc $(status service)" "2 broken"
	is "what to do" "$(remedy service | grep -c polkit)" 1
	fake FAKE_CARD0=card FAKE_SPOIL=9:refuse
	doctor
	is "an unexpected refusal" "$rc $(status carrier) $(status tries)" \
	    "2 broken ok"
	is "its status word is told, redacted or not" \
	    "$(finding carrier | grep -c 'status A5A5') $(
	    grep -c 'Kind of card.*status A5A5' everything-open)" "1 1"
	fake FAKE_CARD0=card FAKE_SPOIL=9:hang
	start=$(date +%s)
	run $with jpki-doctor --json
	took=$(($(date +%s) - start))
	statuses <log/out >redacted
	is "a card that hangs" "$rc $(status carrier) $(status store)" \
	    "2 broken not-checked"
	[ "$took" -lt 25 ]
	result $? "it is told in seconds: $took"
	with=
else
	skip "readers" "built with a sanitizer"
fi

modules=$OPENSSL_MODULES
OPENSSL_MODULES=$tmp/secretdir
doctor --reader soft:card
is "no module" "$rc $(status module) $(status tries) $(status store)" \
    "2 broken ok not-checked"
is "what to do" "$(remedy module | grep -c OPENSSL_MODULES)" 1
mkdir secretdir
echo nonsense >secretdir/jpki.so
doctor --reader soft:card
is "a module that is none" "$rc $(finding module | grep -c 'cannot be loaded')" \
    "2 1"
OPENSSL_MODULES=$modules

# What programs get.
if [ -n "$provider" ]; then
	mkdir alone
	ln -s "$modules/jpki.so" alone
	OPENSSL_MODULES=$tmp/alone
	doctor --reader soft:card
	if [ -e "$(openssl version -m | sed 's/.*"\(.*\)"/\1/')/legacy.so" ]; then
		is "legacy is hidden" "$rc $(status module) $(finding module |
		    grep -c 'hides.*legacy')" "$attention warning 1"
	fi
	OPENSSL_MODULES=$modules
	ok "legacy is there in the build's own shell" \
	    openssl list -providers -provider legacy
	shipped=$here/../../provider/openssl-jpki.cnf
	sed '/^default = /d' "$shipped" >only.cnf
	for conf in "$shipped" only.cnf; do
		for properties in none fips=yes provider=default '?fips=yes'; do
			{
				sed '/^providers = /a alg_section = algs' "$conf"
				echo '[algs]'
				[ "$properties" = none ] ||
				    echo "default_properties = $properties"
			} >it.cnf
			OPENSSL_CONF=$tmp/it.cnf
			export OPENSSL_CONF
			doctor --reader soft:card
			case "$conf $properties" in
			only.cnf*)	want='2 broken without default' ;;
			*=yes\?*|*none|*'?'*)	want='0 ok' ;;
			*)		want='2 broken default_properties' ;;
			esac
			is "$(basename $conf), properties $properties" \
			    "$(echo $rc $(status configuration) $(
			    finding configuration |
			    grep -o 'without default\|default_properties'))" \
			    "$want"
		done
	done
	echo 'openssl_conf = nowhere' >it.cnf
	echo '[nowhere' >>it.cnf
	doctor --reader soft:card
	is "one that cannot be read" "$rc $(status configuration)" "2 broken"
	# OpenSSL passes over what it cannot load.
	jpki_section=$(sed -n 's/^jpki = //p' "$shipped")
	sed "/^\[$jpki_section\]/a module = /nowhere/jpki.so" "$shipped" >it.cnf
	doctor --reader soft:card
	is "a module that is not there" \
	    "$rc $(status configuration) $(finding configuration |
	    grep -c 'does not activate') $(remedy configuration |
	    grep -c 'module =')" "2 broken 0 1"
	sed -e "s/^jpki = /mine = /" -e "/^\[$jpki_section\]/a module = \
$modules/jpki.so" "$shipped" >it.cnf
	doctor --reader soft:card
	is "by another name" "$rc $(finding configuration)" "$well activates jpki"
	OPENSSL_CONF=$tmp/nowhere.cnf
	doctor --reader soft:card
	is "no file" "$rc $(status configuration) $(remedy configuration |
	    grep -c 'Correct OPENSSL_CONF')" "$attention warning 1"
	mkfifo pipe.cnf
	OPENSSL_CONF=$tmp/pipe.cnf
	run timeout 60 jpki-doctor --reader soft:card --json
	is "a pipe" "$rc $(finding configuration | grep -c 'no file')" \
	    "$attention 1"
	OPENSSL_CONF=
	doctor --reader soft:card
	is "none, on purpose" "$rc $(status configuration)" "$well ok"
	unset OPENSSL_CONF
fi

# On a terminal.
for columns in 40 80; do
	for lang in en ja; do
		for args in '--reader soft:used' '--reader soft:secretdir' \
		    --help --redakt; do
			COLUMNS=$columns typed '' env -u JPKI_DEBUG \
			    jpki-doctor --lang $lang $args
			fits $columns "$lang: $args"
		done
	done
done
control=$(printf 'e\033[31m\nx')
cp -a card "$control"
run jpki-doctor --reader "soft:$control"
is "a name is not obeyed" "$(grep -c "Readers: soft:e.x1b\[31m.nx$" log/out) $(
    grep -c "$(printf '\033')" log/out)" "1 0"
run jpki-doctor --reader "soft:$control" --json
is "nor changed in JSON" "$(finding readers)" "soft:$control"

# Usage.
run jpki-doctor --redakt
fails 64 'did you mean --redact' "a mistyped option"
for args in '--lang fr' '--what' '--reader' '--pin=1234' '1234 --json'; do
	run jpki-doctor $args
	fails 64 'jpki-doctor --help' "usage: $args"
	is "no PIN in the message" "$(grep -c 1234 log/err)" 0
done
run jpki-doctor --redact --reader soft:card --json
is "options in any order" "$rc" $well
for lang in en ja; do
	run jpki-doctor --lang $lang --help
	is "--help ($lang)" "$rc $(grep -c -e --redact log/out)" "0 1"
done
run jpki-doctor --version
is "--version" "$rc $(grep -c '^jpki-doctor (libjpki) [0-9]' log/out)" "0 1"
run sh -c 'jpki-doctor --reader soft:card >/dev/full'
is "a full disk" "$rc $(said | grep -c stdout)" "2 1"

# The ssh agent, and the settings of ours.
doctor --reader soft:card
is "no ssh agent" "$(status agent) $(finding agent | grep -c 'none is in use')" "ok 1"
SSH_AUTH_SOCK=$tmp/agent
export SSH_AUTH_SOCK
doctor --reader soft:card
is "a dead one" "$(status agent)" warning
is "what to do" "$(remedy agent | grep -c jpki-agent)" 1
jpki-agent -D -a agent --reader soft:card >log/agent 2>&1 &
agent=$!
until_ok connects agent
doctor --reader soft:card
is "one with the key" "$(status agent) $(finding agent | grep -c 'has the card')" \
    "ok 1"
doctor --reader soft:child
is "one with another key" \
    "$(status agent) $(finding agent | grep -c 'another one')" "ok 1"
if command -v ssh-add >/dev/null; then
	printf '#!/bin/sh\necho word\n' >askpass
	chmod +x askpass
	ok "locked" env SSH_ASKPASS="$tmp/askpass" SSH_ASKPASS_REQUIRE=force \
	    ssh-add -x
	doctor --reader soft:card
	is "one that is locked" "$(status agent) \
$(finding agent | grep -c 'unless it is locked')" "ok 1"
else
	skip "one that is locked" "no ssh-add here"
fi
kill $agent
wait $agent
"$PYTHON" -c '
import socket, time
s = socket.socket(socket.AF_UNIX)
s.bind("agent")
s.listen(9)
time.sleep(600)' &
agent=$!
until_ok connects agent
run jpki-doctor --json --lang ja --reader soft:card
statuses <log/out >redacted
is "one that says nothing" \
    "$(status agent) $(finding agent | grep -c 応答がありません)" "warning 1"
kill $agent
wait $agent 2>/dev/null
unset SSH_AUTH_SOCK
mkdir -p "$XDG_CONFIG_HOME/jpki"
echo "reader = soft:card" >"$XDG_CONFIG_HOME/jpki/jpki.conf"
doctor --reader soft:card
is "settings" "$(status agent) $(finding agent | grep -c settings)" "ok 1"
echo "raeder = soft:card" >"$XDG_CONFIG_HOME/jpki/jpki.conf"
doctor --reader soft:card
is "a mistake in them" "$(status agent)" broken
rm -r "$XDG_CONFIG_HOME/jpki"

# What all of it did and said.
is "no PIN was sent, ever" "$(cat pins 2>/dev/null)" ""
is "no try was used" "$(tries card auth) $(tries card sign) $(tries card text)" \
    "3 5 3"
is "redacted and open reports have the same statuses" "$(cat differences)" ""
for card in card child android iphone juki old stranger used strange; do
	jpki-softcard show $card 2>/dev/null >shown
	openssl x509 -in $card/auth.pem -noout -serial -subject -dates \
	    -nameopt multiline,utf8,-esc_msb >cert 2>/dev/null
	sed -n 's/^serial=0*//p; s/ *commonName *= //p' cert
	sed -n 's/^\(name\|address\|birth\|serial\|issued\) //p' shown
done | grep -v '^$' | sort -u >secrets
# Days in the forms that a report could have, PINs, and where this runs.
{
	grep -o '[0-9]\{4\}-[0-9][0-9]-[0-9][0-9]' everything-open
	sed -n 's/.*serial \([0-9]\{16\}\).*/\1/p' everything-open
	printf '%s\n' "$tmp" secretdir 20112084 soft:card soft:odd ABC123 414243313233 31323334 \
	    "$HOME/" "$modules"
} | sort -u >>secrets
# Short ones would match anything.
grep -v '^/usr/lib' secrets | grep '.....' >secrets.all
is "there is something to look for" "$([ "$(wc -l <secrets.all)" -gt 20 ] &&
    grep -c -F "$serial" secrets.all)" 1
is "nothing of it in redacted reports" \
    "$(grep -v '^> ' everything | grep -aiF -f secrets.all | head -3)" ""
is "nor in the trace" \
    "$(grep '^> ' everything everything-open | grep -aiF -f secrets.all |
    head -3)" ""
is "but the card's serial in open ones" \
    "$(grep -ac 'serial [0-9]\{16\}' everything-open | sed 's/^[1-9].*/some/')" \
    some
finish
