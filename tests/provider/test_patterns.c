/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How programs that know nothing of cards use OpenSSL: .NET, programs that
 * have no UI or one that always answers the same, threads that come and go
 * with library contexts of their own, and programs that leave without a word.
 */
#include "bench.h"

#include <sys/wait.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/ui.h>

/* A PIN in a file, as those who cannot be asked have it. */
static void
pin_file(char path[32], const char *pin)
{
	size_t len = strlen(pin);
	int fd;

	strcpy(path, "/tmp/jpki-pin-XXXXXX");
	assert_true((fd = mkstemp(path)) >= 0);
	assert_int_equal(write(fd, pin, len), len);
	close(fd);
}

/* SafeEvpPKeyHandle.OpenKeyFromProvider(): a context with nothing but this
 * provider, no UI, no expectation; the first private key wins. */
static EVP_PKEY *
dotnet_open(OSSL_LIB_CTX *libctx, const char *uri)
{
	OSSL_STORE_CTX *store;
	OSSL_STORE_INFO *info;
	EVP_PKEY *key = NULL;
	int rounds = 0;

	store = OSSL_STORE_open_ex(uri, libctx, NULL, NULL, NULL, NULL, NULL,
	    NULL);
	while (store != NULL && key == NULL && !OSSL_STORE_eof(store)) {
		assert_true(++rounds < 10);
		if ((info = OSSL_STORE_load(store)) == NULL)
			continue;
		if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
			key = OSSL_STORE_INFO_get1_PKEY(info);
		OSSL_STORE_INFO_free(info);
	}
	OSSL_STORE_close(store);
	return key;
}

/* RSAOpenSsl.SignHash(): the digest is the application's, from a context that
 * this provider is not in. */
static int
dotnet_sign(OSSL_LIB_CTX *libctx, EVP_PKEY *key, int padding,
    const unsigned char hash[32], unsigned char *sig, size_t *len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(libctx, key, NULL);
	int ok;

	ok = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, padding) == 1 &&
	    (padding != RSA_PKCS1_PSS_PADDING ||
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) ==
	    1) &&
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
	    EVP_PKEY_sign(ctx, NULL, len, hash, 32) == 1 && *len == 256 &&
	    EVP_PKEY_sign(ctx, sig, len, hash, 32) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static void
dotnet(void **state)
{
	static const int paddings[] = {
		RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING
	};
	unsigned char hash[32], sig[512];
	EVP_PKEY *key, *pub;
	struct bench bench, configured;
	char pin[32], conf[32], uri[256];
	FILE *file;
	size_t i, len;
	X509 *cert;

	(void)state;
	bench_start(&bench, JPKI_ALONE, "card");
	assert_int_equal(EVP_Digest("hello", 6, hash, NULL, EVP_sha256(),
	    NULL), 1);
	pin_file(pin, AUTH_PIN "\n");
	snprintf(uri, sizeof(uri), "jpki://auth?reader=soft:%s"
	    "&pin-source=file:%s", bench.card, pin);
	bench_count();
	assert_non_null(key = dotnet_open(bench.libctx, uri));
	assert_int_equal(bench_counted().verify, 0);
	assert_int_equal(EVP_PKEY_get_base_id(key), EVP_PKEY_RSA);
	assert_int_equal(EVP_PKEY_get_size(key), 256);

	/* Verified by OpenSSL as it is everywhere else. */
	cert = bench_cert(&bench, "jpki:auth", NULL);
	{
		unsigned char *der = NULL;
		const unsigned char *p;
		X509 *plain;
		int n = i2d_X509(cert, &der);

		p = der;
		assert_non_null(plain = d2i_X509(NULL, &p, n));
		assert_non_null(pub = X509_get_pubkey(plain));
		X509_free(plain);
		OPENSSL_free(der);
	}
	for (i = 0; i < 2; i++) {
		bench_count();
		assert_int_equal(dotnet_sign(bench.libctx, key, paddings[i],
		    hash, sig, &len), 1);
		assert_int_equal(bench_counted().sign, 1);
		assert_int_equal(bench_verify(pub, "SHA256", i == 1, sig, len),
		    1);
	}
	assert_int_equal(ERR_peek_error(), 0);
	EVP_PKEY_free(key);

	/* The same with the PIN's source in the configuration. */
	pin_file(conf, "");
	assert_non_null(file = fopen(conf, "w"));
	fprintf(file, "reader = soft:%s\npin-source.auth = file:%s\n",
	    bench.card, pin);
	fclose(file);
	setenv("JPKI_CONF", conf, 1);
	configured = bench;
	memset(configured.provs, 0, sizeof(configured.provs));
	bench_load_providers(&configured, JPKI_ALONE);
	assert_non_null(key = dotnet_open(configured.libctx, "jpki://auth"));
	assert_int_equal(dotnet_sign(configured.libctx, key,
	    RSA_PKCS1_PADDING, hash, sig, &len), 1);
	assert_int_equal(bench_verify(pub, "SHA256", false, sig, len), 1);
	assert_int_equal(ERR_peek_error(), 0);
	EVP_PKEY_free(key);
	bench_unload_providers(&configured);
	unsetenv("JPKI_CONF");
	unlink(conf);

	/* Nobody gave a PIN: the key is there, signing says what is missing. */
	snprintf(uri, sizeof(uri), "jpki://auth?reader=soft:%s", bench.card);
	assert_non_null(key = dotnet_open(bench.libctx, uri));
	assert_int_equal(dotnet_sign(bench.libctx, key, RSA_PKCS1_PADDING,
	    hash, sig, &len), 0);
	assert_true(bench_error("needs the PIN"));
	EVP_PKEY_free(key);
	assert_int_equal(bench_tries(&bench), 35);

	/* And a wrong one, over and over. */
	unlink(pin);
	pin_file(pin, "9999\n");
	snprintf(uri, sizeof(uri), "jpki://auth?reader=soft:%s"
	    "&pin-source=file:%s", bench.card, pin);
	assert_non_null(key = dotnet_open(bench.libctx, uri));
	for (i = 0; i < 10; i++)
		assert_int_equal(dotnet_sign(bench.libctx, key,
		    RSA_PKCS1_PADDING, hash, sig, &len), 0);
	ERR_clear_error();
	assert_int_equal(bench_tries(&bench), 25);
	unlink(pin);
	EVP_PKEY_free(key);
	EVP_PKEY_free(pub);
	X509_free(cert);
	bench_stop(&bench);
}

/* A key alone loads without its PIN: the first signature tells, the others send
 * nothing. */
static void
sign_always(const struct bench *bench, OSSL_STORE_CTX *store)
{
	OSSL_STORE_INFO *info;
	unsigned char sig[512];
	EVP_PKEY *key;
	size_t len;
	int i;

	assert_non_null(info = OSSL_STORE_load(store));
	assert_non_null(key = OSSL_STORE_INFO_get1_PKEY(info));
	assert_int_equal(bench_sign(bench, key, "SHA256", false, sig, &len),
	    0);
	assert_true(bench_error("4 tries left"));
	for (i = 1; i < 50; i++)
		assert_int_equal(bench_sign(bench, key, "SHA256", false, sig,
		    &len), 0);
	ERR_clear_error();
	EVP_PKEY_free(key);
	OSSL_STORE_INFO_free(info);
}

/* Whatever is expected, and whoever is asked: a wrong PIN is one try. The loop
 * goes on as no program should. */
static void
always_the_same(void **state)
{
	static const int kinds[] = {
		0, OSSL_STORE_INFO_CERT, OSSL_STORE_INFO_PKEY,
		OSSL_STORE_INFO_PUBKEY
	};
	struct answer wrong = { .pass = "XYZ999" };
	char pin[32], uri[128];
	OSSL_STORE_CTX *store;
	struct bench bench;
	int i, ui;
	size_t k;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	pin_file(pin, "XYZ999\n");
	for (k = 0; k < 4; k++) {
		for (ui = 0; ui < 2; ui++) {
			snprintf(uri, sizeof(uri), "jpki://sign%s%s", ui ? "" :
			    "?pin-source=file:", ui ? "" : pin);
			store = bench_open(&bench, uri, ui ? &wrong : NULL);
			assert_non_null(store);
			assert_int_equal(OSSL_STORE_expect(store, kinds[k]),
			    1);
			bench_count();
			if (kinds[k] == OSSL_STORE_INFO_PKEY)
				sign_always(&bench, store);
			for (i = 0; i < 50; i++)
				assert_null(OSSL_STORE_load(store));
			assert_int_equal(bench_counted().verify, 1);
			assert_int_equal(OSSL_STORE_eof(store), 1);
			OSSL_STORE_close(store);
			assert_true(kinds[k] == OSSL_STORE_INFO_PKEY ||
			    bench_error("4 tries left"));
			assert_int_equal(bench_tries(&bench), 34);
			bench_unlock(&bench);
		}
	}
	assert_int_equal(wrong.asked, 4);
	unlink(pin);
	bench_stop(&bench);
}

/* Work on keys in files leaves no error behind, in any company. */
static void
error_queue(void **state)
{
	struct bench bench;
	enum order order;
	OSSL_STORE_INFO *info;
	OSSL_STORE_CTX *store;
	unsigned char sig[512];
	EVP_PKEY *key;
	size_t len;
	char path[4096];

	(void)state;
	for (order = JPKI_LAST; order <= JPKI_FIRST; order++) {
		bench_start(&bench, order, "card");
		snprintf(path, sizeof(path), "%s/auth.key", bench.card);
		bench_count();
		store = OSSL_STORE_open_ex(path, bench.libctx, NULL, NULL,
		    NULL, NULL, NULL, NULL);
		assert_non_null(store);
		assert_int_equal(OSSL_STORE_expect(store,
		    OSSL_STORE_INFO_PKEY), 1);
		assert_non_null(info = OSSL_STORE_load(store));
		assert_non_null(key = OSSL_STORE_INFO_get1_PKEY(info));
		OSSL_STORE_INFO_free(info);
		OSSL_STORE_close(store);
		assert_int_equal(ERR_peek_error(), 0);
		assert_int_equal(bench_sign(&bench, key, "SHA1", false, sig,
		    &len), 1);
		assert_int_equal(bench_verify(key, "SHA1", false, sig, len),
		    1);
		assert_int_equal(ERR_peek_error(), 0);
		assert_int_equal(bench_counted().all, 0);
		EVP_PKEY_free(key);
		bench_stop(&bench);
	}
}

#define N_THREADS 16
#define N_ROUNDS 3

struct job {
	const struct bench *bench;
	EVP_PKEY *keys[2];
	atomic_int *made, *stop;
};

static void *
sign_with_both(void *arg)
{
	struct job *job = arg;
	unsigned char sig[512];
	size_t len;
	int i;

	for (i = 0; i < N_ROUNDS * 2; i++)
		if (bench_sign(job->bench, job->keys[i % 2], "SHA256", false,
		    sig, &len))
			atomic_fetch_add(job->made, 1);
	return NULL;
}

/* Loads the provider into a context of its own, uses it, and lets it go. */
static void *
come_and_go(void *arg)
{
	struct job *job = arg;
	struct bench own = *job->bench;
	int rounds = 0;
	X509 *cert;

	while (rounds++ == 0 || !atomic_load(job->stop)) {
		memset(own.provs, 0, sizeof(own.provs));
		bench_load_providers(&own, JPKI_LAST);
		if ((cert = bench_cert(&own, "jpki:auth", NULL)) == NULL)
			atomic_fetch_sub(job->made, 1);
		X509_free(cert);
		bench_unload_providers(&own);
	}
	return NULL;
}

static void
threads_and_contexts(void **state)
{
	atomic_int made = 0, stop = 0;
	pthread_t ids[N_THREADS], other;
	struct bench bench;
	struct job job;
	int i;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	job = (struct job){ &bench, { NULL, NULL }, &made, &stop };
	job.keys[0] = bench_key(&bench, "jpki:auth", AUTH_PIN);
	job.keys[1] = bench_key(&bench, "jpki:sign", SIGN_PIN);
	assert_non_null(job.keys[0]);
	assert_non_null(job.keys[1]);
	assert_int_equal(pthread_create(&other, NULL, come_and_go, &job), 0);
	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&ids[i], NULL, sign_with_both,
		    &job), 0);
	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_join(ids[i], NULL), 0);
	atomic_store(&stop, 1);
	assert_int_equal(pthread_join(other, NULL), 0);
	assert_int_equal(made, N_THREADS * N_ROUNDS * 2);
	assert_int_equal(bench_tries(&bench), 35);
	EVP_PKEY_free(job.keys[0]);
	EVP_PKEY_free(job.keys[1]);
	bench_stop(&bench);
}

/* A program that ends in the middle: by exit(), with keys, stores and the
 * provider as they are. */
static void
leaving(void **state)
{
	struct answer answer = { .pass = SIGN_PIN };
	struct bench bench;
	int status = -1;
	pid_t pid;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	fflush(NULL);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		EVP_PKEY *key = bench_key(&bench, "jpki:auth", AUTH_PIN);
		unsigned char sig[512];
		size_t len;

		alarm(600);
		if (bench_open(&bench, "jpki://sign", &answer) == NULL ||
		    OSSL_PROVIDER_load(NULL, "jpki") == NULL ||
		    !bench_sign(&bench, key, "SHA256", false, sig, &len))
			_exit(1);
		OPENSSL_cleanup();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(bench_tries(&bench), 35);
	bench_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dotnet),
		cmocka_unit_test(always_the_same),
		cmocka_unit_test(error_queue),
		cmocka_unit_test(threads_and_contexts),
		cmocka_unit_test(leaving),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
