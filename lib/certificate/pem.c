/* SPDX-License-Identifier: Apache-2.0 */
/* PEM (RFC 7468). libcrypto's reader would keep copies that nobody wipes. */
#include "certificate/pem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "base/wipe.h"

#define BEGIN	"-----BEGIN "
#define END	"-----END "
#define DASHES	"-----"

static int
sextet(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* White space between is skipped, "=" ends it; false: another character, or
 * one too few. out holds 3 bytes for 4. */
static bool
base64(const uint8_t *text, size_t len, uint8_t *out, size_t *out_len)
{
	size_t i, letters = 0, padding = 0;
	unsigned waiting = 0;	/* bits */
	uint32_t bits = 0;
	int value;

	*out_len = 0;
	for (i = 0; i < len; i++) {
		if (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r'))
			continue;
		if (text[i] == '=') {
			padding++;
			continue;
		}
		if ((value = sextet(text[i])) < 0 || padding > 0)
			return false;
		letters++;
		bits = bits << 6 | (uint32_t)value;
		waiting += 6;
		if (waiting >= 8) {
			waiting -= 8;
			out[(*out_len)++] = (uint8_t)(bits >> waiting);
		}
	}
	return padding <= 2 && (letters + padding) % 4 == 0;
}

/* The text after "-----BEGIN LABEL-----", which label gets. */
static const uint8_t *
next_begin(const uint8_t *at, const uint8_t *end, char label[64])
{
	const uint8_t *close;
	size_t n;

	while ((at = memmem(at, (size_t)(end - at), BEGIN,
	    strlen(BEGIN))) != NULL) {
		at += strlen(BEGIN);
		close = memmem(at, (size_t)(end - at), DASHES,
		    strlen(DASHES));
		if (close == NULL)
			return NULL;
		n = (size_t)(close - at);
		if (n < 64 && memchr(at, '\n', n) == NULL) {
			memcpy(label, at, n);
			label[n] = '\0';
			return close + strlen(DASHES);
		}
	}
	return NULL;
}

static bool
listed(const char *const *labels, const char *label)
{
	for (; *labels != NULL; labels++)
		if (strcmp(*labels, label) == 0)
			return true;
	return false;
}

/* Where a text of that label ends: where the next one begins, too, or all does,
 * when its own last line is missing. */
static const uint8_t *
text_end(const uint8_t *at, const uint8_t *end, const char *label)
{
	char closing[sizeof(END) + 64];
	const uint8_t *next = memmem(at, (size_t)(end - at), BEGIN,
	    strlen(BEGIN)), *close;

	if (next != NULL)
		end = next;
	snprintf(closing, sizeof(closing), END "%s", label);
	close = memmem(at, (size_t)(end - at), closing, strlen(closing));
	return close != NULL ? close : end;
}

/* The text between the lines of a label that is taken; *data is left with
 * what follows. */
static bool
find_text(struct jpkip_part *data, const char *const *labels,
    struct jpkip_part *text, char found[64])
{
	const uint8_t *at = data->at, *end = data->at + data->len, *close;
	char label[64];

	while ((at = next_begin(at, end, label)) != NULL) {
		if (found[0] == '\0')
			snprintf(found, sizeof(label), "%s", label);
		if (!listed(labels, label))
			continue;
		close = text_end(at, end, label);
		text->at = at;
		text->len = (size_t)(close - at);
		data->at = close;
		data->len = (size_t)(end - close);
		return true;
	}
	data->at = end;
	data->len = 0;
	return false;
}

bool
jpkip_pem_has(struct jpkip_part data, const char *const *labels)
{
	struct jpkip_part text;
	char found[64] = "";

	return find_text(&data, labels, &text, found);
}

int
jpkip_pem_next(struct jpki_ctx *ctx, struct jpkip_part *data,
    const char *const *labels, char found[64], uint8_t **out, size_t *out_len)
{
	struct jpkip_part text;

	*out = NULL;
	*out_len = 0;
	if (!find_text(data, labels, &text, found))
		return 0;
	if ((*out = malloc(text.len + 1)) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	if (base64(text.at, text.len, *out, out_len))
		return 0;
	jpkip_freezero(*out, *out_len);
	*out = NULL;
	return jpkip_hint(ctx,
	    jpkip_fail(ctx, JPKI_ERR_DATA, JPKIP_SAME("PEM")),
	    "The data is damaged; get it again.",
	    "データが壊れています。もう一度入手してください。");
}
