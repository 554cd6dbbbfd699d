/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Civil dates in Japan. The service counts in days of Japan (UTC+9, no
 * daylight saving time), wherever the computer stands; a certificate that
 * ends with a day is good until 23:59:59 there. No clock and no TZ in here.
 */
#ifndef JPKI_DATE_H
#define JPKI_DATE_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jpki_date {
	int16_t year;		/* 1..9999, Gregorian; 0: no date */
	uint8_t month;		/* 1..12 */
	uint8_t day;		/* 1..31 */
};

/*
 * The birthday, in a common year, of who is born on 29 February. No primary
 * source says what the certificates do: some count 1 March, some 28 February.
 * A certificate carries its own last day; that one decides.
 */
enum jpki_feb29 {
	JPKI_FEB29_MAR1 = 0,	/* 1 March */
	JPKI_FEB29_FEB28	/* 28 February */
};

#define JPKI_DATE_TEXT 11	/* "YYYY-MM-DD" and NUL */

/* Reads "YYYY-MM-DD" exactly, a day that exists. */
JPKI_API bool jpki_date_parse(const char *text, struct jpki_date *out)
    JPKI_CHECK;

/* Writes "YYYY-MM-DD". */
JPKI_API void jpki_date_format(struct jpki_date d, char out[JPKI_DATE_TEXT]);

/* <0, 0, >0 as with strcmp. */
JPKI_API int jpki_date_cmp(struct jpki_date a, struct jpki_date b);

/* The day in Japan at a moment, in seconds since 1970-01-01 UTC; outside the
 * years 1 to 9999 the nearest day. */
JPKI_API struct jpki_date jpki_date_from_time(int64_t t);

/* The first second of a day in Japan, in seconds since 1970-01-01 UTC. */
JPKI_API int64_t jpki_date_begin(struct jpki_date d);

#ifdef __cplusplus
}
#endif

#endif
