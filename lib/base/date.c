/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include <stdio.h>

#define DAY_SECONDS 86400
#define JST_OFFSET (9 * 3600)

static bool
leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_days(int year, int month)
{
	static const uint8_t days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[month - 1] + (month == 2 && leap(year));
}

bool
jpkip_date_valid(struct jpki_date d)
{
	return d.year >= 1 && d.year <= 9999 &&
	    d.month >= 1 && d.month <= 12 &&
	    d.day >= 1 && d.day <= month_days(d.year, d.month);
}

static bool
digits(const char *text, size_t n, int *out)
{
	int value = 0;

	for (; n > 0; n--, text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (*text - '0');
	}
	*out = value;
	return true;
}

bool
jpki_date_parse(const char *text, struct jpki_date *out)
{
	struct jpki_date d;
	int year, month, day;

	if (!digits(text, 4, &year) || text[4] != '-' ||
	    !digits(text + 5, 2, &month) || text[7] != '-' ||
	    !digits(text + 8, 2, &day) || text[10] != '\0')
		return false;
	d.year = (int16_t)year;
	d.month = (uint8_t)month;
	d.day = (uint8_t)day;
	if (!jpkip_date_valid(d))
		return false;
	*out = d;
	return true;
}

void
jpki_date_format(struct jpki_date d, char out[JPKI_DATE_TEXT])
{
	snprintf(out, JPKI_DATE_TEXT, "%04u-%02u-%02u",
	    (unsigned)d.year % 10000, d.month % 100u, d.day % 100u);
}

int
jpki_date_cmp(struct jpki_date a, struct jpki_date b)
{
	if (a.year != b.year)
		return a.year < b.year ? -1 : 1;
	if (a.month != b.month)
		return a.month < b.month ? -1 : 1;
	return a.day < b.day ? -1 : a.day > b.day;
}

/* Days before 1 January of a year, counted from 0001-01-01. */
static int32_t
days_before_year(int year)
{
	int32_t y = year - 1;

	return y * 365 + y / 4 - y / 100 + y / 400;
}

int32_t
jpkip_date_days(struct jpki_date d)
{
	int32_t days = days_before_year(d.year) - days_before_year(1970);
	int month;

	for (month = 1; month < d.month; month++)
		days += month_days(d.year, month);
	return days + d.day - 1;
}

struct jpki_date
jpkip_date_from_days(int32_t days)
{
	static const struct jpki_date first = { 1, 1, 1 };
	static const struct jpki_date last = { 9999, 12, 31 };
	struct jpki_date d;
	int32_t rest;
	int year, month = 1;

	if (days < jpkip_date_days(first))
		return first;
	if (days > jpkip_date_days(last))
		return last;
	rest = days + days_before_year(1970);

	/* A guess that is never too late, then a few steps. */
	year = (int)(rest / 366) + 1;
	while (days_before_year(year + 1) <= rest)
		year++;
	rest -= days_before_year(year);
	while (rest >= month_days(year, month))
		rest -= month_days(year, month++);
	d.year = (int16_t)year;
	d.month = (uint8_t)month;
	d.day = (uint8_t)(rest + 1);
	return d;
}

int64_t
jpki_date_begin(struct jpki_date d)
{
	return (int64_t)jpkip_date_days(d) * DAY_SECONDS - JST_OFFSET;
}

int64_t
jpkip_date_end(struct jpki_date last)
{
	return jpki_date_begin(last) + DAY_SECONDS - 1;
}

struct jpki_date
jpki_date_from_time(int64_t t)
{
	int64_t local, days;

	if (t > INT64_MAX - JST_OFFSET)
		t = INT64_MAX - JST_OFFSET;
	local = t + JST_OFFSET;
	days = local / DAY_SECONDS - (local % DAY_SECONDS < 0);

	/* Beyond what an int32_t holds there is no year of four digits. */
	if (days > INT32_MAX)
		days = INT32_MAX;
	if (days < INT32_MIN)
		days = INT32_MIN;
	return jpkip_date_from_days((int32_t)days);
}

/* The birthday in a year. */
static struct jpki_date
birthday(struct jpki_date birth, int year, enum jpki_feb29 feb29)
{
	struct jpki_date d = birth;

	d.year = (int16_t)year;
	if (d.month == 2 && d.day == 29 && !leap(year)) {
		d.month = feb29 == JPKI_FEB29_FEB28 ? 2 : 3;
		d.day = feb29 == JPKI_FEB29_FEB28 ? 28 : 1;
	}
	return d;
}

struct jpki_date
jpkip_date_nth_birthday(struct jpki_date birth, struct jpki_date from, int n,
    enum jpki_feb29 feb29)
{
	int year = from.year;

	if (jpki_date_cmp(birthday(birth, year, feb29), from) <= 0)
		year++;
	return birthday(birth, year + n - 1, feb29);
}

int
jpkip_date_age(struct jpki_date birth, struct jpki_date on,
    enum jpki_feb29 feb29)
{
	int age = on.year - birth.year;

	return jpki_date_cmp(birthday(birth, on.year, feb29), on) > 0 ?
	    age - 1 : age;
}

bool
jpkip_date_add_months(struct jpki_date d, int months, struct jpki_date *out)
{
	int n = d.year * 12 + d.month - 1 + months;
	struct jpki_date first;

	if (n < 12 || n >= 10000 * 12) {
		*out = jpkip_date_from_days(n < 12 ? INT32_MIN : INT32_MAX);
		return true;
	}
	first.year = (int16_t)(n / 12);
	first.month = (uint8_t)(n % 12 + 1);
	first.day = 1;
	if (d.day > month_days(first.year, first.month)) {
		*out = jpkip_date_add_days(first,
		    month_days(first.year, first.month));
		return false;
	}
	*out = first;
	out->day = d.day;
	return true;
}

struct jpki_date
jpkip_date_add_days(struct jpki_date d, int32_t days)
{
	return jpkip_date_from_days(jpkip_date_days(d) + days);
}
