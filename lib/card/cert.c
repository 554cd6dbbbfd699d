/* SPDX-License-Identifier: Apache-2.0 */
#include "card/cert.h"

#include <string.h>

#include "base/wipe.h"
#include "card/file.h"

static uint16_t
slot_ef(enum jpki_slot slot)
{
	switch (slot) {
	case JPKI_SLOT_AUTH:
		return 0x000a;
	case JPKI_SLOT_SIGN:
		return 0x0001;
	case JPKI_SLOT_AUTH_CA:
		return 0x000b;
	case JPKI_SLOT_SIGN_CA:
		return 0x0002;
	}
	return 0;
}

const char *
jpkip_slot_name(const struct jpki_ctx *ctx, enum jpki_slot slot)
{
	switch (slot) {
	case JPKI_SLOT_AUTH:
		return jpkip_pick(ctx, "auth certificate (利用者証明用)",
		    "利用者証明用電子証明書");
	case JPKI_SLOT_SIGN:
		return jpkip_pick(ctx, "sign certificate (署名用)",
		    "署名用電子証明書");
	case JPKI_SLOT_AUTH_CA:
		return jpkip_pick(ctx, "auth CA certificate (利用者証明用)",
		    "利用者証明用の CA 証明書");
	case JPKI_SLOT_SIGN_CA:
		return jpkip_pick(ctx, "sign CA certificate (署名用)",
		    "署名用の CA 証明書");
	}
	return "?";
}

bool
jpkip_slot_is(enum jpki_slot slot)
{
	return slot_ef(slot) != 0;
}

size_t
jpkip_slot_index(enum jpki_slot slot)
{
	switch (slot) {
	case JPKI_SLOT_AUTH:
		break;
	case JPKI_SLOT_SIGN:
		return 1;
	case JPKI_SLOT_AUTH_CA:
		return 2;
	case JPKI_SLOT_SIGN_CA:
		return 3;
	}
	return 0;
}

int
jpkip_read_cert(struct jpki_card *card, enum jpki_slot slot,
    struct jpki_cert **out)
{
	struct jpki_cert **known = &card->known[jpkip_slot_index(slot)];
	uint8_t *der = NULL;
	size_t len = 0;
	int r;

	if ((r = jpkip_select_app(card, &jpkip_app_jpki)) != 0 ||
	    (r = jpkip_read_object(card, slot_ef(slot),
	    jpkip_slot_name(card->ctx, slot), &der, &len)) != 0)
		return r;
	r = jpki_cert_parse(card->ctx, der, len, out);
	jpkip_freezero(der, len);
	if (r != 0)
		return r;
	jpki_cert_free(known);
	*known = jpki_cert_ref(*out);
	return 0;
}

static bool
head_is_read(const uint8_t *der, size_t len)
{
	struct jpkip_cert_head head;

	return jpkip_cert_head_read(der, len, &head) != JPKIP_HEAD_MORE;
}

int
jpkip_read_cert_head(struct jpki_card *card, enum jpki_slot slot,
    uint8_t **out, size_t *len, struct jpkip_cert_head *head)
{
	const char *name = jpkip_slot_name(card->ctx, slot);
	int r;

	if ((r = jpkip_select_app(card, &jpkip_app_jpki)) != 0 ||
	    (r = jpkip_read_enough(card, slot_ef(slot), name, head_is_read,
	    out, len)) != 0)
		return r;
	if (jpkip_cert_head_read(*out, *len, head) == JPKIP_HEAD_WHOLE)
		return 0;
	jpkip_freezero(*out, *len);
	*out = NULL;
	return jpkip_fail(card->ctx, JPKI_ERR_DATA, JPKIP_SAME("%s"), name);
}

int
jpkip_read_cert_start(struct jpki_card *card, enum jpki_slot slot,
    uint8_t *out, size_t size, size_t *len)
{
	int r;

	if ((r = jpkip_select_app(card, &jpkip_app_jpki)) != 0)
		return r;
	return jpkip_read_start(card, slot_ef(slot),
	    jpkip_slot_name(card->ctx, slot), out, size, len);
}

int
jpkip_compare_cert(struct jpki_card *card, enum jpki_slot slot)
{
	const uint8_t *before;
	uint8_t *now = NULL;
	size_t before_len, len = 0;
	int r;

	if ((r = jpkip_select_app(card, &jpkip_app_jpki)) != 0 ||
	    (r = jpkip_read_object(card, slot_ef(slot),
	    jpkip_slot_name(card->ctx, slot), &now, &len)) != 0)
		return r;
	before = jpki_cert_der(card->known[jpkip_slot_index(slot)],
	    &before_len);
	if (len != before_len || memcmp(now, before, len) != 0)
		r = JPKI_ERR_CHANGED;
	jpkip_freezero(now, len);
	return r;
}
