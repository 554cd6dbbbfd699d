/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key files as strangers hand them in: broken ones, other people's, with wrong
 * PINs, and as libssl reads them. test_keyfile.c has what works.
 */
#include "bench.h"
#include "row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#define LABEL "JPKI KEY URI"
#define MAGIC "jpki-key-uri-1"

/* SEQUENCE { UTF8String MAGIC, UTF8String uri } */
static size_t
wrapper_der(const char *uri, unsigned char der[512])
{
	size_t magic = strlen(MAGIC), len = strlen(uri), i = 0;

	assert_true(len < 256);
	der[i++] = 0x30;
	der[i++] = 0x82;
	i += 2;
	der[i++] = 0x0c;
	der[i++] = (unsigned char)magic;
	memcpy(der + i, MAGIC, magic);
	i += magic;
	der[i++] = 0x0c;
	if (len >= 0x80)
		der[i++] = 0x81;
	der[i++] = (unsigned char)len;
	memcpy(der + i, uri, len);
	i += len;
	if (i - 4 >= 0x100) {
		der[2] = (unsigned char)((i - 4) >> 8);
		der[3] = (unsigned char)(i - 4);
		return i;
	}
	memmove(der + 3, der + 4, i - 4);
	i--;
	der[1] = 0x81;
	der[2] = (unsigned char)(i - 3);
	if (i - 3 < 0x80) {
		memmove(der + 2, der + 3, i - 3);
		i--;
		der[1] = (unsigned char)(i - 2);
	}
	return i;
}

static BIO *
pem(const char *label, const unsigned char *der, size_t len)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_non_null(bio);
	assert_true(PEM_write_bio(bio, label, "", der, (long)len) > 0);
	return bio;
}

/* With the reader of the bench. */
static BIO *
wrapper(const struct bench *bench, const char *uri)
{
	unsigned char der[512];
	char full[256];

	snprintf(full, sizeof(full), "%s%creader=soft:%s", uri,
	    strchr(uri, '?') != NULL ? '&' : '?', bench->card);
	return pem(LABEL, der, wrapper_der(full, der));
}

static int
give(char *buf, int size, int writing, void *arg)
{
	struct answer *answer = arg;
	int len;

	(void)writing;
	answer->asked++;
	if (answer->pass == NULL)
		return -1;
	len = (int)strlen(answer->pass);
	assert_true(len <= size);
	memcpy(buf, answer->pass, (size_t)len);
	return len;
}

/* Consumes the BIO. */
static EVP_PKEY *
read_key(const struct bench *bench, BIO *bio, struct answer *answer)
{
	EVP_PKEY *key;

	key = PEM_read_bio_PrivateKey_ex(bio, NULL, give, answer,
	    bench->libctx, NULL);
	BIO_free(bio);
	return key;
}

static int
signs(const struct bench *bench, EVP_PKEY *key)
{
	unsigned char sig[512];
	size_t len;

	return bench_sign(bench, key, "SHA256", false, sig, &len);
}

/* Nobody answers, or always the same: one try at most, then a clear error. */
static void
wrong_pin(void **state)
{
	static const struct {
		const char *uri;
		const char *pass;
		int loads;
		int tries;
		const char *says;
	} table[] = {
		{ "jpki://auth", "9999", 1, 25, "2 tries left" },
		{ "jpki://auth", "99", 0, 35, "shape" },
		{ "jpki://auth", "", 0, 35, "shape" },
		{ "jpki://auth", NULL, 0, 35, "no PIN" },
		{ "jpki://sign", "99", 0, 35, "shape" },
		{ "jpki://sign", NULL, 0, 35, "no PIN" },
	};
	struct answer answer;
	struct bench bench;
	EVP_PKEY *key;
	size_t i;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("%s, %s", table[i].uri,
		    table[i].pass != NULL ? table[i].pass : "no answer");
		answer = (struct answer){ .pass = table[i].pass };
		ERR_clear_error();
		key = read_key(&bench, wrapper(&bench, table[i].uri),
		    &answer);
		assert_int_equal(key != NULL, table[i].loads);
		assert_int_equal(answer.asked, 1);
		if (key != NULL)
			assert_int_equal(signs(&bench, key), 0);
		assert_true(bench_error(table[i].says));
		assert_int_equal(bench_tries(&bench), table[i].tries);
		EVP_PKEY_free(key);
		bench_unlock(&bench);
	}

	/* Loading sends nothing; the first signature does. Keys that are loaded
	 * anew with what was wrong do not send it again. */
	for (i = 0; i < 3; i++) {
		answer = (struct answer){ .pass = "XYZ999" };
		bench_count();
		key = read_key(&bench, wrapper(&bench, "jpki://sign"),
		    &answer);
		assert_non_null(key);
		assert_int_equal(bench_counted().verify, 0);
		bench_count();
		assert_int_equal(signs(&bench, key), 0);
		EVP_PKEY_free(key);
		assert_int_equal(bench_counted().verify, i == 0);
		assert_int_equal(answer.asked, 1);
		assert_true(bench_error(i == 0 ? "4 tries left" :
		    "nothing more was sent"));
		assert_int_equal(bench_tries(&bench), 34);
	}
	bench_stop(&bench);
}

/* Whatever is not exactly a wrapper is no key, and reaches no card. */
static void
malformed(void **state)
{
	static const char *const uris[] = {
		"jpki://nobody", "jpki://auth?pin-value=1234", "file:/dev/null",
		"jpki://", "jpki://auth?unknown=1", "jpki:auth-ca", "",
		"jpki://auth;type=cert", "jpki:auth\n", "/etc/passwd",
	};
	struct answer answer = { .pass = "9999" };
	unsigned char der[512], bad[600];
	struct bench bench;
	EVP_PKEY *key;
	size_t i, len, uri;

	(void)state;
	bench_start(&bench, JPKI_FIRST, "card");
	bench_count();
	len = wrapper_der("jpki://auth?reader=soft:/nonexistent", der);
	uri = len - strlen("jpki://auth?reader=soft:/nonexistent");
	for (i = 0; i < len; i++) {
		row("byte %zu", i);
		memcpy(bad, der, len);
		bad[i] ^= i < uri ? 1 : 0x80;
		key = read_key(&bench, pem(LABEL, bad, len), &answer);
		assert_null(key);
		if (i == 0)
			continue;
		key = read_key(&bench, pem(LABEL, der, i), &answer);
		assert_null(key);
		memcpy(bad + i, der, len);
		key = read_key(&bench, pem(LABEL, bad, len + i), &answer);
		assert_null(key);
	}
	memcpy(bad, der, len);
	bad[len] = 0;
	assert_null(read_key(&bench, pem(LABEL, bad, len + 1), &answer));
	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		row("%s", uris[i]);
		len = wrapper_der(uris[i], der);
		assert_null(read_key(&bench, pem(LABEL, der, len), &answer));
	}
	/* Right inside, another label. */
	len = wrapper_der("jpki://auth", der);
	assert_null(read_key(&bench, pem("PRIVATE KEY", der, len), &answer));
	assert_null(read_key(&bench, pem("JPKI KEY", der, len), &answer));
	ERR_clear_error();
	assert_int_equal(answer.asked, 0);
	assert_int_equal(bench_counted().all, 0);
	assert_int_equal(bench_tries(&bench), 35);
	bench_stop(&bench);
}

/* Everybody else's files in every format that OpenSSL writes. */
static BIO *
foreign(EVP_PKEY *key, int how)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int ok;

	assert_non_null(bio);
	switch (how) {
	case 0:
		ok = PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL,
		    NULL);
		break;
	case 1:
		ok = PEM_write_bio_PrivateKey_traditional(bio, key, NULL,
		    NULL, 0, NULL, NULL);
		break;
	case 2:
		ok = PEM_write_bio_PrivateKey(bio, key, EVP_aes_128_cbc(),
		    (const unsigned char *)"secret", 6, NULL, NULL);
		break;
	default:
		ok = PEM_write_bio_PrivateKey_traditional(bio, key,
		    EVP_aes_128_cbc(), (const unsigned char *)"secret", 6,
		    NULL, NULL);
	}
	assert_int_equal(ok, 1);
	return bio;
}

static void
foreign_keys(void **state)
{
	struct answer answer;
	struct bench bench;
	enum order order;
	EVP_PKEY *keys[3], *key;
	int i, how;

	(void)state;
	keys[0] = EVP_RSA_gen(2048);
	keys[1] = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	keys[2] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	for (order = JPKI_LAST; order <= JPKI_FIRST; order++) {
		bench_start(&bench, order, "card");
		bench_count();
		for (i = 0; i < 3; i++) {
			assert_non_null(keys[i]);
			for (how = 0; how < 4; how++) {
				/* It has no other format. */
				if (i == 2 && how % 2)
					continue;
				answer = (struct answer){ .pass = "secret" };
				key = read_key(&bench, foreign(keys[i], how),
				    &answer);
				assert_non_null(key);
				assert_int_equal(EVP_PKEY_eq(key, keys[i]),
				    1);
				assert_int_equal(answer.asked, how >= 2);
				assert_int_equal(ERR_peek_error(), 0);
				EVP_PKEY_free(key);
			}
		}
		assert_int_equal(bench_counted().all, 0);
		bench_stop(&bench);
	}
	for (i = 0; i < 3; i++)
		EVP_PKEY_free(keys[i]);
}

/* Files with a certificate, a wrapper and somebody else's certificate, in any
 * order, as libssl reads them for all servers. */
static void
bundles(void **state)
{
	static const char *const orders[] = { "CK", "KC", "CAK", "KCA", "CKA" };
	struct answer answer = { .pass = AUTH_PIN };
	char path[] = "/tmp/jpki-bundle-XXXXXX";
	X509 *cert, *ca;
	struct bench bench;
	SSL_CTX *ctx;
	BIO *file, *bio;
	char *text;
	size_t i, k;
	long len;
	int fd;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(cert = bench_cert(&bench, "jpki:auth", NULL));
	assert_non_null(ca = bench_cert(&bench, "jpki:auth-ca", NULL));
	assert_true((fd = mkstemp(path)) >= 0);
	close(fd);
	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		row("%s", orders[i]);
		assert_non_null(file = BIO_new_file(path, "w"));
		for (k = 0; orders[i][k] != '\0'; k++) {
			if (orders[i][k] == 'K') {
				bio = wrapper(&bench, "jpki://auth");
				len = BIO_get_mem_data(bio, &text);
				assert_int_equal(BIO_write(file, text,
				    (int)len), len);
				BIO_free(bio);
				continue;
			}
			assert_int_equal(PEM_write_bio_X509(file,
			    orders[i][k] == 'C' ? cert : ca), 1);
		}
		BIO_free(file);
		answer.asked = 0;
		assert_non_null(ctx = SSL_CTX_new_ex(bench.libctx, NULL,
		    TLS_method()));
		SSL_CTX_set_default_passwd_cb(ctx, give);
		SSL_CTX_set_default_passwd_cb_userdata(ctx, &answer);
		assert_int_equal(SSL_CTX_use_certificate_chain_file(ctx,
		    path), 1);
		assert_int_equal(SSL_CTX_use_PrivateKey_file(ctx, path,
		    SSL_FILETYPE_PEM), 1);
		assert_int_equal(SSL_CTX_check_private_key(ctx), 1);
		assert_int_equal(answer.asked, 1);
		assert_int_equal(signs(&bench, SSL_CTX_get0_privatekey(ctx)),
		    1);
		assert_int_equal(ERR_peek_error(), 0);
		SSL_CTX_free(ctx);
	}
	unlink(path);
	X509_free(cert);
	X509_free(ca);
	assert_int_equal(bench_tries(&bench), 35);
	bench_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(wrong_pin),
		ROW_TEST(malformed),
		cmocka_unit_test(foreign_keys),
		ROW_TEST(bundles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
