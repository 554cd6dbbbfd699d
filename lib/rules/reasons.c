/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/reasons.h"

static void
add_row(struct jpki_why *why, enum jpkip_row row)
{
	size_t i;

	for (i = 0; i < why->n_rows; i++)
		if (why->rows[i] == row)
			return;
	why->rows[why->n_rows++] = row;
}

void
jpkip_why_rules(struct jpki_why *why, const enum jpkip_row *row)
{
	for (; *row != JPKIP_NO_ROW; row++)
		add_row(why, *row);
}

static void
add_advice(struct jpki_why *why, enum jpki_advice advice)
{
	size_t i;

	for (i = 0; i < why->n_advice; i++)
		if (why->advice[i] == advice)
			return;
	why->advice[why->n_advice++] = advice;
}

void
jpkip_why_advice(struct jpki_why *why, const enum jpki_advice *advice)
{
	for (; *advice != 0; advice++)
		add_advice(why, *advice);
}

void
jpkip_why_add(struct jpki_why *why, const struct jpki_why *more)
{
	size_t i;

	for (i = 0; i < more->n_rows; i++)
		add_row(why, more->rows[i]);
	for (i = 0; i < more->n_advice; i++)
		add_advice(why, more->advice[i]);
}

size_t
jpki_why_rule_count(const struct jpki_why *why)
{
	return why != NULL ? why->n_rows : 0;
}

const struct jpki_rule *
jpki_why_rule(const struct jpki_why *why, size_t i)
{
	return i < jpki_why_rule_count(why) ? jpkip_rule(why->rows[i]) : NULL;
}

size_t
jpki_why_advice_count(const struct jpki_why *why)
{
	return why != NULL ? why->n_advice : 0;
}

enum jpki_advice
jpki_why_advice(const struct jpki_why *why, size_t i)
{
	return i < jpki_why_advice_count(why) ? why->advice[i] :
	    (enum jpki_advice)0;
}
