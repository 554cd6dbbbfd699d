#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In a bare system, as root, with packages in /packages/old and new: installed
# upon what they depend on, used by a user, upgraded, removed, purged.
set -u

# try DESCRIPTION COMMAND...
try() {
	description=$1
	shift
	if "$@" >/packages/log 2>&1; then
		echo "ok $description"
	else
		echo "not ok $description"
		sed 's/^/  /' /packages/log
	fi
}

# as_user COMMAND
as_user() {
	setpriv --reuid=12345 --regid=12345 --clear-groups \
	    env HOME=/packages/home PATH=/usr/bin:/bin sh -c "$1"
}

# All that is there, but for the books and caches of dpkg, apt and ld.so.
files() {
	find / -xdev \( -path /packages -o -path /proc -o -path /sys \
	    -o -path /dev -o -path /tmp -o -path /run -o -path /var/lib/dpkg \
	    -o -path /var/lib/apt -o -path /var/cache -o -path /var/log \) \
	    -prune -o -printf '%p %y %m %l\n' | grep -v '^/etc/ld.so.cache ' |
	    sort
}

installed() {
	dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\n' \
	    '*jpki*' 2>/dev/null
}

names=$(for deb in /packages/new/*.deb; do dpkg-deb -f "$deb" Package; done)
version=$(dpkg-deb -f /packages/new/jpki-tools_*.deb Version)

apt-get update -qq >/dev/null 2>&1
# What they need, and what uses them here: OpenSSL's program, a compiler.
needed=$(apt-get install -s --no-install-recommends /packages/new/*.deb |
    sed -n 's/^Inst \([^ ]*\) .*/\1/p' | grep -v -x -F "$names")
try 'all they depend on is in this release' apt-get install -y -qq \
    --no-install-recommends $needed openssl gcc libc6-dev pkg-config p11-kit
files >/packages/before

try 'older ones are installed' dpkg -i /packages/old/*.deb
try 'and upgraded' dpkg -i /packages/new/*.deb
try 'all of them' test "$(installed | grep -c " $version ii ")" -eq \
    "$(echo "$names" | wc -l)"
try 'the manual is there to read' \
    test -f /usr/share/doc/jpki-doc/html/index.html
try 'no configuration of OpenSSL changed' sh -c \
    '! grep -q jpki /etc/ssl/openssl.cnf'

mkdir /packages/home
chown 12345:12345 /packages/home
cd /packages/home || exit 1
try 'a software card' as_user 'jpki-softcard new card --auth-pin 1234'
try 'a signature by jpki-sign' as_user 'umask 077; echo 1234 >pin
    echo Hello >a
    jpki-sign --reader soft:card --pin-source file:pin auth a &&
    test -s a.sig'
try 'verified by openssl' as_user 'openssl x509 -in card/auth.pem -noout \
    -pubkey >pub && openssl dgst -sha256 -verify pub -signature a.sig a'
try 'a signature by openssl, with the provider' as_user '
    JPKI_READER=soft:card OPENSSL_CONF=/usr/share/libjpki/openssl-jpki.cnf
    export JPKI_READER OPENSSL_CONF
    openssl dgst -sha256 -sign jpki://auth -passin file:pin -out b.sig a &&
    openssl dgst -sha256 -verify pub -signature b.sig a'
try 'p11-kit is told of the module' as_user 'p11-kit list-modules |
    grep -q jpki-pkcs11'
try 'jpki-info reads the card' as_user 'jpki-info --reader soft:card --json'
try 'what can stand behind jpki-cms' as_user '
    test "$(sh /usr/share/libjpki/complete.sh jpki-cms si)" = "sign	"'
try 'the warning' as_user '
    jpki-softcard set card auth-not-after="$(date -d "+5 days" +%F)" &&
    /usr/libexec/libjpki/jpki-expiry --reader soft:card 2>said
    grep -q "days left" said'
dpkg -L $names >/packages/list
for page in jpki-sign.1 jpki-expiry.7 jpki-provider.7 jpki-pkcs11.7 jpki.3; do
	try "manual $page" grep -q "/$page.gz\$" /packages/list
done

# Both layers, from their pkg-config files.
cat >core.c <<'END'
#include <jpki.h>
int main(void) { return jpki_strerror(0, JPKI_LANG_EN) == NULL; }
END
cat >framework.c <<'END'
#include <jpki/framework/uri.h>
int main(void) { return jpki_object_slot(JPKI_OBJECT_AUTH) != JPKI_SLOT_AUTH; }
END
for layer in 'core libjpki' 'framework libjpki-framework'; do
	set -- $layer
	try "a program with $2" sh -c "cc -Wall -Werror -o $1 $1.c \
	    \$(pkg-config --cflags --libs $2) && ./$1"
done
try 'a static one of the library' sh -c 'cc -o static core.c \
    $(pkg-config --cflags libjpki) -Wl,-Bstatic -ljpki -Wl,-Bdynamic \
    $(pkg-config --libs --static libjpki | sed "s/-ljpki//") && ./static'

try 'they are removed' dpkg -r $names
try 'and purged' dpkg -P $names
try 'dpkg knows them no more' test -z "$(installed)"
files >/packages/after
try 'nothing is left' diff /packages/before /packages/after
echo '# the end'
