/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the references of an update list; see rows.h.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "grow.h"
#include "rows.h"
#include "set.h"

#define ROW_MAX 8	/* bytes of a number in a stream of references */

/* What is listed: all numbers, objects of the section by their parts, and
 * packed ones by their number and the stream that they are in. */
enum { LISTED_NUMBER, LISTED_PART, LISTED_PACKED };

struct listed {
	struct pdf_bytes bytes;
	const struct pdf_section *section;
	struct pdf_set set;
	bool twice;		/* a number has two rows */
};

/* A row that says where an object is. */
static void
list_place(struct listed *l, int64_t at, int64_t id, int64_t generation)
{
	const struct pdf_section *s = l->section;
	const struct pdf_part *part = at < 0 ? NULL :
	    pdf_part_at(s->scan, (size_t)at);

	l->twice |= !pdf_set_add(&l->set, LISTED_NUMBER, id, 0);
	if (part != NULL && part >= s->first && part < s->end &&
	    part->kind == PDF_PART_OBJECT && part->id == id &&
	    part->generation == generation)
		pdf_set_add(&l->set, LISTED_PART, part - s->first, 0);
}

static void
read_table(struct listed *l)
{
	size_t at = l->section->table->span.at + strlen("xref");
	size_t end = pdf_end(l->section->table->span);
	int64_t id = 0, left = 0, first, second;
	struct pdf_word word;

	while ((word = pdf_word_at(l->bytes, at)).span.at < end) {
		first = pdf_number(l->bytes, word);
		word = pdf_word_at(l->bytes, pdf_end(word.span));
		second = pdf_number(l->bytes, word);
		at = pdf_end(word.span);
		if (left == 0) {	/* a heading: number, how many */
			id = first;
			left = second;
			continue;
		}
		word = pdf_word_at(l->bytes, at);
		at = pdf_end(word.span);
		if (pdf_word_is(l->bytes, word, "n"))
			list_place(l, first, id, second);
		id++;
		left--;
	}
}

/* ---- Streams ---- */

/* A stream of the file, in a file of its own with an empty document: nothing
 * in the real one has to lead to it. False: it cannot be read. */
static bool
open_alone(struct pdf_bytes bytes, const struct pdf_part *part,
    struct pdf_text *text, struct pdf_doc *doc)
{
	int id = (int)part->id, generation = (int)part->generation;
	size_t at[3], table;

	memset(doc, 0, sizeof(*doc));
	if (part->id < 1 || part->id > INT_MAX - 3 || part->generation < 0 ||
	    part->generation > UINT16_MAX)
		return false;
	pdf_text_addf(text, "%%PDF-1.7\n");
	at[0] = text->len;
	pdf_text_add(text, bytes.data + part->span.at, part->span.len);
	pdf_text_addf(text, "\n");
	at[1] = text->len;
	pdf_text_addf(text, "%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\n"
	    "endobj\n", id + 1, id + 2);
	at[2] = text->len;
	pdf_text_addf(text, "%d 0 obj\n<</Type/Pages/Count 0/Kids[]>>\n"
	    "endobj\n", id + 2);
	table = text->len;
	pdf_text_addf(text, "xref\n0 1\n0000000000 65535 f \n%d 3\n"
	    "%010zu %05d n \n%010zu 00000 n \n%010zu 00000 n \ntrailer\n"
	    "<</Size %d/Root %d 0 R>>\nstartxref\n%zu\n%%%%EOF\n", id, at[0],
	    generation, at[1], at[2], id + 3, id + 1, table);
	return !text->failed && pdf_doc_begin((struct pdf_bytes){
	    (const uint8_t *)text->data, text->len }, doc);
}

static int64_t
number_at(const uint8_t *row, size_t len)
{
	int64_t n = 0;

	while (len-- > 0)
		n = n << 8 | *row++;
	return n;
}

/* How long the three numbers of a row are. */
static bool
take_widths(const struct pdf_doc *doc, qpdf_oh dict, size_t width[3])
{
	qpdf_oh list = pdf_doc_get(doc, dict, "/W");
	int i, n;

	for (i = 0; i < 3; i++) {
		if (!qpdf_oh_is_array(doc->q, list) ||
		    !qpdf_oh_get_value_as_int(doc->q, qpdf_oh_get_array_item(
		    doc->q, list, i), &n) || n < 0 || n >= ROW_MAX)
			return false;
		width[i] = (size_t)n;
	}
	return true;
}

static void
list_row(struct listed *l, const uint8_t *row, const size_t width[3],
    int64_t id)
{
	int64_t kind = width[0] == 0 ? 1 : number_at(row, width[0]);
	int64_t first = number_at(row + width[0], width[1]);
	int64_t second = number_at(row + width[0] + width[1], width[2]);

	if (kind == 1)
		list_place(l, first, id, second);
	else if (kind == 2)
		l->twice |= !pdf_set_add(&l->set, LISTED_NUMBER, id, 0) ||
		    !pdf_set_add(&l->set, LISTED_PACKED, id, first);
}

/* Rows of objects whose numbers follow each other; how many bytes of data. */
static size_t
list_rows(struct listed *l, const uint8_t *data, size_t len,
    const size_t width[3], int64_t id, int64_t n)
{
	size_t size = width[0] + width[1] + width[2], at = 0;

	for (; size > 0 && n > 0 && len - at >= size; n--, id++, at += size)
		list_row(l, data + at, width, id);
	return at;
}

static bool
read_rows(struct listed *l, const struct pdf_doc *doc, const uint8_t *data,
    size_t len)
{
	const struct pdf_part *part = l->section->stream;
	qpdf_oh dict = qpdf_oh_get_dict(doc->q, qpdf_get_object_by_id(doc->q,
	    (int)part->id, (int)part->generation));
	qpdf_oh index = pdf_doc_get(doc, dict, "/Index");
	size_t width[3], at = 0;
	int i, id = 0, n = 0;

	if (!take_widths(doc, dict, width))
		return false;
	if (!qpdf_oh_is_array(doc->q, index)) {
		qpdf_oh_get_value_as_int(doc->q, pdf_doc_get(doc, dict,
		    "/Size"), &n);
		list_rows(l, data, len, width, 0, n);
		return true;
	}
	for (i = 0; i + 1 < qpdf_oh_get_array_n_items(doc->q, index); i += 2) {
		if (!qpdf_oh_get_value_as_int(doc->q, qpdf_oh_get_array_item(
		    doc->q, index, i), &id) ||
		    !qpdf_oh_get_value_as_int(doc->q, qpdf_oh_get_array_item(
		    doc->q, index, i + 1), &n))
			return false;
		at += list_rows(l, data + at, len - at, width, id, n);
	}
	return true;
}

/* Whether each object of a stream of objects is listed as one that is in it:
 * the stream begins with their numbers and places. */
static bool
lists_packed(struct listed *l, const struct pdf_part *part,
    const struct pdf_doc *doc, const uint8_t *data, size_t len)
{
	struct pdf_bytes bytes = { data, len };
	qpdf_oh dict = qpdf_oh_get_dict(doc->q, qpdf_get_object_by_id(doc->q,
	    (int)part->id, (int)part->generation));
	struct pdf_word word = { .kind = 0 };
	int n = 0;

	if (!qpdf_oh_get_value_as_int(doc->q, pdf_doc_get(doc, dict, "/N"),
	    &n))
		return false;
	for (; n > 0; n--) {
		word = pdf_word_at(bytes, pdf_end(word.span));
		if (!pdf_set_has(&l->set, LISTED_PACKED, pdf_number(bytes,
		    word), part->id))
			return false;
		word = pdf_word_at(bytes, pdf_end(word.span));
	}
	return true;
}

/* Reads a stream of the section: references, or objects. */
static bool
read_from(struct listed *l, const struct pdf_part *part,
    const struct pdf_doc *doc, bool *fine)
{
	uint8_t *data;
	size_t len;
	bool could = pdf_doc_stream(doc, part->id, part->generation, &data,
	    &len);

	if (could)
		*fine = part->references ? read_rows(l, doc, data, len) :
		    lists_packed(l, part, doc, data, len);
	free(data);
	return could;
}

/* What is encrypted, or has its length elsewhere, is read from the whole. */
static bool
read_stream(struct listed *l, const struct pdf_part *part)
{
	const struct pdf_doc *whole = l->section->doc;
	struct pdf_text text = { NULL, 0, 0, false };
	struct pdf_doc doc;
	bool fine = false;

	if ((!open_alone(l->bytes, part, &text, &doc) ||
	    !read_from(l, part, &doc, &fine)) && whole->q != NULL)
		read_from(l, part, whole, &fine);
	pdf_doc_close(&doc);
	free(text.data);
	return fine;
}

/* ---- Both ---- */

bool
pdf_rows_list_all(struct pdf_bytes bytes, const struct pdf_section *s)
{
	struct listed l = { bytes, s, { NULL, false }, false };
	const struct pdf_part *part;
	bool all = true;

	if (s->table != NULL)
		read_table(&l);
	if (s->stream != NULL)
		all = read_stream(&l, s->stream);
	for (part = s->first; part < s->end && all; part++) {
		if (part->kind != PDF_PART_OBJECT)
			continue;
		/* Whoever finds the references has found their stream. */
		all = part == s->stream || pdf_set_has(&l.set, LISTED_PART,
		    part - s->first, 0);
		if (all && part->holds_objects)
			all = read_stream(&l, part);
	}
	all = all && !l.twice && !l.set.failed;
	pdf_set_free(&l.set);
	return all;
}
