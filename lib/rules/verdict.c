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

void
jpkip_settle(struct jpki_verdict *v, struct jpki_date on)
{
	if (on.year == 0 || v->until.year == 0)
		return;
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
jpkip_advise_renewal(struct jpki_why *why, bool ends_with_card)
{
	JPKIP_RULES(why, JPKIP_C5, JPKIP_C6);
	if (ends_with_card) {
		JPKIP_RULES(why, JPKIP_L17);
		JPKIP_ADVICE(why, JPKI_ADVICE_NEW_CARD);
		return;
	}
	JPKIP_ADVICE(why, JPKI_ADVICE_RENEW, JPKI_ADVICE_BRING,
	    JPKI_ADVICE_PLACE, JPKI_ADVICE_FEE);
}
