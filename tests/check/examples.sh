#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The example programs can be copied: each compiles from its one file, with
# the installed headers and none of this project's flags, without a warning;
# each is short, and built and installed. README.md shows one as it is.
#
# usage: examples.sh SOURCE-ROOT
set -u
cd "$1" || exit 1
bad=0 compiled=0

no() {
	echo "$*"
	bad=1
}

# short FILE LEAST MOST: lines.
short() {
	lines=$(wc -l <"$1")
	[ "$lines" -ge "$2" ] && [ "$lines" -le "$3" ] ||
	    no "$1: $lines lines, not $2 to $3: it is made to be read"
}

short examples/sign.py 20 49
grep -q "'sign.py'" examples/meson.build || no "sign.py: not installed"
sed -n '/^```c$/,/^```$/{/^```/d;p}' README.md |
    cmp -s - examples/sign.c ||
    no "README.md: its program is not examples/sign.c, line by line"
for file in examples/*.c; do
	name=$(basename "$file" .c)
	short "$file" 40 120
	grep -q "^  '$name': " examples/meson.build ||
	    no "$file: not in examples/meson.build"
	grep -q "^ \*	cc -o $name $name.c " "$file" ||
	    no "$file: does not say how it is compiled"
done
[ $bad -eq 0 ] || exit 1

for file in examples/*.c; do
	for cc in gcc clang; do
		command -v $cc >/dev/null || continue
		compiled=$((compiled + 1))
		$cc -Wall -Wextra -Werror -fsyntax-only -I include "$file" ||
		    no "$file: does not compile by itself with $cc"
	done
done
if [ $compiled -eq 0 ]; then
	no "no compiler found"
fi
exit $bad
