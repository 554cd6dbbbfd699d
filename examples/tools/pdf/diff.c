/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two states of a document; see diff.h.
 *
 * Objects are compared pairwise, each pair once for each kind of change that a
 * difference in it would be: a font that both a field and a page use is a
 * matter of both. Pages, annotations and fields are compared in their own
 * places; where anything else refers to one of them, only the reference
 * counts, because they all refer to each other.
 */
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "fields.h"
#include "set.h"

#define PLACE (-1)	/* in the set: has a place of its own */
#define WIDGET (-2)	/* in the set: an annotation or field is done */

struct pair {
	qpdf_oh a, b;
	unsigned kind;
};

struct diff {
	struct pdf_doc *a, *b;
	struct pdf_set set;
	struct pair *pairs;	/* that wait */
	size_t n_pairs, size;
	unsigned changes;
	bool failed;
};

/* What a difference in the value of a key is. */
struct row {
	const char *key;
	unsigned kind;
	void (*compare)(struct diff *diff, qpdf_oh a, qpdf_oh b);
};

static void
push(struct diff *diff, qpdf_oh a, qpdf_oh b, unsigned kind)
{
	size_t size = diff->size * 2 + 64;
	struct pair *more;

	if (diff->n_pairs == diff->size) {
		more = reallocarray(diff->pairs, size, sizeof(*more));
		if (more == NULL) {
			diff->failed = true;
			return;
		}
		diff->pairs = more;
		diff->size = size;
	}
	diff->pairs[diff->n_pairs++] = (struct pair){ a, b, kind };
}

/* Another handle, as the one that is given will be released. */
static qpdf_oh
keep(struct pdf_doc *doc, qpdf_oh object)
{
	return qpdf_oh_new_object(doc->q, object);
}

static void compare_values(struct diff *diff, qpdf_oh a, qpdf_oh b,
    unsigned kind);

static void
compare(struct diff *diff, qpdf_oh a, qpdf_oh b, unsigned kind)
{
	int64_t x = pdf_object_key(diff->a, a), y = pdf_object_key(diff->b, b);

	if (x == 0 || y == 0) {
		compare_values(diff, a, b, kind);
	} else if (pdf_set_has(&diff->set, PLACE, x, 0)) {
		if (x != y)
			diff->changes |= kind;
	} else if (pdf_set_add(&diff->set, kind, x, y)) {
		push(diff, keep(diff->a, a), keep(diff->b, b), kind);
	}
}

/* ---- Dictionaries ---- */

struct keys {
	char **keys;
	size_t n;
};

static void
free_keys(struct keys *keys)
{
	size_t i;

	for (i = 0; i < keys->n; i++)
		free(keys->keys[i]);
	free(keys->keys);
}

static void
add_keys(struct diff *diff, struct pdf_doc *doc, qpdf_oh dict,
    struct keys *keys)
{
	const char *key;
	char **more;

	if (!qpdf_oh_is_dictionary(doc->q, dict))
		return;
	qpdf_oh_begin_dict_key_iter(doc->q, dict);
	while (qpdf_oh_dict_more_keys(doc->q)) {
		key = qpdf_oh_dict_next_key(doc->q);
		more = reallocarray(keys->keys, keys->n + 1, sizeof(*more));
		if (more == NULL ||
		    (keys->keys = more, more[keys->n] = strdup(key)) == NULL) {
			diff->failed = true;
			return;
		}
		keys->n++;
	}
}

static const struct row *
row_of(const struct row *rows, const char *key)
{
	while (rows->key != NULL && strcmp(rows->key, key) != 0)
		rows++;
	return rows;	/* the last one is for all other keys */
}

/* By the keys of both; those of the first are not looked at again. */
static void
compare_dicts(struct diff *diff, qpdf_oh a, qpdf_oh b, const struct row *rows)
{
	struct keys keys = { NULL, 0 };
	const struct row *row;
	size_t i, n;
	qpdf_oh x, y;

	add_keys(diff, diff->a, a, &keys);
	n = keys.n;
	add_keys(diff, diff->b, b, &keys);
	for (i = 0; i < keys.n; i++) {
		if (i >= n && qpdf_oh_is_dictionary(diff->a->q, a) &&
		    qpdf_oh_has_key(diff->a->q, a, keys.keys[i]))
			continue;
		x = pdf_doc_get(diff->a, a, keys.keys[i]);
		y = pdf_doc_get(diff->b, b, keys.keys[i]);
		row = row_of(rows, keys.keys[i]);
		if (row->compare != NULL)
			row->compare(diff, x, y);
		else
			compare(diff, x, y, row->kind);
		qpdf_oh_release(diff->a->q, x);
		qpdf_oh_release(diff->b->q, y);
	}
	free_keys(&keys);
}

/* ---- Values ---- */

static void
compare_arrays(struct diff *diff, qpdf_oh a, qpdf_oh b, unsigned kind)
{
	int i, n = qpdf_oh_get_array_n_items(diff->a->q, a);
	qpdf_oh x, y;

	if (n != qpdf_oh_get_array_n_items(diff->b->q, b)) {
		diff->changes |= kind;
		return;
	}
	for (i = 0; i < n; i++) {
		x = qpdf_oh_get_array_item(diff->a->q, a, i);
		y = qpdf_oh_get_array_item(diff->b->q, b, i);
		compare(diff, x, y, kind);
		qpdf_oh_release(diff->a->q, x);
		qpdf_oh_release(diff->b->q, y);
	}
}

static void
compare_streams(struct diff *diff, qpdf_oh a, qpdf_oh b, unsigned kind)
{
	const struct row all[] = { { NULL, kind, NULL } };
	unsigned char *x = NULL, *y = NULL;
	size_t n = 0, m = 0;
	qpdf_oh dict_a = qpdf_oh_get_dict(diff->a->q, a);
	qpdf_oh dict_b = qpdf_oh_get_dict(diff->b->q, b);

	compare_dicts(diff, dict_a, dict_b, all);
	if ((qpdf_oh_get_stream_data(diff->a->q, a, qpdf_dl_none, NULL, &x,
	    &n) & QPDF_ERRORS) != 0 ||
	    (qpdf_oh_get_stream_data(diff->b->q, b, qpdf_dl_none, NULL, &y,
	    &m) & QPDF_ERRORS) != 0 ||
	    n != m || (n != 0 && memcmp(x, y, n) != 0))
		diff->changes |= kind;
	free(x);
	free(y);
	qpdf_oh_release(diff->a->q, dict_a);
	qpdf_oh_release(diff->b->q, dict_b);
}

static bool
same_scalar(struct diff *diff, qpdf_oh a, qpdf_oh b)
{
	const char *x = qpdf_oh_unparse_resolved(diff->a->q, a), *y;
	size_t n = qpdf_get_last_string_length(diff->a->q);

	y = qpdf_oh_unparse_resolved(diff->b->q, b);
	return n == qpdf_get_last_string_length(diff->b->q) &&
	    memcmp(x, y, n) == 0;
}

static void
compare_values(struct diff *diff, qpdf_oh a, qpdf_oh b, unsigned kind)
{
	const struct row all[] = { { NULL, kind, NULL } };
	enum qpdf_object_type_e type = qpdf_oh_get_type_code(diff->a->q, a);

	if ((diff->changes & kind) != 0)
		return;		/* as bad as it can get */
	if (type != qpdf_oh_get_type_code(diff->b->q, b))
		diff->changes |= kind;
	else if (type == ot_array)
		compare_arrays(diff, a, b, kind);
	else if (type == ot_dictionary)
		compare_dicts(diff, a, b, all);
	else if (type == ot_stream)
		compare_streams(diff, a, b, kind);
	else if (type != ot_uninitialized && !same_scalar(diff, a, b))
		diff->changes |= kind;
}

/* ---- Lists whose members keep their order, and can get more ---- */

struct list {
	void (*both)(struct diff *diff, qpdf_oh a, qpdf_oh b);
	unsigned (*added)(struct diff *diff, qpdf_oh b);
	unsigned gone;
};

static int
list_length(const struct pdf_doc *doc, qpdf_oh list)
{
	return qpdf_oh_is_array(doc->q, list) ?
	    qpdf_oh_get_array_n_items(doc->q, list) : 0;
}

/* Where in the second list, from j on, the member of the first is. */
static int
find_member(struct diff *diff, int64_t key, qpdf_oh b, int j)
{
	int n = list_length(diff->b, b);
	qpdf_oh y;

	for (; j < n; j++) {
		y = qpdf_oh_get_array_item(diff->b->q, b, j);
		if (pdf_object_key(diff->b, y) == key)
			break;
		qpdf_oh_release(diff->b->q, y);
	}
	return j;
}

static void
compare_lists(struct diff *diff, qpdf_oh a, qpdf_oh b,
    const struct list *list)
{
	int i, n = list_length(diff->a, a), m = list_length(diff->b, b);
	int j = 0, at;
	qpdf_oh x;

	for (i = 0; i < n; i++) {
		x = qpdf_oh_get_array_item(diff->a->q, a, i);
		at = find_member(diff, pdf_object_key(diff->a, x), b, j);
		if (at == m) {
			diff->changes |= list->gone;
			continue;
		}
		for (; j < at; j++)
			diff->changes |= list->added(diff,
			    qpdf_oh_get_array_item(diff->b->q, b, j));
		list->both(diff, x, qpdf_oh_get_array_item(diff->b->q, b,
		    j++));
	}
	for (; j < m; j++)
		diff->changes |= list->added(diff,
		    qpdf_oh_get_array_item(diff->b->q, b, j));
}

/* ---- Annotations and fields ---- */

static void compare_kids(struct diff *diff, qpdf_oh a, qpdf_oh b);

static const struct row filled_rows[] = {
	{ "/V", PDF_CHANGE_FORM, NULL },
	{ "/AP", PDF_CHANGE_FORM, NULL },
	{ "/AS", PDF_CHANGE_FORM, NULL },
	{ "/I", PDF_CHANGE_FORM, NULL },
	{ "/RV", PDF_CHANGE_FORM, NULL },
	{ "/M", PDF_CHANGE_FORM, NULL },
	{ "/DA", PDF_CHANGE_FORM, NULL },
	{ "/MK", PDF_CHANGE_FORM, NULL },
	{ "/F", PDF_CHANGE_FORM, NULL },
	{ "/Ff", PDF_CHANGE_FORM, NULL },
	{ "/Kids", 0, compare_kids },
	{ NULL, PDF_CHANGE_NOTE, NULL }
};

/* A signature that was there, and what it shows, stay as they were. */
static const struct row signed_rows[] = {
	{ "/V", PDF_CHANGE_OTHER, NULL },
	{ "/Kids", 0, compare_kids },
	{ NULL, PDF_CHANGE_PAGE, NULL }
};

/* An empty field may get a signature. */
static const struct row signing_rows[] = {
	{ "/FT", PDF_CHANGE_OTHER, NULL },
	{ "/Kids", 0, compare_kids },
	{ NULL, PDF_CHANGE_SIGNATURE, NULL }
};

static const struct row note_rows[] = {
	{ "/Kids", 0, compare_kids },
	{ NULL, PDF_CHANGE_NOTE, NULL }
};

/* One annotation, field or both in one. */
static void
compare_widgets(struct diff *diff, qpdf_oh a, qpdf_oh b)
{
	int64_t key = pdf_object_key(diff->a, a);
	const struct row *rows;
	bool was_sig = pdf_field_is_signature(diff->a, a);
	bool was_filled = pdf_field_is_filled(diff->a, a);

	if (key != 0 && !pdf_set_add(&diff->set, WIDGET, key, 0))
		return;
	if (was_sig != pdf_field_is_signature(diff->b, b)) {
		diff->changes |= PDF_CHANGE_OTHER;
		return;
	}
	if (was_sig && was_filled)
		rows = signed_rows;
	else if (was_sig)
		rows = pdf_field_is_filled(diff->b, b) ? signing_rows :
		    note_rows;
	else
		rows = qpdf_oh_is_null(diff->a->q, pdf_field_get(diff->a, a,
		    "/FT")) ? note_rows : filled_rows;
	compare_dicts(diff, a, b, rows);
}

/* What a new annotation or field is. */
static unsigned
new_widget(struct diff *diff, qpdf_oh b)
{
	if (pdf_field_is_signature(diff->b, b))
		return pdf_field_is_filled(diff->b, b) ||
		    pdf_field_is_invisible(diff->b, b) ?
		    PDF_CHANGE_SIGNATURE : PDF_CHANGE_NOTE;
	return qpdf_oh_is_null(diff->b->q, pdf_field_get(diff->b, b, "/FT")) ?
	    PDF_CHANGE_NOTE : PDF_CHANGE_FORM;
}

static void
compare_annots(struct diff *diff, qpdf_oh a, qpdf_oh b)
{
	static const struct list list = { compare_widgets, new_widget,
		PDF_CHANGE_NOTE };

	compare_lists(diff, a, b, &list);
}

static void
compare_kids(struct diff *diff, qpdf_oh a, qpdf_oh b)
{
	static const struct list list = { compare_widgets, new_widget,
		PDF_CHANGE_OTHER };

	compare_lists(diff, a, b, &list);
}

/* ---- The form ---- */

/* Resources get more, as signatures with a picture need; none changes. */
static void
compare_resource(struct diff *diff, qpdf_oh a, qpdf_oh b)
{
	struct keys keys = { NULL, 0 };
	qpdf_oh x, y;
	size_t i;

	if (qpdf_oh_is_null(diff->a->q, a)) {
		diff->changes |= PDF_CHANGE_SIGNATURE;
		return;
	}
	add_keys(diff, diff->a, a, &keys);
	for (i = 0; i < keys.n; i++) {
		x = pdf_doc_get(diff->a, a, keys.keys[i]);
		y = pdf_doc_get(diff->b, b, keys.keys[i]);
		compare(diff, x, y, PDF_CHANGE_PAGE);
	}
	free_keys(&keys);
}

static void
compare_resources(struct diff *diff, qpdf_oh a, qpdf_oh b)
{
	static const struct row rows[] = { { NULL, 0, compare_resource } };

	compare_dicts(diff, a, b, rows);
}

static void
compare_forms(struct diff *diff, qpdf_oh a, qpdf_oh b)
{
	static const struct row rows[] = {
		{ "/Fields", 0, compare_kids },
		{ "/SigFlags", PDF_CHANGE_SIGNATURE, NULL },
		{ "/DR", 0, compare_resources },
		{ "/DA", PDF_CHANGE_FORM, NULL },
		{ "/NeedAppearances", PDF_CHANGE_FORM, NULL },
		{ NULL, PDF_CHANGE_OTHER, NULL }
	};

	compare_dicts(diff, a, b, rows);
}

/* ---- The document ---- */

static void
compare_pages(struct diff *diff)
{
	static const struct row rows[] = {
		{ "/Annots", 0, compare_annots },
		{ "/LastModified", PDF_CHANGE_METADATA, NULL },
		{ "/PieceInfo", PDF_CHANGE_METADATA, NULL },
		{ NULL, PDF_CHANGE_PAGE, NULL }
	};
	int i, n = qpdf_get_num_pages(diff->a->q);

	if (n != qpdf_get_num_pages(diff->b->q)) {
		diff->changes |= PDF_CHANGE_PAGE;
		return;
	}
	for (i = 0; i < n; i++)
		compare_dicts(diff, qpdf_get_page_n(diff->a->q, (size_t)i),
		    qpdf_get_page_n(diff->b->q, (size_t)i), rows);
}

static void
compare_roots(struct diff *diff)
{
	static const struct row rows[] = {
		{ "/Pages", PDF_CHANGE_PAGE, NULL },
		{ "/AcroForm", 0, compare_forms },
		{ "/DSS", PDF_CHANGE_PROOF, NULL },
		{ "/Extensions", PDF_CHANGE_PROOF, NULL },
		{ "/Metadata", PDF_CHANGE_METADATA, NULL },
		{ "/Version", PDF_CHANGE_METADATA, NULL },
		{ NULL, PDF_CHANGE_OTHER, NULL }
	};

	compare_dicts(diff, qpdf_get_root(diff->a->q),
	    qpdf_get_root(diff->b->q), rows);
}

/* Everything else in a trailer is about the file, not about the document. */
static void
compare_trailers(struct diff *diff)
{
	qpdf_oh a = qpdf_get_trailer(diff->a->q);
	qpdf_oh b = qpdf_get_trailer(diff->b->q);

	compare(diff, pdf_doc_get(diff->a, a, "/Info"),
	    pdf_doc_get(diff->b, b, "/Info"), PDF_CHANGE_METADATA);
	compare(diff, pdf_doc_get(diff->a, a, "/Encrypt"),
	    pdf_doc_get(diff->b, b, "/Encrypt"), PDF_CHANGE_OTHER);
}

/* ---- What has a place of its own ---- */

static void
note_place(void *arg, qpdf_oh object)
{
	struct diff *diff = arg;
	int64_t key = pdf_object_key(diff->a, object);

	if (key != 0)
		pdf_set_add(&diff->set, PLACE, key, 0);
}

static void
note_places(struct diff *diff)
{
	int i, j, n = qpdf_get_num_pages(diff->a->q), n_annots;
	qpdf_oh page, annots, annot;

	for (i = 0; i < n; i++) {
		page = qpdf_get_page_n(diff->a->q, (size_t)i);
		note_place(diff, page);
		annots = pdf_doc_get(diff->a, page, "/Annots");
		n_annots = list_length(diff->a, annots);
		for (j = 0; j < n_annots; j++) {
			annot = qpdf_oh_get_array_item(diff->a->q, annots, j);
			note_place(diff, annot);
			qpdf_oh_release(diff->a->q, annot);
		}
	}
	if (!pdf_fields_each(diff->a, note_place, diff))
		diff->failed = true;
}

bool
pdf_diff(struct pdf_doc *before, struct pdf_doc *after, unsigned *changes)
{
	struct diff diff = { .a = before, .b = after };
	struct pair pair;

	note_places(&diff);
	compare_trailers(&diff);
	compare_roots(&diff);
	compare_pages(&diff);
	while (diff.n_pairs > 0) {
		pair = diff.pairs[--diff.n_pairs];
		compare_values(&diff, pair.a, pair.b, pair.kind);
		qpdf_oh_release(before->q, pair.a);
		qpdf_oh_release(after->q, pair.b);
	}
	free(diff.pairs);
	diff.failed |= diff.set.failed;
	pdf_set_free(&diff.set);
	*changes = diff.changes;
	return !diff.failed;
}
