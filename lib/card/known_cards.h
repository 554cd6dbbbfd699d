/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cards that were seen, each by its epoch (jpki/framework/shared.h), and what
 * tells them from others when they come back: the start of the auth
 * certificate, which holds its serial number, its issuer and its days; or,
 * where that was not read, a signature by the auth key, which fits the
 * certificate of the card that made it.
 */
#ifndef JPKIP_KNOWN_CARDS_H
#define JPKIP_KNOWN_CARDS_H

#include <jpki/cert.h>
#include <jpki/framework/shared.h>

#define JPKIP_SEEN_HEAD 256	/* bytes of a certificate: one READ */

struct jpkip_seen {
	unsigned now;			/* counts */
	struct jpkip_seen_card {
		unsigned epoch;		/* 0: nothing here */
		unsigned when;		/* it was seen last */
		bool headed;
		uint8_t head[JPKIP_SEEN_HEAD];
		/* A signature over a digest; sig_len 0: none. */
		enum jpki_padding padding;
		enum jpki_md md;
		uint8_t digest[64], sig[512];
		size_t digest_len, sig_len;
	} cards[8];			/* that were seen last */
};

/* Whether any card, or the one of an epoch, would be known again. */
bool	jpkip_seen_any(const struct jpkip_seen *);
bool	jpkip_seen_known(const struct jpkip_seen *, unsigned epoch);

/* Takes down the start of the card's auth certificate, or a signature that the
 * auth key made; the latter only as long as nothing better is there. */
void	jpkip_seen_head(struct jpkip_seen *, unsigned epoch,
	    const uint8_t head[JPKIP_SEEN_HEAD]);
void	jpkip_seen_signature(struct jpkip_seen *, unsigned epoch,
	    const struct jpki_signing *, const uint8_t *sig, size_t sig_len);

/* The epoch of the card with this auth certificate; 0: it was not seen. */
unsigned jpkip_seen_find(struct jpkip_seen *, struct jpki_ctx *,
	    const struct jpki_cert *);

#endif
