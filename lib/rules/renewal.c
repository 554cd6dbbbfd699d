/* SPDX-License-Identifier: Apache-2.0 */
/* The renewal of a certificate of which only the last day is known. */
#include <jpki/err.h>

#include "base/date.h"
#include "base/record.h"
#include "rules/verdict.h"

static const struct jpki_date no_date;

static bool
ends_with(struct jpki_date bound, const struct jpki_verdict *v)
{
	return bound.year != 0 && jpki_date_cmp(bound, v->until) == 0;
}

/* Nothing is left to renew. */
static void
explain_expired(const struct jpki_renewal_facts *f, struct jpki_verdict *v,
    bool with_card)
{
	if (with_card)
		JPKIP_RULES(&v->why, JPKIP_D8);
	if (ends_with(f->stay_until, v)) {
		JPKIP_RULES(&v->why, JPKIP_B10, JPKIP_L9);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_STAY_ENDED);
	}
	JPKIP_RULES(&v->why, JPKIP_A4, JPKIP_G1, JPKIP_D11);
	JPKIP_ADVICE(&v->why, with_card ? JPKI_ADVICE_NEW_CARD :
	    JPKI_ADVICE_NEW_CERT, JPKI_ADVICE_FEE, JPKI_ADVICE_WAIT_24H);
}

/* A renewal would gain nothing: it ends with the stay, or with the card. */
static void
explain_in_vain(const struct jpki_renewal_facts *f, struct jpki_date on,
    struct jpki_verdict *v)
{
	JPKIP_RULES(&v->why, JPKIP_B2, JPKIP_L17);
	if (ends_with(f->stay_until, v)) {
		JPKIP_RULES(&v->why, JPKIP_B10, JPKIP_L9);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_EXTEND);
		return;
	}
	jpkip_note_card_end(&v->why, f->card_until, on);
	JPKIP_ADVICE(&v->why, JPKI_ADVICE_WITH_CARD);
}

static void
explain_renewal(const struct jpki_renewal_facts *f, struct jpki_date on,
    struct jpki_verdict *v)
{
	JPKIP_RULES(&v->why, JPKIP_C1, JPKIP_L2, JPKIP_L3);
	JPKIP_ADVICE(&v->why, v->state == JPKI_STATE_RENEW ?
	    JPKI_ADVICE_RENEW : JPKI_ADVICE_RENEW_LATER);
	JPKIP_RULES(&v->why, JPKIP_L17, JPKIP_L9);
	if (f->card_until.year == 0)
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_UNLESS_CARD);
	jpkip_note_card_end(&v->why, f->card_until, on);
	JPKIP_RULES(&v->why, JPKIP_C5, JPKIP_C6, JPKIP_E8, JPKIP_C7,
	    JPKIP_C2, JPKIP_C3, JPKIP_C4, JPKIP_C8, JPKIP_H3, JPKIP_H4,
	    JPKIP_D11, JPKIP_L10);
	JPKIP_ADVICE(&v->why, JPKI_ADVICE_BRING, JPKI_ADVICE_FORGOTTEN,
	    JPKI_ADVICE_PLACE, JPKI_ADVICE_AGENT, JPKI_ADVICE_FEE,
	    JPKI_ADVICE_WAIT_24H);
	/* The last day is the birthday, as a rule. */
	if (on.year != 0)
		jpkip_note_last_day(v);
}

static void
judge(const struct jpki_renewal_facts *f, struct jpki_date on,
    struct jpki_verdict *v)
{
	bool in_vain;

	v->until = f->until;
	if (f->card_until.year != 0 &&
	    jpki_date_cmp(f->card_until, v->until) < 0)
		v->until = f->card_until;
	if (f->stay_until.year != 0 &&
	    jpki_date_cmp(f->stay_until, v->until) < 0)
		v->until = f->stay_until;
	v->until_latest = v->until;
	in_vain = ends_with(f->card_until, v) || ends_with(f->stay_until, v);
	if (!in_vain)
		v->renew_from = jpkip_renew_from(v->until);
	jpkip_settle(v, on);
	v->from = v->renew_from;
	if (v->state == JPKI_STATE_EXPIRED) {
		JPKIP_RULES(&v->why, JPKIP_C1, JPKIP_L2, JPKIP_L3);
		explain_expired(f, v, in_vain);
		v->renew_from = no_date;
	} else if (in_vain) {
		explain_in_vain(f, on, v);
	} else {
		explain_renewal(f, on, v);
	}
}

int
jpki_rules_renew(const struct jpki_renewal_facts *facts, struct jpki_date on,
    struct jpki_verdict **out)
{
	struct jpki_renewal_facts f;
	struct jpki_verdict v = { 0 };

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (!jpkip_record_get(&f, sizeof(f), facts) || f.reserved != 0)
		return JPKI_ERR_USAGE;
	if (!jpkip_date_valid(f.until) || !jpkip_date_ok(f.card_until) ||
	    !jpkip_date_ok(f.stay_until) || !jpkip_date_ok(on))
		return JPKI_ERR_VALUE;
	judge(&f, on, &v);
	return jpkip_verdict_give(&v, out);
}

int
jpki_rules_renewal(struct jpki_date until, struct jpki_date on,
    struct jpki_verdict **out)
{
	struct jpki_renewal_facts f = { .size = sizeof(f), .until = until };

	return jpki_rules_renew(&f, on, out);
}
