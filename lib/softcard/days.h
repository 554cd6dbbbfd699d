/* SPDX-License-Identifier: Apache-2.0 */
/* A new card's defaults, and the days of its certificates. */
#ifndef JPKIP_SOFT_DAYS_H
#define JPKIP_SOFT_DAYS_H

#include "softcard/state.h"

/* Before and after the options of a new card: defaults that depend on
 * nothing, and the rest (days, generation), with the checks across. */
void	jpkip_soft_defaults(struct jpkip_soft_state *);
int	jpkip_soft_settle(struct jpki_ctx *, struct jpkip_soft_state *,
	    struct jpki_date today) JPKI_CHECK;

/* The day of issue of a certificate that is to end with the day "last": the
 * card's own, or an earlier one when that would be too late; JPKI_ERR_VALUE
 * when the issuing CA does not reach back so far. */
int	jpkip_soft_issue_day(struct jpki_ctx *,
	    const struct jpkip_soft_state *, struct jpki_date last,
	    struct jpki_date *out) JPKI_CHECK;

#endif
