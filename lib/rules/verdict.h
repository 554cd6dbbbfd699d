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
	struct jpki_date from, until, until_latest, renew_from;
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

/* What to do about a certificate that can be renewed now. */
void	jpkip_advise_renewal(struct jpki_why *);

/* Where it is renewed on its last day, its birthday: whether that counts is
 * open. days_left is known. */
void	jpkip_note_last_day(struct jpki_verdict *);

/* A card that ends within three months of a day needs a successor. */
void	jpkip_note_card_end(struct jpki_why *, struct jpki_date card_until,
	    struct jpki_date on);

/* What counting birthdays leaves open, if it decides: that of a whole date of
 * birth after "from". */
void	jpkip_note_birthday(struct jpki_why *, struct jpki_date birth,
	    struct jpki_date from, enum jpki_feb29);

/* The other way to count 29 February. */
enum jpki_feb29 jpkip_feb29_other(enum jpki_feb29);

/* 29 February decided. */
void	jpkip_note_feb29(struct jpki_why *);

#endif
