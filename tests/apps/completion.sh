#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# completion.sh SOURCE BASH-COMPLETION ZSH-COMPLETION: what bash and zsh offer
# behind the names of the programs.
. "$(dirname "$0")/tap.sh"
unset JPKI_DEBUG
source=$1 bash_file=$2 zsh_file=$3
helper=$source/examples/tools/completion/complete.sh
bash_completion=/usr/share/bash-completion/bash_completion

# offers PROGRAM [WORD...] CURRENT: words, in order.
offers() {
	sh "$helper" "$@" 2>log/err | cut -f 1 | sort | tr '\n' ' ' |
	    sed 's/ $//'
}

# Each option of a manual, which has those of the program's table
# (tests/check/man.sh): none is missing, none is made up.
for program in "$JPKI_PROGRAMS"/jpki-*; do
	[ -f "$program" ] && [ -x "$program" ] || continue
	name=${program##*/}
	page=$source/examples/tools/man/$name.1
	[ -f "$page" ] || continue	# a unit, not a program
	wanted=$({
	    grep '^\.It Fl' "$page" | grep -o 'Fl [-a-zA-Z0-9]*' |
		sed 's/Fl /-/'
	    # A switch of a software card is described as it is set.
	    grep '^\.It Cm .* Ns = ' "$page" | grep -o 'Cm [a-z0-9-]* Ns =' |
		sed 's/Cm \(.*\) Ns =/--\1/'
	} | sort -u | tr '\n' ' ' | sed 's/ $//')
	is "all options of $name" "$(offers "$name" -)" "$wanted"
	is "$name is completed by bash" \
	    "$(grep -c "^} && complete.* $name\\( \\|\$\\)" "$bash_file")" 1
	is "$name is completed by zsh" \
	    "$(grep -c "^#compdef.* $name\\( \\|\$\\)" "$zsh_file")" 1
done

is 'commands' "$(offers jpki-cms '')" 'cosign sign stamp verify'
is 'what a command begins with' "$(offers jpki-pin s)" status
is 'keys' "$(offers jpki-sign '')" 'auth sign'
is 'and then files' "$(offers jpki-sign auth a '')" :files
is 'no more files than a command takes' "$(offers jpki-cms stamp a '')" ''
is 'PINs' "$(offers jpki-pin try '')" 'auth sign text'
is 'options do not count as operands' \
    "$(offers jpki-pin --reader try --json try '')" 'auth sign text'
is 'values to choose from' "$(offers jpki-cms --lang '')" 'en ja'
is 'and behind an equals sign' "$(offers jpki-cms sign --key=s)" --key=sign
is 'digests, from the text' "$(offers jpki-cms --md '')" \
    'sha256 sha384 sha512'
is 'nothing where anything can stand' "$(offers jpki-cms --min-tries '')" ''
is 'after -- only operands' "$(offers jpki-info -- -)" :files
is 'rows of the law book' "$(offers jpki-rules explain B1)" \
    'B1 B10 B11 B12'
is 'every one of them' "$(offers jpki-rules explain '' | wc -w)" \
    "$(jpki-rules explain --all --json | grep -c '"id"')"
for row in $(offers jpki-rules explain ''); do
	jpki-rules explain "$row" >/dev/null 2>&1 || echo "$row"
done >unknown
is 'each can be explained' "$(cat unknown)" ''
is 'events' "$(offers jpki-rules event mov)" 'moved-in moved-out'
is 'tries' "$(offers jpki-rules pin auth '')" 'auth= sign= text='
is 'keys as URIs' "$(offers jpki-wrap '')" 'jpki://auth jpki://sign'
is 'switches of a software card' \
    "$(offers jpki-softcard set card auth-)" auth-not-after=
is 'where a PIN comes from' "$(offers jpki-info --pin-source '')" \
    'fd: file: tty'
is 'files behind file:' "$(offers jpki-info --pin-source file:au)" \
    file:auth.pin
mkdir -p cards/one
is 'folders behind soft:' "$(offers jpki-info --reader=soft:c)" \
    --reader=soft:cards/
is 'what an option does, in the language of the user' \
    "$(LC_ALL=ja_JP.UTF-8 sh "$helper" jpki-cms --pem)" \
    '--pem	DER でなく PEM で書きます'
is 'nothing of a program that is not there' "$(offers jpki-none '')" ''

# Readers of a pcscd, as jpki-doctor tells them.
mkdir bin
cat >bin/jpki-doctor <<'END'
#!/bin/sh
cat <<'JSON'
    {
      "layer": "readers",
      "status": "ok",
      "finding": "0: SCM SCR 3310 [CCID] (21121) 00 00 (empty)",
      "remedy": ""
    },
    {
      "layer": "readers",
      "status": "ok",
      "finding": "1: Sony RC-S380 01 00 (mute card)",
      "remedy": ""
    },
    {
      "layer": "card",
      "status": "ok",
      "finding": "2: no reader (card)",
JSON
END
chmod +x bin/jpki-doctor
PATH=$tmp/bin:$PATH
is 'readers' "$(sh "$helper" jpki-info --reader '' | cut -f 1 | tr '\n' ,)" \
    'soft:,SCM SCR 3310 [CCID] (21121) 00 00,Sony RC-S380 01 00,'

# The shells themselves: a program that shows what it was given.
installed=$(sed -n "s/.*'\(.*\)\/complete.sh'.*/\1/p" "$bash_file" | head -1)
mkdir zsh
sed "s|$installed|${helper%/*}|" "$bash_file" >jpki.bash
sed "s|$installed|${helper%/*}|" "$zsh_file" >zsh/_jpki
cat >bash.rc <<END
. $bash_completion
. $tmp/jpki.bash
PS1='ready: '
END
cat >.zshrc <<END
fpath=($tmp/zsh \$fpath)
autoload -U compinit
compinit -D -u
PS1='ready: '
END
cat >>bash.rc <<'END'
for p in jpki-cms jpki-info jpki-pin; do
	eval "$p() { printf '<%s>' \"\$@\"; }"
done
END
tail -3 bash.rc >>.zshrc
: >'my card.pem'

# completes SHELL TYPED WANTED
completes() {
	ZDOTDIR=$tmp "$PYTHON" "$here/completing.py" "$2" $1 >log/out \
	    2>log/err
	grep -qF "$3" log/out
	rc=$?
	[ $rc -eq 0 ] || sed 's/^/# /' log/out
	result $rc "${1%% *}: $3"
}

for shell in 'bash --noprofile --rcfile bash.rc -i' 'zsh -d -i'; do
	name=${shell%% *}
	if ! command -v "$name" >/dev/null ||
	    { [ "$name" = bash ] && [ ! -f $bash_completion ]; }; then
		skip "completion in $name" "no $name with completion here"
		continue
	elif ! "$PYTHON" -c 'import os; os.openpty()' 2>/dev/null; then
		skip "completion in $name" 'no pseudo-terminal here'
		continue
	fi
	tab='	'
	completes "$shell" "jpki-cms cos$tab" '<cosign>'
	completes "$shell" "jpki-cms sign --lan${tab}j$tab" '<sign><--lang><ja>'
	completes "$shell" "jpki-cms --lang=j$tab" '<--lang=ja>'
	completes "$shell" "jpki-info --pin-source file:au$tab" \
	    '<--pin-source><file:auth.pin>'
	completes "$shell" "jpki-info --reader so${tab}ca$tab" \
	    '<--reader><soft:cards/'
	completes "$shell" "jpki-info my$tab" '<my card.pem>'
	completes "$shell" "jpki-info --reader Son$tab" \
	    '<--reader><Sony RC-S380 01 00>'
done
finish
