/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An XML document that may come from anybody: read without network, entities
 * and DTD, in bounded time and memory, and kept as it was written, too.
 */
#ifndef XML_DOCUMENT_H
#define XML_DOCUMENT_H

#include <stdbool.h>

#include <libxml/tree.h>

#include "encoding.h"

/* Bytes of a document; what is only digested may have any length. */
#define DOCUMENT_MAX (64 << 20)

struct document {
	const uint8_t *data;	/* borrowed: the document as it is */
	size_t len;
	struct encoding encoding;
	char *text;		/* the same in UTF-8 */
	size_t text_len;
	xmlDoc *xml;
	size_t cost;		/* of canonicalizing all of it */
};

/* Nodes, with what they bring along; about a second. */
#define DOCUMENT_COST_MAX ((size_t)4 << 20)

/* Says that a document would take too long. -1. */
int document_refuse_cost(struct trouble *trouble);

/* Reads a document out of memory. -1: it is refused, or memory is short.
 * document_clear() in either case. */
int document_read(struct document *document, const uint8_t *data, size_t len,
    struct trouble *trouble);
void document_clear(struct document *document);

/* Where in the text an element ends. */
size_t document_end(const xmlNode *element);

/* The node after this one in the order of the document, not in it if skip, and
 * nothing outside of top. */
xmlNode *document_next(const xmlNode *node, const xmlNode *top, bool skip);

/* Whether a node is an element of this namespace (NULL: of none) and name. */
bool document_is(const xmlNode *node, const char *ns, const char *name);

/* Whether node is top or somewhere in it. */
bool document_within(const xmlNode *node, const xmlNode *top);

/* The first, and the next, element; NULL: there is none. */
xmlNode *document_first(const xmlNode *parent);
xmlNode *document_after(const xmlNode *node);

/* An attribute without namespace, to be freed with xmlFree(); NULL: there is
 * none, or memory is short. */
char *document_attribute(const xmlNode *element, const char *name);

/*
 * How many attributes that some reader may take for an id (id, Id, ID, xml:id)
 * have this value. *element is the first one's element.
 */
size_t document_id(const struct document *document, const char *id,
    xmlNode **element);

#endif
