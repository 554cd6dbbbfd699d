#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Functions that the code does without, and secrets that no output function
# may get. Comments do not count.
#
# usage: banned.sh SOURCE-ROOT
set -u
cd "$1" || exit 1
[ -f lib/base/ctx.c ] || { echo "$1: not the sources"; exit 1; }

found=$(find lib provider examples -name '*.[ch]' | sort |
    while read -r file; do
	# Without comments and string literals, one statement a line.
	tr '\n' ' ' <"$file" |
	    sed 's|/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/||g
	        s/\x27\\\{0,1\}.\x27/0/g; s/\\"//g; s/"[^"]*"/""/g' | tr ';{}' '\n\n\n' |
	    awk -v file="$file" '
	function no(why) {
		gsub(/[ \t]+/, " ")
		print file ": " why ":" $0
	}
	/(^|[^A-Za-z0-9_])(sprintf|vsprintf|strcpy|strcat|stpcpy|gets|strtok|atoi|atol|atoll|alloca|tmpnam|mktemp|tempnam|system|popen|execlp|execvp)[ \t]*\(/ &&
	    !(/execvp/ && file == "examples/tools/agent/start.c") {
		no("banned function")
	}
	/(^|[^A-Za-z0-9_])getenv[ \t]*\(/ && file !~ /^(lib\/base\/ctx|examples\/tools\/(agent\/(ask|place|start)|jpki-softcard|doctor\/(agent|configuration|main|openssl|pkcs11|service)|common\/(layout|message)))\.c$/ {
		no("the environment is read in one place, or with secure_getenv()")
	}
	/(^|[^A-Za-z0-9_])secure_getenv[ \t]*\(/ && file !~ /^(lib\/base\/(ctx|usual)|lib\/transport\/daemon|provider\/.*)\.c$/ {
		no("the environment is read in one place")
	}
	/(printf|puts|complain|jpkip_warn|jpkip_trace|jpkip_fail|jpkip_fail_sw|ERR_[a-z_]*error[a-z_]*)[ \t]*\(.*(secret_data|secret->|pin->text|pin\.text|folded|old\.text|new\.text|apdu->data|apdu\.data)/ {
		no("a secret must not be printed")
	}
	END { if (NR == 0) print file ": empty" }'
done)
[ -z "$found" ] && exit 0
echo "$found"
exit 1
