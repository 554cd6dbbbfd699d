/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DER around digests and signatures, for whoever stands between a program
 * and a card: a provider, a module, an agent.
 *
 * For frameworks: may change with each 0.MINOR.
 */
#ifndef JPKI_FRAMEWORK_DIGESTINFO_H
#define JPKI_FRAMEWORK_DIGESTINFO_H

#include <jpki/digest.h>
#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Takes a DigestInfo apart (RFC 8017, 9.2, note 1: what PKCS#1 v1.5 signs),
 * for callers who are handed one instead of a digest and its name. It must be
 * one to the byte, with NULL parameters and nothing after it. *digest points
 * into der, and has jpki_md_len() bytes. 0: it is none; the outputs are
 * untouched.
 */
JPKI_API enum jpki_md jpki_digest_info_parse(const uint8_t *der, size_t len,
    const uint8_t **digest);

/*
 * The AlgorithmIdentifier of a signature as in certificates and CMS, DER, *len
 * bytes, static: sha256WithRSAEncryption and its sisters (RFC 8017, A.2.4), or
 * RSASSA-PSS with SHA-256, MGF1-SHA-256 and a salt of 32 bytes (A.2.3). NULL:
 * no card makes this one.
 */
JPKI_API const uint8_t *jpki_signature_algorithm(enum jpki_padding padding,
    enum jpki_md md, size_t *len);

#ifdef __cplusplus
}
#endif

#endif
