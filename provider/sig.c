/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA signatures: made on the card over a digest that is computed here, with
 * our own rules; verified by OpenSSL's own RSA, with OpenSSL's rules.
 */
#include "err.h"
#include "key.h"
#include "prov.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <string.h>

#define PSS_SALT_LEN 32

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
static OSSL_FUNC_signature_get_ctx_params_fn sig_get_ctx_params;
static OSSL_FUNC_signature_gettable_ctx_params_fn sig_gettable_ctx_params;
static OSSL_FUNC_signature_set_ctx_params_fn sig_set_ctx_params;
static OSSL_FUNC_signature_settable_ctx_params_fn sig_settable_ctx_params;

/* What the card's keys sign (RFC 8017, 9.2 and A.2). */
struct digest {
	enum jpki_md md;
	const char *name;
	size_t len;
	unsigned char prefix[19];	/* of a DigestInfo */
	unsigned char algorithm[15];	/* sha256WithRSAEncryption ... */
};

#define PREFIX(oid, n) \
	{ 0x30, 17 + (n), 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, \
	    (oid), 5, 0, 4, (n) }
#define ALGORITHM(oid) \
	{ 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, (oid), 5, 0 }

static const struct digest digests[] = {
	{ JPKI_MD_SHA256, "SHA256", 32, PREFIX(1, 32), ALGORITHM(11) },
	{ JPKI_MD_SHA384, "SHA384", 48, PREFIX(2, 48), ALGORITHM(12) },
	{ JPKI_MD_SHA512, "SHA512", 64, PREFIX(3, 64), ALGORITHM(13) },
};

#define N_DIGESTS (sizeof(digests) / sizeof(digests[0]))
#define SHA256 (&digests[0])

/* RSASSA-PSS with SHA-256, MGF1-SHA-256, salt length 32. */
static const unsigned char pss_algorithm[] = {
	0x30, 0x41, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10,
	0x30, 0x34,
	0xa0, 0x0f, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1,
	5, 0,
	0xa1, 0x1c, 0x30, 0x1a, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1,
	8, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0,
	0xa2, 3, 2, 1, PSS_SALT_LEN
};

struct sig {
	struct prov *prov;
	struct prov_key *key;

	/* Signing. */
	enum jpki_padding padding;
	const struct digest *digest;	/* NULL: raw */
	EVP_MD_CTX *hash;		/* NULL: not a digest-sign */

	/* Verifying: OpenSSL's own operation on the public half. */
	EVP_PKEY_CTX *verify;		/* belongs to verify_hash if set */
	EVP_MD_CTX *verify_hash;
};

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

/* Parameters of signing */

static int
check_pss(const struct sig *sig)
{
	if (sig->padding != JPKI_PADDING_PSS || sig->digest == NULL ||
	    sig->digest == SHA256)
		return 1;
	prov_raise(sig->prov, PROV_R_PSS_PARAMETERS, "%s", sig->digest->name);
	return 0;
}

static const struct digest *
find_digest(struct sig *sig, const char *name)
{
	OSSL_LIB_CTX *libctx = prov_libctx(sig->prov);
	EVP_MD *md = NULL;
	size_t i = N_DIGESTS;

	/* Fetched, because a digest has many names. */
	ERR_set_mark();
	if (libctx != NULL)
		md = EVP_MD_fetch(libctx, name, NULL);
	for (i = 0; md != NULL && i < N_DIGESTS; i++) {
		if (EVP_MD_is_a(md, digests[i].name))
			break;
	}
	ERR_pop_to_mark();
	if (md == NULL)
		i = N_DIGESTS;
	EVP_MD_free(md);
	if (i < N_DIGESTS)
		return &digests[i];
	prov_raise(sig->prov, PROV_R_DIGEST, "%.32s", name);
	return NULL;
}

static int
set_digest(struct sig *sig, const char *name)
{
	const struct digest *digest;

	if ((digest = find_digest(sig, name)) == NULL)
		return 0;
	/* Bytes that were hashed already cannot change their digest. */
	if (sig->hash != NULL && digest != sig->digest) {
		prov_raise(sig->prov, PROV_R_DIGEST,
		    "%s instead of %s", digest->name, sig->digest->name);
		return 0;
	}
	sig->digest = digest;
	return check_pss(sig);
}

/* The value of a parameter that is a string or a number. */
static int
get_text_or_int(const OSSL_PARAM *p, const char **text, int *number)
{
	*text = NULL;
	if (p->data_type == OSSL_PARAM_UTF8_STRING)
		return OSSL_PARAM_get_utf8_string_ptr(p, text);
	return OSSL_PARAM_get_int(p, number);
}

static int
set_padding(struct sig *sig, const OSSL_PARAM *p)
{
	const char *text;
	int number = 0;

	if (!get_text_or_int(p, &text, &number))
		return 0;
	if (text != NULL && strcmp(text, OSSL_PKEY_RSA_PAD_MODE_PKCSV15) == 0)
		number = RSA_PKCS1_PADDING;
	else if (text != NULL && strcmp(text, OSSL_PKEY_RSA_PAD_MODE_PSS) == 0)
		number = RSA_PKCS1_PSS_PADDING;
	switch (number) {
	case RSA_PKCS1_PADDING:
		sig->padding = JPKI_PADDING_PKCS1;
		return 1;
	case RSA_PKCS1_PSS_PADDING:
		sig->padding = JPKI_PADDING_PSS;
		return check_pss(sig);
	default:
		prov_raise(sig->prov, PROV_R_PADDING_UNSUPPORTED, NULL);
		return 0;
	}
}

/* The card's salt is as long as the digest, whatever is asked for; so ask for
 * that, or leave it to us. */
static int
set_salt_len(struct sig *sig, const OSSL_PARAM *p)
{
	static const char *const fine[] = {
		OSSL_PKEY_RSA_PSS_SALT_LEN_DIGEST,
		OSSL_PKEY_RSA_PSS_SALT_LEN_AUTO, "auto-digestmax", "32"
	};
	const char *text;
	int number = 0;
	size_t i;

	if (!get_text_or_int(p, &text, &number))
		return 0;
	for (i = 0; text != NULL && i < sizeof(fine) / sizeof(fine[0]); i++) {
		if (strcmp(text, fine[i]) == 0)
			number = PSS_SALT_LEN;
	}
	/* -4 is auto-digestmax, which has no name in OpenSSL 3.0. */
	if (sig->padding == JPKI_PADDING_PSS && (number == PSS_SALT_LEN ||
	    number == RSA_PSS_SALTLEN_DIGEST ||
	    number == RSA_PSS_SALTLEN_AUTO || number == -4))
		return 1;
	if (sig->padding == JPKI_PADDING_PSS)
		prov_raise(sig->prov, PROV_R_PSS_PARAMETERS,
		    "another salt length");
	else
		prov_raise(sig->prov, PROV_R_PADDING_UNSUPPORTED,
		    "a salt length needs pss");
	return 0;
}

static int
set_mgf1_digest(struct sig *sig, const OSSL_PARAM *p)
{
	const struct digest *digest;
	const char *name;

	if (!OSSL_PARAM_get_utf8_string_ptr(p, &name) ||
	    (digest = find_digest(sig, name)) == NULL)
		return 0;
	if (digest == SHA256 && sig->padding == JPKI_PADDING_PSS)
		return 1;
	prov_raise(sig->prov, PROV_R_PSS_PARAMETERS, "MGF1 with %s",
	    digest->name);
	return 0;
}

static int
set_signing_params(struct sig *sig, const OSSL_PARAM params[])
{
	const OSSL_PARAM *p;
	const char *name;

	if (params == NULL)
		return 1;
	p = OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_DIGEST);
	if (p != NULL && (!OSSL_PARAM_get_utf8_string_ptr(p, &name) ||
	    !set_digest(sig, name)))
		return 0;
	p = OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_PAD_MODE);
	if (p != NULL && !set_padding(sig, p))
		return 0;
	p = OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_PSS_SALTLEN);
	if (p != NULL && !set_salt_len(sig, p))
		return 0;
	p = OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_MGF1_DIGEST);
	return p == NULL || set_mgf1_digest(sig, p);
}

static int
sig_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;
	OSSL_PARAM *copy;
	int ok;

	if (sig->verify == NULL)
		return set_signing_params(sig, params);
	if (params == NULL)
		return 1;
	if ((copy = OSSL_PARAM_dup(params)) == NULL)
		return 0;
	ok = EVP_PKEY_CTX_set_params(sig->verify, copy);
	OSSL_PARAM_free(copy);
	return ok;
}

static const OSSL_PARAM *
sig_settable_ctx_params(void *ctx, void *provctx)
{
	static const OSSL_PARAM table[] = {
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PROPERTIES, NULL,
		    0),
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, NULL,
		    0),
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_MGF1_DIGEST, NULL,
		    0),
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_MGF1_PROPERTIES,
		    NULL, 0),
		OSSL_PARAM_END
	};

	(void)ctx;
	(void)provctx;
	return table;
}

static int
get_algorithm(const struct sig *sig, OSSL_PARAM *p)
{
	if (sig->padding == JPKI_PADDING_PSS)
		return OSSL_PARAM_set_octet_string(p, pss_algorithm,
		    sizeof(pss_algorithm));
	if (sig->digest == NULL)
		return 0;
	return OSSL_PARAM_set_octet_string(p, sig->digest->algorithm,
	    sizeof(sig->digest->algorithm));
}

static int
set_text_or_int(OSSL_PARAM *p, const char *text, int number)
{
	return p->data_type == OSSL_PARAM_UTF8_STRING ?
	    OSSL_PARAM_set_utf8_string(p, text) :
	    OSSL_PARAM_set_int(p, number);
}

static int
sig_get_ctx_params(void *ctx, OSSL_PARAM params[])
{
	struct sig *sig = ctx;
	bool pss = sig->padding == JPKI_PADDING_PSS;
	OSSL_PARAM *p;

	if (sig->verify != NULL)
		return EVP_PKEY_CTX_get_params(sig->verify, params);
	p = OSSL_PARAM_locate(params, OSSL_SIGNATURE_PARAM_ALGORITHM_ID);
	if (p != NULL && !get_algorithm(sig, p))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_SIGNATURE_PARAM_DIGEST);
	if (p != NULL && !OSSL_PARAM_set_utf8_string(p,
	    sig->digest != NULL ? sig->digest->name : ""))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_SIGNATURE_PARAM_PAD_MODE);
	if (p != NULL && !set_text_or_int(p,
	    pss ? OSSL_PKEY_RSA_PAD_MODE_PSS : OSSL_PKEY_RSA_PAD_MODE_PKCSV15,
	    pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_SIGNATURE_PARAM_PSS_SALTLEN);
	if (p != NULL && !set_text_or_int(p, "32", PSS_SALT_LEN))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_SIGNATURE_PARAM_MGF1_DIGEST);
	return p == NULL || OSSL_PARAM_set_utf8_string(p, SHA256->name);
}

static const OSSL_PARAM *
sig_gettable_ctx_params(void *ctx, void *provctx)
{
	static const OSSL_PARAM table[] = {
		OSSL_PARAM_octet_string(OSSL_SIGNATURE_PARAM_ALGORITHM_ID,
		    NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, NULL, 0),
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, NULL,
		    0),
		OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_MGF1_DIGEST, NULL,
		    0),
		OSSL_PARAM_END
	};

	(void)ctx;
	(void)provctx;
	return table;
}

/* Signing a digest */

static int
sig_sign_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;

	return start_signing(sig, key) && set_signing_params(sig, params);
}

/*
 * Without a digest's name, the one thing accepted is a whole DigestInfo, byte
 * for byte: the card would sign anything, also what means something else.
 */
static const struct digest *
raw_digest(struct sig *sig, const unsigned char **tbs, size_t *tbs_len)
{
	size_t i;

	for (i = 0; i < N_DIGESTS; i++) {
		const struct digest *digest = &digests[i];

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
	if (!set_digest(sig, name) || !set_signing_params(sig, params) ||
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
	    (void (*)(void))sig_get_ctx_params },
	{ OSSL_FUNC_SIGNATURE_GETTABLE_CTX_PARAMS,
	    (void (*)(void))sig_gettable_ctx_params },
	{ OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS,
	    (void (*)(void))sig_set_ctx_params },
	{ OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS,
	    (void (*)(void))sig_settable_ctx_params },
	{ 0, NULL }
};
