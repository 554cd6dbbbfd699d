/* SPDX-License-Identifier: Apache-2.0 */
/* The tables are made by unicode.py. */
#include "certificate/unicode.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "certificate/unicode_table.h"
#include "certificate/variants.h"

#define ROWS(table, n) (sizeof(table) / sizeof((table)[0]) / (n))

/* The last row of n numbers whose first is at most c; NULL: none. */
static const uint32_t *
find(const uint32_t *table, size_t rows, size_t n, uint32_t c)
{
	size_t low = 0, high = rows, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (table[middle * n] <= c)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? table + (low - 1) * n : NULL;
}

/* ASCII and the kanji: most of what comes, and in none of the tables. */
static bool
is_plain(uint32_t c)
{
	return c < 0xa0 || (c >= 0x3400 && c <= 0x9fff);
}

/* Syllables of Hangul are reckoned (The Unicode Standard, 3.12). */
static size_t
decompose_hangul(uint32_t c, uint32_t out[JPKIP_DECOMPOSED])
{
	uint32_t syllable = c - 0xac00;

	out[0] = 0x1100 + syllable / 588;
	out[1] = 0x1161 + syllable % 588 / 28;
	out[2] = 0x11a7 + syllable % 28;
	return syllable % 28 != 0 ? 3 : 2;
}

size_t
jpkip_unicode_decompose(uint32_t c, uint32_t out[JPKIP_DECOMPOSED])
{
	const uint32_t *row;
	size_t n = 1;

	if (c >= 0xac00 && c <= 0xd7a3)
		return decompose_hangul(c, out);
	out[0] = c;
	if (is_plain(c))
		return 1;
	/* The first of a pair may itself be one; the second goes behind it. */
	while (n < JPKIP_DECOMPOSED) {
		if ((row = find(singles, ROWS(singles, 2), 2, out[0])) !=
		    NULL && row[0] == out[0]) {
			out[0] = row[1];
			continue;
		}
		row = find(pairs, ROWS(pairs, 3), 3, out[0]);
		if (row == NULL || row[0] != out[0])
			break;
		memmove(out + 2, out + 1, (n - 1) * sizeof(*out));
		out[0] = row[1];
		out[1] = row[2];
		n++;
	}
	return n;
}

unsigned
jpkip_unicode_order(uint32_t c)
{
	const uint32_t *row = is_plain(c) ? NULL :
	    find(marks, ROWS(marks, 3), 3, c);

	return row != NULL && c <= row[1] ? row[2] : 0;
}

/* The character and a NUL; false: it is no letter. */
static bool
spell(uint32_t c, char text[8])
{
	struct jpkip_buf buf = { (uint8_t *)text, 0, 7, false };

	memset(text, 0, 8);
	jpkip_utf8_put(&buf, c);
	return c > ' ' && !buf.overflow;
}

bool
jpkip_unicode_variants(uint32_t a, uint32_t b)
{
	char text_a[8], text_b[8];
	const char *one, *other, *first;
	size_t i;

	if (!spell(a, text_a) || !spell(b, text_b))
		return false;
	for (i = 0; i < ROWS(variants, 1); i++) {
		if ((one = strstr(variants[i], text_a)) == NULL)
			continue;
		/* Each is there once, and blanks part the groups. */
		if ((other = strstr(variants[i], text_b)) == NULL)
			return false;
		first = one < other ? one : other;
		return memchr(first, ' ', (size_t)((one < other ? other :
		    one) - first)) == NULL;
	}
	return false;
}
