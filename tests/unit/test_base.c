/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base: buffers, TLV, dates, secrets. */
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/date.h"
#include "base/secret.h"
#include "base/tlv.h"
#include "crypto/digest.h"
#include "row.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void
buf_is_bounded(void **state)
{
	uint8_t bytes[4] = { 0 };
	struct jpkip_buf buf = JPKIP_BUF(bytes);

	(void)state;
	jpkip_buf_u16(&buf, 0x1234);
	jpkip_buf_u8(&buf, 0x56);
	assert_false(buf.overflow);
	jpkip_buf_u16(&buf, 0x789a);	/* one byte too many */
	assert_true(buf.overflow);
	jpkip_buf_fill(&buf, 0xff, 9);
	assert_true(buf.len <= sizeof(bytes));
	assert_int_equal(bytes[0], 0x12);
	assert_int_equal(bytes[2], 0x56);
}

static void
tlv_headers(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t len;
		bool ok;
		uint32_t tag;
		size_t header_len, value_len;
	} table[] = {
		{ { 0x30, 0x82, 0x06, 0x2b }, 4, true, 0x30, 4, 0x62b },
		{ { 0x30, 0x05 }, 2, true, 0x30, 2, 5 },
		{ { 0x30, 0x81, 0x80 }, 3, true, 0x30, 3, 0x80 },
		{ { 0x30, 0x83, 0x01, 0x00, 0x00 }, 5, true, 0x30, 5, 0x10000 },
		{ { 0xdf, 0x21, 0x08 }, 3, true, 0xdf21, 3, 8 },
		{ { 0x7f, 0x21, 0x82, 0x02, 0x33 }, 5, true, 0x7f21, 5, 0x233 },
		{ { 0xff, 0x20, 0x00 }, 3, true, 0xff20, 3, 0 },
		{ { 0x30, 0x80 }, 2, false, 0, 0, 0 },	/* indefinite */
		{ { 0x30, 0x84, 0, 0, 0, 1 }, 6, false, 0, 0, 0 },
		{ { 0x30, 0x82, 0x06 }, 3, false, 0, 0, 0 },	/* cut */
		{ { 0x30 }, 1, false, 0, 0, 0 },
		{ { 0x1f, 0x80, 0x80, 0x80, 0x01, 0x00 }, 6, false, 0, 0, 0 },
		{ { 0xdf, 0x21 }, 2, false, 0, 0, 0 },
		{ { 0 }, 0, false, 0, 0, 0 },
	};
	struct jpkip_tlv tlv;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("header %zu", i);
		assert_int_equal(jpkip_tlv_header(table[i].bytes,
		    table[i].len, &tlv), table[i].ok);
		if (!table[i].ok)
			continue;
		assert_int_equal(tlv.tag, table[i].tag);
		assert_int_equal(tlv.header_len, table[i].header_len);
		assert_int_equal(tlv.value_len, table[i].value_len);
	}
}

static void
dates_parse(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} table[] = {
		{ "2026-11-22", true }, { "0001-01-01", true },
		{ "2024-02-29", true }, { "2023-02-29", false },
		{ "1900-02-29", false }, { "2000-02-29", true },
		{ "2023-13-01", false }, { "2023-00-01", false },
		{ "2023-04-31", false }, { "2023-4-1", false },
		{ "2023-04-011", false }, { "", false }, { "2023", false },
		{ "0000-01-01", false }, { "2023/04/01", false },
		{ "-023-04-01", false },
	};
	char text[JPKI_DATE_TEXT];
	struct jpki_date d;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("\"%s\"", table[i].text);
		assert_int_equal(jpki_date_parse(table[i].text, &d),
		    table[i].ok);
		if (table[i].ok) {
			jpki_date_format(d, text);
			assert_string_equal(text, table[i].text);
		}
	}
}

static void
dates_count(void **state)
{
	struct jpki_date d, e;
	char text[JPKI_DATE_TEXT];
	int32_t days;

	(void)state;
	assert_true(jpki_date_parse("1970-01-01", &d));
	assert_int_equal(jpkip_date_days(d), 0);
	assert_true(jpki_date_parse("2000-03-01", &d));
	assert_int_equal(jpkip_date_days(d), 11017);
	for (days = -719162; days < 2932897; days += 97) {
		d = jpkip_date_from_days(days);
		assert_true(jpkip_date_valid(d));
		assert_int_equal(jpkip_date_days(d), days);
		e = jpkip_date_from_days(days + 1);
		assert_true(jpki_date_cmp(d, e) < 0);
	}
	/* 14:59:59Z is the last second of the day in Japan: the end of the
	 * first sign CA, 2025-10-19. */
	d = jpki_date_from_time(1760885999);
	assert_true(jpki_date_parse("2025-10-19", &e));
	assert_int_equal(jpki_date_cmp(d, e), 0);
	d = jpki_date_from_time(1760886000);
	assert_int_equal(jpki_date_cmp(d, e), 1);
	assert_true(jpki_date_begin(d) == 1760886000);
	/* Beyond the calendar: its last and first day. */
	jpki_date_format(jpki_date_from_time(INT64_MAX), text);
	assert_string_equal(text, "9999-12-31");
	jpki_date_format(jpki_date_from_time(INT64_MIN), text);
	assert_string_equal(text, "0001-01-01");
	d = jpki_date_from_time(-32401);
	assert_true(jpki_date_parse("1969-12-31", &e));
	assert_int_equal(jpki_date_cmp(d, e), 0);
}

static void
birthdays(void **state)
{
	static const struct {
		const char *birth, *from;
		int n;
		const char *want;
	} table[] = {
		/* The published test card. */
		{ "1980-02-17", "2025-10-27", 5, "2030-02-17" },
		{ "1990-06-15", "2026-06-14", 5, "2030-06-15" },
		/* Issued on the birthday: that day does not count. */
		{ "1990-06-15", "2026-06-15", 5, "2031-06-15" },
		{ "1990-06-15", "2026-06-16", 5, "2031-06-15" },
		{ "2000-02-29", "2026-01-01", 5, "2030-03-01" },
		{ "2000-02-29", "2023-06-01", 5, "2028-02-29" },
		{ "1990-01-01", "2025-12-31", 1, "2026-01-01" },
	};
	struct jpki_date birth, from, got;
	char text[JPKI_DATE_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("born %s, from %s, birthday %d", table[i].birth,
		    table[i].from, table[i].n);
		assert_true(jpki_date_parse(table[i].birth, &birth));
		assert_true(jpki_date_parse(table[i].from, &from));
		got = jpkip_date_nth_birthday(birth, from, table[i].n,
		    JPKI_FEB29_MAR1);
		jpki_date_format(got, text);
		assert_string_equal(text, table[i].want);
	}
	assert_true(jpki_date_parse("2011-11-23", &birth));
	assert_true(jpki_date_parse("2026-11-22", &from));
	assert_int_equal(jpkip_date_age(birth, from,
	    JPKI_FEB29_MAR1), 14);
	assert_true(jpki_date_parse("2026-11-23", &from));
	assert_int_equal(jpkip_date_age(birth, from,
	    JPKI_FEB29_MAR1), 15);
}

static void
keep_line(void *arg, enum jpki_log_level level, const char *line)
{
	if (level == JPKI_LOG_WARNING)
		snprintf(arg, 256, "%s", line);
}

static void
write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
secrets_from_files(void **state)
{
	static const struct {
		const char *content;
		int want;
		const char *secret;
	} table[] = {
		{ "1234\n", 0, "1234" }, { "1234", 0, "1234" },
		{ "1234\r\nmore\n", 0, "1234" }, { " 12 34 \n", 0, " 12 34 " },
		{ "", JPKI_ERR_PIN_SOURCE, NULL },
		{ "\n1234\n", JPKI_ERR_PIN_SOURCE, NULL },
		{ "\r\n", JPKI_ERR_PIN_SOURCE, NULL },
	};
	char path[] = "/tmp/jpki-test-XXXXXX", source[64], warning[256];
	char longline[JPKI_SECRET_MAX + 2];
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_secret *secret;
	size_t i, len;
	int fd;

	(void)state;
	jpki_ctx_set_log(ctx, keep_line, warning);
	assert_true((fd = mkstemp(path)) >= 0);
	close(fd);
	snprintf(source, sizeof(source), "file:%s", path);
	for (i = 0; i < N(table); i++) {
		row("\"%s\"", table[i].content);
		*warning = '\0';
		write_file(path, table[i].content, 0600);
		assert_code(jpki_secret_read(ctx, source, NULL, &secret),
		    table[i].want);
		assert_string_equal(warning, "");
		if (table[i].secret == NULL) {
			assert_null(secret);
			continue;
		}
		assert_string_equal(jpki_secret_data(secret, &len),
		    table[i].secret);
		assert_int_equal(len, strlen(table[i].secret));
		jpki_secret_free(&secret);
		assert_null(secret);
	}
	/* What an editor put before it is left out and named. */
	write_file(path, "\xef\xbb\xbf" "1234\r\n", 0600);
	assert_code(jpki_secret_read(ctx, source, NULL, &secret), 0);
	assert_string_equal(jpki_secret_data(secret, &len), "1234");
	assert_int_equal(len, 4);
	assert_non_null(strstr(warning, path));
	assert_non_null(strstr(warning, ": begins with a byte order mark"));
	assert_null(strstr(warning, "1234"));
	jpki_secret_free(&secret);
	write_file(path, "\xef\xbb\xbf\r\n", 0600);
	assert_code(jpki_secret_read(ctx, source, NULL, &secret),
	    JPKI_ERR_PIN_SOURCE);
	write_file(path, "\xff\xfe" "1", 0600);
	assert_code(jpki_secret_read(ctx, source, NULL, &secret),
	    JPKI_ERR_PIN_SOURCE);
	assert_non_null(strstr(jpki_ctx_errmsg(ctx),
	    "begins with the byte order mark of UTF-16"));
	assert_non_null(strstr(jpki_ctx_errhint(ctx), "UTF-8"));
	/* Loose permissions are warned about, without the secret. */
	write_file(path, "987654\n", 0644);
	assert_code(jpki_secret_read(ctx, source, NULL, &secret), 0);
	assert_non_null(strstr(warning, path));
	assert_null(strstr(warning, "987654"));
	jpki_secret_free(&secret);
	memset(longline, 'A', sizeof(longline) - 1);
	longline[sizeof(longline) - 1] = '\0';
	write_file(path, longline, 0600);
	assert_code(jpki_secret_read(ctx, source, NULL, &secret),
	    JPKI_ERR_PIN_SOURCE);
	unlink(path);
	assert_code(jpki_secret_read(ctx, source, NULL, &secret),
	    JPKI_ERR_PIN_SOURCE);
	assert_non_null(strstr(jpki_ctx_errmsg(ctx), path));
	/* A file is no matter of terminals. */
	assert_non_null(strstr(jpki_ctx_errhint(ctx), "name of the file"));
	assert_code(jpki_secret_read(ctx, "file:/", NULL, &secret),
	    JPKI_ERR_PIN_SOURCE);
	jpki_ctx_set_lang(ctx, JPKI_LANG_JA);
	assert_code(jpki_secret_read(ctx, "file:/none", NULL, &secret),
	    JPKI_ERR_PIN_SOURCE);
	assert_string_equal(jpki_ctx_errdetail(ctx),
	    "file:/none: ファイルやフォルダーがありません");
	jpki_ctx_free(&ctx);
}

static void
secrets_from_descriptors(void **state)
{
	static const char *const bad[] = {
		"fd:", "fd:x", "fd:-1", "fd:1x", "fd: 1", "fd:99999999999",
		"fd:1023", "1234", "", "tty2", "pass:1234", "env:PIN",
		"file:1234", "file:ABC1234DEF"
	};
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_secret *secret;
	char source[16], rest[8] = "";
	size_t i;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "ABC123\nnext", 11), 11);
	snprintf(source, sizeof(source), "fd:%d", fds[0]);
	assert_code(jpki_secret_read(ctx, source, NULL, &secret), 0);
	assert_string_equal(jpki_secret_data(secret, NULL), "ABC123");
	jpki_secret_free(&secret);
	/* What comes after the line is another reader's. */
	assert_int_equal(read(fds[0], rest, sizeof(rest)), 4);
	assert_string_equal(rest, "next");
	close(fds[1]);
	assert_code(jpki_secret_read(ctx, source, NULL, &secret),
	    JPKI_ERR_PIN_SOURCE);
	close(fds[0]);
	for (i = 0; i < N(bad); i++) {
		row("\"%s\"", bad[i]);
		assert_code(jpki_secret_read(ctx, bad[i], NULL, &secret),
		    JPKI_ERR_PIN_SOURCE);
		assert_null(secret);
		/* Whoever writes the PIN where its source belongs. */
		assert_null(strstr(jpki_ctx_errmsg(ctx), "1234"));
	}
	jpki_ctx_free(&ctx);
}

static void
secrets_and_forks(void **state)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_secret *keep, *lose;
	size_t len;
	int status;
	pid_t pid;

	(void)state;
	assert_code(jpkip_secret_new(ctx, "1234", 4, 0, &keep), 0);
	assert_code(jpkip_secret_new(ctx, "ABC123", 6,
	    JPKIP_SECRET_WIPE_ON_FORK, &lose), 0);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		bool ok = strcmp(jpki_secret_data(keep, NULL), "1234") == 0;

		ok = ok && *jpki_secret_data(lose, &len) == '\0' && len == 0;
		_exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(jpki_secret_data(lose, &len), "ABC123");
	assert_int_equal(len, 6);
	jpki_secret_free(&keep);
	jpki_secret_free(&lose);
	jpki_secret_free(NULL);
	assert_code(jpkip_secret_new(ctx, "", JPKI_SECRET_MAX + 1, 0,
	    &keep), JPKI_ERR_USAGE);
	jpki_ctx_free(&ctx);
}

/* Taken apart as they are put together, and nothing else is: each bit of what
 * stands in front of the digest matters. */
static void
digest_infos(void **state)
{
	static const struct {
		const char *name;
		size_t len;
	} mds[] = {
		[JPKI_MD_SHA256] = { "SHA256", 32 },
		[JPKI_MD_SHA384] = { "SHA384", 48 },
		[JPKI_MD_SHA512] = { "SHA512", 64 },
		[JPKI_MD_SHA1] = { "SHA1", 20 },
	};
	uint8_t digest[JPKIP_DIGEST_MAX], der[JPKIP_DIGEST_INFO_MAX + 1];
	const uint8_t *found = NULL;
	size_t md, i, len;

	(void)state;
	memset(digest, 0x5a, sizeof(digest));
	for (md = JPKI_MD_SHA256; md < N(mds); md++) {
		struct jpkip_buf buf = JPKIP_BUF(der);
		enum jpki_md kind = (enum jpki_md)md;
		row("%s", mds[md].name);

		assert_string_equal(jpki_md_name(kind), mds[md].name);
		assert_int_equal(jpki_md_len(kind), mds[md].len);
		jpkip_digest_info(&buf, kind, digest);
		assert_false(buf.overflow);
		assert_int_equal(jpki_digest_info_parse(der, buf.len, &found),
		    md);
		assert_ptr_equal(found, der + buf.len - mds[md].len);
		assert_memory_equal(found, digest, mds[md].len);
		found = NULL;
		assert_int_equal(jpki_digest_info_parse(der, buf.len - 1,
		    &found), 0);
		assert_int_equal(jpki_digest_info_parse(der, buf.len + 1,
		    &found), 0);
		for (i = 0; i < 8 * (buf.len - mds[md].len); i++) {
			der[i / 8] ^= (uint8_t)(1 << i % 8);
			assert_int_equal(jpki_digest_info_parse(der, buf.len,
			    &found), 0);
			der[i / 8] ^= (uint8_t)(1 << i % 8);
		}
		assert_null(found);
	}
	assert_int_equal(jpki_digest_info_parse(NULL, 0, &found), 0);
	assert_int_equal(jpki_digest_info_parse(digest, 0, &found), 0);
	assert_null(jpki_signature_algorithm(JPKI_PADDING_PSS, JPKI_MD_SHA384,
	    &len));
	assert_null(jpki_signature_algorithm(JPKI_PADDING_PKCS1, 0, &len));
	assert_null(jpki_md_name(0));
	assert_null(jpki_md_name((enum jpki_md)N(mds)));
	assert_int_equal(jpki_md_len(0), 0);
	assert_int_equal(jpki_md_len((enum jpki_md)N(mds)), 0);
}

static void
locales(void **state)
{
	static const struct {
		const char *all, *ctype, *lang;
		bool utf8;
		enum jpki_lang says;
	} table[] = {
		{ "", "", "", false, JPKI_LANG_EN },
		{ "", "", "ja_JP.UTF-8", true, JPKI_LANG_JA },
		{ "", "", "ja_JP.utf8", true, JPKI_LANG_JA },
		{ "", "", "ja", true, JPKI_LANG_JA },
		{ "", "C", "ja_JP.UTF-8", false, JPKI_LANG_JA },
		{ "", "en_US.utf8", "C", true, JPKI_LANG_EN },
		{ "C", "en_US.utf8", "C", false, JPKI_LANG_EN },
		{ "C.UTF-8", "", "ja_JP.UTF-8", true, JPKI_LANG_EN },
		{ "ja_JP.eucJP", "", "", false, JPKI_LANG_EN },
		{ "", "", "ja_JP.EUC-JP", false, JPKI_LANG_EN },
		{ "", "", "ja_JP.SJIS", false, JPKI_LANG_EN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("LC_ALL \"%s\", LC_CTYPE \"%s\", LANG \"%s\"",
		    table[i].all, table[i].ctype, table[i].lang);
		setenv("LC_ALL", table[i].all, 1);
		setenv("LC_CTYPE", table[i].ctype, 1);
		setenv("LANG", table[i].lang, 1);
		assert_int_equal(jpki_locale_is_utf8(), table[i].utf8);
		assert_int_equal(jpki_lang_from_locale(), table[i].says);
	}
	unsetenv("LC_ALL");
	unsetenv("LC_CTYPE");
	unsetenv("LANG");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buf_is_bounded),
		ROW_TEST(tlv_headers),
		ROW_TEST(digest_infos),
		ROW_TEST(dates_parse),
		cmocka_unit_test(dates_count),
		ROW_TEST(birthdays),
		ROW_TEST(secrets_from_files),
		ROW_TEST(secrets_from_descriptors),
		cmocka_unit_test(secrets_and_forks),
		ROW_TEST(locales),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
