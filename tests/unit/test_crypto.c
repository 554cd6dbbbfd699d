/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that are checked, and the DER that names their algorithms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <pthread.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <jpki.h>
#include <jpki/framework/digestinfo.h>

#include "certificate/cert.h"
#include "certs.h"
#include "crypto/libcrypto.h"
#include "row.h"

/* Signs a digest of zeroes; -1 for the salt: PKCS#1 v1.5. */
static void
sign(const EVP_MD *md, int salt, uint8_t sig[256])
{
	uint8_t digest[EVP_MAX_MD_SIZE] = { 0 };
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(certs.key, NULL);
	size_t len = 256;

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_true(EVP_PKEY_CTX_set_rsa_padding(ctx, salt < 0 ?
	    RSA_PKCS1_PADDING : RSA_PKCS1_PSS_PADDING) > 0);
	assert_true(EVP_PKEY_CTX_set_signature_md(ctx, md) > 0);
	if (salt >= 0)
		assert_true(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt) > 0);
	assert_int_equal(EVP_PKEY_sign(ctx, sig, &len, digest,
	    (size_t)EVP_MD_get_size(md)), 1);
	EVP_PKEY_CTX_free(ctx);
}

static void
verify(void **state)
{
	static const struct {
		int salt;
		enum jpki_md md;
	} rows[] = {
		{ -1, JPKI_MD_SHA256 }, { -1, JPKI_MD_SHA384 },
		{ -1, JPKI_MD_SHA512 }, { 32, JPKI_MD_SHA256 }
	};
	const EVP_MD *mds[] = { EVP_sha256(), EVP_sha384(), EVP_sha512() };
	struct jpki_cert *cert = certs_parse(&certs, certs.cert[0]);
	uint8_t digest[64], sig[256];
	enum jpki_padding right, wrong;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row("%s, salt %d", jpki_md_name(rows[i].md), rows[i].salt);

		memset(digest, 0, sizeof(digest));
		len = (size_t)EVP_MD_get_size(mds[rows[i].md - 1]);
		right = rows[i].salt < 0 ? JPKI_PADDING_PKCS1 :
		    JPKI_PADDING_PSS;
		wrong = rows[i].salt < 0 ? JPKI_PADDING_PSS :
		    JPKI_PADDING_PKCS1;
		sign(mds[rows[i].md - 1], rows[i].salt, sig);
		assert_code(jpkip_cert_verify(certs.ctx, cert, right,
		    rows[i].md, digest, len, sig, 256), 0);
		assert_code(jpkip_cert_verify(certs.ctx, cert, wrong,
		    rows[i].md, digest, len, sig, 256), JPKI_ERR_SIGNATURE);
		assert_code(jpkip_cert_verify(certs.ctx, cert, right,
		    rows[i].md, digest, len, sig, 255), JPKI_ERR_SIGNATURE);
		assert_code(jpkip_cert_verify(certs.ctx, cert, right,
		    rows[i].md, digest, len - 1, sig, 256), JPKI_ERR_DIGEST);
		digest[len - 1] = 1;
		assert_code(jpkip_cert_verify(certs.ctx, cert, right,
		    rows[i].md, digest, len, sig, 256), JPKI_ERR_SIGNATURE);
		digest[len - 1] = 0;
		sig[0] = 0xff;
		assert_code(jpkip_cert_verify(certs.ctx, cert, right,
		    rows[i].md, digest, len, sig, 256), JPKI_ERR_SIGNATURE);
	}
	jpki_cert_free(&cert);
}

/* PSS is right with the card's own salt alone, which has 32 bytes. */
static void
salts(void **state)
{
	static const int lens[] = { 0, 1, 20, 31, 33, 64, 222 };
	struct jpki_cert *cert = certs_parse(&certs, certs.cert[0]);
	uint8_t digest[32] = { 0 }, sig[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		row("salt %d", lens[i]);
		sign(EVP_sha256(), lens[i], sig);
		assert_code(jpkip_cert_verify(certs.ctx, cert,
		    JPKI_PADDING_PSS, JPKI_MD_SHA256, digest, sizeof(digest),
		    sig, sizeof(sig)), JPKI_ERR_SIGNATURE);
	}
	jpki_cert_free(&cert);
}

/* What others left in libcrypto's error queue stays there, nothing is added. */
static void
error_queue(void **state)
{
	struct jpki_cert *cert = certs_parse(&certs, certs.cert[0]);
	uint8_t digest[32] = { 0 }, sig[256] = { 0 };

	(void)state;
	ERR_clear_error();
	ERR_raise(ERR_LIB_USER, 7);
	assert_code(jpkip_cert_verify(certs.ctx, cert,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, 256),
	    JPKI_ERR_SIGNATURE);
	assert_int_equal(ERR_GET_REASON(ERR_get_error()), 7);
	assert_int_equal(ERR_get_error(), 0);
	jpki_cert_free(&cert);
}

/* The AlgorithmIdentifiers are those that OpenSSL puts into certificates. */
static void
algorithms(void **state)
{
	static const struct {
		enum jpki_padding padding;
		enum jpki_md md;
	} table[] = {
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA256 },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA384 },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA512 },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA1 },
		{ JPKI_PADDING_PSS, JPKI_MD_SHA256 },
	};
	EVP_PKEY *key = EVP_RSA_gen(2048);
	size_t i, len;

	(void)state;
	assert_non_null(key);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint8_t want[128];
		OSSL_PARAM params[] = {
			OSSL_PARAM_octet_string("algorithm-id", want,
			    sizeof(want)),
			OSSL_PARAM_END
		};
		EVP_MD_CTX *ctx = EVP_MD_CTX_new();
		EVP_PKEY_CTX *pctx;
		row("padding %d, %s", (int)table[i].padding,
		    jpki_md_name(table[i].md));

		assert_int_equal(EVP_DigestSignInit_ex(ctx, &pctx,
		    jpki_md_name(table[i].md), NULL, NULL, key, NULL), 1);
		if (table[i].padding == JPKI_PADDING_PSS) {
			assert_true(EVP_PKEY_CTX_set_rsa_padding(pctx,
			    RSA_PKCS1_PSS_PADDING) > 0);
			assert_true(EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx,
			    32) > 0);
		}
		assert_int_equal(EVP_PKEY_CTX_get_params(pctx, params), 1);
		assert_non_null(jpki_signature_algorithm(table[i].padding,
		    table[i].md, &len));
		assert_int_equal(len, params[0].return_size);
		assert_memory_equal(jpki_signature_algorithm(table[i].padding,
		    table[i].md, &len), want, len);
		EVP_MD_CTX_free(ctx);
	}
	EVP_PKEY_free(key);
}

/* ---- One library context for the process ---- */

static int
verifies(struct jpki_ctx *ctx, struct jpki_cert *cert, const uint8_t *sig)
{
	const uint8_t digest[32] = { 0 };

	return jpkip_cert_verify(ctx, cert, JPKI_PADDING_PKCS1,
	    JPKI_MD_SHA256, digest, sizeof(digest), sig, 256);
}

/* One after another, and many at once: what libcrypto has 128 of in a process
 * is not used up. */
static void
a_thousand_contexts(void **state)
{
	struct jpki_cert *cert = certs_parse(&certs, certs.cert[0]);
	struct jpki_ctx *ctx[1000];
	uint8_t sig[256];
	size_t i;
	int first;

	(void)state;
	sign(EVP_sha256(), -1, sig);
	assert_code(verifies(certs.ctx, cert, sig), 0);
	first = ERR_get_next_error_library();
	for (i = 0; i < 1000; i++) {
		assert_non_null(ctx[i] = jpki_ctx_new());
		assert_code(verifies(ctx[i], cert, sig), 0);
		sig[i % 256] ^= 1;
		assert_code(verifies(ctx[i], cert, sig), JPKI_ERR_SIGNATURE);
		sig[i % 256] ^= 1;
		assert_ptr_equal(jpkip_crypto(ctx[i]),
		    jpkip_crypto(certs.ctx));
		if (i % 2 == 0)
			jpki_ctx_free(&ctx[i]);
	}
	for (i = 1; i < 1000; i += 2)
		jpki_ctx_free(&ctx[i]);
	assert_int_equal(ERR_get_next_error_library(), first + 1);
	jpki_cert_free(&cert);
}

static void *
verify_often(void *arg)
{
	struct jpki_cert *cert = arg;
	struct jpki_ctx *ctx;
	uint8_t sig[256] = { 0 };
	intptr_t i, wrong = 0;

	for (i = 0; i < 50; i++) {
		ctx = jpki_ctx_new();
		wrong += verifies(ctx, cert, sig) == JPKI_ERR_SIGNATURE;
		jpki_ctx_free(&ctx);
	}
	return (void *)wrong;
}

/* While other threads use the parent's, a child does with one of its own all
 * that its parent did, also with what the parent had begun. */
static void
forks(void **state)
{
	struct jpki_cert *cert = certs_parse(&certs, certs.cert[0]);
	OSSL_LIB_CTX *lib = jpkip_crypto(certs.ctx);
	struct jpki_ctx *later;
	pthread_t threads[4];
	uint8_t sig[256];
	void *wrong;
	const int n = OTHER_THREADS(4);
	int i, r, status;
	pid_t pid;

	(void)state;
	sign(EVP_sha256(), -1, sig);
	assert_code(verifies(certs.ctx, cert, sig), 0);
	for (i = 0; i < n; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
		    verify_often, cert), 0);
	for (i = 0; i < 4; i++) {
		row("child %d", i);
		assert_true((pid = fork()) >= 0);
		if (pid == 0) {
			alarm(600);
			later = i % 2 == 0 ? jpki_ctx_new() : certs.ctx;
			r = verifies(later, cert, sig) == 0 &&
			    verifies(certs.ctx, cert, sig) == 0 &&
			    jpkip_crypto(later) == jpkip_crypto(certs.ctx) &&
			    jpkip_crypto(later) != lib;
			sig[0] ^= 1;
			r = r && verifies(later, cert, sig) ==
			    JPKI_ERR_SIGNATURE;
			jpki_cert_free(&cert);
			jpki_ctx_free(&later);
			/* What the parent's other threads had in hand is lost
			 * here; that is no leak of ours. */
			if (r)
				execl("/bin/true", "true", (char *)NULL);
			_exit(1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
	for (i = 0; i < n; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_int_equal((intptr_t)wrong, 50);
	}
	assert_code(verifies(certs.ctx, cert, sig), 0);
	assert_ptr_equal(jpkip_crypto(certs.ctx), lib);
	jpki_cert_free(&cert);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(verify),
		ROW_TEST(salts),
		cmocka_unit_test(error_queue),
		ROW_TEST(algorithms),
		cmocka_unit_test(a_thousand_contexts),
		ROW_TEST(forks),
	};

	return cmocka_run_group_tests(tests, certs_set_up, certs_tear_down);
}
