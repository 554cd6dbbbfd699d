/* SPDX-License-Identifier: Apache-2.0 */
/* What the applications hold (card.md 2.1, 2.2, 7.3). */
#include "softcard/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/wipe.h"
#include "softcard/ef.h"
#include "softcard/text_app.h"

#define TOKEN_INFO_LEN 160
#define COMMON_RECORD_LEN 30

static const struct {
	enum jpkip_soft_app_kind kind;
	size_t len;
	uint8_t aid[JPKIP_SOFT_AID_MAX];
} aids[] = {
	{ JPKIP_SOFT_APP_ISD, 7,
	  { 0xa0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00 } },
	{ JPKIP_SOFT_APP_JPKI, 10,
	  { 0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 } },
	{ JPKIP_SOFT_APP_TEXT, 10,
	  { 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08 } },
	{ JPKIP_SOFT_APP_COMMON, 10,
	  { 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00 } }
};

/* The certificate's DER, and filler after it. */
static int
add_cert(struct jpki_softcard *soft, struct jpkip_soft_app *app, uint16_t id,
    enum jpki_pin needs, const uint8_t *der, size_t len)
{
	struct jpkip_soft_ef ef = {
		.id = id, .type = JPKIP_SOFT_EF_DATA, .needs = needs
	};
	size_t all = len + soft->on.filler;
	uint8_t *data;
	int r;

	if (all > JPKIP_SOFT_EF_MAX)
		all = len > JPKIP_SOFT_EF_MAX ? len : JPKIP_SOFT_EF_MAX;
	if ((data = malloc(all)) == NULL)
		return jpkip_fail(soft->ctx, JPKI_ERR_MEMORY, NULL, NULL);
	memcpy(data, der, len);
	memset(data + len, 0xff, all - len);
	r = jpkip_soft_add_ef(soft->ctx, app, ef, data, all);
	jpkip_freezero(data, all);
	return r;
}

static size_t
place(enum jpki_key key)
{
	return key == JPKI_KEY_SIGN ? 1 : 0;
}

EVP_PKEY *
jpkip_soft_key(const struct jpki_softcard *soft, enum jpki_key key)
{
	return soft->keys[place(key)];
}

static int
add_purpose(struct jpki_softcard *soft, struct jpkip_soft_app *app,
    enum jpki_key key, uint16_t cert_id, enum jpki_pin cert_needs,
    uint16_t ca_id)
{
	struct jpkip_soft_stock *stock = &soft->stock[place(key)];
	int r;

	if ((r = jpkip_soft_stock_fill(soft->ctx, &soft->dir, key,
	    stock)) != 0 ||
	    (r = add_cert(soft, app, cert_id, cert_needs, stock->cert,
	    stock->cert_len)) != 0)
		return r;
	soft->keys[place(key)] = stock->key;
	return add_cert(soft, app, ca_id, 0, stock->ca, stock->ca_len);
}

static void
put_padded(struct jpkip_buf *buf, const char *text, size_t width)
{
	size_t len = strlen(text);

	jpkip_buf_put(buf, text, len);
	jpkip_buf_fill(buf, ' ', width - len);
}

/* Sixteen digits of the card's own, beginning with 9: test cards. */
static void
card_number(const struct jpki_softcard *soft, char out[17])
{
	int i;

	for (i = 0; i < 16; i++)
		out[i] = (char)('0' + (soft->state.id[i] % 10));
	out[0] = '9';
	out[16] = '\0';
}

/* A serialised CK_TOKEN_INFO, card.md 2.2. */
static int
add_token_info(struct jpki_softcard *soft, struct jpkip_soft_app *app)
{
	static const char *const labels[] = {
		"JPKIAPICCTOKEN2", "JPKIAPICCTOKEN2", "JPKIAPGPSETOKEN",
		"JPKIAPIOSTOKEN", "JPKIAPICCTOKEN"
	};
	const struct jpkip_soft_ef ef = {
		.id = 0x0006, .type = JPKIP_SOFT_EF_DATA
	};
	uint8_t data[TOKEN_INFO_LEN];
	struct jpkip_buf buf = JPKIP_BUF(data);
	char number[17];

	card_number(soft, number);
	put_padded(&buf, labels[soft->state.profile], 32);
	put_padded(&buf, "JPKI-SOFTCARD", 32);
	put_padded(&buf, "SOFTCARD", 16);
	put_padded(&buf, number, 16);
	jpkip_buf_u32(&buf, 0x0000040d);	/* flags */
	jpkip_buf_u32(&buf, 1);			/* sessions: most, now */
	jpkip_buf_u32(&buf, 0);
	jpkip_buf_u32(&buf, 1);			/* read and write: most, now */
	jpkip_buf_u32(&buf, 0);
	jpkip_buf_u32(&buf, 16);		/* PIN: longest, shortest */
	jpkip_buf_u32(&buf, 6);
	jpkip_buf_fill(&buf, 0xff, 16);		/* memory: not told */
	jpkip_buf_put(&buf, "0301", 4);		/* hardware, firmware */
	jpkip_buf_fill(&buf, '9', 16);		/* time */
	return jpkip_soft_add_ef(soft->ctx, app, ef, data, buf.len);
}

/* The files that stand for a key and for the PIN that opens it. */
static int
add_references(struct jpki_softcard *soft, struct jpkip_soft_app *app,
    enum jpki_key key, uint16_t key_id, uint16_t pin_id)
{
	const struct jpkip_soft_ef key_ef = {
		.id = key_id, .type = JPKIP_SOFT_EF_KEY, .key = key,
		.needs = jpki_key_pin(key)
	}, pin_ef = {
		.id = pin_id, .type = JPKIP_SOFT_EF_PIN,
		.pin = jpki_key_pin(key)
	};
	int r;

	if ((r = jpkip_soft_add_ef(soft->ctx, app, key_ef, NULL, 0)) != 0)
		return r;
	return jpkip_soft_add_ef(soft->ctx, app, pin_ef, NULL, 0);
}

/* 公的個人認証. A card without 署名用 has none of its four files. */
static int
jpki_files(struct jpki_softcard *soft, struct jpkip_soft_app *app)
{
	const bool sign = soft->state.profile != JPKIP_SOFT_CHILD;
	const bool android = soft->state.profile == JPKIP_SOFT_ANDROID;
	const uint8_t present[] = { sign ? 0x8f : 0x00, 0x8f, 0x00 };
	const struct jpkip_soft_ef presence = {
		.id = 0x0008, .type = JPKIP_SOFT_EF_DATA
	};
	int r;

	if ((r = add_token_info(soft, app)) != 0 ||
	    (r = jpkip_soft_add_ef(soft->ctx, app, presence, present,
	    sizeof(present))) != 0 ||
	    (r = add_purpose(soft, app, JPKI_KEY_AUTH, 0x000a,
	    android ? JPKI_PIN_AUTH : 0, 0x000b)) != 0 ||
	    (r = add_references(soft, app, JPKI_KEY_AUTH, 0x0017,
	    0x0018)) != 0 || !sign)
		return r;
	if ((r = add_purpose(soft, app, JPKI_KEY_SIGN, 0x0001, JPKI_PIN_SIGN,
	    0x0002)) != 0)
		return r;
	return add_references(soft, app, JPKI_KEY_SIGN, 0x001a, 0x001b);
}

/* 共通カード: 15 digits of a serial, 5 of the town's code, a day. */
static int
common_files(struct jpki_softcard *soft, struct jpkip_soft_app *app)
{
	const struct jpkip_soft_ef ef = {
		.id = 0x0001, .type = JPKIP_SOFT_EF_RECORD
	};
	uint8_t data[COMMON_RECORD_LEN];
	struct jpkip_buf buf = JPKIP_BUF(data);
	char number[17], rest[32];

	card_number(soft, number);
	snprintf(rest, sizeof(rest), "13999%04d%02d%02d",
	    soft->state.issued.year, soft->state.issued.month,
	    soft->state.issued.day);
	jpkip_buf_put(&buf, "\x01\x1c", 2);
	jpkip_buf_put(&buf, number, 15);
	jpkip_buf_put(&buf, rest, 13);
	return jpkip_soft_add_ef(soft->ctx, app, ef, data, buf.len);
}

int
jpkip_soft_files_load(struct jpki_softcard *soft)
{
	const bool phone = soft->state.profile == JPKIP_SOFT_ANDROID ||
	    soft->state.profile == JPKIP_SOFT_IPHONE ||
	    soft->state.profile == JPKIP_SOFT_JUKI;
	struct jpkip_soft_app *app;
	size_t i;
	int r = 0;

	for (i = 0; i < sizeof(aids) / sizeof(aids[0]) && r == 0; i++) {
		/* card.md 2.3: what is not a My Number Card has JPKI only. */
		if (phone && aids[i].kind >= JPKIP_SOFT_APP_TEXT)
			continue;
		app = &soft->apps[soft->n_apps++];
		app->kind = aids[i].kind;
		app->aid_len = aids[i].len;
		memcpy(app->aid, aids[i].aid, sizeof(app->aid));
		switch (app->kind) {
		case JPKIP_SOFT_APP_ISD:
			break;
		case JPKIP_SOFT_APP_JPKI:
			r = jpki_files(soft, app);
			break;
		case JPKIP_SOFT_APP_TEXT:
			r = jpkip_soft_text_files(soft, app);
			break;
		case JPKIP_SOFT_APP_COMMON:
			r = common_files(soft, app);
			break;
		}
	}
	return r;
}

void
jpkip_soft_files_free(struct jpki_softcard *soft)
{
	size_t i, k;

	for (i = 0; i < soft->n_apps; i++)
		for (k = 0; k < soft->apps[i].n_efs; k++)
			jpkip_freezero(soft->apps[i].efs[k].data,
			    soft->apps[i].efs[k].len);
	memset(soft->apps, 0, sizeof(soft->apps));
	soft->n_apps = 0;
	memset(soft->keys, 0, sizeof(soft->keys));
}
