#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Manual pages: nothing for mandoc to complain about, one for each program,
# cross-references that lead somewhere, all installed, all in Japanese, too.
#
# usage: man.sh SOURCE-ROOT
set -u
cd "$1" || exit 1
bad=0
pages=$(ls lib/man/*.[37] examples/tools/man/*.[17] provider/man/*.7 \
    2>/dev/null)

no() {
	echo "$*"
	bad=1
}

# man shows them with groff, on a terminal of 80 columns. What it cannot fill
# with spaces is none of ours.
shown() {
	command -v groff >/dev/null || return 0
	groff -Kutf8 -Tutf8 -mdoc "$@" -rLL=78n -z 2>&1 |
	    grep -v 'adjust line' && bad=1
}

# Pages and functions that can be referred to, as "name section".
known=$(for page in $pages; do
	awk -v section="${page##*.}" '
	/^\.Sh/ { on = $2 == "NAME" }
	on && /^\.Nm/ { print $2, section }' "$page"
done; for page in csh git notify-send pdfsig qpdf sh ssh ssh-agent \
    ssh-keygen systemd; do
	echo "$page 1"
done; echo openssl 1; echo syslog 3; echo config 5; echo provider 7
echo pcscd 8)

for page in $pages; do
	if command -v mandoc >/dev/null; then
		# Whether other manuals are installed here says nothing.
		mandoc -T lint "$page" 2>/dev/null |
		    grep -v 'referenced manual not found' && bad=1
	fi
	shown "$page"
	name=${page##*/}
	case $page in
	examples/tools/*.1) installed="^  '${name%.1}':" ;;
	*) installed="man/$name'" ;;
	esac
	grep -q "$installed" "${page%/man/*}/meson.build" ||
	    no "$page: not installed"
	for reference in $(sed -n '/^\./s/\<Xr \([^ ]*\) \([0-9]\)/\n\1,\2\n/gp' \
	    "$page" | grep '^[^. ]*,[0-9]$'); do
		echo "$known" | grep -qx "${reference%,*} ${reference#*,}" ||
		    no "$page: no manual for $reference"
	done
done

# The pages in Japanese say the same: sections, options and other items, and
# the commands of the examples, which are not translated, are those of the
# English ones, in their order.
sections() {
	sed -n 's/^\.Sh //p' "$1" | sed '
		s/^名前$/NAME/
		s/^書式$/SYNOPSIS/
		s/^説明$/DESCRIPTION/
		s/^環境変数$/ENVIRONMENT/
		s/^ファイル$/FILES/
		s/^終了ステータス$/EXIT STATUS/
		s/^使用例$/EXAMPLES/
		s/^診断$/DIAGNOSTICS/
		s/^記録の形式$/RECORD FORMAT/
		s/^関連項目$/SEE ALSO/
		s/^規格$/STANDARDS/
		s/^注意$/CAVEATS/
		s/^セキュリティ上の注意$/SECURITY CONSIDERATIONS/'
}
items() {
	grep -E '^\.It (Fl|Ev|Pa|Cm|[0-9]+$)' "$1"
}
commands() {
	awk '/^\.Bd -literal/ { on = 1 } on || /^\.Dl/; /^\.Ed/ { on = 0 }' "$1"
}
headings() {
	awk '/^\.Sh/ { n++ } /^\.Ss/ { print n } END { print n }' "$1"
}

# One word for one thing; not these.
others='誰|[^自]分か[らりる]|フォルダ[^ー]|ディレクトリ|スマホ|署名用パスワード'
for english in examples/tools/man/*.[17] provider/man/*.7; do
	page=${english%/*}/ja/${english##*/}
	[ -f "$page" ] || no "$page: missing"
	[ -f "$page" ] || continue
	for what in sections headings items commands; do
		[ "$($what "$english")" = "$($what "$page")" ] ||
		    no "$page: not the $what of $english"
	done
	# Headings in Japanese, and lines of more bytes than columns, are meant.
	command -v mandoc >/dev/null && mandoc -T lint "$page" 2>/dev/null |
	    grep -v -e 'referenced manual not found' \
	    -e 'first section is not "NAME"' \
	    -e 'description line outside NAME section' \
	    -e 'trailing delimiter: S[hsx]' -e 'trailing delimiter: Nd' \
	    -e 'longer than 80 bytes' && bad=1
	shown -mja "$page"
	case $page in
	examples/tools/*.1) installed="'man' / 'ja' / name + '.1'" ;;
	*) installed="'man/ja/${page##*/}'" ;;
	esac
	grep -q "install_man($installed, locale: 'ja')" \
	    "${page%/man/*}/meson.build" || no "$page: not installed"
	# groff takes the name from the section NAME, and from no other.
	grep -nE '^\.Nm( (Cm|Fl|Ar|Ns)|$)' "$page" /dev/null && bad=1
	# What stands in quotes is Japanese, and its quotes are.
	grep -nE '(^\.| Ns )(Dq|Qq|Sq) ' "$page" /dev/null && bad=1
	# Nothing ends like a note, and one word stands for one thing.
	grep -nE "(である|[^まで]した|する|ない|だ)。|個人番号カード|$others" \
	    "$page" /dev/null && bad=1
done
sed '/^## English$/,$d' README.md | grep -nE "$others" && bad=1
for page in examples/tools/man/ja/* provider/man/ja/*; do
	[ -f "${page%/ja/*}/${page##*/}" ] || no "$page: nothing in English"
done

tools=examples/tools
programs=$(sed -n "s/^  '\(jpki-[a-z0-9]*\)':.*/\1/p" $tools/meson.build)
[ -n "$programs" ] || no "no programs found in $tools/meson.build"
for program in $programs; do
	page=$tools/man/$program.1
	[ -f "$page" ] || no "$program: no manual page"
	[ -f "$page" ] || continue
	# Its options are those that the program knows: its own rows, and those
	# that common/options.h has for all. It is a file, or has a folder.
	known=$(cat "$tools/$program.c" "$tools/${program#jpki-}"/*.c \
	    2>/dev/null | sed -n '/ options\[\] = {$/,/^};/p' |
	    grep -o -e '^	{ "[^"]*"' -e 'OPTION_[A-Z_]*' |
	    sed '/^	/s/^	{ "\(.*\)"/\1/
		/^OPTION_/{
		    s///
		    y/ABCDEFGHIJKLMNOPQRSTUVWXYZ_/abcdefghijklmnopqrstuvwxyz-/
		}' | grep -vx end | sort -u)
	# A switch of a software card is described as it is set: switch=value.
	described=$({
	    sed -n 's/^\.It Fl -\([a-z0-9-]*\).*/\1/p' "$page"
	    grep '^\.It Cm .* Ns = ' "$page" | grep -o 'Cm [a-z0-9-]* Ns = ' |
		cut -d ' ' -f 2
	} | sort -u)
	[ -z "$known" ] || [ "$known" = "$described" ] ||
	    no "$program: knows" $known, "manual:" $described
done
[ -f lib/man/jpki.3 ] || no "lib/man/jpki.3: missing"
exit $bad
