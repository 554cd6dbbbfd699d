/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"
#include "sig.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <stdlib.h>
#include <string.h>

#define PSS_SALT_LEN 32

#define PREFIX(oid, n) \
	{ 0x30, 17 + (n), 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, \
	    (oid), 5, 0, 4, (n) }
#define ALGORITHM(oid) \
	{ 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, (oid), 5, 0 }

const struct digest prov_digests[PROV_N_DIGESTS] = {
	{ JPKI_MD_SHA256, "SHA256", 32, PREFIX(1, 32), ALGORITHM(11) },
	{ JPKI_MD_SHA384, "SHA384", 48, PREFIX(2, 48), ALGORITHM(12) },
	{ JPKI_MD_SHA512, "SHA512", 64, PREFIX(3, 64), ALGORITHM(13) },
};

#define SHA256 (&prov_digests[0])

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

int
prov_sig_check_pss(const struct sig *sig)
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
	size_t i = PROV_N_DIGESTS;

	/* Fetched, because a digest has many names. */
	ERR_set_mark();
	if (libctx != NULL)
		md = EVP_MD_fetch(libctx, name, NULL);
	for (i = 0; md != NULL && i < PROV_N_DIGESTS; i++) {
		if (EVP_MD_is_a(md, prov_digests[i].name))
			break;
	}
	ERR_pop_to_mark();
	if (md == NULL)
		i = PROV_N_DIGESTS;
	EVP_MD_free(md);
	if (i < PROV_N_DIGESTS)
		return &prov_digests[i];
	prov_raise(sig->prov, PROV_R_DIGEST, "%.32s", name);
	return NULL;
}

int
prov_sig_set_digest(struct sig *sig, const char *name)
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
	return prov_sig_check_pss(sig);
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
		return prov_sig_check_pss(sig);
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

int
prov_sig_set_params(struct sig *sig, const OSSL_PARAM params[])
{
	const OSSL_PARAM *p;
	const char *name;

	if (params == NULL)
		return 1;
	p = OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_DIGEST);
	if (p != NULL && (!OSSL_PARAM_get_utf8_string_ptr(p, &name) ||
	    !prov_sig_set_digest(sig, name)))
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

int
prov_sig_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	struct sig *sig = ctx;
	OSSL_PARAM *copy;
	int ok;

	if (sig->verify == NULL)
		return prov_sig_set_params(sig, params);
	if (params == NULL)
		return 1;
	if ((copy = OSSL_PARAM_dup(params)) == NULL)
		return 0;
	ok = EVP_PKEY_CTX_set_params(sig->verify, copy);
	OSSL_PARAM_free(copy);
	return ok;
}

const OSSL_PARAM *
prov_sig_settable_ctx_params(void *ctx, void *provctx)
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

int
prov_sig_get_ctx_params(void *ctx, OSSL_PARAM params[])
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

const OSSL_PARAM *
prov_sig_gettable_ctx_params(void *ctx, void *provctx)
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
