/* SPDX-License-Identifier: Apache-2.0 */
/* How OpenSSL sees the module: its beginning, its end, and what it offers. */
#include "prov.h"

#include <fcntl.h>
#include <unistd.h>

#include "conf.h"
#include "decoder.h"
#include "encoder.h"
#include "err.h"
#include "key.h"
#include "sig.h"
#include "store.h"

static void
teardown(void *provctx)
{
	struct prov *prov = provctx;

	jpki_cards_free(&prov->cards);
	prov_conf_free(prov->conf);
	OSSL_LIB_CTX_free(prov->libctx);
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

	return table;
}

static int
get_text(OSSL_PARAM params[], const char *key, const char *text)
{
	OSSL_PARAM *p = OSSL_PARAM_locate(params, key);

	return p == NULL || OSSL_PARAM_set_utf8_ptr(p, text);
}

static int
get_params(void *provctx, OSSL_PARAM params[])
{
	OSSL_PARAM *status = OSSL_PARAM_locate(params,
	    OSSL_PROV_PARAM_STATUS);

	return get_text(params, OSSL_PROV_PARAM_NAME,
	    "My Number Card (JPKI)") &&
	    get_text(params, OSSL_PROV_PARAM_VERSION, JPKIP_VERSION) &&
	    get_text(params, OSSL_PROV_PARAM_BUILDINFO, JPKIP_VERSION) &&
	    /* Ready, with or without a card. */
	    (status == NULL || OSSL_PARAM_set_int(status, 1));
}

/* Without a card: do the parts fit together? */
static int
self_test(void *provctx)
{
	EVP_MD *md;

	md = EVP_MD_fetch(prov_libctx(provctx), "SHA256", NULL);
	EVP_MD_free(md);
	return md != NULL && prov_conf_check(provctx);
}

/* The tables never depend on a card: what OpenSSL does not see at its first
 * question, it does not see later. */
#define ALGORITHM(names, properties, functions) \
	{ names, "provider=jpki" properties, functions, "My Number Card" }
#define ALGORITHM_END { NULL, NULL, NULL, NULL }
#define RSA "RSA:rsaEncryption:1.2.840.113549.1.1.1"

static const OSSL_ALGORITHM *
query_operation(void *provctx, int operation, int *no_cache)
{
	static const OSSL_ALGORITHM stores[] = {
		ALGORITHM("jpki", "", prov_store_functions), ALGORITHM_END
	};
	static const OSSL_ALGORITHM keymgmts[] = {
		ALGORITHM(RSA, "", prov_rsa_keymgmt_functions), ALGORITHM_END
	};
	static const OSSL_ALGORITHM signatures[] = {
		ALGORITHM(PROV_RSA_SIGNATURE, "",
		    prov_rsa_signature_functions), ALGORITHM_END
	};
#define ENCODER(output, structure, name) ALGORITHM(RSA, ",output=" output \
	    ",structure=" structure, prov_##name##_functions)
	/* Where no structure is asked for, OpenSSL takes the last one. */
	static const OSSL_ALGORITHM encoders[] = {
		ENCODER("der", "SubjectPublicKeyInfo", spki_der),
		ENCODER("pem", "SubjectPublicKeyInfo", spki_pem),
		ENCODER("der", "EncryptedPrivateKeyInfo", epki_der),
		ENCODER("pem", "EncryptedPrivateKeyInfo", epki_pem),
		ENCODER("der", "pkcs1", pkcs1_der),
		ENCODER("pem", "pkcs1", pkcs1_pem),
		ENCODER("der", "PrivateKeyInfo", pki_der),
		ENCODER("pem", "PrivateKeyInfo", pki_pem),
		ALGORITHM(RSA, ",output=text", prov_text_functions),
		ALGORITHM_END
	};
	static const OSSL_ALGORITHM decoders[] = {
		ALGORITHM("DER", ",input=pem", prov_pem_decoder_functions),
		ALGORITHM(RSA, ",input=der,structure=jpki-key",
		    prov_der_decoder_functions),
		ALGORITHM_END
	};

	*no_cache = 0;
	return operation == OSSL_OP_STORE ? stores :
	    operation == OSSL_OP_KEYMGMT ? keymgmts :
	    operation == OSSL_OP_SIGNATURE ? signatures :
	    operation == OSSL_OP_ENCODER ? encoders :
	    operation == OSSL_OP_DECODER ? decoders : NULL;
}

#define ROW(ID, id, fn) PROV_ROW(PROVIDER_##ID, provider_##id, fn)
static const OSSL_DISPATCH functions[] = {
	ROW(TEARDOWN, teardown, teardown),
	ROW(GETTABLE_PARAMS, gettable_params, gettable_params),
	ROW(GET_PARAMS, get_params, get_params),
	ROW(QUERY_OPERATION, query_operation, query_operation),
	ROW(GET_REASON_STRINGS, get_reason_strings, prov_reason_strings),
	ROW(SELF_TEST, self_test, self_test),
	PROV_END
};

extern __attribute__((visibility("default")))
OSSL_provider_init_fn OSSL_provider_init;

int
OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
    const OSSL_DISPATCH **out, void **provctx)
{
	struct jpki_ctx *ctx;
	struct prov *prov;

	if ((prov = OPENSSL_zalloc(sizeof(*prov))) == NULL)
		return 0;
	prov->mute = fcntl(STDERR_FILENO, F_GETFD) == -1;
	prov->handle = handle;
	prov->core = in;
	for (; in->function_id != 0; in++) {
		if (in->function_id == OSSL_FUNC_CORE_NEW_ERROR)
			prov->new_error = OSSL_FUNC_core_new_error(in);
		else if (in->function_id == OSSL_FUNC_CORE_SET_ERROR_DEBUG)
			prov->set_error_debug =
			    OSSL_FUNC_core_set_error_debug(in);
		else if (in->function_id == OSSL_FUNC_CORE_VSET_ERROR)
			prov->vset_error = OSSL_FUNC_core_vset_error(in);
		else if (in->function_id == OSSL_FUNC_CORE_GET_PARAMS)
			prov->get_params = OSSL_FUNC_core_get_params(in);
	}
	ctx = jpki_ctx_new();
	if (prov->new_error == NULL || prov->set_error_debug == NULL ||
	    prov->vset_error == NULL || prov->get_params == NULL ||
	    jpki_cards_new(ctx, &prov->cards) != 0) {
		jpki_ctx_free(&ctx);
		OPENSSL_free(prov);
		return 0;
	}
	jpki_ctx_free(&ctx);
	*out = functions;
	*provctx = prov;
	return 1;
}
