#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The form of the C sources, as far as it can be said by rules: see format.py.
#
# usage: format.sh SOURCE-ROOT
exec "${PYTHON:-python3}" "$(dirname "$0")/format.py" "$1"
