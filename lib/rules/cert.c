/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict on a certificate that was read from a card. */
#include <jpki/err.h>

#include "base/date.h"
#include "base/record.h"
#include "rules/verdict.h"

#define DAY_SECONDS 86400
/* A 5th birthday is never nearer than this: what is shorter was cut short. */
#define SHORT_DAYS (4 * 365)

static bool
before(struct jpki_date a, struct jpki_date b)
{
	return jpki_date_cmp(a, b) < 0;
}

static bool
is_sign(const struct jpki_cert_facts *f)
{
	return f->key == JPKI_KEY_SIGN;
}

static bool
ends_with_card(const struct jpki_cert_facts *f, const struct jpki_verdict *v)
{
	return f->card_until.year != 0 &&
	    jpki_date_cmp(f->card_until, v->until) == 0;
}

/* 署名用 that ends with 利用者証明用: both can be renewed. */
static bool
ends_with_partner(const struct jpki_cert_facts *f)
{
	return is_sign(f) && f->partner_not_after == f->not_after;
}

static bool
is_short(const struct jpki_verdict *v)
{
	return jpkip_date_days(v->until) - jpkip_date_days(v->from) <
	    SHORT_DAYS;
}

/* Whether a renewal would make it last longer, as far as one can tell: not
 * what ends with its card, nor what was cut short by nobody knows what. */
static bool
renewable(const struct jpki_cert_facts *f, const struct jpki_verdict *v)
{
	if (f->carrier == JPKI_CARRIER_JUKI)
		return false;
	return f->card_until.year != 0 ? !ends_with_card(f, v) :
	    !is_short(v) || ends_with_partner(f);
}

/* CRLReason of RFC 5280, in the words of this service. */
const char *
jpki_revocation_text(int reason, enum jpki_lang lang)
{
	static const char *const en[] = {
		"discarded before it was handed over, or no reason given",
		"the holder's key is at risk",
		"the key of the CA is at risk",
		"the recorded data changed (move, name)",
		"renewed",
		"no longer needed (request, return)",
		"stopped for the time being",
	};
	static const char *const ja[] = {
		"交付前の廃棄、または理由の記載なし",
		"利用者の鍵の危険",
		"認証局の鍵の危険",
		"記録事項の変更（転居、氏名など）",
		"更新",
		"利用の終了（申請、返納）",
		"一時停止",
	};

	if (reason < 0)
		return lang == JPKI_LANG_JA ? "理由の記載なし" :
		    "no reason given";
	if ((size_t)reason >= sizeof(en) / sizeof(en[0]))
		return lang == JPKI_LANG_JA ? "その他の理由" : "another reason";
	return lang == JPKI_LANG_JA ? ja[reason] : en[reason];
}

static void
revoked(const struct jpki_cert_facts *f, struct jpki_verdict *v)
{
	v->state = JPKI_STATE_LAPSED;
	switch (f->reason) {
	case 3:		/* affiliationChanged */
		JPKIP_RULES(&v->why, is_sign(f) ? JPKIP_D1 : JPKIP_D5);
		break;
	case 4:		/* superseded; the row is about 署名用 */
		if (is_sign(f))
			JPKIP_RULES(&v->why, JPKIP_L15);
		break;
	default:
		break;
	}
	JPKIP_RULES(&v->why, is_sign(f) ? JPKIP_D4 : JPKIP_D5, JPKIP_L16,
	    JPKIP_B9, JPKIP_A4);
	JPKIP_ADVICE(&v->why, is_sign(f) ? JPKI_ADVICE_NEW_SIGN :
	    JPKI_ADVICE_NEW_CERT, JPKI_ADVICE_FEE);
}

static void
absent(const struct jpki_cert_facts *f, struct jpki_verdict *v)
{
	v->state = JPKI_STATE_NONE;
	JPKIP_RULES(&v->why, JPKIP_A2);
	if (is_sign(f)) {
		JPKIP_RULES(&v->why, JPKIP_G2, JPKIP_G3);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_NO_SIGN);
	}
	JPKIP_RULES(&v->why, JPKIP_A4);
	JPKIP_ADVICE(&v->why, JPKI_ADVICE_ISSUE_LATER);
}

/* Still good as an insurance card: to the end of the third month after. */
static bool
proves_insurance(struct jpki_date until, struct jpki_date on)
{
	struct jpki_date d = until;

	d.day = 1;
	jpkip_date_add_months(d, 4, &d);
	return before(on, d);
}

static void
expired(const struct jpki_cert_facts *f, struct jpki_date on,
    struct jpki_verdict *v)
{
	bool by_card = f->card_until.year != 0 && before(f->card_until, on);

	v->state = JPKI_STATE_EXPIRED;
	if (f->carrier == JPKI_CARRIER_JUKI) {
		JPKIP_RULES(&v->why, JPKIP_J5, JPKIP_J2, JPKIP_J1, JPKIP_J8);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_NEW_CARD);
		return;
	}
	if (by_card)
		JPKIP_RULES(&v->why, JPKIP_D8);
	JPKIP_RULES(&v->why, is_sign(f) ? JPKIP_D4 : JPKIP_D5, JPKIP_A4);
	JPKIP_ADVICE(&v->why, by_card ? JPKI_ADVICE_NEW_CARD :
	    JPKI_ADVICE_NEW_CERT, JPKI_ADVICE_FEE);
	if (!is_sign(f) && !by_card && proves_insurance(v->until, on)) {
		JPKIP_RULES(&v->why, JPKIP_L11);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_HEALTH);
	}
}

/* A certificate in date, whose card ends soon, or which ends soon and cannot
 * be renewed. */
static void
advise_card(const struct jpki_cert_facts *f, struct jpki_date on,
    struct jpki_verdict *v)
{
	bool near = !before(on, jpkip_renew_from(v->until));

	if (f->carrier == JPKI_CARRIER_JUKI)
		return;
	jpkip_note_card_end(&v->why, f->card_until, on);
	if (!near || renewable(f, v))
		return;
	JPKIP_RULES(&v->why, JPKIP_L17);
	if (ends_with_card(f, v)) {
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_WITH_CARD);
	} else {
		JPKIP_RULES(&v->why, JPKIP_L9);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_UNLESS_CARD);
	}
}

/* State, weightiest reasons and what to do about them. */
static void
judge(const struct jpki_cert_facts *f, int64_t now, struct jpki_date on,
    struct jpki_verdict *v)
{
	struct jpki_why *why = &v->why;

	if (f->revocation == JPKI_REVOCATION_REVOKED) {
		revoked(f, v);
	} else if (f->absent) {
		absent(f, v);
	} else if (now > f->not_after || before(v->until, on)) {
		expired(f, on, v);
	} else if (f->revocation == JPKI_REVOCATION_ON_HOLD) {
		v->state = JPKI_STATE_ON_HOLD;
		JPKIP_RULES(why, is_sign(f) ? JPKIP_D6 : JPKIP_D7, JPKIP_L16);
		JPKIP_ADVICE(why, JPKI_ADVICE_RELEASE);
	} else if (now < f->not_before) {
		v->state = JPKI_STATE_NOT_YET;
		JPKIP_ADVICE(why, JPKI_ADVICE_NOT_YET);
	} else if ((uint64_t)now - (uint64_t)f->not_before < DAY_SECONDS) {
		v->state = JPKI_STATE_WAITING;
		JPKIP_RULES(why, JPKIP_D11);
		JPKIP_ADVICE(why, JPKI_ADVICE_WAIT_24H);
	} else if (v->renew_from.year != 0 && !before(on, v->renew_from)) {
		v->state = JPKI_STATE_RENEW;
		jpkip_advise_renewal(why);
		if (!is_short(v))
			jpkip_note_last_day(v);
		if (f->card_until.year == 0) {
			JPKIP_RULES(why, JPKIP_L17);
			JPKIP_ADVICE(why, JPKI_ADVICE_UNLESS_CARD);
		}
	} else if (f->revocation == JPKI_REVOCATION_GOOD) {
		v->state = JPKI_STATE_GOOD;
	} else {
		v->state = JPKI_STATE_NOT_EXPIRED;
	}
	if (v->state >= JPKI_STATE_ON_HOLD)
		v->renew_from = (struct jpki_date){ 0, 0, 0 };
	else if (!f->absent)
		advise_card(f, on, v);
	if (v->state <= JPKI_STATE_WAITING &&
	    f->revocation != JPKI_REVOCATION_GOOD)
		JPKIP_ADVICE(why, JPKI_ADVICE_CHECK_STATUS);
}

/* What else a holder should hear. */
static void
add_warnings(const struct jpki_cert_facts *f, struct jpki_why *why)
{
	if (f->moved && is_sign(f)) {
		JPKIP_RULES(why, JPKIP_D1, JPKIP_A7, JPKIP_D3);
		JPKIP_ADVICE(why, JPKI_ADVICE_MOVED, JPKI_ADVICE_NEW_SIGN);
	} else if (f->moved) {
		JPKIP_RULES(why, JPKIP_D2, JPKIP_A8);
	}
	if (f->partner_not_after != 0 && (is_sign(f) ?
	    f->not_after > f->partner_not_after :
	    f->not_after < f->partner_not_after)) {
		JPKIP_RULES(why, JPKIP_B3);
		JPKIP_ADVICE(why, JPKI_ADVICE_PARTNER);
	}
	if (f->pin == JPKI_PIN_STATE_LOCKED) {
		JPKIP_RULES(why, JPKIP_F3, JPKIP_F4);
		JPKIP_ADVICE(why, JPKI_ADVICE_RESET_TOWN,
		    JPKI_ADVICE_NO_UNLOCK);
	} else if (f->pin == JPKI_PIN_STATE_LAST_TRY) {
		JPKIP_RULES(why, is_sign(f) ? JPKIP_F1 : JPKIP_F2);
		JPKIP_ADVICE(why, JPKI_ADVICE_LAST_TRY);
	}
}

/* The bound that it ended with. What is shorter than a birthday makes it was
 * cut short: by the card, which may end with a stay, or by the other
 * certificate. */
static void
explain_end(const struct jpki_cert_facts *f, struct jpki_verdict *v)
{
	if (ends_with_card(f, v)) {
		JPKIP_RULES(&v->why, JPKIP_B2);
		return;
	}
	if (f->card_until.year != 0)
		JPKIP_RULES(&v->why, JPKIP_B8);
	if (!is_short(v))
		JPKIP_RULES(&v->why, is_sign(f) ? JPKIP_B1 : JPKIP_B4);
	else if (ends_with_partner(f))
		JPKIP_RULES(&v->why, JPKIP_B3);
	else
		JPKIP_RULES(&v->why, JPKIP_B2, JPKIP_B10, JPKIP_L13);
}

/* Where the dates come from. */
static void
explain_dates(const struct jpki_cert_facts *f, struct jpki_verdict *v)
{
	static const struct jpki_date first = { 2016, 1, 1 };

	if (f->carrier == JPKI_CARRIER_JUKI)
		return;
	explain_end(f, v);
	if (before(v->from, first))
		JPKIP_RULES(&v->why, JPKIP_A10);
	JPKIP_RULES(&v->why, JPKIP_B11, JPKIP_B12, JPKIP_L3);
}

static int
check_facts(const struct jpki_cert_facts *f)
{
	if ((f->key != JPKI_KEY_AUTH && !is_sign(f)) ||
	    (unsigned)f->carrier > JPKI_CARRIER_PHONE ||
	    (unsigned)f->revocation > JPKI_REVOCATION_UNKNOWN ||
	    (unsigned)f->pin > JPKI_PIN_STATE_LOCKED ||
	    (unsigned)f->absent > 1 || (unsigned)f->moved > 1)
		return JPKI_ERR_USAGE;
	if (!jpkip_date_ok(f->card_until) ||
	    (!f->absent && f->not_after < f->not_before))
		return JPKI_ERR_VALUE;
	return 0;
}

/* The days of a verdict on a certificate that is there. */
static void
set_dates(const struct jpki_cert_facts *f, struct jpki_date on,
    struct jpki_verdict *v)
{
	/* The last Juki certificate was issued three years before. */
	static const struct jpki_date juki_end = { 2018, 12, 22 };
	bool juki = f->carrier == JPKI_CARRIER_JUKI;

	v->from = jpki_date_from_time(f->not_before);
	v->until = jpki_date_from_time(f->not_after);
	if (f->card_until.year != 0 && before(f->card_until, v->until))
		v->until = f->card_until;
	if (juki && before(juki_end, v->until))
		v->until = juki_end;
	v->until_latest = v->until;
	if (renewable(f, v))
		v->renew_from = jpkip_renew_from(v->until);
	if (v->renew_from.year != 0 && before(v->renew_from, v->from))
		v->renew_from = v->from;
	v->days_left = jpkip_date_days(v->until) - jpkip_date_days(on);
}

int
jpki_rules_cert(const struct jpki_cert_facts *facts, int64_t now,
    struct jpki_verdict **out)
{
	struct jpki_date on = jpki_date_from_time(now);
	struct jpki_cert_facts f;
	struct jpki_verdict v = { 0 };
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (!jpkip_record_get(&f, sizeof(f), facts))
		return JPKI_ERR_USAGE;
	if ((r = check_facts(&f)) != 0)
		return r;
	if (!f.absent)
		set_dates(&f, on, &v);
	judge(&f, now, on, &v);
	if (!f.absent) {
		add_warnings(&f, &v.why);
		explain_dates(&f, &v);
	}
	return jpkip_verdict_give(&v, out);
}
