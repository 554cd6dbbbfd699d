/* SPDX-License-Identifier: Apache-2.0 */
#include "card.h"

#include "conf.h"
#include "err.h"

struct jpki_shared *
prov_card_get(struct prov *prov, const char *reader, const char *serial)
{
	struct jpki_ctx *ctx = prov_ctx_new(prov);
	struct jpki_shared *card = NULL;

	if (reader == NULL)
		reader = prov_conf(prov)->reader;
	(void)prov_card_done(prov, ctx, jpki_cards_get(ctx, prov->cards,
	    reader, serial, &card));
	return card;
}

int
prov_card_done(struct prov *prov, struct jpki_ctx *ctx, int r)
{
	/* Without a context that was done. */
	if (r != 0 && ctx != NULL)
		prov_raise_ctx(prov, ctx);
	jpki_ctx_free(&ctx);
	return r;
}

int
prov_card_cert(struct prov *prov, struct jpki_shared *card, unsigned epoch,
    enum jpki_slot slot, struct jpki_kept *pin, int min_tries,
    struct jpki_cert **out)
{
	struct jpki_ctx *ctx = prov_ctx_new(prov);
	int r = prov_card_done(prov, ctx, jpki_shared_cert(ctx, card, epoch,
	    slot, pin, min_tries, out));

	if (r == 0 && pin != NULL)
		jpki_shared_keep(card, pin,
		    (unsigned)prov_conf(prov)->pin_grace);
	return r;
}
