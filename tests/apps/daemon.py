# SPDX-License-Identifier: Apache-2.0
"""daemon.py SOCKET version MAJOR MINOR | hangup | silent

A pcscd that is there and does not serve: it speaks another protocol, hangs up
on everybody, as where polkit lets nobody in, or says nothing.
"""
import os
import socket
import struct
import sys

name, how = sys.argv[1:3]
server = socket.socket(socket.AF_UNIX)
# The name appears when somebody listens behind it.
server.bind(name + ".new")
server.listen(16)
os.rename(name + ".new", name)
kept = []
while True:
    client = server.accept()[0]
    if how == "hangup":
        client.close()
        continue
    kept.append(client)
    if how == "version":
        # SCARD_E_NO_SERVICE, as pcscd says to whom it does not understand.
        client.recv(20, socket.MSG_WAITALL)
        client.sendall(struct.pack("=iiI", int(sys.argv[3]), int(sys.argv[4]),
                                   0x8010001d))
