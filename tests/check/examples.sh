#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The example programs can be copied: each compiles from its one file, with
# the installed headers and none of this project's flags, without a warning.
#
# usage: examples.sh SOURCE-ROOT
set -u
cd "$1" || exit 1
bad=0 compiled=0

for file in examples/*.c; do
	for cc in gcc clang; do
		command -v $cc >/dev/null || continue
		compiled=$((compiled + 1))
		$cc -Wall -Wextra -Werror -fsyntax-only -I include "$file" &&
		    continue
		echo "$file: does not compile by itself with $cc"
		bad=1
	done
done
if [ $compiled -eq 0 ]; then
	echo "no compiler found"
	bad=1
fi
exit $bad
