/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for calendars: RFC 5545. It does not say whose card it is.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/message.h"
#include "info.h"

#define OCTETS_MAX 75	/* octets of a line without its end */

/* How many octets the first character of a text has, which is UTF-8. */
static int
char_len(const char *text)
{
	int n = 1;

	while ((text[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* A content line: whole characters, those that are too many folded below; a
 * text escaped. */
static void
put_line(const char *name, const char *value)
{
	int used = (int)strlen(name), n;
	bool escape;

	fputs(name, stdout);
	for (; *value != '\0'; value += n) {
		n = char_len(value);
		escape = strchr("\\;,\n", *value) != NULL;
		if (used + n + escape > OCTETS_MAX) {
			fputs("\r\n ", stdout);
			used = 1;
		}
		if (escape)
			putchar('\\');
		printf("%.*s", n, *value == '\n' ? "n" : value);
		used += n + escape;
	}
	fputs("\r\n", stdout);
}

static void
put_stamp(int64_t when)
{
	char stamp[32] = "19700101T000000Z";
	time_t t = (time_t)when;
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	put_line("DTSTAMP:", stamp);
}

/* A day's event, and when before or after its midnight to ring. */
struct event {
	const char *word;	/* in its name */
	struct jpki_date on;
	const char *alarm;
	const char *summary, *description;
};

/* What stays the same for the same certificate, and tells nothing more than
 * the day itself, is the event's name: a later file replaces the events of an
 * earlier one. */
static void
put_event(const struct info *info, const struct event *event)
{
	char day[16], uid[96];

	snprintf(day, sizeof(day), "%04d%02d%02d", event->on.year,
	    event->on.month, event->on.day);
	snprintf(uid, sizeof(uid), "jpki-%s-%s@jpki-info.invalid",
	    event->word, day);
	fputs("BEGIN:VEVENT\r\n", stdout);
	put_line("UID:", uid);
	put_stamp(info->now);
	put_line("DTSTART;VALUE=DATE:", day);
	put_line("SUMMARY:", event->summary);
	put_line("DESCRIPTION:", event->description);
	fputs("CLASS:PRIVATE\r\nTRANSP:TRANSPARENT\r\n"
	    "BEGIN:VALARM\r\nACTION:DISPLAY\r\n", stdout);
	put_line("TRIGGER:", event->alarm);
	put_line("DESCRIPTION:", event->summary);
	fputs("END:VALARM\r\nEND:VEVENT\r\n", stdout);
}

static void
put_renewal(const struct info *info, const struct entry *e, const char *what)
{
	char text[512], summary[256], day[JPKI_DATE_TEXT];
	struct event event = { e->slot == JPKI_SLOT_SIGN ? "sign-renew" :
	    "auth-renew", e->renew_from, "PT9H", summary, text };

	jpki_date_format(e->until, day);
	snprintf(summary, sizeof(summary), pick(
	    "My Number Card: %s can be renewed",
	    "マイナンバーカード：%sを更新できます"), what);
	snprintf(text, sizeof(text), pick("Its last day is %s. %s %s",
	    "有効期間は %s までです。%s%s"), day,
	    jpki_advice_text(JPKI_ADVICE_RENEW, text_lang()),
	    jpki_advice_text(JPKI_ADVICE_BRING, text_lang()));
	put_event(info, &event);
}

/* Rings while there is time, in any case after today. */
static const char *
last_day_alarm(const struct entry *e)
{
	return e->days_left > 30 ? "-P30D" : e->days_left > 7 ? "-P7D" :
	    e->days_left > 1 ? "-P1D" : "PT9H";
}

static void
put_last_day(const struct info *info, const struct entry *e, const char *what)
{
	char summary[256];
	/* What ends with its card is not renewed. */
	struct event event = { e->slot == JPKI_SLOT_SIGN ? "sign-until" :
	    "auth-until", e->until, last_day_alarm(e), summary,
	    jpki_advice_text(e->renew_from.year != 0 ? JPKI_ADVICE_RENEW :
	    JPKI_ADVICE_UNLESS_CARD, text_lang()) };

	snprintf(summary, sizeof(summary), pick(
	    "My Number Card: last day of the %s",
	    "マイナンバーカード：%sの最終日"), what);
	put_event(info, &event);
}

static bool
is_to_come(const struct info *info, struct jpki_date day)
{
	return day.year != 0 && jpki_date_begin(day) > info->now;
}

/* Whether there is a last day to come: not of what is over, revoked or on
 * hold. */
static bool
has_events(const struct info *info, const struct entry *e)
{
	return e->verdict != NULL && e->state != JPKI_STATE_UNKNOWN &&
	    e->state < JPKI_STATE_ON_HOLD && is_to_come(info, e->until);
}

static void
put_events(const struct info *info, const struct entry *e)
{
	const char *what = e->slot == JPKI_SLOT_SIGN ?
	    pick("sign certificate (署名用)", "署名用電子証明書") :
	    pick("auth certificate (利用者証明用)", "利用者証明用電子証明書");

	if (is_to_come(info, e->renew_from))
		put_renewal(info, e, what);
	put_last_day(info, e, what);
}

int
report_calendar(const struct info *info)
{
	const struct entry *e, *end = info->entries + info->n_entries;
	bool any = false;

	for (e = info->entries; e < end; e++) {
		if (!has_events(info, e))
			continue;
		if (!any)
			fputs("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
			    "PRODID:-//libjpki//jpki-info//EN\r\n", stdout);
		any = true;
		put_events(info, e);
	}
	if (!any) {
		complain("no certificate was read that is in use and has a "
		    "last day to come", "使える状態で、これから期限が来る"
		    "証明書は読めていません");
		return info->code > EXIT_FAILURE ? info->code : EXIT_FAILURE;
	}
	fputs("END:VCALENDAR\r\n", stdout);
	return message_finish(EXIT_SUCCESS);
}
