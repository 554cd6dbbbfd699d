/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/key_cache.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <stdlib.h>

#include "crypto/libcrypto.h"

static void
decoded_free(struct jpkip_decoded *decoded)
{
	EVP_PKEY_free(decoded->key);
	jpkip_crypto_unref(decoded->crypto);
	free(decoded);
}

/* False: want of memory, not the key's fault. */
static bool
decode(struct jpkip_decoded *decoded, struct jpkip_part spki)
{
	const unsigned char *at = spki.at;
	bool ok;

	jpkip_crypto_enter();
	decoded->key = d2i_PUBKEY_ex(NULL, &at, (long)spki.len,
	    jpkip_crypto_lib(decoded->crypto), NULL);
	ok = decoded->key != NULL || ERR_GET_REASON(ERR_peek_last_error()) !=
	    ERR_R_MALLOC_FAILURE;
	jpkip_crypto_leave();
	return ok;
}

static struct jpkip_decoded *
decoded_new(struct jpki_ctx *ctx, const struct jpkip_public_key *key)
{
	struct jpkip_decoded *decoded;

	if ((decoded = calloc(1, sizeof(*decoded))) == NULL) {
		jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
		return NULL;
	}
	if ((decoded->crypto = jpkip_crypto_ref(ctx)) == NULL) {
		free(decoded);
		return NULL;
	}
	if (!decode(decoded, key->spki)) {
		decoded_free(decoded);
		jpkip_fail(ctx, JPKI_ERR_CRYPTO, NULL, NULL);
		return NULL;
	}
	return decoded;
}

struct jpkip_decoded *
jpkip_decoded_get(struct jpki_ctx *ctx, const struct jpkip_public_key *key)
{
	struct jpkip_decoded *decoded, *other = NULL;

	if (key->cache != NULL &&
	    (decoded = atomic_load(&key->cache->decoded)) != NULL)
		return decoded;
	/* What libcrypto does not take now, for whatever reason, it may take
	 * another time. */
	if ((decoded = decoded_new(ctx, key)) == NULL || key->cache == NULL ||
	    decoded->key == NULL)
		return decoded;
	/* Another thread may have been faster: then its is the one. */
	if (atomic_compare_exchange_strong(&key->cache->decoded, &other,
	    decoded))
		return decoded;
	decoded_free(decoded);
	return other;
}

void
jpkip_decoded_put(const struct jpkip_public_key *key,
    struct jpkip_decoded *decoded)
{
	if (key->cache == NULL ||
	    atomic_load(&key->cache->decoded) != decoded)
		decoded_free(decoded);
}

void
jpkip_key_cache_empty(struct jpkip_key_cache *cache)
{
	struct jpkip_decoded *decoded = atomic_exchange(&cache->decoded,
	    NULL);

	if (decoded != NULL)
		decoded_free(decoded);
}
