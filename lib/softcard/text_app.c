/* SPDX-License-Identifier: Apache-2.0 */
/* 券面事項入力補助: number, attributes and what signs them (card.md 7.1). */
#include "softcard/text_app.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/wipe.h"
#include "crypto/digest.h"
#include "softcard/ef.h"

#define SHA256_LEN	32
#define SIGNATURE_LEN	256
#define ATTRIBUTES_MAX	2048
#define OFFSETS		4	/* of DF22 .. DF25 */

/* No person's: its last digit, which checks the others, would have to be 8. */
static const uint8_t number_file[] = {
	0xff, 0x10, 0x0c, '1', '2', '3', '4', '5', '6', '7', '8', '9', '0',
	'1', '2', 0xff, 0xff
};

static void
put_length(struct jpkip_buf *buf, size_t len)
{
	if (len >= 0x100) {
		jpkip_buf_u8(buf, 0x82);
		jpkip_buf_u8(buf, (uint8_t)(len >> 8));
	} else if (len >= 0x80)
		jpkip_buf_u8(buf, 0x81);
	jpkip_buf_u8(buf, (uint8_t)len);
}

static void
put_object(struct jpkip_buf *buf, uint16_t tag, const void *value, size_t len)
{
	jpkip_buf_u16(buf, tag);
	put_length(buf, len);
	jpkip_buf_put(buf, value, len);
}

/* form: that of the setting text-length, where the length fits. */
static void
put_outer_length(struct jpkip_buf *buf, size_t len, uint8_t form)
{
	if (form == 0x82 || len >= (form == 0x81 ? 0x100 : 0x80)) {
		jpkip_buf_u8(buf, 0x82);
		jpkip_buf_u8(buf, (uint8_t)(len >> 8));
	} else if (form == 0x81)
		jpkip_buf_u8(buf, 0x81);
	jpkip_buf_u8(buf, (uint8_t)len);
}

/*
 * FF20 { DF21 offsets, DF22 name, DF23 address, DF24 birth, DF25 sex }. The
 * outer length is one byte or 82 and two; both are in the field. The offsets
 * count from the start of the file to each object's tag. *signed_from: where
 * the part that EF 0003 signs begins.
 */
static void
make_attributes(const struct jpkip_soft_state *state, uint8_t form,
    struct jpkip_buf *out, size_t *signed_from)
{
	uint8_t body[ATTRIBUTES_MAX], offsets[2 * OFFSETS];
	struct jpkip_buf objects = JPKIP_BUF(body), o = JPKIP_BUF(offsets);
	size_t at[OFFSETS], content, base;
	char birth[32];
	int i;

	snprintf(birth, sizeof(birth), "%04d%02d%02d", state->birth.year,
	    state->birth.month, state->birth.day);
	at[0] = objects.len;
	put_object(&objects, 0xdf22, state->name, strlen(state->name));
	at[1] = objects.len;
	put_object(&objects, 0xdf23, state->address, strlen(state->address));
	at[2] = objects.len;
	put_object(&objects, 0xdf24, birth, strlen(birth));
	at[3] = objects.len;
	put_object(&objects, 0xdf25, &state->sex, 1);

	content = 3 + sizeof(offsets) + objects.len;
	jpkip_buf_u16(out, 0xff20);
	put_outer_length(out, content, form);
	base = out->len + 3 + sizeof(offsets);
	for (i = 0; i < OFFSETS; i++)
		jpkip_buf_u16(&o, (uint16_t)(base + at[i]));
	put_object(out, 0xdf21, offsets, sizeof(offsets));
	*signed_from = out->len;
	jpkip_buf_put(out, body, objects.len);
	jpkip_wipe(body, sizeof(body));
}

static bool
sha256(struct jpki_ctx *ctx, const void *data, size_t len,
    uint8_t out[JPKIP_DIGEST_MAX])
{
	struct jpkip_part all = { data, len };

	return jpkip_digest(ctx, "SHA256", all, out, &len);
}

/* Bytes that are this card's own and nothing else. */
static bool
put_noise(struct jpki_ctx *ctx, struct jpkip_buf *buf, const char *id,
    size_t len)
{
	uint8_t hash[JPKIP_DIGEST_MAX];
	char seed[JPKIP_SOFT_ID + 8];
	size_t n;

	for (; len > 0; len -= n) {
		snprintf(seed, sizeof(seed), "%s %zu", id, len % 1000);
		if (!sha256(ctx, seed, strlen(seed), hash))
			return false;
		n = len < SHA256_LEN ? len : SHA256_LEN;
		jpkip_buf_put(buf, hash, n);
	}
	return true;
}

/* FF30 { DF31 hash of EF 0001, DF32 hash of the attributes, DF33 signature }.
 * Nobody certifies a software card's data: the signature is noise. */
static bool
make_signature(struct jpki_ctx *ctx, const struct jpkip_soft_state *state,
    const uint8_t *attributes, size_t len, struct jpkip_buf *out)
{
	uint8_t hash[JPKIP_DIGEST_MAX];

	jpkip_buf_u16(out, 0xff30);
	jpkip_buf_u8(out, 0x82);
	jpkip_buf_u16(out, 2 * (3 + SHA256_LEN) + 5 + SIGNATURE_LEN);
	if (!sha256(ctx, number_file, sizeof(number_file), hash))
		return false;
	put_object(out, 0xdf31, hash, SHA256_LEN);
	if (!sha256(ctx, attributes, len, hash))
		return false;
	put_object(out, 0xdf32, hash, SHA256_LEN);
	jpkip_buf_u16(out, 0xdf33);
	put_length(out, SIGNATURE_LEN);
	return put_noise(ctx, out, state->id, SIGNATURE_LEN);
}

/* FF40 { DF41 version, DF42 key id, DF43 128 bytes of unknown meaning }. */
static bool
make_version(struct jpki_ctx *ctx, const struct jpkip_soft_state *state,
    struct jpkip_buf *out)
{
	jpkip_buf_u16(out, 0xff40);
	jpkip_buf_u8(out, 0x82);
	jpkip_buf_u16(out, 7 + 19 + 4 + 128);
	put_object(out, 0xdf41, "\x01\x03\x0e\x01", 4);
	put_object(out, 0xdf42, "SOFTCARD/001    ", 16);
	jpkip_buf_u16(out, 0xdf43);
	put_length(out, 128);
	return put_noise(ctx, out, state->id, 128);
}

static int
add_data(struct jpki_softcard *soft, struct jpkip_soft_app *app, uint16_t id,
    enum jpki_pin needs, const uint8_t *data, size_t len)
{
	struct jpkip_soft_ef ef = {
		.id = id, .type = JPKIP_SOFT_EF_DATA, .needs = needs
	};

	return jpkip_soft_add_ef(soft->ctx, app, ef, data, len);
}

int
jpkip_soft_text_files(struct jpki_softcard *soft, struct jpkip_soft_app *app)
{
	const struct jpkip_soft_ef pin = {
		.id = 0x0011, .type = JPKIP_SOFT_EF_PIN, .pin = JPKI_PIN_TEXT
	};
	uint8_t data[ATTRIBUTES_MAX], small[512], version[256];
	struct jpkip_buf attributes = JPKIP_BUF(data);
	struct jpkip_buf signature = JPKIP_BUF(small);
	struct jpkip_buf about = JPKIP_BUF(version);
	size_t from;
	int r;

	make_attributes(&soft->state, soft->on.text_length, &attributes,
	    &from);
	if (attributes.overflow || !make_signature(soft->ctx, &soft->state,
	    data + from, attributes.len - from, &signature) ||
	    !make_version(soft->ctx, &soft->state, &about)) {
		jpkip_ignore(jpkip_fail(soft->ctx, JPKI_ERR_CRYPTO,
		    JPKIP_SAME("SHA-256")));
		r = jpki_ctx_err(soft->ctx);
		goto out;
	}
	if ((r = add_data(soft, app, 0x0001, JPKI_PIN_TEXT, number_file,
	    sizeof(number_file))) != 0 ||
	    (r = add_data(soft, app, 0x0002, JPKI_PIN_TEXT, data,
	    attributes.len)) != 0 ||
	    (r = add_data(soft, app, 0x0003, JPKI_PIN_TEXT, small,
	    signature.len)) != 0 ||
	    (r = add_data(soft, app, 0x0005, 0, version, about.len)) != 0)
		goto out;
	r = jpkip_soft_add_ef(soft->ctx, app, pin, NULL, 0);
out:
	jpkip_wipe(data, sizeof(data));
	return r;
}
