/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests, and the names that XML signatures have for them and for what signs
 * them (RFC 9231).
 */
#ifndef XML_DIGEST_H
#define XML_DIGEST_H

#include <stdbool.h>

#include <jpki.h>
#include <openssl/evp.h>

#define DIGEST_MAX 64	/* bytes of SHA-512 */

struct algorithm {
	enum jpki_md md;
	const char *label;	/* "SHA-256" */
	const char *word;	/* "sha256" */
	const char *digest;	/* as a DigestMethod */
	const char *rsa;	/* as a SignatureMethod, RSASSA-PKCS1-v1_5 */
	bool weak;		/* others can be made that have the same */
};

/* NULL: not known here. */
const struct algorithm *digest_of(enum jpki_md md);
const struct algorithm *digest_by_uri(const char *uri);
const struct algorithm *digest_by_rsa(const char *uri);

/* Methods of the standards that are not judged here, each list up to a NULL.
 * HMAC is none: whoever can check such a value can make it. */
extern const char *const unjudged_signing[], *const unjudged_digests[];

/* The same name, static, if it is among them; or NULL. */
const char *digest_unjudged(const char *const *list, const char *uri);

struct digest {
	EVP_MD_CTX *ctx;
	uint64_t size;		/* bytes so far */
};

/* 0, or -1: memory is short, or OpenSSL has no such digest. digest_end() in
 * either case; out may be NULL, or has DIGEST_MAX bytes. */
int digest_begin(struct digest *digest, OSSL_LIB_CTX *libctx,
    enum jpki_md md);
int digest_take(void *digest, const void *data, size_t len);
int digest_end(struct digest *digest, uint8_t *out);

#endif
