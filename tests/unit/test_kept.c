/* SPDX-License-Identifier: Apache-2.0 */
/* Kept PINs on a scripted card: what ends them, and what is sent twice; and
 * which cards are remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "card/kept_pin.h"
#include "card/known_cards.h"
#include "script.h"

#define PIN "9876"

/* As shared.c does it, beside the run. */
static int
send_kept(struct jpki_card *card, struct jpki_kept *kept,
    struct jpkip_refused *refused)
{
	bool again = false;
	int left, r;

	assert_int_equal(jpkip_refused_is(script_ctx, refused, kept, &again),
	    0);
	r = jpkip_kept_send(card, kept, again, 2, &left);
	jpkip_kept_settle(script_ctx, kept, r, refused);
	return r;
}

static struct jpki_kept *
keep(const char *text)
{
	struct jpki_kept *kept;

	assert_int_equal(jpki_kept_new(script_ctx, JPKI_PIN_AUTH, text,
	    strlen(text), 1, 0, &kept), 0);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_UNTRIED);
	return kept;
}

/* A PIN that did not leave is not lost; what may have arrived is. */
static void
link_fails(void **state)
{
	static const struct script_step before_select[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, NULL, JPKI_ERR_IO },
		{ "leave", "", 0 },
	}, before_verify[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", NULL, JPKI_ERR_TIMEOUT },
		{ "leave", "", 0 },
	}, last_try[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C1", 0 },
		{ "leave", "", 0 },
	}, in_verify[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 39383736", NULL, JPKI_ERR_IO },
		{ SCRIPT_DOOR, NULL, JPKI_ERR_IO },
		{ "off", "", 0 },
	};
	static const struct {
		const struct script_step *steps;
		size_t n;
		int want;
		enum jpki_kept_state state;
	} table[] = {
		{ before_select, 8, JPKI_ERR_IO, JPKI_KEPT_UNTRIED },
		{ before_verify, 9, JPKI_ERR_TIMEOUT, JPKI_KEPT_UNTRIED },
		{ last_try, 9, JPKI_ERR_PIN_LAST_TRY, JPKI_KEPT_UNTRIED },
		{ in_verify, 11, JPKI_ERR_IO, JPKI_KEPT_REFUSED },
	};
	struct jpkip_refused refused = { .epoch = 0 };
	struct jpki_kept *kept;
	struct jpki_card *card;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct script script = { table[i].steps, table[i].n, 0, NULL,
		    false };

		card = script_begun(&script);
		kept = keep(PIN);
		assert_int_equal(send_kept(card, kept, &refused),
		    table[i].want);
		assert_int_equal(jpki_ctx_err(script_ctx), table[i].want);
		assert_int_equal(jpki_kept_state(kept), table[i].state);
		assert_int_equal(atomic_load(&kept->fate->doubt),
		    table[i].state == JPKI_KEPT_REFUSED ? JPKIP_KEPT_SENT :
		    0);
		if (table[i].state == JPKI_KEPT_REFUSED) {
			assert_int_equal(jpkip_kept_check(script_ctx, kept,
			    true), JPKI_ERR_NEEDS_PIN);
		}
		/* It may be the right one: a new one may be sent. */
		assert_int_equal(refused.epoch, 0);
		jpki_kept_free(&kept);
		script_ended(&script, card);
	}
}

/* The same answer again: the counter is asked, and tells that it is no use, or
 * (full) that something happened meanwhile. Another answer goes. */
static void
same_again(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPEN,
		{ "begin", "same", 0 },
		{ SCRIPT_SELECT, "9000", 0 },
		{ "00200098", "63C3", 0 },
		{ "00200098 04 39383736", "63C2", 0 },
		/* the same: */
		{ "00A4020C 02 0018", "9000", 0 },
		{ "00200080", "63C2", 0 },
		/* in another epoch: */
		{ "00200080", "63C2", 0 },
		{ "00200080 04 39383736", "9000", 0 },
		/* after that, it may have changed: */
		{ "00200080", "63C3", 0 },
		{ "00200080", "63C3", 0 },
		{ "00200080 04 39383736", "63C2", 0 },
		{ SCRIPT_DOOR, "9000", 0 },
		{ "off", "", 0 },
	};
	struct script script = SCRIPT(steps);
	struct jpkip_refused refused = { .epoch = 0 };
	struct jpki_kept *kept;
	struct jpki_card *card;

	(void)state;
	card = script_begun(&script);
	kept = keep(PIN);
	assert_int_equal(send_kept(card, kept, &refused),
	    JPKI_ERR_PIN_WRONG);
	assert_int_equal(refused.epoch, 1);
	assert_int_equal(jpki_ctx_err_sw(script_ctx), 0x63c2);
	/* No PIN is left, here or there. */
	assert_null(kept->secret);
	assert_null(memmem(&refused, sizeof(refused), PIN, 4));
	jpki_kept_free(&kept);

	kept = keep("９８７６");
	assert_int_equal(send_kept(card, kept, &refused),
	    JPKI_ERR_PIN_WRONG);
	assert_non_null(strstr(jpki_ctx_errmsg(script_ctx),
	    "nothing more was sent, 2 tries left"));
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_REFUSED);
	/* A forked process with a copy hears of it, too. */
	assert_int_equal(atomic_load(&kept->fate->doubt), JPKIP_KEPT_WRONG);
	jpki_kept_free(&kept);

	kept = keep(PIN);
	kept->epoch = 2;
	assert_int_equal(send_kept(card, kept, &refused), 0);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_RIGHT);
	jpki_kept_free(&kept);

	kept = keep(PIN);
	assert_int_equal(send_kept(card, kept, &refused),
	    JPKI_ERR_PIN_WRONG);
	jpki_kept_free(&kept);
	script_ended(&script, card);
}

/* A forked process can have a copy from between the card's no and the wiping,
 * or from before it, and hears of it when it is alone with the card. */
static void
copies(void **state)
{
	struct jpki_kept *kept;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		kept = keep(PIN);
		if (i == 0)
			atomic_store(&kept->state, JPKI_KEPT_REFUSED);
		else
			assert_int_equal(jpkip_kept_check(script_ctx, kept,
			    true), 0);
		atomic_store(&kept->fate->doubt, JPKIP_KEPT_WRONG);
		assert_non_null(kept->secret);
		assert_int_equal(jpkip_kept_check(script_ctx, kept, i == 1),
		    JPKI_ERR_PIN_WRONG);
		assert_null(kept->secret);
		assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_REFUSED);
		jpki_kept_free(&kept);
	}
}

/* Of nine cards, the one that was not seen for the longest time is forgotten,
 * not the one that was seen first. */
static void
seen_last(void **state)
{
	struct jpkip_seen seen = { .now = 0 };
	uint8_t head[JPKIP_SEEN_HEAD] = { 0 };
	unsigned epoch;

	(void)state;
	assert_false(jpkip_seen_any(&seen));
	assert_false(jpkip_seen_known(&seen, 0));
	for (epoch = 1; epoch <= 8; epoch++) {
		head[0] = (uint8_t)epoch;
		jpkip_seen_head(&seen, epoch, head);
		assert_true(jpkip_seen_any(&seen));
	}
	head[0] = 1;
	jpkip_seen_head(&seen, 1, head);
	head[0] = 9;
	jpkip_seen_head(&seen, 9, head);
	for (epoch = 1; epoch <= 9; epoch++)
		assert_int_equal(jpkip_seen_known(&seen, epoch), epoch != 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(link_fails),
		SCRIPT_TEST(same_again),
		SCRIPT_TEST(copies),
		cmocka_unit_test(seen_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
