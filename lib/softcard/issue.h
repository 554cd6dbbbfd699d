/* SPDX-License-Identifier: Apache-2.0 */
/* Issuing the software card's certificates. */
#ifndef JPKIP_ISSUE_H
#define JPKIP_ISSUE_H

#include <openssl/x509.h>

#include "base/ctx.h"
#include "softcard/cert_fields.h"

struct jpkip_request {
	enum jpki_key purpose;
	EVP_PKEY *key;			/* the holder's */
	X509 *ca;
	EVP_PKEY *ca_key;
	uint32_t serial;		/* positive in 4 bytes */
	int64_t not_before;
	int64_t not_after;
	struct jpkip_holder holder;
};

/* A new RSA-2048 key pair, e = 65537. The caller frees it. */
int	jpkip_issue_key(struct jpki_ctx *, EVP_PKEY **out) JPKI_CHECK;

/* The self-signed certificate of a CA generation. */
int	jpkip_issue_ca(struct jpki_ctx *, enum jpki_key, int generation,
	    EVP_PKEY *key, X509 **out) JPKI_CHECK;

/* A holder's certificate. */
int	jpkip_issue(struct jpki_ctx *, const struct jpkip_request *,
	    X509 **out) JPKI_CHECK;

#endif
