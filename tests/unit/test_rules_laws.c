/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib/rules: what holds for all facts, tried on random ones (the same in every
 * run), and which rows the functions can cite.
 */
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
#define DAY 86400
#define ROUNDS 20000

static bool
usable(enum jpki_state state)
{
	return state >= JPKI_STATE_GOOD && state <= JPKI_STATE_RENEW;
}

/* Of two states with only time between them. */
static void
only_gets_worse(enum jpki_state earlier, enum jpki_state later)
{
	if (earlier == JPKI_STATE_NOT_YET || earlier == JPKI_STATE_WAITING) {
		/* The two that wait, but not backwards. */
		assert_false(earlier == JPKI_STATE_WAITING &&
		    later == JPKI_STATE_NOT_YET);
		return;
	}
	if (later < earlier)
		fail_msg("%s became %s", jpki_state_name(earlier),
		    jpki_state_name(later));
}

static void
any_cert(struct jpki_cert_facts *f)
{
	static const struct jpki_date long_ago = { 2000, 1, 1 };

	memset(f, 0, sizeof(*f));
	f->size = sizeof(*f);
	f->key = any(2) ? JPKI_KEY_AUTH : JPKI_KEY_SIGN;
	f->carrier = (enum jpki_carrier)any(6);
	f->absent = any(20) == 0;
	f->not_before = any_time();
	f->not_after = f->not_before + (int64_t)any(2200) * DAY;
	if (any(2))	/* as real ones end */
		f->not_after = jpki_date_begin(
		    jpki_date_from_time(f->not_after)) + DAY - 1;
	f->revocation = (enum jpki_revocation_state)any(5);
	f->reason = (int)any(9) - 1;
	f->partner_not_after = any(2) ? any_time() : 0;
	f->card_until = maybe_day(long_ago);
	f->moved = (int)any(2);
	f->pin = (enum jpki_pin_state)any(4);
}

static void
time_makes_no_certificate_better(void **state)
{
	struct jpki_cert_facts f;
	struct jpki_verdict *v = NULL;
	enum jpki_state was;
	int32_t left;
	int64_t now;
	int i, j;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		any_cert(&f);
		now = f.not_before - 3 * DAY + any(DAY);
		assert_code(judge_cert(&f, now, &v), 0);
		for (j = 0; j < 20; j++) {
			was = jpki_verdict_state(v);
			left = jpki_verdict_days_left(v);
			now += any(4) == 0 ? (int64_t)any(400) * DAY :
			    any(2 * DAY);
			assert_code(judge_cert(&f, now, &v), 0);
			only_gets_worse(was, jpki_verdict_state(v));
			assert_true(jpki_verdict_days_left(v) <= left);
		}
	}
	jpki_verdict_free(&v);
}

static void
revoked_beats_everything(void **state)
{
	struct jpki_cert_facts f;
	struct jpki_verdict *v = NULL;
	int i, good = 0;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		any_cert(&f);
		assert_code(judge_cert(&f, any_time(), &v), 0);
		assert_int_equal(f.revocation == JPKI_REVOCATION_REVOKED,
		    jpki_verdict_state(v) == JPKI_STATE_LAPSED);
		/* Nothing is "good" that no status answer called so. */
		if (jpki_verdict_state(v) == JPKI_STATE_GOOD) {
			assert_int_equal(f.revocation, JPKI_REVOCATION_GOOD);
			good++;
		}
		if (f.revocation == JPKI_REVOCATION_ON_HOLD)
			assert_false(usable(jpki_verdict_state(v)));
		if (f.absent)
			assert_false(usable(jpki_verdict_state(v)));
	}
	assert_true(good > 100);
	jpki_verdict_free(&v);
}

static void
bounds_hold(void **state)
{
	struct jpki_validity_facts f;
	struct jpki_verdict *v = NULL;
	struct jpki_date on, until, renew_from;
	enum jpki_state was;
	int i, j, known = 0;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		if (!any_whole_facts(&f))
			continue;
		on = f.issued;
		assert_code(judge_validity(&f, on, &v), 0);
		if (jpki_verdict_state(v) == JPKI_STATE_NONE)
			continue;
		known++;
		until = jpki_verdict_until(v);
		assert_true(until.year != 0);
		assert_true(jpki_why_rule_count(jpki_verdict_why(v)) > 0);
		assert_true(jpki_date_cmp(until, f.issued) >= 0);
		assert_true(until.year <= f.issued.year + 6);
		assert_true(jpki_date_cmp(until, f.card_until) <= 0);
		assert_true(f.auth_until.year == 0 ||
		    jpki_date_cmp(until, f.auth_until) <= 0);
		/* Renewable before the end, and only if the card goes on. */
		renew_from = jpki_verdict_renew_from(v);
		assert_true(jpki_date_cmp(renew_from, until) <= 0);
		assert_int_equal(renew_from.year != 0,
		    jpki_date_cmp(until, f.card_until) < 0);
		for (j = 0; j < 8; j++) {
			was = jpki_verdict_state(v);
			on = jpki_date_from_time(jpki_date_begin(on) +
			    (int64_t)any(500) * DAY);
			assert_code(judge_validity(&f, on, &v), 0);
			assert_int_equal(jpki_date_cmp(jpki_verdict_until(v),
			    until), 0);
			only_gets_worse(was, jpki_verdict_state(v));
		}
	}
	assert_true(known > ROUNDS / 3);
	jpki_verdict_free(&v);
}

/* The end of a card, and an age, where the date of birth lacks a part: the
 * whole date never contradicts what was said without. */
static void
births_only_narrow(void **state)
{
	struct jpki_card_facts whole, less;
	struct jpki_verdict *a = NULL, *b = NULL;
	struct jpki_who *p = NULL, *q = NULL;
	int i;

	(void)state;
	for (i = 0; i < ROUNDS / 4; i++) {
		memset(&whole, 0, sizeof(whole));
		whole.size = sizeof(whole);
		whole.applied = whole.issued = any_day();
		whole.birth = any_day();
		whole.birth.year = (int16_t)(whole.birth.year -
		    4 * (int)any(8));
		if (jpki_date_cmp(whole.birth, whole.applied) > 0)
			continue;
		whole.stay_until = maybe_day(whole.issued);
		whole.feb29 = (enum jpki_feb29)any(2);
		less = whole;
		less.birth.day = 0;
		if (any(2))
			less.birth.month = 0;
		assert_code(judge_card(&less, whole.issued, &a), 0);
		assert_code(judge_card(&whole, whole.issued, &b), 0);
		assert_true(jpki_verdict_until(b).year != 0);
		assert_true(jpki_date_cmp(jpki_verdict_until(b),
		    jpki_verdict_until_latest(a)) <= 0);
		assert_true(jpki_verdict_until(a).year == 0 ||
		    jpki_date_cmp(jpki_verdict_until(a),
		    jpki_verdict_until(b)) == 0);
		assert_code(judge_who(less.birth, false, whole.issued,
		    whole.feb29, &p), 0);
		assert_code(judge_who(whole.birth, false, whole.issued,
		    whole.feb29, &q), 0);
		assert_true(jpki_who_age(q) >= jpki_who_age(p) &&
		    jpki_who_age(q) <= jpki_who_age_oldest(p));
		if (jpki_who_certain(p, JPKI_KEY_SIGN))
			assert_int_equal(jpki_who_has(p, JPKI_KEY_SIGN),
			    jpki_who_has(q, JPKI_KEY_SIGN));
		assert_true(jpki_who_certain(q, JPKI_KEY_SIGN));
	}
	jpki_verdict_free(&a);
	jpki_verdict_free(&b);
	jpki_who_free(&p);
	jpki_who_free(&q);
}

/* ---- Random histories ---- */

#define MAX_EVENTS 12

static size_t
any_history(struct jpki_event_at *e, struct jpki_date *end)
{
	size_t i, n = any(MAX_EVENTS + 1);
	struct jpki_date on = { 2026, 1, 1 };

	for (i = 0; i < n; i++) {
		on = jpki_date_from_time(jpki_date_begin(on) +
		    (int64_t)any(3) * DAY);
		e[i].event = (enum jpki_event)(1 + any(JPKI_EVENT_NEW_CARD));
		e[i].on = on;
	}
	*end = on;
	return n;
}

static bool
brings_sign(enum jpki_event event)
{
	return event == JPKI_EVENT_RENEW || event == JPKI_EVENT_RENEW_SIGN ||
	    event == JPKI_EVENT_ISSUE || event == JPKI_EVENT_ISSUE_SIGN ||
	    event == JPKI_EVENT_NEW_CARD;
}

static bool
brings_auth(enum jpki_event event)
{
	return event == JPKI_EVENT_RENEW || event == JPKI_EVENT_RENEW_AUTH ||
	    event == JPKI_EVENT_ISSUE || event == JPKI_EVENT_ISSUE_AUTH ||
	    event == JPKI_EVENT_NEW_CARD;
}

static bool
changes_data(enum jpki_event event)
{
	return event >= JPKI_EVENT_NAME && event <= JPKI_EVENT_MOVED_OUT;
}

/* Each event against the one before: what is over stays over. */
static void
order_rules(void **state)
{
	struct jpki_event_at e[MAX_EVENTS];
	struct jpki_history *before = NULL, *after = NULL;
	struct jpki_date end;
	size_t i, n;
	int round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		n = any_history(e, &end);
		for (i = 0; i < n; i++) {
			enum jpki_event ev = e[i].event;

			assert_code(judge_events(e, i, end, &before), 0);
			assert_code(judge_events(e, i + 1, end, &after), 0);
			if (!brings_sign(ev) && sign_state(before) !=
			    JPKI_STATE_WAITING)
				assert_true(sign_state(after) >=
				    sign_state(before));
			if (!brings_auth(ev) && ev != JPKI_EVENT_FOUND &&
			    auth_state(before) != JPKI_STATE_WAITING)
				assert_true(auth_state(after) >=
				    auth_state(before));
			if (auth_state(before) >= JPKI_STATE_EXPIRED &&
			    !brings_auth(ev))
				assert_true(auth_state(after) >=
				    JPKI_STATE_EXPIRED);
			if (card_state(before) >= JPKI_STATE_EXPIRED &&
			    ev != JPKI_EVENT_NEW_CARD) {
				assert_true(card_state(after) >=
				    JPKI_STATE_EXPIRED);
				assert_int_equal(auth_state(after),
				    JPKI_STATE_LAPSED);
				assert_int_equal(sign_state(after),
				    JPKI_STATE_LAPSED);
			}
			if (ev == JPKI_EVENT_FOUND && card_state(before) !=
			    JPKI_STATE_ON_HOLD) {
				assert_int_equal(sign_state(after),
				    sign_state(before));
				assert_int_equal(auth_state(after),
				    auth_state(before));
			}
			if (changes_data(ev))
				assert_int_equal(sign_state(after),
				    JPKI_STATE_LAPSED);
			if (changes_data(ev))
				assert_int_equal(auth_state(after),
				    auth_state(before));
		}
	}
	jpki_history_free(&before);
	jpki_history_free(&after);
}

static void
time_ends_only_waits(void **state)
{
	struct jpki_event_at e[MAX_EVENTS];
	struct jpki_history *a = NULL, *b = NULL;
	struct jpki_date end, later;
	size_t i, n;
	int round, waits = 0;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		n = any_history(e, &end);
		later = jpki_date_from_time(jpki_date_begin(end) + DAY);
		assert_code(judge_events(e, n, end, &a), 0);
		assert_code(judge_events(e, n, later, &b), 0);
		assert_int_equal(card_state(a), card_state(b));
		assert_int_equal(auth_state(b), auth_state(a) ==
		    JPKI_STATE_WAITING ? JPKI_STATE_IN_USE : auth_state(a));
		assert_int_equal(sign_state(b), sign_state(a) ==
		    JPKI_STATE_WAITING ? JPKI_STATE_IN_USE : sign_state(a));
		waits += auth_state(a) == JPKI_STATE_WAITING;
		/* D10: on the day of the move it is not usable. */
		for (i = 0; i < n; i++)
			if (e[i].event == JPKI_EVENT_MOVED_IN &&
			    jpki_date_cmp(e[i].on, end) == 0)
				assert_int_not_equal(auth_state(a),
				    JPKI_STATE_IN_USE);
		/* Twice the last event is once. */
		if (n > 0 && n < MAX_EVENTS) {
			e[n] = e[n - 1];
			assert_code(judge_events(e, n + 1, end, &b), 0);
			assert_int_equal(card_state(a), card_state(b));
			assert_int_equal(auth_state(a), auth_state(b));
			assert_int_equal(sign_state(a), sign_state(b));
		}
	}
	assert_true(waits > 100);
	jpki_history_free(&a);
	jpki_history_free(&b);
}

/* ---- Which rows are cited ---- */

static char cited[2048];

static void
cite(const struct jpki_why *why)
{
	const struct jpki_rule *rule;
	char id[16];
	size_t i;

	for (i = 0; (rule = jpki_why_rule(why, i)) != NULL; i++) {
		snprintf(id, sizeof(id), " %s ", rule->id);
		if (strstr(cited, id) == NULL &&
		    strlen(cited) + strlen(id) < sizeof(cited))
			memcpy(cited + strlen(cited), id, strlen(id) + 1);
	}
}

static void
cite_dates(void)
{
	struct jpki_validity_facts f;
	struct jpki_card_facts c;
	struct jpki_verdict *v = NULL;
	struct jpki_who *who = NULL;

	memset(&f, 0, sizeof(f));
	memset(&c, 0, sizeof(c));
	f.size = sizeof(f);
	c.size = sizeof(c);
	f.key = any(2) ? JPKI_KEY_AUTH : JPKI_KEY_SIGN;
	f.carrier = any(8) == 0 ? JPKI_CARRIER_JUKI : JPKI_CARRIER_CARD;
	f.issued = any_day();
	f.birth = maybe_day((struct jpki_date){ 1, 1, 1 });
	f.card_until = maybe_day(f.issued);
	f.auth_until = maybe_day(f.issued);
	f.stay_until = maybe_day(f.issued);
	f.renewed_from = maybe_day(f.issued);
	if (judge_validity(&f, any_day(), &v) == 0)
		cite(jpki_verdict_why(v));
	c.applied = c.issued = f.issued;
	c.birth = any_day();
	c.birth.year = (int16_t)(c.birth.year - (int)any(40));
	c.stay_until = f.stay_until;
	if (judge_card(&c, any_day(), &v) == 0)
		cite(jpki_verdict_why(v));
	if (judge_renewal(any_day(), any_day(), &v) == 0)
		cite(jpki_verdict_why(v));
	if (judge_who(any_day(), any(2), any_day(), JPKI_FEB29_MAR1, &who) == 0)
		cite(jpki_who_why(who));
	jpki_verdict_free(&v);
	jpki_who_free(&who);
}

static void
cite_the_rest(void)
{
	static const enum jpki_pin pins[] = { JPKI_PIN_AUTH, JPKI_PIN_SIGN,
	    JPKI_PIN_TEXT, JPKI_PIN_CARD };
	const struct jpki_why *parts[3];
	const struct jpki_rule *rule;
	struct jpki_event_at e[MAX_EVENTS];
	struct jpki_pin_verdict *pin = NULL;
	struct jpki_cert_facts f;
	struct jpki_verdict *v = NULL;
	struct jpki_history *h = NULL;
	struct jpki_date end;
	size_t i, k, n;

	any_cert(&f);
	assert_code(judge_cert(&f, any_time(), &v), 0);
	cite(jpki_verdict_why(v));
	n = any_history(e, &end);
	assert_code(judge_events(e, n, end, &h), 0);
	parts[0] = card_why(h);
	parts[1] = auth_why(h);
	parts[2] = sign_why(h);
	cite(jpki_history_why(h));
	/* Of all three, whatever they are. */
	for (i = 0; i < N(parts); i++)
		for (k = 0; (rule = jpki_why_rule(parts[i], k)) != NULL; k++)
			assert_true(cites(jpki_history_why(h), rule->id));
	assert_code(judge_pin(pins[any(N(pins))], (int)any(7) - 1,
	    (int)any(7) - 1, &pin), 0);
	cite(jpki_pin_verdict_why(pin));
	jpki_verdict_free(&v);
	jpki_history_free(&h);
	jpki_pin_verdict_free(&pin);
}

/* Rows that a PC can check are reasons of verdicts; the few that are not are
 * about the computer itself, for jpki-doctor. Those that can only be told
 * are explained by their text. */
static void
rows_are_cited(void **state)
{
	static const char told[] = " A3 A11 A12 E7 G6 J4 K3 K5 L12 L14 L18 ";
	static const char machine[] = " J7 K1 K2 ";
	const struct jpki_rule *rule;
	char id[16];
	size_t i;
	int round;

	(void)state;
	cited[0] = ' ';
	for (round = 0; round < ROUNDS; round++) {
		cite_dates();
		cite_the_rest();
	}
	for (i = 0; (rule = jpki_rule_at(i)) != NULL; i++) {
		bool is_cited, only_told;

		snprintf(id, sizeof(id), " %s ", rule->id);
		is_cited = strstr(cited, id) != NULL;
		only_told = strstr(told, id) != NULL ||
		    strstr(machine, id) != NULL;
		if (is_cited == only_told)
			fail_msg("%s is %s cited", rule->id,
			    is_cited ? "" : "not");
		if (strstr(told, id) != NULL)
			assert_int_equal(rule->checks, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(time_makes_no_certificate_better),
		ROW_TEST(revoked_beats_everything),
		ROW_TEST(bounds_hold),
		ROW_TEST(births_only_narrow),
		ROW_TEST(order_rules),
		ROW_TEST(time_ends_only_waits),
		ROW_TEST(rows_are_cited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
