# SPDX-License-Identifier: Apache-2.0
# need PACKAGE...: installs the Debian packages that are missing. Sourced.
need() {
	missing=
	for p in "$@"; do
		dpkg-query -W -f '${Status}' "$p" 2>/dev/null |
		    grep -q 'ok installed' || missing="$missing $p"
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
