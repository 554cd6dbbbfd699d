/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which signatures there are; see view.h.
 */
#include <stdlib.h>
#include <string.h>

#include "entries.h"
#include "grow.h"
#include "view.h"

static struct pdf_one *
add_one(struct pdf_view *view, const struct pdf_sigdict *dict)
{
	struct pdf_look *look = view->look;
	struct pdf_one *more;

	more = reallocarray(look->ones, look->n + 1, sizeof(*more));
	if (more == NULL) {
		view->failed = true;
		return NULL;
	}
	look->ones = more;
	more += look->n++;
	memset(more, 0, sizeof(*more));
	more->dict = dict;
	return more;
}

/* Those in a stream that packs objects: nothing can sign a part of it. */
static void
find_packed(struct pdf_view *view, const struct pdf_part *part)
{
	static const char head[] = "1 0 obj [", tail[] = "] endobj";
	struct pdf_scan scan = { .n_sigs = 0 };
	struct pdf_text text = { NULL, 0, 0, false };
	struct pdf_one *one;
	uint8_t *data;
	size_t len, i;

	if (!pdf_doc_stream(&view->doc, part->id, part->generation, &data,
	    &len)) {
		free(data);
		return;
	}
	pdf_text_add(&text, head, strlen(head));
	pdf_text_add(&text, data, len);
	pdf_text_add(&text, tail, strlen(tail));
	if (text.failed || pdf_scan((struct pdf_bytes){
	    (const uint8_t *)text.data, text.len }, NULL, &scan) != 0)
		view->failed = true;
	for (i = 0; i < scan.n_sigs; i++)
		if ((one = add_one(view, NULL)) != NULL)
			one->packed = true;
	pdf_scan_free(&scan);
	free(text.data);
	free(data);
}

/* Its format as it stands there, should no field lead to it. */
static void
take_subfilter(struct pdf_view *view, struct pdf_one *one)
{
	struct pdf_word word = one->dict->subfilter.word;
	const uint8_t *name = view->look->bytes.data + word.span.at + 1;

	if (word.kind == PDF_NAME && (one->subfilter = strndup(
	    (const char *)name, word.span.len - 1)) == NULL)
		view->failed = true;
}

static void
find_dicts(struct pdf_view *view)
{
	struct pdf_scan *scan = &view->look->scan;
	struct pdf_one *one;
	size_t i;

	for (i = 0; i < scan->n_sigs; i++)
		if ((one = add_one(view, &scan->sigs[i])) != NULL)
			take_subfilter(view, one);
	for (i = 0; view->doc.q != NULL && i < scan->n_parts; i++)
		if (scan->parts[i].holds_objects)
			find_packed(view, &scan->parts[i]);
}

/* The signature that a field holds: one that stands in the file, one that is
 * packed, or one more that stands nowhere. */
static struct pdf_one *
one_of_field(struct pdf_view *view, const struct pdf_field *field)
{
	struct pdf_look *look = view->look;
	struct pdf_range range;
	struct pdf_one *one;
	size_t i;
	int id;

	for (i = 0; i < look->n; i++)
		if (look->ones[i].dict != NULL && !look->ones[i].in_form &&
		    pdf_entries_match(&view->doc, field->value, look->bytes,
		    look->ones[i].dict))
			return &look->ones[i];
	/* One that is not made as it should be is known by its place. */
	id = qpdf_oh_get_object_id(view->doc.q, field->value);
	for (i = 0; i < look->n; i++) {
		one = &look->ones[i];
		if (one->dict != NULL && !one->in_form &&
		    pdf_scan_is_in(&look->scan, one->dict, id) &&
		    pdf_range_take(look->bytes, one->dict, &range)->code !=
		    NULL)
			return one;
	}
	for (i = 0; i < look->n; i++)
		if (look->ones[i].packed && !look->ones[i].in_form)
			return &look->ones[i];
	return add_one(view, NULL);
}

static void
find_fields(struct pdf_view *view)
{
	struct pdf_one *one;
	size_t i;

	pdf_fields_find(&view->doc, &view->fields);
	view->failed |= view->fields.failed;
	for (i = 0; i < view->fields.n; i++) {
		one = one_of_field(view, &view->fields.fields[i]);
		if (one == NULL)
			return;
		one->in_form = true;
		if (!pdf_entries_read(&view->doc, &view->fields.fields[i],
		    one))
			view->failed = true;
	}
}

void
pdf_view_find(struct pdf_view *view)
{
	find_dicts(view);
	if (view->doc.q != NULL)
		find_fields(view);
}
