#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the library costs without a reader, in instructions beside OpenSSL's for
# the same, and in memory: no more than now, with a margin.
#
# usage: guard.sh EACH MEASURE
each=$1 measure=$2
. "$(dirname "$0")/../apps/tap.sh"
unset JPKI_DEBUG
new_card card card

# instructions WHAT COUNT: of each.
instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
	    --toggle-collect=work_done "$each" "$1" "$2" card \
	    2>log/err >log/out || return
	n=$(sed -n 's/.*Collected : //p' log/err)
	echo $((n / $2))
}

# beside PERCENT WHAT COUNT: ours are at most so much of OpenSSL's.
beside() {
	ours=$(instructions "$2" "$3")
	theirs=$(instructions "openssl-$2" "$3")
	share=$((${ours:-0} * 100 / ${theirs:-1}))
	[ $share -gt 0 ] && [ $share -le "$1" ]
	result $? "$2: $ours instructions, $share of at most $1 %"
}

if command -v valgrind >/dev/null; then
	# The power cycle, the PIN and the check of the signature included.
	beside 150 sign 20
	beside 100 certificate 200
	beside 200 issuer 50
else
	skip 'instructions' 'no valgrind here'
fi

# A list of a million entries is read where it lies.
ok 'a list of a million entries' "$each" make-crl 1 card
"$measure" weighed "$each" crl 1 card >log/out 2>log/err
read -r status us memory <weighed
more=$((memory - $(stat -c %s card/million.crl) / 1024))
[ "$status" -eq 0 ] && [ $more -le 16384 ]
result $? "takes $more KiB more than its size, at most 16384"
finish
