/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Civil dates in Japan (UTC+9, no daylight saving time), proleptic Gregorian.
 * No clock and no C library time zone in here.
 */
#ifndef JPKIP_DATE_H
#define JPKIP_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jpkip_date {
	int16_t year;		/* 1..9999 */
	uint8_t month;		/* 1..12 */
	uint8_t day;		/* 1..31 */
};

#define JPKIP_DATE_TEXT 11	/* "YYYY-MM-DD" and NUL */

bool	jpkip_date_valid(struct jpkip_date);

/* "YYYY-MM-DD" exactly. */
bool	jpkip_date_parse(const char *text, struct jpkip_date *out);
void	jpkip_date_format(struct jpkip_date, char out[JPKIP_DATE_TEXT]);

/* <0, 0, >0 as with strcmp. */
int	jpkip_date_cmp(struct jpkip_date, struct jpkip_date);

/* Days since 1970-01-01. */
int32_t	jpkip_date_days(struct jpkip_date);
struct jpkip_date jpkip_date_from_days(int32_t);

/* The first second of the day in Japan, in seconds since 1970-01-01 UTC, and
 * back. */
int64_t	jpkip_date_begin(struct jpkip_date);
struct jpkip_date jpkip_date_from_time(int64_t);

/*
 * The n-th birthday after "from"; a birthday on "from" itself does not count.
 * Whoever is born on 29 February has the birthday on 1 March in common years
 * (no primary source exists for the certificates; some count 28 February).
 */
struct jpkip_date jpkip_date_nth_birthday(struct jpkip_date birth,
	    struct jpkip_date from, int n);

/* Completed years of age on a day. */
int	jpkip_date_age(struct jpkip_date birth, struct jpkip_date on);

#endif
