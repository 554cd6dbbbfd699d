#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the library says is whole in English and in Japanese, and names no
# option and no command of a program; what is said in Japanese anywhere is in
# one register; see texts.py.
#
# usage: texts.sh SOURCE-ROOT
exec python3 "${0%/*}/texts.py" "$1"
