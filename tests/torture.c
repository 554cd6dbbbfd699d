/* SPDX-License-Identifier: Apache-2.0 */
#include "torture.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void __real_free(void *);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
char *__wrap_strdup(const char *);
void __wrap_free(void *);

static enum torture whose;
static long countdown = -1;	/* -1: off */
static bool failed;
static const void *needle;
static size_t needle_len;
static unsigned found;

static bool
fails(enum torture caller)
{
	if (caller != whose || countdown < 0)
		return false;
	if (countdown-- > 0)
		return false;
	failed = true;
	return true;
}

void *
__wrap_malloc(size_t n)
{
	return fails(TORTURE_OWN) ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails(TORTURE_OWN) ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails(TORTURE_OWN) ? NULL : __real_realloc(p, n);
}

char *
__wrap_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = __wrap_malloc(n);

	return copy != NULL ? memcpy(copy, s, n) : NULL;
}

void
__wrap_free(void *p)
{
	if (p != NULL && needle != NULL && memmem(p, malloc_usable_size(p),
	    needle, needle_len) != NULL)
		found++;
	__real_free(p);
}

static void *
crypto_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return n == 0 || fails(TORTURE_LIBCRYPTO) ? NULL : __real_malloc(n);
}

static void *
crypto_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	if (n == 0) {
		__wrap_free(p);
		return NULL;
	}
	return fails(TORTURE_LIBCRYPTO) ? NULL : __real_realloc(p, n);
}

static void
crypto_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	__wrap_free(p);
}

void
torture_init(void)
{
	if (CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc,
	    crypto_free) != 1)
		abort();
}

void
torture_start(enum torture caller, long n)
{
	whose = caller;
	failed = false;
	countdown = n;
}

bool
torture_stop(void)
{
	countdown = -1;
	return failed;
}

void
torture_watch(const void *bytes, size_t len)
{
	needle = bytes;
	needle_len = len;
	found = 0;
}

unsigned
torture_found(void)
{
	return found;
}
