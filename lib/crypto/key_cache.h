/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys as libcrypto has them. To decode one costs more than to check a
 * signature with it: whoever keeps a key for longer keeps it decoded, too.
 */
#ifndef JPKIP_KEY_CACHE_H
#define JPKIP_KEY_CACHE_H

#include <openssl/types.h>

#include <stdatomic.h>

#include "base/ctx.h"
#include "crypto/public_key.h"

/* Decoded, in a library context that it keeps alive. */
struct jpkip_decoded {
	struct jpkip_crypto *crypto;
	EVP_PKEY *key;		/* NULL: libcrypto does not take it */
	struct jpkip_decoded *parents;	/* of before a fork(): left alone */
};

/* Where a key is kept; all zeroes at first. Threads may share it. */
struct jpkip_key_cache {
	_Atomic(struct jpkip_decoded *) decoded;
};

/* The decoded key, from the public key's cache if it has one; to be given
 * back with jpkip_decoded_put(). NULL after recording the failure. */
struct jpkip_decoded *jpkip_decoded_get(struct jpki_ctx *,
	    const struct jpkip_public_key *);
void	jpkip_decoded_put(const struct jpkip_public_key *,
	    struct jpkip_decoded *);

/* At the end, when nobody uses the key any more. */
void	jpkip_key_cache_empty(struct jpkip_key_cache *);

#endif
