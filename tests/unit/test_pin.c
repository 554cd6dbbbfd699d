/* SPDX-License-Identifier: Apache-2.0 */
/* PINs on a scripted card: what is sent, and above all what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "script.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

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
		card = script_begun(&script);
		left = 77;
		assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "0000",
		    4, table[i].min_tries, &left), table[i].want);
		assert_int_equal(left, table[i].left);
		script_ended(&script, card);
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
		{ SCRIPT_SIGN_AUTH, SCRIPT_SIG, 0 },
		{ "802A009A 33" SCRIPT_DIGEST_INFO "00", SCRIPT_SIG, 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_begun(&script);
	assert_int_equal(jpki_card_begin(card), 0);	/* runs nest */
	assert_int_equal(script_verify(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_SIGN, "abc123", 6, 2,
	    NULL), 0);
	assert_int_equal(jpki_card_end(card), 0);
	assert_int_equal(script_sign(card, JPKI_KEY_AUTH), 0);
	assert_int_equal(script_sign(card, JPKI_KEY_SIGN), 0);
	script_ended(&script, card);
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_opened(&script);
	assert_int_equal(jpki_pin_change(card, JPKI_PIN_AUTH, "0000", 4,
	    "9876", 4, 2, NULL), JPKI_ERR_DOOR);
	assert_int_equal(jpki_ctx_err(script_ctx), JPKI_ERR_DOOR);
	script_closed(&script, card);
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_opened(&script);
	assert_int_equal(jpki_card_auth_tries_at_open(card), -1);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(script_verify(card), JPKI_ERR_PIN_NO_COUNT);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4,
	    JPKI_TRIES_INSIST, NULL), 0);
	script_ended(&script, card);
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;
	int left;
	size_t i;

	(void)state;
	card = script_opened(&script);
	for (i = 0; i < N(table); i++)
		assert_int_equal(jpki_pin_change(card, table[i].pin,
		    table[i].cur, strlen(table[i].cur), table[i].next,
		    strlen(table[i].next), 2, &left), table[i].want);
	assert_int_equal(left, 2);
	script_closed(&script, card);
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
		assert_int_equal(jpki_pin_check(script_ctx, table[i].pin,
		    table[i].text, strlen(table[i].text)),
		    table[i].ok ? 0 : JPKI_ERR_PIN_FORMAT);
	assert_int_equal(jpki_pin_check(script_ctx, JPKI_PIN_AUTH, "12\0" "4", 4),
	    JPKI_ERR_PIN_FORMAT);
	assert_int_equal(jpki_pin_check(script_ctx, 9, "1234", 4), JPKI_ERR_USAGE);
	assert_int_equal(jpki_pin_check(script_ctx, JPKI_PIN_AUTH, NULL, 0),
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_begun(&script);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "123", 3, 2,
	    NULL), JPKI_ERR_PIN_FORMAT);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "", 0, 2, NULL),
	    JPKI_ERR_PIN_FORMAT);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 0,
	    NULL), JPKI_ERR_USAGE);
	script_ended(&script, card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(verify_answers),
		SCRIPT_TEST(two_pins_in_a_run),
		SCRIPT_TEST(door_after_a_change),
		SCRIPT_TEST(queries_refused),
		SCRIPT_TEST(pin_change),
		SCRIPT_TEST(pin_shapes),
		SCRIPT_TEST(bad_shape_sends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
