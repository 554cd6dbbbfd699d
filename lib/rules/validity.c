/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When certificates end. A bound that was not said is not unbounded: the 5th
 * birthday comes within five years, and every card has an end.
 */
#include <jpki/err.h>

#include "base/date.h"
#include "base/record.h"
#include "rules/span.h"
#include "rules/verdict.h"

/* What may end a certificate: on a day, between two days, or, with a first day
 * alone, some day from then on. No first day: nothing. */
struct bound {
	struct jpkip_span on;
	enum jpkip_row row;
	enum jpki_advice say;	/* what would make it certain */
};

/* In the order in which they are reasons. */
enum { BIRTHDAY, CARD, STAY, OTHER_CERT, N_BOUNDS };

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

static bool
same(struct jpki_date a, struct jpki_date b)
{
	return jpki_date_cmp(a, b) == 0;
}

/* Issued while less than three months of the old one were left? */
static bool
renewed_in_time(const struct jpki_validity_facts *f)
{
	return is_set(f->renewed_from) &&
	    !before(f->renewed_from, f->issued) &&
	    !before(f->issued, jpkip_renew_from(f->renewed_from));
}

static bool
order_ok(const struct jpki_validity_facts *f)
{
	return !before(f->issued, f->birth) &&
	    (!is_set(f->card_until) || !before(f->card_until, f->issued)) &&
	    (!is_set(f->auth_until) || !before(f->auth_until, f->issued)) &&
	    (!is_set(f->stay_until) || !before(f->stay_until, f->issued));
}

static int
check_validity(const struct jpki_validity_facts *f, struct jpki_date on)
{
	if ((f->key != JPKI_KEY_AUTH && f->key != JPKI_KEY_SIGN) ||
	    (unsigned)f->carrier > JPKI_CARRIER_PHONE ||
	    (unsigned)f->feb29 > JPKI_FEB29_FEB28 || f->reserved != 0)
		return JPKI_ERR_USAGE;
	/* Of a Juki card every issue was long ago. */
	if (f->carrier == JPKI_CARRIER_JUKI ? !jpkip_date_ok(f->issued) :
	    !jpkip_date_valid(f->issued))
		return JPKI_ERR_VALUE;
	if (!jpkip_birth_ok(f->birth) ||
	    !jpkip_date_ok(f->card_until) || !jpkip_date_ok(f->auth_until) ||
	    !jpkip_date_ok(f->stay_until) ||
	    !jpkip_date_ok(f->renewed_from) || !jpkip_date_ok(on))
		return JPKI_ERR_VALUE;
	return !is_set(f->issued) || order_ok(f) ? 0 : JPKI_ERR_VALUE;
}

/* 住基カード: three years, the day of the issue included; nothing else
 * counts, and all of them are over. */
static void
juki_validity(const struct jpki_validity_facts *f, struct jpki_date on,
    struct jpki_verdict *v)
{
	static const struct jpki_date last = { 2015, 12, 22 };
	bool known = is_set(f->issued);
	struct jpki_date d;

	JPKIP_ADVICE(&v->why, JPKI_ADVICE_NEW_CARD);
	if (f->key == JPKI_KEY_AUTH || before(last, f->issued)) {
		v->state = JPKI_STATE_NONE;
		JPKIP_RULES(&v->why, f->key == JPKI_KEY_AUTH ? JPKIP_J1 :
		    JPKIP_J3, JPKIP_J8);
		return;
	}
	jpkip_date_add_months(known ? f->issued : last, 36, &d);
	v->from = f->issued;
	v->until_latest = jpkip_date_add_days(d, -1);
	if (known)
		v->until = v->until_latest;
	JPKIP_RULES(&v->why, JPKIP_J2, JPKIP_J3, JPKIP_J5, JPKIP_J6,
	    JPKIP_J8);
	jpkip_settle(v, on);
}

/* ---- The bounds ---- */

static struct jpkip_span
birthdays(const struct jpki_validity_facts *f, enum jpki_feb29 feb29)
{
	struct jpkip_span births = jpkip_births(f->birth, f->issued);

	return jpkip_birthdays(&births, f->issued,
	    renewed_in_time(f) ? 6 : 5, feb29);
}

/* A day that was said, or else some day from another one on. */
static struct jpkip_span
said_or_from(struct jpki_date said, struct jpki_date from)
{
	struct jpkip_span span = { said, said };

	if (!is_set(said))
		span.first = from;
	return span;
}

static void
set_bounds(const struct jpki_validity_facts *f, struct bound *bounds)
{
	bool sign = f->key == JPKI_KEY_SIGN;

	bounds[BIRTHDAY] = (struct bound){ birthdays(f, f->feb29),
	    renewed_in_time(f) ? JPKIP_L1 : JPKIP_B1, JPKI_ADVICE_SAY_BIRTH };
	/* The other certificate does not outlive the card either. */
	bounds[CARD] = (struct bound){ said_or_from(f->card_until,
	    sign && is_set(f->auth_until) ? f->auth_until : f->issued),
	    JPKIP_B2, JPKI_ADVICE_SAY_CARD };
	/* Most people's stay has no end. */
	bounds[STAY] = (struct bound){ { f->stay_until, f->stay_until },
	    JPKIP_B10, JPKI_ADVICE_EXTEND };
	if (sign)
		bounds[OTHER_CERT] = (struct bound){
		    said_or_from(f->auth_until, f->issued), JPKIP_B3,
		    JPKI_ADVICE_SAY_AUTH };
}

/* Whether it may be this bound that ends the certificate. */
static bool
may_decide(const struct bound *b, const struct jpki_verdict *v)
{
	if (!is_set(b->on.first))
		return false;
	return is_set(v->until) ? same(b->on.first, v->until) &&
	    same(b->on.last, v->until) : !before(v->until_latest, b->on.first);
}

/* The earliest bound, if it is certain which day that is, and the latest day
 * that it can be; the bounds that decide become the first reasons. */
static void
take_earliest(struct jpki_verdict *v, const struct bound *bounds)
{
	struct jpki_date earliest = { 0, 0, 0 };
	size_t i;

	for (i = 0; i < N_BOUNDS; i++) {
		const struct jpkip_span *on = &bounds[i].on;

		if (is_set(on->first) && (!is_set(earliest) ||
		    before(on->first, earliest)))
			earliest = on->first;
		if (is_set(on->last) && (!is_set(v->until_latest) ||
		    before(on->last, v->until_latest)))
			v->until_latest = on->last;
	}
	if (same(earliest, v->until_latest))
		v->until = earliest;
	for (i = 0; i < N_BOUNDS; i++)
		if (is_set(bounds[i].on.last) &&
		    same(bounds[i].on.last, v->until_latest))
			JPKIP_RULES(&v->why, bounds[i].row);
	for (i = 0; i < N_BOUNDS; i++)
		if (may_decide(&bounds[i], v))
			JPKIP_RULES(&v->why, bounds[i].row);
}

/* ---- What follows ---- */

static bool
ends_with(struct jpki_date bound, const struct jpki_verdict *v)
{
	return is_set(bound) && same(bound, v->until_latest);
}

/* The first day that it can be renewed, if it is certain that there is one:
 * neither card nor stay may end with the certificate. */
static void
set_renewal(const struct jpki_validity_facts *f, struct jpki_verdict *v)
{
	if (!is_set(v->until) || !is_set(f->card_until) ||
	    ends_with(f->card_until, v) || ends_with(f->stay_until, v))
		return;
	v->renew_from = jpkip_renew_from(v->until);
	if (before(v->renew_from, f->issued))
		v->renew_from = f->issued;
}

/* It ends with the card, or with the stay, whose card ends with it, too; or
 * perhaps before, on a birthday that was not said. */
static void
advise_card(const struct jpki_validity_facts *f, struct jpki_date on,
    bool perhaps_birthday, struct jpki_verdict *v)
{
	bool by_stay = ends_with(f->stay_until, v);
	bool by_card = ends_with(f->card_until, v);
	bool over = v->state == JPKI_STATE_EXPIRED;

	if (by_stay)
		JPKIP_RULES(&v->why, JPKIP_L9);
	else if (!over)
		jpkip_note_card_end(&v->why, f->card_until, on);
	if (by_stay || by_card)
		JPKIP_RULES(&v->why, JPKIP_L17);
	if (over && by_stay)
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_STAY_ENDED);
	else if (!over && (by_stay || by_card))
		JPKIP_ADVICE(&v->why, perhaps_birthday ?
		    JPKI_ADVICE_UNLESS_CARD : by_stay ? JPKI_ADVICE_EXTEND :
		    JPKI_ADVICE_WITH_CARD);
	if (over && by_card)
		JPKIP_RULES(&v->why, JPKIP_D8);
	if (over && (by_card || by_stay))
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_NEW_CARD);
}

static void
advise_validity(const struct jpki_validity_facts *f,
    const struct bound *bounds, struct jpki_date on, struct jpki_verdict *v)
{
	advise_card(f, on, !is_set(v->until) &&
	    may_decide(&bounds[BIRTHDAY], v), v);
	switch (v->state) {
	case JPKI_STATE_RENEW:
		jpkip_advise_renewal(&v->why);
		if (may_decide(&bounds[BIRTHDAY], v))
			jpkip_note_last_day(v);
		break;
	case JPKI_STATE_WAITING:
		JPKIP_RULES(&v->why, JPKIP_D11);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_WAIT_24H);
		break;
	case JPKI_STATE_EXPIRED:
		JPKIP_RULES(&v->why, f->key == JPKI_KEY_SIGN ? JPKIP_D4 :
		    JPKIP_D5, JPKIP_A4);
		if (!ends_with(f->card_until, v) &&
		    !ends_with(f->stay_until, v))
			JPKIP_ADVICE(&v->why, JPKI_ADVICE_NEW_CERT);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_FEE);
		v->renew_from = (struct jpki_date){ 0, 0, 0 };
		break;
	default:
		break;
	}
}

/* What else would have to be said. */
static void
advise_to_say(const struct bound *bounds, struct jpki_verdict *v)
{
	size_t i;

	for (i = 0; i < N_BOUNDS; i++)
		if (!is_set(v->until) && v->state != JPKI_STATE_EXPIRED &&
		    may_decide(&bounds[i], v) &&
		    !same(bounds[i].on.first, bounds[i].on.last))
			JPKIP_ADVICE(&v->why, bounds[i].say);
}

/* What the birthday has to do with it. */
static void
explain_birthday(const struct jpki_validity_facts *f,
    const struct bound *birthday, struct jpki_verdict *v)
{
	struct jpkip_span other = birthdays(f, jpkip_feb29_other(f->feb29));

	if (is_set(f->birth) && jpkip_date_age(jpkip_births(f->birth,
	    f->issued).first, f->issued, f->feb29) < 18)
		JPKIP_RULES(&v->why, JPKIP_B6b);
	JPKIP_RULES(&v->why, JPKIP_L4);
	if (!is_set(f->birth))
		return;
	if (f->birth.day != 0)
		jpkip_note_birthday(&v->why, f->birth, f->issued, f->feb29);
	if (!same(other.first, birthday->on.first) ||
	    !same(other.last, birthday->on.last))
		jpkip_note_feb29(&v->why);
}

static void
explain_validity(const struct jpki_validity_facts *f,
    const struct bound *bounds, struct jpki_verdict *v)
{
	static const struct jpki_date first = { 2016, 1, 1 };
	bool birthday = may_decide(&bounds[BIRTHDAY], v);

	if (is_set(f->renewed_from) && birthday)
		JPKIP_RULES(&v->why, JPKIP_L2);
	if (f->key == JPKI_KEY_AUTH &&
	    (birthday || may_decide(&bounds[CARD], v)))
		JPKIP_RULES(&v->why, JPKIP_B4);
	if (birthday)
		explain_birthday(f, &bounds[BIRTHDAY], v);
	if (before(f->issued, first))
		JPKIP_RULES(&v->why, JPKIP_A10);
	JPKIP_RULES(&v->why, JPKIP_L3);
}

/* Whether the holder was too young for 署名用, for certain or perhaps. */
static void
too_young(const struct jpki_validity_facts *f, bool *certainly, bool *perhaps)
{
	struct jpkip_span births = jpkip_births(f->birth, f->issued);

	*certainly = *perhaps = false;
	if (f->key != JPKI_KEY_SIGN || !is_set(f->birth))
		return;
	*certainly = jpkip_date_age(births.first, f->issued, f->feb29) < 15;
	*perhaps = jpkip_date_age(births.last, f->issued, f->feb29) < 15;
}

/* A certificate that is not on a Juki card, for who is old enough. */
static int
judge_validity(const struct jpki_validity_facts *f, bool perhaps_none,
    struct jpki_date on, struct jpki_verdict *v)
{
	struct bound bounds[N_BOUNDS] = { 0 };

	set_bounds(f, bounds);
	if (!jpkip_date_ok(bounds[BIRTHDAY].on.last))
		return JPKI_ERR_VALUE;	/* after the year 9999 */
	v->from = f->issued;
	take_earliest(v, bounds);
	if (perhaps_none) {
		v->until = (struct jpki_date){ 0, 0, 0 };
		JPKIP_RULES(&v->why, JPKIP_G2);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_SAY_BIRTH);
	}
	set_renewal(f, v);
	jpkip_settle(v, on);
	/* "About 24 hours", as far as days can tell. */
	if (same(on, f->issued) && !perhaps_none)
		v->state = JPKI_STATE_WAITING;
	explain_validity(f, bounds, v);
	advise_validity(f, bounds, on, v);
	advise_to_say(bounds, v);
	JPKIP_ADVICE(&v->why, JPKI_ADVICE_READ_CERT);
	return 0;
}

int
jpki_rules_validity(const struct jpki_validity_facts *facts,
    struct jpki_date on, struct jpki_verdict **out)
{
	struct jpki_validity_facts f;
	struct jpki_verdict v = { 0 };
	bool young, perhaps;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (!jpkip_record_get(&f, sizeof(f), facts))
		return JPKI_ERR_USAGE;
	if ((r = check_validity(&f, on)) != 0)
		return r;
	too_young(&f, &young, &perhaps);
	if (f.carrier == JPKI_CARRIER_JUKI) {
		juki_validity(&f, on, &v);
	} else if (young) {
		v.state = JPKI_STATE_NONE;
		JPKIP_RULES(&v.why, JPKIP_G2, JPKIP_B6b, JPKIP_A9);
		JPKIP_ADVICE(&v.why, JPKI_ADVICE_NO_SIGN,
		    JPKI_ADVICE_SIGN_LATER);
	} else if ((r = judge_validity(&f, perhaps, on, &v)) != 0) {
		return r;
	}
	return jpkip_verdict_give(&v, out);
}
