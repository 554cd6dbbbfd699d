/* SPDX-License-Identifier: Apache-2.0 */
#include "row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define MAX_DEPTH 4

static char names[MAX_DEPTH][256];
static int depth = -1;		/* -1: no test with rows is running */

int
row_enter(const char *fmt, ...)
{
	va_list ap;

	if (depth < 0)
		fail_msg("a row, but neither ROW_TEST() nor row_setup()");
	if (depth == MAX_DEPTH)
		fail_msg("more than %d rows in each other", MAX_DEPTH);
	va_start(ap, fmt);
	vsnprintf(names[depth], sizeof(names[depth]), fmt, ap);
	va_end(ap);
	return depth++;
}

void
row_leave(int *entered)
{
	depth = *entered;
}

int
row_setup(void **state)
{
	(void)state;
	depth = 0;
	return 0;
}

int
row_teardown(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < depth; i++)
		print_error("%s: %s\n", i == 0 ? "in the row" : "and in",
		    names[i]);
	depth = -1;
	return 0;
}

void
row_code(const struct jpki_ctx *ctx, int got, int want, const char *file,
    int line)
{
	const char *words = jpki_strerror(got, JPKI_LANG_EN);

	if (got == want)
		return;
	if (ctx != NULL && got != 0 && jpki_ctx_err(ctx) == got)
		words = jpki_ctx_errmsg(ctx);
	print_error("got %d, %s (%s); expected %d, %s\n", got,
	    jpki_errname(got), words, want, jpki_errname(want));
	_fail(file, line);
}
