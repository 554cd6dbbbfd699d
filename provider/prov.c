/* SPDX-License-Identifier: Apache-2.0 */
#include "prov.h"
#include "card.h"
#include "err.h"

#include <jpki.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

static OSSL_FUNC_provider_teardown_fn teardown;
static OSSL_FUNC_provider_gettable_params_fn gettable_params;
static OSSL_FUNC_provider_get_params_fn get_params;
static OSSL_FUNC_provider_query_operation_fn query_operation;

OSSL_LIB_CTX *
prov_libctx(struct prov *prov)
{
	OSSL_LIB_CTX *libctx, *unused;

	prov_lock(&prov->lock);
	libctx = prov->libctx;
	prov_unlock(&prov->lock);
	if (libctx != NULL)
		return libctx;

	/* Late, because libcrypto may load us while it reads its own
	 * configuration; and outside the lock. A new context activates
	 * OpenSSL's default provider by itself. */
	if ((unused = OSSL_LIB_CTX_new()) == NULL) {
		prov_raise(prov, PROV_R_MEMORY, "library context");
		return NULL;
	}
	prov_lock(&prov->lock);
	if (prov->libctx == NULL) {
		prov->libctx = unused;
		unused = NULL;
	}
	libctx = prov->libctx;
	prov_unlock(&prov->lock);
	OSSL_LIB_CTX_free(unused);
	return libctx;
}

static void
teardown(void *provctx)
{
	struct prov *prov = provctx;

	if (prov == NULL)
		return;
	prov_cards_free(prov);
	OSSL_LIB_CTX_free(prov->libctx);
	prov_lock_destroy(&prov->lock);
	OPENSSL_free(prov);
}

static const OSSL_PARAM *
gettable_params(void *provctx)
{
	static const OSSL_PARAM table[] = {
		OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_NAME, NULL, 0),
		OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_VERSION, NULL, 0),
		OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_BUILDINFO, NULL, 0),
		OSSL_PARAM_int(OSSL_PROV_PARAM_STATUS, NULL),
		OSSL_PARAM_END
	};

	(void)provctx;
	return table;
}

static int
get_params(void *provctx, OSSL_PARAM params[])
{
	OSSL_PARAM *p;

	(void)provctx;
	p = OSSL_PARAM_locate(params, OSSL_PROV_PARAM_NAME);
	if (p != NULL && !OSSL_PARAM_set_utf8_ptr(p, "My Number Card (JPKI)"))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_PROV_PARAM_VERSION);
	if (p != NULL && !OSSL_PARAM_set_utf8_ptr(p, JPKIP_VERSION))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_PROV_PARAM_BUILDINFO);
	if (p != NULL && !OSSL_PARAM_set_utf8_ptr(p, JPKIP_VERSION))
		return 0;
	/* Ready, with or without a card. */
	p = OSSL_PARAM_locate(params, OSSL_PROV_PARAM_STATUS);
	return p == NULL || OSSL_PARAM_set_int(p, 1);
}

/* The tables never depend on a card: what OpenSSL does not see at its first
 * question, it does not see later. */
static const OSSL_ALGORITHM *
query_operation(void *provctx, int operation, int *no_cache)
{
	static const OSSL_ALGORITHM stores[] = {
		{ "jpki", PROV_PROPERTIES, prov_store_functions,
		    "My Number Card" },
		{ NULL, NULL, NULL, NULL }
	};
	static const OSSL_ALGORITHM keymgmts[] = {
		{ "RSA:rsaEncryption:1.2.840.113549.1.1.1", PROV_PROPERTIES,
		    prov_rsa_keymgmt_functions, "My Number Card RSA key" },
		{ NULL, NULL, NULL, NULL }
	};
	static const OSSL_ALGORITHM signatures[] = {
		{ PROV_RSA_SIGNATURE, PROV_PROPERTIES,
		    prov_rsa_signature_functions,
		    "My Number Card RSA signature" },
		{ NULL, NULL, NULL, NULL }
	};

	(void)provctx;
	*no_cache = 0;
	switch (operation) {
	case OSSL_OP_STORE:
		return stores;
	case OSSL_OP_KEYMGMT:
		return keymgmts;
	case OSSL_OP_SIGNATURE:
		return signatures;
	default:
		return NULL;
	}
}

static const OSSL_DISPATCH functions[] = {
	{ OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))teardown },
	{ OSSL_FUNC_PROVIDER_GETTABLE_PARAMS,
	    (void (*)(void))gettable_params },
	{ OSSL_FUNC_PROVIDER_GET_PARAMS, (void (*)(void))get_params },
	{ OSSL_FUNC_PROVIDER_QUERY_OPERATION,
	    (void (*)(void))query_operation },
	{ OSSL_FUNC_PROVIDER_GET_REASON_STRINGS,
	    (void (*)(void))prov_reason_strings },
	{ 0, NULL }
};

static void
take_core_functions(struct prov *prov, const OSSL_DISPATCH *in)
{
	for (; in->function_id != 0; in++) {
		switch (in->function_id) {
		case OSSL_FUNC_CORE_NEW_ERROR:
			prov->new_error = OSSL_FUNC_core_new_error(in);
			break;
		case OSSL_FUNC_CORE_SET_ERROR_DEBUG:
			prov->set_error_debug =
			    OSSL_FUNC_core_set_error_debug(in);
			break;
		case OSSL_FUNC_CORE_VSET_ERROR:
			prov->vset_error = OSSL_FUNC_core_vset_error(in);
			break;
		}
	}
}

extern __attribute__((visibility("default")))
OSSL_provider_init_fn OSSL_provider_init;

int
OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
    const OSSL_DISPATCH **out, void **provctx)
{
	struct prov *prov;

	if ((prov = OPENSSL_zalloc(sizeof(*prov))) == NULL)
		return 0;
	prov->handle = handle;
	take_core_functions(prov, in);
	if (prov->new_error == NULL || prov->set_error_debug == NULL ||
	    prov->vset_error == NULL || !prov_lock_init(&prov->lock)) {
		OPENSSL_free(prov);
		return 0;
	}
	*out = functions;
	*provctx = prov;
	return 1;
}
