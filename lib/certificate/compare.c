/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do two sets of attributes mean the same? The two texts come from different
 * files of a card, written by different systems: ways of writing must not
 * look like a move.
 */
#include <jpki/attributes.h>

#include <string.h>

#include "base/wipe.h"
#include "certificate/letters.h"

static bool
in(uint32_t c, uint32_t first, uint32_t last)
{
	return c >= first && c <= last;
}

static bool
is_digit(uint32_t c)
{
	return in(c, '0', '9');
}

#define THOUSAND 0x5343		/* 千 */

/* 〇 to 九 and 十, 百, 千: their place in the list. */
static bool
numeral(uint32_t c, uint32_t *place)
{
	static const uint32_t numerals[] = {
		0x3007, 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d,
		0x4e03, 0x516b, 0x4e5d, 0x5341, 0x767e, THOUSAND
	};

	for (*place = 0; *place < sizeof(numerals) / sizeof(numerals[0]);
	    ++*place)
		if (numerals[*place] == c)
			return true;
	return false;
}

/* 千 alone is more often the beginning of a name: 千代田, 千歳. */
static bool
is_number(uint32_t c)
{
	uint32_t place;

	return is_digit(c) || (numeral(c, &place) && c != THOUSAND);
}

/* ---- Equal letters ---- */

/* Where numbers follow one another with a space between them, in one text
 * and not in the other. */
struct splits {
	size_t in_a, in_b;
};

static void
count_split(struct splits *splits, const struct jpkip_letter *before,
    const struct jpkip_letter *a, const struct jpkip_letter *b)
{
	if (before->any || a->any || b->any || !is_number(before->c) ||
	    !is_number(a->c) || a->apart == b->apart)
		return;
	if (a->apart)
		splits->in_a++;
	else
		splits->in_b++;
}

static bool
equal(const struct jpkip_letters *a, enum jpkip_part_of of_a,
    const struct jpkip_letters *b, struct splits *splits)
{
	struct jpkip_letter_reader ra = jpkip_letters_read(a, of_a);
	struct jpkip_letter_reader rb = jpkip_letters_read(b, JPKIP_WHOLE);
	struct jpkip_letter la, lb, before = { 0 };

	do {
		la = jpkip_letters_next(&ra);
		lb = jpkip_letters_next(&rb);
		if (!jpkip_letter_fits(&la, &lb))
			return false;
		count_split(splits, &before, &la, &lb);
		before = la;
		before.any |= lb.any;
	} while (la.c != 0);
	return true;
}

/* One name has a part in brackets, the other is what remains without it, or
 * is that part. */
static bool
brackets_apart(const struct jpkip_letters *a, const struct jpkip_letters *b)
{
	struct splits splits = { 0, 0 };

	if (jpkip_letters_empty(a, JPKIP_INSIDE_BRACKETS) ||
	    !jpkip_letters_empty(b, JPKIP_INSIDE_BRACKETS))
		return false;
	return equal(a, JPKIP_OUTSIDE_BRACKETS, b, &splits) ||
	    equal(a, JPKIP_INSIDE_BRACKETS, b, &splits);
}

/* ---- Loosely alike ---- */

/*
 * Two texts that differ may still mean the same: a name with its punctuation
 * or without, an address with its numbers in another style, forms of a
 * character. No source says that both files are written alike, so nobody can
 * tell then.
 */

#define LOOSE_MAX 512		/* letters; more than any town writes */
#define LOOSE_ANY UINT32_MAX

struct loose {
	uint32_t c[LOOSE_MAX];
	size_t len;
	uint32_t number, digits;	/* of kanji: 二百十, and after it 三 */
	bool counting;
	uint32_t before;		/* the letter before, as it was */
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

/* Takes in a numeral; false: it is none, as 千 before another letter. */
static bool
count(struct loose *l, uint32_t c, const struct jpkip_letter *next)
{
	static const uint32_t units[] = { 10, 100, 1000 };
	uint32_t place, unit;

	if (!numeral(c, &place) || (c == THOUSAND && (is_digit(next->c) ||
	    !is_number(next->c))))
		return false;
	unit = place >= 10 ? units[place - 10] : 0;
	if (unit != 0) {
		l->number += (l->digits != 0 ? l->digits : 1) * unit;
		l->digits = 0;
	} else
		l->digits = (l->digits * 10 + place) % 1000000;
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
	return (is_digit(last(l)) || last(l) == '-') &&
	    (c == '-' || c == 0x4e01 || c == 0x756a || c == 0x53f7 ||
	    c == 0x306e || c == 0x30ce || c == 0x4e4b);
}

/* In names, and in addresses but for what stands behind a number. */
static bool
is_punctuation(const struct loose *l, uint32_t c, bool name)
{
	if (!name && (is_digit(last(l)) || l->counting))
		return false;
	return c == ',' || c == '.' || c == '\'' || c == '`' || c == 0xb4 ||
	    c == '=' || c == 0x30a0 || c == 0x2018 || c == 0x2019 ||
	    c == 0x3001 || c == 0x30fb || (c == '-' && in(last(l), 'a', 'z'));
}

static bool
is_kanji(uint32_t c)
{
	return in(c, 0x3400, 0x9fff) || in(c, 0x20000, 0x3ffff) ||
	    c == 0x3005 || c == 0x3007;
}

/* What is written in many ways between kanji: 霞ヶ関, 霞が関, 霞ケ関; 四ツ谷,
 * 四つ谷; 井ノ頭, 井の頭, 井之頭. One of them for all; 0: it is none. */
static uint32_t
link_of(const struct jpkip_letter *l)
{
	switch (l->c) {
	case 0x304b:						/* が */
		return l->n_marks > 0 ? 0x30f6 : 0;
	case 0x30f5: case 0x30f6: case 0x30ab: case 0x30b1:	/* ヵヶカケ */
	case 0x7b87: case 0x4e2a: case 0x500b:			/* 箇个個 */
		return 0x30f6;
	case 0x3063: case 0x3064: case 0x30c3: case 0x30c4:	/* っつッツ */
		return 0x30c4;
	case 0x306e: case 0x30ce: case 0x4e4b: case 0x4e43:	/* のノ之乃 */
		return 0x306e;
	}
	return 0;
}

static bool
is_kana(uint32_t c)
{
	return in(c, 0x3041, 0x3096) || in(c, 0x30a1, 0x30ff);
}

/* Whether such a letter stands between kanji; ヶ and が behind kana, too:
 * つつじヶ丘, つつじが丘. */
static bool
links(const struct loose *l, uint32_t link, const struct jpkip_letter *next)
{
	if (link == 0 || !is_kanji(next->c))
		return false;
	return is_kanji(l->before) ? link != 0x306e || !is_number(l->before) :
	    link == 0x30f6 && is_kana(l->before);
}

/* Takes in such a letter, which addresses may also leave out: 四谷. */
static bool
take_link(struct loose *out, const struct jpkip_letter *l,
    const struct jpkip_letter *next, bool name)
{
	uint32_t link = link_of(l);

	if (!links(out, link, next))
		return false;
	if (name)
		add(out, link);
	return true;
}

/* 大字, 小字 and 字 before a name, which many leave out of addresses; not the
 * 字 of 十文字. */
static bool
take_section(struct loose *out, const struct jpkip_letter *l,
    const struct jpkip_letter *next, bool name)
{
	if (name || l->c != 0x5b57 || next->c == 0 || is_number(out->before) ||
	    is_digit(next->c) || out->before == 0x6587)
		return false;
	if (last(out) == 0x5927 || last(out) == 0x5c0f)
		out->len--;
	return true;
}

/* Small kana as large ones, and in addresses katakana as hiragana. */
static uint32_t
loosen_kana(uint32_t c, bool name)
{
	uint32_t row = in(c, 0x30a1, 0x30f6) ? 0x60 : 0, kana = c - row;

	if (in(kana, 0x3041, 0x3049) || in(kana, 0x3083, 0x3087))
		kana += kana % 2;
	else if (kana == 0x3063 || kana == 0x308e)
		kana++;
	else if (kana == 0x3090 || kana == 0x3091)	/* ゐ ゑ */
		kana = kana == 0x3090 ? 0x3044 : 0x3048;
	return name ? kana + row : kana;
}

/* Ⅰ to Ⅻ in Latin letters; false: it is none of them. */
static bool
add_roman(struct loose *out, uint32_t c)
{
	static const char *const roman[] = {
		"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x",
		"xi", "xii"
	};
	const char *at;

	if (in(c, 0x2170, 0x217b))
		c -= 0x10;
	if (!in(c, 0x2160, 0x216b))
		return false;
	for (at = roman[c - 0x2160]; *at != '\0'; at++)
		add(out, (uint8_t)*at);
	return true;
}

static void
add_letter(struct loose *out, const struct jpkip_letter *l, bool name)
{
	size_t i;

	if (add_roman(out, l->c))
		return;
	/* 佐々木 is 佐佐木. */
	add(out, l->c == 0x3005 && is_kanji(out->before) ? out->before :
	    loosen_kana(l->c, name));
	/* Passports and airlines leave Latin letters without marks. */
	for (i = 0; i < l->n_marks && !in(l->c, 'a', 'z'); i++)
		add(out, l->marks[i]);
}

/* What parts two numbers parts nothing before a word: 1番1号ハイツ is
 * 1-1 ハイツ. */
static void
end_numbers(struct loose *out, uint32_t c, bool name)
{
	if (!name && last(out) == '-' && !is_digit(c))
		out->len--;
}

static void
take_letter(struct loose *out, const struct jpkip_letter *l,
    const struct jpkip_letter *next, bool name)
{
	/* Two numbers, which a space parts. */
	if (!name && l->apart && is_number(l->c) && is_number(out->before)) {
		count_out(out);
		add(out, '-');
	}
	if (!l->any && (is_punctuation(out, l->c, name) ||
	    take_link(out, l, next, name) ||
	    take_section(out, l, next, name)))
		return;
	if (!l->any && !name && count(out, l->c, next))
		return;
	count_out(out);
	if (l->any)
		add(out, LOOSE_ANY);
	else if (name || !parts_numbers(out, l->c)) {
		end_numbers(out, l->c, name);
		add_letter(out, l, name);
	} else if (last(out) != '-')
		add(out, '-');
}

static void
loosen(const struct jpkip_letters *t, bool name, struct loose *out)
{
	struct jpkip_letter_reader r = jpkip_letters_read(t, JPKIP_WHOLE);
	struct jpkip_letter l, next = jpkip_letters_next(&r);

	memset(out, 0, sizeof(*out));
	while ((l = next).c != 0) {
		next = jpkip_letters_next(&r);
		take_letter(out, &l, &next, name);
		out->before = l.any ? LOOSE_ANY : l.c;
	}
	count_out(out);
	if (last(out) == '-')
		out->len--;
}

static bool
alike(const struct jpkip_letters *a, const struct jpkip_letters *b, bool name)
{
	struct loose la, lb;
	bool same;
	size_t i;

	loosen(a, name, &la);
	loosen(b, name, &lb);
	same = la.len == lb.len && la.len < LOOSE_MAX;
	for (i = 0; same && i < la.len; i++)
		same = la.c[i] == lb.c[i] || la.c[i] == LOOSE_ANY ||
		    lb.c[i] == LOOSE_ANY ||
		    jpkip_unicode_variants(la.c[i], lb.c[i]);
	jpkip_wipe(&la, sizeof(la));
	jpkip_wipe(&lb, sizeof(lb));
	return same;
}

static enum jpki_compared
compare_texts(struct jpkip_letters a, struct jpkip_letters b, bool name)
{
	struct splits splits = { 0, 0 };

	if (jpkip_letters_empty(&a, JPKIP_WHOLE) ||
	    jpkip_letters_empty(&b, JPKIP_WHOLE))
		return JPKI_COMPARED_UNKNOWN;
	if (equal(&a, JPKIP_WHOLE, &b, &splits)) {
		/* A name's spaces part no numbers. A space that one side has
		 * may be lost; one that stands elsewhere makes others. */
		if (name || (splits.in_a == 0 && splits.in_b == 0))
			return JPKI_COMPARED_SAME;
		if (splits.in_a == 0 || splits.in_b == 0)
			return JPKI_COMPARED_UNKNOWN;
	}
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
		    jpkip_letters_of(of_a, jpki_attributes_flags(a, item)),
		    jpkip_letters_of(of_b, jpki_attributes_flags(b, item)),
		    item == JPKI_ITEM_NAME);
	case JPKI_ITEM_BIRTH:
		return compare_births(jpki_attributes_birth_date(a),
		    jpki_attributes_birth_date(b));
	case JPKI_ITEM_SEX:
		return compare_sexes(of_a, of_b);
	}
	return JPKI_COMPARED_UNKNOWN;
}
