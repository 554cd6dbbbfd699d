/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of a form; see fields.h.
 */
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "set.h"

#define DEPTH_MAX 64	/* fields above each other */
#define GENERATIONS 65536

int64_t
pdf_object_key(const struct pdf_doc *doc, qpdf_oh object)
{
	if (!qpdf_oh_is_indirect(doc->q, object))
		return 0;
	return (int64_t)qpdf_oh_get_object_id(doc->q, object) * GENERATIONS +
	    qpdf_oh_get_generation(doc->q, object);
}

static bool
is_null(const struct pdf_doc *doc, qpdf_oh object)
{
	return !qpdf_oh_is_initialized(doc->q, object) ||
	    qpdf_oh_is_null(doc->q, object);
}

qpdf_oh
pdf_field_get(const struct pdf_doc *doc, qpdf_oh field, const char *key)
{
	qpdf_oh value = 0;
	int i;

	for (i = 0; i < DEPTH_MAX; i++) {
		value = pdf_doc_get(doc, field, key);
		if (!is_null(doc, value))
			break;
		field = pdf_doc_get(doc, field, "/Parent");
		if (!qpdf_oh_is_dictionary(doc->q, field))
			break;
	}
	return value;
}

bool
pdf_field_is_signature(const struct pdf_doc *doc, qpdf_oh field)
{
	return qpdf_oh_is_name_and_equals(doc->q, pdf_field_get(doc, field,
	    "/FT"), "/Sig");
}

bool
pdf_field_is_filled(const struct pdf_doc *doc, qpdf_oh field)
{
	return !is_null(doc, pdf_field_get(doc, field, "/V"));
}

bool
pdf_field_is_invisible(const struct pdf_doc *doc, qpdf_oh field)
{
	qpdf_oh rect = pdf_doc_get(doc, field, "/Rect");
	double at[4] = { 0, 0, 0, 0 };
	int i;

	if (!qpdf_oh_is_array(doc->q, rect))
		return true;
	for (i = 0; i < 4; i++)
		qpdf_oh_get_value_as_number(doc->q, qpdf_oh_get_array_item(
		    doc->q, rect, i), &at[i]);
	return !(at[0] < at[2] || at[0] > at[2]) ||
	    !(at[1] < at[3] || at[1] > at[3]);
}

/* ---- All fields ---- */

struct walk {
	struct pdf_doc *doc;
	struct pdf_set seen;
	void (*visit)(void *arg, qpdf_oh field);
	void *arg;
};

static void
walk_list(struct walk *walk, qpdf_oh list, int depth)
{
	qpdf_data q = walk->doc->q;
	int64_t key;
	qpdf_oh field;
	int i, n;

	if (depth == DEPTH_MAX || !qpdf_oh_is_array(q, list))
		return;
	n = qpdf_oh_get_array_n_items(q, list);
	for (i = 0; i < n; i++) {
		field = qpdf_oh_get_array_item(q, list, i);
		key = pdf_object_key(walk->doc, field);
		if (!qpdf_oh_is_dictionary(q, field) || (key != 0 &&
		    !pdf_set_add(&walk->seen, key, 0, 0)))
			continue;
		walk->visit(walk->arg, field);
		walk_list(walk, pdf_doc_get(walk->doc, field, "/Kids"),
		    depth + 1);
	}
}

bool
pdf_fields_each(struct pdf_doc *doc, void (*visit)(void *arg, qpdf_oh field),
    void *arg)
{
	struct walk walk = { .doc = doc, .visit = visit, .arg = arg };
	qpdf_oh form = pdf_doc_get(doc, qpdf_get_root(doc->q), "/AcroForm");
	bool fine;

	walk_list(&walk, pdf_doc_get(doc, form, "/Fields"), 0);
	fine = !walk.seen.failed;
	pdf_set_free(&walk.seen);
	return fine;
}

/* ---- Those with signatures ---- */

struct search {
	struct pdf_doc *doc;
	struct pdf_fields *found;
	enum pdf_where where;
	struct pdf_set values;	/* that were found */
};

static void
add(struct search *search, qpdf_oh value, qpdf_oh title)
{
	struct pdf_fields *found = search->found;
	int64_t key = pdf_object_key(search->doc, value);
	struct pdf_field *more;
	const char *name;

	if (is_null(search->doc, value) ||
	    (key != 0 && !pdf_set_add(&search->values, key, 0, 0)))
		return;
	more = reallocarray(found->fields, found->n + 1, sizeof(*more));
	if (more == NULL) {
		found->failed = true;
		return;
	}
	found->fields = more;
	more += found->n;
	name = qpdf_oh_is_string(search->doc->q, title) ?
	    qpdf_oh_get_utf8_value(search->doc->q, title) : "";
	if ((more->name = strdup(name)) == NULL) {
		found->failed = true;
		return;
	}
	more->where = search->where;
	more->value = value;
	found->n++;
}

static void
look_at_field(void *arg, qpdf_oh field)
{
	struct search *search = arg;

	if (pdf_field_is_signature(search->doc, field))
		add(search, pdf_field_get(search->doc, field, "/V"),
		    pdf_field_get(search->doc, field, "/T"));
}

/* Some programs leave their field out of the form: it stands on a page. */
static void
look_at_pages(struct search *search)
{
	struct pdf_doc *doc = search->doc;
	qpdf_oh page, annots, annot;
	int i, j, n, n_annots;

	n = qpdf_get_num_pages(doc->q);
	for (i = 0; i < n; i++) {
		page = qpdf_get_page_n(doc->q, (size_t)i);
		annots = pdf_doc_get(doc, page, "/Annots");
		n_annots = qpdf_oh_is_array(doc->q, annots) ?
		    qpdf_oh_get_array_n_items(doc->q, annots) : 0;
		for (j = 0; j < n_annots; j++) {
			annot = qpdf_oh_get_array_item(doc->q, annots, j);
			if (qpdf_oh_is_dictionary(doc->q, annot))
				look_at_field(search, annot);
		}
	}
}

void
pdf_fields_find(struct pdf_doc *doc, struct pdf_fields *fields)
{
	struct search search = { .doc = doc, .found = fields,
		.where = PDF_WHERE_FORM };
	qpdf_oh perms = pdf_doc_get(doc, qpdf_get_root(doc->q), "/Perms");

	memset(fields, 0, sizeof(*fields));
	if (!pdf_fields_each(doc, look_at_field, &search))
		fields->failed = true;
	search.where = PDF_WHERE_PAGE;
	look_at_pages(&search);
	search.where = PDF_WHERE_PERMISSIONS;
	add(&search, pdf_doc_get(doc, perms, "/DocMDP"), perms);
	add(&search, pdf_doc_get(doc, perms, "/UR3"), perms);
	fields->failed |= search.values.failed;
	pdf_set_free(&search.values);
}

void
pdf_fields_free(struct pdf_fields *fields)
{
	size_t i;

	for (i = 0; i < fields->n; i++)
		free(fields->fields[i].name);
	free(fields->fields);
	memset(fields, 0, sizeof(*fields));
}
