/* SPDX-License-Identifier: Apache-2.0 */
/* lib/rules: dates written out, and the verdicts on them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "row.h"
#include "verdicts.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define AUTH JPKI_KEY_AUTH
#define SIGN JPKI_KEY_SIGN

static void
renewals(void **state)
{
	static const struct {
		const char *until, *first;
	} table[] = {
		/* Nerima and Setagaya. */
		{ "2023-07-07", "2023-04-08" },
		{ "2023-05-28", "2023-03-01" },
		{ "2020-09-24", "2020-06-25" },
		/* The day three months before does not exist. */
		{ "2023-05-29", "2023-03-01" },
		{ "2023-05-30", "2023-03-01" },
		{ "2023-05-31", "2023-03-01" },
		{ "2024-05-30", "2024-03-01" },
		{ "2023-07-31", "2023-05-01" },
		{ "2023-12-31", "2023-10-01" },
		/* It does, at the end of its month. */
		{ "2024-05-29", "2024-03-01" },
		{ "2024-05-28", "2024-02-29" },
		{ "2023-07-30", "2023-05-01" },
		{ "2023-08-31", "2023-06-01" },
		/* Across the year, and around 29 February. */
		{ "2024-02-29", "2023-11-30" },
		{ "2024-03-01", "2023-12-02" },
		{ "2023-01-01", "2022-10-02" },
		{ "2023-03-31", "2023-01-01" },
		{ "2023-02-28", "2022-11-29" },
	};
	struct jpki_verdict *v = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct jpki_date first = day(table[i].first), before;

		row("%s", table[i].until);
		assert_code(judge_renewal(day(table[i].until), first, &v), 0);
		is_day(jpki_verdict_renew_from(v), table[i].first);
		is_day(jpki_verdict_from(v), table[i].first);
		is_day(jpki_verdict_until(v), table[i].until);
		assert_int_equal(jpki_verdict_state(v), JPKI_STATE_RENEW);
		begins_with(jpki_verdict_why(v), "C1 L2");
		before = jpki_date_from_time(jpki_date_begin(first) - 1);
		assert_code(judge_renewal(day(table[i].until), before, &v), 0);
		assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
		assert_true(advises(jpki_verdict_why(v),
		    JPKI_ADVICE_RENEW_LATER));
		assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_RENEW));
	}
	/* The last day, and the one after. */
	assert_code(judge_renewal(day("2023-05-28"), day("2023-05-28"), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_RENEW);
	assert_int_equal(jpki_verdict_days_left(v), 0);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_FEE));
	assert_true(cites(jpki_verdict_why(v), "H3"));
	assert_code(judge_renewal(day("2023-05-28"), day("2023-05-29"), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_EXPIRED);
	assert_int_equal(jpki_verdict_days_left(v), -1);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CERT));
	/* No day to ask about. */
	assert_code(judge_renewal(day("2023-05-28"), day(""), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_UNKNOWN);
	is_day(jpki_verdict_renew_from(v), "2023-03-01");
	jpki_verdict_free(&v);
}

static void
validities(void **state)
{
	static const struct {
		enum jpki_key key;
		const char *issued, *birth, *card, *auth, *stay, *renewed;
		const char *until, *why;
	} table[] = {
		/* The published test card. */
		{ AUTH, "2025-10-27", "1980-02-17", "", "", "", "",
		    "2030-02-17", "B1 B4" },
		{ SIGN, "2025-10-27", "1980-02-17", "", "", "", "",
		    "2030-02-17", "B1" },
		/* Around the birthday; on it, it does not count. */
		{ AUTH, "2026-06-14", "1990-06-15", "", "", "", "",
		    "2030-06-15", "B1" },
		{ AUTH, "2026-06-15", "1990-06-15", "", "", "", "",
		    "2031-06-15", "B1 B4 L4 L5 B12" },
		{ AUTH, "2026-06-16", "1990-06-15", "", "", "", "",
		    "2031-06-15", "B1" },
		{ AUTH, "2026-12-31", "1990-01-01", "", "", "", "",
		    "2031-01-01", "B1" },
		/* The card, the stay, the other certificate end first. */
		{ AUTH, "2025-10-27", "1980-02-17", "2028-02-17", "", "", "",
		    "2028-02-17", "B2 B4" },
		{ SIGN, "2025-10-27", "1980-02-17", "2028-02-17", "", "", "",
		    "2028-02-17", "B2" },
		{ AUTH, "2025-10-27", "1980-02-17", "", "", "2026-03-31", "",
		    "2026-03-31", "B10" },
		{ SIGN, "2025-10-27", "1980-02-17", "", "2029-02-17", "", "",
		    "2029-02-17", "B3" },
		{ SIGN, "2025-10-27", "1980-02-17", "2029-02-17",
		    "2028-02-17", "2028-02-18", "", "2028-02-17", "B3" },
		/* All at once; the order of the reasons is fixed. */
		{ SIGN, "2025-10-27", "1980-02-17", "2030-02-17",
		    "2030-02-17", "2030-02-17", "", "2030-02-17",
		    "B1 B2 B10 B3" },
		/* A later bound does not matter. */
		{ SIGN, "2025-10-27", "1980-02-17", "2035-02-17",
		    "2031-02-17", "2040-01-01", "", "2030-02-17", "B1" },
		/* An auth certificate has no such bound. */
		{ AUTH, "2025-10-27", "1980-02-17", "", "2028-02-17", "", "",
		    "2030-02-17", "B1" },
		/* Renewed inside the last three months: the 6th. */
		{ AUTH, "2029-11-18", "1980-02-17", "", "", "", "2030-02-17",
		    "2035-02-17", "L1 L2" },
		{ AUTH, "2029-11-17", "1980-02-17", "", "", "", "2030-02-17",
		    "2034-02-17", "B1 L2" },
		{ AUTH, "2030-02-16", "1980-02-17", "", "", "", "2030-02-17",
		    "2035-02-17", "L1" },
		{ AUTH, "2030-02-17", "1980-02-17", "", "", "", "2030-02-17",
		    "2036-02-17", "L1" },
		{ AUTH, "2030-02-18", "1980-02-17", "", "", "", "2030-02-17",
		    "2035-02-17", "B1" },
		/* But never past the card. */
		{ AUTH, "2029-12-01", "1980-02-17", "2035-02-16", "", "",
		    "2030-02-17", "2035-02-16", "B2" },
		/* 15 on the day: no longer too young; below, no sign. */
		{ SIGN, "2026-06-15", "2011-06-15", "", "", "", "",
		    "2031-06-15", "B1" },
		{ SIGN, "2026-06-14", "2011-06-15", "", "", "", "", "",
		    "G2 B6b" },
		{ AUTH, "2026-06-14", "2011-06-15", "", "", "", "",
		    "2030-06-15", "B1 B4 B6b" },
		{ AUTH, "2026-06-14", "2008-06-15", "", "", "", "",
		    "2030-06-15", "B1 B4 B6b" },
		{ AUTH, "2026-06-16", "2008-06-15", "", "", "", "",
		    "2031-06-15", "B1 B4 L4" },
		/* No birth date, and none that would matter. */
		{ AUTH, "2025-10-27", "", "2028-02-17", "", "", "",
		    "2028-02-17", "B2 B4" },
		{ AUTH, "2015-12-31", "1980-02-17", "", "", "", "",
		    "2020-02-17", "B1 B4 L4 A10" },
	};
	struct jpki_validity_facts f;
	struct jpki_verdict *v = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("key %d, issued %s, born %s: %s", table[i].key,
		    table[i].issued, table[i].birth, table[i].why);
		f = (struct jpki_validity_facts){ .size = sizeof(f),
		    .key = table[i].key };
		f.issued = day(table[i].issued);
		f.birth = day(table[i].birth);
		/* Those that were left out end much later. */
		f.card_until = day(*table[i].card != '\0' ? table[i].card :
		    "2040-01-02");
		if (f.key == SIGN)
			f.auth_until = day(*table[i].auth != '\0' ?
			    table[i].auth : "2040-01-01");
		f.stay_until = day(table[i].stay);
		f.renewed_from = day(table[i].renewed);
		assert_code(judge_validity(&f, day(""), &v), 0);
		is_day(jpki_verdict_until(v), table[i].until);
		is_day(jpki_verdict_until_latest(v), table[i].until);
		begins_with(jpki_verdict_why(v), table[i].why);
		assert_int_equal(jpki_verdict_state(v), table[i].why[0] == 'G' ?
		    JPKI_STATE_NONE : JPKI_STATE_UNKNOWN);
	}
	jpki_verdict_free(&v);
}

static void
leap_days(void **state)
{
	static const struct {
		const char *issued, *mar1, *feb28;
	} table[] = {
		{ "2023-06-01", "2028-02-29", "2028-02-29" },
		{ "2024-02-28", "2028-02-29", "2028-02-29" },
		{ "2024-02-29", "2029-03-01", "2029-02-28" },
		{ "2026-01-01", "2030-03-01", "2030-02-28" },
		/* Either may be the birthday, which does not count. */
		{ "2026-02-27", "2030-03-01", "2030-02-28" },
		{ "2026-02-28", "2030-03-01", "2031-02-28" },
		{ "2026-03-01", "2031-03-01", "2031-02-28" },
	};
	struct jpki_validity_facts f = { .size = sizeof(f), .key = AUTH };
	struct jpki_verdict *v = NULL;
	struct jpki_who *who = NULL;
	bool differ;
	size_t i;

	(void)state;
	f.birth = day("2000-02-29");
	f.card_until = day("2033-02-28");
	for (i = 0; i < N(table); i++) {
		row("%s", table[i].issued);
		f.issued = day(table[i].issued);
		f.feb29 = JPKI_FEB29_MAR1;
		assert_code(judge_validity(&f, day(""), &v), 0);
		is_day(jpki_verdict_until(v), table[i].mar1);
		/* It is said where it decides. */
		differ = strcmp(table[i].mar1, table[i].feb28) != 0;
		assert_int_equal(cites(jpki_verdict_why(v), "L6"), differ);
		assert_int_equal(advises(jpki_verdict_why(v),
		    JPKI_ADVICE_OPEN_FEB29), differ);
		f.feb29 = JPKI_FEB29_FEB28;
		assert_code(judge_validity(&f, day(""), &v), 0);
		is_day(jpki_verdict_until(v), table[i].feb28);
	}
	/* Ages, too. */
	assert_code(judge_who(day("2012-02-29"), false, day("2027-02-28"),
	    JPKI_FEB29_MAR1, &who), 0);
	assert_int_equal(jpki_who_age(who), 14);
	is_day(jpki_who_sign_from(who), "2027-03-01");
	assert_true(cites(jpki_who_why(who), "L6"));
	assert_code(judge_who(day("2012-02-29"), false, day("2027-02-28"),
	    JPKI_FEB29_FEB28, &who), 0);
	assert_int_equal(jpki_who_age(who), 15);
	assert_true(advises(jpki_who_why(who), JPKI_ADVICE_OPEN_FEB29));
	assert_code(judge_who(day("2012-02-29"), false, day("2027-03-01"),
	    JPKI_FEB29_FEB28, &who), 0);
	assert_false(cites(jpki_who_why(who), "L6"));
	jpki_verdict_free(&v);
	jpki_who_free(&who);
}

static void
states_of_a_validity(void **state)
{
	static const struct {
		const char *on;
		enum jpki_state state;
		int32_t left;
	} table[] = {
		{ "2025-10-26", JPKI_STATE_NOT_YET, 1575 },
		{ "2025-10-27", JPKI_STATE_WAITING, 1574 },
		{ "2025-10-28", JPKI_STATE_NOT_EXPIRED, 1573 },
		{ "2029-11-17", JPKI_STATE_NOT_EXPIRED, 92 },
		{ "2029-11-18", JPKI_STATE_RENEW, 91 },
		{ "2030-02-17", JPKI_STATE_RENEW, 0 },
		{ "2030-02-18", JPKI_STATE_EXPIRED, -1 },
	};
	struct jpki_validity_facts f = { .size = sizeof(f), .key = AUTH };
	struct jpki_verdict *v = NULL;
	size_t i;

	(void)state;
	f.issued = day("2025-10-27");
	f.birth = day("1980-02-17");
	f.card_until = day("2035-02-17");
	for (i = 0; i < N(table); i++) {
		row("%s", table[i].on);
		assert_code(judge_validity(&f, day(table[i].on), &v), 0);
		assert_int_equal(jpki_verdict_state(v), table[i].state);
		assert_int_equal(jpki_verdict_days_left(v), table[i].left);
		is_day(jpki_verdict_from(v), "2025-10-27");
		is_day(jpki_verdict_renew_from(v), table[i].left < 0 ? "" :
		    "2029-11-18");
	}
	assert_true(cites(jpki_verdict_why(v), "D5"));
	assert_false(cites(jpki_verdict_why(v), "D4"));
	f.card_until = day("2030-02-17");
	assert_code(judge_validity(&f, day("2030-02-17"), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CARD));
	assert_code(judge_validity(&f, day("2030-02-18"), &v), 0);
	assert_true(cites(jpki_verdict_why(v), "D8"));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CERT));
	/* A life shorter than the window: renewable from its beginning, since
	 * its card goes on. */
	f.key = SIGN;
	f.card_until = day("2035-02-17");
	f.auth_until = day("2025-12-20");
	assert_code(judge_validity(&f, day("2025-10-28"), &v), 0);
	is_day(jpki_verdict_renew_from(v), "2025-10-27");
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_RENEW);
	f.stay_until = day("2025-12-20");
	assert_code(judge_validity(&f, day("2025-10-28"), &v), 0);
	is_day(jpki_verdict_renew_from(v), "");
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_EXTEND));
	jpki_verdict_free(&v);
}

static void
cards(void **state)
{
	static const struct {
		const char *applied, *issued, *birth, *stay, *until, *why;
	} table[] = {
		{ "2026-01-10", "2026-01-20", "1980-02-17", "", "2035-02-17",
		    "B5 L7" },
		/* 18 and 20, up to and from 2022-04-01. */
		{ "2022-04-01", "2022-04-20", "2004-04-01", "", "2032-04-01",
		    "B5 L7" },
		{ "2022-04-01", "2022-04-20", "2004-04-02", "", "2027-04-02",
		    "B6 L7" },
		{ "2022-03-31", "2022-04-20", "2004-03-31", "", "2027-03-31",
		    "B6 B7" },
		{ "2022-03-31", "2022-04-20", "2002-03-31", "", "2032-03-31",
		    "B5 B7" },
		{ "2022-03-31", "2022-04-20", "2002-04-01", "", "2027-04-01",
		    "B6 B7" },
		/* The age is that of the application, 17 here. */
		{ "2026-06-14", "2026-06-20", "2008-06-15", "", "2031-06-15",
		    "B6" },
		{ "2026-06-15", "2026-06-20", "2008-06-15", "", "2036-06-15",
		    "B5" },
		/* Issued on the birthday. */
		{ "2026-06-01", "2026-06-15", "1990-06-15", "", "2036-06-15",
		    "B5 L7 L5 B12" },
		{ "2026-06-01", "2026-06-14", "1990-06-15", "", "2035-06-15",
		    "B5" },
		/* The stay, and the day that both end. */
		{ "2026-06-01", "2026-06-14", "1990-06-15", "2027-03-31",
		    "2027-03-31", "B10 L7 L8 L9" },
		{ "2026-06-01", "2026-06-14", "1990-06-15", "2035-06-15",
		    "2035-06-15", "B5 B10" },
		/* A newborn's. */
		{ "2026-06-15", "2026-06-20", "2026-06-15", "", "2031-06-15",
		    "B6" },
	};
	struct jpki_card_facts f;
	struct jpki_verdict *v = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("applied %s, issued %s, born %s", table[i].applied,
		    table[i].issued, table[i].birth);
		f = (struct jpki_card_facts){ .size = sizeof(f) };
		f.applied = day(table[i].applied);
		f.issued = day(table[i].issued);
		f.birth = day(table[i].birth);
		f.stay_until = day(table[i].stay);
		assert_code(judge_card(&f, day(table[i].until), &v), 0);
		is_day(jpki_verdict_until(v), table[i].until);
		begins_with(jpki_verdict_why(v), table[i].why);
		assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
		assert_int_equal(jpki_verdict_days_left(v), 0);
		assert_code(judge_card(&f, f.issued, &v), 0);
		assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
		assert_code(judge_card(&f, day("2099-01-01"), &v), 0);
		assert_int_equal(jpki_verdict_state(v), JPKI_STATE_EXPIRED);
		assert_true(cites(jpki_verdict_why(v), "D8"));
	}
	jpki_verdict_free(&v);
}

/* Each date is looked at. */
static void
impossible_dates(void **state)
{
	const struct jpki_date never = { 2026, 2, 30 }, d = day("2026-06-15");
	struct jpki_validity_facts f, fine = { .size = sizeof(fine),
	    .key = SIGN };
	struct jpki_card_facts c, good = { .size = sizeof(good), .applied = d };
	struct jpki_date *const dates[] = { &f.issued, &f.birth,
	    &f.card_until, &f.auth_until, &f.stay_until, &f.renewed_from };
	struct jpki_date *const card_dates[] = { &c.applied, &c.issued,
	    &c.birth, &c.stay_until };
	struct jpki_verdict *v = NULL;
	struct jpki_who *w = NULL;
	size_t i;

	(void)state;
	fine.issued = good.issued = good.birth = d;
	for (i = 0; i < N(dates); i++) {
		row("date %zu", i);
		f = fine;
		assert_code(judge_validity(&f, d, &v), 0);
		*dates[i] = never;
		assert_code(judge_validity(&f, d, &v), JPKI_ERR_VALUE);
	}
	for (i = 0; i < N(card_dates); i++) {
		row("date of the card %zu", i);
		c = good;
		assert_code(judge_card(&c, d, &v), 0);
		*card_dates[i] = never;
		assert_code(judge_card(&c, d, &v), JPKI_ERR_VALUE);
	}
	assert_code(judge_card(&good, never, &v), JPKI_ERR_VALUE);
	assert_code(judge_renewal(d, never, &v), JPKI_ERR_VALUE);
	assert_code(judge_who(never, false, d, JPKI_FEB29_MAR1, &w),
	    JPKI_ERR_VALUE);
	assert_code(judge_who(d, false, never, JPKI_FEB29_MAR1, &w),
	    JPKI_ERR_VALUE);
	jpki_verdict_free(&v);
	jpki_who_free(&w);
}

static void
impossible_facts(void **state)
{
	const struct jpki_date never = { 2026, 2, 30 }, d = day("2026-06-15");
	const struct jpki_date eve = day("2026-06-14"), none = day("");
	struct jpki_validity_facts f = { .size = sizeof(f), .key = AUTH,
	    .issued = d };
	struct jpki_card_facts c = { .size = sizeof(c), .applied = d,
	    .issued = d, .birth = d };
	struct jpki_verdict *v = NULL;
	struct jpki_who *w = NULL;

	(void)state;
	assert_code(judge_validity(&f, d, &v), 0);
	assert_code(judge_validity(&f, never, &v), JPKI_ERR_VALUE);
	f.birth = never;
	assert_code(judge_validity(&f, d, &v), JPKI_ERR_VALUE);
	f.birth = day("2026-06-16");
	assert_code(judge_validity(&f, d, &v), JPKI_ERR_VALUE);
	f.birth = none;
	f.card_until = eve;
	assert_code(judge_validity(&f, d, &v), JPKI_ERR_VALUE);
	f.card_until = d;
	f.issued = none;
	assert_code(judge_validity(&f, d, &v), JPKI_ERR_VALUE);
	f.issued = d;
	f.key = (enum jpki_key)3;
	assert_code(judge_validity(&f, d, &v), JPKI_ERR_USAGE);
	assert_code(judge_validity(NULL, d, &v), JPKI_ERR_USAGE);
	assert_code(jpki_rules_validity(&f, d, NULL), JPKI_ERR_USAGE);
	f.key = AUTH;
	f.card_until = none;
	f.issued = f.birth = day("9998-01-01");
	assert_code(judge_validity(&f, d, &v), JPKI_ERR_VALUE);

	assert_code(judge_card(&c, none, &v), 0);
	c.issued = eve;
	assert_code(judge_card(&c, none, &v), JPKI_ERR_VALUE);
	c.issued = d;
	c.birth = none;
	assert_code(judge_card(&c, none, &v), JPKI_ERR_VALUE);
	c.birth = day("2026-06-16");
	assert_code(judge_card(&c, none, &v), JPKI_ERR_VALUE);
	assert_code(judge_card(NULL, none, &v), JPKI_ERR_USAGE);

	assert_code(judge_renewal(none, d, &v), JPKI_ERR_VALUE);
	assert_code(judge_renewal(never, d, &v), JPKI_ERR_VALUE);
	assert_code(judge_who(d, false, eve, JPKI_FEB29_MAR1, &w),
	    JPKI_ERR_VALUE);
	/* The edges of the calendar. */
	assert_code(judge_renewal(day("0001-01-01"), none, &v), 0);
	assert_int_equal(jpki_verdict_renew_from(v).year, 1);
	assert_code(judge_renewal(day("9999-12-31"), d, &v), 0);
	is_day(jpki_verdict_renew_from(v), "9999-10-01");
	jpki_verdict_free(&v);
	jpki_who_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(renewals),
		ROW_TEST(validities),
		ROW_TEST(leap_days),
		ROW_TEST(states_of_a_validity),
		ROW_TEST(cards),
		ROW_TEST(impossible_dates),
		ROW_TEST(impossible_facts),
	};
	const char *zone;
	int failed = 0;
	size_t i;

	for (i = 0; (zone = set_zone(i)) != NULL; i++)
		failed |= cmocka_run_group_tests_name(zone, tests, NULL,
		    NULL);
	return failed;
}
