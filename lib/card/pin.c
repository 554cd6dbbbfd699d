/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PINs. Everything that can cost the holder a try is in this file, and the
 * only command that does is in send_verify().
 */
#include <jpki/pin.h>

#include <string.h>

#include "base/wipe.h"
#include "card/session.h"

#define SFI 0x80
#define CURRENT_EF 0x80

struct pin_info {
	enum jpki_pin pin;
	const struct jpkip_app *app;
	uint16_t ef;
	bool digits_only;
	size_t min, max;
	const char *name, *ja_name;
	const char *shape, *ja_shape;
};

static const struct pin_info pins[] = {
	{ JPKI_PIN_AUTH, &jpkip_app_jpki, 0x0018, true, 4, 4,
	  "auth PIN (利用者証明用)", "利用者証明用暗証番号",
	  "4 digits", "数字 4 桁" },
	{ JPKI_PIN_SIGN, &jpkip_app_jpki, 0x001b, false, 6, 16,
	  "sign password (署名用)", "署名用パスワード",
	  "6 to 16 letters and digits", "英数字 6～16 文字" },
	{ JPKI_PIN_TEXT, &jpkip_app_text, 0x0011, true, 4, 4,
	  "text PIN (券面事項入力補助用)", "券面事項入力補助用暗証番号",
	  "4 digits", "数字 4 桁" },
};

/* A PIN as the card wants it: half-width, upper case. */
struct pin_text {
	uint8_t text[JPKI_PIN_MAX];
	size_t len;
};

static const struct pin_info *
find_pin(enum jpki_pin pin)
{
	size_t i;

	for (i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
		if (pins[i].pin == pin)
			return &pins[i];
	return NULL;
}

static const char *
pin_name(struct jpki_ctx *ctx, const struct pin_info *info)
{
	return jpki_ctx_lang(ctx) == JPKI_LANG_JA ? info->ja_name : info->name;
}

const char *
jpki_pin_name(enum jpki_pin pin, enum jpki_lang lang)
{
	const struct pin_info *info = find_pin(pin);

	if (info == NULL)
		return "?";
	return lang == JPKI_LANG_JA ? info->ja_name : info->name;
}

/* Records a failure with the PIN's name and the tries left. */
static int
fail_pin(struct jpki_ctx *ctx, int code, uint16_t sw,
    const struct pin_info *info, int left)
{
	bool ja = jpki_ctx_lang(ctx) == JPKI_LANG_JA;
	const char *name = pin_name(ctx, info);

	if (left < 0)
		return jpkip_fail_sw(ctx, code, sw, "%s", name);
	if (ja)
		return jpkip_fail_sw(ctx, code, sw, "%s、残り %d 回", name,
		    left);
	return jpkip_fail_sw(ctx, code, sw, "%s, %d %s left", name, left,
	    left == 1 ? "try" : "tries");
}

/*
 * One character of UTF-8 text as ASCII: the full-width forms U+FF10..U+FF5A
 * are folded, letters raised. 0: not a character of any PIN. *n is how many
 * bytes it took.
 */
static uint8_t
fold(const char *text, size_t len, size_t *n)
{
	const uint8_t *b = (const uint8_t *)text;
	unsigned c = b[0];

	*n = 1;
	if (len >= 3 && b[0] == 0xef && (b[1] == 0xbc || b[1] == 0xbd) &&
	    (b[2] & 0xc0) == 0x80) {
		*n = 3;
		/* U+FF01 is ASCII 21. */
		c = ((b[1] & 0x03u) << 6 | (b[2] & 0x3fu)) + 0x20;
	}
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))
		return (uint8_t)c;
	return 0;
}

static int
fail_shape(struct jpki_ctx *ctx, const struct pin_info *info)
{
	bool ja = jpki_ctx_lang(ctx) == JPKI_LANG_JA;

	return jpkip_fail(ctx, JPKI_ERR_PIN_FORMAT,
	    ja ? "%sは%s" : "the %s has %s", pin_name(ctx, info),
	    ja ? info->ja_shape : info->shape);
}

/* The PIN check: the one place where a PIN is folded and judged. */
static int
check_pin(struct jpki_ctx *ctx, const struct pin_info *info, const char *text,
    size_t len, struct pin_text *out)
{
	size_t n;
	uint8_t c;

	out->len = 0;
	for (; len > 0; text += n, len -= n) {
		c = fold(text, len, &n);
		if (c == 0 || (info->digits_only && c > '9') ||
		    out->len == info->max)
			goto bad;
		out->text[out->len++] = c;
	}
	if (out->len >= info->min)
		return 0;
bad:
	jpkip_wipe(out, sizeof(*out));
	return fail_shape(ctx, info);
}

/* A new sign password mixes letters and digits; an old one may not (rule
 * E3), and must still work. */
static int
check_new(struct jpki_ctx *ctx, const struct pin_info *info,
    const struct pin_text *cur, const struct pin_text *next)
{
	bool ja = jpki_ctx_lang(ctx) == JPKI_LANG_JA;
	bool letter = info->digits_only, digit = false;
	size_t i;

	for (i = 0; i < next->len; i++) {
		if (next->text[i] <= '9')
			digit = true;
		else
			letter = true;
	}
	if (!letter || !digit)
		return jpkip_fail(ctx, JPKI_ERR_PIN_FORMAT, "%s", ja ?
		    "新しいパスワードには英字と数字の両方が必要" :
		    "a new password needs both letters and digits");
	if (cur->len == next->len &&
	    memcmp(cur->text, next->text, cur->len) == 0)
		return jpkip_fail(ctx, JPKI_ERR_PIN_FORMAT, "%s", ja ?
		    "新旧が同じ" : "the new one is the current one");
	return 0;
}

int
jpki_pin_check(struct jpki_ctx *ctx, enum jpki_pin pin, const char *text,
    size_t len)
{
	const struct pin_info *info = find_pin(pin);
	struct pin_text folded;
	int r;

	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (info == NULL || (text == NULL && len > 0))
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL);
	r = check_pin(ctx, info, text, len, &folded);
	jpkip_wipe(&folded, sizeof(folded));
	return r;
}

/* VERIFY without data; it costs nothing. The 4-byte form: real cards answer
 * 6700 to five bytes. */
static int
send_query(struct jpki_card *card, uint8_t p2, enum jpkip_pin_state *state,
    int *left, struct jpkip_reply *reply)
{
	struct jpkip_apdu apdu;
	int r;

	jpkip_apdu_set(&apdu, 0x00, 0x20, 0x00, p2, NULL, 0, 0);
	apdu.repeatable = true;
	if ((r = jpkip_send(card, &apdu, reply)) != 0)
		return r;
	*state = jpkip_sw_pin(reply->sw, left);
	return 0;
}

/* A card that refuses the query as such can still have the PIN: no count. */
static bool
query_unknown(uint16_t sw)
{
	return sw == 0x6700 || sw == 0x6a86 || sw == 0x6d00 || sw == 0x6a81;
}

/*
 * Asks for the counter. Short EF ids are tried only as the first command
 * after SELECT of the application: a card that does not know them might
 * otherwise take the current file for the one that is meant. Nothing but a
 * count proves that it knows them.
 */
static int
query(struct jpki_card *card, const struct pin_info *info,
    enum jpkip_pin_state *state, int *left, uint8_t *p2)
{
	struct jpkip_reply reply;
	int r;

	if (card->fresh && card->sfi != JPKIP_SFI_NO) {
		*p2 = (uint8_t)(SFI | info->ef);
		if ((r = send_query(card, *p2, state, left, &reply)) != 0)
			return r;
		if (*state == JPKIP_PIN_STATE_COUNT)
			card->sfi = JPKIP_SFI_YES;
		if (card->sfi == JPKIP_SFI_YES &&
		    *state != JPKIP_PIN_STATE_OTHER)
			return 0;
	}
	*p2 = CURRENT_EF;
	if ((r = jpkip_select_ef(card, info->ef, pin_name(card->ctx, info)))
	    != 0 ||
	    (r = send_query(card, *p2, state, left, &reply)) != 0)
		return r;
	if (*state == JPKIP_PIN_STATE_OTHER && query_unknown(reply.sw))
		*state = JPKIP_PIN_STATE_NO_COUNT;
	if (*state == JPKIP_PIN_STATE_OTHER)
		return jpkip_refused(card, &reply, pin_name(card->ctx, info));
	if (card->sfi == JPKIP_SFI_UNKNOWN && *state == JPKIP_PIN_STATE_COUNT)
		card->sfi = JPKIP_SFI_NO;
	return 0;
}

int
jpkip_pin_query(struct jpki_card *card, enum jpki_pin pin, int *left)
{
	const struct pin_info *info = find_pin(pin);
	enum jpkip_pin_state state;
	uint8_t p2;
	int n = -1, r;

	if ((r = jpkip_select_app(card, info->app)) != 0 ||
	    (r = query(card, info, &state, &n, &p2)) != 0)
		return r;
	*left = state == JPKIP_PIN_STATE_COUNT ? n :
	    state == JPKIP_PIN_STATE_BLOCKED ? 0 : -1;
	return 0;
}

int
jpki_pin_tries(struct jpki_card *card, enum jpki_pin pin, int *left)
{
	int n = -1, r;

	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (left == NULL || find_pin(pin) == NULL)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL);
	if ((r = jpkip_run_begin(card)) != 0)
		return r;
	r = jpkip_pin_query(card, pin, &n);
	if ((r = jpkip_run_finish(card, r)) == 0)
		*left = n;
	return r;
}

/* The one command that can cost a try: sent once, whatever happens. */
static int
send_verify(struct jpki_card *card, const struct pin_info *info, uint8_t p2,
    const struct pin_text *pin, int *left)
{
	struct jpkip_reply reply;
	struct jpkip_apdu apdu;
	int r;

	*left = -1;
	card->verified &= ~(1u << info->pin);
	jpkip_apdu_set(&apdu, 0x00, 0x20, 0x00, p2, pin->text, pin->len, 0);
	apdu.pin = true;
	r = jpkip_send(card, &apdu, &reply);
	jpkip_wipe(&apdu, sizeof(apdu));
	if (r != 0)
		return r;
	if (reply.sw == 0x9000) {
		card->verified |= 1u << info->pin;
		return 0;
	}
	switch (jpkip_sw_pin(reply.sw, left)) {
	case JPKIP_PIN_STATE_COUNT:
		return fail_pin(card->ctx, JPKI_ERR_PIN_WRONG, reply.sw, info,
		    *left);
	case JPKIP_PIN_STATE_BLOCKED:
		*left = 0;
		return fail_pin(card->ctx, JPKI_ERR_PIN_BLOCKED, reply.sw,
		    info, -1);
	default:
		if (reply.sw == 0x6300)
			return fail_pin(card->ctx, JPKI_ERR_PIN_WRONG,
			    reply.sw, info, -1);
		return jpkip_refused(card, &reply, pin_name(card->ctx, info));
	}
}

/*
 * Counter, guard, VERIFY. change: in the plain form, so that the PIN's file
 * is current for the command that follows.
 */
static int
verify(struct jpki_card *card, const struct pin_info *info,
    const struct pin_text *pin, int min_tries, bool change, int *left)
{
	enum jpkip_pin_state state;
	uint8_t p2;
	int n = -1, r;

	if ((r = jpkip_select_app(card, info->app)) != 0)
		return r;
	if (change && (r = jpkip_select_ef(card, info->ef,
	    pin_name(card->ctx, info))) != 0)
		return r;
	if ((r = query(card, info, &state, &n, &p2)) != 0)
		return r;
	if (state == JPKIP_PIN_STATE_BLOCKED) {
		*left = 0;
		return fail_pin(card->ctx, JPKI_ERR_PIN_BLOCKED, 0, info, -1);
	}
	if (state == JPKIP_PIN_STATE_COUNT) {
		*left = n;
		if (n < min_tries)
			return fail_pin(card->ctx, JPKI_ERR_PIN_LAST_TRY, 0,
			    info, n);
	} else if (min_tries > JPKI_TRIES_INSIST) {
		return fail_pin(card->ctx, JPKI_ERR_PIN_NO_COUNT, 0, info, -1);
	}
	return send_verify(card, info, p2, pin, left);
}

int
jpki_pin_verify(struct jpki_card *card, enum jpki_pin pin, const char *text,
    size_t len, int min_tries, int *left)
{
	const struct pin_info *info = find_pin(pin);
	struct pin_text folded;
	int ignored, r;

	if (left == NULL)
		left = &ignored;
	*left = -1;
	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (info == NULL || (text == NULL && len > 0) ||
	    min_tries < JPKI_TRIES_INSIST)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL);
	if (card->depth == 0)
		return jpkip_fail(card->ctx, JPKI_ERR_NO_RUN, NULL);
	if ((r = check_pin(card->ctx, info, text, len, &folded)) != 0)
		return r;
	r = verify(card, info, &folded, min_tries, false, left);
	jpkip_wipe(&folded, sizeof(folded));
	return r;
}

/* CHANGE REFERENCE DATA with the new value alone (P1 = 01): the VERIFY before
 * it is what allows it. */
static int
send_change(struct jpki_card *card, const struct pin_info *info,
    const struct pin_text *next)
{
	struct jpkip_reply reply;
	struct jpkip_apdu apdu;
	int r;

	jpkip_apdu_set(&apdu, 0x00, 0x24, 0x01, CURRENT_EF, next->text,
	    next->len, 0);
	apdu.pin = true;
	r = jpkip_send(card, &apdu, &reply);
	jpkip_wipe(&apdu, sizeof(apdu));
	if (r != 0)
		return r;
	if (reply.sw != 0x9000)
		return jpkip_refused(card, &reply, pin_name(card->ctx, info));
	return 0;
}

int
jpki_pin_change(struct jpki_card *card, enum jpki_pin pin, const char *cur,
    size_t cur_len, const char *next, size_t next_len, int min_tries,
    int *left)
{
	const struct pin_info *info = find_pin(pin);
	struct pin_text old, new;
	int ignored, r;

	if (left == NULL)
		left = &ignored;
	*left = -1;
	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (info == NULL || (cur == NULL && cur_len > 0) ||
	    (next == NULL && next_len > 0) || min_tries < JPKI_TRIES_INSIST)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL);
	/* Both are judged before the card hears of either. */
	if ((r = check_pin(card->ctx, info, cur, cur_len, &old)) != 0 ||
	    (r = check_pin(card->ctx, info, next, next_len, &new)) != 0 ||
	    (r = check_new(card->ctx, info, &old, &new)) != 0)
		goto out;
	if ((r = jpkip_run_begin(card)) != 0)
		goto out;
	if ((r = verify(card, info, &old, min_tries, true, left)) == 0)
		r = send_change(card, info, &new);
	r = jpkip_run_finish(card, r);
out:
	jpkip_wipe(&old, sizeof(old));
	jpkip_wipe(&new, sizeof(new));
	return r;
}
