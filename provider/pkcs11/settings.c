/* SPDX-License-Identifier: Apache-2.0 */
/* Settings: what the application hands in goes before the usual file. */
#include "p11.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

/* The value that text begins with, without its quotes; *next is what follows.
 * NULL: its end is missing. */
static char *
value_of(char *text, char **next)
{
	char *end, quote = *text;

	if (quote == '"' || quote == '\'') {
		if ((end = strchr(++text, quote)) == NULL)
			return NULL;
	} else
		end = text + strcspn(text, BLANKS);
	*next = *end == '\0' ? end : end + 1;
	*end = '\0';
	return text;
}

/* "name=value name='a value with blanks'", as p11-kit's x-init-reserved and
 * NSS's parameters hand it in. */
static int
parse(struct jpki_ctx *ctx, struct jpki_settings *settings, char *text)
{
	const char *where = p11_pick("the module's parameters",
	    "モジュールのパラメーター");
	char *name, *value;
	int r = 0;

	while (r == 0 && *(text += strspn(text, BLANKS)) != '\0') {
		name = text;
		if ((value = strchr(text, '=')) != NULL) {
			*value++ = '\0';
			value = value_of(value, &text);
		}
		/* Without a value: it is empty, which is said. */
		r = jpki_settings_set(ctx, settings, name, value != NULL ?
		    value : "", where);
	}
	return r;
}

static int
parse_copy(struct jpki_ctx *ctx, struct jpki_settings *settings,
    const char *init)
{
	char *copy = strdup(init);
	int r = copy != NULL ? parse(ctx, settings, copy) : JPKI_ERR_MEMORY;

	free(copy);
	return r;
}

CK_RV
p11_settings_read(const char *init)
{
	const char *debug = secure_getenv("JPKI_DEBUG"), *reader;
	struct jpki_ctx *ctx = p11_ctx_new();
	int r, wanted;

	if (ctx == NULL || jpki_settings_new(ctx, &p11.settings) != 0)
		return p11_done(ctx, JPKI_ERR_MEMORY);
	if ((r = init != NULL ? parse_copy(ctx, p11.settings, init) : 0) != 0) {
		(void)p11_done(ctx, r);
		return r == JPKI_ERR_MEMORY ? CKR_HOST_MEMORY :
		    CKR_ARGUMENTS_BAD;
	}
	if ((r = jpki_settings_load(ctx, p11.settings, NULL)) != 0)
		return p11_done(ctx, r);
	if ((reader = p11.settings->reader) == NULL)
		reader = secure_getenv("JPKI_READER");
	if (reader != NULL && *reader != '\0' &&
	    (p11.reader = strdup(reader)) == NULL)
		return p11_done(ctx, JPKI_ERR_MEMORY);
	wanted = debug != NULL ? jpki_debug_parse(debug) :
	    p11.settings->debug;
	p11.debug = wanted > 0 ? wanted : 0;
	if (wanted < 0)
		p11_say(p11_pick("JPKI_DEBUG is apdu, provider or all",
		    "JPKI_DEBUG は apdu、provider、all のどれかです"));
	return p11_done(ctx, 0);
}
