/* SPDX-License-Identifier: Apache-2.0 */
/* Files on a scripted card: certificates, presence, the ATR. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "script.h"
#include "transport/transport.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void
presence(void **state)
{
	static const struct {
		const char *answer;
		bool sign, auth;
	} table[] = {
		{ "8F8F00 9000", true, true }, { "008F00 9000", false, true },
		{ "8F0000 9000", true, false }, { "000000 9000", false, false },
		{ "018F00 9000", true, true },	/* unheard of: present */
		{ "9000", true, true },
	};
	struct jpki_card *card;
	bool present;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct script *script = script_new();

		row("%s", table[i].answer);
		script_add_run(script);
		script_add(script, "00B08800 03", table[i].answer);
		if (strcmp(table[i].answer, "9000") == 0) {
			/* Empty is asked twice. */
			script_add(script, "00A4020C 02 0008", "9000");
			script_add(script, "00B00000 03", "9000");
		}
		script_add(script, "leave", "");
		card = script_opened(script);
		assert_code(jpki_card_present(card, JPKI_SLOT_SIGN,
		    &present), 0);
		assert_int_equal(present, table[i].sign);
		assert_code(jpki_card_present(card, JPKI_SLOT_AUTH_CA,
		    &present), 0);
		assert_int_equal(present, table[i].auth);
		script_closed(script, card);
	}
}

/* READs that bring no certificate. */
static void
certificate_absent(void **state)
{
	static const struct {
		const char *read, *select, *plain_read;
		int want;
	} table[] = {
		{ "6982", NULL, NULL, JPKI_ERR_NEEDS_PIN },
		{ "6A82", "6A82", NULL, JPKI_ERR_NOT_ON_CARD },
		{ "6A82", "9000", "6982", JPKI_ERR_NEEDS_PIN },
		{ "6B00", "9000", "6B00", JPKI_ERR_NOT_ON_CARD },
		{ "9000", "9000", "9000", JPKI_ERR_NOT_ON_CARD },
		{ "9000", "6A82", NULL, JPKI_ERR_NOT_ON_CARD },
		{ "6986", "9000", "FFFFFFFF9000", JPKI_ERR_NOT_ON_CARD },
		{ "FFFFFFFF9000", NULL, NULL, JPKI_ERR_NOT_ON_CARD },
		{ "000000009000", NULL, NULL, JPKI_ERR_NOT_ON_CARD },
		{ "30809000", NULL, NULL, JPKI_ERR_DATA },	/* indefinite */
		{ "3084000000019000", NULL, NULL, JPKI_ERR_DATA },
		/* Huge. */
		{ "3082FFFF009000", NULL, NULL, JPKI_ERR_DATA },
		{ "309000", NULL, NULL, JPKI_ERR_DATA },
		{ "6F00", "9000", "6A81", JPKI_ERR_CARD_SW },
		{ "3003020100 9000", NULL, NULL, JPKI_ERR_DATA },
	};
	struct jpki_cert *cert;
	struct jpki_card *card;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct script *script = script_new();

		row("READ %s, SELECT %s, READ %s", table[i].read,
		    table[i].select != NULL ? table[i].select : "not sent",
		    table[i].plain_read != NULL ? table[i].plain_read :
		    "not sent");
		script_add_run(script);
		script_add(script, "00B08100 00", table[i].read);
		if (strcmp(table[i].read, "6F00") == 0)	/* once more */
			script_add(script, "00B08100 00", table[i].read);
		if (table[i].select != NULL)
			script_add(script, "00A4020C 02 0001",
			    table[i].select);
		if (table[i].plain_read != NULL)
			script_add(script, "00B00000 00",
			    table[i].plain_read);
		script_add(script, "leave", "");
		card = script_opened(script);
		assert_ctx_code(script_ctx, jpki_card_cert(card,
		    JPKI_SLOT_SIGN, &cert), table[i].want);
		assert_null(cert);
		script_closed(script, card);
	}
}

/* A file that ends before its DER does. */
static void
certificate_cut_short(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00B08A00 00", "30820010 0102 9000", 0 },
		{ "00B00006 0E", "03 6282", 0 },
		{ "00B00007 0D", "6B00", 0 },
		{ "00A4020C 02 000A", "9000", 0 },
		{ "00B00007 0D", "6B00", 0 },
		{ "leave", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;
	struct jpki_cert *cert;

	(void)state;
	card = script_opened(&script);
	assert_code(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert),
	    JPKI_ERR_DATA);
	script_closed(&script, card);
}

/* One bad answer to a READ, in the middle or where short EF ids are not known:
 * once more, of the file that is selected again; the application is not. */
static void
bad_answer_once(void **state)
{
	static const char *const answers[] = { "6B00", "6986", "9000", "6985" };
	struct jpki_card *card;
	struct jpki_cert *cert;
	size_t i;

	(void)state;
	for (i = 0; i < 2 * N(answers); i++) {
		bool plain = i % 2 == 0;
		const char *answer = answers[i / 2];
		struct script *script = plain ? script_new_plain() :
		    script_new();

		row("%s, %s", answer, plain ? "first" : "then");
		script_add_run(script);
		if (plain) {
			script_add(script, "00A4020C 02 000A", "9000");
			script_add(script, "00B00000 00", answer);
			script_add(script, "00A4020C 02 000A", "9000");
			script_add(script, "00B00000 00", "3004 0500 9000");
		} else {
			script_add(script, "00B08A00 00", "3004 0500 9000");
		}
		script_add(script, "00B00004 02", answer);
		script_add(script, "00A4020C 02 000A", "9000");
		script_add(script, "00B00004 02", "0500 9000");
		script_add(script, "leave", "");
		card = script_opened(script);
		/* All six bytes were read, and are no certificate. */
		assert_ctx_code(script_ctx, jpki_card_cert(card,
		    JPKI_SLOT_AUTH, &cert), JPKI_ERR_DATA);
		assert_null(strstr(jpki_ctx_errmsg(script_ctx), "cut short"));
		script_closed(script, card);
	}
}

/* Extended length where the ATR announces it, and back on 6700. */
static void
extended_falls_back(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00B08A00 000800", "6700", 0 },
		{ "00B08A00 00", "30820010 0102 9000", 0 },
		{ "00B00006 0E", "6B00", 0 },
		{ "00A4020C 02 000A", "9000", 0 },
		{ "00B00006 0E", "6B00", 0 },
		{ "leave", "", 0 },
	};
	struct script script = { steps, N(steps), 0,
	    "3BDA13FF8131FB468012392F31C173C601C03B", false };
	struct jpki_card *card;
	struct jpki_cert *cert;

	(void)state;
	card = script_opened(&script);
	assert_code(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert),
	    JPKI_ERR_DATA);
	script_closed(&script, card);
}

static void
atrs(void **state)
{
	/* Those of the fact sheet, and broken ones. */
	static const struct {
		uint8_t atr[33];
		size_t len;
		bool extended;
	} table[] = {
		{ { 0x3b, 0xe0, 0x00, 0xff, 0x81, 0x31, 0xfe, 0x45, 0x14 },
		  9, false },
		{ { 0x3b, 0xda, 0x13, 0xff, 0x81, 0x31, 0xfb, 0x46, 0x80,
		    0x12, 0x39, 0x2f, 0x31, 0xc1, 0x73, 0xc6, 0x01, 0xc0,
		    0x3b }, 19, true },
		{ { 0x3b, 0xc5, 0xff, 0x81, 0x31, 0xfb, 0x45, 0x80, 0x73,
		    0xc6, 0x01, 0x00, 0x00 }, 13, false },
		{ { 0x3b, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xe0, 0xb3,
		    0x81, 0xa1, 0x00, 0x7f }, 13, false },
		{ { 0x3b, 0xf5, 0x91, 0x00, 0xff, 0x91, 0x81, 0x71, 0xfe,
		    0x40, 0x00, 0x42, 0x00, 0x01, 0x00, 0xd1, 0xd6 },
		  17, false },
		{ { 0x3b, 0x04, 0x80, 0x73, 0xc6, 0x01 }, 6, false },
		{ { 0x3b, 0x05, 0x80, 0x73, 0xc6, 0x01, 0xc0 }, 7, true },
		{ { 0x3b, 0x0f, 0x80, 0x73, 0xc6 }, 5, false },
		{ { 0x3b, 0xff }, 2, false },
		{ { 0x3b }, 1, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("ATR %zu, of %zu bytes", i + 1, table[i].len);
		assert_int_equal(jpkip_atr_extended(table[i].atr,
		    table[i].len), table[i].extended);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(presence),
		SCRIPT_TEST(certificate_absent),
		SCRIPT_TEST(certificate_cut_short),
		SCRIPT_TEST(bad_answer_once),
		SCRIPT_TEST(extended_falls_back),
		SCRIPT_TEST(atrs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
