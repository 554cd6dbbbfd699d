/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two languages, and strings that may be shown; see text.h.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

#include "text.h"

static enum jpki_lang lang = JPKI_LANG_EN;

void
text_set_lang(enum jpki_lang new)
{
	lang = new;
}

enum jpki_lang
text_lang(void)
{
	return lang;
}

const char *
pick(const char *en, const char *ja)
{
	return lang == JPKI_LANG_JA ? ja : en;
}

const char *
text_of(struct text text)
{
	return lang == JPKI_LANG_JA ? text.ja : text.en;
}

/* Controls; formats, which are invisible or change the direction; ends of
 * lines and paragraphs. */
bool
text_is_hidden(unsigned c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cc |
	    UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cs | UC_CATEGORY_MASK_Zl |
	    UC_CATEGORY_MASK_Zp);
}

size_t
text_escape(unsigned c, char out[TEXT_ESCAPE_MAX])
{
	int n;

	if (c == '\n' || c == '\t' || c == '\r')
		n = snprintf(out, TEXT_ESCAPE_MAX, "\\%c", c == '\n' ? 'n' :
		    c == '\t' ? 't' : 'r');
	else if (c < 0x80)
		n = snprintf(out, TEXT_ESCAPE_MAX, "\\x%02x", c);
	else if (c <= 0xffff)
		n = snprintf(out, TEXT_ESCAPE_MAX, "\\u%04x", c);
	else
		n = snprintf(out, TEXT_ESCAPE_MAX, "\\U%08x", c);
	return (size_t)n;
}

char *
text_shown(const char *text)
{
	const uint8_t *s = (const uint8_t *)text;
	size_t left = strlen(text), at = 0;
	ucs4_t c;
	char *out;
	int n;

	/* The longest is "\u0085" for two bytes, "\xff" for one. */
	if ((out = malloc(left * 4 + TEXT_ESCAPE_MAX)) == NULL)
		return NULL;
	for (; left > 0; s += n, left -= (size_t)n) {
		n = u8_mbtoucr(&c, s, left);
		if (n < 0) {
			n = 1;
			at += (size_t)snprintf(out + at, 5, "\\x%02x", *s);
		} else if (text_is_hidden(c))
			at += text_escape(c, out + at);
		else {
			memcpy(out + at, s, (size_t)n);
			at += (size_t)n;
		}
	}
	out[at] = '\0';
	return out;
}

void
text_free(char **text)
{
	if (*text != NULL)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = NULL;
}
