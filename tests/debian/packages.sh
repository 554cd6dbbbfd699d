#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# packages.sh SOURCE: the Debian packages: built twice, with the same bytes;
# looked at by lintian; installed, used, upgraded and purged in a bare system.
#
# It takes minutes, root's rights and a Debian archive: only where
# JPKI_TEST_ALL is set (tests/run.sh --all). JPKI_TEST_CHROOT can name a bare
# system, which is copied; otherwise debootstrap makes one of this release.
source=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
count=0 failed=0

result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=$((failed + 1))
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

finish() {
	echo "1..$count"
	[ $failed -eq 0 ]
	exit
}

# shown FILE: as part of TAP.
shown() {
	tail -30 "$1" | sed 's/^/# /'
}

[ -n "${JPKI_TEST_ALL:-}" ] ||
    { echo "1..0 # SKIP takes minutes: tests/run.sh --all"; exit 0; }
for program in dpkg-buildpackage dh lintian; do
	command -v $program >/dev/null ||
	    { echo "1..0 # SKIP no $program here"; exit 0; }
done
tmp=$(mktemp -d) || exit 99
chroot=$tmp/chroot
trap 'rm -rf --one-file-system "$tmp"' EXIT
trap 'exit 99' INT TERM

unset DEBEMAIL DEBFULLNAME
SOURCE_DATE_EPOCH=$(date +%s)
export SOURCE_DATE_EPOCH
for n in one another/place; do
	# The second time with other settings, too.
	[ $n = one ] || { umask 027; set -- env TZ=Asia/Tokyo LC_ALL=C; }
	"$@" sh "$source/.debian/build" "$tmp/$n" >"$tmp/log" 2>&1
	rc=$?
	umask 022
	[ $rc -eq 0 ] || shown "$tmp/log"
	result $rc "packages are built in $n"
	[ $rc -eq 0 ] || finish
done
version=$(dpkg-deb -f "$tmp"/one/jpki-doc_*.deb Version)
(cd "$tmp/one" && sha256sum *.deb) >"$tmp/sums"
(cd "$tmp/another/place" && sha256sum --quiet -c "$tmp/sums") >"$tmp/log"
rc=$?
[ $rc -eq 0 ] || shown "$tmp/log"
result $rc 'with the same bytes'

# But for what fits a package that is not in Debian, and what lintian takes for
# something else: "My" is the card's name, the function is one of awk.
lintian -I --fail-on none "$tmp"/one/*.changes 2>/dev/null |
    grep -v -e ': initial-upload-closes-no-bugs' \
    -e ': using-first-person-in-description line 1: My$' \
    -e ": bash-term-in-posix-shell 'function form(' " >"$tmp/log"
[ ! -s "$tmp/log" ]
rc=$?
[ $rc -eq 0 ] || shown "$tmp/log"
result $rc 'lintian has nothing to say'

# What does not work out of the system we are in.
reason=
if [ "$(id -u)" -ne 0 ]; then
	reason='it takes root'
elif ! unshare -m true 2>/dev/null; then
	reason='no namespaces here'
elif [ -n "${JPKI_TEST_CHROOT:-}" ]; then
	cp -a "$JPKI_TEST_CHROOT" "$chroot" || reason='no copy'
elif ! command -v debootstrap >/dev/null; then
	reason='no debootstrap here'
else
	. /etc/os-release
	debootstrap --variant=minbase "${VERSION_CODENAME:-testing}" \
	    "$chroot" >"$tmp/log" 2>&1 || reason='no Debian archive in reach'
fi
if [ -n "$reason" ]; then
	skip 'installed in a bare system' "$reason"
	finish
fi

# The same packages as if they were older, to upgrade from.
mkdir -p "$chroot/packages/new" "$chroot/packages/old"
for deb in "$tmp"/one/*.deb; do
	case $deb in
	*-dbgsym_*) continue ;;
	esac
	cp "$deb" "$chroot/packages/new"
	rm -rf "$tmp/old"
	dpkg-deb -R "$deb" "$tmp/old"
	sed -i -e "/^Version: /s/\$/~old/" \
	    -e "s/(= $version)/(= $version~old)/" \
	    -e "s/(>= $version)/(>= $version~old)/" "$tmp/old/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$tmp/old" "$chroot/packages/old" \
	    >/dev/null
done
cp "$here/inside.sh" "$chroot/packages"
[ -z "${JPKI_TEST_CHROOT:-}" ] || cp /etc/resolv.conf "$chroot/etc"
unshare -m -p -f --mount-proc="$chroot/proc" sh -c '
	mount --make-rprivate / 2>/dev/null
	mkdir -p "$1/dev/pts"
	mount -t devpts none "$1/dev/pts" 2>/dev/null
	exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
	    DEBIAN_FRONTEND=noninteractive chroot "$1" sh /packages/inside.sh
    ' sh "$chroot" >"$tmp/inside" 2>"$tmp/log"
while IFS= read -r line; do
	case $line in
	'ok '*) result 0 "${line#ok }" ;;
	'not ok '*) result 1 "${line#not ok }" ;;
	*) echo "# $line" ;;
	esac
done <"$tmp/inside"
grep -qx '# the end' "$tmp/inside"
rc=$?
[ $rc -eq 0 ] && [ $failed -eq 0 ] || shown "$tmp/log"
result $rc 'the bare system was tried to the end'
finish
