/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate as an immutable record.
 */
#ifndef JPKI_CERT_H
#define JPKI_CERT_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JPKI_CERT_MAX 0x7fff	/* bytes of the largest certificate read */

/* Parses DER; bytes after the certificate are ignored, as the card's files
 * have filler there. The caller frees it. JPKI_ERR_DATA: not a certificate. */
JPKI_API int jpki_cert_parse(struct jpki_ctx *ctx, const uint8_t *der,
    size_t len, struct jpki_cert **out) JPKI_CHECK;

/* The certificate's bytes without filler; borrowed. */
JPKI_API const uint8_t *jpki_cert_der(const struct jpki_cert *cert,
    size_t *len);

/* First and last second of the validity, in seconds since 1970-01-01 UTC. */
JPKI_API void jpki_cert_validity(const struct jpki_cert *cert,
    int64_t *not_before, int64_t *not_after);

/* Wipes (the sign certificate holds name and address) and frees; NULL and a
 * pointer to NULL are fine. */
JPKI_API void jpki_cert_free(struct jpki_cert **cert);

#ifdef __cplusplus
}
#endif

#endif
