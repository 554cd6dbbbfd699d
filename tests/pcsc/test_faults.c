/* SPDX-License-Identifier: Apache-2.0 */
/* The PC/SC link on a fake pcscd: every failure named, none costs a try that
 * was not on its way, none hangs, and afterwards a new session works. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>
#include <jpki/framework/shared.h>

#include "card/card.h"
#include "fake_winscard.h"
#include "row.h"
#include "tempcard.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define FOREVER 1000

struct fixture {
	struct jpki_ctx *ctx;
	struct jpki_softcard *card;	/* in the first reader */
	char dir[TEMPCARD_MAX];
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	fake_reset();
	tempcard_make("card", f->dir);
	f->ctx = jpki_ctx_new();
	assert_code(jpki_softcard_open(f->ctx, f->dir, &f->card), 0);
	fake.readers[0].card = f->card;
	*state = f;
	return row_setup(state);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	fake_let_go();
	fake_wait_idle();
	jpki_softcard_free(&f->card);
	jpki_ctx_free(&f->ctx);
	tempcard_remove(f->dir);
	free(f);
	return row_teardown(state);
}

/* From the next call of that kind on, after skip good ones. */
static void
fault(enum fake_call call, LONG rv, unsigned skip, unsigned times)
{
	fake.call = call;
	fake.rv = rv;
	fake.skip = skip;
	fake.times = times;
}

static int
tries(struct fixture *f)
{
	int left = -2;

	assert_code(jpki_softcard_tries(f->card, JPKI_PIN_AUTH, &left),
	    0);
	return left;
}

static int
sign(struct jpki_card *card, const char *pin)
{
	static const uint8_t digest[32];
	uint8_t sig[256];
	size_t len;
	int end, r;

	if ((r = jpki_card_begin(card)) != 0)
		return r;
	if ((r = jpki_pin_verify(card, JPKI_PIN_AUTH, pin, strlen(pin), 2,
	    NULL)) == 0)
		r = jpki_card_sign(card, JPKI_KEY_AUTH, JPKI_PADDING_PKCS1,
		    JPKI_MD_SHA256, digest, 32, sig, sizeof(sig), &len);
	end = jpki_card_end(card);
	return r != 0 && end != JPKI_ERR_DOOR ? r : end;
}

static int
open_and_sign(struct fixture *f, const char *reader, const char *pin)
{
	struct jpki_card *card;
	int r;

	if ((r = jpki_card_open(f->ctx, reader, &card)) != 0)
		return r;
	r = sign(card, pin);
	jpki_card_close(&card);
	return r;
}

static void
readers_by_name(void **state)
{
	static const struct {
		const char *reader;
		int want;
	} table[] = {
		{ NULL, 0 }, { "Virtual PCD 00 00", 0 }, { "virtual", 0 },
		{ "0", 0 }, { "1", JPKI_ERR_NO_CARD }, { "00", 0 },
		{ "Other", JPKI_ERR_NO_CARD }, { "2", JPKI_ERR_NO_READER },
		{ "Nowhere", JPKI_ERR_NO_READER }, { "", 0 },
		{ "01", JPKI_ERR_NO_CARD }, { "12", JPKI_ERR_NO_READER },
	};
	struct fixture *f = *state;
	char info[JPKI_INFO_MAX];
	struct jpki_readers *list;
	struct jpki_card *card;
	size_t i;

	for (i = 0; i < N(table); i++) {
		row("reader %s", table[i].reader != NULL ? table[i].reader :
		    "not said");
		assert_code(open_and_sign(f, table[i].reader, "1234"),
		    table[i].want);
	}
	assert_code(jpki_readers_list(f->ctx, &list), 0);
	assert_int_equal(jpki_readers_count(list), 2);
	assert_string_equal(jpki_readers_name(list, 1), "Other Reader 01 00");
	assert_int_equal(jpki_readers_state(list, 0), JPKI_READER_CARD);
	assert_int_equal(jpki_readers_state(list, 1), JPKI_READER_EMPTY);
	assert_null(jpki_readers_name(list, 2));
	jpki_readers_free(&list);
	assert_code(jpki_card_open(f->ctx, NULL, &card), 0);
	assert_code(jpki_card_info(card, JPKI_INFO_READER, info,
	    sizeof(info)), 0);
	assert_string_equal(info, "Virtual PCD 00 00");
	assert_code(jpki_card_info(card, JPKI_INFO_LABEL, info,
	    sizeof(info)), 0);
	assert_string_equal(info, "JPKIAPICCTOKEN2");
	assert_code(jpki_card_info(card, JPKI_INFO_LABEL, info, 15),
	    JPKI_ERR_SPACE);
	jpki_card_close(&card);
}

static void
several_cards(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *second;
	char dir[TEMPCARD_MAX];

	tempcard_make("child", dir);
	assert_code(jpki_softcard_open(f->ctx, dir, &second), 0);
	fake.readers[1].card = second;
	assert_code(open_and_sign(f, NULL, "1234"), JPKI_ERR_AMBIGUOUS);
	assert_non_null(strstr(jpki_ctx_errmsg(f->ctx), "Virtual PCD 00 00"));
	assert_non_null(strstr(jpki_ctx_errmsg(f->ctx), "Other Reader 01 00"));
	assert_int_equal(fake.verifies, 0);
	assert_code(open_and_sign(f, " 00", "1234"), JPKI_ERR_AMBIGUOUS);
	assert_code(open_and_sign(f, "other", "1234"), 0);
	fake_wait_idle();
	jpki_softcard_free(&second);
	fake.readers[1].card = NULL;
	tempcard_remove(dir);
}

static void
by_serial(struct fixture *f, struct jpki_cards *cards, const char *reader,
    const char *serial, int want)
{
	struct jpki_shared *shared;
	char seen[JPKI_INFO_MAX];
	unsigned epoch;

	assert_code(jpki_cards_get(f->ctx, cards, reader, serial, &shared),
	    0);
	assert_code(jpki_shared_open(f->ctx, shared, &epoch), want);
	if (want != 0)
		return;
	jpki_shared_reader(shared, seen, sizeof(seen));
	assert_string_equal(seen, fake.readers[1].name);
}

/* Both cards answer, and one of them then no more: whether it is the one that
 * was asked for nobody knows, unless the other is. */
static void
unasked(struct fixture *f, const char *serial)
{
	struct jpki_cards *cards;
	unsigned reader;

	for (reader = 0; reader < 2; reader++) {
		row("reader %u", reader);
		assert_code(jpki_cards_new(f->ctx, &cards), 0);
		fault(FAKE_CONNECT, SCARD_F_COMM_ERROR, 2 + reader, 1);
		by_serial(f, cards, NULL, serial, reader == 0 ? 0 :
		    JPKI_ERR_IO);
		if (reader != 0)
			assert_non_null(strstr(jpki_ctx_errmsg(f->ctx),
			    fake.readers[reader].name));
		fault(FAKE_NONE, 0, 0, 0);
		jpki_cards_free(&cards);
		fake_wait_idle();
	}
}

/* A serial number chooses among several cards; two that say the same are
 * still two. */
static void
chosen_by_serial(void **state)
{
	struct fixture *f = *state;
	char dir[TEMPCARD_MAX], serial[JPKI_INFO_MAX];
	struct jpki_softcard *second;
	struct jpki_cards *cards;
	struct jpki_card *card;

	tempcard_make("child", dir);
	assert_code(jpki_softcard_open(f->ctx, dir, &second), 0);
	fake.readers[1].card = second;
	assert_code(jpki_card_open(f->ctx, "Other", &card), 0);
	assert_code(jpki_card_info(card, JPKI_INFO_SERIAL, serial,
	    sizeof(serial)), 0);
	jpki_card_close(&card);
	assert_code(jpki_cards_new(f->ctx, &cards), 0);
	by_serial(f, cards, NULL, serial, 0);
	by_serial(f, cards, " 00", serial, 0);
	by_serial(f, cards, NULL, "0000000000000000", JPKI_ERR_CHANGED);
	by_serial(f, cards, NULL, NULL, JPKI_ERR_AMBIGUOUS);
	by_serial(f, cards, "Virtual", serial, JPKI_ERR_CHANGED);
	jpki_cards_free(&cards);
	fake_wait_idle();
	unasked(f, serial);
	/* The same card twice. */
	fake.readers[0].card = second;
	assert_code(jpki_cards_new(f->ctx, &cards), 0);
	by_serial(f, cards, NULL, serial, JPKI_ERR_AMBIGUOUS);
	jpki_cards_free(&cards);
	assert_int_equal(fake.verifies, 0);
	fake_wait_idle();
	jpki_softcard_free(&second);
	fake.readers[0].card = f->card;
	fake.readers[1].card = NULL;
	tempcard_remove(dir);
}

/* pcscd tells a handle that its card is gone, not that another one came. */
static void
replaced_card(void **state)
{
	struct fixture *f = *state;
	struct jpki_card *card;

	assert_code(jpki_card_open(f->ctx, NULL, &card), 0);
	fault(FAKE_BEGIN, SCARD_W_REMOVED_CARD, 0, FOREVER);
	assert_code(jpki_card_begin(card), JPKI_ERR_REMOVED);
	fake.readers[0].count += 2;
	assert_code(jpki_card_begin(card), JPKI_ERR_CHANGED);
	jpki_card_close(&card);
}

static void
nothing_there(void **state)
{
	struct fixture *f = *state;

	fake.readers[0].card = NULL;
	assert_code(open_and_sign(f, NULL, "1234"), JPKI_ERR_NO_CARD);
	fake.readers[0].mute = true;
	assert_code(open_and_sign(f, NULL, "1234"), JPKI_ERR_MUTE);
	assert_code(open_and_sign(f, "Virtual", "1234"), JPKI_ERR_MUTE);
	fake.readers[0].name = fake.readers[1].name = NULL;
	assert_code(open_and_sign(f, NULL, "1234"), JPKI_ERR_NO_READER);
}

/* Each failure, in one place after the other: what it is called. */
static void
failures_have_names(void **state)
{
	static const struct {
		enum fake_call call;
		LONG rv;
		unsigned skip, times;
		int want;
		unsigned verifies;
	} table[] = {
		{ FAKE_ESTABLISH, SCARD_E_NO_SERVICE, 0, FOREVER,
		  JPKI_ERR_NO_SERVICE, 0 },
		{ FAKE_ESTABLISH, SCARD_W_SECURITY_VIOLATION, 0, FOREVER,
		  JPKI_ERR_NOT_ALLOWED, 0 },
		{ FAKE_LIST, SCARD_E_SERVICE_STOPPED, 0, FOREVER,
		  JPKI_ERR_NO_SERVICE, 0 },
		{ FAKE_CONNECT, SCARD_E_READER_UNAVAILABLE, 0, FOREVER,
		  JPKI_ERR_NO_READER, 0 },
		{ FAKE_CONNECT, SCARD_W_UNRESPONSIVE_CARD, 0, FOREVER,
		  JPKI_ERR_MUTE, 0 },
		{ FAKE_CONNECT, SCARD_E_PROTO_MISMATCH, 0, FOREVER,
		  JPKI_ERR_MUTE, 0 },
		{ FAKE_CONNECT, SCARD_W_SECURITY_VIOLATION, 0, FOREVER,
		  JPKI_ERR_NOT_ALLOWED, 0 },
		/* Somebody has it for a moment. */
		{ FAKE_CONNECT, SCARD_E_SHARING_VIOLATION, 0, 3, 0, 1 },
		{ FAKE_BEGIN, SCARD_E_SHARING_VIOLATION, 1, 3, 0, 1 },
		{ FAKE_BEGIN, SCARD_W_RESET_CARD, 1, 3, 0, 1 },
		{ FAKE_BEGIN, SCARD_W_REMOVED_CARD, 1, FOREVER,
		  JPKI_ERR_REMOVED, 0 },
		{ FAKE_BEGIN, SCARD_E_NO_SERVICE, 1, FOREVER,
		  JPKI_ERR_NO_SERVICE, 0 },
		{ FAKE_BEGIN, SCARD_E_INVALID_HANDLE, 1, FOREVER,
		  JPKI_ERR_NO_SERVICE, 0 },
		/* Lost answers: to the counter query, VERIFY, the signature. */
		{ FAKE_TRANSMIT, SCARD_W_REMOVED_CARD, 4, FOREVER,
		  JPKI_ERR_REMOVED, 0 },
		{ FAKE_TRANSMIT, SCARD_W_REMOVED_CARD, 5, FOREVER,
		  JPKI_ERR_REMOVED, 1 },
		{ FAKE_TRANSMIT, SCARD_W_RESET_CARD, 5, 1, JPKI_ERR_IO, 1 },
		{ FAKE_TRANSMIT, SCARD_F_COMM_ERROR, 5, 1, JPKI_ERR_IO, 1 },
		{ FAKE_TRANSMIT, SCARD_E_TIMEOUT, 6, 1, JPKI_ERR_TIMEOUT, 1 },
		{ FAKE_STATUS, SCARD_E_NO_SERVICE, 4, FOREVER,
		  JPKI_ERR_NO_SERVICE, 0 },
		/* The door: a card that went away is closed. */
		{ FAKE_END, SCARD_W_REMOVED_CARD, 1, 1, 0, 1 },
		/* Else disconnecting helps. */
		{ FAKE_END, SCARD_F_COMM_ERROR, 1, 1, 0, 1 },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < N(table); i++) {
		row("row %zu, call %d", i, (int)table[i].call);
		fake.verifies = 0;
		fault(table[i].call, table[i].rv, table[i].skip,
		    table[i].times);
		assert_code(open_and_sign(f, NULL, "1234"),
		    table[i].want);
		assert_true(table[i].want == 0 ||
		    *jpki_ctx_errmsg(f->ctx) != '\0');
		assert_int_equal(fake.verifies, table[i].verifies);
		/* The trouble is over: the same process goes on. */
		fault(FAKE_NONE, 0, 0, 0);
		assert_code(open_and_sign(f, NULL, "1234"), 0);
		fake_wait_idle();
		assert_int_equal(tries(f), 3);
	}
}

static void
wrong_pin_once(void **state)
{
	struct fixture *f = *state;

	assert_code(open_and_sign(f, NULL, "0000"), JPKI_ERR_PIN_WRONG);
	assert_int_equal(tries(f), 2);
	/* Lost in the middle of VERIFY: the try may be gone, once. */
	fault(FAKE_TRANSMIT, SCARD_W_REMOVED_CARD, 5, FOREVER);
	assert_code(open_and_sign(f, NULL, "0000"), JPKI_ERR_REMOVED);
	assert_int_equal(tries(f), 1);
	fault(FAKE_NONE, 0, 0, 0);
	assert_code(open_and_sign(f, NULL, "1234"),
	    JPKI_ERR_PIN_LAST_TRY);
	assert_int_equal(fake.verifies, 2);
}

static void
rubbish_answers(void **state)
{
	static const unsigned lengths[] = { 0, 1, 2, 3, 300, 2048 };
	struct fixture *f = *state;
	size_t i;
	unsigned n;
	int r;

	for (i = 0; i < N(lengths); i++) {
		for (n = 0; n < 11; n++) {
			row("%u bytes in command %u", lengths[i], n);
			fake.verifies = 0;
			fake.answer_len = lengths[i];
			fault(FAKE_TRANSMIT, 0, n, 1);
			r = open_and_sign(f, NULL, "1234");
			/* The closing SELECT's answer does not matter; a
			 * query or a file's first READ is put in another
			 * form, the label missed; a READ of more (7, 8) is
			 * sent again. */
			assert_true(r < 0 || n == 10 || n == 8 || n == 7 ||
			    n == 6 || n == 4 || n == 1 || n == 2);
			assert_true(fake.verifies <= 1);
			assert_int_equal(tries(f), 3);
		}
	}
}

/* Counted in transmits, a PIN is never sent to a swapped card. */
static void
swapped_between_runs(void **state)
{
	struct fixture *f = *state;
	struct jpki_card *card;

	assert_code(jpki_card_open(f->ctx, NULL, &card), 0);
	assert_int_equal(sign(card, "1234"), 0);
	/* Which run of pcscd counts is not to be seen here. */
	assert_true(jpkip_link_insertion(&card->link) == 0);
	fake.readers[0].count += 2;
	fake.transmits = 0;
	assert_int_equal(sign(card, "1234"), JPKI_ERR_CHANGED);
	assert_int_equal(sign(card, "1234"), JPKI_ERR_CHANGED);
	assert_int_equal(fake.transmits, 0);
	jpki_card_close(&card);
	assert_code(jpki_card_open(f->ctx, NULL, &card), 0);
	jpki_card_close(&card);
}

/* A door that cannot be closed is said, whatever else happened. */
static void
open_door(void **state)
{
	struct fixture *f = *state;

	fault(FAKE_END, SCARD_F_COMM_ERROR, 1, FOREVER);
	assert_code(open_and_sign(f, NULL, "1234"), 0);
	assert_int_equal(fake.unpowers, 1);	/* by disconnecting */
}

/* The daemon dies while a PIN is on its way: one connection to the next one
 * takes the power; where there is none, the door is said to be open. */
static void
daemon_dies_in_a_run(void **state)
{
	static const struct {
		enum fake_call then;
		int want;
		unsigned unpowers;
	} table[] = {
		{ FAKE_NONE, JPKI_ERR_NO_SERVICE, 1 },
		{ FAKE_ESTABLISH, JPKI_ERR_DOOR, 0 },
		{ FAKE_CONNECT, JPKI_ERR_DOOR, 0 },
	};
	struct fixture *f = *state;
	struct jpki_card *card;
	int end, r;
	size_t i;

	for (i = 0; i < N(table); i++) {
		row("then call %d fails", (int)table[i].then);
		assert_code(jpki_card_open(f->ctx, NULL, &card), 0);
		assert_code(jpki_card_begin(card), 0);
		fake.verifies = fake.unpowers = 0;
		fake.dies = true;
		/* SELECT and the counter go well. */
		fault(FAKE_TRANSMIT, SCARD_E_NO_SERVICE, 2, 1);
		r = jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2, NULL);
		assert_code(r, JPKI_ERR_NO_SERVICE);
		assert_int_equal(fake.verifies, 1);
		fault(table[i].then, SCARD_E_NO_SERVICE, 0, FOREVER);
		end = jpki_card_end(card);
		assert_code(end != 0 ? end : r, table[i].want);
		assert_int_equal(fake.unpowers, table[i].unpowers);
		fault(FAKE_NONE, 0, 0, 0);
		jpki_card_close(&card);
		/* A new session works, and takes what was left. */
		assert_code(open_and_sign(f, NULL, "1234"), 0);
	}
}

/* Calls that never come back. */
static void
hanging_calls(void **state)
{
	static const struct {
		enum fake_call call;
		unsigned skip;
		int want;
	} table[] = {
		{ FAKE_CONNECT, 0, JPKI_ERR_BUSY },
		{ FAKE_BEGIN, 1, JPKI_ERR_BUSY },
		{ FAKE_TRANSMIT, 3, JPKI_ERR_TIMEOUT },
		/* In VERIFY: nobody can close that door. */
		{ FAKE_TRANSMIT, 5, JPKI_ERR_DOOR },
		{ FAKE_TRANSMIT, 6, JPKI_ERR_DOOR },
	};
	struct fixture *f = *state;
	size_t i;

	jpki_ctx_set_limits(f->ctx, 200, 200);
	for (i = 0; i < N(table); i++) {
		fake_reset();
		fake.readers[0].card = f->card;
		fault(table[i].call, 1, table[i].skip, 1);
		assert_code(open_and_sign(f, NULL, "1234"),
		    table[i].want);
		assert_true(fake.verifies <= 1);
		/* Late, the helper closes what it finds open. */
		fake_let_go();
		fake_wait_idle();
		if (table[i].want == JPKI_ERR_DOOR)
			assert_int_equal(fake.unpowers, 1);
		fault(FAKE_NONE, 0, 0, 0);
		jpki_ctx_set_limits(f->ctx, 30000, 30000);
		assert_code(open_and_sign(f, NULL, "1234"), 0);
		jpki_ctx_set_limits(f->ctx, 200, 200);
		assert_int_equal(tries(f), 3);
	}
}

struct waiter {
	struct fixture *f;
	unsigned calls;
	int why;
};

static bool
insert_card(void *arg, int why)
{
	struct waiter *w = arg;

	w->why = why;
	if (++w->calls == 2)
		fake.readers[0].card = w->f->card;
	return w->calls > 100;
}

static bool
give_up(void *arg, int why)
{
	(void)arg;
	(void)why;
	return true;
}

static void
waiting(void **state)
{
	struct fixture *f = *state;
	struct waiter w = { f, 0, 0 };
	struct jpki_card *card;

	fake.readers[0].card = NULL;
	assert_code(jpki_card_wait(f->ctx, NULL, 0, NULL, NULL, &card),
	    JPKI_ERR_NO_CARD);
	assert_code(jpki_card_wait(f->ctx, NULL, -1, give_up, NULL,
	    &card), JPKI_ERR_CANCELLED);
	assert_code(jpki_card_wait(f->ctx, NULL, 60000, insert_card, &w,
	    &card), 0);
	assert_int_equal(w.why, JPKI_ERR_NO_CARD);
	assert_int_equal(w.calls, 2);
	jpki_card_close(&card);
	/* A daemon that hangs keeps nobody longer than was asked for. */
	fault(FAKE_LIST, 1, 0, 1);
	assert_code(jpki_card_wait(f->ctx, NULL, 300, NULL, NULL, &card),
	    JPKI_ERR_NO_SERVICE);
	fake_let_go();
	fake_wait_idle();
	fault(FAKE_NONE, 0, 0, 0);
	assert_code(jpki_card_wait(f->ctx, "nowhere", 1, NULL, NULL,
	    &card), JPKI_ERR_NO_READER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(readers_by_name),
		T(several_cards),
		T(chosen_by_serial),
		T(replaced_card),
		T(nothing_there),
		T(failures_have_names),
		T(wrong_pin_once),
		T(rubbish_answers),
		T(swapped_between_runs),
		T(open_door),
		T(daemon_dies_in_a_run),
		T(hanging_calls),
		T(waiting),
	};

	/* What the real one would say does not count. */
	setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
