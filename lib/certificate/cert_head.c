/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/cert_head.h"

#include "base/tlv.h"

#define HEADER_MAX 7	/* bytes of the longest tag and length */

/* The inside of an object whose end may not have been read yet. */
struct walk {
	struct jpkip_part part;		/* what was read of it */
	size_t beyond;			/* bytes that follow in it */
};

/* Whether bytes that were not read yet could make sense of these. */
static enum jpkip_head_state
cut_short(const struct walk *walk)
{
	return walk->beyond > 0 && walk->part.len < HEADER_MAX ?
	    JPKIP_HEAD_MORE : JPKIP_HEAD_BROKEN;
}

/* Goes into the next object, which may reach past what was read, but not past
 * the end of the one that it is in. */
static enum jpkip_head_state
go_into(const struct walk *walk, struct walk *inside)
{
	struct jpkip_part part = walk->part;
	struct jpkip_tlv tlv;

	if (!jpkip_tlv_header(part.at, part.len, &tlv))
		return cut_short(walk);
	part.at += tlv.header_len;
	part.len -= tlv.header_len;
	if (tlv.tag != JPKIP_TAG_SEQUENCE ||
	    tlv.value_len > part.len + walk->beyond)
		return JPKIP_HEAD_BROKEN;
	inside->part = part;
	if (inside->part.len > tlv.value_len)
		inside->part.len = tlv.value_len;
	inside->beyond = tlv.value_len - inside->part.len;
	return JPKIP_HEAD_WHOLE;
}

/* Takes the next object, which must be whole and have the tag; whole gets it
 * with its header. */
static enum jpkip_head_state
take(struct walk *walk, uint32_t tag, struct jpkip_part *whole)
{
	struct jpkip_part *part = &walk->part;
	struct jpkip_tlv tlv;

	if (!jpkip_tlv_header(part->at, part->len, &tlv))
		return cut_short(walk);
	if (tlv.tag != tag ||
	    tlv.value_len > part->len - tlv.header_len + walk->beyond)
		return JPKIP_HEAD_BROKEN;
	if (tlv.value_len > part->len - tlv.header_len)
		return JPKIP_HEAD_MORE;
	whole->at = part->at;
	whole->len = tlv.header_len + tlv.value_len;
	part->at += whole->len;
	part->len -= whole->len;
	return JPKIP_HEAD_WHOLE;
}

static bool
read_period(struct jpkip_part whole, struct jpkip_cert_head *out)
{
	struct jpkip_part validity;

	return jpkip_der_take(&whole, JPKIP_TAG_SEQUENCE, &validity) &&
	    jpkip_der_time(&validity, &out->not_before, NULL) &&
	    jpkip_der_time(&validity, &out->not_after, NULL) &&
	    validity.len == 0;
}

/* RFC 5280, 4.1: what stands before the key, and the key. */
static enum jpkip_head_state
read_tbs(struct walk *tbs, struct jpkip_cert_head *out)
{
	enum { VERSION, SERIAL, ALGORITHM, ISSUER, PERIOD, SUBJECT, KEY, N };
	static const uint32_t tags[N] = {
		JPKIP_TAG_CONTEXT(0), JPKIP_TAG_INTEGER, JPKIP_TAG_SEQUENCE,
		JPKIP_TAG_SEQUENCE, JPKIP_TAG_SEQUENCE, JPKIP_TAG_SEQUENCE,
		JPKIP_TAG_SEQUENCE
	};
	enum jpkip_head_state state;
	struct jpkip_part whole;
	size_t i;

	for (i = 0; i < N; i++) {
		/* Version 1 does not say so. */
		if (i == VERSION && tbs->part.len > 0 &&
		    tbs->part.at[0] != JPKIP_TAG_CONTEXT(0))
			continue;
		if ((state = take(tbs, tags[i], &whole)) != JPKIP_HEAD_WHOLE)
			return state;
		if (i == PERIOD && !read_period(whole, out))
			return JPKIP_HEAD_BROKEN;
	}
	return jpkip_public_key_read(&whole, &out->key) ? JPKIP_HEAD_WHOLE :
	    JPKIP_HEAD_BROKEN;
}

enum jpkip_head_state
jpkip_cert_head_read(const uint8_t *der, size_t len,
    struct jpkip_cert_head *out)
{
	struct walk file = { { der, len }, 0 }, cert, tbs;
	struct jpkip_cert_head head = { .not_before = 0 };
	enum jpkip_head_state state;

	if (file.part.len > JPKI_CERT_MAX)
		file.part.len = JPKI_CERT_MAX;
	file.beyond = JPKI_CERT_MAX - file.part.len;
	if ((state = go_into(&file, &cert)) != JPKIP_HEAD_WHOLE ||
	    (state = go_into(&cert, &tbs)) != JPKIP_HEAD_WHOLE ||
	    (state = read_tbs(&tbs, &head)) != JPKIP_HEAD_WHOLE)
		return state;
	*out = head;
	return JPKIP_HEAD_WHOLE;
}
