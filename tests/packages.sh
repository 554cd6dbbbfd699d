# SPDX-License-Identifier: Apache-2.0
# Debian packages for whoever sources this.
installed() {
	dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

# need PACKAGE...: installs those that are missing.
need() {
	missing=
	for p in "$@"; do
		installed "$p" || missing="$missing $p"
	done
	[ -z "$missing" ] && return 0
	sudo=
	if [ "$(id -u)" -ne 0 ]; then
		if ! command -v sudo >/dev/null; then
			echo "Please install as root:$missing" >&2
			return 1
		fi
		sudo=sudo
	fi
	echo "+ apt-get install$missing"
	$sudo apt-get update -qq &&
	    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	    --no-install-recommends $missing >/dev/null
}

# unpack DIR PACKAGE...: for programs whose packages would start services, and
# again with every boot: those that are missing are unpacked below DIR, and
# found there. What cannot be had is left out.
unpack() {
	dir=$1
	shift
	mkdir -p "$dir"
	for p in "$@"; do
		installed "$p" || [ -f "$dir/$p" ] && continue
		echo "+ apt-get download $p"
		(cd "$dir" && apt-get download -qq "$p" 2>/dev/null &&
		    dpkg -x "$p"_*.deb . && : >"$p") || echo "no $p"
	done
	PATH=$PATH:$dir/usr/sbin:$dir/usr/bin
}
