/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The heads of the certificates of the card's keys: what is read of one to
 * check a signature, where the certificate itself was not. A head is never
 * given out as a certificate.
 */
#ifndef JPKIP_CARD_HEAD_H
#define JPKIP_CARD_HEAD_H

#include "card/card.h"
#include "certificate/cert_head.h"

struct jpkip_head {
	struct jpkip_cert_head head;	/* parts of der */
	uint8_t *der;
	size_t len;
};

/* The head of a key's certificate; read, in the run, unless it is known.
 * Borrowed from the card. JPKI_ERR_NOT_ON_CARD, JPKI_ERR_DATA. */
int	jpkip_head_get(struct jpki_card *, enum jpki_key,
	    const struct jpkip_head **out) JPKI_CHECK;

/* The same without the card; NULL: it is not known. */
const struct jpkip_head *jpkip_head_known(const struct jpki_card *,
	    enum jpki_key);

/* Another card may be there, or the end has come. */
void	jpkip_heads_forget(struct jpki_card *);

#endif
