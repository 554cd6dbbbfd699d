/* SPDX-License-Identifier: Apache-2.0 */
/* Public keys, as certificates hold them. */
#ifndef JPKIP_PUBLIC_KEY_H
#define JPKIP_PUBLIC_KEY_H

#include <jpki/cert.h>

#include "base/der.h"

struct jpkip_key_cache;

struct jpkip_public_key {
	struct jpkip_part spki;		/* with its header */
	struct jpkip_part bits;
	struct jpkip_part oid;		/* of its kind, or of its curve */
	enum jpki_key_type type;
	unsigned size;			/* in bits; 0: not known here */
	size_t modulus_len;		/* in bytes; 0: the key is not RSA */
	const char *name;		/* static; NULL: it has only its OID */
	struct jpkip_key_cache *cache;	/* see key_cache.h; NULL: none */
};

/* The next object, a SubjectPublicKeyInfo; the parts stay somebody else's.
 * False: it is so broken that it is none. */
bool	jpkip_public_key_read(struct jpkip_part *from,
	    struct jpkip_public_key *);

#endif
