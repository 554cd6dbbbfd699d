/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* A buffer over what is left of the arena. */
static struct jpkip_buf
begin(const struct jpkip_arena *arena)
{
	struct jpkip_buf buf = {
		(uint8_t *)arena->data + arena->len, 0,
		arena->max - arena->len, false
	};

	return buf;
}

/* The string in the buffer becomes the arena's. */
static const char *
end(struct jpkip_arena *arena, struct jpkip_buf *buf)
{
	jpkip_buf_u8(buf, '\0');
	if (buf->overflow)
		return NULL;
	arena->len += buf->len;
	return (const char *)buf->data;
}

/* A control character, or one that turns the direction of writing: either
 * could show a reader of a terminal something else than there is. */
static bool
unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c ||
	    c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069);
}

/* The next character of a string with units of 1, 2 or 4 bytes. */
static bool
next_unit(struct jpkip_part *s, size_t size, uint32_t *c)
{
	size_t i;

	if (s->len < size) {
		s->len = 0;
		return false;
	}
	for (*c = 0, i = 0; i < size; i++)
		*c = *c << 8 | s->at[i];
	s->at += size;
	s->len -= size;
	return true;
}

static bool
next_char(struct jpkip_part *s, uint32_t tag, uint32_t *c)
{
	const uint8_t *at = s->at;
	uint32_t low;

	switch (tag) {
	case JPKIP_TAG_UTF8:
		if (!jpkip_utf8_next(&at, s->at + s->len, c))
			at++;
		else
			tag = 0;
		s->len -= (size_t)(at - s->at);
		s->at = at;
		return tag == 0;
	case 0x1e:	/* BMPString; pairs of surrogates are in the field */
		if (!next_unit(s, 2, c))
			return false;
		if (*c < 0xd800 || *c > 0xdfff)
			return true;
		if (*c > 0xdbff || !next_unit(s, 2, &low) ||
		    low < 0xdc00 || low > 0xdfff)
			return false;
		*c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
		return true;
	case 0x1c:	/* UniversalString */
		return next_unit(s, 4, c) && *c <= 0x10ffff &&
		    (*c < 0xd800 || *c > 0xdfff);
	default:
		return next_unit(s, 1, c) && *c < 0x80;
	}
}

const char *
jpkip_text(struct jpkip_arena *arena, uint32_t tag, struct jpkip_part s,
    unsigned *odd)
{
	struct jpkip_buf buf = begin(arena);
	uint32_t c;

	*odd = tag == JPKIP_TAG_UTF8 ? 0 : JPKIP_TEXT_TYPE;
	switch (tag) {
	case JPKIP_TAG_UTF8:
	case 0x12:	/* NumericString */
	case JPKIP_TAG_PRINTABLE:
	case 0x14:	/* TeletexString */
	case JPKIP_TAG_IA5:
	case 0x1a:	/* VisibleString */
	case 0x1c:
	case 0x1e:
		break;
	default:
		s.len = 0;
	}
	while (s.len > 0) {
		if (!next_char(&s, tag, &c)) {
			*odd |= JPKIP_TEXT_WRONG;
			c = JPKIP_UTF8_REPLACEMENT;
		} else if (unsafe(c)) {
			*odd |= JPKIP_TEXT_UNSAFE;
			c = JPKIP_UTF8_REPLACEMENT;
		}
		jpkip_utf8_put(&buf, c);
	}
	return end(arena, &buf);
}

const char *
jpkip_text_hex(struct jpkip_arena *arena, struct jpkip_part s)
{
	static const char digits[] = "0123456789ABCDEF";
	struct jpkip_buf buf = begin(arena);
	size_t i;

	for (i = 0; i < s.len; i++) {
		jpkip_buf_u8(&buf, (uint8_t)digits[s.at[i] >> 4]);
		jpkip_buf_u8(&buf, (uint8_t)digits[s.at[i] & 15]);
	}
	return end(arena, &buf);
}

const char *
jpkip_text_copy(struct jpkip_arena *arena, const char *s, size_t len)
{
	struct jpkip_buf buf = begin(arena);

	jpkip_buf_put(&buf, s, len);
	return end(arena, &buf);
}

const char *
jpkip_text_oid(struct jpkip_arena *arena, struct jpkip_part oid)
{
	struct jpkip_buf buf = begin(arena);
	uint64_t arc = 0;
	char number[32];
	bool first = true;
	size_t i;
	int n;

	if (oid.len == 0 || (oid.at[oid.len - 1] & 0x80) != 0)
		return jpkip_text_copy(arena, "?", 1);
	for (i = 0; i < oid.len; i++) {
		if (arc > UINT64_MAX >> 7)
			return jpkip_text_copy(arena, "?", 1);
		arc = arc << 7 | (oid.at[i] & 0x7f);
		if ((oid.at[i] & 0x80) != 0)
			continue;
		if (first)
			n = snprintf(number, sizeof(number), "%d.%" PRIu64,
			    arc < 80 ? (int)(arc / 40) : 2,
			    arc < 80 ? arc % 40 : arc - 80);
		else
			n = snprintf(number, sizeof(number), ".%" PRIu64, arc);
		jpkip_buf_put(&buf, number, (size_t)n);
		first = false;
		arc = 0;
	}
	return end(arena, &buf);
}
