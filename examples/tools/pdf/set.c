/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of triples; see set.h.
 */
#include <search.h>
#include <stdlib.h>

#include "set.h"

struct triple {
	int64_t n[3];
};

static int
compare(const void *a, const void *b)
{
	const struct triple *x = a, *y = b;
	int i;

	for (i = 0; i < 3; i++)
		if (x->n[i] != y->n[i])
			return x->n[i] < y->n[i] ? -1 : 1;
	return 0;
}

bool
pdf_set_has(const struct pdf_set *set, int64_t a, int64_t b, int64_t c)
{
	struct triple key = { { a, b, c } };

	return tfind(&key, &set->root, compare) != NULL;
}

bool
pdf_set_add(struct pdf_set *set, int64_t a, int64_t b, int64_t c)
{
	struct triple *own;

	if (set->failed || pdf_set_has(set, a, b, c))
		return false;
	if ((own = malloc(sizeof(*own))) != NULL) {
		*own = (struct triple){ { a, b, c } };
		if (tsearch(own, &set->root, compare) != NULL)
			return true;
	}
	free(own);
	set->failed = true;
	return false;
}

void
pdf_set_free(struct pdf_set *set)
{
	tdestroy(set->root, free);
	set->root = NULL;
}
