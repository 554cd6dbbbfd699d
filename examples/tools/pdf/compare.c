/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares objects; see compare.h.
 */
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "diff.h"
#include "fields.h"
#include "unused.h"

#define NEAR 0.00001	/* of a point: nobody sees it */

struct pdf_pair {
	qpdf_oh a, b;
	unsigned kind;
};

static void
push(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b, unsigned kind)
{
	size_t size = diff->size * 2 + 64;
	struct pdf_pair *more;

	if (diff->n_pairs == diff->size) {
		more = reallocarray(diff->pairs, size, sizeof(*more));
		if (more == NULL) {
			diff->failed = true;
			return;
		}
		diff->pairs = more;
		diff->size = size;
	}
	diff->pairs[diff->n_pairs++] = (struct pdf_pair){ a, b, kind };
}

static void
differ(struct pdf_pairs *diff, unsigned kind)
{
	diff->changes |= kind & ~(unsigned)(PDF_DRAWN | PDF_TREE);
}

/* Another handle, as the one that is given will be released. */
static qpdf_oh
keep(struct pdf_doc *doc, qpdf_oh object)
{
	return qpdf_oh_new_object(doc->q, object);
}

static void compare_values(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b,
    unsigned kind);

void
pdf_compare(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b, unsigned kind)
{
	int64_t x = pdf_object_key(diff->a, a), y = pdf_object_key(diff->b, b);

	if (x == 0 || y == 0) {
		compare_values(diff, a, b, kind);
	} else if ((kind & PDF_DRAWN) == 0 &&
	    pdf_set_has(&diff->set, PDF_PLACE, x, 0)) {
		if (x != y)
			differ(diff, kind);
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
add_keys(struct pdf_pairs *diff, struct pdf_doc *doc, qpdf_oh dict,
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

static const struct pdf_row *
row_of(const struct pdf_row *rows, const char *key)
{
	while (rows->key != NULL && strcmp(rows->key, key) != 0)
		rows++;
	return rows;	/* the last one is for all other keys */
}

/* How a dictionary may grow without a change of what is seen: by names of
 * resources that nothing draws, or by lists of such names. */
enum growth { GROWS_NOT, GROWS_NAMES, GROWS_LISTS };

/* What signers add for the picture of a signature. Not those that are used
 * without a name, as default colours are. */
static bool
is_list_of_names(const char *key)
{
	return strcmp(key, "/Font") == 0 || strcmp(key, "/XObject") == 0;
}

static bool
are_unused(struct pdf_pairs *diff, qpdf_oh list)
{
	struct keys keys = { NULL, 0 };
	bool unused = qpdf_oh_is_dictionary(diff->b->q, list);
	size_t i;

	add_keys(diff, diff->b, list, &keys);
	for (i = 0; i < keys.n && unused; i++)
		unused = pdf_name_is_unused(diff->a, keys.keys[i]);
	free_keys(&keys);
	return unused;
}

/* Whether a new key makes no difference. */
static bool
has_grown(struct pdf_pairs *diff, enum growth growth, const char *key,
    qpdf_oh value)
{
	switch (growth) {
	case GROWS_NAMES:
		return pdf_name_is_unused(diff->a, key);
	case GROWS_LISTS:
		return is_list_of_names(key) && are_unused(diff, value);
	case GROWS_NOT:
		break;
	}
	return false;
}

static void compare_all(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b,
    unsigned kind, enum growth growth);

/* One key of both. */
static void
compare_key(struct pdf_pairs *diff, const struct pdf_row *row,
    enum growth growth, const char *key, qpdf_oh a, qpdf_oh b)
{
	if (row->compare != NULL)
		row->compare(diff, a, b);
	else if (growth == GROWS_LISTS && is_list_of_names(key) &&
	    pdf_object_key(diff->a, a) == 0 &&
	    qpdf_oh_is_dictionary(diff->a->q, a) &&
	    qpdf_oh_is_dictionary(diff->b->q, b))
		compare_all(diff, a, b, row->kind, GROWS_NAMES);
	else
		pdf_compare(diff, a, b, row->kind);
}

/* By the keys of both; those of the first are not looked at again. */
static void
compare_keys(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b,
    const struct pdf_row *rows, enum growth growth)
{
	struct keys keys = { NULL, 0 };
	const struct pdf_row *row;
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
		if (i >= n && has_grown(diff, growth, keys.keys[i], y))
			diff->changes |= PDF_CHANGE_SIGNATURE;
		else
			compare_key(diff, row, growth, keys.keys[i], x, y);
		qpdf_oh_release(diff->a->q, x);
		qpdf_oh_release(diff->b->q, y);
	}
	free_keys(&keys);
}

void
pdf_compare_dicts(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b,
    const struct pdf_row *rows)
{
	compare_keys(diff, a, b, rows, GROWS_NOT);
}

/* ---- Values ---- */

/* All keys are of one kind. */
static void
compare_all(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b, unsigned kind,
    enum growth growth)
{
	const struct pdf_row all[] = { { NULL, kind, NULL } };
	const struct pdf_row tree[] = {
		{ "/Kids", kind, NULL }, { "/Parent", kind, NULL },
		{ NULL, (kind & ~(unsigned)PDF_TREE) | PDF_DRAWN, NULL }
	};

	compare_keys(diff, a, b, (kind & PDF_TREE) != 0 ? tree : all, growth);
}

static enum growth
growth_of(struct pdf_pairs *diff, qpdf_oh a)
{
	int64_t key = pdf_object_key(diff->a, a);

	return pdf_set_has(&diff->set, PDF_NAMES, key, 0) ? GROWS_NAMES :
	    pdf_set_has(&diff->set, PDF_RESOURCES, key, 0) ? GROWS_LISTS :
	    GROWS_NOT;
}

static void
compare_arrays(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b, unsigned kind)
{
	int i, n = qpdf_oh_get_array_n_items(diff->a->q, a);
	qpdf_oh x, y;

	if (n != qpdf_oh_get_array_n_items(diff->b->q, b)) {
		differ(diff, kind);
		return;
	}
	for (i = 0; i < n; i++) {
		x = qpdf_oh_get_array_item(diff->a->q, a, i);
		y = qpdf_oh_get_array_item(diff->b->q, b, i);
		pdf_compare(diff, x, y, kind);
		qpdf_oh_release(diff->a->q, x);
		qpdf_oh_release(diff->b->q, y);
	}
}

static void
compare_streams(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b, unsigned kind)
{
	unsigned char *x = NULL, *y = NULL;
	size_t n = 0, m = 0;
	qpdf_oh dict_a = qpdf_oh_get_dict(diff->a->q, a);
	qpdf_oh dict_b = qpdf_oh_get_dict(diff->b->q, b);

	compare_all(diff, dict_a, dict_b, kind, GROWS_NOT);
	if ((qpdf_oh_get_stream_data(diff->a->q, a, qpdf_dl_none, NULL, &x,
	    &n) & QPDF_ERRORS) != 0 ||
	    (qpdf_oh_get_stream_data(diff->b->q, b, qpdf_dl_none, NULL, &y,
	    &m) & QPDF_ERRORS) != 0 ||
	    n != m || (n != 0 && memcmp(x, y, n) != 0))
		differ(diff, kind);
	free(x);
	free(y);
	qpdf_oh_release(diff->a->q, dict_a);
	qpdf_oh_release(diff->b->q, dict_b);
}

/* Programs that write a page again may write its numbers with fewer digits. */
static bool
same_number(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b)
{
	double x = qpdf_oh_get_numeric_value(diff->a->q, a);
	double y = qpdf_oh_get_numeric_value(diff->b->q, b);

	return x - y < NEAR && y - x < NEAR;
}

static bool
is_number(const struct pdf_doc *doc, qpdf_oh object)
{
	enum qpdf_object_type_e type = qpdf_oh_get_type_code(doc->q, object);

	return type == ot_integer || type == ot_real;
}

static bool
same_scalar(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b)
{
	const char *x = qpdf_oh_unparse_resolved(diff->a->q, a), *y;
	size_t n = qpdf_get_last_string_length(diff->a->q);

	y = qpdf_oh_unparse_resolved(diff->b->q, b);
	return n == qpdf_get_last_string_length(diff->b->q) &&
	    memcmp(x, y, n) == 0;
}

static void
compare_values(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b, unsigned kind)
{
	enum qpdf_object_type_e type = qpdf_oh_get_type_code(diff->a->q, a);

	if ((diff->changes & kind) != 0)
		return;		/* as bad as it can get */
	if (is_number(diff->a, a) && is_number(diff->b, b)) {
		if (!same_number(diff, a, b))
			differ(diff, kind);
	} else if (type != qpdf_oh_get_type_code(diff->b->q, b))
		differ(diff, kind);
	else if (type == ot_array)
		compare_arrays(diff, a, b, kind);
	else if (type == ot_dictionary)
		compare_all(diff, a, b, kind, growth_of(diff, a));
	else if (type == ot_stream)
		compare_streams(diff, a, b, kind);
	else if (type != ot_uninitialized && !same_scalar(diff, a, b))
		differ(diff, kind);
}

/* ---- Lists whose members keep their order, and can get more ---- */

int
pdf_list_length(const struct pdf_doc *doc, qpdf_oh list)
{
	return qpdf_oh_is_array(doc->q, list) ?
	    qpdf_oh_get_array_n_items(doc->q, list) : 0;
}

/* Where in the second list, from j on, the member of the first is. */
static int
find_member(struct pdf_pairs *diff, int64_t key, qpdf_oh b, int j)
{
	int n = pdf_list_length(diff->b, b);
	qpdf_oh y;

	for (; j < n; j++) {
		y = qpdf_oh_get_array_item(diff->b->q, b, j);
		if (pdf_object_key(diff->b, y) == key)
			break;
		qpdf_oh_release(diff->b->q, y);
	}
	return j;
}

void
pdf_compare_lists(struct pdf_pairs *diff, qpdf_oh a, qpdf_oh b,
    const struct pdf_list *list)
{
	int i, n = pdf_list_length(diff->a, a), m = pdf_list_length(diff->b, b);
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

void
pdf_compare_rest(struct pdf_pairs *diff)
{
	struct pdf_pair pair;

	while (diff->n_pairs > 0) {
		pair = diff->pairs[--diff->n_pairs];
		compare_values(diff, pair.a, pair.b, pair.kind);
		qpdf_oh_release(diff->a->q, pair.a);
		qpdf_oh_release(diff->b->q, pair.b);
	}
	diff->failed |= diff->set.failed;
}

void
pdf_compare_free(struct pdf_pairs *diff)
{
	free(diff->pairs);
	diff->pairs = NULL;
	pdf_set_free(&diff->set);
}
