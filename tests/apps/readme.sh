#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The recipes of README.md, exactly as printed, in both languages: each half
# from its beginning in one shell, as somebody would who reads on and types.
#
# Before a recipe stands <!-- recipe: NAME [+PROGRAM...] [+PORT] [PIN...] -->:
# which programs it needs that may be absent, the port that a server of it
# takes, and what is typed when it asks.
#
# usage: readme.sh README.md
. "$(dirname "$0")/tap.sh"
. "$here/server.sh"
readme=$1
unset JPKI_DEBUG
use_provider

# half LANGUAGE: the lines of README.md that are in it.
half() {
	case $1 in
	ja) sed '/^## English$/,$d' "$readme" ;;
	en) sed -n '/^## English$/,$p' "$readme" ;;
	esac
}

# recipes LANGUAGE: their first lines, without what is a comment to HTML.
recipes() {
	half "$1" | sed -n 's/^<!-- recipe: \(.*\) -->$/\1/p'
}

# recipe LANGUAGE NAME: its lines, as they are printed.
recipe() {
	half "$1" | awk -v name="$2" '
		/^<!-- recipe: / { on = $3 == name; next }
		on && /^    / { print substr($0, 5); seen = 1; next }
		seen { on = seen = 0 }'
}

# commands LANGUAGE NAME: the same without what is said about them.
commands() {
	recipe "$1" "$2" | sed 's/ *# .*$//; s/ *$//'
}

# can WORD...: what a recipe needs is there.
can() {
	for word; do
		case $word in
		+[0-9]*) absent="free port ${word#+}"
		    [ ! -e "taken.${word#+}" ] || return 1 ;;
		+*) absent=${word#+}
		    command -v "$absent" >/dev/null || return 1 ;;
		esac
	done
}

inputs() {
	rm -rf "$1"
	mkdir "$1"
	"$PYTHON" "$here/pdfs.py" make plain "$1/contract.pdf"
	for name in a.txt b.txt drawing.dxf; do
		echo "$name" >"$1/$name"
	done
}

# One shell for all recipes of a half, which says where it is; what it cannot
# run it leaves out. It waits for servers: who types takes that long anyway.
script() {
	echo ". $here/wait.sh"
	echo 'set -e'
	recipes "$1" | while read -r name words; do
		if can $words; then
			echo "echo '<<< $name'"
			port=$(echo "$words" | sed -n 's/.*+\([0-9][0-9]*\).*/\1/p')
			recipe "$1" "$name" | sed "/ &\$/a until_ok listens $port"
		fi
	done
	echo "echo '<<< end'"
}

typed() {
	recipes "$1" | while read -r name words; do
		can $words || continue
		for word in $words; do
			case $word in
			+*) ;;
			*) echo "$word" ;;
			esac
		done
	done
}

# try_half LANGUAGE
try_half() {
	inputs "$1"
	script "$1" >"$1.script"
	(cd "$1" && "$PYTHON" "$here/terminal.py" "$(typed "$1")" \
	    sh "../$1.script") >"$1.shown" 2>log/err
	tr -d '\r' <"$1.shown" | sed -n 's/^<<< //p' >"$1.reached"
	sed 's/^/| /' "$1.shown" >log/err
	recipes "$1" | while read -r name words; do
		can $words && echo "$name" || echo "$name without $absent"
	done >"$1.list"
	while read -r name why absent; do
		if [ -n "$why" ]; then
			skip "$1: $name" "no $absent here"
			continue
		fi
		# It ended if the next one began.
		next=$(sed -n "/^$name\$/{n;p;}" "$1.reached")
		[ -n "$next" ]
		result $? "$1: $name, as printed"
	done <"$1.list"
}

# Asked once, before any of ours is there.
for port in $(recipes en | grep -o '+[0-9][0-9]*' | tr -d +); do
	! listens "$port" || : >"taken.$port"
done

recipes en >en.names
recipes ja >ja.names
is 'both halves have the same recipes' "$(cat ja.names)" "$(cat en.names)"
[ "$(wc -l <en.names)" -ge 10 ]
result $? 'they are ten at least'
while read -r name words; do
	# The rules are asked in the language of who asks.
	is "$name: the same commands in both" \
	    "$(commands ja "$name" | sed 's/引越し/moving/')" \
	    "$(commands en "$name")"
	[ -n "$(commands en "$name")" ]
	result $? "$name: it has commands"
done <en.names

for lang in ja en; do
	try_half $lang
done
if command -v jpki-pdf >/dev/null; then
	is 'the PDF is signed' "$(ls en/contract-signed.pdf)" \
	    en/contract-signed.pdf
fi
# By the card that the recipes made, not by another.
openssl x509 -in en/card/auth.pem -pubkey -noout >auth.pub
for file in a.txt b.txt; do
	ok "$file is signed" openssl dgst -sha256 -verify auth.pub \
	    -signature "en/$file.sig" "en/$file"
done

# What README names is there.
root=$(dirname "$readme")
for file in $(sed -n 's/.*](\(\.[^)]*\)).*/\1/p; s/.*`\(examples\/[^` ]*\)`.*/\1/p' \
    "$readme" | sort -u); do
	ok "README.md names $file" test -e "$root/$file"
done
finish
