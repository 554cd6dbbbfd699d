/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A software card is made, and used, on a system that fails: whichever call
 * goes wrong, there is a whole card or, while it was made, nothing at all.
 * Keys are made once; the calls of the libraries are wrapped by the linker.
 */
#include <sys/file.h>
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
#include <openssl/x509.h>

#include <jpki.h>

#include "row.h"
#include "softcard/softcard.h"

static EVP_PKEY *key;
static long countdown = -1;	/* -1: off */
static int with;		/* errno */
static bool failed;
static bool everywhere;	/* also what opens, locks, looks and reads */

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
X509	*__wrap_X509_new_ex(OSSL_LIB_CTX *, const char *);
X509	*__real_X509_new_ex(OSSL_LIB_CTX *, const char *);
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

X509 *
__wrap_X509_new_ex(OSSL_LIB_CTX *lib, const char *query)
{
	return fails() ? NULL : __real_X509_new_ex(lib, query);
}

/* The other steps of a certificate. */
#define STEP(f, of, what) \
	int __wrap_##f(of, what); \
	int __real_##f(of, what); \
	int \
	__wrap_##f(of thing, what value) \
	{ \
		return fails() ? 0 : __real_##f(thing, value); \
	}
STEP(X509_set_version, X509 *, long)
STEP(ASN1_INTEGER_set_uint64, ASN1_INTEGER *, uint64_t)
STEP(ASN1_TIME_set_string_X509, ASN1_TIME *, const char *)
STEP(X509_set_subject_name, X509 *, const X509_NAME *)
STEP(X509_set_issuer_name, X509 *, const X509_NAME *)
STEP(X509_set_pubkey, X509 *, EVP_PKEY *)

int	__wrap_X509_sign(X509 *, EVP_PKEY *, const EVP_MD *);
int	__real_X509_sign(X509 *, EVP_PKEY *, const EVP_MD *);

int
__wrap_X509_sign(X509 *cert, EVP_PKEY *by, const EVP_MD *md)
{
	return fails() ? 0 : __real_X509_sign(cert, by, md);
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

int	__wrap_openat64(int, const char *, int, ...);
int	__real_openat64(int, const char *, int, ...);
int	__wrap_flock(int, int);
int	__real_flock(int, int);
ssize_t	__wrap_read(int, void *, size_t);
ssize_t	__real_read(int, void *, size_t);
int	__wrap_renameat(int, const char *, int, const char *);
int	__real_renameat(int, const char *, int, const char *);

int
__wrap_openat64(int fd, const char *name, int flags, ...)
{
	return everywhere && fails() ? -1 :
	    __real_openat64(fd, name, flags, 0600);
}

int
__wrap_flock(int fd, int what)
{
	return everywhere && what != LOCK_UN && fails() ? -1 :
	    __real_flock(fd, what);
}

ssize_t
__wrap_read(int fd, void *data, size_t len)
{
	return everywhere && fails() ? -1 : __real_read(fd, data, len);
}

int
__wrap_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	return everywhere && fails() ? -1 : __real_renameat(from_fd, from,
	    to_fd, to);
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
				    r == JPKI_ERR_CRYPTO ||
				    r == JPKI_ERR_MEMORY);
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

/* Somebody tries a wrong PIN, and sets a switch. */
static int
use(struct jpki_ctx *ctx, const char *path)
{
	static const uint8_t wrong[] = { 0x00, 0x20, 0x00, 0x98, 4,
		'0', '0', '0', '0' };
	static const uint8_t app[] = { 0x00, 0xa4, 0x04, 0x0c, 10, 0xd3, 0x92,
		0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 };
	struct jpki_softcard *soft;
	uint8_t rsp[300];
	size_t len;
	int r;

	if ((r = jpki_softcard_open(ctx, path, &soft)) != 0)
		return r;
	if ((r = jpkip_softcard_power_cycle(soft)) == 0 &&
	    (r = jpkip_softcard_transmit(soft, app, sizeof(app), rsp,
	    sizeof(rsp), &len)) == 0 &&
	    (r = jpkip_softcard_transmit(soft, wrong, sizeof(wrong), rsp,
	    sizeof(rsp), &len)) == 0)
		r = jpki_softcard_set(soft, "pss", "on");
	jpki_softcard_free(&soft);
	return r;
}

/* Whichever call fails while a card is used: that is said, and the card is as
 * before or as after, never between. */
static void
usage(void **state)
{
	static const struct {
		int error;
		const char *name;
	} rows[] = {
		{ EINTR, "EINTR" }, { EINVAL, "EINVAL" }, { EACCES, "EACCES" }
	};
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_softcard *soft;
	char path[96];
	int bad, left, r;
	size_t i;
	long n;

	(void)state;
	snprintf(path, sizeof(path), "%s/card", folder);
	assert_ctx_code(ctx, jpki_softcard_create(ctx, path, NULL, 0), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (n = 0, bad = 0;; n++) {
			row("%s at call %ld", rows[i].name, n);
			failed = false;
			with = rows[i].error;
			everywhere = true;
			countdown = n;
			r = use(ctx, path);
			countdown = -1;
			everywhere = false;
			if (r != 0) {
				assert_true(failed);
				assert_string_not_equal(jpki_ctx_errmsg(ctx),
				    "");
				bad++;
			}
			assert_ctx_code(ctx, jpki_softcard_open(ctx, path,
			    &soft), 0);
			assert_ctx_code(ctx, jpki_softcard_tries(soft,
			    JPKI_PIN_AUTH, &left), 0);
			assert_true(left == 2 || (r != 0 && left == 3));
			assert_ctx_code(ctx, jpki_softcard_unlock(soft), 0);
			jpki_softcard_free(&soft);
			if (!failed)
				break;
		}
		assert_int_equal(r, 0);
		assert_true(bad > 10);
	}
	remove_card(path);
	jpki_ctx_free(&ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(creation),
		ROW_TEST(usage),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
