/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/pem.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include "base/wipe.h"
#include "crypto/libcrypto.h"

/* Without this libcrypto would ask the terminal about an encrypted key. */
static int
no_passphrase(char *buf, int size, int rwflag, void *arg)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)arg;
	return -1;
}

int
jpkip_soft_read_cert(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, X509 **out)
{
	OSSL_LIB_CTX *lib;
	X509 *cert = NULL;
	BIO *bio = NULL;
	size_t len = 0;
	char *text;
	int r;

	*out = NULL;
	if ((lib = jpkip_crypto(ctx)) == NULL)
		return jpki_ctx_err(ctx);
	if ((r = jpkip_soft_dir_read(ctx, dir, name, &text, &len)) != 0)
		return r;
	jpkip_crypto_enter();
	if ((bio = BIO_new_mem_buf(text, (int)len)) == NULL ||
	    (cert = X509_new_ex(lib, NULL)) == NULL)
		r = jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	else if (PEM_read_bio_X509(bio, &cert, no_passphrase, NULL) == NULL ||
	    X509_get0_pubkey(cert) == NULL)
		r = jpkip_soft_damaged(ctx, dir, name, "not a certificate",
		    "証明書ではありません");
	if (r == 0)
		*out = cert;
	else
		X509_free(cert);
	BIO_free(bio);
	jpkip_crypto_leave();
	jpkip_freezero(text, len + 1);
	return r;
}

int
jpkip_soft_read_key(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, EVP_PKEY **out)
{
	OSSL_LIB_CTX *lib;
	EVP_PKEY *key = NULL;
	BIO *bio;
	size_t len = 0;
	char *text;
	int r;

	*out = NULL;
	if ((lib = jpkip_crypto(ctx)) == NULL)
		return jpki_ctx_err(ctx);
	if ((r = jpkip_soft_dir_read(ctx, dir, name, &text, &len)) != 0)
		return r;
	jpkip_crypto_enter();
	if ((bio = BIO_new_mem_buf(text, (int)len)) == NULL)
		r = jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	else if ((key = PEM_read_bio_PrivateKey_ex(bio, NULL, no_passphrase,
	    NULL, lib, NULL)) == NULL || !EVP_PKEY_is_a(key, "RSA"))
		r = jpkip_soft_damaged(ctx, dir, name, "not an RSA key",
		    "RSA の鍵ではありません");
	if (r == 0)
		*out = key;
	else
		EVP_PKEY_free(key);
	BIO_free(bio);
	jpkip_crypto_leave();
	jpkip_freezero(text, len + 1);
	return r;
}

static int
write_bio(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, BIO *bio, bool replace)
{
	char *text = NULL;
	long len = BIO_get_mem_data(bio, &text);

	if (len <= 0)
		return jpkip_fail(ctx, JPKI_ERR_CRYPTO, JPKIP_SAME("%s"), name);
	return (replace ? jpkip_soft_dir_write : jpkip_soft_dir_make)(ctx, dir,
	    name, text, (size_t)len);
}

int
jpkip_soft_write_cert(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, X509 *cert, bool replace)
{
	BIO *bio;
	int r;

	jpkip_crypto_enter();
	if ((bio = BIO_new(BIO_s_mem())) == NULL)
		r = jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	else if (PEM_write_bio_X509(bio, cert) != 1)
		r = jpkip_fail(ctx, JPKI_ERR_CRYPTO, JPKIP_SAME("%s"), name);
	else
		r = write_bio(ctx, dir, name, bio, replace);
	BIO_free(bio);
	jpkip_crypto_leave();
	return r;
}

int
jpkip_soft_write_key(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, EVP_PKEY *key)
{
	BIO *bio;
	int r;

	jpkip_crypto_enter();
	/* BIO_s_secmem: wiped when it is freed. */
	if ((bio = BIO_new(BIO_s_secmem())) == NULL)
		r = jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	else if (PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL,
	    NULL) != 1)
		r = jpkip_fail(ctx, JPKI_ERR_CRYPTO, JPKIP_SAME("%s"), name);
	else
		r = write_bio(ctx, dir, name, bio, false);
	BIO_free(bio);
	jpkip_crypto_leave();
	return r;
}
