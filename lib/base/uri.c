/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jpki/err.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/object.h"
#include "base/printable.h"
#include "base/settings.h"
#include "base/tlv.h"
#include "base/wipe.h"

#define MAGIC "jpki-key-uri-1"
#define MAGIC_LEN (sizeof(MAGIC) - 1)
#define TAG_SEQUENCE 0x30
#define TAG_UTF8STRING 0x0c

/* The texts that the fields point into are behind them. */
struct parsed {
	struct jpki_uri uri;		/* first: it is what callers see */
	char text[JPKI_URI_MAX + 1];
};

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Undoes percent-encoding in place. */
static bool
decode(char *value)
{
	char *to = value;
	const char *from;
	int high, low;

	for (from = value; *from != '\0'; from++) {
		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		if ((high = hex(from[1])) < 0 || (low = hex(from[2])) < 0 ||
		    (high == 0 && low == 0))
			return false;
		*to++ = (char)(high << 4 | low);
		from += 2;
	}
	*to = '\0';
	return true;
}

static int
twice(struct jpki_ctx *ctx, const char *name)
{
	return jpkip_fail(ctx, JPKI_ERR_URI, "%s is given twice",
	    "%s が二重に指定されています", name);
}

static int
set_type(struct jpki_ctx *ctx, struct jpki_uri *uri, const char *value)
{
	static const char *const types[] = { "", "cert", "public", "private" };
	int type;

	if (uri->type != JPKI_URI_ANY)
		return twice(ctx, "type");
	for (type = JPKI_URI_CERT; type <= JPKI_URI_PRIVATE; type++)
		if (strcmp(value, types[type]) == 0)
			uri->type = (enum jpki_uri_type)type;
	if (uri->type == JPKI_URI_ANY)
		return jpkip_fail(ctx, JPKI_ERR_URI,
		    "type is cert, public or private",
		    "type は cert、public、private のどれかです");
	return 0;
}

static int
set_min_tries(struct jpki_ctx *ctx, struct jpki_uri *uri, const char *value)
{
	if (uri->min_tries != 0)
		return twice(ctx, "min-tries");
	if (value[0] < '1' || value[0] > '5' || value[1] != '\0')
		return jpkip_fail(ctx, JPKI_ERR_URI,
		    "min-tries is a number from 1 to 5",
		    "min-tries は 1 から 5 までの数です");
	uri->min_tries = value[0] - '0';
	return 0;
}

static int
set_text(struct jpki_ctx *ctx, const char **field, const char *name,
    const char *value)
{
	if (*field != NULL)
		return twice(ctx, name);
	if (*value == '\0')
		return jpkip_fail(ctx, JPKI_ERR_URI, "%s is empty",
		    "%s が空です", name);
	*field = value;
	return 0;
}

static int
set_pin_source(struct jpki_ctx *ctx, struct jpki_uri *uri, const char *value)
{
	if (strncmp(value, "fd:", 3) == 0 && !jpkip_is_fd(value))
		return jpkip_fail(ctx, JPKI_ERR_URI,
		    "pin-source=fd: needs a number",
		    "pin-source=fd: には番号が必要です");
	if (!jpkip_is_fd(value) && !jpkip_is_file(value))
		return jpkip_fail(ctx, JPKI_ERR_URI,
		    "pin-source is file:PATH or fd:NUMBER",
		    "pin-source は file:PATH か fd:NUMBER です");
	return set_text(ctx, &uri->pin_source, "pin-source", value);
}

static int
set_query(struct jpki_ctx *ctx, struct jpki_uri *uri, const char *name,
    const char *value)
{
	if (strcmp(name, "reader") == 0)
		return set_text(ctx, &uri->reader, name, value);
	if (strcmp(name, "card") == 0)
		return set_text(ctx, &uri->card, name, value);
	if (strcmp(name, "cert") == 0)
		return jpkip_is_file(value) ?
		    set_text(ctx, &uri->cert, name, value + 5) :
		    jpkip_fail(ctx, JPKI_ERR_URI, "cert is file:PATH",
		    "cert は file:PATH です");
	if (strcmp(name, "pin-source") == 0)
		return set_pin_source(ctx, uri, value);
	if (strcmp(name, "pin-value") == 0)
		return set_text(ctx, &uri->pin_value, name, value);
	if (strcmp(name, "min-tries") == 0)
		return set_min_tries(ctx, uri, value);
	return jpkip_fail(ctx, JPKI_ERR_URI, "\"%s\" is unknown after \"?\"",
	    "\"?\" の後に \"%s\" は使えません", jpkip_printable(ctx, name));
}

static bool
known(const char *name)
{
	static const char *const names[] = {
		"type", "reader", "card", "cert", "pin-source", "pin-value",
		"min-tries"
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* One attribute (before the "?") or query, which is "name=value". */
static int
set(struct jpki_ctx *ctx, struct jpki_uri *uri, char *item, bool query)
{
	char *value = strchr(item, '=');

	if (value == NULL)
		return jpkip_fail(ctx, JPKI_ERR_URI,
		    "\"%s\" is not \"name=value\"",
		    "\"%s\" は \"name=value\" の形ではありません",
		    jpkip_printable(ctx, known(item) ? item : ""));
	*value++ = '\0';
	if (!decode(value))
		return jpkip_fail(ctx, JPKI_ERR_URI,
		    "bad percent-encoding in %s",
		    "%s のパーセントエンコーディングが正しくありません",
		    jpkip_printable(ctx, item));
	if (query)
		return set_query(ctx, uri, item, value);
	if (strcmp(item, "type") == 0)
		return set_type(ctx, uri, value);
	return jpkip_fail(ctx, JPKI_ERR_URI, "\"%s\" is unknown after \";\"",
	    "\";\" の後に \"%s\" は使えません", jpkip_printable(ctx, item));
}

static int
set_object(struct jpki_ctx *ctx, struct jpki_uri *uri, const char *name)
{
	if (*name == '\0')
		return 0;	/* all */
	if ((uri->object = jpkip_object_named(name)) != JPKI_OBJECT_ALL)
		return 0;
	return jpkip_fail(ctx, JPKI_ERR_URI, "unknown object \"%s\": it is "
	    "auth, sign, auth-ca, sign-ca or anchors", "\"%s\" という対象は"
	    "ありません。auth、sign、auth-ca、sign-ca、anchors のどれかです",
	    jpkip_printable_word(ctx, name));
}

static int
parse(struct jpki_ctx *ctx, struct jpki_uri *uri, char *p)
{
	char *end, separator;
	bool query = false;
	int r;

	end = p + strcspn(p, ";?");
	separator = *end;
	*end = '\0';
	if ((r = set_object(ctx, uri, p)) != 0)
		return r;
	while (separator != '\0') {
		query = query || separator == '?';
		p = end + 1;
		end = p + strcspn(p, query ? "&" : ";?");
		separator = *end;
		*end = '\0';
		if ((r = set(ctx, uri, p, query)) != 0)
			return r;
	}
	if (uri->pin_source != NULL && uri->pin_value != NULL)
		return jpkip_fail(ctx, JPKI_ERR_URI,
		    "pin-source and pin-value exclude each other",
		    "pin-source と pin-value は同時に使えません");
	if (uri->cert != NULL && uri->object != JPKI_OBJECT_AUTH &&
	    uri->object != JPKI_OBJECT_SIGN)
		return jpkip_fail(ctx, JPKI_ERR_URI,
		    "cert is for auth and sign",
		    "cert は auth と sign だけに使えます");
	return 0;
}

int
jpki_uri_parse(struct jpki_ctx *ctx, const char *text, struct jpki_uri **out)
{
	struct parsed *parsed;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (text == NULL)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	if (strlen(text) > JPKI_URI_MAX)
		return jpkip_fail(ctx, JPKI_ERR_URI, "longer than %d bytes",
		    "%d バイトを超えています", JPKI_URI_MAX);
	/* Schemes have no case (RFC 3986, 3.1). */
	if (strncasecmp(text, "jpki:", 5) != 0)
		return jpkip_fail(ctx, JPKI_ERR_URI,
		    "it does not begin with \"jpki:\"",
		    "\"jpki:\" で始まっていません");
	if ((parsed = calloc(1, sizeof(*parsed))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	text += strncmp(text + 5, "//", 2) == 0 ? 7 : 5;
	memcpy(parsed->text, text, strlen(text) + 1);
	*out = &parsed->uri;
	if ((r = parse(ctx, &parsed->uri, parsed->text)) != 0)
		jpki_uri_free(out);
	return r;
}

void
jpki_uri_free(struct jpki_uri **uri)
{
	if (uri == NULL || *uri == NULL)
		return;
	jpkip_freezero(*uri, sizeof(struct parsed));
	*uri = NULL;
}

int
jpki_uri_print(struct jpki_ctx *ctx, enum jpki_object object,
    const char *reader, char *out, size_t size)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/";
	size_t used;

	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (out == NULL ||
	    (object != JPKI_OBJECT_ALL && *jpki_object_name(object) == '\0'))
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	used = (size_t)snprintf(out, size, "jpki://%s%s",
	    jpki_object_name(object), reader != NULL ? "?reader=" : "");
	for (; reader != NULL && *reader != '\0' && used < size; reader++) {
		bool keep = strchr(plain, *reader) != NULL;

		used += (size_t)snprintf(out + used, size - used,
		    keep ? "%c" : "%%%02X", (unsigned char)*reader);
	}
	return used < size ? 0 : jpkip_fail(ctx, JPKI_ERR_SPACE, NULL, NULL);
}

/* The file */

/* Whether a URI may stand in a file: it names a key and brings no PIN. */
static int
check_wrapped(struct jpki_ctx *ctx, const char *text)
{
	struct jpki_uri *uri;
	int r;

	if ((r = jpki_uri_parse(ctx, text, &uri)) != 0)
		return r;
	if (uri->pin_value != NULL)
		r = jpkip_fail(ctx, JPKI_ERR_URI,
		    "a PIN has no place in a file; use pin-source",
		    "ファイルに暗証番号は書けません。pin-source を"
		    "使ってください");
	else if ((uri->object != JPKI_OBJECT_AUTH &&
	    uri->object != JPKI_OBJECT_SIGN) ||
	    (uri->type != JPKI_URI_ANY && uri->type != JPKI_URI_PRIVATE))
		r = jpkip_fail(ctx, JPKI_ERR_URI,
		    "it names no private key: auth or sign",
		    "auth か sign の秘密鍵を指定していません");
	jpki_uri_free(&uri);
	return r;
}

static void
put_header(struct jpkip_buf *buf, uint8_t tag, size_t len)
{
	jpkip_buf_u8(buf, tag);
	if (len >= 0x100)
		jpkip_buf_u8(buf, 0x82);
	else if (len >= 0x80)
		jpkip_buf_u8(buf, 0x81);
	if (len >= 0x100)
		jpkip_buf_u8(buf, (uint8_t)(len >> 8));
	jpkip_buf_u8(buf, (uint8_t)len);
}

static size_t
header_len(size_t len)
{
	return len >= 0x100 ? 4 : len >= 0x80 ? 3 : 2;
}

static void
put(struct jpkip_buf *buf, const char *text)
{
	size_t len = strlen(text);

	put_header(buf, TAG_SEQUENCE,
	    2 + MAGIC_LEN + header_len(len) + len);
	put_header(buf, TAG_UTF8STRING, MAGIC_LEN);
	jpkip_buf_put(buf, MAGIC, MAGIC_LEN);
	put_header(buf, TAG_UTF8STRING, len);
	jpkip_buf_put(buf, text, len);
}

int
jpki_uri_wrap(struct jpki_ctx *ctx, const char *text, uint8_t *out,
    size_t size, size_t *len)
{
	struct jpkip_buf buf = { out, 0, size, false };
	int r;

	if (ctx == NULL || out == NULL || len == NULL)
		return JPKI_ERR_USAGE;
	if ((r = check_wrapped(ctx, text)) != 0)
		return r;
	put(&buf, text);
	if (buf.overflow)
		return jpkip_fail(ctx, JPKI_ERR_SPACE, NULL, NULL);
	*len = buf.len;
	return 0;
}

/* Where the text of the second string begins; 0: no such place. */
static size_t
find_text(const uint8_t *der, size_t len)
{
	struct jpkip_tlv tlv;
	size_t at;

	if (!jpkip_tlv_header(der, len, &tlv))
		return 0;
	at = tlv.header_len;
	if (!jpkip_tlv_header(der + at, len - at, &tlv))
		return 0;
	at += tlv.header_len;
	if (tlv.value_len != MAGIC_LEN || len - at < MAGIC_LEN)
		return 0;
	at += MAGIC_LEN;
	return jpkip_tlv_header(der + at, len - at, &tlv) ?
	    at + tlv.header_len : 0;
}

/* Strict: it must be what we would write for the URI, byte for byte. */
int
jpki_uri_unwrap(struct jpki_ctx *ctx, const uint8_t *der, size_t len,
    char *out, size_t size)
{
	uint8_t again[JPKI_WRAP_MAX];
	struct jpkip_buf buf = JPKIP_BUF(again);
	char text[JPKI_URI_MAX + 1] = "";
	size_t at, n;
	int r;

	if (ctx == NULL || der == NULL || out == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	at = find_text(der, len);
	n = len - at;
	if (at != 0 && n <= JPKI_URI_MAX) {
		memcpy(text, der + at, n);
		text[n] = '\0';
		put(&buf, text);
	}
	if (at == 0 || buf.len != len || memcmp(again, der, len) != 0)
		return jpkip_fail(ctx, JPKI_ERR_DATA, "not a " JPKI_WRAP_LABEL,
		    JPKI_WRAP_LABEL " ではありません");
	if ((r = check_wrapped(ctx, text)) != 0)
		return r;
	if (n >= size)
		return jpkip_fail(ctx, JPKI_ERR_SPACE, NULL, NULL);
	memcpy(out, text, n + 1);
	return 0;
}
