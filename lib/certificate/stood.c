/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer tells of the day that it was made on. What is revoked stays so;
 * what is on hold is so from the hold's date to the answer's; and what is
 * good on some day was not revoked before, but may have been on hold: lists
 * forget a hold that is over. So a later "good" says nothing of the days
 * between the last answer that knew of a hold and itself.
 */
#include "certificate/stood.h"

#include <string.h>

#include "certificate/cert_record.h"
#include "certificate/check.h"

/* An answer that names no end is believed for a day: the service makes new
 * ones at least daily. */
#define UNNAMED_LIFE	86400

int64_t
jpkip_stood_end(const struct jpki_revocation *found)
{
	return found->next_update != 0 ? found->next_update :
	    found->this_update + UNNAMED_LIFE;
}

bool
jpkip_stood_counts(const struct jpki_check *check,
    const struct jpki_revocation *found)
{
	return found->state == JPKI_REVOCATION_REVOKED ||
	    jpkip_stood_end(found) >= check->at;
}

/* What is revoked or on hold is so from that date; or, where the date is
 * later than the answer itself, from the day that the answer said it. */
static int64_t
from(const struct jpki_revocation *found)
{
	return found->time < found->this_update ? found->time :
	    found->this_update;
}

/* ---- An order of answers ---- */

/* Of the same day the worse one counts. */
static int
weight(const struct jpkip_answer *a)
{
	switch (a->found.state) {
	case JPKI_REVOCATION_REVOKED:
		return 2;
	case JPKI_REVOCATION_ON_HOLD:
		return 1;
	default:
		return 0;
	}
}

static int
compare(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* All of an answer, so that no two that differ are equal. Greater: counts
 * before the other. */
static int
compare_answers(const struct jpkip_answer *a, const struct jpkip_answer *b)
{
	const struct jpki_revocation *x = &a->found, *y = &b->found;
	int r;

	if ((r = compare(x->this_update, y->this_update)) != 0 ||
	    (r = compare(weight(a), weight(b))) != 0 ||
	    (r = compare(jpkip_stood_end(x), jpkip_stood_end(y))) != 0 ||
	    (r = compare(y->time, x->time)) != 0 ||
	    (r = compare(x->reason, y->reason)) != 0 ||
	    (r = compare(x->next_update, y->next_update)) != 0 ||
	    (r = compare(x->ocsp, y->ocsp)) != 0)
		return r;
	return compare(a->released, b->released);
}

/* The greatest that a test takes; NULL: none. */
typedef bool takes(const struct jpki_check *, const struct jpkip_answer *);

static const struct jpkip_answer *
last(const struct jpki_check *check, takes *take)
{
	const struct jpkip_answer *a, *found = NULL;

	for (a = check->answers; a < check->answers + check->n_answers; a++)
		if (take(check, a) &&
		    (found == NULL || compare_answers(a, found) > 0))
			found = a;
	return found;
}

static bool
is_revoked(const struct jpki_check *check, const struct jpkip_answer *a)
{
	(void)check;
	return a->found.state == JPKI_REVOCATION_REVOKED;
}

static bool
is_known(const struct jpki_check *check, const struct jpkip_answer *a)
{
	(void)check;
	return a->found.state != JPKI_REVOCATION_UNKNOWN;
}

static bool
is_known_before(const struct jpki_check *check, const struct jpkip_answer *a)
{
	return is_known(check, a) && a->found.this_update <= check->at;
}

static bool
is_current(const struct jpki_check *check, const struct jpkip_answer *a)
{
	return is_known(check, a) && !a->change &&
	    jpkip_stood_counts(check, &a->found);
}

static bool
is_current_unknown(const struct jpki_check *check,
    const struct jpkip_answer *a)
{
	return !is_known(check, a) && jpkip_stood_counts(check, &a->found);
}

/* ---- What is known last ---- */

/* Nothing: as at first. Once on hold and then not, or the reverse, and what
 * says so last is too old itself: not known, since the hold's date. */
static void
settle_open(struct jpki_revocation *out, const struct jpkip_answer *newest,
    const struct jpkip_answer *current)
{
	*out = current->found;
	if (newest->found.state == out->state)
		return;
	if (newest->found.state == JPKI_REVOCATION_ON_HOLD)
		*out = newest->found;
	out->state = JPKI_REVOCATION_UNKNOWN;
	out->reason = -1;
	out->this_update = newest->found.this_update;
}

void
jpkip_stood_settle(struct jpki_check *check)
{
	const struct jpkip_answer *current = last(check, is_current), *other;

	if ((other = last(check, is_revoked)) != NULL)
		check->revocation = other->found;
	else if (current != NULL)
		settle_open(&check->revocation, last(check, is_known),
		    current);
	else if ((other = last(check, is_current_unknown)) != NULL)
		check->revocation = other->found;
	else
		check->revocation =
		    (struct jpki_revocation){ .reason = -1 };
}

/* ---- At the moment ---- */

/* Whether an answer says that something had begun and had not ended. */
static bool
covers(const struct jpki_check *check, const struct jpki_revocation *found,
    enum jpki_revocation_state state)
{
	return found->state == state && from(found) <= check->at &&
	    (state == JPKI_REVOCATION_REVOKED ||
	    found->this_update >= check->at);
}

static bool
any_covers(const struct jpki_check *check, enum jpki_revocation_state state)
{
	const struct jpkip_answer *a;

	for (a = check->answers; a < check->answers + check->n_answers; a++)
		if (covers(check, &a->found, state))
			return true;
	return false;
}

/* After the moment, and it counts or is a change. */
static bool
is_after(const struct jpki_check *check, const struct jpkip_answer *a)
{
	return is_known(check, a) && a->found.this_update > check->at &&
	    (a->change || jpkip_stood_counts(check, &a->found));
}

/* The first of them; of the same day one that knows of a hold before. */
static const struct jpkip_answer *
next(const struct jpki_check *check)
{
	const struct jpkip_answer *a, *found = NULL;
	int r;

	for (a = check->answers; a < check->answers + check->n_answers; a++) {
		if (!is_after(check, a))
			continue;
		r = found == NULL ? -1 : compare(a->found.this_update,
		    found->found.this_update);
		if (r < 0 || (r == 0 && (a->released > found->released ||
		    (a->released == found->released &&
		    compare_answers(a, found) > 0))))
			found = a;
	}
	return found;
}

/* On hold before the moment, and something else is known after it. */
static enum jpki_revocation_state
then_after_hold(const struct jpki_check *check,
    const struct jpki_revocation *before, const struct jpki_revocation *after)
{
	switch (after->state) {
	case JPKI_REVOCATION_REVOKED:
		return jpkip_stood_counts(check, before) ?
		    JPKI_REVOCATION_ON_HOLD : JPKI_REVOCATION_UNKNOWN;
	case JPKI_REVOCATION_ON_HOLD:
		return after->time == before->time ?
		    JPKI_REVOCATION_ON_HOLD : JPKI_REVOCATION_UNKNOWN;
	default:
		return JPKI_REVOCATION_UNKNOWN;
	}
}

enum jpki_revocation_state
jpkip_stood_then(const struct jpki_check *check)
{
	const struct jpkip_answer *before, *after;

	if (check->revocation.state == JPKI_REVOCATION_NOT_CHECKED)
		return JPKI_REVOCATION_NOT_CHECKED;
	if (any_covers(check, JPKI_REVOCATION_REVOKED))
		return JPKI_REVOCATION_REVOKED;
	if (any_covers(check, JPKI_REVOCATION_ON_HOLD))
		return JPKI_REVOCATION_ON_HOLD;
	if ((after = next(check)) == NULL)
		return check->revocation.state;
	before = last(check, is_known_before);
	if (before != NULL && before->found.state == JPKI_REVOCATION_ON_HOLD)
		return then_after_hold(check, &before->found, &after->found);
	/* Released by then, of a hold that nobody saw begin. */
	return after->released ? JPKI_REVOCATION_UNKNOWN :
	    JPKI_REVOCATION_GOOD;
}
