/* SPDX-License-Identifier: Apache-2.0 */
/* When certificates and cards end, and when they can be renewed. */
#include <jpki/err.h>

#include "base/date.h"
#include "base/record.h"
#include "rules/verdict.h"

/* What may end a certificate or a card. */
struct bound {
	struct jpki_date on;
	enum jpkip_row row;
};

static bool
is_set(struct jpki_date d)
{
	return d.year != 0;
}

static bool
before(struct jpki_date a, struct jpki_date b)
{
	return jpki_date_cmp(a, b) < 0;
}

/* The earliest bound; all that fall on its day become the first reasons. */
static void
take_earliest(struct jpki_verdict *v, const struct bound *bounds, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_set(bounds[i].on) && (!is_set(v->until) ||
		    before(bounds[i].on, v->until)))
			v->until = bounds[i].on;
	for (i = 0; i < n; i++)
		if (is_set(bounds[i].on) &&
		    jpki_date_cmp(bounds[i].on, v->until) == 0)
			JPKIP_RULES(&v->why, bounds[i].row);
}

/* What counting birthdays leaves open. */
static void
note_birthday(struct jpki_why *why, struct jpki_date birth,
    struct jpki_date issued)
{
	bool on_birthday = birth.month == issued.month &&
	    birth.day == issued.day;
	bool leap_day = birth.month == 2 && birth.day == 29;

	if (on_birthday)
		JPKIP_RULES(why, JPKIP_L5);
	if (leap_day)
		JPKIP_RULES(why, JPKIP_L6);
	if (on_birthday || leap_day)
		JPKIP_RULES(why, JPKIP_B12);
}

/* Issued while less than three months of the old one were left? */
static bool
renewed_in_time(const struct jpki_validity_facts *f)
{
	return is_set(f->renewed_from) &&
	    !before(f->renewed_from, f->issued) &&
	    !before(f->issued, jpkip_renew_from(f->renewed_from));
}

static int
check_validity(const struct jpki_validity_facts *f, struct jpki_date on)
{
	if ((f->key != JPKI_KEY_AUTH && f->key != JPKI_KEY_SIGN) ||
	    (unsigned)f->carrier > JPKI_CARRIER_PHONE ||
	    (unsigned)f->feb29 > JPKI_FEB29_FEB28 || f->reserved != 0)
		return JPKI_ERR_USAGE;
	if (!jpkip_date_valid(f->issued) || !jpkip_date_ok(f->birth) ||
	    !jpkip_date_ok(f->card_until) || !jpkip_date_ok(f->auth_until) ||
	    !jpkip_date_ok(f->stay_until) ||
	    !jpkip_date_ok(f->renewed_from) || !jpkip_date_ok(on))
		return JPKI_ERR_VALUE;
	if (before(f->issued, f->birth) ||
	    (is_set(f->card_until) && before(f->card_until, f->issued)) ||
	    (is_set(f->auth_until) && before(f->auth_until, f->issued)) ||
	    (is_set(f->stay_until) && before(f->stay_until, f->issued)))
		return JPKI_ERR_VALUE;
	return 0;
}

/* 住基カード: three years, the day of the issue included; nothing else
 * counts, and all of them are over. */
static void
juki_validity(const struct jpki_validity_facts *f, struct jpki_date on,
    struct jpki_verdict *v)
{
	static const struct jpki_date last = { 2015, 12, 22 };
	struct jpki_date d;

	JPKIP_ADVICE(&v->why, JPKI_ADVICE_NEW_CARD);
	if (f->key == JPKI_KEY_AUTH || before(last, f->issued)) {
		v->state = JPKI_STATE_NONE;
		JPKIP_RULES(&v->why, f->key == JPKI_KEY_AUTH ? JPKIP_J1 :
		    JPKIP_J3, JPKIP_J8);
		return;
	}
	jpkip_date_add_months(f->issued, 36, &d);
	v->from = f->issued;
	v->until = jpkip_date_add_days(d, -1);
	JPKIP_RULES(&v->why, JPKIP_J2, JPKIP_J3, JPKIP_J5, JPKIP_J6,
	    JPKIP_J8);
	jpkip_settle(v, on);
}

static void
advise_validity(const struct jpki_validity_facts *f, struct jpki_verdict *v)
{
	bool by_card = is_set(f->card_until) &&
	    jpki_date_cmp(f->card_until, v->until) == 0;

	switch (v->state) {
	case JPKI_STATE_RENEW:
		JPKIP_RULES(&v->why, JPKIP_C1, JPKIP_L2);
		jpkip_advise_renewal(&v->why, by_card);
		break;
	case JPKI_STATE_WAITING:
		JPKIP_RULES(&v->why, JPKIP_D11);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_WAIT_24H);
		break;
	case JPKI_STATE_EXPIRED:
		JPKIP_RULES(&v->why, f->key == JPKI_KEY_SIGN ? JPKIP_D4 :
		    JPKIP_D5, JPKIP_A4);
		if (by_card)
			JPKIP_RULES(&v->why, JPKIP_D8);
		JPKIP_ADVICE(&v->why, by_card ? JPKI_ADVICE_NEW_CARD :
		    JPKI_ADVICE_NEW_CERT, JPKI_ADVICE_FEE);
		break;
	default:
		break;
	}
	if (is_set(f->stay_until))
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_EXTEND);
	JPKIP_ADVICE(&v->why, JPKI_ADVICE_READ_CERT);
}

/* The birthday that ends a certificate, with the row that says so. */
static struct bound
birthday_bound(const struct jpki_validity_facts *f)
{
	bool sixth = renewed_in_time(f);
	struct bound b = { { 0, 0, 0 }, sixth ? JPKIP_L1 : JPKIP_B1 };

	if (is_set(f->birth))
		b.on = jpkip_date_nth_birthday(f->birth, f->issued,
		    sixth ? 6 : 5, f->feb29);
	return b;
}

static void
explain_validity(const struct jpki_validity_facts *f, bool by_birthday,
    struct jpki_verdict *v)
{
	static const struct jpki_date first = { 2016, 1, 1 };
	bool sign = f->key == JPKI_KEY_SIGN;

	if (is_set(f->renewed_from))
		JPKIP_RULES(&v->why, JPKIP_L2);
	if (!sign)
		JPKIP_RULES(&v->why, JPKIP_B4);
	else if (is_set(f->auth_until))
		JPKIP_RULES(&v->why, JPKIP_B3);
	if (is_set(f->birth) &&
	    jpkip_date_age(f->birth, f->issued, f->feb29) < 18)
		JPKIP_RULES(&v->why, JPKIP_B6b);
	if (by_birthday) {
		JPKIP_RULES(&v->why, JPKIP_L4);
		note_birthday(&v->why, f->birth, f->issued);
	}
	if (is_set(f->stay_until))
		JPKIP_RULES(&v->why, JPKIP_B10);
	if (before(f->issued, first))
		JPKIP_RULES(&v->why, JPKIP_A10);
	JPKIP_RULES(&v->why, JPKIP_L3);
}

/* A certificate that is not on a Juki card, for who is old enough. */
static int
judge_validity(const struct jpki_validity_facts *f, struct jpki_date on,
    struct jpki_verdict *v)
{
	struct bound bounds[4] = { 0 };

	bounds[0] = birthday_bound(f);
	bounds[1] = (struct bound){ f->card_until, JPKIP_B2 };
	bounds[2] = (struct bound){ f->stay_until, JPKIP_B10 };
	if (f->key == JPKI_KEY_SIGN)
		bounds[3] = (struct bound){ f->auth_until, JPKIP_B3 };
	if (!jpkip_date_ok(bounds[0].on))	/* after the year 9999 */
		return JPKI_ERR_VALUE;
	v->from = f->issued;
	take_earliest(v, bounds, sizeof(bounds) / sizeof(bounds[0]));
	if (is_set(v->until)) {
		v->renew_from = jpkip_renew_from(v->until);
		if (before(v->renew_from, f->issued))
			v->renew_from = f->issued;
	}
	jpkip_settle(v, on);
	/* "About 24 hours", as far as days can tell. */
	if (jpki_date_cmp(on, f->issued) == 0 && is_set(v->until))
		v->state = JPKI_STATE_WAITING;
	explain_validity(f, is_set(f->birth) &&
	    jpki_date_cmp(bounds[0].on, v->until) == 0, v);
	advise_validity(f, v);
	return 0;
}

static bool
too_young_to_sign(const struct jpki_validity_facts *f)
{
	return f->key == JPKI_KEY_SIGN && is_set(f->birth) &&
	    jpkip_date_age(f->birth, f->issued, f->feb29) < 15;
}

int
jpki_rules_validity(const struct jpki_validity_facts *facts,
    struct jpki_date on, struct jpki_verdict **out)
{
	struct jpki_validity_facts f;
	struct jpki_verdict v = { 0 };
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (!jpkip_record_get(&f, sizeof(f), facts))
		return JPKI_ERR_USAGE;
	if ((r = check_validity(&f, on)) != 0)
		return r;
	if (f.carrier == JPKI_CARRIER_JUKI) {
		juki_validity(&f, on, &v);
	} else if (too_young_to_sign(&f)) {
		v.state = JPKI_STATE_NONE;
		JPKIP_RULES(&v.why, JPKIP_G2, JPKIP_B6b, JPKIP_A9);
		JPKIP_ADVICE(&v.why, JPKI_ADVICE_NO_SIGN,
		    JPKI_ADVICE_SIGN_LATER);
	} else if ((r = judge_validity(&f, on, &v)) != 0) {
		return r;
	}
	return jpkip_verdict_give(&v, out);
}

static int
check_card(const struct jpki_card_facts *f, struct jpki_date on)
{
	if ((unsigned)f->feb29 > JPKI_FEB29_FEB28 || f->reserved != 0)
		return JPKI_ERR_USAGE;
	if (!jpkip_date_valid(f->applied) || !jpkip_date_valid(f->issued) ||
	    !jpkip_date_valid(f->birth) || !jpkip_date_ok(f->stay_until) ||
	    !jpkip_date_ok(on))
		return JPKI_ERR_VALUE;
	if (before(f->applied, f->birth) || before(f->issued, f->applied) ||
	    (is_set(f->stay_until) && before(f->stay_until, f->issued)))
		return JPKI_ERR_VALUE;
	return 0;
}

static void
explain_card(const struct jpki_card_facts *f, bool old, enum jpkip_row birthday,
    struct jpki_verdict *v)
{
	if (old)
		JPKIP_RULES(&v->why, JPKIP_B7);
	JPKIP_RULES(&v->why, birthday, JPKIP_L7);
	if (is_set(f->stay_until)) {
		JPKIP_RULES(&v->why, JPKIP_L8, JPKIP_L9);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_EXTEND);
	}
	note_birthday(&v->why, f->birth, f->issued);
	JPKIP_RULES(&v->why, JPKIP_B8, JPKIP_B9);
	if (v->state == JPKI_STATE_EXPIRED) {
		JPKIP_RULES(&v->why, JPKIP_D8, JPKIP_K4);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_NEW_CARD);
	}
}

static int
judge_card(const struct jpki_card_facts *f, struct jpki_date on,
    struct jpki_verdict *v)
{
	/* The last day on which 20 was the border. */
	static const struct jpki_date switched = { 2022, 3, 31 };
	bool old = !before(switched, f->applied);
	bool adult = jpkip_date_age(f->birth, f->applied, f->feb29) >=
	    (old ? 20 : 18);
	struct bound bounds[2] = { 0 };

	bounds[0].on = jpkip_date_nth_birthday(f->birth, f->issued,
	    adult ? 10 : 5, f->feb29);
	bounds[0].row = adult ? JPKIP_B5 : JPKIP_B6;
	bounds[1] = (struct bound){ f->stay_until, JPKIP_B10 };
	if (!jpkip_date_ok(bounds[0].on))
		return JPKI_ERR_VALUE;
	v->from = f->issued;
	take_earliest(v, bounds, sizeof(bounds) / sizeof(bounds[0]));
	jpkip_settle(v, on);
	explain_card(f, old, bounds[0].row, v);
	return 0;
}

int
jpki_rules_card(const struct jpki_card_facts *facts, struct jpki_date on,
    struct jpki_verdict **out)
{
	struct jpki_card_facts f;
	struct jpki_verdict v = { 0 };
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (!jpkip_record_get(&f, sizeof(f), facts))
		return JPKI_ERR_USAGE;
	if ((r = check_card(&f, on)) != 0 ||
	    (r = judge_card(&f, on, &v)) != 0)
		return r;
	return jpkip_verdict_give(&v, out);
}

static void
explain_renewal(struct jpki_verdict *v)
{
	JPKIP_RULES(&v->why, JPKIP_C1, JPKIP_L2, JPKIP_L3);
	if (v->state == JPKI_STATE_EXPIRED) {
		JPKIP_RULES(&v->why, JPKIP_A4, JPKIP_G1, JPKIP_D11);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_NEW_CERT, JPKI_ADVICE_FEE,
		    JPKI_ADVICE_WAIT_24H);
		return;
	}
	if (v->state == JPKI_STATE_RENEW)
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_RENEW);
	else
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_RENEW_LATER);
	JPKIP_RULES(&v->why, JPKIP_C5, JPKIP_C6, JPKIP_E8, JPKIP_C7,
	    JPKIP_C2, JPKIP_C3, JPKIP_C4, JPKIP_C8, JPKIP_H3, JPKIP_H4,
	    JPKIP_D11, JPKIP_L17, JPKIP_L10);
	JPKIP_ADVICE(&v->why, JPKI_ADVICE_BRING, JPKI_ADVICE_FORGOTTEN,
	    JPKI_ADVICE_PLACE, JPKI_ADVICE_AGENT, JPKI_ADVICE_FEE,
	    JPKI_ADVICE_WAIT_24H);
}

int
jpki_rules_renewal(struct jpki_date until, struct jpki_date on,
    struct jpki_verdict **out)
{
	struct jpki_verdict v = { 0 };

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (!jpkip_date_valid(until) || !jpkip_date_ok(on))
		return JPKI_ERR_VALUE;
	v.until = until;
	v.renew_from = jpkip_renew_from(until);
	jpkip_settle(&v, on);
	v.from = v.renew_from;
	explain_renewal(&v);
	return jpkip_verdict_give(&v, out);
}
