/* SPDX-License-Identifier: Apache-2.0 */
/* What the card session needs of a certificate beyond the public interface. */
#ifndef JPKIP_CERT_H
#define JPKIP_CERT_H

#include <jpki/cert.h>

#include "certificate/der.h"

/* Bytes of an RSA modulus; 0: the key is not RSA. */
size_t	jpkip_cert_modulus_len(const struct jpki_cert *);

/* 0: the signature over the digest is right; JPKI_ERR_SIGNATURE: it is not.
 * PSS: MGF1 with the same digest, any salt length (the card's is 32, but no
 * source states it). */
int	jpkip_cert_verify(struct jpki_ctx *, const struct jpki_cert *,
	    enum jpki_padding, enum jpki_md, const uint8_t *digest,
	    size_t digest_len, const uint8_t *sig, size_t sig_len) JPKI_CHECK;

/* A digest of libcrypto's by name; false: not available. */
bool	jpkip_digest(struct jpki_ctx *, const char *md, struct jpkip_part,
	    uint8_t out[64], size_t *len);

#endif
