/* SPDX-License-Identifier: Apache-2.0 */
/* The session on a scripted card: every command, byte for byte. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "card/card.h"
#include "script.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const uint8_t digest[64];

static void
open_with_short_ids(void **state)
{
	static const struct script_step steps[] = { SCRIPT_OPEN };
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_opened(&script);
	assert_int_equal(jpki_card_carrier(card), JPKI_CARRIER_CARD);
	assert_int_equal(card->first_tries, 3);
	jpki_card_close(&card);
	assert_null(card);
	assert_true(script.closed);
	script_done(&script);
}

static void
open_without_short_ids(void **state)
{
	static const struct script_step steps[] = { SCRIPT_OPEN_PLAIN };
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_opened(&script);
	assert_int_equal(jpki_card_carrier(card), JPKI_CARRIER_CARD);
	script_closed(&script, card);
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_opened(&script);
	script_closed(&script, card);
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
		struct script script = SCRIPT(steps);

		steps[1].answer = answers[i];
		assert_int_equal(script_open(&script, script_ctx, &card),
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
		{ "9000", JPKI_CARRIER_UNKNOWN },	/* read twice */
		{ "6982", JPKI_CARRIER_UNKNOWN },
	};
	struct script_step steps[] = { SCRIPT_OPEN };
	static const struct script_step empty[] = {
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00B08600 20", "9000", 0 },
		{ "00A4020C 02 0006", "9000", 0 },
		{ "00B00000 20", "9000", 0 },
		{ "leave", "", 0 },
	};
	struct jpki_card *card;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct script script = SCRIPT(steps), twice = SCRIPT(empty);

		if (strcmp(table[i].label, "9000") == 0)
			script = twice;
		steps[3].answer = table[i].label;
		card = script_opened(&script);
		assert_int_equal(jpki_card_carrier(card), table[i].carrier);
		assert_string_equal(jpki_ctx_errmsg(script_ctx), "");
		script_closed(&script, card);
	}
}

static void
juki_card_is_refused(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN_AS("4A504B4941504943 43544F4B454E 2020")
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	assert_int_equal(script_open(&script, script_ctx, &card),
	    JPKI_ERR_OLD_CARD);
	script_done(&script);
}

/* Opened without a count: one of the labels tells as much about short EF ids.
 * The count is asked for when it is wanted. */
static void
opened_by_label(void **state)
{
	static const struct script_step known[] = {
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00B08600 20", SCRIPT_LABEL_CARD "9000", 0 },
		{ "leave", "", 0 },
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C2", 0 },
		{ "leave", "", 0 },
	};
	/* Not given so: the longer way, as on a card without short EF ids. */
	static const struct script_step plain[] = {
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00B08600 20", "6A86", 0 },
		{ "00A4020C 02 0018", "9000", 0 },
		{ "00200080", "63C2", 0 },
		{ "00A4020C 02 0006", "9000", 0 },
		{ "00B00000 20", SCRIPT_LABEL_CARD "9000", 0 },
		{ "leave", "", 0 },
	};
	/* One that nobody knows proves nothing: a count does. */
	static const struct script_step other[] = {
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00B08600 20", "4A504B49 9000", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C2", 0 },
		{ "00B08600 20", "4A504B49 9000", 0 },
		{ "leave", "", 0 },
	};
	struct {
		struct script script;
		enum jpki_carrier carrier;
	} table[] = {
		{ SCRIPT(known), JPKI_CARRIER_CARD },
		{ SCRIPT(plain), JPKI_CARRIER_CARD },
		{ SCRIPT(other), JPKI_CARRIER_UNKNOWN },
	};
	struct jpki_card *card;
	size_t i;
	int left;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("%zu", i);
		assert_ctx_code(script_ctx, script_open_by_label(
		    &table[i].script, &card), 0);
		assert_int_equal(jpki_card_carrier(card), table[i].carrier);
		assert_code(jpki_pin_ready(card, JPKI_PIN_AUTH, 2, &left), 0);
		assert_int_equal(left, 2);
		script_closed(&table[i].script, card);
	}
}

/* Neither a card of the old kind, nor a link that fails. */
static void
not_opened_by_label(void **state)
{
	static const struct script_step table[] = {
		{ "00B08600 20", "4A504B4941504943 43544F4B454E 2020 9000",
		  JPKI_ERR_OLD_CARD },
		{ "00B08600 20", NULL, JPKI_ERR_REMOVED },
	};
	struct script_step steps[] = {
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ NULL, NULL, 0 },
		{ "leave", "", 0 },
	};
	struct jpki_card *card;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		struct script script = SCRIPT(steps);

		row("%zu", i);
		steps[2] = table[i];
		assert_code(script_open_by_label(&script, &card),
		    table[i].err);
		assert_null(card);
		script_done(&script);
	}
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
		SCRIPT_HEAD,
		{ SCRIPT_SIGN_AUTH, SCRIPT_SIG, 0 },
		{ SCRIPT_SIGN_AUTH, SCRIPT_SIG, 0 },
		{ SCRIPT_DOOR, "6A82", 0 },
		{ "off", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;
	int left = 9, i;

	(void)state;
	card = script_begun(&script);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4,
	    JPKI_TRIES_DEFAULT, &left), 0);
	assert_int_equal(left, -1);
	for (i = 0; i < 2; i++)
		assert_int_equal(script_sign(card, JPKI_KEY_AUTH), 0);
	script_ended(&script, card);
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
		SCRIPT_HEAD_PLAIN,
		{ "00A4020C 02 0017", "9000", 0 },
		{ "802A0080 33" SCRIPT_DIGEST_INFO "00", SCRIPT_SIG, 0 },
		{ "802A0080 33" SCRIPT_DIGEST_INFO "00", SCRIPT_SIG, 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;
	int i;

	(void)state;
	card = script_begun(&script);
	assert_int_equal(script_verify(card), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(script_sign(card, JPKI_KEY_AUTH), 0);
	script_ended(&script, card);
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
		SCRIPT_HEAD,
		{ "802A0097 43 3041300D060960864801650304020205000430"
		  SCRIPT_ZERO32
		  "00000000000000000000000000000000 00", SCRIPT_SIG_384, 0 },
		{ "802A0097 53 3051300D060960864801650304020305000440"
		  SCRIPT_ZERO32
		  SCRIPT_ZERO32 "00", SCRIPT_SIG_512, 0 },
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;
	uint8_t sig[256];
	size_t len, i;

	(void)state;
	card = script_begun(&script);
	assert_int_equal(script_verify(card), 0);
	for (i = 0; i < N(table); i++)
		assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
		    table[i].padding, table[i].md, digest, table[i].len, sig,
		    sizeof(sig), &len), table[i].want);
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, 255, &len),
	    JPKI_ERR_SPACE);
	script_ended(&script, card);
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_opened(&script);
	assert_int_equal(script_verify(card), JPKI_ERR_NO_RUN);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(script_verify(card), 0);
	assert_int_equal(jpki_card_end(card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(script_sign(card, JPKI_KEY_AUTH), JPKI_ERR_NEEDS_PIN);
	assert_int_equal(jpki_card_end(card), 0);
	assert_int_equal(jpki_card_end(card), JPKI_ERR_NO_RUN);
	script_closed(&script, card);
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_begun(&script);
	assert_int_equal(script_verify(card), JPKI_ERR_REMOVED);
	/* The run is over; nothing else reaches the link. */
	assert_int_equal(script_verify(card), JPKI_ERR_REMOVED);
	assert_int_equal(script_sign(card, JPKI_KEY_AUTH), JPKI_ERR_NEEDS_PIN);
	script_ended(&script, card);
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_begun(&script);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "0000", 4, 2,
	    NULL), JPKI_ERR_PIN_WRONG);
	assert_int_equal(jpki_card_end(card), JPKI_ERR_DOOR);
	assert_int_equal(jpki_ctx_err(script_ctx), JPKI_ERR_DOOR);
	script_closed(&script, card);
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_begun(&script);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(script_verify(card), 0);
	script_closed(&script, card);
}

static void
swapped_card(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "changed", 0 },
		{ "leave", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;

	(void)state;
	card = script_opened(&script);
	assert_int_equal(jpki_card_begin(card), JPKI_ERR_CHANGED);
	/* For good: the link is not asked again. */
	assert_int_equal(jpki_card_begin(card), JPKI_ERR_CHANGED);
	script_closed(&script, card);
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
	struct script script = SCRIPT(steps);
	struct jpki_card *card;
	bool present;

	(void)state;
	card = script_opened(&script);
	assert_int_equal(jpki_card_begin(card), JPKI_ERR_CHANGED);
	assert_int_equal(jpki_card_present(card, JPKI_SLOT_AUTH, &present),
	    JPKI_ERR_CHANGED);
	script_closed(&script, card);
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
		SCRIPT_HEAD,
		{ SCRIPT_SIGN_AUTH, "6C80", 0 },
		{ SCRIPT_SIGN_AUTH, "6F00", 0 },
		{ SCRIPT_DOOR, "6F00", 0 },
		{ "off", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpki_card *card;
	int i;

	(void)state;
	card = script_opened(&script);
	assert_int_equal(jpki_card_carrier(card), JPKI_CARRIER_CARD);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(script_verify(card), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(script_sign(card, JPKI_KEY_AUTH),
		    JPKI_ERR_CARD_SW);
	script_ended(&script, card);
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
		SCRIPT_HEAD,
		{ SCRIPT_SIGN_AUTH, SCRIPT_SIG, 0 },
		{ SCRIPT_DOOR, NULL, JPKI_ERR_IO },
		{ "off", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct log log = { "" };
	struct jpki_card *card;

	(void)state;
	jpki_ctx_set_log(script_ctx, keep_log, &log);
	card = script_begun(&script);
	assert_int_equal(script_verify(card), 0);
	assert_int_equal(script_sign(card, JPKI_KEY_AUTH), 0);
	script_ended(&script, card);
	assert_string_equal(log.text,
	    "> 00A4040C 0A D392F000260100000001 : 9000\n"
	    "> 00200098 : 63C3\n"
	    "> 00B08600 20 : [32 bytes] 9000\n"
	    "> 00A4040C 0A D392F000260100000001 : 9000\n"
	    "> 00200098 : 63C3\n"
	    "> 00200098 [PIN] : 9000\n"
	    "> 00B08A00 00 : [256 bytes] 9000\n"
	    "> 00B00100 00 : [256 bytes] 9000\n"
	    "> 00B00200 00 : [256 bytes] 9000\n"
	    "> 802A0097 33 [52 bytes] : [256 bytes] 9000\n"
	    "> 00A4040C 0A D3921000310001010100 : JPKI_ERR_IO\n");
}

static void
keep_warning(void *arg, enum jpki_log_level level, const char *line)
{
	if (level == JPKI_LOG_WARNING)
		snprintf(arg, 512, "%s", line);
}

/* Closing has no way to fail: the warning says what, and what to do. */
static void
close_with_an_open_door(void **state)
{
	enum jpki_lang lang;
	char warning[512];

	(void)state;
	for (lang = JPKI_LANG_EN; lang <= JPKI_LANG_JA; lang++) {
		struct script *script = script_new();
		struct jpki_card *card;
		char want[512];

		script_add_run(script);
		script_add(script, "00200098", "63C3");
		script_add(script, "00200098 04 31323334", "9000");
		script_add(script, SCRIPT_DOOR, "9000");
		script_add_failure(script, "off", JPKI_ERR_DOOR);
		jpki_ctx_set_lang(script_ctx, lang);
		jpki_ctx_set_log(script_ctx, keep_warning, warning);
		card = script_begun(script);
		assert_ctx_code(script_ctx, script_verify(card), 0);
		script_closed(script, card);
		snprintf(want, sizeof(want), "%s%s%s",
		    jpki_strerror(JPKI_ERR_DOOR, lang),
		    lang == JPKI_LANG_JA ? "。" : ". ",
		    jpki_strhint(JPKI_ERR_DOOR, lang));
		assert_string_equal(warning, want);
	}
}

/* Another thread, and what it saw. */
struct other {
	struct jpki_card *card;
	bool close;
	int begin, end;
	char said[256];
	bool masks_equal;
};

static bool
same_masks(const sigset_t *a, const sigset_t *b)
{
	int sig;

	for (sig = 1; sig < 32; sig++)
		if (sigismember(a, sig) != sigismember(b, sig))
			return false;
	return true;
}

static void *
other_thread(void *arg)
{
	struct other *other = arg;
	sigset_t before, after;

	(void)sigemptyset(&before);
	(void)sigaddset(&before, SIGTERM);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (other->close) {
		jpki_card_close(&other->card);
	} else {
		other->begin = jpki_card_begin(other->card);
		other->end = jpki_card_end(other->card);
		snprintf(other->said, sizeof(other->said), "%s",
		    jpki_ctx_errmsg(script_ctx));
	}
	(void)pthread_sigmask(SIG_SETMASK, NULL, &after);
	other->masks_equal = same_masks(&before, &after);
	return NULL;
}

static void
in_another_thread(struct other *other)
{
	pthread_t id;

	assert_int_equal(pthread_create(&id, NULL, other_thread, other), 0);
	assert_int_equal(pthread_join(id, NULL), 0);
	assert_true(other->masks_equal);
}

/* What only a login gives tells that one was left; no PIN, and the card stays
 * as it is. A failure is not told as a closed card. */
static void
left_open(void **state)
{
	static const struct {
		const char *answer;
		int err, want;
		bool open;
	} table[] = {
		{ "30820601 9000", 0, 0, true },
		{ "FFFFFFFF 9000", 0, 0, false },	/* none was issued */
		{ "6982", 0, 0, false },
		{ NULL, JPKI_ERR_REMOVED, JPKI_ERR_REMOVED, false },
		{ NULL, JPKI_ERR_MEMORY, JPKI_ERR_MEMORY, false },
		{ NULL, JPKI_ERR_SYSTEM, JPKI_ERR_SYSTEM, false },
	};
	struct jpki_card *card;
	struct script *script;
	size_t i;
	bool open;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("%zu", i);
		script = script_new();
		script_add_run(script);
		if (table[i].answer != NULL)
			script_add(script, "00B08100 04", table[i].answer);
		else
			script_add_failure(script, "00B08100 04",
			    table[i].err);
		script_add(script, "leave", "");
		card = script_opened(script);
		open = !table[i].open;
		assert_ctx_code(script_ctx, jpki_card_left_open(card,
		    JPKI_KEY_SIGN, &open), table[i].want);
		if (table[i].want == 0)
			assert_int_equal(open, table[i].open);
		assert_int_equal(jpki_ctx_err(script_ctx), table[i].want);
		script_closed(script, card);
	}
}

/* A run that another thread began goes on, whoever wants to end it, and that
 * thread's signals are held back until it does. */
static void
run_of_another_thread(void **state)
{
	struct script *script = script_new();
	struct jpki_card *card;
	struct other other = { .close = false };
	sigset_t before, held, after;

	(void)state;
	script_add_run(script);
	script_add(script, "00200098", "63C3");
	script_add(script, "00200098 04 31323334", "9000");
	script_add_head(script);
	script_add(script, SCRIPT_SIGN_AUTH, SCRIPT_SIG);
	script_add(script, SCRIPT_DOOR, "9000");
	script_add(script, "off", "");
	(void)pthread_sigmask(SIG_SETMASK, NULL, &before);
	other.card = card = script_begun(script);
	assert_ctx_code(script_ctx, script_verify(card), 0);
	in_another_thread(&other);
	assert_code(other.begin, JPKI_ERR_USAGE);
	assert_code(other.end, JPKI_ERR_USAGE);
	assert_non_null(strstr(other.said, "another thread began the run"));
	(void)pthread_sigmask(SIG_SETMASK, NULL, &held);
	assert_true(sigismember(&held, SIGINT));
	assert_ctx_code(script_ctx, script_sign(card, JPKI_KEY_AUTH), 0);
	script_ended(script, card);
	(void)pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_true(same_masks(&before, &after));
}

/* Closing the card closes the door wherever it is done, but sets no signals of
 * a thread that did not begin the run. */
static void
closed_by_another_thread(void **state)
{
	struct script *script = script_new();
	struct other other = { .close = true };
	sigset_t before;

	(void)state;
	script_add_run(script);
	script_add(script, "00200098", "63C3");
	script_add(script, "00200098 04 31323334", "9000");
	script_add(script, SCRIPT_DOOR, "9000");
	script_add(script, "off", "");
	(void)pthread_sigmask(SIG_SETMASK, NULL, &before);
	other.card = script_begun(script);
	assert_ctx_code(script_ctx, script_verify(other.card), 0);
	in_another_thread(&other);
	assert_null(other.card);
	script_done(script);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* A link that says yes to everything. */
static int
yes_begin(void *arg, enum jpki_link_event *event)
{
	(void)arg;
	*event = JPKI_LINK_SAME;
	return 0;
}

static int
yes_transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	(void)arg;
	(void)cmd;
	assert_true(cmd_len >= 4 && rsp_size >= 2);
	memcpy(rsp, "\x90\x00", 2);
	*rsp_len = 2;
	return 0;
}

static int
yes_end(void *arg, enum jpki_link_end how)
{
	(void)arg;
	return how == JPKI_LINK_LEAVE ? 0 : JPKI_ERR_DOOR;
}

static void
count_close(void *arg)
{
	++*(int *)arg;
}

/* Links that were built with an older or a newer header; in memory of their
 * size, so that a sanitizer sees its end. */
static void
transport_grows(void **state)
{
	static const struct {
		const char *name;
		size_t bytes, size;	/* what there is, what it says */
		int tail;		/* the last byte, if it is newer */
		int want, closed;
	} table[] = {
#define OPS sizeof(struct jpki_transport_ops)
#define UP_TO(f) offsetof(struct jpki_transport_ops, f)
		{ "as it is now", OPS, OPS, 0, 0, 1 },
		{ "older: no close", UP_TO(close), UP_TO(close), 0, 0, 0 },
		{ "older: three functions", UP_TO(atr), UP_TO(atr), 0, 0, 0 },
		{ "newer", OPS + 16, OPS + 16, 0, 0, 1 },
		{ "newer, says something", OPS + 16, OPS + 16, 1,
		    JPKI_ERR_USAGE, 0 },
		{ "incomplete", UP_TO(end), UP_TO(end), 0, JPKI_ERR_USAGE, 0 },
		{ "no size", OPS, 0, 0, JPKI_ERR_USAGE, 0 },
		{ "less than a size", OPS, 4, 0, JPKI_ERR_USAGE, 0 },
	};
	const struct jpki_transport_ops ops = {
		.begin = yes_begin, .transmit = yes_transmit, .end = yes_end,
		.close = count_close
	};
	struct jpki_card *card;
	uint8_t *theirs;
	size_t i;
	int closed;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("%s", table[i].name);
		closed = 0;
		assert_non_null(theirs = calloc(1, table[i].bytes));
		memcpy(theirs, &ops, table[i].bytes < OPS ? table[i].bytes :
		    OPS);
		memcpy(theirs, &table[i].size, sizeof(table[i].size));
		if (table[i].bytes > OPS)
			theirs[table[i].bytes - 1] = (uint8_t)table[i].tail;
		assert_ctx_code(script_ctx, jpki_card_open_with(script_ctx,
		    (void *)theirs, &closed, &card), table[i].want);
		free(theirs);
		jpki_card_close(&card);
		assert_int_equal(closed, table[i].closed);
	}
}

/* Misuse gets an error, not a crash. */
static void
misuse(void **state)
{
	static const struct jpki_transport_ops empty = {
		.size = sizeof(empty)
	};
	struct jpki_card *card = NULL;
	struct jpki_cert *cert;
	bool present;
	int left;

	(void)state;
	assert_int_equal(jpki_card_open(NULL, "soft:x", &card), JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_open(script_ctx, "soft:x", NULL),
	    JPKI_ERR_USAGE);
	assert_int_equal(jpki_card_open_with(script_ctx, &empty, NULL, &card),
	    JPKI_ERR_USAGE);
	/* With or without pcscd on this machine. */
	assert_int_equal(jpki_errclass(jpki_card_open(script_ctx,
	    "No such reader", &card)), JPKI_CLASS_TRANSPORT);
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
		SCRIPT_TEST(open_with_short_ids),
		SCRIPT_TEST(open_without_short_ids),
		SCRIPT_TEST(first_command_6f00),
		SCRIPT_TEST(foreign_card_is_left),
		SCRIPT_TEST(carriers),
		SCRIPT_TEST(juki_card_is_refused),
		SCRIPT_TEST(opened_by_label),
		SCRIPT_TEST(not_opened_by_label),
		SCRIPT_TEST(signature_in_a_run),
		SCRIPT_TEST(signature_without_short_ids),
		SCRIPT_TEST(digest_infos),
		SCRIPT_TEST(logins_end_with_the_run),
		SCRIPT_TEST(verify_lost),
		SCRIPT_TEST(door_that_does_not_close),
		SCRIPT_TEST(close_ends_the_run),
		SCRIPT_TEST(swapped_card),
		SCRIPT_TEST(reconnected_card_is_unknown),
		SCRIPT_TEST(wrong_le),
		SCRIPT_TEST(trace_is_redacted),
		SCRIPT_TEST(close_with_an_open_door),
		SCRIPT_TEST(left_open),
		SCRIPT_TEST(run_of_another_thread),
		SCRIPT_TEST(closed_by_another_thread),
		SCRIPT_TEST(transport_grows),
		SCRIPT_TEST(misuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
