/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The holder's attributes from the card's 券面事項入力補助 application. The
 * number (個人番号), in the file before, is never read.
 */
#include "card/attributes.h"

#include <jpki/card.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "card/file.h"
#include "card/run.h"
#include "certificate/attributes.h"

#define EF_ATTRIBUTES 0x0002
#define TAG_ATTRIBUTES 0xff20
#define TAG_FIRST 0xdf22	/* name; address, birth and sex follow */
#define ITEMS 4

static const char *
file_name(const struct jpki_ctx *ctx)
{
	return jpkip_pick(ctx, "holder's attributes (券面事項入力補助)",
	    "券面事項入力補助の基本 4 情報");
}

/* Collects the four. DF21, which says where they begin, is not asked: the
 * objects themselves do. */
static bool
find_items(const uint8_t *at, size_t len, struct jpkip_text items[ITEMS])
{
	struct jpkip_tlv tlv;
	uint32_t i;

	for (; len > 0; at += tlv.value_len, len -= tlv.value_len) {
		if (!jpkip_tlv_header(at, len, &tlv) ||
		    tlv.value_len > len - tlv.header_len)
			return false;
		at += tlv.header_len;
		len -= tlv.header_len;
		i = tlv.tag - TAG_FIRST;
		if (tlv.tag < TAG_FIRST || i >= ITEMS)
			continue;
		if (items[i].data != NULL)
			return false;
		items[i].data = at;
		items[i].len = tlv.value_len;
	}
	for (i = 0; i < ITEMS; i++)
		if (items[i].data == NULL)
			return false;
	return true;
}

int
jpkip_attributes_parse(struct jpki_ctx *ctx, const uint8_t *data, size_t len,
    struct jpki_attributes **out)
{
	struct jpkip_text items[ITEMS] = { { NULL, 0 } };
	struct jpkip_tlv tlv;

	*out = NULL;
	if (!jpkip_tlv_header(data, len, &tlv) || tlv.tag != TAG_ATTRIBUTES ||
	    tlv.value_len > len - tlv.header_len ||
	    !find_items(data + tlv.header_len, tlv.value_len, items))
		return jpkip_fail(ctx, JPKI_ERR_DATA, JPKIP_SAME("%s"),
		    file_name(ctx));
	return jpkip_attributes_new(ctx, &items[0], &items[1], &items[2],
	    &items[3], out);
}

static int
read_attributes(struct jpki_card *card, struct jpki_attributes **out)
{
	uint8_t *data = NULL;
	size_t len = 0;
	int r;

	r = jpkip_read_object(card, EF_ATTRIBUTES, file_name(card->ctx), &data,
	    &len);
	if (r == JPKI_ERR_NOT_ON_CARD)
		return jpkip_hint(card->ctx, r,
		    "Your town can find out why the card holds none.",
		    "カードに入っていない理由は、"
		    "お住まいの市区町村の窓口で確かめてもらってください。");
	if (r != 0)
		return r;
	r = jpkip_attributes_parse(card->ctx, data, len, out);
	jpkip_freezero(data, len);
	return r;
}

int
jpki_card_attributes(struct jpki_card *card, struct jpki_attributes **out)
{
	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	/* The PIN's application is selected: SELECT of another ended it. */
	if (card->depth == 0 || !(card->verified & 1u << JPKI_PIN_TEXT))
		return jpkip_fail(card->ctx, JPKI_ERR_NEEDS_PIN,
		    JPKIP_SAME("%s"),
		    jpki_pin_name(JPKI_PIN_TEXT, jpki_ctx_lang(card->ctx)));
	return read_attributes(card, out);
}
