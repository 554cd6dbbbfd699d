/* SPDX-License-Identifier: Apache-2.0 */
/* URIs, and the file that holds one. */
#include <jpki.h>
#include <jpki/framework/uri.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "row.h"

static const struct {
	const char *uri;
	enum jpki_object object;
	enum jpki_uri_type type;
	int min_tries;
	const char *reader;
	const char *source;
	const char *value;
} good[] = {
	{ "jpki:", 0, 0, 0, NULL, NULL, NULL },
	{ "jpki://", 0, 0, 0, NULL, NULL, NULL },
	{ "jpki:;type=cert", 0, JPKI_URI_CERT, 0, NULL, NULL, NULL },
	{ "jpki:auth", JPKI_OBJECT_AUTH, 0, 0, NULL, NULL, NULL },
	{ "JPKI://auth", JPKI_OBJECT_AUTH, 0, 0, NULL, NULL, NULL },
	{ "Jpki:sign-ca", JPKI_OBJECT_SIGN_CA, 0, 0, NULL, NULL, NULL },
	{ "jpki://sign", JPKI_OBJECT_SIGN, 0, 0, NULL, NULL, NULL },
	{ "jpki://auth-ca", JPKI_OBJECT_AUTH_CA, 0, 0, NULL, NULL, NULL },
	{ "jpki:sign-ca", JPKI_OBJECT_SIGN_CA, 0, 0, NULL, NULL, NULL },
	{ "jpki:auth;type=public", JPKI_OBJECT_AUTH, JPKI_URI_PUBLIC, 0, NULL,
	    NULL, NULL },
	{ "jpki:auth?reader=soft:/a/b;c?d", JPKI_OBJECT_AUTH, 0, 0,
	    "soft:/a/b;c?d", NULL, NULL },
	{ "jpki:auth?reader=a%20b%26c%25%E3%81%82", JPKI_OBJECT_AUTH, 0, 0,
	    "a b&c%\xe3\x81\x82", NULL, NULL },
	{ "jpki:auth;type=private?pin-source=fd:3&min-tries=1",
	    JPKI_OBJECT_AUTH, JPKI_URI_PRIVATE, 1, NULL, "fd:3", NULL },
	{ "jpki:sign?min-tries=5&pin-source=file:p%2Fq&reader=r",
	    JPKI_OBJECT_SIGN, 0, 5, "r", "file:p/q", NULL },
	{ "jpki:auth?pin-value=%31234", JPKI_OBJECT_AUTH, 0, 0, NULL, NULL,
	    "1234" },
	{ "jpki:auth?reader=a=b", JPKI_OBJECT_AUTH, 0, 0, "a=b", NULL, NULL },
};

static const struct {
	const char *uri;
	const char *says;
} bad[] = {
	{ "", "does not begin" },
	{ "jpki", "does not begin" },
	{ "pkcs11:auth", "does not begin" },
	{ "jpki:Auth", "unknown object \"Auth\"" },
	{ "jpki:auth2", "unknown object \"auth2\"" },
	{ "jpki:AUTH-CA", "unknown object \"AUTH-CA\"" },
	{ "jpki://user.auth", "unknown object \"user.auth\"" },
	{ "jpki:ABC123", "\"(not shown)\"" },
	{ "jpki:ABCDEF", "\"(not shown)\"" },
	{ "jpki:abc123", "\"(not shown)\"" },
	{ "jpki:12345", "\"(not shown)\"" },
	{ "jpki:123", "\"(not shown)\"" },
	{ "jpki:ABC123-", "unknown object" },
	{ "jpki:auth/", "unknown object" },
	{ "jpki:///auth", "unknown object" },
	{ "jpki:anchor", "unknown object \"anchor\"" },
	{ "jpki:1234", "\"(not shown)\"" },
	{ "jpki:au%74h", "unknown object" },
	{ "jpki:auth;", "name=value" },
	{ "jpki:auth?", "name=value" },
	{ "jpki:auth?&", "name=value" },
	{ "jpki:auth?1234", "name=value" },
	{ "jpki:auth?reader=a&", "name=value" },
	{ "jpki:auth?pin-sourc=file:x", "\"pin-sourc\" is unknown" },
	{ "jpki:auth?Reader=x", "\"(not shown)\" is unknown" },
	{ "jpki:auth?ABC123=x", "\"(not shown)\" is unknown" },
	{ "jpki:auth?type=cert", "\"type\" is unknown after \"?\"" },
	{ "jpki:auth;reader=x", "\"reader\" is unknown after \";\"" },
	{ "jpki:auth;type=cert;type=cert", "type is given twice" },
	{ "jpki:auth;type=", "type is cert" },
	{ "jpki:auth;type=key", "type is cert" },
	{ "jpki:auth?reader=", "reader is empty" },
	{ "jpki:auth?reader=a&reader=a", "reader is given twice" },
	{ "jpki:auth?reader=a%00b", "percent-encoding in reader" },
	{ "jpki:auth?reader=a%0", "percent-encoding" },
	{ "jpki:auth?reader=a%", "percent-encoding" },
	{ "jpki:auth?reader=a%0g", "percent-encoding" },
	{ "jpki:auth?pin-source=1234", "pin-source is file:" },
	{ "jpki:auth?pin-source=file:", "pin-source is file:" },
	{ "jpki:auth?pin-source=tty", "pin-source is file:" },
	{ "jpki:auth?pin-source=fd:", "needs a number" },
	{ "jpki:auth?pin-source=fd:-1", "needs a number" },
	{ "jpki:auth?pin-source=fd:3x", "needs a number" },
	{ "jpki:auth?pin-source=fd:9999999999", "needs a number" },
	{ "jpki:auth?pin-source=fd:3&pin-source=fd:3", "twice" },
	{ "jpki:auth?pin-source=fd:3&pin-value=1234", "exclude" },
	{ "jpki:auth?pin-value=", "pin-value is empty" },
	{ "jpki:auth?pin-value=1234&pin-value=1234", "twice" },
	{ "jpki:auth?cert=x", "cert is file:" },
	{ "jpki:auth-ca?cert=file:x", "for auth and sign" },
	{ "jpki:auth?min-tries=0", "from 1 to 5" },
	{ "jpki:auth?min-tries=6", "from 1 to 5" },
	{ "jpki:auth?min-tries=10", "from 1 to 5" },
	{ "jpki:auth?min-tries=", "from 1 to 5" },
	{ "jpki:auth?min-tries=1&min-tries=1", "twice" },
};

#define N_GOOD (sizeof(good) / sizeof(good[0]))
#define N_BAD (sizeof(bad) / sizeof(bad[0]))

static struct jpki_ctx *ctx;

static void
same(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		assert_ptr_equal(a, b);
	else
		assert_string_equal(a, b);
}

static void
good_ones(void **state)
{
	struct jpki_uri *uri;
	size_t i;

	(void)state;
	for (i = 0; i < N_GOOD; i++) {
		row("%s", good[i].uri);
		assert_code(jpki_uri_parse(ctx, good[i].uri, &uri), 0);
		assert_int_equal(uri->object, good[i].object);
		assert_int_equal(uri->type, good[i].type);
		assert_int_equal(uri->min_tries, good[i].min_tries);
		same(uri->reader, good[i].reader);
		same(uri->pin_source, good[i].source);
		same(uri->pin_value, good[i].value);
		jpki_uri_free(&uri);
		assert_null(uri);
	}
}

static void
card_and_certificate(void **state)
{
	struct jpki_uri *uri;

	(void)state;
	assert_code(jpki_uri_parse(ctx,
	    "jpki://sign?card=0123&cert=file:a%20b", &uri), 0);
	assert_string_equal(uri->card, "0123");
	assert_string_equal(uri->cert, "a b");
	jpki_uri_free(&uri);
}

static bool
has_japanese(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x80)
		text++;
	return *text != '\0';
}

static void
bad_ones(void **state)
{
	struct jpki_uri *uri;
	const char *text;
	size_t i;

	(void)state;
	for (i = 0; i < N_BAD; i++) {
		row("\"%s\"", bad[i].uri);
		assert_code(jpki_uri_parse(ctx, bad[i].uri, &uri),
		    JPKI_ERR_URI);
		assert_null(uri);
		text = jpki_ctx_errmsg(ctx);
		if (strstr(text, bad[i].says) == NULL)
			fail_msg("%s", text);
		assert_null(strstr(text, "1234"));
		assert_null(strstr(text, "ABC123"));
		assert_false(has_japanese(text));
		/* The same in Japanese. */
		jpki_ctx_set_lang(ctx, JPKI_LANG_JA);
		assert_code(jpki_uri_parse(ctx, bad[i].uri, &uri),
		    JPKI_ERR_URI);
		jpki_ctx_set_lang(ctx, JPKI_LANG_EN);
		text = jpki_ctx_errdetail(ctx);
		assert_true(has_japanese(text));
		assert_null(strstr(text, "1234"));
		assert_null(strstr(text, "ABC123"));
	}
}

static void
length(void **state)
{
	char text[JPKI_URI_MAX + 2];
	struct jpki_uri *uri;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "jpki:auth?reader=", 17);
	text[JPKI_URI_MAX] = '\0';
	assert_code(jpki_uri_parse(ctx, text, &uri), 0);
	assert_int_equal(strlen(uri->reader), JPKI_URI_MAX - 17);
	jpki_uri_free(&uri);
	text[JPKI_URI_MAX] = 'x';
	text[JPKI_URI_MAX + 1] = '\0';
	assert_code(jpki_uri_parse(ctx, text, &uri), JPKI_ERR_URI);
}

static void
printing(void **state)
{
	struct jpki_uri *uri;
	char text[64];

	(void)state;
	assert_code(jpki_uri_print(ctx, JPKI_OBJECT_SIGN_CA, NULL, text,
	    sizeof(text)), 0);
	assert_string_equal(text, "jpki://sign-ca");
	assert_code(jpki_uri_print(ctx, JPKI_OBJECT_AUTH, "a&b c%\xff",
	    text, sizeof(text)), 0);
	assert_code(jpki_uri_parse(ctx, text, &uri), 0);
	assert_string_equal(uri->reader, "a&b c%\xff");
	jpki_uri_free(&uri);
	assert_code(jpki_uri_print(ctx, JPKI_OBJECT_AUTH,
	    "&&&&&&&&&&&&&&&&&", text, sizeof(text)), JPKI_ERR_SPACE);
	assert_code(jpki_uri_print(ctx, JPKI_OBJECT_ALL, NULL, text,
	    sizeof(text)), 0);
	assert_string_equal(text, "jpki://");
	/* A slot is no object. */
	assert_code(jpki_uri_print(ctx, (enum jpki_object)JPKI_SLOT_AUTH,
	    NULL, text, sizeof(text)), JPKI_ERR_USAGE);
}

/* Whatever comes in, out comes an error or something that makes sense. */
static void
mutated(void **state)
{
	static const char alphabet[] = "jpki:/;?&=%012auth-signcedrvl\xe3\x01";
	struct jpki_uri *uri;
	char text[160], *exact;
	long round;

	(void)state;
	srand(1);
	for (round = 0; round < 100000; round++) {
		size_t i, len, n = (size_t)rand() % 4;

		snprintf(text, sizeof(text), "%s", rand() % 2 ?
		    good[(size_t)rand() % N_GOOD].uri :
		    bad[(size_t)rand() % N_BAD].uri);
		len = strlen(text);
		for (i = 0; i < n && len > 5; i++)
			text[5 + (size_t)rand() % (len - 5)] =
			    alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
		/* As long as it is, so that reading past it is noticed. */
		assert_non_null(exact = strdup(text));
		if (jpki_uri_parse(ctx, exact, &uri) == 0) {
			assert_true(uri->min_tries >= 0 && uri->min_tries <= 5);
			assert_true(uri->object == JPKI_OBJECT_ALL ||
			    *jpki_object_name(uri->object) != '\0');
			assert_true(uri->reader == NULL || *uri->reader);
			jpki_uri_free(&uri);
		} else {
			assert_int_equal(jpki_ctx_err(ctx), JPKI_ERR_URI);
		}
		free(exact);
	}
}

/* Every URI that may stand in a file comes out as it went in; with one byte
 * changed, left out or added it does not. */
static void
wrapping(void **state)
{
	uint8_t der[JPKI_WRAP_MAX + 1], other[JPKI_WRAP_MAX + 1];
	char uri[JPKI_URI_MAX + 1], out[JPKI_URI_MAX + 1];
	size_t n, len, i;

	(void)state;
	for (n = 11; n <= JPKI_URI_MAX; n += n < 300 ? 1 : 90) {
		row("%zu bytes", n);
		memset(uri, 'r', sizeof(uri));
		memcpy(uri, "jpki://auth?reader=", n < 20 ? 11 : 19);
		uri[n < 20 ? 11 : n] = '\0';
		assert_code(jpki_uri_wrap(ctx, uri, der, sizeof(der),
		    &len), 0);
		assert_code(jpki_uri_unwrap(ctx, der, len, out,
		    sizeof(out)), 0);
		assert_string_equal(out, uri);
		memcpy(other, der, len);
		other[len] = 'r';
		assert_code(jpki_uri_unwrap(ctx, other, len + 1, out,
		    sizeof(out)), JPKI_ERR_DATA);
		for (i = 0; i < len && n < 30; i++) {
			assert_code(jpki_uri_unwrap(ctx, der, i, out,
			    sizeof(out)), JPKI_ERR_DATA);
			other[i] ^= 1;
			if (jpki_uri_unwrap(ctx, other, len, out,
			    sizeof(out)) == 0)
				assert_string_not_equal(out, uri);
			other[i] ^= 1;
		}
	}
	assert_code(jpki_uri_wrap(ctx, "jpki://sign", der, 20, &len),
	    JPKI_ERR_SPACE);
	assert_code(jpki_uri_wrap(ctx, "jpki://sign", der, sizeof(der),
	    &len), 0);
	assert_code(jpki_uri_unwrap(ctx, der, len, out, 11),
	    JPKI_ERR_SPACE);
}

static void
not_for_files(void **state)
{
	static const char *const uris[] = {
		"jpki://auth?pin-value=1234", "jpki:", "jpki://auth-ca",
		"jpki://anchors", "jpki://auth;type=cert",
		"jpki://sign;type=public", "jpki://auth?pin-sorce=file:x", ""
	};
	uint8_t der[JPKI_WRAP_MAX];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		row("\"%s\"", uris[i]);
		assert_code(jpki_uri_wrap(ctx, uris[i], der, sizeof(der),
		    &len), JPKI_ERR_URI);
		assert_null(strstr(jpki_ctx_errmsg(ctx), "1234"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(good_ones),
		cmocka_unit_test(card_and_certificate),
		ROW_TEST(bad_ones),
		cmocka_unit_test(length),
		cmocka_unit_test(printing),
		cmocka_unit_test(mutated),
		ROW_TEST(wrapping),
		ROW_TEST(not_for_files),
	};
	int failed;

	if ((ctx = jpki_ctx_new()) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	jpki_ctx_free(&ctx);
	return failed;
}
