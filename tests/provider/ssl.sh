# SPDX-License-Identifier: Apache-2.0
#
# What the tests of the openssl program share; sourced, after which the
# working directory is temporary and has a software card in "card".
. "$(dirname "$0")/../apps/tap.sh"
here=$here/../apps
JPKI_READER=soft:$tmp/card
export JPKI_READER

# ssl COMMAND ARGUMENT...: with the providers in the order of the day. They
# come first, since the file to work on comes last.
order='-provider default -provider jpki'
ssl() {
	command=$1
	shift
	# Words, not one: $order
	run openssl "$command" $order "$@"
}

# ssl_typed [--again] TEXT COMMAND ARGUMENT...: the same, on a terminal.
ssl_typed() {
	again=
	if [ "$1" = --again ]; then
		again=--again
		shift
	fi
	text=$1 command=$2
	shift 2
	typed $again "$text" openssl "$command" $order "$@"
}

# refused TEXT DESCRIPTION [TRIES]: the last run failed with one message of
# ours that has this text, and this is what the counters say.
refused() {
	problem=
	[ "$rc" -ne 0 ] || problem='exit code 0'
	[ "$(grep -c ':jpki:' log/err)" -eq 1 ] ||
	    problem="$problem; not one message of ours"
	grep ':jpki:' log/err | grep -q -e "$1" || problem="$problem; no '$1'"
	! shows_pin log/err || problem="$problem; a PIN is shown"
	left="$(tries card auth) $(tries card sign)"
	[ "$left" = "${3:-3 5}" ] || problem="$problem; tries are $left"
	[ -z "$problem" ] || echo "# $problem"
	[ -z "$problem" ]
	result $? "$2"
	jpki-softcard unlock card
}

# signed DESCRIPTION MD KEY FILE [VERIFY-OPTION...]: the last run made "sig".
signed() {
	description=$1 md=$2 key=$3 file=$4
	shift 4
	works "$description"
	ok "$description: verifies" openssl dgst "-$md" -verify "$key.pub" \
	    -signature sig "$@" "$file"
}

new_card card card
for key in auth sign; do
	openssl x509 -in card/$key.pem -out $key.pem
	openssl x509 -in $key.pem -pubkey -noout >$key.pub
done
