/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a document draws anything by a name.
 */
#ifndef PDF_UNUSED_H
#define PDF_UNUSED_H

#include "doc.h"

/*
 * Whether no page, form or pattern of a document can mean a resource of that
 * name ("/F1"): then it shows the same when such a one is added. False also
 * where that cannot be told.
 */
bool pdf_name_is_unused(const struct pdf_doc *doc, const char *name);

#endif
