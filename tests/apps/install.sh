#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install.sh SOURCE BUILD [MODULESDIR]: what "meson install" puts where, and
# the program of README.md, compiled and run exactly as printed against it.
. "$(dirname "$0")/tap.sh"
unset JPKI_DEBUG
source=$1 build=$2 modulesdir=${3:-}
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

for h in jpki.h jpki/card.h jpki/ctx.h; do
	ok "header $h" test -f "$prefix/include/$h"
done
ok 'shared library' test -f "$libdir/libjpki.so"
for p in jpki-softcard jpki-sign jpki-cms jpki-doctor jpki-pin \
    jpki-attributes jpki-rules jpki-info; do
	ok "program $p" test -x "$prefix/bin/$p"
	ok "manual $p(1)" test -f "$prefix/share/man/man1/$p.1"
done
ok 'manual jpki(3)' test -f "$prefix/share/man/man3/jpki.3"
if [ -n "$modulesdir" ]; then
	ok 'provider module' test -f "$root$modulesdir/jpki.so"
	ok 'manual jpki-provider(7)' \
	    test -f "$prefix/share/man/man7/jpki-provider.7"
fi

# README.md: the C program, its compile command, and the card it opens.
sed -n '/^```c$/,/^```$/{/^```/d;p}' "$source/README.md" >sign.c
compile=$(sed -n 's/^    \(cc -o sign .*\)/\1/p' "$source/README.md")
[ "$(wc -l <sign.c)" -gt 15 ] && [ -n "$compile" ]
result $? 'README.md has a program'
sh -c "$compile" >log/err 2>&1 && [ ! -s log/err ]
result $? 'it compiles as printed, without a word'
new_card card card
LD_LIBRARY_PATH=$libdir
export LD_LIBRARY_PATH
run ./sign file:auth.pin
cp log/out sig
works 'it signs'
# The digest in it is 32 zeros.
head -c 32 /dev/zero >digest
openssl x509 -in card/auth.pem -pubkey -noout >pub
ok 'plain openssl verifies its signature' openssl pkeyutl -verify -pubin \
    -inkey pub -in digest -sigfile sig -pkeyopt digest:sha256
run ./sign file:wrong.pin
fails 1 '2 tries left' 'a wrong PIN fails and says what is left'
run ./sign
fails 1 'no terminal' 'it does not hang without a terminal'
finish
