/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical XML 1.0 without comments (REC-xml-c14n-20010315) of a part of a
 * document, piece by piece.
 */
#ifndef XML_CANONICAL_H
#define XML_CANONICAL_H

#include <libxml/tree.h>

/*
 * Hands the canonical form of an element with all that is in it, but without
 * the element "without" (may be NULL), to take(), which returns 0 or -1. apex
 * NULL: the whole document. -1: it has none, as with a relative namespace, or
 * take() or memory failed.
 */
int canonical_form(xmlDoc *xml, const xmlNode *apex, const xmlNode *without,
    int (*take)(void *arg, const void *data, size_t len), void *arg);

#endif
