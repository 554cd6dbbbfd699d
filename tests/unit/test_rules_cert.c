/* SPDX-License-Identifier: Apache-2.0 */
/* lib/rules: a certificate at a moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
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
#define DAY 86400

/* 2025-10-27 02:00 to the end of 2030-02-17, in Japan. */
#define BEGIN 1761498000
#define END 1897570799

static void
certificates(void **state)
{
	static const struct {
		int64_t now;
		enum jpki_state state;
		int32_t left;
	} table[] = {
		{ BEGIN - 1, JPKI_STATE_NOT_YET, 1574 },
		{ BEGIN, JPKI_STATE_WAITING, 1574 },
		{ BEGIN + DAY - 1, JPKI_STATE_WAITING, 1573 },
		{ BEGIN + DAY, JPKI_STATE_NOT_EXPIRED, 1573 },
		/* Midnight in Japan, whatever the clock's zone. */
		{ END - 91 * DAY - DAY, JPKI_STATE_NOT_EXPIRED, 92 },
		{ END - 91 * DAY - DAY + 1, JPKI_STATE_RENEW, 91 },
		{ END - DAY + 1, JPKI_STATE_RENEW, 0 },
		{ END, JPKI_STATE_RENEW, 0 },
		{ END + 1, JPKI_STATE_EXPIRED, -1 },
		{ INT64_MAX, JPKI_STATE_EXPIRED, 2910679 },
		{ INT64_MIN, JPKI_STATE_NOT_YET, 0 },
	};
	struct jpki_cert_facts f = { .size = sizeof(f), .key = AUTH,
	    .not_before = BEGIN, .not_after = END };
	struct jpki_verdict *v = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("%lld", (long long)table[i].now);
		assert_code(judge_cert(&f, table[i].now, &v), 0);
		assert_int_equal(jpki_verdict_state(v), table[i].state);
		if (table[i].now != INT64_MAX && table[i].now != INT64_MIN)
			assert_int_equal(jpki_verdict_days_left(v),
			    table[i].left);
		is_day(jpki_verdict_from(v), "2025-10-27");
		is_day(jpki_verdict_until(v), "2030-02-17");
		is_day(jpki_verdict_renew_from(v), jpki_verdict_state(v) ==
		    JPKI_STATE_EXPIRED ? "" : "2029-11-18");
		assert_int_equal(advises(jpki_verdict_why(v),
		    JPKI_ADVICE_CHECK_STATUS), jpki_verdict_state(v) <=
		    JPKI_STATE_WAITING);
	}
	/* "Good" needs a status answer. */
	f.revocation = JPKI_REVOCATION_GOOD;
	assert_code(judge_cert(&f, BEGIN + DAY, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_GOOD);
	f.revocation = JPKI_REVOCATION_UNKNOWN;
	assert_code(judge_cert(&f, BEGIN + DAY, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_CHECK_STATUS));
	f.revocation = JPKI_REVOCATION_ON_HOLD;
	assert_code(judge_cert(&f, BEGIN - 1, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_ON_HOLD);
	begins_with(jpki_verdict_why(v), "D7");
	f.key = SIGN;
	assert_code(judge_cert(&f, BEGIN + DAY, &v), 0);
	begins_with(jpki_verdict_why(v), "D6");
	assert_code(judge_cert(&f, END + 1, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_EXPIRED);
	f.revocation = JPKI_REVOCATION_REVOKED;
	f.reason = 3;
	assert_code(judge_cert(&f, BEGIN + DAY, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_LAPSED);
	begins_with(jpki_verdict_why(v), "D1");
	assert_code(judge_cert(&f, END + 1, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_LAPSED);
	/* Renewed: L15 speaks of 署名用 only. */
	f.reason = 4;
	assert_code(judge_cert(&f, BEGIN + DAY, &v), 0);
	begins_with(jpki_verdict_why(v), "L15");
	f.key = AUTH;
	assert_code(judge_cert(&f, BEGIN + DAY, &v), 0);
	begins_with(jpki_verdict_why(v), "D5");
	assert_false(cites(jpki_verdict_why(v), "L15"));
	jpki_verdict_free(&v);
}

static void
warnings(void **state)
{
	struct jpki_cert_facts f = { .size = sizeof(f), .key = SIGN,
	    .not_before = BEGIN, .not_after = END };
	struct jpki_verdict *v = NULL;

	(void)state;
	f.moved = 1;
	f.partner_not_after = END - 1;
	f.pin = JPKI_PIN_STATE_LOCKED;
	assert_code(judge_cert(&f, BEGIN + 2 * DAY, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
	assert_true(cites(jpki_verdict_why(v), "D1"));
	assert_true(cites(jpki_verdict_why(v), "B3"));
	assert_true(cites(jpki_verdict_why(v), "F3"));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_MOVED));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_NO_UNLOCK));
	/* Equal ends are as they should be; so is a longer auth one. */
	f.partner_not_after = END;
	f.pin = JPKI_PIN_STATE_LAST_TRY;
	assert_code(judge_cert(&f, BEGIN + 2 * DAY, &v), 0);
	assert_false(cites(jpki_verdict_why(v), "B3"));
	assert_true(cites(jpki_verdict_why(v), "F1"));
	f.key = AUTH;
	assert_code(judge_cert(&f, BEGIN + 2 * DAY, &v), 0);
	assert_false(cites(jpki_verdict_why(v), "B3"));
	f.partner_not_after = END + 1;
	assert_code(judge_cert(&f, BEGIN + 2 * DAY, &v), 0);
	assert_true(cites(jpki_verdict_why(v), "B3"));
	assert_true(cites(jpki_verdict_why(v), "D2"));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_MOVED));
	/* The card ends first: so does the certificate. */
	f = (struct jpki_cert_facts){ .size = sizeof(f), .key = AUTH,
	    .not_before = BEGIN, .not_after = END };
	f.card_until = day("2028-02-17");
	assert_code(judge_cert(&f, jpki_date_begin(day("2028-02-18")), &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_EXPIRED);
	is_day(jpki_verdict_until(v), "2028-02-17");
	begins_with(jpki_verdict_why(v), "D8");
	assert_code(judge_cert(&f, jpki_date_begin(day("2028-02-18")) - 1, &v),
	    0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
	is_day(jpki_verdict_renew_from(v), "");
	assert_true(cites(jpki_verdict_why(v), "B2"));
	assert_false(cites(jpki_verdict_why(v), "B1"));
	assert_false(cites(jpki_verdict_why(v), "B4"));
	assert_false(cites(jpki_verdict_why(v), "B10"));
	assert_false(cites(jpki_verdict_why(v), "B8"));
	/* Renewing would not make it last longer. */
	assert_true(cites(jpki_verdict_why(v), "L17"));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_NEW_CARD));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_RENEW));
	/* The printed date is another one. */
	f.card_until = day("2035-02-17");
	assert_code(judge_cert(&f, BEGIN + 2 * DAY, &v), 0);
	is_day(jpki_verdict_until(v), "2030-02-17");
	assert_true(cites(jpki_verdict_why(v), "B8"));
	assert_false(cites(jpki_verdict_why(v), "B2"));
	/* Health insurance: to the end of May here. */
	assert_code(judge_cert(&f, jpki_date_begin(day("2030-06-01")) - 1, &v),
	    0);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_HEALTH));
	assert_code(judge_cert(&f, jpki_date_begin(day("2030-06-01")), &v), 0);
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_HEALTH));
	assert_false(cites(jpki_verdict_why(v), "B10"));
	/* A short one is normal; it can be renewed from its first day. */
	f.not_after = jpki_date_begin(day("2025-12-31")) - 1;
	assert_code(judge_cert(&f, BEGIN + 2 * DAY, &v), 0);
	assert_true(cites(jpki_verdict_why(v), "B10"));
	is_day(jpki_verdict_renew_from(v), "2025-10-27");
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_RENEW);
	/* Of a card that may be why, nobody can say so. */
	f.card_until = day("");
	assert_code(judge_cert(&f, BEGIN + 2 * DAY, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NOT_EXPIRED);
	is_day(jpki_verdict_renew_from(v), "");
	assert_true(cites(jpki_verdict_why(v), "B2"));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_UNLESS_CARD));
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_RENEW));
	/* The other certificate was. */
	f.key = SIGN;
	f.partner_not_after = f.not_after;
	assert_code(judge_cert(&f, BEGIN + 2 * DAY, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_RENEW);
	assert_true(cites(jpki_verdict_why(v), "B3"));
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_UNLESS_CARD));
	/* What ends with it ends on no birthday. */
	assert_code(judge_cert(&f, f.not_after - 1, &v), 0);
	assert_false(advises(jpki_verdict_why(v),
	    JPKI_ADVICE_OPEN_BIRTHDAY));
	f.partner_not_after = 0;
	/* On the last day nobody knows which birthday will count. */
	f.not_after = END;
	assert_code(judge_cert(&f, END - 1, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_RENEW);
	assert_true(advises(jpki_verdict_why(v), JPKI_ADVICE_OPEN_BIRTHDAY));
	assert_code(judge_cert(&f, END - DAY, &v), 0);
	assert_false(advises(jpki_verdict_why(v),
	    JPKI_ADVICE_OPEN_BIRTHDAY));
	/* Nothing is renewed that was revoked, or is on hold. */
	f.not_after = END;
	f.revocation = JPKI_REVOCATION_REVOKED;
	assert_code(judge_cert(&f, END - DAY, &v), 0);
	is_day(jpki_verdict_renew_from(v), "");
	assert_false(advises(jpki_verdict_why(v), JPKI_ADVICE_RENEW));
	f.revocation = JPKI_REVOCATION_ON_HOLD;
	assert_code(judge_cert(&f, END - DAY, &v), 0);
	is_day(jpki_verdict_renew_from(v), "");
	f.revocation = JPKI_REVOCATION_NOT_CHECKED;
	/* Absent, and a Juki card. */
	f.absent = 1;
	f.key = SIGN;
	assert_code(judge_cert(&f, BEGIN, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_NONE);
	begins_with(jpki_verdict_why(v), "A2 G2 G3");
	f.absent = 0;
	f.carrier = JPKI_CARRIER_JUKI;
	f.not_after = END;
	assert_code(judge_cert(&f, BEGIN, &v), 0);
	assert_int_equal(jpki_verdict_state(v), JPKI_STATE_EXPIRED);
	begins_with(jpki_verdict_why(v), "J5");
	is_day(jpki_verdict_until(v), "2018-12-22");
	jpki_verdict_free(&v);
}

static void
impossible_certificates(void **state)
{
	struct jpki_cert_facts k = { .size = sizeof(k), .key = AUTH,
	    .not_after = 1 };
	struct jpki_verdict *v = NULL;

	(void)state;
	assert_code(judge_cert(&k, 0, &v), 0);
	assert_code(judge_cert(NULL, 0, &v), JPKI_ERR_USAGE);
	k.not_before = 2;
	assert_code(judge_cert(&k, 0, &v), JPKI_ERR_VALUE);
	k.not_before = 0;
	k.revocation = (enum jpki_revocation_state)5;
	assert_code(judge_cert(&k, 0, &v), JPKI_ERR_USAGE);
	jpki_verdict_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(certificates),
		ROW_TEST(warnings),
		ROW_TEST(impossible_certificates),
	};
	const char *zone;
	int failed = 0;
	size_t i;

	for (i = 0; (zone = set_zone(i)) != NULL; i++)
		failed |= cmocka_run_group_tests_name(zone, tests, NULL,
		    NULL);
	return failed;
}
