#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Manual pages: nothing for mandoc to complain about, one for each program,
# cross-references that lead somewhere, all installed.
#
# usage: man.sh SOURCE-ROOT
set -u
cd "$1" || exit 1
bad=0
pages=$(ls lib/man/*.3 examples/man/*.1 provider/man/*.7 2>/dev/null)

no() {
	echo "$*"
	bad=1
}

# Pages and functions that can be referred to, as "name section".
known=$(for page in $pages; do
	awk -v section="${page##*.}" '
	/^\.Sh/ { on = $2 == "NAME" }
	on && /^\.Nm/ { print $2, section }' "$page"
done; echo openssl 1; echo config 5; echo provider 7; echo pcscd 8)

for page in $pages; do
	if command -v mandoc >/dev/null; then
		# Whether other manuals are installed here says nothing.
		mandoc -T lint "$page" 2>/dev/null |
		    grep -v 'referenced manual not found' && bad=1
	fi
	case $page in
	lib/*) build=lib/meson.build ;;
	*) build=${page%%/*}/meson.build ;;
	esac
	grep -q "man/${page##*/}'" "$build" || no "$page: not installed"
	for reference in $(awk '/^\.Xr/ { print $2 "," $3 }' "$page"); do
		echo "$known" | grep -qx "${reference%,*} ${reference#*,}" ||
		    no "$page: no manual for $reference"
	done
done

programs=$(sed -n "s/^.*executable('\([^']*\)'.*/\1/p" examples/meson.build)
[ -n "$programs" ] || no "no programs found in examples/meson.build"
for program in $programs; do
	[ -f "examples/man/$program.1" ] || no "$program: no manual page"
	[ -f "examples/man/$program.1" ] || continue
	# Its options are those that the program knows.
	known=$(sed -n 's/.*{ "\([a-z0-9-]*\)", [a-z]*_argument,.*/\1/p' \
	    "examples/$program.c" | sort -u)
	described=$(sed -n 's/^\.It Fl -\([a-z0-9-]*\).*/\1/p' \
	    "examples/man/$program.1" | sort -u)
	[ -z "$known" ] || [ "$known" = "$described" ] ||
	    no "$program: knows" $known, "manual:" $described
done
[ -f lib/man/jpki.3 ] || no "lib/man/jpki.3: missing"
exit $bad
