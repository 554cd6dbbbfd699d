/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days that are known only roughly: a date of birth without its day or month,
 * and the birthdays that follow from it.
 */
#ifndef JPKIP_SPAN_H
#define JPKIP_SPAN_H

#include <jpki/date.h>

/* One of these days, both included. */
struct jpkip_span {
	struct jpki_date first, last;
};

/* Whether it is one day. */
bool	jpkip_span_one(const struct jpkip_span *);

/* A date of birth: a day that exists, YYYY-MM-00, YYYY-00-00, or none. */
bool	jpkip_birth_ok(struct jpki_date);

/* The days that a date of birth may mean, none after a limit. Of no date at
 * all every day of some leap year, which will do for birthdays. */
struct jpkip_span jpkip_births(struct jpki_date birth,
	    struct jpki_date limit);

/* From the earliest to the latest n-th birthday after "from". */
struct jpkip_span jpkip_birthdays(const struct jpkip_span *births,
	    struct jpki_date from, int n, enum jpki_feb29);

#endif
