#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The pictures that README.md shows: what our programs really print, on a
# software card, on a terminal of 80 columns with colours.
#
# usage: screens.sh DIR           makes them all there ("ninja screens")
#        screens.sh DIR --check   TAP: those in DIR are what is printed now
#
# DIR: an absolute path.
. "$(dirname "$0")/../apps/tap.sh"
. "$here/../apps/server.sh"
dir=$1 check=${2:-}
unset JPKI_DEBUG
use_provider
HOME=$tmp XDG_CONFIG_HOME=$tmp TERM=xterm COLUMNS=80
export HOME XDG_CONFIG_HOME TERM COLUMNS
unset SSH_AUTH_SOCK

# screen LANGUAGE NAME COMMAND...: what is printed, with the command before it.
screen() {
	lang=$1 name=$2
	shift 2
	(echo "\$ $*" && JPKI_READER=soft:card \
	    LC_ALL=$(locale_of $lang) "$PYTHON" "$here/../apps/terminal.py" '' \
	    "$@") | "$PYTHON" "$here/svg.py" >"$name.$lang.svg"
}

# What ours choose by the locale's name; texts are UTF-8 in any.
locale_of() {
	case $1 in
	ja) echo ja_JP.UTF-8 ;;
	*) echo C.UTF-8 ;;
	esac
}

jpki-softcard new card --issued 2026-02-01 --not-after 2031-02-17 >log/out ||
    exit 99
"$PYTHON" "$here/../apps/pdfs.py" make plain contract.pdf
command -v jpki-pdf >log/out && jpki-pdf sign --reader soft:card --yes \
    --quiet --pin-source file:sign.pin contract.pdf
names='info pin doctor'
[ ! -f contract-signed.pdf ] || names="$names pdf"
for lang in en ja; do
	screen $lang info jpki-info --date 2030-12-01
	screen $lang pin jpki-pin status
	screen $lang doctor jpki-doctor --redact
	[ ! -f contract-signed.pdf ] || screen $lang pdf \
	    jpki-pdf verify --ca card/sign-ca.pem contract-signed.pdf
done

if [ -z "$check" ]; then
	for name in $names; do
		cp $name.en.svg $name.ja.svg "$dir" || exit
	done
	exit
fi

# Numbers and times are others each time.
masked() {
	"$PYTHON" "$here/svg.py" --text "$1" | sed 's/[0-9A-F][0-9A-F]*/#/g'
}
for name in $names; do
	for lang in en ja; do
		# What is installed differs.
		[ $name != doctor ] || continue
		is "$name in $lang (else: ninja screens)" \
		    "$(masked $name.$lang.svg)" \
		    "$(masked "$dir/$name.$lang.svg")"
	done
done
finish
