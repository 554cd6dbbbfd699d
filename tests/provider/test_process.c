/* SPDX-License-Identifier: Apache-2.0 */
/* Forked processes, threads, several library contexts, unloading. */
#include "bench.h"
#include "row.h"

#include <sys/wait.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>
#include <openssl/err.h>
#include <openssl/ui.h>

static int
signs(const struct bench *bench, EVP_PKEY *key)
{
	unsigned char sig[512];
	size_t len;

	return bench_sign(bench, key, "SHA256", false, sig, &len);
}

/* Runs fn in a forked process; its result. */
static int
in_child(int (*fn)(const struct bench *, EVP_PKEY *),
    const struct bench *bench, EVP_PKEY *key)
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		alarm(600);
		_exit(fn(bench, key));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* The auth key goes on in the child, whether its certificate is known yet or
 * not; the sign password does not. */
static void
forked(void **state)
{
	struct bench bench;
	EVP_PKEY *auth, *sign;
	X509 *cert;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	auth = bench_key(&bench, "jpki:auth", AUTH_PIN);
	assert_int_equal(in_child(signs, &bench, auth), 1);
	assert_int_equal(signs(&bench, auth), 1);
	cert = bench_cert(&bench, "jpki:auth", NULL);
	assert_int_equal(X509_check_private_key(cert, auth), 1);
	assert_int_equal(in_child(signs, &bench, auth), 1);
	assert_int_equal(in_child(signs, &bench, auth), 1);

	sign = bench_key(&bench, "jpki:sign", SIGN_PIN);
	assert_int_equal(in_child(signs, &bench, sign), 0);
	assert_int_equal(signs(&bench, sign), 1);
	assert_int_equal(bench_tries(&bench), 35);
	assert_int_equal(ERR_peek_error(), 0);
	EVP_PKEY_free(auth);
	EVP_PKEY_free(sign);
	X509_free(cert);
	bench_stop(&bench);
}

/* The card was swapped before the child reached it: it is sent nothing, though
 * nothing but its stay in the reader was known of the parent's. */
static void
forked_and_swapped(void **state)
{
	struct bench bench, other;
	EVP_PKEY *key;
	char path[TEMPCARD_MAX + 1];

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	bench_start(&other, JPKI_LAST, "child");
	key = bench_key(&bench, "jpki:auth", "9999");
	assert_non_null(key);
	/* Exchange the two directories. */
	snprintf(path, sizeof(path), "%s.", bench.card);
	assert_int_equal(rename(bench.card, path), 0);
	assert_int_equal(rename(other.card, bench.card), 0);
	assert_int_equal(rename(path, other.card), 0);
	assert_int_equal(in_child(signs, &bench, key), 0);
	assert_int_equal(signs(&bench, key), 0);
	assert_true(bench_error("another card"));
	assert_int_equal(bench_tries(&bench) / 10, 3);
	assert_int_equal(bench_tries(&other) / 10, 3);
	EVP_PKEY_free(key);
	bench_stop(&other);
	bench_stop(&bench);
}

/* Processes that come while another one's VERIFY is not answered yet: that a
 * PIN is being sent says nothing against it. */
static void
forked_while_the_pin_is_sent(void **state)
{
	struct bench bench;
	EVP_PKEY *key;
	pid_t pid[8];
	int i, status;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	key = bench_key(&bench, "jpki:auth", AUTH_PIN);
	bench_set(&bench, "delay-ms", "40");
	fflush(NULL);
	for (i = 0; i < 8; i++) {
		assert_true((pid[i] = fork()) >= 0);
		if (pid[i] == 0) {
			alarm(600);
			usleep((useconds_t)i * 25000);
			_exit(signs(&bench, key));
		}
	}
	for (i = 0; i < 8; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 1);
	}
	assert_int_equal(bench_tries(&bench), 35);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* A wrong PIN in the parent is wrong in its children, which have a copy. */
static int
signs_often(const struct bench *bench, EVP_PKEY *key)
{
	int i, n = 0;

	for (i = 0; i < 10; i++)
		n += signs(bench, key);
	return n;
}

static void
forked_wrong_pin(void **state)
{
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	key = bench_key(&bench, "jpki:auth", "9999");
	assert_int_equal(signs(&bench, key), 0);
	assert_int_equal(in_child(signs_often, &bench, key), 0);
	assert_int_equal(bench_tries(&bench), 25);
	ERR_clear_error();
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* The PIN is changed by another program: a key that keeps the old one finds
 * out once, however often it is used. */
static void
pin_changed_elsewhere(void **state)
{
	char reader[TEMPCARD_MAX + 8];
	struct bench bench;
	struct jpki_ctx *ctx;
	struct jpki_card *card;
	EVP_PKEY *key;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	key = bench_key(&bench, "jpki:auth", AUTH_PIN);
	assert_int_equal(signs(&bench, key), 1);
	snprintf(reader, sizeof(reader), "soft:%s", bench.card);
	assert_non_null(ctx = jpki_ctx_new());
	assert_code(jpki_card_open(ctx, reader, &card), 0);
	assert_code(jpki_pin_change(card, JPKI_PIN_AUTH, AUTH_PIN, 4,
	    "5179", 4, JPKI_TRIES_DEFAULT, 0, NULL), 0);
	jpki_card_close(&card);
	jpki_ctx_free(&ctx);
	assert_int_equal(signs_often(&bench, key), 0);
	assert_int_equal(bench_tries(&bench), 25);
	ERR_clear_error();
	EVP_PKEY_free(key);
	key = bench_key(&bench, "jpki:auth", "5179");
	assert_int_equal(signs(&bench, key), 1);
	EVP_PKEY_free(key);
	assert_int_equal(bench_tries(&bench), 35);
	bench_stop(&bench);
}

/* A PIN that nobody has tried yet, in the parent and in children that start
 * at the same moment: the first one to find out spends the try of all. */
static void
forked_untried_pin(void **state)
{
	struct bench bench;
	int i, status, gate[2];
	pid_t pid[4];
	EVP_PKEY *key;
	char byte;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	key = bench_key(&bench, "jpki:auth", "9999");
	assert_int_equal(pipe(gate), 0);
	for (i = 0; i < 4; i++) {
		assert_true((pid[i] = fork()) >= 0);
		if (pid[i] == 0) {
			alarm(600);
			close(gate[1]);
			_exit(read(gate[0], &byte, 1) == 0 &&
			    signs_often(&bench, key) == 0 ? 0 : 1);
		}
	}
	close(gate[1]);
	assert_int_equal(signs_often(&bench, key), 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	close(gate[0]);
	assert_int_equal(bench_tries(&bench), 25);
	ERR_clear_error();
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* A child notices that the card is another one, though no certificate was
 * read before. */
static void
forked_swapped_card(void **state)
{
	char other[TEMPCARD_MAX], aside[TEMPCARD_MAX + 8];
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	key = bench_key(&bench, "jpki:auth", AUTH_PIN);
	tempcard_make("child", other);
	snprintf(aside, sizeof(aside), "%s.aside", bench.card);
	assert_int_equal(rename(bench.card, aside), 0);
	assert_int_equal(rename(other, bench.card), 0);
	bench_count();
	assert_int_equal(in_child(signs, &bench, key), 0);
	assert_int_equal(bench_counted().verify, 0);
	ERR_clear_error();
	EVP_PKEY_free(key);
	tempcard_remove(aside);
	bench_stop(&bench);
}

/* Nothing was read of the card but what a signature needs: an earlier
 * signature tells whose card it is. */
static void
reinserted(void **state)
{
	struct bench bench;
	EVP_PKEY *key, *sign;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	key = bench_key(&bench, "jpki:auth", AUTH_PIN);
	sign = bench_key(&bench, "jpki:sign", SIGN_PIN);
	assert_int_equal(signs(&bench, key), 1);
	tempcard_insert(bench.card, "card");
	assert_int_equal(signs(&bench, key), 1);
	assert_int_equal(in_child(signs, &bench, key), 1);
	tempcard_insert(bench.card, "card");
	assert_int_equal(in_child(signs, &bench, key), 1);
	assert_int_equal(signs(&bench, key), 1);
	assert_int_equal(signs(&bench, sign), 1);
	assert_int_equal(ERR_peek_error(), 0);

	tempcard_insert(bench.card, "child");
	assert_int_equal(signs(&bench, key), 0);
	assert_true(bench_error("another card"));
	assert_int_equal(bench_tries(&bench) / 10, 3);
	EVP_PKEY_free(key);
	EVP_PKEY_free(sign);
	bench_stop(&bench);
}

/* The same for a key that was alone, with its witness only. */
static void
reinserted_witness(void **state)
{
	static const char *const cards[] = { "card", "child" };
	struct bench bench;
	EVP_PKEY *key;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		bench_start(&bench, JPKI_LAST, "card");
		key = bench_key(&bench, "jpki:auth", AUTH_PIN);
		assert_int_equal(signs(&bench, key), 1);
		tempcard_insert(bench.card, cards[i]);
		bench_count();
		assert_int_equal(signs(&bench, key), i == 0);
		assert_int_equal(bench_counted().verify, i == 0);
		assert_int_equal(bench_tries(&bench) / 10, 3);
		ERR_clear_error();
		EVP_PKEY_free(key);
		bench_stop(&bench);
	}
}

/* A PIN that was never used, and nothing known of the card: nothing proves
 * that it is the same one, so nothing is sent. */
static void
reinserted_unknown(void **state)
{
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	key = bench_key(&bench, "jpki:auth", AUTH_PIN);
	tempcard_insert(bench.card, "card");
	bench_count();
	assert_int_equal(signs(&bench, key), 0);
	assert_int_equal(bench_counted().verify, 0);
	assert_true(bench_error("another card"));
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* Apache forks while the pass phrase is asked for. */
static int
fork_in_prompt(UI *ui, UI_STRING *uis)
{
	const struct bench *bench = UI_get0_user_data(ui);
	struct answer answer = { .pass = NULL };
	OSSL_STORE_INFO *info;
	int status = -1;
	pid_t pid;

	if ((pid = fork()) == 0) {
		alarm(600);
		info = bench_load(bench, "jpki:auth", OSSL_STORE_INFO_CERT,
		    &answer);
		_exit(info != NULL ? 0 : 1);
	}
	if (waitpid(pid, &status, 0) != pid || status != 0)
		return 0;
	return UI_set_result(ui, uis, AUTH_PIN) == 0;
}

static void
fork_inside_the_prompt(void **state)
{
	UI_METHOD *method;
	OSSL_STORE_CTX *store;
	OSSL_STORE_INFO *info;
	struct bench bench;
	char uri[128];

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(method = UI_create_method("fork"));
	UI_method_set_reader(method, fork_in_prompt);
	snprintf(uri, sizeof(uri), "jpki:auth;type=private?reader=soft:%s",
	    bench.card);
	assert_non_null(store = OSSL_STORE_open_ex(uri, bench.libctx, NULL,
	    method, &bench, NULL, NULL, NULL));
	assert_non_null(info = OSSL_STORE_load(store));
	assert_int_equal(signs(&bench, OSSL_STORE_INFO_get0_PKEY(info)), 1);
	OSSL_STORE_INFO_free(info);
	OSSL_STORE_close(store);
	UI_destroy_method(method);
	bench_stop(&bench);
}

#define N_THREADS 16
#define N_ROUNDS 4

struct worker {
	const struct bench *bench;
	EVP_PKEY *shared;
	atomic_int *failures;
	int number;
};

/* Half of the threads sign with one key object, half load their own. */
static void *
work(void *arg)
{
	struct worker *worker = arg;
	unsigned char sig[512];
	EVP_PKEY *key;
	size_t len;
	int i;

	for (i = 0; i < N_ROUNDS; i++) {
		if (worker->number % 2) {
			key = worker->shared;
			EVP_PKEY_up_ref(key);
		} else {
			key = bench_key(worker->bench, "jpki:auth", AUTH_PIN);
		}
		if (key == NULL || !bench_sign(worker->bench, key, "SHA256",
		    i % 2, sig, &len) || EVP_PKEY_get_bits(key) != 2048)
			atomic_fetch_add(worker->failures, 1);
		EVP_PKEY_free(key);
	}
	return NULL;
}

static void
threads(void **state)
{
	struct worker workers[N_THREADS];
	pthread_t ids[N_THREADS];
	atomic_int failures = 0;
	struct bench bench;
	EVP_PKEY *key;
	int i;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	bench_count();
	for (i = 0; i < N_THREADS; i++) {
		workers[i] = (struct worker){ &bench, key, &failures, i };
		assert_int_equal(pthread_create(&ids[i], NULL, work,
		    &workers[i]), 0);
	}
	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_join(ids[i], NULL), 0);
	assert_int_equal(bench_counted().sign, N_THREADS * N_ROUNDS);
	assert_int_equal(failures, 0);
	assert_int_equal(bench_tries(&bench), 35);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* Threads with one wrong key object: one of them spends the try. */
static void *
fail_to_sign(void *arg)
{
	struct worker *worker = arg;

	if (signs(worker->bench, worker->shared) == 0)
		atomic_fetch_add(worker->failures, 1);
	return NULL;
}

static void
threads_with_a_wrong_pin(void **state)
{
	struct worker worker;
	pthread_t ids[N_THREADS];
	atomic_int failures = 0;
	struct bench bench;
	EVP_PKEY *key;
	int i;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", "9999"));
	worker = (struct worker){ &bench, key, &failures, 0 };
	bench_count();
	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&ids[i], NULL, fail_to_sign,
		    &worker), 0);
	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_join(ids[i], NULL), 0);
	assert_int_equal(bench_counted().verify, 1);
	assert_int_equal(failures, N_THREADS);
	assert_int_equal(bench_tries(&bench), 25);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* Two contexts, two cards, nothing shared; each outlives the other. */
static void
two_contexts(void **state)
{
	struct bench one, two;
	EVP_PKEY *key1, *key2;

	(void)state;
	bench_start(&one, JPKI_LAST, "card");
	bench_start(&two, JPKI_ALONE, "child");
	assert_non_null(key1 = bench_key(&one, "jpki:auth", AUTH_PIN));
	assert_non_null(key2 = bench_key(&two, "jpki:auth", AUTH_PIN));
	assert_int_equal(signs(&one, key1), 1);
	assert_int_equal(signs(&two, key2), 1);
	EVP_PKEY_free(key1);
	bench_stop(&one);
	assert_int_equal(signs(&two, key2), 1);
	EVP_PKEY_free(key2);
	bench_stop(&two);
}

/* The application lets the provider go while a key lives. */
static void
unloaded(void **state)
{
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	bench_start(&bench, JPKI_FIRST, "card");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_int_equal(OSSL_PROVIDER_unload(bench.provs[0]), 1);
	bench.provs[0] = NULL;
	(void)signs(&bench, key);
	ERR_clear_error();
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* Each checks a signature; what libcrypto counts its error texts by lasts. */
static void
a_thousand_contexts(void **state)
{
	struct jpki_check *check;
	struct jpki_cert *cert;
	struct jpki_ctx *ctx;
	struct bench bench;
	unsigned char *der = NULL;
	X509 *ca;
	int i, len;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	ca = bench_cert(&bench, "jpki:auth-ca", NULL);
	assert_true((len = i2d_X509(ca, &der)) > 0);
	for (i = 0; i < 1000; i++) {
		assert_non_null(ctx = jpki_ctx_new());
		assert_code(jpki_cert_parse(ctx, der, (size_t)len, &cert), 0);
		assert_code(jpki_check_new(ctx, cert, NULL, 0, 0, &check), 0);
		assert_int_equal(jpki_check_issuer_state(check),
		    JPKI_ISSUER_SIGNED);
		jpki_check_free(&check);
		jpki_cert_free(&cert);
		jpki_ctx_free(&ctx);
	}
	/* The module as the first of its errors, and loaded once more. */
	for (i = 0; i < 2; i++) {
		assert_null(bench_key(&bench, "jpki:auth", "12"));
		assert_true(bench_error("PIN"));
		bench_unload_providers(&bench);
		bench_load_providers(&bench, JPKI_LAST);
	}
	OPENSSL_free(der);
	X509_free(ca);
	bench_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forked),
		cmocka_unit_test(forked_and_swapped),
		cmocka_unit_test(forked_while_the_pin_is_sent),
		cmocka_unit_test(forked_wrong_pin),
		cmocka_unit_test(pin_changed_elsewhere),
		cmocka_unit_test(forked_untried_pin),
		cmocka_unit_test(forked_swapped_card),
		cmocka_unit_test(reinserted),
		cmocka_unit_test(reinserted_witness),
		cmocka_unit_test(reinserted_unknown),
		cmocka_unit_test(fork_inside_the_prompt),
		cmocka_unit_test(threads),
		cmocka_unit_test(threads_with_a_wrong_pin),
		cmocka_unit_test(two_contexts),
		cmocka_unit_test(unloaded),
		cmocka_unit_test(a_thousand_contexts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
