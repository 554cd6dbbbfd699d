/* SPDX-License-Identifier: Apache-2.0 */
/* A PIN's text, and the line that one is read from: what is taken has the
 * shape of a PIN, and what is refused is never repeated in the message. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jpki.h>

#include "card/pin_table.h"
#include "fuzz.h"

static struct jpki_ctx *ctx;

/* No message holds what could be a PIN. */
static void
message_is_bare(const char *text, size_t len)
{
	char line[64];

	if (len < 4 || len >= sizeof(line) || memchr(text, 0, len) != NULL)
		return;
	memcpy(line, text, len);
	line[len] = '\0';
	/* Words of the messages are no PINs. */
	if (line[strspn(line, "0123456789")] == '\0' &&
	    strstr(jpki_ctx_errmsg(ctx), line) != NULL)
		abort();
}

static void
check(const char *text, size_t len)
{
	static const enum jpki_pin pins[] = {
		JPKI_PIN_AUTH, JPKI_PIN_SIGN, JPKI_PIN_TEXT
	};
	struct jpkip_pin_text folded;
	size_t i, n;

	for (i = 0; i < 3; i++) {
		const struct jpkip_pin_info *info = jpkip_pin_info(pins[i]);

		if (jpkip_pin_check(ctx, info, text, len, &folded) != 0) {
			message_is_bare(text, len);
			continue;
		}
		if (folded.len < info->rules->min ||
		    folded.len > info->rules->max)
			abort();
		for (n = 0; n < folded.len; n++)
			if (strchr(info->rules->letters ? "0123456789"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "0123456789",
			    folded.text[n]) == NULL)
				abort();
		/* A new one is one for use, too. */
		if (jpki_pin_check_new(ctx, pins[i], text, len, 0) == 0 &&
		    jpki_pin_check(ctx, pins[i], text, len) != 0)
			abort();
	}
}

static void
read_line(const uint8_t *data, size_t size)
{
	struct jpki_secret *secret;
	char source[32];
	const char *text;
	int ends[2];
	size_t len;

	if (size > 4096)
		size = 4096;	/* a pipe takes that much at once */
	if (pipe(ends) != 0)
		abort();
	if (write(ends[1], data, size) != (ssize_t)size)
		abort();
	close(ends[1]);
	snprintf(source, sizeof(source), "fd:%d", ends[0]);
	if (jpki_secret_read(ctx, source, NULL, &secret) == 0) {
		text = jpki_secret_data(secret, &len);
		if (len == 0 || len > JPKI_SECRET_MAX || text[len] != '\0' ||
		    memchr(text, '\n', len) != NULL)
			abort();
		check(text, len);
		jpki_secret_free(&secret);
	} else if (secret != NULL || *jpki_ctx_errmsg(ctx) == '\0') {
		abort();
	}
	close(ends[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (ctx == NULL && (ctx = jpki_ctx_new()) == NULL)
		abort();
	check((const char *)data, size);
	read_line(data, size);
	return 0;
}
