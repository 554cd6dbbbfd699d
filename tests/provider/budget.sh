#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Round trips: what whole programs cost in card commands, at most. One row
# each: for a My Number Card with short reads and with extended length, an
# Android phone, an iPhone, and a card without short file ids. The PIN comes
# from pin-source, unless the row is about a terminal.
. "$(dirname "$0")/ssl.sh"

new_card android android
new_card iphone android
sed -i 's/^profile android/profile iphone/' iphone/state
new_card plain card
jpki-softcard set plain sfi=off
new_card long card
jpki-softcard set long extended=on
for card in card long android iphone plain; do
	for key in auth sign; do
		openssl x509 -in $card/$key.pem -out $card-$key.pem
		openssl x509 -in $card/$key.pem -pubkey -noout >$card-$key.pub
	done
done
(umask 077; echo 5678 >text.pin)
pss='-sigopt rsa_padding_mode:pss'

# costs DESCRIPTION "CARD LONG ANDROID IPHONE PLAIN" COMMAND...: with @ for
# the card in its words; "-": not on this card. What a phone's keys are is read
# from its certificate before a program is told.
costs() {
	what=$1 limits=$2
	shift 2
	for card in card long android iphone plain; do
		limit=${limits%% *}
		limits=${limits#* }
		[ "$limit" != - ] || continue
		JPKI_READER=soft:$tmp/$card
		rm -f sig
		eval "$(printf '%s ' "$@" | sed "s/@/$card/g")"
		# A terminal shows both.
		n=$(cat log/out log/err | grep -c '^> ')
		[ "$rc" -eq 0 ] && [ "$n" -le "$limit" ]
		result $? "$what, $card: $n of $limit commands"
	done
	JPKI_READER=soft:$tmp/card
}

auth="'jpki://auth?pin-source=file:auth.pin'"
sign="'jpki://sign?pin-source=file:sign.pin'"
costs 'dgst with auth' '10 8 18 15 17' \
    ssl dgst -sha256 -sign $auth -out sig a
costs 'dgst with auth, PSS' '10 8 18 15 17' \
    ssl dgst -sha256 "$pss" -sign $auth -out sig a
costs 'dgst with auth on a terminal' '11 9 19 16 17' \
    ssl_typed 1234 dgst -sha256 -sign jpki://auth -out sig a
with="'jpki://auth?pin-source=file:auth.pin&cert=file:@-auth.pem'"
costs 'dgst with cert=' '7 7 7 7 13' \
    ssl dgst -sha256 -sign "$with" -out sig a
costs 'dgst with cert=, PSS' '7 7 7 7 13' \
    ssl dgst -sha256 "$pss" -sign "$with" -out sig a
costs 'dgst with sign' '11 9 18 19 19' \
    ssl dgst -sha256 -sign $sign -out sig a
costs 'dgst with sign on a terminal' '13 11 20 21 21' \
    ssl_typed ABC123 dgst -sha256 -sign jpki://sign -out sig a
costs 'cms with sign' '19 13 18 19 28' \
    ssl cms -sign -binary -outform DER -signer $sign -in a -out sig
costs 'cms with sign on a terminal' '21 15 20 21 30' \
    ssl_typed ABC123 cms -sign -binary -outform DER -signer jpki://sign \
    -in a -out sig
costs 'jpki-cms' '15 9 15 15 20' \
    run jpki-cms --pin-source file:sign.pin sign a
costs 'jpki-cms, three files' '17 11 17 17 22' \
    run jpki-cms --pin-source file:sign.pin sign a b c
costs 'jpki-cms on a terminal' '17 11 17 17 25' \
    typed ABC123 jpki-cms sign a
if command -v jpki-pdf >/dev/null; then
	"$PYTHON" "$here/pdfs.py" make plain a.pdf
	costs 'jpki-pdf' '15 9 15 15 20' \
	    run jpki-pdf --pin-source file:sign.pin sign a.pdf
fi
if command -v jpki-xml >/dev/null; then
	costs 'jpki-xml' '15 9 15 15 20' \
	    run jpki-xml --pin-source file:sign.pin sign a
fi
costs 'the auth certificate' '10 4 - 10 14' \
    ssl storeutl -certs -noout jpki://auth
costs 'the auth certificate of a phone' '- - 14 - -' \
    ssl storeutl -certs -noout $auth
costs 'jpki-sign auth' '11 9 11 11 17' \
    run jpki-sign --pin-source file:auth.pin auth a
costs 'jpki-sign auth, three files' '13 11 13 13 19' \
    run jpki-sign --pin-source file:auth.pin auth a b c
costs 'jpki-sign sign' '11 9 11 11 17' \
    run jpki-sign --pin-source file:sign.pin sign a
costs 'jpki-sign sign on a terminal' '13 11 13 13 21' \
    typed ABC123 jpki-sign sign a
costs 'jpki-info' '20 9 7 19 28' run jpki-info --quiet
costs 'jpki-pin status' '6 6 5 5 11' run jpki-pin status
costs 'jpki-attributes' '8 8 - - 13' \
    run jpki-attributes --pin-source file:text.pin
costs 'jpki-attributes on a terminal' '10 10 - - 16' \
    typed 5678 jpki-attributes
finish
