/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two states of a document; see diff.h. Pages, annotations and fields are
 * compared in their own places.
 */
#include "compare.h"
#include "diff.h"
#include "fields.h"

/* ---- Annotations and fields ---- */

static void compare_kids(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b);

static const struct pdf_row filled_rows[] = {
	{ "/V", PDF_CHANGE_FORM, NULL },
	{ "/AP", PDF_CHANGE_FORM | PDF_DRAWN, NULL },
	{ "/AS", PDF_CHANGE_FORM, NULL },
	{ "/I", PDF_CHANGE_FORM, NULL },
	{ "/RV", PDF_CHANGE_FORM, NULL },
	{ "/M", PDF_CHANGE_FORM, NULL },
	{ "/DA", PDF_CHANGE_FORM, NULL },
	{ "/MK", PDF_CHANGE_FORM | PDF_DRAWN, NULL },
	{ "/F", PDF_CHANGE_FORM, NULL },
	{ "/Ff", PDF_CHANGE_FORM, NULL },
	{ "/Kids", 0, compare_kids },
	{ NULL, PDF_CHANGE_NOTE, NULL }
};

/* A signature that was there, and what it shows, stay as they were. */
static const struct pdf_row signed_rows[] = {
	{ "/V", PDF_CHANGE_OTHER, NULL },
	{ "/AP", PDF_CHANGE_PAGE | PDF_DRAWN, NULL },
	{ "/MK", PDF_CHANGE_PAGE | PDF_DRAWN, NULL },
	{ "/Kids", 0, compare_kids },
	{ NULL, PDF_CHANGE_PAGE, NULL }
};

/* An empty field may get a signature, and what it looks like. */
static const struct pdf_row signing_rows[] = {
	{ "/V", PDF_CHANGE_SIGNATURE, NULL },
	{ "/AP", PDF_CHANGE_SIGNATURE, NULL },
	{ "/AS", PDF_CHANGE_SIGNATURE, NULL },
	{ "/BS", PDF_CHANGE_SIGNATURE, NULL },
	{ "/Border", PDF_CHANGE_SIGNATURE, NULL },
	{ "/DA", PDF_CHANGE_SIGNATURE, NULL },
	{ "/DR", PDF_CHANGE_SIGNATURE, NULL },
	{ "/F", PDF_CHANGE_SIGNATURE, NULL },
	{ "/Ff", PDF_CHANGE_SIGNATURE, NULL },
	{ "/Lock", PDF_CHANGE_SIGNATURE, NULL },
	{ "/M", PDF_CHANGE_SIGNATURE, NULL },
	{ "/MK", PDF_CHANGE_SIGNATURE, NULL },
	{ "/NM", PDF_CHANGE_SIGNATURE, NULL },
	{ "/P", PDF_CHANGE_SIGNATURE, NULL },
	{ "/Q", PDF_CHANGE_SIGNATURE, NULL },
	{ "/Rect", PDF_CHANGE_SIGNATURE, NULL },
	{ "/Subtype", PDF_CHANGE_SIGNATURE, NULL },
	{ "/Type", PDF_CHANGE_SIGNATURE, NULL },
	{ "/FT", PDF_CHANGE_OTHER, NULL },
	{ "/Kids", 0, compare_kids },
	{ NULL, PDF_CHANGE_NOTE, NULL }
};

static const struct pdf_row note_rows[] = {
	{ "/AP", PDF_CHANGE_NOTE | PDF_DRAWN, NULL },
	{ "/Kids", 0, compare_kids },
	{ NULL, PDF_CHANGE_NOTE, NULL }
};

/* Whether a field has a signature that was not there before: another one of the
 * old signature, or of none at all, only shows something. */
static bool
is_signed_anew(struct pdf_pairs *diff, qpdf_oh b)
{
	qpdf_oh subtype = pdf_doc_get(diff->b, b, "/Subtype");
	qpdf_oh value = pdf_field_get(diff->b, b, "/V");

	return (qpdf_oh_is_null(diff->b->q, subtype) ||
	    qpdf_oh_is_name_and_equals(diff->b->q, subtype, "/Widget")) &&
	    pdf_object_key(diff->b, value) != 0 &&
	    qpdf_oh_is_null(diff->a->q, qpdf_get_object_by_id(diff->a->q,
	    qpdf_oh_get_object_id(diff->b->q, value),
	    qpdf_oh_get_generation(diff->b->q, value)));
}

/* What the widget of a new signature is. */
static unsigned
new_signature(struct pdf_pairs *diff, qpdf_oh b)
{
	return PDF_CHANGE_SIGNATURE | (pdf_field_is_invisible(diff->b, b) ? 0 :
	    PDF_CHANGE_PICTURE);
}

/* One annotation, field or both in one. */
static void
compare_widgets(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b)
{
	int64_t key = pdf_object_key(diff->a, a);
	const struct pdf_row *rows;
	bool was_sig = pdf_field_is_signature(diff->a, a);
	bool was_filled = pdf_field_is_filled(diff->a, a);

	if (key != 0 && !pdf_set_add(&diff->set, PDF_WIDGET, key, 0))
		return;
	if (was_sig != pdf_field_is_signature(diff->b, b)) {
		diff->changes |= PDF_CHANGE_OTHER;
		return;
	}
	if (was_sig && was_filled)
		rows = signed_rows;
	else if (was_sig && is_signed_anew(diff, b)) {
		diff->changes |= new_signature(diff, b);
		rows = signing_rows;
	} else if (was_sig)
		rows = note_rows;
	else
		rows = qpdf_oh_is_null(diff->a->q, pdf_field_get(diff->a, a,
		    "/FT")) ? note_rows : filled_rows;
	pdf_compare_dicts(diff, a, b, rows);
}

/* What a new annotation or field is. */
static unsigned
new_widget(struct pdf_pairs *diff, qpdf_oh b)
{
	if (pdf_field_is_signature(diff->b, b) && is_signed_anew(diff, b))
		return new_signature(diff, b);
	if (pdf_field_is_signature(diff->b, b))
		return pdf_field_is_invisible(diff->b, b) ?
		    PDF_CHANGE_SIGNATURE : PDF_CHANGE_NOTE;
	return qpdf_oh_is_null(diff->b->q, pdf_field_get(diff->b, b, "/FT")) ?
	    PDF_CHANGE_NOTE : PDF_CHANGE_FORM;
}

static void
compare_annots(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b)
{
	static const struct pdf_list list = { compare_widgets, new_widget,
		PDF_CHANGE_NOTE };

	pdf_compare_lists(diff, a, b, &list);
}

static void
compare_kids(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b)
{
	static const struct pdf_list list = { compare_widgets, new_widget,
		PDF_CHANGE_OTHER };

	pdf_compare_lists(diff, a, b, &list);
}

/* ---- The form ---- */

/* Resources get more, as signatures with a picture need; none changes. */
static void
compare_resource(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b)
{
	if (qpdf_oh_is_null(diff->a->q, a))
		diff->changes |= PDF_CHANGE_SIGNATURE;
	else
		pdf_compare(diff, a, b, PDF_CHANGE_PAGE | PDF_DRAWN);
}

static void
compare_category(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b)
{
	static const struct pdf_row rows[] = {
		{ NULL, 0, compare_resource } };

	if (qpdf_oh_is_dictionary(diff->a->q, a) &&
	    qpdf_oh_is_dictionary(diff->b->q, b))
		pdf_compare_dicts(diff, a, b, rows);
	else
		compare_resource(diff, a, b);
}

static void
compare_resources(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b)
{
	static const struct pdf_row rows[] = {
		{ NULL, 0, compare_category } };

	pdf_compare_dicts(diff, a, b, rows);
}

/* What fields look like that say nothing of it themselves. */
static void
compare_default(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b)
{
	if (qpdf_oh_is_null(diff->a->q, a))
		diff->changes |= PDF_CHANGE_SIGNATURE;
	else
		pdf_compare(diff, a, b, PDF_CHANGE_FORM);
}

static void
compare_forms(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b)
{
	static const struct pdf_row rows[] = {
		{ "/Fields", 0, compare_kids },
		{ "/SigFlags", PDF_CHANGE_SIGNATURE, NULL },
		{ "/DR", 0, compare_resources },
		{ "/DA", 0, compare_default },
		{ "/NeedAppearances", PDF_CHANGE_FORM, NULL },
		{ NULL, PDF_CHANGE_OTHER, NULL }
	};

	pdf_compare_dicts(diff, a, b, rows);
}

/* ---- The document ---- */

static void
compare_pages(struct pdf_pairs *diff)
{
	static const struct pdf_row rows[] = {
		{ "/Annots", 0, compare_annots },
		{ "/LastModified", PDF_CHANGE_METADATA, NULL },
		{ "/PieceInfo", PDF_CHANGE_METADATA, NULL },
		{ "/Contents", PDF_CHANGE_PAGE | PDF_DRAWN, NULL },
		{ "/Resources", PDF_CHANGE_PAGE | PDF_DRAWN, NULL },
		{ "/Parent", PDF_CHANGE_PAGE | PDF_TREE, NULL },
		{ NULL, PDF_CHANGE_PAGE, NULL }
	};
	int i, n = qpdf_get_num_pages(diff->a->q);

	if (n != qpdf_get_num_pages(diff->b->q)) {
		diff->changes |= PDF_CHANGE_PAGE;
		return;
	}
	for (i = 0; i < n; i++)
		pdf_compare_dicts(diff, qpdf_get_page_n(diff->a->q, (size_t)i),
		    qpdf_get_page_n(diff->b->q, (size_t)i), rows);
}

static void
compare_roots(struct pdf_pairs *diff)
{
	static const struct pdf_row rows[] = {
		{ "/Pages", PDF_CHANGE_PAGE | PDF_TREE, NULL },
		{ "/AcroForm", 0, compare_forms },
		{ "/DSS", PDF_CHANGE_PROOF, NULL },
		{ "/Extensions", PDF_CHANGE_PROOF, NULL },
		{ "/Metadata", PDF_CHANGE_METADATA, NULL },
		{ "/Version", PDF_CHANGE_METADATA, NULL },
		{ "/OCProperties", PDF_CHANGE_OTHER | PDF_DRAWN, NULL },
		{ NULL, PDF_CHANGE_OTHER, NULL }
	};

	pdf_compare_dicts(diff, qpdf_get_root(diff->a->q),
	    qpdf_get_root(diff->b->q), rows);
}

/* Everything else in a trailer is about the file, not about the document. */
static void
compare_trailers(struct pdf_pairs *diff)
{
	qpdf_oh a = qpdf_get_trailer(diff->a->q);
	qpdf_oh b = qpdf_get_trailer(diff->b->q);

	pdf_compare(diff, pdf_doc_get(diff->a, a, "/Info"),
	    pdf_doc_get(diff->b, b, "/Info"), PDF_CHANGE_METADATA);
	pdf_compare(diff, pdf_doc_get(diff->a, a, "/Encrypt"),
	    pdf_doc_get(diff->b, b, "/Encrypt"), PDF_CHANGE_OTHER);
}

/* ---- What has a place of its own ---- */

static void
note_place(void *arg, qpdf_oh object)
{
	struct pdf_pairs *diff = arg;
	int64_t key = pdf_object_key(diff->a, object);

	if (key != 0)
		pdf_set_add(&diff->set, PDF_PLACE, key, 0);
}

/* A signature is judged by itself, wherever it refers to: its Reference may
 * lead to the whole document (Data). */
static void
note_field(void *arg, qpdf_oh field)
{
	struct pdf_pairs *diff = arg;

	note_place(diff, field);
	if (pdf_field_is_signature(diff->a, field))
		note_place(diff, pdf_field_get(diff->a, field, "/V"));
}

/* What pages may share with the form. */
static void
note_shared(struct pdf_pairs *diff, qpdf_oh object, int64_t what)
{
	int64_t key = pdf_object_key(diff->a, object);

	if (key != 0)
		pdf_set_add(&diff->set, what, key, 0);
}

static void
note_resources(struct pdf_pairs *diff)
{
	qpdf_oh form = pdf_doc_get(diff->a, qpdf_get_root(diff->a->q),
	    "/AcroForm");
	qpdf_oh all = pdf_doc_get(diff->a, form, "/DR");

	note_shared(diff, all, PDF_RESOURCES);
	note_shared(diff, pdf_doc_get(diff->a, all, "/Font"), PDF_NAMES);
	note_shared(diff, pdf_doc_get(diff->a, all, "/XObject"), PDF_NAMES);
}

static void
note_places(struct pdf_pairs *diff)
{
	int i, j, n = qpdf_get_num_pages(diff->a->q), n_annots;
	qpdf_oh page, annots, annot;

	for (i = 0; i < n; i++) {
		page = qpdf_get_page_n(diff->a->q, (size_t)i);
		note_place(diff, page);
		annots = pdf_doc_get(diff->a, page, "/Annots");
		n_annots = pdf_list_length(diff->a, annots);
		for (j = 0; j < n_annots; j++) {
			annot = qpdf_oh_get_array_item(diff->a->q, annots, j);
			note_place(diff, annot);
			qpdf_oh_release(diff->a->q, annot);
		}
	}
	if (!pdf_fields_each(diff->a, note_field, diff))
		diff->failed = true;
	note_resources(diff);
}

bool
pdf_diff(struct pdf_doc *before, struct pdf_doc *after, unsigned *changes)
{
	struct pdf_pairs diff = { .a = before, .b = after };

	note_places(&diff);
	compare_trailers(&diff);
	compare_roots(&diff);
	compare_pages(&diff);
	pdf_compare_rest(&diff);
	*changes = diff.changes;
	pdf_compare_free(&diff);
	return !diff.failed;
}
