#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The public interface is what tests/check/abi/ says that it is; see abi.py,
# which does the work.
#
# usage: abi.sh SOURCE-ROOT [LIBJPKI.SO]	checks
#        abi.sh --update [--unreleased]		records what is there now
here=$(dirname "$0")
case ${1:-} in
--update)
	set -- "$here/../.." "$@"
	;;
esac
exec "${PYTHON:-python3}" -B "$here/abi.py" "$@"
