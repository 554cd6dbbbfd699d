/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares objects of two states of a document. Each pair is compared once for
 * each kind of change that a difference in it would be: a font that both a
 * field and a page use is a matter of both.
 */
#ifndef PDF_COMPARE_H
#define PDF_COMPARE_H

#include "doc.h"
#include "set.h"

struct pdf_pair;

struct pdf_pairs {
	struct pdf_doc *a, *b;
	/*
	 * What is done; and with PDF_PLACE the objects that are compared in a
	 * place of their own: where another one refers to them, only the
	 * reference counts, because they all refer to each other; but for what
	 * is drawn.
	 */
	struct pdf_set set;
	struct pdf_pair *pairs;	/* that wait */
	size_t n_pairs, size;
	unsigned changes;	/* kinds, as bits */
	bool failed;		/* memory is short */
};

/* In the set, the place of the kind. PDF_NAMES: a list of the form's resources,
 * which pages may share, as its fonts; it may get more that nothing uses yet.
 * PDF_RESOURCES: all these lists. */
enum { PDF_PLACE = -1, PDF_WIDGET = -2, PDF_NAMES = -3, PDF_RESOURCES = -4 };

/*
 * Beside a kind: how the object was reached. What is drawn is compared to its
 * end: one object can be a field and a font, and a field may change in ways
 * that a font may not. In a tree of pages all but its branches is drawn.
 */
enum { PDF_DRAWN = 1 << 16, PDF_TREE = 1 << 17 };

/* What a difference in the value of a key is; the row whose key is NULL ends
 * the table and is for all others. */
struct pdf_row {
	const char *key;
	unsigned kind;
	void (*compare)(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b);
};

/* Lists whose members keep their order, and can get more. */
struct pdf_list {
	void (*both)(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b);
	unsigned (*added)(struct pdf_pairs *diff, qpdf_oh b);
	unsigned gone;
};

/* Compares two values, of which a difference is of that kind; what they refer
 * to waits for pdf_compare_rest(). */
void pdf_compare(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b, unsigned kind);
void pdf_compare_dicts(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b,
    const struct pdf_row *rows);
void pdf_compare_lists(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b,
    const struct pdf_list *list);

/* All that waits. */
void pdf_compare_rest(struct pdf_pairs *diff);

/* Frees what it holds, but for the documents. */
void pdf_compare_free(struct pdf_pairs *diff);

/* 0 for what is no array. */
int pdf_list_length(const struct pdf_doc *doc, qpdf_oh list);

#endif
