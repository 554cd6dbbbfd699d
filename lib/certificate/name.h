/* SPDX-License-Identifier: Apache-2.0 */
/* Names, of subject and issuer. */
#ifndef JPKIP_NAME_H
#define JPKIP_NAME_H

#include "certificate/record.h"

/* A Name's content; parts has JPKIP_NAME_PARTS. */
bool	jpkip_name_read(struct jpki_cert *, struct jpkip_part,
	    struct jpki_name_part *parts, struct jpki_name *);

/* The n-th value of a type, from 0; NULL: there is none. */
const char *jpkip_name_get(const struct jpki_name *, const char *type,
	    size_t n);

#endif
