/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The n-th allocation fails, for n = 0, 1, 2 ... until a whole job goes
 * through: each one that the provider makes through libcrypto, and a sample of
 * those that libcrypto makes itself. A failure may fail the job; it may not
 * crash, leak, or spend more than one try.
 *
 * Each job is done once on another card before, and libcrypto's turn begins
 * when the store is open, because libcrypto 3.0 itself does not survive every
 * failure while it looks for algorithms and opens stores.
 *
 * JPKI_TORTURE_STRIDE=N takes every N-th of libcrypto's.
 */
#include "bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#define STRIDE 397

static long countdown = -1;	/* -1: off */
static bool only_ours, failed;

/* libcrypto can be built so that it does not name its files. */
static bool
of(const char *file, const char *part)
{
	return file != NULL && strstr(file, part) != NULL;
}

static bool
fails(const char *file)
{
	/* libcrypto 3.0 does not look whether its hash tables grew. */
	if (countdown < 0 || of(file, "lhash.c") ||
	    (only_ours && !of(file, "provider/")) || countdown-- > 0)
		return false;
	failed = true;
	return true;
}

/* LeakSanitizer's, where it is linked. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

/* While libcrypto's own allocations fail, its own leaks are its own. */
static void *
alloc(size_t n, const char *file, int line)
{
	bool blind = !only_ours && __lsan_disable != NULL &&
	    !of(file, "provider/");
	void *p;

	(void)line;
	if (n == 0 || fails(file))
		return NULL;
	if (blind)
		__lsan_disable();
	p = malloc(n);
	if (blind)
		__lsan_enable();
	return p;
}

static void *
resize(void *p, size_t n, const char *file, int line)
{
	(void)line;
	if (n > 0)
		return fails(file) ? NULL : realloc(p, n);
	free(p);
	return NULL;
}

static void
release(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

/* Loads without the assertions of the bench. */
static EVP_PKEY *
load(const struct bench *bench, const char *uri, const char *pass)
{
	struct answer answer = { .pass = pass };
	EVP_PKEY *key = NULL;
	OSSL_STORE_INFO *info;
	OSSL_STORE_CTX *store;
	long n = countdown;
	int rounds = 0;

	if (!only_ours)
		countdown = -1;
	store = bench_open(bench, uri, &answer);
	countdown = only_ours ? countdown : n;
	if (store == NULL)
		return NULL;
	if (OSSL_STORE_expect(store, OSSL_STORE_INFO_PKEY) == 1) {
		while (key == NULL && !OSSL_STORE_eof(store) &&
		    ++rounds < 10) {
			if ((info = OSSL_STORE_load(store)) == NULL)
				continue;
			key = OSSL_STORE_INFO_get1_PKEY(info);
			OSSL_STORE_INFO_free(info);
		}
	}
	OSSL_STORE_close(store);
	assert_true(rounds < 10);
	return key;
}

struct job {
	const char *uri;
	const char *right;
	const char *pass;
	bool pss;
	int good;		/* tries after a run that went through */
};

static bool
run(const struct bench *bench, const struct job *job, const char *pass)
{
	unsigned char sig[512];
	EVP_PKEY *key;
	bool ok = false;
	size_t len;

	if ((key = load(bench, job->uri, pass)) != NULL)
		ok = bench_sign(bench, key, "SHA256", job->pss, sig, &len);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok;
}

static void
torture_with(const struct job *job, long step)
{
	struct bench bench, other;
	int tries;
	long n;

	bench_start(&bench, JPKI_LAST, "card");
	bench_unload_providers(&bench);
	bench_start(&other, JPKI_LAST, "card");
	unsetenv("JPKI_DEBUG");
	failed = true;
	for (n = 0; failed; n += step) {
		bench_unload_providers(&other);
		bench_load_providers(&other, JPKI_LAST);
		assert_true(run(&other, job, job->right));
		bench.libctx = other.libctx;

		failed = false;
		countdown = n;
		(void)run(&bench, job, job->pass);
		countdown = -1;
		tries = bench_tries(&bench);
		if (tries != 35 && tries != job->good)
			fail_msg("allocation %ld: tries are %d", n, tries);
		if (!failed)
			assert_int_equal(tries, job->good);
		if (tries != 35)
			bench_unlock(&bench);
	}
	bench_stop(&other);
	tempcard_remove(bench.card);
	print_message("%ld allocations, step %ld\n", n, step);
}

static void
torture(const struct job *job)
{
	const char *stride = getenv("JPKI_TORTURE_STRIDE");

	only_ours = true;
	torture_with(job, 1);
	only_ours = false;
	torture_with(job, stride != NULL ? atol(stride) : STRIDE);
}

static void
right_pin(void **state)
{
	(void)state;
	torture(&(struct job){ "jpki:auth", AUTH_PIN, AUTH_PIN, true, 35 });
}

static void
right_password(void **state)
{
	(void)state;
	torture(&(struct job){ "jpki:sign", SIGN_PIN, SIGN_PIN, false, 35 });
}

static void
wrong_pin(void **state)
{
	(void)state;
	torture(&(struct job){ "jpki:auth", AUTH_PIN, "9999", false, 25 });
}

static void
wrong_password(void **state)
{
	(void)state;
	torture(&(struct job){ "jpki:sign", SIGN_PIN, "WRONG1", false, 34 });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_pin),
		cmocka_unit_test(right_password),
		cmocka_unit_test(wrong_pin),
		cmocka_unit_test(wrong_password),
	};

	if (CRYPTO_set_mem_functions(alloc, resize,
	    release) != 1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
