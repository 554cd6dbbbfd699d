/* SPDX-License-Identifier: Apache-2.0 */
/* The card's certificates. */
#ifndef JPKIP_CARD_CERT_H
#define JPKIP_CARD_CERT_H

#include "card/card.h"
#include "certificate/cert_head.h"

/* Reads a certificate inside the run and remembers it. */
int	jpkip_read_cert(struct jpki_card *, enum jpki_slot,
	    struct jpki_cert **out) JPKI_CHECK;

/* Reads the start of a certificate's file in the run. */
int	jpkip_read_cert_start(struct jpki_card *, enum jpki_slot,
	    uint8_t *out, size_t size, size_t *len) JPKI_CHECK;

/* Reads a certificate anew and compares it with the known one, which stays:
 * 0, or JPKI_ERR_CHANGED where it is another one. */
int	jpkip_compare_cert(struct jpki_card *, enum jpki_slot) JPKI_CHECK;

/* Reads the head of a certificate in the run: at least the bytes up to the end
 * of its public key. The caller frees them. */
int	jpkip_read_cert_head(struct jpki_card *, enum jpki_slot,
	    uint8_t **out, size_t *len, struct jpkip_cert_head *) JPKI_CHECK;

/* Whether there is such a certificate on any card, and what it is called. */
bool	jpkip_slot_is(enum jpki_slot);
const char *jpkip_slot_name(const struct jpki_ctx *, enum jpki_slot);

/* The place of a slot that there is in arrays of JPKIP_N_SLOTS. */
size_t	jpkip_slot_index(enum jpki_slot);

#endif
