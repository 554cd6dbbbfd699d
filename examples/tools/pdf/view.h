/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that is being looked at.
 */
#ifndef PDF_VIEW_H
#define PDF_VIEW_H

#include "fields.h"
#include "look.h"

/* What is open while a file is looked at. */
struct pdf_view {
	const struct judge *judge;
	const char *path;
	struct pdf_look *look;
	struct pdf_doc doc;	/* as it is now; q NULL: damaged */
	struct pdf_fields fields;
	bool failed;		/* memory is short */
};

/* Finds all that could be a signature: fills view->look->ones and
 * view->fields. */
void pdf_view_find(struct pdf_view *view);

#endif
