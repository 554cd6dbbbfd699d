/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A software card is made on a system that fails: whichever call goes wrong,
 * there is a whole card or nothing at all. Keys are made once; the calls of
 * the C library are wrapped by the linker.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include <jpki.h>

#include "row.h"

static EVP_PKEY *key;
static long countdown = -1;	/* -1: off */
static int with;		/* errno */
static bool failed;

static bool
fails(void)
{
	if (countdown < 0 || countdown-- > 0)
		return false;
	failed = true;
	errno = with;
	return true;
}

EVP_PKEY *__wrap_EVP_PKEY_Q_keygen(OSSL_LIB_CTX *, const char *, const char *,
    ...);
EVP_PKEY *__real_EVP_PKEY_Q_keygen(OSSL_LIB_CTX *, const char *, const char *,
    ...);
int	__wrap_mkdirat(int, const char *, mode_t);
char	*__wrap_mkdtemp(char *);
int	__wrap_fsync(int);
ssize_t	__wrap_write(int, const void *, size_t);
int	__wrap_renameat2(int, const char *, int, const char *, unsigned);
int	__real_mkdirat(int, const char *, mode_t);
char	*__real_mkdtemp(char *);
ssize_t	__real_write(int, const void *, size_t);
int	__real_renameat2(int, const char *, int, const char *, unsigned);

EVP_PKEY *
__wrap_EVP_PKEY_Q_keygen(OSSL_LIB_CTX *lib, const char *query,
    const char *type, ...)
{
	(void)lib;
	(void)query;
	(void)type;
	if (fails())
		return NULL;
	EVP_PKEY_up_ref(key);
	return key;
}

int
__wrap_mkdirat(int fd, const char *name, mode_t mode)
{
	return fails() ? -1 : __real_mkdirat(fd, name, mode);
}

char *
__wrap_mkdtemp(char *name)
{
	return fails() ? NULL : __real_mkdtemp(name);
}

/* Nothing here outlives a power cut. */
int
__wrap_fsync(int fd)
{
	(void)fd;
	return fails() ? -1 : 0;
}

/* Of an interrupted call a part is done, or nothing. */
ssize_t
__wrap_write(int fd, const void *data, size_t len)
{
	return fails() ? -1 : __real_write(fd, data,
	    countdown >= 0 && len > 100 ? len / 2 : len);
}

int
__wrap_renameat2(int from_fd, const char *from, int to_fd, const char *to,
    unsigned flags)
{
	return fails() ? -1 : __real_renameat2(from_fd, from, to_fd, to,
	    flags);
}

static char folder[64];

static int
set_up(void **state)
{
	(void)state;
	assert_non_null(key = __real_EVP_PKEY_Q_keygen(NULL, NULL,
	    "RSA", (size_t)2048));
	snprintf(folder, sizeof(folder), "/tmp/jpki-faults.XXXXXX");
	assert_non_null(__real_mkdtemp(folder));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	return rmdir(folder);
}

/* How many names there are in the folder. */
static int
names(void)
{
	DIR *dir = opendir(folder);
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2;
}

static void
remove_card(const char *path)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", path);
	assert_int_equal(system(command), 0);
}

static void
creation(void **state)
{
	static const struct {
		int error;
		const char *name;
	} rows[] = {
		{ EINTR, "EINTR" }, { EINVAL, "EINVAL" }
	};
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft;
	char path[96];
	size_t i;
	long n;
	int r, bad;

	(void)state;
	snprintf(path, sizeof(path), "%s/card", folder);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (n = 0, bad = 0;; n++) {
			row("%s at call %ld", rows[i].name, n);
			failed = false;
			with = rows[i].error;
			countdown = n;
			r = jpki_softcard_create(ctx, path, NULL, 0);
			countdown = -1;
			if (r != 0) {
				assert_true(failed);
				assert_true(r == JPKI_ERR_SYSTEM ||
				    r == JPKI_ERR_CRYPTO);
				assert_string_not_equal(jpki_ctx_errmsg(ctx),
				    "");
				assert_int_equal(names(), 0);
				bad++;
				continue;
			}
			assert_int_equal(names(), 1);
			assert_ctx_code(ctx, jpki_softcard_open(ctx, path,
			    &soft), 0);
			jpki_softcard_free(&soft);
			/* Never over what is there. */
			assert_code(jpki_softcard_create(ctx, path, NULL, 0),
			    JPKI_ERR_EXISTS);
			remove_card(path);
			if (!failed)
				break;
		}
		assert_true(bad > 30);
	}
	jpki_ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(creation),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
