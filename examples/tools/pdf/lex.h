/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of PDF (ISO 32000-1, 7.2 and 7.3) as they stand in the bytes of a
 * file: where each begins and ends. libqpdf says what objects mean, but not
 * where they are, and a signature is about places.
 *
 * No function here allocates, and none reads outside data[0, len).
 */
#ifndef PDF_LEX_H
#define PDF_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pdf_bytes {
	const uint8_t *data;
	size_t len;
};

/* A stretch of the bytes. */
struct pdf_span {
	size_t at, len;
};

enum pdf_kind {
	PDF_END = 1,		/* of the bytes */
	PDF_NUMBER,
	PDF_NAME,		/* with its slash */
	PDF_TEXT,		/* (...) */
	PDF_HEX,		/* <...> */
	PDF_OPEN,		/* [ */
	PDF_CLOSE,		/* ] */
	PDF_DICT,		/* << */
	PDF_DICT_END,		/* >> */
	PDF_WORD,		/* obj, R, null ... */
	PDF_BAD			/* what no word of PDF begins with, or one that
				 * is not ended */
};

struct pdf_word {
	enum pdf_kind kind;
	struct pdf_span span;
};

bool pdf_is_space(uint8_t c);

/* The word at or behind at, after white space and comments. The next one is at
 * or behind the end of its span. */
struct pdf_word pdf_word_at(struct pdf_bytes bytes, size_t at);

/* Where a stretch ends. */
size_t pdf_end(struct pdf_span span);

/* Whether the word is this keyword. */
bool pdf_word_is(struct pdf_bytes bytes, struct pdf_word word,
    const char *keyword);

/* Whether the word is this name, which is given without its slash; #XX in the
 * file counts as the byte. */
bool pdf_name_is(struct pdf_bytes bytes, struct pdf_word word,
    const char *name);

/* A digest of a name as it is read, FNV-1a, to find equal ones. */
uint64_t pdf_name_digest(struct pdf_bytes bytes, struct pdf_word word);

/* The value of a number that is a whole one, from 0 to 10^15; else -1. */
int64_t pdf_number(struct pdf_bytes bytes, struct pdf_word word);

/* "N G obj" at or behind at: where it ends, or 0 if something else is there. */
size_t pdf_object_head(struct pdf_bytes bytes, size_t at, int64_t *id,
    int64_t *generation);

/* The last place in data[0, end) where a text begins, or SIZE_MAX. */
size_t pdf_find_last(struct pdf_bytes bytes, size_t end, const char *text);

/* The first place at or behind at, or SIZE_MAX. */
size_t pdf_find(struct pdf_bytes bytes, size_t at, const char *text);

#endif
