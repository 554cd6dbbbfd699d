/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that unicode.py made, against libunistring's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <unictype.h>
#include <uninorm.h>

#include "certificate/unicode.h"
#include "row.h"

#define LAST 0x10ffffu

/* What one version of the standard knows more than the other is new, and none
 * of it is in the first plane any more. */
static bool
is_new(uint32_t c)
{
	return c > 0xffff && (c < 0x2f800 || c > 0x2fa1d);
}

static void
decompositions(void **state)
{
	uint32_t c, ours[JPKIP_DECOMPOSED], theirs[16];
	size_t n, len, changed = 0;

	(void)state;
	for (c = 1; c <= LAST; c++) {
		row("U+%04X", (unsigned)c);
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		n = jpkip_unicode_decompose(c, ours);
		len = sizeof(theirs) / sizeof(theirs[0]);
		assert_ptr_equal(u32_normalize(UNINORM_NFD, &c, 1, theirs,
		    &len), theirs);
		changed += len != 1 || theirs[0] != c;
		if (is_new(c) && (n == 1 || len == 1) && n != len)
			continue;
		assert_int_equal(n, len);
		assert_memory_equal(ours, theirs, n * sizeof(*ours));
	}
	assert_true(changed > 13000);	/* most are Hangul */
}

static void
orders(void **state)
{
	uint32_t c;
	size_t marks = 0;
	unsigned ours;
	int theirs;

	(void)state;
	for (c = 1; c <= LAST; c++) {
		row("U+%04X", (unsigned)c);
		ours = jpkip_unicode_order(c);
		theirs = uc_combining_class(c);
		marks += ours != 0;
		/* Marks are still added to the first plane. */
		if ((ours == 0) != (theirs == 0) && (is_new(c) ||
		    ours == 0 || uc_is_general_category(c,
		    UC_UNASSIGNED)))
			continue;
		assert_int_equal(ours, theirs);
	}
	assert_true(marks > 800);
}

static void
variants(void **state)
{
	static const struct {
		uint32_t a, b;
		bool are;
	} rows[] = {
		{ 0x9ad8, 0x9ad9, true },	/* 高髙 */
		{ 0x5d0e, 0xfa11, true },	/* 崎﨑 */
		{ 0x5409, 0x20bb7, true },	/* 吉𠮷 */
		{ 0x8fba, 0x9089, true },	/* 辺邉 */
		{ 0x908a, 0x9089, true },	/* 邊邉 */
		{ 0x56fd, 0x570b, true },	/* 国國 */
		{ 0x9f8d, 0x7adc, true },	/* 龍竜 */
		{ 0x5b66, 0x5b78, true },	/* 学學 */
		{ 0x5f66, 0x5f65, true },	/* 彦彥 */
		{ 0x5ca1, 0x583d, true },	/* 岡堽 */
		{ 0x5c45, 0x5c4b, false },	/* 居屋 */
		{ 0x8c37, 0x7a40, false },	/* 谷穀: Chinese alone */
		{ 0x5347, 0x6607, false },	/* 升昇: two names */
		{ 0x5409, 0x53e4, false },	/* 吉古 */
		{ 0x5ddd, 0x5c71, false },	/* 川山 */
		{ 0x571f, 0x58eb, false },	/* 土士 */
		{ 'a', 'b', false }, { ' ', ' ', false },
		{ 0, 0x9ad8, false }, { UINT32_MAX, 0x9ad8, false }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row("U+%04X, U+%04X", (unsigned)rows[i].a,
		    (unsigned)rows[i].b);
		assert_int_equal(jpkip_unicode_variants(rows[i].a, rows[i].b),
		    rows[i].are);
		assert_int_equal(jpkip_unicode_variants(rows[i].b, rows[i].a),
		    rows[i].are);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(decompositions),
		ROW_TEST(orders),
		ROW_TEST(variants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
