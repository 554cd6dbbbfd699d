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
#include "card.h"
#include "err.h"
#include "key.h"
#include "pin.h"
#include "prov.h"
#include "search.h"
#include "uri.h"

#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/store.h>

#include <stdio.h>
#include <string.h>

static OSSL_FUNC_store_open_fn store_open;
static OSSL_FUNC_store_settable_ctx_params_fn store_settable_ctx_params;
static OSSL_FUNC_store_set_ctx_params_fn store_set_ctx_params;
static OSSL_FUNC_store_load_fn store_load;
static OSSL_FUNC_store_eof_fn store_eof;
static OSSL_FUNC_store_close_fn store_close;
static OSSL_FUNC_store_export_object_fn store_export_object;

enum kind { NAME, CERT, PUBLIC, PRIVATE };

struct item {
	enum kind kind;
	enum jpki_slot slot;
};

struct store {
	struct prov *prov;
	struct prov_uri uri;
	int expect;			/* OSSL_STORE_INFO_*; 0: anything */
	struct prov_search search;

	bool planned, failed, eof;
	struct item plan[4];
	size_t n_plan, next;

	struct prov_card *card;
	unsigned epoch;
	struct prov_pin *pin;		/* given to this store */
};

/* A load in progress. */
struct load {
	struct store *store;
	OSSL_CALLBACK *object_cb;
	void *object_cbarg;
	OSSL_PASSPHRASE_CALLBACK *pw_cb;
	void *pw_cbarg;
};

/* Opening; no card access */

static void *
store_open(void *provctx, const char *text)
{
	struct prov_uri_error bad;
	struct store *store;

	if ((store = OPENSSL_zalloc(sizeof(*store))) == NULL) {
		prov_raise(provctx, PROV_R_MEMORY, "store");
		return NULL;
	}
	store->prov = provctx;
	if (!prov_uri_parse(text, &store->uri, &bad)) {
		prov_raise(provctx, bad.reason, "%s", bad.text);
		store_close(store);
		return NULL;
	}
	store->card = prov_card_get(provctx, store->uri.reader);
	if (store->card == NULL) {
		prov_raise(provctx, PROV_R_MEMORY, "card");
		store_close(store);
		return NULL;
	}
	return store;
}

static int
store_close(void *ctx)
{
	struct store *store = ctx;

	prov_pin_unref(store->pin);
	prov_card_unref(store->card);
	prov_search_clear(&store->search);
	prov_uri_clear(&store->uri);
	OPENSSL_free(store);
	return 1;
}

static const OSSL_PARAM *
store_settable_ctx_params(void *provctx)
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

	(void)provctx;
	return table;
}

static int
store_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	struct store *store = ctx;
	const OSSL_PARAM *p;

	if (params == NULL)
		return 1;
	p = OSSL_PARAM_locate_const(params, OSSL_STORE_PARAM_EXPECT);
	if (p != NULL && !OSSL_PARAM_get_int(p, &store->expect))
		return 0;
	return prov_search_set(store->prov, &store->search, params);
}

/* The plan: which objects, in which order */

static void
add(struct store *store, enum kind kind, enum jpki_slot slot)
{
	struct item *item = &store->plan[store->n_plan++];

	item->kind = kind;
	item->slot = slot;
}

/* Whether the application and the URI both want such an object. */
static bool
wanted(const struct store *store, int info, enum prov_type type)
{
	return (store->expect == 0 || store->expect == info) &&
	    (store->uri.type == PROV_TYPE_ANY || store->uri.type == type);
}

static int
plan_all(struct store *store)
{
	enum prov_type type = store->uri.type;

	if (store->search.set || store->expect == OSSL_STORE_INFO_CERT ||
	    (store->expect == 0 && type == PROV_TYPE_CERT)) {
		/* Those that need no PIN: a listing never asks. */
		add(store, CERT, JPKI_SLOT_AUTH);
		add(store, CERT, JPKI_SLOT_AUTH_CA);
		add(store, CERT, JPKI_SLOT_SIGN_CA);
	} else if (store->expect == OSSL_STORE_INFO_PKEY ||
	    store->expect == OSSL_STORE_INFO_PUBKEY ||
	    type != PROV_TYPE_ANY) {
		prov_raise(store->prov, PROV_R_AMBIGUOUS_KEY, NULL);
		return 0;
	} else if (wanted(store, OSSL_STORE_INFO_NAME, PROV_TYPE_ANY)) {
		add(store, NAME, JPKI_SLOT_AUTH);
		add(store, NAME, JPKI_SLOT_SIGN);
		add(store, NAME, JPKI_SLOT_AUTH_CA);
		add(store, NAME, JPKI_SLOT_SIGN_CA);
	}
	return 1;
}

/* Certificates come first, and alone if one is looked for: programs that
 * search stop at a key. */
static int
plan_one(struct store *store)
{
	enum jpki_slot slot = store->uri.slot;
	bool ca = slot == JPKI_SLOT_AUTH_CA || slot == JPKI_SLOT_SIGN_CA;

	if (wanted(store, OSSL_STORE_INFO_CERT, PROV_TYPE_CERT))
		add(store, CERT, slot);
	if (store->search.set)
		return 1;
	if (ca && wanted(store, OSSL_STORE_INFO_PKEY, PROV_TYPE_PRIVATE) &&
	    (store->expect != 0 || store->uri.type != PROV_TYPE_ANY)) {
		prov_raise(store->prov, PROV_R_NO_KEY_HERE, "%s",
		    prov_slot_name(slot));
		return 0;
	}
	if (!ca && wanted(store, OSSL_STORE_INFO_PKEY, PROV_TYPE_PRIVATE))
		add(store, PRIVATE, slot);
	if (wanted(store, OSSL_STORE_INFO_PUBKEY, PROV_TYPE_PUBLIC) &&
	    (store->expect != 0 || store->uri.type != PROV_TYPE_ANY))
		add(store, PUBLIC, slot);
	return 1;
}

static int
plan(struct store *store)
{
	struct prov_fail fail;

	store->planned = true;
	if (!(store->uri.all ? plan_all(store) : plan_one(store)))
		return 0;
	if (store->n_plan == 0 ||
	    prov_card_open(store->card, &store->epoch, &fail) == 0)
		return 1;
	prov_raise_fail(store->prov, &fail);
	return 0;
}

/* The PIN */

/* What would cost a try in vain, or the last one, is refused before anybody
 * is asked for a PIN. */
static int
check_tries(struct store *store, enum jpki_pin which, int left)
{
	const char *label = prov_pin_label(which);
	int min = store->uri.min_tries;

	if (left == 0)
		prov_raise(store->prov, PROV_R_PIN_BLOCKED, "%s", label);
	else if (left < 0 && min > JPKI_TRIES_INSIST)
		prov_raise(store->prov, PROV_R_PIN_NO_COUNT, "%s", label);
	else if (left > 0 && left < min)
		prov_raise(store->prov, PROV_R_PIN_LAST_TRY,
		    "%s: %d left, nothing was sent", label, left);
	else
		return 1;
	return 0;
}

static int
check_present(struct store *store, enum jpki_slot slot)
{
	struct prov_fail fail;
	bool present = true;

	if (prov_card_present(store->card, slot, &present, &fail) != 0) {
		prov_raise_fail(store->prov, &fail);
		return 0;
	}
	if (!present)
		prov_raise(store->prov, PROV_R_NOT_ON_CARD, "%s",
		    prov_slot_name(slot));
	return present;
}

/* A password that was right a moment ago saves the second question, unless
 * the URI brings its own; a descriptor has nothing left the second time. */
static struct prov_pin *
recent_pin(struct store *store)
{
	const struct prov_uri *uri = &store->uri;
	bool from_fd = uri->pin_source != NULL &&
	    strncmp(uri->pin_source, "fd:", 3) == 0;
	struct prov_pin *pin;

	if (uri->pin_value != NULL || (uri->pin_source != NULL && !from_fd))
		return NULL;
	pin = prov_card_grace(store->card, store->epoch);
	if (pin != NULL && from_fd && !pin->from_fd) {
		prov_pin_unref(pin);
		pin = NULL;
	}
	return pin;
}

/* Has store->pin; it stays NULL if nobody can be asked. */
static int
get_pin(const struct load *load, enum jpki_slot slot)
{
	struct store *store = load->store;
	struct prov_pin_request req = {
		.uri = &store->uri,
		.which = slot == JPKI_SLOT_SIGN ? JPKI_PIN_SIGN :
		    JPKI_PIN_AUTH,
		.epoch = store->epoch,
		.cb = load->pw_cb,
		.cbarg = load->pw_cbarg,
	};
	struct prov_fail fail;

	if (store->pin != NULL)
		return 1;
	if (slot == JPKI_SLOT_SIGN) {
		if ((store->pin = recent_pin(store)) != NULL)
			return 1;
		if (!check_present(store, slot))
			return 0;
	}
	if (prov_card_tries(store->card, req.which, &req.left, &fail) != 0) {
		prov_raise_fail(store->prov, &fail);
		return 0;
	}
	return check_tries(store, req.which, req.left) &&
	    prov_pin_get(store->prov, &req, &store->pin);
}

/* Delivering objects: 1, 0 after an error, SKIPPED */

#define SKIPPED 2

static int
load_name(const struct load *load, enum jpki_slot slot)
{
	struct store *store = load->store;
	static const char *const descriptions[] = {
		[JPKI_SLOT_AUTH] = "My Number Card, to log in: certificate "
		    "and key (auth PIN)",
		[JPKI_SLOT_SIGN] = "My Number Card, to sign documents: "
		    "certificate and key (sign password)",
		[JPKI_SLOT_AUTH_CA] = "CA certificate of auth",
		[JPKI_SLOT_SIGN_CA] = "CA certificate of sign"
	};
	int type = OSSL_OBJECT_NAME;
	char uri[3 * PROV_URI_MAX], text[96];
	struct prov_fail fail;
	OSSL_PARAM params[4];
	bool present;

	if (prov_card_present(store->card, slot, &present, &fail) != 0) {
		prov_raise_fail(store->prov, &fail);
		return 0;
	}
	if (!present ||
	    !prov_uri_print(slot, store->uri.reader, uri, sizeof(uri)))
		return SKIPPED;
	snprintf(text, sizeof(text), "%s", descriptions[slot]);
	params[0] = OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &type);
	params[1] = OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA,
	    uri, 0);
	params[2] = OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DESC,
	    text, 0);
	params[3] = OSSL_PARAM_construct_end();
	return load->object_cb(params, load->object_cbarg) != 0;
}

/* The certificate's bytes, to be freed with prov_der_free(). */
static int
get_cert(const struct load *load, enum jpki_slot slot, uint8_t **der,
    size_t *len)
{
	struct store *store = load->store;
	struct prov_pin *pin = NULL;
	struct prov_fail fail;
	int r;

	if (prov_card_cert_needs_pin(store->card, slot)) {
		if (store->uri.all)
			return SKIPPED;
		if (!get_pin(load, slot))
			return 0;
		if ((pin = store->pin) == NULL) {
			prov_raise(store->prov, PROV_R_NEEDS_PIN, "%s",
			    prov_pin_label(slot == JPKI_SLOT_SIGN ?
			    JPKI_PIN_SIGN : JPKI_PIN_AUTH));
			return 0;
		}
	}
	r = prov_card_cert(store->card, store->epoch, slot, pin,
	    store->uri.min_tries, der, len, &fail);
	if (r == 0)
		return 1;
	if (r == JPKI_ERR_NOT_ON_CARD && store->uri.all)
		return SKIPPED;
	prov_raise_fail(store->prov, &fail);
	return 0;
}

static int
load_cert(const struct load *load, enum jpki_slot slot)
{
	struct store *store = load->store;
	int type = OSSL_OBJECT_CERT, r;
	OSSL_PARAM params[3];
	uint8_t *der;
	size_t len;

	if ((r = get_cert(load, slot, &der, &len)) != 1)
		return r;
	r = prov_search_match(store->prov, &store->search,
	    prov_slot_name(slot), der, len);
	if (r == 1) {
		params[0] = OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE,
		    &type);
		params[1] = OSSL_PARAM_construct_octet_string(
		    OSSL_OBJECT_PARAM_DATA, der, len);
		params[2] = OSSL_PARAM_construct_end();
		r = load->object_cb(params, load->object_cbarg) != 0;
	} else {
		r = r == 0 ? SKIPPED : 0;
	}
	prov_der_free(der, len);
	return r;
}

/* Hands over a key by reference: rsa_load() takes it, or it is freed here. */
static int
deliver(const struct load *load, struct prov_key *key)
{
	char rsa[] = "RSA";
	int type = OSSL_OBJECT_PKEY, ok;
	OSSL_PARAM params[4];

	params[0] = OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &type);
	params[1] = OSSL_PARAM_construct_utf8_string(
	    OSSL_OBJECT_PARAM_DATA_TYPE, rsa, 0);
	params[2] = OSSL_PARAM_construct_octet_string(
	    OSSL_OBJECT_PARAM_REFERENCE, &key, sizeof(key));
	params[3] = OSSL_PARAM_construct_end();
	ok = load->object_cb(params, load->object_cbarg) != 0;
	prov_key_unref(key);
	return ok;
}

/* The public half of a slot, as a public key or for a private one. */
static int
get_public(const struct load *load, enum jpki_slot slot, struct prov_key *key)
{
	EVP_PKEY *pub;
	uint8_t *der;
	size_t len;

	if (get_cert(load, slot, &der, &len) != 1)
		return 0;
	pub = prov_cert_public(load->store->prov, der, len);
	prov_der_free(der, len);
	atomic_store(&key->pub, pub);
	return pub != NULL;
}

static int
load_public(const struct load *load, enum jpki_slot slot)
{
	struct prov_key *key;

	if ((key = prov_key_new(load->store->prov)) == NULL)
		return 0;
	if (!get_public(load, slot, key)) {
		prov_key_unref(key);
		return 0;
	}
	return deliver(load, key);
}

/*
 * The auth key takes the PIN, if there is one, and sends nothing: the public
 * half is read when something needs it. The sign key's public half cannot be
 * read later without the password, so it is read now.
 */
static int
load_private(const struct load *load, enum jpki_slot slot)
{
	struct store *store = load->store;
	struct prov_key *key;

	if (!get_pin(load, slot))
		return 0;
	if ((key = prov_key_new(store->prov)) == NULL)
		return 0;
	if (slot == JPKI_SLOT_SIGN && !get_public(load, slot, key)) {
		prov_key_unref(key);
		return 0;
	}
	key->card = prov_card_ref(store->card);
	key->epoch = store->epoch;
	key->slot = slot;
	key->pin = prov_pin_ref(store->pin);
	key->min_tries = store->uri.min_tries;
	return deliver(load, key);
}

static int
load_item(const struct load *load, const struct item *item)
{
	switch (item->kind) {
	case NAME:
		return load_name(load, item->slot);
	case CERT:
		return load_cert(load, item->slot);
	case PUBLIC:
		return load_public(load, item->slot);
	case PRIVATE:
		return load_private(load, item->slot);
	}
	return 0;
}

static int
store_load(void *ctx, OSSL_CALLBACK *object_cb, void *object_cbarg,
    OSSL_PASSPHRASE_CALLBACK *pw_cb, void *pw_cbarg)
{
	struct store *store = ctx;
	struct load load = { store, object_cb, object_cbarg, pw_cb, pw_cbarg };
	int r = SKIPPED;

	if (store->failed) {
		store->eof = true;
		return 0;
	}
	if (!store->planned && !plan(store)) {
		store->failed = true;
		return 0;
	}
	while (r == SKIPPED && store->next < store->n_plan)
		r = load_item(&load, &store->plan[store->next++]);
	if (r == 0)
		store->failed = true;
	else if (store->next == store->n_plan)
		store->eof = true;
	return r != 0;
}

static int
store_eof(void *ctx)
{
	struct store *store = ctx;

	return store->eof;
}

/* A private key's public half alone would be taken for the whole key. */
static int
store_export_object(void *ctx, const void *reference, size_t size,
    OSSL_CALLBACK *cb, void *cbarg)
{
	struct prov_key *key;

	(void)ctx;
	if (reference == NULL || size != sizeof(key))
		return 0;
	memcpy(&key, reference, sizeof(key));
	if (key == NULL || key->card != NULL)
		return 0;
	return prov_key_export(key, cb, cbarg);
}

const OSSL_DISPATCH prov_store_functions[] = {
	{ OSSL_FUNC_STORE_OPEN, (void (*)(void))store_open },
	{ OSSL_FUNC_STORE_SETTABLE_CTX_PARAMS,
	    (void (*)(void))store_settable_ctx_params },
	{ OSSL_FUNC_STORE_SET_CTX_PARAMS,
	    (void (*)(void))store_set_ctx_params },
	{ OSSL_FUNC_STORE_LOAD, (void (*)(void))store_load },
	{ OSSL_FUNC_STORE_EOF, (void (*)(void))store_eof },
	{ OSSL_FUNC_STORE_CLOSE, (void (*)(void))store_close },
	{ OSSL_FUNC_STORE_EXPORT_OBJECT,
	    (void (*)(void))store_export_object },
	{ 0, NULL }
};
