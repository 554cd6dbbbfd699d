/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shapes of signed documents: what is signed, where it says so, and where
 * the Signature stands. All of it follows from the profile and from what the
 * user named, never from what a Signature claims about itself.
 */
#ifndef XML_PROFILE_H
#define XML_PROFILE_H

#include "document.h"

#define DSIG_NS "http://www.w3.org/2000/09/xmldsig#"

enum profile {
	PROFILE_DETACHED = 1,	/* FILE.sig.xml beside FILE */
	PROFILE_EGOV,		/* kousei.xml and the files it names */
	PROFILE_ETAX,		/* .xtx */
	PROFILE_ENVELOPED	/* inside of what is signed */
};

/* "detached" ...; NULL ends them. profile_words[profile - 1] is its word. */
extern const char *const profile_words[];

/* Which profile a document to be checked is of, by its root. */
enum profile profile_guess(const struct document *document);

struct place {
	enum profile profile;

	/* What is signed: an element, or NULL: the whole document or, if
	 * detached, a file. */
	xmlNode *target;
	char *id;		/* its id; NULL: it has none, or is not used */

	/* Where Signatures stand: children of "home" (NULL: not there yet),
	 * behind the child "behind" (NULL: anywhere in it). */
	xmlNode *home, *behind;
	xmlNode **signatures;	/* those that stand there */
	size_t n_signatures;
	size_t n_strays;	/* those that stand elsewhere */

	/* Files that it names, each once. */
	char **names;
	size_t n_names;
};

/*
 * Finds the place in a document. id: what is to be signed (enveloped); NULL:
 * the root. -1: the document does not have the profile's shape.
 * place_clear() in either case.
 */
int place_find(struct place *place, const struct document *document,
    enum profile profile, const char *id, struct trouble *trouble);
void place_clear(struct place *place);

/* Whether a Signature that is already there covers the place where the next
 * one goes, so that it would be broken: -1. */
int place_check_free(const struct place *place,
    const struct document *document, struct trouble *trouble);

#endif
