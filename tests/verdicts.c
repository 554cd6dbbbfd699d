/* SPDX-License-Identifier: Apache-2.0 */
#include "verdicts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

const char *
set_zone(size_t i)
{
	static const char *const zones[] = { "Asia/Tokyo", "America/New_York",
		"Pacific/Kiritimati", "UTC" };

	if (i >= sizeof(zones) / sizeof(zones[0]))
		return NULL;
	setenv("TZ", zones[i], 1);
	tzset();
	return zones[i];
}

struct jpki_date
day(const char *text)
{
	struct jpki_date d = { 0, 0, 0 };

	if (text != NULL && *text != '\0' && !jpki_date_parse(text, &d))
		fail_msg("bad date %s", text);
	return d;
}

void
is_day(struct jpki_date got, const char *want)
{
	char text[JPKI_DATE_TEXT];

	jpki_date_format(got, text);
	assert_string_equal(got.year == 0 ? "" : text, want);
}

void
begins_with(const struct jpki_why *why, const char *want)
{
	const struct jpki_rule *rule;
	char got[128] = "";
	size_t i, len = 0;

	for (i = 0; (rule = jpki_why_rule(why, i)) != NULL &&
	    len < strlen(want); i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%s",
		    i > 0 ? " " : "", rule->id);
	assert_string_equal(got, want);
}

bool
cites(const struct jpki_why *why, const char *id)
{
	size_t i;

	for (i = 0; i < jpki_why_rule_count(why); i++)
		if (strcmp(jpki_why_rule(why, i)->id, id) == 0)
			return true;
	return false;
}

bool
advises(const struct jpki_why *why, enum jpki_advice advice)
{
	size_t i;

	for (i = 0; i < jpki_why_advice_count(why); i++)
		if (jpki_why_advice(why, i) == advice)
			return true;
	return false;
}

enum jpki_state
card_state(const struct jpki_history *history)
{
	return jpki_verdict_state(jpki_history_card(history));
}

enum jpki_state
auth_state(const struct jpki_history *history)
{
	return jpki_verdict_state(jpki_history_auth(history));
}

enum jpki_state
sign_state(const struct jpki_history *history)
{
	return jpki_verdict_state(jpki_history_sign(history));
}

const struct jpki_why *
card_why(const struct jpki_history *history)
{
	return jpki_verdict_why(jpki_history_card(history));
}

const struct jpki_why *
auth_why(const struct jpki_history *history)
{
	return jpki_verdict_why(jpki_history_auth(history));
}

const struct jpki_why *
sign_why(const struct jpki_history *history)
{
	return jpki_verdict_why(jpki_history_sign(history));
}

/* Frees what was made before; the place then holds what no function may leave
 * there. */
#define SPOIL(out, free_it) do { \
	free_it(out); \
	*(out) = (void *)&stale; \
} while (0)

static char stale;

static int
end(int r, const void *made)
{
	if (r != 0)
		assert_null(made);
	else
		assert_ptr_not_equal(made, &stale);
	return r;
}

int
judge_cert(const struct jpki_cert_facts *facts, int64_t now,
    struct jpki_verdict **out)
{
	int r;

	SPOIL(out, jpki_verdict_free);
	r = jpki_rules_cert(facts, now, out);
	return end(r, *out);
}

int
judge_validity(const struct jpki_validity_facts *facts, struct jpki_date on,
    struct jpki_verdict **out)
{
	int r;

	SPOIL(out, jpki_verdict_free);
	r = jpki_rules_validity(facts, on, out);
	return end(r, *out);
}

int
judge_card(const struct jpki_card_facts *facts, struct jpki_date on,
    struct jpki_verdict **out)
{
	int r;

	SPOIL(out, jpki_verdict_free);
	r = jpki_rules_card(facts, on, out);
	return end(r, *out);
}

int
judge_renewal(struct jpki_date until, struct jpki_date on,
    struct jpki_verdict **out)
{
	int r;

	SPOIL(out, jpki_verdict_free);
	r = jpki_rules_renewal(until, on, out);
	return end(r, *out);
}

int
judge_events(const struct jpki_event_at *events, size_t n,
    struct jpki_date on, struct jpki_history **out)
{
	int r;

	SPOIL(out, jpki_history_free);
	r = jpki_rules_events(events, n, on, out);
	return end(r, *out);
}

int
judge_pin(enum jpki_pin pin, int left, int partner_left,
    struct jpki_pin_verdict **out)
{
	int r;

	SPOIL(out, jpki_pin_verdict_free);
	r = jpki_rules_pin(pin, left, partner_left, out);
	return end(r, *out);
}

int
judge_who(struct jpki_date birth, bool ward, struct jpki_date on,
    enum jpki_feb29 feb29, struct jpki_who **out)
{
	int r;

	SPOIL(out, jpki_who_free);
	r = jpki_rules_who(birth, ward, on, feb29, out);
	return end(r, *out);
}
