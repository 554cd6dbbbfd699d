/* SPDX-License-Identifier: Apache-2.0 */
/* lib/rules: PINs, who may have what, and the words for all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "row.h"
#include "verdicts.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define AUTH JPKI_KEY_AUTH
#define SIGN JPKI_KEY_SIGN

static void
pins(void **state)
{
	static const struct {
		enum jpki_pin pin;
		int auth, sign, text;	/* tries left */
		enum jpki_pin_state state;
		enum jpki_route store, home;
	} table[] = {
#define OPEN JPKI_ROUTE_OPEN
#define MAYBE JPKI_ROUTE_MAYBE
#define CLOSED JPKI_ROUTE_CLOSED
		{ JPKI_PIN_SIGN, 3, 0, -1, JPKI_PIN_STATE_LOCKED, OPEN,
		    CLOSED },
		{ JPKI_PIN_SIGN, 0, 0, -1, JPKI_PIN_STATE_LOCKED, CLOSED,
		    CLOSED },
		{ JPKI_PIN_SIGN, -1, 5, -1, JPKI_PIN_STATE_READY, MAYBE,
		    OPEN },
		{ JPKI_PIN_SIGN, 1, 1, -1, JPKI_PIN_STATE_LAST_TRY, OPEN,
		    OPEN },
		{ JPKI_PIN_AUTH, 0, 5, -1, JPKI_PIN_STATE_LOCKED, MAYBE,
		    CLOSED },
		{ JPKI_PIN_AUTH, 0, 0, -1, JPKI_PIN_STATE_LOCKED, CLOSED,
		    CLOSED },
		{ JPKI_PIN_AUTH, -1, -1, -1, JPKI_PIN_STATE_UNKNOWN, MAYBE,
		    MAYBE },
		{ JPKI_PIN_TEXT, 3, 5, 2, JPKI_PIN_STATE_READY, CLOSED,
		    OPEN },
		{ JPKI_PIN_TEXT, 3, 5, 0, JPKI_PIN_STATE_LOCKED, CLOSED,
		    CLOSED },
		{ JPKI_PIN_CARD, 3, 5, 3, JPKI_PIN_STATE_UNKNOWN, CLOSED,
		    CLOSED },
	};
	struct jpki_pin_verdict *v = NULL;
	const struct jpki_why *why;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		enum jpki_pin pin = table[i].pin;
		int left = -1, partner = -1;

		row("PIN %d, left %d %d %d", pin, table[i].auth,
		    table[i].sign, table[i].text);
		/* Nobody reads the tries of the card's own. */
		if (pin == JPKI_PIN_AUTH || pin == JPKI_PIN_SIGN) {
			left = pin == JPKI_PIN_AUTH ? table[i].auth :
			    table[i].sign;
			partner = pin == JPKI_PIN_AUTH ? table[i].sign :
			    table[i].auth;
		} else if (pin == JPKI_PIN_TEXT) {
			left = table[i].text;
		}
		assert_code(judge_pin(pin, left, partner, &v), 0);
		why = jpki_pin_verdict_why(v);
		assert_int_equal(jpki_pin_verdict_state(v), table[i].state);
		assert_int_equal(jpki_pin_verdict_left(v), left);
		assert_int_equal(jpki_pin_verdict_route(v, JPKI_PLACE_TOWN),
		    OPEN);
		assert_int_equal(jpki_pin_verdict_route(v, JPKI_PLACE_STORE),
		    table[i].store);
		assert_int_equal(jpki_pin_verdict_route(v, JPKI_PLACE_HOME),
		    table[i].home);
		assert_int_equal(jpki_pin_verdict_max(v),
		    pin == JPKI_PIN_SIGN ? 5 : 3);
		assert_int_equal(advises(why, JPKI_ADVICE_NO_UNLOCK),
		    table[i].state == JPKI_PIN_STATE_LOCKED);
		assert_int_equal(advises(why, JPKI_ADVICE_RESET_STORE),
		    table[i].store != CLOSED);
		assert_int_equal(advises(why, JPKI_ADVICE_LAST_TRY),
		    table[i].state == JPKI_PIN_STATE_LAST_TRY);
		assert_int_equal(advises(why, JPKI_ADVICE_CHANGE_HOME),
		    table[i].home != CLOSED);
		assert_int_equal(advises(why, JPKI_ADVICE_MIX),
		    pin == JPKI_PIN_SIGN);
		assert_true(cites(why, "F5"));
		/* What stores do for the PIN, or that they never do. */
		assert_int_equal(cites(why, "F9"),
		    pin == JPKI_PIN_AUTH || pin == JPKI_PIN_SIGN);
		assert_int_equal(cites(why, "F10"), pin != JPKI_PIN_SIGN);
		assert_int_equal(cites(why, "E3"), pin == JPKI_PIN_SIGN);
	}
	jpki_pin_verdict_free(&v);
}

static void
no_such_pins(void **state)
{
	struct jpki_pin_verdict *p = NULL;

	(void)state;
	assert_code(judge_pin((enum jpki_pin)0, 1, 1, &p), JPKI_ERR_USAGE);
	assert_code(judge_pin((enum jpki_pin)4, 1, 1, &p), JPKI_ERR_USAGE);
	assert_code(judge_pin((enum jpki_pin)10, 1, 1, &p), JPKI_ERR_USAGE);
	assert_code(judge_pin((enum jpki_pin)JPKI_KEY_AUTH, 1, 1, &p),
	    JPKI_ERR_USAGE);
}

/* Shapes, and one name for each PIN, the same everywhere. */
static void
pin_shapes_and_names(void **state)
{
	static const struct {
		enum jpki_pin pin;
		int min, max;
		bool letters;
	} table[] = {
		{ JPKI_PIN_AUTH, 4, 4, false },
		{ JPKI_PIN_SIGN, 6, 16, true },
		{ JPKI_PIN_TEXT, 4, 4, false },
		{ JPKI_PIN_CARD, 4, 4, false },
	};
	static const enum jpki_lang langs[] = { JPKI_LANG_EN, JPKI_LANG_JA };
	struct jpki_pin_verdict *v = NULL, *w = NULL;
	size_t i, j, k;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("PIN %d", table[i].pin);
		assert_code(judge_pin(table[i].pin, -1, -1, &v), 0);
		assert_int_equal(jpki_pin_verdict_min_len(v), table[i].min);
		assert_int_equal(jpki_pin_verdict_max_len(v), table[i].max);
		assert_int_equal(jpki_pin_verdict_letters(v),
		    table[i].letters);
		for (k = 0; k < N(langs); k++) {
			const char *name = jpki_pin_verdict_name(v, langs[k]);

			if (table[i].pin != JPKI_PIN_CARD)
				assert_string_equal(name, jpki_pin_name(
				    table[i].pin, langs[k]));
			for (j = 0; j < i; j++) {
				assert_code(judge_pin(table[j].pin, -1, -1,
				    &w), 0);
				assert_string_not_equal(name,
				    jpki_pin_verdict_name(w, langs[k]));
			}
		}
	}
	jpki_pin_verdict_free(&v);
	jpki_pin_verdict_free(&w);
}

static void
who_may_have_what(void **state)
{
	struct jpki_who *w = NULL;

	(void)state;
	assert_code(judge_who(day("2011-06-15"), false, day("2026-06-14"),
	    JPKI_FEB29_MAR1, &w), 0);
	assert_true(jpki_who_has(w, AUTH) && !jpki_who_has(w, SIGN) &&
	    jpki_who_representative(w) && jpki_who_age(w) == 14);
	is_day(jpki_who_sign_from(w), "2026-06-15");
	begins_with(jpki_who_why(w), "G2 B6b");
	assert_true(advises(jpki_who_why(w), JPKI_ADVICE_PROOF_FAMILY));
	assert_true(cites(jpki_who_why(w), "E9"));
	assert_code(judge_who(day("2011-06-15"), false, day("2026-06-15"),
	    JPKI_FEB29_MAR1, &w), 0);
	assert_true(jpki_who_has(w, AUTH) && jpki_who_has(w, SIGN) &&
	    !jpki_who_representative(w) && jpki_who_age(w) == 15);
	is_day(jpki_who_sign_from(w), "");
	assert_false(cites(jpki_who_why(w), "G2"));
	assert_code(judge_who(day("1950-06-15"), true, day("2026-06-15"),
	    JPKI_FEB29_MAR1, &w), 0);
	assert_true(jpki_who_has(w, AUTH) && !jpki_who_has(w, SIGN) &&
	    jpki_who_representative(w));
	is_day(jpki_who_sign_from(w), "");
	begins_with(jpki_who_why(w), "G3 G4 G5");
	assert_true(advises(jpki_who_why(w), JPKI_ADVICE_PROOF_WARD));
	assert_false(advises(jpki_who_why(w), JPKI_ADVICE_PROOF_FAMILY));
	/* Both: a ward gets no 署名用 at 15 either. */
	assert_code(judge_who(day("2026-06-15"), true, day("2026-06-15"),
	    JPKI_FEB29_MAR1, &w), 0);
	assert_int_equal(jpki_who_age(w), 0);
	is_day(jpki_who_sign_from(w), "");
	assert_true(advises(jpki_who_why(w), JPKI_ADVICE_PROOF_FAMILY));
	assert_true(advises(jpki_who_why(w), JPKI_ADVICE_PROOF_WARD));
	assert_false(advises(jpki_who_why(w), JPKI_ADVICE_SIGN_LATER));
	jpki_who_free(&w);
}

/* Words exist for everything, in both languages, each its own. */
static void
words(void **state)
{
	const char *en, *ja;
	int i;

	(void)state;
	for (i = JPKI_STATE_UNKNOWN; i <= JPKI_STATE_NONE; i++) {
		en = jpki_state_text((enum jpki_state)i, JPKI_LANG_EN);
		ja = jpki_state_text((enum jpki_state)i, JPKI_LANG_JA);
		assert_true((unsigned char)*ja >= 0x80 && *en >= 'a');
		assert_string_not_equal(jpki_state_name((enum jpki_state)i),
		    "?");
	}
	assert_string_equal(jpki_state_name((enum jpki_state)99), "?");
	assert_string_equal(jpki_state_text((enum jpki_state)99,
	    JPKI_LANG_EN), "?");
	for (i = JPKI_ADVICE_READ_CERT; i <= JPKI_ADVICE_STAY_ENDED; i++) {
		en = jpki_advice_text((enum jpki_advice)i, JPKI_LANG_EN);
		ja = jpki_advice_text((enum jpki_advice)i, JPKI_LANG_JA);
		assert_true(strlen(en) > 15 && strlen(ja) > 15);
		assert_string_equal(en + strlen(en) - 1, ".");
		assert_string_equal(ja + strlen(ja) - 3, "。");
	}
	assert_string_equal(jpki_advice_text((enum jpki_advice)0,
	    JPKI_LANG_JA), "");
	assert_string_equal(jpki_advice_text((enum jpki_advice)i,
	    JPKI_LANG_JA), "");
	assert_string_equal(jpki_revocation_text(4, JPKI_LANG_EN), "renewed");
	assert_string_equal(jpki_revocation_text(4, JPKI_LANG_JA), "更新");
	assert_string_equal(jpki_revocation_text(6, JPKI_LANG_JA), "一時停止");
	assert_string_equal(jpki_revocation_text(7, JPKI_LANG_EN),
	    "another reason");
	assert_string_equal(jpki_revocation_text(-1, JPKI_LANG_EN),
	    "no reason given");
	assert_string_equal(jpki_pin_state_name(JPKI_PIN_STATE_LOCKED),
	    "locked");
	assert_string_equal(jpki_pin_state_name((enum jpki_pin_state)4), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(pins),
		ROW_TEST(no_such_pins),
		ROW_TEST(pin_shapes_and_names),
		ROW_TEST(who_may_have_what),
		ROW_TEST(words),
	};
	const char *zone;
	int failed = 0;
	size_t i;

	for (i = 0; (zone = set_zone(i)) != NULL; i++)
		failed |= cmocka_run_group_tests_name(zone, tests, NULL,
		    NULL);
	return failed;
}
