/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration, and what each of its keys changes. */
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
#include <openssl/pem.h>

static char dir[] = "/tmp/jpki-config-XXXXXX";
static char conf[64], pin[64], cert[64];

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
start(struct bench *bench, const char *text)
{
	write_file(conf, text);
	bench_start(bench, JPKI_LAST, "card");
}

static int
signs(const struct bench *bench, EVP_PKEY *key, const char *md, bool pss)
{
	unsigned char sig[512];
	size_t len;

	return bench_sign(bench, key, md, pss, sig, &len);
}

/* What is wrong is said when a card is to be used; nothing else is touched. */
static void
mistakes(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} table[] = {
		{ "bogus = 1\n", "line 1: unknown key \"bogus\"" },
		{ "# fine\n\npss = on\nPss = on\n", "line 4: unknown key" },
		{ "pss = on\npss = on\n", "pss is given twice" },
		{ "pss = yes\n", "pss is on or off" },
		{ "pss\n", "line 1 is not" },
		{ "min-tries = 0\n", "from 1 to 5" },
		{ "min-tries = x\n", "from 1 to 5" },
		{ "pin-grace = 3601\n", "from 0 to 3600" },
		{ "pin-source.auth = 1234\n", "file:PATH or fd:NUMBER" },
		{ "pin-source.sign = fd:x\n", "file:PATH or fd:NUMBER" },
		{ "cert.sign = a.pem\n", "cert.sign is file:PATH" },
		{ "reader =\n", "reader is empty" },
		{ "=\n", "unknown key \"\"" },
		{ "anchors = /\xff\nreader\n", "line 2 is not" },
	};
	struct answer answer = { .pass = AUTH_PIN };
	struct bench bench;
	EVP_PKEY *other;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("\"%s\"", table[i].text);
		start(&bench, table[i].text);
		assert_null(bench_open(&bench, "jpki://auth", &answer));
		assert_true(bench_error(table[i].says));
		assert_int_equal(OSSL_PROVIDER_self_test(bench.provs[1]), 0);
		ERR_clear_error();
		other = EVP_PKEY_Q_keygen(bench.libctx, NULL, "EC", "P-256");
		assert_non_null(other);
		EVP_PKEY_free(other);
		bench_stop(&bench);
	}
	start(&bench, "");
	assert_int_equal(OSSL_PROVIDER_self_test(bench.provs[1]), 1);
	bench_stop(&bench);
	setenv("JPKI_CONF", "/nonexistent/jpki.conf", 1);
	bench_start(&bench, JPKI_LAST, "card");
	assert_null(bench_open(&bench, "jpki://auth", &answer));
	assert_true(bench_error("/nonexistent/jpki.conf"));
	bench_stop(&bench);
	setenv("JPKI_CONF", conf, 1);
}

static void
signatures(void **state)
{
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	start(&bench, "pss = off\nallow-sha1 = on\n");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	bench_count();
	assert_int_equal(signs(&bench, key, "SHA256", true), 0);
	assert_true(bench_error("MaxProtocol = TLSv1.2"));
	assert_int_equal(bench_counted().all, 0);
	assert_int_equal(signs(&bench, key, "SHA256", false), 1);
	assert_int_equal(signs(&bench, key, "SHA1", false), 1);
	assert_int_equal(EVP_PKEY_get_bits(key), 2048);
	EVP_PKEY_free(key);
	bench_stop(&bench);

	start(&bench, "");
	assert_non_null(key = bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_int_equal(signs(&bench, key, "SHA1", false), 0);
	assert_true(bench_error("digest cannot be signed"));
	EVP_PKEY_free(key);
	bench_stop(&bench);
}

/* For programs that cannot ask and cannot be given a URI with a source. */
static void
sources(void **state)
{
	char text[160];
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	snprintf(text, sizeof(text), "pin-source.auth = file:%s", pin);
	start(&bench, text);
	assert_non_null(key = bench_key(&bench, "jpki:auth", NULL));
	assert_int_equal(signs(&bench, key, "SHA256", false), 1);
	EVP_PKEY_free(key);
	assert_null(bench_key(&bench, "jpki:sign", NULL));
	assert_true(bench_error("needs the PIN"));
	bench_stop(&bench);
}

static void
tries(void **state)
{
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	start(&bench, "min-tries = 3\n");
	assert_non_null(key = bench_key(&bench, "jpki:auth", "9999"));
	assert_int_equal(signs(&bench, key, "SHA256", false), 0);
	EVP_PKEY_free(key);
	ERR_clear_error();
	assert_null(bench_key(&bench, "jpki:auth", AUTH_PIN));
	assert_true(bench_error("too few tries"));
	assert_non_null(key = bench_key(&bench, "jpki:auth?min-tries=2",
	    AUTH_PIN));
	assert_int_equal(signs(&bench, key, "SHA256", false), 1);
	EVP_PKEY_free(key);
	assert_int_equal(bench_tries(&bench), 35);
	bench_stop(&bench);
}

static void
sign_password(void **state)
{
	struct answer answer = { .pass = SIGN_PIN };
	OSSL_STORE_INFO *info;
	struct bench bench;
	EVP_PKEY *key;

	(void)state;
	start(&bench, "sign-pin-uses = 2\npin-grace = 0\n");
	info = bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_CERT, &answer);
	assert_non_null(info);
	OSSL_STORE_INFO_free(info);
	info = bench_load(&bench, "jpki:sign", OSSL_STORE_INFO_PKEY, &answer);
	assert_non_null(info);
	assert_int_equal(answer.asked, 2);
	key = OSSL_STORE_INFO_get0_PKEY(info);
	assert_int_equal(signs(&bench, key, "SHA256", false), 1);
	assert_int_equal(signs(&bench, key, "SHA256", true), 1);
	bench_count();
	assert_int_equal(signs(&bench, key, "SHA256", false), 0);
	assert_true(bench_error("not kept any more"));
	assert_int_equal(bench_counted().all, 0);
	OSSL_STORE_INFO_free(info);
	assert_int_equal(bench_tries(&bench), 35);
	bench_stop(&bench);
}

static void
save_cert(X509 *x509)
{
	FILE *file = fopen(cert, "w");

	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, x509), 1);
	assert_int_equal(fclose(file), 0);
}

/* The sign key loads without its password, and its signatures are checked
 * against the file. */
static void
certificate_file(void **state)
{
	char text[160], uri[160];
	struct bench bench;
	EVP_PKEY *key;
	X509 *sign, *auth;

	/* A certificate must go before the context that it was made in. */
	(void)state;
	start(&bench, "");
	assert_non_null(sign = bench_cert(&bench, "jpki:sign", SIGN_PIN));
	save_cert(sign);
	X509_free(sign);
	bench_stop(&bench);
	snprintf(text, sizeof(text), "cert.sign = file:%s\n", cert);
	start(&bench, text);
	bench_count();
	assert_non_null(sign = bench_cert(&bench, "jpki:sign", NULL));
	assert_non_null(key = bench_key(&bench, "jpki:sign", NULL));
	assert_int_equal(X509_check_private_key(sign, key), 1);
	assert_int_equal(bench_counted().verify, 0);
	assert_int_equal(signs(&bench, key, "SHA256", false), 0);
	assert_true(bench_error("needs the PIN"));
	EVP_PKEY_free(key);
	assert_non_null(key = bench_key(&bench, "jpki:sign", SIGN_PIN));
	assert_int_equal(signs(&bench, key, "SHA256", false), 1);
	EVP_PKEY_free(key);

	/* Somebody else's certificate. */
	assert_non_null(auth = bench_cert(&bench, "jpki:auth", NULL));
	save_cert(auth);
	snprintf(uri, sizeof(uri), "jpki:sign?cert=file:%s", cert);
	assert_non_null(key = bench_key(&bench, uri, SIGN_PIN));
	assert_int_equal(signs(&bench, key, "SHA256", false), 0);
	assert_true(bench_error("does not fit its certificate"));
	EVP_PKEY_free(key);
	assert_null(bench_key(&bench, "jpki:sign?cert=file:/nonexistent",
	    SIGN_PIN));
	assert_true(bench_error("/nonexistent"));
	X509_free(sign);
	X509_free(auth);
	bench_stop(&bench);
}

static void
anchors(void **state)
{
	char text[160];
	struct bench bench;

	(void)state;
	start(&bench, "");
	assert_null(bench_cert(&bench, "jpki:anchors", NULL));
	assert_true(bench_error("not configured"));
	bench_stop(&bench);
	/* A directory without any of J-LIS's. */
	snprintf(text, sizeof(text), "anchors = %s\n", dir);
	start(&bench, text);
	bench_count();
	assert_null(bench_cert(&bench, "jpki:anchors", NULL));
	assert_true(bench_error(dir));
	assert_null(bench_key(&bench, "jpki:anchors", NULL));
	assert_true(bench_error("CA certificate"));
	assert_int_equal(bench_counted().all, 0);
	bench_stop(&bench);
}

/* The six of J-LIS, told by their fingerprints; a search finds each. */
static void
anchors_of_jlis(void **state)
{
	const char *jlis = getenv("JPKI_TEST_JLIS_CA");
	struct answer answer = { .pass = NULL };
	OSSL_STORE_CTX *store;
	OSSL_STORE_INFO *info;
	char text[4200];
	struct bench bench;
	OSSL_STORE_SEARCH *search;
	X509 *first;
	int n = 0;

	(void)state;
	if (jlis == NULL)
		skip();
	snprintf(text, sizeof(text), "anchors = %s\n", jlis);
	start(&bench, text);
	bench_count();
	assert_non_null(store = bench_open(&bench, "jpki://anchors", &answer));
	while (!OSSL_STORE_eof(store)) {
		assert_non_null(info = OSSL_STORE_load(store));
		assert_int_equal(OSSL_STORE_INFO_get_type(info),
		    OSSL_STORE_INFO_CERT);
		OSSL_STORE_INFO_free(info);
		n++;
	}
	OSSL_STORE_close(store);
	assert_int_equal(n, 6);
	assert_non_null(first = bench_cert(&bench, "jpki://anchors", NULL));
	/* Three generations have one name; a CAstore asks like this. */
	assert_non_null(store = bench_open(&bench, "jpki://anchors", &answer));
	assert_int_equal(OSSL_STORE_find(store, search =
	    OSSL_STORE_SEARCH_by_name(X509_get_subject_name(first))), 1);
	for (n = 0; (info = OSSL_STORE_load(store)) != NULL; n++)
		OSSL_STORE_INFO_free(info);
	OSSL_STORE_SEARCH_free(search);
	OSSL_STORE_close(store);
	assert_int_equal(n, 3);
	assert_int_equal(bench_counted().all, 0);
	assert_int_equal(answer.asked, 0);
	assert_int_equal(ERR_peek_error(), 0);
	X509_free(first);
	bench_stop(&bench);
}

/* A card that is not the one named is sent nothing. */
static void
card_serial(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench, "");
	bench_count();
	assert_null(bench_key(&bench, "jpki:auth?card=nobody", AUTH_PIN));
	assert_true(bench_error("card= in the URI"));
	assert_int_equal(bench_counted().verify, 0);
	bench_stop(&bench);
}

/* Every code of libjpki's has its text in OpenSSL's queue. */
static void
reasons(void **state)
{
	struct bench bench;
	unsigned long e;
	int code, n = 0;

	(void)state;
	start(&bench, "");
	ERR_clear_error();
	assert_null(bench_key(&bench, "jpki:nobody", NULL));
	while (ERR_lib_error_string(e = ERR_get_error()) == NULL ||
	    strcmp(ERR_lib_error_string(e), "jpki") != 0)
		assert_int_not_equal(e, 0);
	for (code = 1; code < 1000; code++) {
		if (jpki_errclass(-code) == JPKI_CLASS_NONE)
			continue;
		assert_string_equal(ERR_reason_error_string(ERR_PACK(
		    ERR_GET_LIB(e), 0, code)), jpki_strerror(-code,
		    JPKI_LANG_EN));
		n++;
	}
	assert_true(n > 40);
	ERR_clear_error();
	bench_stop(&bench);
}

/* The data of our error in the queue, which is emptied; its reason is the bare
 * cause. */
static void
data_of(int err, char *out, size_t size)
{
	const char *data, *lib;
	unsigned long e;
	int flags, n = 0;

	while ((e = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
		lib = ERR_lib_error_string(e);
		if (lib == NULL || strcmp(lib, "jpki") != 0)
			continue;
		n++;
		assert_int_equal(ERR_GET_REASON(e), -err);
		assert_string_equal(ERR_reason_error_string(e),
		    jpki_strerror(err, JPKI_LANG_EN));
		assert_true((flags & ERR_TXT_STRING) != 0);
		snprintf(out, size, "%s", data);
	}
	assert_int_equal(n, 1);
}

/* Each thing is said once, and the data is in one language: the detail, what
 * the holder can do, what a URI can say. */
static void
said_once(void **state)
{
	static const struct {
		const char *locale, *uri, *pin;
		int err;
		const char *data;
	} table[] = {
		{ "C", "jpki:auth", "9999", JPKI_ERR_PIN_WRONG,
		    "auth PIN (利用者証明用), 2 tries left. Make sure which "
		    "PIN is asked for before you try again. Load the key "
		    "again for another try." },
		{ "ja_JP.UTF-8", "jpki:auth", "9998", JPKI_ERR_PIN_WRONG,
		    "利用者証明用暗証番号、残り 1 回。どの暗証番号かを確かめて"
		    "から、やり直してください。やり直すには、鍵を読み込み直して"
		    "ください。" },
		/* Before anybody is asked for the PIN. */
		{ "C", "jpki:auth", NULL, JPKI_ERR_PIN_LAST_TRY,
		    "auth PIN (利用者証明用), 1 try left. A miss on the last "
		    "try locks the PIN: insist only if you are sure of it. "
		    "min-tries=1 in the URI insists." },
		{ "C", "jpki:auth?card=nobody", AUTH_PIN, JPKI_ERR_CHANGED,
		    "its serial number is not the one that was asked for. "
		    "Nothing was sent to it; start again with the right card. "
		    "Then load the key again; card= in the URI names a card by "
		    "its serial number." },
	};
	struct bench bench;
	unsigned char sig[512];
	char data[1024];
	EVP_PKEY *key;
	size_t i, len;

	(void)state;
	start(&bench, "");
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("%s in %s", jpki_errname(table[i].err), table[i].locale);
		setenv("LC_ALL", table[i].locale, 1);
		ERR_clear_error();
		key = bench_key(&bench, table[i].uri, table[i].pin);
		if (key != NULL)
			assert_false(bench_sign(&bench, key, "SHA256", false,
			    sig, &len));
		data_of(table[i].err, data, sizeof(data));
		assert_string_equal(data, table[i].data);
		EVP_PKEY_free(key);
	}
	unsetenv("LC_ALL");
	bench_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(mistakes),
		cmocka_unit_test(signatures),
		cmocka_unit_test(sources),
		cmocka_unit_test(tries),
		cmocka_unit_test(sign_password),
		cmocka_unit_test(certificate_file),
		cmocka_unit_test(anchors),
		cmocka_unit_test(anchors_of_jlis),
		cmocka_unit_test(card_serial),
		cmocka_unit_test(reasons),
		ROW_TEST(said_once),
	};
	int failed;

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(conf, sizeof(conf), "%s/conf", dir);
	snprintf(pin, sizeof(pin), "%s/pin", dir);
	snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
	write_file(pin, AUTH_PIN "\n");
	setenv("JPKI_CONF", conf, 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(conf);
	unlink(pin);
	unlink(cert);
	rmdir(dir);
	return failed;
}
