/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: facts of any bits, most of them impossible. */
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "fuzz.h"

/* Takes bytes from the input, zeros after its end. */
struct input {
	const uint8_t *data;
	size_t size;
};

static void
take(struct input *in, void *out, size_t n)
{
	size_t have = n < in->size ? n : in->size;

	memset(out, 0, n);
	memcpy(out, in->data, have);
	in->data += have;
	in->size -= have;
}

static int
take_int(struct input *in)
{
	int8_t b;

	take(in, &b, 1);
	return b;
}

/* Any bits, or a day near others. */
static struct jpki_date
take_date(struct input *in)
{
	struct jpki_date d;

	if (take_int(in) & 1) {
		take(in, &d.year, sizeof(d.year));
		take(in, &d.month, 1);
		take(in, &d.day, 1);
		return d;
	}
	return jpki_date_from_time(1451606400 +
	    (int64_t)take_int(in) * 40 * 86400);
}

static void
check_why(const struct jpki_why *why)
{
	const struct jpki_rule *rule;
	size_t i;

	for (i = 0; i < jpki_why_rule_count(why); i++) {
		rule = jpki_why_rule(why, i);
		if (rule == NULL || jpki_rule_find(rule->id) != rule)
			abort();
	}
	for (i = 0; i < jpki_why_advice_count(why); i++)
		if (*jpki_advice_text(jpki_why_advice(why, i),
		    JPKI_LANG_JA) == '\0')
			abort();
}

/* A failure makes nothing, a success something that has a name. */
static void
check_verdict(int r, const struct jpki_verdict *v)
{
	if ((r != 0) != (v == NULL))
		abort();
	check_why(jpki_verdict_why(v));
	if (strcmp(jpki_state_name(jpki_verdict_state(v)), "?") == 0)
		abort();
}

static void
check(int r, struct jpki_verdict *v)
{
	check_verdict(r, v);
	jpki_verdict_free(&v);
}

/* The size of a record: mostly what it is, sometimes what another version of
 * the header says; its members are all set, up to "room". */
static size_t
take_size(struct input *in, size_t size, size_t room)
{
	int b = take_int(in);

	return b >= 0 ? size : (size_t)(b + 128) % (room + 1);
}

static void
judge_validity(struct input *in)
{
	struct { struct jpki_validity_facts f; uint8_t more[8]; } r;
	struct jpki_verdict *v;
	int code;

	memset(&r, 0, sizeof(r));
	r.f.size = take_size(in, sizeof(r.f), sizeof(r));
	r.f.key = (enum jpki_key)(10 + (take_int(in) & 3));
	r.f.carrier = (enum jpki_carrier)(take_int(in) & 7);
	r.f.issued = take_date(in);
	r.f.birth = take_date(in);
	r.f.card_until = take_date(in);
	r.f.auth_until = take_date(in);
	r.f.stay_until = take_date(in);
	r.f.renewed_from = take_date(in);
	r.f.feb29 = (enum jpki_feb29)(take_int(in) & 1);
	r.f.reserved = take_int(in) == 7;
	r.more[0] = take_int(in) == 7;
	code = jpki_rules_validity(&r.f, take_date(in), &v);
	check(code, v);
}

static void
judge_card(struct input *in)
{
	struct { struct jpki_card_facts f; uint8_t more[8]; } r;
	struct jpki_verdict *v;
	int code;

	memset(&r, 0, sizeof(r));
	r.f.size = take_size(in, sizeof(r.f), sizeof(r));
	r.f.applied = take_date(in);
	r.f.issued = take_date(in);
	r.f.birth = take_date(in);
	r.f.stay_until = take_date(in);
	r.f.feb29 = (enum jpki_feb29)(take_int(in) & 1);
	r.more[7] = take_int(in) == 7;
	code = jpki_rules_card(&r.f, take_date(in), &v);
	check(code, v);
}

static void
judge_dates(struct input *in)
{
	struct jpki_verdict *v;
	struct jpki_who *who;
	int code;

	judge_validity(in);
	judge_card(in);
	code = jpki_rules_renewal(take_date(in), take_date(in), &v);
	check(code, v);
	code = jpki_rules_who(take_date(in), take_int(in) & 1, take_date(in),
	    (enum jpki_feb29)take_int(in), &who);
	if ((code != 0) != (who == NULL))
		abort();
	check_why(jpki_who_why(who));
	jpki_who_free(&who);
}

static void
judge_cert(struct input *in)
{
	struct jpki_cert_facts f;
	struct jpki_verdict *v;
	int64_t now;
	int r;

	memset(&f, 0, sizeof(f));
	f.size = take_size(in, sizeof(f), sizeof(f));
	f.key = take_int(in) & 1 ? JPKI_KEY_AUTH : JPKI_KEY_SIGN;
	f.carrier = (enum jpki_carrier)(take_int(in) & 7);
	f.absent = take_int(in) & 1;
	take(in, &f.not_before, sizeof(f.not_before));
	take(in, &f.not_after, sizeof(f.not_after));
	f.revocation = (enum jpki_revocation_state)(take_int(in) & 7);
	f.reason = take_int(in);
	take(in, &f.partner_not_after, sizeof(f.partner_not_after));
	f.card_until = take_date(in);
	f.moved = take_int(in) & 1;
	f.pin = (enum jpki_pin_state)(take_int(in) & 7);
	take(in, &now, sizeof(now));
	r = jpki_rules_cert(&f, now, &v);
	if (r == 0 && f.size == sizeof(f) &&
	    (f.revocation == JPKI_REVOCATION_REVOKED) !=
	    (jpki_verdict_state(v) == JPKI_STATE_LAPSED))
		abort();
	check(r, v);
}

static void
judge_events(struct input *in)
{
	struct jpki_event_at e[8];
	struct jpki_history *h;
	size_t i;
	int r;

	for (i = 0; i < 8; i++) {
		e[i].event = (enum jpki_event)take_int(in);
		e[i].on = take_date(in);
	}
	r = jpki_rules_events(e, (size_t)take_int(in) & 7, take_date(in), &h);
	check_verdict(r, jpki_history_card(h));
	check_verdict(r, jpki_history_auth(h));
	check_verdict(r, jpki_history_sign(h));
	check_why(jpki_history_why(h));
	jpki_history_free(&h);
}

static void
judge_pin(struct input *in)
{
	struct jpki_pin_verdict *pin;
	int r = jpki_rules_pin((enum jpki_pin)take_int(in), take_int(in),
	    take_int(in), &pin);

	if ((r != 0) != (pin == NULL))
		abort();
	check_why(jpki_pin_verdict_why(pin));
	jpki_pin_verdict_free(&pin);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };

	switch (take_int(&in) & 3) {
	case 0:
		judge_cert(&in);
		break;
	case 1:
		judge_events(&in);
		judge_pin(&in);
		break;
	default:
		judge_dates(&in);
		break;
	}
	return 0;
}
