/* SPDX-License-Identifier: Apache-2.0 */
#include "key.h"
#include "err.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <string.h>

static OSSL_FUNC_keymgmt_new_fn rsa_new;
static OSSL_FUNC_keymgmt_free_fn rsa_free;
static OSSL_FUNC_keymgmt_load_fn rsa_load;
static OSSL_FUNC_keymgmt_has_fn rsa_has;
static OSSL_FUNC_keymgmt_match_fn rsa_match;
static OSSL_FUNC_keymgmt_validate_fn rsa_validate;
static OSSL_FUNC_keymgmt_dup_fn rsa_dup;
static OSSL_FUNC_keymgmt_import_fn rsa_import;
static OSSL_FUNC_keymgmt_import_types_fn rsa_types;
static OSSL_FUNC_keymgmt_export_fn rsa_export;
static OSSL_FUNC_keymgmt_get_params_fn rsa_get_params;
static OSSL_FUNC_keymgmt_gettable_params_fn rsa_gettable_params;
static OSSL_FUNC_keymgmt_query_operation_name_fn rsa_operation_name;

/* The object */

struct prov_key *
prov_key_new(struct prov *prov)
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

struct prov_key *
prov_key_ref(struct prov_key *key)
{
	atomic_fetch_add(&key->refs, 1);
	return key;
}

void
prov_key_unref(struct prov_key *key)
{
	if (key == NULL || atomic_fetch_sub(&key->refs, 1) != 1)
		return;
	EVP_PKEY_free(key->pub);
	prov_pin_unref(key->pin);
	prov_card_unref(key->card);
	OPENSSL_free(key);
}

/* The public half */

EVP_PKEY *
prov_cert_public(struct prov *prov, const unsigned char *der, size_t len)
{
	OSSL_LIB_CTX *libctx;
	EVP_PKEY *pub = NULL;
	X509 *cert;

	if ((libctx = prov_libctx(prov)) == NULL)
		return NULL;
	ERR_set_mark();
	cert = X509_new_ex(libctx, NULL);
	if (d2i_X509(&cert, &der, (long)len) != NULL)
		pub = X509_get_pubkey(cert);
	if (pub != NULL && !EVP_PKEY_is_a(pub, "RSA")) {
		EVP_PKEY_free(pub);
		pub = NULL;
	}
	X509_free(cert);
	ERR_pop_to_mark();
	if (pub == NULL)
		prov_raise(prov, PROV_R_DATA, "no RSA key in it");
	return pub;
}

EVP_PKEY *
prov_key_public(struct prov_key *key)
{
	EVP_PKEY *pub = atomic_load(&key->pub), *winner = NULL;
	struct prov_fail fail;
	uint8_t *der;
	size_t len;
	bool need;

	if (pub != NULL)
		return pub;
	if (key->card == NULL) {
		prov_raise(key->prov, PROV_R_INTERNAL, "empty key");
		return NULL;
	}
	need = prov_card_cert_needs_pin(key->card, key->slot);
	if (prov_card_cert(key->card, key->epoch, key->slot,
	    need ? key->pin : NULL, key->min_tries, &der, &len, &fail) != 0) {
		prov_raise_fail(key->prov, &fail);
		return NULL;
	}
	pub = prov_cert_public(key->prov, der, len);
	prov_der_free(der, len);
	/* Another thread may have been faster. */
	if (pub != NULL &&
	    !atomic_compare_exchange_strong(&key->pub, &winner, pub)) {
		EVP_PKEY_free(pub);
		pub = winner;
	}
	return pub;
}

size_t
prov_key_sig_size(struct prov_key *key)
{
	EVP_PKEY *pub = atomic_load(&key->pub);

	if (pub == NULL && key->card != NULL &&
	    prov_card_is_rsa2048(key->card))
		return 2048 / 8;
	if (pub == NULL && (pub = prov_key_public(key)) == NULL)
		return 0;
	return (size_t)EVP_PKEY_get_size(pub);
}

int
prov_key_export(struct prov_key *key, OSSL_CALLBACK *cb, void *cbarg)
{
	EVP_PKEY *pub;

	if ((pub = prov_key_public(key)) == NULL)
		return 0;
	return EVP_PKEY_export(pub, EVP_PKEY_PUBLIC_KEY, cb, cbarg);
}

/* Signing */

/* The last thing before a signature leaves: does it fit the certificate? A
 * card swapped at the wrong moment, or a bad contact, ends here. */
static int
check_signature(struct prov_key *key, EVP_PKEY *pub,
    enum jpki_padding padding, const char *md_name,
    const unsigned char *digest, size_t digest_len, const unsigned char *sig,
    size_t sig_len)
{
	char md[16], pad[] = OSSL_PKEY_RSA_PAD_MODE_PSS;
	char saltlen[] = OSSL_PKEY_RSA_PSS_SALT_LEN_DIGEST;
	OSSL_PARAM params[4], *p = params;
	EVP_PKEY_CTX *ctx;
	int ok;

	OPENSSL_strlcpy(md, md_name, sizeof(md));
	*p++ = OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST,
	    md, 0);
	if (padding == JPKI_PADDING_PSS) {
		*p++ = OSSL_PARAM_construct_utf8_string(
		    OSSL_SIGNATURE_PARAM_PAD_MODE, pad, 0);
		*p++ = OSSL_PARAM_construct_utf8_string(
		    OSSL_SIGNATURE_PARAM_PSS_SALTLEN, saltlen, 0);
	}
	*p = OSSL_PARAM_construct_end();

	ERR_set_mark();
	ctx = EVP_PKEY_CTX_new_from_pkey(prov_libctx(key->prov), pub, NULL);
	ok = ctx != NULL && EVP_PKEY_verify_init_ex(ctx, params) == 1 &&
	    EVP_PKEY_verify(ctx, sig, sig_len, digest, digest_len) == 1;
	EVP_PKEY_CTX_free(ctx);
	ERR_pop_to_mark();
	return ok;
}

int
prov_key_sign(struct prov_key *key, enum jpki_padding padding,
    enum jpki_md md, const char *md_name, const unsigned char *digest,
    size_t digest_len, unsigned char *sig, size_t sig_size, size_t *sig_len)
{
	struct prov_card_job job = {
		.epoch = key->epoch,
		.key = key->slot == JPKI_SLOT_SIGN ?
		    JPKI_KEY_SIGN : JPKI_KEY_AUTH,
		.pin = key->pin,
		.min_tries = key->min_tries,
		.padding = padding,
		.md = md,
		.digest = digest,
		.digest_len = digest_len,
	};
	EVP_PKEY *pub = atomic_load(&key->pub);
	struct prov_fail fail;

	if (key->card == NULL) {
		prov_raise(key->prov, PROV_R_PUBLIC_ONLY, NULL);
		return 0;
	}
	if (prov_card_sign(key->card, &job, sig, sig_size, sig_len,
	    &fail) != 0) {
		prov_raise_fail(key->prov, &fail);
		return 0;
	}
	if (pub != NULL && !check_signature(key, pub, padding, md_name,
	    digest, digest_len, sig, *sig_len)) {
		OPENSSL_cleanse(sig, *sig_len);
		prov_raise(key->prov, PROV_R_SIGNATURE, NULL);
		return 0;
	}
	return 1;
}

/* KEYMGMT */

static void *
rsa_new(void *provctx)
{
	return prov_key_new(provctx);
}

static void
rsa_free(void *keydata)
{
	prov_key_unref(keydata);
}

/* Takes the key over that the store made: the reference is a pointer to it,
 * which is cleared so that the store knows. */
static void *
rsa_load(const void *reference, size_t size)
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
rsa_has(const void *keydata, int selection)
{
	const struct prov_key *key = keydata;

	if (key == NULL)
		return 0;
	if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 &&
	    key->card == NULL)
		return 0;
	if ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) != 0 &&
	    key->card == NULL && atomic_load(&key->pub) == NULL)
		return 0;
	return 1;
}

/* Keys are equal if their public halves are: the same key may have come here
 * twice, or from a certificate in a file. */
static int
rsa_match(const void *keydata1, const void *keydata2, int selection)
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
	if ((a_pub = prov_key_public(a)) == NULL ||
	    (b_pub = prov_key_public(b)) == NULL)
		return 0;
	return EVP_PKEY_eq(a_pub, b_pub) == 1;
}

static int
rsa_validate(const void *keydata, int selection, int checktype)
{
	struct prov_key *key;
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *pub;
	int ok;

	memcpy(&key, &keydata, sizeof(key));
	if ((selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == 0)
		return 1;
	if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 &&
	    key->card == NULL)
		return 0;
	if ((pub = prov_key_public(key)) == NULL)
		return 0;
	ctx = EVP_PKEY_CTX_new_from_pkey(prov_libctx(key->prov), pub, NULL);
	ok = ctx != NULL && (checktype == OSSL_KEYMGMT_VALIDATE_QUICK_CHECK ?
	    EVP_PKEY_public_check_quick(ctx) : EVP_PKEY_public_check(ctx)) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static void *
rsa_dup(const void *keydata, int selection)
{
	struct prov_key *key, *dup;
	EVP_PKEY *pub;

	memcpy(&key, &keydata, sizeof(key));
	if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0)
		return prov_key_ref(key);
	if ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) == 0 ||
	    (pub = prov_key_public(key)) == NULL ||
	    (dup = prov_key_new(key->prov)) == NULL)
		return NULL;
	EVP_PKEY_up_ref(pub);
	atomic_store(&dup->pub, pub);
	return dup;
}

static int
has_private_part(const OSSL_PARAM params[])
{
	return OSSL_PARAM_locate_const(params, OSSL_PKEY_PARAM_RSA_D) != NULL ||
	    OSSL_PARAM_locate_const(params,
	    OSSL_PKEY_PARAM_RSA_FACTOR1) != NULL;
}

static int
rsa_import(void *keydata, int selection, const OSSL_PARAM params[])
{
	struct prov_key *key = keydata;
	EVP_PKEY_CTX *ctx = NULL;
	OSSL_PARAM *copy = NULL;
	OSSL_LIB_CTX *libctx;
	EVP_PKEY *pub = NULL;
	int ok = 0;

	if (key->card != NULL || atomic_load(&key->pub) != NULL ||
	    (selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) == 0)
		return 0;
	if (has_private_part(params)) {
		prov_raise(key->prov, PROV_R_IMPORT_PRIVATE, NULL);
		return 0;
	}
	if ((libctx = prov_libctx(key->prov)) == NULL)
		return 0;
	if ((copy = OSSL_PARAM_dup(params)) != NULL &&
	    (ctx = EVP_PKEY_CTX_new_from_name(libctx, "RSA", NULL)) != NULL &&
	    EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &pub, EVP_PKEY_PUBLIC_KEY, copy) == 1) {
		atomic_store(&key->pub, pub);
		ok = 1;
	}
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(copy);
	return ok;
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
rsa_export(void *keydata, int selection, OSSL_CALLBACK *cb, void *cbarg)
{
	struct prov_key *key = keydata;

	if (key->card != NULL &&
	    (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0)
		return 0;
	if ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) == 0)
		return 0;
	return prov_key_export(key, cb, cbarg);
}

/*
 * OpenSSL asks for these when a key is loaded, and a plain signature needs no
 * more: they are answered before the certificate is read, for the one carrier
 * whose keys are known to be RSA-2048.
 */
static int
answer_without_certificate(OSSL_PARAM params[])
{
	OSSL_PARAM *p;

	p = OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_BITS);
	if (p != NULL && !OSSL_PARAM_set_int(p, 2048))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_SECURITY_BITS);
	if (p != NULL && !OSSL_PARAM_set_int(p, 112))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_MAX_SIZE);
	return p == NULL || OSSL_PARAM_set_int(p, 2048 / 8);
}

static int
needs_certificate(const OSSL_PARAM *p)
{
	/* The last three have no answer, or one that is given anyway. */
	static const char *const known[] = {
		OSSL_PKEY_PARAM_BITS, OSSL_PKEY_PARAM_SECURITY_BITS,
		OSSL_PKEY_PARAM_MAX_SIZE, OSSL_PKEY_PARAM_DEFAULT_DIGEST,
		OSSL_PKEY_PARAM_MANDATORY_DIGEST, "security-category"
	};
	size_t i;

	for (; p->key != NULL; p++) {
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			if (strcmp(p->key, known[i]) == 0)
				break;
		}
		if (i == sizeof(known) / sizeof(known[0]))
			return 1;
	}
	return 0;
}

static int
rsa_get_params(void *keydata, OSSL_PARAM params[])
{
	struct prov_key *key = keydata;
	EVP_PKEY *pub = atomic_load(&key->pub);
	OSSL_PARAM *p;

	if (pub == NULL && !needs_certificate(params) && key->card != NULL &&
	    prov_card_is_rsa2048(key->card)) {
		if (!answer_without_certificate(params))
			return 0;
	} else if ((pub == NULL && (pub = prov_key_public(key)) == NULL) ||
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

	(void)provctx;
	return table;
}

/* Signatures go to us by a private name; encryption to the public key stays
 * with OpenSSL's own RSA. */
static const char *
rsa_operation_name(int operation)
{
	return operation == OSSL_OP_SIGNATURE ? PROV_RSA_SIGNATURE : "RSA";
}

const OSSL_DISPATCH prov_rsa_keymgmt_functions[] = {
	{ OSSL_FUNC_KEYMGMT_NEW, (void (*)(void))rsa_new },
	{ OSSL_FUNC_KEYMGMT_FREE, (void (*)(void))rsa_free },
	{ OSSL_FUNC_KEYMGMT_LOAD, (void (*)(void))rsa_load },
	{ OSSL_FUNC_KEYMGMT_HAS, (void (*)(void))rsa_has },
	{ OSSL_FUNC_KEYMGMT_MATCH, (void (*)(void))rsa_match },
	{ OSSL_FUNC_KEYMGMT_VALIDATE, (void (*)(void))rsa_validate },
	{ OSSL_FUNC_KEYMGMT_DUP, (void (*)(void))rsa_dup },
	{ OSSL_FUNC_KEYMGMT_IMPORT, (void (*)(void))rsa_import },
	{ OSSL_FUNC_KEYMGMT_IMPORT_TYPES, (void (*)(void))rsa_types },
	{ OSSL_FUNC_KEYMGMT_EXPORT, (void (*)(void))rsa_export },
	{ OSSL_FUNC_KEYMGMT_EXPORT_TYPES, (void (*)(void))rsa_types },
	{ OSSL_FUNC_KEYMGMT_GET_PARAMS, (void (*)(void))rsa_get_params },
	{ OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS,
	    (void (*)(void))rsa_gettable_params },
	{ OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME,
	    (void (*)(void))rsa_operation_name },
	{ 0, NULL }
};
