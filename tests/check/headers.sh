#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Each public header compiles alone, as C11 and as C++17, and needs nothing
# but three headers of the language and its own kind.
#
# usage: headers.sh SOURCE-ROOT
set -u
root=$(cd "$1" && pwd) || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
bad=0 compiled=0

# compile COMPILER STANDARD SUFFIX HEADER [FLAG]
compile() {
	command -v "$1" >/dev/null || return 0
	echo "#include <$4>" >"$tmp/alone.$3"
	if ! "$1" "-std=$2" -Wall -Wextra -pedantic -Werror -fsyntax-only \
	    ${5:-} -I "$root/include" "$tmp/alone.$3"; then
		echo "$4: does not compile alone with $1 -std=$2"
		bad=1
	fi
	compiled=$((compiled + 1))
}

cd "$root/include" || exit 1
for h in jpki.h jpki/*.h jpki/framework/*.h; do
	if grep -n '#[[:space:]]*include' "$h" |
	    grep -v '<std\(bool\|def\|int\)\.h>\|<jpki/[a-z]*\.h>'; then
		echo "$h: includes more than it may"
		bad=1
	fi
done
for h in jpki/*.h jpki/framework/*.h; do
	# The umbrella has the core, all of it and nothing else.
	case $h in
	jpki/framework/*) wanted=1 ;;
	*) wanted=0 ;;
	esac
	grep -q "#include <$h>" jpki.h
	if [ $? -ne $wanted ]; then
		echo "$h: in jpki.h, or not in it, against its layer"
		bad=1
	fi
	if ! grep -q "'$h'" meson.build; then
		echo "$h: not installed"
		bad=1
	fi
done
[ $bad -eq 0 ] || exit 1

for h in jpki.h jpki/*.h jpki/framework/*.h; do
	compile gcc c11 c "$h" -Wstrict-prototypes
	compile clang c11 c "$h" -Wstrict-prototypes
	compile g++ c++17 cc "$h"
	compile clang++ c++17 cc "$h"
done
if [ $compiled -eq 0 ]; then
	echo "no compiler found"
	bad=1
fi
exit $bad
