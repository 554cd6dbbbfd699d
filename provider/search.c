/* SPDX-License-Identifier: Apache-2.0 */
#include "search.h"
#include "err.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include <string.h>

static int
get_name(const OSSL_PARAM *p, X509_NAME **out)
{
	const unsigned char *der = NULL;
	const void *data;
	X509_NAME *name;
	size_t len;

	if (!OSSL_PARAM_get_octet_string_ptr(p, &data, &len))
		return 0;
	der = data;
	if ((name = d2i_X509_NAME(NULL, &der, (long)len)) == NULL)
		return 0;
	X509_NAME_free(*out);
	*out = name;
	return 1;
}

static int
get_fingerprint(const OSSL_PARAM *p, struct prov_search *search)
{
	const void *data;
	size_t len;

	if (!OSSL_PARAM_get_octet_string_ptr(p, &data, &len) || len == 0)
		return 0;
	OPENSSL_free(search->fingerprint);
	search->fingerprint = OPENSSL_memdup(data, len);
	search->fingerprint_len = len;
	return search->fingerprint != NULL;
}

static int
get_text(const OSSL_PARAM *p, char *out, size_t size)
{
	const char *text;

	return OSSL_PARAM_get_utf8_string_ptr(p, &text) &&
	    OPENSSL_strlcpy(out, text, size) < size;
}

static int
set(struct prov_search *s, const OSSL_PARAM params[])
{
	const OSSL_PARAM *p;

	for (p = params; p->key != NULL; p++) {
		int ok = 1, condition = 1;

		if (strcmp(p->key, OSSL_STORE_PARAM_SUBJECT) == 0)
			ok = get_name(p, &s->subject);
		else if (strcmp(p->key, OSSL_STORE_PARAM_ISSUER) == 0)
			ok = get_name(p, &s->issuer);
		else if (strcmp(p->key, OSSL_STORE_PARAM_SERIAL) == 0)
			ok = OSSL_PARAM_get_BN(p, &s->serial);
		else if (strcmp(p->key, OSSL_STORE_PARAM_FINGERPRINT) == 0)
			ok = get_fingerprint(p, s);
		else if (strcmp(p->key, OSSL_STORE_PARAM_DIGEST) == 0)
			ok = get_text(p, s->digest, sizeof(s->digest));
		else if (strcmp(p->key, OSSL_STORE_PARAM_ALIAS) == 0)
			ok = get_text(p, s->alias, sizeof(s->alias));
		else
			condition = 0;
		if (!ok)
			return 0;
		if (condition)
			s->set = true;
	}
	return 1;
}

int
prov_search_set(struct prov *prov, struct prov_search *search,
    const OSSL_PARAM params[])
{
	if (set(search, params))
		return 1;
	prov_raise(prov, PROV_R_INTERNAL, "search condition");
	return 0;
}

void
prov_search_clear(struct prov_search *search)
{
	X509_NAME_free(search->subject);
	X509_NAME_free(search->issuer);
	BN_free(search->serial);
	OPENSSL_free(search->fingerprint);
	memset(search, 0, sizeof(*search));
}

static int
serial_matches(const X509 *cert, const BIGNUM *serial)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
	int same = number != NULL && BN_cmp(number, serial) == 0;

	BN_free(number);
	return same;
}

static int
fingerprint_matches(OSSL_LIB_CTX *libctx, const X509 *cert,
    const struct prov_search *s)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	EVP_MD *md;
	int same;

	md = EVP_MD_fetch(libctx, *s->digest != '\0' ? s->digest :
	    s->fingerprint_len == 20 ? "SHA1" : "SHA256", NULL);
	same = md != NULL && X509_digest(cert, md, hash, &len) &&
	    len == s->fingerprint_len &&
	    memcmp(hash, s->fingerprint, len) == 0;
	EVP_MD_free(md);
	return same;
}

int
prov_search_match(struct prov *prov, const struct prov_search *s,
    const char *alias, const unsigned char *der, size_t len)
{
	OSSL_LIB_CTX *libctx;
	X509 *cert;
	int found;

	if (!s->set)
		return 1;
	if (*s->alias != '\0' && strcmp(s->alias, alias) != 0)
		return 0;
	if ((libctx = prov_libctx(prov)) == NULL)
		return -1;
	ERR_set_mark();
	cert = X509_new_ex(libctx, NULL);
	if (d2i_X509(&cert, &der, (long)len) == NULL) {
		X509_free(cert);
		ERR_pop_to_mark();
		prov_raise(prov, PROV_R_DATA, "%s", alias);
		return -1;
	}
	found = (s->subject == NULL || X509_NAME_cmp(s->subject,
	    X509_get_subject_name(cert)) == 0) &&
	    (s->issuer == NULL || X509_NAME_cmp(s->issuer,
	    X509_get_issuer_name(cert)) == 0) &&
	    (s->serial == NULL || serial_matches(cert, s->serial)) &&
	    (s->fingerprint == NULL ||
	    fingerprint_matches(libctx, cert, s));
	X509_free(cert);
	ERR_pop_to_mark();
	return found;
}
