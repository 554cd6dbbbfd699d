#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install.sh SOURCE BUILD [MODULESDIR [P11MODULEDIR]]: what "meson install" puts
# where, and the program of README.md, compiled and run exactly as printed
# against it.
. "$(dirname "$0")/tap.sh"
unset JPKI_DEBUG
source=$1 build=$2 modulesdir=${3:-} p11moduledir=${4:-}
root=$tmp/root

ok 'meson install' \
    meson install -C "$build" --no-rebuild --destdir "$root"

# The prefix may be anything; the pkg-config file names it.
PKG_CONFIG_PATH=$(dirname "$(find "$root" -name libjpki.pc)")
export PKG_CONFIG_PATH
prefix=$root$(pkg-config --variable=prefix libjpki)
libdir=$root$(pkg-config --variable=libdir libjpki)
PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_SYSROOT_DIR

for h in jpki.h jpki/card.h jpki/ctx.h jpki/framework/uri.h; do
	ok "header $h" test -f "$prefix/include/$h"
done
ok 'shared library' test -f "$libdir/libjpki.so"
ok 'under the name that programs load it by' test -f \
    "$libdir/libjpki.so.$(pkg-config --modversion libjpki | cut -d . -f 1,2)"
# The other layer of the interface has a file of its own.
cat >framework.c <<'END'
#include <jpki/framework/uri.h>
int main(void) { return jpki_object_slot(JPKI_OBJECT_AUTH) != JPKI_SLOT_AUTH; }
END
ok 'a program for frameworks' sh -c "$CC -Wall -Werror -o framework \
    framework.c \$(pkg-config --cflags --libs libjpki-framework) &&
    LD_LIBRARY_PATH=$libdir ./framework"
for p in jpki-agent jpki-softcard jpki-sign jpki-cms jpki-doctor jpki-pin \
    jpki-attributes jpki-rules jpki-info; do
	ok "program $p" test -x "$prefix/bin/$p"
	ok "manual $p(1)" test -f "$prefix/share/man/man1/$p.1"
	ok "manual $p(1) in Japanese" \
	    test -f "$prefix/share/man/ja/man1/$p.1"
done
if pkg-config --exists 'libqpdf >= 11'; then
	ok 'program jpki-pdf' test -x "$prefix/bin/jpki-pdf"
	ok 'manual jpki-pdf(1)' test -f "$prefix/share/man/man1/jpki-pdf.1"
fi
if pkg-config --exists libxml-2.0; then
	ok 'program jpki-xml' test -x "$prefix/bin/jpki-xml"
	ok 'manual jpki-xml(1)' test -f "$prefix/share/man/man1/jpki-xml.1"
fi
unit=$(find "$root" -name jpki-agent.service)
ok "units of the agent" test -f "${unit%.service}.socket"
ok "start the program where it is" \
    grep -qF "ExecStart=\"${prefix#"$root"}/bin/jpki-agent\"" "$unit"
ok 'the warning before a certificate ends' test -x \
    "$(sed -n 's/^ExecStart="\(.*\)"$/\1/p' "${unit%/*}/jpki-expiry.service" |
	sed "s|^|$root|")"
for name in jpki-cms jpki-softcard; do
	ok "completion of $name" grep -q "complete.* $name" \
	    "$prefix/share/bash-completion/completions/$name"
done
ok 'manual jpki(3)' test -f "$prefix/share/man/man3/jpki.3"
if [ -n "$modulesdir" ]; then
	ok 'provider module' test -f "$root$modulesdir/jpki.so"
	ok 'manual jpki-provider(7)' \
	    test -f "$prefix/share/man/man7/jpki-provider.7"
	ok 'manual jpki-provider(7) in Japanese' \
	    test -f "$prefix/share/man/ja/man7/jpki-provider.7"
fi
if [ -n "$p11moduledir" ]; then
	ok 'PKCS#11 module' test -f "$root$p11moduledir/jpki-pkcs11.so"
	ok 'which p11-kit is told of' \
	    test -n "$(find "$root" -path '*/modules/jpki-pkcs11.module')"
	ok 'manual jpki-pkcs11(7)' \
	    test -f "$prefix/share/man/man7/jpki-pkcs11.7"
fi

# The examples, each compiled as it says, without a word.
examples=$prefix/share/doc/libjpki/examples
for file in "$source"/examples/*.c; do
	name=${file##*/}
	ok "example $name" cp "$examples/$name" .
	compile=$(sed -n 's/^ \*	\(cc -o .*\)/\1/p' "$name")
	sh -c "$compile" >log/err 2>&1 && [ -x "${name%.c}" ] &&
	    [ ! -s log/err ]
	result $? "it compiles as it says, without a word"
done
ok "example sign.py" cp "$examples/sign.py" .

# README.md: the C program, its compile command, and the card it opens.
sed -n '/^```c$/,/^```$/{/^```/d;p}' "$source/README.md" >sign.c
compile=$(sed -n 's/^    \(cc -o sign .*\)/\1/p' "$source/README.md")
[ "$(wc -l <sign.c)" -gt 15 ] && [ -n "$compile" ]
result $? 'README.md has a program'
sh -c "$compile" >log/err 2>&1 && [ ! -s log/err ]
result $? 'it compiles as printed, without a word'
new_card card card
openssl dgst -sha256 -binary a >digest
openssl x509 -in card/auth.pem -pubkey -noout >pub
LD_LIBRARY_PATH=$libdir
JPKI_READER=soft:card
export LD_LIBRARY_PATH JPKI_READER
stdin=digest
for program in ./sign "$PYTHON sign.py"; do
	run $program file:auth.pin
	cp log/out sig
	works "$program signs"
	ok 'plain openssl verifies its signature' openssl dgst -sha256 \
	    -verify pub -signature sig a
done
run ./sign file:wrong.pin
is 'a wrong PIN fails and says what is left' \
    "$rc $(said | grep -c '2 tries left') $(wc -c <log/out)" "1 1 0"
run ./sign
is 'it does not hang without a terminal' \
    "$rc $(said | grep -c 'no terminal') $(wc -c <log/out)" "1 1 0"

# Taken back, whatever the order of what was put there.
ok 'uninstall' ninja -C "$build" uninstall
is 'leaves no file' "$(find "$root" ! -type d)" ''
finish
