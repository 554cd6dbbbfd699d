/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is appended to sign a file; see update.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/rand.h>
#include <unistr.h>

#include "update.h"

#define JAPAN (9 * 3600)	/* seconds; no summer time */
#define CHANGED_MAX 8		/* at most: root, form, fields, page, annots */
#define FREED_MAX 65536
#define OFFSET_MAX 9999999999	/* ten digits in a table */
#define ID_LEN 16

struct changed {
	int id, generation;
	qpdf_oh object;
	size_t at;		/* in the file */
};

struct work {
	struct pdf_doc *doc;
	qpdf_data q;
	struct pdf_update *update;
	struct pdf_text *text;
	size_t base;		/* the length of the input */
	size_t startxref;	/* the last one of the input */
	struct changed changed[CHANGED_MAX];
	size_t n_changed;
	qpdf_oh sig, field, page;
};

static void
add_hex(struct pdf_text *text, const uint8_t *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		pdf_text_addf(text, "%02X", data[i]);
}

/* "/Key<FEFF....>": UTF-16, in which any name can be written. */
static void
add_string(struct pdf_text *text, const char *key, const char *value)
{
	uint16_t *utf16;
	size_t len, i;

	if (value == NULL)
		return;
	utf16 = u8_to_u16((const uint8_t *)value, strlen(value), NULL, &len);
	if (utf16 == NULL) {
		text->failed = true;
		return;
	}
	pdf_text_addf(text, "%s<FEFF", key);
	for (i = 0; i < len; i++)
		pdf_text_addf(text, "%04X", utf16[i]);
	pdf_text_addf(text, ">");
	free(utf16);
}

/* Blanks, where a name will be. */
static void
add_name_room(struct pdf_update *update, size_t letters)
{
	size_t i;

	update->name = update->text.len;
	update->name_len = strlen("/Name<FEFF>") + 4 * letters;
	for (i = 0; i < update->name_len; i++)
		pdf_text_add(&update->text, " ", 1);
}

bool
pdf_update_name(struct pdf_update *update, const char *name)
{
	struct pdf_text text = { NULL, 0, 0, false };
	bool fits;

	add_string(&text, "/Name", name);
	fits = !text.failed && text.len <= update->name_len;
	if (fits)
		memcpy(update->text.data + update->name, text.data, text.len);
	free(text.data);
	return fits;
}

static void
add_time(struct pdf_text *text, int64_t seconds)
{
	time_t t = (time_t)(seconds + JAPAN);
	struct tm tm;
	char when[32];

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(when, sizeof(when), "%Y%m%d%H%M%S", &tm) == 0)
		text->failed = true;
	else
		pdf_text_addf(text, "/M(D:%s+09'00')", when);
}

/* An object of the file that is to be written again. */
static void
change(struct work *work, qpdf_oh object)
{
	int id = qpdf_oh_get_object_id(work->q, object);
	size_t i;

	for (i = 0; i < work->n_changed; i++)
		if (work->changed[i].id == id)
			return;
	work->changed[work->n_changed++] = (struct changed){ id,
		qpdf_oh_get_generation(work->q, object), object, 0 };
}

/* The array behind a key of a dictionary, to which something will be added:
 * made if there is none. What holds it is written again: the array itself if
 * it is an object of its own, else the holder. */
static qpdf_oh
array_in(struct work *work, qpdf_oh dict, const char *key, qpdf_oh holder)
{
	qpdf_oh array = pdf_doc_get(work->doc, dict, key);

	if (!qpdf_oh_is_array(work->q, array)) {
		array = qpdf_oh_new_array(work->q);
		qpdf_oh_replace_key(work->q, dict, key, array);
		array = pdf_doc_get(work->doc, dict, key);
	}
	change(work, qpdf_oh_is_indirect(work->q, array) ? array : holder);
	return array;
}

/* A number for a new object: none that has been used and freed. */
static qpdf_oh
new_object(struct work *work)
{
	long long size = 0;
	qpdf_oh made;
	int i;

	qpdf_oh_get_value_as_longlong(work->q, pdf_doc_get(work->doc,
	    qpdf_get_trailer(work->q), "/Size"), &size);
	for (i = 0; i < FREED_MAX; i++) {
		made = qpdf_make_indirect_object(work->q,
		    qpdf_oh_new_integer(work->q, 0));
		if (qpdf_oh_get_object_id(work->q, made) >= size)
			break;
		qpdf_oh_release(work->q, made);
	}
	return made;
}

/* Whether a field of the form has the name. */
static bool
name_is_used(const struct work *work, qpdf_oh fields, const char *name)
{
	int i, n = qpdf_oh_get_array_n_items(work->q, fields);
	bool used = false;
	const char *t;
	qpdf_oh field, title;
	size_t len;

	for (i = 0; i < n && !used; i++) {
		field = qpdf_oh_get_array_item(work->q, fields, i);
		title = pdf_doc_get(work->doc, field, "/T");
		used = qpdf_oh_get_value_as_utf8(work->q, title, &t, &len) &&
		    len == strlen(name) && memcmp(t, name, len) == 0;
		qpdf_oh_release(work->q, title);
		qpdf_oh_release(work->q, field);
	}
	return used;
}

/* The form knows the field. Returns the number of its name. */
static int
enter_form(struct work *work)
{
	qpdf_oh root = qpdf_get_root(work->q), form, fields, holder;
	char name[32];
	int flags = 0, n = 0;

	form = pdf_doc_get(work->doc, root, "/AcroForm");
	if (!qpdf_oh_is_dictionary(work->q, form)) {
		qpdf_oh_replace_key(work->q, root, "/AcroForm",
		    qpdf_oh_new_dictionary(work->q));
		form = pdf_doc_get(work->doc, root, "/AcroForm");
	}
	holder = qpdf_oh_is_indirect(work->q, form) ? form : root;
	fields = array_in(work, form, "/Fields", holder);
	do
		snprintf(name, sizeof(name), "Signature%d", ++n);
	while (name_is_used(work, fields, name));
	qpdf_oh_append_item(work->q, fields, work->field);
	qpdf_oh_get_value_as_int(work->q, pdf_doc_get(work->doc, form,
	    "/SigFlags"), &flags);
	if ((flags & 3) != 3) {
		qpdf_oh_replace_key(work->q, form, "/SigFlags",
		    qpdf_oh_new_integer(work->q, flags | 3));
		change(work, holder);
	}
	return n;
}

static bool
enter_page(struct work *work)
{
	qpdf_oh annots;

	work->page = qpdf_get_page_n(work->q, 0);
	if (!pdf_doc_as_it_was(work->doc, work->page))
		return false;
	annots = array_in(work, work->page, "/Annots", work->page);
	qpdf_oh_append_item(work->q, annots, work->field);
	return true;
}

/* ByteRange takes as much room whatever its numbers are. */
static void
write_signature(struct work *work, const struct pdf_entries *entries)
{
	struct pdf_update *update = work->update;
	struct pdf_text *text = work->text;
	size_t i;

	pdf_text_addf(text, "%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite"
	    "/SubFilter/%s", qpdf_oh_get_object_id(work->q, work->sig),
	    entries->subfilter);
	add_string(text, "/Name", entries->name);
	if (entries->name_room > 0)
		add_name_room(update, entries->name_room);
	add_string(text, "/Reason", entries->reason);
	add_string(text, "/Location", entries->location);
	add_time(text, entries->time);
	update->contents_len = entries->room * 2 + 2;
	pdf_text_addf(text, "\n/ByteRange[0 %10zu %10zu %10zu]\n/Contents",
	    (size_t)0, (size_t)0, (size_t)0);
	update->contents = text->len;
	pdf_text_addf(text, "<");
	for (i = 0; i < entries->room; i++)
		pdf_text_add(text, "00", 2);
	pdf_text_addf(text, ">>>\nendobj\n");
}

static void
write_field(struct work *work, int n)
{
	pdf_text_addf(work->text, "%d 0 obj\n<</Type/Annot/Subtype/Widget"
	    "/FT/Sig/T(Signature%d)/F 132/Rect[0 0 0 0]/V %d 0 R/P %d %d R>>\n"
	    "endobj\n", qpdf_oh_get_object_id(work->q, work->field), n,
	    qpdf_oh_get_object_id(work->q, work->sig),
	    qpdf_oh_get_object_id(work->q, work->page),
	    qpdf_oh_get_generation(work->q, work->page));
}

static void
write_changed(struct work *work, struct changed *changed)
{
	const char *object = qpdf_oh_unparse_resolved(work->q,
	    changed->object);
	size_t len = qpdf_get_last_string_length(work->q);

	changed->at = work->base + work->text->len;
	pdf_text_addf(work->text, "%d %d obj\n", changed->id,
	    changed->generation);
	pdf_text_add(work->text, object, len);
	pdf_text_addf(work->text, "\nendobj\n");
}

static int
compare_ids(const void *a, const void *b)
{
	const struct changed *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* A value of the old trailer in the new one. */
static void
copy_key(struct work *work, qpdf_oh trailer, const char *key)
{
	qpdf_oh value = pdf_doc_get(work->doc, trailer, key);
	const char *text;

	if (!qpdf_oh_is_initialized(work->q, value) ||
	    qpdf_oh_is_null(work->q, value))
		return;
	text = qpdf_oh_unparse(work->q, value);
	pdf_text_addf(work->text, "%s ", key);
	pdf_text_add(work->text, text, qpdf_get_last_string_length(work->q));
}

/* The file keeps its first identifier and gets a new second one. */
static void
write_id(struct work *work, qpdf_oh trailer)
{
	qpdf_oh id = pdf_doc_get(work->doc, trailer, "/ID");
	uint8_t fresh[ID_LEN];
	const char *text;

	if (!qpdf_oh_is_array(work->q, id) ||
	    qpdf_oh_get_array_n_items(work->q, id) != 2)
		return;
	if (RAND_bytes(fresh, sizeof(fresh)) != 1) {
		work->text->failed = true;
		return;
	}
	text = qpdf_oh_unparse(work->q,
	    qpdf_oh_get_array_item(work->q, id, 0));
	pdf_text_addf(work->text, "/ID[");
	pdf_text_add(work->text, text, qpdf_get_last_string_length(work->q));
	pdf_text_addf(work->text, "<");
	add_hex(work->text, fresh, sizeof(fresh));
	pdf_text_addf(work->text, ">]");
}

/* What a trailer and the dictionary of a stream of references share. */
static void
write_trailer(struct work *work, int last)
{
	qpdf_oh trailer = qpdf_get_trailer(work->q);
	long long size = 0;

	qpdf_oh_get_value_as_longlong(work->q, pdf_doc_get(work->doc, trailer,
	    "/Size"), &size);
	if (size <= last)
		size = (long long)last + 1;
	pdf_text_addf(work->text, "/Size %lld/Prev %zu", size,
	    work->startxref);
	copy_key(work, trailer, "/Root");
	copy_key(work, trailer, "/Info");
	write_id(work, trailer);
}

static void
write_table(struct work *work)
{
	struct changed *c = work->changed;
	size_t i;

	pdf_text_addf(work->text, "xref\n");
	for (i = 0; i < work->n_changed; i++)
		pdf_text_addf(work->text, "%d 1\n%010zu %05d n \n", c[i].id,
		    c[i].at, c[i].generation);
	pdf_text_addf(work->text, "trailer\n<<");
	write_trailer(work, c[work->n_changed - 1].id);
	pdf_text_addf(work->text, ">>\n");
}

static void
write_stream(struct work *work)
{
	struct changed *c = work->changed;
	size_t i, n;
	uint8_t row[8];
	int id;

	id = qpdf_oh_get_object_id(work->q, new_object(work));
	c[work->n_changed++] = (struct changed){ id, 0, 0,
		work->base + work->text->len };
	n = work->n_changed;
	pdf_text_addf(work->text, "%d 0 obj\n<</Type/XRef/W[1 5 2]/Length %zu"
	    "/Index[", id, n * sizeof(row));
	for (i = 0; i < n; i++)
		pdf_text_addf(work->text, "%d 1 ", c[i].id);
	pdf_text_addf(work->text, "]");
	write_trailer(work, id);
	pdf_text_addf(work->text, ">>\nstream\n");
	for (i = 0; i < n; i++) {
		uint64_t at = c[i].at;
		size_t j;

		row[0] = 1;
		for (j = 5; j > 0; j--, at >>= 8)
			row[j] = (uint8_t)at;
		row[6] = (uint8_t)(c[i].generation >> 8);
		row[7] = (uint8_t)c[i].generation;
		pdf_text_add(work->text, row, sizeof(row));
	}
	pdf_text_addf(work->text, "\nendstream\nendobj\n");
}

/* The section of references: of the kind of the last one, because old readers
 * know only tables, and some new ones no mixture. */
static void
write_references(struct work *work)
{
	struct pdf_word word = pdf_word_at(work->doc->bytes, work->startxref);
	size_t at;

	qsort(work->changed, work->n_changed, sizeof(work->changed[0]),
	    compare_ids);
	at = work->base + work->text->len;
	if (pdf_word_is(work->doc->bytes, word, "xref"))
		write_table(work);
	else
		write_stream(work);
	pdf_text_addf(work->text, "startxref\n%zu\n%%%%EOF\n", at);
}

/* Where the last section of references begins. */
static bool
find_references(struct work *work)
{
	struct pdf_bytes bytes = work->doc->bytes;
	size_t at = pdf_find_last(bytes, bytes.len, "startxref");
	int64_t n = -1;

	if (at != SIZE_MAX)
		n = pdf_number(bytes, pdf_word_at(bytes,
		    at + strlen("startxref")));
	work->startxref = (size_t)n;
	return n >= 0 && (uint64_t)n < bytes.len;
}

/* The numbers of ByteRange, now that the lengths are known. */
static void
fill_range(struct work *work)
{
	struct pdf_update *update = work->update;
	size_t first = work->base + update->contents;
	size_t second = first + update->contents_len;
	char range[64];
	int n;

	if (work->text->failed)
		return;
	n = snprintf(range, sizeof(range), "[0 %10zu %10zu %10zu]\n/Contents",
	    first, second, work->base + work->text->len - second);
	memcpy(work->text->data + update->contents - n, range, (size_t)n);
}

static bool
write_all(struct work *work, const struct pdf_entries *entries)
{
	struct pdf_bytes bytes = work->doc->bytes;
	size_t i, n;
	int number;

	work->sig = new_object(work);
	work->field = new_object(work);
	number = enter_form(work);
	if (!enter_page(work))
		return false;
	n = work->n_changed;
	if (bytes.data[bytes.len - 1] != '\n')
		pdf_text_addf(work->text, "\n");
	change(work, work->sig);
	work->changed[n].at = work->base + work->text->len;
	write_signature(work, entries);
	change(work, work->field);
	work->changed[n + 1].at = work->base + work->text->len;
	write_field(work, number);
	for (i = 0; i < n; i++)
		write_changed(work, &work->changed[i]);
	write_references(work);
	fill_range(work);
	return true;
}

enum pdf_fault
pdf_update_make(struct pdf_doc *doc, const struct pdf_entries *entries,
    struct pdf_update *update)
{
	struct work work = { .doc = doc, .q = doc->q, .update = update,
		.text = &update->text, .base = doc->bytes.len };

	memset(update, 0, sizeof(*update));
	if (!find_references(&work) || !write_all(&work, entries))
		return PDF_FAULT_DAMAGED;
	if (qpdf_has_error(doc->q) ||
	    work.base + work.text->len > OFFSET_MAX) {
		qpdf_get_error(doc->q);
		return PDF_FAULT_DAMAGED;
	}
	return update->text.failed ? PDF_FAULT_MEMORY : PDF_FAULT_NONE;
}

void
pdf_update_free(struct pdf_update *update)
{
	free(update->text.data);
	memset(update, 0, sizeof(*update));
}

bool
pdf_update_sign(struct pdf_update *update, const uint8_t *der, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char *at = update->text.data + update->contents + 1;
	size_t i;

	if (len * 2 + 2 > update->contents_len)
		return false;
	for (i = 0; i < len; i++) {
		*at++ = digits[der[i] >> 4];
		*at++ = digits[der[i] & 15];
	}
	return true;
}
