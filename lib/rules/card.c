/* SPDX-License-Identifier: Apache-2.0 */
/* When a card ends. */
#include <jpki/err.h>

#include "base/date.h"
#include "base/record.h"
#include "rules/span.h"
#include "rules/verdict.h"

/* What the possible dates of birth make of it. */
struct life {
	struct jpkip_span ends;
	bool adult, child;	/* both, where it is not certain */
};

static bool
before(struct jpki_date a, struct jpki_date b)
{
	return jpki_date_cmp(a, b) < 0;
}

static int
check_card(const struct jpki_card_facts *f, struct jpki_date on)
{
	if ((unsigned)f->feb29 > JPKI_FEB29_FEB28 || f->reserved != 0)
		return JPKI_ERR_USAGE;
	if (!jpkip_date_valid(f->applied) || !jpkip_date_valid(f->issued) ||
	    f->birth.year == 0 || !jpkip_birth_ok(f->birth) ||
	    !jpkip_date_ok(f->stay_until) || !jpkip_date_ok(on))
		return JPKI_ERR_VALUE;
	if (before(f->applied, f->birth) || before(f->issued, f->applied) ||
	    (f->stay_until.year != 0 && before(f->stay_until, f->issued)))
		return JPKI_ERR_VALUE;
	return 0;
}

/* Up to this day 20 was the border. */
static bool
applied_early(const struct jpki_card_facts *f)
{
	static const struct jpki_date switched = { 2022, 3, 31 };

	return !before(switched, f->applied);
}

static struct life
count_birthdays(const struct jpki_card_facts *f, enum jpki_feb29 feb29)
{
	struct jpkip_span births = jpkip_births(f->birth, f->applied);
	struct life life = { { { 0, 0, 0 }, { 0, 0, 0 } }, false, false };
	int32_t i, end = jpkip_date_days(births.last);
	int border = applied_early(f) ? 20 : 18;

	for (i = jpkip_date_days(births.first); i <= end; i++) {
		struct jpki_date birth = jpkip_date_from_days(i), d;
		bool adult = jpkip_date_age(birth, f->applied, feb29) >=
		    border;

		d = jpkip_date_nth_birthday(birth, f->issued, adult ? 10 : 5,
		    feb29);
		life.adult |= adult;
		life.child |= !adult;
		if (life.ends.first.year == 0 || before(d, life.ends.first))
			life.ends.first = d;
		if (before(life.ends.last, d))
			life.ends.last = d;
	}
	return life;
}

/* The earlier of the birthday and the end of the stay; if the birthday is not
 * certain, it may still be that the stay ends before any. */
static void
set_until(const struct jpki_card_facts *f, const struct life *life,
    struct jpki_verdict *v)
{
	struct jpki_date stay = f->stay_until;

	v->from = f->issued;
	v->until_latest = life->ends.last;
	if (stay.year != 0 && before(stay, v->until_latest))
		v->until_latest = stay;
	if (jpkip_span_one(&life->ends) ||
	    !before(life->ends.first, v->until_latest))
		v->until = v->until_latest;
}

static void
cite_birthday(const struct life *life, struct jpki_why *why)
{
	if (life->adult)
		JPKIP_RULES(why, JPKIP_B5);
	if (life->child)
		JPKIP_RULES(why, JPKIP_B6);
}

/* The bounds that decided, or may have, the latest first. */
static void
cite_bounds(const struct jpki_card_facts *f, const struct life *life,
    struct jpki_verdict *v)
{
	bool open = v->until.year == 0;
	bool by_stay = f->stay_until.year != 0 &&
	    jpki_date_cmp(f->stay_until, v->until_latest) == 0;
	bool by_birthday = open || jpki_date_cmp(life->ends.last,
	    v->until_latest) == 0;

	if (by_stay && before(v->until_latest, life->ends.last))
		JPKIP_RULES(&v->why, JPKIP_B10);
	if (by_birthday)
		cite_birthday(life, &v->why);
	if (by_stay)
		JPKIP_RULES(&v->why, JPKIP_B10);
	if (by_birthday && applied_early(f))
		JPKIP_RULES(&v->why, JPKIP_B7);
	JPKIP_RULES(&v->why, JPKIP_L7);
	if (by_stay)
		JPKIP_RULES(&v->why, JPKIP_L8, JPKIP_L9);
	if (by_birthday && jpkip_span_one(&life->ends))
		jpkip_note_birthday(&v->why, f->birth, f->issued, f->feb29);
}

static void
explain_card(const struct jpki_card_facts *f, const struct life *life,
    struct jpki_date on, struct jpki_verdict *v)
{
	bool by_stay = f->stay_until.year != 0 &&
	    jpki_date_cmp(f->stay_until, v->until_latest) == 0;
	struct life other = count_birthdays(f, jpkip_feb29_other(f->feb29));

	cite_bounds(f, life, v);
	if (before(other.ends.last, v->until_latest) ||
	    jpki_date_cmp(life->ends.last, v->until_latest) == 0)
		if (jpki_date_cmp(other.ends.last, life->ends.last) != 0)
			jpkip_note_feb29(&v->why);
	if (by_stay)
		JPKIP_ADVICE(&v->why, v->state == JPKI_STATE_EXPIRED ?
		    JPKI_ADVICE_STAY_ENDED : JPKI_ADVICE_EXTEND);
	else
		jpkip_note_card_end(&v->why, v->until_latest, on);
	if (v->until.year == 0 && v->state != JPKI_STATE_EXPIRED)
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_SAY_BIRTH);
	JPKIP_RULES(&v->why, JPKIP_B8, JPKIP_B9);
	if (v->state == JPKI_STATE_EXPIRED) {
		JPKIP_RULES(&v->why, JPKIP_D8, JPKIP_K4);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_NEW_CARD);
	}
}

int
jpki_rules_card(const struct jpki_card_facts *facts, struct jpki_date on,
    struct jpki_verdict **out)
{
	struct jpki_card_facts f;
	struct jpki_verdict v = { 0 };
	struct life life;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (!jpkip_record_get(&f, sizeof(f), facts))
		return JPKI_ERR_USAGE;
	if ((r = check_card(&f, on)) != 0)
		return r;
	life = count_birthdays(&f, f.feb29);
	if (!jpkip_date_ok(life.ends.last))	/* after the year 9999 */
		return JPKI_ERR_VALUE;
	set_until(&f, &life, &v);
	jpkip_settle(&v, on);
	explain_card(&f, &life, on, &v);
	return jpkip_verdict_give(&v, out);
}
