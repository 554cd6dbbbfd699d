/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA signatures: made on the card over a digest that is computed here, with
 * our own rules; verified by OpenSSL's own RSA, with OpenSSL's rules.
 */
#include "prov.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <string.h>

/* What the card's keys sign (RFC 8017, 9.2 and A.2). */
struct digest {
	enum jpki_md md;
	const char *name;
	size_t len;
	unsigned char prefix[19];	/* of a DigestInfo */
	size_t prefix_len;
	unsigned char algorithm[15];	/* sha256WithRSAEncryption ... */
};

#define SHA2(md, name, oid, n, alg) { md, name, n, \
	{ 0x30, 17 + (n), 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, \
	    (oid), 5, 0, 4, (n) }, 19, ALGORITHM(alg) }
#define ALGORITHM(alg) \
	{ 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, (alg), 5, 0 }

static const struct digest digests[] = {
	SHA2(JPKI_MD_SHA256, "SHA256", 1, 32, 11),
	SHA2(JPKI_MD_SHA384, "SHA384", 2, 48, 12),
	SHA2(JPKI_MD_SHA512, "SHA512", 3, 64, 13),
	{ JPKI_MD_SHA1, "SHA1", 20, { 0x30, 33, 0x30, 9, 6, 5, 0x2b, 0x0e, 3,
	    2, 0x1a, 5, 0, 4, 20 }, 15, ALGORITHM(5) },
};

#define N_DIGESTS (sizeof(digests) / sizeof(digests[0]))
#define SHA256 (&digests[0])

/* RSASSA-PSS with SHA-256, MGF1-SHA-256, salt length 32. */
#define PSS_SALT_LEN 32
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
	EVP_MD_CTX *hash;		/* of data, not of a digest */
	enum jpki_padding padding;
	const struct digest *digest;	/* NULL: raw */
	EVP_PKEY_CTX *verify;		/* not signing: on the public half */
};

const char *
prov_md_name(enum jpki_md md)
{
	size_t i = 0;

	while (digests[i].md != md)
		i++;
	return digests[i].name;
}

/* The context */

static void *
sig_newctx(void *provctx, const char *propq)
{
	struct sig *sig;

	if ((sig = OPENSSL_zalloc(sizeof(*sig))) == NULL) {
		prov_raise(provctx, PROV_R_MEMORY, "signature");
		return NULL;
	}
	sig->prov = provctx;
	sig->padding = JPKI_PADDING_PKCS1;
	return sig;
}

static void
sig_freectx(void *ctx)
{
	struct sig *sig = ctx;

	EVP_PKEY_CTX_free(sig->verify);
	EVP_MD_CTX_free(sig->hash);
	prov_key_unref(sig->key);
	OPENSSL_free(sig);
}

static void *
sig_dupctx(void *ctx)
{
	const struct sig *from = ctx;
	struct sig *to;

	if ((to = sig_newctx(from->prov, NULL)) == NULL)
		return NULL;
	*to = *from;
	to->verify = NULL;
	to->hash = NULL;
	if (to->key != NULL)
		atomic_fetch_add(&to->key->refs, 1);
	if ((from->verify == NULL ||
	    (to->verify = EVP_PKEY_CTX_dup(from->verify)) != NULL) &&
	    (from->hash == NULL || ((to->hash = EVP_MD_CTX_new()) != NULL &&
	    EVP_MD_CTX_copy_ex(to->hash, from->hash))))
		return to;
	sig_freectx(to);
	return NULL;
}

/* Parameters of signing */

/* A digest has many names: so it is fetched. */
static EVP_MD *
fetch(struct sig *sig, const char *name)
{
	EVP_MD *md;

	ERR_set_mark();
	md = EVP_MD_fetch(prov_libctx(sig->prov), name, NULL);
	ERR_pop_to_mark();
	return md;
}

static const struct digest *
find_digest(struct sig *sig, const char *name)
{
	EVP_MD *md = fetch(sig, name);
	const struct digest *found = NULL;
	size_t i;

	for (i = 0; md != NULL && i < N_DIGESTS; i++) {
		if (EVP_MD_is_a(md, digests[i].name))
			found = &digests[i];
	}
	EVP_MD_free(md);
	if (found != NULL && found->md == JPKI_MD_SHA1 &&
	    !prov_conf(sig->prov)->allow_sha1)
		found = NULL;
	if (found == NULL)
		prov_raise(sig->prov, PROV_R_DIGEST, "%.32s", name);
	return found;
}

static int
check_pss(struct sig *sig)
{
	if (sig->padding != JPKI_PADDING_PSS || sig->digest == NULL ||
	    sig->digest == SHA256)
		return 1;
	prov_raise(sig->prov, PROV_R_PSS_PARAMETERS, "%s", sig->digest->name);
	return 0;
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

/* The value of a parameter that is a name or a number. */
struct name {
	int number;
	const char *name;
};

static int
get_number(const OSSL_PARAM *p, const struct name *names, int *number)
{
	const char *text;

	if (p->data_type != OSSL_PARAM_UTF8_STRING)
		return OSSL_PARAM_get_int(p, number);
	if (!OSSL_PARAM_get_utf8_string_ptr(p, &text))
		return 0;
	for (*number = 0; names->name != NULL; names++) {
		if (strcmp(text, names->name) == 0)
			*number = names->number;
	}
	return 1;
}

static int
set_padding(struct sig *sig, const OSSL_PARAM *p)
{
	static const struct name names[] = {
		{ RSA_PKCS1_PADDING, OSSL_PKEY_RSA_PAD_MODE_PKCSV15 },
		{ RSA_PKCS1_PSS_PADDING, OSSL_PKEY_RSA_PAD_MODE_PSS },
		{ 0, NULL }
	};
	int number;

	if (!get_number(p, names, &number))
		return 0;
	if (number != RSA_PKCS1_PADDING && number != RSA_PKCS1_PSS_PADDING) {
		prov_raise(sig->prov, PROV_R_PADDING_UNSUPPORTED, "mode %d",
		    number);
		return 0;
	}
	sig->padding = number == RSA_PKCS1_PADDING ?
	    JPKI_PADDING_PKCS1 : JPKI_PADDING_PSS;
	return check_pss(sig);
}

/* The card's salt is as long as the digest, whatever is asked for; so ask for
 * that, or leave it to us. */
static int
set_salt_len(struct sig *sig, const OSSL_PARAM *p)
{
	static const struct name names[] = {
		{ PSS_SALT_LEN, OSSL_PKEY_RSA_PSS_SALT_LEN_DIGEST },
		{ PSS_SALT_LEN, OSSL_PKEY_RSA_PSS_SALT_LEN_AUTO },
		{ PSS_SALT_LEN, "auto-digestmax" },
		{ PSS_SALT_LEN, "32" },
		{ 0, NULL }
	};
	int number;

	if (!get_number(p, names, &number))
		return 0;
	if (sig->padding != JPKI_PADDING_PSS) {
		prov_raise(sig->prov, PROV_R_PADDING_UNSUPPORTED,
		    "a salt length needs pss");
		return 0;
	}
	/* -4 is auto-digestmax, which has no name in OpenSSL 3.0. */
	if (number == PSS_SALT_LEN || number == RSA_PSS_SALTLEN_DIGEST ||
	    number == RSA_PSS_SALTLEN_AUTO || number == -4)
		return 1;
	prov_raise(sig->prov, PROV_R_PSS_PARAMETERS, "another salt length");
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
sig_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;
	const OSSL_PARAM *p;
	const char *name;

	if (params == NULL)
		return 1;
	if (sig->verify != NULL)
		return EVP_PKEY_CTX_set_params(sig->verify, params);
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

/* Both ways; the properties are accepted and mean nothing to a card. */
static const OSSL_PARAM *
sig_ctx_params(void *ctx, void *provctx)
{
	static const OSSL_PARAM table[] = {
		OSSL_PARAM_octet_string(OSSL_SIGNATURE_PARAM_ALGORITHM_ID,
		    NULL, 0),
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

	return table;
}

static int
get_algorithm(const struct sig *sig, OSSL_PARAM *p)
{
	if (sig->padding == JPKI_PADDING_PSS)
		return OSSL_PARAM_set_octet_string(p, pss_algorithm,
		    sizeof(pss_algorithm));
	return sig->digest != NULL && OSSL_PARAM_set_octet_string(p,
	    sig->digest->algorithm, sizeof(sig->digest->algorithm));
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

/* Beginning an operation */

/* key NULL means the one of the last operation. */
static int
start(struct sig *sig, struct prov_key *key)
{
	EVP_PKEY_CTX_free(sig->verify);
	EVP_MD_CTX_free(sig->hash);
	sig->verify = NULL;
	sig->hash = NULL;
	if (key != NULL) {
		atomic_fetch_add(&key->refs, 1);
		prov_key_unref(sig->key);
		sig->key = key;
	}
	if (sig->key == NULL)
		prov_raise(sig->prov, PROV_R_INTERNAL, "no key");
	return sig->key != NULL;
}

static int
start_hash(struct sig *sig, const char *name)
{
	EVP_MD *md = fetch(sig, name);
	int ok;

	if (md == NULL)
		prov_raise(sig->prov, PROV_R_DIGEST, "%.32s", name);
	ok = md != NULL && (sig->hash = EVP_MD_CTX_new()) != NULL &&
	    EVP_DigestInit_ex2(sig->hash, md, NULL);
	EVP_MD_free(md);
	return ok;
}

static int
sig_sign_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;

	if (!start(sig, key))
		return 0;
	if (sig->key->card == NULL) {
		prov_raise(sig->prov, PROV_R_PUBLIC_ONLY, "no card");
		return 0;
	}
	return sig_set_ctx_params(sig, params);
}

static int
sig_digest_sign_init(void *ctx, const char *name, void *key,
    const OSSL_PARAM params[])
{
	struct sig *sig = ctx;

	if (name == NULL || *name == '\0')
		name = sig->digest != NULL ? sig->digest->name : "SHA256";
	return sig_sign_init(sig, key, NULL) && set_digest(sig, name) &&
	    sig_set_ctx_params(sig, params) &&
	    start_hash(sig, sig->digest->name);
}

static int
sig_verify_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;
	EVP_PKEY *pub;

	return start(sig, key) &&
	    (pub = prov_key_public(sig->key)) != NULL &&
	    (sig->verify = EVP_PKEY_CTX_new_from_pkey(prov_libctx(sig->prov),
	    pub, NULL)) != NULL &&
	    EVP_PKEY_verify_init_ex(sig->verify, params) == 1;
}

static int
sig_digest_verify_init(void *ctx, const char *name, void *key,
    const OSSL_PARAM params[])
{
	struct sig *sig = ctx;
	OSSL_PARAM digest[2];
	char text[32];

	if (name == NULL || *name == '\0')
		name = "SHA256";
	if (OPENSSL_strlcpy(text, name, sizeof(text)) >= sizeof(text) ||
	    !sig_verify_init(sig, key, NULL) || !start_hash(sig, text))
		return 0;
	digest[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_SIGNATURE_PARAM_DIGEST, text, 0);
	digest[1] = OSSL_PARAM_construct_end();
	return EVP_PKEY_CTX_set_params(sig->verify, digest) == 1 &&
	    sig_set_ctx_params(sig, params);
}

/* Going on and ending */

/* Without a digest's name, the one thing accepted is a whole DigestInfo, byte
 * for byte: the card would sign anything, also what means something else. */
static const struct digest *
raw_digest(struct sig *sig, const unsigned char **tbs, size_t *tbs_len)
{
	const struct digest *d;

	for (d = digests; d < digests + N_DIGESTS; d++) {
		if (sig->padding != JPKI_PADDING_PKCS1 ||
		    *tbs_len != d->prefix_len + d->len ||
		    memcmp(*tbs, d->prefix, d->prefix_len) != 0 ||
		    (d->md == JPKI_MD_SHA1 &&
		    !prov_conf(sig->prov)->allow_sha1))
			continue;
		*tbs += d->prefix_len;
		*tbs_len = d->len;
		return d;
	}
	prov_raise(sig->prov, PROV_R_RAW_REFUSED, "%zu bytes", *tbs_len);
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
	if (out_size >= size)
		return 1;
	prov_raise(sig->prov, PROV_R_SPACE, "%zu bytes, needs %zu", out_size,
	    size);
	return 0;
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
		prov_raise(sig->prov, PROV_R_LENGTH, "%zu bytes, %s has %zu",
		    tbs_len, digest->name, digest->len);
		return 0;
	}
	return prov_key_sign(sig->key, sig->padding, digest->md, tbs, tbs_len,
	    out, out_size, out_len);
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
sig_update(void *ctx, const unsigned char *data, size_t len)
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
	return EVP_DigestFinal_ex(sig->hash, digest, &len) &&
	    sig_sign(sig, out, out_len, out_size, digest, len);
}

static int
sig_digest_sign(void *ctx, unsigned char *out, size_t *out_len,
    size_t out_size, const unsigned char *tbs, size_t tbs_len)
{
	return (out == NULL || sig_update(ctx, tbs, tbs_len)) &&
	    sig_digest_sign_final(ctx, out, out_len, out_size);
}

static int
sig_digest_verify_final(void *ctx, const unsigned char *in, size_t in_len)
{
	struct sig *sig = ctx;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	return sig->hash != NULL &&
	    EVP_DigestFinal_ex(sig->hash, digest, &len) &&
	    sig_verify(sig, in, in_len, digest, len);
}

static int
sig_digest_verify(void *ctx, const unsigned char *in, size_t in_len,
    const unsigned char *tbs, size_t tbs_len)
{
	return sig_update(ctx, tbs, tbs_len) &&
	    sig_digest_verify_final(ctx, in, in_len);
}

const OSSL_DISPATCH prov_rsa_signature_functions[] = {
	PROV_ROW(SIGNATURE_NEWCTX, signature_newctx, sig_newctx),
	PROV_ROW(SIGNATURE_FREECTX, signature_freectx, sig_freectx),
	/* OpenSSL 3.0 finishes a digest-sign on a duplicate. */
	PROV_ROW(SIGNATURE_DUPCTX, signature_dupctx, sig_dupctx),
	PROV_ROW(SIGNATURE_SIGN_INIT, signature_sign_init, sig_sign_init),
	PROV_ROW(SIGNATURE_SIGN, signature_sign, sig_sign),
	PROV_ROW(SIGNATURE_VERIFY_INIT, signature_verify_init,
	    sig_verify_init),
	PROV_ROW(SIGNATURE_VERIFY, signature_verify, sig_verify),
	PROV_ROW(SIGNATURE_DIGEST_SIGN_INIT, signature_digest_sign_init,
	    sig_digest_sign_init),
	PROV_ROW(SIGNATURE_DIGEST_SIGN_UPDATE, signature_digest_sign_update,
	    sig_update),
	PROV_ROW(SIGNATURE_DIGEST_SIGN_FINAL, signature_digest_sign_final,
	    sig_digest_sign_final),
	PROV_ROW(SIGNATURE_DIGEST_SIGN, signature_digest_sign,
	    sig_digest_sign),
	PROV_ROW(SIGNATURE_DIGEST_VERIFY_INIT, signature_digest_verify_init,
	    sig_digest_verify_init),
	PROV_ROW(SIGNATURE_DIGEST_VERIFY_UPDATE,
	    signature_digest_verify_update, sig_update),
	PROV_ROW(SIGNATURE_DIGEST_VERIFY_FINAL,
	    signature_digest_verify_final, sig_digest_verify_final),
	PROV_ROW(SIGNATURE_DIGEST_VERIFY, signature_digest_verify,
	    sig_digest_verify),
	PROV_ROW(SIGNATURE_GET_CTX_PARAMS, signature_get_ctx_params,
	    sig_get_ctx_params),
	PROV_ROW(SIGNATURE_GETTABLE_CTX_PARAMS,
	    signature_gettable_ctx_params, sig_ctx_params),
	PROV_ROW(SIGNATURE_SET_CTX_PARAMS, signature_set_ctx_params,
	    sig_set_ctx_params),
	PROV_ROW(SIGNATURE_SETTABLE_CTX_PARAMS,
	    signature_settable_ctx_params, sig_ctx_params),
	PROV_END
};
