/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which bytes a signature covers; see range.h.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "range.h"
#include "rows.h"

#define EOF_MARK "%%EOF"

static const struct pdf_problem fine = { NULL, { NULL, NULL } };

/* What is wrong with a dictionary before its numbers are looked at. */
static const struct pdf_problem *
check_entries(struct pdf_bytes bytes, const struct pdf_sigdict *sig)
{
	static const struct pdf_problem twice = { "entry-twice", {
	    "an entry stands twice in the signature dictionary",
	    "署名辞書に同じ項目が 2 回あります" } };
	static const struct pdf_problem type = { "type", {
	    "its Type is not that of a signature",
	    "Type が署名のものではありません" } };
	static const struct pdf_problem no_contents = { "no-contents", {
	    "it has no Contents, which would be the signature itself",
	    "署名の本体（Contents）がありません" } };
	static const struct pdf_problem no_range = { "no-byte-range", {
	    "it has no ByteRange, which says what is signed",
	    "署名の対象範囲（ByteRange）がありません" } };

	if (sig->doubled)
		return &twice;
	if (sig->type.word.kind != 0 &&
	    !pdf_name_is(bytes, sig->type.word, "Sig") &&
	    !pdf_name_is(bytes, sig->type.word, "DocTimeStamp"))
		return &type;
	if (sig->contents.word.kind != PDF_HEX ||
	    sig->contents.span.len != sig->contents.word.span.len ||
	    sig->contents.span.len <= 2)
		return &no_contents;
	if (sig->range.word.kind != PDF_OPEN)
		return &no_range;
	return &fine;
}

/* Four whole numbers, and nothing else. */
static const struct pdf_problem *
take_numbers(struct pdf_bytes bytes, const struct pdf_sigdict *sig,
    int64_t numbers[4])
{
	static const struct pdf_problem no_numbers = { "byte-range-form", {
	    "its ByteRange is not made of four whole numbers",
	    "対象範囲（ByteRange）が 4 個の整数ではありません" } };
	static const struct pdf_problem negative = { "byte-range-negative", {
	    "its ByteRange has a negative number",
	    "対象範囲（ByteRange）に負の数があります" } };
	struct pdf_word word = sig->range.word;
	int i;

	for (i = 0; i < 4; i++) {
		word = pdf_word_at(bytes, pdf_end(word.span));
		if (word.kind == PDF_NUMBER && bytes.data[word.span.at] == '-')
			return &negative;
		if ((numbers[i] = pdf_number(bytes, word)) < 0)
			return &no_numbers;
	}
	word = pdf_word_at(bytes, pdf_end(word.span));
	return word.kind == PDF_CLOSE ? &fine : &no_numbers;
}

/* Whether the numbers leave out Contents and nothing else. */
static const struct pdf_problem *
check_numbers(struct pdf_bytes bytes, const struct pdf_span *contents,
    const int64_t n[4])
{
	static const struct pdf_problem start = { "byte-range-start", {
	    "it does not cover the beginning of the file",
	    "ファイルの先頭が署名の対象に入っていません" } };
	static const struct pdf_problem cut = { "cut-off", {
	    "the file was cut off: the signature covers more than there is",
	    "ファイルが途中で切れています（署名の対象がファイルより長いです"
	    "）" } };
	static const struct pdf_problem before = { "gap-before", {
	    "it leaves out bytes before the signature, where anything can "
	    "be put",
	    "署名の直前に署名の対象でないバイトがあり、書き換えられます" } };
	static const struct pdf_problem after = { "gap-after", {
	    "it leaves out bytes after the signature, where anything can be "
	    "put",
	    "署名の直後に署名の対象でないバイトがあり、書き換えられます" } };
	static const struct pdf_problem overlap = { "byte-range-contents", {
	    "its ByteRange does not leave out the signature itself",
	    "対象範囲（ByteRange）が署名自身を除いていません" } };
	int64_t from = (int64_t)contents->at, to = (int64_t)pdf_end(*contents);

	if (n[0] != 0)
		return &start;
	if (n[2] + n[3] > (int64_t)bytes.len)
		return &cut;
	if (n[1] > from || n[2] < to)
		return &overlap;
	if (n[1] < from)
		return &before;
	return n[2] > to ? &after : &fine;
}

const struct pdf_problem *
pdf_range_take(struct pdf_bytes bytes, const struct pdf_sigdict *sig,
    struct pdf_range *range)
{
	const struct pdf_problem *problem = check_entries(bytes, sig);
	int64_t n[4];

	memset(range, 0, sizeof(*range));
	if (problem->code == NULL)
		problem = take_numbers(bytes, sig, n);
	if (problem->code == NULL)
		problem = check_numbers(bytes, &sig->contents.span, n);
	if (problem->code != NULL)
		return problem;
	range->parts[0].len = (size_t)n[1];
	range->parts[1] = (struct pdf_span){ (size_t)n[2], (size_t)n[3] };
	range->end = pdf_end(range->parts[1]);
	return problem;
}

static size_t
skip_blank(struct pdf_bytes bytes, size_t at)
{
	while (at < bytes.len && pdf_is_space(bytes.data[at]))
		at++;
	return at;
}

/* The end of %%EOF and of its line, behind startxref; 0: it is not there. */
static size_t
after_eof(struct pdf_bytes bytes, const struct pdf_part *part)
{
	size_t at = skip_blank(bytes, pdf_end(part->span));

	if (bytes.len - at < strlen(EOF_MARK) ||
	    memcmp(bytes.data + at, EOF_MARK, strlen(EOF_MARK)) != 0)
		return 0;
	return at + strlen(EOF_MARK);
}

bool
pdf_range_is_revision(struct pdf_bytes bytes, const struct pdf_scan *scan,
    size_t end)
{
	const struct pdf_part *part = pdf_part_before(scan, end);
	size_t at;

	if (part == NULL || part->kind != PDF_PART_STARTXREF ||
	    (at = after_eof(bytes, part)) == 0 || at > end)
		return false;
	return skip_blank((struct pdf_bytes){ bytes.data, end }, at) == end;
}

/* ---- What was added ---- */

/* An update that is being read. */
struct section {
	struct pdf_bytes bytes;
	struct pdf_section s;
	int64_t before;		/* where the references before it are */
	int64_t prev;
};

static const struct pdf_problem junk = { "added-junk", {
    "bytes were added that are no part of a PDF file",
    "PDF の構造にないバイトが付け足されています" } };
static const struct pdf_problem unlisted = { "added-unlisted", {
    "objects were added that not every program sees",
    "見るソフトウェアによって見えたり見えなかったりするオブジェクトが付け"
    "足されています" } };
static const struct pdf_problem doubled = { "added-twice", {
    "an entry stands twice in what was added: programs show it in different "
    "ways",
    "付け足された部分に同じ項目が 2 回あり、ソフトウェアによって表示が異なり"
    "ます" } };
static const struct pdf_problem chain = { "added-chain", {
    "what was added does not lead back to what was signed",
    "付け足された部分が、署名された部分につながっていません" } };

static const struct pdf_problem *
end_section(struct section *s, const struct pdf_part *end)
{
	const struct pdf_part *where = s->s.table != NULL ? s->s.table :
	    s->s.stream;

	if (where == NULL || end->value != (int64_t)where->span.at ||
	    s->prev != s->before)
		return &chain;
	s->s.end = end;
	if (!pdf_rows_list_all(s->bytes, &s->s))
		return &unlisted;
	return after_eof(s->bytes, end) != 0 ? &fine : &junk;
}

static const struct pdf_problem *
take_part(struct section *s, const struct pdf_part *part)
{
	const struct pdf_problem *problem = &fine;

	if (part->doubled)
		return &doubled;
	switch (part->kind) {
	case PDF_PART_OBJECT:
		if (!part->whole)
			return &junk;
		if (part->references) {
			s->s.stream = part;
			if (s->s.table == NULL)
				s->prev = part->prev;
		}
		break;
	case PDF_PART_XREF:
		if (s->s.table != NULL)
			return &junk;
		s->s.table = part;
		break;
	case PDF_PART_TRAILER:
		s->prev = part->prev;
		break;
	case PDF_PART_STARTXREF:
		problem = end_section(s, part);
		s->before = part->value;
		s->prev = -1;
		s->s.first = part + 1;
		s->s.table = s->s.stream = NULL;
		break;
	case PDF_PART_OTHER:
		return &junk;
	}
	return problem;
}

const struct pdf_problem *
pdf_range_added(struct pdf_bytes bytes, const struct pdf_scan *scan,
    const struct pdf_doc *doc, size_t end)
{
	const struct pdf_part *last = pdf_part_before(scan, end), *part;
	const struct pdf_part *stop = scan->parts + scan->n_parts;
	struct section s = { .bytes = bytes, .s = { .scan = scan,
		.doc = doc }, .prev = -1 };
	const struct pdf_problem *problem = &fine;

	if (last == NULL)
		return &junk;
	s.before = last->value;
	s.s.first = part = last + 1;
	for (; part < stop && problem->code == NULL; part++)
		problem = take_part(&s, part);
	if (problem->code != NULL)
		return problem;
	if (s.s.first != stop || part == last + 1)
		return &junk;
	part = stop - 1;
	return skip_blank(bytes, after_eof(bytes, part)) == bytes.len ?
	    problem : &junk;
}

/* ---- Contents ---- */

uint8_t *
pdf_range_contents(struct pdf_bytes bytes, const struct pdf_sigdict *sig,
    size_t *len)
{
	struct pdf_span span = sig->contents.word.span;
	uint8_t *out = calloc(1, span.len / 2 + 1);
	size_t i, n = 0;

	if (out == NULL)
		return NULL;
	for (i = span.at; i < pdf_end(span); i++) {
		int c = bytes.data[i];

		if (!isxdigit(c))
			continue;
		c = isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
		out[n / 2] = (uint8_t)(out[n / 2] | c << (n % 2 == 0 ? 4 : 0));
		n++;
	}
	*len = (n + 1) / 2;
	return out;
}
