/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/libcrypto.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <stdlib.h>

struct crypto {
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *provider;
};

static void
crypto_free(void *arg)
{
	struct crypto *crypto = arg;

	if (crypto->provider != NULL)
		OSSL_PROVIDER_unload(crypto->provider);
	OSSL_LIB_CTX_free(crypto->lib);
	free(crypto);
}

/*
 * The provider is loaded by name: without that, libcrypto would look for one
 * when the first algorithm is fetched. A library context of one's own reads
 * no openssl.cnf, so nobody can put another provider under our feet.
 */
OSSL_LIB_CTX *
jpkip_crypto(struct jpki_ctx *ctx)
{
	struct crypto *crypto = jpkip_ctx_attached(ctx);

	if (crypto != NULL)
		return crypto->lib;
	if ((crypto = calloc(1, sizeof(*crypto))) == NULL) {
		jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
		return NULL;
	}
	jpkip_crypto_enter();
	if ((crypto->lib = OSSL_LIB_CTX_new()) != NULL)
		crypto->provider = OSSL_PROVIDER_load(crypto->lib, "default");
	jpkip_crypto_leave();
	if (crypto->provider == NULL) {
		crypto_free(crypto);
		jpkip_fail(ctx, JPKI_ERR_CRYPTO,
		    JPKIP_SAME("OSSL_PROVIDER"));
		return NULL;
	}
	jpkip_ctx_attach(ctx, crypto, crypto_free);
	return crypto->lib;
}

void
jpkip_crypto_enter(void)
{
	ERR_set_mark();
}

void
jpkip_crypto_leave(void)
{
	ERR_pop_to_mark();
}
