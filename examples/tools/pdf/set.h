/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of triples of numbers: what has been visited.
 */
#ifndef PDF_SET_H
#define PDF_SET_H

#include <stdbool.h>
#include <stdint.h>

struct pdf_set {
	void *root;
	bool failed;		/* memory is short */
};

/* Puts one in; whether it is new. */
bool pdf_set_add(struct pdf_set *set, int64_t a, int64_t b, int64_t c);
bool pdf_set_has(const struct pdf_set *set, int64_t a, int64_t b, int64_t c);
void pdf_set_free(struct pdf_set *set);

#endif
