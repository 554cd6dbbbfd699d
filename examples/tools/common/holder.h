/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four items about the holder (基本4情報), for people and as JSON, and how
 * two sets of them compare. They are personal: what holds them is wiped.
 */
#ifndef TOOLS_HOLDER_H
#define TOOLS_HOLDER_H

#include <jpki.h>

#include "json.h"
#include "layout.h"
#include "text.h"

#define HOLDER_ITEMS 4

/* In the order in which they are told. */
extern const struct holder_item {
	enum jpki_item item;
	const char *word;	/* in JSON: "name", "address", "birth", "sex" */
	struct text label;
} holder_items[HOLDER_ITEMS];

/*
 * One item in a line: the label in column "indent", what is recorded in column
 * "column", as layout_pair() does; below it which characters are substitutes
 * for others, if the certificate says that some are.
 */
void holder_put_item(const struct layout *layout, int indent, int column,
    const char *label, const struct jpki_attributes *attributes,
    enum jpki_item item);

/* All items with their labels. */
void holder_put(const struct layout *layout, int indent, int column,
    const struct jpki_attributes *attributes);

/* {"name", "address", "birth", "birth_date", "sex", "name_flags",
 * "address_flags"}; NULL is null. */
json_t *holder_json(const struct jpki_attributes *attributes);

/* "the same", "DIFFERENT" or "cannot be compared". */
const char *holder_compared_text(enum jpki_compared compared);

/* {"name": "same", ...: "differs" or "unknown"}. */
json_t *holder_compared_json(const struct jpki_attributes *a,
    const struct jpki_attributes *b);

/* Whether any item differs. */
bool holder_differs(const struct jpki_attributes *a,
    const struct jpki_attributes *b);

#endif
