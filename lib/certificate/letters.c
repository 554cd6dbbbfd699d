/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonically equal texts have equal letters: characters are taken apart and
 * their marks put in order (Unicode Standard Annex #15), and only then brought
 * into one way of writing.
 */
#include "certificate/letters.h"

#include <string.h>

#include "base/utf8.h"

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

static bool
is_space(uint32_t c)
{
	return c <= 0x20 || c == 0xa0 || c == 0x3000 ||
	    in(c, 0x2000, 0x200a) || c == 0x202f || c == 0x205f;
}

/* Not seen when read. */
static bool
is_blank(uint32_t c)
{
	return is_space(c) || in(c, 0x200b, 0x200f) || c == 0x2060 ||
	    c == 0xfeff || is_selector(c);
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

/* A part of a character that is seen. */
struct seen {
	uint32_t c;		/* 0: the end */
	bool any, apart;
};

static struct seen
next_seen(struct jpkip_letter_reader *r)
{
	struct seen s = { 0, false, false };
	uint32_t c;
	bool flag;

	for (;;) {
		while (r->n_waiting > 0) {
			s.c = fold(r->waiting[0]);
			memmove(r->waiting, r->waiting + 1,
			    --r->n_waiting * sizeof(*r->waiting));
			if (s.c != 0)
				return s;
		}
		if (!jpkip_utf8_next(&r->at, r->end, &c)) {
			s.c = 0;
			return s;
		}
		flag = false;
		if (r->flags != NULL && (r->flag_selectors || !is_selector(c)))
			flag = *r->flags++ == '1';
		s.apart |= is_space(c);
		s.any = flag || is_placeholder(c);
		r->n_waiting = jpkip_unicode_decompose(c, r->waiting);
	}
}

/* In its place among the others: those of one class stay as they come. */
static void
add_mark(struct jpkip_letter *l, uint32_t mark)
{
	size_t i = l->n_marks++;

	for (; i > 0 && jpkip_unicode_order(l->marks[i - 1]) >
	    jpkip_unicode_order(mark); i--)
		l->marks[i] = l->marks[i - 1];
	l->marks[i] = mark;
}

static struct jpkip_letter
next_whole(struct jpkip_letter_reader *r)
{
	struct jpkip_letter l = { 0 };
	struct jpkip_letter_reader ahead;
	struct seen s = next_seen(r);

	l.c = s.c;
	l.any = s.any;
	l.apart = s.apart;
	for (ahead = *r; l.c != 0 && l.n_marks < JPKIP_MARKS; *r = ahead) {
		s = next_seen(&ahead);
		if (jpkip_unicode_order(s.c) == 0)
			break;
		l.any |= s.any;
		add_mark(&l, s.c);
	}
	return l;
}

struct jpkip_letter
jpkip_letters_next(struct jpkip_letter_reader *r)
{
	struct jpkip_letter l;
	bool skip;

	do {
		l = next_whole(r);
		if (l.c == '(')
			r->depth++;
		skip = (r->part == JPKIP_OUTSIDE_BRACKETS && r->depth > 0) ||
		    (r->part == JPKIP_INSIDE_BRACKETS && (r->depth == 0 ||
		    l.c == '(' || l.c == ')'));
		if (l.c == ')' && r->depth > 0)
			r->depth--;
	} while (l.c != 0 && skip);
	return l;
}

struct jpkip_letters
jpkip_letters_of(const char *text, const char *flags)
{
	struct jpkip_letters t = { text, NULL, false, false };
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

struct jpkip_letter_reader
jpkip_letters_read(const struct jpkip_letters *t, enum jpkip_part_of part)
{
	struct jpkip_letter_reader r = { 0 };

	r.at = (const uint8_t *)(t->text != NULL ? t->text : "");
	r.end = r.at + (t->text != NULL ? strlen(t->text) : 0);
	r.flags = t->flags;
	r.flag_selectors = t->flag_selectors;
	r.part = part;
	return r;
}

bool
jpkip_letters_empty(const struct jpkip_letters *t, enum jpkip_part_of part)
{
	struct jpkip_letter_reader r = jpkip_letters_read(t, part);

	return jpkip_letters_next(&r).c == 0;
}

bool
jpkip_letter_fits(const struct jpkip_letter *a, const struct jpkip_letter *b)
{
	if ((a->c == 0) != (b->c == 0))
		return false;
	return a->any || b->any || (a->c == b->c &&
	    a->n_marks == b->n_marks && memcmp(a->marks, b->marks,
	    a->n_marks * sizeof(*a->marks)) == 0);
}
