#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-agent: with ssh and sshd, git, ssh-keygen, and with clients that do what
# none should.
. "$(dirname "$0")/tap.sh"

if ! command -v ssh-keygen >/dev/null; then
	echo "1..0 # SKIP no OpenSSH here"
	exit 0
fi
unset SSH_AUTH_SOCK SSH_AGENT_PID SSH_ASKPASS SSH_ASKPASS_REQUIRE DISPLAY
unset WAYLAND_DISPLAY XDG_CONFIG_HOME
HOME=$tmp XDG_RUNTIME_DIR=$tmp TMPDIR=$tmp
export HOME XDG_RUNTIME_DIR TMPDIR
JPKI_READER=soft:$tmp/card
export JPKI_READER
agent_pid='' sshd_pid=
trap 'stop; [ -z "$sshd_pid" ] || kill "$sshd_pid"; rm -rf "$tmp"' EXIT
client="$PYTHON $here/agent_client.py"

# start [OPTION...]: an agent in the background of this shell; what it says is
# in log/agent.
start() {
	jpki-agent -D -a "$tmp/sock" "$@" >log/lines 2>>log/agent &
	agent_pid=$!
	SSH_AUTH_SOCK=$tmp/sock
	export SSH_AUTH_SOCK
	until_ok listens
}

listens() {
	ssh-add -l
	[ $? -ne 2 ]
}

stop() {
	if [ -n "$agent_pid" ]; then
		kill "$agent_pid"
		wait "$agent_pid"
	fi
	agent_pid=
}

# fresh [OPTION...]: the same with a new card and nothing said before.
fresh() {
	stop
	new_card card card
	cat log/agent >>everything 2>/dev/null
	: >log/agent
	: >asked
	start "$@"
}

# How many commands, and PINs, the agent sent.
n_commands() {
	grep -c '^> ' log/agent
}

n_verify() {
	grep -c '^> 0020[0-9A-F]* \[PIN\]' log/agent
}

sign() {
	rm -f a.sig
	timeout 120 ssh-keygen -q -Y sign -n file -f key.pub a
}

# not DESCRIPTION COMMAND...: the command fails.
not() {
	description=$1
	shift
	! "$@" >log/ok 2>&1
	result $? "$description"
}

# An askpass: notes how it was called, and answers with what is in the file
# "answer"; with its exit code from the file "refuses", if that is there. With
# "stays" it closes its output and does not go, with "talks" it says much.
cat >askpass <<EOF
#!/bin/sh
printf '%s [%s]\n' "\$1" "\${SSH_ASKPASS_PROMPT:-}" >>$tmp/asked
[ ! -e $tmp/hold ] || { sleep 600 & echo \$! >$tmp/holding; wait; }
[ ! -e $tmp/stays ] || { trap '' TERM; sleep 600 >/dev/null & exec >/dev/null
	echo \$! >$tmp/holding; while :; do wait; done; }
[ ! -e $tmp/talks ] || { cat $tmp/answer; head -c 200000 /dev/zero; }
[ "\${SSH_ASKPASS_PROMPT:-}" = confirm ] && exec sh -c "[ ! -e $tmp/refuses ]"
cat $tmp/answer
EOF
chmod +x askpass
(umask 077; cp auth.pin answer)
SSH_ASKPASS=$tmp/askpass SSH_ASKPASS_REQUIRE=force
export SSH_ASKPASS SSH_ASKPASS_REQUIRE

# The list
fresh
ssh-add -L >key.pub 2>log/err
is "one key, without a PIN" "$(cut -d ' ' -f 1 key.pub) $(n_verify)" \
    "ssh-rsa 0"
is "its comment names the card" "$(cut -d ' ' -f 3- key.pub)" \
    "My Number Card (soft:$tmp/card)"
ok "few commands: $(n_commands)" [ "$(n_commands)" -le 11 ]
ssh-add -L >/dev/null 2>&1
ok "none for another list" [ "$(n_commands)" -le 11 ]
run jpki-info --ssh-key
works "jpki-info --ssh-key"
is "says the same" "$(cat log/out)" \
    "$(cut -d ' ' -f 1,2 key.pub) My Number Card"
run jpki-info --ssh-key card/auth.pem
is "also of a file" "$(cat log/out)" \
    "$(cut -d ' ' -f 1,2 key.pub) My Number Card"
openssl x509 -in card/auth.pem -noout -pubkey >pub.pem
ssh-keygen -i -m PKCS8 -f pub.pem >other.pub 2>log/err
is "as ssh-keygen says it" "$(cut -d ' ' -f 2 key.pub)" \
    "$(cut -d ' ' -f 2 other.pub)"
is "the socket is the user's alone" "$(stat -c %a sock)" 600

# Signatures
printf 'me ' | cat - key.pub >signers
verify() {
	ssh-keygen -q -Y verify -n file -I me -f signers -s a.sig <a
}
before=$(n_commands)
ok "ssh-keygen -Y sign" sign
ok "verifies" verify
ok "the first in few commands: $(($(n_commands) - before))" \
    [ $(($(n_commands) - before)) -le 7 ]
is "the PIN was asked for, with what it is for" \
    "$(sed 's/ (.*)//' asked)" \
    'Sign, for "file"
auth PIN, 3 tries left:  []'
before=$(n_commands)
ok "once more" sign
is "in five commands" $(($(n_commands) - before)) 5
is "without a question" "$(wc -l <asked)" 2
ok "SHA-256 and SHA-512, never SHA-1" $client flags
ok "which is told" grep -q 'asked for, such as ssh-rsa (SHA-1)' log/agent

# What ends the time of a PIN
asks() {
	: >asked
	sign 2>log/err && [ -s asked ]
	result $? "$1"
}
ok "ssh-add -D" ssh-add -q -D
asks "makes it ask again"
kill -USR1 "$agent_pid"
: >asked
again() {
	sign && [ -s asked ]
}
until_ok again
ok "so does SIGUSR1" [ -s asked ]
printf 'lock it\n' >passphrase
cat >lock.py <<'EOF'
import os, struct, sys, socket
s = socket.socket(socket.AF_UNIX)
s.connect(os.environ["SSH_AUTH_SOCK"])
p = sys.argv[2].encode()
b = bytes([int(sys.argv[1])]) + struct.pack(">I", len(p)) + p
s.sendall(struct.pack(">I", len(b)) + b)
sys.exit(s.recv(5)[4] != 6)
EOF
lock="$PYTHON lock.py"
ok "locked" $lock 22 "lock it"
is "no key is told" "$(ssh-add -L 2>&1)" "The agent has no identities."
not "nothing is signed" sign
not "nor locked again" $lock 22 other
ok "passphrases cannot be guessed fast" $client unlock
asks "unlocked, it asks again"
stop
start -t 1
ok "-t 1" sign
expired() {
	: >asked
	sign && [ -s asked ]
}
sleep 1.2
ok "is over after a second" expired
stop
start -t 2
ok "-t 2" sign
: >asked
until_ok again
ok "is over then, however often it was used" [ -s asked ]
stop
jpki-softcard set card sign-ms=3500 >log/ok
start -t 3
ok "-t 3" sign
ok "a signature that takes longer" sign
jpki-softcard set card sign-ms=0 >log/ok
asks "does not begin the time anew"
stop
start --life 0
ok "-t 0" sign
asks "is asked each time"

# Wrong PINs
(umask 077; cp wrong.pin answer)
fresh
not "a wrong PIN" sign
is "costs one try" "$(tries card auth) $(n_verify)" "2 1"
ok "and is told" grep -q 'wrong PIN.*2 tries left' log/agent
not "the same one again" sign
is "is not sent" "$(tries card auth) $(n_verify)" "2 1"
is "though asked for, with the tries" \
    "$(sed -n 's/^auth.*, \(.*\):.*/\1/p' asked | tr '\n' ,)" \
    "3 tries left,2 tries left,"
printf 123 >answer
not "a wrong shape" sign
is "costs none" "$(tries card auth) $(n_verify)" "2 1"
cp auth.pin answer
ok "the right one" sign
is "fills the counter up" "$(tries card auth)" 3
(umask 077; cp wrong.pin pinfile)
fresh --pin-source "file:$tmp/pinfile"
for i in 1 2 3; do
	not "a wrong PIN in a file, log-in $i" sign
done
is "costs one try" "$(tries card auth) $(n_verify)" "2 1"
is "and asks nobody" "$(wc -l <asked)" 0
fresh --pin-source "file:$tmp/auth.pin"
ok "the right one in a file" sign
mkdir -p .config/jpki
echo "pin-source.auth = file:$tmp/auth.pin" >.config/jpki/jpki.conf
fresh
ok "in the file of settings" sign
is "nobody is asked" "$(wc -l <asked)" 0
echo "pin-source = 5179" >.config/jpki/jpki.conf
run jpki-agent -D -a "$tmp/sock2"
fails 65 'jpki.conf, line 1: unknown key' "a mistake in it"
rm .config/jpki/jpki.conf

# Cards come and go
fresh
ok "a card" sign
mv card card.away
is "taken out" "$(ssh-add -L 2>&1)" "The agent has no identities."
not "signs no more" sign
jpki-softcard new card >log/out 2>&1
before=$(n_verify)
not "another one has another key" sign
is "and gets no PIN" "$(n_verify)" "$before"
rm -rf card
mv card.away card
: >asked
ok "the first one is back and signs, without a restart" sign
is "after the PIN was given anew" "$(grep -c '^auth' asked)" 1

# Several clients
rm -f many.*
for i in 1 2 3 4 5 6 7 8 9 10; do
	for k in 1 2 3 4 5; do
		echo "$i $k" >"many.$i.$k"
		ssh-keygen -q -Y sign -n file -f key.pub "many.$i.$k" \
		    2>>log/many &
		pids="${pids:-} $!"
	done
done
for pid in $pids; do
	wait "$pid"
done
is "50 at once" "$(ls many.*.sig | wc -l)" 50
ok "attacks end themselves alone" $client attacks
ok "slow ones hold up nobody" $client slow
ssh-add -q -D
: >asked
touch hold
rm -f a.sig
ssh-keygen -q -Y sign -n file -f key.pub a 2>log/err &
signing=$!
until_ok [ -s holding ]
ok "nor does a question" ssh-add -L
kill "$signing"
ok "which ends with its client" until_ok gone "$(cat holding)"
rm -f hold holding
ok "the next one is asked" sign
ssh-add -q -D
touch talks
: >asked
before=$(n_verify)
not "an askpass that says more than a pipe holds" sign
is "is asked again, but not for ever" "$(grep -c '^auth' asked)" 3
is "and nothing was sent" "$(n_verify)" "$before"
rm talks
touch stays
ssh-keygen -q -Y sign -n file -f key.pub a 2>log/err &
signing=$!
until_ok [ -s holding ]
kill "$signing"
ok "one that does not go is ended with its client" \
    until_ok gone "$(cat holding)"
rm stays holding
SSH_ASKPASS=askpass PATH=$PATH:$tmp fresh
ok "a name without its folder" sign
# Too few descriptors for a client, and nobody gives one back.
limit=$(prlimit --pid "$agent_pid" --nofile -o SOFT --noheadings)
prlimit --pid "$agent_pid" --nofile=4:
timeout 60 ssh-add -L >late 2>&1 &
listing=$!
sleep 0.5
prlimit --pid "$agent_pid" --nofile="$limit:"
ok "a client that there was no descriptor for waits" wait "$listing"
if [ "$(id -u)" -eq 0 ] && id nobody >/dev/null 2>&1; then
	chmod 755 "$tmp"
	chmod 666 sock
	ok "another user is refused" $client uid nobody
	chmod 600 sock
else
	skip "another user is refused" "needs root"
fi

# Confirmation
ssh-keygen -q -t ed25519 -N '' -f host
ssh-keygen -q -t rsa -N '' -f host-rsa
ssh-keygen -q -t ecdsa -N '' -f host-ecdsa
fresh -c
for key in host host-rsa host-ecdsa; do
	ok "session-bind@openssh.com, $key" $client bind $key
done
touch refuses
not "-c: no" sign
is "no PIN was sent" "$(n_verify)" 0
rm refuses
ok "-c: yes" sign
is "asked before" "$(grep -c 'confirm\]' asked)" 2
(unset SSH_ASKPASS; SSH_ASKPASS=/nonexistent; export SSH_ASKPASS
    fresh -c
    not "nobody to ask" sign
    ok "is told" grep -q 'no SSH_ASKPASS' log/agent
    stop
    echo "$count $failed" >counts)
read -r count failed <counts
agent_pid=

# A terminal
SSH_ASKPASS_REQUIRE=never
export SSH_ASKPASS_REQUIRE
fresh
typed 1234 ssh-keygen -Y sign -n file -f key.pub b
is "on the terminal of the program" "$rc" 0
ok "asked there" grep -q 'auth PIN.*3 tries left' log/out
if shows_pin log/out; then false; fi
result $? "nothing of it is shown"
ssh-add -q -D
rm -f b.sig
typed 9999 ssh-keygen -Y sign -n file -f key.pub b
is "a wrong one there" "$(tries card auth)" 2
ok "is told there" grep -q 'jpki-agent: wrong PIN' log/out
rm -f b.sig
typed ^C ssh-keygen -Y sign -n file -f key.pub b
is "given up" "$(tries card auth)" 2
rm -f b.sig
run ssh-keygen -Y sign -n file -f key.pub b
not "no terminal, no askpass" [ "$rc" -eq 0 ]
ok "is told" grep -q 'no terminal' log/agent
what="another process with the number of one that is gone"
$client reuse >log/ok 2>log/err
rc=$?
if [ $rc -eq 1 ] && grep -q -e PermissionError -e ReadOnly log/err ||
    [ $rc -eq 77 ]; then
	skip "$what" "numbers of processes cannot be chosen here"
else
	result $rc "$what"
fi
SSH_ASKPASS_REQUIRE=force
stop

# As ssh-agent is started
run jpki-agent
is "to the background" "$rc" 0
cp log/out lines
. ./lines >/dev/null
is "in a folder of its own" \
    "$(stat -c %a "$(dirname "$SSH_AUTH_SOCK")") $(stat -c %a "$SSH_AUTH_SOCK")" \
    "700 600"
ok "it is there" ssh-add -L
sock=$SSH_AUTH_SOCK
ok "and signs" sign
run jpki-agent -k
is "-k" "$(cat log/out)" "unset SSH_AUTH_SOCK;
unset SSH_AGENT_PID;
echo Agent pid $SSH_AGENT_PID killed;"
is_gone() {
	[ ! -e "$(dirname "$sock")" ]
}
until_ok is_gone
ok "removes what was made" is_gone
unset SSH_AUTH_SOCK SSH_AGENT_PID
fails_k() {
	run jpki-agent -k
	fails 1 'nothing was ended' "-k without an agent"
}
fails_k
run env SHELL=/bin/tcsh jpki-agent
is "for csh" "$(sed "s/'.*'/X/; s/ [0-9]*;/ N;/" log/out)" \
    "setenv SSH_AUTH_SOCK X;
setenv SSH_AGENT_PID N;
echo Agent pid N;"
kill "$(sed -n 's/^setenv SSH_AGENT_PID \(.*\);/\1/p' log/out)"
run jpki-agent sh -c 'ssh-add -L && echo "$SSH_AUTH_SOCK" >sock.name; exit 7'
is "a command has one of its own" "$rc $(cut -d ' ' -f 1 log/out)" "7 ssh-rsa"
sock=$(cat sock.name)
until_ok is_gone
ok "which ends with it" is_gone
run env SSH_ASKPASS_REQUIRE=never jpki-agent ssh-keygen -Y sign -n file \
    -f key.pub b
not "with nobody to ask it fails" [ "$rc" -eq 0 ]
ok "and hears why" grep -q '^jpki-agent: There is no terminal' log/err
run env JPKI_READER="soft:$tmp/none" jpki-agent ssh-add -L
ok "and that there is no card" grep -q '^jpki-agent: no card' log/err
run jpki-agent /nonexistent
is "no such command" "$rc" 1
start
kill -9 "$agent_pid"
wait "$agent_pid" 2>/dev/null
start
ok "a socket that was left behind is replaced" ssh-add -L
run jpki-agent -D -a "$tmp/sock"
is "one in use is not" "$rc" 1
stop
ok "and goes with its agent" [ ! -e sock ]
$client activate "$tmp/unit" jpki-agent -D 2>>log/agent &
agent_pid=$!
until_ok connects unit
SSH_AUTH_SOCK=$tmp/unit
ok "a socket of systemd's" ssh-add -L
stop
ok "stays" [ -S unit ]
for args in "-a $tmp/it's" "-D -a $tmp/it's"; do
	run jpki-agent $args
	fails 64 'quotation mark' "a path that a shell would misread: ${args%% *}"
	ok "leaves no agent" [ ! -e "$tmp/it's" ]
done
for closed in '>/dev/full' '>&-' '<&- >&- 2>&-'; do
	run sh -c "jpki-agent -a '$tmp/untold' $closed"
	ok "nobody is told of it ($closed): fails" [ "$rc" -eq 1 ]
	ok "nor is it there" until_ok [ ! -e untold ]
done
jpki-agent -D -a "$tmp/sock" <&- >&- 2>&- &
agent_pid=$!
SSH_AUTH_SOCK=$tmp/sock
ok "without any stream it answers" until_ok listens
stop
run timeout 60 jpki-agent -a ''
fails 64 'path of a socket' "an empty path"
run jpki-agent -t 1x
fails 64 'a time such as' "no time"
run jpki-agent -Z
fails 64 'no such option' "no such letter"

# git
if command -v git >/dev/null; then
	fresh
	git init -q repository 2>/dev/null
	cd repository || exit 99
	git config user.name N
	git config user.email n@example.com
	git config gpg.format ssh
	git config user.signingKey "$tmp/key.pub"
	git config gpg.ssh.allowedSignersFile "$tmp/allowed"
	printf 'n@example.com ' | cat - ../key.pub >../allowed
	cd ..
	ok "git commit" git -C repository commit -q -S --allow-empty -m one
	ok "git tag" git -C repository tag -s -m two two
	ok "verify-commit" git -C repository verify-commit HEAD
	ok "verify-tag" git -C repository verify-tag two
else
	skip "git" "it is not installed"
fi

# What the manual's EXAMPLES say, where the host "server" has its home in the
# folder "remote", and lets one in at first with another key.
run_manual() {
	if ! command -v git >/dev/null || [ ! -x "$sftp" ]; then
		skip "the manual" "git or sftp-server is not installed"
		return
	fi
	mkdir -p remote/.ssh bin
	ssh-keygen -q -t ed25519 -N '' -C first -f first
	cp first.pub remote/.ssh/authorized_keys
	for program in ssh scp; do
		printf '#!/bin/sh\nexec %s -F %s "$@"\n' \
		    "$(command -v $program)" "$tmp/ssh_config" >bin/$program
		chmod +x bin/$program
	done
	echo 'sed -i "/ first$/d" ../remote/.ssh/authorized_keys' >only_card
	git init -q manual 2>/dev/null
	for file in file letter; do
		echo "$file" >manual/$file
	done
	{
		echo 'trap "jpki-agent -k" EXIT'
		echo 'git config user.email me@example.com'
		echo 'git config user.name me'
		echo 'git add letter'
		awk '/^\.Sh/ { on = $2 == "EXAMPLES" }
		on && (more || /^\$ /) && !/systemctl/ {
			sub(/^\$ /, "")
			if (/authorized_keys/)
				$0 = $0 "; sh ../only_card"
			more = sub(/\\e$/, "\\")
			print
		}' "$here/../../examples/tools/man/jpki-agent.1"
	} >manual.sh
	is "the manual's commands" "$(wc -l <manual.sh)" 20
	new_card card card
	(cd manual && PATH=$tmp/bin:$PATH sh -e ../manual.sh) >log/out \
	    2>log/err </dev/null
	result $? "work as they stand there"
	is "and do what they say" \
	    "$(cat remote/file) $(grep -c 'My Number' \
	    remote/.ssh/authorized_keys)" "file 1"
}

# ssh and sshd
. "$here/sshd.sh"
sftp=${sshd%/sbin/sshd}/lib/openssh/sftp-server
port=$(free_port)
cat >sshd_config <<EOF
Port $port
ListenAddress 127.0.0.1
HostKey $tmp/host
PidFile $tmp/sshd.pid
AuthorizedKeysFile $tmp/authorized $tmp/remote/.ssh/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp $sftp
MaxStartups 100
ForceCommand mkdir -p $tmp/remote; cd $tmp/remote; eval "\$SSH_ORIGINAL_COMMAND"
EOF
cat >ssh_config <<EOF
Host test server
HostName 127.0.0.1
Port $port
User $(id -un)
UserKnownHostsFile $tmp/known
GlobalKnownHostsFile /dev/null
BatchMode yes
IdentityFile $tmp/first
EOF
cp key.pub authorized
answers() {
	ssh-keyscan -p "$port" 127.0.0.1 >keys 2>/dev/null && [ -s keys ]
}
if make_sshd; then
	./sshd -D 2>log/sshd &
	sshd_pid=$!
	ok "sshd answers" until_ok answers
	cp keys known
	mkdir -p .ssh
	fresh
	log_in() {
		ssh -F ssh_config test true
	}
	ok "ssh" log_in
	ok "tells for which log-in" grep -q "^Log in as $(id -un) at " asked
	before=$(n_commands)
	ok "ssh once more" log_in
	is "in five commands" $(($(n_commands) - before)) 5
	is "without a question" "$(grep -c '^auth' asked)" 1
	ok "scp" scp -q -F ssh_config a test:"$tmp/copied"
	ok "brought it there" cmp a copied
	print=$(ssh-keygen -l -f host | cut -d ' ' -f 2)
	ok "the host is named by its key" grep -q "$print" asked
	(umask 077; cp wrong.pin pinfile)
	fresh --pin-source "file:$tmp/pinfile"
	for i in 1 2 3; do
		not "a wrong PIN in a file, log-in $i" log_in
	done
	is "one try" "$(tries card auth) $(n_verify)" "2 1"
	# Through the host: the agent goes on from there.
	fresh -c
	ok "a forwarded agent" ssh -A -F ssh_config test \
	    "ssh-keygen -q -Y sign -n file -f $tmp/key.pub $tmp/c"
	ok "is asked for, with the host" \
	    grep -q "through.*$print" asked
	stop
	rm authorized
	run_manual
	kill "$sshd_pid"
	wait "$sshd_pid" 2>/dev/null
else
	skip "ssh" "sshd cannot run here: $(tail -1 log/sshd 2>/dev/null)"
fi
sshd_pid=
stop

cat log/agent asked >>everything
! shows_pin everything
result $? "no PIN in what it said"
finish
