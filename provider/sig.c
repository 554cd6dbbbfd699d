/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA signatures: made on the card over a digest that is computed here, with
 * our own rules; verified by OpenSSL's own RSA, with OpenSSL's rules.
 */
#include "err.h"
#include "sig.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <string.h>

static OSSL_FUNC_signature_newctx_fn sig_newctx;
static OSSL_FUNC_signature_freectx_fn sig_freectx;
static OSSL_FUNC_signature_dupctx_fn sig_dupctx;
static OSSL_FUNC_signature_sign_init_fn sig_sign_init;
static OSSL_FUNC_signature_sign_fn sig_sign;
static OSSL_FUNC_signature_verify_init_fn sig_verify_init;
static OSSL_FUNC_signature_verify_fn sig_verify;
static OSSL_FUNC_signature_digest_sign_init_fn sig_digest_sign_init;
static OSSL_FUNC_signature_digest_sign_update_fn sig_digest_sign_update;
static OSSL_FUNC_signature_digest_sign_final_fn sig_digest_sign_final;
static OSSL_FUNC_signature_digest_sign_fn sig_digest_sign;
static OSSL_FUNC_signature_digest_verify_init_fn sig_digest_verify_init;
static OSSL_FUNC_signature_digest_verify_update_fn sig_digest_verify_update;
static OSSL_FUNC_signature_digest_verify_final_fn sig_digest_verify_final;
static OSSL_FUNC_signature_digest_verify_fn sig_digest_verify;

/* The context */

static void *
sig_newctx(void *provctx, const char *propq)
{
	struct sig *sig;

	(void)propq;
	if ((sig = OPENSSL_zalloc(sizeof(*sig))) == NULL) {
		prov_raise(provctx, PROV_R_MEMORY, "signature");
		return NULL;
	}
	sig->prov = provctx;
	sig->padding = JPKI_PADDING_PKCS1;
	return sig;
}

static void
end_verify(struct sig *sig)
{
	if (sig->verify_hash == NULL)
		EVP_PKEY_CTX_free(sig->verify);
	EVP_MD_CTX_free(sig->verify_hash);
	sig->verify = NULL;
	sig->verify_hash = NULL;
}

static void
sig_freectx(void *ctx)
{
	struct sig *sig = ctx;

	if (sig == NULL)
		return;
	end_verify(sig);
	EVP_MD_CTX_free(sig->hash);
	prov_key_unref(sig->key);
	OPENSSL_free(sig);
}

static int
copy_md_ctx(EVP_MD_CTX **to, const EVP_MD_CTX *from)
{
	return from == NULL || ((*to = EVP_MD_CTX_new()) != NULL &&
	    EVP_MD_CTX_copy_ex(*to, from));
}

static void *
sig_dupctx(void *ctx)
{
	const struct sig *from = ctx;
	struct sig *to;

	if ((to = sig_newctx(from->prov, NULL)) == NULL)
		return NULL;
	if (from->key != NULL)
		to->key = prov_key_ref(from->key);
	to->padding = from->padding;
	to->digest = from->digest;
	if (!copy_md_ctx(&to->hash, from->hash) ||
	    !copy_md_ctx(&to->verify_hash, from->verify_hash))
		goto err;
	if (to->verify_hash != NULL)
		to->verify = EVP_MD_CTX_get_pkey_ctx(to->verify_hash);
	else if (from->verify != NULL &&
	    (to->verify = EVP_PKEY_CTX_dup(from->verify)) == NULL)
		goto err;
	return to;
err:
	sig_freectx(to);
	return NULL;
}

/* A new operation; key NULL means the one of the last. */
static int
start(struct sig *sig, void *key)
{
	end_verify(sig);
	EVP_MD_CTX_free(sig->hash);
	sig->hash = NULL;
	if (key != NULL) {
		prov_key_unref(sig->key);
		sig->key = prov_key_ref(key);
	}
	if (sig->key == NULL)
		prov_raise(sig->prov, PROV_R_INTERNAL, "no key");
	return sig->key != NULL;
}

static int
start_signing(struct sig *sig, void *key)
{
	if (!start(sig, key))
		return 0;
	if (sig->key->card == NULL) {
		prov_raise(sig->prov, PROV_R_PUBLIC_ONLY, NULL);
		return 0;
	}
	return 1;
}

/* Signing a digest */

static int
sig_sign_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;

	return start_signing(sig, key) && prov_sig_set_params(sig, params);
}

/*
 * Without a digest's name, the one thing accepted is a whole DigestInfo, byte
 * for byte: the card would sign anything, also what means something else.
 */
static const struct digest *
raw_digest(struct sig *sig, const unsigned char **tbs, size_t *tbs_len)
{
	size_t i;

	for (i = 0; i < PROV_N_DIGESTS; i++) {
		const struct digest *digest = &prov_digests[i];

		if (sig->padding == JPKI_PADDING_PKCS1 &&
		    *tbs_len == sizeof(digest->prefix) + digest->len &&
		    memcmp(*tbs, digest->prefix, sizeof(digest->prefix)) == 0) {
			*tbs += sizeof(digest->prefix);
			*tbs_len = digest->len;
			return digest;
		}
	}
	prov_raise(sig->prov, PROV_R_RAW_REFUSED, NULL);
	return NULL;
}

/* The size query, and the buffer's check, before anything is asked of the
 * card. Returns 1 to go on, 0 after an error, 2 if the query is answered. */
static int
size_or_space(struct sig *sig, const unsigned char *out, size_t *out_len,
    size_t out_size)
{
	size_t size;

	if ((size = prov_key_sig_size(sig->key)) == 0)
		return 0;
	if (out == NULL) {
		*out_len = size;
		return 2;
	}
	if (out_size < size) {
		prov_raise(sig->prov, PROV_R_SPACE, "%zu bytes, needs %zu",
		    out_size, size);
		return 0;
	}
	return 1;
}

static int
sig_sign(void *ctx, unsigned char *out, size_t *out_len, size_t out_size,
    const unsigned char *tbs, size_t tbs_len)
{
	struct sig *sig = ctx;
	const struct digest *digest = sig->digest;
	int r;

	if ((r = size_or_space(sig, out, out_len, out_size)) != 1)
		return r == 2;
	if (digest == NULL &&
	    (digest = raw_digest(sig, &tbs, &tbs_len)) == NULL)
		return 0;
	if (tbs_len != digest->len) {
		prov_raise(sig->prov, PROV_R_LENGTH,
		    "%zu bytes, %s has %zu", tbs_len, digest->name,
		    digest->len);
		return 0;
	}
	return prov_key_sign(sig->key, sig->padding, digest->md, digest->name,
	    tbs, tbs_len, out, out_size, out_len);
}

/* Signing data */

static int
sig_digest_sign_init(void *ctx, const char *name, void *key,
    const OSSL_PARAM params[])
{
	struct sig *sig = ctx;
	OSSL_LIB_CTX *libctx;
	EVP_MD *md;
	int ok;

	if (!start_signing(sig, key))
		return 0;
	if (name == NULL || *name == '\0')
		name = sig->digest != NULL ? sig->digest->name : "SHA256";
	if (!prov_sig_set_digest(sig, name) || !prov_sig_set_params(sig, params) ||
	    (libctx = prov_libctx(sig->prov)) == NULL)
		return 0;
	md = EVP_MD_fetch(libctx, sig->digest->name, NULL);
	sig->hash = EVP_MD_CTX_new();
	ok = md != NULL && sig->hash != NULL &&
	    EVP_DigestInit_ex2(sig->hash, md, NULL);
	EVP_MD_free(md);
	return ok;
}

static int
sig_digest_sign_update(void *ctx, const unsigned char *data, size_t len)
{
	struct sig *sig = ctx;

	return sig->hash != NULL && EVP_DigestUpdate(sig->hash, data, len);
}

static int
sig_digest_sign_final(void *ctx, unsigned char *out, size_t *out_len,
    size_t out_size)
{
	struct sig *sig = ctx;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	int r;

	if (sig->hash == NULL)
		return 0;
	if ((r = size_or_space(sig, out, out_len, out_size)) != 1)
		return r == 2;
	if (!EVP_DigestFinal_ex(sig->hash, digest, &len))
		return 0;
	r = prov_key_sign(sig->key, sig->padding, sig->digest->md,
	    sig->digest->name, digest, len, out, out_size, out_len);
	OPENSSL_cleanse(digest, sizeof(digest));
	return r;
}

static int
sig_digest_sign(void *ctx, unsigned char *out, size_t *out_len,
    size_t out_size, const unsigned char *tbs, size_t tbs_len)
{
	if (out != NULL && !sig_digest_sign_update(ctx, tbs, tbs_len))
		return 0;
	return sig_digest_sign_final(ctx, out, out_len, out_size);
}

/* Verifying */

static int
sig_verify_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;
	EVP_PKEY *pub;

	if (!start(sig, key) || (pub = prov_key_public(sig->key)) == NULL)
		return 0;
	sig->verify = EVP_PKEY_CTX_new_from_pkey(prov_libctx(sig->prov), pub,
	    NULL);
	return sig->verify != NULL &&
	    EVP_PKEY_verify_init_ex(sig->verify, params) == 1;
}

static int
sig_verify(void *ctx, const unsigned char *in, size_t in_len,
    const unsigned char *tbs, size_t tbs_len)
{
	struct sig *sig = ctx;

	return sig->verify != NULL &&
	    EVP_PKEY_verify(sig->verify, in, in_len, tbs, tbs_len) == 1;
}

static int
sig_digest_verify_init(void *ctx, const char *name, void *key,
    const OSSL_PARAM params[])
{
	struct sig *sig = ctx;
	EVP_PKEY *pub;

	if (!start(sig, key) || (pub = prov_key_public(sig->key)) == NULL)
		return 0;
	return (sig->verify_hash = EVP_MD_CTX_new()) != NULL &&
	    EVP_DigestVerifyInit_ex(sig->verify_hash, &sig->verify, name,
	    prov_libctx(sig->prov), NULL, pub, params) == 1;
}

static int
sig_digest_verify_update(void *ctx, const unsigned char *data, size_t len)
{
	struct sig *sig = ctx;

	return sig->verify_hash != NULL &&
	    EVP_DigestVerifyUpdate(sig->verify_hash, data, len) == 1;
}

static int
sig_digest_verify_final(void *ctx, const unsigned char *in, size_t in_len)
{
	struct sig *sig = ctx;

	return sig->verify_hash != NULL &&
	    EVP_DigestVerifyFinal(sig->verify_hash, in, in_len) == 1;
}

static int
sig_digest_verify(void *ctx, const unsigned char *in, size_t in_len,
    const unsigned char *tbs, size_t tbs_len)
{
	return sig_digest_verify_update(ctx, tbs, tbs_len) &&
	    sig_digest_verify_final(ctx, in, in_len);
}

const OSSL_DISPATCH prov_rsa_signature_functions[] = {
	{ OSSL_FUNC_SIGNATURE_NEWCTX, (void (*)(void))sig_newctx },
	{ OSSL_FUNC_SIGNATURE_FREECTX, (void (*)(void))sig_freectx },
	/* OpenSSL 3.0 finishes a digest-sign on a duplicate. */
	{ OSSL_FUNC_SIGNATURE_DUPCTX, (void (*)(void))sig_dupctx },
	{ OSSL_FUNC_SIGNATURE_SIGN_INIT, (void (*)(void))sig_sign_init },
	{ OSSL_FUNC_SIGNATURE_SIGN, (void (*)(void))sig_sign },
	{ OSSL_FUNC_SIGNATURE_VERIFY_INIT, (void (*)(void))sig_verify_init },
	{ OSSL_FUNC_SIGNATURE_VERIFY, (void (*)(void))sig_verify },
	{ OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT,
	    (void (*)(void))sig_digest_sign_init },
	{ OSSL_FUNC_SIGNATURE_DIGEST_SIGN_UPDATE,
	    (void (*)(void))sig_digest_sign_update },
	{ OSSL_FUNC_SIGNATURE_DIGEST_SIGN_FINAL,
	    (void (*)(void))sig_digest_sign_final },
	{ OSSL_FUNC_SIGNATURE_DIGEST_SIGN, (void (*)(void))sig_digest_sign },
	{ OSSL_FUNC_SIGNATURE_DIGEST_VERIFY_INIT,
	    (void (*)(void))sig_digest_verify_init },
	{ OSSL_FUNC_SIGNATURE_DIGEST_VERIFY_UPDATE,
	    (void (*)(void))sig_digest_verify_update },
	{ OSSL_FUNC_SIGNATURE_DIGEST_VERIFY_FINAL,
	    (void (*)(void))sig_digest_verify_final },
	{ OSSL_FUNC_SIGNATURE_DIGEST_VERIFY,
	    (void (*)(void))sig_digest_verify },
	{ OSSL_FUNC_SIGNATURE_GET_CTX_PARAMS,
	    (void (*)(void))prov_sig_get_ctx_params },
	{ OSSL_FUNC_SIGNATURE_GETTABLE_CTX_PARAMS,
	    (void (*)(void))prov_sig_gettable_ctx_params },
	{ OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS,
	    (void (*)(void))prov_sig_set_ctx_params },
	{ OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS,
	    (void (*)(void))prov_sig_settable_ctx_params },
	{ 0, NULL }
};
