/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cards of one provider: libjpki's shared cards, found again by reader and
 * serial number, whose failures are raised; and the password that was right a
 * moment ago. They live as long as the provider, which OpenSSL keeps while
 * there is a store or a key.
 */
#include "prov.h"

/* Puts another password, or NULL, in the place of the last one. */
static struct prov_pin *
swap_grace(struct prov_card *card, struct prov_pin *pin)
{
	int seconds = prov_conf(card->prov)->pin_grace;
	struct prov_pin *last;

	jpki_mutex_lock(&card->prov->mutex);
	last = card->grace;
	card->grace = pin;
	clock_gettime(CLOCK_MONOTONIC, &card->grace_end);
	card->grace_end.tv_sec += seconds;
	jpki_mutex_unlock(&card->prov->mutex);
	return last;
}

/* Raises a failure; without a context that was done. */
static int
end(struct prov_card *card, struct jpki_ctx *ctx, int r)
{
	struct prov_pin *pin;

	if (r != 0 && ctx != NULL)
		prov_raise_ctx(card->prov, ctx);
	jpki_ctx_free(&ctx);
	/* If there is another card now, the password of the last one is wiped
	 * in place, in its keys too. */
	jpki_mutex_lock(&card->prov->mutex);
	pin = prov_pin_ref(card->grace);
	jpki_mutex_unlock(&card->prov->mutex);
	jpki_shared_forget(card->shared, pin != NULL ? pin->kept : NULL);
	prov_pin_unref(pin);
	return r;
}

/* The list */

static void
card_free(struct prov_card *card)
{
	prov_pin_unref(card->grace);
	jpki_shared_free(&card->shared);
	free(card);
}

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
		card_free(card);
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
		prov_raise(prov, PROV_R_MEMORY, "card");
	return card;
}

void
prov_cards_free(struct prov *prov)
{
	struct prov_card *card, *next;

	for (card = prov->cards; card != NULL; card = next) {
		next = card->next;
		card_free(card);
	}
}

/* Calls */

int
prov_card_open(struct prov_card *card, unsigned *epoch)
{
	struct jpki_ctx *ctx = prov_ctx_new(card->prov);

	return end(card, ctx, jpki_shared_open(ctx, card->shared, epoch));
}

int
prov_card_ready(struct prov_card *card, enum jpki_pin pin, int min_tries,
    int *left)
{
	struct jpki_ctx *ctx = prov_ctx_new(card->prov);

	return end(card, ctx, jpki_shared_ready(ctx, card->shared, pin,
	    min_tries, left));
}

int
prov_card_present(struct prov_card *card, enum jpki_slot slot, bool *present)
{
	struct jpki_ctx *ctx = prov_ctx_new(card->prov);

	return end(card, ctx, jpki_shared_present(ctx, card->shared, slot,
	    present));
}

int
prov_card_cert(struct prov_card *card, unsigned epoch, enum jpki_slot slot,
    struct prov_pin *pin, int min_tries, struct jpki_cert **out)
{
	struct jpki_ctx *ctx = prov_ctx_new(card->prov);
	int r = end(card, ctx, jpki_shared_cert(ctx, card->shared, epoch, slot,
	    pin != NULL ? pin->kept : NULL, min_tries, out));

	if (r == 0 && slot == JPKI_SLOT_SIGN && pin != NULL &&
	    prov_conf(card->prov)->pin_grace > 0 &&
	    jpki_kept_state(pin->kept) == JPKI_KEPT_RIGHT)
		prov_pin_unref(swap_grace(card, prov_pin_ref(pin)));
	return r;
}

struct prov_pin *
prov_card_grace(struct prov_card *card, unsigned epoch)
{
	struct prov_pin *pin, *over = NULL;
	struct timespec now;

	jpki_mutex_lock(&card->prov->mutex);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (card->grace != NULL && (now.tv_sec >= card->grace_end.tv_sec ||
	    card->grace->epoch != epoch ||
	    jpki_kept_state(card->grace->kept) != JPKI_KEPT_RIGHT)) {
		over = card->grace;
		card->grace = NULL;
	}
	pin = prov_pin_ref(card->grace);
	jpki_mutex_unlock(&card->prov->mutex);
	prov_pin_unref(over);
	return pin;
}

int
prov_card_sign(struct prov_card *card, const struct jpki_signing *what,
    struct prov_pin *pin, int min_tries, unsigned char *sig, size_t sig_size,
    size_t *sig_len)
{
	struct jpki_ctx *ctx = prov_ctx_new(card->prov);

	return end(card, ctx, jpki_shared_sign(ctx, card->shared, what,
	    pin != NULL ? pin->kept : NULL, min_tries, sig, sig_size,
	    sig_len));
}
