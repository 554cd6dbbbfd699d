/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks the signatures of one document: what each covers, whether that is
 * unchanged, and whose it is.
 */
#ifndef XML_CHECK_H
#define XML_CHECK_H

#include "common/judge.h"
#include "profile.h"

struct question {
	const struct judge *judge;
	const char *path;	/* of the document; files are beside it */
	const uint8_t *data;	/* the document itself */
	size_t len;
	enum profile profile;	/* 0: as the root says */
	const char *id;		/* what has to be signed; NULL: the root */
	const char *content;	/* detached: the file; NULL: beside it, with
				 * its name without .sig.xml */
};

/* What a Reference of a signature covers. */
struct covered {
	char *what;		/* the path of an element, or a file's name */
	bool is_file;
	const char *digest;	/* "SHA-256"; NULL: not known here */
	enum jpki_tested unchanged;
};

struct checked {
	struct judgement *judgement;
	enum jpki_tested content, signature;	/* as in judge_facts */
	struct covered *covered;
	size_t n_covered;
};

struct answer {
	enum profile profile;
	size_t n;		/* at least 1; what is no signature at all has
				 * one judgement that says so */
	struct checked *signatures;
	bool is_unsigned;	/* that is what the one says */
	char *outside;		/* elements that no signature covers, as a
				 * list; NULL: none */
};

/* Whether it can be a document at all: then whatever is wrong with it may be
 * somebody's work. */
bool check_is_xml(const uint8_t *data, size_t len);

/* Whether a document has signatures, and not too many to be checked. */
int check_count(const struct document *document, const struct place *place,
    struct trouble *trouble);

/* 0 whatever there is to say, or the exit code after a message. The caller
 * frees the answer's parts in either case. */
int check_document(const struct question *question, struct answer *answer);
void answer_free(struct answer *answer);

/* The worst of all. */
int answer_exit(const struct answer *answer);

#endif
