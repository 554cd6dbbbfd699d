/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs share, examples/tools/common/: how texts and names are
 * shown, laid out and put into JSON; files.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "caught.h"
#include "common/file.h"
#include "common/json.h"
#include "common/layout.h"
#include "common/message.h"
#include "row.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* ---- Layout ---- */

static const char *
laid_out(int width, int indent, int column, const char *label,
    const char *text)
{
	static char out[8192];
	char *lines = NULL;
	size_t size;
	struct layout layout = { .out = open_memstream(&lines, &size),
	    .width = width };

	assert_non_null(layout.out);
	if (label != NULL)
		layout_pair(&layout, indent, column, label, text);
	else
		layout_text(&layout, indent, indent, text);
	fclose(layout.out);
	snprintf(out, sizeof(out), "%s", lines);
	free(lines);
	return out;
}

static void
test_pairs(void **state)
{
	static const struct {
		int width, indent, column;
		const char *label, *text, *lines;
	} rows[] = {
		/* Whole lines where there is no terminal. */
		{ 0, 2, 14, "Label", "one two three four five six seven",
		    "  Label       one two three four five six seven\n" },
		{ 40, 2, 14, "Label", "one two three four five six seven",
		    "  Label       one two three four five\n"
		    "              six seven\n" },
		{ 40, 2, 12, "ラベル", "一二三四五六七八九十、一二三四五",
		    "  ラベル    一二三四五六七八九十、一二三\n"
		    "            四五\n" },
		{ 40, 0, 0, "", "x", " x\n" },
		/* A label that reaches the column. */
		{ 80, 2, 10, "0123456789", "text", "  0123456789 text\n" },
		{ 24, 2, 10, "0123456789", "one two three four",
		    "  0123456789\n    one two three four\n" },
		/* Too few columns beside the label. */
		{ 40, 2, 34, "Label", "one two three four five six seven",
		    "  Label\n    one two three four five six seven\n" },
		{ 40, 2, 34, "Label", "123456",
		    "  Label                           123456\n" },
		{ 40, 2, 34, "", "one two three four five six seven",
		    "    one two three four five six seven\n" },
		/* Options and paths stay whole, unless nothing else helps. */
		{ 40, 0, 6, "-", "a longer sentence with --last-try",
		    "-     a longer sentence with --last-try\n" },
		/* Nor is a label too long for a line. */
		{ 20, 2, 10, "--kind one|two|three", "text",
		    "  --kind\n    one|two|three\n    text\n" },
		{ 36, 0, 6, "-", "a longer sentence with --last-try",
		    "-     a longer sentence with\n      --last-try\n" },
		{ 30, 0, 6, "-", "/usr/lib/x86_64-linux-gnu/ossl-modules",
		    "-     /usr/lib/x86_64-linux-\n"
		    "      gnu/ossl-modules\n" },
		{ 26, 0, 6, "-", "01234567890123456789012345",
		    "-     01234567890123456789\n      012345\n" },
		/* A label beyond the column: its text is in the column. */
		{ 60, 2, 12, "--a-longer-kind", "one two three four five six "
		    "seven eight nine",
		    "  --a-longer-kind\n            "
		    "one two three four five six seven eight nine\n" },
		/* What is in brackets stays together where it can. */
		{ 40, 2, 7, "A1", "Whoever moves goes there. [S0 S1 S4]",
		    "  A1   Whoever moves goes there.\n"
		    "       [S0 S1 S4]\n" },
		{ 40, 2, 7, "A1", "This cannot be done. [outside the seeds]",
		    "  A1   This cannot be done.\n"
		    "       [outside the seeds]\n" },
		{ 30, 0, 6, "-", "[one two three four five six]",
		    "-     [one two three four five\n      six]\n" },
		{ 30, 0, 6, "-", "one [two three four five six",
		    "-     one [two three four five\n      six\n" },
		/* Nothing of a name reaches a terminal. */
		{ 40, 0, 6, "a\tb", "x\033[31m\ny",
		    "a\\tb  x\\x1b[31m\\ny\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		row("%d columns: %s", rows[i].width, rows[i].text);
		assert_string_equal(laid_out(rows[i].width, rows[i].indent,
		    rows[i].column, rows[i].label, rows[i].text),
		    rows[i].lines);
	}
}

/* By the length in UTF-8: what these texts have in three bytes is wide. */
static int
columns_of(const char *line, size_t len)
{
	int n = 0;
	size_t i;

	for (i = 0; i < len; i++)
		n += (line[i] & 0xc0) == 0x80 ? 0 : (line[i] & 0x80) ? 2 : 1;
	return n;
}

/* A text of both scripts at every width: no line is too long, none begins
 * with what must not, and nothing is lost but spaces at ends. */
static void
test_widths(void **state)
{
	static const char text[] = "カードを一度外してください。「もう一度」"
	    "やってみても（sudo systemctl restart pcscd.socket）変わらなけれ"
	    "ば、--last-try を付けて、リーダーを確かめます。Then try again, "
	    "and if that does not help either, ask at your town's office.";
	static const char *const never[] = { "、", "。", "」", "）", "っ", "ゃ",
		"ー", "ッ", "last" };
	const char *line, *end, *p;
	int width;
	size_t i;

	(void)state;
	text_set_lang(JPKI_LANG_JA);
	for (width = 20; width <= 120; width++) {
		row("%d columns", width);
		p = text;
		for (line = laid_out(width, 4, 0, NULL, text); *line != '\0';
		    line = end + 1) {
			end = strchr(line, '\n');
			assert_non_null(end);
			assert_true(columns_of(line, (size_t)(end - line)) <=
			    (p == text ? width - 4 : width));
			while (*line == ' ')
				line++;
			for (i = 0; i < N_OF(never); i++)
				assert_true(strncmp(line, never[i],
				    strlen(never[i])) != 0);
			while (*p == ' ')
				p++;
			assert_memory_equal(p, line, (size_t)(end - line));
			p += end - line;
		}
		assert_string_equal(p, "");
	}
	text_set_lang(JPKI_LANG_EN);
}

/* ---- What is shown ---- */

static const struct {
	const char *text, *shown;
	bool utf8;
} names[] = {
	{ "plain", "plain", true },
	{ "", "", true },
	{ "山田　太郎.txt", "山田　太郎.txt", true },
	{ "q\"\\x", "q\"\\x", true },
	{ "no\033[31m\nline2", "no\\x1b[31m\\nline2", true },
	{ "\t\r\001\177", "\\t\\r\\x01\\x7f", true },
	{ "a\302\233b", "a\\u009bb", true },		/* C1's CSI */
	{ "a\342\200\256b", "a\\u202eb", true },	/* right to left */
	{ "a\342\201\246b", "a\\u2066b", true },	/* isolate */
	{ "a\342\200\213b", "a\\u200bb", true },	/* zero width */
	{ "a\342\200\250b", "a\\u2028b", true },	/* line separator */
	{ "a\363\240\200\201b", "a\\U000e0001b", true },	/* tag */
	{ "c\377d", "c\\xffd", false },
	{ "\351", "\\xe9", false },			/* Latin-1 */
	{ "\300\257", "\\xc0\\xaf", false },		/* overlong */
	{ "\355\240\200", "\\xed\\xa0\\x80", false },	/* surrogate */
	{ "\364\220\200\200", "\\xf4\\x90\\x80\\x80", false },
	{ "\346\274", "\\xe6\\xbc", false },		/* cut short */
	{ "x\346\274\n", "x\\xe6\\xbc\\n", false },
	{ "葛\363\240\204\200", "葛\363\240\204\200", true },	/* a variant */
};

static void
test_shown(void **state)
{
	char *shown, *again;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(names); i++) {
		row("%s", names[i].shown);
		shown = text_shown(names[i].text);
		assert_string_equal(shown, names[i].shown);
		again = text_shown(shown);
		assert_string_equal(again, shown);
		text_free(&again);
		text_free(&shown);
		assert_null(shown);
	}
}

/* ---- JSON ---- */

static void
test_json(void **state)
{
	const char *printed, *p;
	json_t *read;
	json_error_t error;
	size_t i;
	int code;

	(void)state;
	for (i = 0; i < N_OF(names); i++) {
		row("%s", names[i].shown);
		catch_stream(stdout);
		code = json_print(json_pack("{s:o}", "file",
		    json_text(names[i].text)));
		printed = caught(stdout);
		assert_int_equal(code, EXIT_SUCCESS);
		for (p = printed; *p != '\0'; p++)
			assert_true((unsigned char)*p >= 0x20 || *p == '\n');
		assert_null(strstr(printed, "\342\200\256"));
		assert_null(strstr(printed, "\302\233"));
		assert_null(strchr(printed, '\177'));
		read = json_loads(printed, 0, &error);
		assert_non_null(read);
		assert_string_equal(json_string_value(json_object_get(read,
		    "file")), names[i].utf8 ? names[i].text : names[i].shown);
		json_decref(read);
	}
	catch_stream(stdout);
	assert_int_equal(json_print(json_pack("{s:o, s:o, s:o, s:o, s:o}",
	    "z", json_text(NULL), "a", json_count(-1), "m", json_count(3),
	    "d", json_date((struct jpki_date){ 2026, 2, 3 }),
	    "n", json_date((struct jpki_date){ 0, 0, 0 }))), EXIT_SUCCESS);
	assert_string_equal(caught(stdout),
	    "{\n  \"z\": null,\n  \"a\": null,\n  \"m\": 3,\n"
	    "  \"d\": \"2026-02-03\",\n  \"n\": null\n}\n");
	catch_stream(stderr);
	code = json_print(NULL);
	assert_non_null(strstr(caught(stderr), "jpki-test: JSON: "));
	assert_int_equal(code, EXIT_FAILURE);
}

/* ---- Files ---- */

static char dir[] = "/tmp/jpki-test-tools.XXXXXX";

static const char *
in_dir(const char *name)
{
	static char path[2][512];
	static int which;

	which = !which;
	snprintf(path[which], sizeof(path[which]), "%s/%s", dir, name);
	return path[which];
}

static void
assert_content(const char *path, const char *content)
{
	uint8_t *data;
	size_t len;

	assert_int_equal(file_read(path, 100, &data, &len), 0);
	assert_int_equal(len, strlen(content));
	assert_memory_equal(data, content, len);
	free(data);
}

/* How many files there are. */
static int
count_files(void)
{
	char command[128];
	FILE *f;
	int n = -1;

	snprintf(command, sizeof(command), "ls -A %s | wc -l", dir);
	f = popen(command, "r");
	assert_int_equal(fscanf(f, "%d", &n), 1);
	pclose(f);
	return n;
}

static void
test_file_write(void **state)
{
	const char *path = in_dir("a");
	struct stat st;
	mode_t mask;

	(void)state;
	mask = umask(027);
	assert_int_equal(file_write(path, "one", 3), 0);
	assert_content(path, "one");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	umask(022);
	assert_int_equal(file_write(path, "two", 3), 0);
	assert_content(path, "two");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(umask(mask), 022);
	assert_int_equal(count_files(), 1);
	assert_int_equal(file_write(in_dir("none/a"), "x", 1), -1);
	assert_int_equal(errno, ENOENT);
	/* A directory in the way. */
	assert_int_equal(mkdir(in_dir("d"), 0700), 0);
	assert_int_equal(file_write(in_dir("d"), "x", 1), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(rmdir(in_dir("d")), 0);
	assert_int_equal(count_files(), 1);
}

/* When the disk is full, what was there stays, and nothing else. */
static void
test_file_full(void **state)
{
	static const uint8_t data[8192];
	const struct rlimit small = { 4096, RLIM_INFINITY };
	struct rlimit before;
	int r, why;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	r = file_write(in_dir("a"), data, sizeof(data));
	why = errno;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(r, -1);
	assert_int_equal(why, EFBIG);
	assert_content(in_dir("a"), "two");
	assert_int_equal(count_files(), 1);
}

/* A signal that comes while a file is written waits until it is in place. */
static volatile sig_atomic_t signals, signals_at_rename;
static bool interrupt;

static void
on_signal(int number)
{
	(void)number;
	signals++;
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

int
__wrap_rename(const char *from, const char *to)
{
	if (interrupt) {
		raise(SIGTERM);
		signals_at_rename = signals;
	}
	return __real_rename(from, to);
}

static void
test_file_signal(void **state)
{
	(void)state;
	signal(SIGTERM, on_signal);
	interrupt = true;
	assert_int_equal(file_write(in_dir("a"), "three", 5), 0);
	interrupt = false;
	signal(SIGTERM, SIG_DFL);
	assert_int_equal(signals_at_rename, 0);
	assert_int_equal(signals, 1);
	assert_content(in_dir("a"), "three");
	assert_int_equal(count_files(), 1);
}

static void
test_file_read(void **state)
{
	uint8_t *data;
	size_t len;
	int fd;

	(void)state;
	assert_int_equal(file_read(in_dir("missing"), 9, &data, &len), -1);
	assert_int_equal(errno, ENOENT);
	assert_null(data);
	assert_int_equal(file_read(dir, 9, &data, &len), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(file_write(in_dir("b"), "123456789", 9), 0);
	assert_int_equal(file_read(in_dir("b"), 9, &data, &len), 0);
	assert_int_equal(len, 9);
	free(data);
	assert_int_equal(file_read(in_dir("b"), 8, &data, &len), -1);
	assert_int_equal(errno, EFBIG);
	assert_null(data);
	assert_int_equal(file_write(in_dir("b"), "", 0), 0);
	assert_content(in_dir("b"), "");
	/* "-" is standard input, which stays open. */
	assert_int_equal(file_write(in_dir("b"), "stdin", 5), 0);
	fd = open(in_dir("b"), O_RDONLY | O_CLOEXEC);
	dup2(fd, STDIN_FILENO);
	close(fd);
	assert_content("-", "stdin");
	assert_int_equal(lseek(STDIN_FILENO, 0, SEEK_SET), 0);
	unlink(in_dir("b"));
}

static int
make_dir(void **state)
{
	(void)state;
	message_start("jpki-test");
	return mkdtemp(dir) == NULL;
}

static int
remove_dir(void **state)
{
	(void)state;
	unlink(in_dir("a"));
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(test_pairs),
		ROW_TEST(test_widths),
		ROW_TEST(test_shown),
		ROW_TEST(test_json),
		ROW_TEST(test_file_write),
		ROW_TEST(test_file_full),
		ROW_TEST(test_file_signal),
		ROW_TEST(test_file_read),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
