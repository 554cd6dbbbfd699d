/* SPDX-License-Identifier: Apache-2.0 */
/* Settings by name. */
#include <jpki.h>
#include <jpki/framework/settings.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/settings.h"
#include "row.h"

static struct jpki_ctx *ctx;

static int
parse(struct jpki_settings *s, const char *text)
{
	char copy[256];

	snprintf(copy, sizeof(copy), "%s", text);
	return jpkip_settings_parse(ctx, s, copy, "a file");
}

static void
values(void **state)
{
	struct jpki_settings *s;
	size_t i, n = 0;

	(void)state;
	assert_code(jpki_settings_new(ctx, &s), 0);
	assert_int_equal(s->min_tries, JPKI_TRIES_DEFAULT);
	assert_int_equal(s->pin_grace, 60);
	assert_int_equal(s->pss, 1);
	assert_int_equal(s->tokens, JPKI_TOKENS_AUTH);
	assert_null(s->reader);
	assert_null(jpki_settings_pin_source(s, JPKI_PIN_AUTH));
	/* As an editor may have written it. */
	assert_code(parse(s, "\xef\xbb\xbf# a comment\r\n\n"
	    " reader = soft:a b # $x\\ \n"
	    "pin-source.auth=fd:3\npin-source.sign = file:/a\n"
	    "cert.sign = file:c.pem\nmin-tries = 1\npss = off\n"
	    "allow-sha1=on\ndebug = all\ntokens = both"), 0);
	assert_int_equal(s->tokens, JPKI_TOKENS_AUTH | JPKI_TOKENS_SIGN);
	assert_int_equal(s->debug, JPKI_DEBUG_APDU | JPKI_DEBUG_PROVIDER);
	assert_string_equal(s->reader, "soft:a b # $x\\");
	assert_string_equal(jpki_settings_pin_source(s, JPKI_PIN_AUTH),
	    "fd:3");
	assert_string_equal(jpki_settings_pin_source(s, JPKI_PIN_SIGN),
	    "file:/a");
	assert_null(jpki_settings_pin_source(s, JPKI_PIN_TEXT));
	assert_null(jpki_settings_pin_source(s, JPKI_PIN_CARD));
	assert_null(jpki_settings_pin_source(NULL, JPKI_PIN_AUTH));
	assert_string_equal(s->cert_sign, "c.pem");
	assert_int_equal(s->min_tries, 1);
	assert_int_equal(s->pss, 0);
	assert_int_equal(s->allow_sha1, 1);
	for (i = 0; jpki_settings_name(i) != NULL; i++)
		n += jpki_settings_is_set(s, i);
	assert_int_equal(n, 9);
	assert_true(jpki_settings_has(s, "min-tries"));
	assert_false(jpki_settings_has(s, "pin-grace"));
	assert_false(jpki_settings_has(s, "x"));
	assert_false(jpki_settings_has(s, NULL));
	assert_false(jpki_settings_has(NULL, "min-tries"));
	assert_false(jpki_settings_is_set(s, i));
	assert_code(jpki_settings_set(ctx, s, "reader", "x", "here"),
	    JPKI_ERR_SETTING);
	assert_non_null(strstr(jpki_ctx_errmsg(ctx), "reader is given twice"));
	jpki_settings_free(&s);
	assert_null(s);
}

/* A value is in no message: it may be a PIN. */
static void
mistakes(void **state)
{
	static const struct {
		const char *text, *says, *ja;
	} rows[] = {
		{ "x = 5179", "a file, line 1: unknown key \"x\"",
		    "a file の 1 行目: \"x\" という項目はありません" },
		{ "\npss = 5179", "line 2: pss is on or off",
		    "2 行目: pss は on か off です" },
		{ "min-tries = 0", "min-tries is a number from 1 to 5",
		    "min-tries は 1 から 5 までの数です" },
		{ "min-tries = 5179", "from 1 to 5", "1 から 5" },
		{ "min-tries = 99999999999999999999", "from 1 to 5",
		    "1 から 5" },
		{ "pin-source.auth = 5179", "file:PATH or fd:NUMBER",
		    "pin-source.auth は file:PATH か fd:NUMBER です" },
		{ "pin-source.auth = fd:x5179", "file:PATH or fd:NUMBER",
		    "file:PATH か fd:NUMBER です" },
		{ "cert.sign = 5179", "cert.sign is file:PATH",
		    "cert.sign は file:PATH です" },
		{ "reader =", "reader is empty", "reader が空です" },
		{ "debug = 5179", "debug is apdu, provider or all",
		    "debug は apdu、provider、all のどれかです" },
		{ "tokens = 5179", "tokens is auth, sign or both",
		    "tokens は auth、sign、both のどれかです" },
		{ "5179 = x", "unknown key \"(not shown)\"",
		    "\"（非表示）\" という項目はありません" },
		{ "pin:A5179 = x", "unknown key \"(not shown)\"",
		    "\"（非表示）\" という項目はありません" },
		{ "PASS-ABCDEF = x", "unknown key \"(not shown)\"",
		    "\"（非表示）\" という項目はありません" },
		{ "pin-sorce.auth = x", "unknown key \"pin-sorce.auth\"",
		    "\"pin-sorce.auth\" という項目はありません" },
		{ "５１７９ = 5179", "unknown key \"(not shown)\"",
		    "\"（非表示）\" という項目はありません" },
		{ "5179", "line 1 is not \"name = value\"",
		    "1 行目は \"name = value\" の形ではありません" },
	};
	static const enum jpki_lang langs[] = { JPKI_LANG_EN, JPKI_LANG_JA };
	struct jpki_settings *s;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (k = 0; k < 2; k++) {
			const char *says = k == 0 ? rows[i].says : rows[i].ja;

			row("\"%s\": %s", rows[i].text, says);
			jpki_ctx_set_lang(ctx, langs[k]);
			assert_code(jpki_settings_new(ctx, &s), 0);
			assert_code(parse(s, rows[i].text), JPKI_ERR_SETTING);
			if (strstr(jpki_ctx_errmsg(ctx), says) == NULL)
				fail_msg("%s", jpki_ctx_errmsg(ctx));
			assert_null(strstr(jpki_ctx_errmsg(ctx), "5179"));
			jpki_settings_free(&s);
		}
	jpki_ctx_set_lang(ctx, JPKI_LANG_EN);
}

static void
files(void **state)
{
	char path[] = "/tmp/jpki-settings-XXXXXX";
	struct jpki_settings *s;
	int fd;

	(void)state;
	assert_true((fd = mkstemp(path)) >= 0);
	assert_int_equal(write(fd, "reader = r\n", 11), 11);
	assert_code(jpki_settings_new(ctx, &s), 0);
	assert_code(jpki_settings_read(ctx, s, path, "F"), 0);
	assert_string_equal(s->reader, "r");
	assert_code(jpki_settings_read(ctx, s, path, "F"),
	    JPKI_ERR_SETTING);
	assert_int_equal(write(fd, "\0x", 2), 2);
	close(fd);
	assert_code(jpki_settings_read(ctx, s, path, "F"),
	    JPKI_ERR_SETTING);
	assert_non_null(strstr(jpki_ctx_errmsg(ctx), "is no text"));
	unlink(path);
	assert_code(jpki_settings_read(ctx, s, path, "F"),
	    JPKI_ERR_SYSTEM);
	assert_non_null(strstr(jpki_ctx_errmsg(ctx), path));
	/* The usual word for none. */
	assert_code(jpki_settings_read(ctx, s, "/dev/null", "F"), 0);
	/* Nobody writes into it: no waiting. A folder, or no end: the same. */
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_code(jpki_settings_read(ctx, s, path, "F"),
	    JPKI_ERR_SETTING);
	assert_non_null(strstr(jpki_ctx_errmsg(ctx), "is not a file"));
	unlink(path);
	assert_code(jpki_settings_read(ctx, s, "/tmp", "F"),
	    JPKI_ERR_SETTING);
	assert_code(jpki_settings_read(ctx, s, "/dev/zero", "F"),
	    JPKI_ERR_SETTING);
	jpki_settings_free(&s);
	jpki_settings_free(NULL);
	assert_code(jpki_settings_read(ctx, NULL, path, "F"),
	    JPKI_ERR_USAGE);
}

/* A folder with the three files, and settings from the first that counts. */
struct usual {
	char dir[32], user[96], system[64], named[64];
};

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
usual_make(struct usual *u)
{
	char folder[64];

	snprintf(u->dir, sizeof(u->dir), "/tmp/jpki-settings-XXXXXX");
	assert_non_null(mkdtemp(u->dir));
	snprintf(folder, sizeof(folder), "%s/.config", u->dir);
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(folder, sizeof(folder), "%s/.config/jpki", u->dir);
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(u->user, sizeof(u->user), "%s/jpki.conf", folder);
	snprintf(u->system, sizeof(u->system), "%s/system", u->dir);
	snprintf(u->named, sizeof(u->named), "%s/named", u->dir);
	unsetenv("JPKI_CONF");
	unsetenv("XDG_CONFIG_HOME");
	assert_int_equal(setenv("HOME", u->dir, 1), 0);
}

static void
usual_remove(const struct usual *u)
{
	char folder[64];

	unsetenv("JPKI_CONF");
	unsetenv("XDG_CONFIG_HOME");
	unlink(u->user);
	unlink(u->system);
	unlink(u->named);
	snprintf(folder, sizeof(folder), "%s/.config/jpki", u->dir);
	assert_int_equal(rmdir(folder), 0);
	snprintf(folder, sizeof(folder), "%s/.config", u->dir);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(rmdir(u->dir), 0);
}

/* What the usual file says about the reader, and which one it was. */
static void
assert_usual(const struct usual *u, const char *reader, const char *from)
{
	struct jpki_settings *s;
	const char *path;

	assert_code(jpki_settings_new(ctx, &s), 0);
	assert_code(jpkip_settings_load(ctx, s, u->system, &path), 0);
	if (from == NULL)
		assert_null(path);
	else
		assert_string_equal(path, from);
	if (reader == NULL)
		assert_null(s->reader);
	else
		assert_string_equal(s->reader, reader);
	jpki_settings_free(&s);
}

static void
usual_file(void **state)
{
	struct usual u;
	char folder[64];

	(void)state;
	usual_make(&u);
	assert_usual(&u, NULL, NULL);
	write_file(u.system, "reader = system");
	assert_usual(&u, "system", u.system);
	write_file(u.user, "reader = user");
	assert_usual(&u, "user", u.user);
	/* A name that is not whole counts for nothing. */
	setenv("XDG_CONFIG_HOME", "x", 1);
	assert_usual(&u, "user", u.user);
	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	assert_usual(&u, "system", u.system);
	snprintf(folder, sizeof(folder), "%s/.config", u.dir);
	setenv("XDG_CONFIG_HOME", folder, 1);
	setenv("HOME", "/nowhere", 1);
	assert_usual(&u, "user", u.user);
	unsetenv("HOME");
	unsetenv("XDG_CONFIG_HOME");
	assert_usual(&u, "system", u.system);
	write_file(u.named, "reader = named");
	setenv("JPKI_CONF", u.named, 1);
	assert_usual(&u, "named", u.named);
	setenv("JPKI_CONF", "", 1);
	assert_usual(&u, "system", u.system);
	usual_remove(&u);
}

/* One that was asked for and is not there; one that is wrong; and what was
 * said before it. */
static void
usual_conflicts(void **state)
{
	struct jpki_settings *s;
	const char *path;
	struct usual u;
	struct jpki_ctx *with;

	(void)state;
	usual_make(&u);
	setenv("JPKI_CONF", u.named, 1);
	assert_code(jpki_settings_new(ctx, &s), 0);
	assert_code(jpki_settings_load(ctx, s, &path), JPKI_ERR_SYSTEM);
	assert_string_equal(path, u.named);
	write_file(u.named, "reader = a\nreader = b\n");
	assert_code(jpki_settings_load(ctx, s, NULL), JPKI_ERR_SETTING);
	assert_null(s->reader);
	unsetenv("JPKI_CONF");
	write_file(u.user, "reader = a\nx = b\n");
	assert_code(jpki_settings_load(ctx, s, NULL), JPKI_ERR_SETTING);
	assert_non_null(strstr(jpki_ctx_errmsg(ctx),
	    "the user's jpki.conf, line 2"));
	write_file(u.user, "reader = a\nmin-tries = 1\n");
	assert_code(jpki_settings_set(ctx, s, "reader", "before", "here"), 0);
	assert_code(jpki_settings_load(ctx, s, NULL), 0);
	assert_string_equal(s->reader, "before");
	assert_int_equal(s->min_tries, 1);
	jpki_settings_free(&s);

	setenv("JPKI_READER", "soft:env", 1);
	assert_non_null(with = jpki_ctx_new());
	unsetenv("JPKI_READER");
	assert_code(jpki_settings_new(with, &s), 0);
	assert_code(jpki_settings_load(with, s, NULL), 0);
	assert_null(s->reader);
	assert_int_equal(s->min_tries, 1);
	jpki_settings_free(&s);
	jpki_ctx_free(&with);
	assert_code(jpki_settings_load(ctx, NULL, NULL), JPKI_ERR_USAGE);
	usual_remove(&u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		ROW_TEST(mistakes),
		cmocka_unit_test(files),
		cmocka_unit_test(usual_file),
		cmocka_unit_test(usual_conflicts),
	};
	int r;

	ctx = jpki_ctx_new();
	r = cmocka_run_group_tests(tests, NULL, NULL);
	jpki_ctx_free(&ctx);
	return r;
}
