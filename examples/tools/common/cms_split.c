/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a SignedData apart; see cms_split.h. What is kept is written with
 * indefinite lengths where something was taken out.
 */
#include <stdlib.h>
#include <string.h>

#include "cms_split.h"

#define REST_MAX	(64u << 20)	/* certificates, lists, signers */
#define DEPTH_MAX	32

enum {
	INTEGER = 0x02, OCTETS = 0x04, OID = 0x06, OCTETS_IN_PIECES = 0x24,
	SEQUENCE = 0x30, SET = 0x31, EXPLICIT_0 = 0xa0
};

/* 1.2.840.113549.1.7: all types of CMS, and the last arc of signed data. */
static const uint8_t oid_cms[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07
};
#define SIGNED_DATA 2

struct split {
	struct cms_bytes *bytes;
	struct cms_parts *parts;
	uint64_t at;
	enum cms_split_end end;
};

/* A constructed object that is being read. */
struct frame {
	bool indefinite;
	uint64_t end;		/* where it must end; at the latest */
};

struct header {
	uint8_t raw[10];	/* as read */
	size_t len;
	bool last;		/* none: the frame has ended */
	uint8_t tag;
	bool indefinite;
	uint64_t content;	/* bytes */
};

static bool
give_up(struct split *s, enum cms_split_end end)
{
	if (s->end == CMS_SPLIT_DONE)
		s->end = end;
	return false;
}

static bool
get(struct split *s, uint8_t *out, size_t n)
{
	size_t got = cms_bytes_get(s->bytes, out, n);

	s->at += got;
	if (got == n)
		return true;
	return give_up(s, s->bytes->failed != 0 ? CMS_SPLIT_FAILED :
	    CMS_SPLIT_TRUNCATED);
}

static bool
keep(struct split *s, const uint8_t *data, size_t len)
{
	struct cms_parts *p = s->parts;
	uint8_t *longer;
	size_t size;

	if (len > REST_MAX - p->len)
		return give_up(s, CMS_SPLIT_TOO_LARGE);
	if (len > p->size - p->len) {
		size = 2 * (p->len + len) + 4096;
		if ((longer = realloc(p->rest, size)) == NULL)
			return give_up(s, CMS_SPLIT_MEMORY);
		p->rest = longer;
		p->size = size;
	}
	memcpy(p->rest + p->len, data, len);
	p->len += len;
	return true;
}

/* Begins and ends what is written with an indefinite length. */
static bool
keep_begin(struct split *s, uint8_t tag)
{
	const uint8_t header[] = { tag, 0x80 };

	return keep(s, header, sizeof(header));
}

static bool
keep_end(struct split *s)
{
	static const uint8_t end[2];

	return keep(s, end, sizeof(end));
}

/* ---- Headers ---- */

static bool
read_length(struct split *s, struct header *h)
{
	uint8_t first, n, i;

	if (!get(s, &h->raw[1], 1))
		return false;
	h->len = 2;
	first = h->raw[1];
	h->indefinite = first == 0x80;
	h->content = first < 0x80 ? first : 0;
	if (first <= 0x80)
		return true;
	n = first & 0x7f;
	if (n > sizeof(h->raw) - 2)
		return give_up(s, CMS_SPLIT_MALFORMED);
	if (!get(s, &h->raw[2], n))
		return false;
	for (i = 0; i < n; i++)
		h->content = h->content << 8 | h->raw[2 + i];
	h->len += n;
	return true;
}

/* The header of the next object in a frame, or that there is none. */
static bool
read_header(struct split *s, const struct frame *in, struct header *h)
{
	memset(h, 0, sizeof(*h));
	if (!in->indefinite && s->at == in->end) {
		h->last = true;
		return true;
	}
	if (!get(s, h->raw, 1))
		return false;
	h->tag = h->raw[0];
	if (!read_length(s, h))
		return false;
	if (h->tag == 0) {
		h->last = in->indefinite && h->len == 2 && h->content == 0 &&
		    !h->indefinite;
		return h->last || give_up(s, CMS_SPLIT_MALFORMED);
	}
	/* No tags of several bytes in a CMS; only what has parts can be of
	 * indefinite length; a part ends within the whole. */
	if ((h->tag & 0x1f) == 0x1f || (h->indefinite &&
	    (h->tag & 0x20) == 0) || s->at > in->end ||
	    h->content > in->end - s->at)
		return give_up(s, CMS_SPLIT_MALFORMED);
	return true;
}

static struct frame
frame_of(const struct split *s, const struct frame *in,
    const struct header *h)
{
	struct frame f = { h->indefinite, h->indefinite ? in->end :
	    s->at + h->content };

	return f;
}

static bool
expect(struct split *s, const struct frame *in, uint8_t tag,
    struct header *h)
{
	if (!read_header(s, in, h))
		return false;
	return (!h->last && h->tag == tag) ||
	    give_up(s, CMS_SPLIT_MALFORMED);
}

static bool
expect_end(struct split *s, const struct frame *in)
{
	struct header h;

	if (!read_header(s, in, &h))
		return false;
	return h.last || give_up(s, CMS_SPLIT_MALFORMED);
}

/* ---- Objects ---- */

/* Copies so many bytes to where they are kept, or passes them over. */
static bool
take_bytes(struct split *s, uint64_t n, bool kept)
{
	uint8_t buf[4096];
	size_t piece;

	for (; n > 0; n -= piece) {
		piece = n < sizeof(buf) ? (size_t)n : sizeof(buf);
		if (!get(s, buf, piece) || (kept && !keep(s, buf, piece)))
			return false;
	}
	return true;
}

/* The same for an object whose header was read. */
static bool
take(struct split *s, const struct frame *in, const struct header *h,
    bool kept, int depth)
{
	struct frame f = frame_of(s, in, h);
	struct header part;

	if (kept && !keep(s, h->raw, h->len))
		return false;
	if (!h->indefinite)
		return take_bytes(s, h->content, kept);
	if (depth == DEPTH_MAX)
		return give_up(s, CMS_SPLIT_MALFORMED);
	for (;;) {
		if (!read_header(s, &f, &part))
			return false;
		if (part.last)
			return !kept || keep_end(s);
		if (!take(s, &f, &part, kept, depth + 1))
			return false;
	}
}

static bool
take_tagged(struct split *s, const struct frame *in, uint8_t tag)
{
	struct header h;

	return expect(s, in, tag, &h) && take(s, in, &h, true, 0);
}

/* ---- The content ---- */

static bool
pass_content(struct split *s, uint64_t n)
{
	struct cms_parts *p = s->parts;
	uint8_t buf[16384];
	size_t piece;

	for (; n > 0; n -= piece) {
		piece = n < sizeof(buf) ? (size_t)n : sizeof(buf);
		if (!get(s, buf, piece))
			return false;
		p->content(p->arg, buf, piece);
		p->content_length += piece;
	}
	return true;
}

/* An OCTET STRING, in one piece or in several. */
static bool
pass_octets(struct split *s, const struct frame *in, const struct header *h,
    int depth)
{
	struct frame f = frame_of(s, in, h);
	struct header part;

	if (h->tag == OCTETS)
		return pass_content(s, h->content);
	if (h->tag != OCTETS_IN_PIECES || depth == DEPTH_MAX)
		return give_up(s, CMS_SPLIT_MALFORMED);
	for (;;) {
		if (!read_header(s, &f, &part))
			return false;
		if (part.last)
			return true;
		if (!pass_octets(s, &f, &part, depth + 1))
			return false;
	}
}

/* EncapsulatedContentInfo: a type, and perhaps the content. */
static bool
split_content(struct split *s, const struct frame *in)
{
	struct frame info, wrap;
	struct header h;

	if (!expect(s, in, SEQUENCE, &h))
		return false;
	info = frame_of(s, in, &h);
	if (!keep_begin(s, SEQUENCE) || !take_tagged(s, &info, OID) ||
	    !read_header(s, &info, &h))
		return false;
	if (h.last)
		return keep_end(s);
	if (h.tag != EXPLICIT_0)
		return give_up(s, CMS_SPLIT_MALFORMED);
	wrap = frame_of(s, &info, &h);
	if (!read_header(s, &wrap, &h))
		return false;
	s->parts->enclosed = true;
	s->parts->odd = !h.last && h.tag != OCTETS &&
	    h.tag != OCTETS_IN_PIECES;
	if (h.last || !(s->parts->odd ? take(s, &wrap, &h, false, 0) :
	    pass_octets(s, &wrap, &h, 0)))
		return give_up(s, CMS_SPLIT_MALFORMED);
	return expect_end(s, &wrap) && expect_end(s, &info) && keep_end(s);
}

/* ---- The whole ---- */

static bool
split_signed(struct split *s, const struct frame *in)
{
	struct frame f;
	struct header h;
	size_t algorithms;

	if (!expect(s, in, SEQUENCE, &h))
		return false;
	f = frame_of(s, in, &h);
	if (!keep_begin(s, SEQUENCE) || !take_tagged(s, &f, INTEGER))
		return false;
	algorithms = s->parts->len;
	if (!take_tagged(s, &f, SET))
		return false;
	s->parts->begin(s->parts->arg, s->parts->rest + algorithms,
	    s->parts->len - algorithms);
	if (!split_content(s, &f))
		return false;
	for (;;) {
		if (!read_header(s, &f, &h))
			return false;
		if (h.last)
			return keep_end(s);
		if (!take(s, &f, &h, true, 0))
			return false;
	}
}

/* The type of a CMS, and whether it is that of signed data. */
static bool
read_type(struct split *s, const struct frame *in)
{
	uint8_t type[sizeof(oid_cms) + 1];
	struct header h;

	if (!read_header(s, in, &h))
		return false;
	if (h.last || h.tag != OID || h.content != sizeof(type))
		return give_up(s, CMS_SPLIT_NO_CMS);
	if (!get(s, type, sizeof(type)))
		return false;
	if (memcmp(type, oid_cms, sizeof(oid_cms)) != 0)
		return give_up(s, CMS_SPLIT_NO_CMS);
	if (type[sizeof(oid_cms)] != SIGNED_DATA)
		return give_up(s, CMS_SPLIT_OTHER);
	return keep(s, h.raw, h.len) && keep(s, type, sizeof(type));
}

static bool
split_all(struct split *s)
{
	const struct frame all = { true, UINT64_MAX };
	struct frame outer, wrap;
	struct header h;

	if (!read_header(s, &all, &h) || h.last || h.tag != SEQUENCE)
		return give_up(s, CMS_SPLIT_NO_CMS);
	outer = frame_of(s, &all, &h);
	if (!keep_begin(s, SEQUENCE) || !read_type(s, &outer) ||
	    !expect(s, &outer, EXPLICIT_0, &h))
		return false;
	wrap = frame_of(s, &outer, &h);
	return keep_begin(s, EXPLICIT_0) && split_signed(s, &wrap) &&
	    expect_end(s, &wrap) && keep_end(s) &&
	    expect_end(s, &outer) && keep_end(s);
}

enum cms_split_end
cms_split(struct cms_bytes *bytes, struct cms_parts *parts)
{
	struct split s = { bytes, parts, 0, CMS_SPLIT_DONE };

	if (bytes->no_cms)
		return CMS_SPLIT_NO_CMS;
	split_all(&s);
	parts->length = s.at;
	return s.end;
}
