/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib/rules: the law book is complete. With JPKI_TEST_FACTS naming the
 * project's page of rules, the table is compared with that, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "row.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Every row with its seeds and with what a PC can do; "-" is none. */
static const char *const rows[] = {
	"A1 01234 CP", "A2 012 CP", "A3 012 -", "A4 012 -", "A5 01234 P",
	"A6 01234 C", "A7 01234 P", "A8 0 C", "A9 2 -", "A10 2 D",
	"A11 01234 -", "A12 01234 -",
	"B1 01234 CPD", "B2 0134 PD", "B3 3 PD", "B4 13 CD", "B5 2 D",
	"B6 2 D", "B6b 2 CP", "B7 2 D", "B8 0 C", "B9 034 N", "B10 2 C",
	"B11 14 CP", "B12 - D",
	"C1 013 CPD", "C2 1 -", "C3 1 -", "C4 14 -", "C5 014 D", "C6 034 I",
	"C7 01 -", "C8 1 -",
	"D1 01234 PN", "D2 01234 -", "D3 012 -", "D4 3 DN", "D5 3 DN",
	"D6 4 N", "D7 4 N", "D8 014 D", "D9 2 -", "D10 1 -", "D11 - D",
	"E1 4 C", "E2 01234 I", "E3 01234 I", "E4 0 I", "E5 01234 I",
	"E6 04 I", "E7 013 -", "E8 0 I", "E9 2 -", "E10 123 I",
	"F1 14 C", "F2 14 C", "F3 12 C", "F4 4 -", "F5 124 -", "F6 124 -",
	"F7 124 -", "F8 1 -", "F9 1 C", "F10 - C", "F11 0124 -", "F12 - P",
	"G1 02 -", "G2 0123 D", "G3 01 -", "G4 02 -", "G5 0 -", "G6 124 -",
	"H1 023 -", "H2 023 -", "H3 4 -", "H4 12 -",
	"J1 4 C", "J2 0234 D", "J3 034 D", "J4 3 -", "J5 3 D", "J6 02 N",
	"J8 03 -", "J7 2 C",
	"K1 01234 C", "K2 13 C", "K3 23 -", "K4 0 -", "K5 14 -",
};

/* Whether a row stands on the n-th seed. */
static bool
stands_on(const struct jpki_rule *rule, size_t n)
{
	const struct jpki_seed *seed;
	size_t i;

	for (i = 0; (seed = jpki_rule_seed(rule, i)) != NULL; i++)
		if (seed == jpki_seed_at(n))
			return true;
	return false;
}

/* A rule in the notation of rows[]. */
static void
describe(const struct jpki_rule *rule, char out[32])
{
	char seeds[6] = "", checks[6] = "";
	const struct jpki_seed *seed;
	size_t i, n = 0;

	for (i = 0; (seed = jpki_rule_seed(rule, i)) != NULL; i++)
		seeds[i] = seed->id[1];
	for (i = 0; i < 5; i++)
		if (rule->checks & 1u << i)
			checks[n++] = "CPDIN"[i];
	snprintf(out, 32, "%s %s %s", rule->id, *seeds ? seeds : "-",
	    *checks ? checks : "-");
}

static void
every_row_is_there(void **state)
{
	const struct jpki_rule *rule;
	char id[16], got[32];
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("%s", rows[i]);
		snprintf(id, sizeof(id), "%.*s", (int)strcspn(rows[i], " "),
		    rows[i]);
		rule = jpki_rule_find(id);
		assert_non_null(rule);
		describe(rule, got);
		assert_string_equal(got, rows[i]);
	}
	/* What follows is ours, outside the seeds. */
	for (; (rule = jpki_rule_at(i)) != NULL; i++) {
		row("%s", rule->id);
		assert_int_equal(rule->id[0], 'L');
		assert_null(jpki_rule_seed(rule, 0));
	}
	assert_true(i >= N(rows) + 10);
}

static void
texts_are_whole(void **state)
{
	const struct jpki_rule *rule;
	const struct jpki_dispute *dispute;
	const struct jpki_seed *seed;
	unsigned touched = 0;
	char id[16];
	size_t i, j;

	(void)state;
	for (i = 0; (rule = jpki_rule_at(i)) != NULL; i++) {
		row("%s", rule->id);
		assert_true(strlen(rule->en) > 20 && strlen(rule->ja) > 20);
		assert_string_not_equal(rule->en, rule->ja);
		for (j = 0; (dispute = jpki_rule_dispute(rule, j)) != NULL;
		    j++)
			touched |= 1u << (atoi(dispute->id + 1) - 1);
		for (j = 0; j < i; j++)
			assert_string_not_equal(jpki_rule_at(j)->id, rule->id);
	}
	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++) {
		snprintf(id, sizeof(id), "X%d", (int)i + 1);
		assert_string_equal(dispute->id, id);
		assert_true(strlen(dispute->en) > 20);
		assert_true(strlen(dispute->ja) > 20);
		assert_true(strlen(dispute->do_en) > 5);
		assert_true(strlen(dispute->do_ja) > 5);
	}
	/* Sixteen, and each has a row that leads to it. */
	assert_int_equal(i, 16);
	assert_int_equal(touched, (1u << 16) - 1);
	for (i = 0; (seed = jpki_seed_at(i)) != NULL; i++) {
		struct jpki_date d;

		snprintf(id, sizeof(id), "S%d", (int)i);
		assert_string_equal(seed->id, id);
		assert_true(*seed->date == '\0' ||
		    jpki_date_parse(seed->date, &d));
	}
	assert_int_equal(i, 5);
	assert_null(jpki_rule_at((size_t)-1));
	assert_null(jpki_dispute_at((size_t)-1));
	assert_null(jpki_seed_at((size_t)-1));
}

static void
rows_are_found(void **state)
{
	(void)state;
	assert_string_equal(jpki_rule_find("B3")->id, "B3");
	assert_string_equal(jpki_rule_find("b6B")->id, "B6b");
	assert_ptr_not_equal(jpki_rule_find("B6"), jpki_rule_find("B6b"));
	assert_null(jpki_rule_find("B"));
	assert_null(jpki_rule_find("B33"));
	assert_null(jpki_rule_find(""));
	assert_null(jpki_rule_find(NULL));
}

/* What a row stands on, in order and no further. */
static void
seeds_and_disputes_of_a_row(void **state)
{
	const struct jpki_rule *b3 = jpki_rule_find("B3");
	const struct jpki_rule *a5 = jpki_rule_find("A5");
	const struct jpki_rule *f9 = jpki_rule_find("F9");
	struct jpki_rule copy = *b3;
	size_t i;

	(void)state;
	assert_ptr_equal(jpki_rule_seed(b3, 0), jpki_seed_at(3));
	assert_null(jpki_rule_seed(b3, 1));
	assert_ptr_equal(jpki_rule_dispute(b3, 0), jpki_dispute_at(2));
	assert_null(jpki_rule_dispute(b3, 1));
	for (i = 0; i < 5; i++)
		assert_ptr_equal(jpki_rule_seed(a5, i), jpki_seed_at(i));
	assert_null(jpki_rule_seed(a5, 5));
	assert_ptr_equal(jpki_rule_dispute(f9, 0), jpki_dispute_at(1));
	assert_ptr_equal(jpki_rule_dispute(f9, 1), jpki_dispute_at(11));
	assert_null(jpki_rule_dispute(f9, 2));
	assert_null(jpki_rule_seed(f9, SIZE_MAX));
	assert_null(jpki_rule_dispute(f9, SIZE_MAX));
	/* Rows are lent: a copy says nothing. */
	assert_null(jpki_rule_seed(&copy, 0));
	assert_null(jpki_rule_dispute(&copy, 0));
	assert_null(jpki_rule_seed(NULL, 0));
	assert_null(jpki_rule_dispute(NULL, 0));
}

/* Letters of a list that stand alone in a cell of the page. */
static void
letters(const char *cell, const char *list, char *out)
{
	const char *p;
	size_t n = 0;

	for (; *list != '\0'; list++)
		for (p = cell; *p != '\0'; p++)
			if (*p == *list &&
			    (p == cell || strchr(" */(+", p[-1]) != NULL) &&
			    (p[1] == '\0' || strchr(" */:;)(+", p[1]))) {
				out[n++] = *list;
				break;
			}
	out[n] = '\0';
}

/* "| B3 | the rule | S3 | D |" against the table. */
static void
compare_line(char *line, size_t *n)
{
	const struct jpki_rule *rule;
	char *cell[6] = { NULL }, *save = NULL, *p;
	char checks[8], want[32], got[32];
	int i = 0;

	for (p = strtok_r(line, "|\n", &save); p != NULL && i < 6;
	    p = strtok_r(NULL, "|\n", &save))
		cell[i++] = p;
	if (i < 4 || cell[0][0] != ' ' || cell[0][1] < 'A' ||
	    cell[0][1] > 'K' || cell[0][2] < '0' || cell[0][2] > '9')
		return;
	cell[0][strcspn(cell[0] + 1, " ") + 1] = '\0';
	rule = jpki_rule_find(cell[0] + 1);
	if (rule == NULL)
		fail_msg("%s is on the page, not in the table", cell[0]);
	letters(cell[3], "CPDIN", checks);
	describe(rule, got);
	/* Seeds are written too freely to be read: only those named, before
	 * those are that say less, or the contrary. */
	cell[2][strcspn(cell[2], "(;")] = '\0';
	for (i = 0; i < 5; i++) {
		char name[3] = { 'S', (char)('0' + i), '\0' };

		if (strstr(cell[2], name) != NULL &&
		    !stands_on(rule, (size_t)i))
			fail_msg("%s: %s is missing", rule->id, name);
	}
	p = strchr(got, ' ') + 1;
	snprintf(want, sizeof(want), "%s %.*s %s", rule->id,
	    (int)strcspn(p, " "), p, *checks ? checks : "-");
	assert_string_equal(got, want);
	(*n)++;
}

static void
table_is_the_page(void **state)
{
	const char *path = getenv("JPKI_TEST_FACTS");
	char line[2048];
	size_t n = 0;
	FILE *f = path != NULL ? fopen(path, "r") : NULL;

	(void)state;
	if (f == NULL) {
		skip();
		return;
	}
	while (fgets(line, sizeof(line), f) != NULL)
		compare_line(line, &n);
	fclose(f);
	assert_int_equal(n, N(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(every_row_is_there),
		ROW_TEST(texts_are_whole),
		ROW_TEST(rows_are_found),
		ROW_TEST(seeds_and_disputes_of_a_row),
		ROW_TEST(table_is_the_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
