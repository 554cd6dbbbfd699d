/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do two sets of attributes mean the same? The two texts come from different
 * files of a card, written by different systems: ways of writing must not
 * look like a move.
 */
#include <jpki/attributes.h>

#include <string.h>

#include "base/utf8.h"
#include "base/wipe.h"

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

/*
 * Two texts that differ may still mean the same: a name with its punctuation
 * or without, an address with its numbers in another style. No source says
 * that both files are written alike, so nobody can tell then.
 */

#define LOOSE_MAX 512		/* letters; more than any town writes */
#define LOOSE_ANY UINT32_MAX

struct loose {
	uint32_t c[LOOSE_MAX];
	size_t len;
	uint32_t number, digits;	/* of kanji: 二百十, and after it 三 */
	bool counting;
};

static void
add(struct loose *l, uint32_t c)
{
	if (l->len < LOOSE_MAX)
		l->c[l->len++] = c;
}

static uint32_t
last(const struct loose *l)
{
	return l->len > 0 ? l->c[l->len - 1] : 0;
}

/* Takes in a numeral; false: it is none. */
static bool
count(struct loose *l, uint32_t c)
{
	static const uint32_t numerals[] = {
		0x3007, 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d,
		0x4e03, 0x516b, 0x4e5d
	};
	uint32_t unit = c == 0x5341 ? 10 : c == 0x767e ? 100 : 0;
	uint32_t i;

	for (i = 0; unit == 0 && i < 10 && numerals[i] != c; i++)
		;
	if (unit == 0 && i == 10)
		return false;
	if (unit != 0) {
		l->number += (l->digits != 0 ? l->digits : 1) * unit;
		l->digits = 0;
	} else
		l->digits = (l->digits * 10 + i) % 1000000;
	l->counting = true;
	return true;
}

/* Writes what was counted in figures. */
static void
count_out(struct loose *l)
{
	uint32_t n = l->number + l->digits, unit = 1;

	if (!l->counting)
		return;
	while (unit <= n / 10)
		unit *= 10;
	for (; unit > 0; unit /= 10)
		add(l, '0' + n / unit % 10);
	l->number = l->digits = 0;
	l->counting = false;
}

/* 丁目, 番地, 番, 号, の and a hyphen behind a number; 地 and 目 come behind
 * one of these. */
static bool
parts_numbers(const struct loose *l, uint32_t c)
{
	if (last(l) == '-' && (c == 0x76ee || c == 0x5730))
		return true;
	return (in(last(l), '0', '9') || last(l) == '-') &&
	    (c == '-' || c == 0x4e01 || c == 0x756a || c == 0x53f7 ||
	    c == 0x306e || c == 0x30ce || c == 0x4e4b);
}

static bool
is_punctuation(const struct loose *l, uint32_t c)
{
	return c == ',' || c == '.' || c == '\'' || c == '`' || c == 0xb4 ||
	    c == 0x2018 || c == 0x2019 || c == 0x3001 || c == 0x30fb ||
	    (c == '-' && in(last(l), 'a', 'z'));
}

static void
loosen(const struct text *t, bool name, struct loose *out)
{
	struct reader r = reader_of(t, WHOLE);
	struct letter l;

	memset(out, 0, sizeof(*out));
	while ((l = next_letter(&r)).c != 0) {
		if (l.any)
			l.c = LOOSE_ANY;
		if (name && is_punctuation(out, l.c))
			continue;
		if (!name && count(out, l.c))
			continue;
		count_out(out);
		if (name || !parts_numbers(out, l.c))
			add(out, l.c);
		else if (last(out) != '-')
			add(out, '-');
	}
	count_out(out);
	if (last(out) == '-')
		out->len--;
}

static bool
alike(const struct text *a, const struct text *b, bool name)
{
	struct loose la, lb;
	bool same;
	size_t i;

	loosen(a, name, &la);
	loosen(b, name, &lb);
	same = la.len == lb.len && la.len < LOOSE_MAX;
	for (i = 0; same && i < la.len; i++)
		same = la.c[i] == lb.c[i] || la.c[i] == LOOSE_ANY ||
		    lb.c[i] == LOOSE_ANY;
	jpkip_wipe(&la, sizeof(la));
	jpkip_wipe(&lb, sizeof(lb));
	return same;
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
	return alike(&a, &b, name) ? JPKI_COMPARED_UNKNOWN :
	    JPKI_COMPARED_DIFFERS;
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

enum jpki_compared
jpki_attributes_compare(const struct jpki_attributes *a,
    const struct jpki_attributes *b, enum jpki_item item)
{
	const char *of_a = jpki_attributes_item(a, item);
	const char *of_b = jpki_attributes_item(b, item);

	switch (item) {
	case JPKI_ITEM_NAME:
	case JPKI_ITEM_ADDRESS:
		return compare_texts(
		    text_of(of_a, jpki_attributes_flags(a, item)),
		    text_of(of_b, jpki_attributes_flags(b, item)),
		    item == JPKI_ITEM_NAME);
	case JPKI_ITEM_BIRTH:
		return compare_births(jpki_attributes_birth_date(a),
		    jpki_attributes_birth_date(b));
	case JPKI_ITEM_SEX:
		return compare_sexes(of_a, of_b);
	}
	return JPKI_COMPARED_UNKNOWN;
}
