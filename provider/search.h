/* SPDX-License-Identifier: Apache-2.0 */
/* What OSSL_STORE_find() looks for; several conditions must all hold. */
#ifndef PROV_SEARCH_H
#define PROV_SEARCH_H

#include "prov.h"

#include <openssl/types.h>

#include <stdbool.h>
#include <stddef.h>

struct prov_search {
	bool set;
	X509_NAME *subject;
	X509_NAME *issuer;
	BIGNUM *serial;
	unsigned char *fingerprint;
	size_t fingerprint_len;
	char digest[24];	/* of the fingerprint */
	char alias[24];		/* an object's name, as in its URI */
};

int	prov_search_set(struct prov *, struct prov_search *,
	    const OSSL_PARAM params[]);
void	prov_search_clear(struct prov_search *);

/* 1, 0, or -1 with an error raised. alias is the certificate's. */
int	prov_search_match(struct prov *, const struct prov_search *,
	    const char *alias, const unsigned char *der, size_t len);

#endif
