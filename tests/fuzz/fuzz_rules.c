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
	size_t i;

	for (i = 0; i <= JPKI_WHY_RULES && why->rules[i] != NULL; i++)
		if (!jpki_why_has(why, why->rules[i]->id))
			abort();
	if (i > JPKI_WHY_RULES || why->advice[JPKI_WHY_ADVICE] != 0)
		abort();
	for (i = 0; why->advice[i] != 0; i++)
		if (*jpki_advice_text(why->advice[i], JPKI_LANG_JA) == '\0')
			abort();
}

/* A failure says nothing, a success something that has a name. */
static void
check(int r, const struct jpki_verdict *v)
{
	check_why(&v->why);
	if (strcmp(jpki_state_name(v->state), "?") == 0)
		abort();
	if (r != 0 && (v->state != JPKI_STATE_UNKNOWN ||
	    v->until.year != 0 || v->why.rules[0] != NULL))
		abort();
}

static void
judge_dates(struct input *in)
{
	struct jpki_validity_facts f;
	struct jpki_card_facts c;
	struct jpki_verdict v;
	struct jpki_who who;

	f.key = (enum jpki_key)take_int(in);
	f.carrier = (enum jpki_carrier)take_int(in);
	f.issued = take_date(in);
	f.birth = take_date(in);
	f.card_until = take_date(in);
	f.auth_until = take_date(in);
	f.stay_until = take_date(in);
	f.renewed_from = take_date(in);
	f.feb29 = (enum jpki_feb29)take_int(in);
	check(jpki_rules_validity(&f, take_date(in), &v), &v);
	c.applied = take_date(in);
	c.issued = f.issued;
	c.birth = f.birth;
	c.stay_until = f.stay_until;
	c.feb29 = f.feb29;
	check(jpki_rules_card(&c, take_date(in), &v), &v);
	check(jpki_rules_renewal(take_date(in), take_date(in), &v), &v);
	if (jpki_rules_who(f.birth, take_int(in) & 1, f.issued, f.feb29,
	    &who) == 0)
		check_why(&who.why);
}

static void
judge_cert(struct input *in)
{
	struct jpki_cert_facts f;
	struct jpki_verdict v;
	int64_t now;
	int r;

	memset(&f, 0, sizeof(f));
	f.key = (enum jpki_key)(1 + (take_int(in) & 1));
	f.carrier = (enum jpki_carrier)take_int(in);
	f.absent = take_int(in) & 1;
	take(in, &f.not_before, sizeof(f.not_before));
	take(in, &f.not_after, sizeof(f.not_after));
	f.revocation = (enum jpki_revocation_state)take_int(in);
	f.reason = take_int(in);
	take(in, &f.partner_not_after, sizeof(f.partner_not_after));
	f.card_until = take_date(in);
	f.moved = take_int(in) & 1;
	f.pin = (enum jpki_pin_state)take_int(in);
	take(in, &now, sizeof(now));
	r = jpki_rules_cert(&f, now, &v);
	check(r, &v);
	if (r == 0 && (f.revocation == JPKI_REVOCATION_REVOKED) !=
	    (v.state == JPKI_STATE_LAPSED))
		abort();
}

static void
judge_events(struct input *in)
{
	struct jpki_event_at e[8];
	struct jpki_history h;
	struct jpki_pin_verdict pin;
	struct jpki_tries left;
	size_t i;
	int r;

	for (i = 0; i < 8; i++) {
		e[i].event = (enum jpki_event)take_int(in);
		e[i].on = take_date(in);
	}
	r = jpki_rules_events(e, (size_t)take_int(in) & 7, take_date(in), &h);
	check(r, &h.card);
	check(r, &h.auth);
	check(r, &h.sign);
	left.auth = take_int(in);
	left.sign = take_int(in);
	left.text = take_int(in);
	if (jpki_rules_pin(take_int(in), left, &pin) == 0)
		check_why(&pin.why);
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
		break;
	default:
		judge_dates(&in);
		break;
	}
	return 0;
}
