/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that is said about the signatures of a file: every dictionary that
 * stands in it and could be taken for a signature, and every field that holds
 * one.
 */
#ifndef PDF_LOOK_H
#define PDF_LOOK_H

#include "common/cms_read.h"

#include "range.h"

/* What 登記 asks of a signature in form, in the order of C1 to C9. */
enum pdf_met {
	PDF_MET_NOT = 1,
	PDF_MET_UNKNOWN,	/* what it is about could not be read */
	PDF_MET_WARN,		/* accepted, but not as it should be */
	PDF_MET
};
#define PDF_MOJ_N 9

struct pdf_one {
	const struct pdf_sigdict *dict;	/* NULL: in no place of the file */
	bool packed;		/* in a compressed stream: then dict is NULL */
	bool in_form;		/* a field or the permissions lead to it */
	bool in_revision;	/* ... also in what was signed */
	bool is_stamp;		/* a time stamp of the document */

	/* As the signature says; NULL: it does not. UTF-8. */
	char *field, *subfilter, *name, *reason, *location, *when;
	bool has_type;
	bool has_time;		/* /M is a whole one, with a zone */
	int64_t time;

	bool placed;		/* its range is good: */
	struct pdf_range range;
	bool whole;		/* it covers the file to its end */
	uint64_t added;		/* bytes behind it */
	unsigned changes;	/* enum pdf_change, to what the file is now */
	int permission;		/* see pdf_doc_permission() */

	struct cms_answer cms;	/* n 0: was not read */
	bool no_cms;		/* Contents is something else */
	struct judgement *own;	/* then */
	struct judgement *judgement;	/* the first signer's, or own */
	enum pdf_met moj[PDF_MOJ_N];
};

struct pdf_look {
	struct pdf_bytes bytes;
	struct pdf_scan scan;
	struct pdf_one *ones;	/* in the order of the file */
	size_t n;
	bool damaged;		/* it cannot be opened as it is */
	const struct pdf_one *newest;	/* covers most; NULL: none is placed */
};

/*
 * Looks at a file; path is for messages. Returns 0 whatever there is to say
 * about signatures, or the exit code after a message: it is no PDF file, is
 * encrypted with a password, is damaged and holds none. pdf_look_free() in
 * either case.
 */
int pdf_look(const struct judge *judge, const char *path,
    struct pdf_bytes bytes, bool moj, struct pdf_look *look);
void pdf_look_free(struct pdf_look *look);

/* The exit code for one signature, and for all: the worst. */
int pdf_one_exit(const struct pdf_one *one);
int pdf_look_exit(const struct pdf_look *look);

/*
 * For a signer: whether the newest signature covers the whole file, is where
 * it has to be, and fits: whoever signed. Earlier ones do not matter, nor does
 * trust. False also when that cannot be told.
 */
bool pdf_look_newest_holds(const struct judge *judge, struct pdf_bytes bytes);

#endif
