/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text that is written piece by piece.
 */
#ifndef PDF_GROW_H
#define PDF_GROW_H

#include <stdbool.h>
#include <stddef.h>

/* A text that grows. After a failure (memory) it only remembers that. */
struct pdf_text {
	char *data;
	size_t len, size;
	bool failed;
};

void pdf_text_add(struct pdf_text *text, const void *data, size_t len);
void pdf_text_addf(struct pdf_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
