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

#include "card.h"
#include "cert.h"
#include "conf.h"
#include "debug.h"
#include "err.h"
#include "key.h"
#include "pin.h"

#define PLAN_MAX 6			/* J-LIS has six CA certificates */

/* Kinds of objects, and sets of them. */
enum { NAME = 1, CERT = 2, PUBLIC = 4, PRIVATE = 8, ANYTHING = 15 };

struct item {
	int kind;
	enum jpki_object object;
	struct jpki_cert *anchor;	/* one of the store's */
};

struct store {
	struct prov *prov;
	struct jpki_uri *uri;
	int min_tries;			/* 0: nobody said, until a PIN comes */
	int expect;			/* OSSL_STORE_INFO_*; 0: anything */
	OSSL_PARAM *search;		/* all that was set; may be NULL */

	bool file;			/* what loads is a key file */
	bool planned, failed, eof;
	struct item plan[PLAN_MAX];
	struct jpki_cert **anchors;	/* what is in the directory */
	size_t n_plan, next;

	struct jpki_shared *card;
	bool open;			/* the card, in this epoch: */
	unsigned epoch;
	struct jpki_kept *pin;		/* given to this store */

	/* Of the load in progress. */
	OSSL_CALLBACK *cb;
	void *cbarg;
	OSSL_PASSPHRASE_CALLBACK *pw_cb;
	void *pw_cbarg;
};

/* Opening; no card access */

static int
store_close(void *ctx)
{
	struct store *store = ctx;

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
	struct store *store;
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

/* What is set here adds up. */
static int
store_set(void *ctx, const OSSL_PARAM params[])
{
	struct store *store = ctx;
	OSSL_PARAM *both, *copy;
	const OSSL_PARAM *p;

	if (params == NULL || params->key == NULL)
		return 1;
	p = OSSL_PARAM_locate_const(params, OSSL_STORE_PARAM_EXPECT);
	if (p != NULL && !OSSL_PARAM_get_int(p, &store->expect))
		return 0;
	both = OSSL_PARAM_merge(store->search, params);
	copy = both != NULL ? OSSL_PARAM_dup(both) : NULL;
	OPENSSL_free(both);
	if (copy == NULL) {
		prov_raise(store->prov, -JPKI_ERR_MEMORY, "search");
		return 0;
	}
	OSSL_PARAM_free(store->search);
	store->search = copy;
	return 1;
}

/* The plan: which objects, in which order */

static void
add(struct store *store, int kind, enum jpki_object object)
{
	store->plan[store->n_plan].kind = kind;
	store->plan[store->n_plan++].object = object;
}

/* What the application and the URI both want. */
static int
wanted(const struct store *store)
{
	static const int by_type[] = {
		[JPKI_URI_ANY] = ANYTHING, [JPKI_URI_CERT] = CERT,
		[JPKI_URI_PUBLIC] = PUBLIC, [JPKI_URI_PRIVATE] = PRIVATE
	};
	static const int by_expect[] = {
		[0] = ANYTHING, [OSSL_STORE_INFO_NAME] = NAME,
		[OSSL_STORE_INFO_CERT] = CERT, [OSSL_STORE_INFO_PUBKEY] =
		    PUBLIC, [OSSL_STORE_INFO_PKEY] = PRIVATE
	};
	size_t expect = (size_t)store->expect;

	return expect >= sizeof(by_expect) / sizeof(by_expect[0]) ? 0 :
	    by_expect[expect] & by_type[store->uri->type];
}

static int	plan_anchors(struct store *store);

/* Whether jpki://anchors would load. */
static bool
has_anchors(struct store *store)
{
	bool has = false;

	if (prov_conf(store->prov)->anchors == NULL)
		return false;
	ERR_set_mark();
	has = plan_anchors(store) != 0;
	ERR_pop_to_mark();
	store->n_plan = 0;
	jpki_certs_free(&store->anchors);
	return has;
}

static int
plan_all(struct store *store, int want, bool search)
{
	static const enum jpki_object names[] = {
		JPKI_OBJECT_AUTH, JPKI_OBJECT_SIGN, JPKI_OBJECT_AUTH_CA,
		JPKI_OBJECT_SIGN_CA, JPKI_OBJECT_ANCHORS
	};
	size_t i, n = sizeof(names) / sizeof(names[0]);

	if (search || want == CERT) {
		/* Those that need no PIN: a listing never asks. */
		add(store, CERT, JPKI_OBJECT_AUTH);
		add(store, CERT, JPKI_OBJECT_AUTH_CA);
		add(store, CERT, JPKI_OBJECT_SIGN_CA);
		return 1;
	}
	if (store->expect == OSSL_STORE_INFO_PKEY ||
	    store->expect == OSSL_STORE_INFO_PUBKEY ||
	    store->uri->type != JPKI_URI_ANY) {
		prov_raise(store->prov, PROV_R_AMBIGUOUS_KEY, "jpki:");
		return 0;
	}
	if (!has_anchors(store))
		n--;
	for (i = 0; (want & NAME) != 0 && i < n; i++)
		add(store, NAME, names[i]);
	return 1;
}

/* J-LIS's CA certificates among the files of the configured directory. */
static int
plan_anchors(struct store *store)
{
	const char *path = prov_conf(store->prov)->anchors;
	const struct jpki_cert_info *info;
	struct jpki_ctx *ctx;
	size_t i, n = 0;

	if (path != NULL && (ctx = prov_ctx_new(store->prov)) != NULL) {
		if (jpki_cert_read_dir(ctx, path, &store->anchors, &n) != 0)
			prov_raise_ctx(store->prov, ctx);
		jpki_ctx_free(&ctx);
	}
	for (i = 0; i < n && store->n_plan < PLAN_MAX; i++) {
		info = jpki_cert_info(store->anchors[i]);
		if (!info->is_ca || !info->ca->proven)
			continue;
		store->plan[store->n_plan].anchor = store->anchors[i];
		add(store, CERT, JPKI_OBJECT_ANCHORS);
	}
	if (store->n_plan == 0)
		prov_raise(store->prov, PROV_R_NO_ANCHORS, "%s",
		    path != NULL ? path :
		    prov_pick("not configured", "設定されていません"));
	return store->n_plan > 0;
}

/* Certificates come first, and alone if one is looked for: programs that
 * search stop at a key. A public key comes only where it alone is wanted. */
static int
plan_one(struct store *store, int want, bool search)
{
	enum jpki_object object = store->uri->object;
	bool has_key = object == JPKI_OBJECT_AUTH ||
	    object == JPKI_OBJECT_SIGN;

	if (!search && (want == 0 || !has_key) &&
	    (want == PRIVATE || store->expect == OSSL_STORE_INFO_PKEY)) {
		prov_raise(store->prov, PROV_R_NO_KEY_HERE, "%s",
		    jpki_object_name(object));
		return 0;
	}
	if ((want & CERT) != 0 && object == JPKI_OBJECT_ANCHORS)
		return plan_anchors(store);
	if ((want & CERT) != 0)
		add(store, CERT, object);
	if ((want & PRIVATE) != 0 && has_key && !search)
		add(store, PRIVATE, object);
	if (want == PUBLIC && object != JPKI_OBJECT_ANCHORS && !search)
		add(store, PUBLIC, object);
	return 1;
}

/* Has the card open, and its epoch; no command where something else opened it
 * before. Returns 0 or a JPKI_ERR_*. */
static int
open_card(struct store *store)
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

static int
plan(struct store *store)
{
	bool search = prov_search_is_set(store->search);
	int want = wanted(store);
	int r;

	store->planned = true;
	if (!(store->uri->object == JPKI_OBJECT_ALL ?
	    plan_all(store, want, search) : plan_one(store, want, search)))
		return 0;
	if (store->n_plan == 0 || store->plan[0].kind != NAME)
		return 1;
	/* A list of names can do without the card (the others open it when
	 * they need it); but where there are several, or not the one that was
	 * asked for, its names would not load. */
	ERR_set_mark();
	r = open_card(store);
	if (r == JPKI_ERR_AMBIGUOUS || r == JPKI_ERR_CHANGED) {
		ERR_clear_last_mark();
		return 0;
	}
	ERR_pop_to_mark();
	return 1;
}

/* The PIN */

/* A PIN of a moment ago for the card that is there now. */
static int
find_kept(struct store *store, enum jpki_pin which)
{
	store->pin = jpki_shared_kept(store->card, which, 0);
	if (store->pin != NULL && open_card(store) != 0)
		return 0;
	if (store->pin != NULL && jpki_kept_epoch(store->pin) != store->epoch)
		jpki_kept_free(&store->pin);
	return 1;
}

/* Has store->pin; it stays NULL if nobody can be asked. */
static int
get_pin(struct store *store, enum jpki_pin which)
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
	 * anybody is asked for a PIN. For a file the opening run is enough. */
	ctx = prov_ctx_new(store->prov);
	if (prov_card_done(store->prov, ctx, jpki_shared_ready(ctx,
	    store->card, which, store->min_tries, typed ? &req.left : NULL)) !=
	    0)
		return 0;
	if (open_card(store) != 0)
		return 0;
	req.epoch = store->epoch;
	return prov_pin_get(store->prov, &req, &store->pin);
}

static int
no_pin(struct store *store, enum jpki_slot slot)
{
	prov_raise(store->prov, -JPKI_ERR_NEEDS_PIN, "%s",
	    jpki_pin_name(prov_slot_pin(slot), jpki_lang_from_locale()));
	return 0;
}

/* Delivering objects: 1, 0 after an error, SKIPPED */

#define SKIPPED 2

/* Adds the card that was asked for to the URI of an object on it. */
static void
add_card(const struct store *store, char *uri, size_t size)
{
	const char *c = store->uri->card;
	size_t n = strlen(uri);

	n += (size_t)snprintf(uri + n, size - n, "%scard=",
	    store->uri->reader != NULL ? "&" : "?");
	for (; *c != '\0' && n < size; c++)
		n += (size_t)snprintf(uri + n, size - n, "%%%02X",
		    (unsigned char)*c);
}

/* A URI that loads: in the same reader, from the same card. */
static int
load_name(struct store *store, enum jpki_object object)
{
	enum jpki_slot slot = jpki_object_slot(object);
	char uri[7 * JPKI_URI_MAX], text[96];
	struct jpki_ctx *ctx = prov_ctx_new(store->prov);
	bool present = true;
	int r = 0;

	if (slot != 0 && store->open)
		r = jpki_shared_present(ctx, store->card, slot,
		    &present);
	if (r == 0)
		r = jpki_uri_print(ctx, object, slot != 0 ?
		    store->uri->reader : NULL, uri, sizeof(uri));
	if (prov_card_done(store->prov, ctx, r) != 0)
		return 0;
	if (slot != 0 && store->uri->card != NULL)
		add_card(store, uri, sizeof(uri));
	snprintf(text, sizeof(text), "%s", jpki_object_text(object,
	    JPKI_LANG_EN));
	return !present ? SKIPPED :
	    prov_deliver(store->cb, store->cbarg, OSSL_OBJECT_NAME,
	    OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA, uri, 0),
	    OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DESC, text, 0));
}

/* The file that a certificate is in, or NULL: it is on the card. */
static const char *
cert_file(const struct store *store, enum jpki_slot slot)
{
	return store->uri->cert == NULL && slot == JPKI_SLOT_SIGN ?
	    prov_conf(store->prov)->cert_sign : store->uri->cert;
}

/*
 * A certificate that needs no PIN may be the first thing that is read: then in
 * the run that opens the card, of which the epoch is not known yet. Whether it
 * was another card's is found out when it is asked for again. 1 as well where
 * it turned out that it needs a PIN.
 */
static int
read_first(struct store *store, enum jpki_slot slot)
{
	struct jpki_cert *cert = NULL;
	int r;

	ERR_set_mark();
	r = prov_card_cert(store->prov, store->card, 0, slot, NULL,
	    store->min_tries, &cert);
	jpki_cert_free(&cert);
	if (r == JPKI_ERR_NEEDS_PIN || (r == JPKI_ERR_NOT_ON_CARD &&
	    store->uri->object == JPKI_OBJECT_ALL))
		ERR_pop_to_mark();
	else
		ERR_clear_last_mark();
	if (r == JPKI_ERR_NOT_ON_CARD &&
	    store->uri->object == JPKI_OBJECT_ALL)
		return open_card(store) == 0 ? SKIPPED : 0;
	return (r == 0 || r == JPKI_ERR_NEEDS_PIN) && open_card(store) == 0;
}

static int
get_cert(struct store *store, const struct item *item, struct jpki_cert **out)
{
	bool all = store->uri->object == JPKI_OBJECT_ALL;
	enum jpki_slot slot = jpki_object_slot(item->object);
	const char *file = cert_file(store, slot);
	struct jpki_kept *pin = NULL;
	int r;

	if ((*out = jpki_cert_ref(item->anchor)) != NULL)
		return 1;
	if (file != NULL)
		return (*out = prov_cert_read(store->prov, file)) != NULL;
	if (!store->open && slot != JPKI_SLOT_SIGN &&
	    (r = read_first(store, slot)) != 1)
		return r;
	if (jpki_shared_needs_pin(store->card, slot)) {
		if (all)
			return SKIPPED;
		if (!get_pin(store, prov_slot_pin(slot)))
			return 0;
		if ((pin = store->pin) == NULL)
			return no_pin(store, slot);
	}
	if (open_card(store) != 0)
		return 0;
	ERR_set_mark();
	r = prov_card_cert(store->prov, store->card, store->epoch, slot, pin,
	    store->min_tries, out);
	if (r == JPKI_ERR_NOT_ON_CARD && all) {
		ERR_pop_to_mark();
		return SKIPPED;
	}
	ERR_clear_last_mark();
	return r == 0;
}

static int
load_cert(struct store *store, const struct item *item)
{
	struct jpki_cert *cert;
	size_t len;
	void *der;
	int r;

	/* Its name alone may tell: then no PIN is asked for. */
	if (!prov_search_alias(store->search, jpki_object_name(item->object)))
		return SKIPPED;
	if ((r = get_cert(store, item, &cert)) != 1)
		return r;
	der = (void *)(uintptr_t)jpki_cert_der(cert, &len);
	if (store->search != NULL &&
	    !prov_search_match(store->prov, store->search, cert))
		r = SKIPPED;
	else
		r = prov_deliver(store->cb, store->cbarg, OSSL_OBJECT_CERT,
		    OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_DATA,
		    der, len), OSSL_PARAM_construct_end());
	jpki_cert_free(&cert);
	return r;
}

/* The certificate of a key where it costs nothing: it is in a file, or was read
 * before. A public key needs it in any case. */
static int
fill_public(struct store *store, const struct item *item,
    struct prov_key *key)
{
	enum jpki_slot slot = jpki_object_slot(item->object);
	struct jpki_cert *cert = NULL;

	if (item->kind != PUBLIC && cert_file(store, slot) == NULL &&
	    (slot != JPKI_SLOT_SIGN ||
	    jpki_shared_needs_pin(store->card, slot)))
		return 1;
	if (get_cert(store, item, &cert) == 1)
		atomic_store(&key->native,
		    prov_cert_public(store->prov, cert));
	key->cert = cert;
	return atomic_load(&key->native) != NULL;
}

/*
 * A public key, or a private one. That takes the PIN, if there is one, and
 * sends nothing: whether it is right is found out by the first signature, and
 * the public half is read when something needs it. The sign key's cannot be
 * read later without the password.
 */
static int
fill_key(struct store *store, const struct item *item, struct prov_key *key)
{
	enum jpki_slot slot = jpki_object_slot(item->object);

	if (item->kind == PRIVATE && (!get_pin(store, prov_slot_pin(slot)) ||
	    open_card(store) != 0))
		return 0;
	if (item->kind == PRIVATE && slot == JPKI_SLOT_SIGN &&
	    store->pin == NULL && cert_file(store, slot) == NULL)
		return no_pin(store, slot);
	if (!fill_public(store, item, key))
		return 0;
	if (item->kind == PUBLIC)
		return 1;
	/* One prompt serves the certificate that is loaded next, too. */
	if (slot == JPKI_SLOT_SIGN && store->pin != NULL)
		jpki_shared_keep(store->card, store->pin,
		    (unsigned)prov_conf(store->prov)->pin_grace);
	key->card = store->card;
	key->private = true;
	key->epoch = store->epoch;
	key->slot = slot;
	key->pin = jpki_kept_ref(store->pin);
	key->min_tries = store->min_tries;
	atomic_store(&key->aloud, store->file);
	return 1;
}

/* Hands a key over by reference: key_load() takes it, or it is freed here. */
static int
load_key(struct store *store, const struct item *item)
{
	struct prov_key *key = prov_key_new(store->prov);
	char rsa[] = "RSA";
	int ok;

	ok = key != NULL && fill_key(store, item, key) &&
	    prov_deliver(store->cb, store->cbarg, OSSL_OBJECT_PKEY,
	    OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA_TYPE, rsa,
	    0), OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_REFERENCE,
	    &key, sizeof(key)));
	prov_key_unref(key);
	return ok;
}

static int
load_item(struct store *store, const struct item *item)
{
	static const char *const kinds[] = {
		[NAME] = "name", [CERT] = "certificate",
		[PUBLIC] = "public key", [PRIVATE] = "private key"
	};
	int r;

	r = item->kind == NAME ? load_name(store, item->object) :
	    item->kind == CERT ? load_cert(store, item) :
	    load_key(store, item);
	prov_debug(store->prov, "%s: %s %s", jpki_object_name(item->object),
	    kinds[item->kind], r == 0 ? "failed" : r == 1 ? "loaded" :
	    "passed over");
	return r;
}

static int
store_load(void *ctx, OSSL_CALLBACK *cb, void *cbarg,
    OSSL_PASSPHRASE_CALLBACK *pw_cb, void *pw_cbarg)
{
	struct store *store = ctx;
	int r = SKIPPED, saved = errno;

	if (store->failed) {
		store->eof = true;
		return 0;
	}
	store->cb = cb;
	store->cbarg = cbarg;
	store->pw_cb = pw_cb;
	store->pw_cbarg = pw_cbarg;
	if (!store->planned && !plan(store))
		r = 0;
	while (r == SKIPPED && store->next < store->n_plan)
		r = load_item(store, &store->plan[store->next++]);
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
	struct store *store = ctx;

	return store->eof;
}

int
prov_store_key(struct prov *prov, const char *uri, OSSL_CALLBACK *cb,
    void *cbarg, OSSL_PASSPHRASE_CALLBACK *pw_cb, void *pw_cbarg)
{
	struct store *store = store_open(prov, uri);
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
