/* SPDX-License-Identifier: Apache-2.0 */
#include "store_plan.h"

#include <openssl/store.h>

#include "cert.h"
#include "conf.h"
#include "debug.h"
#include "err.h"

static void
add(struct prov_store *store, int kind, enum jpki_object object)
{
	store->plan[store->n_plan++] = (struct prov_item){
		.kind = kind, .object = object
	};
}

/* What the application and the URI both want. */
static int
wanted(const struct prov_store *store)
{
	static const int by_type[] = {
		[JPKI_URI_ANY] = PROV_ANYTHING,
		[JPKI_URI_CERT] = PROV_CERT,
		[JPKI_URI_PUBLIC] = PROV_PUBLIC,
		[JPKI_URI_PRIVATE] = PROV_PRIVATE
	};
	static const int by_expect[] = {
		[0] = PROV_ANYTHING,
		[OSSL_STORE_INFO_NAME] = PROV_NAME,
		[OSSL_STORE_INFO_CERT] = PROV_CERT,
		[OSSL_STORE_INFO_PUBKEY] = PROV_PUBLIC,
		[OSSL_STORE_INFO_PKEY] = PROV_PRIVATE
	};
	size_t expect = (size_t)store->expect;

	return expect >= sizeof(by_expect) / sizeof(by_expect[0]) ? 0 :
	    by_expect[expect] & by_type[store->uri->type];
}

static int	plan_anchors(struct prov_store *store);

/* Whether jpki://anchors would load. */
static bool
has_anchors(struct prov_store *store)
{
	bool has;

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
plan_all(struct prov_store *store, int want, bool search)
{
	static const enum jpki_object names[] = {
		JPKI_OBJECT_AUTH, JPKI_OBJECT_SIGN, JPKI_OBJECT_AUTH_CA,
		JPKI_OBJECT_SIGN_CA, JPKI_OBJECT_ANCHORS
	};
	size_t i, n = sizeof(names) / sizeof(names[0]);

	if (search || want == PROV_CERT) {
		/* Those that need no PIN: a listing never asks. */
		add(store, PROV_CERT, JPKI_OBJECT_AUTH);
		add(store, PROV_CERT, JPKI_OBJECT_AUTH_CA);
		add(store, PROV_CERT, JPKI_OBJECT_SIGN_CA);
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
	for (i = 0; (want & PROV_NAME) != 0 && i < n; i++)
		add(store, PROV_NAME, names[i]);
	return 1;
}

/* J-LIS's CA certificates among the files of the configured directory. */
static int
plan_anchors(struct prov_store *store)
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
	for (i = 0; i < n && store->n_plan < PROV_PLAN_MAX; i++) {
		info = jpki_cert_info(store->anchors[i]);
		if (!info->is_ca || !info->ca->proven)
			continue;
		add(store, PROV_CERT, JPKI_OBJECT_ANCHORS);
		store->plan[store->n_plan - 1].anchor = store->anchors[i];
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
plan_one(struct prov_store *store, int want, bool search)
{
	enum jpki_object object = store->uri->object;
	bool has_key = object == JPKI_OBJECT_AUTH ||
	    object == JPKI_OBJECT_SIGN;

	if (!search && (want == 0 || !has_key) &&
	    (want == PROV_PRIVATE || store->expect == OSSL_STORE_INFO_PKEY)) {
		prov_raise(store->prov, PROV_R_NO_KEY_HERE, "%s",
		    jpki_object_name(object));
		return 0;
	}
	if ((want & PROV_CERT) != 0 && object == JPKI_OBJECT_ANCHORS)
		return plan_anchors(store);
	if ((want & PROV_CERT) != 0)
		add(store, PROV_CERT, object);
	if ((want & PROV_PRIVATE) != 0 && has_key && !search)
		add(store, PROV_PRIVATE, object);
	if (want == PROV_PUBLIC && object != JPKI_OBJECT_ANCHORS && !search)
		add(store, PROV_PUBLIC, object);
	return 1;
}

int
prov_store_plan(struct prov_store *store)
{
	bool search = prov_search_is_set(store->search);
	int want = wanted(store);
	int r;

	store->planned = true;
	if (!(store->uri->object == JPKI_OBJECT_ALL ?
	    plan_all(store, want, search) : plan_one(store, want, search)))
		return 0;
	if (store->n_plan == 0 || store->plan[0].kind != PROV_NAME)
		return 1;
	/* A list of names can do without the card (the others open it when
	 * they need it); but where there are several, or not the one that was
	 * asked for, its names would not load. */
	ERR_set_mark();
	r = prov_store_card(store);
	if (r == JPKI_ERR_AMBIGUOUS || r == JPKI_ERR_CHANGED) {
		ERR_clear_last_mark();
		return 0;
	}
	ERR_pop_to_mark();
	return 1;
}
