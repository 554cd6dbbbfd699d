/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests and their names; see digest.h.
 */
#include <string.h>

#include "digest.h"

#define DSIG "http://www.w3.org/2000/09/xmldsig#"
#define MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define XENC "http://www.w3.org/2001/04/xmlenc#"

static const struct algorithm algorithms[] = {
	{ JPKI_MD_SHA256, "SHA-256", "sha256",
	    XENC "sha256", MORE "rsa-sha256", false },
	{ JPKI_MD_SHA384, "SHA-384", "sha384",
	    MORE "sha384", MORE "rsa-sha384", false },
	{ JPKI_MD_SHA512, "SHA-512", "sha512",
	    XENC "sha512", MORE "rsa-sha512", false },
	{ JPKI_MD_SHA1, "SHA-1", "sha1",
	    DSIG "sha1", DSIG "rsa-sha1", true },
};
#define N_ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

const struct algorithm *
digest_of(enum jpki_md md)
{
	size_t i;

	for (i = 0; i < N_ALGORITHMS; i++)
		if (algorithms[i].md == md)
			return &algorithms[i];
	return NULL;
}

const struct algorithm *
digest_by_uri(const char *uri)
{
	size_t i;

	for (i = 0; i < N_ALGORITHMS; i++)
		if (strcmp(algorithms[i].digest, uri) == 0)
			return &algorithms[i];
	return NULL;
}

const struct algorithm *
digest_by_rsa(const char *uri)
{
	size_t i;

	for (i = 0; i < N_ALGORITHMS; i++)
		if (strcmp(algorithms[i].rsa, uri) == 0)
			return &algorithms[i];
	return NULL;
}

int
digest_begin(struct digest *digest, OSSL_LIB_CTX *libctx, enum jpki_md md)
{
	EVP_MD *fetched = EVP_MD_fetch(libctx, jpki_md_name(md), NULL);
	int ok;

	digest->size = 0;
	digest->ctx = EVP_MD_CTX_new();
	ok = fetched != NULL && digest->ctx != NULL &&
	    EVP_DigestInit_ex2(digest->ctx, fetched, NULL) == 1;
	EVP_MD_free(fetched);
	return ok ? 0 : -1;
}

int
digest_take(void *arg, const void *data, size_t len)
{
	struct digest *digest = arg;

	digest->size += len;
	return EVP_DigestUpdate(digest->ctx, data, len) == 1 ? 0 : -1;
}

int
digest_end(struct digest *digest, uint8_t *out)
{
	int ok = out == NULL ||
	    EVP_DigestFinal_ex(digest->ctx, out, NULL) == 1;

	EVP_MD_CTX_free(digest->ctx);
	digest->ctx = NULL;
	return ok ? 0 : -1;
}
