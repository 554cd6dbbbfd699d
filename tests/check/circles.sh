#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The order of the files: no two files of lib/ or provider/ use each other, not
# even by way of others, and a function that several files use is declared in
# the header of its own file. Reads the sources; a name at the beginning of a
# line, as style(9) has it, is a definition.
#
# usage: circles.sh SOURCE-ROOT
set -u
cd "$1" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
bad=0

# A line each for the names of ours that a file defines, uses, or, in a header,
# declares; comments, texts and tags of types are left out.
names() {
	LC_ALL=C awk '
	FNR == 1 {
		comment = more = 0
		file = FILENAME
		sub(/\.[ch]$/, "", file)
		header = FILENAME ~ /\.h$/
	}
	{
		line = $0
		gsub(/"([^"\\]|\\.)*"/, "", line)
		if (comment && !sub(/^.*\*\//, "", line))
			next
		comment = 0
		while (match(line, /\/\*/)) {
			rest = substr(line, RSTART + 2)
			line = substr(line, 1, RSTART - 1)
			if ((end = index(rest, "*/")) == 0) {
				comment = 1
				break
			}
			line = line " " substr(rest, end + 2)
		}
		gsub(/(struct|enum) [a-z0-9_]+/, "", line)
		macro = more || line ~ /^#/
		more = macro && line ~ /\\$/

		if (header && match(line, /^#define [A-Za-z0-9_]+\(/))
			print "macro", file, substr(line, 9, RLENGTH - 9)
		if (!header && line ~ /^(jpkip?|prov)_[a-z0-9_]+\(/)
			print "defined", file, substr(line, 1,
			    index(line, "(") - 1)
		if (!header && line !~ /^static/ && match(line,
		    /^[a-zA-Z_ *]*(jpkip?|prov)_[a-z0-9_]+(\[[^]]*\])* = /)) {
			name = substr(line, 1, RLENGTH - 3)
			sub(/\[.*/, "", name)
			sub(/^.*[ *]/, "", name)
			print "defined", file, name
		}
		while (match(line, /(JPKIP?|PROV|jpkip?|prov)_[A-Za-z0-9_]+/)) {
			name = substr(line, RSTART, RLENGTH)
			line = substr(line, RSTART + RLENGTH)
			if (!header)
				print "used", file, name
			else if (!macro && line ~ /^[[(;,]/)
				print "declared", file, name
		}
	}' "$@" | sort -u
}

find lib provider -name '*.[ch]' | sort >"$tmp/files"
# shellcheck disable=SC2046 # no name has a space
names $(cat "$tmp/files") >"$tmp/names"

awk '
$1 ~ /^(defined|macro)$/ { home[$3] = $2 }
$1 == "used" { use[$2 " " $3] = 1 }
END {
	for (u in use) {
		split(u, of, " ")
		if (of[2] in home && home[of[2]] != of[1])
			print home[of[2]], of[1]
	}
}' "$tmp/names" | sort -u >"$tmp/arrows"
if [ ! -s "$tmp/arrows" ]; then
	echo "no file uses another"
	bad=1
fi
if ! tsort "$tmp/arrows" >/dev/null 2>"$tmp/loops"; then
	echo "files that use each other:"
	sed 's/^tsort: //' "$tmp/loops"
	bad=1
fi

# Ours begin with jpkip_ or prov_; the public ones are in include/.
awk '
$1 == "defined" && $3 ~ /^(jpkip|prov)_/ { home[$3] = $2 }
$1 == "declared" { where[$3] = where[$3] " " $2 }
END {
	for (name in home)
		if (where[name] != " " home[name])
			print name " of " home[name] ".c is declared in" \
			    (where[name] == "" ? " no header" : where[name])
}' "$tmp/names" | sort >"$tmp/strays"
if [ -s "$tmp/strays" ]; then
	cat "$tmp/strays"
	bad=1
fi
exit $bad
