/* SPDX-License-Identifier: Apache-2.0 */
/* Strings of a record: made once, kept in one piece of memory. */
#ifndef JPKIP_TEXT_H
#define JPKIP_TEXT_H

#include "base/der.h"

struct jpkip_arena {
	char *data;
	size_t len;
	size_t max;
};

/* What was wrong with a string. */
#define JPKIP_TEXT_TYPE		1u	/* not a UTF8String */
#define JPKIP_TEXT_WRONG	2u	/* not of its encoding */
#define JPKIP_TEXT_UNSAFE	4u	/* control characters */

/*
 * An ASN.1 string as UTF-8 without control characters (U+FFFD in their
 * place); *odd says what was wrong with it. "" for a type that is no string,
 * NULL: the arena is full.
 */
const char *jpkip_text(struct jpkip_arena *, uint32_t tag, struct jpkip_part,
	    unsigned *odd);

/* Upper-case hex, dotted OID ("?" where it is malformed), plain text; NULL:
 * the arena is full. */
const char *jpkip_text_hex(struct jpkip_arena *, struct jpkip_part);
const char *jpkip_text_oid(struct jpkip_arena *, struct jpkip_part);
const char *jpkip_text_copy(struct jpkip_arena *, const char *, size_t len);

#endif
