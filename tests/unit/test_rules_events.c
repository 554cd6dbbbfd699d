/* SPDX-License-Identifier: Apache-2.0 */
/* lib/rules: what events do, and in which order. */
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
#define FIRST "2026-01-01"

/* Folds "lost found@2026-01-03"; without a date it is FIRST. */
static int
fold(const char *history, const char *on, struct jpki_history **out)
{
	struct jpki_event_at events[16];
	char text[256], *save = NULL, *p, *at;
	size_t n = 0;

	snprintf(text, sizeof(text), "%s", history);
	for (p = strtok_r(text, " ", &save); p != NULL && n < N(events);
	    p = strtok_r(NULL, " ", &save)) {
		at = strchr(p, '@');
		events[n].on = day(at != NULL ? at + 1 : FIRST);
		if (at != NULL)
			*at = '\0';
		if ((events[n].event = jpki_event_find(p)) == 0)
			fail_msg("no event %s", p);
		n++;
	}
	return judge_events(events, n, day(on), out);
}

static void
names(void **state)
{
	const char *name;
	int i, j;

	(void)state;
	for (i = 1; (name = jpki_event_name((enum jpki_event)i)) != NULL;
	    i++) {
		assert_int_equal(jpki_event_find(name), i);
		assert_non_null(jpki_event_text((enum jpki_event)i,
		    JPKI_LANG_EN));
		assert_string_not_equal(jpki_event_text((enum jpki_event)i,
		    JPKI_LANG_JA), jpki_event_text((enum jpki_event)i,
		    JPKI_LANG_EN));
		assert_null(strstr(jpki_event_text((enum jpki_event)i,
		    JPKI_LANG_EN), "の"));
		for (j = 1; j < i; j++)
			assert_string_not_equal(name,
			    jpki_event_name((enum jpki_event)j));
	}
	assert_int_equal(i - 1, JPKI_EVENT_NEW_CARD);
	assert_null(jpki_event_name((enum jpki_event)0));
	assert_null(jpki_event_text((enum jpki_event)99, JPKI_LANG_JA));
	assert_int_equal(jpki_event_find("moved"), 0);
	assert_int_equal(jpki_event_find(""), 0);
	assert_int_equal(jpki_event_find(NULL), 0);
}

static char
letter(enum jpki_state state)
{
	switch (state) {
	case JPKI_STATE_IN_USE:
		return 'u';
	case JPKI_STATE_WAITING:
		return 'w';
	case JPKI_STATE_ON_HOLD:
		return 'h';
	case JPKI_STATE_EXPIRED:
		return 'e';
	case JPKI_STATE_LAPSED:
		return 'l';
	default:
		return '?';
	}
}

static void
histories(void **state)
{
	static const struct {
		const char *history, *on;
		const char *want;	/* card, auth, sign */
		const char *auth, *sign; /* a reason of each, or "" */
	} table[] = {
		{ "", FIRST, "uuu", "", "" },
		/* One event each. */
		{ "name", FIRST, "uul", "D2", "D1" },
		{ "address", FIRST, "uul", "A8", "D1" },
		{ "birth-date", FIRST, "uul", "D2", "D3" },
		{ "sex", FIRST, "uul", "D2", "D1" },
		{ "moved-out", FIRST, "uul", "D2", "D1" },
		{ "moved-in", FIRST, "uwl", "D10", "D1" },
		{ "moved-in", "2026-01-02", "uul", "D10", "D1" },
		{ "lost", FIRST, "hhh", "D7", "D6" },
		{ "stolen", FIRST, "hhh", "D5", "D4" },
		{ "found", FIRST, "uuu", "", "" },
		{ "card-lapsed", FIRST, "lll", "B9", "B9" },
		{ "card-expiry", FIRST, "ell", "D8", "D8" },
		{ "request", FIRST, "ull", "D5", "D4" },
		{ "request-auth", FIRST, "ulu", "D5", "" },
		{ "request-sign", FIRST, "uul", "", "D4" },
		{ "ex-officio", FIRST, "ull", "D5", "D4" },
		{ "leak", FIRST, "ull", "D5", "D4" },
		{ "expiry", FIRST, "uee", "D5", "D4" },
		{ "expiry-auth", FIRST, "ueu", "L11", "B3" },
		{ "expiry-sign", FIRST, "uue", "", "D4" },
		{ "renew", FIRST, "uww", "C1", "D11" },
		{ "renew", "2026-01-02", "uuu", "C1", "D11" },
		{ "renew-auth", FIRST, "uwu", "D11", "" },
		{ "renew-sign", FIRST, "uuw", "", "D11" },
		{ "issue", FIRST, "uww", "A4", "A4" },
		{ "issue-auth", FIRST, "uwu", "D11", "" },
		{ "issue-sign", FIRST, "uuw", "", "D11" },
		{ "new-card", FIRST, "uww", "A1", "G2" },
		/* Found: auth works again, sign does not (D6, D7). */
		{ "lost found", FIRST, "uul", "D7", "D6" },
		{ "stolen found", FIRST, "uul", "D7", "D6" },
		{ "lost lost found", FIRST, "uul", "D7", "D6" },
		{ "lost found found", FIRST, "uul", "D7", "D6" },
		{ "found lost", FIRST, "hhh", "D7", "D6" },
		{ "lost found issue-sign", FIRST, "uuw", "D7", "D11" },
		/* Revoked absorbs. */
		{ "address lost", FIRST, "hhl", "D7", "D1" },
		{ "address lost found", FIRST, "uul", "D7", "D1" },
		{ "lost address found", FIRST, "uul", "D7", "D1" },
		{ "request expiry", FIRST, "ull", "D5", "D4" },
		{ "expiry request", FIRST, "ull", "D5", "D4" },
		{ "expiry lost", FIRST, "hee", "D5", "D4" },
		{ "expiry lost found", FIRST, "uee", "D5", "D4" },
		{ "lost expiry found", FIRST, "uee", "D5", "D4" },
		{ "request moved-in", FIRST, "ull", "D5", "D4" },
		/* Nothing comes to a card that is not in use. */
		{ "card-lapsed issue", FIRST, "lll", "G1", "G1" },
		{ "card-lapsed found renew", FIRST, "lll", "A4", "A4" },
		{ "card-expiry issue", FIRST, "ell", "G1", "G1" },
		{ "lost issue", FIRST, "hhh", "G1", "G1" },
		{ "lost card-lapsed found", FIRST, "lll", "B9", "B9" },
		{ "card-lapsed new-card", FIRST, "uww", "D11", "D11" },
		{ "card-lapsed new-card", "2026-01-02", "uuu", "D11", "D11" },
		{ "card-expiry card-lapsed", FIRST, "lll", "D8", "D8" },
		{ "lost new-card found", FIRST, "uww", "D11", "D11" },
		/* The wait goes on behind a hold. */
		{ "issue lost found", FIRST, "uwl", "D11", "D6" },
		{ "issue lost found", "2026-01-02", "uul", "D7", "D6" },
		{ "issue moved-in@2026-01-05", "2026-01-05", "uwl", "D10",
		    "D1" },
		{ "lost moved-in found", FIRST, "uwl", "D10", "D1" },
		{ "lost moved-in found", "2026-01-02", "uul", "D7", "D1" },
		{ "moved-in issue-sign", FIRST, "uww", "D10", "D11" },
	};
	struct jpki_history *h = NULL;
	char got[4] = "";
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("%s", table[i].history);
		assert_code(fold(table[i].history, table[i].on, &h), 0);
		got[0] = letter(card_state(h));
		got[1] = letter(auth_state(h));
		got[2] = letter(sign_state(h));
		assert_string_equal(got, table[i].want);
		if (*table[i].auth != '\0')
			assert_true(cites(auth_why(h), table[i].auth));
		if (*table[i].sign != '\0')
			assert_true(cites(sign_why(h), table[i].sign));
	}
	jpki_history_free(&h);
}

static void
since_when(void **state)
{
	struct jpki_history *h = NULL;

	(void)state;
	assert_code(fold("lost@2026-01-02 found@2026-01-05", "2026-02-01", &h),
	    0);
	is_day(jpki_verdict_from(jpki_history_card(h)), "2026-01-05");
	is_day(jpki_verdict_from(jpki_history_auth(h)), "2026-01-05");
	is_day(jpki_verdict_from(jpki_history_sign(h)), "2026-01-05");
	assert_code(fold("address@2026-01-02 lost@2026-01-05", "2026-02-01",
	    &h), 0);
	is_day(jpki_verdict_from(jpki_history_sign(h)), "2026-01-02");
	is_day(jpki_verdict_from(jpki_history_auth(h)), "2026-01-05");
	/* The first day of use, while one waits and later. */
	assert_code(fold("moved-in@2026-12-31", "2026-12-31", &h), 0);
	is_day(jpki_verdict_from(jpki_history_auth(h)), "2027-01-01");
	is_day(jpki_verdict_from(jpki_history_card(h)), "");
	assert_code(fold("moved-in@2026-12-31", "2027-03-01", &h), 0);
	is_day(jpki_verdict_from(jpki_history_auth(h)), "2027-01-01");
	is_day(jpki_verdict_until(jpki_history_auth(h)), "");
	/* Found on the day after: usable since then, not before. */
	assert_code(fold("issue@2026-01-01 lost@2026-01-01 "
	    "found@2026-01-08", "2026-01-08", &h), 0);
	is_day(jpki_verdict_from(jpki_history_auth(h)), "2026-01-08");
	jpki_history_free(&h);
}

/* Why nothing was issued decides what to do. */
static void
no_issue(void **state)
{
	struct jpki_history *h = NULL;

	(void)state;
	assert_code(fold("lost request issue", FIRST, &h), 0);
	assert_true(advises(auth_why(h), JPKI_ADVICE_RELEASE));
	assert_false(advises(auth_why(h), JPKI_ADVICE_NEW_CARD));
	assert_code(fold("request card-lapsed issue", FIRST, &h), 0);
	assert_true(advises(auth_why(h), JPKI_ADVICE_NEW_CARD));
	assert_false(advises(auth_why(h), JPKI_ADVICE_RELEASE));
	jpki_history_free(&h);
}

/* The reasons and advice of all three, each once and in order. */
static void
joined(void **state)
{
	const struct jpki_why *all;
	struct jpki_history *h = NULL;

	(void)state;
	/* D6 D4 of the sign certificate, D7 D5 of the other, the card's D6. */
	assert_code(fold("lost", FIRST, &h), 0);
	all = jpki_history_why(h);
	begins_with(all, "D6 D4 D7 D5");
	assert_int_equal(jpki_why_rule_count(all), 4);
	assert_null(jpki_why_rule(all, 4));
	assert_int_equal(jpki_why_advice_count(all), 2);
	assert_int_equal(jpki_why_advice(all, 0), JPKI_ADVICE_SUSPEND);
	assert_int_equal(jpki_why_advice(all, 1), JPKI_ADVICE_RELEASE);
	assert_int_equal(jpki_why_advice(all, 2), 0);
	/* The auth certificate first where it fared worse: D5 A4 L11 of it,
	 * B3 of the other. */
	assert_code(fold("expiry-auth", FIRST, &h), 0);
	all = jpki_history_why(h);
	begins_with(all, "D5 A4 L11 B3");
	assert_int_equal(jpki_why_rule_count(all), 4);
	assert_int_equal(jpki_why_advice(all, 0), JPKI_ADVICE_NEW_CERT);
	jpki_history_free(&h);
}

/* The seeds disagree about a loss; the verdict says so. */
static void
disagreement(void **state)
{
	const struct jpki_dispute *dispute;
	struct jpki_history *h = NULL;
	bool told = false;
	size_t i, j;

	(void)state;
	assert_code(fold("lost", FIRST, &h), 0);
	assert_true(cites(sign_why(h), "D4"));
	assert_true(cites(sign_why(h), "D6"));
	for (i = 0; i < jpki_why_rule_count(sign_why(h)); i++)
		for (j = 0; (dispute = jpki_rule_dispute(jpki_why_rule(
		    sign_why(h), i), j)) != NULL; j++)
			told |= strcmp(dispute->id, "X9") == 0;
	assert_true(told);
	jpki_history_free(&h);
}

static void
impossible_histories(void **state)
{
	struct jpki_event_at e[2] = { { JPKI_EVENT_LOST, { 2026, 1, 2 } },
	    { JPKI_EVENT_FOUND, { 2026, 1, 1 } } };
	struct jpki_history *h = NULL;

	(void)state;
	/* Backwards; after the day asked about. */
	assert_code(judge_events(e, 2, day("2026-02-01"), &h), JPKI_ERR_VALUE);
	assert_int_equal(auth_state(h), JPKI_STATE_UNKNOWN);
	assert_code(judge_events(e, 1, day("2026-01-01"), &h), JPKI_ERR_VALUE);
	assert_code(judge_events(e, 1, day("2026-01-02"), &h), 0);
	e[0].on.day = 32;
	assert_code(judge_events(e, 1, day("2026-03-01"), &h), JPKI_ERR_VALUE);
	e[0].on.day = 2;
	e[0].event = (enum jpki_event)0;
	assert_code(judge_events(e, 1, day("2026-03-01"), &h), JPKI_ERR_USAGE);
	e[0].event = (enum jpki_event)99;
	assert_code(judge_events(e, 1, day("2026-03-01"), &h), JPKI_ERR_USAGE);
	assert_code(judge_events(NULL, 1, day("2026-03-01"), &h),
	    JPKI_ERR_USAGE);
	assert_code(judge_events(NULL, 0, day("2026-03-01"), &h), 0);
	assert_code(judge_events(NULL, 0, (struct jpki_date){ 0, 0, 0 }, &h),
	    JPKI_ERR_VALUE);
	assert_code(jpki_rules_events(NULL, 0, day("2026-03-01"), NULL),
	    JPKI_ERR_USAGE);
	jpki_history_free(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(names),
		ROW_TEST(histories),
		ROW_TEST(since_when),
		ROW_TEST(no_issue),
		ROW_TEST(joined),
		ROW_TEST(disagreement),
		ROW_TEST(impossible_histories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
