/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates: bytes as they come, and as changes to a real one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "certificate/cert.h"
#include "fuzz.h"

static void
parse(struct jpki_ctx *ctx, const uint8_t *der, size_t len)
{
	static const uint8_t digest[32], sig[256];
	struct jpki_cert *cert;
	int64_t from, until;

	if (jpki_cert_parse(ctx, der, len, &cert) != 0)
		return;
	jpki_cert_validity(cert, &from, &until);
	if (jpkip_cert_verify(ctx, cert, JPKI_PADDING_PSS, JPKI_MD_SHA256,
	    digest, sizeof(digest), sig, sizeof(sig)) == 0)
		abort();
	jpki_cert_free(&cert);
}

/* The auth certificate of the test card, so that changes go deep. */
static size_t
sample(struct jpki_ctx *ctx, uint8_t *out, size_t size)
{
	const char *cards = getenv("JPKI_TEST_CARDS");
	struct jpki_card *card;
	struct jpki_cert *cert;
	const uint8_t *der;
	char reader[4096];
	size_t len = 0;

	if (cards == NULL)
		return 0;
	snprintf(reader, sizeof(reader), "soft:%s/card", cards);
	if (jpki_card_open(ctx, reader, &card) != 0)
		return 0;
	if (jpki_card_cert(card, JPKI_SLOT_AUTH, &cert) == 0) {
		der = jpki_cert_der(cert, &len);
		if (len > size)
			abort();
		memcpy(out, der, len);
		jpki_cert_free(&cert);
	}
	jpki_card_close(&card);
	return len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct jpki_ctx *ctx;
	static uint8_t original[4096], changed[4096];
	static size_t len;
	size_t i;

	if (ctx == NULL) {
		if ((ctx = jpki_ctx_new()) == NULL)
			abort();
		len = sample(ctx, original, sizeof(original));
	}
	parse(ctx, data, size);
	if (len == 0)
		return 0;
	/* Pairs of a place and a byte. */
	memcpy(changed, original, len);
	for (i = 0; i + 2 < size && i < 24; i += 3)
		changed[(size_t)(data[i] << 8 | data[i + 1]) % len] ^=
		    data[i + 2];
	parse(ctx, changed, len);
	return 0;
}
