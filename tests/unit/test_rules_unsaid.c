/* SPDX-License-Identifier: Apache-2.0 */
/* lib/rules: what follows, and what does not, where not all facts were said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "any_facts.h"
#include "row.h"
#include "verdicts.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define AUTH JPKI_KEY_AUTH
#define SIGN JPKI_KEY_SIGN
#define DAY 86400
#define ROUNDS 20000

/* A date of birth that may lack its day, or month and day. */
static struct jpki_date
birth_day(const char *text)
{
	struct jpki_date d = { 0, 0, 0 };
	unsigned year, month, dom;

	if (*text == '\0')
		return d;
	assert_int_equal(sscanf(text, "%4u-%2u-%2u", &year, &month, &dom), 3);
	d.year = (int16_t)year;
	d.month = (uint8_t)month;
	d.day = (uint8_t)dom;
	return d;
}

/* What was not said is not unbounded. */
static void
what_was_not_said(void **state)
{
	static const struct {
		enum jpki_key key;
		const char *issued, *birth, *card, *auth, *stay;
		const char *until, *latest, *why;
		enum jpki_advice say;	/* 0: all is known */
	} table[] = {
		/* The 5th birthday comes within five years, */
		{ AUTH, "2025-05-11", "", "2034-01-01", "", "",
		    "", "2030-05-11", "B1 B4", JPKI_ADVICE_SAY_BIRTH },
		/* but not within four: there the card decides. */
		{ AUTH, "2025-05-11", "", "2029-05-12", "", "",
		    "2029-05-12", "2029-05-12", "B2 B4", 0 },
		{ AUTH, "2025-05-11", "", "2029-05-13", "", "",
		    "", "2029-05-13", "B2 B1", JPKI_ADVICE_SAY_BIRTH },
		{ AUTH, "2025-05-11", "", "2030-05-11", "", "",
		    "", "2030-05-11", "B1 B2", JPKI_ADVICE_SAY_BIRTH },
		/* A birthday alone, with a card that may end before. */
		{ AUTH, "2025-10-27", "1980-02-17", "", "", "",
		    "", "2030-02-17", "B1 B2", JPKI_ADVICE_SAY_CARD },
		{ AUTH, "2025-10-27", "", "", "", "",
		    "", "2030-10-27", "B1 B2", JPKI_ADVICE_SAY_CARD },
		/* A stay says no more than that the card ends by then. */
		{ AUTH, "2026-03-01", "1980-05-10", "", "", "2027-01-01",
		    "", "2027-01-01", "B10 B2", JPKI_ADVICE_SAY_CARD },
		{ AUTH, "2026-03-01", "1980-05-10", "2027-01-01", "",
		    "2027-01-01", "2027-01-01", "2027-01-01", "B2 B10", 0 },
		/* The other certificate: its card does not end before it. */
		{ SIGN, "2025-05-11", "", "", "2034-01-01", "",
		    "", "2030-05-11", "B1", JPKI_ADVICE_SAY_BIRTH },
		{ SIGN, "2025-05-11", "1980-02-17", "", "2028-01-01", "",
		    "2028-01-01", "2028-01-01", "B3", 0 },
		{ SIGN, "2025-05-11", "1980-02-17", "", "2034-01-01", "",
		    "2030-02-17", "2030-02-17", "B1", 0 },
		{ SIGN, "2025-05-11", "1980-02-17", "2034-01-01", "", "",
		    "", "2030-02-17", "B1 B3", JPKI_ADVICE_SAY_AUTH },
		{ SIGN, "2025-05-11", "1980-02-17", "2028-01-01", "", "",
		    "", "2028-01-01", "B2 B3", JPKI_ADVICE_SAY_AUTH },
		/* Part of a date of birth. */
		{ AUTH, "2025-10-27", "1981-02-00", "2036-01-01", "", "",
		    "", "2030-02-28", "B1", JPKI_ADVICE_SAY_BIRTH },
		{ AUTH, "2025-10-27", "1980-02-00", "2036-01-01", "", "",
		    "", "2030-03-01", "B1", JPKI_ADVICE_SAY_BIRTH },
		{ AUTH, "2025-10-27", "1980-10-00", "2036-01-01", "", "",
		    "", "2030-10-27", "B1", JPKI_ADVICE_SAY_BIRTH },
		{ AUTH, "2025-10-27", "1980-00-00", "2036-01-01", "", "",
		    "", "2030-10-27", "B1", JPKI_ADVICE_SAY_BIRTH },
		{ AUTH, "2025-10-27", "1980-02-00", "2030-02-01", "", "",
		    "2030-02-01", "2030-02-01", "B2", 0 },
		/* Born in the year of the issue, so not after it. */
		{ AUTH, "2025-03-10", "2025-00-00", "2036-01-01", "", "",
		    "", "2030-03-10", "B1", JPKI_ADVICE_SAY_BIRTH },
		/* 14 or 15 at the issue: perhaps there is none. */
		{ SIGN, "2026-06-14", "2011-06-00", "2027-01-01",
		    "2027-01-01", "", "", "2027-01-01", "B2 B3 G2",
		    JPKI_ADVICE_SAY_BIRTH },
	};
	struct jpki_validity_facts f;
	struct jpki_verdict *v = NULL;
	struct jpki_date on;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		bool known = *table[i].until != '\0';

		row("key %d, issued %s, born %s, card %s: %s", table[i].key,
		    table[i].issued, table[i].birth, table[i].card,
		    table[i].why);
		f = (struct jpki_validity_facts){ .size = sizeof(f),
		    .key = table[i].key };
		f.issued = day(table[i].issued);
		f.birth = birth_day(table[i].birth);
		f.card_until = day(table[i].card);
		f.auth_until = day(table[i].auth);
		f.stay_until = day(table[i].stay);
		on = jpki_date_from_time(jpki_date_begin(f.issued) +
		    2 * 86400);
		assert_code(judge_validity(&f, on, &v), 0);
		is_day(jpki_verdict_until(v), table[i].until);
		is_day(jpki_verdict_until_latest(v), table[i].latest);
		begins_with(jpki_verdict_why(v), table[i].why);
		assert_int_equal(jpki_verdict_state(v), known ?
		    JPKI_STATE_NOT_EXPIRED : JPKI_STATE_UNKNOWN);
		if (known)
			continue;
		assert_true(advises(jpki_verdict_why(v), table[i].say));
		assert_int_equal(jpki_verdict_days_left(v), 0);
		is_day(jpki_verdict_renew_from(v), "");
		assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_RENEW));
		/* That it is over can be known all the same. */
		on = jpki_date_from_time(jpki_date_begin(
		    day(table[i].latest)) + 86400);
		assert_code(judge_validity(&f, on, &v), 0);
		assert_int_equal(jpki_verdict_state(v), JPKI_STATE_EXPIRED);
	}
	jpki_verdict_free(&v);
}

/* What cannot be renewed has no day from which it can, and the advice is about
 * what does help. */
static void
nothing_to_renew(void **state)
{
	struct jpki_validity_facts f = { .size = sizeof(f), .key = AUTH };
	struct jpki_verdict *v = NULL;

	(void)state;
	/* With the card, whose end is near. */
	f.issued = day("2025-05-10");
	f.birth = day("1980-05-10");
	f.card_until = day("2026-12-31");
	assert_code(judge_validity(&f, day("2026-11-28"), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
	is_day(jpki_verdict_renew_from(v), "");
	assert_true(cites(jpki_verdict_why(v), "L17"));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_CARD_ENDS));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CARD));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_RENEW));
	/* The birthday has nothing to do with it. */
	assert_false(cites(jpki_verdict_why(v), "B1"));
	assert_false(cites(jpki_verdict_why(v), "L5"));
	/* Its end is not near yet. */
	assert_code(judge_validity(&f, day("2026-09-30"), &v), 0);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_WITH_CARD));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_CARD_ENDS));
	assert_code(judge_validity(&f, day("2026-10-01"), &v), 0);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_CARD_ENDS));
	/* With the stay, and so with the card. */
	f.stay_until = day("2026-12-31");
	assert_code(judge_validity(&f, day("2026-11-28"), &v), 0);
	is_day(jpki_verdict_renew_from(v), "");
	assert_true(cites(jpki_verdict_why(v), "L9"));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_EXTEND));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CARD));
	/* Once both are over the card cannot be extended any more. */
	assert_code(judge_validity(&f, day("2027-01-01"), &v), 0);
	assert_true(cites(jpki_verdict_why(v), "L9"));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_STAY_ENDED));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CARD));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_EXTEND));
	/* A stay that does not matter is not talked about. */
	f.stay_until = day("2029-12-31");
	assert_code(judge_validity(&f, day("2026-11-28"), &v), 0);
	assert_false(cites(jpki_verdict_why(v), "B10"));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_EXTEND));
	/* It can be renewed, but the card ends a week later. */
	f.stay_until = day("");
	f.card_until = day("2031-05-17");
	f.issued = day("2026-05-11");
	f.birth = day("1980-05-10");
	assert_code(judge_validity(&f, day("2031-04-01"), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_RENEW);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_RENEW));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CARD));
	jpki_verdict_free(&v);
}

/* The same of a renewal that is asked about by its facts. */
static void
last_days(void **state)
{
	struct jpki_validity_facts f = { .size = sizeof(f), .key = SIGN };
	struct jpki_verdict *v = NULL;

	(void)state;
	f.issued = day("2021-05-11");
	f.birth = day("1980-05-10");
	f.card_until = day("2031-05-10");
	f.auth_until = day("2026-05-10");
	assert_code(judge_validity(&f, day("2026-05-10"), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_RENEW);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_OPEN_BIRTHDAY));
	assert_code(judge_validity(&f, day("2026-05-09"), &v), 0);
	assert_false(advises(jpki_verdict_why(v),
	    JPKI_ADVICE_OPEN_BIRTHDAY));
	/* With the other certificate, on no birthday. */
	f.auth_until = day("2026-04-20");
	assert_code(judge_validity(&f, day("2026-04-20"), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_RENEW);
	assert_false(advises(jpki_verdict_why(v),
	    JPKI_ADVICE_OPEN_BIRTHDAY));
	jpki_verdict_free(&v);
}

/* It ends with its card or its stay, unless a birthday that was not said comes
 * before: then no advice takes that for certain. */
static void
perhaps_with_card(void **state)
{
	static const struct {
		const char *birth, *card, *stay;
		enum jpki_advice advice;
	} table[] = {
		{ "", "2029-05-12", "", JPKI_ADVICE_WITH_CARD },
		{ "", "2029-05-13", "", JPKI_ADVICE_UNLESS_CARD },
		{ "", "2030-05-10", "", JPKI_ADVICE_UNLESS_CARD },
		{ "1980-04-00", "2030-03-31", "", JPKI_ADVICE_WITH_CARD },
		{ "1980-04-00", "2030-04-15", "", JPKI_ADVICE_UNLESS_CARD },
		{ "", "", "2029-05-11", JPKI_ADVICE_EXTEND },
		{ "", "", "2029-08-01", JPKI_ADVICE_UNLESS_CARD },
	};
	static const enum jpki_advice others[] = {
		JPKI_ADVICE_WITH_CARD, JPKI_ADVICE_UNLESS_CARD,
		JPKI_ADVICE_EXTEND, JPKI_ADVICE_STAY_ENDED
	};
	struct jpki_verdict *v = NULL;
	size_t i, k;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct jpki_validity_facts f = { .size = sizeof(f),
		    .key = AUTH };

		row("born %s, card %s, stay %s", table[i].birth,
		    table[i].card, table[i].stay);
		f.issued = day("2025-05-11");
		f.birth = birth_day(table[i].birth);
		f.card_until = day(table[i].card);
		f.stay_until = day(table[i].stay);
		assert_code(judge_validity(&f, day("2026-11-28"), &v), 0);
		for (k = 0; k < N(others); k++)
			assert_int_equal(advises(jpki_verdict_why(v),
			    others[k]), others[k] == table[i].advice);
	}
	jpki_verdict_free(&v);
}

/* A renewal where the card or the stay is known, too. */
static void
renewals_in_vain(void **state)
{
	static const struct {
		const char *card, *stay, *until, *first;
		enum jpki_state state;
		enum jpki_advice advice;
	} table[] = {
		{ "", "", "2026-12-31", "2026-10-01", JPKI_STATE_RENEW,
		    JPKI_ADVICE_UNLESS_CARD },
		{ "2030-01-01", "", "2026-12-31", "2026-10-01",
		    JPKI_STATE_RENEW, JPKI_ADVICE_RENEW },
		/* The card ends in the same three months. */
		{ "2027-01-10", "", "2026-12-31", "2026-10-01",
		    JPKI_STATE_RENEW, JPKI_ADVICE_CARD_ENDS },
		{ "2026-12-31", "", "2026-12-31", "",
		    JPKI_STATE_NOT_EXPIRED, JPKI_ADVICE_NEW_CARD },
		{ "2026-12-20", "", "2026-12-20", "",
		    JPKI_STATE_NOT_EXPIRED, JPKI_ADVICE_NEW_CARD },
		{ "", "2026-12-31", "2026-12-31", "",
		    JPKI_STATE_NOT_EXPIRED, JPKI_ADVICE_EXTEND },
		{ "2026-12-31", "2026-12-31", "2026-12-31", "",
		    JPKI_STATE_NOT_EXPIRED, JPKI_ADVICE_EXTEND },
		{ "2026-11-01", "", "2026-11-01", "", JPKI_STATE_EXPIRED,
		    JPKI_ADVICE_NEW_CARD },
		{ "", "2026-11-01", "2026-11-01", "", JPKI_STATE_EXPIRED,
		    JPKI_ADVICE_STAY_ENDED },
	};
	struct jpki_renewal_facts f;
	struct jpki_verdict *v = NULL;
	const struct jpki_why *why;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("card %s, stay %s", table[i].card, table[i].stay);
		f = (struct jpki_renewal_facts){ .size = sizeof(f),
		    .until = day("2026-12-31"), .card_until =
		    day(table[i].card), .stay_until = day(table[i].stay) };
		jpki_verdict_free(&v);
		assert_code(jpki_rules_renew(&f, day("2026-11-28"), &v), 0);
		why = jpki_verdict_why(v);
		is_day(jpki_verdict_until(v), table[i].until);
		is_day(jpki_verdict_renew_from(v), table[i].first);
		is_day(jpki_verdict_from(v), table[i].first);
		assert_int_equal(jpki_verdict_state(v), table[i].state);
		assert_true(advises(why, table[i].advice));
		assert_int_equal(advises(why, JPKI_ADVICE_RENEW),
		    *table[i].first != '\0');
	}
	/* On the last day nobody knows which birthday will count. */
	assert_code(judge_renewal(day("2026-12-31"), day("2026-12-31"), &v),
	    0);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_OPEN_BIRTHDAY));
	assert_code(judge_renewal(day("2026-12-31"), day("2026-12-30"), &v),
	    0);
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_OPEN_BIRTHDAY));
	jpki_verdict_free(&v);
	f.reserved = 1;
	assert_code(jpki_rules_renew(&f, day(""), &v), JPKI_ERR_USAGE);
	f.reserved = 0;
	f.card_until = (struct jpki_date){ 2026, 2, 30 };
	assert_code(jpki_rules_renew(&f, day(""), &v), JPKI_ERR_VALUE);
	assert_code(jpki_rules_renew(NULL, day(""), &v), JPKI_ERR_USAGE);
	assert_code(jpki_rules_renew(&f, day(""), NULL), JPKI_ERR_USAGE);
}

static void
juki(void **state)
{
	struct jpki_validity_facts f = { .size = sizeof(f), .key = SIGN,
	    .carrier = JPKI_CARRIER_JUKI };
	struct jpki_verdict *v = NULL;

	(void)state;
	f.issued = day("2015-12-22");
	assert_code(judge_validity(&f, day("2018-12-21"), &v), 0);
	is_day(jpki_verdict_until(v), "2018-12-21");
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
	begins_with(jpki_verdict_why(v), "J2 J3 J5");
	assert_code(judge_validity(&f, day("2018-12-22"), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_EXPIRED);
	f.issued = day("2012-02-29");
	assert_code(judge_validity(&f, day(""), &v), 0);
	is_day(jpki_verdict_until(v), "2015-02-28");
	/* Whenever it was issued, it is over. */
	f.issued = day("");
	assert_code(judge_validity(&f, day("2018-12-21"), &v), 0);
	is_day(jpki_verdict_until(v), "");
	is_day(jpki_verdict_until_latest(v), "2018-12-21");
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_UNKNOWN);
	assert_code(judge_validity(&f, day("2018-12-22"), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_EXPIRED);
	/* None were made any more; and there never was the other kind. */
	f.issued = day("2015-12-23");
	assert_code(judge_validity(&f, day(""), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NONE);
	begins_with(jpki_verdict_why(v), "J3 J8");
	f.key = AUTH;
	f.issued = day("2014-01-01");
	assert_code(judge_validity(&f, day(""), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NONE);
	begins_with(jpki_verdict_why(v), "J1 J8");
	jpki_verdict_free(&v);
}

static void
cards_of_births_in_part(void **state)
{
	static const struct {
		const char *applied, *issued, *birth, *stay;
		const char *until, *latest, *why;
	} table[] = {
		{ "2026-01-10", "2026-01-20", "1981-02-00", "", "",
		    "2035-02-28", "B5 L7" },
		{ "2026-01-10", "2026-01-20", "1980-00-00", "", "",
		    "2036-01-20", "B5 L7" },
		/* 17 or 18. */
		{ "2026-06-14", "2026-06-20", "2008-06-00", "", "",
		    "2036-06-14", "B5 B6 L7" },
		/* A stay before all of that. */
		{ "2026-06-14", "2026-06-20", "2008-00-00", "2027-03-31",
		    "2027-03-31", "2027-03-31", "B10 L7" },
	};
	struct jpki_card_facts f;
	struct jpki_verdict *v = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("applied %s, born %s", table[i].applied, table[i].birth);
		f = (struct jpki_card_facts){ .size = sizeof(f) };
		f.applied = day(table[i].applied);
		f.issued = day(table[i].issued);
		f.birth = birth_day(table[i].birth);
		f.stay_until = day(table[i].stay);
		assert_code(judge_card(&f, f.issued, &v), 0);
		is_day(jpki_verdict_until(v), table[i].until);
		is_day(jpki_verdict_until_latest(v), table[i].latest);
		begins_with(jpki_verdict_why(v), table[i].why);
		assert_int_equal(jpki_verdict_state(v), *table[i].until ?
		    JPKI_STATE_NOT_EXPIRED : JPKI_STATE_UNKNOWN);
	}
	/* The last three months of a card. */
	f.birth = day("2000-05-05");
	f.applied = day("2024-01-01");
	f.issued = day("2024-02-01");
	f.stay_until = day("");
	assert_code(judge_card(&f, day("2033-04-05"), &v), 0);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CARD));
	assert_code(judge_card(&f, day("2033-02-05"), &v), 0);
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CARD));
	/* Where the stay ends, a new card is not what is needed. */
	f.stay_until = day("2033-05-05");
	assert_code(judge_card(&f, day("2033-04-05"), &v), 0);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_EXTEND));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CARD));
	assert_code(judge_card(&f, day("2033-05-06"), &v), 0);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_STAY_ENDED));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_EXTEND));
	jpki_verdict_free(&v);
}

/* Of an age only what is certain. */
static void
ages_of_births_in_part(void **state)
{
	static const struct {
		const char *birth, *on;
		int youngest, oldest;
		bool certain, sign;
	} table[] = {
		{ "2011-06-00", "2026-06-15", 14, 15, false, false },
		{ "2011-06-00", "2026-05-31", 14, 14, true, false },
		{ "2011-06-00", "2026-06-30", 15, 15, true, true },
		{ "2011-00-00", "2026-06-15", 14, 15, false, false },
		{ "2010-00-00", "2026-06-15", 15, 16, true, true },
		{ "2026-00-00", "2026-06-15", 0, 0, true, false },
	};
	struct jpki_who *w = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("born %s, on %s", table[i].birth, table[i].on);
		assert_code(judge_who(birth_day(table[i].birth), false,
		    day(table[i].on), JPKI_FEB29_MAR1, &w), 0);
		assert_int_equal(jpki_who_age(w), table[i].youngest);
		assert_int_equal(jpki_who_age_oldest(w), table[i].oldest);
		assert_true(jpki_who_certain(w, AUTH));
		assert_int_equal(jpki_who_certain(w, SIGN), table[i].certain);
		assert_int_equal(jpki_who_has(w, SIGN), table[i].sign);
		assert_int_equal(advises(jpki_who_why(w),
		    JPKI_ADVICE_SAY_BIRTH), !table[i].certain);
		is_day(jpki_who_sign_from(w), "");
		/* A ward's age does not matter. */
		assert_code(judge_who(birth_day(table[i].birth), true,
		    day(table[i].on), JPKI_FEB29_MAR1, &w), 0);
		assert_true(jpki_who_certain(w, SIGN));
	}
	assert_code(judge_who(birth_day("2011-00-15"), false,
	    day("2026-06-15"), JPKI_FEB29_MAR1, &w), JPKI_ERR_VALUE);
	assert_code(judge_who(birth_day("2026-07-00"), false,
	    day("2026-06-15"), JPKI_FEB29_MAR1, &w), JPKI_ERR_VALUE);
	jpki_who_free(&w);
}

/* Takes away what may be not said: by bits, so that fewer bits say less. */
static struct jpki_validity_facts
say_less(const struct jpki_validity_facts *whole, unsigned said)
{
	static const struct jpki_date none = { 0, 0, 0 };
	struct jpki_validity_facts f = *whole;

	if ((said & 1) == 0)
		f.birth.day = 0;
	if ((said & 3) == 0)
		f.birth.month = 0;
	if ((said & 7) == 0)
		f.birth = none;
	if ((said & 8) == 0)
		f.card_until = none;
	if ((said & 16) == 0)
		f.auth_until = none;
	if ((said & 32) == 0)
		f.stay_until = none;
	return f;
}

/* A further fact never moves the end beyond the latest day that was said
 * before, nor contradicts a day, or a state, that was. */
static void
facts_only_narrow(void **state)
{
	struct jpki_validity_facts whole, less, more;
	struct jpki_verdict *a = NULL, *b = NULL;
	struct jpki_date on;
	unsigned said;
	int i, open = 0, known = 0;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		if (!any_whole_facts(&whole))
			continue;
		said = any(64);
		less = say_less(&whole, said);
		more = say_less(&whole, said | 1u << any(6));
		on = jpki_date_from_time(jpki_date_begin(whole.issued) +
		    (int64_t)any(2500) * DAY);
		assert_code(judge_validity(&less, on, &a), 0);
		assert_code(judge_validity(&more, on, &b), 0);
		/* Who turns out to be under age, or may be, has none. */
		if (cites(jpki_verdict_why(b), "G2"))
			continue;
		assert_true(jpki_verdict_until_latest(a).year != 0);
		assert_true(jpki_date_cmp(jpki_verdict_until_latest(b),
		    jpki_verdict_until_latest(a)) <= 0);
		if (jpki_verdict_until(a).year == 0) {
			open++;
			assert_int_equal(jpki_verdict_renew_from(a).year, 0);
		} else {
			known++;
			assert_int_equal(jpki_date_cmp(jpki_verdict_until(a),
			    jpki_verdict_until(b)), 0);
		}
		if (jpki_verdict_state(a) != JPKI_STATE_UNKNOWN &&
		    jpki_verdict_state(b) != JPKI_STATE_RENEW)
			assert_int_equal(jpki_verdict_state(a),
			    jpki_verdict_state(b));
	}
	assert_true(open > ROUNDS / 10 && known > ROUNDS / 10);
	jpki_verdict_free(&a);
	jpki_verdict_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(what_was_not_said),
		ROW_TEST(nothing_to_renew),
		ROW_TEST(last_days),
		ROW_TEST(perhaps_with_card),
		ROW_TEST(renewals_in_vain),
		ROW_TEST(juki),
		ROW_TEST(cards_of_births_in_part),
		ROW_TEST(ages_of_births_in_part),
		ROW_TEST(facts_only_narrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
