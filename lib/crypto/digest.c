/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"

#include <openssl/evp.h>

#include <string.h>

#include "crypto/libcrypto.h"

/* In a DigestInfo, the digest has everything else in front of it. */
static const struct md {
	const char *name;
	uint8_t len;
	uint8_t prefix_len;
	uint8_t prefix[JPKIP_DIGEST_INFO_MAX - JPKIP_DIGEST_MAX];
} mds[] = {
#define SHA2(name, len, arc) { name, len, 19, \
	{ 0x30, 17 + (len), 0x30, 13, 0x06, 9, 0x60, 0x86, 0x48, 0x01, 0x65, \
	    0x03, 0x04, 0x02, arc, 0x05, 0, 0x04, len } }
	[JPKI_MD_SHA256] = SHA2("SHA256", 32, 1),
	[JPKI_MD_SHA384] = SHA2("SHA384", 48, 2),
	[JPKI_MD_SHA512] = SHA2("SHA512", 64, 3),
	[JPKI_MD_SHA1] = { "SHA1", 20, 15, { 0x30, 13 + 20, 0x30, 9, 0x06, 5,
	    0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0, 0x04, 20 } }
};

#define N_MDS (sizeof(mds) / sizeof(mds[0]))

/* xxxWithRSAEncryption differ in the last arc. */
#define WITH_RSA(arc) { 0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, \
	0x0d, 1, 1, arc, 0x05, 0 }
static const uint8_t with_rsa[][15] = {
	[JPKI_MD_SHA256] = WITH_RSA(11), [JPKI_MD_SHA384] = WITH_RSA(12),
	[JPKI_MD_SHA512] = WITH_RSA(13), [JPKI_MD_SHA1] = WITH_RSA(5)
};

static const uint8_t pss[] = {
	0x30, 0x41, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10,
	0x30, 0x34,
	/* SHA-256 */
	0xa0, 0x0f, 0x30, 0x0d, 0x06, 9, 0x60, 0x86, 0x48, 0x01, 0x65, 3, 4, 2,
	1, 0x05, 0,
	/* MGF1 with it */
	0xa1, 0x1c, 0x30, 0x1a, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1,
	1, 8, 0x30, 0x0d, 0x06, 9, 0x60, 0x86, 0x48, 0x01, 0x65, 3, 4, 2, 1,
	0x05, 0,
	/* the salt's length */
	0xa2, 3, 0x02, 1, 32
};

const uint8_t *
jpki_signature_algorithm(enum jpki_padding padding, enum jpki_md md,
    size_t *len)
{
	if (padding == JPKI_PADDING_PKCS1 && jpki_md_len(md) != 0) {
		*len = sizeof(with_rsa[md]);
		return with_rsa[md];
	}
	if (padding == JPKI_PADDING_PSS && md == JPKI_MD_SHA256) {
		*len = sizeof(pss);
		return pss;
	}
	return NULL;
}

const char *
jpki_md_name(enum jpki_md md)
{
	return (size_t)md < N_MDS ? mds[md].name : NULL;
}

size_t
jpki_md_len(enum jpki_md md)
{
	return (size_t)md < N_MDS ? mds[md].len : 0;
}

void
jpkip_digest_info(struct jpkip_buf *buf, enum jpki_md md,
    const uint8_t *digest)
{
	jpkip_buf_put(buf, mds[md].prefix, mds[md].prefix_len);
	jpkip_buf_put(buf, digest, mds[md].len);
}

enum jpki_md
jpki_digest_info_parse(const uint8_t *der, size_t len, const uint8_t **digest)
{
	const struct md *md;

	for (md = mds + JPKI_MD_SHA256; der != NULL && md < mds + N_MDS; md++)
		if (len == (size_t)md->prefix_len + md->len &&
		    memcmp(der, md->prefix, md->prefix_len) == 0) {
			*digest = der + md->prefix_len;
			return (enum jpki_md)(md - mds);
		}
	return 0;
}

bool
jpkip_digest(struct jpki_ctx *ctx, const char *md, struct jpkip_part data,
    uint8_t out[JPKIP_DIGEST_MAX], size_t *len)
{
	OSSL_LIB_CTX *lib;
	bool ok;

	if ((lib = jpkip_crypto(ctx)) == NULL)
		return false;
	jpkip_crypto_enter();
	ok = EVP_Q_digest(lib, md, NULL, data.at, data.len, out, len) == 1;
	jpkip_crypto_leave();
	if (!ok)
		jpkip_ignore(jpkip_fail(ctx, JPKI_ERR_CRYPTO,
		    JPKIP_SAME("%s"), md));
	return ok;
}
