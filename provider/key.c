/* SPDX-License-Identifier: Apache-2.0 */
#include "prov.h"

/* The object */

void *
prov_key_new(void *prov)
{
	struct prov_key *key;

	if ((key = OPENSSL_zalloc(sizeof(*key))) == NULL) {
		prov_raise(prov, PROV_R_MEMORY, "key");
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
	EVP_PKEY_free(key->pub);
	prov_pin_unref(key->pin);
	jpki_cert_free(&key->cert);
	OPENSSL_free(key);
}

struct jpki_cert *
prov_key_cert(struct prov_key *key)
{
	bool need = jpki_shared_needs_pin(key->card->shared, key->slot);
	struct jpki_cert *cert;

	if (key->cert != NULL)
		return jpki_cert_ref(key->cert);
	(void)prov_card_cert(key->card, key->epoch, key->slot,
	    need ? key->pin : NULL, key->min_tries, &cert);
	return cert;
}

EVP_PKEY *
prov_key_public(struct prov_key *key)
{
	EVP_PKEY *pub = atomic_load(&key->pub), *other = NULL;
	struct jpki_cert *cert;

	if (pub != NULL)
		return pub;
	if (key->card == NULL) {
		prov_raise(key->prov, PROV_R_INTERNAL, "empty key");
		return NULL;
	}
	if ((cert = prov_key_cert(key)) == NULL)
		return NULL;
	pub = prov_cert_public(key->prov, cert);
	jpki_cert_free(&cert);
	/* Another thread may have been faster. */
	if (pub != NULL &&
	    !atomic_compare_exchange_strong(&key->pub, &other, pub)) {
		EVP_PKEY_free(pub);
		pub = other;
	}
	return pub;
}

/* Whether what OpenSSL asks for when a key is loaded, and a plain signature
 * needs, is known without the certificate: that saves reading it. */
static bool
is_known(struct prov_key *key)
{
	return atomic_load(&key->pub) == NULL && key->card != NULL &&
	    jpki_shared_is_rsa2048(key->card->shared);
}

size_t
prov_key_sig_size(struct prov_key *key)
{
	EVP_PKEY *pub;

	if (is_known(key))
		return 2048 / 8;
	pub = prov_key_public(key);
	return pub != NULL ? (size_t)EVP_PKEY_get_size(pub) : 0;
}

/* Signing */

int
prov_key_sign(struct prov_key *key, enum jpki_padding padding,
    enum jpki_md md, const unsigned char *digest, size_t digest_len,
    unsigned char *sig, size_t sig_size, size_t *sig_len)
{
	struct jpki_signing what = {
		.key = key->slot == JPKI_SLOT_SIGN ?
		    JPKI_KEY_SIGN : JPKI_KEY_AUTH,
		.padding = padding,
		.md = md,
		.digest = digest,
		.digest_len = digest_len,
		.cert = key->cert,
	};

	if (padding == JPKI_PADDING_PSS && !prov_conf(key->prov)->pss) {
		prov_raise(key->prov, PROV_R_NO_PSS, "pss = off");
		return 0;
	}
	if (prov_card_sign(key->card, &what, key->pin, key->min_tries, sig,
	    sig_size, sig_len) != 0)
		return 0;
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
	if (key->card != NULL)
		return 1;
	return (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) == 0 &&
	    ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) == 0 ||
	    atomic_load(&key->pub) != NULL);
}

/* Keys are equal if their public halves are: the same key may have come here
 * twice, or from a certificate in a file. */
static int
key_match(const void *keydata1, const void *keydata2, int selection)
{
	struct prov_key *a, *b;
	EVP_PKEY *a_pub, *b_pub;

	memcpy(&a, &keydata1, sizeof(a));
	memcpy(&b, &keydata2, sizeof(b));
	if ((selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == 0 || a == b)
		return 1;
	if (a->card != NULL && a->card == b->card && a->slot == b->slot &&
	    a->epoch == b->epoch)
		return 1;
	return (a_pub = prov_key_public(a)) != NULL &&
	    (b_pub = prov_key_public(b)) != NULL &&
	    EVP_PKEY_eq(a_pub, b_pub) == 1;
}

static int
key_validate(const void *keydata, int selection, int checktype)
{
	struct prov_key *key;
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *pub;
	int ok;

	memcpy(&key, &keydata, sizeof(key));
	if (!key_has(key, selection) || (pub = prov_key_public(key)) == NULL)
		return 0;
	ctx = EVP_PKEY_CTX_new_from_pkey(prov_libctx(key->prov), pub, NULL);
	ok = ctx != NULL && (checktype == OSSL_KEYMGMT_VALIDATE_QUICK_CHECK ?
	    EVP_PKEY_public_check_quick(ctx) : EVP_PKEY_public_check(ctx)) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static void *
key_dup(const void *keydata, int selection)
{
	struct prov_key *key, *dup;
	EVP_PKEY *pub;

	memcpy(&key, &keydata, sizeof(key));
	if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0) {
		atomic_fetch_add(&key->refs, 1);
		return key;
	}
	if ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) == 0 ||
	    (pub = prov_key_public(key)) == NULL ||
	    (dup = prov_key_new(key->prov)) == NULL)
		return NULL;
	EVP_PKEY_up_ref(pub);
	atomic_store(&dup->pub, pub);
	return dup;
}

static int
rsa_import(void *keydata, int selection, const OSSL_PARAM params[])
{
	struct prov_key *key = keydata;
	EVP_PKEY_CTX *ctx = NULL;
	OSSL_PARAM *copy = NULL;
	EVP_PKEY *pub = NULL;

	if (key->card != NULL || atomic_load(&key->pub) != NULL ||
	    (selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) == 0)
		return 0;
	if (OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_RSA_D) != NULL ||
	    OSSL_PARAM_locate_const(params,
	    OSSL_PKEY_PARAM_RSA_FACTOR1) != NULL) {
		prov_raise(key->prov, PROV_R_IMPORT_PRIVATE, "RSA");
		return 0;
	}
	if ((copy = OSSL_PARAM_dup(params)) != NULL &&
	    (ctx = EVP_PKEY_CTX_new_from_name(prov_libctx(key->prov), "RSA",
	    NULL)) != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &pub, EVP_PKEY_PUBLIC_KEY, copy) == 1)
		atomic_store(&key->pub, pub);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(copy);
	return pub != NULL;
}

static const OSSL_PARAM *
rsa_types(int selection)
{
	static const OSSL_PARAM public_types[] = {
		OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_N, NULL, 0),
		OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_E, NULL, 0),
		OSSL_PARAM_END
	};

	return (selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) != 0 ?
	    public_types : NULL;
}

/*
 * Whoever asks for the private half too must get nothing at all, not the
 * public half: the application would take it for the whole key. It asks
 * often, to find out, so no error is raised. A public key refuses nothing.
 */
static int
key_export(void *keydata, int selection, OSSL_CALLBACK *cb, void *cbarg)
{
	struct prov_key *key = keydata;
	EVP_PKEY *pub;

	if ((key->card != NULL &&
	    (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0) ||
	    (selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) == 0 ||
	    (pub = prov_key_public(key)) == NULL)
		return 0;
	return EVP_PKEY_export(pub, EVP_PKEY_PUBLIC_KEY, cb, cbarg);
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
	EVP_PKEY *pub;
	OSSL_PARAM *p;

	if (is_known(key) &&
	    OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_RSA_N) == NULL &&
	    OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_RSA_E) == NULL) {
		if (!set_int(params, OSSL_PKEY_PARAM_BITS, 2048) ||
		    !set_int(params, OSSL_PKEY_PARAM_SECURITY_BITS, 112) ||
		    !set_int(params, OSSL_PKEY_PARAM_MAX_SIZE, 2048 / 8))
			return 0;
	} else if ((pub = prov_key_public(key)) == NULL ||
	    !EVP_PKEY_get_params(pub, params)) {
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

/* Signatures go to us by a private name; encryption to the public key stays
 * with OpenSSL's own RSA. */
static const char *
rsa_operation_name(int operation)
{
	return operation == OSSL_OP_SIGNATURE ? PROV_RSA_SIGNATURE : "RSA";
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
	ROW(QUERY_OPERATION_NAME, query_operation_name, rsa_operation_name),
	PROV_END
};
