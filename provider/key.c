/* SPDX-License-Identifier: Apache-2.0 */
#include "key.h"

#include "cert.h"
#include "conf.h"
#include "debug.h"
#include "err.h"

/* The object */

void *
prov_key_new(void *prov)
{
	struct prov_key *key;

	if ((key = OPENSSL_zalloc(sizeof(*key))) == NULL) {
		prov_raise(prov, -JPKI_ERR_MEMORY, "key");
		return NULL;
	}
	atomic_init(&key->refs, 1);
	key->prov = prov;
	return key;
}

void
prov_key_unref(void *keydata)
{
	struct prov_key *key = keydata;

	if (key == NULL || atomic_fetch_sub(&key->refs, 1) != 1)
		return;
	EVP_PKEY_free(key->native);
	jpki_kept_free(&key->pin);
	jpki_cert_free(&key->cert);
	OPENSSL_free(key);
}

struct jpki_cert *
prov_key_cert(struct prov_key *key)
{
	bool need = jpki_shared_needs_pin(key->card, key->slot);
	struct jpki_cert *cert;

	if (key->cert != NULL)
		return jpki_cert_ref(key->cert);
	(void)prov_card_cert(key->prov, key->card, key->epoch, key->slot,
	    need ? key->pin : NULL, key->min_tries, &cert);
	return cert;
}

EVP_PKEY *
prov_key_native(struct prov_key *key)
{
	EVP_PKEY *native = atomic_load(&key->native), *other = NULL;
	struct jpki_cert *cert;

	if (native != NULL)
		return native;
	if (key->card == NULL) {
		prov_raise(key->prov, -JPKI_ERR_INTERNAL, prov_pick("empty key",
		    "空の鍵です"));
		return NULL;
	}
	if ((cert = prov_key_cert(key)) == NULL)
		return NULL;
	native = prov_cert_public(key->prov, cert);
	jpki_cert_free(&cert);
	/* Another thread may have been faster. */
	if (native != NULL &&
	    !atomic_compare_exchange_strong(&key->native, &other, native)) {
		EVP_PKEY_free(native);
		native = other;
	}
	return native;
}

/* Whether what OpenSSL asks for when a key is loaded, and a plain signature
 * needs, is known without the certificate: that saves reading it. */
static bool
is_known(struct prov_key *key)
{
	return atomic_load(&key->native) == NULL && key->card != NULL &&
	    jpki_shared_is_rsa2048(key->card);
}

size_t
prov_key_sig_size(struct prov_key *key)
{
	EVP_PKEY *native;

	if (is_known(key))
		return 2048 / 8;
	native = prov_key_native(key);
	return native != NULL ? (size_t)EVP_PKEY_get_size(native) : 0;
}

/* Signing */

/* Nothing that trying again would mend: who loads key files often tells no more
 * than "EVP lib" of it. */
static bool
is_refused_pin(int err)
{
	return err == JPKI_ERR_PIN_WRONG || err == JPKI_ERR_PIN_BLOCKED ||
	    err == JPKI_ERR_PIN_LAST_TRY || err == JPKI_ERR_PIN_NO_COUNT ||
	    err == JPKI_ERR_PIN_UNTRIED;
}

int
prov_key_sign(struct prov_key *key, enum jpki_padding padding,
    enum jpki_md md, const unsigned char *digest, size_t digest_len,
    unsigned char *sig, size_t sig_size, size_t *sig_len)
{
	struct jpki_signing what = {
		.size = sizeof(what),
		.key = jpki_slot_key(key->slot),
		.padding = padding,
		.md = md,
		.digest = digest,
		.digest_len = digest_len,
		.cert = key->cert,
	};
	struct jpki_ctx *ctx;
	int r;

	if (padding == JPKI_PADDING_PSS && !prov_conf(key->prov)->pss) {
		prov_raise(key->prov, -JPKI_ERR_NO_PSS, "pss = off");
		return 0;
	}
	ctx = prov_ctx_new(key->prov);
	if ((r = prov_card_done(key->prov, ctx, jpki_shared_sign(ctx,
	    key->card, &what, key->pin, key->min_tries, sig, sig_size,
	    sig_len))) != 0) {
		if (is_refused_pin(r) && atomic_exchange(&key->aloud, false))
			prov_print_error(key->prov);
		return 0;
	}
	prov_debug(key->prov, "signed with %s: %s, %s",
	    prov_slot_name(key->slot), jpki_md_name(md),
	    padding == JPKI_PADDING_PSS ? "PSS" : "PKCS#1 v1.5");
	return 1;
}

/* KEYMGMT */

/* Takes the key over that the store made: the reference is a pointer to it,
 * which is cleared so that the store knows. */
static void *
key_load(const void *reference, size_t size)
{
	struct prov_key **slot, *key;

	if (size != sizeof(key))
		return NULL;
	memcpy(&slot, &reference, sizeof(slot));
	key = *slot;
	*slot = NULL;
	return key;
}

static int
key_has(const void *keydata, int selection)
{
	const struct prov_key *key = keydata;

	if (key == NULL)
		return 0;
	return ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) == 0 ||
	    key->private) &&
	    ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) == 0 ||
	    key->card != NULL || atomic_load(&key->native) != NULL);
}

/* Keys are equal if their public halves are: the same key may have come here
 * twice, or from a certificate in a file. */
static int
key_match(const void *keydata1, const void *keydata2, int selection)
{
	struct prov_key *a, *b;
	EVP_PKEY *a_native, *b_native;

	memcpy(&a, &keydata1, sizeof(a));
	memcpy(&b, &keydata2, sizeof(b));
	if ((selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == 0 || a == b)
		return 1;
	if (a->card != NULL && a->card == b->card && a->slot == b->slot &&
	    a->epoch == b->epoch)
		return 1;
	return (a_native = prov_key_native(a)) != NULL &&
	    (b_native = prov_key_native(b)) != NULL &&
	    EVP_PKEY_eq(a_native, b_native) == 1;
}

static int
key_validate(const void *keydata, int selection, int checktype)
{
	struct prov_key *key;
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *native;
	int ok;

	memcpy(&key, &keydata, sizeof(key));
	if ((selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == 0)
		return 1;
	if (!key_has(key, selection) ||
	    (native = prov_key_native(key)) == NULL ||
	    (ctx = EVP_PKEY_CTX_new_from_pkey(prov_libctx(key->prov), native,
	    NULL)) == NULL)
		return 0;
	if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 &&
	    key->card == NULL)
		ok = ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) != 0 ?
		    EVP_PKEY_check(ctx) : EVP_PKEY_private_check(ctx)) == 1;
	else if (checktype == OSSL_KEYMGMT_VALIDATE_QUICK_CHECK)
		ok = EVP_PKEY_public_check_quick(ctx) == 1;
	else
		ok = EVP_PKEY_public_check(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static int
rsa_import(void *keydata, int selection, const OSSL_PARAM params[])
{
	OSSL_PARAM *numbers = (OSSL_PARAM *)(uintptr_t)params;
	struct prov_key *key = keydata;
	EVP_PKEY *native = NULL;
	EVP_PKEY_CTX *ctx;

	if (key->card != NULL || atomic_load(&key->native) != NULL)
		return 0;
	if ((ctx = EVP_PKEY_CTX_new_from_name(prov_libctx(key->prov), "RSA",
	    NULL)) != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &native, selection, numbers) == 1) {
		key->private =
		    (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 &&
		    OSSL_PARAM_locate(numbers, OSSL_PKEY_PARAM_RSA_D) != NULL;
		atomic_store(&key->native, native);
	}
	EVP_PKEY_CTX_free(ctx);
	return native != NULL;
}

static const OSSL_PARAM *
rsa_types(int selection)
{
#define NUMBER(name) OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_##name, NULL, 0)
	static const OSSL_PARAM table[] = {
		NUMBER(D), NUMBER(FACTOR1), NUMBER(FACTOR2), NUMBER(EXPONENT1),
		NUMBER(EXPONENT2), NUMBER(COEFFICIENT1),
		/* Public ones: */
		NUMBER(N), NUMBER(E), OSSL_PARAM_END
	};

	return (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 ? table :
	    (selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) != 0 ? table + 6 :
	    NULL;
}

static void *
key_dup(const void *keydata, int selection)
{
	struct prov_key *key, *dup = NULL;
	OSSL_PARAM *params = NULL;
	EVP_PKEY *native;

	memcpy(&key, &keydata, sizeof(key));
	if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0) {
		atomic_fetch_add(&key->refs, 1);
		return key;
	}
	if ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) != 0 &&
	    (native = prov_key_native(key)) != NULL &&
	    EVP_PKEY_todata(native, EVP_PKEY_PUBLIC_KEY, &params) == 1 &&
	    (dup = prov_key_new(key->prov)) != NULL &&
	    !rsa_import(dup, EVP_PKEY_PUBLIC_KEY, params)) {
		prov_key_unref(dup);
		dup = NULL;
	}
	OSSL_PARAM_free(params);
	return dup;
}

/*
 * Whoever asks for the private half too must get nothing at all, not the
 * public half: the application would take it for the whole key. It asks
 * often, to find out, so no error is raised. A key that is not on a card
 * refuses nothing.
 */
static int
key_export(void *keydata, int selection, OSSL_CALLBACK *cb, void *cbarg)
{
	struct prov_key *key = keydata;
	EVP_PKEY *native;

	if ((key->card != NULL && (selection & OSSL_KEYMGMT_SELECT_KEYPAIR) !=
	    OSSL_KEYMGMT_SELECT_PUBLIC_KEY) ||
	    (native = prov_key_native(key)) == NULL)
		return 0;
	return EVP_PKEY_export(native, selection, cb, cbarg);
}

int
prov_export_reference(void *ctx, const void *reference, size_t size,
    OSSL_CALLBACK *cb, void *cbarg)
{
	struct prov_key *key;

	if (reference == NULL || size != sizeof(key))
		return 0;
	memcpy(&key, reference, sizeof(key));
	/* A private key's public half would be taken for the whole key. */
	return key != NULL && key->card == NULL &&
	    key_export(key, OSSL_KEYMGMT_SELECT_PUBLIC_KEY, cb, cbarg);
}

static int
set_int(OSSL_PARAM params[], const char *name, int value)
{
	OSSL_PARAM *p = OSSL_PARAM_locate(params, name);

	return p == NULL || OSSL_PARAM_set_int(p, value);
}

static int
rsa_get_params(void *keydata, OSSL_PARAM params[])
{
	struct prov_key *key = keydata;
	EVP_PKEY *native;
	OSSL_PARAM *p;

	if (is_known(key) &&
	    OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_RSA_N) == NULL &&
	    OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_RSA_E) == NULL) {
		if (!set_int(params, OSSL_PKEY_PARAM_BITS, 2048) ||
		    !set_int(params, OSSL_PKEY_PARAM_SECURITY_BITS, 112) ||
		    !set_int(params, OSSL_PKEY_PARAM_MAX_SIZE, 2048 / 8))
			return 0;
	} else if ((native = prov_key_native(key)) == NULL ||
	    !EVP_PKEY_get_params(native, params)) {
		return 0;
	}
	p = OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_DEFAULT_DIGEST);
	return p == NULL || OSSL_PARAM_set_utf8_string(p, "SHA256");
}

static const OSSL_PARAM *
rsa_gettable_params(void *provctx)
{
	static const OSSL_PARAM table[] = {
		OSSL_PARAM_int(OSSL_PKEY_PARAM_BITS, NULL),
		OSSL_PARAM_int(OSSL_PKEY_PARAM_SECURITY_BITS, NULL),
		OSSL_PARAM_int(OSSL_PKEY_PARAM_MAX_SIZE, NULL),
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_DEFAULT_DIGEST, NULL,
		    0),
		OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_N, NULL, 0),
		OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_E, NULL, 0),
		OSSL_PARAM_END
	};

	return table;
}

/* Signatures go to us by a private name; what else RSA can do stays with
 * OpenSSL's own, which takes public keys and those that are not on a card. */
static const char *
rsa_operation_name(int operation)
{
	return operation == OSSL_OP_SIGNATURE ? PROV_RSA_SIGNATURE : "RSA";
}

/* Generation, by OpenSSL's own RSA: no key is ever made on a card. */

static void
gen_cleanup(void *genctx)
{
	EVP_PKEY_CTX_free(genctx);
}

static int
gen_set_params(void *genctx, const OSSL_PARAM params[])
{
	return EVP_PKEY_CTX_set_params(genctx, params);
}

static const OSSL_PARAM *
gen_settable_params(void *genctx, void *provctx)
{
	static const OSSL_PARAM table[] = {
		OSSL_PARAM_size_t(OSSL_PKEY_PARAM_RSA_BITS, NULL),
		OSSL_PARAM_size_t(OSSL_PKEY_PARAM_RSA_PRIMES, NULL),
		NUMBER(E), OSSL_PARAM_END
	};

	return table;
}

static void *
gen_init(void *provctx, int selection, const OSSL_PARAM params[])
{
	EVP_PKEY_CTX *ctx;

	if ((selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == 0)
		return NULL;
	ctx = EVP_PKEY_CTX_new_from_name(prov_libctx(provctx), "RSA", NULL);
	if (ctx != NULL && EVP_PKEY_keygen_init(ctx) == 1 &&
	    gen_set_params(ctx, params)) {
		EVP_PKEY_CTX_set_app_data(ctx, provctx);
		return ctx;
	}
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

/* Whom to tell meanwhile: programs print dots. */
struct progress {
	OSSL_CALLBACK *cb;
	void *cbarg;
};

static int
gen_progress(EVP_PKEY_CTX *ctx)
{
	struct progress *progress = EVP_PKEY_CTX_get_app_data(ctx);
	int potential = EVP_PKEY_CTX_get_keygen_info(ctx, 0);
	int iteration = EVP_PKEY_CTX_get_keygen_info(ctx, 1);
	OSSL_PARAM params[] = {
		OSSL_PARAM_int(OSSL_GEN_PARAM_POTENTIAL, &potential),
		OSSL_PARAM_int(OSSL_GEN_PARAM_ITERATION, &iteration),
		OSSL_PARAM_END
	};

	return progress->cb(params, progress->cbarg);
}

static void *
gen(void *genctx, OSSL_CALLBACK *cb, void *cbarg)
{
	struct prov *prov = EVP_PKEY_CTX_get_app_data(genctx);
	struct progress progress = { cb, cbarg };
	struct prov_key *key = prov_key_new(prov);
	EVP_PKEY *native = NULL;

	EVP_PKEY_CTX_set_app_data(genctx, &progress);
	EVP_PKEY_CTX_set_cb(genctx, cb != NULL ? gen_progress : NULL);
	if (key != NULL && EVP_PKEY_generate(genctx, &native) == 1) {
		atomic_store(&key->native, native);
		key->private = true;
	} else {
		prov_key_unref(key);
		key = NULL;
	}
	EVP_PKEY_CTX_set_app_data(genctx, prov);
	return key;
}

#define ROW(ID, id, fn) PROV_ROW(KEYMGMT_##ID, keymgmt_##id, fn)
const OSSL_DISPATCH prov_rsa_keymgmt_functions[] = {
	ROW(NEW, new, prov_key_new),
	ROW(FREE, free, prov_key_unref),
	ROW(LOAD, load, key_load),
	ROW(HAS, has, key_has),
	ROW(MATCH, match, key_match),
	ROW(VALIDATE, validate, key_validate),
	ROW(DUP, dup, key_dup),
	ROW(IMPORT, import, rsa_import),
	ROW(IMPORT_TYPES, import_types, rsa_types),
	ROW(EXPORT, export, key_export),
	ROW(EXPORT_TYPES, export_types, rsa_types),
	ROW(GET_PARAMS, get_params, rsa_get_params),
	ROW(GETTABLE_PARAMS, gettable_params, rsa_gettable_params),
	ROW(GEN_INIT, gen_init, gen_init),
	ROW(GEN_SET_PARAMS, gen_set_params, gen_set_params),
	ROW(GEN_SETTABLE_PARAMS, gen_settable_params, gen_settable_params),
	ROW(GEN, gen, gen),
	ROW(GEN_CLEANUP, gen_cleanup, gen_cleanup),
	ROW(QUERY_OPERATION_NAME, query_operation_name, rsa_operation_name),
	PROV_END
};
