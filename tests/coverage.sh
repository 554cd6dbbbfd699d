#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Which lines and branches of the library the tests reach, a table: files with
# the most branches that were never taken first, and all of them together.
#
# sh tests/coverage.sh [MESON TEST OPTION...]; without an option, the suites
# unit, flow, fuzz, provider and apps. BUILD=DIR keeps the build tree elsewhere
# than in build-coverage/.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build-coverage}
[ $# -gt 0 ] || set -- --suite unit --suite flow --suite fuzz --suite provider \
    --suite apps

# gcc's, without optimisation: a branch of the program is one in the table.
if [ ! -f "$build/build.ninja" ]; then
	CC=gcc meson setup -Db_coverage=true -Dbuildtype=debug "$build" \
	    >/dev/null || exit 1
fi
ninja -C "$build" >/dev/null || exit 1
find "$build" -name '*.gcda' -exec rm -f {} +
unset JPKI_READER JPKI_DEBUG JPKI_CONF OPENSSL_CONF OPENSSL_MODULES
meson test -C "$build" --no-rebuild "$@" >"$build/coverage.log" 2>&1
rc=$?
[ $rc -eq 0 ] || { tail -20 "$build/coverage.log"; echo "tests failed"; }

# gcov names a file, then counts its lines and branches. The library is
# compiled once; both its forms are made of the same objects.
cd "$build" || exit 1
find lib -name '*.gcda' | while read -r data; do
	gcov -b -n -o "$(dirname "$data")" "$data" 2>/dev/null
done | awk -v source="lib/" '
# "NN.NN% of COUNT"
function hit(text,   part) {
	sub(/.*:/, "", text)
	split(text, part, "% of ")
	count = part[2]
	return int(part[1] * part[2] / 100 + 0.5)
}
/^File / {
	name = $0
	sub(/^File \047(\.\.\/)*/, "", name)
	sub(/\047$/, "", name)
	sub(/^.*\/lib\//, "lib/", name)
	mine = index(name, source) == 1 && name ~ /\.c$/
}
mine && /^Lines executed/ {
	lines_hit[name] = hit($0); lines[name] = count
}
mine && /^Taken at least once/ {
	taken[name] = hit($0); branches[name] = count
}
END {
	for (name in lines) {
		printf "%5d %6.1f%% %6.1f%%  %s\n",
		    branches[name] - taken[name],
		    lines[name] ? 100 * lines_hit[name] / lines[name] : 100,
		    branches[name] ? 100 * taken[name] / branches[name] : 100,
		    name
		l += lines[name]; lh += lines_hit[name]
		b += branches[name]; bh += taken[name]
	}
	if (l == 0 || b == 0)
		exit 1
	printf "%5d %6.1f%% %6.1f%%  all of lib\n", b - bh, 100 * lh / l,
	    100 * bh / b
}' | sort -k1,1nr >coverage.txt
echo "never   lines branches"
cat coverage.txt
exit $rc
