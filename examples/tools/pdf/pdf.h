/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-pdf: signatures in PDF files.
 *
 *	lex, scan	the bytes of a file: words, parts, signatures
 *	doc, fields	its objects and the fields of its form, by libqpdf
 *	update, grow	what is appended to sign it
 *	range		what a signature covers, and whether what follows is PDF
 *	rows		what the references of an update list
 *	compare, diff	what was changed since; set: what has been visited;
 *			unused: names by which nothing is drawn
 *	view, entries	which signatures there are, and what they say
 *	look, moj	all that is said about the signatures of a file
 *	sign, report	the two commands
 */
#ifndef PDF_PDF_H
#define PDF_PDF_H

#include "common/signer.h"

#include "lex.h"

#define PDF_SIZE_MAX (1u << 30)	/* larger files are not read */

enum pdf_profile {
	PDF_PROFILE_NONE = 0,	/* not said: moj for signing */
	PDF_PROFILE_MOJ,	/* what 登記 asks for */
	PDF_PROFILE_PADES	/* PAdES B-B */
};

struct pdf_job {
	enum pdf_profile profile;
	const char *name, *reason, *location;
	struct signing signing;
	struct judge judge;
};

/* Reads a file: 0, or the exit code after a message. The caller frees data. */
int pdf_read(const char *path, uint8_t **data, struct pdf_bytes *bytes);

/* The commands. They return the exit code. */
int pdf_sign(struct pdf_job *job, char *const *paths, size_t n);
int pdf_verify(struct pdf_job *job, char *const *paths, size_t n);

#endif
