/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs share, examples/tools/common/: OpenSSL's errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "caught.h"
#include "common/message.h"
#include "common/openssl.h"
#include "row.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* The provider's number in the queue, as OpenSSL would give it one. */
static int jpki;

static int
setup(void **state)
{
	static ERR_STRING_DATA strings[] = {
		{ 0, "jpki" }, { 1003, "no private key here" }, { 0, NULL }
	};

	(void)state;
	jpki = ERR_get_next_error_library();
	strings[0].error = ERR_PACK(jpki, 0, 0);
	strings[1].error = ERR_PACK(jpki, 0, 1003);
	ERR_load_strings(jpki, strings);
	message_start("jpki-test");
	return 0;
}

static void
test_provider(void **state)
{
	static const struct {
		int reason;
		const char *data;
		enum jpki_lang lang;
		int err;
		const char *cause, *detail, *hint;
	} rows[] = {
		/* The remedy, in the words of URIs, is left out. */
		{ -JPKI_ERR_PIN_NO_COUNT, "auth PIN. Insist only if you are "
		    "sure of the PIN. min-tries=1 in the URI insists.",
		    JPKI_LANG_EN, JPKI_ERR_PIN_NO_COUNT, "the card did not "
		    "say how many tries are left, so nothing was sent",
		    "auth PIN.", "Insist only if you are sure of the PIN." },
		{ -JPKI_ERR_PIN_CANCELLED, "署名用暗証番号。カードには"
		    "何も送っていません。", JPKI_LANG_JA,
		    JPKI_ERR_PIN_CANCELLED, "暗証番号の入力が取り消されました",
		    "署名用暗証番号。",
		    "カードには何も送っていません。" },
		/* Some of the provider's own are in English in any case. */
		{ -JPKI_ERR_PIN_CANCELLED, "x. Nothing was sent to the card.",
		    JPKI_LANG_JA, JPKI_ERR_PIN_CANCELLED,
		    "暗証番号の入力が取り消されました", "x.",
		    "カードには何も送っていません。" },
		/* A hint without a detail, and one for this case alone. */
		{ -JPKI_ERR_PIN_CANCELLED, "Nothing was sent to the card.",
		    JPKI_LANG_EN, JPKI_ERR_PIN_CANCELLED,
		    "no PIN was entered", "", "Nothing was sent to the card." },
		{ -JPKI_ERR_PIN_CANCELLED, "x. Do something else.",
		    JPKI_LANG_EN, JPKI_ERR_PIN_CANCELLED,
		    "no PIN was entered", "x. Do something else.", "" },
		{ 1003, "jpki:auth-ca", JPKI_LANG_EN, 0,
		    "no private key here", "jpki:auth-ca", "" },
	};
	struct openssl_failure failure;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		row("%d: %s", rows[i].reason, rows[i].data);
		text_set_lang(rows[i].lang);
		ERR_raise_data(ERR_LIB_X509, ERR_R_PASSED_NULL_PARAMETER,
		    "before");
		ERR_raise_data(jpki, rows[i].reason, "%s", rows[i].data);
		ERR_raise(ERR_LIB_X509, ERR_R_INTERNAL_ERROR);
		openssl_failure(&failure);
		assert_int_equal(failure.err, rows[i].err);
		assert_string_equal(failure.cause, rows[i].cause);
		assert_string_equal(failure.detail, rows[i].detail);
		assert_string_equal(failure.hint, rows[i].hint);
		assert_int_equal(ERR_peek_error(), 0);
	}
	text_set_lang(JPKI_LANG_EN);
}

static void
test_others(void **state)
{
	struct openssl_failure failure;

	(void)state;
	ERR_raise_data(ERR_LIB_X509, ERR_R_PASSED_NULL_PARAMETER, "first");
	ERR_raise_data(ERR_LIB_X509, ERR_R_INTERNAL_ERROR, "second");
	openssl_failure(&failure);
	assert_int_equal(failure.err, 0);
	assert_string_equal(failure.cause, "passed a null parameter");
	assert_string_equal(failure.detail, "first");
	assert_string_equal(failure.hint, "");

	openssl_failure(&failure);
	assert_int_equal(failure.err, 0);
	assert_string_equal(failure.cause, "OpenSSL gave no reason");
	assert_string_equal(failure.detail, "");
}

static void
test_complaint(void **state)
{
	static const struct advice advice[] = {
		{ JPKI_ERR_PIN_CANCELLED, { "Ours.", "当方。" } },
		{ 0, { NULL, NULL } }
	};

	(void)state;
	ERR_raise_data(jpki, -JPKI_ERR_NO_CARD, "x. Put the card in, the "
	    "right way round. Remedy.");
	catch_stream(stderr);
	assert_int_equal(openssl_complain(NULL), EX_UNAVAILABLE);
	assert_string_equal(caught(stderr), "jpki-test: no card in the "
	    "reader: x. Put the card in, the right way round. jpki-softcard "
	    "new makes a software card.\n");

	ERR_raise_data(jpki, -JPKI_ERR_PIN_CANCELLED,
	    "Nothing was sent to the card.");
	catch_stream(stderr);
	assert_int_equal(openssl_complain(advice), EXIT_FAILURE);
	assert_string_equal(caught(stderr), "jpki-test: no PIN was entered. "
	    "Nothing was sent to the card. Ours.\n");
}

static void
test_language(void **state)
{
	(void)state;
	setenv("LC_ALL", "C.UTF-8", 1);
	text_set_lang(JPKI_LANG_JA);
	openssl_follow_lang();
	assert_int_equal(jpki_lang_from_locale(), JPKI_LANG_JA);
	text_set_lang(JPKI_LANG_EN);
	openssl_follow_lang();
	assert_int_equal(jpki_lang_from_locale(), JPKI_LANG_EN);
	setenv("LC_ALL", "de_DE.ISO-8859-1", 1);
	openssl_follow_lang();
	assert_string_equal(getenv("LC_ALL"), "de_DE.ISO-8859-1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(test_provider),
		ROW_TEST(test_others),
		ROW_TEST(test_complaint),
		ROW_TEST(test_language),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
