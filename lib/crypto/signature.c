/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <string.h>

#include "crypto/digest.h"
#include "crypto/key_cache.h"
#include "crypto/libcrypto.h"

/* 1.2.840.113549.1.1.x and 1.2.840.10045.4.3.x without the last arc. */
static const uint8_t oid_pkcs1[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01
};
static const uint8_t oid_ecdsa[] = {
	0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03
};

static const struct algorithm {
	enum jpki_key_type key;
	uint8_t arc;
	const char *name;
	const char *md;		/* NULL: named, but not accepted */
} algorithms[] = {
	{ JPKI_KEY_TYPE_RSA, 11, "sha256WithRSAEncryption", "SHA256" },
	{ JPKI_KEY_TYPE_RSA, 12, "sha384WithRSAEncryption", "SHA384" },
	{ JPKI_KEY_TYPE_RSA, 13, "sha512WithRSAEncryption", "SHA512" },
	{ JPKI_KEY_TYPE_RSA, 10, "RSASSA-PSS", NULL },
	{ JPKI_KEY_TYPE_RSA, 5, "sha1WithRSAEncryption", NULL },
	{ JPKI_KEY_TYPE_EC, 2, "ecdsa-with-SHA256", "SHA256" },
	{ JPKI_KEY_TYPE_EC, 3, "ecdsa-with-SHA384", "SHA384" },
	{ JPKI_KEY_TYPE_EC, 4, "ecdsa-with-SHA512", "SHA512" }
};

static bool
under(struct jpkip_part oid, const uint8_t *arc, size_t len)
{
	return oid.len == len + 1 && memcmp(oid.at, arc, len) == 0;
}

static const struct algorithm *
find(struct jpkip_part oid)
{
	enum jpki_key_type key = JPKI_KEY_TYPE_OTHER;
	size_t i;

	if (under(oid, oid_pkcs1, sizeof(oid_pkcs1)))
		key = JPKI_KEY_TYPE_RSA;
	else if (under(oid, oid_ecdsa, sizeof(oid_ecdsa)))
		key = JPKI_KEY_TYPE_EC;
	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (key == algorithms[i].key &&
		    oid.at[oid.len - 1] == algorithms[i].arc)
			return &algorithms[i];
	return NULL;
}

const char *
jpkip_algorithm_name(struct jpkip_part oid)
{
	const struct algorithm *algorithm = find(oid);

	return algorithm != NULL ? algorithm->name : NULL;
}

/* RFC 4055 and 5758: NULL with RSA (missing is tolerated), nothing with EC. */
static bool
parameters_fit(const struct algorithm *algorithm, struct jpkip_part parameters)
{
	static const uint8_t null[] = { JPKIP_TAG_NULL, 0 };

	return parameters.len == 0 || (algorithm->key == JPKI_KEY_TYPE_RSA &&
	    JPKIP_PART_IS(parameters, null));
}

/* 1: the signature is right, 0: it is not, negative: libcrypto failed. A key
 * that libcrypto does not take makes no right signature. */
static int
digest_verify(const struct jpkip_decoded *signer, const char *md,
    struct jpkip_part data, struct jpkip_part signature)
{
	OSSL_LIB_CTX *lib = jpkip_crypto_lib(signer->crypto);
	EVP_MD_CTX *verify;
	int right = -1;

	if (signer->key == NULL)
		return 0;
	jpkip_crypto_enter();
	if ((verify = EVP_MD_CTX_new()) != NULL &&
	    EVP_DigestVerifyInit_ex(verify, NULL, md, lib, NULL, signer->key,
	    NULL) == 1)
		right = EVP_DigestVerify(verify, signature.at, signature.len,
		    data.at, data.len) == 1;
	if (right == 0 &&
	    ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE)
		right = -1;
	EVP_MD_CTX_free(verify);
	jpkip_crypto_leave();
	return right;
}

int
jpkip_signed_by(struct jpki_ctx *ctx, const struct jpkip_public_key *signer,
    struct jpkip_part oid, struct jpkip_part parameters,
    struct jpkip_part data, struct jpkip_part signature, bool *supported,
    bool *right)
{
	const struct algorithm *algorithm = find(oid);
	struct jpkip_decoded *decoded;
	int r;

	*right = false;
	*supported = algorithm != NULL && algorithm->md != NULL &&
	    algorithm->key == signer->type && signer->size != 0 &&
	    parameters_fit(algorithm, parameters);
	if (!*supported)
		return 0;
	if ((decoded = jpkip_decoded_get(ctx, signer)) == NULL)
		return jpki_ctx_err(ctx);
	r = digest_verify(decoded, algorithm->md, data, signature);
	jpkip_decoded_put(signer, decoded);
	if (r < 0)
		return jpkip_fail(ctx, JPKI_ERR_CRYPTO, JPKIP_SAME("%s"),
		    algorithm->name);
	*right = r == 1;
	return 0;
}

/* Not as OSSL_PARAMs: where the application made an ENGINE of OpenSSL's the
 * default for RSA, that goes on with the key, and takes none. */
static bool
set_padding(EVP_PKEY_CTX *verify, enum jpki_padding padding, enum jpki_md md)
{
	const EVP_MD *digest = md == JPKI_MD_SHA256 ? EVP_sha256() :
	    md == JPKI_MD_SHA384 ? EVP_sha384() :
	    md == JPKI_MD_SHA512 ? EVP_sha512() : EVP_sha1();

	if (EVP_PKEY_CTX_set_rsa_padding(verify, padding == JPKI_PADDING_PSS ?
	    RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) <= 0 ||
	    EVP_PKEY_CTX_set_signature_md(verify, digest) <= 0)
		return false;
	return padding != JPKI_PADDING_PSS ||
	    (EVP_PKEY_CTX_set_rsa_mgf1_md(verify, digest) > 0 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(verify,
	    RSA_PSS_SALTLEN_DIGEST) > 0);
}

/* 1: the signature is right, 0: it is not, negative: could not be checked. */
static int
check_digest(OSSL_LIB_CTX *lib, EVP_PKEY *key, enum jpki_padding padding,
    enum jpki_md md, const uint8_t *digest, size_t digest_len,
    const uint8_t *sig, size_t sig_len)
{
	EVP_PKEY_CTX *verify = EVP_PKEY_CTX_new_from_pkey(lib, key, NULL);
	int r = -1;

	if (verify != NULL && EVP_PKEY_verify_init(verify) == 1 &&
	    set_padding(verify, padding, md))
		r = EVP_PKEY_verify(verify, sig, sig_len, digest,
		    digest_len) == 1;
	EVP_PKEY_CTX_free(verify);
	return r;
}

int
jpkip_signature_key(struct jpki_ctx *ctx,
    const struct jpkip_public_key *key, const char *name)
{
	struct jpkip_part modulus, exponent;

	if (key->modulus_len == 0)
		return jpkip_fail(ctx, JPKI_ERR_DATA, "%s, which is not RSA",
		    "%sが RSA ではありません", name);
	if (jpkip_rsa_numbers(key, &modulus, &exponent))
		return 0;
	return jpkip_fail(ctx, JPKI_ERR_DATA, "%s, no signature could be "
	    "checked with it",
	    "%sで署名を確かめられません", name);
}

int
jpkip_signature_check(struct jpki_ctx *ctx,
    const struct jpkip_public_key *signer, enum jpki_padding padding,
    enum jpki_md md, const uint8_t *digest, size_t digest_len,
    const uint8_t *sig, size_t sig_len)
{
	struct jpkip_part modulus, exponent;
	struct jpkip_decoded *decoded;
	int right = -1;

	if (jpki_md_len(md) == 0 || digest_len != jpki_md_len(md))
		return jpkip_fail(ctx, JPKI_ERR_DIGEST, NULL, NULL);
	if (padding != JPKI_PADDING_PKCS1 && padding != JPKI_PADDING_PSS)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, "padding",
		    "パディング");
	if (!jpkip_rsa_numbers(signer, &modulus, &exponent))
		return jpkip_fail(ctx, JPKI_ERR_DATA, JPKIP_SAME("X.509: RSA"));
	if (sig_len != signer->modulus_len)
		return jpkip_fail(ctx, JPKI_ERR_SIGNATURE, NULL, NULL);
	if ((decoded = jpkip_decoded_get(ctx, signer)) == NULL)
		return jpki_ctx_err(ctx);
	jpkip_crypto_enter();
	if (decoded->key != NULL)
		right = check_digest(jpkip_crypto_lib(decoded->crypto),
		    decoded->key, padding, md, digest, digest_len, sig,
		    sig_len);
	jpkip_crypto_leave();
	jpkip_decoded_put(signer, decoded);
	if (right < 0)
		return jpkip_fail(ctx, JPKI_ERR_CRYPTO, JPKIP_SAME("RSA"));
	return right ? 0 : jpkip_fail(ctx, JPKI_ERR_SIGNATURE, NULL, NULL);
}
