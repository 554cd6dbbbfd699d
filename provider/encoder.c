/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoders: the public half as SubjectPublicKeyInfo, a text for people that
 * says where the private half is, and a reason where that is wanted, since
 * OpenSSL would refuse it without one. OpenSSL's own encoders do the work, for
 * the private keys that are not on a card, too.
 */
#include "encoder.h"

#include <openssl/encoder.h>
#include <openssl/rsa.h>

#include "conf.h"
#include "err.h"
#include "key.h"
#include "pin.h"

#define PRIVATE ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0)

struct encoder {
	struct prov *prov;
	OSSL_PARAM *params;		/* a cipher; may be NULL */
};

static void *
newctx(void *provctx)
{
	struct encoder *encoder = OPENSSL_zalloc(sizeof(*encoder));

	if (encoder == NULL)
		prov_raise(provctx, -JPKI_ERR_MEMORY, "encoder");
	else
		encoder->prov = provctx;
	return encoder;
}

static void
freectx(void *ctx)
{
	struct encoder *encoder = ctx;

	OSSL_PARAM_free(encoder->params);
	OPENSSL_free(encoder);
}

static int
set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	struct encoder *encoder = ctx;

	return prov_add_params(encoder->prov, &encoder->params, params);
}

/* The CN is a number that JPKI made up; what else is in the subject of a sign
 * certificate, places, is left out like its other attributes. */
static int
describe(struct prov *prov, BIO *bio, struct prov_key *key)
{
	struct jpki_cert *cert = prov_key_cert(key);
	char reader[JPKI_INFO_MAX];
	int n;

	if (cert == NULL)
		return 0;
	jpki_shared_reader(key->card, reader, sizeof(reader));
	n = BIO_printf(bio, "My Number Card key: jpki://%s\n"
	    "Reader: %s\n"
	    "Certificate: CN = %s\n"
	    "Private half: on the card, cannot be exported; the %s opens it\n"
	    "Signs: RSA PKCS#1 v1.5 with SHA-256, SHA-384, SHA-512%s\n",
	    prov_slot_name(key->slot), reader, jpki_cert_info(cert)->cn,
	    prov_pin_label(prov_slot_pin(key->slot)),
	    prov_conf(prov)->pss ? "; PSS with SHA-256, salt 32" : "");
	jpki_cert_free(&cert);
	return n > 0;
}

static int
encode_native(struct encoder *encoder, BIO *bio, struct prov_key *key,
    int selection, const char *output, const char *structure,
    OSSL_PASSPHRASE_CALLBACK *cb, void *cbarg)
{
	EVP_PKEY *native = prov_key_native(key);
	OSSL_ENCODER_CTX *ctx;
	int ok;

	if (native == NULL || (ctx = OSSL_ENCODER_CTX_new_for_pkey(native,
	    key->card != NULL ? OSSL_KEYMGMT_SELECT_PUBLIC_KEY : selection,
	    output, structure, NULL)) == NULL)
		return 0;
	ok = (encoder->params == NULL ||
	    OSSL_ENCODER_CTX_set_params(ctx, encoder->params)) &&
	    OSSL_ENCODER_CTX_set_passphrase_cb(ctx, cb, cbarg) &&
	    OSSL_ENCODER_to_bio(ctx, bio);
	OSSL_ENCODER_CTX_free(ctx);
	return ok;
}

static int
encode(struct encoder *encoder, OSSL_CORE_BIO *out, const void *obj,
    int selection, const char *output, const char *structure,
    OSSL_PASSPHRASE_CALLBACK *cb, void *cbarg)
{
	struct prov_key *key = (void *)(uintptr_t)obj;
	BIO *bio;
	int ok;

	if (key == NULL)
		return 0;
	if (key->card != NULL && structure != NULL && PRIVATE) {
		prov_raise(encoder->prov, PROV_R_NOT_EXPORTABLE, "jpki://%s",
		    prov_slot_name(key->slot));
		return 0;
	}
	bio = BIO_new_from_core_bio(prov_libctx(encoder->prov), out);
	ok = bio != NULL && (structure != NULL || key->card == NULL ||
	    describe(encoder->prov, bio, key)) && encode_native(encoder, bio,
	    key, selection, output, structure, cb, cbarg);
	BIO_free(bio);
	return ok;
}

/* The same for every kind of key. */
#define ENCODER(name, what, output, structure) \
static int \
name##_selects(void *provctx, int selection) \
{ \
	return what; \
} \
static int \
name(void *ctx, OSSL_CORE_BIO *out, const void *obj, \
    const OSSL_PARAM abstract[], int selection, \
    OSSL_PASSPHRASE_CALLBACK *cb, void *cbarg) \
{ \
	return abstract == NULL && (what) && encode(ctx, out, obj, selection, \
	    output, structure, cb, cbarg); \
} \
const OSSL_DISPATCH prov_##name##_functions[] = { \
	PROV_ROW(ENCODER_NEWCTX, encoder_newctx, newctx), \
	PROV_ROW(ENCODER_FREECTX, encoder_freectx, freectx), \
	PROV_ROW(ENCODER_DOES_SELECTION, encoder_does_selection, \
	    name##_selects), \
	PROV_ROW(ENCODER_SET_CTX_PARAMS, encoder_set_ctx_params, \
	    set_ctx_params), \
	PROV_ROW(ENCODER_ENCODE, encoder_encode, name), \
	PROV_END \
}

ENCODER(spki_der, !PRIVATE, "DER", "SubjectPublicKeyInfo");
ENCODER(spki_pem, !PRIVATE, "PEM", "SubjectPublicKeyInfo");
ENCODER(text, 1, "TEXT", NULL);
ENCODER(pkcs1_der, PRIVATE, "DER", "pkcs1");
ENCODER(pkcs1_pem, PRIVATE, "PEM", "pkcs1");
ENCODER(pki_der, PRIVATE, "DER", "PrivateKeyInfo");
ENCODER(pki_pem, PRIVATE, "PEM", "PrivateKeyInfo");
ENCODER(epki_der, PRIVATE, "DER", "EncryptedPrivateKeyInfo");
ENCODER(epki_pem, PRIVATE, "PEM", "EncryptedPrivateKeyInfo");
