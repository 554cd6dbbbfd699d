/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/key_cache.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <stdlib.h>

#include "crypto/libcrypto.h"

/* By a name that OpenSSL's ENGINEs have not: where the application made one of
 * them the default for RSA, it would be asked for keys, and has none. */
#define RSA_OID "1.2.840.113549.1.1.1"

static void
decoded_free(struct jpkip_decoded *decoded)
{
	if (!jpkip_crypto_is_own(decoded->crypto))
		return;
	EVP_PKEY_free(decoded->key);
	jpkip_crypto_unref(decoded->crypto);
	free(decoded);
}

/* The key as libcrypto's, from its numbers: its decoder takes four times as
 * long as checking the signature. */
static EVP_PKEY *
native_rsa(OSSL_LIB_CTX *lib, struct jpkip_part modulus,
    struct jpkip_part exponent)
{
	BIGNUM *n = BN_bin2bn(modulus.at, (int)modulus.len, NULL);
	BIGNUM *e = BN_bin2bn(exponent.at, (int)exponent.len, NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *key = NULL;

	if (n != NULL && e != NULL && build != NULL &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
	    (params = OSSL_PARAM_BLD_to_param(build)) != NULL &&
	    (ctx = EVP_PKEY_CTX_new_from_name(lib, RSA_OID, NULL)) != NULL &&
	    EVP_PKEY_fromdata_init(ctx) == 1)
		(void)EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY,
		    params);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	return key;
}

/* False: want of memory, not the key's fault. */
static bool
decode(struct jpkip_decoded *decoded, const struct jpkip_public_key *key)
{
	OSSL_LIB_CTX *lib = jpkip_crypto_lib(decoded->crypto);
	const unsigned char *at = key->spki.at;
	struct jpkip_part modulus, exponent;
	bool ok;

	jpkip_crypto_enter();
	decoded->key = jpkip_rsa_numbers(key, &modulus, &exponent) ?
	    native_rsa(lib, modulus, exponent) :
	    d2i_PUBKEY_ex(NULL, &at, (long)key->spki.len, lib, NULL);
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
	if (!decode(decoded, key)) {
		decoded_free(decoded);
		jpkip_fail(ctx, JPKI_ERR_CRYPTO, NULL, NULL);
		return NULL;
	}
	return decoded;
}

struct jpkip_decoded *
jpkip_decoded_get(struct jpki_ctx *ctx, const struct jpkip_public_key *key)
{
	struct jpkip_decoded *decoded, *other = key->cache != NULL ?
	    atomic_load(&key->cache->decoded) : NULL;

	if (other != NULL && jpkip_crypto_is_own(other->crypto))
		return other;
	/* What libcrypto does not take now, for whatever reason, it may take
	 * another time. */
	if ((decoded = decoded_new(ctx, key)) == NULL || key->cache == NULL ||
	    decoded->key == NULL)
		return decoded;
	/* Another thread may have been faster: then its is the one. A
	 * parent's is not lost. */
	decoded->parents = other;
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
