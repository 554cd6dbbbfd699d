/* SPDX-License-Identifier: Apache-2.0 */
#include "prov.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes */

struct prov_der *
prov_der_new(const unsigned char *bytes, size_t len)
{
	struct prov_der *der;

	if ((der = malloc(sizeof(*der) + len)) == NULL)
		return NULL;
	atomic_init(&der->refs, 1);
	der->len = len;
	memcpy(der->bytes, bytes, len);
	return der;
}

struct prov_der *
prov_der_ref(struct prov_der *der)
{
	atomic_fetch_add(&der->refs, 1);
	return der;
}

void
prov_der_unref(struct prov_der *der)
{
	if (der == NULL || atomic_fetch_sub(&der->refs, 1) != 1)
		return;
	explicit_bzero(der->bytes, der->len);
	free(der);
}

/* Files */

/* One certificate; silent, but for memory. */
static struct prov_der *
read_file(struct prov *prov, struct jpki_ctx *ctx, const char *path,
    bool only_anchors)
{
	struct prov_der *der = NULL;
	const unsigned char *bytes;
	const struct jpki_ca *ca;
	struct jpki_cert *cert;
	size_t len;

	if (jpki_cert_read(ctx, path, &cert) != 0)
		return NULL;
	ca = &jpki_cert_info(cert)->ca;
	bytes = jpki_cert_der(cert, &len);
	if ((!only_anchors || (jpki_cert_info(cert)->is_ca && ca->proven)) &&
	    (der = prov_der_new(bytes, len)) == NULL)
		prov_raise(prov, PROV_R_MEMORY, "certificate");
	jpki_cert_free(&cert);
	return der;
}

struct prov_der *
prov_der_read(struct prov *prov, const char *path)
{
	struct prov_der *der = NULL;
	struct jpki_ctx *ctx;

	if ((ctx = prov_ctx_new(prov)) == NULL)
		return NULL;
	der = read_file(prov, ctx, path, false);
	if (der == NULL && jpki_ctx_err(ctx) != 0)
		prov_raise_ctx(prov, ctx);
	jpki_ctx_free(&ctx);
	return der;
}

static bool
is_new(struct prov_der *const *list, size_t n, const struct prov_der *der)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (list[i]->len == der->len &&
		    memcmp(list[i]->bytes, der->bytes, der->len) == 0)
			return false;
	}
	return true;
}

int
prov_anchors(struct prov *prov, struct prov_der *out[PROV_N_ANCHORS],
    size_t *n)
{
	const char *path = prov_conf(prov)->anchors;
	struct jpki_ctx *ctx = NULL;
	struct prov_der *der;
	struct dirent *entry;
	char file[PATH_MAX];
	DIR *dir = NULL;

	*n = 0;
	if (path != NULL && (dir = opendir(path)) != NULL)
		ctx = prov_ctx_new(prov);
	while (ctx != NULL && *n < PROV_N_ANCHORS &&
	    (entry = readdir(dir)) != NULL) {
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (*entry->d_name == '.' ||
		    (der = read_file(prov, ctx, file, true)) == NULL)
			continue;
		if (is_new(out, *n, der))
			out[(*n)++] = der;
		else
			prov_der_unref(der);
	}
	if (dir != NULL)
		closedir(dir);
	jpki_ctx_free(&ctx);
	if (*n == 0)
		prov_raise(prov, PROV_R_NO_ANCHORS, "%s",
		    path != NULL ? path : "not configured");
	return *n > 0;
}

/* Contents */

static X509 *
parse(struct prov *prov, const struct prov_der *der)
{
	OSSL_LIB_CTX *libctx = prov_libctx(prov);
	const unsigned char *p = der->bytes;
	X509 *cert;

	if (libctx == NULL)
		return NULL;
	ERR_set_mark();
	cert = X509_new_ex(libctx, NULL);
	if (d2i_X509(&cert, &p, (long)der->len) == NULL) {
		X509_free(cert);
		cert = NULL;
	}
	ERR_pop_to_mark();
	if (cert == NULL)
		prov_raise(prov, PROV_R_DATA, "not a certificate");
	return cert;
}

EVP_PKEY *
prov_cert_public(struct prov *prov, const struct prov_der *der)
{
	EVP_PKEY *pub;
	X509 *cert;

	if ((cert = parse(prov, der)) == NULL)
		return NULL;
	ERR_set_mark();
	pub = X509_get_pubkey(cert);
	if (pub != NULL && !EVP_PKEY_is_a(pub, "RSA")) {
		EVP_PKEY_free(pub);
		pub = NULL;
	}
	ERR_pop_to_mark();
	X509_free(cert);
	if (pub == NULL)
		prov_raise(prov, PROV_R_DATA, "no RSA key in it");
	return pub;
}

void
prov_cert_name(struct prov *prov, const struct prov_der *der, char *out,
    size_t size)
{
	struct jpki_ctx *ctx = prov_ctx_new(prov);
	struct jpki_cert *cert;

	*out = '\0';
	if (ctx != NULL && jpki_cert_parse(ctx, der->bytes, der->len,
	    &cert) == 0) {
		if (jpki_cert_info(cert)->cn != NULL)
			snprintf(out, size, "%s", jpki_cert_info(cert)->cn);
		jpki_cert_free(&cert);
	}
	jpki_ctx_free(&ctx);
}

/* Searching */

static int
get_name(const OSSL_PARAM *p, X509_NAME **out)
{
	const unsigned char *der;
	const void *data;
	size_t len;

	if (!OSSL_PARAM_get_octet_string_ptr(p, &data, &len))
		return 0;
	der = data;
	return d2i_X509_NAME(out, &der, (long)len) != NULL;
}

static int
get_bytes(const OSSL_PARAM *p, struct prov_search *s)
{
	OPENSSL_free(s->fingerprint);
	s->fingerprint = NULL;
	return OSSL_PARAM_get_octet_string(p, (void **)&s->fingerprint, 0,
	    &s->fingerprint_len);
}

static int
get_text(const OSSL_PARAM *p, char *out, size_t size)
{
	return OSSL_PARAM_get_utf8_string(p, &out, size);
}

/* 1, 0, or -1: not a condition. */
static int
set(struct prov_search *s, const OSSL_PARAM *p)
{
	if (strcmp(p->key, OSSL_STORE_PARAM_SUBJECT) == 0)
		return get_name(p, &s->subject);
	if (strcmp(p->key, OSSL_STORE_PARAM_ISSUER) == 0)
		return get_name(p, &s->issuer);
	if (strcmp(p->key, OSSL_STORE_PARAM_SERIAL) == 0)
		return OSSL_PARAM_get_BN(p, &s->serial);
	if (strcmp(p->key, OSSL_STORE_PARAM_FINGERPRINT) == 0)
		return get_bytes(p, s);
	if (strcmp(p->key, OSSL_STORE_PARAM_DIGEST) == 0)
		return get_text(p, s->digest, sizeof(s->digest));
	if (strcmp(p->key, OSSL_STORE_PARAM_ALIAS) == 0)
		return get_text(p, s->alias, sizeof(s->alias));
	return -1;
}

int
prov_search_set(struct prov *prov, struct prov_search *search,
    const OSSL_PARAM *p)
{
	int r;

	for (; p->key != NULL; p++) {
		if ((r = set(search, p)) == 0) {
			prov_raise(prov, PROV_R_INTERNAL, "search for %s",
			    p->key);
			return 0;
		}
		search->set = search->set || r == 1;
	}
	return 1;
}

void
prov_search_clear(struct prov_search *search)
{
	X509_NAME_free(search->subject);
	X509_NAME_free(search->issuer);
	BN_free(search->serial);
	OPENSSL_free(search->fingerprint);
}

static bool
serial_matches(const X509 *cert, const BIGNUM *serial)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
	bool same = number != NULL && BN_cmp(number, serial) == 0;

	BN_free(number);
	return same;
}

static bool
fingerprint_matches(struct prov *prov, const X509 *cert,
    const struct prov_search *s)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	EVP_MD *md;
	bool same;

	md = EVP_MD_fetch(prov_libctx(prov), *s->digest != '\0' ? s->digest :
	    s->fingerprint_len == 20 ? "SHA1" : "SHA256", NULL);
	same = md != NULL && X509_digest(cert, md, hash, &len) &&
	    len == s->fingerprint_len && memcmp(hash, s->fingerprint, len) == 0;
	EVP_MD_free(md);
	return same;
}

int
prov_search_match(struct prov *prov, const struct prov_search *s,
    const char *alias, const struct prov_der *der)
{
	X509 *cert;
	bool found;

	if (!s->set)
		return 1;
	if (*s->alias != '\0' && strcmp(s->alias, alias) != 0)
		return 0;
	if ((cert = parse(prov, der)) == NULL)
		return -1;
	ERR_set_mark();
	found = (s->subject == NULL || X509_NAME_cmp(s->subject,
	    X509_get_subject_name(cert)) == 0) &&
	    (s->issuer == NULL || X509_NAME_cmp(s->issuer,
	    X509_get_issuer_name(cert)) == 0) &&
	    (s->serial == NULL || serial_matches(cert, s->serial)) &&
	    (s->fingerprint == NULL || fingerprint_matches(prov, cert, s));
	ERR_pop_to_mark();
	X509_free(cert);
	return found;
}
