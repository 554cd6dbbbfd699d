/* SPDX-License-Identifier: Apache-2.0 */
/* How a certificate stood at a moment, by answers of several days: whatever
 * their order, and never better or worse than what they know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ocsp.h>

#include "certificate/check.h"
#include "certificate/revocation.h"
#include "certificate/stood.h"
#include "certs.h"
#include "row.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

#define NONE	JPKI_REVOCATION_NOT_CHECKED
#define GOOD	JPKI_REVOCATION_GOOD
#define HOLD	JPKI_REVOCATION_ON_HOLD
#define REVOKED	JPKI_REVOCATION_REVOKED
#define UNKNOWN	JPKI_REVOCATION_UNKNOWN

#define DAY	CERTS_DAY

static struct jpki_check *
check_at(int day)
{
	return certs_check(&certs, certs.leaf[1], certs.issuer[1],
	    CERTS_NOW + day * DAY);
}

static enum jpki_revocation_state
then(const struct jpki_check *check)
{
	struct jpki_cert_facts facts = { .size = sizeof(facts) };

	assert_code(jpki_check_facts(check, &facts), 0);
	if (facts.revocation != jpki_check_revocation(check)->state)
		assert_int_equal(facts.reason, -1);
	return facts.revocation;
}

/* ---- Signed lists and answers ---- */

/* Days count from CERTS_NOW. */
struct said {
	char what;		/* Good, Hold, Revoked, eXpunged: "removed",
				 * or with a responder: good, unknown,
				 * hold, revoked, expunged */
	int made, since;
	int lasts;		/* days; 0: long */
	int number, base;	/* of a list; base: a delta */
};

static int
reason_of(char what)
{
	switch (what) {
	case 'H':
	case 'h':
		return 6;
	case 'R':
	case 'r':
		return 4;
	case 'X':
	case 'x':
		return 8;
	}
	return -1;
}

static int
tell(struct jpki_check *check, const struct said *s)
{
	const int64_t made = s->made * DAY;
	const int64_t next = made + (s->lasts != 0 ? s->lasts : 1000) * DAY;
	const struct certs_list list = {
		.this_update = made, .next_update = next,
		.revoked = s->since * DAY, .reason = reason_of(s->what),
		.number = s->number, .base = s->base
	};
	const struct certs_answer answer = {
		.this_update = made, .next_update = next,
		.revoked = s->since * DAY, .reason = reason_of(s->what),
		.status = s->what == 'g' ? V_OCSP_CERTSTATUS_GOOD :
		    s->what == 'u' ? V_OCSP_CERTSTATUS_UNKNOWN :
		    V_OCSP_CERTSTATUS_REVOKED
	};
	uint8_t *der;
	size_t len;
	int r;

	if (s->what < 'a')
		return certs_look_at_list(&certs, check, &list);
	der = certs_answer(&certs, &answer, &len);
	r = jpki_check_ocsp(certs.ctx, check, der, len);
	OPENSSL_free(der);
	return r;
}

#define SAID 3
#define MOMENTS 5

static const struct row {
	const char *name;
	struct said said[SAID];
	/* A day, what is known last, and how it stood that day. */
	struct moment {
		int day;
		enum jpki_revocation_state last, then;
	} moments[MOMENTS];
} rows[] = {
	{ "good", { { 'G', 10, 0, 0, 0, 0 } },
	  { { 5, GOOD, GOOD }, { 10, GOOD, GOOD }, { 20, GOOD, GOOD } } },
	{ "on hold", { { 'H', 10, 5, 0, 0, 0 } },
	  { { 4, HOLD, GOOD }, { 5, HOLD, HOLD }, { 10, HOLD, HOLD },
	    { 20, HOLD, HOLD } } },
	{ "a hold that is over", {
	  { 'H', 10, 5, 0, 0, 0 }, { 'G', 20, 0, 0, 0, 0 } },
	  { { 4, GOOD, GOOD }, { 5, GOOD, HOLD }, { 10, GOOD, HOLD },
	    { 15, GOOD, UNKNOWN }, { 20, GOOD, GOOD } } },
	{ "the same from a responder", {
	  { 'h', 10, 5, 0, 0, 0 }, { 'g', 20, 0, 0, 0, 0 } },
	  { { 4, GOOD, GOOD }, { 7, GOOD, HOLD }, { 11, GOOD, UNKNOWN },
	    { 19, GOOD, UNKNOWN }, { 21, GOOD, GOOD } } },
	{ "a hold whose list is too old, and it is over", {
	  { 'H', 10, 5, 2, 0, 0 }, { 'G', 20, 0, 0, 0, 0 } },
	  { { 4, GOOD, GOOD }, { 8, GOOD, HOLD }, { 15, GOOD, UNKNOWN },
	    { 25, GOOD, GOOD } } },
	{ "a hold whose list is too old", { { 'H', 10, 5, 2, 0, 0 } },
	  { { 4, HOLD, GOOD }, { 12, HOLD, HOLD }, { 13, NONE, NONE } } },
	{ "a good one that still counts does not undo a later hold", {
	  { 'G', 5, 0, 0, 0, 0 }, { 'H', 10, 8, 2, 0, 0 } },
	  { { 7, HOLD, GOOD }, { 8, HOLD, HOLD }, { 12, HOLD, HOLD },
	    { 20, UNKNOWN, UNKNOWN } } },
	{ "a hold that still counts, ended by what is too old itself", {
	  { 'H', 5, 3, 0, 0, 0 }, { 'G', 10, 0, 2, 0, 0 } },
	  { { 4, GOOD, HOLD }, { 7, GOOD, UNKNOWN }, { 11, GOOD, GOOD },
	    { 20, UNKNOWN, UNKNOWN } } },
	{ "on hold twice", {
	  { 'H', 10, 5, 0, 0, 0 }, { 'H', 30, 25, 0, 0, 0 } },
	  { { 4, HOLD, GOOD }, { 7, HOLD, HOLD }, { 20, HOLD, UNKNOWN },
	    { 25, HOLD, HOLD }, { 40, HOLD, HOLD } } },
	{ "on hold twice, and not between", {
	  { 'H', 10, 5, 0, 0, 0 }, { 'G', 20, 0, 0, 0, 0 },
	  { 'H', 30, 25, 0, 0, 0 } },
	  { { 7, HOLD, HOLD }, { 15, HOLD, UNKNOWN }, { 20, HOLD, GOOD },
	    { 24, HOLD, GOOD }, { 27, HOLD, HOLD } } },
	{ "one hold in two lists", {
	  { 'H', 10, 5, 0, 0, 0 }, { 'H', 20, 5, 0, 0, 0 } },
	  { { 4, HOLD, GOOD }, { 15, HOLD, HOLD }, { 25, HOLD, HOLD } } },
	{ "one hold with a date after both lists", {
	  { 'H', 10, 50, 0, 0, 0 }, { 'H', 20, 50, 0, 0, 0 } },
	  { { 9, HOLD, GOOD }, { 10, HOLD, HOLD }, { 15, HOLD, HOLD },
	    { 25, HOLD, HOLD } } },
	{ "a later hold that says since when knows more", {
	  { 'G', 10, 0, 0, 0, 0 }, { 'H', 20, 5, 0, 0, 0 } },
	  { { 4, HOLD, GOOD }, { 7, HOLD, HOLD }, { 15, HOLD, HOLD } } },
	{ "good and on hold on one day", {
	  { 'G', 10, 0, 0, 0, 0 }, { 'H', 10, 5, 0, 0, 0 } },
	  { { 4, HOLD, GOOD }, { 10, HOLD, HOLD }, { 15, HOLD, HOLD } } },
	{ "on hold, then revoked", {
	  { 'H', 10, 5, 0, 0, 0 }, { 'R', 30, 20, 0, 0, 0 } },
	  { { 4, REVOKED, GOOD }, { 7, REVOKED, HOLD },
	    { 15, REVOKED, HOLD }, { 20, REVOKED, REVOKED },
	    { 40, REVOKED, REVOKED } } },
	{ "on hold by a list that is too old, then revoked", {
	  { 'H', 10, 5, 2, 0, 0 }, { 'R', 30, 20, 0, 0, 0 } },
	  { { 7, REVOKED, HOLD }, { 11, REVOKED, HOLD },
	    { 15, REVOKED, UNKNOWN }, { 20, REVOKED, REVOKED } } },
	{ "on hold, released, revoked", {
	  { 'H', 10, 5, 0, 0, 0 }, { 'G', 20, 0, 0, 0, 0 },
	  { 'R', 40, 30, 0, 0, 0 } },
	  { { 7, REVOKED, HOLD }, { 15, REVOKED, UNKNOWN },
	    { 20, REVOKED, GOOD }, { 29, REVOKED, GOOD },
	    { 30, REVOKED, REVOKED } } },
	{ "revoked is for ever", {
	  { 'R', 10, 5, 1, 0, 0 }, { 'G', 20, 0, 0, 0, 0 },
	  { 'H', 30, 25, 0, 0, 0 } },
	  { { 4, REVOKED, GOOD }, { 5, REVOKED, REVOKED },
	    { 20, REVOKED, REVOKED }, { 30, REVOKED, REVOKED } } },
	{ "revoked since two days", {
	  { 'R', 10, 8, 0, 0, 0 }, { 'r', 20, 5, 0, 0, 0 } },
	  { { 4, REVOKED, GOOD }, { 5, REVOKED, REVOKED },
	    { 9, REVOKED, REVOKED } } },
	{ "unknown to a responder", { { 'u', 10, 0, 0, 0, 0 } },
	  { { 5, UNKNOWN, UNKNOWN }, { 10, UNKNOWN, UNKNOWN },
	    { 15, UNKNOWN, UNKNOWN } } },
	{ "unknown says less than good", {
	  { 'u', 20, 0, 0, 0, 0 }, { 'G', 10, 0, 0, 0, 0 } },
	  { { 5, GOOD, GOOD }, { 15, GOOD, GOOD }, { 25, GOOD, GOOD } } },
	{ "unknown says less than a hold", {
	  { 'u', 20, 0, 0, 0, 0 }, { 'H', 10, 5, 0, 0, 0 } },
	  { { 4, HOLD, GOOD }, { 15, HOLD, HOLD }, { 25, HOLD, HOLD } } },
	{ "unknown, and a hold that is too old", {
	  { 'u', 20, 0, 0, 0, 0 }, { 'H', 10, 5, 2, 0, 0 } },
	  { { 7, HOLD, HOLD }, { 15, UNKNOWN, UNKNOWN } } },
	/* "Removed" in a complete list and from a responder: nothing. */
	{ "removed in a complete list", { { 'X', 10, 5, 0, 0, 0 } },
	  { { 4, NONE, NONE }, { 7, NONE, NONE }, { 20, NONE, NONE } } },
	{ "removed in a complete list with a number", {
	  { 'X', 10, 5, 0, 7, 0 }, { 'G', 12, 0, 0, 8, 7 } },
	  { { 4, NONE, NONE }, { 20, NONE, NONE } } },
	{ "removed, says a responder", { { 'x', 10, 5, 0, 0, 0 } },
	  { { 4, NONE, NONE }, { 7, NONE, NONE }, { 20, NONE, NONE } } },
	{ "removed in a complete list ends no hold", {
	  { 'H', 10, 5, 0, 0, 0 }, { 'X', 20, 5, 0, 0, 0 } },
	  { { 7, HOLD, HOLD }, { 15, HOLD, HOLD }, { 25, HOLD, HOLD } } },
	{ "removed in a complete list undoes nothing", {
	  { 'R', 10, 5, 0, 0, 0 }, { 'X', 20, 5, 0, 0, 0 },
	  { 'G', 20, 0, 0, 0, 0 } },
	  { { 4, REVOKED, GOOD }, { 15, REVOKED, REVOKED } } },
	{ "removed in a complete list takes nothing from a good one", {
	  { 'G', 10, 0, 0, 0, 0 }, { 'X', 20, 5, 0, 0, 0 } },
	  { { 7, GOOD, GOOD }, { 15, GOOD, GOOD }, { 25, GOOD, GOOD } } },
	/* "Removed" in a list of changes. */
	{ "removed from a list that is not here", {
	  { 'X', 20, 15, 0, 6, 5 } },
	  { { 10, NONE, NONE }, { 17, NONE, NONE }, { 25, NONE, NONE } } },
	{ "on hold, and released by changes", {
	  { 'H', 10, 5, 0, 5, 0 }, { 'X', 20, 15, 0, 6, 5 } },
	  { { 4, GOOD, GOOD }, { 7, GOOD, HOLD }, { 15, GOOD, UNKNOWN },
	    { 20, GOOD, GOOD }, { 25, GOOD, GOOD } } },
	{ "on hold, and released by changes of another list", {
	  { 'H', 10, 5, 0, 4, 0 }, { 'X', 20, 15, 0, 6, 5 } },
	  { { 4, UNKNOWN, GOOD }, { 7, UNKNOWN, HOLD },
	    { 15, UNKNOWN, UNKNOWN }, { 25, UNKNOWN, UNKNOWN } } },
	{ "good, then a hold that nobody saw begin is over", {
	  { 'G', 10, 0, 0, 5, 0 }, { 'X', 20, 15, 0, 6, 5 } },
	  { { 9, GOOD, GOOD }, { 15, GOOD, UNKNOWN }, { 20, GOOD, GOOD } } },
	{ "on hold by changes", {
	  { 'G', 10, 0, 0, 5, 0 }, { 'H', 20, 15, 0, 6, 5 } },
	  { { 9, HOLD, GOOD }, { 14, HOLD, GOOD }, { 15, HOLD, HOLD },
	    { 25, HOLD, HOLD } } },
	{ "on hold by changes, released by the next ones", {
	  { 'G', 10, 0, 0, 5, 0 }, { 'H', 20, 15, 0, 6, 5 },
	  { 'X', 30, 25, 0, 7, 5 } },
	  { { 14, GOOD, GOOD }, { 17, GOOD, HOLD }, { 25, GOOD, UNKNOWN },
	    { 30, GOOD, GOOD } } },
	{ "a hold that the changes leave", {
	  { 'H', 10, 5, 0, 5, 0 }, { 'G', 20, 0, 0, 6, 5 } },
	  { { 4, HOLD, GOOD }, { 15, HOLD, HOLD }, { 25, HOLD, HOLD } } },
	{ "revoked, whatever changes say", {
	  { 'R', 10, 5, 0, 5, 0 }, { 'X', 20, 15, 0, 6, 5 } },
	  { { 4, REVOKED, GOOD }, { 25, REVOKED, REVOKED } } }
};

static void
one_order(const struct row *r, const struct moment *m, const int *order)
{
	struct jpki_check *check = check_at(m->day);
	int i, code;

	row("%s: day %d, order %d %d %d", r->name, m->day, order[0],
	    order[1], order[2]);
	for (i = 0; i < SAID; i++) {
		if (r->said[order[i]].what == '\0')
			continue;
		code = tell(check, &r->said[order[i]]);
		assert_true(code == 0 || code == JPKI_ERR_NOT_COVERED);
	}
	assert_int_equal(jpki_check_revocation(check)->state, m->last);
	assert_int_equal(then(check), m->then);
	jpki_check_free(&check);
}

static void
by_day(void **state)
{
	static const int orders[][SAID] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 }
	};
	const struct row *r;
	const struct moment *m;
	size_t i;

	(void)state;
	for (r = rows; r < rows + N(rows); r++)
		for (m = r->moments; m < r->moments + MOMENTS &&
		    m->day != 0; m++)
			for (i = 0; i < N(orders); i++)
				if (r->said[2].what != '\0' ||
				    orders[i][2] == 2)
					one_order(r, m, orders[i]);
}

/* What it fails with, and that it claims nothing where no CA is. */
static void
removed_is_no_answer(void **state)
{
	static const struct said removed[] = {
		{ 'X', 10, 5, 0, 0, 0 }, { 'x', 10, 5, 0, 0, 0 }
	};
	struct jpki_check *check;
	size_t i;

	(void)state;
	for (i = 0; i < N(removed); i++) {
		check = check_at(7);
		assert_code(tell(check, &removed[i]), JPKI_ERR_NOT_COVERED);
		assert_non_null(strstr(jpki_ctx_errmsg(certs.ctx),
		    "removed"));
		jpki_ctx_set_lang(certs.ctx, JPKI_LANG_JA);
		assert_code(tell(check, &removed[i]), JPKI_ERR_NOT_COVERED);
		certs_japanese(certs.ctx, NULL);
		jpki_ctx_set_lang(certs.ctx, JPKI_LANG_EN);
		jpki_check_free(&check);
		check = certs_check(&certs, certs.leaf[1], NULL, CERTS_NOW);
		assert_code(tell(check, &removed[i]), JPKI_ERR_NOT_COVERED);
		assert_int_equal(jpki_check_claimed(check)->state, NONE);
		jpki_check_free(&check);
	}
}

/* ---- Every combination ---- */

/* Four states, three days, each with two ends and two beginnings. */
#define KINDS 48

static struct jpkip_answer
answer_of(int kind)
{
	static const enum jpki_revocation_state states[] = {
		GOOD, HOLD, REVOKED, UNKNOWN
	};
	const int day = 10 + 10 * (kind / 4 % 3);
	struct jpkip_answer a = { .found = {
		.state = states[kind / 12], .reason = -1,
		.this_update = CERTS_NOW + day * DAY,
		.next_update = CERTS_NOW + (day + (kind % 2 ? 3 : 60)) * DAY
	} };

	if (a.found.state == HOLD || a.found.state == REVOKED)
		a.found.time = CERTS_NOW + (day - (kind / 2 % 2 ? 2 : 12)) *
		    DAY;
	else if (kind / 2 % 2)
		a.released = a.found.state == GOOD;
	return a;
}

static void
keep(struct jpki_check *check, int kind)
{
	const struct jpkip_answer a = answer_of(kind);

	assert_code(jpkip_answer_keep(certs.ctx, check, &a), 0);
}

/* Laws of what three answers say, whatever their order was. */
static void
obeys(const struct jpki_check *check, enum jpki_revocation_state stood,
    const int *kinds)
{
	const int64_t at = jpki_check_at(check);
	bool revoked = false, held = false, any_good = false, any_hold = false;
	struct jpkip_answer a;
	int i;

	for (i = 0; i < 3; i++) {
		a = answer_of(kinds[i]);
		revoked |= a.found.state == REVOKED && a.found.time <= at;
		held |= a.found.state == HOLD && a.found.time <= at &&
		    a.found.this_update >= at;
		any_hold |= a.found.state == HOLD && a.found.time <= at;
		any_good |= a.found.state != UNKNOWN;
	}
	assert_int_equal(stood == REVOKED, revoked);
	if (held && !revoked)
		assert_int_equal(stood, HOLD);
	if (stood == HOLD)
		assert_true(any_hold);
	if (stood == GOOD)
		assert_true(any_good && !held);
}

/* As it was before the answers that were kept. */
static void
forget(struct jpki_check *check, const struct jpki_check *fresh)
{
	free(check->answers);
	check->answers = NULL;
	check->n_answers = 0;
	check->revocation = fresh->revocation;
	check->claimed = fresh->claimed;
}

/* Three answers in two orders. */
static void
both_orders(struct jpki_check *a, struct jpki_check *b, const int *k)
{
	const struct jpki_revocation *x = jpki_check_revocation(a);
	const struct jpki_revocation *y = jpki_check_revocation(b);

	keep(a, k[0]);
	keep(a, k[1]);
	keep(a, k[2]);
	jpkip_stood_settle(a);
	keep(b, k[1 + k[0] % 2]);
	/* In between too: nothing of it stays. */
	jpkip_stood_settle(b);
	keep(b, k[2 - k[0] % 2]);
	keep(b, k[0]);
	jpkip_stood_settle(b);
	assert_int_equal(x->state, y->state);
	assert_int_equal(x->time, y->time);
	assert_int_equal(x->this_update, y->this_update);
	assert_int_equal(x->next_update, y->next_update);
	assert_int_equal(jpkip_stood_then(a), jpkip_stood_then(b));
	obeys(a, jpkip_stood_then(a), k);
}

static void
every_order(void **state)
{
	static const int days[] = { 9, 10, 15, 20, 25, 35 };
	struct jpki_check *a, *b, fresh;
	size_t i;
	int n, k[3];

	(void)state;
	for (i = 0; i < N(days); i++) {
		a = check_at(days[i]);
		b = check_at(days[i]);
		fresh = *a;
		for (n = 0; n < KINDS * KINDS * KINDS; n++) {
			k[0] = n % KINDS;
			k[1] = n / KINDS % KINDS;
			k[2] = n / KINDS / KINDS;
			if (k[0] > k[1] || k[1] > k[2])
				continue;
			row("day %d: %d %d %d", days[i], k[0], k[1], k[2]);
			both_orders(a, b, k);
			forget(a, &fresh);
			forget(b, &fresh);
		}
		jpki_check_free(&a);
		jpki_check_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(by_day),
		cmocka_unit_test(removed_is_no_answer),
		ROW_TEST(every_order),
	};

	return cmocka_run_group_tests(tests, certs_set_up, certs_tear_down);
}
