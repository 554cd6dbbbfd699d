/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What jpki(3) promises, whatever the program does: one test for each number
 * there. Every command is compared, so "nothing is sent" is what the script
 * says when it has no step more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>
#include <jpki/framework/shared.h>

#include "card/card.h"
#include "script.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define QUERY "00200098"
#define VERIFY "00200098 04 31323334"

/* 1. A PIN of the wrong shape is never sent to a card. */
static void
promise_1_wrong_shape(void **state)
{
	static const struct { enum jpki_pin pin; const char *text; } table[] = {
		{ JPKI_PIN_AUTH, "" }, { JPKI_PIN_AUTH, "123" },
		{ JPKI_PIN_AUTH, "12345" }, { JPKI_PIN_AUTH, "12a4" },
		{ JPKI_PIN_AUTH, "123 " }, { JPKI_PIN_AUTH, "１２３" },
		{ JPKI_PIN_SIGN, "ABC12" }, { JPKI_PIN_SIGN, "ABC-123" },
		{ JPKI_PIN_SIGN, "ABCDEFGH123456789" },
		{ JPKI_PIN_TEXT, "567" },
	};
	struct script *script = script_new();
	struct jpki_card *card;
	struct jpki_kept *kept;
	size_t i, len;

	(void)state;
	script_add(script, "begin", "same");
	script_add(script, "leave", "");
	card = script_begun(script);
	for (i = 0; i < N(table); i++) {
		row("%s", table[i].text);
		len = strlen(table[i].text);
		assert_code(jpki_pin_verify(card, table[i].pin, table[i].text,
		    len, 1, NULL), JPKI_ERR_PIN_FORMAT);
		assert_code(jpki_pin_change(card, table[i].pin, table[i].text,
		    len, table[i].pin == JPKI_PIN_SIGN ? "DEF456" : "5179",
		    table[i].pin == JPKI_PIN_SIGN ? 6 : 4, 1, 0, NULL),
		    JPKI_ERR_PIN_FORMAT);
		assert_code(jpki_pin_change(card, table[i].pin,
		    table[i].pin == JPKI_PIN_SIGN ? "DEF456" : "5179",
		    table[i].pin == JPKI_PIN_SIGN ? 6 : 4, table[i].text, len,
		    1, 0, NULL), JPKI_ERR_PIN_FORMAT);
		assert_code(jpki_kept_new(script_ctx, table[i].pin,
		    table[i].text, len, 1, 0, &kept), JPKI_ERR_PIN_FORMAT);
		assert_null(kept);
	}
	script_ended(script, card);
}

/* 2. The tries are read before each VERIFY, in the same run; too few, and
 * nothing is sent. */
static void
promise_2_tries_first(void **state)
{
	struct script *script = script_new();
	struct jpki_card *card;
	int left;

	(void)state;
	script_add_run(script);
	script_add(script, QUERY, "63C3");
	script_add(script, VERIFY, "63C2");
	/* Once more, although the answer told: */
	script_add(script, "00A4020C 02 0018", "9000");
	script_add(script, "00200080", "63C2");
	script_add(script, "00200080 04 31323334", "63C1");
	script_add(script, "00200080", "63C1");
	script_add(script, SCRIPT_DOOR, "9000");
	script_add(script, "off", "");
	card = script_begun(script);
	assert_code(script_verify(card), JPKI_ERR_PIN_WRONG);
	assert_code(script_verify(card), JPKI_ERR_PIN_WRONG);
	assert_code(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2, &left),
	    JPKI_ERR_PIN_LAST_TRY);
	assert_int_equal(left, 1);
	script_ended(script, card);
}

/* 3. One call sends a PIN at most once, also where any other command would be
 * sent again (after 6F00, or with another length). */
static void
promise_3_once(void **state)
{
	static const struct {
		const char *answer;
		int err;
	} answers[] = {
		{ "6F00", 0 }, { "6C04", 0 }, { "6310", 0 }, { "90", 0 },
		{ NULL, JPKI_ERR_TIMEOUT }, { NULL, JPKI_ERR_REMOVED },
		{ NULL, JPKI_ERR_IO }, { "6700", 0 }, { "6582", 0 },
	};
	struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ QUERY, "63C3", 0 },
		{ VERIFY, NULL, 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	}, changes[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00A4020C 02 0018", "9000", 0 },
		{ "00200080", "63C3", 0 },
		{ "00200080 04 31323334", "9000", 0 },
		{ "00240180 04 35313739", NULL, 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	struct jpki_card *card;
	size_t i;

	(void)state;
	for (i = 0; i < N(answers); i++) {
		struct script verify = SCRIPT(steps), change = SCRIPT(changes);

		row("answer %zu", i);
		steps[N(steps) - 3].answer = answers[i].answer;
		steps[N(steps) - 3].err = answers[i].err;
		card = script_begun(&verify);
		assert_int_not_equal(script_verify(card), 0);
		script_ended(&verify, card);

		changes[N(changes) - 3].answer = answers[i].answer;
		changes[N(changes) - 3].err = answers[i].err;
		card = script_opened(&change);
		assert_int_not_equal(jpki_pin_change(card, JPKI_PIN_AUTH,
		    "1234", 4, "5179", 4, 2, 0, NULL), 0);
		script_closed(&change, card);
	}
}

/* 4. Nothing that was learnt in one run is taken for granted in the next. */
static void
promise_4_every_run_anew(void **state)
{
	struct script *script = script_new();
	struct jpki_card *card;

	(void)state;
	script_add_run(script);
	script_add(script, QUERY, "63C3");
	script_add(script, VERIFY, "9000");
	script_add_head(script);
	script_add(script, SCRIPT_SIGN_AUTH, SCRIPT_SIG);
	script_add(script, SCRIPT_DOOR, "9000");
	script_add(script, "off", "");
	/* No login, no application, no counter: */
	script_add_run(script);
	script_add(script, QUERY, "63C3");
	script_add(script, VERIFY, "9000");
	script_add(script, SCRIPT_SIGN_AUTH, SCRIPT_SIG);
	script_add(script, SCRIPT_DOOR, "9000");
	script_add(script, "off", "");
	/* Not even that it is this card: */
	script_add(script, "begin", "changed");
	script_add(script, "leave", "");
	card = script_begun(script);
	assert_code(script_verify(card), 0);
	assert_code(script_sign(card, JPKI_KEY_AUTH), 0);
	assert_code(jpki_card_end(card), 0);
	assert_code(script_sign(card, JPKI_KEY_AUTH), JPKI_ERR_NEEDS_PIN);
	assert_code(script_verify(card), JPKI_ERR_NO_RUN);
	assert_code(jpki_card_begin(card), 0);
	assert_code(script_sign(card, JPKI_KEY_AUTH), JPKI_ERR_NEEDS_PIN);
	assert_code(script_verify(card), 0);
	assert_code(script_sign(card, JPKI_KEY_AUTH), 0);
	assert_code(jpki_card_end(card), 0);
	assert_code(jpki_card_begin(card), JPKI_ERR_CHANGED);
	script_closed(script, card);
}

/* 5. Only a digest and its name can be signed, never raw bytes. */
static void
promise_5_digests_only(void **state)
{
	static const uint8_t bytes[256];
	static const size_t lens[] = { 0, 1, 20, 28, 31, 33, 51, 64, 256 };
	struct script *script = script_new();
	struct jpki_card *card;
	uint8_t sig[256];
	size_t i, len;

	(void)state;
	script_add_run(script);
	script_add(script, QUERY, "63C3");
	script_add(script, VERIFY, "9000");
	/* In the DigestInfo of its name: */
	script_add_head(script);
	script_add(script, SCRIPT_SIGN_AUTH, SCRIPT_SIG);
	script_add(script, SCRIPT_DOOR, "9000");
	script_add(script, "off", "");
	card = script_begun(script);
	assert_code(script_verify(card), 0);
	for (i = 0; i < N(lens); i++) {
		row("%zu bytes", lens[i]);
		assert_code(jpki_card_sign(card, JPKI_KEY_AUTH,
		    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, bytes, lens[i], sig,
		    sizeof(sig), &len), JPKI_ERR_DIGEST);
		assert_code(jpki_card_sign(card, JPKI_KEY_AUTH,
		    JPKI_PADDING_PKCS1, 0, bytes, lens[i], sig, sizeof(sig),
		    &len), JPKI_ERR_DIGEST);
		assert_code(jpki_card_sign(card, JPKI_KEY_AUTH,
		    JPKI_PADDING_PSS, JPKI_MD_SHA256, bytes, lens[i], sig,
		    sizeof(sig), &len), JPKI_ERR_DIGEST);
	}
	assert_code(jpki_card_sign(card, JPKI_KEY_AUTH, (enum jpki_padding)0,
	    JPKI_MD_SHA256, bytes, 32, sig, sizeof(sig), &len),
	    JPKI_ERR_USAGE);
	assert_code(script_sign(card, JPKI_KEY_AUTH), 0);
	script_ended(script, card);
}

/* All that was logged. */
struct log {
	char text[8192];
	size_t len;
};

static void
take_line(void *arg, enum jpki_log_level level, const char *line)
{
	struct log *log = arg;

	(void)level;
	log->len += (size_t)snprintf(log->text + log->len,
	    sizeof(log->text) - log->len, "%s\n", line);
	assert_true(log->len < sizeof(log->text));
}

/* A text as it is and in hex, in either case: nowhere in the log, nor in what
 * is said of the last failure. */
static void
assert_unsaid(const struct log *log, const char *secret)
{
	const char *said = jpki_ctx_errmsg(script_ctx);
	char upper[256] = "", lower[256] = "";
	size_t i;

	for (i = 0; secret[i] != '\0'; i++) {
		snprintf(upper + 2 * i, 3, "%02X", (unsigned char)secret[i]);
		snprintf(lower + 2 * i, 3, "%02x", (unsigned char)secret[i]);
	}
	assert_null(strstr(log->text, secret));
	assert_null(strstr(log->text, upper));
	assert_null(strstr(log->text, lower));
	assert_null(strstr(said, secret));
	assert_null(strstr(said, upper));
	assert_null(strstr(said, lower));
}

#define SELECT_TEXT "00A4040C 0A D3921000310001010408"
#define NAME_OBJECT "DF2206 E5B1B1E794B0"		/* 山田 */
#define ADDRESS_OBJECT "DF2306 E69DB1E4BAAC"		/* 東京 */
#define BIRTH_OBJECT "DF2408 3139393030323137"
#define SEX_OBJECT "DF2501 31"

/* 6. A PIN, an attribute or a signature is never logged, and no session keeps
 * a PIN. */
static void
promise_6_nothing_told(void **state)
{
	struct script *script = script_new();
	struct jpki_attributes *attributes;
	struct log log = { .len = 0 };
	struct jpki_card *card;

	(void)state;
	script_add(script, "begin", "same");
	script_add(script, SELECT_TEXT, "9000");
	script_add(script, "00200091", "63C3");
	script_add(script, "00200091 04 38363432", "9000");
	script_add(script, "00B08200 00", "FF2021" NAME_OBJECT ADDRESS_OBJECT
	    BIRTH_OBJECT SEX_OBJECT "9000");
	script_add(script, SCRIPT_SELECT, "9000");
	script_add(script, QUERY, "63C3");
	script_add(script, VERIFY, "9000");
	script_add_head(script);
	script_add(script, SCRIPT_SIGN_AUTH, SCRIPT_SIG);
	script_add(script, "00A4020C 02 0018", "9000");
	script_add(script, "00200080", "63C3");
	script_add(script, "00200080 04 39393939", "63C2");
	script_add(script, SCRIPT_DOOR, "9000");
	script_add(script, "off", "");
	jpki_ctx_set_log(script_ctx, take_line, &log);
	card = script_begun(script);
	assert_code(jpki_pin_verify(card, JPKI_PIN_TEXT, "8642", 4, 2, NULL),
	    0);
	assert_code(jpki_card_attributes(card, &attributes), 0);
	jpki_attributes_free(&attributes);
	assert_code(script_verify(card), 0);
	assert_code(script_sign(card, JPKI_KEY_AUTH), 0);
	assert_code(jpki_pin_verify(card, JPKI_PIN_AUTH, "9999", 4, 2, NULL),
	    JPKI_ERR_PIN_WRONG);
	/* The whole run is in the log: */
	assert_non_null(strstr(log.text, "[PIN]"));
	assert_unsaid(&log, "8642");
	assert_unsaid(&log, "1234");
	assert_unsaid(&log, "9999");
	assert_unsaid(&log, "山田");
	assert_unsaid(&log, "東京");
	assert_unsaid(&log, "19900217");
	assert_null(strstr(log.text, "0000000000000000"));
	assert_null(memmem(card, sizeof(*card), "8642", 4));
	assert_null(memmem(card, sizeof(*card), "1234", 4));
	assert_null(memmem(card, sizeof(*card), "9999", 4));
	script_ended(script, card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(promise_1_wrong_shape),
		SCRIPT_TEST(promise_2_tries_first),
		SCRIPT_TEST(promise_3_once),
		SCRIPT_TEST(promise_4_every_run_anew),
		SCRIPT_TEST(promise_5_digests_only),
		SCRIPT_TEST(promise_6_nothing_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
