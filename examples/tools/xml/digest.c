/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests and their names; see digest.h.
 */
#include <string.h>

#include "digest.h"

#define DSIG "http://www.w3.org/2000/09/xmldsig#"
#define MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define XENC "http://www.w3.org/2001/04/xmlenc#"
#define DSIG11 "http://www.w3.org/2009/xmldsig11#"
#define MORE2007 "http://www.w3.org/2007/05/xmldsig-more#"
#define MORE2021 "http://www.w3.org/2021/04/xmldsig-more#"

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

/* RFC 9231. */
const char *const unjudged_signing[] = {
	DSIG "dsa-sha1", DSIG11 "dsa-sha256",
	MORE "ecdsa-sha1", MORE "ecdsa-sha224", MORE "ecdsa-sha256",
	MORE "ecdsa-sha384", MORE "ecdsa-sha512",
	MORE2007 "ecdsa-ripemd160", MORE2007 "ecdsa-whirlpool",
	MORE2021 "ecdsa-sha3-224", MORE2021 "ecdsa-sha3-256",
	MORE2021 "ecdsa-sha3-384", MORE2021 "ecdsa-sha3-512",
	MORE2021 "eddsa-ed25519", MORE2021 "eddsa-ed25519ph",
	MORE2021 "eddsa-ed25519ctx", MORE2021 "eddsa-ed448",
	MORE2021 "eddsa-ed448ph",
	MORE "rsa-md5", MORE "rsa-ripemd160", MORE "rsa-sha224",
	MORE2007 "rsa-whirlpool", MORE2007 "rsa-pss",
	MORE2007 "sha1-rsa-MGF1", MORE2007 "sha224-rsa-MGF1",
	MORE2007 "sha256-rsa-MGF1", MORE2007 "sha384-rsa-MGF1",
	MORE2007 "sha512-rsa-MGF1", MORE2007 "sha3-224-rsa-MGF1",
	MORE2007 "sha3-256-rsa-MGF1", MORE2007 "sha3-384-rsa-MGF1",
	MORE2007 "sha3-512-rsa-MGF1", MORE2007 "ripemd160-rsa-MGF1",
	MORE2007 "whirlpool-rsa-MGF1", NULL
};
const char *const unjudged_digests[] = {
	MORE "md5", MORE "sha224", XENC "ripemd160", MORE2007 "whirlpool",
	MORE2007 "sha3-224", MORE2007 "sha3-256", MORE2007 "sha3-384",
	MORE2007 "sha3-512", NULL
};
const char *
digest_unjudged(const char *const *list, const char *uri)
{
	while (*list != NULL && strcmp(*list, uri) != 0)
		list++;
	return *list;
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
