/* SPDX-License-Identifier: Apache-2.0 */
/* What others need of a certificate beyond the public interface. */
#ifndef JPKIP_CERT_H
#define JPKIP_CERT_H

#include <jpki/cert.h>

#include "base/ctx.h"
#include "crypto/public_key.h"

/* jpki_cert_parse() for callers inside, who have recorded nothing yet. */
int	jpkip_cert_parse(struct jpki_ctx *, const uint8_t *der, size_t len,
	    struct jpki_cert **out) JPKI_CHECK;

/* Its key; borrowed. */
const struct jpkip_public_key *jpkip_cert_public_key(
	    const struct jpki_cert *);

/* Bytes of an RSA modulus; 0: the key is not RSA. */
size_t	jpkip_cert_modulus_len(const struct jpki_cert *);

/* jpkip_signature_check() with its key. */
int	jpkip_cert_verify(struct jpki_ctx *, const struct jpki_cert *,
	    enum jpki_padding, enum jpki_md, const uint8_t *digest,
	    size_t digest_len, const uint8_t *sig, size_t sig_len) JPKI_CHECK;

#endif
