/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key files, through OpenSSL's decoders and the built provider: made-up PEM,
 * and changes to a good one. There is no card, so no key may come out, and
 * nobody is asked for a PIN.
 */
#include <stdlib.h>
#include <string.h>

#include <jpki.h>
#include <jpki/framework/uri.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/provider.h>

#include "fuzz.h"

static OSSL_LIB_CTX *libctx;

static int
never(char *buf, int size, int rwflag, void *arg)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)arg;
	abort();
}

static void
load(BIO *bio)
{
	EVP_PKEY *key;

	key = PEM_read_bio_PrivateKey_ex(bio, NULL, never, NULL, libctx, NULL);
	if (key != NULL)
		abort();
	ERR_clear_error();
}

static bool
start(void)
{
	if (libctx != NULL)
		return true;
	setenv("JPKI_READER", "soft:/nonexistent", 1);
	return (libctx = OSSL_LIB_CTX_new()) != NULL &&
	    OSSL_PROVIDER_load(libctx, "default") != NULL &&
	    OSSL_PROVIDER_load(libctx, "jpki") != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct jpki_ctx *ctx;
	uint8_t der[JPKI_WRAP_MAX];
	size_t i, len;
	BIO *bio;

	if (!start())
		abort();
	if ((ctx == NULL && (ctx = jpki_ctx_new()) == NULL) ||
	    (bio = BIO_new(BIO_s_mem())) == NULL)
		return 0;
	if (jpki_uri_wrap(ctx, "jpki://auth?reader=soft:/nonexistent", der,
	    sizeof(der), &len) != 0)
		abort();
	for (i = 0; i + 1 < size && i < 6; i += 2)
		der[data[i] % len] = data[i + 1];
	PEM_write_bio(bio, JPKI_WRAP_LABEL, "", der, (long)len);
	load(bio);
	PEM_write_bio(bio, JPKI_WRAP_LABEL, "", data, (long)size);
	load(bio);
	BIO_puts(bio, "-----BEGIN " JPKI_WRAP_LABEL "-----\n");
	BIO_write(bio, data, (int)size);
	load(bio);
	BIO_free(bio);
	return 0;
}
