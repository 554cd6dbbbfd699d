/* SPDX-License-Identifier: Apache-2.0 */
/* Who may have which certificate. */
#include <jpki/err.h>

#include <stdlib.h>

#include "base/date.h"
#include "rules/span.h"
#include "rules/verdict.h"

#define SIGN_AGE 15

/* Of a date of birth that is not whole, ages are a range. */
struct jpki_who {
	int youngest, oldest;
	bool may_sign, may_not;	/* both: it depends on the birthday */
	struct jpki_date sign_from;
	struct jpki_why why;
};

static void
explain(struct jpki_who *who, bool child, bool ward)
{
	struct jpki_why *why = &who->why;

	if (child)
		JPKIP_RULES(why, JPKIP_G2, JPKIP_B6b);
	if (ward)
		JPKIP_RULES(why, JPKIP_G3);
	if (who->may_not)
		JPKIP_RULES(why, JPKIP_G4, JPKIP_G5, JPKIP_A9);
	if (child)
		JPKIP_RULES(why, JPKIP_E9);
	if (who->may_sign && who->may_not)
		JPKIP_ADVICE(why, JPKI_ADVICE_SAY_BIRTH);
	else if (who->may_not)
		JPKIP_ADVICE(why, JPKI_ADVICE_NO_SIGN,
		    JPKI_ADVICE_REPRESENTATIVE);
	if (who->oldest < SIGN_AGE)
		JPKIP_ADVICE(why, JPKI_ADVICE_PROOF_FAMILY);
	if (child && !ward)
		JPKIP_ADVICE(why, JPKI_ADVICE_SIGN_LATER);
	if (ward)
		JPKIP_ADVICE(why, JPKI_ADVICE_PROOF_WARD);
	JPKIP_RULES(why, JPKIP_G1, JPKIP_A1, JPKIP_A5, JPKIP_A6, JPKIP_A2,
	    JPKIP_H1);
}

static struct jpki_date
fifteenth(struct jpki_date birth, enum jpki_feb29 feb29)
{
	return jpkip_date_nth_birthday(birth, birth, SIGN_AGE, feb29);
}

/* Ages, and what follows from them on a day. */
static void
judge(struct jpki_who *who, struct jpki_date birth, bool ward,
    struct jpki_date on, enum jpki_feb29 feb29)
{
	struct jpkip_span births = jpkip_births(birth, on);
	enum jpki_feb29 other = jpkip_feb29_other(feb29);
	bool child;

	who->oldest = jpkip_date_age(births.first, on, feb29);
	who->youngest = jpkip_date_age(births.last, on, feb29);
	child = who->youngest < SIGN_AGE;
	who->may_not = child || ward;
	who->may_sign = who->oldest >= SIGN_AGE && !ward;
	if (!who->may_sign && !ward && jpkip_span_one(&births) &&
	    birth.year + SIGN_AGE <= 9999)
		who->sign_from = fifteenth(birth, feb29);
	explain(who, child, ward);
	if (jpkip_date_age(births.first, on, other) != who->oldest ||
	    jpkip_date_age(births.last, on, other) != who->youngest ||
	    (who->sign_from.year != 0 && jpki_date_cmp(who->sign_from,
	    fifteenth(birth, other)) != 0))
		jpkip_note_feb29(&who->why);
}

int
jpki_rules_who(struct jpki_date birth, bool ward, struct jpki_date on,
    enum jpki_feb29 feb29, struct jpki_who **out)
{
	struct jpki_who *who;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if ((unsigned)feb29 > JPKI_FEB29_FEB28)
		return JPKI_ERR_USAGE;
	if (birth.year == 0 || !jpkip_birth_ok(birth) ||
	    !jpkip_date_valid(on) || jpki_date_cmp(on, birth) < 0)
		return JPKI_ERR_VALUE;
	if ((who = calloc(1, sizeof(*who))) == NULL)
		return JPKI_ERR_MEMORY;
	judge(who, birth, ward, on, feb29);
	*out = who;
	return 0;
}

void
jpki_who_free(struct jpki_who **who)
{
	if (who == NULL)
		return;
	free(*who);
	*who = NULL;
}

int
jpki_who_age(const struct jpki_who *who)
{
	return who != NULL ? who->youngest : 0;
}

int
jpki_who_age_oldest(const struct jpki_who *who)
{
	return who != NULL ? who->oldest : 0;
}

bool
jpki_who_certain(const struct jpki_who *who, enum jpki_key key)
{
	if (who == NULL)
		return false;
	return key == JPKI_KEY_AUTH || (key == JPKI_KEY_SIGN &&
	    who->may_sign != who->may_not);
}

bool
jpki_who_has(const struct jpki_who *who, enum jpki_key key)
{
	if (who == NULL)
		return false;
	return key == JPKI_KEY_AUTH || (key == JPKI_KEY_SIGN &&
	    !who->may_not);
}

bool
jpki_who_representative(const struct jpki_who *who)
{
	/* Whoever may not sign cannot apply alone either. */
	return who != NULL && who->may_not;
}

struct jpki_date
jpki_who_sign_from(const struct jpki_who *who)
{
	static const struct jpki_date none;

	return who != NULL ? who->sign_from : none;
}

const struct jpki_why *
jpki_who_why(const struct jpki_who *who)
{
	return who != NULL ? &who->why : NULL;
}
