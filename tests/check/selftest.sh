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

# noticed CHECK FILE WHAT: afterwards the file is as it was.
noticed() {
	if sh "$here/$1.sh" "$tmp/tree" "$lib" >"$tmp/out" 2>&1; then
		echo "$1 does not notice, in $2: $3"
		bad=1
	fi
	cp "$root/$2" "$tmp/tree/$2"
}

# planted CHECK FILE TEXT: at the end of the file.
planted() {
	printf '%s\n' "$3" >>"$tmp/tree/$2"
	noticed "$@"
}

# changed CHECK FILE SED-COMMAND
changed() {
	sed -i "$3" "$tmp/tree/$2"
	noticed "$@"
}

# says CHECK FILE SED-COMMAND TEXT: and this is in what it says.
says() {
	changed "$1" "$2" "$3"
	grep -q "$4" "$tmp/out" && return
	echo "$1 does not say '$4', but:"
	cat "$tmp/out"
	bad=1
}

planted includes lib/base/err.c '#include "card/card.h"'
planted includes lib/base/err.c '#include <openssl/evp.h>'
planted includes lib/card/card.c '#include <openssl/evp.h>'
planted includes lib/card/card.c '#include "softcard/softcard.h"'
planted includes lib/card/card.c '# include <winscard.h>'
planted includes lib/transport/trace.c '#include "softcard/softcard.h"'
planted includes lib/certificate/cert.c '#include "card/card.h"'
planted includes lib/base/err.c '#include "base/missing.h"'
planted includes examples/tools/jpki-sign.c '#include "base/wipe.h"'
planted includes examples/tools/jpki-sign.c '#include "../lib/base/wipe.h"'
planted includes examples/tools/jpki-sign.c '#include <curl/curl.h>'
planted includes examples/tools/jpki-sign.c '#include "rules/rules.h"'
planted includes lib/certificate/cert.c '#include <openssl/x509.h>'
planted includes lib/crypto/digest.c '#include "certificate/cert.h"'
planted circles lib/base/err.c \
    'int f(void) { return jpkip_fail(NULL, 1, NULL); }'
planted circles lib/base/tlv.c 'int
jpkip_lost(void)
{
	return 0;
}'
planted circles provider/err.c \
    'int f(struct prov *prov) { return prov_conf_check(prov); }'
planted circles provider/err.h 'int prov_conf_check(struct prov *);'
planted headers include/jpki/err.h '#include <openssl/evp.h>'
planted headers include/jpki/framework/uri.h '#include <openssl/evp.h>'
planted headers include/jpki.h '#include <jpki/framework/uri.h>'
planted headers include/jpki/cert.h 'extern struct jpki_list *new;'
planted banned lib/base/err.c 'void f(char *s) { strcpy(s, "x"); }'
planted banned lib/card/pin.c 'void f(void) { (void)system ("x"); }'
planted banned lib/card/pin.c 'char *f(void) { return getenv("PIN"); }'
planted banned lib/card/pin.c \
    'void f(struct pin_text *pin) { printf("%s\n", pin->text); }'
planted banned examples/tools/jpki-sign.c \
    'void f(struct jpki_secret *s) { puts(jpki_secret_data(s, NULL)); }'
says examples examples/usable.c 's/^int$/int new = JPKIP_VERSION;\n&/' \
    'usable.c: does not compile by itself'
says examples examples/usable.c 's/^#include <jpki.h>$/#include "usable.h"/' \
    'usable.c: does not compile by itself'
says examples examples/batch.c 's/.*/&\n/' 'batch.c: .* lines, not 40 to 120'
says examples examples/sign.py 's/.*/&\n/' 'sign.py: .* lines, not 20 to 49'
says examples README.md 's/jpki_card_end/jpki_card_close/' \
    'README.md: its program is not examples/sign.c'
says examples examples/meson.build '/cms/d' 'cms.c: not in examples/meson.build'
planted format lib/base/err.c '        int spaces;'
planted format lib/base/err.c "$(printf '%081d' 0 | sed 's|^0*|/* & */|')"
if command -v clang-format >/dev/null; then
	planted format lib/base/err.c 'int a=1;'
	planted format lib/base/err.c 'char* p;'
	changed format lib/base/date.c 's/^\t\treturn /\treturn /'
	changed format lib/base/date.c 's/if (/if(/'
	changed format lib/base/tlv.c 's/) {$/)\n\t{/'
fi
planted man lib/man/jpki.3 '.Xr jpki_lost 3'
planted man lib/man/jpki.3 '.Pq Xr jpki_lost 3 .'
planted man lib/man/jpki.3 '.Fn unclosed "'
planted man examples/tools/meson.build "  'jpki-new': [],"
changed man examples/tools/man/jpki-sign.1 's/^\.It Fl -pss/.It Fl -psss/'
changed man examples/tools/man/jpki-info.1 's/^\.It Fl -ics/.It Fl -icss/'
planted texts lib/base/tlv.c 'int f(void) { return say("Use --last-try."); }'
planted texts lib/card/pin.c 'const char *f = "jpki-pin を使ってください。";'
planted texts provider/pin.c 'const char *f = "鍵を確かめる。";'
planted texts examples/tools/jpki-pin.c 'const char *f = "カード (表) を見てください";'
planted texts examples/tools/info/text.c 'const char *f = "残り %d 回（%d 回中）です";'
planted texts lib/card/pin.c 'const char *f = "理由: 不明です";'
planted texts lib/card/pin.c 'const char *f = "パスワードを入力してください";'
changed man examples/tools/man/ja/jpki-sign.1 '/^\.It Fl -pss/d'
changed man examples/tools/man/ja/jpki-pdf.1 '/^\.Sh 注意/d'
command -v groff >/dev/null && changed man examples/tools/man/jpki-pdf.1 \
    's/^\.Bl -tag -width 16n.*/.Bl -tag -width 90n/'
changed man README.md "s/まだだれも/まだ誰も/"
changed man provider/man/ja/jpki-pkcs11.7 '/^\.Ss Java/d'
changed man examples/tools/man/ja/jpki-cms.1 's/^\$ mkdir .*/$ mkdir folder/'
changed man examples/tools/man/jpki-info.1 's/--ssh-key/--ssh/'
changed man examples/tools/meson.build "/locale: 'ja'/d"
planted man examples/tools/man/ja/jpki-wrap.1 秘密は入っていない。
planted texts lib/card/sign.c 'const char *f = "Name one with cert= or so.";'
planted texts lib/rules/law_book.c 'const char *f(void) { return strerror(errno); }'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_fail(c, 1, JPKIP_SAME("%s is gone"), s); }'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_fail_sw(c, 1, 2, "it is gone", NULL); }'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_fail(c, 1, "it is gone", "It is gone"); }'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_fail(c, 1, "%s: %d left", "%s: 残り", s, n); }'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_fail(c, 1, "it is gone.", "ありません。"); }'
planted texts lib/base/tlv.c \
    'int f(void) { return jpkip_hint(c, 1, "Try again.", "やり直し"); }'
planted texts lib/base/tlv.c \
    'void f(void) { jpkip_warn(c, "%s: " "loose" " file", "%s", s); }'
changed texts lib/base/secret.c 's/%s: 行が長すぎます/%s: the line is too long/'
planted symbols include/jpki/err.h 'JPKI_API int jpki_new(void);'
changed symbols lib/libjpki.map.in 's/jpki_cert_free/jpki_cert_fre/'
changed symbols lib/libjpki.map.in 's/FRAMEWORK_@SOVERSION@/FRAMEWORKS_@SOVERSION@/'
changed symbols meson.build "s/version: '0\.[0-9]*/version: '0.99/"
changed symbols lib/man/jpki_card_open.3 's/"size_t sig_size"/"int sig_size"/'
changed symbols lib/man/jpki_cert_parse.3 's/^\.Nm jpki_cert_der ,//'
changed symbols lib/man/jpki_cert_parse.3 \
    's/^\.Nm jpki_cert_der ,/&\n.Nm jpki_cert_der ,/'

# The interface: what breaks an old program, and what does not.
abi=include/jpki/rules.h
sh "$here/abi.sh" "$tmp/tree" "$lib" >"$tmp/out" 2>&1
case $? in
0)	# Sizes and offsets are known for this machine.
	says abi $abi 's/^\tstruct jpki_date birth;\t   /\tint new; &/' \
	    'jpki_card_facts: member birth moved from .* An old program would'
	says abi $abi '/^struct jpki_rule {/,/^}/s/unsigned /long long /' \
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
says abi $abi 's/^\tstruct jpki_date birth;\t   /\tint new; &/' \
    'jpki_card_facts: the new member new stands before others. An old'
says abi $abi \
    '/^struct jpki_card_facts/,/^}/s/.*reserved;.*/&\n\tchar new;/' \
    'struct jpki_card_facts has a hole at its end on'
says abi $abi \
    '/^struct jpki_card_facts/,/^}/s/.*reserved;.*/&\n\tint new, more;/' \
    'jpki_card_facts: member more is new. Record it .* so MINOR stays'
says abi $abi '/^struct jpki_card_facts/,/^}/{/birth;/d}' \
    'jpki_card_facts: member birth is gone. An old program would break'
says abi $abi '/^struct jpki_event_at/,/^}/s/.* on;/&\n\tint new;/' \
    'jpki_event_at: member new is new, but the record is frozen'
says abi $abi 's/^\tsize_t size;//' \
    'struct jpki_card_facts cannot grow: begin it with "size_t size"'
says abi $abi 's/^struct jpki_verdict;/&\nstruct jpki_new { int a:3; };/' \
    'rules.h: a member that cannot be read'
says abi include/jpki/cert.h 's/const struct jpki_ca \*ca;/struct jpki_ca ca;/' \
    'jpki_cert_info, member ca, has a struct jpki_ca by value'
says abi include/jpki/cert.h '/jpki_cert_ref(/d' \
    'function jpki_cert_ref is gone. An old program would break'
says abi include/jpki/card.h 's/size_t digest_len/int digest_len/' \
    'function jpki_card_sign was .* and is .* An old program would break'
says abi include/jpki/err.h 's/= -307/= -317/' \
    'constant JPKI_ERR_IO was -307 and is -317. An old program would break'
says abi include/jpki/err.h 's/.*= -307.*/&\n\tJPKI_ERR_NEW = -317,/' \
    'constant JPKI_ERR_NEW is new. Record it .* so MINOR stays'
says abi include/jpki/card.h 's/\(JPKI_INFO_MAX\) 128/\1 256/' \
    'macro JPKI_INFO_MAX was 128 and is 256. An old program would break'
says abi meson.build "s/version: '0\.[0-9]*/version: '0.99/" \
    'meson.build says 0.99, and tests/check/abi/ has'
says abi meson.build "s/version: '0\.[0-9]*/version: '0.99/" 'its SONAME is'
exit $bad
