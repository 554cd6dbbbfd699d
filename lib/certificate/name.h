/* SPDX-License-Identifier: Apache-2.0 */
/* Names of issuers, subjects and distribution points. */
#ifndef JPKIP_NAME_H
#define JPKIP_NAME_H

#include <jpki/cert.h>

#include "base/der.h"

/* More in one name are left out, with a note. */
#define JPKIP_NAME_PARTS	24

/* A name and what it points to. */
struct jpkip_name {
	struct jpki_name name;
	struct jpki_name_part parts[JPKIP_NAME_PARTS];
	const struct jpki_name_part *parts_at[JPKIP_NAME_PARTS];
};

/* A Name's content, into an empty name that stays where it is; the texts are
 * the certificate's. False: it is broken, or its texts need too much room. */
bool	jpkip_name_read(struct jpki_cert *, struct jpkip_part,
	    struct jpkip_name *);

/* The n-th value of a type, from 0; NULL: there is none. */
const char *jpkip_name_get(const struct jpki_name *, const char *type,
	    size_t n);

#endif
