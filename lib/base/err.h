/* SPDX-License-Identifier: Apache-2.0 */
/* The two halves of an error's text, for the record in the context. */
#ifndef JPKIP_ERR_H
#define JPKIP_ERR_H

#include <jpki/types.h>

/* What happened; never NULL. */
const char *jpkip_err_what(int err, enum jpki_lang lang);

/* What to do about it; never NULL, "" for an unknown code. */
const char *jpkip_err_todo(int err, enum jpki_lang lang);

#endif
