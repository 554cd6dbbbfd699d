/* SPDX-License-Identifier: Apache-2.0 */
/* The URI parser: it is linked into this program, so that the sanitizers see
 * every byte it looks at. */
#include "../../provider/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *uri;
	enum jpki_slot slot;		/* 0: all */
	enum prov_type type;
	int min_tries;
	const char *reader;
	const char *source;
	const char *value;
} good[] = {
	{ "jpki:", 0, 0, 2, NULL, NULL, NULL },
	{ "jpki://", 0, 0, 2, NULL, NULL, NULL },
	{ "jpki:;type=cert", 0, PROV_TYPE_CERT, 2, NULL, NULL, NULL },
	{ "jpki:auth", JPKI_SLOT_AUTH, 0, 2, NULL, NULL, NULL },
	{ "jpki://sign", JPKI_SLOT_SIGN, 0, 2, NULL, NULL, NULL },
	{ "jpki://auth-ca", JPKI_SLOT_AUTH_CA, 0, 2, NULL, NULL, NULL },
	{ "jpki:sign-ca", JPKI_SLOT_SIGN_CA, 0, 2, NULL, NULL, NULL },
	{ "jpki:auth;type=public", JPKI_SLOT_AUTH, PROV_TYPE_PUBLIC, 2, NULL,
	    NULL, NULL },
	{ "jpki:auth?reader=soft:/a/b;c?d", JPKI_SLOT_AUTH, 0, 2,
	    "soft:/a/b;c?d", NULL, NULL },
	{ "jpki:auth?reader=a%20b%26c%25%E3%81%82", JPKI_SLOT_AUTH, 0, 2,
	    "a b&c%\xe3\x81\x82", NULL, NULL },
	{ "jpki:auth;type=private?pin-source=fd:3&min-tries=1",
	    JPKI_SLOT_AUTH, PROV_TYPE_PRIVATE, 1, NULL, "fd:3", NULL },
	{ "jpki:sign?min-tries=5&pin-source=file:p%2Fq&reader=r",
	    JPKI_SLOT_SIGN, 0, 5, "r", "file:p/q", NULL },
	{ "jpki:auth?pin-value=%31234", JPKI_SLOT_AUTH, 0, 2, NULL, NULL,
	    "1234" },
	{ "jpki:auth?reader=a=b", JPKI_SLOT_AUTH, 0, 2, "a=b", NULL, NULL },
};

static const struct {
	const char *uri;
	const char *says;
} bad[] = {
	{ "", "does not begin" },
	{ "jpki", "does not begin" },
	{ "JPKI:auth", "does not begin" },
	{ "pkcs11:auth", "does not begin" },
	{ "jpki:Auth", "unknown object \"(not shown)\"" },
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
	{ "jpki:auth?min-tries=0", "from 1 to 5" },
	{ "jpki:auth?min-tries=6", "from 1 to 5" },
	{ "jpki:auth?min-tries=10", "from 1 to 5" },
	{ "jpki:auth?min-tries=", "from 1 to 5" },
	{ "jpki:auth?min-tries=1&min-tries=1", "twice" },
};

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
	struct prov_uri_error err;
	struct prov_uri uri;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		print_message("%s\n", good[i].uri);
		assert_true(prov_uri_parse(good[i].uri, &uri, &err));
		assert_int_equal(uri.all, good[i].slot == 0);
		if (!uri.all)
			assert_int_equal(uri.slot, good[i].slot);
		assert_int_equal(uri.type, good[i].type);
		assert_int_equal(uri.min_tries, good[i].min_tries);
		same(uri.reader, good[i].reader);
		same(uri.pin_source, good[i].source);
		same(uri.pin_value, good[i].value);
		prov_uri_clear(&uri);
		assert_null(uri.pin_value);
	}
}

static void
bad_ones(void **state)
{
	struct prov_uri_error err;
	struct prov_uri uri;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(prov_uri_parse(bad[i].uri, &uri, &err));
		print_message("%s: %s\n", bad[i].uri, err.text);
		assert_non_null(strstr(err.text, bad[i].says));
		assert_null(strstr(err.text, "1234"));
		assert_null(strstr(err.text, "ABC123"));
	}
}

static void
length(void **state)
{
	char text[PROV_URI_MAX + 2];
	struct prov_uri_error err;
	struct prov_uri uri;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "jpki:auth?reader=", 17);
	text[PROV_URI_MAX] = '\0';
	assert_true(prov_uri_parse(text, &uri, &err));
	assert_int_equal(strlen(uri.reader), PROV_URI_MAX - 17);
	text[PROV_URI_MAX] = 'x';
	text[PROV_URI_MAX + 1] = '\0';
	assert_false(prov_uri_parse(text, &uri, &err));
}

static void
printing(void **state)
{
	struct prov_uri_error err;
	char text[64];
	struct prov_uri uri;

	(void)state;
	assert_true(prov_uri_print(JPKI_SLOT_SIGN_CA, NULL, text,
	    sizeof(text)));
	assert_string_equal(text, "jpki://sign-ca");
	assert_true(prov_uri_print(JPKI_SLOT_AUTH, "a&b c%\xff", text,
	    sizeof(text)));
	assert_true(prov_uri_parse(text, &uri, &err));
	assert_string_equal(uri.reader, "a&b c%\xff");
	assert_false(prov_uri_print(JPKI_SLOT_AUTH, "&&&&&&&&&&&&&&&&&", text,
	    sizeof(text)));
}

/* Whatever comes in, out comes an error or something that makes sense. */
static void
mutated(void **state)
{
	static const char alphabet[] = "jpki:/;?&=%012auth-signcedrvl\xe3\x01";
	struct prov_uri_error err;
	struct prov_uri uri;
	char text[160], *exact;
	long round;

	(void)state;
	srand(1);
	for (round = 0; round < 200000; round++) {
		size_t i, len, n = (size_t)rand() % 4;

		snprintf(text, sizeof(text), "%s", rand() % 2 ?
		    good[(size_t)rand() % 14].uri :
		    bad[(size_t)rand() % 44].uri);
		len = strlen(text);
		for (i = 0; i < n && len > 5; i++)
			text[5 + (size_t)rand() % (len - 5)] =
			    alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
		/* As long as it is, so that reading past it is noticed. */
		assert_non_null(exact = strdup(text));
		if (prov_uri_parse(exact, &uri, &err)) {
			assert_true(uri.min_tries >= 1 && uri.min_tries <= 5);
			assert_true(uri.all || *prov_slot_name(uri.slot));
			assert_true(uri.reader == NULL || *uri.reader);
		} else {
			assert_true(strlen(err.text) > 0);
		}
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(bad_ones),
		cmocka_unit_test(length),
		cmocka_unit_test(printing),
		cmocka_unit_test(mutated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
