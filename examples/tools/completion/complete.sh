#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What can stand next on the command line of a program jpki-*; the completions
# of bash and zsh ask for it. All of it comes from what the program's --help
# says, so that no option can be missing here.
#
# usage: complete.sh PROGRAM [WORD...] CURRENT
#   Prints what CURRENT, which may be empty, can become: one a line, with a tab
#   and what it is. The line ":files" stands for files, ":folders" for folders.
#   Sends a card nothing.
set -u
program=$1
shift
tab=$(printf '\t')

# From --help: "option NAME VALUE TEXT" and "form WORD...", with tabs. A form
# is a line of usage without its options. The names and values are those of
# the English text, $1 is the text for people. What a software card can be set
# to is a "switch".
table() {
	{
		printf '%s\n' "$1"
		echo '--- English'
		"$program" --lang en --help 2>/dev/null
	} | awk -v program="${program##*/}" '
	function form(line,    n, i, t, out) {
		gsub(/\[options\]|\[OPTION\.\.\.\]/, "", line)
		n = split(line, t, " ")
		out = "form"
		for (i = 2; i <= n; i++) {
			if (t[i] == ">" || t[i] == "|")
				break
			# An option; its value, unless it has none.
			if (t[i] ~ /^\[?--/) {
				if (t[i] !~ /\]$/)
					i++
				continue
			}
			out = out "\t" t[i]
		}
		print out
	}
	BEGIN { OFS = "\t"; kind = "option" }
	/^--- English$/ { english = 1; next }
	english && /^usage:/ { usage = 1; sub(/^usage:/, "      ") }
	english && usage && /^       / {
		line = substr($0, 8)
		if (index(line, program " ") == 1) {
			if (open != "")
				form(open)
			open = line
		} else
			open = open " " line
		next
	}
	english && usage { form(open); usage = 0 }
	english && /^switches/ { kind = "switch" }
	english && /^(options of|everywhere)/ { kind = "option" }
	/^  -/ {
		label = substr($0, 3)
		text = ""
		if (match(label, /  +/)) {
			text = substr(label, RSTART + RLENGTH)
			label = substr(label, 1, RSTART - 1)
		}
		value = ""
		n = split(label, names, /, /)
		if (match(names[n], / /)) {
			value = substr(names[n], RSTART + 1)
			names[n] = substr(names[n], 1, RSTART - 1)
		}
		for (i = 1; i <= n; i++)
			if (!english)
				texts[names[i]] = text
			else
				print kind, names[i],
				    value == "" ? "-" : value, texts[names[i]]
	}'
}

# offer WORD [TEXT]: if it begins like what is there already.
offer() {
	case $1 in
	"$current"*) printf '%s\t%s\n' "$1" "${2:-}" ;;
	esac
}

# offer_all BEFORE WORDS: words between "|", and "..." for more of them.
offer_all() {
	printf '%s\n' "$2" | tr '|' '\n' | while read -r word; do
		[ "$word" = ... ] || offer "$1$word"
	done
}

# offer_paths BEFORE TEST: files, or folders (-d), behind a word of our own.
offer_paths() {
	case $current in
	"$1"*) ;;
	*) offer "$1"; return ;;
	esac
	for path in "${current#"$1"}"*; do
		if [ -d "$path" ]; then
			printf '%s\t\n' "$1$path/"
		elif [ "$2" "$path" ]; then
			printf '%s\t\n' "$1$path"
		fi
	done
}

# No reader has this name, so that none is asked for its card.
offer_readers() {
	offer_paths "$1soft:" -d
	jpki-doctor --lang en --json --reader '/none/' 2>/dev/null |
	    sed -n '/"layer": "readers"/,/"finding"/s/^ *"finding": "[0-9]*: \(.*\) ([a-z ]*)",$/\1/p' |
	    while read -r name; do
		offer "$1$name"
	    done
}

# Rows of the law book, its disputes and its seeds.
offer_rows() {
	"$program" explain --all --json 2>/dev/null |
	    sed -n 's/^      "id": "\(.*\)",$/\1/p' | while read -r id; do
		offer "$id"
	done
}

# value BEFORE OPTION VALUE: what an option's value can be, behind BEFORE.
value() {
	case $3 in
	R) offer_readers "$1" ;;
	S)
		offer_paths "$1file:" -f
		offer "$1fd:"
		offer "$1tty"
		;;
	DIR) echo ':folders' ;;
	PATH|PLACE|*FILE*|*DIR*) echo ':files' ;;
	*[a-z0-9]'|'*) offer_all "$1" "$3" ;;
	NAME) choices "$1" "$2" ;;
	esac
}

# choices BEFORE OPTION: those that the text about the option lists, up to its
# explanation: "sha256 (default), sha384 or sha512".
choices() {
	"$program" --lang en --help | awk -v option="$2" '
	/^  -/ { on = $1 == option }
	on { text = text " " $0 }
	END {
		sub(/^ *[^ ]+ NAME +/, "", text)
		gsub(/\([^)]*\)/, "", text)
		sub(/[;:].*/, "", text)
		gsub(/ or /, ",", text)
		n = split(text, words, ",")
		if (n < 2)
			exit
		for (i = 1; i <= n; i++) {
			gsub(/ /, "", words[i])
			if (words[i] !~ /^[a-z0-9-]+$/)
				exit
		}
		for (i = 1; i <= n; i++)
			print words[i]
	}' | while read -r word; do
		offer "$1$word"
	done
}

# operand WORD-OF-A-FORM: what stands there.
operand() {
	word=${1#\[}
	word=${word%...}
	word=${word%\]}
	case $word in
	ROW) offer_rows ;;
	'NAME[@D')	# its bracket is gone
		"$program" event --list | while read -r name text; do
			offer "$name" "$text"
		done
		;;
	URI) offer_all jpki:// 'auth|sign' ;;
	SWITCH=VALUE)
		printf '%s\n' "$options" |
		    while IFS=$tab read -r kind name _ text; do
			[ "$kind" = option ] || offer "${name#--}=" "$text"
		done
		;;
	DIR) echo ':folders' ;;
	WORD|D) ;;
	[a-z]*=N)
		printf '%s\n' "$forms" | grep -F "$1" | tr -d '[]' |
		    tr "$tab" '\n' | sed -n 's/=N$/=/p' |
		    while read -r word; do
			offer "$word"
		done
		;;
	[a-z]*) offer_all '' "$word" ;;
	*) echo ':files' ;;
	esac
}

# takes WORDS WORD: whether a form's first word can be this one.
takes() {
	case "|$1|" in
	*"|$2|"*) return 0 ;;
	esac
	case $1 in
	[a-z]*) return 1 ;;
	esac
}

# operands N FIRST: what can stand at the place after N operands.
operands() {
	printf '%s\n' "$forms" | while IFS= read -r form; do
		IFS=$tab
		set -f
		set -- "$1" "$2" ${form#form}
		set +f
		unset IFS
		place=$1 first=$2
		shift 2
		[ $# -gt 0 ] || { set -- "$place" "$first"; continue; }
		if [ "$place" -gt 0 ] && ! takes "$1" "$first"; then
			set -- "$place" "$first"
			continue
		fi
		i=0 it=
		for word; do
			# The last of a form may be repeated.
			[ $i -le "$place" ] && it=$word
			[ $i -eq "$place" ] && break
			i=$((i + 1))
		done
		case $it in
		*...|*...\]) operand "$it" ;;
		*) [ $i -eq "$place" ] && [ $# -gt "$place" ] &&
			operand "$it" ;;
		esac
		set -- "$place" "$first"
	done | sort -u
}

all=$(table "$("$program" --help 2>/dev/null)")
options=$(printf '%s\n' "$all" | grep -v '^form')
forms=$(printf '%s\n' "$all" | grep '^form')

# value_of OPTION: the form of its value; nothing: it takes none.
value_of() {
	printf '%s\n' "$options" |
	    awk -F "$tab" -v name="$1" '$2 == name && $3 != "-" { print $3 }'
}

wants='' n=0 first='' only_operands=
while [ $# -gt 1 ]; do
	if [ -n "$wants" ]; then
		wants=
	elif [ -n "$only_operands" ]; then
		n=$((n + 1))
	else
		case $1 in
		--) only_operands=yes ;;
		--*=*) ;;
		-?*)
			wants=$(value_of "$1")
			option=$1
			;;
		*)
			[ $n -gt 0 ] || first=$1
			n=$((n + 1))
			;;
		esac
	fi
	shift
done
current=${1:-}

if [ -n "$wants" ]; then
	value '' "$option" "$wants"
elif [ -n "$only_operands" ]; then
	operands $n "$first"
else
	case $current in
	--*=*) value "${current%%=*}=" "${current%%=*}" \
	    "$(value_of "${current%%=*}")" ;;
	-*) printf '%s\n' "$options" | while IFS=$tab read -r _ name _ text; do
		offer "$name" "$text"
	    done ;;
	*) operands $n "$first" ;;
	esac
fi
exit 0
