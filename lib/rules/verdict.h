/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a verdict is inside. It is worked out by value, in functions that
 * cannot run out of memory; the public functions around them hand out a copy.
 */
#ifndef JPKIP_VERDICT_H
#define JPKIP_VERDICT_H

#include <jpki/rules.h>

#include "rules/reasons.h"

struct jpki_verdict {
	enum jpki_state state;
	struct jpki_date from, until, renew_from;
	int32_t days_left;
	struct jpki_why why;
};

/* A copy for the caller; 0 or JPKI_ERR_MEMORY. */
int	jpkip_verdict_give(const struct jpki_verdict *,
	    struct jpki_verdict **out) JPKI_CHECK;

/* Whether a date exists; no date at all is fine, too. */
bool	jpkip_date_ok(struct jpki_date);

/* The first day that a certificate that ends with a day can be renewed. */
struct jpki_date jpkip_renew_from(struct jpki_date until);

/* The state and the days left on a day, from the three dates of a verdict. */
void	jpkip_settle(struct jpki_verdict *, struct jpki_date on);

/* What to do about a certificate that can be renewed now; in vain if it ends
 * with its card. */
void	jpkip_advise_renewal(struct jpki_why *, bool ends_with_card);

#endif
