/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enclosed signatures; see enclose.h. In RFC 5652, 3 and 5:
 *
 *	ContentInfo  SEQUENCE { OID signedData, [0] {
 *	  SignedData  SEQUENCE { version, SET digestAlgorithms,
 *	    SEQUENCE { OID data, [0] { OCTET STRING } },
 *	    [0] certificates, SET signerInfos } } }
 *
 * A detached one has no [0] in the inner SEQUENCE. So six lengths change, and
 * nothing else.
 */
#include <string.h>

#include <openssl/asn1.h>

#include "enclose.h"

#define CONSTRUCTED 0x20
#define TAG_SEQUENCE (V_ASN1_SEQUENCE | CONSTRUCTED)
#define HEADS_MAX 64	/* six, of at most ten bytes */
#define TAG_SET (V_ASN1_SET | CONSTRUCTED)
#define TAG_0 (V_ASN1_CONTEXT_SPECIFIC | CONSTRUCTED)

struct span {
	const uint8_t *data;
	size_t len;
};

/* Takes one value with this tag from the beginning of *from: all of it, and
 * what is in it. */
static int
take(struct span *from, int tag, struct span *whole, struct span *inside)
{
	const uint8_t *p = from->data;
	int number, class, form;
	long len;

	if (from->len == 0 || *p != tag)
		return -1;
	form = ASN1_get_object(&p, &len, &number, &class, (long)from->len);
	if ((form & 0x81) != 0)	/* an error, or no definite length */
		return -1;
	inside->data = p;
	inside->len = (size_t)len;
	whole->data = from->data;
	whole->len = (size_t)(p - from->data) + inside->len;
	from->data += whole->len;
	from->len -= whole->len;
	return 0;
}

/* The bytes of tag and length. */
static size_t
head_len(uint64_t len)
{
	size_t n = 2;

	if (len >= 0x80)
		for (; len > 0; len >>= 8)
			n++;
	return n;
}

static void
put_head(struct enclosure *out, int tag, uint64_t len)
{
	size_t n = head_len(len) - 2;
	uint8_t *p = out->head + out->head_len;

	out->head_len += n + 2;
	*p++ = (uint8_t)tag;
	*p++ = (uint8_t)(n == 0 ? len : 0x80 | n);
	while (n-- > 0)
		*p++ = (uint8_t)(len >> 8 * n);
}

/* Leaves room for all heads. */
static int
put(struct enclosure *out, const struct span *span)
{
	if (span->len > sizeof(out->head) - HEADS_MAX - out->head_len)
		return -1;
	memcpy(out->head + out->head_len, span->data, span->len);
	out->head_len += span->len;
	return 0;
}

/* What a value of that many bytes takes. */
static uint64_t
with_head(uint64_t len)
{
	return len + head_len(len);
}

int
enclose(const uint8_t *der, size_t len, uint64_t content,
    struct enclosure *out)
{
	struct span all = { der, len }, in, type, inner, data, skip;
	struct span version, algorithms, encap, what;
	uint64_t octets, parts, sd;

	out->head_len = 0;
	if (take(&all, TAG_SEQUENCE, &skip, &in) != 0 ||
	    take(&in, V_ASN1_OBJECT, &type, &skip) != 0 ||
	    take(&in, TAG_0, &skip, &inner) != 0 ||
	    take(&inner, TAG_SEQUENCE, &skip, &data) != 0 ||
	    take(&data, V_ASN1_INTEGER, &version, &skip) != 0 ||
	    take(&data, TAG_SET, &algorithms, &skip) != 0 ||
	    take(&data, TAG_SEQUENCE, &skip, &encap) != 0 ||
	    take(&encap, V_ASN1_OBJECT, &what, &skip) != 0 || encap.len != 0)
		return -1;
	octets = with_head(content);
	parts = what.len + with_head(octets);
	sd = version.len + algorithms.len + with_head(parts) + data.len;
	put_head(out, TAG_SEQUENCE, type.len + with_head(with_head(sd)));
	if (put(out, &type) != 0)
		return -1;
	put_head(out, TAG_0, with_head(sd));
	put_head(out, TAG_SEQUENCE, sd);
	if (put(out, &version) != 0 || put(out, &algorithms) != 0)
		return -1;
	put_head(out, TAG_SEQUENCE, parts);
	if (put(out, &what) != 0)
		return -1;
	put_head(out, TAG_0, octets);
	put_head(out, V_ASN1_OCTET_STRING, content);
	out->tail = data.data;
	out->tail_len = data.len;
	return 0;
}
