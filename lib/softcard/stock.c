/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/stock.h"

#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/digest.h"
#include "crypto/libcrypto.h"
#include "softcard/certs.h"
#include "softcard/pem.h"

void
jpkip_soft_stock_free(struct jpkip_soft_stock *stock)
{
	EVP_PKEY_free(stock->key);
	jpkip_freezero(stock->cert, stock->cert_len);
	jpkip_freezero(stock->ca, stock->ca_len);
	memset(stock, 0, sizeof(*stock));
}

/* What is in the files now, in the order of the digests. */
static int
look(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    enum jpki_key key, uint8_t digests[JPKIP_SOFT_STOCK_FILES][32])
{
	const struct jpkip_soft_names *names = jpkip_soft_names(key);
	const char *files[JPKIP_SOFT_STOCK_FILES] = {
		names->cert, names->ca_cert, names->key
	};
	uint8_t digest[JPKIP_DIGEST_MAX];
	struct jpkip_part part;
	size_t i, len = 0;
	char *text;
	int r;

	for (i = 0; i < JPKIP_SOFT_STOCK_FILES; i++) {
		if ((r = jpkip_soft_dir_read(ctx, dir, files[i], &text,
		    &len)) != 0)
			return r;
		part.at = (const uint8_t *)text;
		part.len = len;
		if (!jpkip_digest(ctx, "SHA256", part, digest, &part.len))
			r = jpki_ctx_err(ctx);
		else
			memcpy(digests[i], digest, sizeof(digests[i]));
		jpkip_freezero(text, len + 1);
		if (r != 0)
			return r;
	}
	return 0;
}

static int
misfit(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, const char *other)
{
	return jpkip_fail(ctx, JPKI_ERR_DAMAGED, "%s/%s: does not fit %s",
	    "%s/%s: %s と合いません", dir->path, name, other);
}

static int
take_der(struct jpki_ctx *ctx, const X509 *cert, uint8_t **out, size_t *len)
{
	uint8_t *at;
	int n = i2d_X509(cert, NULL);

	if (n <= 0)
		return jpkip_fail(ctx, JPKI_ERR_CRYPTO, JPKIP_SAME("X.509"));
	if ((at = *out = malloc((size_t)n)) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	*len = (size_t)n;
	i2d_X509(cert, &at);
	return 0;
}

/* A key with its certificate and its CA's; they must belong together. */
static int
read_all(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    enum jpki_key key, struct jpkip_soft_stock *stock)
{
	const struct jpkip_soft_names *names = jpkip_soft_names(key);
	X509 *cert = NULL, *ca = NULL;
	bool fits;
	int r;

	if ((r = jpkip_soft_read_cert(ctx, dir, names->cert, &cert)) != 0 ||
	    (r = jpkip_soft_read_cert(ctx, dir, names->ca_cert, &ca)) != 0 ||
	    (r = jpkip_soft_read_key(ctx, dir, names->key, &stock->key)) != 0)
		goto out;
	jpkip_crypto_enter();
	fits = X509_check_private_key(cert, stock->key) == 1;
	jpkip_crypto_leave();
	if (!fits) {
		r = misfit(ctx, dir, names->cert, names->key);
		goto out;
	}
	jpkip_crypto_enter();
	fits = X509_verify(cert, X509_get0_pubkey(ca)) == 1;
	jpkip_crypto_leave();
	if (!fits) {
		r = misfit(ctx, dir, names->cert, names->ca_cert);
		goto out;
	}
	if ((r = take_der(ctx, cert, &stock->cert, &stock->cert_len)) == 0)
		r = take_der(ctx, ca, &stock->ca, &stock->ca_len);
out:
	X509_free(cert);
	X509_free(ca);
	return r;
}

int
jpkip_soft_stock_fill(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    enum jpki_key key, struct jpkip_soft_stock *stock)
{
	uint8_t digests[JPKIP_SOFT_STOCK_FILES][32];
	int r;

	r = look(ctx, dir, key, digests);
	if (r == 0 && stock->key != NULL &&
	    memcmp(digests, stock->digests, sizeof(digests)) == 0)
		return 0;
	jpkip_soft_stock_free(stock);
	if (r != 0)
		return r;
	if ((r = read_all(ctx, dir, key, stock)) != 0)
		jpkip_soft_stock_free(stock);
	else
		memcpy(stock->digests, digests, sizeof(digests));
	return r;
}
