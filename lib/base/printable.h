/* SPDX-License-Identifier: Apache-2.0 */
/* What may be repeated in a message, and what may be a PIN in the wrong
 * place. */
#ifndef JPKIP_PRINTABLE_H
#define JPKIP_PRINTABLE_H

#include "base/ctx.h"

/* The text, if it looks like a name: small letters, "-" and "_"; else a word
 * that says that it is not shown. */
const char *jpkip_printable(const struct jpki_ctx *, const char *text);

/* The same for what a person may have mistyped: other letters and some digits
 * too, where nothing in it can be a PIN, or most of one. */
const char *jpkip_printable_word(const struct jpki_ctx *, const char *text);

#endif
