/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which bytes a signature covers, and what stands behind them.
 */
#ifndef PDF_RANGE_H
#define PDF_RANGE_H

#include "common/text.h"

#include "doc.h"

/* What is wrong with something, as judgement_add() wants it; code NULL:
 * nothing. */
struct pdf_problem {
	const char *code;
	struct text text;
};

/* The two stretches of ByteRange; what is between them is Contents. */
struct pdf_range {
	struct pdf_span parts[2];
	size_t end;		/* of the second */
};

/*
 * Takes ByteRange from the dictionary as it stands in the file: it begins with
 * the file, leaves out the value of Contents with its < and > and nothing else,
 * and ends within the file.
 */
const struct pdf_problem *pdf_range_take(struct pdf_bytes bytes,
    const struct pdf_sigdict *sig, struct pdf_range *range);

/* Whether the bytes up to end are a whole file, as it was signed: they end with
 * startxref and %%EOF. */
bool pdf_range_is_revision(struct pdf_bytes bytes,
    const struct pdf_scan *scan, size_t end);

/*
 * Whether what stands behind end is nothing but updates that hang together:
 * objects, each listed once, the references to them, which lead back to the
 * last ones, and an end. doc is the whole file, as far as it could be opened.
 */
const struct pdf_problem *pdf_range_added(struct pdf_bytes bytes,
    const struct pdf_scan *scan, const struct pdf_doc *doc, size_t end);

/* The bytes of Contents: hexadecimal in the file. NULL: memory is short; free
 * it. */
uint8_t *pdf_range_contents(struct pdf_bytes bytes,
    const struct pdf_sigdict *sig, size_t *len);

#endif
