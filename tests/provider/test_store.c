/* SPDX-License-Identifier: Apache-2.0 */
/* The store: what it hands out, what it asks for, and what that costs. */
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
#include <jpki.h>
#include <openssl/err.h>

static void
start(struct bench *bench)
{
	bench_start(bench, JPKI_LAST, "card");
}

static int
signs(const struct bench *bench, EVP_PKEY *key)
{
	unsigned char sig[512];
	size_t len;

	return bench_sign(bench, key, "SHA256", false, sig, &len);
}

/* The whole program: 11 commands at most. */
static void
budget(void **state)
{
	struct count count;
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	start(&bench);
	bench_count();
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_int_equal(bench_counted().all, 3);
	bench_count();
	assert_int_equal(signs(&bench, key), 1);
	count = bench_counted();
	assert_int_equal(count.all, 8);
	assert_int_equal(count.verify, 1);
	assert_int_equal(count.sign, 1);
	assert_int_equal(ERR_peek_error(), 0);

	/* What needs no card does not touch it. */
	bench_count();
	assert_int_equal(EVP_PKEY_get_bits(key), 2048);
	assert_int_equal(EVP_PKEY_get_size(key), 256);
	EVP_PKEY_free(EVP_PKEY_dup(key));
	assert_int_equal(bench_counted().all, 0);
	EVP_PKEY_free(key);
	assert_int_equal(ERR_peek_error(), 0);
	bench_stop(&bench);
}

static void
free_certificates(void **state)
{
	static const char *const uris[] = {
		"jpki:auth", "jpki://auth", "jpki:auth-ca", "jpki:sign-ca"
	};
	struct answer answer = { .pass = NULL };
	OSSL_STORE_INFO *info;
	struct bench bench;
	struct count count;
	size_t i;

	(void)state;
	start(&bench);
	for (i = 0; i < 4; i++) {
		info = bench_load(&bench, uris[i], OSSL_STORE_INFO_CERT,
		    &answer);
		assert_non_null(info);
		OSSL_STORE_INFO_free(info);
		info = bench_load(&bench, uris[i], OSSL_STORE_INFO_PUBKEY,
		    &answer);
		assert_non_null(info);
		OSSL_STORE_INFO_free(info);
	}
	assert_int_equal(answer.asked, 0);
	/* Read once. */
	bench_count();
	X509_free(bench_cert(&bench, "jpki:auth", NULL));
	count = bench_counted();
	assert_int_equal(count.all, 0);
	assert_int_equal(ERR_peek_error(), 0);
	bench_stop(&bench);
}

/* One prompt for certificate and key, in two loads as cms does, and in one. */
static void
one_prompt(void **state)
{
	struct answer answer = { .pass = SIGN_PIN };
	OSSL_STORE_INFO *cert, *key;
	OSSL_STORE_CTX *store;
	struct bench bench;

	(void)state;
	start(&bench);
	bench_count();
	cert = bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_CERT, &answer);
	assert_non_null(cert);
	key = bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_PKEY, &answer);
	assert_non_null(key);
	assert_int_equal(answer.asked, 1);
	assert_int_equal(bench_counted().verify, 1);
	assert_non_null(strstr(answer.prompt, "5 tries left"));
	assert_int_equal(X509_check_private_key(
	    OSSL_STORE_INFO_get0_CERT(cert), OSSL_STORE_INFO_get0_PKEY(key)),
	    1);
	assert_int_equal(signs(&bench, OSSL_STORE_INFO_get0_PKEY(key)), 1);
	OSSL_STORE_INFO_free(cert);
	OSSL_STORE_INFO_free(key);
	bench_stop(&bench);

	start(&bench);
	answer.asked = 0;
	bench_count();
	assert_non_null(store = bench_open(&bench, "jpki:sign", &answer));
	assert_non_null(cert = OSSL_STORE_load(store));
	assert_int_equal(OSSL_STORE_INFO_get_type(cert), OSSL_STORE_INFO_CERT);
	assert_int_equal(OSSL_STORE_eof(store), 0);
	assert_non_null(key = OSSL_STORE_load(store));
	assert_int_equal(OSSL_STORE_INFO_get_type(key), OSSL_STORE_INFO_PKEY);
	assert_int_equal(OSSL_STORE_eof(store), 1);
	OSSL_STORE_INFO_free(cert);
	OSSL_STORE_INFO_free(key);
	OSSL_STORE_close(store);
	assert_int_equal(answer.asked, 1);
	assert_int_equal(bench_counted().verify, 1);
	assert_int_equal(ERR_peek_error(), 0);
	bench_stop(&bench);
}

/* A loop around a failing load spends one try, asks once, ends. */
static void
wrong_pin(void **state)
{
	static const struct {
		const char *uri;
		const char *pin;
		int kind;
		int tries;	/* afterwards */
		int asked;
		const char *says;
	} table[] = {
		{ "jpki:sign", "WRONG1", OSSL_STORE_INFO_CERT, 34, 1,
		    "4 tries left" },
		{ "jpki:sign", "WRONG1", OSSL_STORE_INFO_PUBKEY, 34, 1,
		    "4 tries left" },
		{ "jpki:sign", "WRONG1", 0, 34, 1, "4 tries left" },
		/* Wrong shape. */
		{ "jpki:sign", "SHORT", OSSL_STORE_INFO_CERT, 35, 1, "shape" },
		{ "jpki:sign", "", OSSL_STORE_INFO_PKEY, 35, 1, "shape" },
		{ "jpki:sign", "12345678901234567", 0, 35, 1, "shape" },
		{ "jpki:auth", "123", OSSL_STORE_INFO_PKEY, 35, 1, "shape" },
		{ "jpki:auth", "12345", OSSL_STORE_INFO_PKEY, 35, 1, "shape" },
		{ "jpki:auth", "", OSSL_STORE_INFO_PKEY, 35, 1, "shape" },
		{ "jpki:auth", "12a4", OSSL_STORE_INFO_PKEY, 35, 1, "shape" },
		{ "jpki:sign?pin-value=WRONG1", "x", OSSL_STORE_INFO_CERT, 34,
		    0, "4 tries left" },
		{ "jpki:sign?pin-source=file:/nonexistent", "x", 0, 35, 0,
		    "/nonexistent" },
		{ "jpki:sign?pin-source=fd:99", "x", 0, 35, 0, "fd:99" },
		/* Nobody there, and cancelled. */
		{ "jpki:sign", NULL, OSSL_STORE_INFO_CERT, 35, 1, "no PIN" },
		{ "jpki:auth", NULL, OSSL_STORE_INFO_PKEY, 35, 1, "no PIN" },
	};
	struct bench bench;
	size_t i;

	(void)state;
	start(&bench);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct answer answer = { .pass = table[i].pin };
		OSSL_STORE_INFO *info;

		row("%s, %s", table[i].uri,
		    table[i].pin != NULL ? table[i].pin : "no answer");
		bench_count();
		info = bench_load(&bench, table[i].uri, table[i].kind,
		    &answer);
		assert_int_equal(bench_counted().verify,
		    table[i].tries == 34);
		assert_null(info);
		assert_int_equal(answer.asked, table[i].asked);
		assert_int_equal(bench_tries(&bench), table[i].tries);
		assert_true(bench_error(table[i].says));
		bench_unlock(&bench);
	}
	bench_stop(&bench);
}

/* The load that fails leaves eof unset once, so that storeutl notices. */
static void
delayed_eof(void **state)
{
	struct answer answer = { .pass = "WRONG1" };
	OSSL_STORE_CTX *store;
	struct bench bench;
	int i;

	(void)state;
	start(&bench);
	assert_non_null(store = bench_open(&bench, "jpki:sign", &answer));
	assert_null(OSSL_STORE_load(store));
	assert_int_equal(OSSL_STORE_error(store), 1);
	assert_int_equal(OSSL_STORE_eof(store), 0);
	assert_true(bench_error("4 tries"));
	for (i = 0; i < 100; i++) {
		assert_null(OSSL_STORE_load(store));
		assert_int_equal(OSSL_STORE_eof(store), 1);
	}
	assert_int_equal(ERR_peek_error(), 0);
	assert_int_equal(answer.asked, 1);
	assert_int_equal(bench_tries(&bench), 34);
	OSSL_STORE_close(store);
	bench_stop(&bench);
}

/* A program that goes on with the key cannot spend a second try, nor can one
 * that loads it again with the same wrong PIN, from a file say. */
static void
loop_on_a_key(void **state)
{
	struct bench bench;
	EVP_PKEY *key, *dup;
	int i;

	(void)state;
	start(&bench);
	assert_non_null(key = bench_key(&bench, "jpki:auth", "9999"));
	assert_non_null(dup = EVP_PKEY_dup(key));
	bench_count();
	assert_int_equal(signs(&bench, key), 0);
	assert_true(bench_error("2 tries left"));
	for (i = 0; i < 100; i++) {
		assert_int_equal(signs(&bench, i % 2 ? key : dup), 0);
		assert_true(bench_error("nothing more was sent"));
	}
	assert_int_equal(bench_counted().verify, 1);
	EVP_PKEY_free(key);
	EVP_PKEY_free(dup);
	for (i = 0; i < 3; i++) {
		key = bench_key(&bench, "jpki:auth", "9999");
		assert_int_equal(signs(&bench, key), 0);
		assert_true(bench_error("2 tries left"));
		EVP_PKEY_free(key);
	}
	assert_int_equal(bench_tries(&bench), 25);

	/* A new load with the right PIN works, and restores the tries. */
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_int_equal(signs(&bench, key), 1);
	assert_int_equal(bench_tries(&bench), 35);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* Nothing is sent on the last try, until the URI insists; then once. */
static void
last_try(void **state)
{
	static const char *const wrong[] = { "9998", "9999" };
	struct answer answer = { .pass = "9997" };
	struct bench bench;
	EVP_PKEY *key;
	int i;

	(void)state;
	start(&bench);
	for (i = 0; i < 2; i++) {
		key = bench_key(&bench, "jpki:auth", wrong[i]);
		assert_int_equal(signs(&bench, key), 0);
		EVP_PKEY_free(key);
	}
	assert_int_equal(bench_tries(&bench), 15);
	ERR_clear_error();
	assert_null(bench_load(&bench, "jpki:auth", OSSL_STORE_INFO_PKEY,
	    &answer));
	assert_true(bench_error("min-tries=1"));
	assert_int_equal(answer.asked, 0);
	assert_int_equal(bench_tries(&bench), 15);

	key = bench_key(&bench, "jpki:auth?min-tries=1", "9997");
	assert_non_null(key);
	for (i = 0; i < 3; i++)
		assert_int_equal(signs(&bench, key), 0);
	EVP_PKEY_free(key);
	ERR_clear_error();
	assert_int_equal(bench_tries(&bench), 5);
	assert_null(bench_load(&bench, "jpki:auth?min-tries=1",
	    OSSL_STORE_INFO_PKEY, &answer));
	assert_true(bench_error("locked"));
	assert_int_equal(answer.asked, 0);
	bench_stop(&bench);
}

/* A key is loaded with a fine counter, and then others spend tries. */
static void
last_try_at_signing(void **state)
{
	static const char *const wrong[] = { "9998", "9999" };
	struct bench bench;
	EVP_PKEY *key, *bad;
	int i;

	(void)state;
	start(&bench);
	key = bench_key(&bench, "jpki:auth", AUTH_PIN);
	for (i = 0; i < 2; i++) {
		bad = bench_key(&bench, "jpki:auth", wrong[i]);
		assert_int_equal(signs(&bench, bad), 0);
		EVP_PKEY_free(bad);
	}
	ERR_clear_error();
	assert_int_equal(signs(&bench, key), 0);
	assert_true(bench_error("min-tries=1"));
	assert_int_equal(bench_tries(&bench), 15);
	/* It was not sent, so it is not gone. */
	bench_unlock(&bench);
	assert_int_equal(signs(&bench, key), 1);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* .NET and servers: nobody can be asked. */
static void
no_ui(void **state)
{
	struct bench bench;
	EVP_PKEY *key;
	X509 *cert;

	(void)state;
	start(&bench);
	assert_non_null(key = bench_key(&bench, "jpki:auth", NULL));
	assert_int_equal(ERR_peek_error(), 0);
	assert_non_null(cert = bench_cert(&bench, "jpki:auth", NULL));
	assert_int_equal(X509_check_private_key(cert, key), 1);
	assert_int_equal(signs(&bench, key), 0);
	assert_true(bench_error("needs the PIN"));
	EVP_PKEY_free(key);
	X509_free(cert);
	assert_null(bench_key(&bench, "jpki:sign", NULL));
	assert_true(bench_error("needs the PIN"));
	assert_int_equal(bench_tries(&bench), 35);
	bench_stop(&bench);
}

static void
pin_sources(void **state)
{
	char path[] = "/tmp/jpki-pin-XXXXXX", uri[128];
	struct bench bench;
	EVP_PKEY *key;
	X509 *cert;
	int fd, fds[2];

	(void)state;
	start(&bench);
	assert_true((fd = mkstemp(path)) >= 0);
	assert_int_equal(write(fd, "abc123\r\nsecond\n", 15), 15);
	close(fd);
	snprintf(uri, sizeof(uri), "jpki:sign?pin-source=file:%s", path);
	/* Lower case is raised by the library. */
	assert_non_null(key = bench_key(&bench, uri, NULL));
	assert_int_equal(signs(&bench, key), 1);
	EVP_PKEY_free(key);
	unlink(path);
	bench_stop(&bench);

	/* A descriptor is read once, for certificate and key. */
	start(&bench);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "ABC123\nrest\n", 12), 12);
	close(fds[1]);
	snprintf(uri, sizeof(uri), "jpki:sign?pin-source=fd:%d", fds[0]);
	assert_non_null(cert = bench_cert(&bench, uri, NULL));
	assert_non_null(key = bench_key(&bench, uri, NULL));
	assert_int_equal(signs(&bench, key), 1);
	EVP_PKEY_free(key);
	X509_free(cert);
	close(fds[0]);
	assert_int_equal(ERR_peek_error(), 0);
	bench_stop(&bench);
}

/* The child has no sign certificate: no password is asked for or sent. */
static void
absent(void **state)
{
	struct answer answer = { .pass = SIGN_PIN };
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	bench_start(&bench, JPKI_LAST, "child");
	assert_null(bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_PKEY,
	    &answer));
	assert_true(bench_error("does not have this"));
	assert_null(bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_CERT,
	    &answer));
	assert_true(bench_error("does not have this"));
	assert_int_equal(answer.asked, 0);
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_int_equal(signs(&bench, key), 1);
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* The Android phone protects its auth certificate, too. */
static void
android(void **state)
{
	struct answer answer = { .pass = AUTH_PIN };
	OSSL_STORE_INFO *info;
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	bench_start(&bench, JPKI_LAST, "android");
	info = bench_load(&bench, "jpki:auth", OSSL_STORE_INFO_CERT, &answer);
	assert_non_null(info);
	OSSL_STORE_INFO_free(info);
	assert_int_equal(answer.asked, 1);
	/* The one prompt serves the key. */
	info = bench_load(&bench, "jpki:auth", OSSL_STORE_INFO_PKEY, &answer);
	assert_non_null(info);
	assert_int_equal(answer.asked, 1);
	assert_int_equal(signs(&bench, OSSL_STORE_INFO_get0_PKEY(info)), 1);
	OSSL_STORE_INFO_free(info);
	/* Another secret is another question. */
	answer.pass = SIGN_PIN;
	info = bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_CERT, &answer);
	assert_non_null(info);
	assert_int_equal(answer.asked, 2);
	OSSL_STORE_INFO_free(info);
	bench_stop(&bench);

	bench_start(&bench, JPKI_LAST, "android");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_int_equal(signs(&bench, key), 1);
	assert_int_equal(EVP_PKEY_get_bits(key), 2048);
	EVP_PKEY_free(key);
	assert_int_equal(ERR_peek_error(), 0);
	bench_stop(&bench);
}

static void
listing(void **state)
{
	static const char *const names[] = {
		"jpki://auth?reader=", "jpki://sign?reader=",
		"jpki://auth-ca?reader=", "jpki://sign-ca?reader="
	};
	struct answer answer = { .pass = NULL };
	OSSL_STORE_CTX *store;
	OSSL_STORE_INFO *info;
	struct bench bench;
	size_t i;

	(void)state;
	start(&bench);
	assert_non_null(store = bench_open(&bench, "jpki:", &answer));
	for (i = 0; i < 4; i++) {
		assert_non_null(info = OSSL_STORE_load(store));
		assert_int_equal(OSSL_STORE_INFO_get_type(info),
		    OSSL_STORE_INFO_NAME);
		assert_memory_equal(OSSL_STORE_INFO_get0_NAME(info), names[i],
		    strlen(names[i]));
		OSSL_STORE_INFO_free(info);
	}
	assert_int_equal(OSSL_STORE_eof(store), 1);
	OSSL_STORE_close(store);
	assert_null(bench_load(&bench, "jpki:", OSSL_STORE_INFO_PKEY,
	    &answer));
	assert_true(bench_error("two keys"));
	assert_null(bench_load(&bench, "jpki:auth-ca", OSSL_STORE_INFO_PKEY,
	    &answer));
	assert_true(bench_error("CA certificate"));
	assert_int_equal(answer.asked, 0);
	bench_stop(&bench);
}

/* How many objects a search finds; none of them may be a key. */
static int
found(const struct bench *bench, const char *uri, OSSL_STORE_SEARCH *search)
{
	struct answer answer = { .pass = NULL };
	OSSL_STORE_CTX *store;
	OSSL_STORE_INFO *info;
	int n = 0;

	assert_non_null(search);
	assert_non_null(store = bench_open(bench, uri, &answer));
	assert_int_equal(OSSL_STORE_find(store, search), 1);
	while (!OSSL_STORE_eof(store)) {
		if ((info = OSSL_STORE_load(store)) == NULL)
			continue;
		assert_int_equal(OSSL_STORE_INFO_get_type(info),
		    OSSL_STORE_INFO_CERT);
		OSSL_STORE_INFO_free(info);
		n++;
	}
	OSSL_STORE_close(store);
	OSSL_STORE_SEARCH_free(search);
	assert_int_equal(answer.asked, 0);
	assert_int_equal(ERR_peek_error(), 0);
	return n;
}

static void
searching(void **state)
{
	unsigned char hash[64];
	struct bench bench;
	unsigned int len;
	X509 *cert, *ca;

	(void)state;
	start(&bench);
	assert_non_null(cert = bench_cert(&bench, "jpki:auth", NULL));
	assert_non_null(ca = bench_cert(&bench, "jpki:auth-ca", NULL));
	assert_int_equal(found(&bench, "jpki:auth", OSSL_STORE_SEARCH_by_name(
	    X509_get_subject_name(cert))), 1);
	assert_int_equal(found(&bench, "jpki:", OSSL_STORE_SEARCH_by_name(
	    X509_get_subject_name(ca))), 1);
	assert_int_equal(found(&bench, "jpki:auth", OSSL_STORE_SEARCH_by_name(
	    X509_get_subject_name(ca))), 0);
	assert_int_equal(found(&bench, "jpki:",
	    OSSL_STORE_SEARCH_by_issuer_serial(X509_get_issuer_name(cert),
	    X509_get0_serialNumber(cert))), 1);
	assert_int_equal(found(&bench, "jpki:auth",
	    OSSL_STORE_SEARCH_by_issuer_serial(X509_get_issuer_name(cert),
	    X509_get0_serialNumber(ca))), 0);
	assert_int_equal(found(&bench, "jpki:",
	    OSSL_STORE_SEARCH_by_alias("auth-ca")), 1);
	assert_int_equal(found(&bench, "jpki:",
	    OSSL_STORE_SEARCH_by_alias("nothing")), 0);
	assert_int_equal(X509_digest(cert, EVP_sha256(), hash, &len), 1);
	assert_int_equal(found(&bench, "jpki:",
	    OSSL_STORE_SEARCH_by_key_fingerprint(EVP_sha256(), hash, len)), 1);
	hash[0] ^= 1;
	assert_int_equal(found(&bench, "jpki:",
	    OSSL_STORE_SEARCH_by_key_fingerprint(EVP_sha256(), hash, len)), 0);
	assert_int_equal(X509_digest(cert, EVP_sha1(), hash, &len), 1);
	assert_int_equal(found(&bench, "jpki:auth",
	    OSSL_STORE_SEARCH_by_key_fingerprint(EVP_sha1(), hash, len)), 1);
	X509_free(cert);
	X509_free(ca);
	bench_stop(&bench);
}

/* Another card under the same name is not given the PIN; a new load finds the
 * new card. */
static void
swapped(void **state)
{
	struct bench bench, other;
	struct jpki_softcard_option options[] = { { "name", "別人" } };
	struct jpki_ctx *ctx;
	EVP_PKEY *key, *fresh;
	char cmd[256];
	X509 *before, *after;

	(void)state;
	start(&bench);
	before = bench_cert(&bench, "jpki:auth", NULL);
	key = bench_key(&bench, "jpki:auth", "9999");
	start(&other);
	assert_non_null(ctx = jpki_ctx_new());
	snprintf(cmd, sizeof(cmd), "%s/x", other.card);
	assert_code(jpki_softcard_create(ctx, cmd, options, 1), 0);
	jpki_ctx_free(&ctx);
	tempcard_remove(bench.card);
	assert_int_equal(rename(cmd, bench.card), 0);

	assert_int_equal(signs(&bench, key), 0);
	assert_true(bench_error("another card"));
	assert_int_equal(signs(&bench, key), 0);
	assert_true(bench_error("another card"));
	assert_int_equal(bench_tries(&bench), 35);
	assert_non_null(after = bench_cert(&bench, "jpki:auth", NULL));
	assert_int_not_equal(X509_cmp(before, after), 0);
	assert_non_null(fresh = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_int_equal(signs(&bench, fresh), 1);
	assert_int_equal(X509_check_private_key(after, fresh), 1);
	assert_int_equal(signs(&bench, key), 0);
	assert_int_equal(bench_tries(&bench), 35);
	ERR_clear_error();
	EVP_PKEY_free(key);
	EVP_PKEY_free(fresh);
	X509_free(before);
	X509_free(after);
	bench_stop(&other);
	bench_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(budget),
		cmocka_unit_test(free_certificates),
		cmocka_unit_test(one_prompt),
		ROW_TEST(wrong_pin),
		cmocka_unit_test(delayed_eof),
		cmocka_unit_test(loop_on_a_key),
		cmocka_unit_test(last_try),
		cmocka_unit_test(last_try_at_signing),
		cmocka_unit_test(no_ui),
		cmocka_unit_test(pin_sources),
		cmocka_unit_test(absent),
		cmocka_unit_test(android),
		cmocka_unit_test(listing),
		cmocka_unit_test(searching),
		cmocka_unit_test(swapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
