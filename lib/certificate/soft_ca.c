/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/soft_ca.h"

#include "base/date.h"

/* The windows are those of the service's CAs; the serials are not theirs. */
static const struct {
	uint32_t serial_sign, serial_auth;
	struct jpki_date begin;	/* in UTC */
	int32_t second_sign, second_auth;
	struct jpki_date last;		/* in Japan */
} generations[JPKIP_GENERATIONS] = {
	{ 0x01, 0x01, { 2015, 10, 20 },
	  2 * 3600 + 40 * 60 + 28, 3 * 3600 + 8 * 60 + 13,
	  { 2025, 10, 19 } },
	{ 0x0150c002, 0x0151a002, { 2019, 9, 14 },
	  23 * 3600 + 41 * 60 + 56, 23 * 3600 + 41 * 60 + 59,
	  { 2029, 9, 14 } },
	{ 0x0650c003, 0x0651a003, { 2023, 7, 16 },
	  50 * 60 + 27, 3600 + 60 + 4,
	  { 2033, 7, 15 } }
};

struct jpkip_generation
jpkip_soft_generation(enum jpki_key key, int generation)
{
	bool sign = key == JPKI_KEY_SIGN;
	struct jpkip_generation g = { 0, 0, 0 };

	if (generation < 1 || generation > JPKIP_GENERATIONS)
		return g;
	generation--;
	g.serial = sign ? generations[generation].serial_sign :
	    generations[generation].serial_auth;
	g.not_before =
	    (int64_t)jpkip_date_days(generations[generation].begin) * 86400 +
	    (sign ? generations[generation].second_sign :
	    generations[generation].second_auth);
	g.not_after = jpkip_date_end(generations[generation].last);
	return g;
}

int
jpkip_soft_generation_on(struct jpki_date day)
{
	int n;

	/* Both CAs of a generation began on the same day; certificates are
	 * made at night. */
	for (n = JPKIP_GENERATIONS; n > 0; n--)
		if (jpkip_soft_generation(JPKI_KEY_AUTH, n).not_before <
		    jpki_date_begin(day))
			break;
	return n;
}
