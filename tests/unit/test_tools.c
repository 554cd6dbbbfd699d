/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs share, examples/tools/common/: the command line and
 * messages.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "caught.h"
#include "common/message.h"
#include "common/options.h"
#include "row.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* ---- Options ---- */

enum { O_MD = 1, O_PSS };

static const struct program_option options[] = {
	{ "md", O_MD, { "NAME", "名前" }, { "the digest", "ハッシュ" } },
	{ "pss", O_PSS, { NULL, NULL }, { "PSS", "PSS" } },
	{ NULL, 0, { NULL, NULL }, { "Others:", "ほか:" } },
	OPTION_READER,
	OPTION_PIN_SOURCE,
	OPTION_MIN_TRIES,
	OPTION_LAST_TRY,
	OPTION_JSON,
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

static char md[32];
static bool pss;

static int
set(void *arg, int id, const char *value)
{
	assert_ptr_equal(arg, md);
	if (id == O_PSS)
		pss = true;
	else if (strcmp(value, "md5") == 0)
		return usage_error("no md5.", "md5 は使えません。");
	else
		snprintf(md, sizeof(md), "%s", value);
	return 0;
}

static const struct program program = {
	.usage = { "[options] FILE\n--other", "[オプション] ファイル" },
	.about = { "Tests.", "試験。" },
	.options = options,
	.set = set,
};

/* Takes a line of words apart and parses it; *argv must outlive args. */
static int
parse(const char *line, struct args *args, char *words, size_t size,
    char **argv)
{
	int argc = 0;
	char *next = words, *word;

	text_set_lang(JPKI_LANG_EN);
	snprintf(words, size, "%s", line);
	argv[argc++] = words;
	while ((word = strsep(&next, " ")) != NULL)
		argv[argc++] = word;
	argv[argc] = NULL;
	*md = '\0';
	pss = false;
	return options_parse(&program, args, md, argc, argv);
}

static void
test_options(void **state)
{
	static const struct {
		const char *line, *md, *reader, *operands;
		int min_tries;
		bool pss, json;
	} rows[] = {
		{ "", "", NULL, "+", 0, false, false },
		{ "--md x a b", "x", NULL, "+a+b", 0, false, false },
		{ "a --md=x b --json", "x", NULL, "+a+b", 0, false, true },
		{ "a --pss --reader soft:x=y", "", "soft:x=y", "+a", 0, true,
		    false },
		{ "--reader=--json a", "", "--json", "+a", 0, false, false },
		{ "--reader --lang a", "", "--lang", "+a", 0, false, false },
		{ "--md a --md b", "b", NULL, "", 0, false, false },
		{ "--js --re r a", "", "r", "+a", 0, false, true },
		{ "- -- --json", "", NULL, "+-+--json", 0, false, false },
		{ "--last-try", "", NULL, "", 1, false, false },
		{ "--min-tries 3 --last-try --min-tries 4", "", NULL, "", 4,
		    false, false },
		{ "--md=", "", NULL, "", 0, false, false },
	};
	char words[128], *argv[16], got[128];
	struct args args;
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		row("%s", rows[i].line);
		assert_int_equal(parse(rows[i].line, &args, words,
		    sizeof(words), argv), ARGS_GO_ON);
		*got = '\0';
		for (k = 0; k < args.n_operands; k++)
			snprintf(got + strlen(got), sizeof(got) - strlen(got),
			    "+%s", args.operands[k]);
		assert_null(args.operands[args.n_operands]);
		assert_string_equal(got, rows[i].operands);
		assert_string_equal(md, rows[i].md);
		assert_int_equal(args.min_tries, rows[i].min_tries);
		assert_true(pss == rows[i].pss && args.json == rows[i].json);
		assert_true((args.reader == NULL) == (rows[i].reader == NULL));
		if (args.reader != NULL)
			assert_string_equal(args.reader, rows[i].reader);
	}
}

#define SEE " See jpki-test --help.\n"
#define SEE_JA "jpki-test --help を見てください。\n"

static void
test_usage_errors(void **state)
{
	static const struct {
		const char *line, *said;
	} rows[] = {
		{ "--raeder x", "There is no option --raeder; did you mean "
		    "--reader?" SEE },
		{ "--raeder=1234", "There is no option --raeder; did you mean "
		    "--reader?" SEE },
		{ "--what", "There is no option --what." SEE },
		/* What has digits may be a PIN. */
		{ "--1234", "There is no such option." SEE },
		{ "-1234", "There is no such option." SEE },
		{ "-ABCDEF", "There is no such option." SEE },
		{ "--json1", "There is no such option; did you mean --json?"
		    SEE },
		{ "--l", "There is no option --l." SEE },
		{ "--md", "--md takes a value: NAME." SEE },
		{ "--json=1234", "--json takes no value." SEE },
		{ "--md md5", "no md5." SEE },
		{ "--pin-source 1234", "--pin-source is file:PATH, fd:N or "
		    "tty." SEE },
		{ "--min-tries 0", "--min-tries takes a number of tries from "
		    "1 to 5." SEE },
		{ "--min-tries 6", "--min-tries takes a number of tries from "
		    "1 to 5." SEE },
		{ "--min-tries 22", "--min-tries takes a number of tries from "
		    "1 to 5." SEE },
		{ "--lang fr", "--lang is ja or en." SEE },
		{ "--what --lang ja", "--what というオプションはありません。"
		    SEE_JA },
		{ "--lang=ja --md md5", "md5 は使えません。" SEE_JA },
		{ "--jsom --lang=ja", "--jsom というオプションはありません。"
		    "--json ではありませんか。" SEE_JA },
	};
	char words[128], *argv[16], wanted[256];
	struct args args;
	const char *said;
	size_t i;
	int code;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		row("%s", rows[i].line);
		catch_stream(stderr);
		code = parse(rows[i].line, &args, words, sizeof(words), argv);
		said = caught(stderr);
		snprintf(wanted, sizeof(wanted), "jpki-test: %s",
		    rows[i].said);
		assert_string_equal(said, wanted);
		assert_int_equal(code, EX_USAGE);
	}
}

static void
test_words(void **state)
{
	static const char *const words[] = { "status", "change", "unlock",
		NULL };
	static const struct {
		const char *word, *said;
		int found;
	} rows[] = {
		{ "status", "", 0 },
		{ "unlock", "", 2 },
		{ "sttaus", "Expected: status, change or unlock; did you mean "
		    "status?", -1 },
		{ "chnge", "Expected: status, change or unlock; did you mean "
		    "change?", -1 },
		{ "1234", "Expected: status, change or unlock.", -1 },
		{ "", "Expected: status, change or unlock.", -1 },
		{ NULL, "Expected: status, change or unlock.", -1 },
		{ "a-word-longer-than-any-name-of-anything",
		    "Expected: status, change or unlock.", -1 },
	};
	const char *said;
	size_t i, len;
	int found;

	(void)state;
	text_set_lang(JPKI_LANG_EN);
	for (i = 0; i < N_OF(rows); i++) {
		row("%s", rows[i].word != NULL ? rows[i].word : "(none)");
		catch_stream(stderr);
		found = options_word(rows[i].word, words);
		said = caught(stderr);
		assert_int_equal(found, rows[i].found);
		len = strlen(rows[i].said);
		if (len == 0)
			assert_string_equal(said, "");
		else
			assert_memory_equal(said + strlen("jpki-test: "),
			    rows[i].said, len);
	}
}

static void
test_help(void **state)
{
	struct args args;
	char words[128], *argv[16];
	const char *said;
	int code;

	(void)state;
	catch_stream(stdout);
	code = parse("--help", &args, words, sizeof(words), argv);
	said = caught(stdout);
	assert_int_equal(code, EXIT_SUCCESS);
	assert_string_equal(said,
	    "usage: jpki-test [options] FILE\n"
	    "       jpki-test --other\n"
	    "Tests.\n"
	    "  --md NAME       the digest\n"
	    "  --pss           PSS\n"
	    "\nOthers:\n"
	    "  --reader R      the reader; soft:DIR is a software card\n"
	    "  --pin-source S  the PIN: file:PATH, fd:N or tty (default)\n"
	    "  --min-tries N   send a PIN only if N tries are left (default: "
	    "2; one that is\n"
	    "                  not typed: all)\n"
	    "  --last-try      send the PIN even if only one try is left\n"
	    "  --json          print JSON\n"
	    "  --lang ja|en    language of texts and messages\n"
	    "  --help, --version\n");
	catch_stream(stdout);
	code = parse("--help --lang ja", &args, words, sizeof(words), argv);
	said = caught(stdout);
	assert_int_equal(code, EXIT_SUCCESS);
	assert_non_null(strstr(said, "使い方：jpki-test [オプション] "
	    "ファイル\n試験。\n  --md 名前       ハッシュ\n"));
}

/* ---- Messages ---- */

static void
test_messages(void **state)
{
	(void)state;
	text_set_lang(JPKI_LANG_EN);
	catch_stream(stderr);
	complain("%s: given twice", "%s: 2 回指定されています", "a\033[31m");
	assert_string_equal(caught(stderr),
	    "jpki-test: a\\x1b[31m: given twice\n");
	catch_stream(stderr);
	complain_mildly("%d left", "残り %d", 1);
	assert_string_equal(caught(stderr), "jpki-test: warning: 1 left\n");
	catch_stream(stderr);
	errno = ENOENT;
	assert_int_equal(complain_errno("a\nb"), EXIT_FAILURE);
	assert_string_equal(caught(stderr),
	    "jpki-test: a\\nb: No such file or directory\n");
	text_set_lang(JPKI_LANG_JA);
	catch_stream(stderr);
	complain_mildly("%d left", "残り %d", 1);
	assert_string_equal(caught(stderr), "jpki-test: 警告: 残り 1\n");
}

/* The library's failures, with what an option can do about them. */
static void
test_failures(void **state)
{
	static const struct {
		int err, code;
	} codes[] = {
		{ JPKI_ERR_DATA, EX_DATAERR },
		{ JPKI_ERR_URI, EX_DATAERR },
		{ JPKI_ERR_NO_READER, EX_UNAVAILABLE },
		{ JPKI_ERR_NO_CARD, EX_UNAVAILABLE },
		{ JPKI_ERR_DOOR, EXIT_FAILURE },
		{ JPKI_ERR_PIN_WRONG, EXIT_FAILURE },
		{ JPKI_ERR_MEMORY, EXIT_FAILURE },
		{ JPKI_ERR_NOT_ON_CARD, EXIT_FAILURE },
	};
	static const struct advice own[] = {
		{ JPKI_ERR_NO_CARD, { "Or make one.", "作れます。" } },
		{ 0, { NULL, NULL } }
	};
	struct jpki_ctx *ctx;
	struct jpki_card *card;
	const char *said;
	size_t i;
	int r, code;

	(void)state;
	for (i = 0; i < N_OF(codes); i++) {
		row("%s", jpki_errname(codes[i].err));
		assert_int_equal(exit_code(codes[i].err), codes[i].code);
	}
	text_set_lang(JPKI_LANG_EN);
	ctx = message_ctx();
	r = jpki_card_open(ctx, "soft:/nonexistent/\033", &card);
	assert_ctx_code(ctx, r, JPKI_ERR_NO_CARD);
	catch_stream(stderr);
	code = complain_ctx(ctx, r, own);
	said = caught(stderr);
	assert_int_equal(code, EX_UNAVAILABLE);
	assert_null(strstr(said, "--last-try"));
	assert_non_null(strstr(said, ". Or make one.\n"));
	assert_null(strchr(said, '\033'));
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	catch_stream(stderr);
	code = complain_ctx(ctx, JPKI_ERR_PIN_LAST_TRY, own);
	said = caught(stderr);
	assert_int_equal(code, EXIT_FAILURE);
	assert_non_null(strstr(said, ". --last-try insists.\n"));
	catch_stream(stderr);
	code = complain_code("here", JPKI_ERR_DATA);
	said = caught(stderr);
	assert_int_equal(code, EX_DATAERR);
	assert_memory_equal(said, "jpki-test: here: malformed data", 31);
	jpki_ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(test_options),
		ROW_TEST(test_usage_errors),
		ROW_TEST(test_words),
		ROW_TEST(test_help),
		ROW_TEST(test_messages),
		ROW_TEST(test_failures),
	};

	message_start("jpki-test");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
