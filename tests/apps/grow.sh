#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# grow.sh SOURCE BUILD: a program that was built before every record of the
# interface got a member more runs with the library that was built after.
. "$(dirname "$0")/tap.sh"
unset JPKI_DEBUG
source=$1 build=$2

mkdir grown
cp -R "$source/include" "$source/lib" "$source/provider" "$source/examples" \
    "$source/meson.build" "$source/meson_options.txt" grown
"$PYTHON" - "$source/tests/check" grown/include >records <<'END'
import pathlib
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import abi
import abi_headers

found = abi_headers.read(pathlib.Path(sys.argv[2]).parent).records
growing = [r.name for r in found.values() if abi.kind_of(r) != "frozen"]
for header in pathlib.Path(sys.argv[2]).glob("jpki/**/*.h"):
    text = header.read_text(encoding="utf-8")
    for name in growing:
        text, n = re.subn(r"(struct %s \{[^{}]*)\}" % name,
                          r"\1\tint64_t grown[3];\n}", text)
        if n:
            print(name)
    header.write_text(text, encoding="utf-8")
END
is "every record that may grow has grown" \
    "$(sort records | tr '\n' ' ')" \
    "$(sed -n 's/^record \([a-z_]*\) = \(sized\|lent\)$/\1/p' \
    "$source/tests/check/abi/interface.txt" | sort | tr '\n' ' ')"
ok "the library is built anew" sh -ec '
    meson setup grown/build grown -Doptimization=0 -Dprovider=false \
	-Dexamples=false -Dtools=disabled -Dtests=false
    ninja -j 2 -C grown/build'

new_card card card
${CC:-cc} -o old -I "$source/include" "$here/old.c" -L "$build/lib" -ljpki \
    >log/err 2>&1
result $? "an old program is built"
for library in "$build/lib" grown/build/lib; do
	LD_LIBRARY_PATH=$library
	export LD_LIBRARY_PATH
	run ./old card
	works "it runs with ${library#"$build/"}"
	[ "$rc" -eq 0 ] || sed 's/^/# /' log/out
	mv said before 2>/dev/null
	cp log/out said
done
ok "and says the same with both" cmp before said
finish
