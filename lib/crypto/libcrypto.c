/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/libcrypto.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <stdatomic.h>
#include <stdlib.h>

struct jpkip_crypto {
	atomic_uint refs;	/* the jpki_ctx, and keys that outlive it */
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *provider;
};

void
jpkip_crypto_unref(struct jpkip_crypto *crypto)
{
	if (atomic_fetch_sub(&crypto->refs, 1) != 1)
		return;
	if (crypto->provider != NULL)
		OSSL_PROVIDER_unload(crypto->provider);
	OSSL_LIB_CTX_free(crypto->lib);
	free(crypto);
}

static void
detach(void *crypto)
{
	jpkip_crypto_unref(crypto);
}

/*
 * The provider is loaded by name: without that, libcrypto would look for one
 * when the first algorithm is fetched. A library context of one's own reads
 * no openssl.cnf, so nobody can put another provider under our feet.
 */
static struct jpkip_crypto *
attached(struct jpki_ctx *ctx)
{
	struct jpkip_crypto *crypto = jpkip_ctx_attached(ctx);

	if (crypto != NULL)
		return crypto;
	if ((crypto = calloc(1, sizeof(*crypto))) == NULL) {
		jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
		return NULL;
	}
	atomic_init(&crypto->refs, 1);
	jpkip_crypto_enter();
	if ((crypto->lib = OSSL_LIB_CTX_new()) != NULL)
		crypto->provider = OSSL_PROVIDER_load(crypto->lib, "default");
	jpkip_crypto_leave();
	if (crypto->provider == NULL) {
		jpkip_crypto_unref(crypto);
		jpkip_fail(ctx, JPKI_ERR_CRYPTO,
		    JPKIP_SAME("OSSL_PROVIDER"));
		return NULL;
	}
	jpkip_ctx_attach(ctx, crypto, detach);
	return crypto;
}

OSSL_LIB_CTX *
jpkip_crypto(struct jpki_ctx *ctx)
{
	struct jpkip_crypto *crypto = attached(ctx);

	return crypto != NULL ? crypto->lib : NULL;
}

struct jpkip_crypto *
jpkip_crypto_ref(struct jpki_ctx *ctx)
{
	struct jpkip_crypto *crypto = attached(ctx);

	if (crypto != NULL)
		atomic_fetch_add(&crypto->refs, 1);
	return crypto;
}

OSSL_LIB_CTX *
jpkip_crypto_lib(const struct jpkip_crypto *crypto)
{
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
