/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib/rules: records that callers fill may be older or newer than ours, and
 * objects that the library makes: without memory, without an object, without
 * an end of their lists.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "row.h"
#include "rules/reasons.h"
#include "torture.h"
#include "verdicts.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define ON { 2026, 6, 15 }
#define BIRTH { 1990, 2, 17 }

static const struct jpki_date on = ON, birth = BIRTH;

/* All that can be known, so that a member that is not read makes a
 * difference. */
static const struct jpki_cert_facts cert = { .size = sizeof(cert),
    .not_before = 1761498000, .not_after = 1897570799,
    .partner_not_after = 1, .key = JPKI_KEY_SIGN,
    .carrier = JPKI_CARRIER_CARD, .revocation = JPKI_REVOCATION_REVOKED,
    .reason = 3, .pin = JPKI_PIN_STATE_LOCKED, .card_until = ON,
    .moved = 1 };
static const struct jpki_validity_facts validity = {
    .size = sizeof(validity), .key = JPKI_KEY_SIGN,
    .carrier = JPKI_CARRIER_CARD, .issued = { 2026, 6, 1 }, .birth = BIRTH,
    .card_until = { 2030, 1, 1 }, .auth_until = { 2029, 1, 1 },
    .stay_until = { 2028, 1, 1 }, .renewed_from = { 2026, 6, 3 },
    .feb29 = JPKI_FEB29_FEB28 };
static const struct jpki_card_facts card = { .size = sizeof(card),
    .applied = { 2022, 1, 1 }, .issued = { 2022, 2, 1 }, .birth = BIRTH,
    .stay_until = { 2028, 1, 1 }, .feb29 = JPKI_FEB29_FEB28 };

/* The three functions that take facts. */
enum record { CERT, VALIDITY, CARD, RECORDS };

static int
judge(enum record which, const void *facts, struct jpki_verdict **out)
{
	switch (which) {
	case CERT:
		return judge_cert(facts, 1781500000, out);
	case VALIDITY:
		return judge_validity(facts, on, out);
	default:
		return judge_card(facts, on, out);
	}
}

static const struct {
	const char *name;
	const void *facts;
	size_t size;
	size_t needed;		/* a record that ends here can be judged */
} records[RECORDS] = {
	[CERT] = { "cert", &cert, sizeof(cert),
	    offsetof(struct jpki_cert_facts, carrier) },
	[VALIDITY] = { "validity", &validity, sizeof(validity),
	    offsetof(struct jpki_validity_facts, birth) },
	[CARD] = { "card", &card, sizeof(card),
	    offsetof(struct jpki_card_facts, stay_until) },
};

static void
same_why(const struct jpki_why *a, const struct jpki_why *b)
{
	size_t i;

	assert_int_equal(jpki_why_rule_count(a), jpki_why_rule_count(b));
	for (i = 0; i < jpki_why_rule_count(a); i++)
		assert_ptr_equal(jpki_why_rule(a, i), jpki_why_rule(b, i));
	assert_int_equal(jpki_why_advice_count(a), jpki_why_advice_count(b));
	for (i = 0; i < jpki_why_advice_count(a); i++)
		assert_int_equal(jpki_why_advice(a, i),
		    jpki_why_advice(b, i));
}

static void
same_day(struct jpki_date a, struct jpki_date b)
{
	assert_int_equal(jpki_date_cmp(a, b), 0);
}

static void
same(const struct jpki_verdict *a, const struct jpki_verdict *b)
{
	assert_int_equal(jpki_verdict_state(a), jpki_verdict_state(b));
	same_day(jpki_verdict_from(a), jpki_verdict_from(b));
	same_day(jpki_verdict_until(a), jpki_verdict_until(b));
	same_day(jpki_verdict_renew_from(a), jpki_verdict_renew_from(b));
	assert_int_equal(jpki_verdict_days_left(a),
	    jpki_verdict_days_left(b));
	same_why(jpki_verdict_why(a), jpki_verdict_why(b));
}

static void
set_size(void *record, size_t size)
{
	memcpy(record, &size, sizeof(size));
}

/* A program that was built when a record had fewer members: what lies behind
 * its record is neither read nor written. */
static void
older_records(void **state)
{
	struct jpki_verdict *v = NULL, *want = NULL;
	_Alignas(struct jpki_cert_facts) uint8_t theirs[128], whole[128];
	uint8_t before[128];
	enum record r;
	size_t size;

	(void)state;
	for (r = CERT; r < RECORDS; r++)
		for (size = records[r].needed; size <= records[r].size;
		    size += 4) {
			row("%s, %zu bytes", records[r].name, size);
			memset(theirs, 0xff, sizeof(theirs));
			memcpy(theirs, records[r].facts, size);
			set_size(theirs, size);
			memcpy(before, theirs, sizeof(before));
			assert_code(judge(r, theirs, &v), 0);
			assert_memory_equal(theirs, before, sizeof(theirs));
			/* As if nothing were said in what is missing. */
			memset(whole, 0, sizeof(whole));
			memcpy(whole, records[r].facts, size);
			assert_code(judge(r, whole, &want), 0);
			same(v, want);
		}
	jpki_verdict_free(&v);
	jpki_verdict_free(&want);
}

/* A program that was built later: fine as long as it says nothing that is not
 * known here. */
static void
newer_records(void **state)
{
	struct jpki_verdict *v = NULL, *want = NULL;
	_Alignas(struct jpki_cert_facts) uint8_t theirs[128];
	enum record r;
	size_t i;

	(void)state;
	for (r = CERT; r < RECORDS; r++) {
		row("%s", records[r].name);
		memset(theirs, 0, sizeof(theirs));
		memcpy(theirs, records[r].facts, records[r].size);
		set_size(theirs, sizeof(theirs));
		assert_code(judge(r, theirs, &v), 0);
		assert_code(judge(r, records[r].facts, &want), 0);
		same(v, want);
		for (i = records[r].size; i < sizeof(theirs); i++) {
			theirs[i] = 1;
			assert_code(judge(r, theirs, &v), JPKI_ERR_USAGE);
			theirs[i] = 0;
		}
	}
	jpki_verdict_free(&v);
	jpki_verdict_free(&want);
}

static void
records_without_a_size(void **state)
{
	struct jpki_verdict *v = NULL;
	_Alignas(struct jpki_cert_facts) uint8_t theirs[128];
	enum record r;
	size_t size;

	(void)state;
	for (r = CERT; r < RECORDS; r++) {
		row("%s", records[r].name);
		memcpy(theirs, records[r].facts, records[r].size);
		for (size = 0; size < sizeof(size); size++) {
			set_size(theirs, size);
			assert_code(judge(r, theirs, &v), JPKI_ERR_USAGE);
		}
		/* It says its size and nothing else. */
		set_size(theirs, size);
		assert_code(judge(r, theirs, &v), r == CARD ?
		    JPKI_ERR_VALUE : JPKI_ERR_USAGE);
		assert_code(judge(r, NULL, &v), JPKI_ERR_USAGE);
	}
	assert_code(jpki_rules_cert(&cert, 0, NULL), JPKI_ERR_USAGE);
	assert_code(jpki_rules_card(&card, on, NULL), JPKI_ERR_USAGE);
	assert_code(jpki_rules_renewal(on, on, NULL), JPKI_ERR_USAGE);
	assert_code(jpki_rules_pin(JPKI_PIN_AUTH, 3, 5, NULL),
	    JPKI_ERR_USAGE);
	assert_code(jpki_rules_who(birth, false, on, JPKI_FEB29_MAR1, NULL),
	    JPKI_ERR_USAGE);
}

/* Values that may mean something one day mean nothing yet. */
static void
values_without_a_meaning(void **state)
{
	struct jpki_cert_facts k, none = cert;
	struct jpki_validity_facts f = validity;
	struct jpki_card_facts c = card;
	int *const members[] = { &k.absent, &k.moved };
	struct jpki_verdict *v = NULL;
	struct jpki_who *who = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < N(members); i++) {
		row("member %zu", i);
		k = none;
		*members[i] = 2;
		assert_code(judge_cert(&k, 0, &v), JPKI_ERR_USAGE);
		*members[i] = -1;
		assert_code(judge_cert(&k, 0, &v), JPKI_ERR_USAGE);
		*members[i] = 1;
		assert_code(judge_cert(&k, 0, &v), 0);
	}
	k = none;
	k.carrier = (enum jpki_carrier)(JPKI_CARRIER_PHONE + 1);
	assert_code(judge_cert(&k, 0, &v), JPKI_ERR_USAGE);
	k = none;
	k.key = (enum jpki_key)JPKI_PIN_SIGN;
	assert_code(judge_cert(&k, 0, &v), JPKI_ERR_USAGE);
	k = none;
	k.pin = (enum jpki_pin_state)(JPKI_PIN_STATE_LOCKED + 1);
	assert_code(judge_cert(&k, 0, &v), JPKI_ERR_USAGE);

	f.reserved = c.reserved = 1;
	assert_code(judge_validity(&f, on, &v), JPKI_ERR_USAGE);
	assert_code(judge_card(&c, on, &v), JPKI_ERR_USAGE);
	f.reserved = c.reserved = 0;
	f.feb29 = c.feb29 = (enum jpki_feb29)2;
	assert_code(judge_validity(&f, on, &v), JPKI_ERR_USAGE);
	assert_code(judge_card(&c, on, &v), JPKI_ERR_USAGE);
	assert_code(judge_who(birth, false, on, (enum jpki_feb29)2, &who),
	    JPKI_ERR_USAGE);
	f = validity;
	f.carrier = (enum jpki_carrier)(JPKI_CARRIER_PHONE + 1);
	assert_code(judge_validity(&f, on, &v), JPKI_ERR_USAGE);
}

/* A why that is told everything says everything, once and in order. */
static void
nothing_is_dropped(void **state)
{
	struct jpki_why why = { 0 }, more = { 0 };
	size_t i, rules, codes = JPKI_ADVICE_STAY_ENDED;
	int round;

	(void)state;
	for (rules = 0; jpki_rule_at(rules) != NULL; rules++)
		;
	for (round = 0; round < 2; round++) {
		for (i = rules; i > 0; i--)
			JPKIP_RULES(&why, (enum jpkip_row)i);
		for (i = codes; i > 0; i--)
			JPKIP_ADVICE(&why, (enum jpki_advice)i);
	}
	/* What another one says comes behind, unless it was said before. */
	JPKIP_RULES(&more, JPKIP_B3);
	JPKIP_ADVICE(&more, JPKI_ADVICE_FEE);
	jpkip_why_add(&more, &why);
	jpkip_why_add(&why, &more);
	assert_int_equal(jpki_why_rule_count(&why), rules);
	assert_int_equal(jpki_why_advice_count(&why), codes);
	for (i = 0; i < rules; i++)
		assert_ptr_equal(jpki_why_rule(&why, i),
		    jpki_rule_at(rules - 1 - i));
	for (i = 0; i < codes; i++)
		assert_int_equal(jpki_why_advice(&why, i), codes - i);
	assert_null(jpki_why_rule(&why, rules));
	assert_null(jpki_why_rule(&why, SIZE_MAX));
	assert_int_equal(jpki_why_advice(&why, codes), 0);
	assert_int_equal(jpki_why_advice(&why, SIZE_MAX), 0);
	assert_int_equal(jpki_why_rule_count(&more), rules);
	assert_int_equal(jpki_why_advice_count(&more), codes);
	begins_with(&more, "B3 L18");
}

/* ---- Without memory ---- */

static int
make(int which)
{
	static const struct jpki_event_at lost = { JPKI_EVENT_LOST, ON };
	static struct jpki_verdict *v;
	static struct jpki_history *h;
	static struct jpki_pin_verdict *p;
	static struct jpki_who *w;
	int r;

	switch (which) {
	case CERT:
	case VALIDITY:
	case CARD:
		r = judge((enum record)which, records[which].facts, &v);
		break;
	case RECORDS:
		r = judge_renewal(on, on, &v);
		break;
	case RECORDS + 1:
		r = judge_events(&lost, 1, on, &h);
		break;
	case RECORDS + 2:
		r = judge_pin(JPKI_PIN_AUTH, 3, 5, &p);
		break;
	default:
		r = judge_who(birth, false, on, JPKI_FEB29_MAR1, &w);
		break;
	}
	jpki_verdict_free(&v);
	jpki_history_free(&h);
	jpki_pin_verdict_free(&p);
	jpki_who_free(&w);
	return r;
}

static void
without_memory(void **state)
{
	bool failed;
	int which, r;
	long n;

	(void)state;
	for (which = CERT; which <= RECORDS + 3; which++) {
		row("object %d", which);
		for (n = 0;; n++) {
			torture_start(TORTURE_OWN, n);
			r = make(which);
			failed = torture_stop();
			if (!failed)
				break;
			assert_code(r, JPKI_ERR_MEMORY);
		}
		assert_code(r, 0);
		/* One object each, whatever is in it. */
		assert_int_equal(n, 1);
	}
}

/* ---- Without an object ---- */

static void
is_no_day(struct jpki_date d)
{
	assert_int_equal(d.year, 0);
}

static void
nothing_says_nothing(void **state)
{
	(void)state;
	assert_int_equal(jpki_why_rule_count(NULL), 0);
	assert_null(jpki_why_rule(NULL, 0));
	assert_int_equal(jpki_why_advice_count(NULL), 0);
	assert_int_equal(jpki_why_advice(NULL, 0), 0);
	assert_int_equal(jpki_verdict_state(NULL), JPKI_STATE_UNKNOWN);
	is_no_day(jpki_verdict_from(NULL));
	is_no_day(jpki_verdict_until(NULL));
	is_no_day(jpki_verdict_renew_from(NULL));
	assert_int_equal(jpki_verdict_days_left(NULL), 0);
	assert_null(jpki_verdict_why(NULL));
	assert_null(jpki_history_card(NULL));
	assert_null(jpki_history_auth(NULL));
	assert_null(jpki_history_sign(NULL));
	assert_null(jpki_history_why(NULL));
	assert_string_equal(jpki_pin_verdict_name(NULL, JPKI_LANG_JA), "?");
	assert_int_equal(jpki_pin_verdict_state(NULL),
	    JPKI_PIN_STATE_UNKNOWN);
	assert_int_equal(jpki_pin_verdict_left(NULL), -1);
	assert_int_equal(jpki_pin_verdict_max(NULL), -1);
	assert_int_equal(jpki_pin_verdict_min_len(NULL), 0);
	assert_int_equal(jpki_pin_verdict_max_len(NULL), 0);
	assert_false(jpki_pin_verdict_letters(NULL));
	assert_int_equal(jpki_pin_verdict_route(NULL, JPKI_PLACE_TOWN),
	    JPKI_ROUTE_CLOSED);
	assert_null(jpki_pin_verdict_why(NULL));
	assert_int_equal(jpki_who_age(NULL), 0);
	assert_false(jpki_who_has(NULL, JPKI_KEY_AUTH));
	assert_false(jpki_who_representative(NULL));
	is_no_day(jpki_who_sign_from(NULL));
	assert_null(jpki_who_why(NULL));
	jpki_verdict_free(NULL);
	jpki_history_free(NULL);
	jpki_pin_verdict_free(NULL);
	jpki_who_free(NULL);
}

/* What is freed is gone, and freeing it again is fine. */
static void
freed_twice(void **state)
{
	struct jpki_pin_verdict *p = NULL;
	struct jpki_history *h = NULL;
	struct jpki_verdict *v = NULL;
	struct jpki_who *w = NULL;
	int i;

	(void)state;
	assert_code(jpki_rules_renewal(on, on, &v), 0);
	assert_code(jpki_rules_events(NULL, 0, on, &h), 0);
	assert_code(jpki_rules_pin(JPKI_PIN_TEXT, -7, 0, &p), 0);
	assert_code(jpki_rules_who(birth, false, on, JPKI_FEB29_MAR1, &w), 0);
	/* Values that do not exist. */
	assert_int_equal(jpki_pin_verdict_left(p), -1);
	assert_int_equal(jpki_pin_verdict_route(p, (enum jpki_place)0),
	    JPKI_ROUTE_CLOSED);
	assert_int_equal(jpki_pin_verdict_route(p, (enum jpki_place)4),
	    JPKI_ROUTE_CLOSED);
	assert_true(jpki_who_has(w, JPKI_KEY_SIGN));
	assert_false(jpki_who_has(w, (enum jpki_key)0));
	assert_false(jpki_who_has(w, (enum jpki_key)JPKI_PIN_AUTH));
	for (i = 0; i < 2; i++) {
		jpki_verdict_free(&v);
		jpki_history_free(&h);
		jpki_pin_verdict_free(&p);
		jpki_who_free(&w);
		assert_null(v);
		assert_null(h);
		assert_null(p);
		assert_null(w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(older_records),
		ROW_TEST(newer_records),
		ROW_TEST(records_without_a_size),
		ROW_TEST(values_without_a_meaning),
		ROW_TEST(nothing_is_dropped),
		ROW_TEST(without_memory),
		ROW_TEST(nothing_says_nothing),
		ROW_TEST(freed_twice),
	};

	torture_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
