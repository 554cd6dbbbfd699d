# SPDX-License-Identifier: Apache-2.0
# Debian packages for whoever sources this.

# What it takes to build everything but the tests.
build_packages="gcc libc6-dev dpkg-dev meson ninja-build pkg-config openssl
    libssl-dev libpcsclite-dev libjansson-dev libunistring-dev
    libqpdf-dev libxml2-dev libp11-kit-dev"

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
	    $sudo env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
	    apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# want PACKAGE...: the same for what not every release has.
want() {
	for q in "$@"; do
		! apt-cache show "$q" >/dev/null 2>&1 || need "$q" || return
	done
}

# unpack DIR PACKAGE...: for programs whose packages would start services, and
# again with every boot: those that are missing are unpacked below DIR, and
# found there; the libraries that they want are installed. What cannot be had
# is left out.
unpack() {
	dir=$1
	shift
	mkdir -p "$dir"
	PATH=$PATH:$dir/usr/sbin:$dir/usr/bin
	for p in "$@"; do
		installed "$p" || [ -f "$dir/$p" ] && continue
		would=$(apt-get install -s --no-install-recommends "$p" \
		    2>/dev/null | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
		programs= libraries=
		for q in $would; do
			case $q in
			lib*-bin) ;;
			lib*) libraries="$libraries $q" ;;
			*) programs="$programs $q" ;;
			esac
		done
		[ -n "$programs" ] && need $libraries || { echo "no $p"; continue; }
		echo "+ apt-get download$programs"
		(cd "$dir" && apt-get download -qq $programs 2>/dev/null &&
		    for q in $programs; do
			dpkg -x "$q"_*.deb . || exit
		    done && : >"$p") || echo "no $p"
	done
}

# unpack_i386 DIR PACKAGE...: libraries for 32-bit programs, with all that
# they want, below DIR and nowhere else: apt keeps its books there, too.
# DIR/meson.ini is for meson setup --native-file. If it cannot be done: prints
# why, and fails.
unpack_i386() {
	dir=$1
	shift
	[ "$(dpkg --print-architecture)" = amd64 ] ||
	    { echo "for amd64 only"; return 1; }
	if [ ! -f "$dir/meson.ini" ]; then
		rm -rf "$dir"
		mkdir -p "$dir/apt/lists/partial" "$dir/apt/archives/partial"
		: >"$dir/apt/status"
		cat >"$dir/apt/conf" <<-END
		APT::Architecture "i386";
		APT::Architectures { "i386"; };
		Dir::State "$dir/apt";
		Dir::State::status "$dir/apt/status";
		Dir::Cache "$dir/apt";
		END
		# An update also fails for archives without i386.
		(APT_CONFIG=$dir/apt/conf
		    export APT_CONFIG
		    apt-get update -qq
		    apt-get install -y -qq --download-only \
			--no-install-recommends "$@") \
		    >"$dir/apt/log" 2>&1 ||
		    { echo "no packages for i386 here"; return 1; }
		for p in "$dir"/apt/archives/*.deb; do
			dpkg -x "$p" "$dir"
		done
		[ -e "$dir/lib" ] || ln -s usr/lib "$dir/lib"
		"$dir/lib/ld-linux.so.2" --version >/dev/null 2>&1 ||
		    { echo "no 32-bit program runs here"; return 1; }
		native_file "$dir" >"$dir/meson.ini"
	fi
}

# Everything of the compiler's but itself is in the folder.
native_file() {
	libs=$1/usr/lib/i386-linux-gnu
	cat <<-END
	[binaries]
	c = ['gcc', '-m32', '--sysroot=$1',
	  '-B$(echo "$1"/usr/lib/gcc/i686-linux-gnu/*)']
	[properties]
	sys_root = '$1'
	pkg_config_libdir = '$libs/pkgconfig'
	[built-in options]
	c_args = ['-D_FILE_OFFSET_BITS=64', '-D_TIME_BITS=64',
	  '-isystem', '$1/usr/include/i386-linux-gnu']
	c_link_args = ['-L$libs', '-Wl,--disable-new-dtags',
	  '-Wl,-rpath,$libs:$1/lib/i386-linux-gnu',
	  '-Wl,--dynamic-linker=$1/lib/ld-linux.so.2']
	END
}
