/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA signatures: made on the card over a digest that is computed here, with
 * our own rules. Verified, and made with keys that are not on a card, by
 * OpenSSL's own RSA, with OpenSSL's rules.
 */
#include "sig.h"

#include <jpki/framework/digestinfo.h>

#include <openssl/rsa.h>

#include "conf.h"
#include "debug.h"
#include "err.h"
#include "key.h"

#define PSS_SALT_LEN 32

struct sig {
	struct prov *prov;
	struct prov_key *key;
	EVP_MD_CTX *hash;		/* of data, not of a digest */
	enum jpki_padding padding;
	enum jpki_md md;		/* 0: raw */
	EVP_PKEY_CTX *native;		/* not by the card: does the work */
};

/* The context */

static void *
sig_newctx(void *provctx, const char *propq)
{
	struct sig *sig;

	if ((sig = OPENSSL_zalloc(sizeof(*sig))) == NULL) {
		prov_raise(provctx, -JPKI_ERR_MEMORY, "signature");
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

	EVP_PKEY_CTX_free(sig->native);
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
	to->native = NULL;
	to->hash = NULL;
	if (to->key != NULL)
		atomic_fetch_add(&to->key->refs, 1);
	if ((from->native == NULL ||
	    (to->native = EVP_PKEY_CTX_dup(from->native)) != NULL) &&
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
	/* We say it ourselves, for keys on a card. */
	(void)(sig->native == NULL ? ERR_pop_to_mark() : ERR_clear_last_mark());
	return md;
}

/* 0 and an error: a digest that is not signed. */
static enum jpki_md
find_md(struct sig *sig, const char *name)
{
	EVP_MD *fetched = fetch(sig, name);
	enum jpki_md md, found = 0;

	for (md = JPKI_MD_SHA256; fetched != NULL && jpki_md_len(md) != 0;
	    md++) {
		if (EVP_MD_is_a(fetched, jpki_md_name(md)))
			found = md;
	}
	EVP_MD_free(fetched);
	if (found == JPKI_MD_SHA1 && !prov_conf(sig->prov)->allow_sha1)
		found = 0;
	if (found == 0)
		prov_raise(sig->prov, -JPKI_ERR_DIGEST, "%.32s", name);
	return found;
}

/* Takes both, or neither. */
static int
set_both(struct sig *sig, enum jpki_md md, enum jpki_padding padding)
{
	if (padding == JPKI_PADDING_PSS && md != 0 && md != JPKI_MD_SHA256) {
		prov_raise(sig->prov, PROV_R_PSS_PARAMETERS, "%s",
		    jpki_md_name(md));
		return 0;
	}
	sig->md = md;
	sig->padding = padding;
	return 1;
}

static int
set_md(struct sig *sig, const char *name)
{
	enum jpki_md md;

	if ((md = find_md(sig, name)) == 0)
		return 0;
	/* Bytes that were hashed already cannot change their digest. */
	if (sig->hash != NULL && md != sig->md) {
		prov_raise(sig->prov, -JPKI_ERR_DIGEST,
		    prov_pick("%s instead of %s", "%s。%s のはずです"),
		    jpki_md_name(md), jpki_md_name(sig->md));
		return 0;
	}
	return set_both(sig, md, sig->padding);
}

static int
set_digest(struct sig *sig, const OSSL_PARAM *p)
{
	const char *name;

	return OSSL_PARAM_get_utf8_string_ptr(p, &name) && set_md(sig, name);
}

/* Whether a value, a name or a number, is one of these. */
static bool
is_one_of(const OSSL_PARAM *p, const char *const *values)
{
	char number[16] = "";
	const char *text = number;
	int n;

	if (p->data_type == OSSL_PARAM_UTF8_STRING)
		(void)OSSL_PARAM_get_utf8_string_ptr(p, &text);
	else if (OSSL_PARAM_get_int(p, &n))
		snprintf(number, sizeof(number), "%d", n);
	while (*values != NULL && strcmp(*values, text) != 0)
		values++;
	return *values != NULL;
}

static int
set_padding(struct sig *sig, const OSSL_PARAM *p)
{
	/* RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING */
	static const char *const pkcs1[] = { "pkcs1", "1", NULL };
	static const char *const pss[] = { "pss", "6", NULL };

	if (is_one_of(p, pkcs1))
		return set_both(sig, sig->md, JPKI_PADDING_PKCS1);
	if (is_one_of(p, pss))
		return set_both(sig, sig->md, JPKI_PADDING_PSS);
	prov_raise(sig->prov, PROV_R_PADDING_UNSUPPORTED,
	    prov_pick("another mode", "ほかの方式"));
	return 0;
}

/* The card's salt is as long as the digest, whatever is asked for; so ask for
 * that, or leave it to us. */
static int
set_salt_len(struct sig *sig, const OSSL_PARAM *p)
{
	/* RSA_PSS_SALTLEN_DIGEST, _AUTO, and what OpenSSL 3.0 does not have */
	static const char *const lengths[] = {
		"32", "digest", "-1", "auto", "-2", "auto-digestmax", "-4", NULL
	};

	if (sig->padding != JPKI_PADDING_PSS)
		prov_raise(sig->prov, PROV_R_PADDING_UNSUPPORTED,
		    prov_pick("a salt length needs pss",
		    "ソルト長は pss のときだけです"));
	else if (!is_one_of(p, lengths))
		prov_raise(sig->prov, PROV_R_PSS_PARAMETERS,
		    prov_pick("another salt length", "ほかのソルト長"));
	else
		return 1;
	return 0;
}

static int
set_mgf1_digest(struct sig *sig, const OSSL_PARAM *p)
{
	const char *name;
	enum jpki_md md;

	if (!OSSL_PARAM_get_utf8_string_ptr(p, &name) ||
	    (md = find_md(sig, name)) == 0)
		return 0;
	if (md == JPKI_MD_SHA256 && sig->padding == JPKI_PADDING_PSS)
		return 1;
	prov_raise(sig->prov, PROV_R_PSS_PARAMETERS,
	    prov_pick("MGF1 with %s", "MGF1 が %s"), jpki_md_name(md));
	return 0;
}

static int
sig_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	/* In this order: what PSS needs comes after the padding. */
	static const struct {
		const char *key;
		int (*set)(struct sig *, const OSSL_PARAM *);
	} table[] = {
		{ OSSL_SIGNATURE_PARAM_DIGEST, set_digest },
		{ OSSL_SIGNATURE_PARAM_PAD_MODE, set_padding },
		{ OSSL_SIGNATURE_PARAM_PSS_SALTLEN, set_salt_len },
		{ OSSL_SIGNATURE_PARAM_MGF1_DIGEST, set_mgf1_digest },
	};
	struct sig *sig = ctx;
	const OSSL_PARAM *p;
	size_t i;

	if (params == NULL)
		return 1;
	if (sig->native != NULL)
		return EVP_PKEY_CTX_set_params(sig->native, params);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		p = OSSL_PARAM_locate_const(params, table[i].key);
		if (p != NULL && !table[i].set(sig, p))
			return 0;
	}
	return 1;
}

/* Both ways; the properties are accepted and mean nothing to a card. */
static const OSSL_PARAM *
sig_ctx_params(void *ctx, void *provctx)
{
#define TEXT(name) OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_##name, NULL, 0)
	static const OSSL_PARAM table[] = {
		OSSL_PARAM_octet_string(OSSL_SIGNATURE_PARAM_ALGORITHM_ID,
		    NULL, 0),
		TEXT(DIGEST), TEXT(PROPERTIES), TEXT(PAD_MODE),
		TEXT(PSS_SALTLEN), TEXT(MGF1_DIGEST), TEXT(MGF1_PROPERTIES),
		OSSL_PARAM_END
	};

	return table;
}

static int
get_algorithm(const struct sig *sig, OSSL_PARAM *p)
{
	enum jpki_md md = sig->md == 0 && sig->padding == JPKI_PADDING_PSS ?
	    JPKI_MD_SHA256 : sig->md;
	size_t len;
	const uint8_t *der = jpki_signature_algorithm(sig->padding, md, &len);

	return der != NULL && OSSL_PARAM_set_octet_string(p, der, len);
}

/* Some parameters may be asked for as a text or as a number. */
static int
get_param(OSSL_PARAM params[], const char *key, const char *text, int number)
{
	OSSL_PARAM *p = OSSL_PARAM_locate(params, key);

	return p == NULL || (p->data_type == OSSL_PARAM_UTF8_STRING ?
	    OSSL_PARAM_set_utf8_string(p, text) :
	    OSSL_PARAM_set_int(p, number));
}

static int
sig_get_ctx_params(void *ctx, OSSL_PARAM params[])
{
	struct sig *sig = ctx;
	bool pss = sig->padding == JPKI_PADDING_PSS;
	OSSL_PARAM *p;

	if (sig->native != NULL)
		return EVP_PKEY_CTX_get_params(sig->native, params);
	p = OSSL_PARAM_locate(params, OSSL_SIGNATURE_PARAM_ALGORITHM_ID);
	return (p == NULL || get_algorithm(sig, p)) &&
	    get_param(params, OSSL_SIGNATURE_PARAM_DIGEST,
	    sig->md != 0 ? jpki_md_name(sig->md) : "", 0) &&
	    get_param(params, OSSL_SIGNATURE_PARAM_PAD_MODE,
	    pss ? OSSL_PKEY_RSA_PAD_MODE_PSS : OSSL_PKEY_RSA_PAD_MODE_PKCSV15,
	    pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) &&
	    get_param(params, OSSL_SIGNATURE_PARAM_PSS_SALTLEN, "32",
	    PSS_SALT_LEN) &&
	    get_param(params, OSSL_SIGNATURE_PARAM_MGF1_DIGEST, "SHA256", 0);
}

/* Beginning an operation */

/* key NULL means the one of the last operation. */
static int
start(struct sig *sig, struct prov_key *key)
{
	EVP_PKEY_CTX_free(sig->native);
	EVP_MD_CTX_free(sig->hash);
	sig->native = NULL;
	sig->hash = NULL;
	sig->padding = JPKI_PADDING_PKCS1;
	if (key != NULL) {
		atomic_fetch_add(&key->refs, 1);
		prov_key_unref(sig->key);
		sig->key = key;
	}
	if (sig->key == NULL)
		prov_raise(sig->prov, -JPKI_ERR_INTERNAL,
		    prov_pick("no key", "鍵がありません"));
	return sig->key != NULL;
}

typedef int native_init(EVP_PKEY_CTX *, const OSSL_PARAM *);

static int
start_native(struct sig *sig, native_init *init, const OSSL_PARAM params[])
{
	EVP_PKEY *native = prov_key_native(sig->key);

	return native != NULL &&
	    (sig->native = EVP_PKEY_CTX_new_from_pkey(prov_libctx(sig->prov),
	    native, NULL)) != NULL && init(sig->native, params) == 1;
}

/* The digest's name is one that the card signs, or OpenSSL's own business. */
static int
start_hash(struct sig *sig, const char *name, const OSSL_PARAM params[])
{
	EVP_MD *md;
	int ok;

	if (name == NULL || *name == '\0')
		name = jpki_md_name(sig->md != 0 ? sig->md : JPKI_MD_SHA256);
	if (sig->native == NULL) {
		if (!set_md(sig, name) || !sig_set_ctx_params(sig, params))
			return 0;
		name = jpki_md_name(sig->md);
	}
	md = fetch(sig, name);
	ok = md != NULL && (sig->hash = EVP_MD_CTX_new()) != NULL &&
	    EVP_DigestInit_ex2(sig->hash, md, NULL) && (sig->native == NULL ||
	    (EVP_PKEY_CTX_set_signature_md(sig->native, md) == 1 &&
	    sig_set_ctx_params(sig, params)));
	EVP_MD_free(md);
	return ok;
}

static int
sig_sign_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;

	if (!start(sig, key))
		return 0;
	if (sig->key->card != NULL)
		return sig_set_ctx_params(sig, params);
	if (sig->key->private)
		return start_native(sig, EVP_PKEY_sign_init_ex, params);
	prov_raise(sig->prov, PROV_R_PUBLIC_ONLY,
	    prov_pick("no card", "カードのものではありません"));
	return 0;
}

static int
sig_digest_sign_init(void *ctx, const char *name, void *key,
    const OSSL_PARAM params[])
{
	return sig_sign_init(ctx, key, NULL) && start_hash(ctx, name, params);
}

static int
sig_verify_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;

	return start(sig, key) &&
	    start_native(sig, EVP_PKEY_verify_init_ex, params);
}

static int
sig_digest_verify_init(void *ctx, const char *name, void *key,
    const OSSL_PARAM params[])
{
	return sig_verify_init(ctx, key, NULL) &&
	    start_hash(ctx, name, params);
}

static int
sig_verify_recover_init(void *ctx, void *key, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;

	return start(sig, key) &&
	    start_native(sig, EVP_PKEY_verify_recover_init_ex, params);
}

/* Going on and ending */

/* Without a digest's name, the one thing accepted is a whole DigestInfo, byte
 * for byte: the card would sign anything, also what means something else. */
static enum jpki_md
raw_md(struct sig *sig, const unsigned char **tbs, size_t *tbs_len)
{
	enum jpki_md md = 0;

	if (sig->padding == JPKI_PADDING_PKCS1)
		md = jpki_digest_info_parse(*tbs, *tbs_len, tbs);
	if (md != 0 &&
	    (md != JPKI_MD_SHA1 || prov_conf(sig->prov)->allow_sha1)) {
		*tbs_len = jpki_md_len(md);
		return md;
	}
	prov_raise(sig->prov, PROV_R_RAW_REFUSED,
	    prov_pick("%zu bytes", "%zu バイト"), *tbs_len);
	return 0;
}

/* The size query and the buffer's check come before anything is asked of the
 * card. */
static int
sig_sign(void *ctx, unsigned char *out, size_t *out_len, size_t out_size,
    const unsigned char *tbs, size_t tbs_len)
{
	struct sig *sig = ctx;
	enum jpki_md md = sig->md;
	size_t size;

	if (sig->native != NULL) {
		*out_len = out_size;
		return EVP_PKEY_sign(sig->native, out, out_len, tbs,
		    tbs_len) == 1;
	}
	if ((size = prov_key_sig_size(sig->key)) == 0)
		return 0;
	if (out == NULL) {
		*out_len = size;
		return 1;
	}
	if (out_size < size) {
		prov_raise(sig->prov, -JPKI_ERR_SPACE,
		    prov_pick("%zu bytes, needs %zu",
		    "%zu バイト、必要なのは %zu バイト"), out_size, size);
		return 0;
	}
	if (md == 0 && (md = raw_md(sig, &tbs, &tbs_len)) == 0)
		return 0;
	if (tbs_len != jpki_md_len(md)) {
		prov_raise(sig->prov, PROV_R_LENGTH,
		    prov_pick("%zu bytes, %s has %zu",
		    "%zu バイト、%s は %zu バイト"), tbs_len,
		    jpki_md_name(md), jpki_md_len(md));
		return 0;
	}
	return prov_key_sign(sig->key, sig->padding, md, tbs, tbs_len, out,
	    out_size, out_len);
}

static int
sig_verify(void *ctx, const unsigned char *in, size_t in_len,
    const unsigned char *tbs, size_t tbs_len)
{
	struct sig *sig = ctx;

	return sig->native != NULL &&
	    EVP_PKEY_verify(sig->native, in, in_len, tbs, tbs_len) == 1;
}

static int
sig_verify_recover(void *ctx, unsigned char *out, size_t *out_len,
    size_t out_size, const unsigned char *in, size_t in_len)
{
	struct sig *sig = ctx;

	*out_len = out_size;
	return sig->native != NULL && EVP_PKEY_verify_recover(sig->native,
	    out, out_len, in, in_len) == 1;
}

static int
sig_update(void *ctx, const unsigned char *data, size_t len)
{
	struct sig *sig = ctx;

	return sig->hash != NULL && EVP_DigestUpdate(sig->hash, data, len);
}

/* The digest of what was hashed so far and of some more. The state stays as it
 * was: who tries again signs the same. */
static int
digest(const struct sig *sig, const unsigned char *more, size_t more_len,
    unsigned char out[EVP_MAX_MD_SIZE], unsigned int *len)
{
	EVP_MD_CTX *copy = EVP_MD_CTX_new();
	int ok = copy != NULL && sig->hash != NULL &&
	    EVP_MD_CTX_copy_ex(copy, sig->hash) &&
	    EVP_DigestUpdate(copy, more, more_len) &&
	    EVP_DigestFinal_ex(copy, out, len);

	EVP_MD_CTX_free(copy);
	return ok;
}

static int
sig_digest_sign(void *ctx, unsigned char *out, size_t *out_len,
    size_t out_size, const unsigned char *tbs, size_t tbs_len)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	struct sig *sig = ctx;
	unsigned int len = 0;

	return (out == NULL ? sig->hash != NULL :
	    digest(sig, tbs, tbs_len, hash, &len)) &&
	    sig_sign(sig, out, out_len, out_size, hash, len);
}

static int
sig_digest_sign_final(void *ctx, unsigned char *out, size_t *out_len,
    size_t out_size)
{
	return sig_digest_sign(ctx, out, out_len, out_size, NULL, 0);
}

static int
sig_digest_verify(void *ctx, const unsigned char *in, size_t in_len,
    const unsigned char *tbs, size_t tbs_len)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	return digest(ctx, tbs, tbs_len, hash, &len) &&
	    sig_verify(ctx, in, in_len, hash, len);
}

static int
sig_digest_verify_final(void *ctx, const unsigned char *in, size_t in_len)
{
	return sig_digest_verify(ctx, in, in_len, NULL, 0);
}

#define ROW(ID, id, fn) PROV_ROW(SIGNATURE_##ID, signature_##id, fn)
const OSSL_DISPATCH prov_rsa_signature_functions[] = {
	ROW(NEWCTX, newctx, sig_newctx),
	ROW(FREECTX, freectx, sig_freectx),
	/* OpenSSL 3.0 finishes a digest-sign on a duplicate. */
	ROW(DUPCTX, dupctx, sig_dupctx),
	ROW(SIGN_INIT, sign_init, sig_sign_init),
	ROW(SIGN, sign, sig_sign),
	ROW(VERIFY_INIT, verify_init, sig_verify_init),
	ROW(VERIFY, verify, sig_verify),
	ROW(VERIFY_RECOVER_INIT, verify_recover_init, sig_verify_recover_init),
	ROW(VERIFY_RECOVER, verify_recover, sig_verify_recover),
	ROW(DIGEST_SIGN_INIT, digest_sign_init, sig_digest_sign_init),
	ROW(DIGEST_SIGN_UPDATE, digest_sign_update, sig_update),
	ROW(DIGEST_SIGN_FINAL, digest_sign_final, sig_digest_sign_final),
	ROW(DIGEST_SIGN, digest_sign, sig_digest_sign),
	ROW(DIGEST_VERIFY_INIT, digest_verify_init, sig_digest_verify_init),
	ROW(DIGEST_VERIFY_UPDATE, digest_verify_update, sig_update),
	ROW(DIGEST_VERIFY_FINAL, digest_verify_final, sig_digest_verify_final),
	ROW(DIGEST_VERIFY, digest_verify, sig_digest_verify),
	ROW(GET_CTX_PARAMS, get_ctx_params, sig_get_ctx_params),
	ROW(GETTABLE_CTX_PARAMS, gettable_ctx_params, sig_ctx_params),
	ROW(SET_CTX_PARAMS, set_ctx_params, sig_set_ctx_params),
	ROW(SETTABLE_CTX_PARAMS, settable_ctx_params, sig_ctx_params),
	PROV_END
};
