/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: what a jpki: URI stands for, one object after the other.
 *
 * OpenSSL calls a loader that failed again, and answers its next question for
 * a PIN with the last answer. So one store sends at most one VERIFY, and a
 * failure is for good: the load that fails raises the error and leaves eof
 * unset, so that programs see it (storeutl exits with 1); the next load does
 * nothing and sets eof.
 */
#include "store.h"

#include <errno.h>

#include <openssl/store.h>

#include "conf.h"
#include "err.h"
#include "key.h"
#include "store_card.h"
#include "store_item.h"
#include "store_plan.h"

/* Opening; no card access */

static int
store_close(void *ctx)
{
	struct prov_store *store = ctx;

	jpki_certs_free(&store->anchors);
	jpki_kept_free(&store->pin);
	OSSL_PARAM_free(store->search);
	jpki_uri_free(&store->uri);
	OPENSSL_free(store);
	return 1;
}

static void *
store_open(void *provctx, const char *text)
{
	struct jpki_uri *uri;
	struct prov_store *store;
	struct jpki_ctx *ctx;

	if (!prov_conf_check(provctx) || (ctx = prov_ctx_new(provctx)) == NULL)
		return NULL;
	if (jpki_uri_parse(ctx, text, &uri) != 0)
		prov_raise_ctx(provctx, ctx);
	jpki_ctx_free(&ctx);
	if (uri == NULL)
		return NULL;
	if ((store = OPENSSL_zalloc(sizeof(*store))) == NULL) {
		prov_raise(provctx, -JPKI_ERR_MEMORY, "store");
		jpki_uri_free(&uri);
		return NULL;
	}
	store->prov = provctx;
	store->uri = uri;
	store->min_tries = uri->min_tries != 0 ? uri->min_tries :
	    prov_conf_min_tries(provctx);
	store->card = prov_card_get(provctx, uri->reader, uri->card);
	if (store->card != NULL)
		return store;
	store_close(store);
	return NULL;
}

static const OSSL_PARAM *
store_settable(void *provctx)
{
	static const OSSL_PARAM table[] = {
		OSSL_PARAM_int(OSSL_STORE_PARAM_EXPECT, NULL),
		OSSL_PARAM_octet_string(OSSL_STORE_PARAM_SUBJECT, NULL, 0),
		OSSL_PARAM_octet_string(OSSL_STORE_PARAM_ISSUER, NULL, 0),
		OSSL_PARAM_BN(OSSL_STORE_PARAM_SERIAL, NULL, 0),
		OSSL_PARAM_octet_string(OSSL_STORE_PARAM_FINGERPRINT, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_STORE_PARAM_DIGEST, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_STORE_PARAM_ALIAS, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_STORE_PARAM_PROPERTIES, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_STORE_PARAM_INPUT_TYPE, NULL, 0),
		OSSL_PARAM_END
	};

	return table;
}

static int
store_set(void *ctx, const OSSL_PARAM params[])
{
	struct prov_store *store = ctx;
	const OSSL_PARAM *p = params == NULL ? NULL :
	    OSSL_PARAM_locate_const(params, OSSL_STORE_PARAM_EXPECT);

	return (p == NULL || OSSL_PARAM_get_int(p, &store->expect)) &&
	    prov_add_params(store->prov, &store->search, params);
}

static int
store_load(void *ctx, OSSL_CALLBACK *cb, void *cbarg,
    OSSL_PASSPHRASE_CALLBACK *pw_cb, void *pw_cbarg)
{
	struct prov_store *store = ctx;
	int r = PROV_SKIPPED, saved = errno;

	if (store->failed) {
		store->eof = true;
		return 0;
	}
	store->cb = cb;
	store->cbarg = cbarg;
	store->pw_cb = pw_cb;
	store->pw_cbarg = pw_cbarg;
	if (!store->planned && !prov_store_plan(store))
		r = 0;
	while (r == PROV_SKIPPED && store->next < store->n_plan)
		r = prov_store_item(store, &store->plan[store->next++]);
	if (r == 0)
		store->failed = true;
	else if (store->next == store->n_plan)
		store->eof = true;
	/* What was left in it by waiting for a card, Python would take for the
	 * reason of a failure. */
	errno = saved;
	return r != 0;
}

static int
store_eof(void *ctx)
{
	struct prov_store *store = ctx;

	return store->eof;
}

int
prov_store_key(struct prov *prov, const char *uri, OSSL_CALLBACK *cb,
    void *cbarg, OSSL_PASSPHRASE_CALLBACK *pw_cb, void *pw_cbarg)
{
	struct prov_store *store = store_open(prov, uri);
	int ok;

	if (store == NULL)
		return 0;
	store->expect = OSSL_STORE_INFO_PKEY;
	store->file = true;
	ok = store_load(store, cb, cbarg, pw_cb, pw_cbarg);
	store_close(store);
	return ok;
}

#define ROW(ID, id, fn) PROV_ROW(STORE_##ID, store_##id, fn)
const OSSL_DISPATCH prov_store_functions[] = {
	ROW(OPEN, open, store_open),
	ROW(SETTABLE_CTX_PARAMS, settable_ctx_params, store_settable),
	ROW(SET_CTX_PARAMS, set_ctx_params, store_set),
	ROW(LOAD, load, store_load),
	ROW(EOF, eof, store_eof),
	ROW(CLOSE, close, store_close),
	ROW(EXPORT_OBJECT, export_object, prov_export_reference),
	PROV_END
};
