#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same jobs by OpenSC's PKCS#11 module and by ours, in one run behind one
# pcscd: how many commands the card gets, and how long it takes on a card that
# needs 12 ms for a command (measured on a real one) and 300 ms for a
# signature (assumed).
#
# usage: bench_pkcs11.sh MODULE, in private-pcscd.sh
. "$(dirname "$0")/../pcsc/pcsc.sh"
unset JPKI_DEBUG
ours=$1
theirs=$(ls /usr/lib/*/opensc-pkcs11.so 2>/dev/null | head -n 1)
for need in "$theirs" "$(command -v pkcs11-tool)" "$(command -v ssh-keygen)"; do
	[ -n "$need" ] || { echo 'needs opensc, openssh-client'; exit 77; }
done
new_card card card
jpki-softcard set card delay-ms=12 sign-ms=300
insert 1 card

list() {
	pkcs11-tool --module "$1" -O
}

sign() {
	pkcs11-tool --module "$1" -l --pin 1234 --sign -m SHA256-RSA-PKCS \
	    -i a -o sig
}

sign_pss() {
	pkcs11-tool --module "$1" -l --pin 1234 --sign \
	    -m SHA256-RSA-PKCS-PSS --mgf MGF1-SHA256 --salt-len 32 -i a -o sig
}

ssh_key() {
	ssh-keygen -D "$1"
}

# measure JOB MODULE: "COMMANDS SECONDS", or why there are none.
measure() {
	before=$(apdus .)
	begin=$(date +%s%N)
	if ! "$1" "$2" >log/out 2>&1; then
		echo "cannot -"
		return
	fi
	end=$(date +%s%N)
	ms=$(((end - begin) / 1000000))
	echo "$(($(apdus .) - before)) $((ms / 1000)).$(printf %03d $((ms % 1000)))"
}

printf '%-10s %20s %20s\n' job OpenSC jpki-pkcs11 \
    '' 'commands seconds' 'commands seconds'
for job in list sign sign_pss ssh_key; do
	printf '%-10s %12s %7s %12s %7s\n' $job $(measure $job "$theirs") \
	    $(measure $job "$ours")
done
