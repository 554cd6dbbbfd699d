/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of certificates. */
#ifndef PROV_CERT_H
#define PROV_CERT_H

#include "prov.h"

/* The certificate in a file, PEM or DER. */
struct jpki_cert *prov_cert_read(struct prov *, const char *path);

/* The public key of a certificate, in our own library context. */
EVP_PKEY *prov_cert_public(struct prov *, const struct jpki_cert *);

/* Whether there is a condition among what OSSL_STORE_find() asked for. */
bool	prov_search_is_set(const OSSL_PARAM *);

/* Whether the name of an object meets them, and whether a certificate does. */
bool	prov_search_alias(const OSSL_PARAM *, const char *alias);
bool	prov_search_match(struct prov *, const OSSL_PARAM *,
	    const struct jpki_cert *);

#endif
