/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was changed in a PDF file by what was appended to it: the document as
 * it was signed and as it is now, compared object by object from the catalogue
 * and the pages on, whatever trick made them differ.
 */
#ifndef PDF_DIFF_H
#define PDF_DIFF_H

#include "doc.h"

enum pdf_change {
	PDF_CHANGE_SIGNATURE = 1 << 0,	/* a signature and its field */
	PDF_CHANGE_PROOF = 1 << 1,	/* certificates, revocation (DSS) */
	PDF_CHANGE_METADATA = 1 << 2,	/* title, dates: not on the pages */
	PDF_CHANGE_FORM = 1 << 3,	/* a form was filled in */
	PDF_CHANGE_NOTE = 1 << 4,	/* annotations */
	PDF_CHANGE_PAGE = 1 << 5,	/* pages, or what they show */
	PDF_CHANGE_OTHER = 1 << 6,	/* anything else */
	PDF_CHANGE_PICTURE = 1 << 7	/* beside SIGNATURE: it takes a place on
					 * a page */
};

/* The changes from before to after, as bits; 0: there are none. False: memory
 * is short. Both are left as they were, but for what libqpdf keeps. */
bool pdf_diff(struct pdf_doc *before, struct pdf_doc *after,
    unsigned *changes);

#endif
