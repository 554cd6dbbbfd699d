/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An application's own RSA keys, which come to jpki where it is loaded before
 * default, or alone: they do what they do without it, and no card hears of it.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "bench.h"
#include "row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

static int dots;

static int
count_dots(EVP_PKEY_CTX *ctx)
{
	(void)ctx;
	dots++;
	return 1;
}

static int
give_up(EVP_PKEY_CTX *ctx)
{
	(void)ctx;
	return 0;
}

static EVP_PKEY *
generate(const struct bench *bench, int bits, EVP_PKEY_gen_cb *cb)
{
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key = NULL;

	ctx = EVP_PKEY_CTX_new_from_name(bench->libctx, "RSA", NULL);
	assert_non_null(ctx);
	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	EVP_PKEY_CTX_set_cb(ctx, cb);
	if (EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, bits) == 1)
		(void)EVP_PKEY_generate(ctx, &key);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

/* Signs and verifies in every way that matters, and with a duplicate. */
static void
signs(const struct bench *bench, EVP_PKEY *key)
{
	static const struct {
		const char *md;
		bool pss;
	} table[] = {
		{ "SHA256", false }, { "SHA256", true }, { "SHA512", true },
		{ "SHA1", false }, { "SHA3-256", false }
	};
	unsigned char sig[512];
	EVP_PKEY *dup;
	size_t i, len;

	assert_non_null(dup = EVP_PKEY_dup(key));
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("%s%s", table[i].md, table[i].pss ? " with PSS" : "");
		len = sizeof(sig);
		assert_int_equal(bench_sign(bench, dup, table[i].md,
		    table[i].pss, sig, &len), 1);
		assert_int_equal(len, EVP_PKEY_get_size(key));
		assert_int_equal(bench_verify(key, table[i].md, table[i].pss,
		    sig, len), 1);
		sig[9] ^= 1;
		assert_int_equal(bench_verify(key, table[i].md, table[i].pss,
		    sig, len), 0);
		ERR_clear_error();
	}
	EVP_PKEY_free(dup);
}

/* What is signed as it is, with a size query, and recovered. */
static void
recovers(const struct bench *bench, EVP_PKEY *key)
{
	unsigned char sig[512], out[512];
	size_t sig_len = 0, len = sizeof(out);
	EVP_PKEY_CTX *ctx, *dup;

	ctx = EVP_PKEY_CTX_new_from_pkey(bench->libctx, key, NULL);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, NULL, &sig_len,
	    (const unsigned char *)"raw", 3), 1);
	assert_int_equal(sig_len, EVP_PKEY_get_size(key));
	sig_len = 3;
	assert_int_not_equal(EVP_PKEY_sign(ctx, sig, &sig_len,
	    (const unsigned char *)"raw", 3), 1);
	sig_len = sizeof(sig);
	assert_non_null(dup = EVP_PKEY_CTX_dup(ctx));
	assert_int_equal(EVP_PKEY_sign(dup, sig, &sig_len,
	    (const unsigned char *)"raw", 3), 1);
	EVP_PKEY_CTX_free(dup);
	assert_int_equal(EVP_PKEY_verify_recover_init(ctx), 1);
	assert_int_equal(EVP_PKEY_verify_recover(ctx, out, &len, sig,
	    sig_len), 1);
	assert_int_equal(len, 3);
	assert_memory_equal(out, "raw", 3);
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
}

/* With a cipher, whatever else is set beside it, and without a structure. */
static void
encodes(EVP_PKEY *key)
{
	static const char *const structures[] = {
		"PrivateKeyInfo", "EncryptedPrivateKeyInfo", NULL, "pkcs1"
	};
	int save = 0;
	OSSL_PARAM other[] = {
		OSSL_PARAM_int("save-parameters", &save), OSSL_PARAM_END
	};
	unsigned char *data;
	OSSL_ENCODER_CTX *ctx;
	size_t i, len;

	for (i = 0; i < sizeof(structures) / sizeof(structures[0]); i++) {
		row("%s", structures[i] != NULL ? structures[i] : "any");
		data = NULL;
		len = 0;
		ctx = OSSL_ENCODER_CTX_new_for_pkey(key, EVP_PKEY_KEYPAIR,
		    "PEM", structures[i], NULL);
		assert_non_null(ctx);
		if (i < 2) {
			assert_int_equal(OSSL_ENCODER_CTX_set_cipher(ctx,
			    "AES-256-CBC", NULL), 1);
			assert_int_equal(OSSL_ENCODER_CTX_set_passphrase(ctx,
			    (const unsigned char *)"pass", 4), 1);
			assert_int_equal(OSSL_ENCODER_CTX_set_params(ctx,
			    other), 1);
		}
		assert_int_equal(OSSL_ENCODER_to_data(ctx, &data, &len), 1);
		assert_true(len > 100);
		assert_int_equal(memcmp(data, "-----BEGIN ENCRYPTED", 20) == 0,
		    i < 2);
		assert_non_null(memmem(data, len, "PRIVATE KEY", 11));
		OPENSSL_clear_free(data, len);
		OSSL_ENCODER_CTX_free(ctx);
	}
	assert_int_equal(ERR_peek_error(), 0);
}

/* All that may be known of it is told: numbers, DER, text. */
static void
is_told(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	const unsigned char *p;
	char text[8192] = "", pass[] = "pass", wrong[] = "wrong";
	BIGNUM *d = NULL;
	EVP_PKEY *again;
	EVP_PKEY_CTX *ctx;
	BIO *bio;
	int len;

	assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_D, &d),
	    1);
	BN_clear_free(d);
	assert_true((len = i2d_PrivateKey(key, &der)) > 0);
	p = der;
	assert_non_null(again = d2i_AutoPrivateKey(NULL, &p, len));
	assert_int_equal(EVP_PKEY_eq(key, again), 1);
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, again, NULL);
	assert_int_equal(EVP_PKEY_check(ctx), 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(again);
	OPENSSL_clear_free(der, (size_t)len);
	der = NULL;
	assert_true((len = i2d_PUBKEY(key, &der)) > 0);
	OPENSSL_free(der);

	/* With a pass phrase, too. */
	assert_non_null(bio = BIO_new(BIO_s_mem()));
	assert_int_equal(PEM_write_bio_PrivateKey(bio, key,
	    EVP_aes_256_cbc(), (const unsigned char *)"pass", 4, NULL, NULL),
	    1);
	assert_null(PEM_read_bio_PrivateKey(bio, NULL, NULL, wrong));
	ERR_clear_error();
	BIO_reset(bio);
	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, key,
	    EVP_aes_128_cbc(), "pass", 4, NULL, NULL), 1);
	again = PEM_read_bio_PrivateKey(bio, NULL, NULL, pass);
	assert_int_equal(EVP_PKEY_eq(key, again), 1);
	EVP_PKEY_free(again);
	BIO_free(bio);

	assert_non_null(bio = BIO_new(BIO_s_mem()));
	assert_int_equal(EVP_PKEY_print_private(bio, key, 0, NULL), 1);
	assert_true(BIO_read(bio, text, sizeof(text) - 1) > 0);
	assert_non_null(strstr(text, "privateExponent"));
	assert_null(strstr(text, "My Number Card"));
	BIO_free(bio);
	encodes(key);
}

static void
decrypts(const struct bench *bench, EVP_PKEY *key)
{
	unsigned char box[512], out[512];
	size_t box_len = sizeof(box), len = sizeof(out);
	EVP_PKEY_CTX *ctx;

	ctx = EVP_PKEY_CTX_new_from_pkey(bench->libctx, key, NULL);
	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_encrypt(ctx, box, &box_len,
	    (const unsigned char *)"hello", 5), 1);
	assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_decrypt(ctx, out, &len, box, box_len), 1);
	assert_int_equal(len, 5);
	assert_memory_equal(out, "hello", 5);
	EVP_PKEY_CTX_free(ctx);
}

static void
checks(const struct bench *bench, EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx;

	ctx = EVP_PKEY_CTX_new_from_pkey(bench->libctx, key, NULL);
	assert_int_equal(EVP_PKEY_check(ctx), 1);
	assert_int_equal(EVP_PKEY_public_check(ctx), 1);
	assert_int_equal(EVP_PKEY_private_check(ctx), 1);
	assert_int_equal(EVP_PKEY_param_check(ctx), 1);
	/* There is no such thing with RSA. */
	assert_int_not_equal(EVP_PKEY_paramgen_init(ctx), 1);
	ERR_clear_error();
	EVP_PKEY_CTX_free(ctx);
}

static void
generated(void **state)
{
	static const enum order orders[] = { JPKI_FIRST, JPKI_ALONE };
	struct bench bench;
	EVP_PKEY *key;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		bench_start(&bench, orders[i], "card");
		bench_count();
		dots = 0;
		assert_non_null(key = generate(&bench, 3072, count_dots));
		assert_true(dots > 0);
		assert_int_equal(EVP_PKEY_get_bits(key), 3072);
		assert_int_equal(EVP_PKEY_get_security_bits(key), 128);
		assert_true(EVP_PKEY_is_a(key, "RSA"));
		checks(&bench, key);
		signs(&bench, key);
		recovers(&bench, key);
		if (orders[i] == JPKI_FIRST) {
			decrypts(&bench, key);
			is_told(key);
		}
		EVP_PKEY_free(key);
		assert_int_equal(ERR_peek_error(), 0);

		/* Whoever gives up, or asks for nonsense, gets no key. */
		assert_null(generate(&bench, 2048, give_up));
		assert_null(generate(&bench, 17, NULL));
		assert_int_not_equal(ERR_peek_error(), 0);
		ERR_clear_error();
		assert_int_equal(bench_counted().all, 0);
		bench_stop(&bench);
	}
}

#define FEW (-1)		/* n, e and d only */

/* The numbers of a key, from a key of plain OpenSSL's. */
static EVP_PKEY *
from_numbers(const struct bench *bench, EVP_PKEY *plain, int selection)
{
	OSSL_PARAM *params = NULL, *p;
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key = NULL;
	bool few = selection == FEW;

	if (few)
		selection = EVP_PKEY_KEYPAIR;
	assert_int_equal(EVP_PKEY_todata(plain, selection, &params), 1);
	for (p = params; few && p->key != NULL; p++) {
		if (strlen(p->key) > 1)
			p->key = "unknown";
	}
	ctx = EVP_PKEY_CTX_new_from_name(bench->libctx, "RSA", NULL);
	assert_non_null(EVP_PKEY_fromdata_settable(ctx, selection));
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &key, selection, params), 1);
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static void
imported(void **state)
{
	EVP_PKEY *plain, *key, *pub, *few;
	unsigned char sig[512];
	EVP_PKEY_CTX *ctx;
	struct bench bench;
	size_t len = sizeof(sig);

	(void)state;
	assert_non_null(plain = EVP_RSA_gen(2048));
	bench_start(&bench, JPKI_FIRST, "card");
	bench_count();
	key = from_numbers(&bench, plain, EVP_PKEY_KEYPAIR);
	checks(&bench, key);
	signs(&bench, key);
	recovers(&bench, key);
	decrypts(&bench, key);
	is_told(key);
	assert_int_equal(EVP_PKEY_eq(key, plain), 1);

	/* Without the factors, too. */
	few = from_numbers(&bench, plain, FEW);
	ctx = EVP_PKEY_CTX_new_from_pkey(bench.libctx, few, NULL);
	assert_int_equal(EVP_PKEY_private_check(ctx), 1);
	EVP_PKEY_CTX_free(ctx);
	signs(&bench, few);
	EVP_PKEY_free(few);

	/* Half a key is half a key. */
	pub = from_numbers(&bench, plain, EVP_PKEY_PUBLIC_KEY);
	assert_int_equal(EVP_PKEY_eq(key, pub), 1);
	assert_int_equal(ERR_peek_error(), 0);
	assert_int_equal(bench_sign(&bench, pub, "SHA256", false, sig, &len),
	    0);
	assert_true(bench_error("public key"));
	assert_int_equal(bench_counted().all, 0);
	EVP_PKEY_free(pub);
	EVP_PKEY_free(key);
	EVP_PKEY_free(plain);
	bench_stop(&bench);
}

/* A key of the old kind is handed to the first provider that takes it. */
static void
legacy(void **state)
{
	struct bench bench;
	EVP_PKEY *key;
	BIGNUM *e;
	RSA *rsa;

	(void)state;
	bench_start(&bench, JPKI_FIRST, "card");
	bench_count();
	assert_non_null(rsa = RSA_new());
	assert_non_null(e = BN_new());
	assert_int_equal(BN_set_word(e, RSA_F4), 1);
	assert_int_equal(RSA_generate_key_ex(rsa, 2048, e, NULL), 1);
	assert_non_null(key = EVP_PKEY_new());
	assert_int_equal(EVP_PKEY_assign_RSA(key, rsa), 1);
	signs(&bench, key);
	decrypts(&bench, key);
	EVP_PKEY_free(key);

	/* And the other way round. */
	assert_non_null(key = generate(&bench, 2048, NULL));
	assert_non_null(EVP_PKEY_get0_RSA(key));
	assert_non_null(RSA_get0_d(EVP_PKEY_get0_RSA(key)));
	EVP_PKEY_free(key);
	BN_free(e);
	assert_int_equal(ERR_peek_error(), 0);
	assert_int_equal(bench_counted().all, 0);
	bench_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(generated),
		ROW_TEST(imported),
		ROW_TEST(legacy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
