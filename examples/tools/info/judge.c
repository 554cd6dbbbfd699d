/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What certificates and rules say about what was read, and how much it
 * matters: the exit code.
 */
#include "common/holder.h"
#include "common/message.h"
#include "info.h"

#define DAY 86400

int
judge_pins(struct info *info)
{
	struct pin *p;
	int i, r, partner;

	for (i = 0; i < N_PINS; i++) {
		p = &info->pins[i];
		partner = i == TEXT ? -1 : info->pins[i == AUTH ? SIGN :
		    AUTH].left;
		jpki_pin_verdict_free(&p->verdict);
		if ((r = jpki_rules_pin(p->pin, p->left, partner,
		    &p->verdict)) != 0)
			return complain_code(p->word, r);
	}
	return 0;
}

static void
raise_code(struct info *info, int code)
{
	if (info->code < code)
		info->code = code;
}

/* ---- Checks ---- */

/* Whether it stays open if a certificate was revoked. */
static bool
is_open(const struct entry *e)
{
	return e->cert != NULL && !jpki_cert_info(e->cert)->is_ca &&
	    jpki_check_revocation(e->check)->state ==
	    JPKI_REVOCATION_NOT_CHECKED;
}

/* What could not be used costs no report, but the exit code tells, unless it
 * has worse to say. */
static void
weigh_unused(struct info *info, int code)
{
	if (info->code < EXPIRED && info->code < code)
		info->code = code;
}

/* An answer that is damaged or not the issuer's does so where it leaves a
 * question open. */
static void
weigh_answers(struct info *info)
{
	const struct entry *e;
	bool open = false;

	if (!status_tell_unused(info))
		return;
	for (e = info->entries; e < info->entries + info->n_entries; e++)
		open |= is_open(e);
	if (open)
		weigh_unused(info, EX_DATAERR);
}

static int
check_all(struct info *info)
{
	struct entry *e;
	int code, r;

	for (e = info->entries; e < info->entries + info->n_entries; e++) {
		if (e->cert == NULL)
			continue;
		if ((r = jpki_check_new(info->ctx, e->cert, info->cas,
		    info->n_cas, info->now, &e->check)) != 0)
			return complain_ctx(info->ctx, r, NULL);
		if ((code = status_ask(info, e)) != 0)
			return code;
	}
	return 0;
}

/* ---- Verdicts ---- */

static enum jpki_state
state_of_period(enum jpki_period period)
{
	switch (period) {
	case JPKI_PERIOD_BEFORE:
		return JPKI_STATE_NOT_YET;
	case JPKI_PERIOD_WITHIN:
		return JPKI_STATE_NOT_EXPIRED;
	case JPKI_PERIOD_AFTER:
		return JPKI_STATE_EXPIRED;
	}
	return JPKI_STATE_UNKNOWN;
}

/* On what the service's rules do not know: from its period. */
static void
judge_plainly(const struct info *info, struct entry *e)
{
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);
	struct jpki_date today = jpki_date_from_time(info->now);

	e->from = c->first_day;
	e->until = c->last_day;
	e->days_left = (int32_t)((jpki_date_begin(c->last_day) -
	    jpki_date_begin(today)) / DAY);
	e->state = e->then == JPKI_REVOCATION_REVOKED ? JPKI_STATE_LAPSED :
	    state_of_period(jpki_check_period(e->check));
}

static void
take_verdict(struct entry *e)
{
	e->state = jpki_verdict_state(e->verdict);
	e->from = jpki_verdict_from(e->verdict);
	e->until = jpki_verdict_until(e->verdict);
	e->renew_from = jpki_verdict_renew_from(e->verdict);
	e->days_left = jpki_verdict_days_left(e->verdict);
}

/* partner is the card's other certificate; NULL: there is no card. */
static void
judge(const struct info *info, struct entry *e, const struct entry *partner)
{
	struct jpki_cert_facts f = { .size = sizeof(f) };

	f.key = jpki_slot_key(e->slot);
	f.carrier = info->carrier;
	f.reason = -1;
	f.absent = e->why == JPKI_ERR_NOT_ON_CARD;
	f.moved = info->moved;
	if (info->have_card)
		f.pin = jpki_pin_verdict_state(info->pins[e->slot ==
		    JPKI_SLOT_SIGN ? SIGN : AUTH].verdict);
	if (partner != NULL && partner->cert != NULL)
		f.partner_not_after =
		    jpki_cert_info(partner->cert)->not_after;
	if (e->cert != NULL) {
		if (!info->have_card)
			f.carrier = jpki_cert_info(e->cert)->carrier;
		if (jpki_check_facts(e->check, &f) == 0)
			e->then = f.revocation;
	}
	/* Only the service's own certificates have a sensible period; others
	 * have no key here. */
	if (jpki_rules_cert(&f, info->now, &e->verdict) == 0)
		take_verdict(e);
	else if (e->cert != NULL)
		judge_plainly(info, e);
}

static void
weigh(struct info *info, const struct entry *e)
{
	/* States are in an order, from better to worse. */
	if (e->state >= JPKI_STATE_RENEW && e->state <= JPKI_STATE_NOT_YET)
		raise_code(info, ACT);
	if (e->state >= JPKI_STATE_ON_HOLD && e->state <= JPKI_STATE_LAPSED)
		raise_code(info, EXPIRED);
	if (jpki_check_issuer_state(e->check) == JPKI_ISSUER_NOT_SIGNED)
		raise_code(info, ACT);
	/* Nobody knows whether that is so, and somebody should. */
	if (jpki_check_claimed(e->check)->state !=
	    JPKI_REVOCATION_NOT_CHECKED)
		raise_code(info, ACT);
}

static void
weigh_pins(struct info *info)
{
	const struct pin *p;

	for (p = info->pins; p < info->pins + N_PINS; p++)
		if (pin_in_trouble(p))
			raise_code(info, p->pin != JPKI_PIN_TEXT &&
			    jpki_pin_verdict_state(p->verdict) ==
			    JPKI_PIN_STATE_LOCKED ? LOCKED : ACT);
}

static void
compare(struct info *info)
{
	const struct entry *sign = &info->entries[SIGN];

	if (info->text == NULL || sign->cert == NULL)
		return;
	info->compared = true;
	info->moved = holder_differs(info->text,
	    jpki_cert_info(sign->cert)->attributes);
	if (info->moved)
		raise_code(info, ACT);
}

/* A 住基カード: what is on it is not read, and has ended whatever it says. */
static int
judge_old_card(struct info *info)
{
	const struct jpki_date unknown = { 0, 0, 0 };
	struct jpki_cert_facts f = { .size = sizeof(f), .key = JPKI_KEY_SIGN,
	    .carrier = JPKI_CARRIER_JUKI, .reason = -1 };
	struct entry *sign = &info->entries[SIGN];
	int r;

	if ((r = jpki_rules_cert(&f, info->now, &sign->verdict)) != 0)
		return complain_code("J5", r);
	take_verdict(sign);
	sign->from = sign->until = unknown;
	sign->why = JPKI_ERR_OLD_CARD;
	info->entries[AUTH].why = JPKI_ERR_NOT_ON_CARD;
	info->entries[AUTH].state = JPKI_STATE_NONE;
	raise_code(info, EXPIRED);
	return 0;
}

int
judge_all(struct info *info)
{
	struct entry *e;
	int code;

	if (info->have_card && info->carrier == JPKI_CARRIER_JUKI)
		return judge_old_card(info);
	if (info->have_card)
		compare(info);
	if ((code = check_all(info)) != 0)
		return code;
	for (e = info->entries; e < info->entries + info->n_entries; e++) {
		if (e->cert == NULL && e->why != JPKI_ERR_NOT_ON_CARD)
			continue;
		judge(info, e, !info->have_card ? NULL :
		    &info->entries[e == info->entries ? SIGN : AUTH]);
		weigh(info, e);
	}
	if (info->have_card)
		weigh_pins(info);
	if (info->date.year == 0)
		status_tell_clock(info);
	weigh_answers(info);
	weigh_unused(info, info->unread);
	return 0;
}

/* ---- Reasons ---- */

size_t
why_count(const struct info *info)
{
	return N_PINS + info->n_entries;
}

const struct jpki_why *
why_at(const struct info *info, size_t i)
{
	if (i >= N_PINS)
		return jpki_verdict_why(info->entries[i - N_PINS].verdict);
	return pin_in_trouble(&info->pins[i]) ?
	    jpki_pin_verdict_why(info->pins[i].verdict) : NULL;
}
