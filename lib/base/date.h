/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic on civil dates; proleptic Gregorian. */
#ifndef JPKIP_DATE_H
#define JPKIP_DATE_H

#include <jpki/date.h>

bool	jpkip_date_valid(struct jpki_date);

/* Days since 1970-01-01; back: outside the years 1 to 9999 the nearest day. */
int32_t	jpkip_date_days(struct jpki_date);
struct jpki_date jpkip_date_from_days(int32_t);

/* The n-th birthday after "from"; a birthday on "from" itself does not
 * count. */
struct jpki_date jpkip_date_nth_birthday(struct jpki_date birth,
	    struct jpki_date from, int n, enum jpki_feb29);

/* Completed years of age on a day. */
int	jpkip_date_age(struct jpki_date birth, struct jpki_date on,
	    enum jpki_feb29);

/*
 * The day that many years or months later (earlier if negative). False, and
 * the first day of the next month, if the month does not have that day. Beyond
 * the years 1 to 9999 the nearest day.
 */
bool	jpkip_date_add_months(struct jpki_date, int months,
	    struct jpki_date *out);

/* Days later, or earlier if negative. */
struct jpki_date jpkip_date_add_days(struct jpki_date, int32_t days);

/* A validity that ends with a day ends at 23:59:59 in Japan. */
int64_t	jpkip_date_end(struct jpki_date last);

#endif
