#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Firefox, on a screen that nobody sees, logs in to a server: the PIN is typed
# into its dialog. Heavy to install, so only with --all of tests/run.sh.
#
# usage: browser.sh MODULE
module=$1
. "$(dirname "$0")/tap.sh"
. "$here/server.sh"
if [ -z "${JPKI_TEST_ALL:-}" ]; then
	echo '1..0 # SKIP only with tests/run.sh --all'
	exit 0
fi
firefox=$(command -v firefox-esr || command -v firefox) ||
    { echo '1..0 # SKIP no Firefox here'; exit 0; }
needs Xvfb xdotool certutil modutil
make_certificates
JPKI_READER=soft:$tmp/card HOME=$tmp XDG_CONFIG_HOME=$tmp
export JPKI_READER HOME XDG_CONFIG_HOME

echo '<title>welcome</title>' >welcome.html
port=$(free_port)
serve server openssl s_server -accept "$port" -cert file.pem -key file.key \
    -WWW -Verify 1 -verify_return_error -CAfile auth-ca.pem
ready server connects "$port"

mkfifo display
setpriv --pdeathsig TERM Xvfb -displayfd 3 -screen 0 1000x800x24 \
    -nolisten tcp 3>display >log/xvfb 2>&1 &
pid_screen=$! servers="$servers screen"
IFS= read -r number <display
DISPLAY=:$number
export DISPLAY

# Each look costs the screen more than the browser has.
looks=120

# visit: a new profile, as jpki-pkcs11(7) sets one up.
visit() {
	rm -rf profile
	mkdir profile
	certutil -N -d sql:profile --empty-password
	modutil -dbdir sql:profile -force -add 'My Number Card' \
	    -libfile "$module" -mechanisms FRIENDLY >log/modutil 2>&1
	certutil -A -d sql:profile -n authority -t C,, -i ca.pem
	cat >profile/user.js <<-END
	user_pref("security.default_personal_cert", "Select Automatically");
	user_pref("browser.shell.checkDefaultBrowser", false);
	user_pref("datareporting.policy.dataSubmissionEnabled", false);
	user_pref("browser.aboutwelcome.enabled", false);
	user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
	END
	serve browser "$firefox" --no-remote --profile "$tmp/profile" \
	    "https://localhost:$port/welcome.html"
}

asked() {
	sleep 1
	xdotool search --onlyvisible --name 'Password Required'
}

# A browser that does not get as far as that, on a machine with other things to
# do, is started again.
visit_until_asked() {
	for chance in 1 2 3 4; do
		visit
		until_ok asked && return
		stop browser KILL
	done
	return 1
}

answer() {
	window=$(asked | head -n 1)
	xdotool windowfocus "$window" type --window "$window" "$1"
	xdotool key --window "$window" Return
}

signed() {
	sleep 1
	[ "$(signed_by browser)" -ge 1 ]
}

sent() {
	sleep 1
	[ "$(verified_by browser)" -ge 1 ]
}

visit_until_asked
result $? 'Firefox asks for the PIN'
is 'and sent none before' "$(verified_by browser)" 0
answer 1234
ok 'it logs in' until_ok signed
page() {
	sleep 1
	xdotool search --onlyvisible --name '^welcome'
}
ok 'and shows the page' until_ok page
stop browser
is 'no try is lost' "$(tries card auth)" 3

visit_until_asked
result $? 'Firefox asks again'
answer 9999
ok 'a wrong PIN' until_ok sent
ok 'is asked for again' until_ok asked
stop browser
is 'and costs one try' "$(verified_by browser) $(tries card auth)" '1 2'
! shows_pin log/browser
result $? 'no PIN is shown'
finish
