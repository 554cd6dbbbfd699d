/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One loaded provider: what belongs to one library context of the
 * application. Nothing here is shared between two of them.
 *
 * Two conventions meet in this directory. What OpenSSL calls, and everything
 * beside it, returns 1 or 0; what talks to libjpki (card.h) returns 0 or a
 * negative JPKI_ERR_*, together with a struct prov_fail.
 */
#ifndef PROV_PROV_H
#define PROV_PROV_H

#include "lock.h"

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/types.h>

#include <stdbool.h>

#define PROV_NAME "jpki"
#define PROV_PROPERTIES "provider=jpki"

/* A name nobody else has: whichever provider is loaded first, our signatures
 * are made for our keys only, and other people's keys never come here. */
#define PROV_RSA_SIGNATURE "JPKI-RSA-SIGN"

struct prov {
	const OSSL_CORE_HANDLE *handle;
	OSSL_FUNC_core_new_error_fn *new_error;
	OSSL_FUNC_core_set_error_debug_fn *set_error_debug;
	OSSL_FUNC_core_vset_error_fn *vset_error;

	struct prov_lock lock;		/* guards what follows */
	OSSL_LIB_CTX *libctx;
	struct prov_card *cards;
	bool warned;			/* of a PIN in a URI */
};

/*
 * Our own library context, where digests, public keys and certificates come
 * from: an application's context may have no other provider, or odd
 * properties. NULL, with an error raised, when memory is short.
 */
OSSL_LIB_CTX *prov_libctx(struct prov *);

extern const OSSL_DISPATCH prov_store_functions[];
extern const OSSL_DISPATCH prov_rsa_keymgmt_functions[];
extern const OSSL_DISPATCH prov_rsa_signature_functions[];

#endif
