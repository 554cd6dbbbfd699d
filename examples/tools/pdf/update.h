/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is appended to a PDF file to sign it: the signature dictionary with
 * room for the signature, an invisible field, what lists that (the form, the
 * page's annotations), and a section of references of the kind that the last
 * one is. Not a byte of what was there changes.
 */
#ifndef PDF_UPDATE_H
#define PDF_UPDATE_H

#include "doc.h"
#include "grow.h"

/* What the signature dictionary says; texts are UTF-8, NULL: left out. */
struct pdf_entries {
	const char *subfilter;	/* without its slash */
	const char *name, *reason, *location;
	size_t name_room;	/* letters (UTF-16) for pdf_update_name() */
	int64_t time;		/* of signing, seconds since 1970 UTC */
	size_t room;		/* bytes for the CMS */
};

struct pdf_update {
	struct pdf_text text;	/* behind the input */
	size_t name, name_len;	/* where in it the room for the name is */
	size_t contents;	/* where in it the Contents begins with its < */
	size_t contents_len;	/* with < and > */
};

/*
 * Makes it, with zeroes for the signature. Each document serves once, because
 * it is changed in memory. PDF_FAULT_*; the caller frees it in either case.
 */
enum pdf_fault pdf_update_make(struct pdf_doc *doc,
    const struct pdf_entries *entries, struct pdf_update *update);
void pdf_update_free(struct pdf_update *update);

/* Puts the signer's name in, once it is known: false: there is not enough room,
 * or memory is short. */
bool pdf_update_name(struct pdf_update *update, const char *name);

/* Puts the signature in. False: there is not enough room. */
bool pdf_update_sign(struct pdf_update *update, const uint8_t *der,
    size_t len);

#endif
