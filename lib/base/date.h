/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic on civil dates; proleptic Gregorian. */
#ifndef JPKIP_DATE_H
#define JPKIP_DATE_H

#include <jpki/date.h>

bool	jpkip_date_valid(struct jpki_date);

/* Days since 1970-01-01; back: outside the years 1 to 9999 the nearest day. */
int32_t	jpkip_date_days(struct jpki_date);
struct jpki_date jpkip_date_from_days(int32_t);

/*
 * The n-th birthday after "from"; a birthday on "from" itself does not count.
 * Whoever is born on 29 February has the birthday on 1 March in common years
 * (no primary source exists for the certificates; some count 28 February).
 */
struct jpki_date jpkip_date_nth_birthday(struct jpki_date birth,
	    struct jpki_date from, int n);

/* Completed years of age on a day. */
int	jpkip_date_age(struct jpki_date birth, struct jpki_date on);

#endif
