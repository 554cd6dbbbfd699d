#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a signature on a software card costs, in instructions: at most 8 million
# (RSA alone is 6.5), the power cycle and the check of the signature included.
#
# usage: bench_sign.sh BENCH_SIGN
command -v valgrind >/dev/null || exit 77
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
cp -a "$JPKI_TEST_CARDS/card" "$tmp/card" || exit 99
cd "$tmp" || exit 99

# instructions COUNT
instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
	    "$1" card "$2" 2>&1 | sed -n 's/.*Collected : //p'
}

few=$(instructions "$1" 5)
many=$(instructions "$1" 15)
[ -n "$few" ] && [ -n "$many" ] || exit 1
each=$(((many - few) / 10))
echo "$each instructions for each signature"
[ "$each" -le 8000000 ]
