/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A secret in memory that is locked where the system allows it, left out of
 * core dumps, and wiped when it is freed; and the one way to read one.
 */
#ifndef JPKI_SECRET_H
#define JPKI_SECRET_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JPKI_SECRET_MAX 256	/* bytes */

/* What some editors put before the text of a file: it is left out, with a
 * warning that names it. */
#define JPKI_BYTE_ORDER_MARK "\xef\xbb\xbf"

/*
 * Reads the first line, without its line end, from
 *   file:PATH  a file; a warning is logged when others can read it
 *   fd:N       an open descriptor, read up to the end of the line, once
 *   tty        (also NULL) the terminal, echo off, after printing prompt
 * JPKI_ERR_PIN_SOURCE says what is wrong; JPKI_ERR_PIN_CANCELLED: the holder
 * gave up (end of input or ^C, which raises no signal meanwhile). Without a
 * terminal "tty" fails. Empty input is an error.
 */
JPKI_API int jpki_secret_read(struct jpki_ctx *ctx, const char *source,
    const char *prompt, struct jpki_secret **out) JPKI_CHECK;

/* The bytes, followed by a NUL; borrowed. len may be NULL. */
JPKI_API const char *jpki_secret_data(const struct jpki_secret *secret,
    size_t *len);

/* Wipes and frees; NULL and a pointer to NULL are fine. */
JPKI_API void jpki_secret_free(struct jpki_secret **secret);

#ifdef __cplusplus
}
#endif

#endif
