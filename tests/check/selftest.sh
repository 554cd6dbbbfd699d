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

copy() {
	rm -rf "$tmp/tree"
	mkdir "$tmp/tree"
	cp -R "$root/lib" "$root/provider" "$root/examples" "$root/include" \
	    "$tmp/tree"
}

# noticed CHECK FILE WHAT
noticed() {
	if sh "$here/$1.sh" "$tmp/tree" "$lib" >"$tmp/out" 2>&1; then
		echo "$1 does not notice, in $2: $3"
		bad=1
	fi
}

# planted CHECK FILE TEXT: at the end of the file.
planted() {
	copy
	printf '%s\n' "$3" >>"$tmp/tree/$2"
	noticed "$@"
}

# changed CHECK FILE SED-COMMAND
changed() {
	copy
	sed -i "$3" "$tmp/tree/$2"
	noticed "$@"
}

planted includes lib/base/err.c '#include "card/session.h"'
planted includes lib/base/err.c '#include <openssl/evp.h>'
planted includes lib/card/card.c '#include <openssl/evp.h>'
planted includes lib/card/card.c '#include "softcard/softcard.h"'
planted includes lib/card/card.c '# include <winscard.h>'
planted includes lib/transport/trace.c '#include "softcard/softcard.h"'
planted includes lib/certificate/cert.c '#include "card/session.h"'
planted includes lib/base/err.c '#include "base/missing.h"'
planted includes examples/jpki-sign.c '#include "base/wipe.h"'
planted includes examples/jpki-sign.c '#include "../lib/base/wipe.h"'
planted includes examples/jpki-sign.c '#include <curl/curl.h>'
planted headers include/jpki/err.h '#include <openssl/evp.h>'
planted headers include/jpki/cert.h 'extern struct jpki_list *new;'
planted banned lib/base/err.c 'void f(char *s) { strcpy(s, "x"); }'
planted banned lib/card/pin.c 'void f(void) { (void)system ("x"); }'
planted banned lib/card/pin.c 'char *f(void) { return getenv("PIN"); }'
planted banned lib/card/pin.c \
    'void f(struct pin_text *pin) { printf("%s\n", pin->text); }'
planted banned examples/jpki-sign.c \
    'void f(struct jpki_secret *s) { puts(jpki_secret_data(s, NULL)); }'
planted examples examples/jpki-sign.c 'int f(void) { return JPKIP_VERSION[0]; }'
planted man lib/man/jpki.3 '.Xr jpki_lost 3'
planted man lib/man/jpki.3 '.Fn unclosed "'
planted man examples/meson.build "executable('jpki-new', 'jpki-new.c')"
changed man examples/man/jpki-sign.1 's/^\.It Fl -pss/.It Fl -psss/'
planted texts lib/base/tlv.c 'int f(void) { return say("Use --last-try."); }'
planted texts lib/card/pin.c 'const char *f = "jpki-pin を使ってください。";'
planted texts lib/card/sign.c 'const char *f = "Name one with cert= or so.";'
planted texts lib/rules/book.c 'const char *f(void) { return strerror(errno); }'
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
changed symbols lib/libjpki.map 's/jpki_cert_free/jpki_cert_fre/'
changed symbols lib/man/jpki_card_open.3 's/"size_t sig_size"/"int sig_size"/'
changed symbols lib/man/jpki_cert_parse.3 's/^\.Nm jpki_cert_der ,//'
changed symbols lib/man/jpki_cert_parse.3 \
    's/^\.Nm jpki_cert_der ,/&\n.Nm jpki_cert_der ,/'
exit $bad
