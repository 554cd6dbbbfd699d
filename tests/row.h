/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a failed test says: the row of its table that it was at, and errors by
 * their names and in words.
 */
#ifndef ROW_H
#define ROW_H

#include <jpki.h>

/*
 * row("%s", table[i].name); near the beginning of a loop's body: to the end of
 * the body we are at this row. A failure leaves the body by longjmp(), so that
 * row_teardown() still knows. Rows can be nested.
 */
#define row(...) ROW_HERE(__LINE__, __VA_ARGS__)
#define ROW_HERE(line, ...) ROW_NAMED(line, __VA_ARGS__)
#define ROW_NAMED(line, ...) \
	int row_##line __attribute__((cleanup(row_leave), unused)) = \
	    row_enter(__VA_ARGS__)
int	row_enter(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	row_leave(int *);

/* Around each test that has rows: a row elsewhere fails the test. Whoever has
 * a setup and a teardown of his own calls these from there. */
int	row_setup(void **state);
int	row_teardown(void **state);
#define ROW_TEST(f) \
	cmocka_unit_test_setup_teardown(f, row_setup, row_teardown)

/* What a function of the library returned. With a context also what it says
 * about it. */
#define assert_code(got, want) \
	row_code(NULL, (got), (want), __FILE__, __LINE__)
#define assert_ctx_code(ctx, got, want) \
	row_code((ctx), (got), (want), __FILE__, __LINE__)
void	row_code(const struct jpki_ctx *, int got, int want, const char *file,
	    int line);

/*
 * How many other threads a test may run while it forks. None with an
 * AddressSanitizer: before gcc 14 and clang 17, a child waits for ever for its
 * allocator's lock if another thread had it.
 */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define OTHER_THREADS(n) 0
#else
#define OTHER_THREADS(n) (n)
#endif

#endif
