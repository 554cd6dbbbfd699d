/* SPDX-License-Identifier: Apache-2.0 */
/* The link to a card: which tables of functions are taken, what they may
 * return, and what an answer to reset announces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "row.h"
#include "transport/transport.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* What the functions below return. */
struct link {
	int code;
	size_t answer_len;
	size_t atr_len;
	bool closed;
};

static int
begin(void *arg, enum jpki_link_event *event)
{
	struct link *link = arg;

	*event = JPKI_LINK_RECONNECTED;
	return link->code;
}

static int
transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	struct link *link = arg;

	(void)cmd;
	(void)cmd_len;
	memset(rsp, 0x90, link->answer_len < rsp_size ? link->answer_len :
	    rsp_size);
	*rsp_len = link->answer_len;
	return link->code;
}

static int
end(void *arg, enum jpki_link_end how)
{
	struct link *link = arg;

	(void)how;
	return link->code;
}

static int
atr(void *arg, uint8_t *out, size_t size, size_t *len)
{
	struct link *link = arg;

	memset(out, 0, size);
	*len = link->atr_len;
	return 0;
}

static void
close_link(void *arg)
{
	struct link *link = arg;

	link->closed = true;
}

/* As a later header may have it. */
struct later_ops {
	struct jpki_transport_ops ops;
	void *more;
};

static const struct jpki_transport_ops whole = {
	sizeof(whole), begin, transmit, end, atr, NULL, close_link
};

static struct jpki_ctx *ctx;

static int
set_up(void **state)
{
	ctx = jpki_ctx_new();
	return ctx != NULL ? row_setup(state) : -1;
}

static int
tear_down(void **state)
{
	jpki_ctx_free(&ctx);
	return row_teardown(state);
}

static void
tables(void **state)
{
	struct later_ops later = { whole, NULL };
	struct jpki_transport_ops ops = whole;
	struct jpkip_link link;
	struct link arg = { 0 };

	(void)state;
	assert_code(jpkip_link_init(&link, ctx, &whole, &arg), 0);
	jpkip_link_close(&link);
	assert_true(arg.closed);
	/* What may be missing. */
	ops.atr = NULL;
	ops.close = NULL;
	assert_code(jpkip_link_init(&link, ctx, &ops, &arg), 0);
	assert_int_equal(link.atr_len, 0);
	assert_int_equal(jpkip_link_insertion(&link), 0);
	jpkip_link_close(&link);
	/* An older program's, which ends before what came later. */
	ops = whole;
	ops.size = offsetof(struct jpki_transport_ops, atr);
	assert_code(jpkip_link_init(&link, ctx, &ops, &arg), 0);
	assert_null(link.ops.atr);
	assert_null(link.ops.close);
	/* A newer program's, as long as it wants nothing of it. */
	later.ops.size = sizeof(later);
	assert_code(jpkip_link_init(&link, ctx, &later.ops, &arg), 0);
	later.more = &later;
	assert_code(jpkip_link_init(&link, ctx, &later.ops, &arg),
	    JPKI_ERR_USAGE);
	assert_string_equal(jpki_ctx_errdetail(ctx),
	    "an incomplete transport, or one for a later libjpki");
}

static void
incomplete_tables(void **state)
{
	struct jpki_transport_ops rows[] = { whole, whole, whole, whole };
	struct jpkip_link link;
	struct link arg = { 0 };
	size_t i;

	(void)state;
	rows[0].size = 0;
	rows[1].begin = NULL;
	rows[2].transmit = NULL;
	rows[3].end = NULL;
	for (i = 0; i < N(rows); i++) {
		row("%zu", i);
		jpkip_ctx_clear(ctx);
		assert_code(jpkip_link_init(&link, ctx, &rows[i], &arg),
		    JPKI_ERR_USAGE);
	}
	assert_code(jpkip_link_init(&link, ctx, NULL, &arg), JPKI_ERR_USAGE);
}

/* Whatever a table returns, callers get codes of ours and whole answers. */
static void
answers(void **state)
{
	static const struct {
		int code;
		size_t len;
		int want;
	} rows[] = {
		{ 0, 2, 0 },
		{ 0, JPKIP_RSP_MAX, 0 },
		{ 0, 0, JPKI_ERR_IO },
		{ 0, 1, JPKI_ERR_IO },
		{ 0, JPKIP_RSP_MAX + 1, JPKI_ERR_IO },
		{ JPKI_ERR_TIMEOUT, 2, JPKI_ERR_TIMEOUT },
		{ -1, 2, JPKI_ERR_IO },		/* no code of ours */
		{ 1, 2, JPKI_ERR_IO },
	};
	uint8_t rsp[JPKIP_RSP_MAX];
	enum jpki_link_event event;
	struct jpkip_link link;
	struct link arg = { 0 };
	size_t i, len;

	(void)state;
	assert_code(jpkip_link_init(&link, ctx, &whole, &arg), 0);
	for (i = 0; i < N(rows); i++) {
		int ends = rows[i].code == 0 ? 0 : rows[i].want;

		row("%d, %zu bytes", rows[i].code, rows[i].len);
		arg.code = rows[i].code;
		arg.answer_len = rows[i].len;
		len = 7;
		jpkip_ctx_clear(ctx);
		assert_code(jpkip_link_transmit(&link,
		    (const uint8_t *)"\0\xa4\4\0", 4, rsp, &len),
		    rows[i].want);
		assert_int_equal(len, rows[i].want == 0 ? rows[i].len : 7);
		assert_int_equal(jpki_ctx_err(ctx), rows[i].want);
		assert_code(jpkip_link_begin(&link, &event), ends);
		assert_code(jpkip_link_end(&link, JPKI_LINK_LEAVE), ends);
	}
}

/* An answer to reset that is none counts as none. */
static void
answer_to_reset(void **state)
{
	static const struct {
		size_t told, want;
	} rows[] = {
		{ 0, 0 }, { 4, 4 }, { JPKIP_LINK_ATR_MAX, JPKIP_LINK_ATR_MAX },
		{ JPKIP_LINK_ATR_MAX + 1, 0 },
	};
	struct jpkip_link link;
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		struct link arg = { .atr_len = rows[i].told };

		row("%zu bytes", rows[i].told);
		assert_code(jpkip_link_init(&link, ctx, &whole, &arg), 0);
		assert_int_equal(link.atr_len, rows[i].want);
		assert_false(link.extended);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tables, set_up, tear_down),
		cmocka_unit_test_setup_teardown(incomplete_tables, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(answers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answer_to_reset, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
