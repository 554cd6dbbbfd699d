/* SPDX-License-Identifier: Apache-2.0 */
/* PINs on a scripted card: what is sent, and above all what is not. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "card/card.h"
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
		/* Nobody typed it: only with all tries left. */
		{ "63C3", "9000", JPKI_TRIES_UNATTENDED, 0, -1 },
		{ "63C3", "63C2", JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_WRONG,
		    2 },
		{ "63C2", NULL, JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_UNTRIED,
		    2 },
		{ "63C1", NULL, JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_UNTRIED,
		    1 },
		{ "63C0", NULL, JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_BLOCKED,
		    0 },
		{ "9000", NULL, JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_NO_COUNT,
		    -1 },
		/* A VERIFY is never repeated, whatever is answered. */
		{ "63C3", "6F00", 2, JPKI_ERR_CARD_SW, -1 },
		{ "63C3", "6C04", 2, JPKI_ERR_CARD_SW, -1 },
		{ "63C3", "6104", 2, JPKI_ERR_CARD_SW, -1 },
		{ "63C3", "6700", 2, JPKI_ERR_CARD_SW, -1 },
		{ "63C3", "6300", 2, JPKI_ERR_PIN_WRONG, -1 },
		/* Nor does an auth PIN have so many tries. */
		{ "63C3", "63C4", 2, JPKI_ERR_PIN_WRONG, -1 },
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

/* What is said before the holder is asked, from the counter alone. */
static void
ready(void **state)
{
	static const struct {
		const char *query;
		int min_tries, want, left;
	} table[] = {
		{ "63C3", 2, 0, 3 },
		{ "63C1", 2, JPKI_ERR_PIN_LAST_TRY, 1 },
		{ "63C1", 1, 0, 1 },
		{ "63C2", 3, JPKI_ERR_PIN_LAST_TRY, 2 },
		{ "63C0", 1, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "6984", 1, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "9000", 2, JPKI_ERR_PIN_NO_COUNT, -1 },
		{ "9000", 1, 0, -1 },
		{ "63C3", JPKI_TRIES_UNATTENDED, 0, 3 },
		{ "63C2", JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_UNTRIED, 2 },
		{ "63C0", JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "9000", JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_NO_COUNT, -1 },
	};
	static const struct script_step open_steps[] = { SCRIPT_OPEN };
	struct script_step steps[N(open_steps) + 8];
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
		steps[n++] = (struct script_step){ "leave", "", 0 };
		script.n = n;
		card = script_opened(&script);
		/* The card was just asked, when it was opened. */
		left = 77;
		assert_int_equal(jpki_pin_ready(card, JPKI_PIN_AUTH, 2,
		    &left), 0);
		assert_int_equal(left, 3);
		assert_int_equal(jpki_card_begin(card), 0);
		left = 77;
		assert_int_equal(jpki_pin_ready(card, JPKI_PIN_AUTH,
		    table[i].min_tries, &left), table[i].want);
		assert_int_equal(left, table[i].left);
		assert_int_equal(jpki_ctx_err(script_ctx), table[i].want);
		assert_int_equal(jpki_pin_ready(card, JPKI_PIN_AUTH, 0,
		    NULL), JPKI_ERR_USAGE);
		script_ended(&script, card);
	}
}

/* What the card said when it was opened is no news for long: others use the
 * card, too. A run that goes on keeps them out. */
static void
ready_later(void **state)
{
	static const struct script_step closed[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C1", 0 },
		{ "leave", "", 0 },
	};
	struct script script = SCRIPT(closed);
	struct jpki_card *card = script_opened(&script);
	int left = 77;

	(void)state;
	assert_int_equal(jpki_pin_ready(card, JPKI_PIN_AUTH, 2, &left), 0);
	assert_int_equal(left, 3);
	card->told_at.tv_sec -= 60;
	assert_int_equal(jpki_pin_ready(card, JPKI_PIN_AUTH, 2, &left),
	    JPKI_ERR_PIN_LAST_TRY);
	assert_int_equal(left, 1);
	script_closed(&script, card);
}

/* A count above the PIN's maximum is none, and proves no short EF ids: the
 * plain form is asked, too. The sign password has five. */
static void
incredible_counts(void **state)
{
	static const struct {
		enum jpki_pin pin;
		const char *short_query, *select, *count, *plain;
		int min_tries, want, left;
	} table[] = {
		{ JPKI_PIN_AUTH, "00200098", "00A4020C 02 0018", "63C4",
		    "63C4", 2, JPKI_ERR_PIN_NO_COUNT, -1 },
		{ JPKI_PIN_AUTH, "00200098", "00A4020C 02 0018", "63CF",
		    "63CF", JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_NO_COUNT,
		    -1 },
		{ JPKI_PIN_AUTH, "00200098", "00A4020C 02 0018", "63CF",
		    "63CF", 1, 0, -1 },
		{ JPKI_PIN_AUTH, "00200098", "00A4020C 02 0018", "63C5",
		    "63C3", 2, 0, 3 },
		{ JPKI_PIN_SIGN, "0020009B", "00A4020C 02 001B", "63C6",
		    "63C6", 2, JPKI_ERR_PIN_NO_COUNT, -1 },
		{ JPKI_PIN_SIGN, "0020009B", "00A4020C 02 001B", "63C6",
		    "63C5", JPKI_TRIES_UNATTENDED, 0, 5 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		const struct script_step steps[] = {
			{ "begin", "same", 0 },
			{ SCRIPT_SELECT, "9000", 0 },
			{ "00200098", "63C9", 0 },
			{ "00A4020C 02 0018", "9000", 0 },
			{ "00200080", "63C9", 0 },
			{ "00A4020C 02 0006", "9000", 0 },
			{ "00B00000 20", SCRIPT_LABEL_CARD "9000", 0 },
			{ "leave", "", 0 },
			{ "begin", "same", 0 },
			{ SCRIPT_SELECT, "9000", 0 },
			{ table[i].short_query, table[i].count, 0 },
			{ table[i].select, "9000", 0 },
			{ "00200080", table[i].plain, 0 },
			{ "leave", "", 0 },
		};
		struct script script = SCRIPT(steps);
		struct jpki_card *card;
		int left = 77;

		row("%zu", i);
		card = script_begun(&script);
		assert_ctx_code(script_ctx, jpki_pin_ready(card, table[i].pin,
		    table[i].min_tries, &left), table[i].want);
		assert_int_equal(left, table[i].left);
		script_ended(&script, card);
	}
}

static void
prompts(void **state)
{
	char text[160];

	(void)state;
	assert_int_equal(setenv("LC_ALL", "C", 1), 0);
	jpki_pin_prompt(JPKI_PIN_SIGN, 5, JPKI_LANG_JA, text, sizeof(text));
	assert_string_equal(text, "sign password (JPKI), 5 tries left: ");
	assert_int_equal(setenv("LC_ALL", "ja_JP.UTF-8", 1), 0);
	jpki_pin_prompt(JPKI_PIN_AUTH, 3, JPKI_LANG_JA, text, sizeof(text));
	assert_string_equal(text, "利用者証明用暗証番号（残り 3 回）: ");
	jpki_pin_prompt(JPKI_PIN_SIGN, -1, JPKI_LANG_JA, text, sizeof(text));
	assert_string_equal(text, "署名用暗証番号: ");
	jpki_pin_prompt(JPKI_PIN_AUTH, 1, JPKI_LANG_EN, text, sizeof(text));
	assert_string_equal(text, "auth PIN (利用者証明用), 1 try left: ");
	jpki_pin_prompt(JPKI_PIN_AUTH, 2, JPKI_LANG_EN, text, 9);
	assert_string_equal(text, "auth PIN");
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
		SCRIPT_HEAD,
		{ SCRIPT_SIGN_AUTH, SCRIPT_SIG, 0 },
		{ "00B08100 00", SCRIPT_HEAD_1, 0 },
		{ "00B00100 00", SCRIPT_HEAD_2, 0 },
		{ "00B00200 00", SCRIPT_HEAD_3, 0 },
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
	    "9176", 4, 2, 0, NULL), JPKI_ERR_DOOR);
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
	assert_int_equal(card->first_tries, -1);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(script_verify(card), JPKI_ERR_PIN_NO_COUNT);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4,
	    JPKI_TRIES_INSIST, NULL), 0);
	script_ended(&script, card);
}

/* Up to the VERIFY of the right PIN 1234. */
#define CHANGE_BEGIN \
	{ "begin", "same", 0 }, \
	{ SCRIPT_SELECT, "9000", 0 }, \
	{ "00A4020C 02 0018", "9000", 0 }, \
	{ "00200080", "63C3", 0 }, \
	{ "00200080 04 31323334", "9000", 0 }
#define CHANGE_NEW "00240180 04 35313739"
#define SCRIPT_SELECT_TEXT "00A4040C 0A D3921000310001010408"

static int
change_auth(struct jpki_card *card, const char *cur, int *left)
{
	return jpki_pin_change(card, JPKI_PIN_AUTH, cur, 4, "5179", 4,
	    JPKI_TRIES_DEFAULT, 0, left);
}

/* What is sent, byte by byte: the old PIN once, the new one once. */
static void
pin_change(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		CHANGE_BEGIN,
		{ CHANGE_NEW, "9000", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
		/* Folded and raised; the text PIN has its application. */
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00A4020C 02 001B", "9000", 0 },
		{ "00200080", "63C5", 0 },
		{ "00200080 06 414243313233", "9000", 0 },
		{ "00240180 08 54454E5431373334", "9000", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT_TEXT, "9000", 0 },
		{ "00A4020C 02 0011", "9000", 0 },
		{ "00200080", "63C3", 0 },
		{ "00200080 04 35363738", "9000", 0 },
		{ "00240180 04 38313930", "9000", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;
	int left;

	(void)state;
	card = script_opened(&script);
	assert_int_equal(change_auth(card, "1234", &left), 0);
	assert_int_equal(left, -1);
	assert_int_equal(jpki_pin_change(card, JPKI_PIN_SIGN, "abc123", 6,
	    "tｅnt１734", 12, 2, 0, NULL), 0);
	assert_int_equal(jpki_pin_change(card, JPKI_PIN_TEXT, "5678", 4,
	    "8190", 4, 2, 0, NULL), 0);
	script_closed(&script, card);
}

/* What is refused before the card hears of it. */
static void
pin_change_refused_early(void **state)
{
	static const struct script_step steps[] = { SCRIPT_OPEN };
	static const struct {
		enum jpki_pin pin;
		const char *cur, *next;
		int min_tries;
		unsigned flags;
		int want;
	} table[] = {
		{ JPKI_PIN_SIGN, "ABC123", "ABC12", 2, 0,
		    JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_SIGN, "TENT1734", "tent１734", 2, 0,
		    JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_SIGN, "ABC123", "KEBAMO", 2, 0,
		    JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_SIGN, "ABC123", "918273", 2, 0,
		    JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_SIGN, "ABC12", "TENT1734", 2, 0,
		    JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_AUTH, "5179", "5179", 2, 0, JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_AUTH, "1234", "", 2, 0, JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_AUTH, "1234", "517A", 2, 0, JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_AUTH, "1234", "51790", 2, 0, JPKI_ERR_PIN_FORMAT },
		{ JPKI_PIN_AUTH, "5179", "1234", 2, 0, JPKI_ERR_PIN_WEAK },
		{ JPKI_PIN_SIGN, "KE91BA", "abc１２３", 2, 0,
		    JPKI_ERR_PIN_WEAK },
		{ JPKI_PIN_AUTH, "1234", "5179", 0, 0, JPKI_ERR_USAGE },
		{ JPKI_PIN_AUTH, "1234", "5179", 2, 2, JPKI_ERR_USAGE },
		{ (enum jpki_pin)7, "1234", "5179", 2, 0, JPKI_ERR_USAGE },
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;
	const char *message;
	size_t i;
	int left;

	(void)state;
	card = script_opened(&script);
	for (i = 0; i < N(table); i++) {
		left = 77;
		assert_int_equal(jpki_pin_change(card, table[i].pin,
		    table[i].cur, strlen(table[i].cur), table[i].next,
		    strlen(table[i].next), table[i].min_tries, table[i].flags,
		    &left), table[i].want);
		assert_int_equal(left, -1);
		message = jpki_ctx_errmsg(script_ctx);
		assert_null(strstr(message, table[i].cur));
		if (*table[i].next != '\0')
			assert_null(strstr(message, table[i].next));
	}
	script_closed(&script, card);
}

/* Each command of a change refused or lost: at most one VERIFY, never a
 * second one of anything with a PIN, the door closed, and the truth about
 * which PIN is set. */
static void
pin_change_fails(void **state)
{
	enum { SELECT_APP = 1, SELECT_EF, QUERY, VERIFY, CHANGE };
	static const struct {
		int at;
		const char *answer;	/* NULL: the link fails with err */
		int err, want, left;
	} table[] = {
		{ SELECT_APP, "6A82", 0, JPKI_ERR_NOT_JPKI, -1 },
		{ SELECT_APP, NULL, JPKI_ERR_REMOVED, JPKI_ERR_REMOVED, -1 },
		{ SELECT_EF, "6A82", 0, JPKI_ERR_NOT_ON_CARD, -1 },
		{ SELECT_EF, NULL, JPKI_ERR_IO, JPKI_ERR_IO, -1 },
		{ QUERY, "63C1", 0, JPKI_ERR_PIN_LAST_TRY, 1 },
		{ QUERY, "63C0", 0, JPKI_ERR_PIN_BLOCKED, 0 },
		{ QUERY, "6300", 0, JPKI_ERR_PIN_NO_COUNT, -1 },
		{ QUERY, NULL, JPKI_ERR_IO, JPKI_ERR_IO, -1 },
		{ VERIFY, "63C2", 0, JPKI_ERR_PIN_WRONG, 2 },
		{ VERIFY, "63C0", 0, JPKI_ERR_PIN_BLOCKED, 0 },
		{ VERIFY, "6984", 0, JPKI_ERR_PIN_BLOCKED, 0 },
		{ VERIFY, "6F00", 0, JPKI_ERR_CARD_SW, -1 },
		{ VERIFY, NULL, JPKI_ERR_TIMEOUT, JPKI_ERR_TIMEOUT, -1 },
		{ CHANGE, "6982", 0, JPKI_ERR_PIN_NOT_CHANGED, -1 },
		{ CHANGE, "6400", 0, JPKI_ERR_PIN_NOT_CHANGED, -1 },
		{ CHANGE, "6700", 0, JPKI_ERR_PIN_NOT_CHANGED, -1 },
		{ CHANGE, "6A80", 0, JPKI_ERR_PIN_NOT_CHANGED, -1 },
		{ CHANGE, "6C04", 0, JPKI_ERR_PIN_NOT_CHANGED, -1 },
		{ CHANGE, "6D00", 0, JPKI_ERR_PIN_NOT_CHANGED, -1 },
		/* The card may have written something. */
		{ CHANGE, "6581", 0, JPKI_ERR_PIN_IN_DOUBT, -1 },
		{ CHANGE, "6F00", 0, JPKI_ERR_PIN_IN_DOUBT, -1 },
		{ CHANGE, "63C2", 0, JPKI_ERR_PIN_IN_DOUBT, -1 },
		{ CHANGE, "6104", 0, JPKI_ERR_PIN_IN_DOUBT, -1 },
		{ CHANGE, NULL, JPKI_ERR_REMOVED, JPKI_ERR_PIN_IN_DOUBT, -1 },
		{ CHANGE, NULL, JPKI_ERR_TIMEOUT, JPKI_ERR_PIN_IN_DOUBT, -1 },
		{ CHANGE, NULL, JPKI_ERR_IO, JPKI_ERR_PIN_IN_DOUBT, -1 },
		{ CHANGE, "90", 0, JPKI_ERR_PIN_IN_DOUBT, -1 },
	};
	static const struct script_step open_steps[] = { SCRIPT_OPEN };
	static const struct script_step change_steps[] = {
		CHANGE_BEGIN, { CHANGE_NEW, "9000", 0 }
	};
	struct script_step steps[N(open_steps) + N(change_steps) + 2];
	struct jpki_card *card;
	size_t i, n;
	int left;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct script script = { steps, 0, 0, NULL, false };

		memcpy(steps, open_steps, sizeof(open_steps));
		n = N(open_steps);
		memcpy(steps + n, change_steps, sizeof(change_steps));
		n += (size_t)table[i].at;
		steps[n].answer = table[i].answer;
		steps[n++].err = table[i].err;
		if (table[i].at >= VERIFY)
			steps[n++] = (struct script_step){ SCRIPT_DOOR,
			    "9000", 0 };
		steps[n++] = (struct script_step){
		    table[i].at >= VERIFY ? "off" : "leave", "", 0 };
		script.n = n;
		card = script_opened(&script);
		left = 77;
		assert_int_equal(change_auth(card, "1234", &left),
		    table[i].want);
		assert_int_equal(left, table[i].left);
		assert_int_equal(jpki_ctx_err(script_ctx), table[i].want);
		script_closed(&script, card);
	}
}

/* What people are told when it matters most. */
static void
pin_change_tells(void **state)
{
	static const struct script_step doubt[] = {
		SCRIPT_OPEN,
		CHANGE_BEGIN,
		{ CHANGE_NEW, NULL, JPKI_ERR_REMOVED },
		{ SCRIPT_DOOR, NULL, JPKI_ERR_REMOVED },
		{ "off", "", 0 },
	}, both[] = {
		SCRIPT_OPEN,
		CHANGE_BEGIN,
		{ CHANGE_NEW, NULL, JPKI_ERR_REMOVED },
		{ SCRIPT_DOOR, NULL, JPKI_ERR_REMOVED },
		{ "off", "", JPKI_ERR_IO },
	}, door[] = {
		SCRIPT_OPEN,
		CHANGE_BEGIN,
		{ CHANGE_NEW, "9000", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", JPKI_ERR_IO },
	};
	struct script scripts[] = { SCRIPT(doubt), SCRIPT(both),
	    SCRIPT(door) };
	static const int want[] = { JPKI_ERR_PIN_IN_DOUBT, JPKI_ERR_DOOR,
	    JPKI_ERR_DOOR };
	static const char *const text[] = {
		"(利用者証明用), 3 tries for both together; the card went away",
		"may have been changed or not",
		"auth PIN (利用者証明用) is the new one now"
	};
	struct jpki_card *card;
	size_t i;

	(void)state;
	for (i = 0; i < N(scripts); i++) {
		card = script_opened(&scripts[i]);
		assert_int_equal(change_auth(card, "1234", NULL), want[i]);
		assert_non_null(strstr(jpki_ctx_errmsg(script_ctx), text[i]));
		script_closed(&scripts[i], card);
	}
}

/* Nobody knows what became of a VERIFY whose answer is lost; that it may have
 * cost a try is said. A status word that leaves the card as it was costs none.
 */
static void
verify_in_doubt_tells(void **state)
{
	static const struct {
		const char *answer;	/* NULL: the link fails with err */
		int err, want;
		const char *said;	/* at the end */
	} table[] = {
		{ NULL, JPKI_ERR_REMOVED, JPKI_ERR_REMOVED,
		    "went away: auth PIN (利用者証明用), this may have cost a "
		    "try" },
		{ NULL, JPKI_ERR_TIMEOUT, JPKI_ERR_TIMEOUT,
		    "this may have cost a try" },
		{ "90", 0, JPKI_ERR_IO, "this may have cost a try" },
		{ "6F00", 0, JPKI_ERR_CARD_SW,
		    "status 6F00, this may have cost a try" },
		{ "6581", 0, JPKI_ERR_CARD_SW, "this may have cost a try" },
		{ "6700", 0, JPKI_ERR_CARD_SW, "status 6700" },
		{ "6982", 0, JPKI_ERR_CARD_SW, "status 6982" },
	};
	struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 31323334", NULL, 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	struct jpki_card *card;
	const char *msg;
	size_t i, len;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct script script = SCRIPT(steps);

		steps[N(steps) - 3].answer = table[i].answer;
		steps[N(steps) - 3].err = table[i].err;
		card = script_begun(&script);
		assert_int_equal(script_verify(card), table[i].want);
		msg = jpki_ctx_errmsg(script_ctx);
		len = strlen(table[i].said);
		if (strlen(msg) < len ||
		    strcmp(msg + strlen(msg) - len, table[i].said) != 0)
			fail_msg("%s", msg);
		assert_string_equal(jpki_ctx_errhint(script_ctx),
		    jpki_strhint(table[i].want, JPKI_LANG_EN));
		script_ended(&script, card);
	}
}

/* In a run of the caller's the door is the caller's. */
static void
pin_change_in_a_run(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		CHANGE_BEGIN,
		{ CHANGE_NEW, "9000", 0 },
		SCRIPT_HEAD,
		{ SCRIPT_SIGN_AUTH, SCRIPT_SIG, 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_begun(&script);
	assert_int_equal(change_auth(card, "1234", NULL), 0);
	assert_int_equal(script_sign(card, JPKI_KEY_AUTH), 0);
	script_ended(&script, card);
}

/* Weak and strong; the holder who insists gets what has the right shape. */
static void
weak_pins(void **state)
{
	static const char *const weak[] = {
		"0000", "7777", "1234", "9876", "7890", "0987", "2468", "1357",
		"1212", "6969", "1122", "2580", "0852", "8520", "1470", "7410",
		"0147", "0369", "4649", "5963",
		"ABC123", "abc123", "123ABC", "ABCD1234", "XYZ987", "AAA111",
		"AAAAA1", "A1A1A1", "111111A", "PASSWORD1", "1PASSWORD",
		"password123", "Test1234", "QWERTY1", "ASDF1234", "POIU0987",
		"1Q2W3E4R", "A1B2C3", "1A2B3C4D", "1QAZ2WSX", "ZAQ12WSX",
		"PASSW0RD", "A12345B", "X7Y2X7Y2", "AB1AB1AB1", "MYNUMBER1",
		"Ｐａｓｓ１２３４", "SAKURA4649", "AABB1122",
		"ABCDEFGHIJKLM123", "A00000",
	}, *const strong[] = {
		"5179", "1990", "8190", "0704", "1235", "1221", "2479", "1123",
		"TENT1734", "K7Q2Z9", "TARO1990", "7AB9XY", "KE91BA",
		"NEW4567890", "QWZ123", "ABD123", "ABC139", "PASSWORT1",
		"XK42ZP", "A1B2D3", "ZQ7XMARKER42", "AB1CD2EF3GH4IJ5K",
	};
	enum jpki_pin pin;
	size_t i, len;

	(void)state;
	for (i = 0; i < N(weak); i++) {
		len = strlen(weak[i]);
		pin = len == 4 ? JPKI_PIN_AUTH : JPKI_PIN_SIGN;
		if (jpki_pin_check_new(script_ctx, pin, weak[i], len, 0) !=
		    JPKI_ERR_PIN_WEAK)
			fail_msg("%s is not weak", weak[i]);
		assert_null(strstr(jpki_ctx_errmsg(script_ctx), weak[i]));
		assert_int_equal(jpki_pin_check_new(script_ctx, pin, weak[i],
		    len, JPKI_PIN_ALLOW_WEAK), 0);
	}
	for (i = 0; i < N(strong); i++) {
		len = strlen(strong[i]);
		pin = len == 4 ? JPKI_PIN_TEXT : JPKI_PIN_SIGN;
		if (jpki_pin_check_new(script_ctx, pin, strong[i], len, 0) != 0)
			fail_msg("%s: %s", strong[i],
			    jpki_ctx_errmsg(script_ctx));
	}
	assert_int_equal(jpki_pin_check_new(script_ctx, JPKI_PIN_SIGN,
	    "KEBAMO", 6, JPKI_PIN_ALLOW_WEAK), JPKI_ERR_PIN_FORMAT);
	assert_int_equal(jpki_pin_check_new(script_ctx, JPKI_PIN_AUTH, NULL,
	    4, 0), JPKI_ERR_USAGE);
	assert_int_equal(jpki_pin_check_new(script_ctx, JPKI_PIN_AUTH, "5179",
	    4, 2), JPKI_ERR_USAGE);
	assert_int_equal(jpki_pin_check_new(NULL, JPKI_PIN_AUTH, "5179", 4,
	    0), JPKI_ERR_USAGE);
}

/* A rule that refuses too much would be switched off. */
static void
few_pins_are_weak(void **state)
{
	char text[8];
	int n, weak = 0;

	(void)state;
	for (n = 0; n < 10000; n++) {
		snprintf(text, sizeof(text), "%04d", n);
		if (jpki_pin_check_new(script_ctx, JPKI_PIN_AUTH, text, 4, 0)
		    != 0)
			weak++;
	}
	assert_true(weak > 200 && weak < 400);
}

/* What would end or stop the program waits for the end of the run. */
static void
signals_wait(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
	    SIGPIPE, SIGALRM, SIGTSTP };
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ "leave", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;
	sigset_t before, in, after;
	size_t i;

	(void)state;
	assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &before), 0);
	card = script_begun(&script);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &in), 0);
	script_ended(&script, card);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &after), 0);
	for (i = 0; i < N(signals); i++) {
		assert_int_equal(sigismember(&in, signals[i]), 1);
		assert_int_equal(sigismember(&after, signals[i]),
		    sigismember(&before, signals[i]));
	}
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
	assert_int_equal(jpki_pin_check(script_ctx, JPKI_PIN_AUTH,
	    "12\0" "4", 4), JPKI_ERR_PIN_FORMAT);
	assert_int_equal(jpki_pin_check(script_ctx, JPKI_PIN_CARD, "1234", 4),
	    JPKI_ERR_USAGE);
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
		SCRIPT_TEST(ready),
		SCRIPT_TEST(ready_later),
		SCRIPT_TEST(incredible_counts),
		cmocka_unit_test(prompts),
		SCRIPT_TEST(two_pins_in_a_run),
		SCRIPT_TEST(door_after_a_change),
		SCRIPT_TEST(queries_refused),
		SCRIPT_TEST(pin_change),
		SCRIPT_TEST(pin_change_refused_early),
		SCRIPT_TEST(pin_change_fails),
		SCRIPT_TEST(pin_change_tells),
		SCRIPT_TEST(verify_in_doubt_tells),
		SCRIPT_TEST(pin_change_in_a_run),
		SCRIPT_TEST(signals_wait),
		SCRIPT_TEST(weak_pins),
		SCRIPT_TEST(few_pins_are_weak),
		SCRIPT_TEST(pin_shapes),
		SCRIPT_TEST(bad_shape_sends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
