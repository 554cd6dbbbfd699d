/* SPDX-License-Identifier: Apache-2.0 */
#include "card/known_cards.h"

#include <string.h>

#include "certificate/cert.h"

#define N_CARDS (sizeof(((struct jpkip_seen *)0)->cards) / \
	sizeof(struct jpkip_seen_card))

/* The entry of a card that is seen now; a new one takes the place of the one
 * that was not seen for the longest time. */
static struct jpkip_seen_card *
entry(struct jpkip_seen *seen, unsigned epoch)
{
	struct jpkip_seen_card *card = &seen->cards[0];
	size_t i;

	for (i = 0; i < N_CARDS && card->epoch != epoch; i++) {
		if (seen->cards[i].epoch == epoch ||
		    seen->cards[i].when < card->when)
			card = &seen->cards[i];
	}
	if (card->epoch != epoch) {
		memset(card, 0, sizeof(*card));
		card->epoch = epoch;
	}
	card->when = ++seen->now;
	return card;
}

bool
jpkip_seen_any(const struct jpkip_seen *seen)
{
	return seen->now != 0;
}

bool
jpkip_seen_known(const struct jpkip_seen *seen, unsigned epoch)
{
	size_t i;

	for (i = 0; i < N_CARDS; i++) {
		if (seen->cards[i].epoch == epoch && epoch != 0)
			return true;
	}
	return false;
}

void
jpkip_seen_head(struct jpkip_seen *seen, unsigned epoch,
    const uint8_t head[JPKIP_SEEN_HEAD])
{
	struct jpkip_seen_card *card = entry(seen, epoch);

	memcpy(card->head, head, sizeof(card->head));
	card->headed = true;
}

void
jpkip_seen_signature(struct jpkip_seen *seen, unsigned epoch,
    const struct jpki_signing *what, const uint8_t *sig, size_t sig_len)
{
	struct jpkip_seen_card *card;

	if (jpkip_seen_known(seen, epoch) ||
	    what->digest_len > sizeof(card->digest) ||
	    sig_len > sizeof(card->sig))
		return;
	card = entry(seen, epoch);
	card->padding = what->padding;
	card->md = what->md;
	memcpy(card->digest, what->digest, what->digest_len);
	card->digest_len = what->digest_len;
	memcpy(card->sig, sig, sig_len);
	card->sig_len = sig_len;
}

static bool
fits(const struct jpkip_seen_card *card, struct jpki_ctx *ctx,
    const struct jpki_cert *cert)
{
	size_t len;
	const uint8_t *der = jpki_cert_der(cert, &len);

	if (card->headed)
		return len >= sizeof(card->head) &&
		    memcmp(der, card->head, sizeof(card->head)) == 0;
	return card->sig_len > 0 && jpkip_cert_verify(ctx, cert,
	    card->padding, card->md, card->digest, card->digest_len,
	    card->sig, card->sig_len) == 0;
}

unsigned
jpkip_seen_find(struct jpkip_seen *seen, struct jpki_ctx *ctx,
    const struct jpki_cert *cert)
{
	size_t i;

	for (i = 0; i < N_CARDS; i++) {
		if (seen->cards[i].epoch != 0 &&
		    fits(&seen->cards[i], ctx, cert))
			return entry(seen, seen->cards[i].epoch)->epoch;
	}
	return 0;
}
