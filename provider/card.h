/* SPDX-License-Identifier: Apache-2.0 */
/* The cards, which all stores and keys of one provider share: libjpki's shared
 * cards, whose failures are raised. None of these functions calls the
 * application. */
#ifndef PROV_CARD_H
#define PROV_CARD_H

#include <jpki/framework/shared.h>
#include <jpki/framework/uri.h>

#include "prov.h"

#define prov_slot_name(slot) jpki_object_name(jpki_slot_object(slot))
#define prov_slot_pin(slot) jpki_key_pin(jpki_slot_key(slot))

/* The card in a reader (NULL: as configured), with a serial number (NULL:
 * any); no card access. It lives as long as the provider, which OpenSSL keeps
 * while there is a store or a key. */
struct jpki_shared *prov_card_get(struct prov *, const char *reader,
	    const char *serial);

/* After a call of libjpki that returned r: raises the failure that ctx (may be
 * NULL) has, and frees ctx. Returns r. */
int	prov_card_done(struct prov *, struct jpki_ctx *ctx, int r);

/* A certificate, read once per epoch. pin may be NULL where none is needed. One
 * that proves right is kept for pin-grace seconds, so that one prompt serves
 * certificate and key. */
int	prov_card_cert(struct prov *, struct jpki_shared *, unsigned epoch,
	    enum jpki_slot, struct jpki_kept *pin, int min_tries,
	    struct jpki_cert **out);

#endif
