/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical form of a part of a document, piece by piece: Canonical XML
 * 1.0, which all profiles have, 1.1 and the exclusive one.
 */
#ifndef XML_CANONICAL_H
#define XML_CANONICAL_H

#include <stdbool.h>

#include <libxml/tree.h>

#define C14N_URI "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define EXC_C14N_URI "http://www.w3.org/2001/10/xml-exc-c14n#"

struct canonical_method;

/* NULL: there is none of this name. */
const struct canonical_method *canonical_by_uri(const char *uri);
const char *canonical_uri(const struct canonical_method *method);
bool canonical_is_exclusive(const struct canonical_method *method);

/* Prefixes that the exclusive one treats as the others do. Each is looked for
 * at each element. */
#define CANONICAL_PREFIXES_MAX 16

struct canonical {
	const struct canonical_method *method;
	/* A Reference to a part of the document leaves them out, whatever the
	 * method (XML-DSig, 4.4.3.3). */
	bool no_comments;
	xmlChar *prefixes[CANONICAL_PREFIXES_MAX + 1];	/* NULL: the end */
	char *list;		/* where they are; for xmlFree() */
};

/*
 * Hands the canonical form of an element with all that is in it, but without
 * the element "without" (may be NULL), to take(), which returns 0 or -1. apex
 * NULL: the whole document. how NULL: 1.0 without comments. -1: it has none,
 * as with a relative namespace, or take() or memory failed.
 */
int canonical_form(xmlDoc *xml, const xmlNode *apex, const xmlNode *without,
    const struct canonical *how,
    int (*take)(void *arg, const void *data, size_t len), void *arg);

#endif
