/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signature dictionary as libqpdf understands it, beside the one that stands
 * in the file.
 */
#ifndef PDF_ENTRIES_H
#define PDF_ENTRIES_H

#include "fields.h"
#include "look.h"

/* Whether the value of a field is the dictionary that stands there: the same
 * signature over the same bytes. */
bool pdf_entries_match(const struct pdf_doc *doc, qpdf_oh value,
    struct pdf_bytes bytes, const struct pdf_sigdict *dict);

/* Takes what it says: name, reason, time ... False: memory is short. */
bool pdf_entries_read(const struct pdf_doc *doc,
    const struct pdf_field *field, struct pdf_one *one);

/* A date with a zone, "D:20261128120000+09'00'": whether it is a whole one, and
 * its seconds since 1970 UTC. */
bool pdf_entries_time(const char *text, int64_t *seconds);

#endif
