/* SPDX-License-Identifier: Apache-2.0 */
/* Walking DER: each step takes the next object off the front of a part. */
#ifndef JPKIP_DER_H
#define JPKIP_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JPKIP_TAG_BOOLEAN	0x01
#define JPKIP_TAG_INTEGER	0x02
#define JPKIP_TAG_BIT_STRING	0x03
#define JPKIP_TAG_OCTET_STRING	0x04
#define JPKIP_TAG_NULL		0x05
#define JPKIP_TAG_OID		0x06
#define JPKIP_TAG_ENUMERATED	0x0a
#define JPKIP_TAG_UTF8		0x0c
#define JPKIP_TAG_PRINTABLE	0x13
#define JPKIP_TAG_IA5		0x16
#define JPKIP_TAG_UTCTIME	0x17
#define JPKIP_TAG_GENTIME	0x18
#define JPKIP_TAG_SEQUENCE	0x30
#define JPKIP_TAG_SET		0x31
#define JPKIP_TAG_IMPLICIT(n)	(0x80u + (n))
#define JPKIP_TAG_CONTEXT(n)	(0xa0u + (n))	/* constructed */

/* Some bytes of somebody else's. */
struct jpkip_part {
	const uint8_t *at;
	size_t len;
};

/* The next object, whatever its tag; value gets its content. */
bool	jpkip_der_any(struct jpkip_part *from, uint32_t *tag,
	    struct jpkip_part *value);

/* The next object must have the tag. */
bool	jpkip_der_take(struct jpkip_part *from, uint32_t tag,
	    struct jpkip_part *value);
bool	jpkip_der_skip(struct jpkip_part *from, uint32_t tag);

/* The same, and header and content go to whole. */
bool	jpkip_der_whole(struct jpkip_part *from, uint32_t tag,
	    struct jpkip_part *whole);

bool	jpkip_der_next_is(const struct jpkip_part *from, uint32_t tag);

/* An object that may be missing: true with value->at NULL. */
bool	jpkip_der_optional(struct jpkip_part *from, uint32_t tag,
	    struct jpkip_part *value);

/* A BIT STRING of whole bytes. */
bool	jpkip_der_bits(struct jpkip_part *from, struct jpkip_part *value);

/* A BOOLEAN that is false where it is missing. */
bool	jpkip_der_boolean(struct jpkip_part *from, bool *value);

/* An AlgorithmIdentifier: its OID, and its parameters as they are. */
bool	jpkip_der_algorithm(struct jpkip_part *from, struct jpkip_part *oid,
	    struct jpkip_part *parameters);

/*
 * UTCTime or GeneralizedTime as RFC 5280 has them: with seconds, Z, no
 * fractions; seconds since 1970-01-01 UTC. *odd (may be NULL) is set when it
 * is the one where the other belongs: UTCTime goes to 2049.
 */
bool	jpkip_der_time(struct jpkip_part *from, int64_t *out, bool *odd);

bool	jpkip_part_equal(struct jpkip_part, struct jpkip_part);

/* Compares with an array. */
#define JPKIP_PART_IS(part, array) \
	jpkip_part_equal((part), (struct jpkip_part){ (array), sizeof(array) })

#endif
