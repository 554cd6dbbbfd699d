/* SPDX-License-Identifier: Apache-2.0 */
/* PINs: shapes, tries, and the ways out when one is locked or forgotten. */
#include <jpki/err.h>
#include <jpki/pin.h>

#include <string.h>

#include "rules/pin.h"
#include "rules/reasons.h"

#define FOUR_DIGITS "4 digits", "数字 4 桁", 3, 4, 4, false

const struct jpkip_pin_rules jpkip_pin_rules[JPKIP_PINS] = {
	[JPKI_PIN_AUTH] = { "auth PIN (利用者証明用)",
	    "利用者証明用暗証番号", FOUR_DIGITS },
	[JPKI_PIN_SIGN] = { "sign password (署名用)", "署名用パスワード",
	    "6 to 16 letters and digits", "英数字 6～16 文字", 5, 6, 16, true },
	[JPKI_PIN_TEXT] = { "text PIN (券面事項入力補助用)",
	    "券面事項入力補助用暗証番号", FOUR_DIGITS },
	[JPKI_PIN_CARD] = { "card PIN (住民基本台帳用)",
	    "住民基本台帳用暗証番号", FOUR_DIGITS },
};

/* A store resets one PIN for who knows the other. */
static enum jpki_route
store_route(int other_left, enum jpki_route best)
{
	if (other_left == 0)
		return JPKI_ROUTE_CLOSED;
	return other_left < 0 ? JPKI_ROUTE_MAYBE : best;
}

static void
explain_shape(struct jpki_pin_verdict *v, int pin)
{
	struct jpki_why *why = &v->why;

	switch (pin) {
	case JPKI_PIN_SIGN:
		JPKIP_RULES(why, JPKIP_E2, JPKIP_E3, JPKIP_E4, JPKIP_F1);
		break;
	case JPKI_PIN_AUTH:
		JPKIP_RULES(why, JPKIP_E5, JPKIP_F2);
		break;
	default:
		JPKIP_RULES(why, JPKIP_E6, JPKIP_F2);
		break;
	}
}

static void
explain_state(struct jpki_pin_verdict *v)
{
	if (v->state == JPKI_PIN_STATE_LOCKED) {
		JPKIP_RULES(&v->why, JPKIP_F3, JPKIP_F4);
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_NO_UNLOCK);
	} else if (v->state == JPKI_PIN_STATE_LAST_TRY) {
		JPKIP_ADVICE(&v->why, JPKI_ADVICE_LAST_TRY);
	}
}

static void
explain_routes(struct jpki_pin_verdict *v, int pin)
{
	struct jpki_why *why = &v->why;

	JPKIP_RULES(why, JPKIP_F5, JPKIP_F6, JPKIP_F11, JPKIP_F7);
	JPKIP_ADVICE(why, JPKI_ADVICE_RESET_TOWN);
	if (pin == JPKI_PIN_SIGN)
		JPKIP_RULES(why, JPKIP_F8, JPKIP_F9);
	else
		/* Of the last two it says that they never can be. */
		JPKIP_RULES(why, JPKIP_F10);
	if (pin == JPKI_PIN_AUTH)
		JPKIP_RULES(why, JPKIP_F9, JPKIP_F8);
	if (v->store != JPKI_ROUTE_CLOSED)
		JPKIP_ADVICE(why, JPKI_ADVICE_RESET_STORE);
	if (v->home != JPKI_ROUTE_CLOSED) {
		JPKIP_RULES(why, JPKIP_F12);
		JPKIP_ADVICE(why, JPKI_ADVICE_CHANGE_HOME);
	}
	if (v->mix)
		JPKIP_ADVICE(why, JPKI_ADVICE_MIX);
	JPKIP_RULES(why, JPKIP_E1, JPKIP_E10);
}

int
jpki_rules_pin(int pin, struct jpki_tries left, struct jpki_pin_verdict *out)
{
	const struct jpkip_pin_rules *p;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	memset(out, 0, sizeof(*out));
	if (pin < 1 || pin >= JPKIP_PINS)
		return JPKI_ERR_USAGE;
	p = &jpkip_pin_rules[pin];
	out->en = p->en;
	out->ja = p->ja;
	out->max = p->tries;
	out->min_len = p->min;
	out->max_len = p->max;
	out->letters = out->mix = p->letters;
	out->left = -1;
	out->town = JPKI_ROUTE_OPEN;
	if (pin == JPKI_PIN_AUTH) {
		out->left = left.auth;
		/* S1 says no, others yes. */
		out->store = store_route(left.sign, JPKI_ROUTE_MAYBE);
	} else if (pin == JPKI_PIN_SIGN) {
		out->left = left.sign;
		out->store = store_route(left.auth, JPKI_ROUTE_OPEN);
	} else if (pin == JPKI_PIN_TEXT) {
		out->left = left.text;
	}
	out->state = jpki_pin_state_of(out->left);
	/* The card's own PIN is out of a PC's reach. */
	if (pin != JPKI_PIN_CARD && out->left != 0)
		out->home = out->left < 0 ? JPKI_ROUTE_MAYBE :
		    JPKI_ROUTE_OPEN;

	explain_state(out);
	explain_shape(out, pin);
	explain_routes(out, pin);
	return 0;
}
