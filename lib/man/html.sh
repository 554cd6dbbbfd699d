#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The manual as HTML: all pages, the Japanese ones below ja/, and an index of
# each language.
#
# usage: html.sh SOURCE-ROOT OUTPUT-FOLDER VERSION
set -eu
root=$1 out=$2 version=$3
# The order is the same everywhere.
LC_ALL=C.UTF-8
export LC_ALL

rm -rf "$out"
mkdir -p "$out"
cp "$root/lib/man/style.css" "$out"

# pages KIND LANGUAGE: of the programs, of what is loaded, of the library.
pages() {
	case $1 in
	programs) set -- "$2" examples/tools/man:1 examples/tools/man:7 ;;
	modules) set -- "$2" provider/man:7 lib/man:7 ;;
	library) set -- "$2" lib/man:3 ;;
	esac
	language=$1
	shift
	for kind; do
		folder=$root/${kind%:*}
		[ "$language" = en ] || folder=$folder/$language
		for page in "$folder"/*."${kind#*:}"; do
			[ ! -f "$page" ] || echo "$page"
		done
	done
}

all_pages() {
	for kind in programs modules library; do
		pages $kind "$1"
	done
}

# links LANGUAGE BEFORE: lines of sed, for references to pages of a language:
# a page has several names. BEFORE is the way to its folder.
links() {
	for page in $(all_pages "$1"); do
		awk -v file="$2${page##*/}.html" -v section="${page##*.}" '
		/^\.Sh/ { on = $2 == "NAME" || $2 == "名前" }
		on && /^\.Nm/ {
			printf "s|href=\"%s.%s.html\"|HREF=\"%s\"|g\n", $2,
			    section, file
		}' "$page"
	done
}

# convert LANGUAGE FOLDER STYLE: pages of other manuals are named, not linked.
convert() {
	for page in $(all_pages "$1"); do
		mandoc -K utf-8 -T html -I os=libjpki \
		    -O "style=$3,man=%N.%S.html,toc" "$page" |
		    sed -e "s/<html>/<html lang=\"$1\">/" -f "$out/links" \
			-e 's|<a class="Xr" href="[^"]*"|<a class="Xr"|g' \
			-e 's|HREF="|href="|g' >"$2/${page##*/}.html"
	done
}

# list KIND LANGUAGE TITLE: one part of an index.
list() {
	[ -n "$(pages "$1" "$2")" ] || return 0
	echo "<h2>$3</h2>
<dl>"
	for page in $(pages "$1" "$2"); do
		name=${page##*/}
		about=$(sed -n 's/^\.Nd //p' "$page")
		echo "<dt><a href=\"$name.html\">${name%.*}(${name##*.})</a></dt>
<dd>$about</dd>"
	done
	echo "</dl>"
}

# index LANGUAGE STYLE TITLE OTHER PROGRAMS MODULES LIBRARY: OTHER leads to the
# index of the other language, and may be empty.
index() {
	echo "<!DOCTYPE html>
<html lang=\"$1\">
<head>
<meta charset=\"utf-8\"/>
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1.0\"/>
<link rel=\"stylesheet\" href=\"$2\"/>
<title>$3</title>
</head>
<body>
<h1>$3</h1>
<p>$4</p>"
	list programs "$1" "$5"
	list modules "$1" "$6"
	list library "$1" "$7"
	echo "</body>
</html>"
}

to_japanese= to_english=
if [ -n "$(all_pages ja)" ]; then
	to_japanese='<a href="ja/index.html" lang="ja">日本語</a>'
	to_english='<a href="../index.html" lang="en">English</a>'
fi
links en '' >"$out/links"
convert en "$out" style.css
index en style.css "libjpki $version: the manual" "$to_japanese" \
    Programs 'Provider and modules' 'C library' >"$out/index.html"
if [ -n "$to_japanese" ]; then
	mkdir "$out/ja"
	# What there is in English only is linked there.
	{ links ja ''; links en ../; } >"$out/links"
	convert ja "$out/ja" ../style.css
	index ja ../style.css "libjpki $version マニュアル" "$to_english" \
	    'プログラム' 'プロバイダーとモジュール' 'C ライブラリー' \
	    >"$out/ja/index.html"
fi
rm "$out/links"
