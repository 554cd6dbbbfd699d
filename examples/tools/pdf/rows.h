/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the references of an update list: a table, a stream, or both.
 */
#ifndef PDF_ROWS_H
#define PDF_ROWS_H

#include "doc.h"

/* An update: the parts from first to before end, which is its startxref. */
struct pdf_section {
	const struct pdf_doc *doc;	/* the whole; may have no q */
	const struct pdf_scan *scan;
	const struct pdf_part *first, *end;
	const struct pdf_part *table, *stream;	/* of references; NULL: none */
};

/*
 * Whether each object of the section is listed once, also those that are packed
 * in others. One that is not is seen by programs that look for objects when
 * they cannot read the references, and by no others. False also if the
 * references cannot be read, or memory is short.
 */
bool pdf_rows_list_all(struct pdf_bytes bytes,
    const struct pdf_section *section);

#endif
