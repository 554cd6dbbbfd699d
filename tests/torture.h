/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failing allocations and secrets in freed memory. A test program that links
 * torture.c with
 *   -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=free
 * can let the n-th allocation of the library and of libcrypto fail, and learn
 * whether a freed block still held a secret.
 */
#ifndef TORTURE_H
#define TORTURE_H

#include <stdbool.h>
#include <stddef.h>

/* First in main(): libcrypto takes an allocator only before it allocates. */
void	torture_init(void);

/* Whose allocations fail: libcrypto makes so many that a test samples them. */
enum torture { TORTURE_OWN, TORTURE_LIBCRYPTO };

/* The n-th allocation from now on fails, once; n counts from 0. */
void	torture_start(enum torture, long n);

/* Stops failing; whether one did fail since torture_start(). */
bool	torture_stop(void);

/* From now on every freed block is searched for these bytes (NULL: no more);
 * the number of blocks that held them. */
void	torture_watch(const void *needle, size_t len);
unsigned torture_found(void);

#endif
