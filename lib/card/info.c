/* SPDX-License-Identifier: Apache-2.0 */
/* What a card tells: texts about it, which certificates it has, and these. */
#include <stdio.h>
#include <string.h>

#include "card/cert.h"
#include "card/file.h"
#include "card/run.h"

#define EF_PRESENCE 0x0008

/* The texts in EF 0006 (one source; the label's place has three). */
static const struct {
	enum jpki_info what;
	size_t offset, len;
} token_texts[] = {
	{ JPKI_INFO_LABEL, 0, 32 },
	{ JPKI_INFO_MANUFACTURER, 32, 32 },
	{ JPKI_INFO_MODEL, 64, 16 },
	{ JPKI_INFO_SERIAL, 80, 16 },
};

/* Padding goes, and whatever a terminal could take amiss. */
static void
clean_text(const uint8_t *from, size_t len, char *out)
{
	size_t i;

	while (len > 0 && (from[len - 1] == ' ' || from[len - 1] == '\0'))
		len--;
	for (i = 0; i < len; i++)
		out[i] = from[i] >= 0x20 && from[i] < 0x7f ?
		    (char)from[i] : '?';
	out[len] = '\0';
}

static int
read_token(struct jpki_card *card)
{
	int r;

	if (card->token_len > 0)
		return 0;
	if ((r = jpkip_run_begin(card)) != 0)
		return r;
	if ((r = jpkip_select_app(card, &jpkip_app_jpki)) == 0)
		r = jpkip_read_start(card, JPKIP_EF_TOKEN_INFO, "EF 0006",
		    card->token, sizeof(card->token), &card->token_len);
	if (r == JPKI_ERR_NOT_ON_CARD)
		r = jpkip_hint(card->ctx, r,
		    "The card does not say what it is; certificates and "
		    "signatures do not depend on that.",
		    "カードに種類やシリアル番号などの情報がありません。"
		    "電子証明書と署名には影響しません。");
	return jpkip_run_finish(card, r);
}

static int
token_text(struct jpki_card *card, enum jpki_info what,
    char text[JPKI_INFO_MAX])
{
	size_t i;
	int r;

	for (i = 0; i < sizeof(token_texts) / sizeof(token_texts[0]); i++) {
		if (token_texts[i].what != what)
			continue;
		if ((r = read_token(card)) != 0)
			return r;
		if (token_texts[i].offset + token_texts[i].len <=
		    card->token_len)
			clean_text(card->token + token_texts[i].offset,
			    token_texts[i].len, text);
		return 0;
	}
	return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
}

int
jpki_card_info(struct jpki_card *card, enum jpki_info what, char *out,
    size_t size)
{
	char text[JPKI_INFO_MAX] = "";
	size_t i;
	int r = 0;

	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (out == NULL)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	if (what == JPKI_INFO_READER)
		snprintf(text, sizeof(text), "%s", card->link.reader);
	else if (what == JPKI_INFO_ATR)
		for (i = 0; i < card->link.atr_len; i++)
			snprintf(text + 2 * i, 3, "%02X", card->link.atr[i]);
	else
		r = token_text(card, what, text);
	if (r != 0)
		return r;
	if (strlen(text) >= size)
		return jpkip_hint(card->ctx, jpkip_fail(card->ctx,
		    JPKI_ERR_SPACE, "%zu bytes needed", "%zu バイト必要です",
		    strlen(text) + 1),
		    "Give it more room: JPKI_INFO_MAX always do.",
		    "大きくしてください。JPKI_INFO_MAX あれば十分です。");
	memcpy(out, text, strlen(text) + 1);
	return 0;
}

/* EF 0008: 8F in the first byte when there is a sign certificate, in the
 * second for auth. Two sources; so only a plain 00 says "absent". */
static int
read_presence(struct jpki_card *card)
{
	uint8_t bytes[3];
	size_t len = 0;
	int r;

	if ((r = jpkip_select_app(card, &jpkip_app_jpki)) != 0)
		return r;
	r = jpkip_read_start(card, EF_PRESENCE, "EF 0008", bytes,
	    sizeof(bytes), &len);
	if (r != 0 && card->broken != 0)
		return r;
	if (r != 0)
		jpkip_ctx_clear(card->ctx);
	card->presence_known = true;
	card->has_sign = r != 0 || len < 1 || bytes[0] != 0x00;
	card->has_auth = r != 0 || len < 2 || bytes[1] != 0x00;
	return 0;
}

int
jpki_card_present(struct jpki_card *card, enum jpki_slot slot, bool *present)
{
	int r;

	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (present == NULL || !jpkip_slot_is(slot))
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	if (!card->presence_known) {
		if ((r = jpkip_run_begin(card)) != 0)
			return r;
		r = read_presence(card);
		if ((r = jpkip_run_finish(card, r)) != 0)
			return r;
	}
	*present = slot == JPKI_SLOT_SIGN || slot == JPKI_SLOT_SIGN_CA ?
	    card->has_sign : card->has_auth;
	return 0;
}

int
jpki_card_cert(struct jpki_card *card, enum jpki_slot slot,
    struct jpki_cert **out)
{
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (!jpkip_slot_is(slot))
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	if ((r = jpkip_run_begin(card)) != 0)
		return r;
	r = jpkip_read_cert(card, slot, out);
	if ((r = jpkip_run_finish(card, r)) != 0)
		jpki_cert_free(out);
	return r;
}
