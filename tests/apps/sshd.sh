# SPDX-License-Identifier: Apache-2.0
#
# sshd of the tests; sourced after tap.sh. Where its package was only unpacked,
# the user "sshd", who must be there for root's, and its folder in /run are
# missing: root's one finds both in mounts of its own, and the system's are
# left alone.
sshd=$(command -v sshd || echo /usr/sbin/sshd)

# make_sshd: the program ./sshd, for the settings in sshd_config, to which it
# adds. If it cannot run here: fails, with the reason in log/sshd.
make_sshd() {
	[ -x "$sshd" ] || { echo 'no sshd here' >log/sshd; return 1; }
	# Newer ones (9.8) are several programs, which may stand elsewhere than
	# they think, and punish whoever fails to log in by not answering.
	parts=${sshd%/sbin/sshd}/lib/openssh
	[ ! -x "$parts/sshd-session" ] ||
	    echo 'PerSourcePenalties no' >>sshd_config
	for part in Session Auth; do
		path=$parts/sshd-$(echo $part | tr SA sa)
		[ ! -x "$path" ] ||
		    echo "Sshd${part}Path $path" >>sshd_config
	done
	private=
	if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
		cp /etc/passwd passwd
		grep -q '^sshd:' passwd ||
		    echo 'sshd:x:65534:65534::/run/sshd:/bin/false' >>passwd
		private="unshare -m sh $tmp/sshd_private"
	fi
	cat >sshd_private <<-END
	mount -t tmpfs none /run && mkdir /run/sshd &&
	    mount --bind $tmp/passwd /etc/passwd && exec "\$@"
	END
	cat >sshd <<-END
	#!/bin/sh
	exec $private env -i $sshd -e -f $tmp/sshd_config "\$@"
	END
	chmod +x sshd
	./sshd -t 2>log/sshd
}
