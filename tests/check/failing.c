/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that fail, for rows.sh: what they say then is what counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "row.h"

static void
passes(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		row("passing %d", i);
		assert_code(0, 0);
	}
}

static void
fails(void **state)
{
	static const int codes[] = { 0, JPKI_ERR_PIN_WRONG, 0 };
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		row("outer %d", i);
		{
			row("inner %d", i);
			assert_code(codes[i], 0);
		}
	}
}

static void
fails_behind(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		row("behind %d", i);
	}
	assert_true(i < 3);
}

static void
without(void **state)
{
	(void)state;
	row("nobody");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(passes),
		ROW_TEST(fails),
		ROW_TEST(fails_behind),
		cmocka_unit_test(without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
