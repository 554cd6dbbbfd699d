/* SPDX-License-Identifier: Apache-2.0 */
#include "store_item.h"

#include "cert.h"
#include "conf.h"
#include "debug.h"
#include "err.h"
#include "key.h"

/* Adds the card that was asked for to the URI of an object on it. */
static void
add_card(const struct prov_store *store, char *uri, size_t size)
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
load_name(struct prov_store *store, enum jpki_object object)
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
	return !present ? PROV_SKIPPED :
	    prov_deliver(store->cb, store->cbarg, OSSL_OBJECT_NAME,
	    OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA, uri, 0),
	    OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DESC, text, 0));
}

/* The file that a certificate is in, or NULL: it is on the card. */
static const char *
cert_file(const struct prov_store *store, enum jpki_slot slot)
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
read_first(struct prov_store *store, enum jpki_slot slot)
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
		return prov_store_card(store) == 0 ? PROV_SKIPPED : 0;
	return (r == 0 || r == JPKI_ERR_NEEDS_PIN) &&
	    prov_store_card(store) == 0;
}

static int
no_pin(struct prov_store *store, enum jpki_slot slot)
{
	prov_raise(store->prov, -JPKI_ERR_NEEDS_PIN, "%s",
	    jpki_pin_name(prov_slot_pin(slot), jpki_lang_from_locale()));
	return 0;
}

static int
get_cert(struct prov_store *store, const struct prov_item *item,
    struct jpki_cert **out)
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
			return PROV_SKIPPED;
		if (!prov_store_pin(store, prov_slot_pin(slot)))
			return 0;
		if ((pin = store->pin) == NULL)
			return no_pin(store, slot);
	}
	if (prov_store_card(store) != 0)
		return 0;
	ERR_set_mark();
	r = prov_card_cert(store->prov, store->card, store->epoch, slot, pin,
	    store->min_tries, out);
	if (r == JPKI_ERR_NOT_ON_CARD && all) {
		ERR_pop_to_mark();
		return PROV_SKIPPED;
	}
	ERR_clear_last_mark();
	return r == 0;
}

static int
load_cert(struct prov_store *store, const struct prov_item *item)
{
	struct jpki_cert *cert;
	size_t len;
	void *der;
	int r;

	/* Its name alone may tell: then no PIN is asked for. */
	if (!prov_search_alias(store->search, jpki_object_name(item->object)))
		return PROV_SKIPPED;
	if ((r = get_cert(store, item, &cert)) != 1)
		return r;
	der = (void *)(uintptr_t)jpki_cert_der(cert, &len);
	if (store->search != NULL &&
	    !prov_search_match(store->prov, store->search, cert))
		r = PROV_SKIPPED;
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
fill_public(struct prov_store *store, const struct prov_item *item,
    struct prov_key *key)
{
	enum jpki_slot slot = jpki_object_slot(item->object);
	struct jpki_cert *cert = NULL;

	if (item->kind != PROV_PUBLIC && cert_file(store, slot) == NULL &&
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
fill_key(struct prov_store *store, const struct prov_item *item,
    struct prov_key *key)
{
	enum jpki_slot slot = jpki_object_slot(item->object);

	if (item->kind == PROV_PRIVATE &&
	    (!prov_store_pin(store, prov_slot_pin(slot)) ||
	    prov_store_card(store) != 0))
		return 0;
	if (item->kind == PROV_PRIVATE && slot == JPKI_SLOT_SIGN &&
	    store->pin == NULL && cert_file(store, slot) == NULL)
		return no_pin(store, slot);
	if (!fill_public(store, item, key))
		return 0;
	if (item->kind == PROV_PUBLIC)
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
load_key(struct prov_store *store, const struct prov_item *item)
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

int
prov_store_item(struct prov_store *store, const struct prov_item *item)
{
	static const char *const kinds[] = {
		[PROV_NAME] = "name", [PROV_CERT] = "certificate",
		[PROV_PUBLIC] = "public key", [PROV_PRIVATE] = "private key"
	};
	int r;

	r = item->kind == PROV_NAME ? load_name(store, item->object) :
	    item->kind == PROV_CERT ? load_cert(store, item) :
	    load_key(store, item);
	prov_debug(store->prov, "%s: %s %s", jpki_object_name(item->object),
	    kinds[item->kind], r == 0 ? "failed" : r == 1 ? "loaded" :
	    "passed over");
	return r;
}
