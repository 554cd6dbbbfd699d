/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoders for the "JPKI KEY URI", a PEM file that stands for a key on the
 * card in programs that read key files only (see jpki/framework/uri.h). The
 * first makes DER of the PEM, the second a key of the DER, as the store does.
 * Whatever is not exactly this is somebody else's: it is left alone, and no
 * error is raised.
 */
#include "decoder.h"

#include <jpki/framework/uri.h>

#include <openssl/pem.h>

#include "debug.h"
#include "err.h"
#include "key.h"
#include "store.h"

#define STRUCTURE "jpki-key"

/* A run of decoding: it asks for one PIN at most. */
struct decoder {
	struct prov *prov;
	bool failed;
};

static void *
newctx(void *provctx)
{
	struct decoder *decoder;

	if ((decoder = OPENSSL_zalloc(sizeof(*decoder))) == NULL)
		prov_raise(provctx, -JPKI_ERR_MEMORY, "decoder");
	else
		decoder->prov = provctx;
	return decoder;
}

static void
freectx(void *ctx)
{
	OPENSSL_free(ctx);
}

static int
does_selection(void *provctx, int selection)
{
	return selection == 0 ||
	    (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0;
}

static int
decode_pem(void *ctx, OSSL_CORE_BIO *in, int selection, OSSL_CALLBACK *cb,
    void *cbarg, OSSL_PASSPHRASE_CALLBACK *pw_cb, void *pw_cbarg)
{
	struct decoder *decoder = ctx;
	char *label = NULL, *header = NULL, structure[] = STRUCTURE;
	unsigned char *der = NULL;
	char uri[JPKI_URI_MAX + 1];
	struct jpki_ctx *jpki;
	long len = 0;
	int ok = 1;
	BIO *bio;

	ERR_set_mark();
	bio = BIO_new_from_core_bio(prov_libctx(decoder->prov), in);
	if (bio == NULL || !PEM_read_bio(bio, &label, &header, &der, &len))
		len = 0;
	ERR_pop_to_mark();
	BIO_free(bio);
	if (len > 0 && strcmp(label, JPKI_WRAP_LABEL) == 0 &&
	    *header == '\0') {
		jpki = prov_ctx_new(decoder->prov);
		if (jpki_uri_unwrap(jpki, der, (size_t)len, uri,
		    sizeof(uri)) == JPKI_ERR_DATA)
			prov_say(decoder->prov, prov_pick("jpki: a damaged "
			    "key file, make it anew with jpki-wrap\n",
			    "jpki: 鍵ファイルが壊れています。"
			    "jpki-wrap で作り直してください\n"));
		jpki_ctx_free(&jpki);
		ok = prov_deliver(cb, cbarg, OSSL_OBJECT_PKEY,
		    OSSL_PARAM_construct_utf8_string(
		    OSSL_OBJECT_PARAM_DATA_STRUCTURE, structure, 0),
		    OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_DATA,
		    der, (size_t)len));
	}
	OPENSSL_free(label);
	OPENSSL_free(header);
	OPENSSL_free(der);
	return ok;
}

static int
decode_der(void *ctx, OSSL_CORE_BIO *in, int selection, OSSL_CALLBACK *cb,
    void *cbarg, OSSL_PASSPHRASE_CALLBACK *pw_cb, void *pw_cbarg)
{
	unsigned char der[JPKI_WRAP_MAX + 1];
	struct decoder *decoder = ctx;
	char uri[JPKI_URI_MAX + 1];
	struct jpki_ctx *jpki;
	size_t len = 0, n = 0;
	BIO *bio;
	int r;

	ERR_set_mark();
	bio = BIO_new_from_core_bio(prov_libctx(decoder->prov), in);
	while (bio != NULL && len < sizeof(der) &&
	    BIO_read_ex(bio, der + len, sizeof(der) - len, &n) && n > 0)
		len += n;
	BIO_free(bio);
	ERR_pop_to_mark();
	if ((jpki = prov_ctx_new(decoder->prov)) == NULL)
		return 0;
	r = jpki_uri_unwrap(jpki, der, len, uri, sizeof(uri));
	if (r != 0 && r != JPKI_ERR_DATA && !decoder->failed)
		prov_raise_ctx(decoder->prov, jpki);
	jpki_ctx_free(&jpki);
	if (r == JPKI_ERR_DATA)
		return 1;	/* not ours */
	if (decoder->failed)
		return 0;
	/* For OpenSSL it is "unsupported" then. */
	decoder->failed = r != 0 || !prov_store_key(decoder->prov, uri, cb,
	    cbarg, pw_cb, pw_cbarg);
	if (decoder->failed)
		prov_print_error(decoder->prov);
	return !decoder->failed;
}

#define ROW(ID, id, fn) PROV_ROW(DECODER_##ID, decoder_##id, fn)
const OSSL_DISPATCH prov_pem_decoder_functions[] = {
	ROW(NEWCTX, newctx, newctx),
	ROW(FREECTX, freectx, freectx),
	ROW(DECODE, decode, decode_pem),
	PROV_END
};

const OSSL_DISPATCH prov_der_decoder_functions[] = {
	ROW(NEWCTX, newctx, newctx),
	ROW(FREECTX, freectx, freectx),
	ROW(DOES_SELECTION, does_selection, does_selection),
	ROW(DECODE, decode, decode_der),
	ROW(EXPORT_OBJECT, export_object, prov_export_reference),
	PROV_END
};
