/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that stand beside a document and are signed with it: their names, in
 * and out of a Reference's URI, and their digests. Nothing but a regular file
 * in that same folder is ever opened.
 */
#ifndef XML_ATTACHED_H
#define XML_ATTACHED_H

#include "digest.h"
#include "trouble.h"

/* Whether a name is that of a file in the same folder, here and where it is
 * handed in. -1: it is not. */
int attached_check(const char *name, struct trouble *trouble);

/* A name as a URI: UTF-8, all but A-Z a-z 0-9 - . _ ~ escaped. NULL: memory is
 * short. */
char *attached_uri(const char *name);

/* The other way; what is not the name of such a file is refused. */
char *attached_name(const char *uri, struct trouble *trouble);

/* The last part of a path. */
const char *attached_base(const char *path);

/* Opens a file beside the document at path. -1 with errno; ELOOP: it is a
 * symbolic link, EINVAL: no regular file. */
int attached_open(const char *path, const char *name);

/* A file's digest, of DIGEST_MAX bytes, and how many bytes it has; watch() (may
 * be NULL) hears how many so far. -1 with errno. */
int attached_digest(int fd, OSSL_LIB_CTX *libctx, enum jpki_md md,
    uint8_t *out, uint64_t *size, void (*watch)(void *arg, uint64_t done),
    void *arg);

#endif
