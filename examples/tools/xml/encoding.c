/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Characters of a document; see encoding.h.
 */
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <unistr.h>

#include "encoding.h"

/* A name may be any of iconv's, but not every one of those is wanted: some
 * hide what a reader of bytes sees. */
static const char *const known[] = {
	"UTF-8", "US-ASCII", "ISO-8859-1", "Shift_JIS", "Windows-31J", "CP932",
	"EUC-JP", "ISO-2022-JP", "UTF-16", "UTF-16LE", "UTF-16BE", NULL
};

#define DECLARATION_MAX 256

/* The value of encoding= in an XML declaration; "": there is none. step is 2
 * where each character has two bytes, of which the first or, with at 1, the
 * second counts. */
static void
declared(const uint8_t *data, size_t len, size_t step, size_t at, char *name,
    size_t size)
{
	char head[DECLARATION_MAX], *p, *end;
	size_t n;

	for (n = 0; n + 1 < sizeof(head) && n * step + at < len; n++)
		head[n] = (char)data[n * step + at];
	head[n] = '\0';
	*name = '\0';
	if (strncmp(head, "<?xml", 5) != 0 ||
	    (end = strstr(head, "?>")) == NULL)
		return;
	*end = '\0';
	if ((p = strstr(head, "encoding")) == NULL ||
	    (p = strpbrk(p, "\"'")) == NULL ||
	    (end = strchr(p + 1, *p)) == NULL)
		return;
	*end = '\0';
	/* What is cut short is unknown, too. */
	snprintf(name, size, "%s", p + 1);
}

static bool
is_known(const char *name)
{
	size_t i;

	for (i = 0; known[i] != NULL; i++)
		if (strcasecmp(name, known[i]) == 0)
			return true;
	return false;
}

/* What the first bytes say; NULL: nothing. */
static const char *
marked(const uint8_t *data, size_t len, size_t *bom)
{
	*bom = 0;
	if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
		*bom = 3;
		return "UTF-8";
	}
	if (len < 2)
		return NULL;
	if (memcmp(data, "\xff\xfe", 2) == 0 ||
	    memcmp(data, "\xfe\xff", 2) == 0)
		*bom = 2;
	if ((*bom == 2 && *data == 0xff) || (data[0] != 0 && data[1] == 0))
		return "UTF-16LE";
	if (*bom == 2 || (data[0] == 0 && data[1] != 0))
		return "UTF-16BE";
	return NULL;
}

int
encoding_find(struct encoding *e, const uint8_t *data, size_t len,
    struct trouble *trouble)
{
	const char *sure = marked(data, len, &e->bom);
	bool wide = sure != NULL && strncmp(sure, "UTF-16", 6) == 0;
	char name[sizeof(e->name)];

	declared(data + e->bom, len - e->bom, wide ? 2 : 1,
	    wide && sure[6] == 'B', name, sizeof(name));
	if (*name == '\0')
		snprintf(name, sizeof(name), "%s",
		    sure != NULL ? sure : "UTF-8");
	if (!is_known(name) ||
	    (!wide && strncasecmp(name, "UTF-16", 6) == 0))
		return trouble_set(trouble, "encoding",
		    "its encoding %s is not known here; UTF-8 always is",
		    "文字コード %s には対応していません。UTF-8 なら読めます",
		    name);
	if (sure != NULL && strncasecmp(name, sure, 6) != 0)
		return trouble_set(trouble, "encoding",
		    "it begins as %s and says that it is %s",
		    "先頭は %s ですが、文字コードは %s と書かれています",
		    sure, name);
	snprintf(e->name, sizeof(e->name), "%s", sure != NULL ? sure : name);
	return 0;
}

/* What iconv makes of it, with room for a NUL; NULL with errno. */
static char *
convert(const char *to, const char *from, const char *in, size_t len,
    size_t *out_len)
{
	/* One byte becomes three at most, both ways and on the whole, but for
	 * the escapes of ISO-2022-JP. */
	size_t size = len * 3 + 16, left = size;
	char *out, *at, *begin;
	union { const char *c; char *v; } source = { .c = in };
	iconv_t cd;
	bool ok;

	if ((cd = iconv_open(to, from)) == (iconv_t)-1)
		return NULL;
	if ((at = out = malloc(size + 1)) != NULL) {
		begin = source.v;
		ok = iconv(cd, &begin, &len, &at, &left) == 0 && len == 0 &&
		    iconv(cd, NULL, NULL, &at, &left) == 0;
		*out_len = size - left;
		out[*out_len] = '\0';
		if (!ok) {
			free(out);
			out = NULL;
			errno = EILSEQ;
		}
	}
	iconv_close(cd);
	return out;
}

static bool
is_utf8(const struct encoding *e)
{
	return strcasecmp(e->name, "UTF-8") == 0;
}

static char *
failed(const struct encoding *e, struct trouble *trouble)
{
	if (errno == ENOMEM)
		trouble_memory(trouble);
	else
		trouble_set(trouble, "characters",
		    "it is damaged: it has characters that are not %s",
		    "壊れています。%s でない文字があります", e->name);
	return NULL;
}

char *
encoding_decode(const struct encoding *e, const uint8_t *data, size_t len,
    size_t *text_len, struct trouble *trouble)
{
	char *text;

	data += e->bom;
	len -= e->bom;
	errno = EILSEQ;
	if (!is_utf8(e))
		text = convert("UTF-8", e->name, (const char *)data, len,
		    text_len);
	else if (u8_check(data, len) != NULL)
		text = NULL;
	else if ((text = malloc(len + 1)) != NULL) {
		memcpy(text, data, len);
		text[len] = '\0';
		*text_len = len;
	}
	if (text != NULL && memchr(text, '\0', *text_len) != NULL) {
		free(text);
		text = NULL;
		errno = EILSEQ;
	}
	return text != NULL ? text : failed(e, trouble);
}

char *
encoding_encode(const struct encoding *e, const char *text, size_t text_len,
    size_t *len, struct trouble *trouble)
{
	char *data;

	errno = EILSEQ;
	data = convert(e->name, "UTF-8", text, text_len, len);
	return data != NULL ? data : failed(e, trouble);
}

/* Converts until so much has come out, and looks how much went in. */
size_t
encoding_offset(const struct encoding *e, const uint8_t *data, size_t len,
    size_t text_offset)
{
	union { const uint8_t *u; char *c; } in = { .u = data + e->bom };
	size_t left = len - e->bom, room;
	char piece[4096], *out;
	iconv_t cd;

	if (is_utf8(e))
		return e->bom + text_offset;
	if ((cd = iconv_open("UTF-8", e->name)) == (iconv_t)-1)
		return len;	/* it was open before */
	while (text_offset > 0 && left > 0) {
		size_t want = text_offset < sizeof(piece) ? text_offset :
		    sizeof(piece);

		out = piece;
		room = want;
		if (iconv(cd, &in.c, &left, &out, &room) == (size_t)-1 &&
		    errno != E2BIG)
			break;
		if (room == want)
			break;
		text_offset -= want - room;
	}
	iconv_close(cd);
	return len - left;
}
