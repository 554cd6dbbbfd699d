#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Arrows between the parts point downward only. Looks at every #include.
#
# usage: includes.sh SOURCE-ROOT
set -u
cd "$1" || exit 1

find lib provider examples include -name '*.[ch]' -exec grep -H \
    '^[[:space:]]*#[[:space:]]*include' {} + | awk '
BEGIN {
	# Which parts of lib/ a part may use.
	uses["base"] = " base "
	uses["rules"] = " base rules "
	uses["crypto"] = " base crypto "
	uses["certificate"] = " base crypto rules certificate "
	uses["transport"] = " base transport "
	uses["card"] = " base crypto rules certificate transport card "
	uses["softcard"] = " base crypto certificate softcard "
	# Third parties, and the only files that may know them.
	third["openssl"] = "^(lib/(crypto|softcard)|provider|examples)/"
	third["jansson"] = third["uni"] = "^examples/tools/"
	third["qpdf"] = "^examples/tools/pdf/"
	third["libxml"] = "^examples/tools/xml/"
	third["p11-kit"] = "^provider/pkcs11/"
	third["winscard"] = "^lib/transport/pcsc_session\\.c$"
	n = split("arpa/inet.h assert.h ctype.h dirent.h dlfcn.h endian.h " \
	    "errno.h fcntl.h getopt.h glob.h iconv.h inttypes.h langinfo.h " \
	    "libgen.h limits.h locale.h malloc.h netdb.h netinet/in.h " \
	    "netinet/tcp.h poll.h pthread.h pwd.h search.h signal.h spawn.h " \
	    "stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h " \
	    "stdlib.h string.h strings.h sys/auxv.h sys/eventfd.h " \
	    "sys/file.h sys/ioctl.h sys/mman.h sys/prctl.h sys/random.h " \
	    "sys/resource.h sys/select.h sys/signalfd.h sys/socket.h " \
	    "sys/stat.h sys/sysmacros.h sys/time.h sys/types.h sys/un.h " \
	    "sys/wait.h sysexits.h syslog.h termios.h time.h unistd.h " \
	    "wchar.h wctype.h", names, " ")
	for (i = 1; i <= n; i++)
		libc[names[i]] = 1
}
function no(why) { print file ": " name ": " why; bad = 1 }
{
	colon = index($0, ":")
	file = substr($0, 1, colon - 1)
	line = substr($0, colon + 1)
	seen++
	if (match(line, /<[^>]*>/))
		angle = 1
	else if (match(line, /"[^"]*"/))
		angle = 0
	else {
		name = line
		no("neither <name> nor \"name\"")
		next
	}
	name = substr(line, RSTART + 1, RLENGTH - 2)
	split(file, dir, "/")
	split(name, part, "/")
}
angle {
	if (name ~ /^jpki(\/(framework\/)?[a-z]+)?\.h$/ || (name in libc))
		next
	what = ""
	if (name ~ /^openssl\//)
		what = "openssl"
	if (name == "jansson.h")
		what = "jansson"
	if (name ~ /^uni[a-z]*\.h$/ && name != "unistd.h")
		what = "uni"
	if (name ~ /^qpdf\//)
		what = "qpdf"
	if (name ~ /^libxml\//)
		what = "libxml"
	if (name == "p11-kit/pkcs11.h")
		what = "p11-kit"
	if (name ~ /(^|\/)winscard\.h$/)
		what = "winscard"
	if (what == "")
		no("not of libc, jpki or a library that is known here")
	else if (file !~ third[what])
		no("only " third[what] " may include it")
	next
}
# From here on: "name".
dir[1] == "include" { no("public headers are included with <>"); next }
dir[1] != "lib" {
	place = file
	sub(/\/[^\/]*$/, "", place)
	if (dir[2] == "tools" && name ~ /^common\/[a-z_]+\.h$/ &&
	    system("test -f examples/tools/" name) == 0)
		next
	if (name ~ /\// || system("test -f " place "/" name) != 0)
		no("not beside the file that includes it")
	next
}
name == "softcard/softcard.h" && file == "lib/transport/soft.c" { next }
!(dir[2] in uses) || index(uses[dir[2]], " " part[1] " ") == 0 {
	no("lib/" dir[2] " must not know it")
	next
}
system("test -f lib/" name) != 0 { no("no such file in lib/") }
END {
	if (seen == 0)
		print "no #include found"
	exit (bad || seen == 0)
}'
