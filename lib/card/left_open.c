/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether some other program logged in and left it so: a login outlives the
 * program that made it, until something selects another application or takes
 * the card's power. The counter's answer does not tell; so the card is asked
 * for what only a login gives, and nobody gets to see it.
 */
#include <string.h>

#include "base/buf.h"
#include "base/wipe.h"
#include "card/card.h"
#include "card/command.h"
#include "card/file.h"
#include "card/run.h"
#include "crypto/digest.h"
#include "crypto/random.h"

#define EF_SIGN_CERT 0x0001
#define EF_AUTH_KEY 0x0017
#define CURRENT_EF 0x80

/* The certificate is the password's. */
static int
look_at_sign(struct jpki_card *card, bool *open)
{
	uint8_t start[4];
	size_t len = 0;
	int r;

	r = jpkip_read_start(card, EF_SIGN_CERT, "EF 0001", start,
	    sizeof(start), &len);
	/* Nothing, or filler, where none was issued. */
	*open = r == 0 && len > 0 && start[0] == 0x30;
	jpkip_wipe(start, sizeof(start));
	return r;
}

/* Only the key is the auth PIN's. */
static int
look_at_auth(struct jpki_card *card, const uint8_t digest[32], bool *open)
{
	uint8_t data[JPKIP_DIGEST_INFO_MAX];
	struct jpkip_buf buf = JPKIP_BUF(data);
	struct jpkip_reply reply;
	struct jpkip_apdu apdu;
	int r;

	if ((r = jpkip_select_ef(card, EF_AUTH_KEY, "EF 0017")) != 0)
		return r;
	jpkip_digest_info(&buf, JPKI_MD_SHA256, digest);
	jpkip_apdu_set(&apdu, 0x80, 0x2a, 0x00, CURRENT_EF, buf.data, buf.len,
	    JPKIP_LE_SHORT);
	r = jpkip_send(card, &apdu, &reply);
	*open = r == 0 && reply.sw == 0x9000;
	jpkip_wipe(reply.data, sizeof(reply.data));
	return r;
}

int
jpki_card_left_open(struct jpki_card *card, enum jpki_key key, bool *open)
{
	uint8_t digest[32] = { 0 };
	bool found = false;
	int r = 0;

	if (card == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(card->ctx);
	if (open == NULL || (key != JPKI_KEY_AUTH && key != JPKI_KEY_SIGN) ||
	    card->depth != 0)
		return jpkip_fail(card->ctx, JPKI_ERR_USAGE, NULL, NULL);
	*open = false;
	/* What is signed is nobody's question. Not in the run, which keeps
	 * others waiting: libcrypto may have to be loaded first. */
	if (key == JPKI_KEY_AUTH)
		r = jpkip_random(card->ctx, digest, sizeof(digest));
	if (r != 0 || (r = jpkip_run_begin(card)) != 0)
		return r;
	r = jpkip_select_app(card, &jpkip_app_jpki);
	if (r == 0)
		r = key == JPKI_KEY_SIGN ? look_at_sign(card, &found) :
		    look_at_auth(card, digest, &found);
	r = jpkip_run_finish(card, r);
	/* A card that does not give it is closed, whatever it says. */
	if (r != 0 && jpki_errclass(r) != JPKI_CLASS_TRANSPORT &&
	    jpki_errclass(r) != JPKI_CLASS_SYSTEM) {
		jpkip_ctx_clear(card->ctx);
		r = 0;
	}
	if (r == 0)
		*open = found;
	return r;
}
