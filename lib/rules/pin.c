/* SPDX-License-Identifier: Apache-2.0 */
/* PINs: shapes, tries, and the ways out when one is locked or forgotten. */
#include "rules/pin.h"

#include <jpki/err.h>

#include <stdlib.h>

#include "rules/reasons.h"

struct jpki_pin_verdict {
	enum jpki_pin pin;
	const struct jpkip_pin_rules *rules;
	enum jpki_pin_state state;
	int left;
	enum jpki_route town, store, home;
	struct jpki_why why;
};

#define FOUR_DIGITS "4 digits", "数字 4 桁", 3, 4, 4, false

const struct jpkip_pin_rules jpkip_auth_pin = {
	"auth PIN (利用者証明用)", "利用者証明用暗証番号", FOUR_DIGITS
};
const struct jpkip_pin_rules jpkip_sign_pin = {
	"sign password (署名用)", "署名用暗証番号",
	"6 to 16 letters and digits", "英数字 6～16 文字", 5, 6, 16, true
};
const struct jpkip_pin_rules jpkip_text_pin = {
	"text PIN (券面事項入力補助用)", "券面事項入力補助用暗証番号",
	FOUR_DIGITS
};
const struct jpkip_pin_rules jpkip_card_pin = {
	"card PIN (住民基本台帳用)", "住民基本台帳用暗証番号", FOUR_DIGITS
};

/* NULL: no such PIN. */
static const struct jpkip_pin_rules *
rules_of(enum jpki_pin pin)
{
	switch (pin) {
	case JPKI_PIN_AUTH:
		return &jpkip_auth_pin;
	case JPKI_PIN_SIGN:
		return &jpkip_sign_pin;
	case JPKI_PIN_TEXT:
		return &jpkip_text_pin;
	case JPKI_PIN_CARD:
		return &jpkip_card_pin;
	}
	return NULL;
}

enum jpki_pin_state
jpkip_pin_state_of(int left)
{
	if (left < 0)
		return JPKI_PIN_STATE_UNKNOWN;
	if (left == 0)
		return JPKI_PIN_STATE_LOCKED;
	return left == 1 ? JPKI_PIN_STATE_LAST_TRY : JPKI_PIN_STATE_READY;
}

/* A store resets one PIN for who knows the other. */
static enum jpki_route
store_route(int other_left, enum jpki_route best)
{
	if (other_left == 0)
		return JPKI_ROUTE_CLOSED;
	return other_left < 0 ? JPKI_ROUTE_MAYBE : best;
}

static void
explain_shape(struct jpki_pin_verdict *v)
{
	struct jpki_why *why = &v->why;

	switch (v->pin) {
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
explain_routes(struct jpki_pin_verdict *v)
{
	struct jpki_why *why = &v->why;

	JPKIP_RULES(why, JPKIP_F5, JPKIP_F6, JPKIP_F11, JPKIP_F7);
	JPKIP_ADVICE(why, JPKI_ADVICE_RESET_TOWN);
	if (v->pin == JPKI_PIN_SIGN)
		JPKIP_RULES(why, JPKIP_F8, JPKIP_F9);
	else
		/* Of the last two it says that they never can be. */
		JPKIP_RULES(why, JPKIP_F10);
	if (v->pin == JPKI_PIN_AUTH)
		JPKIP_RULES(why, JPKIP_F9, JPKIP_F8);
	if (v->store != JPKI_ROUTE_CLOSED)
		JPKIP_ADVICE(why, JPKI_ADVICE_RESET_STORE);
	if (v->home != JPKI_ROUTE_CLOSED) {
		JPKIP_RULES(why, JPKIP_F12);
		JPKIP_ADVICE(why, JPKI_ADVICE_CHANGE_HOME);
	}
	if (v->rules->letters)
		JPKIP_ADVICE(why, JPKI_ADVICE_MIX);
	JPKIP_RULES(why, JPKIP_E1, JPKIP_E10);
}

static void
set_routes(struct jpki_pin_verdict *v, int partner_left)
{
	v->town = JPKI_ROUTE_OPEN;
	/* Of the auth PIN, S1 says that stores do not reset it, others that
	 * they do. */
	if (v->pin == JPKI_PIN_AUTH)
		v->store = store_route(partner_left, JPKI_ROUTE_MAYBE);
	else if (v->pin == JPKI_PIN_SIGN)
		v->store = store_route(partner_left, JPKI_ROUTE_OPEN);
	/* The card's own PIN is out of a PC's reach. */
	if (v->pin != JPKI_PIN_CARD && v->left != 0)
		v->home = v->left < 0 ? JPKI_ROUTE_MAYBE : JPKI_ROUTE_OPEN;
}

int
jpki_rules_pin(enum jpki_pin pin, int left, int partner_left,
    struct jpki_pin_verdict **out)
{
	const struct jpkip_pin_rules *rules = rules_of(pin);
	struct jpki_pin_verdict *v;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (rules == NULL)
		return JPKI_ERR_USAGE;
	if ((v = calloc(1, sizeof(*v))) == NULL)
		return JPKI_ERR_MEMORY;
	v->pin = pin;
	v->rules = rules;
	v->left = left < 0 ? -1 : left;
	v->state = jpkip_pin_state_of(left);
	set_routes(v, partner_left);
	explain_state(v);
	explain_shape(v);
	explain_routes(v);
	*out = v;
	return 0;
}

void
jpki_pin_verdict_free(struct jpki_pin_verdict **verdict)
{
	if (verdict == NULL)
		return;
	free(*verdict);
	*verdict = NULL;
}

const char *
jpki_pin_verdict_name(const struct jpki_pin_verdict *verdict,
    enum jpki_lang lang)
{
	if (verdict == NULL)
		return "?";
	return lang == JPKI_LANG_JA ? verdict->rules->ja : verdict->rules->en;
}

enum jpki_pin_state
jpki_pin_verdict_state(const struct jpki_pin_verdict *verdict)
{
	return verdict != NULL ? verdict->state : JPKI_PIN_STATE_UNKNOWN;
}

int
jpki_pin_verdict_left(const struct jpki_pin_verdict *verdict)
{
	return verdict != NULL ? verdict->left : -1;
}

int
jpki_pin_verdict_max(const struct jpki_pin_verdict *verdict)
{
	return verdict != NULL ? verdict->rules->tries : -1;
}

int
jpki_pin_verdict_min_len(const struct jpki_pin_verdict *verdict)
{
	return verdict != NULL ? verdict->rules->min : 0;
}

int
jpki_pin_verdict_max_len(const struct jpki_pin_verdict *verdict)
{
	return verdict != NULL ? verdict->rules->max : 0;
}

bool
jpki_pin_verdict_letters(const struct jpki_pin_verdict *verdict)
{
	return verdict != NULL && verdict->rules->letters;
}

enum jpki_route
jpki_pin_verdict_route(const struct jpki_pin_verdict *verdict,
    enum jpki_place place)
{
	if (verdict == NULL)
		return JPKI_ROUTE_CLOSED;
	switch (place) {
	case JPKI_PLACE_TOWN:
		return verdict->town;
	case JPKI_PLACE_STORE:
		return verdict->store;
	case JPKI_PLACE_HOME:
		return verdict->home;
	}
	return JPKI_ROUTE_CLOSED;
}

const struct jpki_why *
jpki_pin_verdict_why(const struct jpki_pin_verdict *verdict)
{
	return verdict != NULL ? &verdict->why : NULL;
}
