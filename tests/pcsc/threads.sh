#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sixteen threads with one key on a card behind pcscd; by itself so that a
# build with ThreadSanitizer can run it.
. "$(dirname "$0")/pcsc.sh"
new_card card card
insert 1 card

# many URI PIN SIGNATURES: by 16 threads, twice each, what comes of it.
many() {
	is "16 threads, $1, $2" \
	    "$("$JPKI_WORKER" "$1" "$2" 15 2 threads 2>log/err)" "$3"
	! grep -A 30 'WARNING: ThreadSanitizer' log/err
	result $? "16 threads, $1, $2: no race"
}

many 'jpki:auth?reader=Virtual' 1234 32
many jpki:sign ABC123 32
is 'no try is lost' "$(tries card auth)$(tries card sign)" 35
many jpki:auth 9999 0
is 'a wrong PIN: one try for all' "$(tries card auth)" 2
finish
