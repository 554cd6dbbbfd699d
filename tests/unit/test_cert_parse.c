/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates from bytes: the whole of them, and none that is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include <jpki.h>

#include "certificate/cert.h"
#include "certs.h"
#include "row.h"

static void
parse_reads(void **state)
{
	uint8_t file[4096], *der;
	struct jpki_cert *cert, *other;
	int64_t begin, end;
	size_t len, got;

	(void)state;
	der = certs_der(certs.cert[0], &len);
	memset(file, 0xff, sizeof(file));
	memcpy(file, der, len);
	assert_int_equal(jpki_cert_parse(certs.ctx, file, sizeof(file),
	    &cert), 0);
	assert_memory_equal(jpki_cert_der(cert, &got), der, len);
	assert_int_equal(got, len);
	jpki_cert_validity(cert, &begin, &end);
	assert_int_equal(begin, 1792688826);
	assert_int_equal(end, 1929106799);
	assert_int_equal(jpkip_cert_modulus_len(cert), 256);
	other = jpki_cert_ref(cert);
	jpki_cert_free(&cert);
	assert_null(cert);
	assert_memory_equal(jpki_cert_der(other, NULL), der, len);
	jpki_cert_free(&other);
	jpki_cert_free(&other);
	OPENSSL_free(der);
}

/* Cut off anywhere, and any byte changed: refused or parsed, never more. */
static void
parse_survives(void **state)
{
	static const uint8_t changes[] = { 0x01, 0x80, 0xff };
	struct jpki_cert *cert;
	uint8_t *der, *copy;
	size_t len, i, k;
	int r;

	(void)state;
	der = certs_der(certs.cert[1], &len);
	for (i = 0; i < len; i++) {
		row("%zu bytes", i);

		/* A copy of just that size, for the sanitizer. */
		assert_non_null(copy = malloc(i + 1));
		memcpy(copy, der, i);
		assert_int_equal(jpki_cert_parse(certs.ctx, copy, i, &cert),
		    JPKI_ERR_DATA);
		assert_null(cert);
		free(copy);
	}
	for (i = 0; i < len; i++)
		for (k = 0; k < sizeof(changes); k++) {
			row("byte %zu ^ %02x", i, changes[k]);

			der[i] ^= changes[k];
			r = jpki_cert_parse(certs.ctx, der, len, &cert);
			assert_true(r == 0 || r == JPKI_ERR_DATA);
			jpki_cert_free(&cert);
			der[i] ^= changes[k];
		}
	OPENSSL_free(der);
	assert_int_equal(jpki_cert_parse(certs.ctx, NULL, 0, &cert),
	    JPKI_ERR_DATA);
	assert_int_equal(jpki_cert_parse(certs.ctx, NULL, 1, &cert),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_cert_parse(NULL, (const uint8_t *)"", 0, &cert),
	    JPKI_ERR_USAGE);
}

/* The card of the future may hold another kind of key. */
static void
parse_other_algorithm(void **state)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	X509 *x509 = X509_dup(certs.cert[0]);
	struct jpki_cert *cert;
	uint8_t digest[32] = { 1 }, sig[256] = { 2 };

	(void)state;
	assert_non_null(key);
	assert_int_equal(X509_set_pubkey(x509, key), 1);
	assert_true(X509_sign(x509, key, EVP_sha256()) > 0);
	cert = certs_parse(&certs, x509);
	assert_int_equal(jpkip_cert_modulus_len(cert), 0);
	assert_code(jpkip_cert_verify(certs.ctx, cert,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, sizeof(digest), sig,
	    sizeof(sig)), JPKI_ERR_DATA);
	jpki_cert_free(&cert);
	X509_free(x509);
	EVP_PKEY_free(key);
}

/* The names as libcrypto encodes them. */
static void
names_as_der(void **state)
{
	struct jpki_cert *cert;
	const uint8_t *der;
	unsigned char *want = NULL;
	size_t len;
	int n;

	(void)state;
	cert = certs_parse(&certs, certs.cert[1]);
	n = i2d_X509_NAME(X509_get_subject_name(certs.cert[1]), &want);
	der = jpki_cert_subject(cert, &len);
	assert_int_equal(len, n);
	assert_memory_equal(der, want, len);
	OPENSSL_free(want);
	want = NULL;
	n = i2d_X509_NAME(X509_get_issuer_name(certs.cert[1]), &want);
	der = jpki_cert_issuer(cert, &len);
	assert_int_equal(len, n);
	assert_memory_equal(der, want, len);
	OPENSSL_free(want);
	assert_null(jpki_cert_subject(NULL, &len));
	assert_int_equal(len, 0);
	assert_null(jpki_cert_ref(NULL));
	jpki_cert_free(&cert);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_reads),
		ROW_TEST(parse_survives),
		cmocka_unit_test(parse_other_algorithm),
		cmocka_unit_test(names_as_der),
	};

	return cmocka_run_group_tests(tests, certs_set_up, certs_tear_down);
}
