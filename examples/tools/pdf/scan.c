/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file from its first byte to its last; see scan.h.
 */
#include <stdlib.h>
#include <string.h>

#include "scan.h"

#define DEPTH_MAX 64	/* dictionaries and arrays in each other */
#define KEYS_MAX 4096	/* of a dictionary and those around it */
#define BAD_MAX 64	/* words that are none, until we give up */

/* A dictionary or an array that has begun. */
struct frame {
	bool is_dict;
	bool has_value;		/* something stands behind the key */
	struct pdf_word key;	/* kind 0: none yet */
	struct pdf_value value;
	struct pdf_sigdict sig;
	struct pdf_value length, prev;
	size_t keys;		/* where its own begin */
};

struct scanner {
	struct pdf_bytes bytes;
	const struct pdf_numbers *numbers;
	struct pdf_scan *scan;
	size_t parts_size, sigs_size, n_bad;

	struct pdf_part *part;	/* the one that has begun, or NULL */
	struct frame frames[DEPTH_MAX];
	size_t depth;
	uint64_t keys[KEYS_MAX];	/* digests of those that were seen */
	size_t n_keys;
	struct pdf_value length;	/* of the outermost dictionary */
	bool dict_ended;	/* ... which the last word ended */
};

static struct pdf_part *
add_part(struct scanner *s, enum pdf_part_kind kind, struct pdf_span span)
{
	struct pdf_scan *scan = s->scan;
	size_t size = s->parts_size * 2 + 64;
	struct pdf_part *more;

	if (scan->n_parts == s->parts_size) {
		more = reallocarray(scan->parts, size, sizeof(*more));
		if (more == NULL)
			return NULL;
		scan->parts = more;
		s->parts_size = size;
	}
	s->depth = s->n_keys = 0;
	s->part = &scan->parts[scan->n_parts++];
	*s->part = (struct pdf_part){ .kind = kind, .span = span, .id = -1,
		.generation = -1, .value = -1, .prev = -1 };
	return s->part;
}

static int
add_sig(struct scanner *s, const struct pdf_sigdict *sig)
{
	struct pdf_scan *scan = s->scan;
	size_t size = s->sigs_size * 2 + 8;
	struct pdf_sigdict *more;

	if (scan->n_sigs == s->sigs_size) {
		more = reallocarray(scan->sigs, size, sizeof(*more));
		if (more == NULL)
			return -1;
		scan->sigs = more;
		s->sigs_size = size;
	}
	scan->sigs[scan->n_sigs++] = *sig;
	return 0;
}

/* What could be taken for a signature: generous, because whatever is found is
 * judged. */
static bool
is_signature(struct pdf_bytes bytes, const struct frame *frame)
{
	const struct pdf_sigdict *sig = &frame->sig;

	return sig->range.word.kind != 0 ||
	    pdf_name_is(bytes, sig->type.word, "Sig") ||
	    pdf_name_is(bytes, sig->type.word, "DocTimeStamp") ||
	    (sig->contents.word.kind != 0 && sig->subfilter.word.kind != 0);
}

static void
take(struct pdf_value *place, const struct pdf_value *value, bool *doubled)
{
	if (place->word.kind != 0)
		*doubled = true;
	*place = *value;
}

/* A key has all of its value. */
static void
end_entry(struct scanner *s, struct frame *frame)
{
	struct pdf_bytes bytes = s->bytes;
	struct pdf_sigdict *sig = &frame->sig;
	bool other = false;

	if (frame->key.kind != 0 && frame->has_value) {
		if (pdf_name_is(bytes, frame->key, "Type"))
			take(&sig->type, &frame->value, &sig->doubled);
		if (pdf_name_is(bytes, frame->key, "SubFilter"))
			take(&sig->subfilter, &frame->value, &sig->doubled);
		if (pdf_name_is(bytes, frame->key, "Contents"))
			take(&sig->contents, &frame->value, &sig->doubled);
		if (pdf_name_is(bytes, frame->key, "ByteRange"))
			take(&sig->range, &frame->value, &sig->doubled);
		if (pdf_name_is(bytes, frame->key, "Length"))
			take(&frame->length, &frame->value, &other);
		if (pdf_name_is(bytes, frame->key, "Prev"))
			take(&frame->prev, &frame->value, &other);
	}
	frame->key.kind = 0;
	frame->has_value = false;
}

/* A word that is a value of the frame, or begins or goes on with one ("1 0 R"
 * is three words). */
static void
add_value(struct frame *frame, struct pdf_word word)
{
	if (!frame->has_value)
		frame->value = (struct pdf_value){ word, word.span };
	frame->has_value = true;
	frame->value.span.len = pdf_end(word.span) - frame->value.span.at;
}

static void
open_frame(struct scanner *s, struct pdf_word word)
{
	struct frame *frame;

	if (s->depth > 0)
		add_value(&s->frames[s->depth - 1], word);
	if (s->depth == DEPTH_MAX) {
		s->scan->broken = true;
		return;
	}
	frame = &s->frames[s->depth++];
	memset(frame, 0, sizeof(*frame));
	frame->is_dict = word.kind == PDF_DICT;
	frame->sig.span = word.span;
	frame->keys = s->n_keys;
}

/* What the outermost dictionary says about the part that it is in. */
static void
note_part(struct scanner *s, const struct frame *frame)
{
	struct pdf_word type = frame->sig.type.word;

	s->dict_ended = true;
	s->length = frame->length;
	if (s->part == NULL)
		return;
	s->part->prev = pdf_number(s->bytes, frame->prev.word);
	s->part->references = pdf_name_is(s->bytes, type, "XRef");
	s->part->holds_objects = pdf_name_is(s->bytes, type, "ObjStm");
}

static int
close_frame(struct scanner *s, struct pdf_word word)
{
	struct frame *frame;

	if (s->depth == 0)
		return 0;
	frame = &s->frames[--s->depth];
	end_entry(s, frame);
	s->n_keys = frame->keys;
	if (s->depth > 0)
		add_value(&s->frames[s->depth - 1], word);
	if (!frame->is_dict)
		return 0;
	frame->sig.span.len = pdf_end(word.span) - frame->sig.span.at;
	if (s->depth == 0)
		note_part(s, frame);
	return is_signature(s->bytes, frame) ? add_sig(s, &frame->sig) : 0;
}

/* A key of the innermost dictionary: what is doubled, or is too much to know,
 * is noted. */
static void
note_key(struct scanner *s, const struct frame *frame, struct pdf_word key)
{
	uint64_t digest = pdf_name_digest(s->bytes, key);
	size_t i;

	for (i = frame->keys; i < s->n_keys; i++)
		if (s->keys[i] == digest)
			s->part->doubled = true;
	if (s->n_keys < KEYS_MAX)
		s->keys[s->n_keys++] = digest;
	else
		s->part->doubled = true;
}

/* A word inside an object or a trailer, but for those that end them. */
static int
inside(struct scanner *s, struct pdf_word word)
{
	struct frame *frame = s->depth > 0 ? &s->frames[s->depth - 1] : NULL;

	if (word.kind == PDF_CLOSE || word.kind == PDF_DICT_END)
		return close_frame(s, word);
	if (frame != NULL && frame->is_dict && word.kind == PDF_NAME &&
	    (frame->key.kind == 0 || frame->has_value)) {
		end_entry(s, frame);
		frame->key = word;
		note_key(s, frame, word);
	} else if (word.kind == PDF_OPEN || word.kind == PDF_DICT)
		open_frame(s, word);
	else if (frame != NULL)
		add_value(frame, word);
	return 0;
}

static int64_t
stream_length(const struct scanner *s)
{
	const struct pdf_value *length = &s->length;
	int64_t n = pdf_number(s->bytes, length->word), generation;
	struct pdf_word next;

	if (n < 0 || length->span.len == length->word.span.len)
		return n;
	if (s->numbers == NULL)
		return -1;
	next = pdf_word_at(s->bytes, pdf_end(length->word.span));
	generation = pdf_number(s->bytes, next);
	return s->numbers->number(s->numbers->arg, n, generation);
}

/* Where the data of a stream end, which begin behind the word: as long as the
 * dictionary says, if that leads to its end, else at the first end. */
static size_t
stream_end(const struct scanner *s, struct pdf_word word)
{
	size_t at = pdf_end(word.span), end;
	int64_t len = stream_length(s);

	if (at < s->bytes.len && s->bytes.data[at] == '\r')
		at++;
	if (at < s->bytes.len && s->bytes.data[at] == '\n')
		at++;
	if (len >= 0 && (uint64_t)len <= s->bytes.len - at) {
		end = at + (size_t)len;
		word = pdf_word_at(s->bytes, end);
		if (pdf_word_is(s->bytes, word, "endstream") &&
		    word.span.at <= end + 2)
			return end;
	}
	end = pdf_find(s->bytes, at, "endstream");
	return end != SIZE_MAX ? end : s->bytes.len;
}

/* A word outside an object: what begins with it? Returns where to go on, or 0:
 * memory is short. */
static size_t
outside(struct scanner *s, struct pdf_word word)
{
	size_t end = pdf_end(word.span), head;
	int64_t id, generation;
	struct pdf_part *part;

	if (word.kind == PDF_NUMBER && (head = pdf_object_head(s->bytes,
	    word.span.at, &id, &generation)) != 0) {
		part = add_part(s, PDF_PART_OBJECT, (struct pdf_span){
		    word.span.at, head - word.span.at });
		if (part == NULL)
			return 0;
		part->id = id;
		part->generation = generation;
		return head;
	}
	if (pdf_word_is(s->bytes, word, "xref"))
		part = add_part(s, PDF_PART_XREF, word.span);
	else if (pdf_word_is(s->bytes, word, "trailer"))
		part = add_part(s, PDF_PART_TRAILER, word.span);
	else if (pdf_word_is(s->bytes, word, "startxref"))
		part = add_part(s, PDF_PART_STARTXREF, word.span);
	else if (s->part == NULL || s->part->kind != PDF_PART_OTHER)
		part = add_part(s, PDF_PART_OTHER, word.span);
	else {
		part = s->part;
		part->span.len = end - part->span.at;
	}
	return part != NULL ? end : 0;
}

static bool
is_row(struct pdf_bytes bytes, struct pdf_word word)
{
	return word.kind == PDF_NUMBER || pdf_word_is(bytes, word, "n") ||
	    pdf_word_is(bytes, word, "f");
}

/* Whether the word belongs to the part that has begun; it ends the part where
 * that has all it wants. */
static bool
belongs(struct scanner *s, struct pdf_word word)
{
	struct pdf_part *part = s->part;
	int64_t id, generation;

	if (part == NULL)
		return false;
	switch (part->kind) {
	case PDF_PART_OBJECT:
		/* One without an end is ended by the next one. */
		return s->depth > 0 || word.kind != PDF_NUMBER ||
		    pdf_object_head(s->bytes, word.span.at, &id,
		    &generation) == 0;
	case PDF_PART_XREF:
		return is_row(s->bytes, word) && (word.kind != PDF_NUMBER ||
		    pdf_object_head(s->bytes, word.span.at, &id,
		    &generation) == 0);
	case PDF_PART_TRAILER:
		return s->depth > 0 || (word.kind == PDF_DICT &&
		    !s->dict_ended);
	case PDF_PART_STARTXREF:
		return word.kind == PDF_NUMBER && part->value == -1;
	case PDF_PART_OTHER:
		break;
	}
	return false;
}

/* Takes a word; returns where to go on, or 0: memory is short. */
static size_t
take_word(struct scanner *s, struct pdf_word word)
{
	size_t end = pdf_end(word.span);
	struct pdf_part *part = s->part;
	bool ended = s->dict_ended;

	if (!belongs(s, word)) {
		if (part != NULL && part->kind != PDF_PART_OTHER)
			s->part = NULL;
		s->dict_ended = false;
		return outside(s, word);
	}
	if (part->kind == PDF_PART_OBJECT) {
		s->dict_ended = false;
		if (ended && pdf_word_is(s->bytes, word, "stream"))
			end = stream_end(s, word);
		else if (pdf_word_is(s->bytes, word, "endobj")) {
			part->whole = s->depth == 0;
			s->part = NULL;
		}
	}
	part->span.len = end - part->span.at;
	if (part->kind == PDF_PART_STARTXREF)
		part->value = pdf_number(s->bytes, word);
	return part->kind == PDF_PART_XREF || inside(s, word) == 0 ? end : 0;
}

/* Skips what no word begins with. A text without an end would swallow the rest
 * of the file: then we go on at the end of the object. */
static size_t
skip_bad(struct scanner *s, struct pdf_word word)
{
	size_t at = word.span.at;

	if (s->bytes.data[at] != '(')
		return at + 1;
	if (++s->n_bad == BAD_MAX)
		s->scan->broken = true;
	at = pdf_find(s->bytes, at, "endobj");
	return at != SIZE_MAX ? at : s->bytes.len;
}

int
pdf_scan(struct pdf_bytes bytes, const struct pdf_numbers *numbers,
    struct pdf_scan *scan)
{
	struct scanner *s;
	struct pdf_word word;
	size_t at = 0;
	int r = -1;

	memset(scan, 0, sizeof(*scan));
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return -1;
	s->bytes = bytes;
	s->numbers = numbers;
	s->scan = scan;
	for (;;) {
		word = pdf_word_at(bytes, at);
		if (word.kind == PDF_END || scan->broken) {
			r = 0;
			break;
		}
		if (word.kind == PDF_BAD && s->part != NULL &&
		    s->part->kind == PDF_PART_OBJECT)
			at = skip_bad(s, word);
		else if ((at = take_word(s, word)) == 0)
			break;
	}
	free(s);
	return r;
}

void
pdf_scan_free(struct pdf_scan *scan)
{
	free(scan->parts);
	free(scan->sigs);
	memset(scan, 0, sizeof(*scan));
}

const struct pdf_part *
pdf_part_before(const struct pdf_scan *scan, size_t end)
{
	size_t low = 0, high = scan->n_parts, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (scan->parts[middle].span.at < end)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &scan->parts[low - 1] : NULL;
}

const struct pdf_part *
pdf_part_at(const struct pdf_scan *scan, size_t at)
{
	const struct pdf_part *part = pdf_part_before(scan, at + 1);

	return part != NULL && part->span.at == at ? part : NULL;
}

bool
pdf_scan_is_in(const struct pdf_scan *scan, const struct pdf_sigdict *dict,
    int64_t id)
{
	const struct pdf_part *part = pdf_part_before(scan, dict->span.at);

	return part != NULL && part->kind == PDF_PART_OBJECT &&
	    part->id == id;
}
