/* SPDX-License-Identifier: Apache-2.0 */
/* A file of settings: an error that says something, or values within their
 * bounds. */
#include <jpki.h>
#include <jpki/framework/settings.h>

#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "fuzz.h"

static void
parse(const char *data, size_t size)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_settings *s = NULL;
	char *text = malloc(size + 1);

	if (ctx == NULL || text == NULL || jpki_settings_new(ctx, &s) != 0)
		goto out;
	memcpy(text, data, size);
	text[size] = '\0';
	if (jpkip_settings_parse(ctx, s, text, "a file") != 0) {
		if (*jpki_ctx_errmsg(ctx) == '\0' ||
		    (jpki_ctx_err(ctx) == JPKI_ERR_SETTING &&
		    *jpki_ctx_errdetail(ctx) == '\0'))
			abort();
	} else if (s->min_tries < 1 || s->min_tries > 5 ||
	    s->pin_grace < 0 || s->pin_grace > 3600 ||
	    s->sign_pin_uses < 0 || (s->pss | 1) != 1 ||
	    (s->reader != NULL && *s->reader == '\0')) {
		abort();
	}
out:
	jpki_settings_free(&s);
	jpki_ctx_free(&ctx);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char good[] = "# comment\nreader = soft:/a b\npin-source.auth=fd:3\n"
	    "pin-source.sign = file:p\n cert.sign =file:c\nanchors = /d\n"
	    "min-tries = 3\nsign-pin-uses = 0\npin-grace = 60\n"
	    "allow-sha1 = off\npss = on\ndebug = all\n";
	size_t i;

	parse((const char *)data, size);
	for (i = 0; i + 1 < size && i < 8; i += 2)
		good[data[i] % (sizeof(good) - 1)] = (char)data[i + 1];
	parse(good, sizeof(good) - 1);
	return 0;
}
