/* SPDX-License-Identifier: Apache-2.0 */
/* What a check tells the rules: how the certificate stood at its moment, and
 * nothing that the caller said otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ocsp.h>

#include "certs.h"
#include "row.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

#define GOOD	JPKI_REVOCATION_GOOD
#define REVOKED	JPKI_REVOCATION_REVOKED
#define ON_HOLD	JPKI_REVOCATION_ON_HOLD

#define UNSAID	-2	/* reasons of a list or an answer */
#define HOLD	6

static struct jpki_check *
check_at(int64_t at)
{
	return certs_check(&certs, certs.leaf[1], certs.issuer[1], at);
}

static int64_t
day(const char *text)
{
	struct jpki_date date;

	assert_true(jpki_date_parse(text, &date));
	return jpki_date_begin(date);
}

/* A list of that day; revoked NULL: the certificate is not on it. */
static struct certs_list
list_of(const char *made, const char *revoked, int reason)
{
	struct certs_list list = {
		.this_update = day(made) - CERTS_NOW,
		.next_update = day("2030-06-01") - CERTS_NOW,
		.reason = revoked != NULL ? reason : -1
	};

	if (revoked != NULL)
		list.revoked = day(revoked) - CERTS_NOW;
	return list;
}

static int
look_at_answer(struct jpki_check *check, const char *made,
    const char *revoked, int reason)
{
	const struct certs_answer answer = {
		.this_update = day(made) - CERTS_NOW,
		.next_update = day("2030-06-01") - CERTS_NOW,
		.revoked = day(revoked) - CERTS_NOW,
		.status = V_OCSP_CERTSTATUS_REVOKED,
		.reason = reason == UNSAID ? -1 : reason
	};
	uint8_t *der;
	size_t len;
	int r;

	der = certs_answer(&certs, &answer, &len);
	r = jpki_check_ocsp(certs.ctx, check, der, len);
	OPENSSL_free(der);
	return r;
}

static struct jpki_cert_facts
facts_of(const struct jpki_check *check)
{
	struct jpki_cert_facts facts = { .size = sizeof(facts), .reason = 77 };

	assert_code(jpki_check_facts(check, &facts), 0);
	assert_int_equal(facts.key, JPKI_KEY_SIGN);
	assert_int_equal(facts.not_before, 1792688826);
	assert_int_equal(facts.not_after, 1929106799);
	return facts;
}

/* What a list or an answer says, and how that stood at a moment. */
static const struct moment {
	const char *made, *revoked;
	int reason;
	const char *at;
	int seconds;		/* after the day's beginning */
	enum jpki_revocation_state then;
	int reason_then;
} moments[] = {
	{ "2028-06-01", "2028-01-01", 4, "2027-06-01", 0, GOOD, -1 },
	{ "2028-06-01", "2028-01-01", 4, "2028-01-01", -1, GOOD, -1 },
	{ "2028-06-01", "2028-01-01", 4, "2028-01-01", 0, REVOKED, 4 },
	{ "2028-06-01", "2028-01-01", 4, "2028-06-01", 0, REVOKED, 4 },
	{ "2028-06-01", "2028-01-01", 4, "2030-01-01", 0, REVOKED, 4 },
	{ "2028-06-01", "2028-01-01", UNSAID, "2028-03-01", 0, REVOKED, -1 },
	/* A date that lies after the list itself. */
	{ "2028-01-01", "2028-06-01", 1, "2027-06-01", 0, GOOD, -1 },
	{ "2028-01-01", "2028-06-01", 1, "2028-01-01", -1, GOOD, -1 },
	{ "2028-01-01", "2028-06-01", 1, "2028-01-01", 0, REVOKED, 1 },
	{ "2028-01-01", "2028-06-01", 1, "2028-03-01", 0, REVOKED, 1 },
	{ "2028-01-01", "2028-06-01", 1, "2028-06-01", 0, REVOKED, 1 },
	/* On hold. */
	{ "2028-06-01", "2028-01-01", HOLD, "2027-06-01", 0, GOOD, -1 },
	{ "2028-06-01", "2028-01-01", HOLD, "2028-01-01", 0, ON_HOLD, HOLD },
	{ "2028-01-01", "2028-06-01", HOLD, "2028-01-01", -1, GOOD, -1 },
	{ "2028-01-01", "2028-06-01", HOLD, "2028-01-01", 0, ON_HOLD, HOLD },
	/* Not on the list. */
	{ "2028-06-01", NULL, 0, "2027-06-01", 0, GOOD, -1 },
	{ "2028-06-01", NULL, 0, "2030-01-01", 0, GOOD, -1 }
};

/* The facts at the moment, and the rules say the same. */
static void
stood(const struct moment *m, const struct jpki_check *check)
{
	struct jpki_cert_facts facts = facts_of(check);
	struct jpki_verdict *verdict;
	enum jpki_state state;

	assert_int_equal(facts.revocation, m->then);
	assert_int_equal(facts.reason, m->reason_then);
	assert_code(jpki_rules_cert(&facts, jpki_check_at(check), &verdict),
	    0);
	state = jpki_verdict_state(verdict);
	assert_int_equal(state == JPKI_STATE_LAPSED, m->then == REVOKED);
	assert_int_equal(state == JPKI_STATE_ON_HOLD, m->then == ON_HOLD);
	jpki_verdict_free(&verdict);
}

/* Revoked from the earlier of the revocation's date and the list's own, and
 * not before; on hold likewise. */
static void
revoked_from(void **state)
{
	const struct moment *m;
	struct certs_list list;
	struct jpki_check *check;

	(void)state;
	for (m = moments; m < moments + N(moments); m++) {
		int64_t at = day(m->at) + m->seconds;
		row("%s, revoked %s for %d, at %s %+d s", m->made,
		    m->revoked != NULL ? m->revoked : "not", m->reason, m->at,
		    m->seconds);

		check = check_at(at);
		list = list_of(m->made, m->revoked, m->reason);
		assert_ctx_code(certs.ctx, certs_look_at_list(&certs, check,
		    &list), 0);
		stood(m, check);
		jpki_check_free(&check);
		if (m->revoked == NULL)
			continue;
		check = check_at(at);
		assert_ctx_code(certs.ctx, look_at_answer(check, m->made,
		    m->revoked, m->reason), 0);
		stood(m, check);
		jpki_check_free(&check);
	}
}

/* Several lists, in both orders: the earliest that says so counts. */
static void
several_lists(void **state)
{
	static const struct {
		struct {
			const char *made, *revoked;
			int reason;
		} lists[2];
		const char *at;
		enum jpki_revocation_state then;
		int reason;
	} rows[] = {
		{ { { "2028-01-01", "2028-06-01", 4 },
		    { "2028-03-01", "2028-06-01", 4 } },
		  "2028-02-01", REVOKED, 4 },
		{ { { "2028-01-01", "2028-06-01", 4 },
		    { "2028-03-01", "2028-06-01", 4 } },
		  "2027-12-31", GOOD, -1 },
		/* Suspended first, revoked later. */
		{ { { "2027-03-01", "2027-03-01", HOLD },
		    { "2028-03-01", "2028-03-01", 4 } },
		  "2027-06-01", ON_HOLD, -1 },
		{ { { "2027-03-01", "2027-03-01", HOLD },
		    { "2028-03-01", "2028-03-01", 4 } },
		  "2027-02-01", GOOD, -1 },
		{ { { "2027-03-01", "2027-03-01", HOLD },
		    { "2028-03-01", "2028-03-01", 4 } },
		  "2028-03-01", REVOKED, 4 },
		/* Released. */
		{ { { "2027-03-01", "2027-03-01", HOLD },
		    { "2027-06-01", NULL, 0 } },
		  "2027-09-01", GOOD, -1 }
	};
	struct jpki_cert_facts facts;
	struct jpki_check *check;
	struct certs_list list;
	size_t i, k, n;

	(void)state;
	for (i = 0; i < 2 * N(rows); i++) {
		row("%zu at %s, %s first", i / 2, rows[i / 2].at,
		    i % 2 == 0 ? "older" : "newer");

		check = check_at(day(rows[i / 2].at));
		for (k = 0; k < 2; k++) {
			n = i % 2 == 0 ? k : 1 - k;
			list = list_of(rows[i / 2].lists[n].made,
			    rows[i / 2].lists[n].revoked,
			    rows[i / 2].lists[n].reason);
			assert_ctx_code(certs.ctx, certs_look_at_list(&certs,
			    check, &list), 0);
		}
		facts = facts_of(check);
		assert_int_equal(facts.revocation, rows[i / 2].then);
		assert_int_equal(facts.reason, rows[i / 2].reason);
		jpki_check_free(&check);
	}
}

/* Without lists, and without an issuer. */
static void
not_checked(void **state)
{
	struct jpki_check *check = certs_check(&certs, certs.leaf[1], NULL,
	    CERTS_NOW);
	struct jpki_cert_facts facts = facts_of(check);

	(void)state;
	assert_int_equal(facts.revocation, JPKI_REVOCATION_NOT_CHECKED);
	assert_int_equal(facts.reason, -1);
	jpki_check_free(&check);
}

/* Only a holder's two have such rules; the rest is known of any. */
static void
keys(void **state)
{
	struct jpki_cert_facts facts = { .size = sizeof(facts) };
	struct jpki_cert *auth = certs_parse(&certs, certs.cert[0]);
	struct jpki_check *check = certs_check(&certs, auth, NULL, CERTS_NOW);

	(void)state;
	assert_code(jpki_check_facts(check, &facts), 0);
	assert_int_equal(facts.key, JPKI_KEY_AUTH);
	jpki_check_free(&check);
	jpki_cert_free(&auth);
	memset(&facts, 0, sizeof(facts));
	facts.size = sizeof(facts);
	check = certs_check(&certs, certs.issuer[1], NULL, CERTS_NOW);
	assert_code(jpki_check_facts(check, &facts), 0);
	assert_int_equal(facts.key, 0);
	assert_int_equal(facts.not_after,
	    jpki_cert_info(certs.issuer[1])->not_after);
	assert_int_equal(facts.revocation, JPKI_REVOCATION_NOT_CHECKED);
	assert_int_equal(facts.reason, -1);
	jpki_check_free(&check);
}

/* What the caller said stays. */
static void
callers_facts(void **state)
{
	struct jpki_cert_facts facts = {
		.size = sizeof(facts),
		.partner_not_after = 1,
		.carrier = JPKI_CARRIER_JUKI,
		.pin = JPKI_PIN_STATE_LAST_TRY,
		.card_until = { 2030, 2, 3 },
		.absent = 1,
		.moved = 1
	};
	struct jpki_check *check = check_at(CERTS_NOW);

	(void)state;
	assert_code(jpki_check_facts(check, &facts), 0);
	assert_int_equal(facts.size, sizeof(facts));
	assert_int_equal(facts.key, JPKI_KEY_SIGN);
	assert_int_equal(facts.partner_not_after, 1);
	assert_int_equal(facts.carrier, JPKI_CARRIER_JUKI);
	assert_int_equal(facts.pin, JPKI_PIN_STATE_LAST_TRY);
	assert_int_equal(facts.card_until.year, 2030);
	assert_int_equal(facts.card_until.month, 2);
	assert_int_equal(facts.card_until.day, 3);
	assert_int_equal(facts.absent, 1);
	assert_int_equal(facts.moved, 1);
	jpki_check_free(&check);
}

#define BEHIND 64

/* A record of a program that was built with an older or a newer header. */
union grown {
	struct jpki_cert_facts facts;
	uint8_t bytes[sizeof(struct jpki_cert_facts) + BEHIND];
};

/* The memory behind every smaller record is untouched. */
static void
smaller_records(void **state)
{
	struct jpki_check *check = check_at(CERTS_NOW);
	const struct jpki_cert_facts whole = facts_of(check);
	const size_t end = offsetof(struct jpki_cert_facts, reason) +
	    sizeof(whole.reason);
	union grown small;
	size_t size, i;

	(void)state;
	for (size = 0; size <= sizeof(whole); size++) {
		row("%zu bytes", size);

		memset(&small, 0xa5, sizeof(small));
		small.facts.size = size;
		assert_code(jpki_check_facts(check, &small.facts),
		    size < sizeof(size) ? JPKI_ERR_USAGE : 0);
		assert_int_equal(small.facts.size, size);
		for (i = size < sizeof(size) ? sizeof(size) : size;
		    i < sizeof(small); i++)
			assert_int_equal(small.bytes[i], 0xa5);
		/* What there is room for is said. */
		if (size >= offsetof(struct jpki_cert_facts, not_after))
			assert_int_equal(small.facts.not_before,
			    whole.not_before);
		if (size >= end) {
			assert_int_equal(small.facts.key, whole.key);
			assert_int_equal(small.facts.reason, whole.reason);
		}
	}
	jpki_check_free(&check);
}

static void
larger_records(void **state)
{
	struct jpki_check *check = check_at(CERTS_NOW);
	union grown large;
	size_t i;

	(void)state;
	memset(&large, 0, sizeof(large));
	large.facts.size = sizeof(large);
	assert_code(jpki_check_facts(check, &large.facts), 0);
	assert_int_equal(large.facts.size, sizeof(large));
	assert_int_equal(large.facts.key, JPKI_KEY_SIGN);
	for (i = sizeof(large.facts); i < sizeof(large); i++)
		assert_int_equal(large.bytes[i], 0);

	/* It says something that this library cannot know. */
	memset(&large, 0, sizeof(large));
	large.facts.size = sizeof(large);
	large.bytes[sizeof(large) - 1] = 1;
	assert_code(jpki_check_facts(check, &large.facts), JPKI_ERR_USAGE);
	assert_int_equal(large.facts.key, 0);
	assert_code(jpki_check_facts(check, NULL), JPKI_ERR_USAGE);
	jpki_check_free(&check);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(revoked_from),
		ROW_TEST(several_lists),
		cmocka_unit_test(not_checked),
		cmocka_unit_test(keys),
		cmocka_unit_test(callers_facts),
		ROW_TEST(smaller_records),
		cmocka_unit_test(larger_records),
	};

	return cmocka_run_group_tests(tests, certs_set_up, certs_tear_down);
}
