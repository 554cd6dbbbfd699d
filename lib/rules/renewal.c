/* SPDX-License-Identifier: Apache-2.0 */
/* The renewal of a certificate of which only the last day is known. */
#include <jpki/err.h>

#include "base/date.h"
#include "rules/verdict.h"

static void
explain(struct jpki_verdict *v)
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
	/* Nobody said whether it is its card that ends then. */
	JPKIP_RULES(&v->why, JPKIP_L17, JPKIP_L9);
	JPKIP_ADVICE(&v->why, JPKI_ADVICE_UNLESS_CARD);
	JPKIP_RULES(&v->why, JPKIP_C5, JPKIP_C6, JPKIP_E8, JPKIP_C7,
	    JPKIP_C2, JPKIP_C3, JPKIP_C4, JPKIP_C8, JPKIP_H3, JPKIP_H4,
	    JPKIP_D11, JPKIP_L10);
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
	v.until = v.until_latest = until;
	v.renew_from = jpkip_renew_from(until);
	jpkip_settle(&v, on);
	v.from = v.renew_from;
	explain(&v);
	if (v.state == JPKI_STATE_EXPIRED) {
		v.renew_from = (struct jpki_date){ 0, 0, 0 };
	} else if (on.year != 0 && v.days_left == 0) {
		/* The last day is the birthday, as a rule. */
		JPKIP_RULES(&v.why, JPKIP_L5, JPKIP_B12);
		JPKIP_ADVICE(&v.why, JPKI_ADVICE_OPEN_BIRTHDAY);
	}
	return jpkip_verdict_give(&v, out);
}
