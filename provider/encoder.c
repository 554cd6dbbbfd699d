/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoders: the public half as SubjectPublicKeyInfo, and a text for people
 * that says where the private half is. OpenSSL's own encoders do the work.
 */
#include "prov.h"

#include <openssl/encoder.h>
#include <openssl/rsa.h>

static void *
newctx(void *provctx)
{
	return provctx;
}

static void
freectx(void *ctx)
{
}

static int
only_public(void *provctx, int selection)
{
	return (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) == 0;
}

static int
anything(void *provctx, int selection)
{
	return 1;
}

static int
encode_native(BIO *bio, struct prov_key *key, int selection,
    const char *output, const char *structure)
{
	OSSL_ENCODER_CTX *encoder;
	EVP_PKEY *native;
	int ok;

	if ((native = prov_key_native(key)) == NULL)
		return 0;
	encoder = OSSL_ENCODER_CTX_new_for_pkey(native, key->card != NULL ?
	    OSSL_KEYMGMT_SELECT_PUBLIC_KEY : selection, output, structure,
	    NULL);
	ok = encoder != NULL && OSSL_ENCODER_to_bio(encoder, bio);
	OSSL_ENCODER_CTX_free(encoder);
	return ok;
}

/* The CN of an auth certificate is a number that JPKI made up. The subject of
 * a sign certificate is left out like its other attributes. */
static int
describe(struct prov *prov, BIO *bio, struct prov_key *key)
{
	const char *reader = jpki_shared_reader(key->card->shared);
	struct jpki_cert *cert = NULL;
	const char *name = NULL;
	int n;

	if (key->slot == JPKI_SLOT_AUTH) {
		if ((cert = prov_key_cert(key)) == NULL)
			return 0;
		name = jpki_cert_info(cert)->cn;
	}
	n = BIO_printf(bio, "My Number Card key: jpki://%s\n"
	    "Reader: %s\n%s%s%s"
	    "Private half: on the card, cannot be exported; the %s opens it\n"
	    "Signs: RSA PKCS#1 v1.5 with SHA-256, SHA-384, SHA-512%s\n",
	    prov_slot_name(key->slot),
	    reader != NULL ? reader : "the one with a card",
	    name != NULL ? "Certificate: CN = " : "",
	    name != NULL ? name : "", name != NULL ? "\n" : "",
	    prov_pin_label(prov_slot_pin(key->slot)),
	    prov_conf(prov)->pss ? "; PSS with SHA-256, salt 32" : "");
	jpki_cert_free(&cert);
	return n > 0;
}

static int
encode(struct prov *prov, OSSL_CORE_BIO *out, const void *obj,
    const OSSL_PARAM *abstract, int selection, const char *output,
    const char *structure)
{
	struct prov_key *key = (void *)(uintptr_t)obj;
	BIO *bio;
	int ok;

	if (abstract != NULL || key == NULL ||
	    (bio = BIO_new_from_core_bio(prov_libctx(prov), out)) == NULL)
		return 0;
	ok = (structure != NULL || key->card == NULL ||
	    describe(prov, bio, key)) &&
	    encode_native(bio, key, selection, output, structure);
	BIO_free(bio);
	return ok;
}

/* The same for every kind of key. */
#define ENCODER(name, selects, output, structure) \
static int \
name(void *ctx, OSSL_CORE_BIO *out, const void *obj, \
    const OSSL_PARAM abstract[], int selection, \
    OSSL_PASSPHRASE_CALLBACK *cb, void *cbarg) \
{ \
	return selects(ctx, selection) && \
	    encode(ctx, out, obj, abstract, selection, output, structure); \
} \
const OSSL_DISPATCH prov_##name##_functions[] = { \
	PROV_ROW(ENCODER_NEWCTX, encoder_newctx, newctx), \
	PROV_ROW(ENCODER_FREECTX, encoder_freectx, freectx), \
	PROV_ROW(ENCODER_DOES_SELECTION, encoder_does_selection, selects), \
	PROV_ROW(ENCODER_ENCODE, encoder_encode, name), \
	PROV_END \
}

ENCODER(spki_der, only_public, "DER", "SubjectPublicKeyInfo");
ENCODER(spki_pem, only_public, "PEM", "SubjectPublicKeyInfo");
ENCODER(text, anything, "TEXT", NULL);
