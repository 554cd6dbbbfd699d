/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates: bytes as they come, as PEM, and as changes to real ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "base/wipe.h"
#include "certificate/cert.h"
#include "certificate/pem.h"
#include "fuzz.h"

#define SAMPLES 4

static struct jpki_cert *samples[SAMPLES];

/* Every text must be there to its end. */
static size_t
look_at(const struct jpki_cert *cert)
{
	const struct jpki_cert_info *info = jpki_cert_info(cert);
	enum jpki_item item;
	char birth[JPKI_BIRTH_TEXT];
	size_t i, n;

	n = strlen(info->issuer->text) + strlen(info->subject->text) +
	    strlen(info->serial) + strlen(info->fingerprint);
	for (i = 0; i < info->subject->count; i++)
		n += strlen(info->subject->parts[i]->value);
	for (i = 0; i < info->crl_count; i++)
		n += strlen(info->crls[i]);
	for (i = 0; i < info->note_count; i++)
		n += strlen(info->notes[i]->detail);
	if (info->attributes == NULL)
		return n;
	jpki_attributes_birth(info->attributes, JPKI_LANG_JA, birth);
	for (item = JPKI_ITEM_NAME; item <= JPKI_ITEM_SEX; item++)
		n += jpki_attributes_compare(info->attributes,
		    samples[1] != NULL ?
		    jpki_cert_info(samples[1])->attributes : NULL, item);
	return n + strlen(birth);
}

static void
parse(struct jpki_ctx *ctx, const uint8_t *der, size_t len)
{
	static const uint8_t digest[32], sig[256];
	struct jpki_cert_facts facts = { .size = sizeof(facts) };
	struct jpki_check *check;
	struct jpki_cert *cert;

	if (jpki_cert_parse(ctx, der, len, &cert) != 0)
		return;
	if (look_at(cert) == 0)
		abort();
	if (jpki_check_new(ctx, cert, samples, SAMPLES, 0, &check) != 0)
		abort();
	if ((jpki_check_facts(check, &facts) == 0) !=
	    (jpki_slot_key(jpki_cert_info(cert)->slot) != 0))
		abort();
	jpki_check_free(&check);
	if (jpkip_cert_verify(ctx, cert, JPKI_PADDING_PSS, JPKI_MD_SHA256,
	    digest, sizeof(digest), sig, sizeof(sig)) == 0)
		abort();
	jpki_cert_free(&cert);
}

static void
parse_pem(struct jpki_ctx *ctx, const uint8_t *data, size_t size)
{
	static const char *const labels[] = { "CERTIFICATE", NULL };
	static char text[8192];
	char found[64] = "";
	struct jpkip_part rest = { (const uint8_t *)text, 0 };
	uint8_t *der;
	size_t len;
	int n;

	if (size > sizeof(text) / 2)
		return;
	n = snprintf(text, sizeof(text), "-----BEGIN CERTIFICATE-----\n");
	memcpy(text + n, data, size);
	n += (int)size;
	n += snprintf(text + n, sizeof(text) - (size_t)n,
	    "\n-----END CERTIFICATE-----\n");
	rest.len = (size_t)n;
	while (rest.len > 0) {
		if (jpkip_pem_next(ctx, &rest, labels, found, &der,
		    &len) != 0)
			continue;
		if (der == NULL)
			return;
		parse(ctx, der, len);
		jpkip_freezero(der, len);
	}
}

/* Certificates of the test card, so that changes go deep. */
static void
read_samples(struct jpki_ctx *ctx)
{
	static const char *const files[SAMPLES] = {
		"auth.pem", "sign.pem", "auth-ca.pem", "sign-ca.pem"
	};
	const char *cards = getenv("JPKI_TEST_CARDS");
	char path[4096];
	int i;

	for (i = 0; cards != NULL && i < SAMPLES; i++) {
		snprintf(path, sizeof(path), "%s/card/%s", cards, files[i]);
		if (jpki_cert_read(ctx, path, &samples[i]) != 0)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct jpki_ctx *ctx;
	static uint8_t changed[JPKI_CERT_MAX];
	const uint8_t *der;
	size_t i, len;
	int s;

	if (ctx == NULL) {
		if ((ctx = jpki_ctx_new()) == NULL)
			abort();
		read_samples(ctx);
	}
	parse(ctx, data, size);
	parse_pem(ctx, data, size);
	for (s = 0; s < SAMPLES && samples[s] != NULL; s++) {
		der = jpki_cert_der(samples[s], &len);
		memcpy(changed, der, len);
		/* Triples of a place and a byte. */
		for (i = 0; i + 2 < size && i < 24; i += 3)
			changed[(size_t)(data[i] << 8 | data[i + 1]) % len] ^=
			    data[i + 2];
		parse(ctx, changed, len);
	}
	return 0;
}
