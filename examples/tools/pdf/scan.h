/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PDF file as it stands there, from its first byte to its last: which
 * objects, tables and other bytes follow each other, and every dictionary that
 * could be taken for a signature, whether or not anything leads to it.
 */
#ifndef PDF_SCAN_H
#define PDF_SCAN_H

#include "lex.h"

enum pdf_part_kind {
	PDF_PART_OBJECT = 1,	/* "N G obj" to its endobj */
	PDF_PART_XREF,		/* "xref" and its rows */
	PDF_PART_TRAILER,
	PDF_PART_STARTXREF,	/* with its number */
	PDF_PART_OTHER		/* what does not belong into a file */
};

struct pdf_part {
	enum pdf_part_kind kind;
	struct pdf_span span;
	int64_t id, generation;	/* of an object */
	int64_t value;		/* of startxref; -1: none */
	int64_t prev;		/* of a trailer or a stream of references; -1:
				 * none */
	bool doubled;		/* a key of a dictionary in it stands there
				 * twice: of which value, programs disagree */
	bool whole;		/* an object with its endobj */
	bool references;	/* an object that is a stream of references */
	bool holds_objects;	/* an object that is a stream of objects */
};

/* A value of a dictionary: its first word, and all of it. kind 0: the key is
 * not there. */
struct pdf_value {
	struct pdf_word word;
	struct pdf_span span;
};

/* A dictionary that is a signature, or could be taken for one. */
struct pdf_sigdict {
	struct pdf_span span;
	struct pdf_value type, subfilter, contents, range;
	bool doubled;		/* one of the keys stands there twice */
};

struct pdf_scan {
	struct pdf_part *parts;	/* in the order of the file */
	size_t n_parts;
	struct pdf_sigdict *sigs;
	size_t n_sigs;
	bool broken;		/* too little of it is PDF to go on */
};

/* For streams whose length stands elsewhere: the number that an object is, or
 * -1. */
struct pdf_numbers {
	int64_t (*number)(void *arg, int64_t id, int64_t generation);
	void *arg;
};

/* 0, or -1: memory is short. pdf_scan_free() in either case. */
int pdf_scan(struct pdf_bytes bytes, const struct pdf_numbers *numbers,
    struct pdf_scan *scan);
void pdf_scan_free(struct pdf_scan *scan);

/* Whether a dictionary stands in an object of that number. */
bool pdf_scan_is_in(const struct pdf_scan *scan,
    const struct pdf_sigdict *dict, int64_t id);

/* The last part that begins before end, or NULL. */
const struct pdf_part *pdf_part_before(const struct pdf_scan *scan,
    size_t end);

/* The part that begins there, or NULL. */
const struct pdf_part *pdf_part_at(const struct pdf_scan *scan, size_t at);

#endif
