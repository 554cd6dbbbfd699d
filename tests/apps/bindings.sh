#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bindings.sh SOURCE BUILD: examples/jpki.py, the core of the library in Python.
. "$(dirname "$0")/tap.sh"
new_card card card
openssl x509 -in card/auth.pem -noout -pubkey -out auth.pub
openssl x509 -in card/auth.pem -outform DER -out auth.der
LD_LIBRARY_PATH=$2/lib setsid -w "$PYTHON" -B "$here/bindings.py" \
    "$1/examples" "$here/../check/abi"
