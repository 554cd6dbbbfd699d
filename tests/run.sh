#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, builds with gcc and clang, runs every test, then
# again with AddressSanitizer and UndefinedBehaviorSanitizer, with
# ThreadSanitizer, under valgrind, and as 32-bit programs. Ends with one line:
# N passed, N failed, N skipped.
#
# BUILD=DIR keeps the build trees elsewhere than build-test/.
set -u
usage() {
	echo "usage: sh tests/run.sh [--quick | --all]
  --quick  one compiler, without what is slow: for the daily round
  --all    everything, also what is heavy to install, and slow: Java, a browser,
           Debian packages in a bare system"
}

quick= all=
for option; do
	case $option in
	--quick) quick=yes ;;
	--all) quick= all=yes ;;
	--help) usage; exit 0 ;;
	*) usage >&2; exit 64 ;;
	esac
done

cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build-test}
passed=0 failed=0 skipped=0 reasons=

. tests/packages.sh
need $build_packages g++ clang clang-format libcmocka-dev valgrind mandoc \
    python3-minimal python3 pcscd vsmartcard-vpcd opensc \
    curl apache2-bin osslsigncode xmlsec1 python3-icalendar \
    gpgsm gpg-agent qpdf poppler-utils libnss3-tools mupdf-tools \
    git openssh-client bash-completion zsh jq || exit 1
mkdir -p "$build" && build=$(cd "$build" && pwd) || exit 1
unpack "$build/debian" nginx haproxy stunnel4 openssh-server

# What uses the card by PKCS#11.
need gnutls-bin || exit 1
want libengine-pkcs11-openssl pkcs11-provider
unset JPKI_TEST_ALL
if [ -n "$all" ]; then
	need default-jdk-headless libbcmail-java xvfb xdotool \
	    nodejs gunicorn debhelper lintian debootstrap || exit 1
	want firefox-esr
	export JPKI_TEST_ALL=yes
fi

# The tests bring their own cards and want no settings from outside.
unset JPKI_READER JPKI_DEBUG JPKI_CONF OPENSSL_CONF OPENSSL_MODULES
export LC_ALL=C.UTF-8

# Some tests wait more than they work, for readers above all.
MESON_TESTTHREADS=$(($(nproc) + 2))
export MESON_TESTTHREADS

# What is freed is kept for a while, and makes each fork slow.
ASAN_OPTIONS=quarantine_size_mb=16
export ASAN_OPTIONS

# Where tests put their cards: swept also when we are interrupted.
TMPDIR=$(mktemp -d /tmp/jpki-test.XXXXXX) || exit 1
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 1' INT TERM HUP

fail() {
	failed=$((failed + 1))
}

# skip WHAT REASON
skip() {
	skipped=$((skipped + 1))
	reasons="$reasons
  $1: $2"
}

# logged LOG COMMAND...: a terminal shows it at work, a file its last lines
# where it failed.
logged() {
	log=$1
	shift
	if [ -t 1 ]; then
		"$@"
	else
		"$@" >"$log" 2>&1 || { tail -50 "$log"; return 1; }
	fi
}

# configure NAME COMPILER [MESON OPTION...]: warnings are fatal by itself.
configure() {
	name=$1 cc=$2
	shift 2
	echo "== $name: build"
	[ -f "$build/$name/build.ninja" ] && return
	CC=$cc meson setup -Dwerror=true "$@" "$build/$name" \
	    >"$build/$name.log" 2>&1 ||
	    { cat "$build/$name.log"; fail; return 1; }
}

# setup NAME COMPILER [MESON OPTION...]: the same, and builds it all.
setup() {
	configure "$@" || return
	logged "$build/$name.log" ninja -C "$build/$name" || { fail; return 1; }
}

# sanitized NAME SANITIZERS: the same for tests that see more so, of which meson
# builds the programs; optimized a little, since tests take half the time then,
# and gcc says that a sanitizer's code makes warnings less true.
sanitized() {
	configure "$1" gcc "-Db_sanitize=$2" -Db_lundef=false \
	    -Dbuildtype=debug -Doptimization=1 -Dwerror=false
}

# run NAME LOG [MESON TEST OPTION...]: runs tests and adds up what came out.
# Meson builds what these tests need, such as their cards.
run() {
	name=$1 log=$2
	shift 2
	echo "== $log: tests"
	logs=$build/$name/meson-logs
	rm -f "$logs/$log.json" "$logs/$log-$log.json"
	meson test -C "$build/$name" --print-errorlogs --logbase "$log" "$@"
	rc=$?
	before=$failed
	count "$logs/$log.json"
	count "$logs/$log-$log.json"	# with --setup of that name
	# A run that broke down without naming a failed test has failed.
	[ $rc -eq 0 ] || [ $failed -gt $before ] || fail
}

# results FILE: what|test|reason from a test a line, as JSON.
results() {
	python3 -c '
import json, re, sys
for line in open(sys.argv[1]):
    test = json.loads(line)
    why = re.search("# SKIP (.*)", test.get("stdout") or "")
    print(test["result"], test["name"], why[1] if why else "", sep="|")
' "$1"
}

# What is neither fine nor skipped failed: a time-out, too.
count() {
	[ -f "$1" ] || return
	while IFS='|' read -r what test reason; do
		case $what in
		OK|EXPECTEDFAIL) passed=$((passed + 1)) ;;
		SKIP) skip "$test ($log)" "$reason" ;;
		*) fail ;;
		esac
	done <<-END
	$(results "$1")
	END
}

# As 32-bit programs, with 64 bits for the time: libraries of i386 are
# unpacked, not installed.
run_m32() {
	root=$build/i386
	reason=$(unpack_i386 "$root" libc6-dev \
	    "libgcc-$(gcc -dumpversion)-dev" libssl-dev libpcsclite-dev \
	    libcmocka-dev libjansson-dev libunistring-dev) ||
	    { skip m32 "$reason"; return; }
	setup m32 gcc --native-file "$root/meson.ini" -Dbuildtype=debug &&
	    run m32 m32 --suite unit --suite flow --suite fuzz
}

rm -f "$build"/*.log
if [ -n "$quick" ]; then
	setup gcc gcc && run gcc quick \
	    --no-suite slow --no-suite fuzz --no-suite pcsc
else
	setup gcc gcc && run gcc gcc
	setup clang clang &&
	    run clang clang --suite unit --suite flow --suite provider
	# The openssl program and its module cannot be mixed with a
	# sanitizer's runtime; the provider's C tests load the sanitized
	# module.
	sanitized asan address,undefined &&
	    run asan asan --suite unit --suite flow --suite fuzz \
	    --suite provider --timeout-multiplier 4
	sanitized tsan thread &&
	    run tsan tsan --timeout-multiplier 4 \
	    store process patterns tls pcsc-threads pkcs11_process
	[ -f "$build/gcc/build.ninja" ] &&
	    run gcc valgrind --setup valgrind \
	    base card crypto files pin cert-parse softcard-apdu session \
	    pkcs11
	run_m32
fi

[ -z "$reasons" ] || echo "Skipped:$reasons"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
