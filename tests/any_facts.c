/* SPDX-License-Identifier: Apache-2.0 */
#include "any_facts.h"

#include <string.h>

#define DAY 86400

static uint64_t seed = 20160101;

/* xorshift64 */
uint32_t
any(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % below;
}

int64_t
any_time(void)
{
	int64_t t = 1388534400 + (int64_t)any(8400) * DAY;

	return any(3) == 0 ? t - 9 * 3600 + (int64_t)any(3) - 1 :
	    t + any(DAY);
}

struct jpki_date
any_day(void)
{
	struct jpki_date d = jpki_date_from_time(any_time());

	/* Ends of months and 29 February more often. */
	if (any(8) == 0)
		d = (struct jpki_date){ (int16_t)(2016 + 4 * (int)any(5)), 2,
		    29 };
	else if (any(8) == 0)
		d.day = 28;
	return d;
}

struct jpki_date
maybe_day(struct jpki_date not_before)
{
	static const struct jpki_date none = { 0, 0, 0 };
	struct jpki_date d = any_day();

	return any(2) == 0 || jpki_date_cmp(d, not_before) < 0 ? none : d;
}

bool
any_whole_facts(struct jpki_validity_facts *f)
{
	memset(f, 0, sizeof(*f));
	f->size = sizeof(*f);
	f->key = any(2) ? JPKI_KEY_AUTH : JPKI_KEY_SIGN;
	f->issued = any_day();
	f->birth = any_day();
	f->birth.year = (int16_t)(f->birth.year - 4 * (int)any(25));
	if (jpki_date_cmp(f->birth, f->issued) > 0 ||
	    (f->birth.year == 1900 && f->birth.day == 29))
		return false;
	f->card_until = jpki_date_from_time(jpki_date_begin(f->issued) +
	    (int64_t)any(4000) * DAY);
	if (any(3) == 0)
		f->stay_until = jpki_date_from_time(jpki_date_begin(
		    f->card_until) + (int64_t)any(100) * DAY);
	if (f->key == JPKI_KEY_SIGN)
		f->auth_until = any(3) == 0 ? f->card_until :
		    jpki_date_from_time(jpki_date_begin(f->issued) +
		    (int64_t)any(1 + (uint32_t)((jpki_date_begin(
		    f->card_until) - jpki_date_begin(f->issued)) / DAY)) *
		    DAY);
	f->renewed_from = maybe_day(f->issued);
	f->feb29 = (enum jpki_feb29)any(2);
	return true;
}
