/* SPDX-License-Identifier: Apache-2.0 */
/* What a failure says: cause, detail and hint, each whole in one language. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "base/ctx.h"
#include "base/shown.h"
#include "base/utf8.h"
#include "row.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define N_CODES 49

static const enum jpki_lang langs[] = { JPKI_LANG_EN, JPKI_LANG_JA };

static bool
ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static bool
is_ascii(const char *text)
{
	while ((unsigned char)*text >= ' ' && (unsigned char)*text < 0x7f)
		text++;
	return *text == '\0';
}

static void
assert_utf8(const char *text)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + strlen(text);
	uint32_t c;

	while (at < end)
		assert_true(jpkip_utf8_next(&at, end, &c));
}

/* Each sentence is a whole and polite one; none is clipped. */
static void
assert_polite(const char *hint)
{
	static const char *const ends[] = {
		"ください", "です", "ます", "ません", "ました"
	};
	char text[512], *next = text, *sentence, *stop;
	size_t i;

	assert_true(ends_in(hint, "。"));
	snprintf(text, sizeof(text), "%s", hint);
	for (sentence = text; *sentence != '\0'; sentence = next) {
		assert_non_null(stop = strstr(sentence, "。"));
		*stop = '\0';
		next = stop + strlen("。");
		/* A remark in brackets stands behind what it is about. */
		if (ends_in(sentence, "）"))
			*strstr(sentence, "（") = '\0';
		for (i = 0; i < N(ends) && !ends_in(sentence, ends[i]); i++)
			;
		if (i == N(ends))
			fail_msg("\"%s\" is clipped", sentence);
	}
}

static void
codes_have_texts(void **state)
{
	const char *what, *hint;
	int code, n = 0;

	(void)state;
	for (code = -1; code > -700; code--) {
		row("%d, %s", code, jpki_errname(code));
		if (jpki_errclass(code) == JPKI_CLASS_NONE) {
			assert_string_equal(jpki_errname(code), "unknown");
			assert_string_equal(jpki_strhint(code, JPKI_LANG_JA),
			    "");
			continue;
		}
		n++;
		assert_int_equal(jpki_errclass(code), -code / 100);
		assert_memory_equal(jpki_errname(code), "JPKI_ERR_", 9);
		what = jpki_strerror(code, JPKI_LANG_EN);
		assert_true(*what != '\0' && !ends_in(what, "."));
		hint = jpki_strhint(code, JPKI_LANG_EN);
		assert_true(ends_in(hint, ".") || ends_in(hint, "?"));
		what = jpki_strerror(code, JPKI_LANG_JA);
		assert_false(is_ascii(what));
		assert_false(ends_in(what, "。"));
		/* Room for it in the message before the detail. */
		assert_true(strlen(what) < 150);
		assert_polite(jpki_strhint(code, JPKI_LANG_JA));
	}
	assert_int_equal(n, N_CODES);
	assert_string_equal(jpki_errname(0), "JPKI_OK");
	assert_int_equal(jpki_errclass(0), JPKI_CLASS_NONE);
	assert_string_equal(jpki_strhint(0, JPKI_LANG_EN), "");
	assert_string_equal(jpki_strerror(-1, JPKI_LANG_EN), "unknown error");
}

static struct jpki_ctx *
new_ctx(enum jpki_lang lang)
{
	struct jpki_ctx *ctx = jpki_ctx_new();

	assert_non_null(ctx);
	jpki_ctx_set_lang(ctx, lang);
	return ctx;
}

static void
cause_detail_hint(void **state)
{
	static const struct {
		const char *en, *ja;	/* format of the detail; NULL: none */
		const char *message[2];
		const char *detail[2];
	} table[] = {
		{ "line %d of %s", "%2$s の %1$d 行目",
		    { "wrong PIN: line 3 of a",
		    "暗証番号が違います：a の 3 行目" },
		    { "line 3 of a", "a の 3 行目" } },
		{ JPKIP_SAME("%d, %s"),
		    { "wrong PIN: 3, a", "暗証番号が違います：3, a" },
		    { "3, a", "3, a" } },
		{ NULL, NULL, { "wrong PIN", "暗証番号が違います" },
		    { "", "" } },
	};
	size_t i, lang;

	(void)state;
	for (i = 0; i < N(table); i++)
		for (lang = 0; lang < N(langs); lang++) {
			struct jpki_ctx *ctx = new_ctx(langs[lang]);

			row("%s", table[i].message[lang]);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			assert_code(jpkip_fail(ctx, JPKI_ERR_PIN_WRONG,
			    table[i].en, table[i].ja, 3, "a"),
			    JPKI_ERR_PIN_WRONG);
#pragma GCC diagnostic pop
			assert_int_equal(jpki_ctx_err(ctx),
			    JPKI_ERR_PIN_WRONG);
			assert_string_equal(jpki_ctx_errmsg(ctx),
			    table[i].message[lang]);
			assert_string_equal(jpki_ctx_errdetail(ctx),
			    table[i].detail[lang]);
			assert_string_equal(jpki_ctx_errhint(ctx),
			    jpki_strhint(JPKI_ERR_PIN_WRONG, langs[lang]));
			jpki_ctx_free(&ctx);
		}
}

static void
first_failure_wins(void **state)
{
	struct jpki_ctx *ctx = new_ctx(JPKI_LANG_EN);

	(void)state;
	assert_string_equal(jpki_ctx_errmsg(ctx), "");
	assert_string_equal(jpki_ctx_errdetail(ctx), "");
	assert_string_equal(jpki_ctx_errhint(ctx), "");
	jpkip_ignore(jpkip_fail_sw(ctx, JPKI_ERR_CARD_SW, 0x6a82,
	    JPKIP_SAME("READ")));
	assert_code(jpkip_fail(ctx, JPKI_ERR_MEMORY, "late", "遅い"),
	    JPKI_ERR_MEMORY);
	assert_int_equal(jpki_ctx_err(ctx), JPKI_ERR_CARD_SW);
	assert_int_equal(jpki_ctx_err_sw(ctx), 0x6a82);
	assert_string_equal(jpki_ctx_errdetail(ctx), "READ");
	jpkip_ctx_clear(ctx);
	assert_int_equal(jpki_ctx_err(ctx), 0);
	assert_int_equal(jpki_ctx_err_sw(ctx), 0);
	assert_string_equal(jpki_ctx_errmsg(ctx), "");
	assert_string_equal(jpki_ctx_errdetail(ctx), "");
	assert_string_equal(jpki_ctx_errhint(ctx), "");
	jpki_ctx_free(&ctx);
	assert_null(ctx);
	jpki_ctx_free(&ctx);
	jpki_ctx_free(NULL);
	assert_string_equal(jpki_ctx_errmsg(NULL), "");
	assert_string_equal(jpki_ctx_errdetail(NULL), "");
	assert_string_equal(jpki_ctx_errhint(NULL), "");
	assert_code(jpkip_fail(NULL, JPKI_ERR_MEMORY, NULL, NULL),
	    JPKI_ERR_MEMORY);
}

/* A hint belongs to its failure, and to no other. */
static void
hint_fits(void **state)
{
	struct jpki_ctx *ctx = new_ctx(JPKI_LANG_JA);

	(void)state;
	assert_code(jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NO_CARD, NULL,
	    NULL), "Make one.", "作ってください。"), JPKI_ERR_NO_CARD);
	assert_string_equal(jpki_ctx_errhint(ctx), "作ってください。");
	/* The second failure was not the first one. */
	assert_code(jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL,
	    NULL), "Buy more.", "買ってください。"), JPKI_ERR_MEMORY);
	assert_string_equal(jpki_ctx_errhint(ctx), "作ってください。");
	/* Nor does it matter that the code is the same. */
	assert_code(jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NO_CARD, NULL,
	    NULL), "Buy one.", "買ってください。"), JPKI_ERR_NO_CARD);
	assert_string_equal(jpki_ctx_errhint(ctx), "作ってください。");
	jpkip_ctx_clear(ctx);
	assert_code(jpkip_hint(ctx, JPKI_ERR_NO_CARD, "x", "x"),
	    JPKI_ERR_NO_CARD);
	assert_string_equal(jpki_ctx_errhint(ctx), "");
	jpki_ctx_set_lang(ctx, JPKI_LANG_EN);
	jpkip_ignore(jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_NO_CARD, NULL,
	    NULL), "Make one.", "作ってください。"));
	assert_string_equal(jpki_ctx_errhint(ctx), "Make one.");
	jpki_ctx_free(&ctx);
	assert_code(jpkip_hint(NULL, JPKI_ERR_NO_CARD, "x", "x"),
	    JPKI_ERR_NO_CARD);
}

/* One context's failure becomes another's as it is. */
static void
taken_over(void **state)
{
	struct jpki_ctx *from = new_ctx(JPKI_LANG_JA);
	struct jpki_ctx *to = new_ctx(JPKI_LANG_EN);

	(void)state;
	jpkip_ctx_follow(to, from);
	assert_int_equal(jpki_ctx_lang(to), JPKI_LANG_JA);
	jpkip_ignore(jpkip_hint(from, jpkip_fail_sw(from, JPKI_ERR_NO_CARD,
	    0x6a82, "there", "そこ"), "Make one.", "作ってください。"));
	jpkip_ctx_take(to, from, JPKI_ERR_NO_CARD);
	assert_int_equal(jpki_ctx_err_sw(to), 0x6a82);
	assert_string_equal(jpki_ctx_errdetail(to), "そこ");
	assert_string_equal(jpki_ctx_errmsg(to), "カードがありません：そこ");
	assert_string_equal(jpki_ctx_errhint(to), "作ってください。");
	/* Another code, or nobody: the bare cause. */
	jpkip_ctx_take(to, from, JPKI_ERR_MEMORY);
	assert_string_equal(jpki_ctx_errmsg(to), "メモリが足りません");
	assert_string_equal(jpki_ctx_errdetail(to), "");
	jpkip_ctx_take(to, NULL, JPKI_ERR_NO_CARD);
	assert_string_equal(jpki_ctx_errmsg(to), "カードがありません");
	jpki_ctx_free(&from);
	jpki_ctx_free(&to);
}

static void
system_errors(void **state)
{
	static const struct {
		int errnum;
		const char *en, *ja;
	} table[] = {
		{ ENOENT, "No such file or directory",
		    "ファイルやフォルダーがありません" },
		{ EACCES, "Permission denied", "権限がありません" },
		{ ECONNREFUSED, "Connection refused", "接続を拒否されました" },
		{ 0, "No error", "エラーはありません" },
		{ 99999, "Error of the operating system", "OS のエラーです" },
		{ -1, "Error of the operating system", "OS のエラーです" },
	};
	struct jpki_ctx *ctx = new_ctx(JPKI_LANG_JA);
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("%d", table[i].errnum);
		assert_string_equal(jpki_strerrno(table[i].errnum,
		    JPKI_LANG_EN), table[i].en);
		assert_string_equal(jpki_strerrno(table[i].errnum,
		    JPKI_LANG_JA), table[i].ja);
	}
	errno = ENOENT;
	assert_code(jpkip_fail_errno(ctx, "/a"), JPKI_ERR_SYSTEM);
	assert_string_equal(jpki_ctx_errdetail(ctx),
	    "/a: ファイルやフォルダーがありません");
	errno = EACCES;
	assert_string_equal(jpkip_errno_text(ctx), "権限がありません");
	jpki_ctx_free(&ctx);
}

/* A name in a message does nothing to a terminal. */
static void
names_are_shown(void **state)
{
	static const struct {
		const char *text, *shown;
	} table[] = {
		{ "plain /a/b.pem", "plain /a/b.pem" },
		{ "証明書", "証明書" },
		{ "no\x1b[31m\nline\t\r", "no\\x1b[31m\\nline\\t\\r" },
		{ "del\x7f", "del\\x7f" },
		{ "c\377d", "c\\xffd" },
		{ "cut \xe3\x81", "cut \\xe3\\x81" },
		{ "c1 \xc2\x9b" "31m", "c1 \\u009b31m" },
		{ "turned \xe2\x80\xae", "turned \\u202e" },
		{ "tag \xf3\xa0\x80\x81", "tag \\U000e0001" },
		{ "back\\slash", "back\\slash" },
	};
	struct jpki_ctx *ctx = new_ctx(JPKI_LANG_EN);
	char out[64], again[64];
	size_t i, size;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("%s", table[i].shown);
		jpkip_shown(out, sizeof(out), table[i].text);
		assert_string_equal(out, table[i].shown);
		jpkip_shown(again, sizeof(again), out);
		assert_string_equal(again, out);
		for (size = 1; size <= strlen(out); size++) {
			jpkip_shown(again, size, table[i].text);
			assert_true(strlen(again) < size);
			assert_memory_equal(again, out, strlen(again));
			assert_utf8(again);
		}
		jpkip_ctx_clear(ctx);
		jpkip_ignore(jpkip_fail(ctx, JPKI_ERR_EXISTS,
		    JPKIP_SAME("%s"), table[i].text));
		assert_string_equal(jpki_ctx_errdetail(ctx), table[i].shown);
	}
	jpki_ctx_free(&ctx);
}

/* However long it is: cut between characters, and the cause is whole. */
static void
long_details(void **state)
{
	static const char cause[] = "すでに存在します：";
	struct jpki_ctx *ctx = new_ctx(JPKI_LANG_JA);
	char name[4096];
	size_t i, pad;

	(void)state;
	for (pad = 0; pad < 3; pad++) {
		row("%zu bytes before", pad);
		memset(name, 'a', pad);
		for (i = pad; i + 3 < sizeof(name); i += 3)
			memcpy(name + i, "証", 3);
		name[i] = '\0';
		jpkip_ctx_clear(ctx);
		jpkip_ignore(jpkip_fail(ctx, JPKI_ERR_EXISTS,
		    JPKIP_SAME("%s"), name));
		assert_true(strlen(jpki_ctx_errdetail(ctx)) > 500);
		assert_memory_equal(jpki_ctx_errdetail(ctx), name,
		    strlen(jpki_ctx_errdetail(ctx)));
		assert_utf8(jpki_ctx_errdetail(ctx));
		assert_memory_equal(jpki_ctx_errmsg(ctx), cause,
		    strlen(cause));
		assert_string_equal(jpki_ctx_errmsg(ctx) + strlen(cause),
		    jpki_ctx_errdetail(ctx));
	}
	jpki_ctx_free(&ctx);
}

static void
keep_line(void *arg, enum jpki_log_level level, const char *line)
{
	assert_int_equal(level, JPKI_LOG_WARNING);
	snprintf(arg, 64, "%s", line);
}

static void
warnings(void **state)
{
	struct jpki_ctx *ctx = new_ctx(JPKI_LANG_JA);
	char line[64];

	(void)state;
	jpki_ctx_set_log(ctx, keep_line, line);
	jpkip_warn(ctx, "%s is open", "%s は開いています", "a\nb");
	assert_string_equal(line, "a\\nb は開いています");
	jpki_ctx_set_lang(ctx, JPKI_LANG_EN);
	jpkip_warn(ctx, "%s is open", "%s は開いています", "a\nb");
	assert_string_equal(line, "a\\nb is open");
	/* A warning is no failure. */
	assert_int_equal(jpki_ctx_err(ctx), 0);
	jpki_ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(codes_have_texts),
		ROW_TEST(cause_detail_hint),
		cmocka_unit_test(first_failure_wins),
		cmocka_unit_test(hint_fits),
		cmocka_unit_test(taken_over),
		ROW_TEST(system_errors),
		ROW_TEST(names_are_shown),
		ROW_TEST(long_details),
		cmocka_unit_test(warnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
