/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/wipe.h"
#include "card/reader.h"
#include "card/session.h"
#include "transport/soft.h"

#define LABEL_LEN 32
#define GET_RESPONSE_MAX 8	/* 61xx in a row */

/* One command; the answer's data is added to the reply's. */
static int
exchange(struct jpki_card *card, const struct jpkip_apdu *apdu,
    struct jpkip_reply *reply)
{
	uint8_t rsp[JPKIP_RSP_MAX];
	size_t len = 0;
	int r;

	r = jpkip_link_transmit(&card->link, apdu->bytes, apdu->len, rsp, &len);
	card->fresh = false;
	if (r != 0) {
		card->broken = r;
		return r;
	}
	len -= 2;
	if (len > sizeof(reply->data) - reply->len) {
		r = jpkip_fail(card->ctx, JPKI_ERR_DATA,
		    "the card's answer is too long");
	} else {
		memcpy(reply->data + reply->len, rsp, len);
		reply->len += len;
		reply->sw = (uint16_t)(rsp[len] << 8 | rsp[len + 1]);
	}
	jpkip_wipe(rsp, len);
	return r;
}

/* Sends again once after 6F00, or with the Le that the card asks for. */
static int
exchange_again(struct jpki_card *card, struct jpkip_apdu *apdu,
    struct jpkip_reply *reply)
{
	if (!apdu->repeatable)
		return 0;
	if (reply->sw >> 8 == 0x6c && apdu->le)
		apdu->bytes[apdu->len - 1] = (uint8_t)reply->sw;
	else if (reply->sw != 0x6f00)
		return 0;
	reply->len = 0;
	return exchange(card, apdu, reply);
}

int
jpkip_send(struct jpki_card *card, struct jpkip_apdu *apdu,
    struct jpkip_reply *reply)
{
	unsigned rounds;
	int r;

	reply->len = 0;
	reply->sw = 0;
	if (card->broken != 0)
		return jpkip_fail(card->ctx, card->broken, NULL);
	if (apdu->pin) {
		card->pin_sent = true;
		return exchange(card, apdu, reply);
	}
	if ((r = exchange(card, apdu, reply)) != 0 ||
	    (r = exchange_again(card, apdu, reply)) != 0)
		return r;
	/* Never seen with T=1, but ISO 7816-4 allows it. */
	for (rounds = 0; reply->sw >> 8 == 0x61 && rounds < GET_RESPONSE_MAX;
	    rounds++) {
		jpkip_apdu_set(apdu, 0x00, 0xc0, 0, 0, NULL, 0,
		    (reply->sw & 0xff) != 0 ? reply->sw & 0xff :
		    JPKIP_LE_SHORT);
		if ((r = exchange(card, apdu, reply)) != 0)
			return r;
	}
	return 0;
}

int
jpkip_refused(struct jpki_card *card, const struct jpkip_reply *reply,
    const char *what)
{
	return jpkip_fail_sw(card->ctx, JPKI_ERR_CARD_SW, reply->sw,
	    "%s, status %04X", what, (unsigned)reply->sw);
}

static void
forget_run(struct jpki_card *card)
{
	card->app = NULL;
	card->fresh = false;
	card->ef = 0;
	card->verified = 0;
	card->pin_sent = false;
	card->broken = 0;
}

/*
 * After a reconnection, before anything else: is it the same card? The sure
 * sign is its auth certificate. Where none was read before there is nothing to
 * compare, and the card must be opened anew. While a card is being opened,
 * there was none before it.
 */
static int
same_card(struct jpki_card *card)
{
	int r;

	if (!card->opened)
		return 0;
	card->sfi = JPKIP_SFI_UNKNOWN;
	r = card->known[JPKI_SLOT_AUTH] == NULL ? JPKI_ERR_CHANGED :
	    jpkip_compare_cert(card, JPKI_SLOT_AUTH);
	if (r != JPKI_ERR_CHANGED)
		return r;
	card->changed = true;
	return jpkip_fail(card->ctx, JPKI_ERR_CHANGED, NULL);
}

/*
 * A program that is ended by ^C in a run would leave the card open to others.
 * Runs are short: what would end us waits until the door is closed.
 */
static void
hold_signals(struct jpki_card *card)
{
	static const int held[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE
	};
	sigset_t set;
	size_t i;

	(void)sigemptyset(&set);
	for (i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		(void)sigaddset(&set, held[i]);
	(void)pthread_sigmask(SIG_BLOCK, &set, &card->signals);
}

int
jpkip_run_begin(struct jpki_card *card)
{
	enum jpki_link_event event;
	int r;

	if (card->depth > 0) {
		card->depth++;
		return 0;
	}
	if (card->changed)
		return jpkip_fail(card->ctx, JPKI_ERR_CHANGED, NULL);
	if ((r = jpkip_link_begin(&card->link, &event)) != 0)
		return r;
	forget_run(card);
	if (event == JPKI_LINK_CHANGED) {
		card->changed = true;
		/* Not ours: leave it as it is. */
		jpkip_ignore(jpkip_link_end(&card->link, JPKI_LINK_LEAVE));
		return jpkip_fail(card->ctx, JPKI_ERR_CHANGED, NULL);
	}
	card->depth = 1;
	hold_signals(card);
	if (event == JPKI_LINK_RECONNECTED && (r = same_card(card)) != 0)
		return jpkip_run_finish(card, r);
	return 0;
}

/* Another application clears the login; its answer does not matter, because
 * the power goes next. */
static void
close_door(struct jpki_card *card)
{
	struct jpkip_reply reply;
	struct jpkip_apdu apdu;

	card->broken = 0;
	jpkip_apdu_set(&apdu, 0x00, 0xa4, 0x04, 0x0c, jpkip_app_common.aid,
	    sizeof(jpkip_app_common.aid), 0);
	jpkip_ignore(jpkip_send(card, &apdu, &reply));
}

int
jpkip_run_end(struct jpki_card *card)
{
	int before = jpki_ctx_err(card->ctx);
	bool door;
	int r;

	if (card->depth == 0)
		return jpkip_fail(card->ctx, JPKI_ERR_NO_RUN, NULL);
	if (--card->depth > 0)
		return 0;
	door = card->pin_sent;
	if (door)
		close_door(card);
	forget_run(card);
	r = jpkip_link_end(&card->link,
	    door ? JPKI_LINK_POWER_OFF : JPKI_LINK_LEAVE);
	if (r != 0 && door) {
		/* An open door is worse than whatever came before. */
		jpkip_ctx_clear(card->ctx);
		r = before != 0 ? jpkip_fail(card->ctx, JPKI_ERR_DOOR, "%s",
		    jpkip_err_what(before, jpki_ctx_lang(card->ctx))) :
		    jpkip_fail(card->ctx, JPKI_ERR_DOOR, NULL);
	} else if (r == 0 && before == 0) {
		jpkip_ctx_clear(card->ctx);
	}
	(void)pthread_sigmask(SIG_SETMASK, &card->signals, NULL);
	return r;
}

int
jpkip_run_finish(struct jpki_card *card, int r)
{
	int end = jpkip_run_end(card);

	return r != 0 && end != JPKI_ERR_DOOR ? r : end;
}

int
jpki_card_begin(struct jpki_card *card)
{
	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	return jpkip_run_begin(card);
}

int
jpki_card_end(struct jpki_card *card)
{
	return card != NULL ? jpkip_run_end(card) : JPKI_ERR_USAGE;
}

static enum jpki_carrier
carrier_of(const uint8_t *label, size_t len)
{
	static const struct {
		const char *label;
		enum jpki_carrier carrier;
	} table[] = {
		{ "JPKIAPICCTOKEN2", JPKI_CARRIER_CARD },
		{ "JPKIAPICCTOKEN", JPKI_CARRIER_JUKI },
		{ "JPKIAPGPSETOKEN", JPKI_CARRIER_ANDROID },
		{ "JPKIAPIOSTOKEN", JPKI_CARRIER_IPHONE },
	};
	size_t i;

	/* Padded with spaces on some carriers, with NUL on others. */
	while (len > 0 && (label[len - 1] == ' ' || label[len - 1] == '\0'))
		len--;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strlen(table[i].label) == len &&
		    memcmp(table[i].label, label, len) == 0)
			return table[i].carrier;
	return JPKI_CARRIER_UNKNOWN;
}

/*
 * Says whose card it is before any PIN is sent. The counter query comes first
 * after SELECT, when no file is current: only then does its answer tell
 * whether the card knows short EF ids.
 */
static int
identify(struct jpki_card *card)
{
	uint8_t label[LABEL_LEN];
	size_t len = 0;
	int r;

	if ((r = jpkip_select_app(card, &jpkip_app_jpki)) != 0)
		return r;
	r = jpkip_pin_query(card, JPKI_PIN_AUTH, &card->auth_tries);
	if (card->broken != 0)
		return r;
	r = jpkip_read_start(card, JPKIP_EF_TOKEN_INFO, "label", label,
	    sizeof(label), &len);
	if (card->broken != 0)
		return r;
	/* A card without counter or label is still a card. */
	jpkip_ctx_clear(card->ctx);
	if (r == 0)
		card->carrier = carrier_of(label, len);
	if (card->carrier == JPKI_CARRIER_JUKI)
		return jpkip_fail(card->ctx, JPKI_ERR_OLD_CARD, NULL);
	return 0;
}

static struct jpki_card *
card_new(struct jpki_ctx *ctx)
{
	struct jpki_card *card;

	if ((card = calloc(1, sizeof(*card))) == NULL) {
		jpkip_ignore(jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL));
		return NULL;
	}
	card->ctx = ctx;
	card->auth_tries = -1;
	card->presence = -1;
	return card;
}

static int
card_start(struct jpki_card *card)
{
	int r;

	if ((r = jpkip_run_begin(card)) != 0)
		return r;
	r = identify(card);
	card->opened = r == 0;
	return jpkip_run_finish(card, r);
}

int
jpki_card_open(struct jpki_ctx *ctx, const char *reader,
    struct jpki_card **out)
{
	struct jpki_card *card;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((card = card_new(ctx)) == NULL)
		return JPKI_ERR_MEMORY;
	if ((r = jpkip_reader_open(ctx, reader, &card->link)) != 0) {
		free(card);
		return r;
	}
	if ((r = card_start(card)) != 0) {
		jpki_card_close(&card);
		return r;
	}
	*out = card;
	return 0;
}

int
jpki_card_open_with(struct jpki_ctx *ctx,
    const struct jpki_transport_ops *ops, void *arg, struct jpki_card **out)
{
	struct jpki_card *card;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL || ops == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((card = card_new(ctx)) == NULL)
		return JPKI_ERR_MEMORY;
	if ((r = jpkip_link_init(&card->link, ctx, ops, arg)) != 0 ||
	    (r = card_start(card)) != 0) {
		card->link.ops.close = NULL;	/* arg stays the caller's */
		jpki_card_close(&card);
		return r;
	}
	*out = card;
	return 0;
}

int
jpki_card_open_soft(struct jpki_ctx *ctx, struct jpki_softcard *soft,
    struct jpki_card **out)
{
	struct jpki_card *card;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL || soft == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((card = card_new(ctx)) == NULL)
		return JPKI_ERR_MEMORY;
	if ((r = jpkip_soft_attach(ctx, soft, &card->link)) != 0 ||
	    (r = card_start(card)) != 0) {
		jpki_card_close(&card);
		return r;
	}
	*out = card;
	return 0;
}

void
jpki_card_close(struct jpki_card **card)
{
	size_t i;

	if (card == NULL || *card == NULL)
		return;
	if ((*card)->depth > 0) {
		(*card)->depth = 1;
		if (jpkip_run_end(*card) == JPKI_ERR_DOOR)
			jpkip_warn((*card)->ctx, "%s",
			    jpki_ctx_errmsg((*card)->ctx));
	}
	for (i = 0; i <= JPKI_SLOT_SIGN_CA; i++)
		jpki_cert_free(&(*card)->known[i]);
	jpkip_wipe((*card)->token, sizeof((*card)->token));
	jpkip_link_close(&(*card)->link);
	free(*card);
	*card = NULL;
}

enum jpki_carrier
jpki_card_carrier(const struct jpki_card *card)
{
	return card != NULL ? card->carrier : JPKI_CARRIER_UNKNOWN;
}

uint64_t
jpki_card_insertion(const struct jpki_card *card)
{
	return card != NULL ? jpkip_link_insertion(&card->link) : 0;
}

int
jpki_card_auth_tries_at_open(const struct jpki_card *card)
{
	return card != NULL ? card->auth_tries : -1;
}
