#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# From nothing to a signature: installs what is missing, builds, makes a
# software card, signs README.md with the openssl program and verifies the
# signature. Prints each command, so that you can go on by hand.
set -eu
cd "$(dirname "$0")/.."

# Settings of the person who runs this would lead elsewhere.
unset JPKI_READER JPKI_DEBUG JPKI_CONF OPENSSL_CONF OPENSSL_MODULES

# say ENGLISH JAPANESE: in the language that the programs choose, too.
case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
ja*.[Uu][Tt][Ff]*8* | ja | ja_JP) say() { echo "$2"; } ;;
*) say() { echo "$1"; } ;;
esac

run() {
	echo "\$ $*"
	"$@"
}

. tests/packages.sh
need $build_packages

if [ ! -f build/build.ninja ]; then
	run meson setup -Dtests=false build
fi
run ninja -C build

say '
# A card in a folder. Its PINs are test data: auth 1234, sign ABC123,
# text 5678.' '
# フォルダーの中のカードです。暗証番号（試験用）は auth 1234、sign ABC123、
# text 5678 です。'
if [ -d card ]; then
	run build/examples/tools/jpki-softcard show card
else
	run build/examples/tools/jpki-softcard new card
fi

say '
# Where OpenSSL finds the provider, and the provider the card.' '
# OpenSSL にプロバイダーの場所を、プロバイダーにカードの場所を教えます。'
OPENSSL_MODULES=$PWD/build/provider
OPENSSL_CONF=$PWD/provider/openssl-jpki.cnf
JPKI_READER=soft:$PWD/card
export OPENSSL_MODULES OPENSSL_CONF JPKI_READER
echo "\$ export OPENSSL_MODULES='$OPENSSL_MODULES'"
echo "\$ export OPENSSL_CONF='$OPENSSL_CONF'"
echo "\$ export JPKI_READER='$JPKI_READER'"

say '
# The PIN comes from a file here; leave -passin out to be asked for it.' '
# ここでは暗証番号をファイルから読みます。-passin がなければ尋ねられます。'
echo '$ (umask 077; echo 1234 > build/pin)'
(umask 077; echo 1234 >build/pin)
run openssl dgst -sha256 -sign jpki://auth -passin file:build/pin \
    -out build/README.md.sig README.md

say '
# The certificate is free to read; its key verifies with plain OpenSSL.' '
# 証明書は暗証番号なしで読めます。署名は普通の OpenSSL で確かめられます。'
run openssl storeutl -certs -out build/auth.pem jpki://auth
run openssl x509 -in build/auth.pem -pubkey -noout -out build/auth.pub
run openssl dgst -sha256 -verify build/auth.pub \
    -signature build/README.md.sig README.md

say '
Done. The same works with jpki://sign, the 署名用 key. "meson devenv -C build"
starts a shell with the programs in the path. Type there
  cd ..; export JPKI_READER="soft:$PWD/card"
and go on from "Recipes" in README.md; "sh tests/run.sh" runs the tests.' '
できました。署名用の鍵（jpki://sign）でも同じことができます。
「meson devenv -C build」で、全部のコマンドが使えるシェルが始まります。そこで
  cd ..; export JPKI_READER="soft:$PWD/card"
と入力してください。続きは README.md の「レシピ」をご覧ください。
テストは「sh tests/run.sh」です。'
