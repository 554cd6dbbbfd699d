/* SPDX-License-Identifier: Apache-2.0 */
/* URIs, and the DER that holds one: bytes as they come, and as changes to good
 * ones. What comes out must go in again. */
#include <stdlib.h>
#include <string.h>

#include <jpki.h>
#include <jpki/framework/uri.h>

#include "fuzz.h"

static struct jpki_ctx *ctx;

static void
parse(const char *text)
{
	char again[3 * JPKI_URI_MAX];
	struct jpki_uri *uri, *second;

	if (jpki_uri_parse(ctx, text, &uri) != 0) {
		if (uri != NULL)
			abort();
		return;
	}
	if (jpki_uri_print(ctx, uri->object, uri->reader, again,
	    sizeof(again)) != 0)
		abort();
	if (strlen(again) <= JPKI_URI_MAX) {
		if (jpki_uri_parse(ctx, again, &second) != 0 ||
		    second->object != uri->object ||
		    (uri->reader != NULL &&
		    strcmp(second->reader, uri->reader) != 0))
			abort();
		jpki_uri_free(&second);
	}
	/* A part of the card has a place on it, and its name leads back. */
	if (uri->object != JPKI_OBJECT_ALL &&
	    uri->object != JPKI_OBJECT_ANCHORS &&
	    jpki_slot_object(jpki_object_slot(uri->object)) != uri->object)
		abort();
	jpki_uri_free(&uri);
}

static void
unwrap(const uint8_t *der, size_t len)
{
	char uri[JPKI_URI_MAX + 1];
	uint8_t again[JPKI_WRAP_MAX];
	size_t again_len;

	if (jpki_uri_unwrap(ctx, der, len, uri, sizeof(uri)) == 0 &&
	    (jpki_uri_wrap(ctx, uri, again, sizeof(again), &again_len) != 0 ||
	    again_len != len || memcmp(again, der, len) != 0))
		abort();
}

/* Puts the input's bytes over a good value, at places that it says. */
static void
change(uint8_t *good, size_t len, const uint8_t *data, size_t size)
{
	for (; size >= 2; data += 2, size -= 2)
		good[data[0] % len] = data[1];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[] = "jpki://auth;type=private?reader=soft%3A%2Fa&card=0123"
	    "&cert=file:c&pin-source=file:p%20q&min-tries=2";
	uint8_t der[JPKI_WRAP_MAX];
	size_t len = size < 64 ? size : 64;
	char *copy;

	if (ctx == NULL && (ctx = jpki_ctx_new()) == NULL)
		return 0;
	if ((copy = malloc(size + 1)) == NULL)
		return 0;
	memcpy(copy, data, size);
	copy[size] = '\0';
	parse(copy);
	free(copy);
	unwrap(data, size);

	/* Few changes at a time go deep. */
	if (jpki_uri_wrap(ctx, text, der, sizeof(der), &size) == 0) {
		change(der, size, data, len < 4 ? len : 4);
		unwrap(der, size);
	}
	change((uint8_t *)text, sizeof(text) - 1, data, len < 6 ? len : 6);
	parse(text);
	return 0;
}
