/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PDF file as libqpdf understands it, without repairs: what would have to be
 * repaired is shown differently by different programs.
 */
#ifndef PDF_DOC_H
#define PDF_DOC_H

#include <qpdf/qpdf-c.h>

#include "scan.h"

struct pdf_doc {
	qpdf_data q;
	struct pdf_bytes bytes;	/* borrowed, as long as the document lives */
};

/* Why a file cannot be signed, or be looked at. */
enum pdf_fault {
	PDF_FAULT_NONE = 0,
	PDF_FAULT_MEMORY,
	PDF_FAULT_NO_PDF,	/* does not begin with %PDF- */
	PDF_FAULT_PASSWORD,	/* encrypted, and a password is missing */
	PDF_FAULT_ENCRYPTED,
	PDF_FAULT_DAMAGED,
	PDF_FAULT_NO_PAGE,
	PDF_FAULT_XFA,
	PDF_FAULT_CERTIFIED	/* DocMDP allows no change */
};

/* Opens a file that is in memory; at says near which byte it is damaged. The
 * caller closes it in either case. */
enum pdf_fault pdf_doc_open(struct pdf_bytes bytes, struct pdf_doc *doc,
    uint64_t *at);
/* The same, but only the references are read, and nothing is said of why it
 * cannot be. */
bool pdf_doc_begin(struct pdf_bytes bytes, struct pdf_doc *doc);
void pdf_doc_close(struct pdf_doc *doc);

/* Whether it may be signed: reads all of it, and looks for what forbids it. */
enum pdf_fault pdf_doc_signable(const struct pdf_doc *doc, uint64_t *at);

/* Takes the entries away that libqpdf has added to a page: written into the
 * file, they would be a change to it. False: it is no object of the file. */
bool pdf_doc_as_it_was(struct pdf_doc *doc, qpdf_oh page);

/* What a signature dictionary allows to be changed (DocMDP): 1 nothing, 2 forms
 * may be filled in and signed, 3 annotations, too; 0: it does not say, because
 * it is an ordinary signature. */
int pdf_doc_permission(const struct pdf_doc *doc, qpdf_oh sig);

/* The value of a key ("/Name"), or a null object. */
qpdf_oh pdf_doc_get(const struct pdf_doc *doc, qpdf_oh dict, const char *key);

/* For pdf_scan(): what stands in the object. */
struct pdf_numbers pdf_doc_numbers(struct pdf_doc *doc);

/* The data of a stream, unpacked; false: it is none that can be. Free them. */
bool pdf_doc_stream(const struct pdf_doc *doc, int64_t id, int64_t generation,
    uint8_t **data, size_t *len);

/* Complains about a fault; returns the exit code. */
int pdf_complain(const char *path, enum pdf_fault fault, uint64_t at);

#endif
