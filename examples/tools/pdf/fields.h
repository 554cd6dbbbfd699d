/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of a form, as far as signatures want to know them.
 */
#ifndef PDF_FIELDS_H
#define PDF_FIELDS_H

#include "doc.h"

/* What an object is, in one number: 0 for a direct one. */
int64_t pdf_object_key(const struct pdf_doc *doc, qpdf_oh object);

/* A key of a field or, if it has none, of those above it. */
qpdf_oh pdf_field_get(const struct pdf_doc *doc, qpdf_oh field,
    const char *key);

bool pdf_field_is_signature(const struct pdf_doc *doc, qpdf_oh field);

/* Whether it has a value. */
bool pdf_field_is_filled(const struct pdf_doc *doc, qpdf_oh field);

/* Whether a widget takes no place on its page. */
bool pdf_field_is_invisible(const struct pdf_doc *doc, qpdf_oh field);

/* Where a signature was found. */
enum pdf_where {
	PDF_WHERE_FORM = 1,	/* a field that the form lists */
	PDF_WHERE_PAGE,		/* a field that only a page lists */
	PDF_WHERE_PERMISSIONS	/* the catalogue's permissions */
};

struct pdf_field {
	enum pdf_where where;
	qpdf_oh value;		/* not null */
	char *name;		/* UTF-8 */
};

struct pdf_fields {
	struct pdf_field *fields;
	size_t n;
	bool failed;		/* memory is short */
};

/* All signature fields with a value. pdf_fields_free() in any case. */
void pdf_fields_find(struct pdf_doc *doc, struct pdf_fields *fields);
void pdf_fields_free(struct pdf_fields *fields);

/* Calls visit() for each field of the form, parents before children, each
 * once. False: memory is short. */
bool pdf_fields_each(struct pdf_doc *doc,
    void (*visit)(void *arg, qpdf_oh field), void *arg);

#endif
