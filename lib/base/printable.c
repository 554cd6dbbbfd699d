/* SPDX-License-Identifier: Apache-2.0 */
#include "base/printable.h"

#include <string.h>

#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define ALNUM SMALL "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS
#define LEN_MAX 24

const char *
jpkip_printable(const struct jpki_ctx *ctx, const char *text)
{
	size_t len = strspn(text, SMALL "-_");

	if (text[len] == '\0' && len > 0 && len <= LEN_MAX)
		return text;
	return jpkip_pick(ctx, "(not shown)", "（非表示）");
}

/* Digits alone, or 6 letters and digits. Small letters alone are a word. */
static bool
like_pin(const char *word, size_t len)
{
	if (strspn(word, DIGITS) >= len)
		return len >= 2;
	return len >= 6 && strspn(word, SMALL) < len;
}

const char *
jpkip_printable_word(const struct jpki_ctx *ctx, const char *text)
{
	const char *word = text;
	size_t len;

	if (strlen(text) > LEN_MAX || text[strspn(text, ALNUM "-_./")] != '\0')
		return jpkip_printable(ctx, text);
	for (; *word != '\0'; word += len + (word[len] != '\0')) {
		len = strspn(word, ALNUM);
		if (like_pin(word, len))
			return jpkip_printable(ctx, "");
	}
	return text;
}
