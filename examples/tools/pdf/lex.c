/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of PDF; see lex.h.
 */
#include <ctype.h>
#include <string.h>

#include "lex.h"

#define NUMBER_MAX 1000000000000000	/* far beyond any file */

bool
pdf_is_space(uint8_t c)
{
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' ||
	    c == ' ';
}

static bool
is_delimiter(uint8_t c)
{
	return c != 0 && strchr("()<>[]{}/%", c) != NULL;
}

static bool
is_regular(uint8_t c)
{
	return !pdf_is_space(c) && !is_delimiter(c);
}

size_t
pdf_end(struct pdf_span span)
{
	return span.at + span.len;
}

/* Over white space and comments. */
static size_t
skip_space(struct pdf_bytes bytes, size_t at)
{
	bool comment = false;

	for (; at < bytes.len; at++) {
		uint8_t c = bytes.data[at];

		if (comment)
			comment = c != '\n' && c != '\r';
		else if (c == '%')
			comment = true;
		else if (!pdf_is_space(c))
			break;
	}
	return at;
}

/* Where a text in parentheses ends, which may hold others; 0: nowhere. */
static size_t
text_end(struct pdf_bytes bytes, size_t at)
{
	size_t depth = 0;

	for (; at < bytes.len; at++)
		switch (bytes.data[at]) {
		case '\\':
			at++;
			break;
		case '(':
			depth++;
			break;
		case ')':
			if (--depth == 0)
				return at + 1;
			break;
		}
	return 0;
}

static size_t
hex_end(struct pdf_bytes bytes, size_t at)
{
	for (at++; at < bytes.len; at++) {
		if (bytes.data[at] == '>')
			return at + 1;
		if (!isxdigit(bytes.data[at]) && !pdf_is_space(bytes.data[at]))
			return 0;
	}
	return 0;
}

static enum pdf_kind
regular_kind(const uint8_t *word, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isdigit(word[i]) && word[i] != '.' &&
		    !(i == 0 && (word[i] == '-' || word[i] == '+')))
			return PDF_WORD;
	return PDF_NUMBER;
}

static struct pdf_word
make(enum pdf_kind kind, size_t at, size_t end)
{
	if (end <= at)	/* it is not ended */
		return (struct pdf_word){ PDF_BAD, { at, 1 } };
	return (struct pdf_word){ kind, { at, end - at } };
}

static size_t
regular_end(struct pdf_bytes bytes, size_t at)
{
	while (at < bytes.len && is_regular(bytes.data[at]))
		at++;
	return at;
}

struct pdf_word
pdf_word_at(struct pdf_bytes bytes, size_t at)
{
	bool twice;
	size_t end;

	if ((at = skip_space(bytes, at)) >= bytes.len)
		return (struct pdf_word){ PDF_END, { bytes.len, 0 } };
	twice = at + 1 < bytes.len && bytes.data[at + 1] == bytes.data[at];
	switch (bytes.data[at]) {
	case '[':
		return make(PDF_OPEN, at, at + 1);
	case ']':
		return make(PDF_CLOSE, at, at + 1);
	case '(':
		return make(PDF_TEXT, at, text_end(bytes, at));
	case '/':
		return make(PDF_NAME, at, regular_end(bytes, at + 1));
	case '<':
		return twice ? make(PDF_DICT, at, at + 2) :
		    make(PDF_HEX, at, hex_end(bytes, at));
	case '>':
		return make(twice ? PDF_DICT_END : PDF_BAD, at,
		    at + 1 + twice);
	}
	if ((end = regular_end(bytes, at)) == at)
		return make(PDF_BAD, at, at + 1);
	return make(regular_kind(bytes.data + at, end - at), at, end);
}

bool
pdf_word_is(struct pdf_bytes bytes, struct pdf_word word, const char *keyword)
{
	return word.kind == PDF_WORD && word.span.len == strlen(keyword) &&
	    memcmp(bytes.data + word.span.at, keyword, word.span.len) == 0;
}

static int
hex_digit(uint8_t c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* The letter of a name at *at, which moves on. */
static uint8_t
take_letter(struct pdf_bytes bytes, size_t *at, size_t end)
{
	uint8_t c = bytes.data[(*at)++];

	if (c == '#' && *at + 1 < end && isxdigit(bytes.data[*at]) &&
	    isxdigit(bytes.data[*at + 1])) {
		c = (uint8_t)(hex_digit(bytes.data[*at]) * 16 +
		    hex_digit(bytes.data[*at + 1]));
		*at += 2;
	}
	return c;
}

bool
pdf_name_is(struct pdf_bytes bytes, struct pdf_word word, const char *name)
{
	size_t at = word.span.at + 1, end = pdf_end(word.span);

	if (word.kind != PDF_NAME)
		return false;
	while (at < end && *name != '\0')
		if (take_letter(bytes, &at, end) != (uint8_t)*name++)
			return false;
	return at == end && *name == '\0';
}

uint64_t
pdf_name_digest(struct pdf_bytes bytes, struct pdf_word word)
{
	size_t at = word.span.at + 1, end = pdf_end(word.span);
	uint64_t digest = 0xcbf29ce484222325;

	while (at < end) {
		digest ^= take_letter(bytes, &at, end);
		digest *= 0x100000001b3;
	}
	return digest;
}

int64_t
pdf_number(struct pdf_bytes bytes, struct pdf_word word)
{
	size_t at = word.span.at, end = pdf_end(word.span);
	int64_t n = 0;

	if (word.kind != PDF_NUMBER)
		return -1;
	for (; at < end; at++) {
		if (!isdigit(bytes.data[at]))
			return -1;
		n = n * 10 + bytes.data[at] - '0';
		if (n > NUMBER_MAX)
			return -1;
	}
	return n;
}

size_t
pdf_object_head(struct pdf_bytes bytes, size_t at, int64_t *id,
    int64_t *generation)
{
	struct pdf_word word = pdf_word_at(bytes, at);

	if ((*id = pdf_number(bytes, word)) < 0)
		return 0;
	word = pdf_word_at(bytes, pdf_end(word.span));
	if ((*generation = pdf_number(bytes, word)) < 0)
		return 0;
	word = pdf_word_at(bytes, pdf_end(word.span));
	return pdf_word_is(bytes, word, "obj") ? pdf_end(word.span) : 0;
}

size_t
pdf_find_last(struct pdf_bytes bytes, size_t end, const char *text)
{
	size_t len = strlen(text), at;

	if (end > bytes.len)
		end = bytes.len;
	if (end < len)
		return SIZE_MAX;
	for (at = end - len + 1; at-- > 0;)
		if (memcmp(bytes.data + at, text, len) == 0)
			return at;
	return SIZE_MAX;
}

size_t
pdf_find(struct pdf_bytes bytes, size_t at, const char *text)
{
	const uint8_t *found = NULL;

	if (at <= bytes.len)
		found = memmem(bytes.data + at, bytes.len - at, text,
		    strlen(text));
	return found != NULL ? (size_t)(found - bytes.data) : SIZE_MAX;
}
