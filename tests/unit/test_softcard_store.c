/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory of a software card: making one, refusing a damaged one, and
 * what several processes, or one that is killed, can do to it.
 */
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <jpki.h>

#include "certificate/cert.h"
#include "row.h"
#include "softcard/card.h"
#include "softcard/files.h"
#include "softcard/softcard.h"
#include "tempcard.h"
#include "torture.h"

#define PATH_SIZE 256

static const uint8_t select_jpki[] = {
	0x00, 0xa4, 0x04, 0x0c, 0x0a, 0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01,
	0x00, 0x00, 0x00, 0x01
};
static const uint8_t verify_wrong[] = {
	0x00, 0x20, 0x00, 0x9b, 0x06, 'W', 'R', 'O', 'N', 'G', '1'
};

struct fixture {
	struct jpki_ctx *ctx;
	char path[TEMPCARD_MAX];
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_non_null(f->ctx = jpki_ctx_new());
	tempcard_make("card", f->path);
	*state = f;
	return row_setup(state);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	tempcard_remove(f->path);
	jpki_ctx_free(&f->ctx);
	free(f);
	return row_teardown(state);
}

static struct jpki_softcard *
open_card(struct fixture *f)
{
	struct jpki_softcard *soft;

	if (jpki_softcard_open(f->ctx, f->path, &soft) != 0)
		fail_msg("%s", jpki_ctx_errmsg(f->ctx));
	return soft;
}

/* The status word; -1: no answer. */
static int
send(struct jpki_softcard *soft, const uint8_t *cmd, size_t len)
{
	uint8_t rsp[300];
	size_t n;

	if (jpkip_softcard_transmit(soft, cmd, len, rsp, sizeof(rsp), &n) != 0)
		return -1;
	return rsp[n - 2] << 8 | rsp[n - 1];
}

static int
tries(struct fixture *f)
{
	struct jpki_softcard *soft = open_card(f);
	int left;

	assert_code(jpki_softcard_tries(soft, JPKI_PIN_SIGN, &left), 0);
	jpki_softcard_free(&soft);
	return left;
}

static void
in(const struct fixture *f, const char *name, char out[PATH_SIZE])
{
	snprintf(out, PATH_SIZE, "%s/%s", f->path, name);
}

static size_t
slurp(const struct fixture *f, const char *name, char *buf, size_t size)
{
	char path[PATH_SIZE];
	FILE *file;
	size_t n;

	in(f, name, path);
	assert_non_null(file = fopen(path, "r"));
	n = fread(buf, 1, size - 1, file);
	buf[n] = '\0';
	fclose(file);
	return n;
}

static void
spill(const struct fixture *f, const char *name, const char *buf, size_t len)
{
	char path[PATH_SIZE];
	FILE *file;

	in(f, name, path);
	assert_non_null(file = fopen(path, "w"));
	assert_int_equal(fwrite(buf, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

enum damage {
	REMOVED, EMPTY, HALVED, LINE_SHORT, GARBAGE, DIRECTORY, FIFO, HUGE_FILE,
	ZEROES, COPY_OF, REPLACE, APPEND
};

struct damage_row {
	const char *file;
	enum damage damage;
	const char *arg, *with;
};

static void
damage(const struct fixture *f, const struct damage_row *row)
{
	char buf[65536], out[65536], path[PATH_SIZE], *at;
	size_t len = slurp(f, row->file, buf, sizeof(buf));

	in(f, row->file, path);
	if (row->damage == REMOVED || row->damage == DIRECTORY ||
	    row->damage == FIFO)
		assert_int_equal(unlink(path), 0);
	switch (row->damage) {
	case REMOVED:
		break;
	case EMPTY:
		spill(f, row->file, "", 0);
		break;
	case HALVED:
		spill(f, row->file, buf, len / 2);
		break;
	case LINE_SHORT:
		spill(f, row->file, buf, len - 1);
		break;
	case GARBAGE:
		memset(buf, 0xa5, len);
		spill(f, row->file, buf, len);
		break;
	case ZEROES:
		memset(buf + len / 2, 0, len / 2);
		spill(f, row->file, buf, len);
		break;
	case DIRECTORY:
		assert_int_equal(mkdir(path, 0700), 0);
		break;
	case FIFO:
		assert_int_equal(mkfifo(path, 0600), 0);
		break;
	case HUGE_FILE:
		assert_int_equal(truncate(path, 1 << 30), 0);
		break;
	case COPY_OF:
		len = slurp(f, row->arg, buf, sizeof(buf));
		spill(f, row->file, buf, len);
		break;
	case REPLACE:
		assert_non_null(at = strstr(buf, row->arg));
		snprintf(out, sizeof(out), "%.*s%s%s", (int)(at - buf), buf,
		    row->with, at + strlen(row->arg));
		spill(f, row->file, out, strlen(out));
		break;
	case APPEND:
		snprintf(out, sizeof(out), "%s%s", buf, row->arg);
		spill(f, row->file, out, strlen(out));
		break;
	}
}

static const struct damage_row damage_rows[] = {
	{ "state", REMOVED, NULL, NULL },
	{ "state", EMPTY, NULL, NULL },
	{ "state", HALVED, NULL, NULL },
	{ "state", LINE_SHORT, NULL, NULL },
	{ "state", GARBAGE, NULL, NULL },
	{ "state", ZEROES, NULL, NULL },
	{ "state", DIRECTORY, NULL, NULL },
	{ "state", FIFO, NULL, NULL },
	{ "state", HUGE_FILE, NULL, NULL },
	{ "state", COPY_OF, "auth.pem", NULL },
	{ "state", APPEND, "x", NULL },
	{ "state", APPEND, "end\n", NULL },
	{ "state", REPLACE, "jpki-softcard 1\n", "jpki-softcard 2\n" },
	{ "state", REPLACE, "jpki-softcard 1\n", "" },
	{ "state", REPLACE, "\nend\n", "\n" },
	{ "state", REPLACE, "auth-tries 3", "auth-tries 4" },
	{ "state", REPLACE, "auth-tries 3", "auth-tries -1" },
	{ "state", REPLACE, "auth-tries 3", "auth-tries" },
	{ "state", REPLACE, "auth-tries 3\n", "" },
	{ "state", REPLACE, "auth-tries 3",
	    "auth-tries 3\nauth-tries 3" },
	{ "state", REPLACE, "sign-tries 5", "sign-tries 6" },
	{ "state", REPLACE, "auth-pin 1234\n", "" },
	{ "state", REPLACE, "auth-pin 1234", "auth-pin " },
	{ "state", REPLACE, "auth-pin 1234", "auth-pin %0" },
	{ "state", REPLACE, "auth-pin 1234",
	    "auth-pin 12345678901234567" },
	{ "state", REPLACE, "sfi on", "sfi maybe" },
	{ "state", REPLACE, "sfi on", "SFI on" },
	{ "state", REPLACE, "sfi on", "sfi on \nnew thing" },
	{ "state", REPLACE, "pss on\n", "" },
	{ "state", REPLACE, "profile card", "profile debit" },
	{ "state", REPLACE, "filler 64", "filler 99999999" },
	{ "state", REPLACE, "birth 1990-02-17", "birth 1990-02-30" },
	{ "state", REPLACE, "\nid ", "\nid x" },
	{ "auth.pem", REMOVED, NULL, NULL },
	{ "auth.pem", EMPTY, NULL, NULL },
	{ "auth.pem", HALVED, NULL, NULL },
	{ "auth.pem", GARBAGE, NULL, NULL },
	{ "auth.pem", FIFO, NULL, NULL },
	{ "auth.pem", COPY_OF, "sign.pem", NULL },
	{ "auth.pem", COPY_OF, "auth.key", NULL },
	{ "sign.pem", COPY_OF, "sign-ca.pem", NULL },
	{ "sign.pem", HALVED, NULL, NULL },
	{ "auth.key", REMOVED, NULL, NULL },
	{ "auth.key", HALVED, NULL, NULL },
	{ "auth.key", GARBAGE, NULL, NULL },
	{ "auth.key", COPY_OF, "auth.pem", NULL },
	{ "auth.key", REPLACE, "PRIVATE KEY-----\n",
	    "ENCRYPTED PRIVATE KEY-----\n" },
	{ "auth-ca.pem", REMOVED, NULL, NULL },
	{ "auth-ca.pem", HUGE_FILE, NULL, NULL },
	{ "sign-ca.pem", EMPTY, NULL, NULL }
};

/* Each is refused, with the file's name; and refusing changes nothing. */
static void
damaged_cards(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft;
	char saved[65536], path[PATH_SIZE];
	size_t i, len;
	int r;

	for (i = 0; i < sizeof(damage_rows) / sizeof(damage_rows[0]); i++) {
		const char *file = damage_rows[i].file;
		row("%s, row %zu", file, i);

		len = slurp(f, file, saved, sizeof(saved));
		damage(f, &damage_rows[i]);
		soft = (struct jpki_softcard *)f;
		r = jpki_softcard_open(f->ctx, f->path, &soft);
		assert_ctx_code(f->ctx, r, JPKI_ERR_DAMAGED);
		assert_null(soft);
		assert_non_null(strstr(jpki_ctx_errmsg(f->ctx), file));
		assert_null(strstr(jpki_ctx_errmsg(f->ctx), "1234"));
		in(f, file, path);
		if (rmdir(path) != 0)
			unlink(path);
		spill(f, file, saved, len);
		soft = open_card(f);
		jpki_softcard_free(&soft);
	}
}

struct shown {
	char text[4096];
};

static void
collect(void *arg, const char *name, const char *value)
{
	struct shown *shown = arg;
	size_t at = strlen(shown->text);

	snprintf(shown->text + at, sizeof(shown->text) - at, "%s=%s\n", name,
	    value);
}

/* A card that was made before there were these settings is as it was, and
 * keeps what it is given. */
static void
older_cards(void **state)
{
	static const char *const lines[] = {
		"text-length short\n", "name-flags none\n",
		"address-flags none\n", "signature right\n"
	};
	struct fixture *f = *state;
	struct jpki_softcard *soft;
	struct shown shown = { "" };
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct damage_row row = { "state", REPLACE, lines[i], "" };

		damage(f, &row);
	}
	soft = open_card(f);
	assert_int_equal(send(soft, select_jpki, sizeof(select_jpki)), 0x9000);
	assert_code(jpki_softcard_show(soft, collect, &shown), 0);
	assert_non_null(strstr(shown.text, "text-length=short\n"));
	assert_non_null(strstr(shown.text, "name-flags=none\n"));
	assert_code(jpki_softcard_set(soft, "text-length", "82"), 0);
	jpki_softcard_free(&soft);
	soft = open_card(f);
	shown.text[0] = '\0';
	assert_code(jpki_softcard_show(soft, collect, &shown), 0);
	assert_non_null(strstr(shown.text, "text-length=82\n"));
	jpki_softcard_free(&soft);
}

/* The key of one purpose with the certificate of the other; a card's parts
 * in another one. */
static void
swapped_files(void **state)
{
	static const struct {
		const char *a, *b;
	} rows[] = {
		{ "auth.pem", "sign.pem" },
		{ "auth.key", "sign.key" },
		{ "auth-ca.pem", "sign-ca.pem" },
		{ "auth-ca.pem", "ca/auth-ca-2.pem" }
	};
	struct fixture *f = *state;
	struct jpki_softcard *soft;
	char a[PATH_SIZE], b[PATH_SIZE], tmp[PATH_SIZE];
	size_t i;
	int turn;

	in(f, "tmp", tmp);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (turn = 0; turn < 2; turn++) {
			row("%s and %s, turn %d", rows[i].a, rows[i].b, turn);
			in(f, rows[i].a, a);
			in(f, rows[i].b, b);
			assert_int_equal(rename(a, tmp), 0);
			assert_int_equal(rename(b, a), 0);
			assert_int_equal(rename(tmp, b), 0);
			assert_int_equal(jpki_softcard_open(f->ctx, f->path,
			    &soft), turn == 0 ? JPKI_ERR_DAMAGED : 0);
			jpki_softcard_free(&soft);
		}
}

static void
no_card(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft;
	char path[PATH_SIZE];

	in(f, "nothing", path);
	assert_code(jpki_softcard_open(f->ctx, path, &soft),
	    JPKI_ERR_NO_CARD);
	assert_non_null(strstr(jpki_ctx_errmsg(f->ctx), path));
	/* What to do about a folder, not about a card in a reader. */
	assert_non_null(strstr(jpki_ctx_errhint(f->ctx),
	    "Make a software card"));
	jpki_ctx_set_lang(f->ctx, JPKI_LANG_JA);
	assert_code(jpki_softcard_open(f->ctx, path, &soft),
	    JPKI_ERR_NO_CARD);
	assert_non_null(strstr(jpki_ctx_errdetail(f->ctx),
	    ": ファイルやフォルダーがありません"));
	assert_non_null(strstr(jpki_ctx_errhint(f->ctx),
	    "フォルダーにソフトウェアカードを作るか"));
	jpki_ctx_set_lang(f->ctx, JPKI_LANG_EN);
	in(f, "state", path);
	assert_code(jpki_softcard_open(f->ctx, path, &soft),
	    JPKI_ERR_NO_CARD);
	in(f, "ca", path);
	assert_code(jpki_softcard_open(f->ctx, path, &soft),
	    JPKI_ERR_NO_CARD);
	assert_code(jpki_softcard_open(f->ctx, "", &soft),
	    JPKI_ERR_NO_CARD);
	assert_code(jpki_softcard_open(f->ctx, NULL, &soft),
	    JPKI_ERR_USAGE);
	assert_null(soft);
	/* Looking for a card leaves no lock file behind. */
	in(f, "ca/lock", path);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void
lost_lock_file(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft;
	char path[PATH_SIZE];

	in(f, "lock", path);
	assert_int_equal(unlink(path), 0);
	soft = open_card(f);
	assert_int_equal(access(path, F_OK), 0);
	jpki_softcard_free(&soft);
}

static unsigned
count_entries(const char *path)
{
	DIR *dir = opendir(path);
	unsigned n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

static void
never_overwrites(void **state)
{
	struct fixture *f = *state;
	char path[PATH_SIZE], before[8192], after[8192];
	unsigned n;

	slurp(f, "state", before, sizeof(before));
	n = count_entries(f->path);
	assert_code(jpki_softcard_create(f->ctx, f->path, NULL, 0),
	    JPKI_ERR_EXISTS);
	assert_non_null(strstr(jpki_ctx_errmsg(f->ctx), f->path));
	snprintf(path, sizeof(path), "%s//", f->path);
	assert_code(jpki_softcard_create(f->ctx, path, NULL, 0),
	    JPKI_ERR_EXISTS);
	in(f, "state", path);
	assert_code(jpki_softcard_create(f->ctx, path, NULL, 0),
	    JPKI_ERR_EXISTS);
	slurp(f, "state", after, sizeof(after));
	assert_string_equal(before, after);
	assert_int_equal(count_entries(f->path), n);
	in(f, "link", path);
	assert_int_equal(symlink("nowhere", path), 0);
	assert_code(jpki_softcard_create(f->ctx, path, NULL, 0),
	    JPKI_ERR_EXISTS);
	in(f, "no/such/parent", path);
	assert_code(jpki_softcard_create(f->ctx, path, NULL, 0),
	    JPKI_ERR_SYSTEM);
	assert_code(jpki_softcard_create(f->ctx, "", NULL, 0),
	    JPKI_ERR_USAGE);
}

static void
bad_options(void **state)
{
	static const struct jpki_softcard_option rows[] = {
		{ "colour", "red" }, { "name", "" }, { "name", " x" },
		{ "name", "x " }, { "name", "a  b" }, { "name", "a\nb" },
		{ "name", "\xff" }, { "name", "\xe3\x81" },
		{ "name", "\xed\xa0\x80" }, { "name", "\xc0\xaf" },
		{ "address", "" }, { "address", "x\x7f" },
		{ "birth", "1990-2-17" }, { "birth", "1990-02-30" },
		{ "birth", "1868-01-24" }, { "birth", "2999-01-01" },
		{ "birth", "1990-02-17x" }, { "birth", "" },
		{ "birth", "1990-00-17" }, { "birth", "1990-02-0" },
		{ "text-length", "83" }, { "text-length", "" },
		{ "sex", "4" }, { "sex", "" }, { "sex", "11" },
		{ "name-flags", "" }, { "name-flags", "012" },
		{ "address-flags", "None" },
		{ "auth-pin", "123" }, { "auth-pin", "12345" },
		{ "auth-pin", "123a" }, { "auth-pin", "１２３４" },
		{ "sign-pin", "ABC12" }, { "sign-pin", "ABCDEFGH123456789" },
		{ "sign-pin", "ABCDEF" }, { "sign-pin", "123456" },
		{ "sign-pin", "ABC 123" }, { "text-pin", "" },
		{ "profile", "Card" }, { "generation", "0" },
		{ "generation", "4" }, { "generation", "33" },
		{ "issued", "2015-10-20" }, { "issued", "2034-01-01" },
		{ "issued", "yesterday" }, { "not-after", "2050-01-01" },
		{ "not-after", "2015-01-01" },
		{ "sfi", "ON" }, { "sfi", "" }, { "pss", "1" },
		{ "blocked-sw", "6985" }, { "filler", "-1" },
		{ "filler", "20001" }, { "filler", "1000000000000" },
		{ "filler", "" }, { "reselect", "on" }, { "delay-ms", "1s" },
		{ "sign-ms", "60001" }, { "auth-not-after", "today" }
	};
	struct fixture *f = *state;
	char path[PATH_SIZE];
	size_t i;

	in(f, "new", path);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row("%s \"%s\"", rows[i].name, rows[i].value);
		assert_ctx_code(f->ctx, jpki_softcard_create(f->ctx, path,
		    &rows[i], 1), JPKI_ERR_VALUE);
		assert_non_null(strstr(jpki_ctx_errmsg(f->ctx),
		    rows[i].name));
		if (strstr(rows[i].name, "pin") != NULL && *rows[i].value)
			assert_null(strstr(jpki_ctx_errmsg(f->ctx),
			    rows[i].value));
		assert_int_not_equal(access(path, F_OK), 0);
	}
}

/* What a value must be, and what is wrong with a file, in both languages. */
static void
whole_sentences(void **state)
{
	static const struct {
		struct jpki_softcard_option option;
		const char *en, *ja;
	} rows[] = {
		{ { "filler", "20001" },
		    "filler is a number from 0 to 20000",
		    "filler の値は、0 から 20000 までの数です" },
		{ { "sfi", "maybe" }, "sfi is on or off",
		    "sfi の値は、on か off です" },
		{ { "name-flags", "2" },
		    "name-flags is none, or 1 to 100 digits, each 0 or 1",
		    "name-flags の値は、none か、0 と 1 を 1 から 100 個"
		    "並べたものです" },
		{ { "issued", "2034-01-01" },
		    "issued is a day from 2015-10-21 to 2033-07-15",
		    "issued は 2015-10-21 から 2033-07-15 までの日付です" },
		{ { "colour", "red" },
		    "\"colour\" is no setting of a software card",
		    "\"colour\" というソフトウェアカードの設定はありません" },
	};
	struct damage_row change = { "state", REPLACE, "sfi on", "sfi maybe" };
	struct fixture *f = *state;
	struct jpki_softcard *soft;
	char path[PATH_SIZE];
	size_t i;

	in(f, "new", path);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row("%s", rows[i].en);
		assert_code(jpki_softcard_create(f->ctx, path,
		    &rows[i].option, 1), JPKI_ERR_VALUE);
		assert_string_equal(jpki_ctx_errdetail(f->ctx), rows[i].en);
		jpki_ctx_set_lang(f->ctx, JPKI_LANG_JA);
		assert_code(jpki_softcard_create(f->ctx, path,
		    &rows[i].option, 1), JPKI_ERR_VALUE);
		assert_string_equal(jpki_ctx_errdetail(f->ctx), rows[i].ja);
		jpki_ctx_set_lang(f->ctx, JPKI_LANG_EN);
	}
	damage(f, &change);
	assert_code(jpki_softcard_open(f->ctx, f->path, &soft),
	    JPKI_ERR_DAMAGED);
	assert_non_null(strstr(jpki_ctx_errdetail(f->ctx),
	    "/state: line 18: unknown name or bad value"));
	jpki_ctx_set_lang(f->ctx, JPKI_LANG_JA);
	assert_code(jpki_softcard_open(f->ctx, f->path, &soft),
	    JPKI_ERR_DAMAGED);
	assert_non_null(strstr(jpki_ctx_errdetail(f->ctx),
	    "/state: 18 行目：知らない名前か、正しくない値です"));
}

/* Days that do not go together. */
static void
days_together(void **state)
{
	static const struct {
		struct jpki_softcard_option options[3];
		const char *blamed;
	} rows[] = {
		{ { { "generation", "3" }, { "issued", "2020-01-01" } },
		    "issued" },
		{ { { "generation", "1" }, { "issued", "2026-01-01" } },
		    "issued" },
		{ { { "birth", "2024-01-02" }, { "issued", "2024-01-01" } },
		    "birth" },
		{ { { "issued", "2024-01-02" }, { "not-after", "2024-01-01" } },
		    "not-after" },
		{ { { "profile", "child" },
		    { "sign-not-after", "2030-01-01" } },
		    "sign-not-after" }
	};
	struct fixture *f = *state;
	char path[PATH_SIZE];
	size_t i;

	in(f, "new", path);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row("%s %s", rows[i].options[1].name,
		    rows[i].options[1].value);
		assert_code(jpki_softcard_create(f->ctx, path,
		    rows[i].options, 2), JPKI_ERR_VALUE);
		assert_non_null(strstr(jpki_ctx_errmsg(f->ctx),
		    rows[i].blamed));
	}
}

static void
check_made(struct fixture *f, const char *path)
{
	static const char expected[] =
	    "profile=card\n"
	    "name=鈴木　John\n"
	    "address=北海道見本市１－２－３\n"
	    "name-flags=1000000\n"
	    "address-flags=none\n"
	    "birth=2000-02-29\n"
	    "sex=9\n"
	    "generation=2\n"
	    "issued=2021-02-28\n"
	    "auth-not-after=2025-03-01\n"
	    "sign-not-after=2024-05-06\n"
	    "sfi=off\n";
	struct shown shown = { "" };
	struct jpki_softcard *soft;
	struct stat st;
	const uint8_t verify[] = {
		0x00, 0x20, 0x00, 0x80, 0x08, 'A', 'B', 'C', 'D', 'E', 'F',
		'1', '2'
	};
	const uint8_t select_pin[] = {
		0x00, 0xa4, 0x02, 0x0c, 0x02, 0x00, 0x1b
	};

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_code(jpki_softcard_open(f->ctx, path, &soft), 0);
	assert_code(jpki_softcard_show(soft, collect, &shown), 0);
	if (strncmp(shown.text, expected, strlen(expected)) != 0)
		assert_string_equal(shown.text, expected);
	assert_int_equal(send(soft, select_jpki, sizeof(select_jpki)), 0x9000);
	assert_int_equal(send(soft, select_pin, sizeof(select_pin)), 0x9000);
	assert_int_equal(send(soft, verify, sizeof(verify)), 0x9000);
	jpki_softcard_free(&soft);
}

/* Options arrive where they should; the umask does not matter. */
static void
create_with_options(void **state)
{
	static const struct jpki_softcard_option options[] = {
		{ "name", "鈴木 John" }, { "address", "北海道見本市1-2-3" },
		{ "birth", "2000-02-29" }, { "sex", "9" },
		{ "auth-pin", "9999" }, { "sign-pin", "abcDEF12" },
		{ "text-pin", "0000" }, { "issued", "2021-02-28" },
		{ "name-flags", "1000000" },
		{ "sign-not-after", "2024-05-06" }, { "sfi", "off" }
	};
	struct fixture *f = *state;
	char path[PATH_SIZE], command[2 * PATH_SIZE];
	mode_t mask = umask(0);

	in(f, "new/", path);
	assert_code(jpki_softcard_create(f->ctx, path, options,
	    sizeof(options) / sizeof(options[0])), 0);
	umask(mask);
	check_made(f, path);
	/* Nobody else can read any of it. */
	snprintf(command, sizeof(command),
	    "test -z \"$(find '%s' -perm /077)\"", path);
	assert_int_equal(system(command), 0);
}

/* In a child: a card in "path" while files may not grow beyond "limit". */
static void
create_limited(const char *path, rlim_t limit)
{
	const struct rlimit small = { limit, limit };
	struct jpki_ctx *ctx = jpki_ctx_new();
	int r;

	signal(SIGXFSZ, SIG_IGN);
	if (ctx == NULL || setrlimit(RLIMIT_FSIZE, &small) != 0)
		_exit(99);
	r = jpki_softcard_create(ctx, path, NULL, 0);
	if (r == 0 || jpki_ctx_err(ctx) != r)
		_exit(98);
	jpki_ctx_free(&ctx);
	_exit(r == JPKI_ERR_SYSTEM ? 0 : 97);
}

/* A full disk leaves nothing behind, wherever it fills up. */
static void
create_fails_midway(void **state)
{
	static const rlim_t limits[] = { 0, 1000, 1800 };
	struct fixture *f = *state;
	char path[PATH_SIZE];
	unsigned n = count_entries(f->path);
	size_t i;
	pid_t pid;
	int status;

	in(f, "new", path);
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		row("room for %lu bytes", (unsigned long)limits[i]);
		assert_true((pid = fork()) >= 0);
		if (pid == 0)
			create_limited(path, limits[i]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		assert_int_equal(count_entries(f->path), n);
	}
}

static void
pause_us(long us)
{
	const struct timespec t = { us / 1000000, us % 1000000 * 1000 };

	nanosleep(&t, NULL);
}

/* Kills a child after a while. */
static void
kill_after(pid_t pid, long us)
{
	int status;

	pause_us(us);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

/* Killed at any moment: there is a whole card or none. */
static void
create_killed(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft;
	char path[PATH_SIZE];
	struct jpki_ctx *ctx;
	pid_t pid;
	int i;

	for (i = 0; i < 6; i++) {
		snprintf(path, sizeof(path), "%s/new-%d", f->path, i);
		assert_true((pid = fork()) >= 0);
		if (pid == 0) {
			ctx = jpki_ctx_new();
			_exit(jpki_softcard_create(ctx, path, NULL, 0) != 0);
		}
		kill_after(pid, 1000 + i * 150000);
		if (access(path, F_OK) != 0)
			continue;
		assert_code(jpki_softcard_open(f->ctx, path, &soft), 0);
		jpki_softcard_free(&soft);
	}
}

/* In a child: wrong passwords until blocked; answers go into the pipe. */
static void
guess(const char *path, int fd, long pace_us)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft;
	uint16_t sw;
	int i, r;

	if (ctx == NULL || jpki_softcard_open(ctx, path, &soft) != 0)
		_exit(99);
	if (send(soft, select_jpki, sizeof(select_jpki)) != 0x9000)
		_exit(98);
	for (i = 0; i < 8; i++) {
		r = send(soft, verify_wrong, sizeof(verify_wrong));
		sw = (uint16_t)r;
		if (r < 0 || write(fd, &sw, sizeof(sw)) != sizeof(sw))
			_exit(97);
		pause_us(pace_us);
	}
	_exit(0);
}

/* Two processes guess at once: each number of tries is answered just once. */
static void
two_processes_one_card(void **state)
{
	struct fixture *f = *state;
	unsigned seen[16] = { 0 };
	pid_t pids[2];
	uint16_t sw;
	int fds[2], i, status;

	assert_int_equal(pipe(fds), 0);
	for (i = 0; i < 2; i++) {
		assert_true((pids[i] = fork()) >= 0);
		if (pids[i] == 0)
			guess(f->path, fds[1], 0);
	}
	close(fds[1]);
	for (i = 0; i < 2; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	for (i = 0; i < 16; i++) {
		assert_int_equal(read(fds[0], &sw, sizeof(sw)), sizeof(sw));
		if (sw == 0x6984)
			continue;
		assert_int_equal(sw & 0xfff0, 0x63c0);
		seen[sw & 0xf]++;
	}
	for (i = 0; i < 5; i++)
		assert_int_equal(seen[i], 1);
	assert_int_equal(tries(f), 0);
	close(fds[0]);
}

/*
 * Killed at any moment: what was answered was on disk before, at most one
 * more try is spent, and the card still opens.
 */
static void
killed_while_guessing(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft;
	int fds[2], i, last, left;
	uint16_t sw;
	pid_t pid;

	for (i = 0; i < 40; i++) {
		soft = open_card(f);
		assert_code(jpki_softcard_unlock(soft), 0);
		jpki_softcard_free(&soft);
		assert_int_equal(pipe(fds), 0);
		assert_true((pid = fork()) >= 0);
		if (pid == 0)
			guess(f->path, fds[1], 200);
		close(fds[1]);
		kill_after(pid, 500 + i * 400);
		for (last = 5; read(fds[0], &sw, sizeof(sw)) == sizeof(sw);)
			last = sw == 0x6984 ? 0 : sw & 0xf;
		close(fds[0]);
		left = tries(f);
		assert_true(left <= last);
		assert_true(left >= last - 1);
	}
}

/* In a child: switches and certificates change all the time. */
static void
fidget(const char *path)
{
	static const char *const days[] = { "2031-01-01", "2031-01-02" };
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft;
	int i;

	if (ctx == NULL || jpki_softcard_open(ctx, path, &soft) != 0)
		_exit(99);
	for (i = 0;; i++)
		if (jpki_softcard_set(soft, "sfi", i % 2 ? "on" : "off") != 0 ||
		    jpki_softcard_set(soft, "auth-not-after",
		    days[i % 2]) != 0)
			_exit(98);
}

static void
killed_while_setting(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft;
	pid_t pid;
	int i;

	for (i = 0; i < 20; i++) {
		assert_true((pid = fork()) >= 0);
		if (pid == 0)
			fidget(f->path);
		kill_after(pid, 4000 + i * 1100);
		soft = open_card(f);
		jpki_softcard_free(&soft);
	}
}

/* While one has the card, another one's command waits. */
static void
exclusive(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft = open_card(f);
	int ready[2], done[2], status;
	struct jpki_ctx *ctx;
	bool replaced;
	char byte = 0;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe2(done, O_NONBLOCK), 0);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		if ((ctx = jpki_ctx_new()) == NULL ||
		    jpki_softcard_open(ctx, f->path, &soft) != 0 ||
		    jpkip_softcard_begin(soft, &replaced) != 0 || replaced ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		pause_us(300000);
		if (write(done[1], "", 1) != 1)
			_exit(1);
		jpkip_softcard_end(soft);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(send(soft, select_jpki, sizeof(select_jpki)), 0x9000);
	/* Answered only after the other one was done. */
	assert_int_equal(read(done[0], &byte, 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(ready[0]);
	close(ready[1]);
	close(done[0]);
	close(done[1]);
	jpki_softcard_free(&soft);
}

/* In a child: opens the card by a relative path and goes elsewhere. */
static void
wander(const struct fixture *f)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft;
	bool replaced;

	if (ctx == NULL || chdir(f->path) != 0 || chdir("..") != 0 ||
	    jpki_softcard_open(ctx, strrchr(f->path, '/') + 1, &soft) != 0 ||
	    chdir("/") != 0 || jpkip_softcard_begin(soft, &replaced) != 0 ||
	    replaced || jpkip_softcard_power_cycle(soft) != 0)
		_exit(1);
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
	_exit(0);
}

static void
change_of_directory(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid;

	assert_true((pid = fork()) >= 0);
	if (pid == 0)
		wander(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* A child that is forked during a run neither keeps the card nor frees it. */
static void
fork_during_a_run(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft = open_card(f);
	struct jpki_softcard *other = open_card(f);
	int ready[2], status;
	bool replaced;
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ready), 0);
	assert_code(jpkip_softcard_begin(soft, &replaced), 0);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		jpki_softcard_free(&soft);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(send(soft, select_jpki, sizeof(select_jpki)), 0x9000);
	jpkip_softcard_end(soft);
	assert_code(jpkip_softcard_begin(other, &replaced), 0);
	jpkip_softcard_end(other);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(ready[0]);
	close(ready[1]);
	jpki_softcard_free(&soft);
	jpki_softcard_free(&other);
}

/* Another card in the same place, and none. */
static void
replaced_and_removed(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft = open_card(f);
	char away[PATH_SIZE], other[TEMPCARD_MAX];
	bool replaced;

	assert_int_equal(send(soft, select_jpki, sizeof(select_jpki)), 0x9000);
	assert_code(jpkip_softcard_begin(soft, &replaced), 0);
	assert_false(replaced);
	jpkip_softcard_end(soft);
	snprintf(away, sizeof(away), "%s.away", f->path);
	assert_int_equal(rename(f->path, away), 0);
	assert_code(jpkip_softcard_begin(soft, &replaced),
	    JPKI_ERR_REMOVED);
	assert_int_equal(send(soft, select_jpki, sizeof(select_jpki)), -1);
	tempcard_make("child", other);
	assert_int_equal(rename(other, f->path), 0);
	assert_code(jpkip_softcard_begin(soft, &replaced), 0);
	assert_true(replaced);
	/* The other card has no idea of what was selected in the first. */
	assert_int_equal(send(soft, verify_wrong, sizeof(verify_wrong)),
	    0x6986);
	jpkip_softcard_end(soft);
	assert_int_equal(rename(f->path, other), 0);
	assert_code(jpkip_softcard_power_cycle(soft), JPKI_ERR_REMOVED);
	assert_int_equal(rename(away, f->path), 0);
	assert_code(jpkip_softcard_begin(soft, &replaced), 0);
	assert_false(replaced);
	jpkip_softcard_end(soft);
	tempcard_remove(other);
	jpki_softcard_free(&soft);
}

/* The keys are kept over power cycles: what somebody else changes in their
 * files is noticed all the same, also where it has the same size and time. */
static void
changed_files(void **state)
{
	static const struct {
		struct damage_row row;
		bool same_time;
	} rows[] = {
		{ { "auth.key", REMOVED, NULL, NULL }, false },
		{ { "auth.key", COPY_OF, "sign.key", NULL }, true },
		{ { "auth.pem", COPY_OF, "sign.pem", NULL }, false },
		{ { "auth-ca.pem", COPY_OF, "sign-ca.pem", NULL }, true },
		{ { "sign.key", EMPTY, NULL, NULL }, true },
		{ { "sign.pem", HALVED, NULL, NULL }, false },
	};
	struct fixture *f = *state;
	struct jpki_softcard *soft = open_card(f);
	char buf[65536], path[PATH_SIZE];
	struct timespec times[2];
	struct stat st;
	EVP_PKEY *key;
	size_t i, len;

	key = jpkip_soft_key(soft, JPKI_KEY_AUTH);
	assert_code(jpkip_softcard_power_cycle(soft), 0);
	assert_ptr_equal(jpkip_soft_key(soft, JPKI_KEY_AUTH), key);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row("row %zu, %s", i, rows[i].row.file);
		in(f, rows[i].row.file, path);
		len = slurp(f, rows[i].row.file, buf, sizeof(buf));
		assert_int_equal(stat(path, &st), 0);
		damage(f, &rows[i].row);
		times[0] = st.st_atim;
		times[1] = st.st_mtim;
		if (rows[i].same_time)
			assert_int_equal(utimensat(AT_FDCWD, path, times, 0),
			    0);
		assert_code(jpkip_softcard_power_cycle(soft),
		    JPKI_ERR_DAMAGED);
		assert_null(jpkip_soft_key(soft, JPKI_KEY_SIGN));
		spill(f, rows[i].row.file, buf, len);
		assert_code(jpkip_softcard_power_cycle(soft), 0);
		assert_non_null(jpkip_soft_key(soft, JPKI_KEY_SIGN));
	}
	jpki_softcard_free(&soft);
}

static void
set_and_show(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft = open_card(f);
	struct shown shown = { "" };

	assert_code(jpki_softcard_set(soft, "pss", "off"), 0);
	assert_code(jpki_softcard_set(soft, "filler", "7"), 0);
	assert_code(jpki_softcard_set(soft, "pss", "maybe"),
	    JPKI_ERR_VALUE);
	assert_code(jpki_softcard_set(soft, "birth", "1990-13-00"),
	    JPKI_ERR_VALUE);
	assert_code(jpki_softcard_set(soft, "birth", "1990-00-01"),
	    JPKI_ERR_VALUE);
	assert_code(jpki_softcard_set(soft, "issued", "2024-01-01"),
	    JPKI_ERR_VALUE);
	assert_code(jpki_softcard_set(soft, "address", "北海道見本市1"), 0);
	assert_code(jpki_softcard_set(soft, "birth", "1990-02-00"), 0);
	assert_code(jpki_softcard_set(soft, "auth-pin", "1111"),
	    JPKI_ERR_VALUE);
	assert_code(jpki_softcard_set(soft, "", ""), JPKI_ERR_VALUE);
	assert_code(jpki_softcard_set(soft, NULL, ""), JPKI_ERR_USAGE);
	jpki_softcard_free(&soft);
	soft = open_card(f);
	assert_code(jpki_softcard_show(soft, collect, &shown), 0);
	assert_non_null(strstr(shown.text, "\npss=off\n"));
	assert_non_null(strstr(shown.text, "\nfiller=7\n"));
	assert_non_null(strstr(shown.text, "\naddress=北海道見本市１\n"));
	assert_non_null(strstr(shown.text, "\nbirth=1990-02-00\n"));
	assert_null(strstr(shown.text, "pin"));
	assert_null(strstr(shown.text, "1234"));
	jpki_softcard_free(&soft);
}

static void
check_days(struct fixture *f, int64_t *begin, int64_t *end)
{
	uint8_t der[8192];
	uint8_t read_cert[] = {
		0x00, 0xb0, 0x8a, 0x00, 0x00, 0x00, 0x00
	};
	struct jpki_softcard *soft;
	struct jpki_cert *cert;
	size_t len;

	soft = open_card(f);
	assert_int_equal(send(soft, select_jpki, sizeof(select_jpki)), 0x9000);
	assert_code(jpkip_softcard_transmit(soft, read_cert,
	    sizeof(read_cert), der, sizeof(der), &len), 0);
	assert_int_equal(jpki_cert_parse(f->ctx, der, len, &cert), 0);
	jpki_cert_validity(cert, begin, end);
	jpki_cert_free(&cert);
	jpki_softcard_free(&soft);
}

/* Seconds of the last second of a day in Japan: 14:59:59Z. */
#define IS_END_OF_DAY(t) ((t) % 86400 == 14 * 3600 + 59 * 60 + 59)

static void
reissue(void **state)
{
	struct fixture *f = *state;
	struct jpki_softcard *soft = open_card(f);
	int64_t begin, end, first_begin;

	assert_code(jpki_softcard_set(soft, "extended", "on"), 0);
	check_days(f, &first_begin, &end);
	assert_true(IS_END_OF_DAY(end));
	/* Later and earlier ends; the beginning stays while it can. */
	assert_code(jpki_softcard_set(soft, "auth-not-after",
	    "2040-12-31"), 0);
	check_days(f, &begin, &end);
	assert_int_equal(end, 2240578799);
	assert_int_equal(begin, first_begin);
	assert_code(jpki_softcard_set(soft, "auth-not-after",
	    "2025-01-01"), 0);
	check_days(f, &begin, &end);
	assert_int_equal(end, 1735743599);
	assert_true(begin < end);
	assert_code(jpki_softcard_set(soft, "auth-not-after",
	    "2023-01-01"), JPKI_ERR_VALUE);
	check_days(f, &begin, &end);
	assert_int_equal(end, 1735743599);
	jpki_softcard_free(&soft);
}

/* Every allocation fails once: an error, nothing leaked, nothing spent. */
static void
allocations_fail(void **state)
{
	const uint8_t verify[] = {
		0x00, 0x20, 0x00, 0x98, 0x04, '1', '2', '3', '4'
	};
	struct fixture *f = *state;
	struct shown shown = { "" };
	struct jpki_softcard *soft = open_card(f);
	bool failed = true;
	long n;
	int r;

	jpki_softcard_free(&soft);
	for (n = 0; failed; n++) {
		torture_start(TORTURE_OWN, n);
		r = jpki_softcard_open(f->ctx, f->path, &soft);
		if (r == 0)
			r = send(soft, select_jpki, sizeof(select_jpki)) ==
			    0x9000 && send(soft, verify, sizeof(verify)) ==
			    0x9000 ? 0 : JPKI_ERR_MEMORY;
		if (r == 0)
			r = jpki_softcard_show(soft, collect, &shown);
		if (r == 0)
			r = jpkip_softcard_power_cycle(soft);
		if (r == 0)
			r = jpki_softcard_set(soft, "auth-not-after",
			    "2031-03-03");
		failed = torture_stop();
		assert_int_equal(r, failed ? JPKI_ERR_MEMORY : 0);
		jpki_softcard_free(&soft);
		shown.text[0] = '\0';
	}
	assert_true(n > 20);
}

#define CARD_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CARD_TEST(older_cards),
		CARD_TEST(damaged_cards),
		CARD_TEST(swapped_files),
		CARD_TEST(no_card),
		CARD_TEST(lost_lock_file),
		CARD_TEST(never_overwrites),
		CARD_TEST(bad_options),
		CARD_TEST(whole_sentences),
		CARD_TEST(days_together),
		CARD_TEST(create_with_options),
		CARD_TEST(create_fails_midway),
		CARD_TEST(create_killed),
		CARD_TEST(two_processes_one_card),
		CARD_TEST(killed_while_guessing),
		CARD_TEST(killed_while_setting),
		CARD_TEST(exclusive),
		CARD_TEST(change_of_directory),
		CARD_TEST(fork_during_a_run),
		CARD_TEST(replaced_and_removed),
		CARD_TEST(changed_files),
		CARD_TEST(set_and_show),
		CARD_TEST(reissue),
		CARD_TEST(allocations_fail),
	};

	torture_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
