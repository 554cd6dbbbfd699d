/* SPDX-License-Identifier: Apache-2.0 */
/* Making verdicts. */
#ifndef JPKIP_REASONS_H
#define JPKIP_REASONS_H

#include <jpki/rules.h>

#include "rules/law_book.h"

/* Appends rows or advice that are not there yet; a full list stays as it is.
 * The lists end with JPKIP_NO_ROW and 0. */
void	jpkip_why_rules(struct jpki_why *, const enum jpkip_row *);
void	jpkip_why_advice(struct jpki_why *, const enum jpki_advice *);

#define JPKIP_RULES(why, ...) \
	jpkip_why_rules(why, (const enum jpkip_row[]){ __VA_ARGS__, \
	    JPKIP_NO_ROW })
#define JPKIP_ADVICE(why, ...) \
	jpkip_why_advice(why, (const enum jpki_advice[]){ __VA_ARGS__, \
	    (enum jpki_advice)0 })

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
