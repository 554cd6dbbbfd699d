/* SPDX-License-Identifier: Apache-2.0 */
/* A kept PIN that is tried at once, to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>
#include <jpki/framework/shared.h>

#include "card/shared.h"
#include "script.h"

#define EPOCH 1
#define SELECT_TEXT "00A4040C 0A D3921000310001010408"
#define QUERY "00200098"
#define VERIFY "00200098 04 39383736"
#define PIN "9876"

/* A shared card whose handle is on the script. */
static struct jpki_shared *
shared_on(struct script *script)
{
	struct jpki_shared *shared;

	assert_ctx_code(script_ctx, jpkip_shared_new(script_ctx, NULL, NULL,
	    &shared), 0);
	assert_non_null(shared->ctx = jpki_ctx_new());
	assert_ctx_code(shared->ctx, script_open(script, shared->ctx,
	    &shared->card), 0);
	shared->pid = getpid();
	shared->epoch = EPOCH;
	shared->carrier = jpki_card_carrier(shared->card);
	return shared;
}

static void
end(struct jpki_shared *shared, const struct script *script)
{
	jpkip_shared_free(shared);
	script_done(script);
	assert_true(script->closed);
}

static struct jpki_kept *
keep(enum jpki_pin pin, const char *text, unsigned epoch)
{
	struct jpki_kept *kept;

	assert_ctx_code(script_ctx, jpki_kept_new(script_ctx, pin, text,
	    strlen(text), epoch, 1, &kept), 0);
	return kept;
}

/* One that is kept for this once. */
static void
try_once(struct jpki_shared *shared, const char *text, int min_tries,
    int want, enum jpki_kept_state state, int want_left)
{
	struct jpki_kept *kept = keep(JPKI_PIN_AUTH, text, EPOCH);
	int left = 7;

	assert_ctx_code(script_ctx, jpki_shared_try(script_ctx, shared, kept,
	    min_tries, &left), want);
	assert_int_equal(jpki_ctx_err(script_ctx), want);
	assert_int_equal(jpki_kept_state(kept), state);
	assert_int_equal(left, want_left);
	jpki_kept_free(&kept);
}

static void
add_end(struct script *script)
{
	script_add(script, SCRIPT_DOOR, "9000");
	script_add(script, "off", "");
}

/* Counter, VERIFY, door, and nothing else; each time it is asked for, and no
 * use of it is counted. */
static void
right(void **state)
{
	struct script *script = script_new();
	struct jpki_shared *shared;
	struct jpki_kept *kept = keep(JPKI_PIN_AUTH, PIN, EPOCH);
	int i, left = 7;

	(void)state;
	for (i = 0; i < 2; i++) {
		script_add_run(script);
		script_add(script, QUERY, "63C3");
		script_add(script, VERIFY, "9000");
		add_end(script);
	}
	shared = shared_on(script);
	assert_ctx_code(script_ctx, jpki_shared_try(script_ctx, shared, kept,
	    2, &left), 0);
	assert_int_equal(left, -1);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_RIGHT);
	assert_ctx_code(script_ctx, jpki_shared_try(script_ctx, shared, kept,
	    2, NULL), 0);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_RIGHT);
	jpki_kept_free(&kept);
	end(shared, script);
}

/* The other application's PIN, in its application. */
static void
text_pin(void **state)
{
	struct script *script = script_new();
	struct jpki_kept *kept = keep(JPKI_PIN_TEXT, PIN, EPOCH);
	struct jpki_shared *shared;

	(void)state;
	script_add(script, "begin", "same");
	script_add(script, SELECT_TEXT, "9000");
	script_add(script, "00200091", "63C3");
	script_add(script, "00200091 04 39383736", "9000");
	add_end(script);
	shared = shared_on(script);
	assert_ctx_code(script_ctx, jpki_shared_try(script_ctx, shared, kept,
	    2, NULL), 0);
	jpki_kept_free(&kept);
	end(shared, script);
}

/* One try, whatever repeats it: the same object does not even begin a run, and
 * another one with the same PIN only asks for the counter. Another PIN goes. */
static void
wrong(void **state)
{
	struct script *script = script_new();
	struct jpki_shared *shared;
	struct jpki_kept *kept = keep(JPKI_PIN_AUTH, PIN, EPOCH);
	int i, left = 7;

	(void)state;
	script_add_run(script);
	script_add(script, QUERY, "63C3");
	script_add(script, VERIFY, "63C2");
	add_end(script);
	script_add_run(script);
	script_add(script, QUERY, "63C2");
	script_add(script, "leave", "");
	script_add_run(script);
	script_add(script, QUERY, "63C2");
	script_add(script, "00200098 04 35353535", "63C1");
	add_end(script);
	shared = shared_on(script);
	assert_ctx_code(script_ctx, jpki_shared_try(script_ctx, shared, kept,
	    2, &left), JPKI_ERR_PIN_WRONG);
	assert_int_equal(left, 2);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_REFUSED);
	assert_null(kept->secret);
	for (i = 0; i < 3; i++) {
		assert_ctx_code(script_ctx, jpki_shared_try(script_ctx, shared,
		    kept, 2, &left), JPKI_ERR_PIN_WRONG);
		assert_int_equal(left, -1);
	}
	assert_string_equal(jpki_ctx_errdetail(script_ctx),
	    "auth PIN (利用者証明用), refused before, nothing more was sent");
	jpki_kept_free(&kept);
	try_once(shared, "９８７６", 2, JPKI_ERR_PIN_WRONG, JPKI_KEPT_REFUSED,
	    2);
	assert_non_null(strstr(jpki_ctx_errmsg(script_ctx),
	    "nothing more was sent, 2 tries left"));
	try_once(shared, "5555", 2, JPKI_ERR_PIN_WRONG, JPKI_KEPT_REFUSED, 1);
	end(shared, script);
}

/* With a counter that is full again it may be the right one by now. */
static void
refused_before_but_full(void **state)
{
	struct script *script = script_new();
	struct jpki_shared *shared;

	(void)state;
	script_add_run(script);
	script_add(script, QUERY, "63C3");
	script_add(script, VERIFY, "63C2");
	add_end(script);
	script_add_run(script);
	script_add(script, QUERY, "63C3");
	script_add(script, "00A4020C 02 0018", "9000");
	script_add(script, "00200080", "63C3");
	script_add(script, "00200080 04 39383736", "9000");
	add_end(script);
	shared = shared_on(script);
	try_once(shared, PIN, 2, JPKI_ERR_PIN_WRONG, JPKI_KEPT_REFUSED, 2);
	try_once(shared, PIN, 2, 0, JPKI_KEPT_RIGHT, -1);
	end(shared, script);
}

/* Too few tries, a locked PIN, no count: nothing is sent, and it stays. */
static void
guarded(void **state)
{
	static const struct {
		const char *count;
		int min_tries, want, left;
	} table[] = {
		{ "63C1", 2, JPKI_ERR_PIN_LAST_TRY, 1 },
		{ "63C2", 3, JPKI_ERR_PIN_LAST_TRY, 2 },
		{ "63C0", 1, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "6984", 1, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "9000", 2, JPKI_ERR_PIN_NO_COUNT, -1 },
		{ "63C2", JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_UNTRIED, 2 },
		{ "63C1", JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_UNTRIED, 1 },
		{ "6983", JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_BLOCKED, 0 },
		{ "9000", JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_NO_COUNT, -1 },
	};
	struct script *script = script_new();
	struct jpki_shared *shared;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		script_add_run(script);
		script_add(script, QUERY, table[i].count);
		script_add(script, "leave", "");
	}
	script_add_run(script);
	script_add(script, QUERY, "63C1");
	script_add(script, VERIFY, "9000");
	add_end(script);
	shared = shared_on(script);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		row("%s", table[i].count);
		try_once(shared, PIN, table[i].min_tries, table[i].want,
		    JPKI_KEPT_UNTRIED, table[i].left);
	}
	/* Who insists. */
	try_once(shared, PIN, 1, 0, JPKI_KEPT_RIGHT, -1);
	try_once(shared, PIN, 0, JPKI_ERR_USAGE, JPKI_KEPT_UNTRIED, -1);
	end(shared, script);
}

static struct jpki_kept *
keep_from(const char *text, const char *source)
{
	struct jpki_kept *kept = NULL;

	assert_ctx_code(script_ctx, jpki_kept_new_from(script_ctx,
	    JPKI_PIN_AUTH, text, strlen(text), EPOCH, 1, source, &kept), 0);
	return kept;
}

/* The card's yes is what counts: after it somebody else's miss does not stop
 * the key object, up to the last try; a new object is on its own. */
static void
accepted(void **state)
{
	static const struct {
		const char *count;
		int want, left;
	} later[] = {
		{ "63C3", 0, -1 }, { "63C2", 0, -1 },
		{ "63C1", JPKI_ERR_PIN_LAST_TRY, 1 }, { "63C2", 0, -1 },
		{ "9000", JPKI_ERR_PIN_NO_COUNT, -1 },
	};
	struct script *script = script_new();
	struct jpki_kept *kept = keep_from(PIN, "file:/run/pin");
	struct jpki_shared *shared;
	size_t i;
	int left;

	(void)state;
	for (i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		script_add_run(script);
		script_add(script, QUERY, later[i].count);
		if (later[i].want == 0) {
			script_add(script, VERIFY, "9000");
			add_end(script);
		} else {
			script_add(script, "leave", "");
		}
	}
	script_add_run(script);
	script_add(script, QUERY, "63C2");
	script_add(script, "leave", "");
	shared = shared_on(script);
	for (i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		row("%zu: %s", i, later[i].count);
		left = 7;
		assert_ctx_code(script_ctx, jpki_shared_try(script_ctx,
		    shared, kept, JPKI_TRIES_UNATTENDED, &left),
		    later[i].want);
		assert_int_equal(left, later[i].left);
	}
	jpki_kept_free(&kept);
	try_once(shared, PIN, JPKI_TRIES_UNATTENDED, JPKI_ERR_PIN_UNTRIED,
	    JPKI_KEPT_UNTRIED, 2);
	end(shared, script);
}

/* What a log gets to see: which file, how many tries; no name that may be a
 * PIN. */
static void
sources_are_named(void **state)
{
	static const struct {
		const char *source, *count, *verify, *en, *ja;
	} table[] = {
		{ "file:/etc/jpki/auth.pin", "63C3", "63C2",
		    "wrong PIN: auth PIN (利用者証明用), 2 tries left, "
		    "from file:/etc/jpki/auth.pin",
		    "暗証番号が違います：利用者証明用暗証番号、残り 2 回、"
		    "読み取り元 file:/etc/jpki/auth.pin" },
		{ "file:9876", "63C2", NULL,
		    "a PIN that nobody typed is first sent only while all "
		    "tries are left, so nothing was sent: auth PIN "
		    "(利用者証明用), 2 tries left, from file:...",
		    "入力でない暗証番号は残り回数が減っていないときだけ"
		    "送るため、カードに送りませんでした：利用者証明用暗証番号、"
		    "残り 2 回、読み取り元 file:..." },
		{ "fd:7", "63C0", NULL,
		    "the PIN is locked: auth PIN (利用者証明用), from fd:7",
		    "暗証番号がロックされています：利用者証明用暗証番号、"
		    "読み取り元 fd:7" },
		{ "file:/a\nb", "63C0", NULL,
		    "the PIN is locked: auth PIN (利用者証明用), "
		    "from file:/a\\nb",
		    "暗証番号がロックされています：利用者証明用暗証番号、"
		    "読み取り元 file:/a\\nb" },
	};
	struct script *script;
	struct jpki_shared *shared;
	struct jpki_kept *kept;
	size_t i;
	int want;

	(void)state;
	for (i = 0; i < 2 * sizeof(table) / sizeof(table[0]); i++) {
		row("%zu", i);
		script = script_new();
		script_add_run(script);
		script_add(script, QUERY, table[i / 2].count);
		if (table[i / 2].verify != NULL) {
			script_add(script, VERIFY, table[i / 2].verify);
			add_end(script);
		} else {
			script_add(script, "leave", "");
		}
		jpki_ctx_set_lang(script_ctx, i % 2 == 0 ? JPKI_LANG_EN :
		    JPKI_LANG_JA);
		kept = keep_from(PIN, table[i / 2].source);
		shared = shared_on(script);
		want = jpki_shared_try(script_ctx, shared, kept,
		    JPKI_TRIES_UNATTENDED, NULL);
		assert_int_equal(jpki_ctx_err(script_ctx), want);
		assert_string_equal(jpki_ctx_errmsg(script_ctx), i % 2 == 0 ?
		    table[i / 2].en : table[i / 2].ja);
		jpki_kept_free(&kept);
		end(shared, script);
	}
	jpki_ctx_set_lang(script_ctx, JPKI_LANG_EN);
	assert_int_equal(jpki_kept_new_from(script_ctx, JPKI_PIN_AUTH, "12",
	    2, EPOCH, 1, "file:/run/pin", &kept), JPKI_ERR_PIN_FORMAT);
	assert_null(kept);
	assert_string_equal(jpki_ctx_errdetail(script_ctx), "the auth PIN "
	    "(利用者証明用) has 4 digits, from file:/run/pin");
}

/* Not the card that the PIN was given for: it hears nothing. */
static void
other_card(void **state)
{
	struct script *script = script_new();
	struct jpki_kept *kept = keep(JPKI_PIN_AUTH, PIN, EPOCH + 1);
	struct jpki_shared *shared;
	int left = 7;

	(void)state;
	script_add(script, "begin", "same");
	script_add(script, "leave", "");
	shared = shared_on(script);
	assert_ctx_code(script_ctx, jpki_shared_try(script_ctx, shared, kept,
	    2, &left), JPKI_ERR_CHANGED);
	assert_int_equal(left, -1);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_UNTRIED);
	jpki_kept_free(&kept);
	end(shared, script);
}

/* What was answered with nothing is not sent again. */
static void
in_doubt(void **state)
{
	struct script *script = script_new();
	struct jpki_kept *kept = keep(JPKI_PIN_AUTH, PIN, EPOCH);
	struct jpki_shared *shared;
	int left = 7;

	(void)state;
	script_add_run(script);
	script_add(script, QUERY, "63C3");
	script_add(script, VERIFY, "6F00");
	add_end(script);
	shared = shared_on(script);
	assert_ctx_code(script_ctx, jpki_shared_try(script_ctx, shared, kept,
	    2, &left), JPKI_ERR_CARD_SW);
	assert_int_equal(left, -1);
	jpki_ctx_set_lang(script_ctx, JPKI_LANG_JA);
	assert_ctx_code(script_ctx, jpki_shared_try(script_ctx, shared, kept,
	    2, NULL), JPKI_ERR_NEEDS_PIN);
	assert_string_equal(jpki_ctx_errmsg(script_ctx),
	    "先に暗証番号が必要です：利用者証明用暗証番号が正しいかどうかを"
	    "カードが答えなかったので、もう送っていません");
	jpki_kept_free(&kept);
	end(shared, script);
}

/* A door that stays open is told, and the PIN was right all the same. */
static void
open_door(void **state)
{
	struct script *script = script_new();
	struct jpki_kept *kept = keep(JPKI_PIN_AUTH, PIN, EPOCH);
	struct jpki_shared *shared;

	(void)state;
	script_add_run(script);
	script_add(script, QUERY, "63C3");
	script_add(script, VERIFY, "9000");
	script_add(script, SCRIPT_DOOR, "9000");
	script_add_failure(script, "off", JPKI_ERR_DOOR);
	shared = shared_on(script);
	assert_ctx_code(script_ctx, jpki_shared_try(script_ctx, shared, kept,
	    2, NULL), JPKI_ERR_DOOR);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_RIGHT);
	jpki_kept_free(&kept);
	end(shared, script);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(right),
		SCRIPT_TEST(text_pin),
		SCRIPT_TEST(wrong),
		SCRIPT_TEST(refused_before_but_full),
		SCRIPT_TEST(guarded),
		SCRIPT_TEST(accepted),
		SCRIPT_TEST(sources_are_named),
		SCRIPT_TEST(other_card),
		SCRIPT_TEST(in_doubt),
		SCRIPT_TEST(open_door),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
