/* SPDX-License-Identifier: Apache-2.0 */
#include "base/shown.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define ESCAPE_MAX 11		/* "\U000e0001" and NUL */

static bool
hidden(uint32_t c)
{
	static const struct { uint32_t first, last; } ranges[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad },
		{ 0x061c, 0x061c }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
	};
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

static void
escape(uint32_t c, char out[ESCAPE_MAX])
{
	if (c == '\n' || c == '\t' || c == '\r')
		snprintf(out, ESCAPE_MAX, "\\%c", c == '\n' ? 'n' :
		    c == '\t' ? 't' : 'r');
	else if (c < 0x80)
		snprintf(out, ESCAPE_MAX, "\\x%02x", (unsigned)c);
	else if (c <= 0xffff)
		snprintf(out, ESCAPE_MAX, "\\u%04x", (unsigned)c);
	else
		snprintf(out, ESCAPE_MAX, "\\U%08x", (unsigned)c);
}

void
jpkip_shown(char *out, size_t size, const char *text)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + strlen(text);
	char escaped[ESCAPE_MAX];
	size_t len = 0, n;
	uint32_t c;

	while (at < end) {
		const uint8_t *from = at;
		const char *piece = escaped;

		if (!jpkip_utf8_next(&at, end, &c))
			snprintf(escaped, sizeof(escaped), "\\x%02x", *at++);
		else if (hidden(c))
			escape(c, escaped);
		else
			piece = (const char *)from;
		n = piece == escaped ? strlen(escaped) : (size_t)(at - from);
		if (n >= size - len)
			break;
		memcpy(out + len, piece, n);
		len += n;
	}
	out[len] = '\0';
}
