/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of a CMS; see cms_text.h.
 */
#include <errno.h>
#include <string.h>

#include "cms_text.h"

#define SEQUENCE 0x30	/* the first byte of every CMS */

/* Fills what has been used up. False: no more. */
static bool
fill(struct cms_bytes *b)
{
	ssize_t n;

	if (b->at < b->len)
		return true;
	if (b->failed != 0)
		return false;
	n = b->source->read(b->source->arg, b->raw, sizeof(b->raw));
	if (n == -1)
		b->failed = errno;
	b->at = 0;
	b->len = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* One character of a text; -1: no more. */
static int
next(struct cms_bytes *b)
{
	return fill(b) ? b->raw[b->at++] : -1;
}

/* One line without its end, cut to size. False: there is none. */
static bool
next_line(struct cms_bytes *b, char *line, size_t size)
{
	size_t len = 0;
	int c;

	while ((c = next(b)) != -1 && c != '\n')
		if (len < size - 1 && c != '\r')
			line[len++] = (char)c;
	line[len] = '\0';
	return c != -1 || len > 0;
}

static bool
is_label(const char *line)
{
	static const char *const labels[] = {
		"CMS", "PKCS7", "PKCS #7 SIGNED DATA", "SIGNED MESSAGE"
	};
	size_t i, len;

	if (strncmp(line, "-----BEGIN ", 11) != 0)
		return false;
	line += 11;
	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		len = strlen(labels[i]);
		if (strncmp(line, labels[i], len) == 0 &&
		    strncmp(line + len, "-----", 5) == 0)
			return true;
	}
	return false;
}

void
cms_bytes_open(struct cms_bytes *b, const struct cms_source *source,
    bool der_only)
{
	char line[64];

	memset(b, 0, sizeof(*b));
	b->source = source;
	if (!fill(b)) {
		b->no_cms = b->failed == 0;
		return;
	}
	if (b->raw[0] == SEQUENCE)
		return;
	while (!der_only && next_line(b, line, sizeof(line)))
		if (is_label(line)) {
			b->pem = true;
			return;
		}
	b->no_cms = true;
}

static int
value(int c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The next six bits of base64, -1 where they end. The sign of equality and
 * the last line both end them; what follows that is no part of it. */
static int
next_bits(struct cms_bytes *b)
{
	int c, six;

	if (b->ended)
		return -1;
	do
		c = next(b);
	while (c == '\n' || c == '\r' || c == ' ' || c == '\t');
	while (c == '=' || c == '\n' || c == '\r' || c == ' ') {
		b->ended = true;
		c = next(b);
	}
	if (c == '-') {
		b->ended = true;
		return -1;
	}
	six = value(c);
	if (six == -1 || b->ended) {
		b->ended = b->bad_text = true;
		return -1;
	}
	return six;
}

static bool
next_byte(struct cms_bytes *b, uint8_t *out)
{
	int six;

	while (b->n_bits < 8) {
		if ((six = next_bits(b)) == -1)
			return false;
		b->bits = b->bits << 6 | (uint32_t)six;
		b->n_bits += 6;
	}
	b->n_bits -= 8;
	*out = (uint8_t)(b->bits >> b->n_bits);
	return true;
}

size_t
cms_bytes_get(struct cms_bytes *b, uint8_t *out, size_t n)
{
	size_t done = 0, piece;

	if (b->pem) {
		while (done < n && next_byte(b, &out[done]))
			done++;
		return done;
	}
	while (done < n && fill(b)) {
		piece = b->len - b->at < n - done ? b->len - b->at : n - done;
		memcpy(out + done, b->raw + b->at, piece);
		b->at += piece;
		done += piece;
	}
	return done;
}
