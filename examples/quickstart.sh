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

echo '
# A card in a folder. Its PINs are test data: auth 1234, sign ABC123, text 5678.'
if [ -d card ]; then
	run build/examples/tools/jpki-softcard show card
else
	run build/examples/tools/jpki-softcard new card
fi

echo '
# Where OpenSSL finds the provider, and the provider the card.'
OPENSSL_MODULES=$PWD/build/provider
OPENSSL_CONF=$PWD/provider/openssl-jpki.cnf
JPKI_READER=soft:$PWD/card
export OPENSSL_MODULES OPENSSL_CONF JPKI_READER
echo "\$ export OPENSSL_MODULES='$OPENSSL_MODULES'"
echo "\$ export OPENSSL_CONF='$OPENSSL_CONF'"
echo "\$ export JPKI_READER='$JPKI_READER'"

echo '
# The PIN comes from a file here; leave -passin out to be asked for it.'
echo '$ (umask 077; echo 1234 > build/pin)'
(umask 077; echo 1234 >build/pin)
run openssl dgst -sha256 -sign jpki://auth -passin file:build/pin \
    -out build/README.md.sig README.md

echo '
# The certificate is free to read; its key verifies with plain OpenSSL.'
run openssl storeutl -certs -out build/auth.pem jpki://auth
run openssl x509 -in build/auth.pem -pubkey -noout -out build/auth.pub
run openssl dgst -sha256 -verify build/auth.pub \
    -signature build/README.md.sig README.md

echo '
Done. The same works with jpki://sign, the 署名用 key. "meson devenv -C build"
starts a shell with the programs in the path (cd .. first), and README.md goes
on from "Recipes"; "sh tests/run.sh" runs the tests.'
