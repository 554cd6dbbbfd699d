/* SPDX-License-Identifier: Apache-2.0 */
/* COMPUTE DIGITAL SIGNATURE (card.md 3.6). The card looks at the length of
 * what it is given and at nothing else. */
#include "softcard/sign.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <string.h>

#include "crypto/digest.h"
#include "crypto/libcrypto.h"
#include "softcard/files.h"
#include "softcard/pins.h"
#include "softcard/select.h"

#define SIGNATURE_MAX	512
#define SHA256_LEN	32
#define INPUT_MAX	255	/* of the forms that hash on the card */
#define PKCS1_OVERHEAD	11
#define SALT_LEN	32

/* What P1 asks for. */
static const struct form {
	bool hash;		/* SHA-256 on the card first */
	bool digest_info;
	bool pss;
} forms[] = {
	[0x00] = { false, false, false },
	[0x01] = { true, false, false },
	[0x02] = { false, true, false },
	[0x03] = { true, true, false },
	[0x04] = { false, false, true },
	[0x05] = { true, false, true }
};

static bool
length_fits(const struct form *form, size_t len, size_t modulus_len)
{
	if (form->hash)
		return len >= 1 && len <= INPUT_MAX;
	if (form->digest_info || form->pss)
		return len == SHA256_LEN;
	return len >= 1 && len + PKCS1_OVERHEAD <= modulus_len;
}

/* The salt of a PSS signature, on cards that make a wrong one, too. */
static int
salt_length(enum jpkip_soft_signature signature)
{
	switch (signature) {
	case JPKIP_SOFT_SALT_0:
		return 0;
	case JPKIP_SOFT_SALT_20:
		return 20;
	case JPKIP_SOFT_SALT_64:
		return 64;
	default:
		return SALT_LEN;
	}
}

static bool
make_signature(OSSL_LIB_CTX *lib, EVP_PKEY *key, const struct form *form,
    int salt_len, const uint8_t *data, size_t len, uint8_t *sig,
    size_t *sig_len)
{
	char sha256[] = "SHA256", pss[] = "pss", pkcs1[] = "pkcs1";
	OSSL_PARAM params[5], *p = params;
	EVP_PKEY_CTX *ctx;
	bool ok;

	/* Without a digest the PKCS#1 padding goes around the input as is. */
	if (form->digest_info || form->pss)
		*p++ = OSSL_PARAM_construct_utf8_string(
		    OSSL_SIGNATURE_PARAM_DIGEST, sha256, 0);
	*p++ = OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE,
	    form->pss ? pss : pkcs1, 0);
	if (form->pss) {
		*p++ = OSSL_PARAM_construct_utf8_string(
		    OSSL_SIGNATURE_PARAM_MGF1_DIGEST, sha256, 0);
		*p++ = OSSL_PARAM_construct_int(
		    OSSL_SIGNATURE_PARAM_PSS_SALTLEN, &salt_len);
	}
	*p = OSSL_PARAM_construct_end();
	ok = (ctx = EVP_PKEY_CTX_new_from_pkey(lib, key, NULL)) != NULL &&
	    EVP_PKEY_sign_init_ex(ctx, params) == 1 &&
	    EVP_PKEY_sign(ctx, sig, sig_len, data, len) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

/* What a broken card gives out instead of a right signature. */
static void
spoil(enum jpkip_soft_signature signature, uint8_t *sig, size_t len)
{
	if (signature == JPKIP_SOFT_ZEROS)
		memset(sig, 0, len);
	else if (signature == JPKIP_SOFT_FLIPPED)
		sig[len / 2] ^= 0x10;
}

static int
compute(struct jpki_softcard *soft, EVP_PKEY *key, const struct form *form,
    const struct jpkip_soft_apdu *apdu, struct jpkip_buf *reply)
{
	uint8_t sig[SIGNATURE_MAX], hash[JPKIP_DIGEST_MAX];
	struct jpkip_part data = { apdu->data, apdu->lc };
	size_t sig_len = sizeof(sig);
	OSSL_LIB_CTX *lib;
	bool ok;

	if ((lib = jpkip_crypto(soft->ctx)) == NULL)
		return jpki_ctx_err(soft->ctx);
	if (form->hash) {
		if (!jpkip_digest(soft->ctx, "SHA256", data, hash, &data.len))
			return jpki_ctx_err(soft->ctx);
		data.at = hash;
	}
	jpkip_crypto_enter();
	ok = make_signature(lib, key, form,
	    salt_length(soft->on.signature), data.at, data.len, sig,
	    &sig_len);
	jpkip_crypto_leave();
	if (!ok)
		return jpkip_fail(soft->ctx, JPKI_ERR_CRYPTO,
		    JPKIP_SAME("RSA"));
	spoil(soft->on.signature, sig, sig_len);
	jpkip_soft_sleep(soft->on.sign_ms);
	jpkip_buf_put(reply, sig, sig_len);
	return SW_OK;
}

int
jpkip_soft_sign(struct jpki_softcard *soft,
    const struct jpkip_soft_apdu *apdu, struct jpkip_buf *reply)
{
	const struct form *form;
	struct jpkip_soft_ef *ef;
	EVP_PKEY *key;
	size_t modulus_len;
	unsigned sw;

	if (apdu->p1 >= sizeof(forms) / sizeof(forms[0]))
		return SW_P1P2;
	form = &forms[apdu->p1];
	if (form->pss && !soft->on.pss)
		return SW_P1P2;
	if ((ef = jpkip_soft_named(soft, apdu->p2, &sw)) == NULL)
		return (int)sw;
	if (ef->type != JPKIP_SOFT_EF_KEY)
		return SW_WRONG_TYPE;
	if (!soft->login[jpkip_soft_pin_index(ef->needs)])
		return SW_SECURITY;
	key = jpkip_soft_key(soft, ef->key);
	modulus_len = (size_t)EVP_PKEY_get_size(key);
	if (modulus_len > SIGNATURE_MAX ||
	    !length_fits(form, apdu->lc, modulus_len) ||
	    apdu->le < modulus_len)
		return SW_LENGTH;
	if (soft->on.signature == JPKIP_SOFT_OTHER)
		key = jpkip_soft_key(soft, ef->key == JPKI_KEY_AUTH ?
		    JPKI_KEY_SIGN : JPKI_KEY_AUTH);
	if (key == NULL)
		return SW_NOT_FOUND;
	return compute(soft, key, form, apdu, reply);
}
