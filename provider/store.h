/* SPDX-License-Identifier: Apache-2.0 */
/* Loading objects by their URI. */
#ifndef PROV_STORE_H
#define PROV_STORE_H

#include "prov.h"

extern const OSSL_DISPATCH prov_store_functions[];

/* The private key that a URI names, by reference to cb, as a decoder hands it
 * on; one VERIFY at most. */
int	prov_store_key(struct prov *, const char *uri, OSSL_CALLBACK *cb,
	    void *cbarg, OSSL_PASSPHRASE_CALLBACK *, void *pw_cbarg);

#endif
