/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a signature is by a key. */
#ifndef JPKIP_SIGNATURE_H
#define JPKIP_SIGNATURE_H

#include "base/ctx.h"
#include "crypto/public_key.h"

/* The OpenSSL name of a signature algorithm; NULL: not known here. */
const char *jpkip_algorithm_name(struct jpkip_part oid);

/*
 * Whether a signature over some DER is by the key. False in *supported: an
 * algorithm that is not known here, or one that does not fit the key. Returns
 * an error only when memory or libcrypto fail.
 */
int	jpkip_signed_by(struct jpki_ctx *, const struct jpkip_public_key *,
	    struct jpkip_part algorithm, struct jpkip_part parameters,
	    struct jpkip_part signed_part, struct jpkip_part signature,
	    bool *supported, bool *right) JPKI_CHECK;

/* Whether the key can check the signatures of a card: 0, or JPKI_ERR_DATA with
 * its name, for what is not RSA, or no RSA key that could have signed. Costs
 * next to nothing: no libcrypto. */
int	jpkip_signature_key(struct jpki_ctx *,
	    const struct jpkip_public_key *, const char *name) JPKI_CHECK;

/* 0: the signature over the digest is right; JPKI_ERR_SIGNATURE: it is not.
 * PSS: MGF1 with the same digest, and a salt that is exactly as long: 32 bytes
 * with SHA-256, which is what cards make. */
int	jpkip_signature_check(struct jpki_ctx *,
	    const struct jpkip_public_key *, enum jpki_padding, enum jpki_md,
	    const uint8_t *digest, size_t digest_len, const uint8_t *sig,
	    size_t sig_len) JPKI_CHECK;

#endif
