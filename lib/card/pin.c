/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PINs. Everything that can cost the holder a try is in this file, and the
 * only command that does is in send_verify().
 */
#include "card/pin.h"

#include <string.h>

#include "base/buf.h"
#include "base/locked.h"
#include "base/wipe.h"
#include "card/command.h"
#include "card/file.h"
#include "card/pin_table.h"
#include "card/run.h"

#define INS_VERIFY 0x20
#define INS_CHANGE 0x24
#define SFI 0x80
#define CURRENT_EF 0x80
#define TOLD_AGE 10	/* seconds */

/* Records a failure with the PIN's name and the tries left. */
static int
fail_pin(struct jpki_ctx *ctx, int code, uint16_t sw,
    const struct jpkip_pin_info *info, int left)
{
	const char *name = jpkip_pin_name(ctx, info);

	if (left < 0)
		return jpkip_fail_sw(ctx, code, sw, JPKIP_SAME("%s"), name);
	if (left == 1)
		return jpkip_fail_sw(ctx, code, sw, "%s, 1 try left",
		    "%s、残り 1 回", name);
	return jpkip_fail_sw(ctx, code, sw, "%s, %d tries left",
	    "%s、残り %d 回", name, left);
}

/* What a status word says of this PIN. A count above its maximum cannot be
 * one: who believed it would spend tries that are not there. */
static enum jpkip_pin_state
state_of(const struct jpkip_pin_info *info, uint16_t sw, int *left)
{
	enum jpkip_pin_state state;
	int n = -1;

	state = jpkip_sw_pin(sw, &n);
	if (n > info->rules->tries) {
		state = JPKIP_PIN_STATE_NO_COUNT;
		n = -1;
	}
	*left = n;
	return state;
}

/* VERIFY without data; it costs nothing. The 4-byte form: real cards answer
 * 6700 to five bytes. */
static int
send_query(struct jpki_card *card, const struct jpkip_pin_info *info,
    uint8_t p2, enum jpkip_pin_state *state, int *left,
    struct jpkip_reply *reply)
{
	struct jpkip_apdu apdu;
	int r;

	jpkip_apdu_set(&apdu, 0x00, 0x20, 0x00, p2, NULL, 0, 0);
	apdu.repeatable = true;
	if ((r = jpkip_send(card, &apdu, reply)) != 0)
		return r;
	*state = state_of(info, reply->sw, left);
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
 * count, or a label that was read so, proves that it knows them; then they
 * serve a query that stands alone at any time, but none that a VERIFY follows.
 */
static int
query(struct jpki_card *card, const struct jpkip_pin_info *info, bool alone,
    enum jpkip_pin_state *state, int *left, uint8_t *p2)
{
	struct jpkip_reply reply;
	int r;

	if (card->sfi != JPKIP_SFI_NO && (card->fresh ||
	    (alone && card->sfi == JPKIP_SFI_YES))) {
		card->ef = 0;
		*p2 = (uint8_t)(SFI | info->ef);
		if ((r = send_query(card, info, *p2, state, left,
		    &reply)) != 0)
			return r;
		if (*state == JPKIP_PIN_STATE_COUNT)
			card->sfi = JPKIP_SFI_YES;
		if (card->sfi == JPKIP_SFI_YES &&
		    *state != JPKIP_PIN_STATE_OTHER)
			return 0;
	}
	*p2 = CURRENT_EF;
	if ((r = jpkip_select_ef(card, info->ef,
	    jpkip_pin_name(card->ctx, info))) != 0 ||
	    (r = send_query(card, info, *p2, state, left, &reply)) != 0)
		return r;
	if (*state == JPKIP_PIN_STATE_OTHER && query_unknown(reply.sw))
		*state = JPKIP_PIN_STATE_NO_COUNT;
	if (*state == JPKIP_PIN_STATE_OTHER)
		return jpkip_refused(card, &reply,
		    jpkip_pin_name(card->ctx, info));
	if (card->sfi == JPKIP_SFI_UNKNOWN && *state == JPKIP_PIN_STATE_COUNT)
		card->sfi = JPKIP_SFI_NO;
	return 0;
}

static int
tries_of(enum jpkip_pin_state state, int count)
{
	return state == JPKIP_PIN_STATE_COUNT ? count :
	    state == JPKIP_PIN_STATE_BLOCKED ? 0 : -1;
}

/* May a PIN be sent with so many tries left? */
static int
guard(struct jpki_card *card, const struct jpkip_pin_info *info,
    int min_tries, int left)
{
	bool unattended = min_tries == JPKI_TRIES_UNATTENDED;

	if (unattended)
		min_tries = info->rules->tries;
	if (left == 0)
		return fail_pin(card->ctx, JPKI_ERR_PIN_BLOCKED, 0, info, -1);
	if (left < 0 && min_tries > JPKI_TRIES_INSIST)
		return fail_pin(card->ctx, JPKI_ERR_PIN_NO_COUNT, 0, info, -1);
	if (left > 0 && left < min_tries)
		return fail_pin(card->ctx, unattended ? JPKI_ERR_PIN_UNTRIED :
		    JPKI_ERR_PIN_LAST_TRY, 0, info, left);
	return 0;
}

int
jpkip_pin_query(struct jpki_card *card, enum jpki_pin pin, bool alone,
    int *left)
{
	const struct jpkip_pin_info *info = jpkip_pin_info(pin);
	enum jpkip_pin_state state;
	uint8_t p2;
	int n = -1, r;

	if ((r = jpkip_select_app(card, info->app)) != 0 ||
	    (r = query(card, info, alone, &state, &n, &p2)) != 0)
		return r;
	*left = tries_of(state, n);
	return 0;
}

/* Whether what the card said when it was opened still holds: in the run that
 * goes on, where nobody else could use it, until a PIN is sent. */
static bool
is_told(const struct jpki_card *card, enum jpki_pin pin)
{
	return card->untouched && pin == card->first_pin &&
	    card->first_tries >= 0;
}

/* For who only wants to know what to ask for it is good enough a moment after
 * that run, too. */
static bool
is_just_told(const struct jpki_card *card, enum jpki_pin pin)
{
	struct timespec now;

	if (!is_told(card, pin) || card->depth > 0)
		return is_told(card, pin);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - card->told_at.tv_sec <= TOLD_AGE;
}

int
jpki_pin_tries(struct jpki_card *card, enum jpki_pin pin, int *left)
{
	int n = -1, r;

	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (left == NULL || jpkip_pin_info(pin) == NULL)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	if (card->depth > 0 && is_told(card, pin)) {
		*left = card->first_tries;
		return 0;
	}
	if ((r = jpkip_run_begin(card)) != 0)
		return r;
	r = jpkip_pin_query(card, pin, true, &n);
	if ((r = jpkip_run_finish(card, r)) == 0)
		*left = n;
	return r;
}

/*
 * Whether a command that was answered so left the card's memory as it was
 * (ISO 7816-4): 65xx, for one, does not, and 6F00 tells nothing.
 */
static bool
left_unchanged(uint16_t sw)
{
	unsigned sw1 = sw >> 8;

	return sw1 == 0x64 || (sw1 >= 0x67 && sw1 <= 0x6e);
}

/* A VERIFY without an answer that tells what became of it. */
static int
fail_verify(struct jpki_card *card, const struct jpkip_pin_info *info,
    uint16_t sw, int why)
{
	const char *name = jpkip_pin_name(card->ctx, info);

	jpkip_ctx_clear(card->ctx);
	if (left_unchanged(sw))
		return jpkip_fail_sw(card->ctx, why, sw, "%s, status %04X",
		    "%s、ステータスワード %04X", name, (unsigned)sw);
	if (sw == 0)
		return jpkip_fail(card->ctx, why,
		    "%s, this may have cost a try",
		    "%s、残り回数が 1 回減ったかもしれません", name);
	return jpkip_fail_sw(card->ctx, why, sw,
	    "%s, status %04X, this may have cost a try",
	    "%s、ステータスワード %04X、残り回数が 1 回減ったかもしれません",
	    name, (unsigned)sw);
}

int
jpki_pin_ready(struct jpki_card *card, enum jpki_pin pin, int min_tries,
    int *left)
{
	const struct jpkip_pin_info *info = jpkip_pin_info(pin);
	int n = -1, r;

	if (left != NULL)
		*left = -1;
	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (info == NULL || min_tries < JPKI_TRIES_INSIST)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	if (is_just_told(card, pin))
		n = card->first_tries;
	if (n < 0 && (r = jpki_pin_tries(card, pin, &n)) != 0)
		return r;
	if (left != NULL)
		*left = n;
	return guard(card, info, min_tries, n);
}

/*
 * The PINs of one call, in locked memory of this process: all that the library
 * has of them while the card is waited for, and another thread may fork.
 */
struct pins {
	struct jpkip_pin_text cur, next;
	uint8_t cmd[5 + JPKI_PIN_MAX];
};

static int
pins_new(struct jpki_ctx *ctx, struct pins **out)
{
	if ((*out = jpkip_locked_own(sizeof(**out))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	return 0;
}

/* A command with one of them; that one is not needed any more. */
static int
send_pin(struct jpki_card *card, struct pins *pins, uint8_t ins, uint8_t p1,
    uint8_t p2, struct jpkip_pin_text *pin, struct jpkip_reply *reply)
{
	struct jpkip_buf cmd = JPKIP_BUF(pins->cmd);
	int r;

	jpkip_buf_u8(&cmd, 0x00);
	jpkip_buf_u8(&cmd, ins);
	jpkip_buf_u8(&cmd, p1);
	jpkip_buf_u8(&cmd, p2);
	jpkip_buf_u8(&cmd, (uint8_t)pin->len);
	jpkip_buf_put(&cmd, pin->text, pin->len);
	jpkip_wipe(pin, sizeof(*pin));
	r = jpkip_send_pin(card, cmd.data, cmd.len, reply);
	jpkip_wipe(pins->cmd, sizeof(pins->cmd));
	return r;
}

/* The one command that can cost a try: sent once, whatever happens. */
static int
send_verify(struct jpki_card *card, const struct jpkip_pin_info *info,
    uint8_t p2, struct pins *pins, int *left)
{
	struct jpkip_reply reply;
	int r;

	*left = -1;
	card->verified &= ~(1u << info->pin);
	r = send_pin(card, pins, INS_VERIFY, 0x00, p2, &pins->cur, &reply);
	if (r != 0)
		return fail_verify(card, info, 0, r);
	if (reply.sw == 0x9000) {
		card->verified |= 1u << info->pin;
		return 0;
	}
	switch (state_of(info, reply.sw, left)) {
	case JPKIP_PIN_STATE_COUNT:
		return fail_pin(card->ctx, JPKI_ERR_PIN_WRONG, reply.sw, info,
		    *left);
	case JPKIP_PIN_STATE_BLOCKED:
		*left = 0;
		return fail_pin(card->ctx, JPKI_ERR_PIN_BLOCKED, reply.sw,
		    info, -1);
	case JPKIP_PIN_STATE_NO_COUNT:
		return fail_pin(card->ctx, JPKI_ERR_PIN_WRONG, reply.sw, info,
		    -1);
	default:
		return fail_verify(card, info, reply.sw, JPKI_ERR_CARD_SW);
	}
}

/*
 * Counter, guard, VERIFY. change: in the plain form, so that the PIN's file
 * is current for the command that follows.
 */
static int
verify(struct jpki_card *card, const struct jpkip_pin_info *info,
    struct pins *pins, int min_tries, bool change, int *left)
{
	enum jpkip_pin_state state;
	uint8_t p2;
	int n = -1, r;

	if ((r = jpkip_select_app(card, info->app)) != 0)
		return r;
	if (change && (r = jpkip_select_ef(card, info->ef,
	    jpkip_pin_name(card->ctx, info))) != 0)
		return r;
	if ((r = query(card, info, false, &state, &n, &p2)) != 0)
		return r;
	*left = tries_of(state, n);
	if ((r = guard(card, info, min_tries, *left)) != 0)
		return r;
	return send_verify(card, info, p2, pins, left);
}

int
jpki_pin_verify(struct jpki_card *card, enum jpki_pin pin, const char *text,
    size_t len, int min_tries, int *left)
{
	const struct jpkip_pin_info *info = jpkip_pin_info(pin);
	struct pins *pins;
	int ignored, r;

	if (left == NULL)
		left = &ignored;
	*left = -1;
	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (info == NULL || (text == NULL && len > 0) ||
	    min_tries < JPKI_TRIES_INSIST)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	if (card->depth == 0)
		return jpkip_fail(card->ctx, JPKI_ERR_NO_RUN, NULL, NULL);
	if ((r = pins_new(card->ctx, &pins)) != 0)
		return r;
	if ((r = jpkip_pin_check(card->ctx, info, text, len,
	    &pins->cur)) == 0)
		r = verify(card, info, pins, min_tries, false, left);
	jpkip_locked_free(pins, sizeof(*pins));
	return r;
}

/* The right PIN before it filled the counter up. */
static int
fail_in_doubt(struct jpki_card *card, const struct jpkip_pin_info *info,
    uint16_t sw, int why)
{
	jpkip_ctx_clear(card->ctx);
	return jpkip_fail_sw(card->ctx, JPKI_ERR_PIN_IN_DOUBT, sw,
	    "%s, %d tries for both together; %s",
	    "%s、新旧あわせて残り %d 回、%s",
	    jpkip_pin_name(card->ctx, info), info->rules->tries,
	    jpki_strerror(why, jpki_ctx_lang(card->ctx)));
}

/*
 * CHANGE REFERENCE DATA with the new value alone (P1 = 01): the VERIFY before
 * it is what allows it. Sent once: if the answer is lost, the card may have
 * done it.
 */
static int
send_change(struct jpki_card *card, const struct jpkip_pin_info *info,
    struct pins *pins)
{
	struct jpkip_reply reply;
	int r;

	r = send_pin(card, pins, INS_CHANGE, 0x01, CURRENT_EF, &pins->next,
	    &reply);
	if (r != 0)
		return fail_in_doubt(card, info, 0, r);
	if (reply.sw == 0x9000)
		return 0;
	if (left_unchanged(reply.sw))
		return jpkip_fail_sw(card->ctx, JPKI_ERR_PIN_NOT_CHANGED,
		    reply.sw, "%s, status %04X",
		    "%s、ステータスワード %04X",
		    jpkip_pin_name(card->ctx, info), (unsigned)reply.sw);
	return fail_in_doubt(card, info, reply.sw, JPKI_ERR_CARD_SW);
}

/* The run of a change. A door that stays open is told about first; that the
 * change was made is then told with it. */
static int
change(struct jpki_card *card, const struct jpkip_pin_info *info,
    struct pins *pins, int min_tries, int *left)
{
	int r, end;

	if ((r = jpkip_run_begin(card)) != 0)
		return r;
	if ((r = verify(card, info, pins, min_tries, true, left)) == 0)
		r = send_change(card, info, pins);
	end = jpkip_run_finish(card, r);
	if (r != 0 || end != JPKI_ERR_DOOR)
		return end;
	jpkip_ctx_clear(card->ctx);
	return jpkip_fail(card->ctx, end, "the %s is the new one now",
	    "%sは新しいものに変わりました",
	    jpkip_pin_name(card->ctx, info));
}

int
jpki_pin_change(struct jpki_card *card, enum jpki_pin pin, const char *cur,
    size_t cur_len, const char *next, size_t next_len, int min_tries,
    unsigned flags, int *left)
{
	const struct jpkip_pin_info *info = jpkip_pin_info(pin);
	struct pins *pins;
	int ignored, r;

	if (left == NULL)
		left = &ignored;
	*left = -1;
	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (info == NULL || (cur == NULL && cur_len > 0) ||
	    (next == NULL && next_len > 0) || min_tries < JPKI_TRIES_INSIST ||
	    (flags & ~JPKI_PIN_ALLOW_WEAK) != 0)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	if ((r = pins_new(card->ctx, &pins)) != 0)
		return r;
	/* Both are judged before the card hears of either. */
	if ((r = jpkip_pin_check(card->ctx, info, cur, cur_len,
	    &pins->cur)) == 0 &&
	    (r = jpkip_pin_check_new(card->ctx, info, next, next_len, flags,
	    &pins->next)) == 0 &&
	    (r = jpkip_pin_check_differs(card->ctx, &pins->cur,
	    &pins->next)) == 0)
		r = change(card, info, pins, min_tries, left);
	jpkip_locked_free(pins, sizeof(*pins));
	return r;
}
