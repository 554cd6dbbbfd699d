/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/span.h"

#include "base/date.h"

bool
jpkip_span_one(const struct jpkip_span *span)
{
	return jpki_date_cmp(span->first, span->last) == 0;
}

bool
jpkip_birth_ok(struct jpki_date d)
{
	if (d.year == 0)
		return true;
	if (d.day == 0 && d.month == 0)
		d.month = 1;
	if (d.day == 0)
		d.day = 1;
	return jpkip_date_valid(d);
}

struct jpkip_span
jpkip_births(struct jpki_date birth, struct jpki_date limit)
{
	struct jpkip_span span = { birth, birth };

	if (birth.year == 0) {
		span.first = (struct jpki_date){ 4, 1, 1 };
		span.last = (struct jpki_date){ 4, 12, 31 };
		return span;
	}
	if (birth.month == 0) {
		span.first.month = span.first.day = 1;
		span.last.month = 12;
		span.last.day = 31;
	} else if (birth.day == 0) {
		span.first.day = 1;
		jpkip_date_add_months(span.first, 1, &span.last);
		/* The end of the last month of all is where it stands. */
		if (jpki_date_cmp(span.last, span.first) > 0 &&
		    span.last.day == 1)
			span.last = jpkip_date_add_days(span.last, -1);
	}
	if (jpki_date_cmp(limit, span.last) < 0)
		span.last = limit;
	return span;
}

struct jpkip_span
jpkip_birthdays(const struct jpkip_span *births, struct jpki_date from, int n,
    enum jpki_feb29 feb29)
{
	int32_t i, end = jpkip_date_days(births->last);
	struct jpkip_span span = { { 0, 0, 0 }, { 0, 0, 0 } };

	for (i = jpkip_date_days(births->first); i <= end; i++) {
		struct jpki_date d = jpkip_date_nth_birthday(
		    jpkip_date_from_days(i), from, n, feb29);

		if (span.first.year == 0 || jpki_date_cmp(d, span.first) < 0)
			span.first = d;
		if (jpki_date_cmp(span.last, d) < 0)
			span.last = d;
	}
	return span;
}
