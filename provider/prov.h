/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One loaded provider, as all files of this directory know it.
 *
 * Two conventions meet here. What OpenSSL calls, and everything beside it,
 * returns 1 or 0; what talks to libjpki (card.c) returns 0 or a negative
 * JPKI_ERR_*. Either way an error was raised in OpenSSL's queue by whoever
 * failed first, unless a comment says otherwise.
 */
#ifndef PROV_PROV_H
#define PROV_PROV_H

#include <jpki.h>
#include <jpki/framework/shared.h>

#include <openssl/bio.h>
#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row of a dispatch table; the compiler compares the function's type. */
#define PROV_ROW(ID, type, fn) { OSSL_FUNC_##ID, _Generic(&(fn), \
	OSSL_FUNC_##type##_fn *: (void (*)(void))(fn)) }
#define PROV_END { 0, NULL }

struct prov_conf;

/* It belongs to one library context of the application; nothing is shared
 * between two of them. */
struct prov {
	const OSSL_CORE_HANDLE *handle;
	const OSSL_DISPATCH *core;
	OSSL_FUNC_core_new_error_fn *new_error;
	OSSL_FUNC_core_set_error_debug_fn *set_error_debug;
	OSSL_FUNC_core_vset_error_fn *vset_error;
	OSSL_FUNC_core_get_params_fn *get_params;

	/* What an application sees of our errors; see err.c. */
	OSSL_ITEM reasons[100];

	/* Made when first needed. */
	_Atomic(OSSL_LIB_CTX *) libctx;
	_Atomic(struct prov_conf *) conf;
	atomic_int debug;		/* JPKI_DEBUG_*, as that says */
	atomic_bool warned;		/* of a PIN in a URI */

	bool mute;			/* standard error was closed then */
	struct jpki_cards *cards;
};

/*
 * Our own library context, where digests, public keys and certificates come
 * from: an application's context may have no other provider, or odd
 * properties. NULL without memory.
 */
OSSL_LIB_CTX *prov_libctx(struct prov *);

/* A context of libjpki's for one call or two; NULL was raised. */
struct jpki_ctx *prov_ctx_new(struct prov *);

/* Adds copies of some parameters to those that were set before (NULL: none);
 * the new ones go before. */
int	prov_add_params(struct prov *, OSSL_PARAM **all,
	    const OSSL_PARAM *more);

/* Hands an object of a type to a loader's or decoder's callback; it has one
 * property or two. */
int	prov_deliver(OSSL_CALLBACK *cb, void *cbarg, int type, OSSL_PARAM,
	    OSSL_PARAM);

#endif
