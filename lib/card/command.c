/* SPDX-License-Identifier: Apache-2.0 */
#include "card/command.h"

#include <string.h>

#include "base/wipe.h"

#define GET_RESPONSE_MAX 8	/* 61xx in a row */

/* One command; the answer's data is added to the reply's. */
static int
exchange(struct jpki_card *card, const uint8_t *cmd, size_t cmd_len,
    struct jpkip_reply *reply)
{
	uint8_t rsp[JPKIP_RSP_MAX];
	size_t len = 0;
	int r;

	r = jpkip_link_transmit(&card->link, cmd, cmd_len, rsp, &len);
	card->fresh = false;
	if (r != 0) {
		card->broken = r;
		return r;
	}
	len -= 2;
	if (len > sizeof(reply->data) - reply->len) {
		r = jpkip_fail(card->ctx, JPKI_ERR_DATA,
		    "the card's answer is too long",
		    "カードの応答が長すぎます");
	} else {
		memcpy(reply->data + reply->len, rsp, len);
		reply->len += len;
		reply->sw = (uint16_t)(rsp[len] << 8 | rsp[len + 1]);
	}
	jpkip_wipe(rsp, len);
	return r;
}

/* Sends again once after 6F00, or with the Le that the card asks for. */
static int
exchange_again(struct jpki_card *card, struct jpkip_apdu *apdu,
    struct jpkip_reply *reply)
{
	if (!apdu->repeatable)
		return 0;
	if (reply->sw >> 8 == 0x6c && apdu->le)
		apdu->bytes[apdu->len - 1] = (uint8_t)reply->sw;
	else if (reply->sw != 0x6f00)
		return 0;
	reply->len = 0;
	return exchange(card, apdu->bytes, apdu->len, reply);
}

/* Whether the link can be used. */
static int
start(struct jpki_card *card, struct jpkip_reply *reply)
{
	reply->len = 0;
	reply->sw = 0;
	return card->broken == 0 ? 0 :
	    jpkip_fail(card->ctx, card->broken, NULL, NULL);
}

int
jpkip_send_pin(struct jpki_card *card, const uint8_t *cmd, size_t cmd_len,
    struct jpkip_reply *reply)
{
	int r;

	if ((r = start(card, reply)) != 0)
		return r;
	card->pin_sent = true;
	card->untouched = false;
	return exchange(card, cmd, cmd_len, reply);
}

int
jpkip_send(struct jpki_card *card, struct jpkip_apdu *apdu,
    struct jpkip_reply *reply)
{
	unsigned rounds;
	int r;

	if ((r = start(card, reply)) != 0 ||
	    (r = exchange(card, apdu->bytes, apdu->len, reply)) != 0 ||
	    (r = exchange_again(card, apdu, reply)) != 0)
		return r;
	/* Never seen with T=1, but ISO 7816-4 allows it. */
	for (rounds = 0; reply->sw >> 8 == 0x61 && rounds < GET_RESPONSE_MAX;
	    rounds++) {
		jpkip_apdu_set(apdu, 0x00, 0xc0, 0, 0, NULL, 0,
		    (reply->sw & 0xff) != 0 ? reply->sw & 0xff :
		    JPKIP_LE_SHORT);
		if ((r = exchange(card, apdu->bytes, apdu->len,
		    reply)) != 0)
			return r;
	}
	return 0;
}

int
jpkip_refused(struct jpki_card *card, const struct jpkip_reply *reply,
    const char *what)
{
	return jpkip_fail_sw(card->ctx, JPKI_ERR_CARD_SW, reply->sw,
	    "%s, status %04X", "%s、ステータスワード %04X", what,
	    (unsigned)reply->sw);
}
