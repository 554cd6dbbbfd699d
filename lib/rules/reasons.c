/* SPDX-License-Identifier: Apache-2.0 */
/* How a verdict is put together. */
#include "rules/reasons.h"

#include <strings.h>

#include "base/date.h"

bool
jpki_why_has(const struct jpki_why *why, const char *id)
{
	size_t i;

	if (why == NULL || id == NULL)
		return false;
	for (i = 0; i < JPKI_WHY_RULES && why->rules[i] != NULL; i++)
		if (strcasecmp(why->rules[i]->id, id) == 0)
			return true;
	return false;
}

static void
add_rule(struct jpki_why *why, const struct jpki_rule *rule)
{
	size_t i;

	for (i = 0; i < JPKI_WHY_RULES && why->rules[i] != NULL; i++)
		if (why->rules[i] == rule)
			return;
	if (i < JPKI_WHY_RULES)
		why->rules[i] = rule;
}

void
jpkip_why_rules(struct jpki_why *why, const enum jpkip_row *row)
{
	for (; *row != JPKIP_NO_ROW; row++)
		add_rule(why, jpkip_row(*row));
}

static void
add_advice(struct jpki_why *why, enum jpki_advice advice)
{
	size_t i;

	for (i = 0; i < JPKI_WHY_ADVICE && why->advice[i] != 0; i++)
		if (why->advice[i] == advice)
			return;
	if (i < JPKI_WHY_ADVICE)
		why->advice[i] = advice;
}

void
jpkip_why_advice(struct jpki_why *why, const enum jpki_advice *advice)
{
	for (; *advice != 0; advice++)
		add_advice(why, *advice);
}

void
jpki_why_add(struct jpki_why *why, const struct jpki_why *more)
{
	size_t i;

	if (why == NULL || more == NULL)
		return;
	for (i = 0; i < JPKI_WHY_RULES && more->rules[i] != NULL; i++)
		add_rule(why, more->rules[i]);
	for (i = 0; i < JPKI_WHY_ADVICE && more->advice[i] != 0; i++)
		add_advice(why, more->advice[i]);
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
