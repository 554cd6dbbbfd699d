/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/verdict.h"

#include <jpki/err.h>

#include <stdlib.h>

#include "base/date.h"

static const struct jpki_date no_date;

int
jpkip_verdict_give(const struct jpki_verdict *verdict,
    struct jpki_verdict **out)
{
	if ((*out = malloc(sizeof(**out))) == NULL)
		return JPKI_ERR_MEMORY;
	**out = *verdict;
	return 0;
}

void
jpki_verdict_free(struct jpki_verdict **verdict)
{
	if (verdict == NULL)
		return;
	free(*verdict);
	*verdict = NULL;
}

enum jpki_state
jpki_verdict_state(const struct jpki_verdict *verdict)
{
	return verdict != NULL ? verdict->state : JPKI_STATE_UNKNOWN;
}

struct jpki_date
jpki_verdict_from(const struct jpki_verdict *verdict)
{
	return verdict != NULL ? verdict->from : no_date;
}

struct jpki_date
jpki_verdict_until(const struct jpki_verdict *verdict)
{
	return verdict != NULL ? verdict->until : no_date;
}

struct jpki_date
jpki_verdict_until_latest(const struct jpki_verdict *verdict)
{
	return verdict != NULL ? verdict->until_latest : no_date;
}

struct jpki_date
jpki_verdict_renew_from(const struct jpki_verdict *verdict)
{
	return verdict != NULL ? verdict->renew_from : no_date;
}

int32_t
jpki_verdict_days_left(const struct jpki_verdict *verdict)
{
	return verdict != NULL ? verdict->days_left : 0;
}

const struct jpki_why *
jpki_verdict_why(const struct jpki_verdict *verdict)
{
	return verdict != NULL ? &verdict->why : NULL;
}

bool
jpkip_date_ok(struct jpki_date d)
{
	return d.year == 0 || jpkip_date_valid(d);
}

struct jpki_date
jpkip_renew_from(struct jpki_date until)
{
	struct jpki_date d;

	/* "Less than three months left": not yet on the day itself. */
	if (jpkip_date_add_months(until, -3, &d))
		d = jpkip_date_add_days(d, 1);
	return d;
}

/* Of a last day that is not known, only that it is over can be known. */
static void
settle_latest(struct jpki_verdict *v, struct jpki_date on)
{
	if (v->from.year != 0 && jpki_date_cmp(on, v->from) < 0)
		v->state = JPKI_STATE_NOT_YET;
	else if (v->until_latest.year != 0 &&
	    jpki_date_cmp(v->until_latest, on) < 0)
		v->state = JPKI_STATE_EXPIRED;
}

void
jpkip_settle(struct jpki_verdict *v, struct jpki_date on)
{
	if (on.year == 0)
		return;
	if (v->until.year == 0) {
		settle_latest(v, on);
		return;
	}
	v->days_left = jpkip_date_days(v->until) - jpkip_date_days(on);
	if (v->from.year != 0 && jpki_date_cmp(on, v->from) < 0)
		v->state = JPKI_STATE_NOT_YET;
	else if (v->days_left < 0)
		v->state = JPKI_STATE_EXPIRED;
	else if (v->renew_from.year != 0 &&
	    jpki_date_cmp(on, v->renew_from) >= 0)
		v->state = JPKI_STATE_RENEW;
	else
		v->state = JPKI_STATE_NOT_EXPIRED;
}

void
jpkip_advise_renewal(struct jpki_why *why)
{
	JPKIP_RULES(why, JPKIP_C1, JPKIP_L2, JPKIP_C5, JPKIP_C6);
	JPKIP_ADVICE(why, JPKI_ADVICE_RENEW, JPKI_ADVICE_BRING,
	    JPKI_ADVICE_PLACE, JPKI_ADVICE_FEE);
}

void
jpkip_note_last_day(struct jpki_verdict *v)
{
	if (v->days_left != 0)
		return;
	JPKIP_RULES(&v->why, JPKIP_L5, JPKIP_B12);
	JPKIP_ADVICE(&v->why, JPKI_ADVICE_OPEN_BIRTHDAY);
}

void
jpkip_note_card_end(struct jpki_why *why, struct jpki_date card_until,
    struct jpki_date on)
{
	if (card_until.year == 0 || on.year == 0 ||
	    jpki_date_cmp(card_until, on) < 0 ||
	    jpki_date_cmp(on, jpkip_renew_from(card_until)) < 0)
		return;
	JPKIP_RULES(why, JPKIP_D8, JPKIP_K4);
	JPKIP_ADVICE(why, JPKI_ADVICE_CARD_ENDS, JPKI_ADVICE_NEW_CARD);
}

enum jpki_feb29
jpkip_feb29_other(enum jpki_feb29 feb29)
{
	return feb29 == JPKI_FEB29_MAR1 ? JPKI_FEB29_FEB28 : JPKI_FEB29_MAR1;
}

void
jpkip_note_feb29(struct jpki_why *why)
{
	JPKIP_RULES(why, JPKIP_L6, JPKIP_B12);
	JPKIP_ADVICE(why, JPKI_ADVICE_OPEN_FEB29);
}

void
jpkip_note_birthday(struct jpki_why *why, struct jpki_date birth,
    struct jpki_date from, enum jpki_feb29 feb29)
{
	struct jpki_date eve = jpkip_date_add_days(from, -1);

	if (jpki_date_cmp(jpkip_date_nth_birthday(birth, eve, 1, feb29),
	    from) != 0)
		return;
	JPKIP_RULES(why, JPKIP_L5, JPKIP_B12);
	JPKIP_ADVICE(why, JPKI_ADVICE_OPEN_BIRTHDAY);
}
