/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do two sets of attributes mean the same? The two texts come from different
 * files of a card, written by different systems: ways of writing must not
 * look like a move.
 */
#include <jpki/attributes.h>

#include <string.h>

#include "base/utf8.h"

/* Which part of a name. */
enum part { WHOLE, OUTSIDE_BRACKETS, INSIDE_BRACKETS };

/* Reads a text in one way of writing. */
struct reader {
	const uint8_t *at, *end;
	const char *flags;	/* of what is left; NULL: none that fit */
	bool flag_selectors;	/* a variation selector has a flag, too */
	enum part part;
	int depth;		/* of brackets */
};

struct letter {
	uint32_t c;		/* 0: the end */
	bool any;		/* stands for any one character */
};

static bool
in(uint32_t c, uint32_t first, uint32_t last)
{
	return c >= first && c <= last;
}

static bool
is_selector(uint32_t c)
{
	return in(c, 0xfe00, 0xfe0f) || in(c, 0xe0100, 0xe01ef) ||
	    in(c, 0x180b, 0x180d);
}

/* Not seen when read. */
static bool
is_blank(uint32_t c)
{
	return c <= 0x20 || c == 0xa0 || c == 0x3000 ||
	    in(c, 0x2000, 0x200f) || c == 0x202f || c == 0x205f ||
	    c == 0x2060 || c == 0xfeff || is_selector(c);
}

/* Hyphens, dashes, minus signs, box lines, waves and long-vowel marks: which
 * of them stands between the numbers of an address is chance. */
static bool
is_dash(uint32_t c)
{
	return c == '-' || c == '~' || c == 0xad || in(c, 0x2010, 0x2015) ||
	    c == 0x2043 || c == 0x207b || c == 0x208b || c == 0x2212 ||
	    in(c, 0x2500, 0x2501) || c == 0x301c || c == 0x3030 ||
	    c == 0x30fc || c == 0xfe58 || c == 0xfe63 || c == 0xff70;
}

/* Marks that stand where a character is missing. */
static bool
is_placeholder(uint32_t c)
{
	return c == 0x3013 || c == 0x25cf || c == 0x25a0 ||
	    c == JPKIP_UTF8_REPLACEMENT || in(c, 0xe000, 0xf8ff) ||
	    c >= 0xf0000;
}

/* U+FF66 to U+FF9D, katakana of half width. */
static uint32_t
wide_kana(uint32_t c)
{
	static const uint8_t low[] = {
		0xf2, 0xa1, 0xa3, 0xa5, 0xa7, 0xa9, 0xe3, 0xe5, 0xe7, 0xc3,
		0xfc, 0xa2, 0xa4, 0xa6, 0xa8, 0xaa, 0xab, 0xad, 0xaf, 0xb1,
		0xb3, 0xb5, 0xb7, 0xb9, 0xbb, 0xbd, 0xbf, 0xc1, 0xc4, 0xc6,
		0xc8, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0xd2, 0xd5, 0xd8,
		0xdb, 0xde, 0xdf, 0xe0, 0xe1, 0xe2, 0xe4, 0xe6, 0xe8, 0xe9,
		0xea, 0xeb, 0xec, 0xed, 0xef, 0xf3
	};

	return 0x3000u | low[c - 0xff66];
}

/* One way of writing for characters that mean the same; 0: not seen. */
static uint32_t
fold(uint32_t c)
{
	if (in(c, 0xff01, 0xff5e))
		c -= 0xff01 - 0x21;
	if (is_blank(c))
		return 0;
	if (is_dash(c))
		return '-';
	if (in(c, 'A', 'Z'))
		return c + ('a' - 'A');
	if (in(c, 0xff66, 0xff9d))
		return wide_kana(c);
	switch (c) {
	case '[': case '{': case 0x3010: case 0x3014: case 0x3008:
	case 0x300c: case 0xff62:
		return '(';
	case ']': case '}': case 0x3011: case 0x3015: case 0x3009:
	case 0x300d: case 0xff63:
		return ')';
	case 0x309b: case 0xff9e:
		return 0x3099;
	case 0x309c: case 0xff9f:
		return 0x309a;
	case 0xb7: case 0xff65:
		return 0x30fb;
	}
	return c;
}

/* Kana with a voicing mark that follows it; 0: there is no such letter. */
static uint32_t
voiced(uint32_t kana, uint32_t mark)
{
	uint32_t row = in(kana, 0x30a1, 0x30fa) ? 0x60 : 0;
	uint32_t c = kana - row;

	if (in(c, 0x306f, 0x307b) && (c - 0x306f) % 3 == 0)
		return kana + (mark == 0x3099 ? 1 : 2);
	if (mark != 0x3099)
		return 0;
	if (c == 0x3046)
		return 0x3094 + row;
	if ((in(c, 0x304b, 0x3061) && c % 2 == 1) ||
	    c == 0x3064 || c == 0x3066 || c == 0x3068)
		return kana + 1;
	return 0;
}

/* The next character that is seen. */
static struct letter
next_seen(struct reader *r)
{
	struct letter l = { 0, false };
	uint32_t c;
	bool flag;

	while (jpkip_utf8_next(&r->at, r->end, &c)) {
		flag = false;
		if (r->flags != NULL && (r->flag_selectors || !is_selector(c)))
			flag = *r->flags++ == '1';
		if ((l.c = fold(c)) == 0)
			continue;
		l.any = flag || is_placeholder(c);
		return l;
	}
	l.c = 0;
	return l;
}

static struct letter
next_letter(struct reader *r)
{
	struct letter l, mark;
	struct reader ahead;
	uint32_t c;
	bool skip;

	do {
		l = next_seen(r);
		if (l.c == '(')
			r->depth++;
		skip = (r->part == OUTSIDE_BRACKETS && r->depth > 0) ||
		    (r->part == INSIDE_BRACKETS && (r->depth == 0 ||
		    l.c == '(' || l.c == ')'));
		if (l.c == ')' && r->depth > 0)
			r->depth--;
	} while (l.c != 0 && skip);
	ahead = *r;
	mark = next_seen(&ahead);
	if ((mark.c == 0x3099 || mark.c == 0x309a) &&
	    (c = voiced(l.c, mark.c)) != 0) {
		l.c = c;
		*r = ahead;
	}
	return l;
}

/* A text with the flags of its substitutes. */
struct text {
	const char *text;
	const char *flags;
	bool flag_selectors;
	bool lost;		/* there are substitutes, nobody knows where */
};

static struct text
text_of(const char *text, const char *flags)
{
	struct text t = { text, NULL, false, false };
	const uint8_t *at, *end;
	size_t chars = 0, seen = 0, n;
	uint32_t c;

	if (text == NULL || flags == NULL || strchr(flags, '1') == NULL)
		return t;
	at = (const uint8_t *)text;
	end = at + strlen(text);
	for (; jpkip_utf8_next(&at, end, &c); chars++)
		seen += !is_selector(c);
	n = strlen(flags);
	t.flag_selectors = n == chars;
	t.lost = n != chars && n != seen;
	if (!t.lost)
		t.flags = flags;
	return t;
}

static struct reader
reader_of(const struct text *t, enum part part)
{
	struct reader r;

	r.at = (const uint8_t *)(t->text != NULL ? t->text : "");
	r.end = r.at + (t->text != NULL ? strlen(t->text) : 0);
	r.flags = t->flags;
	r.flag_selectors = t->flag_selectors;
	r.part = part;
	r.depth = 0;
	return r;
}

static bool
is_empty(const struct text *t, enum part part)
{
	struct reader r = reader_of(t, part);

	return next_letter(&r).c == 0;
}

static bool
equal(const struct text *a, enum part of_a, const struct text *b)
{
	struct reader ra = reader_of(a, of_a), rb = reader_of(b, WHOLE);
	struct letter la, lb;

	do {
		la = next_letter(&ra);
		lb = next_letter(&rb);
		if ((la.c == 0) != (lb.c == 0))
			return false;
		if (la.c != lb.c && !la.any && !lb.any)
			return false;
	} while (la.c != 0);
	return true;
}

/* One name has a part in brackets, the other is what remains without it, or
 * is that part. */
static bool
brackets_apart(const struct text *a, const struct text *b)
{
	if (is_empty(a, INSIDE_BRACKETS) || !is_empty(b, INSIDE_BRACKETS))
		return false;
	return equal(a, OUTSIDE_BRACKETS, b) || equal(a, INSIDE_BRACKETS, b);
}

static enum jpki_compared
compare_texts(struct text a, struct text b, bool name)
{
	if (is_empty(&a, WHOLE) || is_empty(&b, WHOLE))
		return JPKI_COMPARED_UNKNOWN;
	if (equal(&a, WHOLE, &b))
		return JPKI_COMPARED_SAME;
	if (a.lost || b.lost)
		return JPKI_COMPARED_UNKNOWN;
	if (name && (brackets_apart(&a, &b) || brackets_apart(&b, &a)))
		return JPKI_COMPARED_UNKNOWN;
	return JPKI_COMPARED_DIFFERS;
}

/* Adds one part of a date to what the parts before it gave. */
static enum jpki_compared
compare_part(enum jpki_compared so_far, int a, int b)
{
	if (so_far == JPKI_COMPARED_DIFFERS || (a != 0 && b != 0 && a != b))
		return JPKI_COMPARED_DIFFERS;
	return a == b ? so_far : JPKI_COMPARED_UNKNOWN;
}

/* The same parts must be known to both, and at least one. The era is only in
 * certificates. */
static enum jpki_compared
compare_births(struct jpki_date a, struct jpki_date b)
{
	enum jpki_compared c = JPKI_COMPARED_SAME;

	if (a.year == 0 && a.month == 0 && a.day == 0)
		return JPKI_COMPARED_UNKNOWN;
	c = compare_part(c, a.year, b.year);
	c = compare_part(c, a.month, b.month);
	return compare_part(c, a.day, b.day);
}

/* What other codes than 1 and 2 mean depends on the source. */
static enum jpki_compared
compare_sexes(const char *a, const char *b)
{
	if (a == NULL || b == NULL || a[0] == '\0' || b[0] == '\0' ||
	    a[1] != '\0' || b[1] != '\0')
		return JPKI_COMPARED_UNKNOWN;
	if (a[0] == b[0])
		return a[0] == '1' || a[0] == '2' || a[0] == '9' ?
		    JPKI_COMPARED_SAME : JPKI_COMPARED_UNKNOWN;
	return (a[0] == '1' && b[0] == '2') || (a[0] == '2' && b[0] == '1') ?
	    JPKI_COMPARED_DIFFERS : JPKI_COMPARED_UNKNOWN;
}

void
jpki_attributes_compare(const struct jpki_attributes *a,
    const struct jpki_attributes *b, struct jpki_comparison *out)
{
	static const struct jpki_attributes nothing;

	if (out == NULL)
		return;
	if (a == NULL)
		a = &nothing;
	if (b == NULL)
		b = &nothing;
	out->name = compare_texts(text_of(a->name, a->name_flags),
	    text_of(b->name, b->name_flags), true);
	out->address = compare_texts(text_of(a->address, a->address_flags),
	    text_of(b->address, b->address_flags), false);
	out->birth = compare_births(a->birth_date, b->birth_date);
	out->sex = compare_sexes(a->sex, b->sex);
}
