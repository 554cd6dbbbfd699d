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

/* How long before the last day to ring, so that it is still to come. */
static const char *
alarm_before(int days_left)
{
	return days_left > 30 ? "-P30D" : days_left > 7 ? "-P7D" : "PT0S";
}

static void
put_last_day(const struct info *info, const struct entry *e, const char *what)
{
	char summary[256];
	struct event event = { e->slot == JPKI_SLOT_SIGN ? "sign-until" :
	    "auth-until", e->until, alarm_before(e->days_left), summary,
	    jpki_advice_text(JPKI_ADVICE_RENEW, text_lang()) };

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

/* Whether there is something to remind of: what was revoked or has expired
 * cannot be renewed, and what is past needs no reminder. */
static bool
is_renewable(const struct info *info, const struct entry *e)
{
	switch (e->state) {
	case JPKI_STATE_GOOD:
	case JPKI_STATE_NOT_EXPIRED:
	case JPKI_STATE_IN_USE:
	case JPKI_STATE_RENEW:
	case JPKI_STATE_WAITING:
	case JPKI_STATE_NOT_YET:
		return e->renew_from.year != 0 && is_to_come(info, e->until);
	case JPKI_STATE_UNKNOWN:
	case JPKI_STATE_ON_HOLD:
	case JPKI_STATE_EXPIRED:
	case JPKI_STATE_LAPSED:
	case JPKI_STATE_NONE:
		break;
	}
	return false;
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
		if (!is_renewable(info, e))
			continue;
		if (!any)
			fputs("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
			    "PRODID:-//libjpki//jpki-info//EN\r\n", stdout);
		any = true;
		put_events(info, e);
	}
	if (!any) {
		complain("no certificate with a renewal to come was read",
		    "これから更新のある証明書が読めていません");
		return info->code > EXIT_FAILURE ? info->code : EXIT_FAILURE;
	}
	fputs("END:VCALENDAR\r\n", stdout);
	return message_finish(EXIT_SUCCESS);
}
