#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the library exports, what its map lists, what the headers declare and
# what the manual describes are the same names; each layer's are in its own
# version node; and the manual's prototypes are the headers'.
#
# usage: symbols.sh SOURCE-ROOT LIBJPKI.SO [MODULE.SO]...
set -u
root=$1 lib=$2
shift 2
LC_ALL=C
export LC_ALL
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
bad=0

# same WHAT FILE FILE: complains about the names that are in one only.
same() {
	if [ ! -s "$2" ] || ! diff "$2" "$3" >"$tmp/diff"; then
		echo "$1:"
		cat "$tmp/diff"
		bad=1
	fi
}

# What a library exports, as "name@@NODE".
exported() {
	nm -D --defined-only --with-symbol-versions "$1" |
	    awk '$2 != "A" { print $3 }' | sort
}

# The same from the map, with the version that meson puts into it.
mapped() {
	version=$(sed -n "s/^  version: '\([0-9]*\.[0-9]*\)\.[0-9]*'.*/\1/p" \
	    "$root/meson.build")
	sed "s/@SOVERSION@/$version/" "$root/lib/libjpki.map.in" | awk '
	/^LIBJPKI_/ { node = $1 }
	/^\t[a-z]/ { sub(/;/, ""); print $1 "@@" node }' | sort
}

# Every prototype in some headers, on a line of its own, without white space.
prototypes() {
	sed '/^#/d' "$@" | tr '\n' ' ' |
	    sed 's|/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/||g' | tr ';' '\n' |
	    sed -n 's/.*JPKI_API \(.*(.*\)/\1/p' |
	    sed 's/JPKI_CHECK//; s/[[:space:]]//g' | sort
}

# declared FILE NODE: names and nodes from prototypes.
declared() {
	sed "s/(.*//; s/.*\(jpki_[a-z_0-9]*\)\$/\1@@$2/" "$1"
}

# The prototypes in the SYNOPSIS of the manual pages.
manual_prototypes() {
	awk '
	function args(s,   n, part, i, out) {
		if (s !~ /"/) {
			gsub(/ /, ",", s)
			return s
		}
		n = split(s, part, "\"")
		for (i = 2; i <= n; i += 2)
			out = out (out == "" ? "" : ",") part[i]
		return out
	}
	function say(s) { gsub(/[ \t]/, "", s); print s }
	/^\.Sh/ { on = $2 == "SYNOPSIS" }
	!on { next }
	/^\.Ft/ { ft = substr($0, 5); gsub(/"/, "", ft) }
	/^\.Fn/ {
		name = $2
		sub(/^\.Fn [a-z_0-9]+ /, "")
		say(ft name "(" args($0) ")")
	}
	/^\.Fo/ { name = $2; list = "" }
	/^\.Fa/ {
		sub(/^\.Fa /, "")
		list = list (list == "" ? "" : ",") args($0)
	}
	/^\.Fc/ { say(ft name "(" list ")") }
	' "$root"/lib/man/*.3 | sort
}

# Names of the NAME sections, except those of a page that is no function's.
manual_names() {
	for page in "$root"/lib/man/*.3; do
		awk -v page="$(basename "$page" .3)" '
		/^\.Sh/ { on = $2 == "NAME" }
		on && /^\.Nm/ && !(($2 == "jpki" || $2 == "jpki_transport") &&
		    $2 == page) { print $2 }' "$page"
	done | sort
}

exported "$lib" >"$tmp/exported"
mapped >"$tmp/map"
prototypes "$root"/include/jpki/*.h >"$tmp/core"
prototypes "$root"/include/jpki/framework/*.h >"$tmp/framework"
sort "$tmp/core" "$tmp/framework" >"$tmp/prototypes"
(declared "$tmp/core" "LIBJPKI_$version"
    declared "$tmp/framework" "LIBJPKI_FRAMEWORK_$version") |
    sort >"$tmp/headers"
sed 's/@.*//' "$tmp/map" | sort >"$tmp/functions"
manual_names >"$tmp/names"
manual_prototypes >"$tmp/manual"

same "library (<) and map (>)" "$tmp/exported" "$tmp/map"
same "headers (<) and map (>)" "$tmp/headers" "$tmp/map"
same "manual's NAME (<) and map (>)" "$tmp/names" "$tmp/functions"
same "headers (<) and manual's SYNOPSIS (>)" "$tmp/prototypes" "$tmp/manual"

# only MODULE NAME: it exports that, and nothing else.
only() {
	exported "$1" | sed 's/@.*//' >"$tmp/module"
	echo "$2" >"$tmp/expected"
	same "exports of $(basename "$1") (<)" "$tmp/module" "$tmp/expected"
}

for module; do
	case $module in
	*/jpki-pkcs11.so) only "$module" C_GetFunctionList ;;
	*) only "$module" OSSL_provider_init ;;
	esac
done
exit $bad
