/* SPDX-License-Identifier: Apache-2.0 */
/* "JPKI KEY URI" files, and what is written of a key. */
#include "bench.h"
#include "row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>
#include <jpki/framework/uri.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#define SOFT_URI "jpki://%s?reader=soft:%s"

static int
signs(const struct bench *bench, EVP_PKEY *key)
{
	unsigned char sig[512];
	size_t len;

	return bench_sign(bench, key, "SHA256", false, sig, &len);
}

/* Adds a key file's block. from and to: a text in the DER to be replaced. */
static void
add_block(BIO *bio, const struct bench *bench, const char *object,
    const char *from, const char *to)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	uint8_t der[JPKI_WRAP_MAX];
	char uri[256], *at;
	size_t len;

	snprintf(uri, sizeof(uri), SOFT_URI "%s%s", object, bench->card,
	    from != NULL ? "&" : "", from != NULL ? from : "");
	assert_code(jpki_uri_wrap(ctx, uri, der, sizeof(der), &len), 0);
	if (from != NULL) {
		assert_int_equal(strlen(from), strlen(to));
		at = memmem(der, len, from, strlen(from));
		assert_non_null(at);
		memcpy(at, to, strlen(to));
	}
	assert_true(PEM_write_bio(bio, JPKI_WRAP_LABEL, "", der, (long)len));
	jpki_ctx_free(&ctx);
}

struct asked {
	const char *pass;
	int count;
};

static int
give(char *buf, int size, int rwflag, void *arg)
{
	struct asked *asked = arg;

	(void)rwflag;
	asked->count++;
	return snprintf(buf, (size_t)size, "%s", asked->pass);
}

static int
cannot_ask(char *buf, int size, int rwflag, void *arg)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)arg;
	return -1;
}

static EVP_PKEY *
read_key(const struct bench *bench, BIO *bio, struct asked *asked)
{
	return PEM_read_bio_PrivateKey_ex(bio, NULL,
	    asked != NULL ? give : NULL, asked, bench->libctx, NULL);
}

static void
loaded(void **state)
{
	static const enum order orders[] = {
		JPKI_LAST, JPKI_FIRST, JPKI_ALONE
	};
	struct asked asked = { AUTH_PIN, 0 };
	struct bench bench;
	EVP_PKEY *key;
	size_t i;
	BIO *bio;

	(void)state;
	for (i = 0; i < 3; i++) {
		bench_start(&bench, orders[i], "card");
		bio = BIO_new(BIO_s_mem());
		add_block(bio, &bench, "auth", NULL, NULL);
		asked.count = 0;
		assert_non_null(key = read_key(&bench, bio, &asked));
		assert_int_equal(asked.count, 1);
		assert_int_equal(ERR_peek_error(), 0);
		assert_int_equal(signs(&bench, key), 1);
		EVP_PKEY_free(key);
		BIO_free(bio);
		bench_stop(&bench);
	}
}

/* Certificate and key in one file, either first. */
static void
bundles(void **state)
{
	struct asked asked = { AUTH_PIN, 0 };
	struct bench bench;
	EVP_PKEY *key;
	int key_first;
	X509 *cert, *read;
	BIO *bio;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(cert = bench_cert(&bench, "jpki:auth", NULL));
	for (key_first = 0; key_first < 2; key_first++) {
		bio = BIO_new(BIO_s_mem());
		if (key_first)
			add_block(bio, &bench, "auth", NULL, NULL);
		PEM_write_bio_X509(bio, cert);
		if (!key_first)
			add_block(bio, &bench, "auth", NULL, NULL);
		BIO_set_mem_eof_return(bio, 0);
		if (key_first)
			assert_non_null(key = read_key(&bench, bio, &asked));
		assert_non_null(read = PEM_read_bio_X509(bio, NULL, NULL,
		    NULL));
		if (!key_first)
			assert_non_null(key = read_key(&bench, bio, &asked));
		assert_int_equal(X509_check_private_key(read, key), 1);
		assert_int_equal(signs(&bench, key), 1);
		EVP_PKEY_free(key);
		X509_free(read);
		BIO_free(bio);
	}
	X509_free(cert);
	bench_stop(&bench);
}

/* OpenSSL has one answer for all keys in a file: it costs one try. */
static void
wrong_password(void **state)
{
	struct asked asked = { "WRONG1", 0 };
	struct bench bench;
	EVP_PKEY *key;
	int i, k;
	BIO *bio;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	bench_count();
	for (i = 0; i < 3; i++) {
		bio = BIO_new(BIO_s_mem());
		add_block(bio, &bench, "sign", NULL, NULL);
		add_block(bio, &bench, "sign", NULL, NULL);
		for (k = 0; k < 2; k++) {
			assert_non_null(key = read_key(&bench, bio, &asked));
			assert_int_equal(signs(&bench, key), 0);
			EVP_PKEY_free(key);
		}
		BIO_free(bio);
	}
	assert_int_equal(bench_counted().verify, 1);
	assert_int_equal(bench_tries(&bench), 34);
	ERR_clear_error();
	asked.pass = SIGN_PIN;
	bio = BIO_new(BIO_s_mem());
	add_block(bio, &bench, "sign", NULL, NULL);
	assert_non_null(key = read_key(&bench, bio, &asked));
	assert_int_equal(signs(&bench, key), 1);
	EVP_PKEY_free(key);
	assert_int_equal(bench_tries(&bench), 35);
	BIO_free(bio);
	bench_stop(&bench);
}

/* A key file cannot bring a PIN, or anything but a key. */
static void
malformed(void **state)
{
	static const struct {
		const char *from, *to;
	} table[] = {
		{ "card=abcdefghi", "pin-value=1234" },
		{ "card=x", "curd=x" },
		{ "card=a", "card=%" },
	};
	struct asked asked = { AUTH_PIN, 0 };
	struct bench bench;
	size_t i;
	BIO *bio;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	bench_count();
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("%s", table[i].to);
		bio = BIO_new(BIO_s_mem());
		add_block(bio, &bench, "auth", table[i].from, table[i].to);
		assert_null(read_key(&bench, bio, &asked));
		ERR_clear_error();
		BIO_free(bio);
	}
	assert_int_equal(asked.count, 0);
	assert_int_equal(bench_counted().all, 0);
	bench_stop(&bench);
}

/* Other people's files, with us first: nothing is different. */
static void
foreign(void **state)
{
	struct asked asked = { "secret", 0 };
	struct bench bench;
	EVP_PKEY *key, *read;
	BIO *bio;

	(void)state;
	bench_start(&bench, JPKI_FIRST, "card");
	key = EVP_PKEY_Q_keygen(bench.libctx, "provider!=jpki", "EC",
	    "P-256");
	assert_non_null(key);
	bio = BIO_new(BIO_s_mem());
	assert_int_equal(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0,
	    NULL, NULL), 1);
	assert_non_null(read = read_key(&bench, bio, &asked));
	assert_int_equal(EVP_PKEY_eq(key, read), 1);
	EVP_PKEY_free(read);
	BIO_puts(bio, "-----BEGIN JPKI KEY URI-----\nAAAA\n"
	    "-----END JPKI KEY URI-----\n");
	assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
	assert_null(read_key(&bench, bio, &asked));
	ERR_clear_error();
	assert_int_equal(asked.count, 0);
	EVP_PKEY_free(key);
	BIO_free(bio);
	bench_stop(&bench);
}

/* Servers that cannot ask load the key, and sign if the file or the
 * configuration names a source. */
static void
no_callback(void **state)
{
	struct bench bench;
	EVP_PKEY *key;
	BIO *bio;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	bio = BIO_new(BIO_s_mem());
	add_block(bio, &bench, "auth", "pin-source=file:/dev/null",
	    "pin-source=file:/dev/null");
	assert_null(read_key(&bench, bio, NULL));
	ERR_clear_error();
	BIO_free(bio);
	bio = BIO_new(BIO_s_mem());
	add_block(bio, &bench, "auth", NULL, NULL);
	key = PEM_read_bio_PrivateKey_ex(bio, NULL, cannot_ask, NULL,
	    bench.libctx, NULL);
	assert_null(key);
	ERR_clear_error();
	BIO_free(bio);
	assert_int_equal(bench_tries(&bench), 35);
	bench_stop(&bench);
}

static void
text(void **state)
{
	static const char *const objects[] = { "auth", "sign" };
	static const char *const pins[] = { AUTH_PIN, SIGN_PIN };
	char uri[64], *shown;
	struct bench bench;
	EVP_PKEY *key;
	size_t i;
	BIO *bio;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	for (i = 0; i < 2; i++) {
		snprintf(uri, sizeof(uri), "jpki://%s", objects[i]);
		assert_non_null(key = bench_key(&bench, uri, pins[i]));
		bio = BIO_new(BIO_s_mem());
		assert_int_equal(EVP_PKEY_print_private(bio, key, 0, NULL), 1);
		BIO_write(bio, "", 1);
		assert_true(BIO_get_mem_data(bio, &shown) > 0);
		assert_non_null(strstr(shown, uri));
		assert_non_null(strstr(shown, bench.card));
		assert_non_null(strstr(shown, "cannot be exported"));
		assert_non_null(strstr(shown, "Modulus:"));
		assert_non_null(strstr(shown, "CN = "));
		/* Not where somebody lives. */
		assert_null(strstr(shown, "L = "));
		assert_null(strstr(shown, pins[i]));
		EVP_PKEY_free(key);
		BIO_free(bio);
	}
	assert_int_equal(ERR_peek_error(), 0);
	bench_stop(&bench);
}

/* The public half, as any key's. */
static void
public_half(void **state)
{
	unsigned char *ours = NULL, *theirs = NULL;
	struct bench bench;
	EVP_PKEY *key, *read;
	X509 *cert;
	BIO *bio;
	int len;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_non_null(cert = bench_cert(&bench, "jpki:auth", NULL));
	len = i2d_PUBKEY(X509_get0_pubkey(cert), &theirs);
	assert_int_equal(i2d_PUBKEY(key, &ours), len);
	assert_memory_equal(ours, theirs, (size_t)len);
	bio = BIO_new(BIO_s_mem());
	assert_int_equal(PEM_write_bio_PUBKEY_ex(bio, key, bench.libctx,
	    NULL), 1);
	assert_non_null(read = PEM_read_bio_PUBKEY_ex(bio, NULL, NULL, NULL,
	    bench.libctx, NULL));
	assert_int_equal(EVP_PKEY_eq(key, read), 1);
	BIO_free(bio);
	/* Never the private half. */
	bio = BIO_new(BIO_s_mem());
	assert_int_equal(PEM_write_bio_PrivateKey_ex(bio, key, NULL, NULL, 0,
	    NULL, NULL, bench.libctx, NULL), 0);
	assert_int_equal(BIO_pending(bio), 0);
	ERR_clear_error();
	OPENSSL_free(ours);
	OPENSSL_free(theirs);
	EVP_PKEY_free(read);
	EVP_PKEY_free(key);
	X509_free(cert);
	BIO_free(bio);
	bench_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loaded),
		cmocka_unit_test(bundles),
		cmocka_unit_test(wrong_password),
		ROW_TEST(malformed),
		cmocka_unit_test(foreign),
		cmocka_unit_test(no_callback),
		cmocka_unit_test(text),
		cmocka_unit_test(public_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
