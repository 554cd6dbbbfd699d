/* SPDX-License-Identifier: Apache-2.0 */
#include "certs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/x509v3.h>

const struct jpkip_holder certs_holder = {
	.cn = "202610220932340293913999003A",
	.prefecture = "Tokyo-to",
	.municipality = "Mihon-shi",
	.name = "山田　太郎",
	.address = "東京都見本市１－２",
	.birth = { 1990, 2, 17 },
	.sex = '1',
};

size_t
certs_at(enum jpki_key key)
{
	return key == JPKI_KEY_SIGN;
}

X509 *
certs_issue(struct certs *certs, enum jpki_key purpose,
    const struct jpkip_holder *holder)
{
	struct jpkip_request request = {
		.purpose = purpose,
		.key = certs->key,
		.ca = certs->ca[certs_at(purpose)],
		.ca_key = certs->ca_key,
		.serial = 0x425f8f6c,
		.not_before = 1792688826,	/* 2026-10-22 17:07:06Z */
		.not_after = jpkip_date_end(
		    (struct jpki_date){ 2031, 2, 17 }),
		.holder = holder != NULL ? *holder : certs_holder,
	};
	X509 *cert;

	if (purpose == JPKI_KEY_AUTH && holder == NULL)
		request.holder.cn = "749997EQ72A0H413999003A";
	assert_int_equal(jpkip_issue(certs->ctx, &request, &cert), 0);
	return cert;
}

void
certs_make(struct certs *certs)
{
	enum jpki_key p;

	certs->ctx = jpki_ctx_new();
	assert_non_null(certs->ctx);
	assert_int_equal(jpkip_issue_key(certs->ctx, &certs->ca_key), 0);
	assert_int_equal(jpkip_issue_key(certs->ctx, &certs->key), 0);
	for (p = JPKI_KEY_AUTH; p <= JPKI_KEY_SIGN; p++) {
		assert_int_equal(jpkip_issue_ca(certs->ctx, p, 3,
		    certs->ca_key, &certs->ca[certs_at(p)]), 0);
		certs->cert[certs_at(p)] = certs_issue(certs, p, NULL);
	}
}

void
certs_free(struct certs *certs)
{
	int i;

	for (i = 0; i < 2; i++) {
		X509_free(certs->ca[i]);
		X509_free(certs->cert[i]);
	}
	EVP_PKEY_free(certs->ca_key);
	EVP_PKEY_free(certs->key);
	jpki_ctx_free(&certs->ctx);
}

uint8_t *
certs_der(const X509 *cert, size_t *len)
{
	uint8_t *der = NULL;
	int n = i2d_X509(cert, &der);

	assert_true(n > 0);
	*len = (size_t)n;
	return der;
}

struct jpki_cert *
certs_parse(struct certs *certs, const X509 *x509)
{
	struct jpki_cert *cert;
	size_t len;
	uint8_t *der = certs_der(x509, &len);

	assert_int_equal(jpki_cert_parse(certs->ctx, der, len, &cert), 0);
	OPENSSL_free(der);
	return cert;
}

void
certs_replace(X509 *cert, int nid, bool critical, const uint8_t *value,
    size_t len)
{
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension;
	int at = X509_get_ext_by_NID(cert, nid, -1);

	if (at >= 0)
		X509_EXTENSION_free(X509_delete_ext(cert, at));
	if (value != NULL) {
		assert_int_equal(ASN1_OCTET_STRING_set(octets, value,
		    (int)len), 1);
		extension = X509_EXTENSION_create_by_NID(NULL, nid, critical,
		    octets);
		assert_int_equal(X509_add_ext(cert, extension, at), 1);
		X509_EXTENSION_free(extension);
	}
	ASN1_OCTET_STRING_free(octets);
}

void
certs_sign(X509 *cert, EVP_PKEY *key)
{
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
}
