/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heads of certificates. What the parser of whole certificates takes, this one
 * takes as well and says the same; of the first bytes of anything it never
 * says what more of them contradict.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "certificate/cert.h"
#include "certificate/cert_head.h"
#include "fuzz.h"

static void
compare(const struct jpki_cert *cert, const struct jpkip_cert_head *head)
{
	int64_t not_before, not_after;
	const uint8_t *key;
	size_t len;

	jpki_cert_validity(cert, &not_before, &not_after);
	key = jpki_cert_key(cert, &len);
	if (not_before != head->not_before || not_after != head->not_after ||
	    len != head->key.spki.len ||
	    memcmp(key, head->key.spki.at, len) != 0 ||
	    jpkip_cert_modulus_len(cert) != head->key.modulus_len)
		abort();
}

/* Some first bytes of it, where reading on is noticed. */
static void
read_part(const uint8_t *data, size_t part, size_t size,
    enum jpkip_head_state all, size_t whole)
{
	uint8_t *copy = malloc(part + 1);
	struct jpkip_cert_head head;
	enum jpkip_head_state state;

	if (copy == NULL)
		return;
	memcpy(copy, data, part);
	state = jpkip_cert_head_read(copy, part, &head);
	if ((state == JPKIP_HEAD_WHOLE && (all != JPKIP_HEAD_WHOLE ||
	    head.key.spki.len != whole)) ||
	    (state == JPKIP_HEAD_BROKEN && all != JPKIP_HEAD_BROKEN) ||
	    (state == JPKIP_HEAD_MORE && part == size &&
	    all != JPKIP_HEAD_MORE))
		abort();
	free(copy);
}

static void
read_all(struct jpki_ctx *ctx, const uint8_t *data, size_t size)
{
	struct jpkip_cert_head head = { .not_before = 0 };
	enum jpkip_head_state state;
	struct jpki_cert *cert;
	size_t part;

	state = jpkip_cert_head_read(data, size, &head);
	for (part = 0; part <= size; part += part < 64 ? 1 : 61)
		read_part(data, part, size, state, head.key.spki.len);
	if (jpki_cert_parse(ctx, data, size, &cert) == 0) {
		if (state != JPKIP_HEAD_WHOLE)
			abort();
		compare(cert, &head);
		jpki_cert_free(&cert);
	}
}

/* A certificate of the test card, so that changes go deep; NULL without. */
static struct jpki_cert *
read_sample(struct jpki_ctx *ctx)
{
	const char *cards = getenv("JPKI_TEST_CARDS");
	struct jpki_cert *cert = NULL;
	char path[4096];

	if (cards != NULL) {
		snprintf(path, sizeof(path), "%s/card/auth.pem", cards);
		if (jpki_cert_read(ctx, path, &cert) != 0)
			abort();
	}
	return cert;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t changed[JPKI_CERT_MAX];
	static struct jpki_cert *sample;
	static struct jpki_ctx *ctx;
	const uint8_t *der;
	size_t i, len;

	if (ctx == NULL) {
		if ((ctx = jpki_ctx_new()) == NULL)
			abort();
		sample = read_sample(ctx);
	}
	read_all(ctx, data, size);
	if (sample == NULL)
		return 0;
	der = jpki_cert_der(sample, &len);
	memcpy(changed, der, len);
	/* Triples of a place, most of them in the head, and a byte. */
	for (i = 0; i + 2 < size && i < 12; i += 3)
		changed[(size_t)(data[i] << 8 | data[i + 1]) % (i == 0 ? len :
		    600)] ^= data[i + 2];
	read_all(ctx, changed, len);
	return 0;
}
