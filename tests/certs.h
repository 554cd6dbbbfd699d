/* SPDX-License-Identifier: Apache-2.0 */
/* A CA for each purpose, and certificates that it issues. */
#ifndef CERTS_H
#define CERTS_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <jpki.h>

#include "base/date.h"
#include "certificate/soft_ca.h"
#include "softcard/issue.h"

struct certs {
	struct jpki_ctx *ctx;
	EVP_PKEY *ca_key, *key;
	X509 *ca[2], *cert[2];	/* auth, sign; generation 3 */
};

/* Where a key's are in such arrays. */
size_t	certs_at(enum jpki_key);

/* 山田　太郎, born 1990-02-17. */
extern const struct jpkip_holder certs_holder;

void	certs_make(struct certs *);
void	certs_free(struct certs *);

/* A certificate for somebody else, or with another CN for auth (NULL: the
 * usual one). */
X509	*certs_issue(struct certs *, enum jpki_key,
	    const struct jpkip_holder *);

/* DER of the caller's (OPENSSL_free). */
uint8_t	*certs_der(const X509 *, size_t *len);

struct jpki_cert *certs_parse(struct certs *, const X509 *);

/* Changes an extension and signs again with a CA's key. */
void	certs_replace(X509 *, int nid, bool critical, const uint8_t *value,
	    size_t len);
void	certs_sign(X509 *, EVP_PKEY *);

#endif
