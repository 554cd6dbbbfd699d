/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation lists and OCSP answers: bytes as they come, and bytes that the
 * test card's CA signed, because nobody reads far into unsigned ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <jpki.h>

#include "base/buf.h"
#include "certificate/cert_record.h"
#include "fuzz.h"

#define PART_MAX 4096

static struct jpki_cert *cert, *ca;
static EVP_PKEY *key;

/* What is only bytes leaves a check as it was. */
typedef int look(struct jpki_ctx *, struct jpki_check *, const uint8_t *,
    size_t);

static int
look_with(look *at, struct jpki_ctx *ctx, const uint8_t *data, size_t len)
{
	struct jpki_check *check;
	int r;

	if (jpki_check_new(ctx, cert, &ca, 1, 1798761600, &check) != 0 ||
	    jpki_check_issuer_state(check) != JPKI_ISSUER_SIGNED)
		abort();
	r = at(ctx, check, data, len);
	if (r != 0 && jpki_check_revocation(check)->state !=
	    JPKI_REVOCATION_NOT_CHECKED)
		abort();
	jpki_check_free(&check);
	return r;
}

/* Without the issuer there may be a claim, and nothing more. */
static void
look_without(look *at, struct jpki_ctx *ctx, const uint8_t *data, size_t len)
{
	struct jpki_check *check;

	if (jpki_check_new(ctx, cert, NULL, 0, 1798761600, &check) != 0)
		abort();
	if (at(ctx, check, data, len) == 0 ||
	    jpki_check_revocation(check)->state != JPKI_REVOCATION_NOT_CHECKED)
		abort();
	jpki_check_free(&check);
}

static void
put(struct jpkip_buf *buf, uint8_t tag, const void *value, size_t len)
{
	jpkip_buf_u8(buf, tag);
	jpkip_buf_u8(buf, 0x82);
	jpkip_buf_u8(buf, (uint8_t)(len >> 8));
	jpkip_buf_u8(buf, (uint8_t)len);
	jpkip_buf_put(buf, value, len);
}

/* sha256WithRSAEncryption */
static const uint8_t algorithm[] = {
	0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
	0x0b, 0x05, 0x00
};

/* The signed part, the algorithm and the signature in a SEQUENCE. */
static void
sign(const struct jpkip_buf *content, struct jpkip_buf *out)
{
	static uint8_t space[2][4 * PART_MAX];
	struct jpkip_buf tbs = { space[0], 0, sizeof(space[0]), false };
	struct jpkip_buf body = { space[1], 0, sizeof(space[1]), false };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t sig[1 + 256] = { 0 };
	size_t len = sizeof(sig) - 1;

	put(&tbs, 0x30, content->data, content->len);
	if (EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(ctx, sig + 1, &len, tbs.data, tbs.len) != 1)
		abort();
	EVP_MD_CTX_free(ctx);
	jpkip_buf_put(&body, tbs.data, tbs.len);
	jpkip_buf_put(&body, algorithm, sizeof(algorithm));
	put(&body, 0x03, sig, len + 1);
	put(out, 0x30, body.data, body.len);
	if (out->overflow)
		abort();
}

static void
list(struct jpki_ctx *ctx, const uint8_t *data, size_t size)
{
	static uint8_t space[2][4 * PART_MAX];
	struct jpkip_buf tbs = { space[0], 0, sizeof(space[0]), false };
	struct jpkip_buf out = { space[1], 0, sizeof(space[1]), false };

	jpkip_buf_put(&tbs, algorithm, sizeof(algorithm));
	jpkip_buf_put(&tbs, ca->subject.at, ca->subject.len);
	put(&tbs, 0x17, "270101000000Z", 13);
	put(&tbs, 0x17, "280101000000Z", 13);
	jpkip_buf_put(&tbs, data, size);
	sign(&tbs, &out);
	(void)look_with(jpki_check_crl, ctx, out.data, out.len);
	look_without(jpki_check_crl, ctx, out.data, out.len);
}

static void
answer(struct jpki_ctx *ctx, const uint8_t *data, size_t size)
{
	static const uint8_t basic[] = {
		0x06, 0x09, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01,
		0x01
	};
	static uint8_t space[4][4 * PART_MAX];
	struct jpkip_buf tbs = { space[0], 0, sizeof(space[0]), false };
	struct jpkip_buf a = { space[1], 0, sizeof(space[1]), false };
	struct jpkip_buf b = { space[2], 0, sizeof(space[2]), false };
	struct jpkip_buf c = { space[3], 0, sizeof(space[3]), false };

	put(&tbs, 0xa2, "\x04\x01x", 3);
	put(&tbs, 0x18, "20270101000000Z", 15);
	put(&tbs, 0x30, data, size);
	sign(&tbs, &a);
	jpkip_buf_put(&b, basic, sizeof(basic));
	put(&b, 0x04, a.data, a.len);
	a.len = 0;
	put(&a, 0x30, b.data, b.len);
	jpkip_buf_put(&c, "\x0a\x01\x00", 3);
	put(&c, 0xa0, a.data, a.len);
	b.len = 0;
	put(&b, 0x30, c.data, c.len);
	if (b.overflow || c.overflow)
		abort();
	(void)look_with(jpki_check_ocsp, ctx, b.data, b.len);
	look_without(jpki_check_ocsp, ctx, b.data, b.len);
}

/* The test card's auth certificate and the key of its CA. */
static void
read_samples(struct jpki_ctx *ctx)
{
	const char *cards = getenv("JPKI_TEST_CARDS");
	char path[3][4096];
	FILE *file;

	if (cards == NULL)
		exit(77);
	snprintf(path[0], sizeof(path[0]), "%s/card/auth.pem", cards);
	snprintf(path[1], sizeof(path[1]), "%s/card/auth-ca.pem", cards);
	snprintf(path[2], sizeof(path[2]), "%s/card/ca/auth-ca-3.key", cards);
	if (jpki_cert_read(ctx, path[0], &cert) != 0 ||
	    jpki_cert_read(ctx, path[1], &ca) != 0 ||
	    (file = fopen(path[2], "r")) == NULL)
		abort();
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	if (key == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct jpki_ctx *ctx;

	if (ctx == NULL) {
		if ((ctx = jpki_ctx_new()) == NULL)
			abort();
		read_samples(ctx);
	}
	if (look_with(jpki_check_crl, ctx, data, size) == 0 ||
	    look_with(jpki_check_ocsp, ctx, data, size) == 0)
		abort();
	if (size > PART_MAX)
		return 0;
	list(ctx, data, size);
	answer(ctx, data, size);
	return 0;
}
