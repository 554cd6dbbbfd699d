/* SPDX-License-Identifier: Apache-2.0 */
#include "store_card.h"

#include "conf.h"
#include "err.h"
#include "pin.h"

int
prov_store_card(struct prov_store *store)
{
	struct jpki_ctx *ctx;
	int r;

	if (store->open)
		return 0;
	ctx = prov_ctx_new(store->prov);
	r = prov_card_done(store->prov, ctx, jpki_shared_open(ctx,
	    store->card, &store->epoch));
	store->open = r == 0;
	return r;
}

/* A PIN of a moment ago for the card that is there now. */
static int
find_kept(struct prov_store *store, enum jpki_pin which)
{
	store->pin = jpki_shared_kept(store->card, which, 0);
	if (store->pin != NULL && prov_store_card(store) != 0)
		return 0;
	if (store->pin != NULL && jpki_kept_epoch(store->pin) != store->epoch)
		jpki_kept_free(&store->pin);
	return 1;
}

int
prov_store_pin(struct prov_store *store, enum jpki_pin which)
{
	struct prov_pin_request req = {
		.source = store->uri->pin_source,
		.value = store->uri->pin_value,
		.which = which,
		.left = -1,
		.cb = store->pw_cb,
		.cbarg = store->pw_cbarg,
	};
	struct jpki_ctx *ctx;
	bool typed;

	if (store->pin != NULL)
		return 1;
	if (req.source == NULL && req.value == NULL)
		req.source = prov_conf_pin_source(store->prov, which);
	typed = req.source == NULL && req.value == NULL;
	if (store->min_tries == 0)
		store->min_tries = typed ? JPKI_TRIES_DEFAULT :
		    JPKI_TRIES_UNATTENDED;
	/* A PIN that was right a moment ago saves the second question, unless
	 * a source was named; a descriptor has nothing left by now. */
	if (req.value == NULL && (req.source == NULL ||
	    strncmp(req.source, "fd:", 3) == 0) && !find_kept(store, which))
		return 0;
	if (store->pin != NULL)
		return 1;
	/* What would cost a try in vain, or the last one, is refused before
	 * anybody is asked for a PIN. With a file, that is early enough when
	 * the PIN is used: the card is only opened. */
	ctx = prov_ctx_new(store->prov);
	if (prov_card_done(store->prov, ctx, jpki_shared_ready(ctx,
	    store->card, which, store->min_tries, typed ? &req.left : NULL)) !=
	    0)
		return 0;
	if (prov_store_card(store) != 0)
		return 0;
	req.epoch = store->epoch;
	return prov_pin_get(store->prov, &req, &store->pin);
}
