/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets that the library keeps itself. */
#ifndef JPKIP_SECRET_H
#define JPKIP_SECRET_H

#include <jpki/secret.h>

/* A flag: a forked child gets it empty. */
#define JPKIP_SECRET_WIPE_ON_FORK 1u

/* A copy of len (0..JPKI_SECRET_MAX) bytes; freed with jpki_secret_free(). */
int	jpkip_secret_new(struct jpki_ctx *, const void *data, size_t len,
	    unsigned flags, struct jpki_secret **out) JPKI_CHECK;

/*
 * What a message may call a source. Whoever mistakes "file:PATH" for
 * "file:PIN" must not find the PIN in a log: what could be one is left out.
 */
const char *jpkip_secret_shown(const char *source);

#endif
