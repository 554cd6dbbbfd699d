/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Characters of a document: from its own encoding to UTF-8, and back for what
 * is put into it. Only encodings that Japanese documents come in; the same
 * tables as the XML libraries of this system use (iconv).
 */
#ifndef XML_ENCODING_H
#define XML_ENCODING_H

#include <stddef.h>
#include <stdint.h>

#include "trouble.h"

struct encoding {
	char name[24];		/* for iconv: "UTF-8", "Shift_JIS" ... */
	size_t bom;		/* bytes of a byte order mark before the text */
};

/* By the byte order mark and the XML declaration. -1: unknown here, or they
 * disagree. */
int encoding_find(struct encoding *encoding, const uint8_t *data, size_t len,
    struct trouble *trouble);

/* All of a document as UTF-8 without a mark, with a NUL behind it. The caller
 * frees it; NULL: it has characters that the encoding has not, or memory is
 * short. */
char *encoding_decode(const struct encoding *encoding, const uint8_t *data,
    size_t len, size_t *text_len, struct trouble *trouble);

/* The other way, for a piece of text. */
char *encoding_encode(const struct encoding *encoding, const char *text,
    size_t text_len, size_t *len, struct trouble *trouble);

/* Where in the document is what is at an offset of its text. */
size_t encoding_offset(const struct encoding *encoding, const uint8_t *data,
    size_t len, size_t text_offset);

#endif
