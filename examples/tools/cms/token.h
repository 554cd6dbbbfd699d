/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time stamps (RFC 3161) of CMS signatures: no network and no card.
 * OPENSSL_free() what is made.
 */
#ifndef TOOLS_CMS_TOKEN_H
#define TOOLS_CMS_TOKEN_H

#include <stddef.h>
#include <stdint.h>

enum token_result {
	TOKEN_OPENSSL = -1,	/* the reason is in OpenSSL's queue */
	TOKEN_OK = 0,
	TOKEN_NOT_CMS,		/* the signature cannot be read */
	TOKEN_ALL_STAMPED,	/* each of its signers has a stamp */
	TOKEN_NOT_REPLY,	/* not an RFC 3161 reply */
	TOKEN_REFUSED,		/* the authority did not grant it */
	TOKEN_OTHER		/* it is a stamp of something else */
};

/* A query for the value of a signature (SHA-256), with a random nonce, which
 * asks for the authority's certificate. */
enum token_result token_query(const uint8_t *sig, size_t sig_len,
    uint8_t **query, size_t *len);

/* The same for the first signer in a CMS that has no stamp. */
enum token_result token_query_cms(const uint8_t *cms, size_t cms_len,
    uint8_t **query, size_t *len);

/* Puts the stamp of a reply in: at the signer whose signature it stamps. */
enum token_result token_add(const uint8_t *cms, size_t cms_len,
    const uint8_t *reply, size_t reply_len, uint8_t **out, size_t *len);

#endif
