#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make-cards.sh JPKI-SOFTCARD DIR: the software cards that tests copy, made
# once per build because RSA keys take time.
set -eu
tool=$1 dir=$2
rm -rf "$dir"
mkdir "$dir"
for profile in card child android; do
	"$tool" new "$dir/$profile" --profile "$profile" >/dev/null
done
