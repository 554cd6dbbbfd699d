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
planted man lib/man/jpki.3 '.Fn unclosed "'
planted man examples/meson.build "executable('jpki-new', 'jpki-new.c')"
changed man examples/man/jpki-sign.1 's/^\.It Fl -pss/.It Fl -psss/'
planted symbols include/jpki/err.h 'JPKI_API int jpki_new(void);'
changed symbols lib/libjpki.map 's/jpki_cert_free/jpki_cert_fre/'
changed symbols lib/man/jpki_card_open.3 's/"size_t sig_size"/"int sig_size"/'
changed symbols lib/man/jpki_cert_parse.3 's/^\.Nm jpki_cert_der ,//'
changed symbols lib/man/jpki_cert_parse.3 \
    's/^\.Nm jpki_cert_der ,/&\n.Nm jpki_cert_der ,/'
exit $bad
