/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a card, saying what it is, and closing it. */
#include "card/card.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "card/file.h"
#include "card/head.h"
#include "card/pin.h"
#include "card/reader.h"
#include "card/run.h"

#define LABEL_LEN 32

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

/* A card without counter or label is still a card. */
static int
check_carrier(struct jpki_card *card)
{
	jpkip_ctx_clear(card->ctx);
	if (card->carrier == JPKI_CARRIER_JUKI)
		return jpkip_fail(card->ctx, JPKI_ERR_OLD_CARD, NULL, NULL);
	return 0;
}

/*
 * Says whose card it is before any PIN is sent. The counter query comes first
 * after SELECT, when no file is current: only then does its answer tell
 * whether the card knows short EF ids.
 */
static int
identify(struct jpki_card *card, enum jpki_pin pin)
{
	uint8_t label[LABEL_LEN];
	size_t len = 0;
	int r;

	if ((r = jpkip_select_app(card, &jpkip_app_jpki)) != 0)
		return r;
	card->first_pin = pin;
	r = jpkip_pin_query(card, pin, true, &card->first_tries);
	if (card->broken != 0)
		return r;
	r = jpkip_read_start(card, JPKIP_EF_TOKEN_INFO, "EF 0006", label,
	    sizeof(label), &len);
	if (card->broken != 0)
		return r;
	if (r == 0)
		card->carrier = carrier_of(label, len);
	return check_carrier(card);
}

/*
 * The same where no count is wanted: a label that is known, first after SELECT,
 * tells as much about short EF ids.
 */
static int
identify_by_label(struct jpki_card *card)
{
	uint8_t label[LABEL_LEN];
	size_t len;
	int r;

	if ((r = jpkip_select_app(card, &jpkip_app_jpki)) != 0 ||
	    (r = jpkip_read_short(card, JPKIP_EF_TOKEN_INFO, label,
	    sizeof(label), &len)) != 0)
		return r;
	card->carrier = carrier_of(label, len);
	if (card->carrier == JPKI_CARRIER_UNKNOWN) {
		/* Some other label: then a count is to tell. */
		if (len > 0)
			card->app = NULL;
		return identify(card, JPKI_PIN_AUTH);
	}
	card->sfi = JPKIP_SFI_YES;
	return check_carrier(card);
}

static struct jpki_card *
card_new(struct jpki_ctx *ctx)
{
	struct jpki_card *card;

	if ((card = calloc(1, sizeof(*card))) == NULL) {
		jpkip_ignore(jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL));
		return NULL;
	}
	card->ctx = ctx;
	card->first_tries = -1;
	return card;
}

/* stay: the run goes on. */
static int
card_start(struct jpki_card *card, enum jpki_pin pin, bool stay)
{
	int r;

	if ((r = jpkip_run_begin(card)) != 0)
		return r;
	r = pin == JPKIP_PIN_NONE ? identify_by_label(card) :
	    identify(card, pin);
	card->opened = card->untouched = r == 0;
	(void)clock_gettime(CLOCK_MONOTONIC, &card->told_at);
	return r == 0 && stay ? 0 : jpkip_run_finish(card, r);
}

static int
card_open(struct jpki_ctx *ctx, const char *reader, enum jpki_pin pin,
    bool stay, struct jpki_card **out)
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
	if ((r = card_start(card, pin, stay)) != 0) {
		jpki_card_close(&card);
		return r;
	}
	*out = card;
	return 0;
}

int
jpki_card_open(struct jpki_ctx *ctx, const char *reader,
    struct jpki_card **out)
{
	return card_open(ctx, reader, JPKI_PIN_AUTH, false, out);
}

int
jpki_card_open_begin(struct jpki_ctx *ctx, const char *reader,
    struct jpki_card **out)
{
	return card_open(ctx, reader, JPKI_PIN_AUTH, true, out);
}

int
jpkip_card_open_begin(struct jpki_ctx *ctx, const char *reader,
    enum jpki_pin pin, struct jpki_card **out)
{
	return card_open(ctx, reader, pin, true, out);
}

int
jpkip_card_open_with(struct jpki_ctx *ctx,
    const struct jpki_transport_ops *ops, void *arg, enum jpki_pin pin,
    struct jpki_card **out)
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
	    (r = card_start(card, pin, false)) != 0) {
		card->link.ops.close = NULL;	/* arg stays the caller's */
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
	return jpkip_card_open_with(ctx, ops, arg, JPKI_PIN_AUTH, out);
}

/* Nobody else gets to hear of a door that stays open. */
static void
end_run(struct jpki_card *card)
{
	card->depth = 1;
	if (jpkip_run_end(card) == JPKI_ERR_DOOR)
		jpkip_warn(card->ctx, JPKIP_SAME("%s%s%s"),
		    jpki_ctx_errmsg(card->ctx),
		    jpkip_pick(card->ctx, ". ", "。"),
		    jpki_ctx_errhint(card->ctx));
}

void
jpki_card_close(struct jpki_card **card)
{
	size_t i;

	if (card == NULL || *card == NULL)
		return;
	if ((*card)->depth > 0)
		end_run(*card);
	for (i = 0; i < JPKIP_N_SLOTS; i++)
		jpki_cert_free(&(*card)->known[i]);
	jpkip_heads_forget(*card);
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
