/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and signatures, with the application's providers in any order. */
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
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

/* The public key as plain OpenSSL has it, from the certificate. */
static EVP_PKEY *
plain_public(const struct bench *bench, const char *uri, const char *pass)
{
	unsigned char *der = NULL;
	const unsigned char *p;
	EVP_PKEY *pub;
	X509 *cert, *plain;
	int len;

	assert_non_null(cert = bench_cert(bench, uri, pass));
	assert_true((len = i2d_X509(cert, &der)) > 0);
	p = der;
	assert_non_null(plain = d2i_X509(NULL, &p, len));
	assert_non_null(pub = X509_get_pubkey(plain));
	X509_free(plain);
	X509_free(cert);
	OPENSSL_free(der);
	return pub;
}

static void
every_digest(void **state)
{
	static const struct {
		const char *uri;
		const char *pass;
	} keys[] = { { "jpki:auth", AUTH_PIN }, { "jpki:sign", SIGN_PIN } };
	static const char *const mds[] = {
		"SHA256", "SHA384", "SHA512", "SHA2-256"
	};
	struct bench bench;
	enum order order;
	size_t i, k;

	(void)state;
	for (order = JPKI_LAST; order <= JPKI_ALONE; order++) {
		bench_start(&bench, order, "card");
		for (k = 0; k < 2; k++) {
			EVP_PKEY *key, *pub;
			unsigned char sig[512];
			size_t len;

			key = bench_key(&bench, keys[k].uri, keys[k].pass);
			assert_non_null(key);
			pub = plain_public(&bench, keys[k].uri, keys[k].pass);
			for (i = 0; i < 4; i++) {
				assert_int_equal(bench_sign(&bench, key,
				    mds[i], false, sig, &len), 1);
				assert_int_equal(len, 256);
				assert_int_equal(bench_verify(pub, mds[i],
				    false, sig, len), 1);
			}
			assert_int_equal(bench_sign(&bench, key, "SHA256",
			    true, sig, &len), 1);
			assert_int_equal(bench_verify(pub, "SHA256", true, sig,
			    len), 1);
			sig[5] ^= 1;
			assert_int_equal(bench_verify(pub, "SHA256", true, sig,
			    len), 0);
			ERR_clear_error();
			EVP_PKEY_free(key);
			EVP_PKEY_free(pub);
		}
		bench_stop(&bench);
	}
}

static void
refused_digests(void **state)
{
	static const char *const mds[] = {
		"SHA1", "SHA224", "SHA512-256", "SHA3-256", "MD5", "MD5-SHA1"
	};
	unsigned char sig[512];
	struct bench bench;
	EVP_PKEY *key;
	size_t i, len;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	bench_count();
	for (i = 0; i < sizeof(mds) / sizeof(mds[0]); i++) {
		row("%s", mds[i]);
		assert_int_equal(bench_sign(&bench, key, mds[i], false, sig,
		    &len), 0);
		assert_true(bench_error("digest cannot be signed"));
	}
	assert_int_equal(bench_sign(&bench, key, "SHA384", true, sig, &len),
	    0);
	assert_true(bench_error("PSS with SHA-256"));
	assert_int_equal(bench_counted().all, 0);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* Salt lengths by string and by number. */
static void
salt_lengths(void **state)
{
	static const struct {
		const char *text;
		int ok;
	} table[] = {
		{ "digest", 1 }, { "32", 1 }, { "auto", 1 },
		{ "max", 0 }, { "20", 0 }, { "0", 0 }, { "33", 0 },
	};
	static const unsigned char hash[32] = "a digest, thirty-two bytes long";
	unsigned char sig[512];
	struct bench bench;
	EVP_PKEY *key, *pub;
	size_t i, len;

	(void)state;
	bench_start(&bench, JPKI_FIRST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	pub = plain_public(&bench, "jpki:auth", NULL);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		EVP_PKEY_CTX *ctx;

		row("saltlen %s", table[i].text);
		ctx = EVP_PKEY_CTX_new_from_pkey(bench.libctx, key, NULL);
		assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
		assert_int_equal(EVP_PKEY_CTX_ctrl_str(ctx, "digest",
		    "SHA256"), 1);
		assert_int_equal(EVP_PKEY_CTX_ctrl_str(ctx, "rsa_padding_mode",
		    "pss"), 1);
		assert_int_equal(EVP_PKEY_CTX_ctrl_str(ctx, "rsa_mgf1_md",
		    "SHA384") > 0, 0);
		assert_int_equal(EVP_PKEY_CTX_ctrl_str(ctx, "rsa_mgf1_md",
		    "SHA256"), 1);
		assert_int_equal(EVP_PKEY_CTX_ctrl_str(ctx, "rsa_pss_saltlen",
		    table[i].text) > 0, table[i].ok);
		if (table[i].ok) {
			int salt = 0, pad = 0;

			len = sizeof(sig);
			assert_int_equal(EVP_PKEY_sign(ctx, sig, &len, hash,
			    sizeof(hash)), 1);
			assert_true(EVP_PKEY_CTX_get_rsa_pss_saltlen(ctx,
			    &salt) > 0);
			assert_int_equal(salt, 32);
			assert_true(EVP_PKEY_CTX_get_rsa_padding(ctx,
			    &pad) > 0);
			assert_int_equal(pad, RSA_PKCS1_PSS_PADDING);
		}
		EVP_PKEY_CTX_free(ctx);
	}
	ERR_clear_error();
	EVP_PKEY_free(key);
	EVP_PKEY_free(pub);
	bench_stop(&bench);
}

static int
raw(const struct bench *bench, EVP_PKEY *key, const char *md,
    const unsigned char *tbs, size_t tbs_len, size_t space, unsigned char *sig)
{
	EVP_PKEY_CTX *ctx;
	size_t len = space;
	int ok;

	ctx = EVP_PKEY_CTX_new_from_pkey(bench->libctx, key, NULL);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	if (md != NULL)
		assert_int_equal(EVP_PKEY_CTX_ctrl_str(ctx, "digest", md), 1);
	ok = EVP_PKEY_sign(ctx, sig, &len, tbs, tbs_len);
	EVP_PKEY_CTX_free(ctx);
	return ok == 1;
}

/* A DigestInfo, byte for byte, and nothing that is almost one. */
static void
raw_input(void **state)
{
	static const unsigned char prefix[19] = {
		0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
		0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20
	};
	unsigned char tbs[128], sig[512], same[512];
	struct bench bench;
	EVP_PKEY *key;
	size_t i;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	memset(tbs, 0x55, sizeof(tbs));
	memcpy(tbs, prefix, sizeof(prefix));
	assert_int_equal(raw(&bench, key, NULL, tbs, 51, 512, sig), 1);
	assert_int_equal(raw(&bench, key, "SHA256", tbs + 19, 32, 512, same),
	    1);
	assert_memory_equal(sig, same, 256);

	bench_count();
	for (i = 0; i < sizeof(prefix); i++) {
		row("byte %zu changed", i);
		tbs[i] ^= 1;
		assert_int_equal(raw(&bench, key, NULL, tbs, 51, 512, sig), 0);
		assert_true(bench_error("only a digest"));
		tbs[i] ^= 1;
	}
	for (i = 0; i <= sizeof(tbs); i++) {
		row("%zu bytes", i);
		if (i == 51)
			continue;
		assert_int_equal(raw(&bench, key, NULL, tbs, i, 512, sig), 0);
		assert_true(bench_error("only a digest"));
	}
	/* A digest of another length, and a buffer that is too small. */
	assert_int_equal(raw(&bench, key, "SHA256", tbs, 31, 512, sig), 0);
	assert_true(bench_error("not as long as"));
	assert_int_equal(raw(&bench, key, "SHA384", tbs, 32, 512, sig), 0);
	assert_true(bench_error("not as long as"));
	assert_int_equal(raw(&bench, key, "SHA256", tbs, 32, 255, sig), 0);
	assert_true(bench_error("too small"));
	assert_int_equal(bench_counted().all, 0);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* One context, several signatures in one go: after one that failed, too, each
 * is over what was given. */
static void
again(void **state)
{
	static const char hello[] = "hello";
	unsigned char sig[512];
	struct bench bench;
	EVP_PKEY_CTX *ctx;
	EVP_MD_CTX *md_ctx = EVP_MD_CTX_new();
	EVP_PKEY *key;
	size_t len = 17;
	int i;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_int_equal(EVP_DigestSignInit_ex(md_ctx, &ctx, "SHA256",
	    bench.libctx, NULL, key, NULL), 1);
	assert_int_equal(EVP_DigestSign(md_ctx, sig, &len,
	    (const unsigned char *)hello, sizeof(hello)), 0);
	assert_true(bench_error("too small"));
	for (i = 0; i < 3; i++) {
		len = sizeof(sig);
		/* Later versions of OpenSSL allow the first call only. */
		if (EVP_DigestSign(md_ctx, sig, &len,
		    (const unsigned char *)hello, sizeof(hello)) == 1)
			assert_int_equal(bench_verify(key, "SHA256", false,
			    sig, len), 1);
	}
	ERR_clear_error();
	EVP_MD_CTX_free(md_ctx);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* What is refused changes nothing, and an operation that begins anew begins
 * with PKCS#1 v1.5, as OpenSSL's own do. */
static void
settings(void **state)
{
	unsigned char digest[48] = { 5 }, sig[512];
	struct bench bench;
	EVP_PKEY_CTX *ctx;
	EVP_MD_CTX *md_ctx;
	EVP_PKEY *key;
	size_t len = sizeof(sig);

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	ctx = EVP_PKEY_CTX_new_from_pkey(bench.libctx, key, NULL);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_ctrl_str(ctx, "digest", "SHA384"), 1);
	assert_int_not_equal(EVP_PKEY_CTX_ctrl_str(ctx, "rsa_padding_mode",
	    "pss"), 1);
	assert_true(bench_error("SHA-256"));
	assert_int_equal(EVP_PKEY_sign(ctx, sig, &len, digest, 48), 1);
	assert_int_equal(EVP_PKEY_CTX_ctrl_str(ctx, "digest", "SHA256"), 1);
	assert_int_equal(EVP_PKEY_CTX_ctrl_str(ctx, "rsa_padding_mode",
	    "pss"), 1);
	assert_int_not_equal(EVP_PKEY_CTX_ctrl_str(ctx, "digest", "SHA384"),
	    1);
	assert_true(bench_error("SHA-256"));
	len = sizeof(sig);
	assert_int_equal(EVP_PKEY_sign(ctx, sig, &len, digest, 32), 1);
	EVP_PKEY_CTX_free(ctx);

	md_ctx = EVP_MD_CTX_new();
	assert_int_equal(EVP_DigestSignInit_ex(md_ctx, &ctx, "SHA256",
	    bench.libctx, NULL, key, NULL), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx,
	    RSA_PKCS1_PSS_PADDING), 1);
	assert_int_equal(EVP_DigestSignInit_ex(md_ctx, NULL, NULL, NULL, NULL,
	    NULL, NULL), 1);
	len = sizeof(sig);
	assert_int_equal(EVP_DigestSign(md_ctx, sig, &len,
	    (const unsigned char *)"hello", sizeof("hello")), 1);
	assert_int_equal(bench_verify(key, "SHA256", false, sig, len), 1);
	EVP_MD_CTX_free(md_ctx);
	EVP_PKEY_free(key);
	assert_int_equal(ERR_peek_error(), 0);
	bench_stop(&bench);
}

static void
other_paddings(void **state)
{
	static const char *const modes[] = { "none", "x931", "oaep" };
	struct bench bench;
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key;
	size_t i;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	for (i = 0; i < 3; i++) {
		ctx = EVP_PKEY_CTX_new_from_pkey(bench.libctx, key, NULL);
		assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
		assert_false(EVP_PKEY_CTX_ctrl_str(ctx, "rsa_padding_mode",
		    modes[i]) > 0);
		assert_true(bench_error("unsupported padding"));
		EVP_PKEY_CTX_free(ctx);
	}
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* The context is duplicated in the middle, reused, asked for its size. */
static void
contexts(void **state)
{
	unsigned char sig[512], again[512];
	EVP_MD_CTX *ctx, *dup;
	struct bench bench;
	EVP_PKEY *key;
	size_t len, size;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_non_null(ctx = EVP_MD_CTX_new());
	assert_non_null(dup = EVP_MD_CTX_new());
	assert_int_equal(EVP_DigestSignInit_ex(ctx, NULL, "SHA256",
	    bench.libctx, NULL, key, NULL), 1);
	bench_count();
	assert_int_equal(EVP_DigestSignUpdate(ctx, "hel", 3), 1);
	assert_int_equal(EVP_DigestSignFinal(ctx, NULL, &size), 1);
	assert_int_equal(size, 256);
	assert_int_equal(EVP_MD_CTX_copy_ex(dup, ctx), 1);
	assert_int_equal(EVP_DigestSignUpdate(ctx, "lo", 3), 1);
	assert_int_equal(EVP_DigestSignUpdate(dup, "lo", 3), 1);
	assert_int_equal(bench_counted().all, 0);
	/* The key may go first. */
	EVP_PKEY_free(key);
	len = sizeof(sig);
	assert_int_equal(EVP_DigestSignFinal(ctx, sig, &len), 1);
	len = sizeof(again);
	assert_int_equal(EVP_DigestSignFinal(dup, again, &len), 1);
	assert_memory_equal(sig, again, 256);
	EVP_MD_CTX_free(ctx);
	EVP_MD_CTX_free(dup);
	assert_int_equal(ERR_peek_error(), 0);
	bench_stop(&bench);
}

static void
algorithm_identifiers(void **state)
{
	static const struct {
		const char *md;
		int pss;
		int nid;
	} table[] = {
		{ "SHA256", 0, NID_sha256WithRSAEncryption },
		{ "SHA384", 0, NID_sha384WithRSAEncryption },
		{ "SHA512", 0, NID_sha512WithRSAEncryption },
		{ "SHA256", 1, NID_rsassaPss },
	};
	struct bench bench;
	EVP_PKEY *key;
	size_t i;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	for (i = 0; i < 4; i++) {
		X509_REQ *req = X509_REQ_new_ex(bench.libctx, NULL);
		EVP_MD_CTX *ctx = EVP_MD_CTX_new();
		EVP_PKEY_CTX *pctx;
		const X509_ALGOR *alg;

		/* OpenSSL 3.5 verifies requests of this version only. */
		assert_int_equal(X509_REQ_set_version(req,
		    X509_REQ_VERSION_1), 1);
		assert_int_equal(X509_REQ_set_pubkey(req, key), 1);
		assert_int_equal(EVP_DigestSignInit_ex(ctx, &pctx,
		    table[i].md, bench.libctx, NULL, key, NULL), 1);
		if (table[i].pss)
			assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(pctx,
			    RSA_PKCS1_PSS_PADDING), 1);
		assert_true(X509_REQ_sign_ctx(req, ctx) > 0);
		X509_REQ_get0_signature(req, NULL, &alg);
		assert_int_equal(OBJ_obj2nid(alg->algorithm), table[i].nid);
		assert_int_equal(X509_REQ_verify(req, key), 1);
		EVP_MD_CTX_free(ctx);
		X509_REQ_free(req);
	}
	assert_int_equal(ERR_peek_error(), 0);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* Key and certificate fit, whoever compares, and another key does not. */
static void
pairs(void **state)
{
	EVP_PKEY *key, *twin, *sign, *pub;
	struct bench bench;
	enum order order;
	X509 *cert, *ca;

	(void)state;
	for (order = JPKI_LAST; order <= JPKI_ALONE; order++) {
		bench_start(&bench, order, "card");
		key = bench_key(&bench, "jpki:auth", AUTH_PIN);
		twin = bench_key(&bench, "jpki:auth", AUTH_PIN);
		sign = bench_key(&bench, "jpki:sign", SIGN_PIN);
		cert = bench_cert(&bench, "jpki:auth", NULL);
		ca = bench_cert(&bench, "jpki:auth-ca", NULL);
		pub = plain_public(&bench, "jpki:auth", NULL);
		assert_int_equal(EVP_PKEY_eq(key, twin), 1);
		assert_int_equal(EVP_PKEY_eq(key, pub), 1);
		assert_int_equal(EVP_PKEY_eq(pub, key), 1);
		assert_int_equal(EVP_PKEY_eq(key, sign), 0);
		assert_int_equal(EVP_PKEY_eq(pub, sign), 0);
		/* Nobody else there: nobody to decode a certificate's key. */
		assert_int_equal(X509_check_private_key(cert, key),
		    order != JPKI_ALONE);
		if (order != JPKI_ALONE)
			assert_int_equal(ERR_peek_error(), 0);
		assert_int_equal(X509_check_private_key(cert, sign), 0);
		assert_int_equal(X509_check_private_key(ca, key), 0);
		ERR_clear_error();
		EVP_PKEY_free(key);
		EVP_PKEY_free(twin);
		EVP_PKEY_free(sign);
		EVP_PKEY_free(pub);
		X509_free(cert);
		X509_free(ca);
		bench_stop(&bench);
	}
}

/* What is private never leaves, what is public does; and asking leaves no
 * error behind. */
static void
exports(void **state)
{
	unsigned char *der = NULL;
	OSSL_PARAM *params = NULL;
	struct bench bench;
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key;
	BIGNUM *n = NULL;
	X509 *cert;
	BIO *bio;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_int_equal(EVP_PKEY_todata(key, EVP_PKEY_KEYPAIR, &params), 0);
	assert_null(params);
	assert_int_equal(ERR_peek_error(), 0);
	assert_int_equal(EVP_PKEY_todata(key, EVP_PKEY_PUBLIC_KEY, &params),
	    1);
	assert_non_null(OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_RSA_N));
	assert_null(OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_RSA_D));
	OSSL_PARAM_free(params);
	assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N,
	    &n), 1);
	assert_int_equal(BN_num_bits(n), 2048);
	BN_free(n);
	n = NULL;
	assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_D,
	    &n), 0);
	ERR_clear_error();

	assert_non_null(bio = BIO_new(BIO_s_mem()));
	assert_int_equal(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0,
	    NULL, NULL), 0);
	assert_int_equal(BIO_pending(bio), 0);
	assert_true(i2d_PrivateKey(key, &der) <= 0);
	ERR_clear_error();
	assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
	BIO_free(bio);

	assert_int_equal(EVP_PKEY_get_security_bits(key), 112);
	assert_non_null(ctx = EVP_PKEY_CTX_new_from_pkey(bench.libctx, key,
	    NULL));
	assert_int_equal(EVP_PKEY_public_check(ctx), 1);
	assert_int_equal(EVP_PKEY_check(ctx), 1);
	EVP_PKEY_CTX_free(ctx);

	/* Still usable. */
	cert = bench_cert(&bench, "jpki:auth", NULL);
	assert_int_equal(X509_check_private_key(cert, key), 1);
	assert_int_equal(ERR_peek_error(), 0);
	X509_free(cert);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* A public key of the store does what any public key does. */
static void
public_keys(void **state)
{
	struct answer answer = { .pass = NULL };
	unsigned char sig[512], out[512];
	OSSL_STORE_INFO *info;
	struct bench bench;
	enum order order;
	EVP_PKEY *key, *pub;
	size_t len;

	(void)state;
	for (order = JPKI_LAST; order <= JPKI_ALONE; order++) {
		bench_start(&bench, order, "card");
		info = bench_load(&bench, "jpki:auth", OSSL_STORE_INFO_PUBKEY,
		    &answer);
		assert_non_null(info);
		pub = OSSL_STORE_INFO_get0_PUBKEY(info);
		key = bench_key(&bench, "jpki:auth", AUTH_PIN);
		assert_int_equal(bench_sign(&bench, key, "SHA256", false, sig,
		    &len), 1);
		if (order != JPKI_ALONE) {
			EVP_PKEY_CTX *ctx;
			size_t out_len = sizeof(out);

			ctx = EVP_PKEY_CTX_new_from_pkey(bench.libctx, pub,
			    NULL);
			assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
			assert_int_equal(EVP_PKEY_encrypt(ctx, out, &out_len,
			    sig, 16), 1);
			EVP_PKEY_CTX_free(ctx);
		}
		assert_int_equal(bench_sign(&bench, pub, "SHA256", false, out,
		    &len), 0);
		ERR_clear_error();
		OSSL_STORE_INFO_free(info);
		EVP_PKEY_free(key);
		bench_stop(&bench);
	}
	assert_int_equal(answer.asked, 0);
}

/* Verification through our own operation is OpenSSL's, with all it can. */
static void
verifying(void **state)
{
	static const char text[] = "hello";
	unsigned char sig[512];
	struct bench bench;
	EVP_MD_CTX *ctx;
	EVP_PKEY *key;
	size_t len;

	(void)state;
	bench_start(&bench, JPKI_FIRST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_int_equal(bench_sign(&bench, key, "SHA512", false, sig, &len),
	    1);
	assert_non_null(ctx = EVP_MD_CTX_new());
	assert_int_equal(EVP_DigestVerifyInit_ex(ctx, NULL, "SHA512",
	    bench.libctx, NULL, key, NULL), 1);
	assert_int_equal(EVP_DigestVerify(ctx, sig, len,
	    (const unsigned char *)text, sizeof(text)), 1);
	EVP_MD_CTX_free(ctx);
	assert_int_equal(ERR_peek_error(), 0);
	assert_non_null(ctx = EVP_MD_CTX_new());
	assert_int_equal(EVP_DigestVerifyInit_ex(ctx, NULL, "SHA1",
	    bench.libctx, NULL, key, NULL), 1);
	assert_int_equal(EVP_DigestVerify(ctx, sig, len,
	    (const unsigned char *)text, sizeof(text)), 0);
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* Keys in files are not ours, in whatever order the providers are loaded. */
static void
other_keys(void **state)
{
	unsigned char sig[512];
	struct bench bench;
	enum order order;
	EVP_PKEY *key;
	size_t len;

	(void)state;
	for (order = JPKI_LAST; order <= JPKI_FIRST; order++) {
		bench_start(&bench, order, "card");
		bench_count();
		key = EVP_PKEY_Q_keygen(bench.libctx, "provider!=jpki", "RSA",
		    (size_t)2048);
		assert_non_null(key);
		assert_int_equal(bench_sign(&bench, key, "SHA1", false, sig,
		    &len), 1);
		EVP_PKEY_free(key);
		key = EVP_PKEY_Q_keygen(bench.libctx, NULL, "EC", "P-256");
		assert_non_null(key);
		EVP_PKEY_free(key);
		assert_int_equal(bench_counted().all, 0);
		assert_int_equal(ERR_peek_error(), 0);
		bench_stop(&bench);
	}
}

static int
signs_hello(const struct bench *bench, EVP_PKEY *key)
{
	unsigned char sig[512];
	size_t len;

	return bench_sign(bench, key, "SHA256", false, sig, &len);
}

/* The sign key is loaded without sending the password: the first signature
 * tells that it is wrong, once; who asks again asks the holder again. */
static void
wrong_password(void **state)
{
	struct answer answer = { .pass = "WRONG1" };
	OSSL_STORE_INFO *key;
	struct bench bench;
	int i;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	for (i = 1; i <= 2; i++) {
		bench_count();
		key = bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_PKEY,
		    &answer);
		assert_non_null(key);
		assert_int_equal(bench_counted().verify, 0);
		assert_int_equal(answer.asked, i);
		bench_count();
		assert_int_equal(signs_hello(&bench, OSSL_STORE_INFO_get0_PKEY(key)),
		    0);
		assert_true(bench_error("4 tries left"));
		assert_int_equal(signs_hello(&bench, OSSL_STORE_INFO_get0_PKEY(key)),
		    0);
		assert_true(bench_error("nothing more was sent"));
		assert_int_equal(bench_counted().verify, i == 1);
		assert_int_equal(bench_tries(&bench), 34);
		OSSL_STORE_INFO_free(key);
	}
	answer.pass = SIGN_PIN;
	key = bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_PKEY, &answer);
	assert_non_null(key);
	assert_int_equal(signs_hello(&bench, OSSL_STORE_INFO_get0_PKEY(key)), 1);
	assert_int_equal(bench_tries(&bench), 35);
	OSSL_STORE_INFO_free(key);
	bench_stop(&bench);
}

/* One prompt as well where the key comes first. */
static void
key_first(void **state)
{
	struct answer answer = { .pass = SIGN_PIN };
	OSSL_STORE_INFO *cert, *key;
	struct bench bench;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	key = bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_PKEY, &answer);
	assert_non_null(key);
	cert = bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_CERT, &answer);
	assert_non_null(cert);
	assert_int_equal(answer.asked, 1);
	assert_int_equal(X509_check_private_key(
	    OSSL_STORE_INFO_get0_CERT(cert), OSSL_STORE_INFO_get0_PKEY(key)),
	    1);
	assert_int_equal(signs_hello(&bench, OSSL_STORE_INFO_get0_PKEY(key)), 1);
	OSSL_STORE_INFO_free(cert);
	OSSL_STORE_INFO_free(key);
	assert_int_equal(ERR_peek_error(), 0);
	bench_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_password),
		cmocka_unit_test(key_first),
		cmocka_unit_test(every_digest),
		ROW_TEST(refused_digests),
		ROW_TEST(salt_lengths),
		ROW_TEST(raw_input),
		cmocka_unit_test(again),
		cmocka_unit_test(settings),
		cmocka_unit_test(other_paddings),
		cmocka_unit_test(contexts),
		cmocka_unit_test(algorithm_identifiers),
		cmocka_unit_test(pairs),
		cmocka_unit_test(exports),
		cmocka_unit_test(public_keys),
		cmocka_unit_test(verifying),
		cmocka_unit_test(other_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
