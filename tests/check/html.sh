#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The manual as HTML: each page once in an index, links that lead somewhere.
#
# usage: html.sh SOURCE-ROOT
set -u
cd "$1" || exit 1
command -v mandoc >/dev/null || { echo "no mandoc"; exit 77; }
out=$(mktemp -d) || exit 99
trap 'rm -rf "$out"' EXIT
sh lib/man/html.sh "$PWD" "$out" 0.0.0 || exit 1
bad=0

no() {
	echo "$*"
	bad=1
}

for page in lib/man/*.[37] provider/man/*.7 examples/tools/man/*.[17] \
    lib/man/ja/*.[37] provider/man/ja/*.7 examples/tools/man/ja/*.[17]; do
	[ -f "$page" ] || continue
	case $page in
	*/ja/*) folder=$out/ja ;;
	*) folder=$out ;;
	esac
	name=${page##*/}.html
	[ "$(grep -c "<a href=\"$name\">" "$folder/index.html")" -eq 1 ] ||
	    no "$page: not once in the index"
	grep -q '</html>' "$folder/$name" || no "$page: not whole"
done
for file in "$out"/*.html "$out"/ja/*.html; do
	[ -f "$file" ] || continue
	for link in $(grep -o 'href="[^"#:]*[#"]' "$file" |
	    sed 's/href="//; s/[#"]$//' | sort -u); do
		[ -f "${file%/*}/$link" ] || no "$file: no $link"
	done
done
exit $bad
