/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of certificates that options name, ended by NULL: jpki_certs_free()
 * frees them. Functions return 0, or the exit code after a message.
 */
#ifndef TOOLS_CERTS_H
#define TOOLS_CERTS_H

#include <jpki.h>

/* The certificate belongs to the list from here on, in any case. */
int certs_add(struct jpki_cert ***certs, size_t *n, struct jpki_cert *cert);

/* Adds all of a file or a directory. */
int certs_read(struct jpki_ctx *ctx, const char *path,
    struct jpki_cert ***certs, size_t *n);

#endif
