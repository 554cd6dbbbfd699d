/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates are libjpki's, which are wiped in the end: the sign certificate
 * holds name and address, and OpenSSL's X509 would keep copies of them.
 */
#include "cert.h"

#include <openssl/bn.h>
#include <openssl/x509.h>

#include "debug.h"
#include "err.h"

struct jpki_cert *
prov_cert_read(struct prov *prov, const char *path)
{
	struct jpki_cert *cert = NULL;
	struct jpki_ctx *ctx;

	if ((ctx = prov_ctx_new(prov)) == NULL)
		return NULL;
	if (jpki_cert_read(ctx, path, &cert) != 0)
		prov_raise_ctx(prov, ctx);
	jpki_ctx_free(&ctx);
	return cert;
}

EVP_PKEY *
prov_cert_public(struct prov *prov, const struct jpki_cert *cert)
{
	size_t len;
	const unsigned char *spki = jpki_cert_key(cert, &len);
	EVP_PKEY *pub = NULL;

	ERR_set_mark();
	if (jpki_cert_info(cert)->key_type == JPKI_KEY_TYPE_RSA)
		pub = d2i_PUBKEY_ex(NULL, &spki, (long)len, prov_libctx(prov),
		    NULL);
	ERR_pop_to_mark();
	if (pub == NULL)
		prov_raise(prov, -JPKI_ERR_DATA, prov_pick(
		    "the certificate holds no RSA key",
		    "証明書の鍵が RSA ではありません"));
	return pub;
}

/* Searching */

bool
prov_search_is_set(const OSSL_PARAM *search)
{
	return search != NULL &&
	    (OSSL_PARAM_locate_const(search, OSSL_STORE_PARAM_SUBJECT) ||
	    OSSL_PARAM_locate_const(search, OSSL_STORE_PARAM_ISSUER) ||
	    OSSL_PARAM_locate_const(search, OSSL_STORE_PARAM_SERIAL) ||
	    OSSL_PARAM_locate_const(search, OSSL_STORE_PARAM_FINGERPRINT) ||
	    OSSL_PARAM_locate_const(search, OSSL_STORE_PARAM_ALIAS));
}

static bool
is_name(const OSSL_PARAM *p, const unsigned char *der, size_t len)
{
	X509_NAME *a = d2i_X509_NAME(NULL, &der, (long)len), *b = NULL;
	const unsigned char *other;
	const void *data;
	size_t n;
	bool same;

	if (OSSL_PARAM_get_octet_string_ptr(p, &data, &n)) {
		other = data;
		b = d2i_X509_NAME(NULL, &other, (long)n);
	}
	same = a != NULL && b != NULL && X509_NAME_cmp(a, b) == 0;
	X509_NAME_free(a);
	X509_NAME_free(b);
	return same;
}

static bool
is_serial(const OSSL_PARAM *p, const char *hex)
{
	BIGNUM *a = NULL, *b = NULL;
	bool same = BN_hex2bn(&a, hex) > 0 && OSSL_PARAM_get_BN(p, &b) &&
	    BN_cmp(a, b) == 0;

	BN_free(a);
	BN_free(b);
	return same;
}

static bool
is_fingerprint(struct prov *prov, const OSSL_PARAM *p,
    const OSSL_PARAM *digest, const unsigned char *der, size_t len)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	const char *md = NULL;
	size_t n, hash_len = 0;
	const void *data;

	if (!OSSL_PARAM_get_octet_string_ptr(p, &data, &n))
		return false;
	if (digest == NULL || !OSSL_PARAM_get_utf8_string_ptr(digest, &md) ||
	    *md == '\0')
		md = n == 20 ? "SHA1" : "SHA256";
	return EVP_Q_digest(prov_libctx(prov), md, NULL, der, len, hash,
	    &hash_len) && hash_len == n && memcmp(hash, data, n) == 0;
}

bool
prov_search_alias(const OSSL_PARAM *search, const char *alias)
{
	const OSSL_PARAM *p = search == NULL ? NULL :
	    OSSL_PARAM_locate_const(search, OSSL_STORE_PARAM_ALIAS);
	const char *text;

	return p == NULL || (OSSL_PARAM_get_utf8_string_ptr(p, &text) &&
	    strcmp(text, alias) == 0);
}

bool
prov_search_match(struct prov *prov, const OSSL_PARAM *search,
    const struct jpki_cert *cert)
{
	const OSSL_PARAM *p, *md;
	const unsigned char *der;
	bool found = true;
	size_t len;

	md = OSSL_PARAM_locate_const(search, OSSL_STORE_PARAM_DIGEST);
	ERR_set_mark();
	for (p = search; found && p->key != NULL; p++) {
		if (strcmp(p->key, OSSL_STORE_PARAM_SUBJECT) == 0) {
			der = jpki_cert_subject(cert, &len);
			found = is_name(p, der, len);
		} else if (strcmp(p->key, OSSL_STORE_PARAM_ISSUER) == 0) {
			der = jpki_cert_issuer(cert, &len);
			found = is_name(p, der, len);
		} else if (strcmp(p->key, OSSL_STORE_PARAM_SERIAL) == 0) {
			found = is_serial(p, jpki_cert_info(cert)->serial);
		} else if (strcmp(p->key, OSSL_STORE_PARAM_FINGERPRINT) == 0) {
			der = jpki_cert_der(cert, &len);
			found = is_fingerprint(prov, p, md, der, len);
		}
	}
	ERR_pop_to_mark();
	return found;
}
