#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A failed row of a test's table names itself, and its error in words.
#
# usage: rows.sh FAILING
set -u
said=$("$1" 2>&1)
[ $? -eq 3 ] || { echo "not three failures:"; echo "$said"; exit 1; }
bad=0

# says N TEXT
says() {
	[ "$(echo "$said" | grep -c -e "$2")" -eq "$1" ] && return
	echo "not $1 times: $2"
	bad=1
}

says 1 'in the row: outer 1$'
says 1 'and in: inner 1$'
says 1 'JPKI_ERR_PIN_WRONG (.*); expected 0, JPKI_OK'
says 2 'failing.c:[0-9]*: error'
says 0 'passing [0-9]\|behind [0-9]\|nobody'
says 1 'neither ROW_TEST() nor row_setup()'
[ $bad -eq 0 ] || echo "$said"
exit $bad
