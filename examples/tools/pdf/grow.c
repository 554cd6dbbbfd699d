/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text that grows; see grow.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

void
pdf_text_add(struct pdf_text *text, const void *data, size_t len)
{
	size_t size = (text->len + len) * 2;
	char *more;

	if (!text->failed && text->len + len > text->size) {
		if ((more = realloc(text->data, size)) == NULL) {
			text->failed = true;
		} else {
			text->data = more;
			text->size = size;
		}
	}
	if (text->failed)
		return;
	memcpy(text->data + text->len, data, len);
	text->len += len;
}

void
pdf_text_addf(struct pdf_text *text, const char *format, ...)
{
	va_list ap;
	char *line;
	int n;

	va_start(ap, format);
	n = vasprintf(&line, format, ap);
	va_end(ap);
	if (n < 0) {
		text->failed = true;
		return;
	}
	pdf_text_add(text, line, (size_t)n);
	free(line);
}
