/* SPDX-License-Identifier: Apache-2.0 */
/* The cards, which all stores and keys of one provider share. None of these
 * functions calls the application. */
#ifndef PROV_CARD_H
#define PROV_CARD_H

#include "prov.h"

#define prov_slot_name(slot) jpki_object_name((enum jpki_object)(slot))
#define prov_slot_pin(slot) \
	((slot) == JPKI_SLOT_SIGN ? JPKI_PIN_SIGN : JPKI_PIN_AUTH)

struct prov_card {
	struct prov *prov;
	struct jpki_shared *shared;

	struct prov_card *next;		/* guarded by the provider's mutex: */
	struct jpki_kept *grace;	/* see prov_card_grace() */
	enum jpki_pin grace_pin;
	struct timespec grace_end;
};

/* The card in a reader (NULL: as configured), with a serial number (NULL:
 * any); no card access. It lives as long as the provider. */
struct prov_card *prov_card_get(struct prov *, const char *reader,
	    const char *serial);
void	prov_cards_free(struct prov *);

/* After a call of libjpki on card->shared that returned r: raises the failure
 * that ctx (may be NULL) has, and frees ctx. Returns r. */
int	prov_card_done(struct prov_card *, struct jpki_ctx *ctx, int r);

/* A certificate, read once per epoch. pin may be NULL where none is needed. One
 * that proves right is kept for prov_card_grace(). */
int	prov_card_cert(struct prov_card *, unsigned epoch, enum jpki_slot,
	    struct jpki_kept *pin, int min_tries, struct jpki_cert **out);

/* The PIN that was right for a certificate less than pin-grace seconds ago, so
 * that one prompt serves certificate and key; or NULL. */
struct jpki_kept *prov_card_grace(struct prov_card *, enum jpki_pin,
	    unsigned epoch);

#endif
