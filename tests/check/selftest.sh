#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The checks notice what they are for: each mistake below, planted into a copy
# of the sources, must make its check fail.
#
# usage: selftest.sh SOURCE-ROOT
set -u
root=$1
here=$root/tests/check
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
bad=0

# planted CHECK FILE TEXT
planted() {
	rm -rf "$tmp/tree"
	mkdir "$tmp/tree"
	cp -R "$root/lib" "$root/provider" "$root/examples" "$root/include" \
	    "$tmp/tree"
	printf '%s\n' "$3" >>"$tmp/tree/$2"
	if sh "$here/$1.sh" "$tmp/tree" >"$tmp/out" 2>&1; then
		echo "$1 does not notice, in $2: $3"
		bad=1
	fi
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
planted headers include/jpki/err.h 'extern int broken'
planted headers include/jpki/err.h '#include <openssl/evp.h>'
planted headers include/jpki/err.h 'int jpki_old();'
planted headers include/jpki/cert.h 'extern struct jpki_list *new;'
planted banned lib/base/err.c 'void f(char *s) { strcpy(s, "x"); }'
planted banned lib/card/pin.c 'void f(void) { (void)system ("x"); }'
planted banned lib/card/pin.c 'char *f(void) { return getenv("PIN"); }'
planted banned lib/card/pin.c \
    'void f(struct pin_text *pin) { printf("%s\n", pin->text); }'
planted banned examples/jpki-sign.c \
    'void f(struct jpki_secret *s) { puts(jpki_secret_data(s, NULL)); }'
planted man lib/man/jpki.3 '.Xr jpki_lost 3'
planted man lib/man/jpki.3 '.Fn unclosed "'
planted man examples/meson.build "executable('jpki-new', 'jpki-new.c')"
exit $bad
