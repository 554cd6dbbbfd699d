/* SPDX-License-Identifier: Apache-2.0 */
/* Reasons and advice: how a verdict says why. */
#ifndef JPKIP_REASONS_H
#define JPKIP_REASONS_H

#include <jpki/rules.h>

#include "rules/law_book.h"
#include "rules/words.h"

/* Each row and each advice at most once, so that there is room for all. */
struct jpki_why {
	size_t n_rows, n_advice;
	enum jpkip_row rows[JPKIP_ROWS];
	enum jpki_advice advice[JPKIP_ADVICES];
};

/* Appends rows or advice that are not there yet. The lists end with
 * JPKIP_NO_ROW and 0. */
void	jpkip_why_rules(struct jpki_why *, const enum jpkip_row *);
void	jpkip_why_advice(struct jpki_why *, const enum jpki_advice *);

#define JPKIP_RULES(why, ...) \
	jpkip_why_rules(why, (const enum jpkip_row[]){ __VA_ARGS__, \
	    JPKIP_NO_ROW })
#define JPKIP_ADVICE(why, ...) \
	jpkip_why_advice(why, (const enum jpki_advice[]){ __VA_ARGS__, \
	    (enum jpki_advice)0 })

/* Appends what another verdict says. */
void	jpkip_why_add(struct jpki_why *, const struct jpki_why *more);

#endif
