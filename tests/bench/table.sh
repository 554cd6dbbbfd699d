#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What jobs cost with our programs and with others: card commands, bytes,
# time, instructions, memory; as one table. It is run by private-pcscd.sh,
# with a software card that takes 20 ms a command and 300 ms a signature.
#
# usage: table.sh MODULE EACH MEASURE ROWS|--check
#
# ROWS: where the figures are kept, for table.py. --check: no table, but TAP:
# our command counts are at most what jobs.sh says, and fewer instructions are
# spent than by OpenSC for the same.
module=$1 each=$2 measure=$3 rows=$4
. "$(dirname "$0")/../pcsc/pcsc.sh"
. "$here/../apps/server.sh"
. "$here/jobs.sh"
unset JPKI_DEBUG
HOME=$tmp XDG_CONFIG_HOME=$tmp
export HOME XDG_CONFIG_HOME
opensc=$(ls /usr/lib/*/opensc-pkcs11.so 2>/dev/null | head -n 1)
engines=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')
modules=$(openssl version -m | sed 's/.*"\(.*\)"/\1/')


# reads CERTIFICATE: how many commands it takes to read it.
reads() {
	echo $((($(openssl x509 -in "$1" -outform DER | wc -c) + 255) / 256))
}

# verified KEY [OPTION...]: a.sig is a signature of the file a.
verified() {
	key=$1
	shift
	openssl dgst -sha256 -verify "$key.pub" -signature a.sig "$@" a
}

# agent_starts COMMAND -D -a SOCKET [OPTION...]
agent_starts() {
	rm -f "$4"
	serve "$(basename "$4")" "$@"
	ready "$(basename "$4")" test -S "$4"
}

# job FLOOR DESCRIPTION
job() {
	floor=$1 what=$2
}

# ours MOST BY COMMAND..., peer BY COMMAND...
ours() {
	most=$1
	shift
	row "$@"
}

peer() {
	most=-
	row "$@"
}

row() {
	by=$1
	shift
	row_$pass "$@"
}

# done_right STATUS: the last program did its job.
done_right() {
	[ "$1" -eq 0 ] && $must >log/must 2>&1
}

# write VALUE...: of this row.
write() {
	printf '%s\t' "$what" "$by" "$floor" "$most" >>"$rows"
	echo "$*" | tr ' ' '\t' >>"$rows"
}

# What went to the card and came back, from pcscd's log: commands, bytes,
# signatures that were made.
traffic() {
	awk '/ APDU: | SW: / { bytes += NF - 2 }
	    / APDU: / { commands++; signs = / APDU: 80 2A / }
	    / SW: .* 90 00 *$/ { signatures += signs }
	    END { print commands + 0, bytes + 0, signatures + 0 }' \
	    "$PCSC_DIR/pcscd.log"
}

# The shortest time of some: other programs run here, too.
row_time() {
	least=
	for time in $times; do
		rm -f a.sig in/*.sig
		: >"$PCSC_DIR/pcscd.log"
		setsid -w "$measure" weighed "$@" >log/out 2>log/err <"$stdin"
		read -r status us memory <weighed
		if ! done_right "$status"; then
			write no
			return
		fi
		[ "${least:-$us}" -lt "$us" ] || least=$us
	done
	[ -z "$outside" ] || memory=-
	write $(traffic) "$least" "$memory"
}

row_instructions() {
	write_instructions "$(counted "$@")"
}

write_instructions() {
	printf '%s\t%s\t%s\n' "$what" "$by" "${1:-0}" >>"$rows.instructions"
}

# counted COMMAND...: the instructions of a program and its children.
counted() {
	rm -f log/callgrind.* a.sig in/*.sig
	setsid -w valgrind --tool=callgrind --callgrind-out-file=/dev/null \
	    --trace-children=yes --log-file=log/callgrind.%p "$@" \
	    >log/out 2>log/err <"$stdin"
	done_right $? || return
	sed -n 's/.*Collected : //p' log/callgrind.* |
	    awk '{ n += $1 } END { printf "%.0f\n", n }'
}

# each COUNT BY WHAT: without a reader, by the program of that name.
each() {
	by=$2 most=- must=true
	each_$pass "$1" "$3"
}

each_time() {
	for time in $times; do
		"$measure" weighed "$each" "$2" "$1" card 2>log/err || return
	done >log/out
	read -r status us memory <weighed
	write - - - "$(sort -n log/out | head -n 1)" "$memory"
}

each_instructions() {
	n=$(counted --toggle-collect=work_done "$each" "$2" "$1" card)
	write_instructions $((${n:-0} / $1))
}

# What the jobs need.
prepare() {
	make_certificates
	openssl x509 -in card/sign.pem -out sign.pem
	for key in auth sign; do
		openssl x509 -in $key.pem -pubkey -noout >$key.pub
	done
	openssl dgst -sha256 -binary a >digest
	printf 'GET / HTTP/1.0\r\n\r\n' >request
	(umask 077; echo 5678 >text.pin; printf 1234 >bridge.pin)
	mkdir in
	for i in 0 1 2 3 4 5 6 7 8 9; do
		echo $i >in/$i
	done
	"$PYTHON" "$here/../apps/pdfs.py" make plain a.pdf
	echo '<doc Id="t">Hello</doc>' >a.xml
	printf '#!/bin/sh\necho 1234\n' >askpass
	chmod +x askpass
	SSH_ASKPASS=$tmp/askpass SSH_ASKPASS_REQUIRE=force
	export SSH_ASKPASS SSH_ASKPASS_REQUIRE
	ssh-keygen -i -m PKCS8 -f auth.pub >key.pub
	"$each" make-crl 1 card
	port=$(free_port)
	serve server openssl s_server -accept "$port" -cert file.pem \
	    -key file.key -www -Verify 1 -verify_return_error \
	    -CAfile auth-ca.pem
	ready server connects "$port"
}

# pass NAME [OPTION...] -- JOBS...: with the card in a reader that is as the
# options of serve say.
pass() {
	pass=$1 outside='' options=
	shift
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	shift
	insert 1 card $options
	for part; do
		$part
	done
	eject 1
}

# instructions_of BY: in the first job.
instructions_of() {
	awk -F '\t' -v by="$1" '$2 == by { print $3; exit }' \
	    "$rows.instructions"
}

# Ours are at most so much of theirs.
guard_instructions() {
	command -v valgrind >/dev/null || {
		skip 'instructions' 'no valgrind here'
		return
	}
	pass instructions -- sign_jobs
	theirs=$(instructions_of 'pkcs11-tool, OpenSC')
	while IFS='|' read -r by percent; do
		n=$(instructions_of "$by")
		echo "# $by: $n instructions, $((n * 100 / theirs)) %"
		[ "$n" -gt 0 ] && [ $((n * 100)) -le $((theirs * percent)) ]
		result $? "$by: at most $percent % of the instructions"
	done <<-'END'
	jpki-sign|85
	pkcs11-tool, jpki-pkcs11|95
	END
}

check() {
	rows=$tmp/rows
	pass time -- $jobs
	plain_jobs
	while IFS='	' read -r what by floor most commands rest; do
		[ "$most" != - ] || {
			[ "$commands" = - ] ||
			    echo "# $what, $by: $commands commands"
			continue
		}
		[ "$commands" != no ] && [ "$commands" -le "$most" ]
		result $? "$what, $by: $commands of $most commands"
	done <"$rows"
	guard_instructions
	for lang in en ja; do
		ok "the table, $lang" "$PYTHON" "$here/table.py" --lang $lang \
		    "$rows"
	done
	finish
}

jobs='sign_jobs more_sign_jobs document_jobs log_in_jobs ask_jobs'
times='1 2 3'
if [ "$rows" = --check ]; then
	times=1
	prepare
	jobs="$jobs agent_jobs"
	check
fi
prepare >&2
rm -f "$rows" "$rows.instructions"
pass time --delay-ms 20 --sign-ms 300 -- $jobs agent_jobs
plain_jobs
if command -v valgrind >/dev/null; then
	pass instructions -- $jobs
	plain_jobs
fi
"$PYTHON" "$here/table.py" "$rows"
