/* SPDX-License-Identifier: Apache-2.0 */
/* The session on a scripted card: every command, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "card/apdu.h"
#include "script.h"
#include "transport/transport.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define SCRIPT(name) struct script name = { steps, N(steps), 0, NULL, false }

#define ZERO32 "0000000000000000000000000000000000000000000000000000000000000000"
#define DIGEST_INFO_256 "3031300D060960864801650304020105000420" ZERO32
#define SIG64 ZERO32 ZERO32
#define SIG256 SIG64 SIG64 SIG64 SIG64 " 9000"
#define SIGN_AUTH "802A0097 33" DIGEST_INFO_256 "00"

static struct jpki_ctx *ctx;
static const uint8_t digest[64];

static int
setup(void **state)
{
	(void)state;
	ctx = jpki_ctx_new();
	return ctx == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	jpki_ctx_free(&ctx);
	return 0;
}

static void
open_with_short_ids(void **state)
{
	static const struct script_step steps[] = { SCRIPT_OPEN };
	SCRIPT(script);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_carrier(card), JPKI_CARRIER_CARD);
	assert_int_equal(jpki_card_auth_tries_at_open(card), 3);
	jpki_card_close(&card);
	assert_null(card);
	assert_true(script.closed);
	script_done(&script);
}

static void
open_without_short_ids(void **state)
{
	static const struct script_step steps[] = { SCRIPT_OPEN_PLAIN };
	SCRIPT(script);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_carrier(card), JPKI_CARRIER_CARD);
	jpki_card_close(&card);
	script_done(&script);
}

static void
first_command_6f00(void **state)
{
	static const struct script_step steps[] = {
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "6F00", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00B08600 20", SCRIPT_LABEL_CARD "9000", 0 },
		{ "leave", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	jpki_card_close(&card);
	script_done(&script);
}

static void
foreign_card_is_left(void **state)
{
	static const char *const answers[] = {
		"6A82", "6D00", "6E00", "6A86", "6999"
	};
	struct script_step steps[] = {
		{ "begin", "same", 0 }, { SCRIPT_SELECT, NULL, 0 },
		{ "leave", "", 0 },
	};
	struct jpki_card *card;
	size_t i;

	(void)state;
	for (i = 0; i < N(answers); i++) {
		SCRIPT(script);

		steps[1].answer = answers[i];
		assert_int_equal(script_open(&script, ctx, &card),
		    JPKI_ERR_NOT_JPKI);
		assert_null(card);
		assert_false(script.closed);	/* arg stays the caller's */
		script_done(&script);
	}
}

static void
carriers(void **state)
{
	static const struct {
		const char *label;
		enum jpki_carrier carrier;
	} table[] = {
		/* JPKIAPGPSETOKEN with NUL padding */
		{ "4A504B494150475053455400 9000", JPKI_CARRIER_UNKNOWN },
		{ "4A504B494150475053 45544F4B454E 0000 9000",
		  JPKI_CARRIER_ANDROID },
		{ "4A504B494150494F53544F4B454E 20 9000",
		  JPKI_CARRIER_IPHONE },
		{ SCRIPT_LABEL_CARD "9000", JPKI_CARRIER_CARD },
		{ "9000", JPKI_CARRIER_UNKNOWN },
		{ "6982", JPKI_CARRIER_UNKNOWN },
	};
	struct script_step steps[] = { SCRIPT_OPEN };
	struct jpki_card *card;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		SCRIPT(script);

		steps[3].answer = table[i].label;
		assert_int_equal(script_open(&script, ctx, &card), 0);
		assert_int_equal(jpki_card_carrier(card), table[i].carrier);
		assert_string_equal(jpki_ctx_errmsg(ctx), "");
		jpki_card_close(&card);
		script_done(&script);
	}
}

static void
juki_card_is_refused(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN_AS("4A504B4941504943 43544F4B454E 2020")
	};
	SCRIPT(script);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), JPKI_ERR_OLD_CARD);
	script_done(&script);
}

static void
signature_in_a_run(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 31323334", "9000", 0 },
		{ SIGN_AUTH, SIG256, 0 },
		{ SIGN_AUTH, SIG256, 0 },
		{ SCRIPT_DOOR, "6A82", 0 },
		{ "off", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;
	uint8_t sig[256];
	size_t len = 0;
	int left = 9, i;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4,
	    JPKI_TRIES_DEFAULT, &left), 0);
	assert_int_equal(left, -1);
	for (i = 0; i < 2; i++)
		assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
		    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig,
		    sizeof(sig), &len), 0);
	assert_int_equal(len, 256);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
	script_done(&script);
}

static void
signature_without_short_ids(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN_PLAIN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00A4020C 02 0018", "9000", 0 },
		{ "00200080", "63C3", 0 },
		{ "00200080 04 31323334", "9000", 0 },
		{ "00A4020C 02 0017", "9000", 0 },
		{ "802A0080 33" DIGEST_INFO_256 "00", SIG256, 0 },
		{ "802A0080 33" DIGEST_INFO_256 "00", SIG256, 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;
	uint8_t sig[300];
	size_t len = 0;
	int i;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4,
	    JPKI_TRIES_DEFAULT, NULL), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
		    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig,
		    sizeof(sig), &len), 0);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
	script_done(&script);
}

/* The prefixes as RFC 8017 prints them. */
static void
digest_infos(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 31323334", "9000", 0 },
		{ "802A0097 43 3041300D060960864801650304020205000430" ZERO32
		  "00000000000000000000000000000000 00", SIG256, 0 },
		{ "802A0097 53 3051300D060960864801650304020305000440" ZERO32
		  ZERO32 "00", SIG256, 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	static const struct {
		enum jpki_padding padding;
		enum jpki_md md;
		size_t len;
		int want;
	} table[] = {
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA384, 48, 0 },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA512, 64, 0 },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA512, 32, JPKI_ERR_DIGEST },
		{ JPKI_PADDING_PKCS1, JPKI_MD_SHA256, 31, JPKI_ERR_DIGEST },
		{ JPKI_PADDING_PKCS1, 0, 32, JPKI_ERR_DIGEST },
		{ JPKI_PADDING_PSS, JPKI_MD_SHA512, 64, JPKI_ERR_DIGEST },
		{ 0, JPKI_MD_SHA256, 32, JPKI_ERR_USAGE },
	};
	SCRIPT(script);
	struct jpki_card *card;
	uint8_t sig[256];
	size_t len, i;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4,
	    JPKI_TRIES_DEFAULT, NULL), 0);
	for (i = 0; i < N(table); i++)
		assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
		    table[i].padding, table[i].md, digest, table[i].len, sig,
		    sizeof(sig), &len), table[i].want);
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, 255, &len),
	    JPKI_ERR_SPACE);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
	script_done(&script);
}

/* What a VERIFY and its counter query may be answered with. */
static void
verify_answers(void **state)
{
	static const struct {
		const char *query, *verify;	/* verify NULL: not sent */
		int min_tries, want, left;
	} table[] = {
		{ "63C3", "9000", 2, 0, -1 },
		{ "63C2", "9000", 2, 0, -1 },
		{ "63C1", NULL, 2, JPKI_ERR_PIN_LAST_TRY, 1 },
		{ "63C1", "9000", 1, 0, -1 },
		{ "63C2", NULL, 3, JPKI_ERR_PIN_LAST_TRY, 2 },
		{ "63C3", "63C2", 2, JPKI_ERR_PIN_WRONG, 2 },
		{ "63C1", "63C0", 1, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "63C2", "6984", 2, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "63C2", "6983", 2, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "63C0", NULL, 1, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "6983", NULL, 1, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "6984", NULL, 1, JPKI_ERR_PIN_BLOCKED, 0 },
		/* No count: only who insists is sent. */
		{ "9000", NULL, 2, JPKI_ERR_PIN_NO_COUNT, -1 },
		{ "6300", NULL, 2, JPKI_ERR_PIN_NO_COUNT, -1 },
		{ "9000", "9000", 1, 0, -1 },
		/* A VERIFY is never repeated, whatever is answered. */
		{ "63C3", "6F00", 2, JPKI_ERR_CARD_SW, -1 },
		{ "63C3", "6C04", 2, JPKI_ERR_CARD_SW, -1 },
		{ "63C3", "6104", 2, JPKI_ERR_CARD_SW, -1 },
		{ "63C3", "6700", 2, JPKI_ERR_CARD_SW, -1 },
		{ "63C3", "6300", 2, JPKI_ERR_PIN_WRONG, -1 },
	};
	static const struct script_step open_steps[] = { SCRIPT_OPEN };
	struct script_step steps[N(open_steps) + 6];
	struct jpki_card *card;
	size_t i, n;
	int left;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct script script = { steps, 0, 0, NULL, false };

		memcpy(steps, open_steps, sizeof(open_steps));
		n = N(open_steps);
		steps[n++] = (struct script_step){ "begin", "same", 0 };
		steps[n++] = (struct script_step){ SCRIPT_SELECT, "9000", 0 };
		steps[n++] = (struct script_step){ "00200098",
		    table[i].query, 0 };
		if (table[i].verify != NULL) {
			steps[n++] = (struct script_step){
			    "00200098 04 30303030", table[i].verify, 0 };
			steps[n++] = (struct script_step){ SCRIPT_DOOR,
			    "9000", 0 };
		}
		steps[n++] = (struct script_step){
		    table[i].verify != NULL ? "off" : "leave", "", 0 };
		script.n = n;
		assert_int_equal(script_open(&script, ctx, &card), 0);
		assert_int_equal(jpki_card_begin(card), 0);
		left = 77;
		assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "0000",
		    4, table[i].min_tries, &left), table[i].want);
		assert_int_equal(left, table[i].left);
		assert_int_equal(jpki_card_end(card), 0);
		jpki_card_close(&card);
		script_done(&script);
	}
}

/* The second PIN of a run is verified by SELECT and the plain form. */
static void
two_pins_in_a_run(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 31323334", "9000", 0 },
		{ "00A4020C 02 001B", "9000", 0 },
		{ "00200080", "63C5", 0 },
		{ "00200080 06 414243313233", "9000", 0 },
		{ SIGN_AUTH, SIG256, 0 },
		{ "802A009A 33" DIGEST_INFO_256 "00", SIG256, 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;
	uint8_t sig[256];
	size_t len;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_card_begin(card), 0);	/* runs nest */
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2,
	    NULL), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_SIGN, "abc123", 6, 2,
	    NULL), 0);
	assert_int_equal(jpki_card_end(card), 0);
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, sizeof(sig),
	    &len), 0);
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_SIGN,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, sizeof(sig),
	    &len), 0);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
	script_done(&script);
}

/* Nothing is carried from one run to the next, and no door that another
 * program left open is used. */
static void
logins_end_with_the_run(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 31323334", "9000", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
		{ "begin", "same", 0 },
		{ "leave", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;
	uint8_t sig[256];
	size_t len;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2,
	    NULL), JPKI_ERR_NO_RUN);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2,
	    NULL), 0);
	assert_int_equal(jpki_card_end(card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, sizeof(sig),
	    &len), JPKI_ERR_NEEDS_PIN);
	assert_int_equal(jpki_card_end(card), 0);
	assert_int_equal(jpki_card_end(card), JPKI_ERR_NO_RUN);
	jpki_card_close(&card);
	script_done(&script);
}

/* The link fails in the middle of VERIFY: no second one, the door is tried. */
static void
verify_lost(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 31323334", NULL, JPKI_ERR_REMOVED },
		{ SCRIPT_DOOR, NULL, JPKI_ERR_REMOVED },
		{ "off", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;
	uint8_t sig[256];
	size_t len;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2,
	    NULL), JPKI_ERR_REMOVED);
	/* The run is over; nothing else reaches the link. */
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2,
	    NULL), JPKI_ERR_REMOVED);
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, sizeof(sig),
	    &len), JPKI_ERR_NEEDS_PIN);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
	script_done(&script);
}

static void
door_that_does_not_close(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 30303030", "63C2", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", JPKI_ERR_IO },
	};
	SCRIPT(script);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "0000", 4, 2,
	    NULL), JPKI_ERR_PIN_WRONG);
	assert_int_equal(jpki_card_end(card), JPKI_ERR_DOOR);
	assert_int_equal(jpki_ctx_err(ctx), JPKI_ERR_DOOR);
	jpki_card_close(&card);
	script_done(&script);
}

/* Also where the operation has a run of its own, and its own failure. */
static void
door_after_a_change(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00A4020C 02 0018", "9000", 0 },
		{ "00200080", "63C3", 0 },
		{ "00200080 04 30303030", "63C2", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", JPKI_ERR_IO },
	};
	SCRIPT(script);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_pin_change(card, JPKI_PIN_AUTH, "0000", 4,
	    "9876", 4, 2, NULL), JPKI_ERR_DOOR);
	assert_int_equal(jpki_ctx_err(ctx), JPKI_ERR_DOOR);
	jpki_card_close(&card);
	script_done(&script);
}

/* Closing the card ends a run that was left open. */
static void
close_ends_the_run(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 31323334", "9000", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2,
	    NULL), 0);
	jpki_card_close(&card);
	script_done(&script);
}

static void
swapped_card(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "changed", 0 },
		{ "leave", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), JPKI_ERR_CHANGED);
	/* For good: the link is not asked again. */
	assert_int_equal(jpki_card_begin(card), JPKI_ERR_CHANGED);
	jpki_card_close(&card);
	script_done(&script);
}

/* After a reconnection the auth certificate must be the same; there is none
 * to compare with here, so nothing is sent at all. */
static void
reconnected_card_is_unknown(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "reconnected", 0 },
		{ "leave", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;
	bool present;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), JPKI_ERR_CHANGED);
	assert_int_equal(jpki_card_present(card, JPKI_SLOT_AUTH, &present),
	    JPKI_ERR_CHANGED);
	jpki_card_close(&card);
	script_done(&script);
}

/* 6Cxx names an Le: a command without one is not touched, and a signature or
 * a VERIFY is not repeated. */
static void
wrong_le(void **state)
{
	static const struct script_step steps[] = {
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "6A86", 0 },
		{ "00A4020C 02 0018", "6C1B", 0 },
		{ "00A4020C 02 0006", "9000", 0 },
		{ "00B00000 20", "6C10", 0 },
		{ "00B00000 10", "4A504B494150494343544F4B454E3220 9000", 0 },
		{ "leave", "", 0 },
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 31323334", "9000", 0 },
		{ SIGN_AUTH, "6C80", 0 },
		{ SIGN_AUTH, "6F00", 0 },
		{ SCRIPT_DOOR, "6F00", 0 },
		{ "off", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;
	uint8_t sig[256];
	size_t len;
	int i;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_carrier(card), JPKI_CARRIER_CARD);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2,
	    NULL), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
		    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig,
		    sizeof(sig), &len), JPKI_ERR_CARD_SW);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
	script_done(&script);
}

/* A card that does not answer queries: no count, and who insists may try. A
 * "locked" from a card that may not know short EF ids is asked again. */
static void
queries_refused(void **state)
{
	static const struct script_step steps[] = {
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C0", 0 },
		{ "00A4020C 02 0018", "9000", 0 },
		{ "00200080", "6700", 0 },
		{ "00A4020C 02 0006", "9000", 0 },
		{ "00B00000 20", SCRIPT_LABEL_CARD "9000", 0 },
		{ "leave", "", 0 },
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "6700", 0 },
		{ "00A4020C 02 0018", "9000", 0 },
		{ "00200080", "6700", 0 },
		{ "00200080", "6D00", 0 },
		{ "00200080 04 31323334", "9000", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_auth_tries_at_open(card), -1);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2,
	    NULL), JPKI_ERR_PIN_NO_COUNT);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4,
	    JPKI_TRIES_INSIST, NULL), 0);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
	script_done(&script);
}

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
	struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00B08800 03", NULL, 0 },
		{ "leave", "", 0 },
	};
	struct jpki_card *card;
	bool present;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		SCRIPT(script);

		steps[N(steps) - 2].answer = table[i].answer;
		assert_int_equal(script_open(&script, ctx, &card), 0);
		assert_int_equal(jpki_card_present(card, JPKI_SLOT_SIGN,
		    &present), 0);
		assert_int_equal(present, table[i].sign);
		assert_int_equal(jpki_card_present(card, JPKI_SLOT_AUTH_CA,
		    &present), 0);
		assert_int_equal(present, table[i].auth);
		jpki_card_close(&card);
		script_done(&script);
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
		{ "9000", NULL, NULL, JPKI_ERR_NOT_ON_CARD },
		{ "FFFFFFFF9000", NULL, NULL, JPKI_ERR_NOT_ON_CARD },
		{ "000000009000", NULL, NULL, JPKI_ERR_NOT_ON_CARD },
		{ "30809000", NULL, NULL, JPKI_ERR_DATA },	/* indefinite */
		{ "3084000000019000", NULL, NULL, JPKI_ERR_DATA },
		{ "3082FFFF009000", NULL, NULL, JPKI_ERR_DATA },	/* huge */
		{ "309000", NULL, NULL, JPKI_ERR_DATA },
		{ "6F00", "9000", "6A81", JPKI_ERR_CARD_SW },
		{ "3003020100 9000", NULL, NULL, JPKI_ERR_DATA },
	};
	static const struct script_step open_steps[] = { SCRIPT_OPEN };
	struct script_step steps[N(open_steps) + 7];
	struct jpki_cert *cert;
	struct jpki_card *card;
	size_t i, n;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct script script = { steps, 0, 0, NULL, false };

		memcpy(steps, open_steps, sizeof(open_steps));
		n = N(open_steps);
		steps[n++] = (struct script_step){ "begin", "same", 0 };
		steps[n++] = (struct script_step){ SCRIPT_SELECT, "9000", 0 };
		steps[n++] = (struct script_step){ "00B08100 00",
		    table[i].read, 0 };
		if (strcmp(table[i].read, "6F00") == 0)	/* once more */
			steps[n++] = (struct script_step){ "00B08100 00",
			    table[i].read, 0 };
		if (table[i].select != NULL)
			steps[n++] = (struct script_step){
			    "00A4020C 02 0001", table[i].select, 0 };
		if (table[i].plain_read != NULL)
			steps[n++] = (struct script_step){ "00B00000 00",
			    table[i].plain_read, 0 };
		steps[n++] = (struct script_step){ "leave", "", 0 };
		script.n = n;
		assert_int_equal(script_open(&script, ctx, &card), 0);
		assert_int_equal(jpki_card_cert(card, JPKI_SLOT_SIGN, &cert),
		    table[i].want);
		assert_null(cert);
		jpki_card_close(&card);
		script_done(&script);
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
		{ "leave", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;
	struct jpki_cert *cert;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert),
	    JPKI_ERR_DATA);
	jpki_card_close(&card);
	script_done(&script);
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
		{ "leave", "", 0 },
	};
	struct script script = { steps, N(steps), 0,
	    "3BDA13FF8131FB468012392F31C173C601C03B", false };
	struct jpki_card *card;
	struct jpki_cert *cert;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert),
	    JPKI_ERR_DATA);
	jpki_card_close(&card);
	script_done(&script);
}

static void
pin_change(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00A4020C 02 001B", "9000", 0 },
		{ "00200080", "63C5", 0 },
		{ "00200080 06 414243313233", "9000", 0 },
		{ "00240180 08 5445535431323334", "9000", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
		/* The change is refused: said, and not repeated. */
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00A4020C 02 0018", "9000", 0 },
		{ "00200080", "63C3", 0 },
		{ "00200080 04 31323334", "9000", 0 },
		{ "00240180 04 35363738", "6F00", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
		/* A wrong current PIN: the new one is not sent. */
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00A4020C 02 0018", "9000", 0 },
		{ "00200080", "63C3", 0 },
		{ "00200080 04 30303030", "63C2", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	static const struct {
		enum jpki_pin pin;
		const char *cur, *next;
		int want;
	} table[] = {
		{ JPKI_PIN_SIGN, "ABC123", "ABC12", JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_SIGN, "ABC123", "abc123", JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_SIGN, "ABC123", "ABCDEF", JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_SIGN, "ABC123", "123456", JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_SIGN, "ABC12", "TEST1234", JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_AUTH, "1234", "1234", JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_AUTH, "1234", "", JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_SIGN, "abc123", "test1234", 0 },
		{ JPKI_PIN_AUTH, "1234", "5678", JPKI_ERR_CARD_SW },
		{ JPKI_PIN_AUTH, "0000", "5678", JPKI_ERR_PIN_WRONG },
	};
	SCRIPT(script);
	struct jpki_card *card;
	int left;
	size_t i;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	for (i = 0; i < N(table); i++)
		assert_int_equal(jpki_pin_change(card, table[i].pin,
		    table[i].cur, strlen(table[i].cur), table[i].next,
		    strlen(table[i].next), 2, &left), table[i].want);
	assert_int_equal(left, 2);
	jpki_card_close(&card);
	script_done(&script);
}

static void
pin_shapes(void **state)
{
	static const struct {
		enum jpki_pin pin;
		const char *text;
		bool ok;
	} table[] = {
		{ JPKI_PIN_AUTH, "1234", true },
		{ JPKI_PIN_AUTH, "１２３４", true },	/* full width */
		{ JPKI_PIN_AUTH, "1２3４", true },
		{ JPKI_PIN_AUTH, "", false },
		{ JPKI_PIN_AUTH, "123", false },
		{ JPKI_PIN_AUTH, "12345", false },
		{ JPKI_PIN_AUTH, "123A", false },
		{ JPKI_PIN_AUTH, "123 ", false },
		{ JPKI_PIN_AUTH, "123\n", false },
		{ JPKI_PIN_AUTH, "-123", false },
		{ JPKI_PIN_TEXT, "0000", true },
		{ JPKI_PIN_SIGN, "ABC123", true },
		{ JPKI_PIN_SIGN, "abc123", true },
		{ JPKI_PIN_SIGN, "ＡＢｃ１２３", true },
		/* On use an unmixed old password is right. */
		{ JPKI_PIN_SIGN, "ABCDEF", true },
		{ JPKI_PIN_SIGN, "123456", true },
		{ JPKI_PIN_SIGN, "ABCDEF1234567890", true },
		{ JPKI_PIN_SIGN, "ABCDEF12345678901", false },
		{ JPKI_PIN_SIGN, "ABC12", false },
		{ JPKI_PIN_SIGN, "ABC-123", false },
		{ JPKI_PIN_SIGN, "ABC！123", false },
		{ JPKI_PIN_SIGN, "ABC１2\xef\xbc", false },	/* cut UTF-8 */
		{ JPKI_PIN_SIGN, "\xef\xbd\x9b" "AAAAAA", false }, /* ｛ */
		{ JPKI_PIN_SIGN, "あいうえおか", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++)
		assert_int_equal(jpki_pin_check(ctx, table[i].pin,
		    table[i].text, strlen(table[i].text)),
		    table[i].ok ? 0 : JPKI_ERR_PIN_FORMAT);
	assert_int_equal(jpki_pin_check(ctx, JPKI_PIN_AUTH, "12\0" "4", 4),
	    JPKI_ERR_PIN_FORMAT);
	assert_int_equal(jpki_pin_check(ctx, 9, "1234", 4), JPKI_ERR_USAGE);
	assert_int_equal(jpki_pin_check(ctx, JPKI_PIN_AUTH, NULL, 0),
	    JPKI_ERR_PIN_FORMAT);
}

/* A PIN of the wrong shape costs no command at all. */
static void
bad_shape_sends_nothing(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ "leave", "", 0 },
	};
	SCRIPT(script);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "123", 3, 2,
	    NULL), JPKI_ERR_PIN_FORMAT);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "", 0, 2, NULL),
	    JPKI_ERR_PIN_FORMAT);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 0,
	    NULL), JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
	script_done(&script);
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
	for (i = 0; i < N(table); i++)
		assert_int_equal(jpkip_atr_extended(table[i].atr,
		    table[i].len), table[i].extended);
}

struct log {
	char text[4096];
};

static void
keep_log(void *arg, enum jpki_log_level level, const char *line)
{
	struct log *log = arg;
	size_t len = strlen(log->text);

	(void)level;
	snprintf(log->text + len, sizeof(log->text) - len, "%s\n", line);
}

static void
trace_is_redacted(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 31323334", "9000", 0 },
		{ SIGN_AUTH, SIG256, 0 },
		{ SCRIPT_DOOR, NULL, JPKI_ERR_IO },
		{ "off", "", 0 },
	};
	SCRIPT(script);
	struct log log = { "" };
	struct jpki_card *card;
	uint8_t sig[256];
	size_t len;

	(void)state;
	jpki_ctx_set_log(ctx, keep_log, &log);
	assert_int_equal(script_open(&script, ctx, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2,
	    NULL), 0);
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, sizeof(sig),
	    &len), 0);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_card_close(&card);
	script_done(&script);
	assert_string_equal(log.text,
	    "> 00A4040C 0A D392F000260100000001 : 9000\n"
	    "> 00200098 : 63C3\n"
	    "> 00B08600 20 : [32 bytes] 9000\n"
	    "> 00A4040C 0A D392F000260100000001 : 9000\n"
	    "> 00200098 : 63C3\n"
	    "> 00200098 [PIN] : 9000\n"
	    "> 802A0097 33 [52 bytes] : [256 bytes] 9000\n"
	    "> 00A4040C 0A D3921000310001010100 : JPKI_ERR_IO\n");
}

/* Misuse gets an error, not a crash. */
static void
misuse(void **state)
{
	static const struct jpki_transport_ops empty = { JPKI_TRANSPORT_ABI,
	    NULL, NULL, NULL, NULL, NULL, NULL };
	struct jpki_card *card = NULL;
	struct jpki_cert *cert;
	bool present;
	int left;

	(void)state;
	assert_int_equal(jpki_card_open(NULL, "soft:x", &card), JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_open(ctx, "soft:x", NULL), JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_open_with(ctx, &empty, NULL, &card),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_open_soft(ctx, NULL, &card),
	    JPKI_ERR_USAGE);
	/* With or without pcscd on this machine. */
	assert_int_equal(jpki_errclass(jpki_card_open(ctx, "No such reader",
	    &card)), JPKI_CLASS_TRANSPORT);
	assert_int_equal(jpki_card_begin(NULL), JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_end(NULL), JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_cert(NULL, JPKI_SLOT_AUTH, &cert),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_present(NULL, JPKI_SLOT_AUTH, &present),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_pin_tries(NULL, JPKI_PIN_AUTH, &left),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_pin_verify(NULL, JPKI_PIN_AUTH, "1234", 4, 2,
	    &left), JPKI_ERR_USAGE);
	jpki_card_close(&card);
	jpki_card_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(open_with_short_ids),
		T(open_without_short_ids),
		T(first_command_6f00),
		T(foreign_card_is_left),
		T(carriers),
		T(juki_card_is_refused),
		T(signature_in_a_run),
		T(signature_without_short_ids),
		T(digest_infos),
		T(verify_answers),
		T(two_pins_in_a_run),
		T(logins_end_with_the_run),
		T(verify_lost),
		T(door_that_does_not_close),
		T(door_after_a_change),
		T(close_ends_the_run),
		T(swapped_card),
		T(reconnected_card_is_unknown),
		T(wrong_le),
		T(queries_refused),
		T(presence),
		T(certificate_absent),
		T(certificate_cut_short),
		T(extended_falls_back),
		T(pin_change),
		T(pin_shapes),
		T(bad_shape_sends_nothing),
		T(atrs),
		T(trace_is_redacted),
		T(misuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
