/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signature operation, and its parameters: which digests and paddings the
 * card's keys sign with.
 */
#ifndef PROV_SIG_H
#define PROV_SIG_H

#include "key.h"
#include "prov.h"

#include <openssl/evp.h>

/* What the card's keys sign (RFC 8017, 9.2 and A.2). */
struct digest {
	enum jpki_md md;
	const char *name;
	size_t len;
	unsigned char prefix[19];	/* of a DigestInfo */
	unsigned char algorithm[15];	/* sha256WithRSAEncryption ... */
};

#define PROV_N_DIGESTS 3
extern const struct digest prov_digests[PROV_N_DIGESTS];

struct sig {
	struct prov *prov;
	struct prov_key *key;

	/* Signing. */
	enum jpki_padding padding;
	const struct digest *digest;	/* NULL: raw */
	EVP_MD_CTX *hash;		/* NULL: not a digest-sign */

	/* Verifying: OpenSSL's own operation on the public half. */
	EVP_PKEY_CTX *verify;		/* belongs to verify_hash if set */
	EVP_MD_CTX *verify_hash;
};

/* Sets the digest by any of its names; whether digest and padding go together.
 * 0: an error was raised. */
int	prov_sig_set_digest(struct sig *, const char *name);
int	prov_sig_check_pss(const struct sig *);

/* Parameters of signing; NULL is fine. */
int	prov_sig_set_params(struct sig *, const OSSL_PARAM params[]);

OSSL_FUNC_signature_get_ctx_params_fn prov_sig_get_ctx_params;
OSSL_FUNC_signature_gettable_ctx_params_fn prov_sig_gettable_ctx_params;
OSSL_FUNC_signature_set_ctx_params_fn prov_sig_set_ctx_params;
OSSL_FUNC_signature_settable_ctx_params_fn prov_sig_settable_ctx_params;

#endif
