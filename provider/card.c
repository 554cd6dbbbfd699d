/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cards of one provider: libjpki's shared cards, found again by reader and
 * serial number, whose failures are raised; and the PIN that was right a moment
 * ago. They live as long as the provider, which OpenSSL keeps while
 * there is a store or a key.
 */
#include "card.h"

#include "conf.h"
#include "err.h"

/* Keeps a PIN for the grace period, instead of the last one. */
static void
begin_grace(struct prov_card *card, enum jpki_pin which,
    struct jpki_kept *pin)
{
	int seconds = prov_conf(card->prov)->pin_grace;
	struct jpki_kept *last;

	jpki_mutex_lock(&card->prov->mutex);
	last = card->grace;
	card->grace = pin;
	card->grace_pin = which;
	clock_gettime(CLOCK_MONOTONIC, &card->grace_end);
	card->grace_end.tv_sec += seconds;
	jpki_mutex_unlock(&card->prov->mutex);
	jpki_kept_free(&last);
}

/* Lets go of a PIN whose time is over. */
static void
end_grace(struct prov_card *card)
{
	struct jpki_kept *over = NULL;
	struct timespec now;

	jpki_mutex_lock(&card->prov->mutex);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (card->grace != NULL && (now.tv_sec >= card->grace_end.tv_sec ||
	    jpki_kept_state(card->grace) != JPKI_KEPT_RIGHT)) {
		over = card->grace;
		card->grace = NULL;
	}
	jpki_mutex_unlock(&card->prov->mutex);
	jpki_kept_free(&over);
}

/* The list */

static struct prov_card *
card_new(struct prov *prov, const char *reader, const char *serial)
{
	struct prov_card *card;
	struct jpki_ctx *ctx;

	if ((card = calloc(1, sizeof(*card))) == NULL)
		return NULL;
	card->prov = prov;
	ctx = jpki_ctx_new();
	if (jpki_shared_new(ctx, reader, serial, &card->shared) != 0) {
		free(card);
		card = NULL;
	}
	jpki_ctx_free(&ctx);
	return card;
}

struct prov_card *
prov_card_get(struct prov *prov, const char *reader, const char *serial)
{
	struct prov_card *card;

	if (reader == NULL)
		reader = prov_conf(prov)->reader;
	jpki_mutex_lock(&prov->mutex);
	for (card = prov->cards; card != NULL; card = card->next) {
		if (jpki_shared_is(card->shared, reader, serial))
			break;
	}
	if (card == NULL &&
	    (card = card_new(prov, reader, serial)) != NULL) {
		card->next = prov->cards;
		prov->cards = card;
	}
	jpki_mutex_unlock(&prov->mutex);
	if (card == NULL)
		prov_raise(prov, -JPKI_ERR_MEMORY, "card");
	return card;
}

void
prov_cards_free(struct prov *prov)
{
	struct prov_card *card;

	while ((card = prov->cards) != NULL) {
		prov->cards = card->next;
		jpki_kept_free(&card->grace);
		jpki_shared_free(&card->shared);
		free(card);
	}
}

/* Calls */

int
prov_card_done(struct prov_card *card, struct jpki_ctx *ctx, int r)
{
	/* Without a context that was done. */
	if (r != 0 && ctx != NULL)
		prov_raise_ctx(card->prov, ctx);
	jpki_ctx_free(&ctx);
	end_grace(card);
	return r;
}

int
prov_card_cert(struct prov_card *card, unsigned epoch, enum jpki_slot slot,
    struct jpki_kept *pin, int min_tries, struct jpki_cert **out)
{
	struct jpki_ctx *ctx = prov_ctx_new(card->prov);
	int r = prov_card_done(card, ctx, jpki_shared_cert(ctx, card->shared,
	    epoch, slot, pin, min_tries, out));

	if (r == 0 && pin != NULL && prov_conf(card->prov)->pin_grace > 0 &&
	    jpki_kept_state(pin) == JPKI_KEPT_RIGHT)
		begin_grace(card, prov_slot_pin(slot), jpki_kept_ref(pin));
	return r;
}

struct jpki_kept *
prov_card_grace(struct prov_card *card, enum jpki_pin which, unsigned epoch)
{
	struct jpki_kept *pin = NULL;

	end_grace(card);
	jpki_mutex_lock(&card->prov->mutex);
	if (card->grace_pin == which && jpki_kept_epoch(card->grace) == epoch)
		pin = jpki_kept_ref(card->grace);
	jpki_mutex_unlock(&card->prov->mutex);
	return pin;
}
