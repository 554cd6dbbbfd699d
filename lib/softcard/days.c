/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/days.h"

#include <string.h>

#include "certificate/soft_ca.h"
#include "softcard/options.h"
#include "softcard/pins.h"

#define DAYS_SINCE_ISSUE 30	/* of a new card */
#define CHILD_YEARS 10
#define LIFE_DAYS (4 * 365)	/* of a certificate that ends early */

void
jpkip_soft_defaults(struct jpkip_soft_state *state)
{
	static const struct {
		const char *name, *value;
	} defaults[] = {
		{ "profile", "card" },
		{ "name", "山田　太郎" },
		{ "address", "東京都見本市架空町一丁目２番３号" },
		{ "name-flags", "none" },
		{ "address-flags", "none" },
		{ "sex", "1" },
		{ "auth-pin", "1234" },
		{ "sign-pin", "ABC123" },
		{ "text-pin", "5678" },
		{ "sfi", "on" },
		{ "pss", "on" },
		{ "extended", "off" },
		{ "first-6f00", "off" },
		{ "blocked-sw", "6984" },
		{ "text-length", "short" },
		{ "filler", "64" },
		{ "reselect", "keep" },
		{ "delay-ms", "0" },
		{ "sign-ms", "0" },
		{ "signature", "right" }
	};
	size_t i;

	memset(state, 0, sizeof(*state));
	for (i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		jpkip_soft_option(defaults[i].name)->parse(state,
		    defaults[i].value);
	jpkip_soft_fill_tries(state);
}

/* The first day on which a generation's certificates can have begun. */
static struct jpki_date
first_day(int generation)
{
	struct jpkip_generation g =
	    jpkip_soft_generation(JPKI_KEY_AUTH, generation);

	return jpki_date_from_time(g.not_before + 86400);
}

static struct jpki_date
last_day(int generation)
{
	return jpki_date_from_time(
	    jpkip_soft_generation(JPKI_KEY_AUTH, generation).not_after);
}

static struct jpki_date
days_before(struct jpki_date day, int days)
{
	return jpkip_date_from_days(jpkip_date_days(day) - days);
}

/*
 * Recently; for an older generation, shortly before the next one took over;
 * and in any case before the day on which the certificates are to end.
 */
static struct jpki_date
default_issued(const struct jpkip_soft_state *state, struct jpki_date today)
{
	struct jpki_date day, first;

	if (state->generation == 0 || state->generation == JPKIP_GENERATIONS)
		day = days_before(today, DAYS_SINCE_ISSUE);
	else
		day = days_before(first_day(state->generation + 1),
		    DAYS_SINCE_ISSUE);
	if (state->not_after.year == 0 ||
	    jpki_date_cmp(day, state->not_after) <= 0)
		return day;
	first = first_day(state->generation == 0 ? 1 : state->generation);
	day = days_before(state->not_after, LIFE_DAYS);
	return jpki_date_cmp(day, first) < 0 ? first : day;
}

static struct jpki_date
default_birth(const struct jpkip_soft_state *state)
{
	struct jpki_date birth = { 1990, 2, 17 };

	if (state->profile == JPKIP_SOFT_CHILD)
		birth.year = (int16_t)(state->issued.year - CHILD_YEARS);
	return birth;
}

static int
bad_day(struct jpki_ctx *ctx, const char *option, struct jpki_date from,
    struct jpki_date to)
{
	char first[JPKI_DATE_TEXT], last[JPKI_DATE_TEXT];

	jpki_date_format(from, first);
	jpki_date_format(to, last);
	return jpkip_fail(ctx, JPKI_ERR_VALUE, "%s is a day from %s to %s",
	    "%s は %s から %s までの日付です", option, first, last);
}

/* Certificates of a generation are issued while it lasts. */
static int
bad_issued(struct jpki_ctx *ctx, int generation)
{
	char first[JPKI_DATE_TEXT], last[JPKI_DATE_TEXT];

	jpki_date_format(first_day(generation), first);
	jpki_date_format(last_day(generation), last);
	return jpkip_fail(ctx, JPKI_ERR_VALUE,
	    "with generation %d, issued is a day from %s to %s",
	    "generation が %d なら、issued は %s から %s までの日付です",
	    generation, first, last);
}

/* The ends that the rules give: the fifth birthday after the issue; not after
 * the auth certificate's for the sign certificate. */
static void
settle_ends(struct jpkip_soft_state *state)
{
	struct jpki_date birth = state->birth, rule;

	/* A birthday that nobody knows: the first it can be. */
	if (birth.month == 0)
		birth.month = 1;
	if (birth.day == 0)
		birth.day = 1;
	rule = jpkip_date_nth_birthday(birth, state->issued, 5,
	    JPKI_FEB29_MAR1);
	if (state->not_after.year != 0)
		rule = state->not_after;
	if (state->auth_not_after.year == 0)
		state->auth_not_after = rule;
	if (state->sign_not_after.year == 0)
		state->sign_not_after =
		    jpki_date_cmp(state->auth_not_after, rule) < 0 ?
		    state->auth_not_after : rule;
}

int
jpkip_soft_settle(struct jpki_ctx *ctx, struct jpkip_soft_state *state,
    struct jpki_date today)
{
	const struct jpki_date meiji = { 1868, 1, 25 };
	const struct jpki_date latest = { 2049, 12, 31 };
	bool chosen = state->generation != 0;
	int generation;

	if (state->profile == JPKIP_SOFT_CHILD &&
	    state->sign_not_after.year != 0)
		return jpkip_soft_no_sign(ctx, "sign-not-after");
	if (state->issued.year == 0)
		state->issued = default_issued(state, today);
	if (state->birth.year == 0)
		state->birth = default_birth(state);
	generation = chosen ? state->generation :
	    jpkip_soft_generation_on(state->issued);
	if (generation == 0 ||
	    jpki_date_cmp(state->issued, first_day(generation)) < 0 ||
	    jpki_date_cmp(state->issued, last_day(generation)) > 0)
		return chosen ? bad_issued(ctx, generation) :
		    bad_day(ctx, "issued", first_day(1),
		    last_day(JPKIP_GENERATIONS));
	state->generation = generation;
	if (jpki_date_cmp(state->birth, state->issued) > 0)
		return bad_day(ctx, "birth", meiji, state->issued);
	if (state->not_after.year != 0 &&
	    jpki_date_cmp(state->not_after, state->issued) < 0)
		return bad_day(ctx, "not-after", state->issued, latest);
	settle_ends(state);
	return 0;
}

int
jpkip_soft_issue_day(struct jpki_ctx *ctx, const struct jpkip_soft_state *state,
    struct jpki_date last, struct jpki_date *out)
{
	const struct jpki_date latest = { 2049, 12, 31 };
	struct jpki_date first = first_day(state->generation);

	*out = state->issued;
	if (jpki_date_cmp(*out, last) <= 0)
		return 0;
	if (jpki_date_cmp(last, first) < 0)
		return bad_day(ctx, "not-after", first, latest);
	*out = days_before(last, LIFE_DAYS);
	if (jpki_date_cmp(*out, first) < 0)
		*out = first;
	return 0;
}
