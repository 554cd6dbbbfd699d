#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The checks notice what they are for: each mistake below, planted into a copy
# of the sources, must make its check fail.
#
# usage: selftest.sh SOURCE-ROOT LIBJPKI.SO
set -u
root=$1 lib=$2
here=$root/tests/check
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
bad=0

mkdir "$tmp/tree"
cp -R "$root/lib" "$root/provider" "$root/examples" "$root/include" \
    "$root/meson.build" "$root/README.md" "$tmp/tree"

# Mistakes of a round: they are for one check, in different files, and noticed
# in one run of it.
check='' files=''
: >"$tmp/round"

# end_round: what the check says has a line about each; afterwards the files are
# as they were.
end_round() {
	[ -n "$check" ] || return 0
	if sh "$here/$check.sh" "$tmp/tree" "$lib" >"$tmp/out" 2>&1; then
		echo "$check notices nothing"
		bad=1
	fi
	while IFS="$tab" read -r file text what; do
		cp "$root/$file" "$tmp/tree/$file"
		grep -q -e "$text" "$tmp/out" && continue
		echo "$check does not notice, in $file: $what; but it says:"
		cat "$tmp/out"
		bad=1
	done <"$tmp/round"
	check='' files=''
	: >"$tmp/round"
}
tab=$(printf '\t')

# room CHECK FILE [SAYS]: a mistake in the file can be one of the round, beside
# others in the same file if what is said tells them apart.
room() {
	case "$check $files " in
	"$1 "*" $2 "*) [ -z "${3:-}" ] || return 0 ;;
	"$1 "*) return ;;
	esac
	end_round
	check=$1
}

# in_round FILE WHAT [TEXT]: the check is to say the text, else the file's name.
in_round() {
	files="$files $1"
	printf '%s\t%s\t%s\n' "$1" "${3:-$1}" \
	    "$(printf %s "$2" | tr '\n\t' '  ')" >>"$tmp/round"
}

# planted CHECK FILE TEXT [SAYS]: at the end of the file.
planted() {
	room "$1" "$2" "${4:-}"
	printf '%s\n' "$3" >>"$tmp/tree/$2"
	in_round "$2" "$3" "${4:-}"
}

# changed CHECK FILE SED-COMMAND [SAYS]
changed() {
	room "$1" "$2"
	sed -i "$3" "$tmp/tree/$2"
	in_round "$2" "$3" "${4:-}"
}

# alone CHECK FILE SED-COMMAND SAYS: in a round of its own.
alone() {
	end_round
	changed "$@"
	end_round
}

planted includes lib/base/err.c '#include "card/card.h"' 'err.c: card/card.h'
planted includes lib/base/err.c '#include <openssl/evp.h>' 'err.c: openssl/evp'
planted includes lib/base/err.c '#include "base/missing.h"' \
    'err.c: base/missing.h'
planted includes lib/card/card.c '#include <openssl/evp.h>' \
    'card.c: openssl/evp'
planted includes lib/card/card.c '#include "softcard/softcard.h"' \
    'card.c: softcard/softcard.h'
planted includes lib/card/card.c '# include <winscard.h>' 'card.c: winscard.h'
planted includes lib/transport/trace.c '#include "softcard/softcard.h"'
planted includes lib/certificate/cert.c '#include "card/card.h"' \
    'cert.c: card/card.h'
planted includes lib/certificate/cert.c '#include <openssl/x509.h>' \
    'cert.c: openssl/x509.h'
planted includes lib/crypto/digest.c '#include "certificate/cert.h"'
for name in '"base/wipe.h"' '"../lib/base/wipe.h"' '<curl/curl.h>' \
    '"rules/rules.h"'; do
	planted includes examples/tools/jpki-sign.c "#include $name" \
	    "jpki-sign.c: $(echo "$name" | tr -d '"<>')"
done
planted circles lib/base/err.c \
    'int f(void) { return jpkip_fail(NULL, 1, NULL); }' 'lib/base/err$'
planted circles lib/base/tlv.c 'int
jpkip_lost(void)
{
	return 0;
}' jpkip_lost
end_round
planted circles provider/err.c \
    'int f(struct prov *prov) { return prov_conf_check(prov); }' provider/err
end_round
planted circles provider/err.h 'int prov_conf_check(struct prov *);' \
    prov_conf_check
planted headers include/jpki/err.h '#include <openssl/evp.h>' jpki/err.h
planted headers include/jpki/framework/uri.h '#include <openssl/evp.h>' \
    jpki/framework/uri.h
end_round
planted headers include/jpki.h '#include <jpki/framework/uri.h>' \
    'jpki/framework/uri.h: in jpki.h'
end_round
planted headers include/jpki/cert.h 'extern struct jpki_list *new;' \
    'jpki/cert.h: does not compile alone with .*+'
planted banned lib/base/err.c 'void f(char *s) { strcpy(s, "x"); }' \
    'err.c: banned'
planted banned lib/card/pin.c 'void f(void) { (void)system ("x"); }' \
    'pin.c: banned'
planted banned lib/card/pin.c 'char *f(void) { return getenv("PIN"); }' \
    'pin.c: the environment'
planted banned lib/card/pin.c \
    'void f(struct pin_text *pin) { printf("%s\n", pin->text); }' \
    'pin.c: a secret'
planted banned examples/tools/jpki-sign.c \
    'void f(struct jpki_secret *s) { puts(jpki_secret_data(s, NULL)); }' \
    'jpki-sign.c: a secret'
alone examples examples/usable.c 's/^int$/int new = JPKIP_VERSION;\n&/' \
    'usable.c: does not compile by itself'
alone examples examples/usable.c 's/^#include <jpki.h>$/#include "usable.h"/' \
    'usable.c: does not compile by itself'
changed examples examples/batch.c 's/.*/&\n/' 'batch.c: .* lines, not 40 to 120'
changed examples examples/sign.py 's/.*/&\n/' 'sign.py: .* lines, not 20 to 49'
changed examples README.md 's/jpki_card_end/jpki_card_close/' \
    'README.md: its program is not examples/sign.c'
changed examples examples/meson.build '/cms/d' \
    'cms.c: not in examples/meson.build'
planted format lib/base/err.c '        int spaces;' \
    'err.c:.*: indented with spaces'
planted format lib/base/err.c "$(printf '%081d' 0 | sed 's|^0*|/* & */|')" \
    'err.c:.*: wider than 80 columns'
if command -v clang-format >/dev/null; then
	planted format lib/base/tlv.c 'int a=1;' 'tlv.c:.*: space'
	planted format lib/base/utf8.c 'char* p;' 'utf8.c:.*: space'
	changed format lib/base/date.c 's/if (/if(/' 'date.c:.*: space'
	changed format lib/base/der.c 's/^\t\treturn /\treturn /' \
	    'der.c:.*: indentation'
	changed format lib/base/record.c 's/) {$/)\n\t{/' \
	    'record.c:.*: place of a brace'
fi
planted man lib/man/jpki.3 '.Xr jpki_lost 3' 'no manual for jpki_lost,3'
planted man lib/man/jpki.3 '.Pq Xr jpki_gone 3 .' 'no manual for jpki_gone,3'
planted man lib/man/jpki.3 '.Fn unclosed "' 'jpki.3:.*unterminated quoted'
planted man examples/tools/meson.build "  'jpki-new': []," \
    'jpki-new: no manual page'
changed man examples/tools/man/jpki-sign.1 's/^\.It Fl -pss/.It Fl -psss/' \
    'jpki-sign: knows'
changed man examples/tools/man/jpki-info.1 's/^\.It Fl -ics/.It Fl -icss/' \
    'jpki-info: knows'
changed man provider/man/ja/jpki-pkcs11.7 '/^\.Ss Java/d' \
    'ja/jpki-pkcs11.7: not the headings'
changed man examples/tools/man/ja/jpki-pdf.1 '/^\.Sh 注意/d' \
    'ja/jpki-pdf.1: not the sections'
changed man examples/tools/man/ja/jpki-cms.1 's/^\$ mkdir .*/$ mkdir folder/' \
    'ja/jpki-cms.1: not the commands'
changed man README.md "s/まだだれも/まだ誰も/" まだ誰も
command -v groff >/dev/null && changed man examples/tools/man/jpki-pdf.1 \
    's/^\.Bl -tag -width 16n.*/.Bl -tag -width 90n/' 'jpki-pdf.1:.*break'
planted man examples/tools/man/ja/jpki-wrap.1 秘密は入っていない。
end_round
changed man examples/tools/man/jpki-info.1 's/--ssh-key/--ssh/' \
    'ja/jpki-info.1: not the commands'
changed man examples/tools/man/ja/jpki-sign.1 '/^\.It Fl -pss/d' \
    'ja/jpki-sign.1: not the items'
changed man examples/tools/meson.build "/locale: 'ja'/d" \
    'ja/jpki-wrap.1: not installed'
planted texts lib/card/pin.c 'const char *f = "jpki-pin を使ってください。";' \
    'pin.c:.*"jpki-pin を'
planted texts lib/card/pin.c 'const char *f = "パスワードを入力してください";' \
    'pin.c:.*"パスワードを'
planted texts lib/card/pin.c 'const char *f = "理由: 不明です";' \
    'pin.c:.*"理由: '
planted texts provider/pin.c 'const char *f = "鍵を確かめる。";'
planted texts examples/tools/jpki-pin.c 'const char *f = "カード (表) を見てください";'
planted texts examples/tools/info/text.c 'const char *f = "残り %d 回（%d 回中）です";'
planted texts lib/card/sign.c 'const char *f = "Name one with cert= or so.";'
planted texts lib/rules/law_book.c 'const char *f(void) { return strerror(errno); }'
planted texts lib/base/tlv.c 'int f(void) { return say("Use --last-try."); }' \
    'tlv.c:.*--last-try'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_fail(c, 1, JPKIP_SAME("%s is gone"), s); }' \
    'tlv.c:.*: words need both languages'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_fail_sw(c, 1, 2, "it is lost", NULL); }' \
    'tlv.c:.*it is lost.*is not said in Japanese'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_fail(c, 1, "it is gone", "It is gone"); }' \
    'tlv.c:.*"It is gone": not in Japanese'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_fail(c, 1, "%s: %d left", "%s: 残り", s, n); }' \
    'tlv.c:.*not the same conversions'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_fail(c, 1, "it is gone.", "ありません。"); }' \
    'tlv.c:.*a detail has no full stop'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_hint(c, 1, "Try again.", "やり直し"); }' \
    'tlv.c:.*"やり直し": a hint is a whole sentence'
planted texts lib/base/tlv.c \
    'void f(void) { jpkip_warn(c, "%s: " "loose" " file", "%s", s); }' \
    'tlv.c:.*: not in Japanese'
changed texts lib/base/secret.c 's/%s: 行が長すぎます/%s: the line is too long/'
planted symbols include/jpki/err.h 'JPKI_API int jpki_new(void);' jpki_new
changed symbols lib/libjpki.map.in 's/jpki_cert_free/jpki_cert_fre/' \
    'jpki_cert_fre@'
changed symbols lib/man/jpki_card_open.3 's/"size_t sig_size"/"int sig_size"/' \
    intsig_size
changed symbols lib/man/jpki_cert_parse.3 's/^\.Nm jpki_cert_der ,//' \
    '> jpki_cert_der$'
changed symbols lib/man/jpki_cert_parse.3 \
    's/^\.Nm jpki_cert_der ,/&\n.Nm jpki_cert_der ,/' '< jpki_cert_der$'
changed symbols lib/libjpki.map.in \
    's/FRAMEWORK_@SOVERSION@/FRAMEWORKS_@SOVERSION@/' FRAMEWORKS_
alone symbols meson.build "s/version: '0\.[0-9]*/version: '0.99/" 'LIBJPKI_0.99'

# The interface: what breaks an old program, and what does not.
abi=include/jpki/rules.h
sh "$here/abi.sh" "$tmp/tree" "$lib" >"$tmp/out" 2>&1
case $? in
0)	# Sizes and offsets are known for this machine.
	alone abi $abi 's/^\tstruct jpki_date birth;\t   /\tint new; &/' \
	    'jpki_card_facts: member birth moved from .* An old program would'
	alone abi $abi '/^struct jpki_rule {/,/^}/s/unsigned /long long /' \
	    'jpki_rule: member checks went from 4 to 8 bytes on .*An old'
	;;
77)
	;;
*)
	echo "abi complains about the interface as it is:"
	cat "$tmp/out"
	bad=1
	;;
esac
alone abi $abi 's/^\tstruct jpki_date birth;\t   /\tint new; &/' \
    'jpki_card_facts: the new member new stands before others. An old'
alone abi $abi \
    '/^struct jpki_card_facts/,/^}/s/.*reserved;.*/&\n\tchar new;/' \
    'struct jpki_card_facts has a hole at its end on'
alone abi $abi \
    '/^struct jpki_card_facts/,/^}/s/.*reserved;.*/&\n\tint new, more;/' \
    'jpki_card_facts: member more is new. Record it .* so MINOR stays'
alone abi $abi '/^struct jpki_card_facts/,/^}/{/birth;/d}' \
    'jpki_card_facts: member birth is gone. An old program would break'
alone abi $abi '/^struct jpki_event_at/,/^}/s/.* on;/&\n\tint new;/' \
    'jpki_event_at: member new is new, but the record is frozen'
alone abi $abi 's/^\tsize_t size;//' \
    'struct jpki_card_facts cannot grow: begin it with "size_t size"'
alone abi $abi 's/^struct jpki_verdict;/&\nstruct jpki_new { int a:3; };/' \
    'rules.h: a member that cannot be read'
alone abi include/jpki/cert.h 's/const struct jpki_ca \*ca;/struct jpki_ca ca;/' \
    'jpki_cert_info, member ca, has a struct jpki_ca by value'
alone abi include/jpki/cert.h '/jpki_cert_ref(/d' \
    'function jpki_cert_ref is gone. An old program would break'
alone abi include/jpki/card.h 's/size_t digest_len/int digest_len/' \
    'function jpki_card_sign was .* and is .* An old program would break'
alone abi include/jpki/err.h 's/= -307/= -317/' \
    'constant JPKI_ERR_IO was -307 and is -317. An old program would break'
alone abi include/jpki/err.h 's/.*= -307.*/&\n\tJPKI_ERR_NEW = -317,/' \
    'constant JPKI_ERR_NEW is new. Record it .* so MINOR stays'
alone abi include/jpki/card.h 's/\(JPKI_INFO_MAX\) 128/\1 256/' \
    'macro JPKI_INFO_MAX was 128 and is 256. An old program would break'
alone abi meson.build "s/version: '0\.[0-9]*/version: '0.99/" \
    'meson.build says 0.99, and tests/check/abi/ has'
alone abi meson.build "s/version: '0\.[0-9]*/version: '0.99/" 'its SONAME is'
exit $bad
