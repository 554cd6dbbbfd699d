#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, builds with gcc and clang, runs every test, then
# again with AddressSanitizer and UndefinedBehaviorSanitizer, with
# ThreadSanitizer and under valgrind. Ends with one line: N passed, N failed,
# N skipped.
#
# BUILD=DIR keeps the build trees elsewhere than build-test/.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build-test}
passed=0 failed=0 skipped=0

. tests/packages.sh
need gcc g++ clang libclang-rt-14-dev libc6-dev dpkg-dev meson ninja-build \
    pkg-config libssl-dev openssl libcmocka-dev valgrind mandoc python3-minimal python3 \
    pcscd vsmartcard-vpcd opensc libpcsclite-dev \
    libjansson-dev libunistring-dev \
    curl apache2-bin osslsigncode xmlsec1 \
    liblua5.3-0 libopentracing-c-wrapper0 libwrap0 || exit 1
mkdir -p "$build"
# The libraries of these are the last of the above.
unpack "$(cd "$build" && pwd)/debian" nginx haproxy stunnel4

# The tests bring their own cards and want no settings from outside.
unset JPKI_READER JPKI_DEBUG JPKI_CONF OPENSSL_CONF OPENSSL_MODULES
export LC_ALL=C.UTF-8

# Where tests put their cards: swept also when we are interrupted.
TMPDIR=$(mktemp -d /tmp/jpki-test.XXXXXX) || exit 1
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 1' INT TERM HUP

# setup NAME COMPILER [MESON OPTION...]: configures and builds, warnings fatal.
setup() {
	name=$1 cc=$2
	shift 2
	echo "== $name: build"
	if [ ! -f "$build/$name/build.ninja" ]; then
		CC=$cc meson setup --werror "$@" "$build/$name" \
		    >"$build/$name.log" 2>&1 || { cat "$build/$name.log"; fail; return 1; }
	fi
	ninja -C "$build/$name" >"$build/$name.log" 2>&1 ||
	    { tail -50 "$build/$name.log"; fail; return 1; }
}

fail() {
	failed=$((failed + 1))
}

# run NAME LOG [MESON TEST OPTION...]: runs tests and adds up what meson says.
run() {
	name=$1 log=$2
	shift 2
	echo "== $log"
	meson test -C "$build/$name" --no-rebuild --print-errorlogs \
	    --logbase "$log" "$@" >"$build/$log.out" 2>&1
	rc=$?
	sed -n '/[0-9]\/[0-9]/p; /^―/,$p' "$build/$log.out"
	count "$build/$log.out"
	# A run that broke down without naming a failed test has failed.
	if [ $rc -ne 0 ] && [ "$n_failed" -eq 0 ]; then
		cat "$build/$log.out"
		fail
	fi
}

# The totals of one run; a time-out is a failure.
count() {
	n_passed=0 n_failed=0 n_skipped=0
	while read -r key number _; do
		case $key in
		Ok:) n_passed=$((n_passed + number)) ;;
		Fail:|Timeout:) n_failed=$((n_failed + number)) ;;
		Skipped:) n_skipped=$((n_skipped + number)) ;;
		esac
	done <<-END
	$(sed 's/Unexpected Pass:/Fail:/; s/Expected Fail:/Ok:/' "$1")
	END
	passed=$((passed + n_passed))
	failed=$((failed + n_failed))
	skipped=$((skipped + n_skipped))
}

setup gcc gcc && run gcc gcc
setup clang clang &&
    run clang clang --suite unit --suite flow --suite provider
# The openssl program and its module cannot be mixed with a sanitizer's
# runtime; the provider's C tests load the sanitized module.
setup asan gcc -Db_sanitize=address,undefined -Db_lundef=false \
    -Dbuildtype=debug &&
    run asan asan --suite unit --suite flow --suite fuzz --suite provider \
    --timeout-multiplier 4
setup tsan gcc -Db_sanitize=thread -Db_lundef=false -Dbuildtype=debug &&
    run tsan tsan store process patterns tls pcsc-threads
[ -f "$build/gcc/build.ninja" ] &&
    run gcc valgrind --setup valgrind \
    base card files pin certificate softcard-apdu session

if [ "$skipped" -gt 0 ]; then
	echo "Skipped:"
	grep -h ' SKIP ' "$build"/*.out | sed 's/^ *[0-9]*\/[0-9]* */  /'
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
